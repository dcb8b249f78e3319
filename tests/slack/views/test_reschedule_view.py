"""The reschedule modal: what it says of teams and series."""

from dataclasses import replace

from bot.domain.event_types import Assignment
from bot.services.standing import Row
from bot.slack.views.reschedule import Answers, modal
from bot.slack.views.times import Times
from tests.slack.views.drawing import READING, allowed_view, booking, event_type, row, texts


def said(of: Row) -> str:
    return texts(allowed_view(modal(of, Times(READING), (), Answers())))


def test_of_a_round_robin_the_host_may_change() -> None:
    shared = replace(row(), event_type=event_type(assignment=Assignment.ROUND_ROBIN))
    assert "somebody else of the team may host it" in said(shared)
    together = replace(row(), event_type=event_type(assignment=Assignment.COLLECTIVE))
    assert "somebody else" not in said(together)


def test_of_a_series_only_one_moves() -> None:
    assert "only this one moves" in said(row(booking(recurring_uid="secretUidOfTheSeries")))
    assert "only this one" not in said(row())
