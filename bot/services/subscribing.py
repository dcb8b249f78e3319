"""One owner's webhooks at Cal.com, set right: the one that is wanted, and none else of ours.

A row is saved before its webhook is made, and deleted after it is: whatever is interrupted, the
next look finds by the address what came of it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.errors import (
    InvalidAnswer,
    NotAllowed,
    NotFound,
    NotSupported,
    Refused,
    Unavailable,
    UnknownOutcome,
)
from bot.domain.events import Subscription
from bot.domain.hooks import Why
from bot.domain.records import Level, Owner, Registration
from bot.services.ports import Registrations, Webhooks

log = structlog.get_logger(__name__)

CLOSED_FOR: Final = timedelta(hours=1)
"""How long an owner that was refused is not asked about again."""
OLDEST: Final = frozenset(
    {
        "BOOKING_CREATED",
        "BOOKING_REQUESTED",
        "BOOKING_RESCHEDULED",
        "BOOKING_CANCELLED",
        "BOOKING_REJECTED",
        "MEETING_ENDED",
    }
)
"""Triggers that every server knows, for where one does not say which it knows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of every webhook in a round, and what is learned on the way.

    Attributes:
        triggers: What they are to tell of.
        unknown: Triggers that the server does not know, and since when they are left out.
        lacking: Levels that the server does not have.
    """

    now: datetime
    triggers: frozenset[str]
    unknown: dict[str, datetime] = field(default_factory=dict)
    lacking: set[Level] = field(default_factory=set)

    @property
    def known(self) -> tuple[str, ...]:
        return tuple(sorted(self.triggers - self.unknown.keys()))

    def leave_out(self, refused: InvalidAnswer) -> None:
        """Learn from the server's own list which of them it does not know."""
        known = frozenset(refused.allowed) or OLDEST
        self.unknown.update(dict.fromkeys(self.triggers - known, self.now))


