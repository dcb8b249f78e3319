"""Webhook subscriptions at every level where the API keeps them, in both of its versions."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.calcom import wire_accounts
from bot.calcom.recovery import found_out, sent_until_answered
from bot.calcom.speaker import Speaker
from bot.calcom.transport import Call
from bot.calcom.wire import inside, listed
from bot.domain.errors import (
    NotAllowed,
    NotFound,
    NotSupported,
    SchedulingError,
    UnknownOutcome,
)
from bot.domain.events import Subscription
from bot.domain.records import OWN, Level, Owner

_PATHS: Mapping[Level, str] = {
    Level.USER: "/webhooks",
    Level.EVENT_TYPE: "/event-types/{owner_id}/webhooks",
    Level.TEAM_EVENT_TYPE: "/teams/{team_id}/event-types/{owner_id}/webhooks",
    Level.ORGANIZATION: "/organizations/{owner_id}/webhooks",
}


class Subscriptions(Speaker):
    """The part of a client that keeps webhooks, as v2 does it.

    v2 knows no list of a team's webhooks, and an account's webhooks miss what happens to the
    event types of its teams. Servers without a level say `NotSupported` (or 404, 403) of it.
    """

    _list_key = "data"
    _one_key = "data"
    _triggers_key = "triggers"
    _gone: tuple[type[SchedulingError], ...] = (NotFound,)

    async def webhooks(self, owner: Owner = OWN) -> tuple[Subscription, ...]:
        """An owner's subscriptions; one's own where no other is named.

        v1 tells neither the secrets nor which are active.
        """
        return await self._transport.read(
            self._webhook("GET", owner), partial(self._those_of, owner)
        )

    async def create_webhook(
        self, url: str, triggers: Iterable[str], *, secret: str, owner: Owner = OWN
    ) -> Subscription:
        """Subscribe an address.

        Raises:
            AlreadyDone: The owner has a subscription with this address.
            InvalidAnswer: Cal.com does not send there (`subscriberUrl`), or does not know one of
                the `triggers`: `allowed` are those that it knows, where it tells.
        """
        wanted = Subscription("", url, tuple(triggers), secret=secret)
        call = self._webhook("POST", owner)
        call = replace(call, body=self._body(wanted, owner), action="create_webhook")
        try:
            made = await self._transport.write(call, self._that)
        except UnknownOutcome:
            made = await found_out(partial(self._at, url, owner), self._sleep)
        return replace(made, secret=made.secret or secret)

    async def _at(self, url: str, owner: Owner) -> Subscription | None:
        return next((w for w in await self.webhooks(owner) if w.url == url), None)

    async def change_webhook(self, changed: Subscription, *, owner: Owner = OWN) -> Subscription:
        """Bring the subscription with this id to this state; a secret of None is left alone.

        Raises:
            InvalidAnswer: As `create_webhook` does.
        """
        call = self._webhook("PATCH", owner, changed.id)
        call = replace(call, body=self._body(changed, owner), action="change_webhook")
        done = await sent_until_answered(
            lambda: self._transport.write(call, self._that), self._sleep
        )
        if done is None:
            raise UnknownOutcome("the change of a webhook was not answered")
        return replace(done, active=changed.active, secret=done.secret or changed.secret)

    async def delete_webhook(self, webhook_id: str, *, owner: Owner = OWN) -> None:
        """End the subscription; that it is not there (any more) is fine."""
        call = self._webhook("DELETE", owner, webhook_id)
        call = replace(call, action="delete_webhook")
        done = await sent_until_answered(partial(self._ended, call), self._sleep)
        if not done and any(w.id == webhook_id for w in await self.webhooks(owner)):
            raise UnknownOutcome("the end of a webhook was not answered")

    async def _ended(self, call: Call) -> bool:
        try:
            return await self._transport.write(call, lambda _: True)
        except self._gone:
            return True

    def _webhook(self, method: str, owner: Owner, webhook_id: str = "") -> Call:
        path = _PATHS[owner.level] + ("/{id}" if webhook_id else "")
        ids = {"id": webhook_id, "owner_id": owner.owner_id, "team_id": owner.team_id}
        return Call(method, path, {name: value for name, value in ids.items() if value})

    def _body(self, wanted: Subscription, owner: Owner) -> Mapping[str, Any]:
        body: dict[str, Any] = {
            "active": wanted.active,
            "subscriberUrl": wanted.url,
            self._triggers_key: list(wanted.triggers),
        }
        return body if wanted.secret is None else {**body, "secret": wanted.secret}

    def _that(self, body: Any) -> Subscription:
        return wire_accounts.subscription(inside(body, self._one_key))

    def _those_of(self, owner: Owner, body: Any) -> tuple[Subscription, ...]:
        return wire_accounts.subscriptions(inside(body, self._list_key))


class V1Subscriptions(Subscriptions):
    """v1 has one list for the two levels it knows, and says 403 of what does not exist."""

    _list_key = "webhooks"
    _one_key = "webhook"
    _triggers_key = "eventTriggers"
    _gone = (NotFound, NotAllowed)

    def _webhook(self, method: str, owner: Owner, webhook_id: str = "") -> Call:
        if owner.level not in {Level.USER, Level.EVENT_TYPE}:
            raise NotSupported(f"API v1 keeps no webhooks at level {owner.level}")
        return super()._webhook(method, OWN, webhook_id)

    def _body(self, wanted: Subscription, owner: Owner) -> Mapping[str, Any]:
        body = super()._body(wanted, owner)
        return body if owner.owner_id is None else {**body, "eventTypeId": owner.owner_id}

    def _those_of(self, owner: Owner, body: Any) -> tuple[Subscription, ...]:
        entries = (e for e in listed(inside(body, self._list_key)) if isinstance(e, dict))
        return wire_accounts.subscriptions(
            [entry for entry in entries if entry.get("eventTypeId") == owner.owner_id]
        )
