"""What fails in other apps' notifications and lists (rows 1 to 10), one test for each, over both
databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.calcom import rescheduling
from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.cancelling import Cancellation, cancel
from bot.sandbox.calcom.model import Status
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, Setup, words
from tests.slack.flows import WES, cards, fill, front, mrkdwn_of, pick_time, press_row
from tests.slack.hearing import bare, post, webhook
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import labels, many_bookings, press

AT = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def setup(request: pytest.FixtureRequest, store_url: str) -> Setup:
    given: dict[str, Any] = getattr(request, "param", {})
    return Setup(**({"database_url": store_url} | given))


async def test_row_1_the_same_webhook_twice_makes_one_card(bot: Rig) -> None:
    """What arrives twice, as it was or in another copy, is posted once."""
    raw = webhook("BOOKING_CREATED")
    for _ in range(2):
        assert (await post(bot, raw)).status_code == 200
    await post(bot, raw + b"\n")
    bot.faults.double_webhooks = 1
    await book_outside(bot, "intro", AT, WES)
    assert len(cards(bot)) == 2  # one for each of the two bookings


async def test_row_2_one_card_is_edited_and_the_thread_tells_the_story(bot: Rig) -> None:
    """Created, moved and cancelled are one message, as it stands now."""
    await book_outside(bot, "intro", AT, WES)
    bot.clock.advance(minutes=1)
    first = bot.cal.bookings[-1]
    wish = rescheduling.Move(AT + timedelta(hours=2), "later", None)
    moved = await rescheduling.reschedule(bot.cal, first, wish)
    await bot.settle()
    assert len(cards(bot)) == 1
    assert "12:00" in words(cards(bot)[0])
    bot.clock.advance(minutes=1)
    await cancel(bot.cal, moved, Cancellation("no need any more"))
    await bot.settle()
    assert len(cards(bot)) == 1
    assert "Cancelled" in words(cards(bot)[0])
    assert len(cards(bot)[0].history) == 2


@pytest.mark.parametrize("signature", ["", "no-secret-provided", "0" * 64])
async def test_row_3_an_unsigned_webhook_is_refused(bot: Rig, signature: str) -> None:
    """Without the right signature nothing is taken."""
    answer = await post(bot, webhook("BOOKING_CREATED"), signature)
    assert answer.status_code == 401
    assert cards(bot) == []


@pytest.mark.parametrize("setup", [{"settings": {"cal_webhook_secret": None}}], indirect=True)
async def test_row_3_without_a_secret_nothing_is_taken_at_all(bot: Rig) -> None:
    """Also where no secret is set here."""
    assert (await post(bot, webhook("BOOKING_CREATED"))).status_code == 401
    assert cards(bot) == []


@pytest.mark.parametrize("trouble", ["internal_error", 503, 429])
async def test_row_4_a_failure_of_slack_while_notifying_is_made_good(
    bot: Rig, trouble: str | int
) -> None:
    """The notification is kept, and posted once Slack takes it."""
    bot.slack.refuse("chat.postMessage", trouble, retry_after=0)
    assert (await post(bot, webhook("BOOKING_CREATED"))).status_code == 200
    assert cards(bot) == []
    bot.clock.advance(minutes=2)
    await bot.settle()
    assert len(cards(bot)) == 1


async def test_row_5_much_text_many_people_and_no_link_are_posted(bot: Rig) -> None:
    """2,500 characters of notes and 40 attendees, and a booking without a place to meet."""
    crowd = [{"name": f"Guest {n} " + "x" * 60, "email": f"g{n}@example.org"} for n in range(40)]
    await post(
        bot,
        webhook("BOOKING_CREATED", attendees=crowd, additionalNotes="note " * 500, location=""),
    )
    (card,) = cards(bot)
    assert "note note" in words(card)
    assert "Guest 0" in words(card)
    assert "more" in words(card)
    assert "Join" not in labels(card)


async def test_row_5_the_rest_of_what_was_shortened_can_be_seen(bot: Rig) -> None:
    """Details show what a list cuts off."""
    await book_outside(bot, "intro", AT, WES, notes="word " * 500 + "the very end")
    await press_row(bot, ALICE, "details", bot.cal.bookings[-1])
    assert "the very end" in words(bot.last(ALICE))


async def test_row_6_names_are_never_markup(bot: Rig) -> None:
    """A mention or a link in somebody's name stays text, in cards and in lists."""
    evil = "<!channel> <https://evil.example|Join>"
    await book_outside(bot, "intro", AT, Person(evil, "evil@example.org", "UTC"))
    await bot.command(ALICE, "bookings")
    await press_row(bot, ALICE, "details", bot.cal.bookings[-1])
    for message in [*cards(bot), *bot.seen(ALICE)]:
        for text in [message.text, *mrkdwn_of(message.blocks)]:
            assert "<!channel>" not in text
            assert "<https://evil" not in text
    assert "&lt;!channel&gt;" in words(cards(bot)[0])


