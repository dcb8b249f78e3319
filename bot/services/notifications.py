"""From a stored webhook, or a look at Cal.com, to a decided card.

Every row that is claimed here ends settled, ignored, put back, or set aside with a word in the
log; a process that dies in the middle leaves a lease that runs out, and the row is done again.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.bookings import Booking, Status
from bot.domain.cards import Card, Happening, NoticeCard, Phase, Shown, called_until
from bot.domain.errors import (
    NotFound,
    RateLimited,
    SchedulingError,
    StoreUnavailable,
    Unavailable,
)
from bot.domain.events import BookingEvent, Event, Ignored, Notice, Trigger
from bot.domain.records import Decision, Note, Received, Sighting, Subject
from bot.domain.rules import (
    About,
    Showing,
    about_booking,
    keys_for,
    news_of,
    showings,
    united,
)
from bot.domain.sightings import sighted
from bot.domain.turning import ALIVE, Reading, origin_of, reading_needed, turn
from bot.domain.wording import N_
from bot.services.counting import Counts, Uncounted
from bot.services.matching import Matching, TeamOf
from bot.services.ports import Inbox, Rules
from bot.services.trying import LEASE, TRIES, WORK, back_off

log = structlog.get_logger(__name__)

WEBHOOK: Final = "webhook"
SIGHTING: Final = "sighting"
"""What is taken out of the inbox, where it is counted."""
READ_TRIES: Final = 6
"""So often Cal.com is asked (about a minute) before a card is decided without its answer."""


class Changed(Protocol):
    """Lets those see it who have the booking before them: as it was, and as it is."""

    async def __call__(self, account: str, *bookings: Booking) -> None: ...


async def _nobody_looks(account: str, *bookings: Booking) -> None:
    """Where there is nobody to be told."""


class BookingReader(Protocol):
    """What is needed of Cal.com; may raise `SchedulingError`s."""

    async def booking(self, account: str, uid: str) -> Booking: ...


@dataclass(frozen=True, slots=True)
class Notifications:
    """What a worker does with the inbox, one row at a time.

    Attributes:
        parse: A verified body's meaning; ValueError where it is not JSON.
        bookings: Reads a booking again, where only a second look tells what a word means.
        team_of: The team of an account's event type (their ids), where it is one's; raises
            `SchedulingError` where that cannot be found out.
        jitter: A number from 0 to 1.
        missed: The body that says that nobody has answered an instant meeting until then.
        changed: Is told of an account's booking, as it was and as it is.
    """

    inbox: Inbox
    bookings: BookingReader
    rules: Rules
    parse: Callable[[bytes], Event]
    clock: Callable[[], datetime]
    team_of: TeamOf
    jitter: Callable[[], float] = random.random
    counts: Counts = field(default_factory=Uncounted)
    changed: Changed = _nobody_looks
    missed: Callable[[str, datetime], bytes] | None = None

    async def take_one(self) -> bool:
        """Settle one webhook or sighting; False when none is due."""
        now = self.clock()
        received = await self.inbox.claim(now, now + LEASE)
        if received is None:
            return False
        with bound_contextvars(trace=received.trace):
            try:
                async with asyncio.timeout(WORK):
                    await self._settle(received)
            except Exception as error:  # one bad row must not stop the next
                await self._put_back(received, error)
        return True

    async def _settle(self, received: Received) -> None:
        if received.sighting:
            await self._settle_sighting(received, received.sighting)
            return
        try:
            event = self.parse(received.raw)
        except ValueError:
            event = Ignored("", "not JSON")
        if isinstance(event, Ignored):
            log.info("webhook_ignored", trigger=event.trigger, why=event.why, row=received.id)
            self.counts.taken(
                WEBHOOK, "ignored_known" if event.trigger in {*Trigger} else "ignored_unknown"
            )
            await self.inbox.ignore(received.id, event.why)
        elif isinstance(event, Notice):
            await self._settle_notice(received, event)
        else:
            await self._settle_booking(received, _dated(event, received))

    async def _settle_notice(self, received: Received, notice: Notice) -> None:
        showing = await self._showings(received.account, About(news_of(notice)))

        def decide(shown: Shown | None) -> Decision:
            if isinstance(shown, NoticeCard):
                known = shown.notice
                if replace(known, said_at=None) == replace(notice, said_at=None):
                    return Decision(None)
            return Decision(NoticeCard(notice), showing)

        subject = Subject(received.account, notice=notice.key)
        await self.inbox.settle(received, subject, decide)
        self._say_settled(received, notice, "told")

    async def _settle_booking(self, received: Received, event: BookingEvent) -> None:
        known = await self.inbox.card(self._subject(received, event))
        card = known if isinstance(known, Card) else None
        if event.missed and not (card and card.phase is Phase.CALLING):
            await self.inbox.ignore(received.id, "answered")
            return
        event, reread = await self._looked_up(received, card, event)
        if event.missed and reread and reread.status is not Status.PENDING:
            await self._settle_sighting(received, Sighting(reread, self.clock()))
            return
        if card is None and event.booking is None and reread is None:
            await self._settle_notice(received, _bare(event))
            return
        # What is announced, and where, is found out before the card is locked: by the card as it
        # was a moment ago.
        after = turn(card, event, reread=reread)
        await self._look_again(received, event, after)
        showing = await self._showings(
            received.account,
            replace(
                about_booking(after.booking),
                news=news_of(event, card),
            ),
        )

        def decide(shown: Shown | None) -> Decision:
            before = shown if isinstance(shown, Card) else None
            after = turn(before, event, reread=reread)
            return Decision(None) if after == before else decided(before, after, showing)

        await self.inbox.settle(received, self._subject(received, event, reread), decide)
        self._say_settled(received, event, "turned")
        await self._show_anew(received, card, after)

    async def _looked_up(
        self, received: Received, card: Card | None, event: BookingEvent
    ) -> tuple[BookingEvent, Booking | None]:
        """What the event means, and the booking as it is now, where only that tells."""
        reading = reading_needed(card, event)
        reread = await self._read(received, event, reading) if reading else None
        if reading is not Reading.OLD:
            return event, reread
        is_seat = reread is not None and reread.status in ALIVE
        return (_one_seat_moved(event) if is_seat else event), None

    async def _look_again(self, received: Received, event: BookingEvent, after: Card) -> None:
        """Of a call hear when its time is over: by a word that is put into the inbox for then."""
        until = called_until(after)
        is_call = event.trigger is Trigger.INSTANT_MEETING and not event.missed
        if self.missed and is_call and until and after.phase is Phase.CALLING:
            await self.inbox.accept(self.missed(event.uid, until), until, received.account)

    def _say_settled(self, received: Received, event: BookingEvent | Notice, how: str) -> None:
        self.counts.taken(WEBHOOK, how)
        waited = (self.clock() - received.received_at).total_seconds()
        log.info("webhook_settled", trigger=event.trigger, waited_ms=round(waited * 1000))

    async def _settle_sighting(self, received: Received, sighting: Sighting) -> None:
        """Turn the card by what was seen; a silent sighting is announced nowhere."""
        booking = sighting.booking
        origin = booking.rescheduled_from_uid
        subject = Subject(
            received.account, uids=(booking.uid, origin) if origin else (booking.uid,)
        )
        known = await self.inbox.card(subject)
        after = sighted(known if isinstance(known, Card) else None, sighting)
        about = about_booking(after.booking)
        found = await self.rules.matching(received.account, keys_for(about))
        about = await Matching(self.rules, self.team_of).seen_by(found, about)
        rules, now = () if sighting.silent else found, self.clock()

        def decide(shown: Shown | None) -> Decision:
            before = shown if isinstance(shown, Card) else None
            after = sighted(before, sighting)
            if after == before:
                return Decision(None)
            notes = tuple(
                Note(word, showings(rules, replace(about, news=news_of(word, before)), now))
                for word in _new_words(before, after)
            )
            where = united(showing for note in notes for showing in note.showings)
            return Decision(after, where, notes)

        await self.inbox.settle(received, subject, decide)
        self.counts.taken(SIGHTING, "turned")
        log.info("sighting_settled", silent=sighting.silent)
        await self._show_anew(received, known if isinstance(known, Card) else None, after)

    async def _show_anew(self, received: Received, before: Card | None, after: Card) -> None:
        """That it cannot be asked for now does not undo what was settled."""
        if after == before:
            return
        bookings = [card.booking for card in (before, after) if card]
        try:
            await self.changed(received.account, *bookings)
        except StoreUnavailable:
            log.warning("homes_not_told", row=received.id)

    async def _showings(self, account: str, about: About) -> tuple[Showing, ...]:
        return await Matching(self.rules, self.team_of).showings(account, about, self.clock())

    def _subject(
        self, received: Received, event: BookingEvent, reread: Booking | None = None
    ) -> Subject:
        origin = origin_of(event, reread)
        return Subject(received.account, uids=(event.uid, origin) if origin else (event.uid,))

    async def _read(
        self, received: Received, event: BookingEvent, reading: Reading
    ) -> Booking | None:
        """The booking as it is at Cal.com; None where that cannot be found out."""
        uid = event.previous_uid if reading is Reading.OLD and event.previous_uid else event.uid
        try:
            return await self.bookings.booking(received.account, uid)
        except NotFound:
            told = event.booking if event.trigger is Trigger.BOOKING_CANCELLED else None
            return replace(told, status=Status.CANCELLED) if told else None
        except (Unavailable, RateLimited) as error:
            if received.tries < READ_TRIES:
                raise
            log.warning("decided_without_reading", row=received.id, kind=type(error).__name__)
        except SchedulingError as error:
            log.warning("decided_without_reading", row=received.id, kind=type(error).__name__)
        return None

    async def _put_back(self, received: Received, error: Exception) -> None:
        kind = type(error).__name__
        passing = isinstance(error, Unavailable | RateLimited | StoreUnavailable)
        retry_at: datetime | None = self.clock() + back_off(received.tries, self.jitter())
        if isinstance(error, RateLimited):
            retry_at = error.until + timedelta(seconds=self.jitter())
        elif not passing and received.tries >= TRIES:
            retry_at = None
        if passing:
            log.info("webhook_put_back", row=received.id, kind=kind, retry_at=retry_at)
        else:
            log.error("webhook_failed", row=received.id, retry_at=retry_at, exc_info=error)
        what = SIGHTING if received.sighting else WEBHOOK
        self.counts.taken(what, "put_back" if retry_at else "aside")
        await self.inbox.put_back(received.id, kind, retry_at)


def decided(before: Card | None, after: Card, showing: tuple[Showing, ...]) -> Decision:
    """The card as it is now, and its newest word for the threads of those who have it."""
    new = _new_words(before, after)
    return Decision(after, showing, (Note(new[-1], showing),) if new else ())


def _new_words(before: Card | None, after: Card) -> list[Happening]:
    known = {word.word for word in before.history} if before else set()
    return [word for word in after.history if word.word not in known]


def _dated(event: BookingEvent, received: Received) -> BookingEvent:
    """A word without a date was said when it came; the meetings' ones are dated by the meeting."""
    if event.said_at or event.trigger in {Trigger.MEETING_STARTED, Trigger.MEETING_ENDED}:
        return event
    return replace(event, said_at=received.received_at)


def _one_seat_moved(event: BookingEvent) -> BookingEvent:
    """One seat went elsewhere and the class stays: the new booking has a card of its own."""
    booking = event.booking and replace(event.booking, rescheduled_from_uid=None)
    return replace(event, previous_uid=None, booking=booking)


def _bare(event: BookingEvent) -> Notice:
    """What can be said of a booking that nobody knows and Cal.com does not show."""
    marks = [(N_("Absent") if absent else N_("Present"), email) for email, absent in event.absent]
    known = [(N_("News"), event.note), (N_("Reason"), event.reason), (N_("By"), event.actor)]
    return Notice(
        trigger=event.trigger,
        key=f"{event.trigger}:{event.uid}:{event.said_at}",
        title=event.trigger.replace("_", " ").capitalize(),
        said_at=event.said_at,
        lines=tuple((label, text) for label, text in [*known, *marks] if text),
    )
