"""The modal that changes working hours."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Override, Schedule, WorkingHours
from bot.slack.views.hours import form, loading, saved, saving
from tests.slack.views.drawing import NOW, allowed_view, calmly, nasty, same_as_golden, texts

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
OFFICE = Schedule(
    1,
    "Office",
    "Europe/Paris",
    (
        WorkingHours(WEEKDAYS, "09:00", "12:00"),
        WorkingHours(("Monday",), "13:00", "17:30"),
        WorkingHours(("Monday",), "20:00", "24:00"),
    ),
    (Override(date(2026, 12, 24), "09:00", "12:00"),),
)


def test_it_looks_like_this() -> None:
    same_as_golden("hours_form", allowed_view(form(OFFICE, NOW)))


def test_what_stands_before_and_after_is_allowed_view() -> None:
    for view in (loading(), saving(), saved("Mon 09:00–17:00")):
        allowed_view(view)


@calmly
@given(name=nasty, zone=nasty, count=st.integers(0, 12))
def test_whatever_the_schedule_is_slack_takes_it(name: str, zone: str, count: int) -> None:
    spans = tuple(WorkingHours(WEEKDAYS, f"{n:02}:00", f"{n:02}:30") for n in range(count))
    assert "<!" not in texts(allowed_view(form(Schedule(1, name, zone, spans), NOW)), "mrkdwn")
