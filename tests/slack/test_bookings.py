"""`/cal bookings`, `today`, `next`, and the choice of a booking, as people go through them.

It is Tuesday, 9:00 in Paris; Alice has ten bookings ahead and one behind her.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.slack.messages import Message
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.pressing import book, button, choose, controls, labels, press, press_forged

AS_DAVE = Person("Dave Okoro", "dave@example.com", "Europe/London")
MIRA = Person("Mira Novak", "mira@customer.example", "Europe/Prague")
ZOE_ROW = 3
"""Where the one that waits for confirmation stands among the coming ones."""


def overflow(message: Message, nth: int = 0) -> list[str]:
    """The labels of the nth overflow menu."""
    menus = [e for _, e in controls(message) if e["type"] == "overflow"]
    return [option["text"]["text"] for option in menus[nth]["options"]]


async def choose_row(bot: Rig, user: str, label: str, nth: int = 0) -> None:
    menus = [e for _, e in controls(bot.last(user)) if e["type"] == "overflow"]
    options = {o["text"]["text"]: o["value"] for o in menus[nth]["options"]}
    await choose(bot, user, ids.ROW, options[label], nth)


async def fill_up(bot: Rig, count: int) -> None:
    """Put further bookings in, half an hour each, around the clock, from next week on."""
    one = next(b for b in bot.cal.bookings if b.start > bot.clock())
    for n in range(count):
        start = datetime(2027, 1, 11, tzinfo=UTC) + timedelta(minutes=30 * n)
        copy = replace(
            one,
            id=10_000 + n,
            uid=f"filledUp{n}",
            title=f"Extra {n}",
            start=start,
            end=start + timedelta(minutes=30),
        )
        bot.cal.bookings.append(copy)


async def test_the_owner_sees_the_accounts_bookings(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    said = words(bot.last(ALICE))
    assert "Today, Tue 24 Nov, 11:30 AM–12:00 PM\nwith Mira Novak" in said
    assert ":hourglass_flowing_sand: waiting for confirmation" in said
    assert "1–8 of 10" in said
    assert "Paris time (UTC+1)" in said


async def test_it_costs_one_question_and_one_answer(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    bot.forget_calls()
    await bot.command(ALICE, "bookings")
    assert bot.cal_calls() == ["GET /v2/bookings"]
    assert bot.slack_calls() == ["response_url"]


async def test_others_see_only_their_own(bot: Rig) -> None:
    await bot.command(DAVE, "bookings")
    assert bot.last(DAVE).text == "Upcoming bookings: You have no upcoming bookings."
    await book(bot, "intro", datetime(2026, 11, 26, 13, tzinfo=UTC), AS_DAVE)
    await bot.command(DAVE, "bookings")
    said = words(bot.last(DAVE))
    assert "Thu 26 Nov, 1:00 PM–1:30 PM\nwith Alice Martin" in said
    assert "Mira" not in said
    offered = ["Details", "Reschedule", "Cancel", "Add people …", "Calendar links"]
    assert overflow(bot.last(DAVE)) == offered


async def test_no_uid_ever_leaves(bot: Rig) -> None:
    for text in ("bookings", "bookings past", "today", "next", "cancel"):
        await bot.command(ALICE, text)
        drawn = str(bot.last(ALICE).blocks) + bot.last(ALICE).text
        assert [b.uid for b in bot.cal.bookings if b.uid in drawn] == []


async def test_pages_and_listings_turn_in_place(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    before = len(bot.seen(ALICE))
    await press(bot, ALICE, "Later")
    assert "9–10 of 10" in words(bot.last(ALICE))
    await press(bot, ALICE, "Earlier")
    assert "1–8 of 10" in words(bot.last(ALICE))
    await choose(bot, ALICE, ids.BOOKINGS_LISTING, "past")
    assert "Past bookings" in words(bot.last(ALICE))
    assert "with Tom Alder" in words(bot.last(ALICE))
    await choose(bot, ALICE, ids.BOOKINGS_LISTING, "recurring")
    assert words(bot.last(ALICE)).count("*Weekly check-in between") == 6
    assert len(bot.seen(ALICE)) == before


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        ("upcoming", "Mira Novak"),
        ("unconfirmed", "Zoë O'Neil"),
        ("recurring", "Yuki Tanaka"),
        ("past", "Tom Alder"),
        ("cancelled", ":no_entry_sign: declined"),
    ],
)
async def test_every_listing_can_be_typed(bot: Rig, listing: str, said: str) -> None:
    await bot.command(ALICE, f"bookings {listing}")
    assert f"{listing.capitalize()} bookings" in words(bot.last(ALICE))
    assert said in words(bot.last(ALICE))


async def test_two_hundred_and_fifty_are_paged_to_the_end(bot: Rig) -> None:
    await fill_up(bot, 240)
    await bot.command(ALICE, "bookings")
    pages = 1
    while "Later" in labels(bot.last(ALICE)):
        await press(bot, ALICE, "Later")
        pages += 1
        assert pages < 50
    assert pages == 32
    assert "249–250 of 250" in words(bot.last(ALICE))


async def test_a_row_offers_what_is_allowed_now(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    ahead = ["Details", "Reschedule", "Cancel", "Ask for another time", "Add people …"]
    assert overflow(bot.last(ALICE)) == ahead
    waiting = overflow(bot.last(ALICE), ZOE_ROW)
    assert waiting == ["Details", "Confirm", "Decline", "Reschedule", "Cancel"]
    await bot.command(ALICE, "bookings past")
    assert overflow(bot.last(ALICE)) == ["Details", "Mark as absent", "Recordings"]
    await bot.command(ALICE, "bookings cancelled")
    assert labels(bot.last(ALICE)) == ["Details"]


async def test_details_show_the_answers_and_leave_the_list(bot: Rig) -> None:
    await bot.command(ALICE, "types")
    await bot.command(ALICE, "bookings")
    listed = bot.last(ALICE)
    bot.forget_calls()
    await choose_row(bot, ALICE, "Details", 1)
    said = words(bot.last(ALICE))
    assert "*Company:* Alder &amp; Sons" in said
    assert "*Products:* Buoy" in said
    assert "*For:* Tom Alder (tom@alder.example)" in said
    assert bot.last(ALICE) is not listed
    assert "1–8 of 10" in words(listed)
    assert len(bot.cal_calls()) == 2  # the booking, and what there was before with the guest
    assert bot.slack_calls() == ["response_url"]


async def test_details_of_a_cancelled_one_tell_why(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    one = next(b for b in bot.cal.bookings if b.title.endswith("Mira Novak"))
    one.status, one.cancellation_reason = type(one.status)("cancelled"), "A train was late"
    await choose_row(bot, ALICE, "Details")
    assert "*Reason for cancelling:* A train was late" in words(bot.last(ALICE))
    assert labels(bot.last(ALICE)) == []


async def test_every_seat_is_named(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    await choose_row(bot, ALICE, "Details", 2)
    said = words(bot.last(ALICE))
    assert "*Attendees (2):*" in said
    assert "• Yuki Tanaka (yuki@tanaka.example)" in said


@pytest.mark.parametrize(
    ("label", "title"), [("Reschedule", "Move"), ("Cancel", "Cancel"), ("Decline", "Decline")]
)
async def test_a_rows_action_opens_its_form(bot: Rig, label: str, title: str) -> None:
    await bot.command(ALICE, "bookings")
    await choose_row(bot, ALICE, label, ZOE_ROW)
    modal = bot.modal(ALICE)
    assert modal is not None
    assert title in str(modal.body["title"]) or label in str(modal.body["title"])


async def test_a_rows_confirm_confirms(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    await choose_row(bot, ALICE, "Confirm", ZOE_ROW)
    assert "Confirmed" in bot.last(ALICE).text
    await bot.command(ALICE, "bookings unconfirmed")
    assert "No booking is waiting" in bot.last(ALICE).text


async def test_an_action_on_what_is_gone_meanwhile_is_told(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    for booking in bot.cal.bookings:
        booking.status = type(booking.status)("cancelled")
    await choose_row(bot, ALICE, "Confirm", ZOE_ROW)
    assert "done already" in bot.last(ALICE).text


@pytest.mark.parametrize(
    "value", ["", "details:", "details:nothing", "dance:x", "cancel:nothing", "reschedule:", ":"]
)
async def test_a_forged_row_is_a_sentence(bot: Rig, value: str) -> None:
    await bot.command(ALICE, "bookings")
    before = bot.last(ALICE)
    menu = next(e for _, e in controls(before) if e["type"] == "overflow")
    menu["options"][0]["value"] = value or " "
    await choose(bot, ALICE, ids.ROW, value or " ")
    shown = bot.modal(ALICE)
    told = words(shown) if shown else bot.last(ALICE).text
    assert "no longer kept" in told


async def test_somebody_elses_booking_cannot_be_forged_open(bot: Rig) -> None:
    await bot.command(ALICE, "bookings cancelled")
    ref = button(bot.last(ALICE), "Details")[1]["value"]
    await book(bot, "intro", datetime(2026, 11, 26, 13, tzinfo=UTC), AS_DAVE)
    await bot.command(DAVE, "bookings")
    menu = next(e for _, e in controls(bot.last(DAVE)) if e["type"] == "overflow")
    menu["options"][0]["value"] = f"details:{ref}"
    await choose(bot, DAVE, ids.ROW, f"details:{ref}")
    assert "not yours to see" in bot.last(DAVE).text


@pytest.mark.parametrize(
    "value", ["|", "upcoming|x", "upcoming|-8", "upcoming|99999999999", "no|8"]
)
async def test_a_forged_page_is_a_sentence(bot: Rig, value: str) -> None:
    await bot.command(ALICE, "bookings")
    await press_forged(bot, ALICE, "Later", value)
    told = bot.last(ALICE).text
    assert "no longer kept" in told or "I know these lists" in told


async def test_without_an_email_nobodys_bookings_are_shown(bot: Rig) -> None:
    bot.slack.add_person(replace(bot.slack.person(CAROL), email=""))
    for text in ("bookings", "today", "next", "cancel"):
        await bot.command(CAROL, text)
        assert "Slack shows me no e-mail address for you" in bot.last(CAROL).text
    assert bot.cal_calls() == []


async def test_cal_com_away_is_told(bot: Rig) -> None:
    bot.faults.refuse.append(Refusal(503, match="GET", count=50))
    await bot.command(ALICE, "bookings")
    assert "Cal.com is not answering" in bot.last(ALICE).text


async def test_today_is_the_readers_day(bot: Rig) -> None:
    await bot.command(ALICE, "today")
    said = words(bot.last(ALICE))
    assert "Today, Tue 24 Nov · Paris time (UTC+1)" in said
    assert "with Mira Novak" in said
    assert "Tom Alder" not in said
    assert labels(bot.last(ALICE)) == ["Join", "Brief"]


async def test_what_is_over_is_still_of_today_and_what_is_cancelled_is_not(bot: Rig) -> None:
    bot.clock.advance(hours=6)
    await bot.command(ALICE, "today")
    assert "with Mira Novak" in words(bot.last(ALICE))
    assert "Join" not in labels(bot.last(ALICE))
    for booking in bot.cal.bookings:
        booking.status = type(booking.status)("cancelled")
    await bot.command(ALICE, "today")
    assert "nothing is booked" in bot.last(ALICE).text


async def test_today_in_another_zone_is_another_day(bot: Rig) -> None:
    """At 23:00 in Paris it is Wednesday in Kolkata; Bob's evening is part of it."""
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    await book(bot, "intro", start, Person("Carol Iyer", "carol@example.com", "Asia/Kolkata"))
    await bot.command(CAROL, "today")
    assert "Today, Tue 24 Nov, 5:30 PM–6:00 PM" in words(bot.last(CAROL))
    bot.clock.advance(hours=14)
    await bot.command(CAROL, "today")
    assert bot.last(CAROL).text.startswith("Today, Wed 25 Nov · Kolkata time (UTC+5:30): nothing")


