"""What stands in a card's thread: one line for each trigger, and no more than the place is told."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from bot.domain.bookings import Attendee, Host
from bot.domain.cards import Card, Happening, Phase
from bot.domain.events import Trigger
from bot.domain.rules import Detail
from bot.slack.views.happenings import CHANGED, SAID, note
from bot.slack.views.parts import Message
from tests.slack.views.carding import a_card, words
from tests.slack.views.drawing import NASTY, NOW, allowed, calmly, nasty, same_as_golden

AT = NOW - timedelta(minutes=7)
TOMORROW = NOW + timedelta(days=1)
WORDS = {
    "created": Happening(Trigger.BOOKING_CREATED, AT),
    "rescheduled": Happening(
        Trigger.BOOKING_RESCHEDULED,
        AT,
        actor="bob@example.com",
        reason="dentist",
        previous_start=TOMORROW,
        start=NOW,
    ),
    "another_time_asked_for": Happening(
        Trigger.BOOKING_REQUESTED, AT, previous_start=TOMORROW, start=NOW
    ),
    "cancelled": Happening(
        Trigger.BOOKING_CANCELLED, AT, actor="alice@example.com", reason="the host is ill"
    ),
    "asked_anew": Happening(
        Trigger.BOOKING_CANCELLED, AT, note="The attendee is asked to pick a new time."
    ),
    "declined": Happening(Trigger.BOOKING_REJECTED, AT, reason="no time"),
    "paid": Happening(Trigger.BOOKING_PAID, AT),
    "reassigned": Happening(Trigger.BOOKING_REASSIGNED, AT, actor="Jane Smith"),
    "place_changed": Happening(Trigger.BOOKING_LOCATION_UPDATED, AT, note="Room 7"),
    "absent": Happening(
        Trigger.BOOKING_NO_SHOW_UPDATED,
        AT,
        note="bob@example.com marked as no-show",
        absent=(("bob@example.com", True),),
    ),
    "present_after_all": Happening(
        Trigger.BOOKING_NO_SHOW_UPDATED, AT, absent=(("bob@example.com", False),)
    ),
    "host_absent": Happening(
        Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW, AT, absent=(("alice@example.com", True),)
    ),
    "guests_absent": Happening(
        Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW,
        AT,
        absent=(("bob@example.com", True), ("eve@example.com", True)),
    ),
    "recorded": Happening(Trigger.RECORDING_READY, AT, note="https://rec.example.com/1"),
    "wrong_host": Happening(
        Trigger.WRONG_ASSIGNMENT_REPORT, AT, actor="bob@example.com", note="should be Carol's"
    ),
    "started": Happening(Trigger.MEETING_STARTED),
}


def noted(word: Happening, detail: Detail = Detail.FULL, shown: Card | None = None) -> Message:
    return allowed(note(words(shown or a_card(), detail), word))


@pytest.mark.parametrize("detail", Detail)
def test_golden(detail: Detail) -> None:
    lines = {name: noted(word, detail).text for name, word in WORDS.items()}
    drawn = Message("", [{name: line} for name, line in lines.items()])
    same_as_golden(f"notes_{detail}", drawn)


@pytest.mark.parametrize("trigger", SAID)
@pytest.mark.parametrize("detail", Detail)
def test_every_trigger_is_one_line_in_words(trigger: Trigger, detail: Detail) -> None:
    word = Happening(
        trigger, AT, "bob@example.com", "because", "a fact", TOMORROW, start=NOW, phase=Phase.ENDED
    )
    message = noted(word, detail)
    assert "\n" not in message.text
    assert trigger not in message.text
    assert "Paris time" in message.text
    assert (detail is Detail.FULL) == ("“because”" in message.text)
    assert (CHANGED in message.text) <= (detail is Detail.BUSY)


def test_a_note_says_what_it_was_before() -> None:
    text = noted(WORDS["rescheduled"]).text
    assert text.startswith("🔁 Moved from <!date^")
    assert text.index("24 Nov 2026, 09:07") < text.index("23 Nov 2026, 09:07")
    assert "by Bob Stone · “dentist”" in text


def test_who_is_called_stands_below() -> None:
    message = note(words(a_card(), mention="<@U0ALICE> <!subteam^S0SALES>"), WORDS["created"])
    assert message.text.endswith("\nFor <@U0ALICE> <!subteam^S0SALES>")
    assert "\nFor <@U0ALICE>" in message.blocks[0]["text"]["text"]


def test_a_link_with_a_uid_is_left_out() -> None:
    word = replace(WORDS["recorded"], note="https://app.cal.com/rec/secretUidOfTheBooking")
    assert "<http" not in noted(word).text


@pytest.mark.parametrize("detail", Detail)
def test_what_is_long_and_hostile_fits(detail: Detail) -> None:
    shown = a_card(
        hosts=(Host("<" * 500, "alice@example.com"),),
        attendees=tuple(Attendee("&" * 500, f"{n}@example.com") for n in range(100)),
    )
    absent = tuple((f"{n}@example.com", bool(n % 2)) for n in range(100))
    for word in WORDS.values():
        long = replace(word, actor="<" * 999, reason="<" * 9999, note="&" * 9999, absent=absent)
        noted(long, detail, shown)


@calmly
@given(nasty, nasty, nasty)
def test_whatever_people_write_slack_takes_it(one: str, two: str, three: str) -> None:
    for name in ("cancelled", "place_changed", "wrong_host", "recorded"):
        word = replace(WORDS[name], actor=one, reason=two, note=three)
        message = noted(word, shown=a_card(attendees=(Attendee(two, one),)))
        said = message.text + json.dumps(message.blocks)
        assert "<!channel" not in said
        assert NASTY not in said
