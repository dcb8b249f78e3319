"""Handing over, asking anew, links and recordings, as the use cases decide them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.domain.accounts import Holder
from bot.domain.bookings import (
    Action,
    Attendee,
    Booking,
    BookingPage,
    BookingQuery,
    CalendarLink,
    Guest,
    Host,
    Recording,
    Status,
)
from bot.domain.errors import (
    AlreadyDone,
    Denied,
    InvalidAnswer,
    NotOffered,
    NotSupported,
    SlotTaken,
    Unavailable,
)
from bot.domain.event_types import Assignment, EventType, Location, Team, TeamHost
from bot.domain.people import Account, Member, Reader
from bot.domain.records import Seen
from bot.domain.slots import Slot, SlotQuery
from bot.services.amending import Amending, Candidate, holders_mark
from bot.services.booking import StillWorking
from bot.services.catalogue import Catalogue
from bot.services.freedom import MOST_LOOKED_AT, Freedom
from bot.services.ports import Attempts, References, Scheduling
from bot.services.standing import Standing

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
START = datetime(2026, 11, 25, 10, tzinfo=UTC)
HALF = timedelta(minutes=30)
ALICE, BOB, CAROL, ERIN = (
    TeamHost(number, f"{name.capitalize()} Name", name)
    for number, name in enumerate(("alice", "bob", "carol", "erin"), 1)
)
FIXED = replace(ALICE, fixed=True)
DEMO = EventType(
    70,
    "Demo",
    "demo",
    30,
    team=Team(1, "sales"),
    assignment=Assignment.ROUND_ROBIN,
    hosts=(BOB, CAROL, ERIN),
    locations=(Location("link", "https://meet.example/x"), Location("attendeePhone")),
)
BOOKING = Booking(
    uid="the-uid",
    title="Demo",
    status=Status.ACCEPTED,
    start=START,
    end=START + HALF,
    hosts=(Host("Bob Name", "bob@example.com", 2, "bob"),),
    attendees=(Attendee("Wes", "wes@example.org"),),
    event_type_id=70,
    location="https://meet.example/x",
)


def reader(email: str, *, admin: bool = False) -> Reader:
    return Reader(Member("T1", email, email=email, is_admin=admin), "UTC", hour12=False)


HOST, ADMIN = reader("bob@example.com"), reader("root@example.com", admin=True)
ATTENDEE, STRANGER = reader("wes@example.org"), reader("eve@example.com")


@dataclass
class Cal:
    """Cal.com, as far as these use cases ask it; `fails` by a method's name."""

    booking_now: Booking = BOOKING
    team_types: tuple[EventType, ...] = (DEMO,)
    own_types: dict[str, tuple[EventType, ...]] = field(default_factory=dict)
    open: dict[int, tuple[datetime, ...]] = field(default_factory=dict)
    around: tuple[Booking, ...] = ()
    links: tuple[CalendarLink, ...] = ()
    recorded: tuple[Recording, ...] = ()
    fails: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    abilities: frozenset[Action] = frozenset(Action)
    on_reassign: Any = None

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.fails:
            raise self.fails[name]

    async def me(self) -> Account:
        return Account(1, "alice", "alice@example.com")

    async def event_types(self, owner: str | None = None) -> tuple[EventType, ...]:
        self._ask(f"types {owner}")
        return self.team_types if owner is None else self.own_types.get(owner, ())

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        self._ask(f"slots {query.event_type_id}")
        return tuple(Slot(at) for at in self.open.get(query.event_type_id, ()))

    async def bookings(self, query: BookingQuery) -> BookingPage:
        self._ask("bookings")
        return BookingPage(self.around)

    async def booking(self, uid: str) -> Booking:
        self._ask("booking")
        return self.booking_now

    async def request_reschedule(self, uid: str, *, reason: str = "") -> Booking:
        self._ask(f"request_reschedule {reason}")
        self.booking_now = replace(self.booking_now, status=Status.CANCELLED)
        return self.booking_now

    async def reassign(self, uid: str, user_id: int | None = None, *, reason: str = "") -> Booking:
        self._ask(f"reassign {user_id}")
        if self.on_reassign:
            await self.on_reassign()
        taker = next(h for h in DEMO.hosts if h.id == (user_id or CAROL.id))
        new = Host(taker.name, f"{taker.username}@example.com", taker.id, taker.username)
        self.booking_now = replace(self.booking_now, hosts=(new,))
        return self.booking_now

    async def add_guests(self, uid: str, guests: tuple[Guest, ...]) -> Booking:
        self._ask(f"add_guests {len(guests)}")
        return self.booking_now

    async def change_place(self, uid: str, location: Mapping[str, str]) -> Booking:
        self._ask(f"change_place {dict(location)}")
        return self.booking_now

    async def calendar_links(self, uid: str) -> tuple[CalendarLink, ...]:
        self._ask("calendar_links")
        return self.links

    async def recordings(self, uid: str) -> tuple[Recording, ...]:
        self._ask("recordings")
        return self.recorded

    async def find_username(self, email: str) -> str | None:
        return None


