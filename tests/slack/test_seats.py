"""Classes: who gives back or moves which seat, and who sees whom.

On Thursday Mira and Yuki have two of the six seats of an onboarding class that Alice holds.
"""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.model import Booking
from bot.slack import ids
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack.flows import (
    WES,
    block,
    fill,
    front,
    has_block,
    pick_time,
    press_row,
    said,
    starts,
)
from tests.slack.pressing import book, press

AS_DAVE = Person("Dave Okoro", "dave@example.com", "Europe/London")
SEATED = ["Mira Novak", "Yuki Tanaka"]
V1 = pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)


@pytest.fixture
async def lesson(bot: Rig) -> Booking:
    """The class, which shows nobody the others; Dave has the third seat."""
    found = next(b for b in bot.cal.bookings if b.attendees and b.attendees[0].seat_uid)
    seats = bot.cal.event_types[found.event_type_id].seats
    assert seats is not None
    seats.show_attendees = False
    await book(bot, "onboarding", found.start, AS_DAVE)
    await bot.command(ALICE, "types")
    bot.forget_calls()
    return found


def names(booking: Booking) -> list[str]:
    return [attendee.name for attendee in booking.attendees]


def choices(bot: Rig, user: str) -> dict[str, str]:
    """What can be meant: labels and values."""
    options = block(bot, user, ids.EXTENT)["element"]["options"]
    return {option["text"]["text"]: option["value"] for option in options}


async def choose(bot: Rig, user: str, label: str) -> None:
    await fill(bot, user, ids.EXTENT, choices(bot, user)[label])


def sent(bot: Rig, path: str) -> list[Any]:
    """The bodies of the writes to this path."""
    return [call.body for call in bot.cal.log if call.method == "POST" and call.path.endswith(path)]


async def joined_by_a_guest(bot: Rig, lesson: Booking) -> None:
    """Dave takes a seat for Wes."""
    await bot.command(DAVE, "book onboarding thu")
    await fill(bot, DAVE, ids.FOR_WHOM, "guest")
    await fill(bot, DAVE, ids.GUEST_NAME, WES.name)
    await fill(bot, DAVE, ids.GUEST_EMAIL, WES.email)
    await fill(bot, DAVE, ids.TIME, lesson.start.isoformat())
    await bot.submit(DAVE)
    assert names(lesson)[-1] == WES.name
    await bot.people.close(DAVE, all=True)


# -- giving back -------------------------------------------------------------------------------


async def test_an_attendee_gives_back_their_seat_without_being_asked_which(
    bot: Rig, lesson: Booking
) -> None:
    seat = lesson.attendees[-1].seat_uid
    await press_row(bot, DAVE, "cancel", lesson)
    assert not has_block(bot, DAVE, ids.EXTENT)
    assert "Only the seat of Dave Okoro is given back; the class goes on." in words(front(bot))
    await bot.submit(DAVE)
    assert "*Cancelled*: the seat of Dave Okoro; the class goes on" in said(bot)
    assert "Yuki" not in said(bot)
    assert names(lesson) == SEATED
    assert lesson.alive
    assert [body["seatUid"] for body in sent(bot, "/cancel")] == [seat]


async def test_pressed_twice_it_is_given_back_once(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, DAVE, "cancel", lesson)
    outcome = await bot.submit(DAVE)
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert "done already" in said(bot)
    assert names(lesson) == SEATED
    assert len(sent(bot, "/cancel")) == 1


async def test_its_host_chooses_a_seat(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "cancel", lesson)
    assert list(choices(bot, ALICE)) == [
        "The whole class (3 people)",
        "Only the seat of Mira Novak",
        "Only the seat of Yuki Tanaka",
        "Only the seat of Dave Okoro",
    ]
    await fill(bot, ALICE, ids.REASON, "another day suits better")
    outcome = await bot.submit(ALICE)
    assert list(outcome.errors) == [ids.EXTENT]
    await choose(bot, ALICE, "Only the seat of Yuki Tanaka")
    await bot.submit(ALICE)
    assert "*Cancelled*: the seat of Yuki Tanaka; the class goes on" in said(bot, ALICE)
    assert names(lesson) == ["Mira Novak", "Dave Okoro"]


