"""The settings modal."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Preferences
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.views.settings import Form, form, loading, saved, saving, zone_option
from tests.slack.views.drawing import (
    NOW,
    READER,
    allowed_view,
    calmly,
    elements,
    event_type,
    nasty,
    offer,
    same_as_golden,
    texts,
)

OFFER = offer(event_type(1), event_type(2))
NOTHING_CHOSEN = Form(READER, Preferences(), NOW, OFFER)
CHOSEN = Form(READER, Preferences("Asia/Kolkata", hour12=True, default_event_type=2), NOW, OFFER)


def initials(shown: Form) -> list[str]:
    """The values the form begins with: zone, clock, event type."""
    chosen = [e for e in elements(form(shown)) if "initial_option" in e]
    return [element["initial_option"]["value"] for element in chosen]


def test_what_was_chosen_is_shown() -> None:
    same_as_golden("settings", allowed_view(form(CHOSEN)))
    assert initials(CHOSEN) == ["Asia/Kolkata", "12", "2"]


def test_what_was_not_chosen_is_as_in_slack() -> None:
    allowed_view(form(NOTHING_CHOSEN))
    assert initials(NOTHING_CHOSEN) == ["slack", "slack", "ask"]
    assert "In Slack: Europe/Paris" in str(form(NOTHING_CHOSEN))


def test_it_opens_without_inputs_and_saves_without_any() -> None:
    for view in (allowed_view(loading()), allowed_view(saving())):
        assert elements(view) == []


def test_unknown_event_types_leave_the_rest_usable() -> None:
    waiting = allowed_view(form(replace(CHOSEN, offer=None)))
    assert "Looking up" in texts(waiting)
    gone = allowed_view(form(replace(CHOSEN, offer=None, unreachable=True)))
    assert "not answering" in texts(gone)
    assert [b["block_id"] for b in gone["blocks"] if b["type"] == "input"] == [
        ids.TIME_ZONE,
        ids.CLOCK,
    ]


def test_the_inputs_keep_their_names_so_what_is_chosen_survives() -> None:
    before = form(replace(CHOSEN, offer=None))["blocks"]
    after = form(CHOSEN)["blocks"]
    assert [b["block_id"] for b in before[:2]] == [b["block_id"] for b in after[:2]]


def test_three_hundred_event_types_are_searched() -> None:
    many = offer(*(event_type(n) for n in range(1, 301)))
    view = allowed_view(form(replace(CHOSEN, offer=many)))
    element = elements(view)[2]
    assert (element["type"], element["action_id"]) == ("external_select", ids.FIND_EVENT_TYPE)
    assert element["initial_option"]["value"] == "2"


def test_a_default_that_is_no_longer_offered_is_none() -> None:
    gone = replace(CHOSEN, chosen=replace(CHOSEN.chosen, default_event_type=99))
    assert initials(gone)[2] == "ask"


def test_a_problem_stands_above_what_was_chosen() -> None:
    view = allowed_view(form(replace(CHOSEN, problem=Problem("It did not work."))))
    assert ":warning: It did not work." in texts(view)
    assert initials(replace(CHOSEN, problem=Problem("x"))) == ["Asia/Kolkata", "12", "2"]


def test_saved_tells_the_time_as_it_is_read_now() -> None:
    reader = replace(READER, time_zone="Asia/Kolkata", hour12=True)
    view = allowed_view(saved(replace(CHOSEN, reader=reader)))
    assert "It is 1:37 PM, Kolkata time (UTC+5:30)." in texts(view)
    assert "Default event type: Meeting 2" in texts(view)


def test_a_zone_is_named_with_its_offset() -> None:
    assert zone_option("America/New_York", NOW).text == "America/New York (UTC-5)"
    assert zone_option("UTC", NOW).text == "UTC"


@calmly
@given(title=nasty, zone=nasty, count=st.sampled_from([1, 98, 99, 100, 300]))
def test_whatever_is_in_it_slack_takes_it(title: str, zone: str, count: int) -> None:
    reader = replace(READER, member=replace(READER.member, time_zone=zone, name=title))
    types = offer(*(event_type(n, title=title) for n in range(1, count + 1)))
    shown = Form(reader, Preferences(default_event_type=1), NOW, types)
    allowed_view(form(shown))
    allowed_view(saved(shown))