class Kept:
    """References and attempts: one booking, made by nobody from here."""

    async def seen(self, ref: str) -> Seen:
        return Seen(ref, "house", "the-uid", BOOKING)

    async def refer(
        self, account: str, bookings: list[Booking], *, booked_by: str | None = None
    ) -> list[Seen]:
        return [Seen("ref", account, booking.uid, booking) for booking in bookings]


@dataclass
class Room:
    cal: Cal
    amending: Amending
    standing: Standing


@pytest.fixture
def room() -> Room:
    cal, kept = Cal(), Kept()
    scheduling = cast("Scheduling", cal)  # only what is asked for here
    catalogue = Catalogue(scheduling, lambda: NOW)
    standing = Standing(
        Holder("house", "T1"),
        scheduling,
        catalogue,
        cast("References", kept),
        cast("Attempts", kept),
        lambda: NOW,
    )
    return Room(cal, Amending(scheduling, catalogue, standing, lambda: NOW), standing)


def own(cal: Cal, host: TeamHost, *starts: datetime, length: int = 30, **more: Any) -> None:
    """An event type of the host's own, and when it can be booked."""
    number = 100 * host.id + len(cal.own_types.get(host.username, ()))
    one = replace(EventType(number, "Own", "own", length), **more)
    cal.own_types[host.username] = (*cal.own_types.get(host.username, ()), one)
    cal.open[number] = starts


def minutes(*counts: int) -> tuple[datetime, ...]:
    """Moments so far from the booking's start."""
    return tuple(START + timedelta(minutes=count) for count in counts)


async def freedom_of(room: Room, host: TeamHost) -> Freedom:
    found = await room.amending.hosts_for(HOST, "ref")
    return next(candidate.freedom for candidate in found if candidate.host == host)


# -- who is free -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "starts", "freedom"),
    [
        (30, minutes(-60, 0, 60), Freedom.FREE),
        (15, minutes(0, 15), Freedom.FREE),
        (45, minutes(-30, 15), Freedom.FREE),  # two that touch cover it
        (60, minutes(-15), Freedom.FREE),
        (15, minutes(0), Freedom.BUSY),
        (30, minutes(-30, 30), Freedom.BUSY),
        (60, minutes(-60, 30), Freedom.UNKNOWN),  # too coarse to tell
        (30, (), Freedom.UNKNOWN),  # nothing open for days: away, or not bookable that way
    ],
)
async def test_open_times_tell_who_is_free(
    room: Room, length: int, starts: tuple[datetime, ...], freedom: Freedom
) -> None:
    own(room.cal, CAROL, *starts, length=length)
    assert await freedom_of(room, CAROL) is freedom


async def test_the_finest_grid_is_asked(room: Room) -> None:
    own(room.cal, CAROL, length=60)
    own(room.cal, CAROL, *minutes(0, 15), length=45, lengths=(15, 45))
    own(room.cal, CAROL, length=10, seats=4)
    own(room.cal, CAROL, length=10, notice=60 * 48)
    assert await freedom_of(room, CAROL) is Freedom.FREE
    assert [call for call in room.cal.asked if call.startswith("slots 3")] == ["slots 301"]


