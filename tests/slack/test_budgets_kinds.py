"""What the special kinds cost beyond the budgets of the ordinary ones.

Handing over, adding people, changing the place, links, recordings and asking for another time are
counted where each is tested.
"""

from datetime import UTC, datetime

import pytest

from bot.sandbox.calcom import v2_event_types
from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.model import Booking
from bot.slack import ids
from tests.harness import BOB, DAVE, Rig, words
from tests.slack.asking import asking, field, opened
from tests.slack.flows import fill, front, pick_time, press_row, starts
from tests.slack.pressing import book, event_type

AS_DAVE = Person("Dave Okoro", "dave@example.com", "Europe/London")
BOB_NAMED, CAROL_NAMED = "<@U0BOB|bob>", "<@U0CAROL|carol>"
SLOTS, HOLD, CREATE = "GET /v2/slots", "POST /v2/slots/reservations", "POST /v2/bookings"
REQUESTS = {"interview", "consulting"}
READ, LIST = "GET /v2/bookings/uid", "GET /v2/bookings"


@pytest.fixture
async def known(bot: Rig) -> None:
    """Everybody's accounts and event types are known from before."""
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "bookings")
    await bot.command(DAVE, f"types {BOB_NAMED}")
    await bot.command(DAVE, f"types {CAROL_NAMED}")
    bot.forget_calls()


def spent(bot: Rig, booking: Booking | None = None) -> tuple[list[str], list[str]]:
    """Cal.com's calls without the hold that is let go after the result, and Slack's without the
    channel's card."""
    cal = [call for call in bot.cal_calls() if not call.startswith("DELETE")]
    if booking:
        cal = [call.replace(booking.uid, "uid") for call in cal]
    return cal, [call for call in bot.slack_calls() if not call.startswith("chat.")]


async def booked(bot: Rig, what: str) -> None:
    await bot.command(DAVE, f"book {what}")
    await pick_time(bot)
    await bot.submit(DAVE)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("questions", "screens"), [(5, 0), (8, 1), (24, 3)])
async def test_each_further_screen_costs_one_drawing(
    bot: Rig, questions: int, screens: int
) -> None:
    asked = [field("text", f"q{number}") for number in range(questions)]
    event_type = asking(bot, *asked)
    bot.clock.advance(minutes=6)  # the new one is seen
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "bookings")
    bot.forget_calls()
    await opened(bot, event_type)
    while front(bot).body["submit"]["text"] == "Next":
        await bot.submit(DAVE)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    drawings = ["views.update"] * (2 + screens)
    assert spent(bot) == ([SLOTS, HOLD, CREATE], ["views.open", *drawings])


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("slug", ["check-in", "onboarding", "interview", "consulting", "team-demo"])
async def test_booking_costs_the_same_whatever_the_kind(bot: Rig, slug: str) -> None:
    """Of a request the card wants to know more than its webhook says: one read, by the worker."""
    await booked(bot, slug)
    assert ("*Requested" if slug in REQUESTS else "*Booked*") in words(front(bot))
    cal, slack = spent(bot, bot.cal.bookings[-1])
    by_the_worker = [READ] if slug == "interview" else []
    assert cal == [SLOTS, HOLD, CREATE, *by_the_worker]
    assert slack == ["views.open", "views.update", "views.update"]


@pytest.mark.usefixtures("known")
async def test_at_once_needs_no_time_and_no_hold(bot: Rig) -> None:
    await bot.command(DAVE, "book help-desk")
    await fill(bot, DAVE, ids.WHEN, "now")
    await bot.submit(DAVE)
    cal, slack = spent(bot, bot.cal.bookings[-1])
    assert cal == [SLOTS, CREATE, READ]  # the last by the worker, for the card
    assert slack == ["views.open", "views.update", "views.update", "views.update"]


@pytest.mark.usefixtures("known")
async def test_a_group_costs_slots_for_each_of_them(bot: Rig) -> None:
    for user, slug in ((2, "chat-bob"), (3, "chat-carol")):
        body = {"lengthInMinutes": 15, "title": slug.title(), "slug": slug, "slotInterval": 15}
        v2_event_types.add(bot.cal, user, body)
    bot.cal.schedules[13].hours[0].end = bot.cal.schedules[13].hours[0].end.replace(hour=23)
    bot.clock.advance(minutes=6)  # the new ones are seen
    for colleague in (BOB_NAMED, CAROL_NAMED):
        await bot.command(DAVE, f"types {colleague}")
    bot.forget_calls()
    await bot.command(DAVE, f"book {BOB_NAMED} {CAROL_NAMED} chat-bob")
    assert starts(bot)
    assert spent(bot)[0].count(SLOTS) == 2
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert spent(bot)[0][-2:] == [HOLD, CREATE]


@pytest.mark.usefixtures("known")
async def test_who_hosts_for_a_team_costs_one_list_more(bot: Rig) -> None:
    start = bot.clock().replace(day=27, hour=14, minute=0)
    await book(bot, "team-demo", start, AS_DAVE)
    await bot.command(BOB, "bookings")
    bot.forget_calls()
    await bot.command(BOB, "bookings")
    assert spent(bot) == ([LIST, LIST], ["response_url"])


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("slug", ["check-in", "onboarding"])
async def test_cancelling_one_of_a_series_or_a_seat_costs_two(bot: Rig, slug: str) -> None:
    """What is meant stands in the form from what the list said. The seats that are left are read by
    the worker, for the card."""
    start = datetime(2026, 11, 27, 13, tzinfo=UTC)
    if slug == "onboarding":
        kind = event_type(bot, slug)
        start = next(b.start for b in bot.cal.bookings if b.event_type_id == kind.id)
    await book(bot, slug, start, AS_DAVE)
    booking = next(
        b
        for b in bot.cal.bookings
        if b.start == start and b.event_type_id == event_type(bot, slug).id
    )
    await press_row(bot, DAVE, "cancel", booking)
    await bot.people.close(DAVE, all=True)
    bot.forget_calls()
    await press_row(bot, DAVE, "cancel", booking)
    await bot.submit(DAVE)
    assert "*Cancelled*" in words(front(bot)) or "seat" in words(front(bot))
    by_the_worker = [READ] if slug == "onboarding" else []
    doing = [READ, "POST /v2/bookings/uid/cancel", *by_the_worker]
    assert spent(bot, booking)[0] == [LIST, *doing]
