"""Every kind of event type, from making a booking to its end, over both versions of the API."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.calcom import v2_event_types
from bot.sandbox.calcom.model import JSON, Booking, EventType, Status
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack.flows import fill, front, has_block, pick_time, press_row
from tests.slack.pressing import controls, event_type


@dataclass(frozen=True)
class Kind:
    """An event type of the house account (or a seeded one of its team, by `slug`), and what is to
    be expected of it: how many bookings are made, whether they wait, what is switched off."""

    body: JSON = field(default_factory=dict)
    slug: str = "kind"
    made: int = 1
    pending: bool = False
    fixed: bool = False
    seated: bool = False
    paid: bool = False
    asks: Sequence[tuple[str, str]] = ()


ALWAYS = {"type": "always", "blockUnconfirmedBookingsInBooker": False}
SEATS = {"seatsPerTimeSlot": 3, "showAttendeeInfo": True, "showAvailabilityCount": True}
WEEKLY = {"interval": 1, "occurrences": 3, "frequency": "weekly"}
COMPANY = {"type": "text", "slug": "company", "label": "Company", "required": True}
LINK = {"type": "link", "link": "https://meet.example/x", "public": True}

KINDS = {
    "plain": Kind(),
    "several lengths": Kind({"lengthInMinutesOptions": [15, 30, 60]}),
    "questions": Kind({"bookingFields": [COMPANY]}, asks=[("question", "ACME")]),
    "places": Kind({"locations": [LINK, {"type": "attendeePhone"}]}),
    "own place": Kind(
        {"locations": [{"type": "attendeePhone"}]}, asks=[("place_value", "+33612345678")]
    ),
    "no guests": Kind({"disableGuests": True}),
    "hidden": Kind({"hidden": True}),
    "series": Kind({"recurrence": WEEKLY}, made=3),
    "class": Kind({"seats": SEATS}, seated=True),
    "to be confirmed": Kind({"confirmationPolicy": ALWAYS}, pending=True),
    "series to be confirmed": Kind(
        {"recurrence": WEEKLY, "confirmationPolicy": ALWAYS}, made=3, pending=True
    ),
    "locked": Kind(
        {"disableCancelling": {"disabled": True}, "disableRescheduling": {"disabled": True}},
        fixed=True,
    ),
    "paid": Kind({"price": 5000, "currency": "eur"}, pending=True, paid=True),
    "round robin": Kind(slug="team-demo"),
    "collective": Kind(slug="panel"),
    "team, to be confirmed": Kind(slug="briefing", pending=True),
    "team's help desk": Kind(slug="help-desk"),
}
TEAMS = {"round robin", "collective", "team, to be confirmed", "team's help desk"}


def over_v1(kind: Kind) -> Kind:
    """What differs over API v1: of a series the first is booked, and nothing is told of prices."""
    return replace(kind, made=1)


CASES = [
    pytest.param({"version": version}, name, id=f"{version}-{name}")
    for version in ("v2", "v1")
    for name in KINDS
    if version == "v2" or name not in TEAMS  # v1 lists no types of teams
]
EVERY = pytest.mark.parametrize(("setup", "name"), CASES, indirect=["setup"])


@dataclass
class Standing:
    """A booking of this kind that Dave has just made from Slack."""

    kind: Kind
    bookings: list[Booking]
    is_v1: bool

    @property
    def first(self) -> Booking:
        return self.bookings[0]

    @property
    def listing(self) -> str:
        """Where it is listed: Cal.com's upcoming ones leave out series that are not confirmed."""
        return "unconfirmed" if self.kind.pending and len(self.bookings) > 1 else ""


def the_type(bot: Rig, kind: Kind) -> EventType:
    if kind.slug != "kind":
        return event_type(bot, kind.slug)
    body = {"lengthInMinutes": 30, "title": "Kind", "slug": "kind", "locations": [LINK]}
    return v2_event_types.add(bot.cal, 1, body | kind.body)


async def made(bot: Rig, name: str) -> Standing:
    """Book it, through the modal."""
    is_v1 = bot.bot.settings.cal_api_url.endswith("/v1")
    kind = over_v1(KINDS[name]) if is_v1 else KINDS[name]
    wanted, before = the_type(bot, kind), len(bot.cal.bookings)
    await bot.command(DAVE, f"book {wanted.slug}")
    start = await pick_time(bot)
    for block, value in kind.asks:
        await fill(bot, DAVE, block, value)
    outcome = await bot.submit(DAVE)
    assert outcome.errors == {}
    found = bot.cal.bookings[before:]
    assert [one.event_type_id for one in found] == [wanted.id] * kind.made
    assert found[0].start == start
    shown = words(front(bot))
    assert ("*Requested" in shown) == kind.pending, shown
    await bot.people.close(DAVE, all=True)
    return Standing(kind, found, is_v1)


def status(booking: Booking) -> Status:
    """How it stands now."""
    return booking.status