async def test_a_booking_at_that_time_says_busy_whatever_is_open(room: Room) -> None:
    own(room.cal, CAROL, *minutes(0))
    own(room.cal, ERIN, *minutes(0))
    hosted = replace(
        BOOKING, uid="b", hosts=(Host("Carol", "carol@example.com", CAROL.id),), attendees=()
    )
    later = replace(hosted, uid="c", start=START + HALF, end=START + 2 * HALF)
    for around, freedom in (
        ([hosted], Freedom.BUSY),
        ([later], Freedom.FREE),
        ([replace(hosted, status=Status.PENDING)], Freedom.FREE),
        ([replace(hosted, uid="the-uid")], Freedom.FREE),
        # As an attendee of somebody else's, known by the address she hosts with.
        (
            [later, replace(BOOKING, uid="d", attendees=(Attendee("C", "Carol@example.com"),))],
            Freedom.BUSY,
        ),
    ):
        room.cal.around = tuple(around)
        assert await freedom_of(room, CAROL) is freedom
        assert await freedom_of(room, ERIN) is Freedom.FREE


@pytest.mark.parametrize("failing", ["types carol", "slots 300"])
async def test_what_cannot_be_asked_is_not_known(room: Room, failing: str) -> None:
    own(room.cal, CAROL, *minutes(0))
    room.cal.fails = {failing: Unavailable(), "bookings": Unavailable()}
    assert await freedom_of(room, CAROL) is Freedom.UNKNOWN


async def test_the_free_come_first_and_the_busy_last(room: Room) -> None:
    demo = replace(DEMO, hosts=(BOB, CAROL, ERIN, replace(ALICE, username="")))
    room.cal.team_types = (demo,)
    own(room.cal, CAROL, *minutes(60))
    own(room.cal, ERIN, *minutes(0))
    assert await room.amending.hosts_for(HOST, "ref") == (
        Candidate(ERIN, Freedom.FREE),
        Candidate(replace(ALICE, username=""), Freedom.UNKNOWN),
        Candidate(CAROL, Freedom.BUSY),
    )


async def test_only_so_many_hosts_are_looked_at(room: Room) -> None:
    many = tuple(TeamHost(n, f"Host {n}", f"host-{n}") for n in range(10, 30))
    room.cal.team_types = (replace(DEMO, hosts=many),)
    for host in many:
        own(room.cal, host, *minutes(0))
    found = await room.amending.hosts_for(HOST, "ref")
    assert len(found) == 20
    assert sum(c.freedom is Freedom.FREE for c in found) == MOST_LOOKED_AT
    assert sum(call.startswith("slots") for call in room.cal.asked) == MOST_LOOKED_AT


# -- handing over ------------------------------------------------------------------------------


async def test_it_goes_to_the_one_who_is_named(room: Room) -> None:
    own(room.cal, CAROL, *minutes(0))
    done = await room.amending.hand_over(HOST, "ref", CAROL.id, "ill")
    assert done.freedom is Freedom.FREE
    assert done.before.booking.hosts[0].id == BOB.id
    assert done.after.booking.hosts[0].id == CAROL.id


async def test_one_of_whom_nothing_is_known_may_take_it(room: Room) -> None:
    done = await room.amending.hand_over(ADMIN, "ref", ERIN.id, "")
    assert done.freedom is Freedom.UNKNOWN
    assert done.after.booking.hosts[0].id == ERIN.id


async def test_a_busy_one_may_not(room: Room) -> None:
    own(room.cal, CAROL, *minutes(60))
    with pytest.raises(InvalidAnswer, match="host: Carol Name is busy"):
        await room.amending.hand_over(HOST, "ref", CAROL.id, "")
    assert not any(call.startswith("reassign") for call in room.cal.asked)


