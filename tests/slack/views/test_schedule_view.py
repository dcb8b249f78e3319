"""Working hours."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Override, Schedule, WorkingHours
from bot.slack.views.reading import Reading
from bot.slack.views.schedule import not_yours, schedules
from tests.slack.views.drawing import (
    NOW,
    READING,
    allowed,
    calmly,
    marked,
    nasty,
    same_as_golden,
    texts,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
OFFICE = Schedule(
    1,
    "Office",
    "Europe/Paris",
    (
        WorkingHours(WEEKDAYS, "09:00", "17:30"),
        WorkingHours(("Saturday", "Monday"), "19:00", "20:00"),
    ),
    (
        Override(date(2026, 12, 24), "09:00", "12:00"),
        Override(date(2026, 12, 25)),
        Override(date(2026, 1, 1)),
    ),
    is_default=True,
)


def test_it_looks_like_this() -> None:
    other = Schedule(2, "Night *shift*", "America/New_York")
    message = allowed(schedules((other, OFFICE), READING))
    same_as_golden("schedule", message)


def test_days_hours_and_other_hours_are_told() -> None:
    said = texts(schedules((OFFICE,), READING))
    assert "Mon–Fri 09:00–17:30" in said
    assert "Mon, Sat 19:00–20:00" in said
    assert "Thu 24 Dec: 09:00–12:00\nFri 25 Dec: off" in said
    assert "1 Jan" not in said


def test_hours_are_said_by_the_readers_clock_and_zones_named() -> None:
    reading = Reading(ZoneInfo("Asia/Kolkata"), hour12=True, now=NOW)
    said = texts(schedules((OFFICE,), reading))
    assert "Mon–Fri 9:00 AM–5:30 PM" in said
    assert "Paris time (UTC+1); yours is Kolkata time (UTC+5:30)" in said


def test_no_schedule_and_no_right_to_see_are_sentences() -> None:
    assert "Set them in Cal.com" in allowed(schedules((), READING)).text
    assert "/cal availability" in allowed(not_yours("/cal")).text


clocks = st.one_of(st.sampled_from(["09:00", "24:00", "9", "", "17:30:00"]), st.text(max_size=30))
hours = st.builds(WorkingHours, st.lists(nasty, max_size=8).map(tuple), clocks, clocks)
overrides = st.builds(
    Override,
    st.integers(0, 900).map(lambda n: date(2026, 11, 1) + timedelta(days=n)),
    st.one_of(st.none(), clocks),
    st.one_of(st.none(), clocks),
)


@calmly
@given(
    name=nasty,
    zone=nasty,
    hours_=st.lists(hours, max_size=40).map(tuple),
    others=st.lists(overrides, max_size=60).map(tuple),
    count=st.integers(1, 40),
)
def test_whatever_the_hours_are_slack_takes_them(
    name: str,
    zone: str,
    hours_: tuple[WorkingHours, ...],
    others: tuple[Override, ...],
    count: int,
) -> None:
    message = allowed(schedules((Schedule(1, name, zone, hours_, others),) * count, READING))
    assert "<!" not in marked(message)
