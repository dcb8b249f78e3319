"""The rules of proposals: who may answer, what is best, what is over, what is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.event_types import EventType, Kind, Location, Question
from bot.domain.people import Member
from bot.domain.proposals import (
    NONE_FITS,
    RENEWED,
    Choice,
    Proposal,
    State,
    Struck,
    Thing,
    Way,
    all_marked,
    asks_more,
    due,
    may_answer,
    ranked,
    standing,
    struck,
    takes_guests,
    toggled,
    until,
    without_past,
)
from bot.domain.slots import Hold

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
STARTS = [NOW + n * HOUR for n in (26, 24, 25)]
PROPOSAL = Proposal(
    id="p1",
    team_id="T1",
    user_id="U1",
    account="house",
    thing=Thing(7, "Intro", 30),
    way=Way.POLL,
    choices=tuple(map(Choice, STARTS)),
    expires_at=NOW + 48 * HOUR,
)


def marked(**marks: set[int]) -> Proposal:
    return replace(PROPOSAL, marks={user: frozenset(chosen) for user, chosen in marks.items()})


@pytest.mark.parametrize(
    ("marks", "best"),
    [
        ({}, ()),
        ({"A": {NONE_FITS}}, ()),
        ({"A": {0}}, (0,)),
        ({"A": {0, 1}, "B": {0}}, (0, 1)),
        ({"A": {0, 1, 2}}, (1, 2, 0)),
        ({"A": {0, 2}, "B": {1, 2}}, (2, 1, 0)),
    ],
)
def test_the_best_has_most_marks_then_is_the_earliest(
    marks: dict[str, set[int]], best: tuple[int, ...]
) -> None:
    assert ranked(marked(**marks), NOW) == best


@given(st.dictionaries(st.text(max_size=3), st.sets(st.integers(-1, 2)), max_size=6))
def test_nothing_that_is_gone_or_suits_nobody_is_the_best(marks: dict[str, set[int]]) -> None:
    proposal = struck(marked(**marks), 1, Struck.TAKEN)
    found = ranked(proposal, NOW + 25 * HOUR)
    assert set(found) <= {0}
    assert all(proposal.marked(number) for number in found)


@pytest.mark.parametrize(
    ("way", "named", "who", "may"),
    [
        (Way.CLICKER, (), "U2", True),
        (Way.CLICKER, (), "U1", False),
        (Way.CLICKER, ("U2",), "U2", True),
        (Way.CLICKER, ("U2",), "U3", False),
        (Way.CLICKER, ("U2",), "U1", False),
        (Way.NAMED, ("U2",), "U1", True),
        (Way.POLL, ("U2",), "U1", False),
        (Way.POLL, ("U1", "U2"), "U1", True),
    ],
)
def test_who_may_answer(way: Way, named: tuple[str, ...], who: str, may: bool) -> None:
    proposal = replace(PROPOSAL, way=way, named=named)
    assert may_answer(proposal, Member("T1", who)) is may
    assert not may_answer(proposal, Member("T2", who))


def test_everybody_has_marked_once_all_who_are_named_have_said_something() -> None:
    assert not all_marked(marked(A={0}))
    both = replace(marked(A={0}), named=("A", "B"))
    assert not all_marked(both)
    said = replace(both, marks={"A": frozenset({0}), "B": frozenset({NONE_FITS})})
    assert all_marked(said)


def test_a_second_press_takes_a_mark_back_and_none_fits_excludes_the_others() -> None:
    assert toggled(frozenset(), 1) == {1}
    assert toggled(frozenset({1, 2}), 1) == {2}
    assert toggled(frozenset({1, 2}), NONE_FITS) == {NONE_FITS}
    assert toggled(frozenset({NONE_FITS}), NONE_FITS) == {NONE_FITS}
    assert toggled(frozenset({NONE_FITS}), 0) == {0}


def test_times_that_have_passed_are_struck() -> None:
    left = without_past(PROPOSAL, STARTS[1])
    assert [choice.struck for choice in left.choices] == [None, Struck.PAST, None]
    assert standing(left, STARTS[1]) == (0, 2)
    assert left.choice(7) is left.choice(NONE_FITS) is None


@pytest.mark.parametrize(
    ("stands", "ends"),
    [(None, STARTS[1]), (2 * HOUR, NOW + 2 * HOUR), (99 * HOUR, STARTS[0])],
)
def test_how_long_it_stands(stands: timedelta | None, ends: datetime) -> None:
    assert until(STARTS, NOW, stands) == ends


def test_when_somebody_has_to_look_at_it() -> None:
    assert due(PROPOSAL) == STARTS[1]
    assert due(replace(PROPOSAL, expires_at=NOW + HOUR)) == NOW + HOUR
    held = replace(PROPOSAL.choices[0], hold=Hold("u", STARTS[0], NOW + HOUR))
    assert due(replace(PROPOSAL, choices=(held,))) == NOW + HOUR - RENEWED
    lease = replace(PROPOSAL, state=State.TAKING, lease_until=NOW)
    assert due(lease) == NOW
    for state in (State.BOOKED, State.WITHDRAWN, State.OVER):
        assert due(replace(PROPOSAL, state=state)) is None


@pytest.mark.parametrize(
    ("more", "asks"),
    [
        ({}, False),
        ({"questions": (Question("q", Kind.TEXT),)}, False),
        ({"questions": (Question("q", Kind.TEXT, required=True),)}, True),
        ({"questions": (Question("q", Kind.TEXT, required=True, hidden=True),)}, False),
        ({"questions": (Question("notes", Kind.TEXTAREA, required=True),)}, True),
        ({"locations": (Location("attendeePhone"),)}, True),
        ({"locations": (Location("link", "https://x.test"),)}, False),
    ],
)
def test_what_asks_for_more_than_a_profile_says(more: dict[str, object], asks: bool) -> None:
    assert asks_more(EventType(1, "Intro", "intro", 30, **more)) is asks  # type: ignore[arg-type] # of several types


def test_what_takes_guests() -> None:
    plain = EventType(1, "Intro", "intro", 30)
    assert takes_guests(plain)
    assert not takes_guests(replace(plain, seats=5))
    assert not takes_guests(replace(plain, guests_allowed=False))
    hidden = Question("guests", Kind.MULTIEMAIL, hidden=True)
    assert not takes_guests(replace(plain, questions=(hidden,)))