OOO = {
    "oooEntry": {
        "id": 1,
        "start": "2026-12-01T00:00:00.000Z",
        "end": "2026-12-03T23:59:59.999Z",
        "createdAt": "2026-11-24T08:00:00.000Z",
        "updatedAt": "2026-11-24T08:00:00.000Z",
        "notes": "skiing",
        "reason": {"emoji": "🏝️", "reason": "Vacation"},
        "reasonId": 2,
        "user": {
            "id": 1,
            "name": "Alice Martin",
            "username": "alice",
            "timeZone": "Europe/Paris",
            "email": "alice@example.com",
        },
        "toUser": None,
        "uuid": "1a2b3c",
    }
}
ABSENT = {
    "message": "wes@wood.example marked as no-show",
    "attendees": [{"email": "wes@wood.example", "noShow": True}],
    "bookingUid": "uidOfTheBooking1",
    "bookingId": 24,
}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (bare("OOO_CREATED", OOO), "Alice Martin"),
        (bare("BOOKING_NO_SHOW_UPDATED", ABSENT), "wes@wood.example"),
        (webhook("MEETING_ENDED", organizer=None, user={"name": "Alice Martin"}), "Intro call"),
    ],
)
async def test_row_7_payloads_without_an_organizer_are_taken_and_shown(
    bot: Rig, raw: bytes, shown: str
) -> None:
    """Out of office, no-show and the end of a meeting name no organizer."""
    assert (await post(bot, raw)).status_code == 200
    (card,) = cards(bot)
    assert shown in words(card)


async def test_row_8_bookings_of_the_public_page_are_announced(bot: Rig) -> None:
    """Also what was not booked from Slack is told to the channel."""
    await book_outside(bot, "demo", AT, WES, company="Wood", topic="Pricing")
    (card,) = cards(bot)
    assert "Wes Wood" in words(card)


@pytest.mark.parametrize("setup", [{"settings": {"notify_channel": "#random"}}], indirect=True)
async def test_row_9_the_channel_can_be_chosen(bot: Rig) -> None:
    """The notifications go where the settings say, and a booking can be told elsewhere too."""
    bot.slack.channels["C0RANDOM"].members.add(bot.slack.app.bot_user_id)
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    await fill(bot, DAVE, ids.CHANNEL, "C0BOOKINGS")
    await bot.submit(DAVE)
    assert len(bot.seen(ALICE, "random")) == 1
    assert len(cards(bot)) == 1
    assert "C0BOOKINGS> has been told" in words(front(bot))


async def test_row_10_two_hundred_and_fifty_bookings_are_paged(bot: Rig) -> None:
    """Lists and pickers work however many there are, and every one can be reached."""
    made = many_bookings(bot, 250)
    await bot.command(DAVE, "bookings")
    assert "1–8 of 250" in words(bot.last(DAVE))
    await press(bot, DAVE, "Later")
    assert "9–16 of 250" in words(bot.last(DAVE))
    for action in ("cancel", "reschedule"):
        await bot.command(DAVE, action)
        picker = bot.last(DAVE)
        assert len(picker.blocks) <= 50
        assert "Page 1 of" in words(picker)
    await bot.command(DAVE, "cancel 060")
    await press(bot, DAVE, "Cancel")
    await bot.submit(DAVE)
    assert [b for b in made if b.status is Status.CANCELLED] == [made[60]]
