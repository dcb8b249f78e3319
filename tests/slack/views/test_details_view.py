"""Everything about one booking, and the next meeting."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bookings import Action, Attendee, Booking, Host, Status
from bot.domain.event_types import Assignment, Team, TeamHost
from bot.services.briefing import Earlier
from bot.slack import ids
from bot.slack.views.bookings import Viewer
from bot.slack.views.details import details, next_meeting, turned
from bot.slack.views.parts import Message
from tests.slack.views.drawing import (
    ALICE,
    BOB,
    EVERYTHING,
    NASTY,
    NOW,
    READING,
    VIEWER,
    allowed,
    booking,
    calmly,
    elements,
    event_type,
    labels,
    marked,
    nasty,
    pressed,
    row,
    same_as_golden,
    texts,
)

FULL = booking(
    title="Intro & more",
    description="First line *bold*\nSecond <line>",
    guests=("carol@example.com", "bob@example.com"),
    answers={
        "name": "Bob Stone",
        "email": "bob@example.com",
        "team-size": 12,
        "topics": ["a", "b"],
        "newsletter": True,
        "consent": False,
        "where": {"value": "attendeeInPerson", "optionValue": ""},
        "empty": "",
    },
    rescheduled_from_uid="secretUid0",
    rescheduling_reason="Train was late",
    created_at=NOW - timedelta(days=1),
    updated_at=NOW - timedelta(hours=1),
)


def test_it_looks_like_this() -> None:
    message = allowed(details(row(FULL), VIEWER))
    same_as_golden("details", message)


def test_with_what_was_before_it_looks_like_this() -> None:
    missed = replace(BOB, absent=True)
    past = [
        booking(title="First <talk>", start=NOW - timedelta(days=days), attendees=(bob,))
        for days, bob in ((7, BOB), (14, missed), (21, missed))
    ]
    before = Earlier(tuple(map(row, past)), others=4, missed=2)
    same_as_golden("details_brief", allowed(details(row(FULL), VIEWER, before=before)))


def test_answers_are_told_once_and_in_words() -> None:
    said = texts(details(row(FULL), VIEWER))
    assert "*Team size:* 12" in said
    assert "*Topics:* a, b" in said
    assert "*Newsletter:* Yes" in said
    assert "*Consent:* No" in said
    assert "Empty" not in said
    assert said.count("bob@example.com") == 1


def test_history_and_reasons_are_told() -> None:
    said = texts(details(row(FULL), VIEWER))
    assert "booked yesterday, Sun 22 Nov, moved here from another time, last changed today" in said
    assert "*Reason for moving:* Train was late" in said
    cancelled = booking(status=Status.CANCELLED, cancellation_reason="Ill")
    assert "*Reason for cancelling:* Ill" in texts(details(row(cancelled, frozenset()), VIEWER))


def test_a_hundred_attendees_are_all_named() -> None:
    attendees = tuple(
        Attendee(f"Person {n}", f"p{n}@example.com", absent=n == 3) for n in range(100)
    )
    message = allowed(details(row(booking(attendees=attendees)), VIEWER))
    said = texts(message)
    assert [n for n in range(100) if f"• Person {n} (p{n}@example.com)" not in said] == []
    assert "Person 3 (p3@example.com) (did not come)" in said


def test_a_note_of_3000_characters_is_whole() -> None:
    note = " ".join(f"word{n:04}" for n in range(333))
    said = texts(allowed(details(row(booking(description=note)), VIEWER)))
    assert [n for n in range(333) if f"word{n:04}" not in said] == []


HUGE = booking(
    title="A title " + "that goes on " * 240,
    attendees=tuple(Attendee(f"Person {n} &", f"p{n}@example.com") for n in range(100)),
    guests=tuple(f"g{n}@example.com" for n in range(60)),
    answers={f"q{n:02}": f"answer {n:02} begins {'x<& ' * 50} ends {n:02}" for n in range(100)},
    description="note " * 2100 + "and its end",
)


def all_pages(of: Booking) -> list[Message]:
    """Turned over one after the other, as long as there is a next one."""
    found = [allowed(details(row(of), VIEWER))]
    while "Next page" in labels(found[-1]):
        button = pressed(found[-1], "Next page")
        assert button["action_id"].startswith(ids.DETAILS_PAGE)
        ref, number = turned(button["value"])
        assert (ref, number) == ("b1", len(found))
        found.append(allowed(details(row(of), VIEWER, number)))
    return found


def test_what_is_too_much_for_a_message_has_further_pages() -> None:
    found = all_pages(HUGE)
    said = "\n".join(texts(page) for page in found)
    assert [n for n in range(100) if f"• Person {n} &amp; (p{n}@example.com)" not in said] == []
    assert [n for n in range(60) if f"• g{n}@example.com" not in said] == []
    assert [n for n in range(100) if f"*Q{n:02}:* answer {n:02} begins" not in said] == []
    assert [n for n in range(100) if f"ends {n:02}" not in said] == []
    assert said.count("*Title:*") == 1
    assert "… and 511 more characters, which Cal.com shows." in said
    assert all(len(str(page.blocks)) < 12_000 for page in found)
    assert all(len(page.text) <= 12_000 for page in found)


def test_the_pages_lead_to_each_other() -> None:
    first, second, *_, last = all_pages(HUGE)
    assert labels(first) == ["Join", "Reschedule", "Cancel", "Next page"]
    assert labels(second) == ["Previous page", "Next page"]
    assert labels(last) == ["Previous page"]
    assert details(row(HUGE), VIEWER, 9999) == details(row(HUGE), VIEWER, 10_000)
    assert labels(details(row(HUGE), VIEWER, 9999))[:1] == ["Previous page"]


@pytest.mark.parametrize(
    ("value", "meant"),
    [("b1:3", ("b1", 3)), ("b1:", ("b1", 0)), ("b1:-1", ("b1", 0)), ("", ("", 0))],
)
def test_a_page_that_was_tampered_with_is_the_first(value: str, meant: tuple[str, int]) -> None:
    assert turned(value) == meant


def test_the_next_meeting_leads_to_the_rest_of_it() -> None:
    message = allowed(next_meeting(row(HUGE), VIEWER))
    assert pressed(message, "All of it")["action_id"] == ids.DETAILS


def test_what_may_be_done_is_a_button() -> None:
    message = allowed(details(row(FULL, frozenset({Action.CONFIRM, Action.CANCEL})), VIEWER))
    assert labels(message) == ["Join", "Confirm", "Cancel"]
    assert pressed(message, "Confirm")["action_id"] == ids.DO_CONFIRM
    assert pressed(message, "Cancel")["style"] == "danger"
    assert pressed(message, "Cancel")["value"] == "b1"


def test_the_further_actions_are_in_a_menu_of_their_own() -> None:
    message = allowed(details(row(FULL, EVERYTHING), VIEWER))
    (menu,) = [e for e in elements(message) if e["type"] == "static_select"]
    assert menu["action_id"] == ids.ROW
    assert menu["placeholder"]["text"] == "More"
    assert [(o["text"]["text"], o["value"]) for o in menu["options"]] == [
        ("Ask for another time", "request_reschedule:b1"),
        ("Hand over …", "hand_over:b1"),
        ("Add people …", "add_people:b1"),
        ("Change the place …", "change_place:b1"),
        ("Calendar links", "calendar_links:b1"),
        ("Recordings", "recordings:b1"),
    ]
    no_flow = Viewer(READING, VIEWER.email, EVERYTHING - {Action.HAND_OVER})
    assert "hand_over" not in str(details(row(FULL, EVERYTHING), no_flow).blocks)


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        (Assignment.ROUND_ROBIN, "*Team:* Sales, one of whom hosts"),
        (Assignment.COLLECTIVE, "*Team:* Sales, hosted together by Alice, Bob"),
        (None, "*Team:* Sales"),
    ],
)
def test_a_teams_booking_tells_who_hosts(assignment: Assignment | None, said: str) -> None:
    hosts = (TeamHost(1, "Alice"), TeamHost(2, "Bob"))
    team = event_type(team=Team(7, "sales", "Sales"), assignment=assignment, hosts=hosts)
    told = texts(allowed(details(replace(row(FULL), event_type=team), VIEWER)))
    assert f"{said}\n" in told


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://meet.example.com/abc", "<https://meet.example.com/abc|meet.example.com>"),
        ("integrations:google_meet", "Google Meet (the link follows)"),
        ("Room <7> & bar", "Room &lt;7&gt; &amp; bar"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_where_it_is(location: str, said: str) -> None:
    assert f"*Where:* {said}" in texts(details(row(booking(location=location)), VIEWER))


def test_the_next_meeting_looks_like_this() -> None:
    message = allowed(next_meeting(row(FULL), VIEWER))
    assert "Next meeting: in 2 h 53 min" in message.text
    assert "Join" in labels(message)
    same_as_golden("next", message)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-5, "going on now"), (0, "going on now"), (1, "in 1 min"), (90, "in 1 h 30 min")],
)
def test_how_soon_it_is(minutes: int, said: str) -> None:
    start = NOW + timedelta(minutes=minutes)
    one = booking(start=start, end=start + timedelta(minutes=30))
    assert f"Next meeting: {said}" in next_meeting(row(one), VIEWER).text


def test_a_far_one_says_its_day() -> None:
    start = NOW + timedelta(days=3)
    one = booking(start=start, end=start + timedelta(minutes=30))
    assert "Next meeting: Thu 26 Nov" in next_meeting(row(one), VIEWER).text


def test_nothing_ahead_leads_on() -> None:
    message = allowed(next_meeting(None, VIEWER))
    assert pressed(message, "Book a meeting")["value"] == "book"


def test_markup_stays_text() -> None:
    one = booking(
        title=NASTY,
        description=NASTY,
        cancellation_reason=NASTY,
        answers={NASTY: NASTY},
        attendees=(Attendee(NASTY, NASTY),),
        guests=(NASTY,),
        location=NASTY,
    )
    message = allowed(details(row(one), VIEWER))
    assert "<" not in marked(message)


answers = st.dictionaries(
    nasty,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), nasty),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)
        ),
        max_leaves=5,
    ),
    max_size=6,
)


@calmly
@given(
    texts_=st.tuples(nasty, nasty, nasty, nasty),
    names=st.lists(st.tuples(nasty, nasty), max_size=5),
    times=st.integers(1, 40),
    given_=answers,
    status=st.sampled_from(Status),
)
def test_whatever_is_in_it_slack_takes_it(
    texts_: tuple[str, str, str, str],
    names: list[tuple[str, str]],
    times: int,
    given_: dict[str, Any],
    status: Status,
) -> None:
    title, note, reason, location = texts_
    one = booking(
        title=title,
        description=note,
        cancellation_reason=reason,
        rescheduling_reason=reason,
        location=location,
        status=status,
        hosts=(ALICE, *(Host(name, email) for name, email in names)),
        attendees=tuple(Attendee(name, email, phone=name) for name, email in names) * times,
        guests=tuple(email for _, email in names) * times,
        answers=given_,
    )
    message = allowed(details(row(one, EVERYTHING - {Action.MARK_ABSENT}), VIEWER))
    assert "<!" not in marked(message)
    allowed(next_meeting(row(one), VIEWER))