@dataclass(frozen=True, slots=True)
class Subscribing:
    """See the module.

    Attributes:
        public_url: Where Cal.com reaches us.
        new_secret: Something that nobody can guess, fit for an address and for a secret.
    """

    account: str
    calcom: Webhooks
    registrations: Registrations
    public_url: str | None
    new_secret: Callable[[], str]

    def url(self, row: Registration) -> str:
        return f"{self._prefix}{row.address}"

    @property
    def _prefix(self) -> str:
        return f"{self.public_url or ''}/webhooks/cal/"

    async def keep(self, owner: Owner, rows: Sequence[Registration], wish: Wish) -> bool:
        """Let the owner have one webhook that is as wished; False where Cal.com does not let us.

        Raises:
            SchedulingError: What has nothing to do with this owner, or passes.
        """
        row, *surplus = rows or [await self._new(owner)]
        if row.error and row.checked_at and wish.now < row.checked_at + CLOSED_FOR:
            return False
        try:
            there = await self._there(owner, wish)
            kept = await self._set_right(row, there, wish)
        except (NotAllowed, NotFound, NotSupported, Refused) as error:
            await self._close(row, error, wish)
            return False
        except (Unavailable, UnknownOutcome):
            await self._put_last([row], wish)
            raise
        await self.registrations.save(kept)
        await self._clear(owner, there, surplus)
        return True

    async def end(self, owner: Owner, rows: Sequence[Registration], wish: Wish) -> None:
        """Let the owner have none of ours (any more)."""
        try:
            await self._clear(owner, await self._there(owner, wish), rows)
        except (NotAllowed, NotFound, NotSupported):  # it went with its owner, or with the right
            for row in rows:
                await self.registrations.delete(row.address)
        except (Unavailable, UnknownOutcome):
            await self._put_last(rows, wish)
            raise

    async def _put_last(self, rows: Sequence[Registration], wish: Wish) -> None:
        """The others come first next time: one whose trouble stays must not stop them."""
        for row in rows:
            await self.registrations.save(replace(row, checked_at=wish.now))

    async def _new(self, owner: Owner) -> Registration:
        address, secret = self.new_secret(), self.new_secret()
        row = Registration(
            address, self.account, owner.level, secret, owner.owner_id, owner.team_id
        )
        await self.registrations.save(row)
        return row

    async def _there(self, owner: Owner, wish: Wish) -> tuple[Subscription, ...]:
        if owner.level in wish.lacking:
            raise NotSupported
        return await self.calcom.webhooks(owner)

    async def _set_right(
        self, row: Registration, there: Sequence[Subscription], wish: Wish
    ) -> Registration:
        """Make it, mend it or leave it; returns the row as it is to be kept."""
        owner = row.owner
        theirs = [each for each in there if self._is_of(row, each)]
        # What a template sends says nothing, and cannot be mended.
        hook = next((each for each in theirs if not each.is_templated), None)
        for each in theirs:
            if each is not hook:
                await self.calcom.delete_webhook(each.id, owner=owner)
        wanted = Subscription("", self.url(row), wish.known, secret=row.secret)
        if hook is None:
            hook = await _written(wish, lambda triggers: self._make(row, triggers))
            log.info("webhook_registered", owner=owner.level.value, owner_id=owner.owner_id)
        elif not _is_as(hook, wanted):
            changed = replace(wanted, id=hook.id)
            await _written(wish, lambda triggers: self._change(owner, changed, triggers))
            log.info("webhook_mended", owner=owner.level.value, owner_id=owner.owner_id)
        return replace(row, webhook_id=hook.id, triggers=wish.known, error="", checked_at=wish.now)

    async def _make(self, row: Registration, triggers: Sequence[str]) -> Subscription:
        url = self.url(row)
        return await self.calcom.create_webhook(url, triggers, secret=row.secret, owner=row.owner)

    async def _change(
        self, owner: Owner, changed: Subscription, triggers: Sequence[str]
    ) -> Subscription:
        changed = replace(changed, triggers=tuple(triggers))
        return await self.calcom.change_webhook(changed, owner=owner)

    async def _clear(
        self, owner: Owner, there: Sequence[Subscription], leaving: Sequence[Registration]
    ) -> None:
        """End the webhooks of these rows and the rows, and those of ours that no row knows: an
        answer that was lost, or a database that is no more."""
        for hook in there:
            is_leaving = any(self._is_of(row, hook) for row in leaving)
            if is_leaving or await self._is_unknown(hook):
                await self.calcom.delete_webhook(hook.id, owner=owner)
                log.info("webhook_ended", owner=owner.level.value, owner_id=owner.owner_id)
        for row in leaving:
            await self.registrations.delete(row.address)

    def _is_of(self, row: Registration, hook: Subscription) -> bool:
        return hook.id == row.webhook_id or hook.url == self.url(row)

    async def _is_unknown(self, hook: Subscription) -> bool:
        if not self.public_url or not hook.url.startswith(self._prefix):
            return False
        address = hook.url.removeprefix(self._prefix)
        return await self.registrations.at_address(address) is None

    async def _close(self, row: Registration, error: Exception, wish: Wish) -> None:
        """Keep why it cannot be, and say so once."""
        why = _why(error)
        if isinstance(error, NotSupported):
            wish.lacking.add(row.level)
        if why != row.error:
            log.warning(
                "webhook_refused_by_calcom",
                owner=row.level.value,
                owner_id=row.owner_id,
                why=why.value,
            )
        await self.registrations.save(
            replace(row, triggers=wish.known, error=why, checked_at=wish.now)
        )


async def _written(
    wish: Wish, write: Callable[[Sequence[str]], Awaitable[Subscription]]
) -> Subscription:
    """Write it; where the server does not know some of the triggers, without them."""
    try:
        return await write(wish.known)
    except InvalidAnswer as error:
        if error.field != "triggers":
            raise
        wish.leave_out(error)
        log.info("triggers_left_out", triggers=sorted(wish.unknown))
    return await write(wish.known)


def _is_as(hook: Subscription, wanted: Subscription) -> bool:
    """Whether it is as it should be, as far as the server tells."""
    return (
        hook.active
        and hook.url == wanted.url
        and set(hook.triggers) == set(wanted.triggers)
        and hook.secret in {None, wanted.secret}
    )


_WHYS: Mapping[type[Exception], Why] = {
    NotAllowed: Why.NOT_ALLOWED,
    NotFound: Why.NOT_THERE,
    NotSupported: Why.NOT_THERE,
}


def _why(error: Exception) -> Why:
    if isinstance(error, InvalidAnswer) and error.field == "subscriberUrl":
        return Why.ADDRESS
    kinds = (why for kind, why in _WHYS.items() if isinstance(error, kind))
    return next(kinds, Why.REFUSED)
