"""API v1, which a server of one's own may still have: every command over it, by the same door."""

import io
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog

from bot import logs
from bot.calcom import api
from bot.domain.bookings import BookingQuery, Listing
from bot.domain.errors import NotAuthorised
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.serve import serving
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import fill, front, pick_time, press_row
from tests.slack.pressing import button, controls, labels, press

pytestmark = pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)

INTRO = "Intro call between Alice Martin and Mira Novak"


@pytest.fixture(autouse=True)
def only_v1(bot: Rig) -> Iterator[None]:
    """Whatever a test does: nothing but v1 is asked, with the key where v1 wants it."""
    yield
    assert bot.cal.log, "Cal.com was never asked"
    for call in bot.cal.log:
        assert call.path.startswith("/v1/")
        assert call.query["apiKey"] == HOUSE_KEY


def status(booking: Booking) -> Status:
    """How it stands at Cal.com now."""
    return booking.status


async def said(bot: Rig, user: str, text: str) -> str:
    await bot.command(user, text)
    return words(bot.last(user))


# -- looking -----------------------------------------------------------------------------------


async def test_types(bot: Rig) -> None:
    told = await said(bot, DAVE, "types")
    assert "|Intro call>*\n30 min\nHalf an hour to get to know each other." in told
    assert "15 min, 30 min, 1 h or 1 h 30 min" in told
    assert "1 h · needs confirmation" in told
    assert "1 h · 6 seats" in told
    assert "25 min · every week, 6 times" in told


async def test_slots(bot: Rig) -> None:
    told = await said(bot, DAVE, "slots intro tomorrow")
    assert "*Tomorrow, Wed 25 Nov*\n8:00 AM\n8:30 AM" in told
    assert "London time" in told
    await said(bot, DAVE, "slots session tomorrow")
    assert bot.cal_calls().count("GET /v1/slots") == 2


async def test_availability(bot: Rig) -> None:
    told = await said(bot, ALICE, "availability")
    assert "Free: 9:00 AM–11:30 AM, 12:00 PM–5:30 PM\nBusy: 11:30 AM–12:00 PM" in told
    assert "Sat 28 Nov*\nNo working hours" in told


async def test_schedule(bot: Rig) -> None:
    assert "Mon–Fri 9:00 AM–5:30 PM" in await said(bot, ALICE, "schedule")


@pytest.mark.parametrize(
    ("listing", "shown", "hidden"),
    [
        ("upcoming", INTRO, "declined"),
        ("unconfirmed", "Zoë O'Neil", "Mira"),
        ("past", "with Tom Alder", "Mira"),
        ("cancelled", ":no_entry_sign: declined", "Mira"),
        ("recurring", "Weekly check-in between", "Mira"),
    ],
)
async def test_every_listing(bot: Rig, listing: str, shown: str, hidden: str) -> None:
    told = await said(bot, ALICE, f"bookings {listing}")
    assert shown in told
    assert hidden not in told


async def test_pages_turn(bot: Rig) -> None:
    assert "1–8 of 10" in await said(bot, ALICE, "bookings")
    await press(bot, ALICE, "Later")
    assert "9–10 of 10" in words(bot.last(ALICE))


async def test_today_and_next(bot: Rig) -> None:
    assert f"*{INTRO}*\nToday, Tue 24 Nov, 11:30 AM–12:00 PM" in await said(bot, ALICE, "today")
    assert f"Next meeting: in 2 h 30 min\n*{INTRO}*" in await said(bot, ALICE, "next")


async def test_others_see_only_their_own(bot: Rig) -> None:
    assert "You have no upcoming bookings." in await said(bot, DAVE, "bookings")
    booking = await flows.book(bot)
    told = await said(bot, DAVE, "bookings")
    assert booking.title in told
    assert "Mira" not in told


# -- changing ----------------------------------------------------------------------------------


async def test_book(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)
    await fill(bot, DAVE, ids.NOTES, "bring the slides")
    outcome = await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert booking.start == start
    (attendee,) = booking.attendees
    assert (attendee.email, attendee.time_zone) == ("dave@example.com", "Europe/London")
    assert booking.responses["notes"] == "bring the slides"
    assert "Booked" in words(front(bot))
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert bot.cal_calls().count("POST /v1/bookings") == 1
    (card,) = bot.seen(ALICE, "bookings")
    assert "Dave Okoro" in words(card)


async def test_an_answer_that_was_lost_is_found(bot: Rig) -> None:
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v1/bookings"
    before = len(bot.cal.bookings)
    await flows.book(bot)
    assert len(bot.cal.bookings) == before + 1
    assert bot.cal_calls().count("POST /v1/bookings") == 1


async def test_what_needs_confirmation_is_requested(bot: Rig) -> None:
    await bot.command(DAVE, "book interview tomorrow")
    await pick_time(bot)
    await bot.submit(DAVE)
    assert status(bot.cal.bookings[-1]) is Status.PENDING
    assert "waiting for Alice Martin to confirm" in words(front(bot))


