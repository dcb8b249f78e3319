"""What else can be done to a booking that stands: ask for another time, hand it over, add people,
put it elsewhere; and what goes with it: calendar links and recordings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote

from bot.domain.bookings import Action, Booking, CalendarLink, Guest, Recording
from bot.domain.errors import AlreadyDone, InvalidAnswer, NotSupported, SlotTaken
from bot.domain.event_types import EventType, Location, TeamHost
from bot.domain.people import Reader
from bot.domain.places import as_asked_for
from bot.domain.wording import _
from bot.services.booking import StillWorking
from bot.services.catalogue import Catalogue
from bot.services.freedom import Freedom, Freedoms
from bot.services.ports import Scheduling
from bot.services.standing import Row, Standing

MOST_AT_ONCE = 10
MOST_GUESTS = 30
"""How many people Cal.com takes in one call, and besides the attendee in all."""
TYPED = frozenset({"link", "address", "phone"})
"""Kinds of places that anybody can name, whatever the event type offers."""

ORDER = (Freedom.FREE, Freedom.UNKNOWN, Freedom.BUSY)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a booking could be handed over to."""

    host: TeamHost
    freedom: Freedom


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A booking before and after; `freedom` is that of a host who was named."""

    before: Row
    after: Row
    freedom: Freedom | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """A booking's calendar links that may be shown; `withheld` are the labels of the others."""

    row: Row
    links: tuple[CalendarLink, ...] = ()
    withheld: tuple[str, ...] = ()


class Amending:
    """The use cases, each checked against who may do it and whether it can be done now."""

    def __init__(
        self,
        scheduling: Scheduling,
        catalogue: Catalogue,
        standing: Standing,
        clock: Callable[[], datetime],
    ) -> None:
        self._scheduling = scheduling
        self._standing = standing
        self._freedoms = Freedoms(scheduling, catalogue, clock)
        self._being_handed_over: set[str] = set()

    async def ask_anew(self, reader: Reader, ref: str, reason: str) -> Row:
        """Cancel it, and let Cal.com ask the attendee for another time."""
        row = await self._standing.checked(reader, ref, Action.REQUEST_RESCHEDULE)
        asked = await self._scheduling.request_reschedule(row.seen.uid, reason=reason)
        return await self._standing.remembered(reader, row, asked)

    async def add_people(
        self, reader: Reader, ref: str, guests: Sequence[Guest]
    ) -> tuple[Row, tuple[Guest, ...]]:
        """Invite more people; returns the booking, and who of them was new to it.

        Raises:
            InvalidAnswer: They are all there already, or too many.
        """
        row = await self._standing.checked(reader, ref, Action.ADD_PEOPLE)
        new = _new_to(row.seen.booking, guests)
        added = await self._scheduling.add_guests(row.seen.uid, new)
        return await self._standing.remembered(reader, row, added), new

    async def change_place(self, reader: Reader, ref: str, place: Location) -> tuple[Row, Row]:
        """Put it elsewhere: to a place of the event type, or to one that somebody typed; returns
        the booking before and after.

        Raises:
            InvalidAnswer: It is there already, or the place is none of the event type's.
        """
        row = await self._standing.checked(reader, ref, Action.CHANGE_PLACE)
        if place.kind not in TYPED and place not in places_of(row.event_type):
            raise InvalidAnswer("location", _("This place is not offered any more."))
        if place.value and place.value == row.seen.booking.location:
            raise InvalidAnswer("location", _("It takes place there already."))
        moved = await self._scheduling.change_place(row.seen.uid, as_asked_for(place))
        return row, await self._standing.remembered(reader, row, moved)

    async def hosts_for(self, reader: Reader, ref: str) -> tuple[Candidate, ...]:
        """Whom a round robin's booking could be handed over to, those who are free first."""
        row = await self._standing.snapshot(reader, ref, Action.HAND_OVER)
        hosts = _others(row)
        freedoms = await self._freedoms.of(hosts, row.seen.booking)
        found = [Candidate(host, free) for host, free in zip(hosts, freedoms, strict=True)]
        return tuple(sorted(found, key=lambda candidate: ORDER.index(candidate.freedom)))

    async def hand_over(  # what was asked, and by whom
        self, reader: Reader, ref: str, user_id: int | None, reason: str, held_by: str | None = None
    ) -> HandedOver:
        """Give it to this host, or (None) to the next one who is free.

        Cal.com lets everybody do that and takes even a busy host, so it is looked at here.

        Args:
            held_by: What `holders_mark` said when it was asked for: it is done only once.

        Raises:
            InvalidAnswer: They are no host of it, or busy; nobody else is free.
            AlreadyDone: Somebody else has it now.
            StillWorking: The same is going on.
        """
        if ref in self._being_handed_over:
            raise StillWorking
        self._being_handed_over.add(ref)
        try:
            return await self._hand_over(reader, ref, user_id, reason, held_by)
        finally:
            self._being_handed_over.discard(ref)

    async def to_take(self, reader: Reader, ref: str) -> Row:
        """The booking read afresh, for a host who is not tied to it yet; raises `AlreadyDone` where
        it is off, or over."""
        return await self._standing.open_to_all(reader, ref)

    async def as_it_is(self, ref: str) -> Row:
        """The same for nobody, however it stands."""
        return await self._standing.unread(ref)

    async def hand_to(self, reader: Reader, row: Row, user_id: int) -> Row:
        """Give it to this host, who asks for it.

        Raises:
            InvalidAnswer: They are busy, or it cannot be theirs.
        """
        await self._freedom_of(row, user_id)
        booking = await self._scheduling.reassign(row.seen.uid, user_id, reason="")
        return await self._standing.remembered(reader, row, booking)

    async def calendar_links(self, reader: Reader, ref: str) -> Links:
        """Links that put it into a calendar. One that holds what only its owner may have is
        withheld; a server that has none is no error."""
        row = await self._standing.checked(reader, ref, Action.CALENDAR_LINKS)
        try:
            found = await self._scheduling.calendar_links(row.seen.uid)
        except NotSupported:
            return Links(row)
        links = [link for link in found if may_be_shown(link.url, row.seen.booking)]
        withheld = [link.label for link in found if link not in links]
        return Links(row, tuple(links), tuple(withheld))

    async def recordings(self, reader: Reader, ref: str) -> tuple[Row, tuple[Recording, ...]]:
        """The recordings of a meeting that has begun."""
        row = await self._standing.checked(reader, ref, Action.RECORDINGS)
        found = await self._scheduling.recordings(row.seen.uid)
        return row, tuple(
            one if one.url and may_be_shown(one.url, row.seen.booking) else replace(one, url=None)
            for one in found
        )

    async def _hand_over(
        self, reader: Reader, ref: str, user_id: int | None, reason: str, held_by: str | None
    ) -> HandedOver:
        row = await self._standing.checked(reader, ref, Action.HAND_OVER)
        if held_by is not None and held_by != holders_mark(row):
            raise AlreadyDone("handed over meanwhile")
        freedom = None if user_id is None else await self._freedom_of(row, user_id)
        try:
            booking = await self._scheduling.reassign(row.seen.uid, user_id, reason=reason)
        except SlotTaken as taken:
            raise InvalidAnswer(
                "host", _("Nobody else is free at that time."), detail=taken.detail
            ) from taken
        return HandedOver(row, await self._standing.remembered(reader, row, booking), freedom)

    async def _freedom_of(self, row: Row, user_id: int) -> Freedom:
        """That of somebody it may be handed over to; a busy one is refused."""
        host = next((host for host in _others(row) if host.id == user_id), None)
        if host is None:
            raise InvalidAnswer("host", _("It cannot be handed over to this person."))
        (freedom,) = await self._freedoms.of((host,), row.seen.booking)
        if freedom is Freedom.BUSY:
            raise InvalidAnswer("host", _("{name} is busy at that time.").format(name=host.name))
        return freedom