async def test_next_is_the_next_with_its_link_and_answers(bot: Rig) -> None:
    await bot.command(ALICE, "next")
    said = words(bot.last(ALICE))
    assert "Next meeting: in 2 h 30 min" in said
    assert button(bot.last(ALICE), "Join")[1]["url"] == "https://meet.harbour-labs.example/alice"
    bot.clock.advance(hours=2, minutes=40)
    await bot.command(ALICE, "next")
    assert "Next meeting: going on now" in words(bot.last(ALICE))
    bot.clock.advance(hours=3)
    await bot.command(ALICE, "next")
    said = words(bot.last(ALICE))
    assert "Product demo between" in said
    assert "*Company:* Alder &amp; Sons" in said


async def test_next_with_nothing_ahead_leads_on(bot: Rig) -> None:
    await bot.command(BOB, "next")
    assert bot.last(BOB).text == "Nothing is coming up."
    await press(bot, BOB, "Book a meeting")
    assert bot.modal(BOB) is not None


@pytest.mark.parametrize(
    ("typed", "label", "count"),
    [
        ("reschedule", "Reschedule", 10),
        ("cancel", "Cancel", 10),
        ("confirm", "Confirm", 1),
        ("decline", "Decline", 1),
        ("cancel check-in", "Cancel", 6),
        ("cancel yuki", "Cancel", 7),
        ("cancel tom@alder.example", "Cancel", 1),
        ("cancel fri", "Cancel", 1),
        ("cancel next week", "Cancel", 1),
        ("cancel check-in 14 dec", "Cancel", 1),
        ("reschedule today 11:30", "Reschedule", 1),
    ],
)
async def test_which_booking_is_asked_and_what_is_typed_narrows_it(
    bot: Rig, typed: str, label: str, count: int
) -> None:
    await bot.command(ALICE, typed)
    assert labels(bot.last(ALICE)) == [label] * count


