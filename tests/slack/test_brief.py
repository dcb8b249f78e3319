"""What there was before with the same guest: in `/cal next`, and behind *Brief* in `/cal today`."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.bookings import BookingQuery, Listing
from bot.domain.people import Preferences
from bot.sandbox.calcom.model import Booking, Status
from bot.slack.people import reader_of
from bot.slack.views.brief import earlier
from bot.slack.views.reading import Reading
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack.flows import refuse
from tests.slack.pressing import press


def first(bot: Rig) -> Booking:
    """The first that is coming up: Alice's with Mira."""
    coming = [b for b in bot.cal.bookings if b.start > bot.clock()]
    return min(coming, key=lambda booking: booking.start)


def before(bot: Rig, days: int, title: str, **more: object) -> Booking:
    """The same guest, so many days ago."""
    one, number = first(bot), 20_000 + days
    start = one.start - timedelta(days=days)
    fields = {"title": title, "start": start, "end": start + timedelta(minutes=30)} | more
    past = replace(one, id=number, uid=f"before{days}", **fields)  # type: ignore[arg-type]
    bot.cal.bookings.append(past)
    return past


async def test_next_tells_the_three_last_meetings_with_the_guest(bot: Rig) -> None:
    for days in (7, 14, 21, 28):
        before(bot, days, f"Call of {days} days ago")
    await bot.command(ALICE, "next")
    said = words(bot.last(ALICE))
    assert "Earlier with the same guest" in said
    assert "Tue 17 Nov: Call of 7 days ago" in said
    assert "Call of 21 days ago" in said
    assert "Call of 28 days ago" not in said


async def test_what_became_of_them_is_told(bot: Rig) -> None:
    before(bot, 7, "Broken off", status=Status.CANCELLED)
    absent = before(bot, 14, "Missed")
    absent.attendees = [replace(a, absent=True) for a in absent.attendees]
    await bot.command(ALICE, "next")
    said = words(bot.last(ALICE))
    assert "Broken off (cancelled)" in said
    assert "Missed (no-show)" in said


async def test_next_asks_cal_com_twice(bot: Rig) -> None:
    await bot.command(ALICE, "next")
    bot.forget_calls()
    await bot.command(ALICE, "next")
    assert bot.cal_calls() == ["GET /v2/bookings", "GET /v2/bookings"]


async def test_where_cal_com_fails_in_the_middle_the_rest_is_told(bot: Rig) -> None:
    deps = bot.bot.deps
    reader = reader_of(await deps.people.member(bot.slack.team_id, ALICE), Preferences())
    managing = deps.desks.house.managing
    coming = BookingQuery(listings=(Listing.UPCOMING,), ascending=True, take=1)
    (row,) = (await managing.listing(reader, coming)).rows
    refuse(bot, 503, "GET /v2/bookings", count=9)
    assert await managing.earlier(reader, row) is None
    (said,) = earlier(None, Reading.of(reader, bot.clock()))
    assert "could not be looked up" in said


async def test_today_has_a_brief_for_each_that_is_to_come(bot: Rig) -> None:
    before(bot, 7, "Call of a week ago")
    await bot.command(ALICE, "today")
    message = bot.last(ALICE)
    assert "Call of a week ago" not in words(message)
    await press(bot, ALICE, "Brief", message)
    assert "Tue 17 Nov: Call of a week ago" in words(bot.last(ALICE))


async def test_bookings_that_are_not_the_readers_to_see_are_left_out(bot: Rig) -> None:
    """Dave meets Alice's guest: what Alice had with the guest before is none of Dave's."""
    one = first(bot)
    before(bot, 7, "Between the two of them")
    dave = replace(one.attendees[0], name="Dave Okoro", email="dave@example.com")
    one.attendees = [*one.attendees, dave]
    await bot.command(DAVE, "next")
    said = words(bot.last(DAVE))
    assert "Next meeting" in said
    assert "Between the two of them" not in said