def places_of(event_type: EventType | None) -> tuple[Location, ...]:
    """The places of an event type that need nothing else to be named, each once."""
    known = dict.fromkeys(event_type.locations if event_type else ())
    return tuple(p for p in known if p.value and p.kind in TYPED | {"integration"})


def holders(row: Row) -> tuple[TeamHost, ...]:
    """Who of a round robin has the booking now.

    Beside a fixed host, who is in every booking, the one picked stands among the attendees; there
    only the name tells them.
    """
    if row.event_type is None:
        return ()
    booking, hosts = row.seen.booking, row.event_type.hosts
    ids = {host.id for host in booking.hosts}
    beside_fixed = any(host.fixed for host in hosts)
    names = {a.name for a in booking.attendees} if beside_fixed else set()
    return tuple(h for h in hosts if not h.fixed and (h.id in ids or h.name in names))


def holders_mark(row: Row) -> str:
    """Tells one holder from another, for a form that is open while it may change."""
    return "+".join(sorted(str(host.id) for host in holders(row)))


def _others(row: Row) -> tuple[TeamHost, ...]:
    """The hosts it could be handed over to."""
    hosts = row.event_type.hosts if row.event_type else ()
    having = holders(row)
    return tuple(host for host in hosts if not host.fixed and host not in having)


def _new_to(booking: Booking, guests: Iterable[Guest]) -> tuple[Guest, ...]:
    wanted: dict[str, Guest] = {}
    for guest in guests:
        wanted.setdefault(guest.email.casefold(), guest)
    new = tuple(guest for guest in wanted.values() if not booking.involves(guest.email))
    if not new:
        raise InvalidAnswer("guests", _("They are all invited already."))
    if len(new) > MOST_AT_ONCE:
        raise InvalidAnswer(
            "guests", _("At most {most} people can be added at once.").format(most=MOST_AT_ONCE)
        )
    emails = {a.email.casefold() for a in booking.attendees}
    there = len(emails | {email.casefold() for email in booking.guests}) - 1
    if there + len(new) > MOST_GUESTS:
        raise InvalidAnswer(
            "guests",
            _("A booking takes {most} guests, and {there} are invited already.").format(
                most=MOST_GUESTS, there=there
            ),
        )
    return new


def may_be_shown(url: str, booking: Booking) -> bool:
    """Whether it is a web address, and holds nothing by which the booking could be cancelled."""
    keys = {booking.uid, booking.recurring_uid, booking.rescheduled_from_uid, booking.seat_uid}
    keys |= {attendee.seat_uid for attendee in booking.attendees}
    plain = unquote(unquote(url))
    return url.startswith(("https://", "http://")) and not any(k in plain for k in keys if k)
