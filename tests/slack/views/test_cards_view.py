"""The card in the channel: every phase, hostile people, and Slack's limits."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain.bookings import Attendee, Host
from bot.domain.cards import NoticeCard, Phase
from bot.domain.events import Notice, Trigger
from bot.domain.rules import Detail
from tests.slack.views.carding import CALLED, CREATED, PHASES, REF, TAKEN, a_card, drawn, word
from tests.slack.views.drawing import (
    ALICE,
    BOB,
    NASTY,
    NOW,
    booking,
    elements,
    labels,
    nasty,
    pressed,
    same_as_golden,
)


@pytest.mark.parametrize("name", PHASES)
def test_golden(name: str) -> None:
    same_as_golden(f"card_{name}", drawn(PHASES[name]))


@pytest.mark.parametrize("name", [name for name in PHASES if name not in {"scripts", "hostile"}])
@pytest.mark.parametrize("detail", [Detail.INITIALS, Detail.BUSY])
def test_golden_where_less_is_told(name: str, detail: Detail) -> None:
    same_as_golden(f"card_{name}_{detail}", drawn(PHASES[name], detail=detail))


ASKED = {
    "asked": a_card(),
    "taken": a_card(history=(CREATED, TAKEN)),
    "call_asked": a_card(Phase.CALLING, history=(CALLED,)),
    "call_taken": a_card(Phase.CALLING, history=(CALLED, TAKEN)),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("detail", [Detail.FULL, Detail.BUSY])
def test_golden_where_people_are_asked_who_takes_it(name: str, detail: Detail) -> None:
    same_as_golden(f"card_{name}_{detail}", drawn(ASKED[name], detail=detail, asks=True))


def test_golden_notice() -> None:
    notice = Notice(
        Trigger.OOO_CREATED,
        "ooo-1",
        "Somebody is out of office",
        lines=(("From", "2026-12-24"), ("To", "2027-01-02"), ("Notes", NASTY)),
        name="Alice Martin",
    )
    same_as_golden("card_notice", drawn(NoticeCard(notice)))


@pytest.mark.parametrize(
    ("phase", "now", "buttons"),
    [
        (Phase.UPCOMING, NOW, ["Join", "Reschedule", "Cancel", "More"]),
        (Phase.REQUESTED, NOW, ["Confirm", "Decline", "More"]),
        (Phase.CALLING, NOW, ["More"]),
        (Phase.MISSED, NOW, ["More"]),
        (Phase.AWAITING_PAYMENT, NOW, ["More"]),
        (Phase.STARTED, NOW + timedelta(hours=3), ["Join", "No-show", "More"]),
        (Phase.ENDED, NOW + timedelta(hours=4), ["No-show", "More"]),
        (Phase.CANCELLED, NOW, []),
        (Phase.REJECTED, NOW, []),
        (Phase.UPCOMING, NOW + timedelta(days=2), ["No-show", "More"]),
    ],
)
def test_buttons_follow_the_state(phase: Phase, now: datetime, buttons: list[str]) -> None:
    message = drawn(a_card(phase), now=now)
    assert labels(message) == buttons
    assert {e.get("value") for e in elements(message)} <= {REF, None}


@pytest.mark.parametrize(
    "location",
    [
        "https://app.cal.com/video/secretUidOfTheBooking",
        "integrations:daily",
        "javascript:alert(1)",
        "ftp://example.com/x",
        "https://" + "a" * 3000 + ".example.com/",
        "https://example.com/a b",
        "+33 1 23 45 67 89",
        "",
    ],
)
def test_no_link_that_must_not_be_one(location: str) -> None:
    message = drawn(a_card(location=location))
    assert "Join" not in labels(message)


def test_a_join_link_is_a_link() -> None:
    button = pressed(drawn(a_card()), "Join")
    assert button["url"] == "https://meet.example.com/abc"
    assert "value" not in button


def test_uids_are_taken_out_of_what_people_wrote() -> None:
    uid = "secretUidOfTheBooking"
    shown = a_card(
        title=f"about {uid}",
        description=f"cancel at https://cal.com/booking/{uid}?cancel=true",
        answers={"x": uid},
        attendees=(Attendee("Wes", "w@example.com", seat_uid="seat-secretUid-1"),),
        location=f"https://app.cal.com/video/{uid}",
        recording=f"https://app.cal.com/rec/{uid}",
        history=(
            CREATED,
            word(Trigger.BOOKING_CANCELLED, 1, actor=uid, reason=f"{uid} seat-secretUid-1"),
        ),
    )
    message = drawn(shown)  # `allowed` looks for the uid
    assert "seat-secretUid" not in json.dumps(message.blocks) + message.text


def test_a_hundred_people_and_long_answers_fit() -> None:
    people = tuple(Attendee(f"Person {n}", f"p{n}@example.com") for n in range(100))
    shown = a_card(
        attendees=people,
        description="word " * 3000,
        answers={f"question {n}": "x" * 10_000 for n in range(50)},
        history=tuple(
            word(Trigger.BOOKING_CREATED, n, actor="a" * 500, reason="r" * 5000) for n in range(200)
        ),
    )
    message = drawn(shown)
    assert "Person 7 and 92 more" in json.dumps(message.blocks)
    assert "and 40 more answers" in json.dumps(message.blocks)
    assert len(message.text) <= 4000
    assert len(message.blocks) <= 10


def test_the_text_carries_everything() -> None:
    text = drawn(PHASES["cancelled"]).text
    for part in (
        "Cancelled: Intro between Alice Martin and Bob Stone",
        "When: Mon 23 Nov, 12:00–12:30, Paris time (UTC+1)",
        "Host: Alice Martin",
        "With: Bob Stone",
        "Where: meet.example.com",
        "Reason: the host is ill",
        "by Alice Martin",
    ):
        assert part in text


def test_another_year_and_another_day_are_named() -> None:
    start = datetime(2027, 1, 5, 22, 45, tzinfo=UTC)
    message = drawn(a_card(start=start, end=start + timedelta(hours=1)))
    assert "Tue 5 Jan, 23:45 – Wed 6 Jan, 00:45, Paris time (UTC+1), 2027" in message.text
    when = message.blocks[1]["text"]["text"]
    assert when.count("{date_long_pretty}") == 2


def test_a_long_notice_is_cut_with_a_word() -> None:
    lines = tuple((f"Question {n}", "y" * 5000) for n in range(60))
    notice = Notice(Trigger.FORM_SUBMITTED, "f-1", "A form " + "z" * 500, lines=lines)
    message = drawn(NoticeCard(notice))
    assert "and 40 more lines" in json.dumps(message.blocks)


@settings(max_examples=60, deadline=None)
@given(nasty, nasty, nasty)
def test_whatever_people_write_slack_takes_it(one: str, two: str, three: str) -> None:
    shown = a_card(
        title=one,
        hosts=(Host(two, one),),
        attendees=(Attendee(three, two), BOB),
        guests=(one,),
        location=three,
        description=two,
        answers={one: two, two: [three]},
        absent=(one,),
        recording=three,
        history=(CREATED, word(Trigger.BOOKING_CANCELLED, 1, actor=one, reason=two)),
    )
    message = drawn(shown)
    assert "<!channel" not in message.text
    assert "<http" not in message.text
    assert ALICE.name


@settings(max_examples=40, deadline=None)
@given(nasty, nasty, nasty)
def test_whatever_a_notice_says_slack_takes_it(one: str, two: str, three: str) -> None:
    lines = ((one, two), (two, three), (three, one))
    drawn(NoticeCard(Notice(Trigger.FORM_SUBMITTED, one, two, lines=lines)))


def test_an_unknown_host_zone_is_no_obstacle() -> None:
    shown = replace(a_card(), booking=replace(booking(), hosts=()))
    assert "When: Mon 23 Nov, 11:00–11:30, UTC" in drawn(shown, zone=ZoneInfo("UTC")).text
