"""Working hours in UTC, on days when the clocks change and in zones of all kinds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Override, Schedule, Span, WorkingHours, working_spans

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
EVERY_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(text: str, days: int = 1) -> Span:
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Span(start, start + timedelta(days=days))


def schedule(zone: str, *hours: tuple[str, str], overrides: tuple[Override, ...] = ()) -> Schedule:
    weekly = tuple(WorkingHours(EVERY_DAY, start, end) for start, end in hours)
    return Schedule(1, "Hours", zone, weekly, overrides)


def shown(found: tuple[Span, ...]) -> list[str]:
    return [f"{span.start:%d %H:%M}-{span.end:%d %H:%M}" for span in found]


@pytest.mark.parametrize(
    ("zone", "hours", "window", "expected"),
    [
        ("Europe/Paris", ("09:00", "17:00"), "2026-12-08", ["08 08:00-08 16:00"]),
        # Paris, the day the clocks go forward: an hour less of the night shift.
        (
            "Europe/Paris",
            ("01:30", "05:00"),
            "2027-03-28",
            ["28 00:30-28 03:00", "28 23:30-29 00:00"],
        ),
        # Paris, the day they go back: an hour more.
        ("Europe/Paris", ("01:00", "05:00"), "2026-10-25", ["25 00:00-25 04:00"]),
        # A start that the clocks skip is as much later.
        ("Europe/Paris", ("02:30", "05:00"), "2027-03-28", ["28 01:30-28 03:00"]),
        ("America/New_York", ("09:00", "17:00"), "2026-11-01", ["01 14:00-01 22:00"]),
        ("America/New_York", ("09:00", "17:00"), "2026-10-31", ["31 13:00-31 21:00"]),
        # South of the equator, and with half an hour's change.
        (
            "Australia/Lord_Howe",
            ("09:00", "17:00"),
            "2026-10-04",
            ["04 00:00-04 06:00", "04 22:00-05 00:00"],
        ),
        # The local day is not the UTC one.
        ("Asia/Kolkata", ("09:00", "17:00"), "2026-12-08", ["08 03:30-08 11:30"]),
        (
            "Asia/Kathmandu",
            ("00:00", "06:00"),
            "2026-12-08",
            ["08 00:00-08 00:15", "08 18:15-09 00:00"],
        ),
        (
            "Pacific/Kiritimati",
            ("09:00", "17:00"),
            "2026-12-08",
            ["08 00:00-08 03:00", "08 19:00-09 00:00"],
        ),
        (
            "Pacific/Pago_Pago",
            ("09:00", "17:00"),
            "2026-12-08",
            ["08 00:00-08 04:00", "08 20:00-09 00:00"],
        ),
        # Midnight to midnight, said in either way, is one span.
        ("UTC", ("00:00", "24:00"), "2026-12-08", ["08 00:00-09 00:00"]),
        ("UTC", ("18:00", "00:00"), "2026-12-08", ["08 18:00-09 00:00"]),
        ("UTC", ("00:00", "00:00"), "2026-12-08", []),
    ],
)
def test_hours(zone: str, hours: tuple[str, str], window: str, expected: list[str]) -> None:
    assert shown(working_spans(schedule(zone, hours), day(window))) == expected


def test_days_of_the_week() -> None:
    hours = WorkingHours(("Monday", "Wednesday"), "09:00", "12:00")
    weekly = Schedule(1, "Hours", "UTC", (hours,))
    found = working_spans(weekly, day("2026-12-07", 7))  # a Monday
    assert shown(found) == ["07 09:00-07 12:00", "09 09:00-09 12:00"]


def test_overrides_take_the_place_of_the_week() -> None:
    overrides = (
        Override(date(2026, 12, 8), "12:00", "14:00"),
        Override(date(2026, 12, 8), "18:00", "19:00"),
        Override(date(2026, 12, 9)),
    )
    found = working_spans(
        schedule("Europe/Paris", ("09:00", "17:00"), overrides=overrides), day("2026-12-08", 3)
    )
    assert shown(found) == ["08 11:00-08 13:00", "08 17:00-08 18:00", "10 08:00-10 16:00"]


def test_a_window_in_the_middle_cuts() -> None:
    window = Span(
        datetime(2026, 12, 8, 10, 15, tzinfo=UTC), datetime(2026, 12, 8, 10, 45, tzinfo=UTC)
    )
    hours = schedule("UTC", ("09:00", "10:30"), ("10:30", "17:00"))
    assert working_spans(hours, window) == (window,)


@given(
    st.sampled_from(["Europe/Paris", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "UTC"]),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes)),
    st.integers(0, 10 * 24 * 60),
)
def test_spans_are_in_order_apart_and_inside(zone: str, start: datetime, minutes: int) -> None:
    window = Span(start, start + timedelta(minutes=minutes))
    found = working_spans(schedule(zone, ("09:00", "12:00"), ("13:00", "24:00")), window)
    edges = [moment for span in found for moment in (span.start, span.end)]
    assert edges == sorted(set(edges))
    assert all(window.start <= moment <= window.end for moment in edges)
