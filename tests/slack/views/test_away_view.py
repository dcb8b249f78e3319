"""Days out of office as they are drawn."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.away import Away, Colleague
from bot.domain.people import Account
from bot.services.away import Saved
from bot.slack.errors import Problem
from bot.slack.views.away import form, listing, loading, saved, saving
from bot.slack.views.parts import answer
from tests.slack.views.drawing import (
    NASTY,
    READING,
    allowed,
    allowed_view,
    calmly,
    nasty,
    same_as_golden,
    texts,
)

CALCOM = "https://app.cal.com"
BOB = Colleague(2, "Bob Stone")
AWAY = Away(date(2026, 12, 24), date(2027, 1, 2), "vacation", NASTY, 7, BOB, "u-7")
ONE_DAY = Away(date(2026, 12, 1), date(2026, 12, 1), "sick", id=8)
ALICE = Account(1, "alice", "alice@example.com", "Alice")


def test_the_list() -> None:
    same_as_golden("away", allowed(listing([ONE_DAY, AWAY], READING, CALCOM, "It is gone.")))


def test_no_days_and_no_api() -> None:
    assert "No days out of office" in allowed(listing([], READING, CALCOM)).text
    elsewhere = allowed(listing(None, READING, CALCOM))
    assert "/settings/my-account/out-of-office" in str(elsewhere.blocks)


def test_the_form() -> None:
    shown = form(AWAY, [BOB], "7|Europe/Paris", read_as="24 Dec")
    same_as_golden("away_form", allowed_view(shown))


def test_an_empty_form_with_a_problem_at_its_field() -> None:
    problem = Problem("They cannot cover for you.", field="toUserId")
    blocks = allowed_view(form(None, [BOB], "0|UTC", problem=problem))["blocks"]
    at = next(n for n, each in enumerate(blocks) if each["block_id"] == "cover")
    assert "cannot cover" in str(blocks[at + 1])


def test_of_many_colleagues_who_covers_is_always_offered() -> None:
    many = [Colleague(number, f"Somebody {number}") for number in range(10, 300)]
    shown = allowed_view(form(AWAY, many, "7|UTC"))
    (cover,) = [each for each in shown["blocks"] if each["block_id"] == "cover"]
    assert len(cover["element"]["options"]) == 100
    assert cover["element"]["initial_option"]["value"] == "2"


def test_what_stands_before_and_after_is_allowed() -> None:
    for view in (
        loading(),
        saving(),
        *(saved(Saved(AWAY, ALICE, n), READING) for n in (None, 0, 2)),
    ):
        allowed_view(view)


@calmly
@given(name=nasty, notes=nasty, note=nasty, count=st.integers(0, 30))
def test_whatever_is_in_it_slack_takes_it(name: str, notes: str, note: str, count: int) -> None:
    entry = replace(AWAY, notes=notes, cover=Colleague(2, name))
    message = allowed(listing([entry] * count, READING, CALCOM))
    assert "<!" not in message.text
    allowed_view(answer(message))
    allowed_view(form(entry, [Colleague(3, note)], "7|UTC"))
    assert "<!" not in texts(allowed_view(saved(Saved(entry, ALICE, 1), READING)), "mrkdwn")
