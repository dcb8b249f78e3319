"""Days from one to another, as people type them."""

from datetime import date

import pytest

from bot.domain.days import Unusable
from bot.domain.errors import Unclear
from bot.domain.ranges import read_range

TODAY = date(2026, 11, 24)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("fri", "2026-11-27", "2026-11-27"),
        ("today", "2026-11-24", "2026-11-24"),
        ("tomorrow", "2026-11-25", "2026-11-25"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("dec", "2026-12-01", "2026-12-31"),
        ("24 dec", "2026-12-24", "2026-12-24"),
        ("24 dec - 28 dec", "2026-12-24", "2026-12-28"),
        ("24 dec – 2 jan", "2026-12-24", "2027-01-02"),
        ("24 Dec to 2 Jan", "2026-12-24", "2027-01-02"),
        ("from 24 dec until 2 jan", "2026-12-24", "2027-01-02"),
        ("24 dec-2 jan", "2026-12-24", "2027-01-02"),
        ("24-28 dec", "2026-12-24", "2026-12-28"),
        ("24th - 28th of dec", "2026-12-24", "2026-12-28"),
        ("24 - 28 dec 2027", "2027-12-24", "2027-12-28"),
        ("dec 24-28", "2026-12-24", "2026-12-28"),
        ("december 24 through 28", "2026-12-24", "2026-12-28"),
        ("24.12. - 2.1.", "2026-12-24", "2027-01-02"),
        ("24.-28.12.", "2026-12-24", "2026-12-28"),
        ("24/12 - 28/12", "2026-12-24", "2026-12-28"),
        ("2026-12-24 - 2027-01-02", "2026-12-24", "2027-01-02"),
        ("2026-12-24 to 2027-01-02", "2026-12-24", "2027-01-02"),
        ("24 dec 2027 - 2 jan", "2027-12-24", "2028-01-02"),
        ("next mon to fri", "2026-11-30", "2026-12-04"),
        ("mon - fri", "2026-11-30", "2026-12-04"),
        ("fri-mon", "2026-11-27", "2026-11-30"),
        ("wed to next fri", "2026-11-25", "2026-12-04"),
        ("tomorrow - fri", "2026-11-25", "2026-11-27"),
        ("tue - tue", "2026-11-24", "2026-11-24"),
        ("last mon to fri", "2026-11-23", "2026-11-27"),
        ("yesterday to tomorrow", "2026-11-23", "2026-11-25"),
        ("today to in 2 weeks", "2026-11-24", "2026-12-08"),
        ("28 feb 2028 - 1 mar", "2028-02-28", "2028-03-01"),
    ],
)
def test_days_are_read(typed: str, first: str, last: str) -> None:
    found = read_range(typed, TODAY)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_where_months_come_first_they_do_on_both_sides() -> None:
    found = read_range("12/24 - 1/2", TODAY, day_first=False)
    assert (found.first, found.last) == (date(2026, 12, 24), date(2027, 1, 2))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("28 dec - 24 dec", "ends before it begins"),
        ("5 jan - 24 dec", "ends before it begins"),
        ("2027-01-02 - 2026-12-24", "ends before it begins"),
        ("tomorrow to today", "ends before it begins"),
        ("yesterday", "is over"),
        ("2026-11-01 - 2026-11-03", "is over"),
        ("24 dec 2026 - 2 jan 2033", "too far ahead"),
        ("31 nov", "There is no 31 nov"),
        ("24 dec - 31 nov", "There is no 31 nov"),
    ],
)
def test_days_that_cannot_be_meant_are_said(typed: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        read_range(typed, TODAY)


@pytest.mark.parametrize(
    "typed", ["", "soon", "-", "a - b", "3pm", "fri -", "- fri", "24 - 28", "x" * 5000, "fri to ☃"]
)
def test_what_says_no_day_is_answered_with_examples(typed: str) -> None:
    with pytest.raises(Unclear, match="24 dec - 2 jan"):
        read_range(typed, TODAY)


def test_they_are_said_back() -> None:
    assert read_range("fri", TODAY).said(TODAY) == "Fri 27 Nov"
    assert read_range("24 dec - 2 jan", TODAY).said(TODAY) == "Thu 24 Dec – Sat 2 Jan 2027"