async def test_or_the_whole_class(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "cancel", lesson)
    await choose(bot, ALICE, "The whole class (3 people)")
    await fill(bot, ALICE, ids.REASON, "the host is ill")
    await bot.submit(ALICE)
    assert "*Cancelled*: the whole class (3 people)" in said(bot, ALICE)
    assert not lesson.alive
    assert "seatUid" not in sent(bot, "/cancel")[0]


async def test_a_seat_that_is_gone_already_is_told(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "cancel", lesson)
    await choose(bot, ALICE, "Only the seat of Yuki Tanaka")
    await fill(bot, ALICE, ids.REASON, "another day suits better")
    del lesson.attendees[1]
    await bot.submit(ALICE)
    assert "done already" in said(bot, ALICE)
    assert names(lesson) == ["Mira Novak", "Dave Okoro"]


async def test_who_took_a_seat_for_a_guest_can_give_that_one_back(
    bot: Rig, lesson: Booking
) -> None:
    await joined_by_a_guest(bot, lesson)
    await press(bot, DAVE, "Cancel", bot.last(DAVE, "bookings"))
    assert list(choices(bot, DAVE)) == ["Only the seat of Dave Okoro", "Only the seat of Wes Wood"]
    await choose(bot, DAVE, "Only the seat of Wes Wood")
    await bot.submit(DAVE)
    assert "the seat of Wes Wood" in said(bot)
    assert names(lesson) == [*SEATED, "Dave Okoro"]


async def test_anothers_seat_cannot_be_forged(bot: Rig, lesson: Booking) -> None:
    await joined_by_a_guest(bot, lesson)
    await press_row(bot, ALICE, "cancel", lesson)
    yukis = choices(bot, ALICE)["Only the seat of Yuki Tanaka"]
    await press_row(bot, DAVE, "cancel", lesson)
    for forged in (yukis, "seat:", "seat:0123456789abcdef", "all", "following"):
        option = block(bot, DAVE, ids.EXTENT)["element"]["options"][0]
        option["value"] = forged
        await fill(bot, DAVE, ids.EXTENT, forged)
        await bot.submit(DAVE)
        assert "Nothing was cancelled." in said(bot)
        await bot.people.close(DAVE, all=True)
        await press_row(bot, DAVE, "cancel", lesson)
    assert names(lesson) == [*SEATED, "Dave Okoro", "Wes Wood"]
    assert sent(bot, "/cancel") == []


async def test_somebody_without_a_seat_is_told_who_may(bot: Rig, lesson: Booking) -> None:
    for label in ("Cancel", "Reschedule"):
        await press(bot, CAROL, label, bot.last(CAROL, "bookings"))
        assert "Only the host, the attendees and the admins" in said(bot, CAROL)
        assert "Yuki" not in said(bot, CAROL)
        await bot.people.close(CAROL, all=True)


# -- moving ------------------------------------------------------------------------------------


async def test_an_attendee_moves_their_seat_alone(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, DAVE, "reschedule", lesson)
    assert "Only the seat of Dave Okoro moves; the class goes on." in words(front(bot))
    assert "6 seats left" in words(front(bot))
    start = await pick_time(bot)
    await bot.submit(DAVE)
    assert "*Seat of Dave Okoro moved*" in said(bot)
    assert names(lesson) == SEATED
    assert lesson.alive
    moved = bot.cal.bookings[-1]
    assert (moved.start, names(moved)) == (start, ["Dave Okoro"])
    await bot.click(DAVE, front(bot), ids.DO_CANCEL)
    await bot.submit(DAVE)
    assert "it was the last of the class" in said(bot)
    assert not moved.alive


async def test_its_host_moves_one_seat(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "reschedule", lesson)
    assert next(iter(choices(bot, ALICE))) == "Everybody (3 people)"
    await choose(bot, ALICE, "Only the seat of Mira Novak")
    await pick_time(bot, ALICE)
    await bot.submit(ALICE)
    assert "*Seat of Mira Novak moved*" in said(bot, ALICE)
    assert names(lesson) == ["Yuki Tanaka", "Dave Okoro"]


