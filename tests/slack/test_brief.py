"""What is worth knowing before a meeting: in `/cal next` and `today`, the details, the Home."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.bookings import BookingQuery, Listing
from bot.domain.people import Preferences
from bot.sandbox.calcom.model import Booking, Status
from bot.slack.people import reader_of
from bot.slack.views.brief import earlier
from bot.slack.views.reading import Reading
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack import flows, test_home
from tests.slack.flows import refuse
from tests.slack.pressing import press
from tests.slack.test_bookings import choose_row


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
    assert said.index("of 7 days ago") < said.index("of 14 days ago") < said.index("of 21 days ago")
    assert "Call of 28 days ago" not in said
    assert "• and 1 other" in said


async def test_where_there_are_more_than_are_looked_at_it_says_so(bot: Rig) -> None:
    for days in range(1, 60):
        before(bot, days, f"Call of {days} days ago")
    await bot.command(ALICE, "next")
    assert "• and more than 47 others" in words(bot.last(ALICE))


async def test_what_became_of_them_is_told(bot: Rig) -> None:
    before(bot, 7, "Broken off", status=Status.CANCELLED)
    absent = before(bot, 14, "Missed")
    absent.attendees = [replace(a, absent=True) for a in absent.attendees]
    await bot.command(ALICE, "next")
    said = words(bot.last(ALICE))
    assert "Broken off (cancelled)" in said
    assert "Missed (no-show)" in said
    assert ":warning: The guest did not come 1 time." in said


async def test_that_the_host_was_missing_is_not_laid_on_the_guest(bot: Rig) -> None:
    before(bot, 7, "Overslept", absent_host=True)
    await bot.command(ALICE, "next")
    said = words(bot.last(ALICE))
    assert "Overslept (the host did not come)" in said
    assert "The guest did not come" not in said


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


async def test_today_says_in_a_line_who_comes(bot: Rig) -> None:
    one = first(bot)
    one.responses |= {"company": "Novak & Sons", "products": "Buoy"}
    await bot.command(ALICE, "today")
    bot.forget_calls()
    await bot.command(ALICE, "today")
    said = bot.last(ALICE)
    assert "from Novak &amp; Sons · 2 answers" in words(said.blocks)
    assert "from Novak &amp; Sons · 2 answers" in said.text
    assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/bookings"], ["response_url"])


async def test_without_a_company_the_domain_tells_but_not_one_that_is_anybodys(bot: Rig) -> None:
    await bot.command(ALICE, "today")
    assert "from customer.example" in words(bot.last(ALICE))
    first(bot).attendees[0].email = "mira@gmail.com"
    await bot.command(ALICE, "today")
    assert "from " not in words(bot.last(ALICE))


async def test_today_tells_a_guest_nothing_of_themselves(bot: Rig) -> None:
    one = first(bot)
    one.attendees[0].email = "dave@example.com"
    await bot.command(DAVE, "today")
    said = words(bot.last(DAVE))
    assert one.title in said
    assert "from " not in said
    assert "answer" not in said


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


async def test_the_details_of_a_row_have_it(bot: Rig) -> None:
    before(bot, 7, "Call of a week ago")
    await bot.command(ALICE, "bookings")
    await choose_row(bot, ALICE, "Details")
    assert "Tue 17 Nov: Call of a week ago" in words(bot.last(ALICE))


async def test_who_is_a_guest_hears_nothing_of_others_and_cal_com_is_not_asked(bot: Rig) -> None:
    one = first(bot)
    dave = replace(one.attendees[0], name="Dave Okoro", email="dave@example.com")
    one.attendees = [*one.attendees, dave]
    theirs = before(bot, 7, "Between the three of them")
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "bookings")
    bot.forget_calls()
    await choose_row(bot, DAVE, "Details")
    assert one.title in words(bot.last(DAVE))
    assert theirs.title not in words(bot.last(DAVE))
    assert bot.cal_calls() == [f"GET /v2/bookings/{one.uid}"]


async def test_home_has_it_for_the_next_meeting_alone(bot: Rig) -> None:
    await test_home.opened(bot, ALICE)
    bot.forget_calls()
    said = await test_home.opened(bot, ALICE)
    assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/bookings"], ["views.publish"])
    assert said.count("from customer.example") == 1
    assert test_home.labels(test_home.home(bot, ALICE)).count("Brief") == 1


async def test_in_home_it_opens_at_once_and_what_was_before_comes_later(bot: Rig) -> None:
    before(bot, 7, "Call of a week ago")
    await test_home.opened(bot, ALICE)
    bot.forget_calls()
    await test_home.press(bot, "Brief", ALICE)
    opened, known, whole = bot.slack.calls
    assert [opened.method, known.method, whole.method] == ["views.open", *["views.update"] * 2]
    assert "Call of a week ago" not in words(known.args)
    assert first(bot).title in words(known.args)
    assert "Tue 17 Nov: Call of a week ago" in words(flows.front(bot, ALICE))
    assert bot.cal_calls()[0] == f"GET /v2/bookings/{first(bot).uid}"
    assert bot.cal_calls()[-1] == "GET /v2/bookings"


async def test_where_nothing_was_before_the_modal_is_drawn_once(bot: Rig) -> None:
    await test_home.opened(bot, ALICE)
    bot.forget_calls()
    await test_home.press(bot, "Brief", ALICE)
    assert bot.slack_calls() == ["views.open", "views.update"]
