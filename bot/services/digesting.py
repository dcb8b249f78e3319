"""Digests: a summary of bookings at a place's local hour, told once.

A digest is known by its rule and when it was due: a process that dies between telling it and
moving the rule on leaves the next one nothing to tell.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.cards import OVER, Card, DigestCard, DigestLine, Phase
from bot.domain.digests import days_of, has_absences, line, waits_too_long, week_before
from bot.domain.errors import SchedulingError
from bot.domain.rules import Digest, Rule, Showing, about_booking, next_digest
from bot.services.matching import Matching
from bot.services.ports import Cards, Outbox, Rules
from bot.services.rounds import State

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=30)
LATEST: Final = timedelta(hours=6)
"""A digest that could not be told for so long is not told any more."""
MOST: Final = 40
MOST_UNCONFIRMED: Final = 20
MOST_ABSENCES: Final = 20
PAGE: Final = 200
PAGES: Final = 25
FAR: Final = timedelta(days=5 * 366)
"""Nobody books farther ahead."""

_STANDING: Final = tuple(phase for phase in Phase if phase not in OVER)

Known = Sequence[tuple[str, Card]]
"""Refs and cards, by start."""


@dataclass(frozen=True, slots=True)
class Digesting:
    """Tells the digests that are due."""

    rules: Rules
    cards: Cards
    outbox: Outbox
    matching: Matching
    clock: Callable[[], datetime]

    async def __call__(self, state: State) -> State:
        """Tell those that are due; see `services.rounds`.

        One that cannot be put together now does not keep back the others.
        """
        shelf = _Shelf(self.cards, self.clock())
        while await self._some(shelf):
            pass
        return state

    async def _some(self, shelf: "_Shelf") -> bool:
        """Whether any of those that are due was dealt with; raises, in the end, why one was not."""
        failure: SchedulingError | None = None
        moved = False
        for rule, due in await self.rules.digests_due(shelf.now):
            try:
                await self._tell(rule, due, shelf)
            except SchedulingError as error:  # whose team something is
                failure = failure or error
            else:
                following = next_digest(rule, max(due, shelf.now - LATEST))
                moved = await self.rules.digest_at(rule.id, due, following) or moved
        if failure:
            raise failure
        return moved

    async def _tell(self, rule: Rule, due: datetime, shelf: "_Shelf") -> None:
        if shelf.now - due >= LATEST:
            log.warning("digest_left_out", rule=rule.id, due=due)
        elif rule.digest and not rule.is_off:
            card = await self._digest(rule, rule.digest, due, shelf)
            showing = Showing(rule.place, rule.look, held=rule.is_held)
            await self.outbox.tell(f"digest:{rule.id}:{due.isoformat()}", card, [showing])

    async def _digest(
        self, rule: Rule, digest: Digest, due: datetime, shelf: "_Shelf"
    ) -> DigestCard:
        start, end = days_of(digest, rule.zone, due)
        there = await shelf.starting(rule.account, start, end, _STANDING)
        asked = await shelf.starting(rule.account, shelf.now, shelf.now + FAR, [Phase.REQUESTED])
        waiting = [each for each in asked if waits_too_long(each[1], shelf.now)]
        absent: Known = ()
        if weekly := digest.weekday is not None:
            ago = week_before(rule.zone, due)
            past = await shelf.starting(rule.account, ago, due, _STANDING)
            absent = [each for each in past if has_absences(each[1])]
        bookings, more = await self._lines(rule, there, MOST)
        unconfirmed, more_unconfirmed = await self._lines(rule, waiting, MOST_UNCONFIRMED)
        absences, more_absences = await self._lines(rule, absent, MOST_ABSENCES)
        hidden = (more, more_unconfirmed, more_absences)
        return DigestCard(
            start, end, rule.zone, weekly, bookings, unconfirmed, absences, hidden=hidden
        )

    async def _lines(
        self, rule: Rule, known: Known, most: int
    ) -> tuple[tuple[DigestLine, ...], int]:
        """Those of the bookings that the rule means, and how many there is no room for."""
        meant = [each for each in known if await self._is_meant(rule, each[1])]
        return tuple(line(*each) for each in meant[:most]), len(meant[most:])

    async def _is_meant(self, rule: Rule, card: Card) -> bool:
        about = about_booking(card.booking)
        return rule.fits(await self.matching.seen_by([rule], about))


class _Shelf:
    """Reads a stretch of time once, however many digests of one moment are of it."""

    def __init__(self, cards: Cards, now: datetime) -> None:
        self.now = now
        self._cards = cards
        self._read: dict[tuple[str, datetime, datetime, tuple[Phase, ...]], Known] = {}

    async def starting(
        self, account: str, after: datetime, until: datetime, phases: Collection[Phase]
    ) -> Known:
        """The bookings that start then; of very many only the first ones."""
        key = (account, after, until, tuple(phases))
        if key not in self._read:
            self._read[key] = await self._pages(account, after, until, phases)
        return self._read[key]

    async def _pages(
        self, account: str, after: datetime, until: datetime, phases: Collection[Phase]
    ) -> Known:
        found: list[tuple[str, Card]] = []
        beyond = None
        for _ in range(PAGES):
            page = await self._cards.starting(
                account, after, until, phases=phases, take=PAGE, beyond=beyond
            )
            found += page
            if len(page) < PAGE:
                break
            beyond = (page[-1][1].booking.start, page[-1][0])
        else:
            log.warning("digest_cut_short", after=after, until=until, bookings=len(found))
        return found