async def test_reschedule(bot: Rig) -> None:
    booking = await flows.book(bot)
    await press_row(bot, DAVE, "reschedule", booking)
    start = await pick_time(bot, nth=3)
    await bot.submit(DAVE)
    assert "Moved" in words(front(bot))
    moved = bot.cal.bookings[-1]
    assert (moved.start, moved.rescheduled_from) == (start, booking.uid)
    assert status(booking) is Status.CANCELLED
    (card,) = bot.seen(ALICE, "bookings")
    assert "Rescheduled from" in words(card)


async def test_cancel(bot: Rig) -> None:
    booking = await flows.book(bot)
    await press_row(bot, DAVE, "cancel", booking)
    await fill(bot, DAVE, ids.REASON, "a train was late")
    await bot.submit(DAVE)
    assert "Cancelled" in words(front(bot))
    assert status(booking) is Status.CANCELLED
    assert booking.cancellation_reason == "a train was late"
    (card,) = bot.seen(ALICE, "bookings")
    assert "a train was late" in words(card)


# -- what v1 cannot do -------------------------------------------------------------------------


async def test_what_v1_cannot_do_is_not_offered(bot: Rig) -> None:
    for text in ("bookings", "bookings unconfirmed", "bookings past"):
        told = await said(bot, ALICE, text)
        menus = [e for _, e in controls(bot.last(ALICE)) if e["type"] == "overflow"]
        offered = {option["text"]["text"] for menu in menus for option in menu["options"]}
        assert offered <= {"Details", "Reschedule", "Cancel", "Recordings"}, told
        assert not {"Confirm", "Decline", "Mark as absent"} & set(labels(bot.last(ALICE)))


@pytest.mark.parametrize("command", ["confirm", "decline"])
async def test_typed_it_says_why_not(bot: Rig, command: str) -> None:
    await said(bot, ALICE, "today")
    told = await said(bot, ALICE, command)
    assert "This Cal.com server cannot do that through its API. Nothing was changed." in told


@pytest.mark.parametrize("action", [ids.DO_CONFIRM, ids.DO_DECLINE, ids.DO_MARK_ABSENT])
async def test_pressed_on_an_old_card_it_says_why_not(bot: Rig, action: str) -> None:
    """A card that was posted while the bot spoke v2 still has the buttons."""
    (waiting,) = (b for b in bot.cal.bookings if status(b) is Status.PENDING)
    await press_row(bot, ALICE, "details", waiting, "unconfirmed")
    _, cancel = button(bot.last(ALICE), "Cancel")
    cancel["action_id"] = action
    bot.forget_calls()
    await press(bot, ALICE, "Cancel")
    told = words(bot.modal(ALICE) or bot.last(ALICE))
    assert "This Cal.com server cannot do that through its API." in told
    assert status(waiting) is Status.PENDING
    assert [call for call in bot.cal_calls() if not call.startswith("GET ")] == []
    await said(bot, ALICE, "today")


# -- the key -----------------------------------------------------------------------------------


@pytest.fixture
def raw_log() -> Iterator[io.StringIO]:
    """Everything anybody logs, from DEBUG on, before our own log takes any secret out of it."""
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    before = {name: logging.getLogger(name).level for name in ("", *logs.LEAST)}
    for name in before:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    yield written
    structlog.reset_defaults()
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def test_the_key_is_in_no_log_line(bot: Rig, raw_log: io.StringIO) -> None:
    for text in ("types", "slots intro", "availability", "bookings", "today", "schedule"):
        await bot.command(ALICE, text)
    booking = await flows.book(bot)
    bot.clock.advance(minutes=2)
    await press_row(bot, DAVE, "cancel", booking)
    bot.faults.cut, bot.faults.cut_match = 2, "DELETE /v1/bookings"
    await bot.submit(DAVE)
    bot.clock.advance(minutes=2)
    flows.refuse(bot, 500, "GET /v1/event-types", count=3)
    await bot.command(DAVE, "types")
    written = raw_log.getvalue()
    assert "HTTP Request: GET http://cal.test/v1/slots" in written
    assert "calcom_request" in written
    assert HOUSE_KEY not in written
    assert "apiKey" not in written


async def test_nor_in_what_the_connection_logs(bot: Rig, raw_log: io.StringIO) -> None:
    """Over a real socket, where the HTTP library logs each step of it; also with a wrong key."""
    wrong = "cal_no_key_of_anybody"
    async with serving(cal_app.build(bot.cal)) as url, httpx.AsyncClient() as http:
        client = api.connect(f"{url}/v1", HOUSE_KEY, http=http, clock=bot.clock)
        assert (await client.me()).username == "alice"
        await client.bookings(BookingQuery(listings=(Listing.UPCOMING,)))
        with pytest.raises(NotAuthorised) as refused:
            await api.connect(f"{url}/v1", wrong, http=http, clock=bot.clock).me()
        bot.cal.log.pop()  # the one with the wrong key
    written = raw_log.getvalue() + repr(refused.value) + repr(client)
    assert "send_request_headers.started" in written
    assert HOUSE_KEY not in written
    assert wrong not in written


async def test_the_app_home(bot: Rig) -> None:
    await bot.people.open_home(ALICE)
    await bot.settle()
    said = words(bot.slack.views.homes[ALICE])
    assert "waiting for confirmation" in said, "which v1 cannot give, so no answer is asked for"
    assert "Confirm" not in said.split("\n")
    assert "Your next meetings" in said
    assert INTRO in said