async def test_or_everybody(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "reschedule", lesson)
    await choose(bot, ALICE, "Everybody (3 people)")
    start = await pick_time(bot, ALICE, 3)
    await bot.submit(ALICE)
    assert "*Moved*" in said(bot, ALICE)
    assert not lesson.alive
    moved = bot.cal.bookings[-1]
    assert (moved.start, names(moved)) == (start, [*SEATED, "Dave Okoro"])


async def test_what_is_chosen_survives_another_day(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "reschedule", lesson)
    await choose(bot, ALICE, "Only the seat of Mira Novak")
    await fill(bot, ALICE, ids.REASON, "a train")
    await fill(bot, ALICE, ids.DAY, "2026-11-30")
    await pick_time(bot, ALICE)
    await bot.submit(ALICE)
    assert "*Seat of Mira Novak moved*" in said(bot, ALICE)


async def test_a_class_that_is_full_meanwhile_is_told_with_other_times(
    bot: Rig, lesson: Booking
) -> None:
    await press_row(bot, DAVE, "reschedule", lesson)
    start = await pick_time(bot)
    for n in range(6):
        await book(bot, "onboarding", start, Person(f"P{n}", f"p{n}@example.com", "UTC"))
    bot.clock.advance(seconds=3)
    await bot.submit(DAVE)
    assert "There are no seats left at that time. Nothing was moved." in said(bot)
    assert start.isoformat() not in starts(bot)
    assert names(lesson) == [*SEATED, "Dave Okoro"]


# -- looking, and who did not come -------------------------------------------------------------


async def test_the_others_are_counted_and_not_named(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, DAVE, "details", lesson)
    told = words(bot.last(DAVE))
    assert "*Seats:* 3 of 6 taken (2 by others)" in told
    assert "Yuki" not in told
    await press_row(bot, ALICE, "details", lesson)
    told = words(bot.last(ALICE))
    assert "*Seats:* 3 of 6 taken\n" in told
    assert "Yuki Tanaka (yuki@tanaka.example)" in told


async def test_the_card_counts_the_seats(bot: Rig, lesson: Booking) -> None:
    start = lesson.start + timedelta(days=1)
    for person in (AS_DAVE, WES):
        await book(bot, "onboarding", start, person)
    assert "*Seats*\n2 of 6 taken" in words(bot.last(CAROL, "bookings"))


async def test_each_seat_can_be_marked_as_absent_once_it_has_begun(
    bot: Rig, lesson: Booking
) -> None:
    bot.clock.at = lesson.start + timedelta(minutes=5)
    await press_row(bot, ALICE, "mark_absent", lesson)
    options = block(bot, ALICE, ids.ABSENT)["element"]["options"]
    labels = {option["text"]["text"]: option["value"] for option in options}
    assert list(labels) == ["Alice Martin (host)", *SEATED, "Dave Okoro"]
    await fill(bot, ALICE, ids.ABSENT, [labels["Yuki Tanaka"]])
    await bot.submit(ALICE)
    assert [a.name for a in lesson.attendees if a.absent] == ["Yuki Tanaka"]


# -- where a single seat cannot be changed -----------------------------------------------------


@V1
@pytest.mark.parametrize("action", ["cancel", "reschedule"])
async def test_over_v1_an_attendee_is_told_who_can(bot: Rig, lesson: Booking, action: str) -> None:
    await press_row(bot, DAVE, action, lesson)
    assert "Only the host and the admins of this workspace can do that." in said(bot)
    assert "Nothing was" in said(bot)
    assert all(call.startswith("GET") for call in bot.cal_calls())


@V1
async def test_over_v1_its_host_cancels_all_of_it(bot: Rig, lesson: Booking) -> None:
    await press_row(bot, ALICE, "cancel", lesson)
    assert not has_block(bot, ALICE, ids.EXTENT)
    await fill(bot, ALICE, ids.REASON, "the host is ill")
    await bot.submit(ALICE)
    assert "Cancelled" in said(bot, ALICE)
    assert not lesson.alive