async def offered(bot: Rig, user: str, listing: str = "") -> set[str]:
    """What the newest list offers for bookings of this kind, as actions."""
    await bot.command(user, f"bookings {listing}".strip())
    return {
        option["value"].partition(":")[0]
        for _, element in controls(bot.last(user))
        for option in element.get("options", [])
        if element.get("action_id") == ids.ROW
    }


@EVERY
async def test_create(bot: Rig, name: str) -> None:
    standing = await made(bot, name)
    expected = Status.PENDING if standing.kind.pending else Status.ACCEPTED
    assert {status(one) for one in standing.bookings} == {expected}
    emails = [a.email for a in standing.first.attendees]
    assert emails[0] == "dave@example.com"


@EVERY
async def test_reschedule(bot: Rig, name: str) -> None:
    standing = await made(bot, name)
    if standing.kind.fixed and not standing.is_v1:
        assert "reschedule" not in await offered(bot, DAVE)
        return
    await press_row(bot, DAVE, "reschedule", standing.first, standing.listing)
    if standing.is_v1 and standing.kind.seated:
        assert "host" in words(front(bot))  # v1 moves no single seat
        return
    await fill(bot, DAVE, ids.DAY, "2026-11-27")
    start = await pick_time(bot)
    outcome = await bot.submit(DAVE)
    assert outcome.errors == {}
    assert "ove" in words(front(bot))
    moved = bot.cal.bookings[-1]
    assert moved.start == start != standing.first.start
    assert [a.email for a in moved.attendees][:1] == ["dave@example.com"]
    assert moved.alive
    assert not standing.first.alive
    assert all(one.alive for one in standing.bookings[1:])


@EVERY
async def test_cancel(bot: Rig, name: str) -> None:
    standing = await made(bot, name)
    if standing.kind.fixed and not standing.is_v1:
        assert "cancel" not in await offered(bot, DAVE)
        return
    await press_row(bot, DAVE, "cancel", standing.first, standing.listing)
    if standing.is_v1 and standing.kind.seated:
        assert "host" in words(front(bot))
        return
    outcome = await bot.submit(DAVE)
    assert outcome.errors == {}
    if standing.kind.fixed:  # v1 does not tell beforehand, and its server refuses
        assert "This event type does not allow that. Nothing was cancelled." in words(front(bot))
        return
    assert "ancelled" in words(front(bot)) or "given back" in words(front(bot))
    assert status(standing.first) is Status.CANCELLED
    assert all(one.alive for one in standing.bookings[1:])


@EVERY
@pytest.mark.parametrize("action", ["confirm", "decline"])
async def test_confirm_and_decline(bot: Rig, name: str, action: str) -> None:
    """Offered to the host where something waits; of a series all of it is answered."""
    standing = await made(bot, name)
    answerable = standing.kind.pending and not standing.is_v1
    if not answerable:
        await assert_not_offered(bot, standing, action)
        return
    await press_row(bot, ALICE, action, standing.first, "unconfirmed")
    if action == "decline":
        await bot.submit(ALICE)
    expected = Status.ACCEPTED if action == "confirm" else Status.REJECTED
    assert {status(one) for one in standing.bookings} == {expected}


async def assert_not_offered(bot: Rig, standing: Standing, action: str) -> None:
    with pytest.raises(AssertionError, match="is not offered"):
        await press_row(bot, ALICE, action, standing.first)
    assert {status(one) for one in standing.bookings} <= {Status.ACCEPTED, Status.PENDING}


@pytest.mark.parametrize("name", ["to be confirmed", "paid", "class", "series"])
async def test_who_is_not_the_host_answers_nothing(bot: Rig, name: str) -> None:
    await made(bot, name)
    assert not {"confirm", "decline"} & await offered(bot, DAVE)


async def test_what_is_asked_for_at_once_waits_for_somebody(bot: Rig) -> None:
    await bot.command(DAVE, "book help-desk")
    await fill(bot, DAVE, ids.WHEN, "now")
    assert not has_block(bot, DAVE, ids.TIME)
    await bot.submit(DAVE)
    assert "waiting for somebody of the team" in words(front(bot))
    booking = bot.cal.bookings[-1]
    assert status(booking) is Status.PENDING
    assert booking.start == bot.clock()
    sent: Any = [c.body for c in bot.cal.log if c.path == "/v2/bookings" and c.body][-1]
    assert sent["instant"] is True


async def test_how_often_is_chosen_for_a_series(bot: Rig) -> None:
    await bot.command(DAVE, "book check-in")
    await fill(bot, DAVE, ids.COUNT, "2")
    start = await pick_time(bot)
    await bot.submit(DAVE)
    shown = words(front(bot))
    assert "*All 2 times:*" in shown
    two = [b for b in bot.cal.bookings if b.event_type_id == event_type(bot, "check-in").id][-2:]
    assert [one.start for one in two] == [start, start + timedelta(weeks=1)]
