"""Working hours changed from Slack, as people go through it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.calcom.model import Hours, Override, Schedule
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack.flows import block, front, has_block, refuse

OFFICE = 11


async def opened(bot: Rig, user: str = ALICE) -> None:
    await bot.command(user, "schedule")
    await bot.click(user, bot.last(user), ids.CHANGE_HOURS)


async def at(bot: Rig, field: str, clock: str | None) -> None:
    await bot.fill(ALICE, ids.VALUE, clock, block=field)


def hours(bot: Rig, schedule_id: int = OFFICE) -> list[tuple[tuple[str, ...], time, time]]:
    return [(tuple(h.days), h.start, h.end) for h in bot.cal.schedules[schedule_id].hours]


WORKED = (("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), time(9), time(17, 30))


async def test_the_modal_is_there_before_cal_com_is_asked(bot: Rig) -> None:
    await bot.command(ALICE, "schedule")
    message = bot.last(ALICE)
    bot.forget_calls()
    await bot.click(ALICE, message, ids.CHANGE_HOURS)
    assert bot.slack_calls() == ["views.open", "views.update"]
    assert bot.cal_calls() == ["GET /v2/schedules"]


async def test_another_hour_is_saved_and_said_and_slots_follow_it(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro friday")
    assert "12:30 PM" in words(bot.last(DAVE))
    await opened(bot)
    await at(bot, "hours_until:Friday:0", "12:00")
    bot.forget_calls()
    saved = words((await bot.submit(ALICE)).view)
    assert "Saved" in saved
    assert "Fri 9:00 AM–12:00 PM" in saved
    days, start, end = WORKED
    assert hours(bot) == [(("Friday",), start, time(12)), (days[:-1], start, end)]
    assert bot.cal_calls() == ["GET /v2/schedules", "PATCH /v2/schedules/11"]
    bot.clock.advance(seconds=3)  # Cal.com keeps an answer for two
    await bot.command(DAVE, "slots intro friday")
    friday = [line for line in bot.last(DAVE).text.splitlines() if line.startswith("Fri 27 Nov")]
    assert [line.rpartition(", ")[2] for line in friday] == ["10:30 AM"]


async def test_days_are_taken_and_given_up(bot: Rig) -> None:
    await opened(bot)
    await bot.fill(ALICE, ids.VALUE, ["Monday", "Sunday"], block=ids.HOURS_DAYS)
    await bot.submit(ALICE)
    assert hours(bot) == [
        (("Sunday",), time(9), time(17)),
        (("Monday",), time(9), time(17, 30)),
    ]


async def test_the_zone_is_changed(bot: Rig) -> None:
    await opened(bot)
    await bot.people.options(ALICE, ids.ZONE, "kolk")
    await bot.fill(ALICE, ids.ZONE, "Asia/Kolkata")
    assert "Kolkata time (UTC+5:30)" in words((await bot.submit(ALICE)).view)
    assert bot.cal.schedules[OFFICE].time_zone == "Asia/Kolkata"


async def test_a_second_span_can_be_changed_and_a_third_stays(bot: Rig) -> None:
    more = [Hours(["Monday"], time(18), time(19)), Hours(["Monday"], time(20), time(21))]
    bot.cal.schedules[OFFICE].hours += more
    await opened(bot)
    assert "On Monday also 20:00–21:00" in words(front(bot, ALICE))
    await at(bot, "hours_until:Monday:1", "19:30")
    await bot.submit(ALICE)
    assert hours(bot) == [
        WORKED,
        (("Monday",), time(18), time(19, 30)),
        (("Monday",), time(20), time(21)),
    ]


async def test_what_overlaps_a_span_that_is_not_shown_keeps_the_form_unsaved(bot: Rig) -> None:
    more = [Hours(["Monday"], time(18), time(19)), Hours(["Monday"], time(20), time(21))]
    bot.cal.schedules[OFFICE].hours += more
    await opened(bot)
    await at(bot, "hours_until:Monday:1", "20:30")
    assert "Two spans of a day overlap" in words((await bot.submit(ALICE)).view)
    assert len(hours(bot)) == 3


@pytest.mark.parametrize(
    ("changed", "clock", "field", "complaint"),
    [
        ("hours_until:Friday:0", "08:00", "hours_until:Friday:0", "end after it begins"),
        ("hours_until:Friday:0", "00:00", "hours_until:Friday:0", "For midnight take 23:59"),
        ("hours_from:Monday:1", "17:00", "hours_from:Monday:1", "overlaps"),
        ("hours_date_from", "10:00", "hours_date", "Which day"),
    ],
)
async def test_complaints_stand_at_their_field(
    bot: Rig, changed: str, clock: str, field: str, complaint: str
) -> None:
    bot.cal.schedules[OFFICE].hours.append(Hours(["Monday"], time(18), time(19)))
    await opened(bot)
    await at(bot, changed, clock)
    outcome = await bot.submit(ALICE)
    assert complaint in outcome.errors[field]
    assert not any("PATCH" in call for call in bot.cal_calls())


async def test_one_day_is_off_and_another_day_is_left_alone(bot: Rig) -> None:
    other = Override(date(2026, 12, 24), time(9), time(12))
    bot.cal.schedules[OFFICE].overrides.append(other)
    await opened(bot)
    await bot.fill(ALICE, ids.VALUE, "2026-12-25", block=ids.HOURS_DATE)
    assert "Fri 25 Dec: off" in words((await bot.submit(ALICE)).view)
    off = Override(date(2026, 12, 25), time(0), time(0))
    assert bot.cal.schedules[OFFICE].overrides == [other, off]


async def test_a_day_that_is_another_is_as_every_week_again(bot: Rig) -> None:
    past = Override(date(2026, 11, 2), time(0), time(0))
    kept = Override(date(2026, 12, 31), time(9), time(12))
    gone = [
        Override(date(2026, 12, 24), time(9), time(11)),
        Override(date(2026, 12, 24), time(14), time(16)),
    ]
    bot.cal.schedules[OFFICE].overrides += [past, *gone, kept]
    await opened(bot)
    assert "Thu 24 Dec: 09:00–11:00, 14:00–16:00" in words(front(bot, ALICE))
    offered = block(bot, ALICE, ids.HOURS_OTHER_DAYS)["element"]
    assert [option["value"] for option in offered["options"]] == ["2026-12-24", "2026-12-31"]
    assert offered["initial_options"] == offered["options"]
    meanwhile = Override(date(2027, 1, 4), time(0), time(0))  # the form never offered it
    bot.cal.schedules[OFFICE].overrides.append(meanwhile)
    await bot.fill(ALICE, ids.VALUE, ["2026-12-31"], block=ids.HOURS_OTHER_DAYS)
    saved = words((await bot.submit(ALICE)).view)
    assert "24 Dec" not in saved
    assert bot.cal.schedules[OFFICE].overrides == [past, kept, meanwhile]


async def test_days_that_are_others_stay_where_nothing_is_taken_out(bot: Rig) -> None:
    other = Override(date(2026, 12, 24), time(9), time(11))
    bot.cal.schedules[OFFICE].overrides.append(other)
    await opened(bot)
    await bot.submit(ALICE)
    assert bot.cal.schedules[OFFICE].overrides == [other]


async def test_without_such_days_there_is_no_field(bot: Rig) -> None:
    await opened(bot)
    assert not has_block(bot, ALICE, ids.HOURS_OTHER_DAYS)


CLOCKS_CHANGE = [
    # zone, a moment in the week before, the Saturday, and the offsets of Friday and Monday
    ("Europe/Berlin", datetime(2027, 3, 25, 9, tzinfo=UTC), date(2027, 3, 27), 60, 120),
    ("America/New_York", datetime(2026, 10, 29, 15, tzinfo=UTC), date(2026, 10, 31), -240, -300),
    ("Australia/Lord_Howe", datetime(2027, 4, 1, 1, tzinfo=UTC), date(2027, 4, 3), 660, 630),
]


@pytest.mark.parametrize(("zone", "now", "saturday", "before", "after"), CLOCKS_CHANGE)
async def test_hours_keep_their_clock_times_when_the_clocks_change(
    bot: Rig, zone: str, now: datetime, saturday: date, before: int, after: int
) -> None:
    bot.clock.at = now
    bot.slack.people[ALICE].tz = zone
    bot.bot.deps.people.forget(bot.slack.team_id, ALICE)
    kept = bot.cal.schedules[OFFICE]
    kept.time_zone = zone
    for day in range(2):  # the weekend as well, on which the clocks change
        extra = Override(saturday + timedelta(days=day), time(9), time(17, 30))
        kept.overrides.append(extra)
    await bot.command(ALICE, f"availability {saturday - timedelta(days=1):%Y-%m-%d}")
    assert "Working hours: 9:00 AM–5:30 PM" in words(bot.last(ALICE))
    for day in range(3):
        await bot.command(ALICE, f"availability {saturday + timedelta(days=day):%Y-%m-%d}")
        assert "Working hours: 9:00 AM–5:30 PM" in words(bot.last(ALICE))
    await bot.command(ALICE, "schedule")
    assert "Mon–Fri 9:00 AM–5:30 PM" in words(bot.last(ALICE))
    await bot.click(ALICE, bot.last(ALICE), ids.CHANGE_HOURS)
    await bot.submit(ALICE)
    assert hours(bot) == [WORKED]
    assert [(each.day, each.start, each.end) for each in kept.overrides] == [
        (saturday, time(9), time(17, 30)),
        (saturday + timedelta(days=1), time(9), time(17, 30)),
    ]
    friday, monday = (saturday + timedelta(days=n) for n in (-1, 2))
    assert [minutes_ahead(day, zone) for day in (friday, monday)] == [before, after]


def minutes_ahead(day: date, zone: str) -> int:
    """How far the zone's noon is ahead of UTC: that the clocks do change in between."""
    ahead = datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds() // 60)


