"""The forms that amend a booking, and what goes with one: their look, and Slack's rules."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bookings import CalendarLink, Guest, Recording
from bot.domain.event_types import Location, TeamHost
from bot.services.amending import Candidate, HandedOver, Links
from bot.services.freedom import Freedom
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.forms import State
from bot.slack.views import amend, hand_over, outcome, retrieve
from tests.slack.views.drawing import (
    NASTY,
    NOW,
    READING,
    allowed,
    allowed_view,
    booking,
    calmly,
    elements,
    event_type,
    labels,
    nasty,
    pressed,
    row,
    same_as_golden,
    texts,
)

PLACES = event_type(
    locations=(
        Location("integration", "cal-video"),
        Location("link", "https://meet.example.com/abc"),
        Location("link", "https://meet.example.com/abc"),
        Location("attendeePhone"),
        Location("organizersDefaultApp"),
    )
)
CAROL = TeamHost(3, "Carol Iyer", "carol")
LINK = CalendarLink("Google Calendar", "https://calendar.google.com/render?x=1")


def holding(**values: str) -> State:
    """The state of a form with these texts in it."""
    return {block_id: {ids.VALUE: {"value": text}} for block_id, text in values.items()}


def placed(problem: Problem | None = None, state: State | None = None) -> dict[str, Any]:
    asked = amend.place(PLACES, state or {})
    return amend.modal(ids.CHANGE_PLACE, row(), READING, asked, problem)


def test_change_place_looks_like_this() -> None:
    same_as_golden("change_place", allowed_view(placed()))


def test_what_was_wrong_stands_under_its_field() -> None:
    view = allowed_view(placed(Problem("Not there.", field="location")))
    kinds = [block.get("block_id") or texts({"blocks": [block]}) for block in view["blocks"]]
    assert kinds[1:] == [ids.PLACE, ":warning: Not there.", ids.PLACE_VALUE]
    above = allowed_view(placed(Problem("Not now.", retry=True)))
    assert texts(above).startswith(":warning: Not now.")
    elsewhere = allowed_view(placed(Problem("Too long.", field="title")))
    assert texts(elsewhere).startswith(":warning: Title: Too long.")


def test_hand_over_looks_like_this() -> None:
    team = replace(row(), event_type=event_type(hosts=(TeamHost(1, "Alice Martin"), CAROL)))
    found = [Candidate(CAROL, Freedom.FREE)]
    found += [Candidate(TeamHost(4, "", "erin"), freedom) for freedom in (Freedom.UNKNOWN,)]
    found += [Candidate(TeamHost(5, "Oscar Gone"), Freedom.BUSY)]
    asked = hand_over.questions(team, found, {})
    view = amend.modal(ids.HAND_OVER, team, READING, asked, metadata="b1|1")
    same_as_golden("hand_over", allowed_view(view))


def test_calendar_links_look_like_this() -> None:
    found = Links(row(), (LINK, replace(LINK, label="Outlook")), ("ICS",))
    same_as_golden("calendar_links", allowed(retrieve.calendar_links(found, READING)))


def test_recordings_look_like_this() -> None:
    found = (
        Recording(NOW, 1830, "https://videos.example/1"),
        Recording(None, 0, "https://videos.example/2"),
        Recording(NOW + timedelta(minutes=40), 59, None),
    )
    same_as_golden("recordings", allowed(retrieve.recordings(row(), found, READING)))
    assert labels(retrieve.recordings(row(), (), READING)) == []


def test_links_that_no_button_holds_make_way_for_our_own() -> None:
    long = replace(LINK, url="https://calendar.example/" + "x" * 3000)
    message = allowed(retrieve.calendar_links(Links(row(), (long,)), READING))
    assert "calendar.google.com" in pressed(message, "Add")["url"]
    room = booking(location="https://app.cal.com/video/secretUidOfTheBooking")
    message = allowed(retrieve.calendar_links(Links(row(room)), READING))
    assert "video" not in pressed(message, "Add")["url"]


@pytest.mark.parametrize("count", [0, 1, 150])
def test_no_menu_is_longer_than_slack_takes(count: int) -> None:
    many = tuple(Location("address", f"Room {n}") for n in range(count))
    asked = amend.place(replace(PLACES, locations=many), {})
    allowed_view(amend.modal(ids.CHANGE_PLACE, row(), READING, asked))
    hosts = [Candidate(TeamHost(n, f"Host {n}"), Freedom.UNKNOWN) for n in range(count)]
    view = amend.modal(ids.HAND_OVER, row(), READING, hand_over.questions(row(), hosts, {}))
    assert len(elements(allowed_view(view))[0]["options"]) == min(count, 99) + 1
    links = tuple(replace(LINK, label=f"Calendar {n}") for n in range(count))
    allowed(retrieve.calendar_links(Links(row(), links, ("ICS",) * count), READING))
    recorded = (Recording(NOW, 60, "https://videos.example/1"),) * count
    allowed(retrieve.recordings(row(), recorded, READING))


@calmly
@given(text=nasty, places=st.lists(nasty, max_size=5))
def test_nasty_text_stays_text_and_within_limits(text: str, places: list[str]) -> None:
    one = replace(row(booking(title=text, location=text)), event_type=None)
    locations = tuple(Location("address", place) for place in places)
    typed = holding(**{ids.PLACE_VALUE: text, ids.INVITE_EMAILS: text, ids.REASON: text})
    for callback_id, asked in (
        (ids.CHANGE_PLACE, amend.place(event_type(locations=locations), typed)),
        (ids.ADD_PEOPLE, amend.people(typed)),
        (ids.REQUEST_RESCHEDULE, amend.another_time(typed)),
        (ids.HAND_OVER, _with_hosts(text)),
    ):
        allowed_view(amend.modal(callback_id, one, READING, asked))
    allowed_view(outcome.people_added(one, READING, [Guest("a@example.com", text)] * 10))
    allowed_view(outcome.asked_anew(one, READING, text))
    allowed_view(outcome.handed_over(HandedOver(one, one, Freedom.UNKNOWN), READING))
    allowed(retrieve.calendar_links(Links(one, (replace(LINK, label=text),), (text,)), READING))


def _with_hosts(text: str) -> Any:
    hosts = [Candidate(TeamHost(n, text), freedom) for n, freedom in enumerate(Freedom)]
    return hand_over.questions(row(), hosts, {})


def test_nobody_is_mentioned() -> None:
    hosts = [replace(CAROL, name=NASTY)]
    team = replace(row(booking(title=NASTY)), event_type=event_type(hosts=tuple(hosts)))
    view = amend.modal(ids.HAND_OVER, team, READING, hand_over.questions(team, [], {}))
    assert "<!channel>" not in texts(view, "mrkdwn")
    added = outcome.people_added(row(), READING, [Guest("a@example.com", NASTY)])
    assert "<!channel>" not in texts(added, "mrkdwn")
