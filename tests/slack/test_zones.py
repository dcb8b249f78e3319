"""Time zones, found by city, region or offset."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import zones

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("paris", "Europe/Paris"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("europe/paris", "Europe/Paris"),
        ("kolk", "Asia/Kolkata"),
        ("utc", "UTC"),
        ("  Buenos  Aires ", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_city_is_found(typed: str, first: str) -> None:
    assert zones.search(typed, WINTER)[0] == first


@pytest.mark.parametrize(
    ("typed", "now", "some", "none"),
    [
        ("+5:30", WINTER, "Asia/Kolkata", "Europe/Paris"),
        ("utc+5:45", WINTER, "Asia/Kathmandu", "Asia/Kolkata"),
        ("GMT-3:30", WINTER, "America/St_Johns", "Europe/Paris"),
        ("+1", WINTER, "Europe/Paris", "Europe/London"),
        ("+1", SUMMER, "Europe/London", "Europe/Paris"),
        ("−5", WINTER, "America/New_York", "Europe/Paris"),
        ("+0", WINTER, "UTC", "Europe/Paris"),
    ],
)
def test_an_offset_is_that_of_the_day(typed: str, now: datetime, some: str, none: str) -> None:
    found = zones.search(typed, now)
    assert some in found
    assert none not in found


def test_nothing_typed_gives_ones_own_and_the_nearest() -> None:
    found = zones.search("", WINTER, "Asia/Kolkata")
    assert found[0] == "Asia/Kolkata"
    assert "Asia/Colombo" in found[:5]
    assert len(found) == 100


def test_nothing_that_fits_is_nothing() -> None:
    assert zones.search("atlantis", WINTER) == []
    assert zones.search("+99", WINTER) == []


@given(st.text(max_size=40))
def test_whatever_is_typed_there_are_at_most_a_hundred(typed: str) -> None:
    found = zones.search(typed, WINTER)
    assert len(found) <= 100
    assert len(set(found)) == len(found)
