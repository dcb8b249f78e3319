"""Slots by the reader's day, and spans cut out of spans."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Slot, Span, by_day, merge, part_of_day, subtract

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 11, 24, tzinfo=UTC)


def slot(text: str) -> Slot:
    return Slot(datetime.fromisoformat(text).replace(tzinfo=UTC))


def span(first: int, last: int) -> Span:
    return Span(START + timedelta(minutes=first), START + timedelta(minutes=last))


def test_slots_are_grouped_by_the_readers_day() -> None:
    late, early, noon = (
        slot("2026-11-24T23:30"),
        slot("2026-11-24T22:30"),
        slot("2026-11-25T11:00"),
    )
    assert by_day([noon, late, early], PARIS) == [
        (date(2026, 11, 24), [early]),
        (date(2026, 11, 25), [late, noon]),
    ]
    assert by_day([noon, late, early], ZoneInfo("UTC")) == [
        (date(2026, 11, 24), [early, late]),
        (date(2026, 11, 25), [noon]),
    ]
    assert by_day([], PARIS) == []


def test_both_of_a_repeated_hour_stay() -> None:
    first, second = slot("2026-10-25T00:30"), slot("2026-10-25T01:30")
    assert by_day([second, first], PARIS) == [(date(2026, 10, 25), [first, second])]


@pytest.mark.parametrize(
    ("utc", "zone", "part"),
    [
        ("2026-11-24T10:59", "Europe/Paris", "Morning"),
        ("2026-11-24T11:00", "Europe/Paris", "Afternoon"),
        ("2026-11-24T15:59", "Europe/Paris", "Afternoon"),
        ("2026-11-24T16:00", "Europe/Paris", "Evening"),
        ("2026-11-24T06:15", "Asia/Kathmandu", "Afternoon"),
        ("2026-11-24T06:14", "Asia/Kathmandu", "Morning"),
    ],
)
def test_parts_of_the_day(utc: str, zone: str, part: str) -> None:
    assert part_of_day(slot(utc).start, ZoneInfo(zone)) == part


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([], []),
        ([(5, 9), (0, 2)], [(0, 2), (5, 9)]),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(0, 9), (2, 4)], [(0, 9)]),
        ([(0, 5), (3, 9), (20, 21)], [(0, 9), (20, 21)]),
    ],
)
def test_merging(spans: list[tuple[int, int]], merged: list[tuple[int, int]]) -> None:
    assert merge(span(*each) for each in spans) == tuple(span(*each) for each in merged)


@pytest.mark.parametrize(
    ("spans", "taken", "left"),
    [
        ([(0, 60)], [], [(0, 60)]),
        ([(0, 60)], [(0, 60)], []),
        ([(0, 60)], [(10, 20)], [(0, 10), (20, 60)]),
        ([(0, 60)], [(-5, 10), (50, 70)], [(10, 50)]),
        ([(0, 60)], [(60, 70), (-5, 0)], [(0, 60)]),
        ([(0, 20), (30, 60)], [(10, 40)], [(0, 10), (40, 60)]),
    ],
)
def test_subtracting(
    spans: list[tuple[int, int]], taken: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    found = subtract([span(*each) for each in spans], [span(*each) for each in taken])
    assert found == tuple(span(*each) for each in left)


def minutes(spans: tuple[Span, ...]) -> set[int]:
    return {
        minute
        for each in spans
        for minute in range(
            int((each.start - START).total_seconds()) // 60,
            int((each.end - START).total_seconds()) // 60,
        )
    }


spans_of_an_hour = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda each: span(each[0], sum(each))),
    max_size=6,
)


@given(spans=spans_of_an_hour, taken=spans_of_an_hour)
def test_what_is_left_is_what_was_not_taken(spans: list[Span], taken: list[Span]) -> None:
    left = subtract(spans, taken)
    assert minutes(left) == minutes(tuple(spans)) - minutes(tuple(taken))
    assert merge(left) == left