async def test_what_fits_nothing_shows_all(bot: Rig) -> None:
    await bot.command(ALICE, "cancel zebra")
    assert "None of these fits “zebra”." in bot.last(ALICE).text
    assert len(labels(bot.last(ALICE))) == 10


async def test_a_member_narrows_by_their_email(bot: Rig) -> None:
    await book(bot, "intro", datetime(2026, 11, 26, 13, tzinfo=UTC), AS_DAVE)
    await bot.command(ALICE, f"cancel <@{DAVE}|dave>")
    assert labels(bot.last(ALICE)) == ["Cancel"]
    assert "Dave Okoro" in bot.last(ALICE).text


async def test_choosing_one_goes_on_to_its_form(bot: Rig) -> None:
    await bot.command(ALICE, "cancel")
    bot.forget_calls()
    await press(bot, ALICE, "Cancel")
    assert bot.slack_calls()[0] == "views.open"
    assert "Mira Novak" in words(bot.modal(ALICE))


async def test_the_choice_costs_one_question_and_one_answer(bot: Rig) -> None:
    await bot.command(ALICE, "bookings")
    bot.forget_calls()
    await bot.command(ALICE, "cancel")
    assert bot.cal_calls() == ["GET /v2/bookings"]
    assert bot.slack_calls() == ["response_url"]


async def test_many_to_choose_from_are_paged(bot: Rig) -> None:
    await fill_up(bot, 240)
    await bot.command(ALICE, "cancel extra")
    before = len(bot.seen(ALICE))
    assert "Page 1 of 5" in words(bot.last(ALICE))
    await press(bot, ALICE, "Later")
    assert "Page 2 of 5" in words(bot.last(ALICE))
    assert len(bot.seen(ALICE)) == before


async def test_a_forged_choice_is_a_sentence(bot: Rig) -> None:
    await fill_up(bot, 40)
    await bot.command(ALICE, "cancel")
    await press_forged(bot, ALICE, "Later", '["dance", 1, "", ""]')
    assert "no longer kept" in bot.last(ALICE).text


async def test_markup_from_outside_stays_text(bot: Rig) -> None:
    evil = Person("<!channel> *Eve*", "eve@evil.example", "UTC")
    await book(bot, "intro", datetime(2026, 11, 24, 13, tzinfo=UTC), evil)
    for text in ("bookings", "today", "cancel"):
        await bot.command(ALICE, text)
        assert "<!channel>" not in str(bot.last(ALICE).blocks) + bot.last(ALICE).text
        assert "&lt;!channel&gt; ∗Eve∗" in words(bot.last(ALICE))