async def test_a_day_that_is_over_is_refused(bot: Rig) -> None:
    await opened(bot)
    await bot.fill(ALICE, ids.VALUE, "2026-01-01", block=ids.HOURS_DATE)
    assert "over" in (await bot.submit(ALICE)).errors[ids.HOURS_DATE]


async def test_of_several_the_one_is_changed_whose_button_was_pressed(bot: Rig) -> None:
    owner = bot.cal.schedules[OFFICE].owner_id
    evening = [Hours(["Monday"], time(18), time(20))]
    bot.cal.schedules[99] = Schedule(99, owner, "Evenings", "Europe/Paris", evening)
    await bot.command(ALICE, "schedule")
    await bot.click(ALICE, bot.last(ALICE), ids.CHANGE_HOURS, value="99")
    await at(bot, "hours_until:Monday:0", "21:00")
    await bot.submit(ALICE)
    assert hours(bot, 99) == [(("Monday",), time(18), time(21))]
    assert hours(bot) == [WORKED]


async def forged(bot: Rig, metadata: str) -> dict[str, Any]:
    """What the modal in front of Alice says, once its metadata is another."""
    view = front(bot, ALICE)
    view.body["private_metadata"] = metadata
    return {"said": words((await bot.submit(ALICE)).view)}


@pytest.mark.parametrize("claimed", ["12", "0", "-1", "x", "", "9" * 400])
async def test_a_schedule_that_is_not_the_accounts_is_not_changed(bot: Rig, claimed: str) -> None:
    before = {key: hours(bot, key) for key in bot.cal.schedules}
    await opened(bot)
    said = await forged(bot, claimed)
    assert "Nothing was saved" in said["said"]
    assert {key: hours(bot, key) for key in bot.cal.schedules} == before


async def test_who_may_not_is_told_who_may(bot: Rig) -> None:
    await bot.command(ALICE, "schedule")
    message = bot.last(ALICE)
    bot.slack.people[ALICE].email = "someone@else.example"
    bot.slack.people[ALICE].is_admin = False
    bot.bot.deps.people.forget(bot.slack.team_id, ALICE)
    await bot.click(ALICE, message, ids.CHANGE_HOURS)
    assert "owner of the Cal.com account" in words(front(bot, ALICE))


async def test_without_cal_com_nothing_is_saved_and_it_says_so(bot: Rig) -> None:
    await opened(bot)
    refuse(bot, 503, "PATCH", count=9)
    refuse(bot, 503, "GET", count=9)
    said = words((await bot.submit(ALICE)).view)
    assert "Nothing was saved" in said
    assert hours(bot) == [WORKED]


@pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)
async def test_over_v1_it_is_said_that_the_web_page_does_it(bot: Rig) -> None:
    await opened(bot)
    said = words((await bot.submit(ALICE)).view)
    assert "Use its web page instead" in said
    assert hours(bot) == [WORKED]
