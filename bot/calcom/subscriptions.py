"""Webhook subscriptions of an account or of an event type, in both versions of the API."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.calcom import wire_accounts
from bot.calcom.recovery import found_out, sent_until_answered
from bot.calcom.speaker import Speaker
from bot.calcom.transport import Call
from bot.calcom.wire import inside, listed
from bot.domain.errors import NotAllowed, NotFound, SchedulingError, UnknownOutcome
from bot.domain.events import Subscription


class Subscriptions(Speaker):
    """The part of a client that keeps webhooks, as v2 does it.

    v2 knows no list of a team's webhooks, and an account's webhooks miss what happens to the
    event types of its teams.
    """

    _list_key = "data"
    _one_key = "data"
    _triggers_key = "triggers"
    _gone: tuple[type[SchedulingError], ...] = (NotFound,)

    async def webhooks(self, event_type_id: int | None = None) -> tuple[Subscription, ...]:
        """One's own subscriptions, or those of an event type.

        v1 tells neither the secrets nor which are active.
        """
        return await self._transport.read(
            self._webhook("GET", event_type_id), partial(self._those_of, event_type_id)
        )

    async def create_webhook(
        self, url: str, triggers: Iterable[str], *, secret: str, event_type_id: int | None = None
    ) -> Subscription:
        """Subscribe an address.

        Raises:
            AlreadyDone: The owner has a subscription with this address.
            InvalidAnswer: Cal.com does not send there (`subscriberUrl`).
        """
        wanted = Subscription("", url, tuple(triggers), secret=secret)
        call = self._webhook("POST", event_type_id)
        call = replace(call, body=self._body(wanted, event_type_id), action="create_webhook")
        try:
            made = await self._transport.write(call, self._that)
        except UnknownOutcome:
            made = await found_out(partial(self._at, url, event_type_id), self._sleep)
        return replace(made, secret=made.secret or secret)

    async def _at(self, url: str, event_type_id: int | None) -> Subscription | None:
        return next((w for w in await self.webhooks(event_type_id) if w.url == url), None)

    async def change_webhook(
        self, changed: Subscription, *, event_type_id: int | None = None
    ) -> Subscription:
        """Bring the subscription with this id to this state; a secret of None is left alone."""
        call = self._webhook("PATCH", event_type_id, changed.id)
        call = replace(call, body=self._body(changed, event_type_id), action="change_webhook")
        done = await sent_until_answered(
            lambda: self._transport.write(call, self._that), self._sleep
        )
        if done is None:
            raise UnknownOutcome("the change of a webhook was not answered")
        return replace(done, active=changed.active, secret=done.secret or changed.secret)

    async def delete_webhook(self, webhook_id: str, *, event_type_id: int | None = None) -> None:
        """End the subscription; that it is not there (any more) is fine."""
        call = self._webhook("DELETE", event_type_id, webhook_id)
        call = replace(call, action="delete_webhook")
        done = await sent_until_answered(partial(self._ended, call), self._sleep)
        if not done and any(w.id == webhook_id for w in await self.webhooks(event_type_id)):
            raise UnknownOutcome("the end of a webhook was not answered")

    async def _ended(self, call: Call) -> bool:
        try:
            return await self._transport.write(call, lambda _: True)
        except self._gone:
            return True

    def _webhook(self, method: str, event_type_id: int | None, webhook_id: str = "") -> Call:
        ids: dict[str, str | int] = {"id": webhook_id} if webhook_id else {}
        path = "/webhooks" + ("/{id}" if webhook_id else "")
        if event_type_id is not None:
            path, ids["event_type_id"] = "/event-types/{event_type_id}" + path, event_type_id
        return Call(method, path, ids)

    def _body(self, wanted: Subscription, event_type_id: int | None) -> Mapping[str, Any]:
        body: dict[str, Any] = {
            "active": wanted.active,
            "subscriberUrl": wanted.url,
            self._triggers_key: list(wanted.triggers),
        }
        return body if wanted.secret is None else {**body, "secret": wanted.secret}

    def _that(self, body: Any) -> Subscription:
        return wire_accounts.subscription(inside(body, self._one_key))

    def _those_of(self, event_type_id: int | None, body: Any) -> tuple[Subscription, ...]:
        return wire_accounts.subscriptions(inside(body, self._list_key))


class V1Subscriptions(Subscriptions):
    """v1 has one list for both levels, and says 403 of what does not exist."""

    _list_key = "webhooks"
    _one_key = "webhook"
    _triggers_key = "eventTriggers"
    _gone = (NotFound, NotAllowed)

    def _webhook(self, method: str, event_type_id: int | None, webhook_id: str = "") -> Call:
        return super()._webhook(method, None, webhook_id)

    def _body(self, wanted: Subscription, event_type_id: int | None) -> Mapping[str, Any]:
        body = super()._body(wanted, event_type_id)
        return body if event_type_id is None else {**body, "eventTypeId": event_type_id}

    def _those_of(self, event_type_id: int | None, body: Any) -> tuple[Subscription, ...]:
        entries = (e for e in listed(inside(body, self._list_key)) if isinstance(e, dict))
        return wire_accounts.subscriptions(
            [entry for entry in entries if entry.get("eventTypeId") == event_type_id]
        )
