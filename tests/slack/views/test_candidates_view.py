"""Which booking is meant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bookings import Action
from bot.slack import ids
from bot.slack.views.candidates import ASKED, Narrowing, Wanted, candidates
from tests.slack.views.drawing import (
    EVERYTHING,
    NOW,
    READING,
    VIEWER,
    allowed,
    booking,
    calmly,
    labels,
    marked,
    nasty,
    pressed,
    row,
    same_as_golden,
)

CANCEL = Narrowing(Action.CANCEL)


def test_it_looks_like_this() -> None:
    rows = [row(ref="b1"), row(booking(start=NOW + timedelta(days=2)), ref="b2")]
    message = allowed(candidates(rows, CANCEL, 0, VIEWER, missed=False))
    same_as_golden("candidates", message)


@pytest.mark.parametrize(
    ("action", "action_id"),
    [
        (Action.RESCHEDULE, ids.DO_RESCHEDULE),
        (Action.CANCEL, ids.DO_CANCEL),
        (Action.CONFIRM, ids.DO_CONFIRM),
        (Action.DECLINE, ids.DO_DECLINE),
    ],
)
def test_each_row_does_the_action(action: Action, action_id: str) -> None:
    message = allowed(candidates([row(ref="b7")], Narrowing(action), 0, VIEWER, missed=False))
    button = pressed(message, action.capitalize())
    assert (button["action_id"], button["value"]) == (action_id, "b7")


@pytest.mark.parametrize("action", list(ASKED))
def test_none_at_all_is_a_sentence_that_leads_on(action: Action) -> None:
    message = allowed(candidates([], Narrowing(action), 0, VIEWER, missed=True))
    assert message.text.endswith(".")
    assert pressed(message, "See the bookings")["value"] == "bookings"


def test_what_fits_nothing_is_said_and_everything_shown() -> None:
    typed = Narrowing(Action.CANCEL, words="zebra", when="fri")
    message = allowed(candidates([row()], typed, 0, VIEWER, missed=True))
    assert "None of these fits “zebra fri”." in message.text
    assert labels(message) == ["Cancel"]


def test_a_hundred_are_paged() -> None:
    rows = [row(ref=f"b{n}") for n in range(100)]
    first = allowed(candidates(rows, CANCEL, 0, VIEWER, missed=False))
    assert "Page 1 of 5" in first.text
    assert Narrowing.decode(pressed(first, "Later")["value"]) == (CANCEL, 1)
    last = allowed(candidates(rows, CANCEL, 99, VIEWER, missed=False))
    assert "Page 5 of 5" in last.text
    assert Narrowing.decode(pressed(last, "Earlier")["value"]) == (CANCEL, 3)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted("intro"), True),
        (Wanted("BOB intro"), True),
        (Wanted("bob@example.com"), True),
        (Wanted("demo"), False),
        (Wanted(emails=("bob@example.com",)), True),
        (Wanted(emails=("bob@example.com", "carol@example.com")), False),
        (Wanted(first=date(2026, 11, 23)), True),
        (Wanted(first=date(2026, 11, 24)), False),
        (Wanted(first=date(2026, 11, 20), last=date(2026, 11, 25)), True),
        (Wanted(start=booking().start), True),
        (Wanted(start=NOW), False),
    ],
)
def test_what_was_typed_narrows_the_list(wanted: Wanted, fits: bool) -> None:
    assert wanted.fits(booking(), READING) is fits


def test_malformed_values_are_nothing() -> None:
    for value in (
        "",
        "[]",
        "x",
        "{}",
        '["cancel"]',
        '["dance", 0, "", ""]',
        '["cancel","x","",""]',
    ):
        assert Narrowing.decode(value) is None
    assert Narrowing.decode('["mark_absent", 0, "", ""]') is None


@calmly
@given(title=nasty, words=nasty, when=nasty, people=st.lists(st.text(max_size=12), max_size=9))
def test_whatever_is_typed_slack_takes_it(
    title: str, words: str, when: str, people: list[str]
) -> None:
    typed = Narrowing(Action.CANCEL, words, tuple(people), when)
    rows = [row(booking(title=title), EVERYTHING, f"b{n}") for n in range(50)]
    message = allowed(candidates(rows, typed, 1, VIEWER, missed=True))
    assert "<!" not in marked(message)
    assert Narrowing.decode(typed.encode(3)) is not None