@pytest.mark.parametrize("user_id", [BOB.id, 99, FIXED.id])
async def test_nor_one_who_has_it_is_no_host_or_is_always_there(room: Room, user_id: int) -> None:
    room.cal.team_types = (replace(DEMO, hosts=(FIXED, BOB, CAROL)),)
    with pytest.raises(InvalidAnswer, match="cannot be handed over to this person"):
        await room.amending.hand_over(HOST, "ref", user_id, "")
    assert not any(call.startswith("reassign") for call in room.cal.asked)


async def test_beside_a_fixed_host_the_one_picked_is_found_among_the_attendees(room: Room) -> None:
    room.cal.team_types = (replace(DEMO, hosts=(FIXED, BOB, CAROL)),)
    room.cal.booking_now = replace(
        BOOKING,
        hosts=(Host("Alice Name", "alice@example.com", 1, "alice"),),
        attendees=(*BOOKING.attendees, Attendee("Bob Name", "bob@example.com")),
    )
    with pytest.raises(InvalidAnswer):
        await room.amending.hand_over(ADMIN, "ref", BOB.id, "")
    await room.amending.hand_over(ADMIN, "ref", CAROL.id, "")


async def test_the_next_one_is_cal_coms_choice(room: Room) -> None:
    done = await room.amending.hand_over(HOST, "ref", None, "")
    assert done.freedom is None
    assert room.cal.asked[-1] == "reassign None"
    assert "bookings" not in room.cal.asked


async def test_nobody_else_being_free_is_said_at_the_field(room: Room) -> None:
    room.cal.fails["reassign None"] = SlotTaken("no other host is available")
    with pytest.raises(InvalidAnswer) as caught:
        await room.amending.hand_over(HOST, "ref", None, "")
    assert (caught.value.field, caught.value.reason) == (
        "host",
        "Nobody else is free at that time.",
    )


async def test_asked_twice_it_goes_on_only_once(room: Room) -> None:
    mark = holders_mark(await room.standing.visible(HOST, "ref"))
    await room.amending.hand_over(HOST, "ref", None, "", mark)
    with pytest.raises(AlreadyDone):
        await room.amending.hand_over(ADMIN, "ref", None, "", mark)
    assert room.cal.asked.count("reassign None") == 1


async def test_while_it_is_under_way_nothing_is_begun(room: Room) -> None:
    async def meanwhile() -> None:
        with pytest.raises(StillWorking):
            await room.amending.hand_over(HOST, "ref", None, "")

    room.cal.on_reassign = meanwhile
    await room.amending.hand_over(HOST, "ref", None, "")
    assert room.cal.asked.count("reassign None") == 1


async def test_only_a_round_robin_is_handed_over(room: Room) -> None:
    room.cal.team_types = (replace(DEMO, assignment=Assignment.COLLECTIVE),)
    with pytest.raises(AlreadyDone):
        await room.amending.hand_over(HOST, "ref", None, "")


# -- who may -----------------------------------------------------------------------------------


async def begun(room: Room, action: Action, who: Reader) -> None:
    amending = room.amending
    match action:
        case Action.REQUEST_RESCHEDULE:
            await amending.ask_anew(who, "ref", "ill")
        case Action.HAND_OVER:
            await amending.hand_over(who, "ref", None, "")
        case Action.ADD_PEOPLE:
            await amending.add_people(who, "ref", [Guest("new@example.com")])
        case Action.CHANGE_PLACE:
            await amending.change_place(who, "ref", Location("link", "https://new.example"))
        case Action.CALENDAR_LINKS:
            await amending.calendar_links(who, "ref")
        case Action.RECORDINGS:
            room.cal.booking_now = replace(BOOKING, start=NOW - HALF, end=NOW)
            await amending.recordings(who, "ref")


AMENDING = [
    Action.REQUEST_RESCHEDULE,
    Action.HAND_OVER,
    Action.ADD_PEOPLE,
    Action.CHANGE_PLACE,
    Action.CALENDAR_LINKS,
    Action.RECORDINGS,
]
ANYBODYS = {Action.ADD_PEOPLE, Action.CALENDAR_LINKS}


@pytest.mark.parametrize("action", AMENDING)
@pytest.mark.parametrize("who", [HOST, ADMIN])
async def test_host_and_admin_may_do_everything(room: Room, action: Action, who: Reader) -> None:
    await begun(room, action, who)


@pytest.mark.parametrize("action", AMENDING)
async def test_an_attendee_may_add_people_and_have_links(room: Room, action: Action) -> None:
    if action in ANYBODYS:
        await begun(room, action, ATTENDEE)
        return
    with pytest.raises(Denied):
        await begun(room, action, ATTENDEE)


@pytest.mark.parametrize("action", AMENDING)
async def test_a_stranger_may_nothing(room: Room, action: Action) -> None:
    with pytest.raises(Denied):
        await begun(room, action, STRANGER)


@pytest.mark.parametrize("action", AMENDING)
async def test_what_the_server_cannot_is_not_asked_for(room: Room, action: Action) -> None:
    room.cal.abilities = frozenset(Action) - {action}
    with pytest.raises(NotSupported):
        await begun(room, action, HOST)
    assert room.cal.asked == []


@pytest.mark.parametrize("action", sorted(set(AMENDING) - {Action.RECORDINGS}))
async def test_a_cancelled_one_stays_as_it_is(room: Room, action: Action) -> None:
    room.cal.booking_now = replace(BOOKING, status=Status.CANCELLED)
    with pytest.raises(AlreadyDone):
        await begun(room, action, HOST)


async def test_what_the_event_type_switches_off_is_refused(room: Room) -> None:
    room.cal.team_types = (replace(DEMO, guests_allowed=False, rescheduling_allowed=False),)
    for action in (Action.REQUEST_RESCHEDULE, Action.ADD_PEOPLE):
        with pytest.raises(NotOffered):
            await begun(room, action, HOST)


async def test_asked_anew_twice_the_attendee_is_asked_once(room: Room) -> None:
    row = await room.amending.ask_anew(HOST, "ref", "ill")
    assert row.booking.status is Status.CANCELLED
    with pytest.raises(AlreadyDone):
        await room.amending.ask_anew(HOST, "ref", "ill")
    assert room.cal.asked.count("request_reschedule ill") == 1


async def test_a_place_that_is_nobodys_is_refused(room: Room) -> None:
    for place in (Location("integration", "zoom"), Location("attendeePhone")):
        with pytest.raises(InvalidAnswer, match="not offered any more"):
            await room.amending.change_place(HOST, "ref", place)


# -- links and recordings ----------------------------------------------------------------------

GOOGLE = CalendarLink("Google Calendar", "https://calendar.google.com/render?text=Demo")


async def test_links_that_hold_the_uid_are_withheld(room: Room) -> None:
    room.cal.links = (
        GOOGLE,
        CalendarLink("Outlook", "https://outlook.example/?body=https%3A%2F%2Fcal%2Fthe-uid"),
        CalendarLink("Twice", "https://outlook.example/?body=the%252Duid"),
        CalendarLink("ICS", "data:text/calendar,BEGIN:VCALENDAR"),
    )
    found = await room.amending.calendar_links(ATTENDEE, "ref")
    assert found.links == (GOOGLE,)
    assert found.withheld == ("Outlook", "Twice", "ICS")


async def test_a_server_without_links_is_no_error(room: Room) -> None:
    room.cal.fails["calendar_links"] = NotSupported()
    found = await room.amending.calendar_links(ATTENDEE, "ref")
    assert (found.links, found.withheld) == ((), ())


async def test_recordings_are_told_and_links_with_the_uid_are_not(room: Room) -> None:
    room.cal.booking_now = replace(BOOKING, start=NOW - HALF, end=NOW)
    good = Recording(NOW - HALF, 1800, "https://videos.example/1?token=x")
    room.cal.recorded = (good, Recording(NOW, 60), replace(good, url="https://v.example/the-uid"))
    _, found = await room.amending.recordings(HOST, "ref")
    assert found == (good, Recording(NOW, 60), replace(good, url=None))


async def test_before_the_start_there_is_nothing_to_look_for(room: Room) -> None:
    with pytest.raises(AlreadyDone):
        await room.amending.recordings(HOST, "ref")
