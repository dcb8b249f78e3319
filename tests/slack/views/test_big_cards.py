"""However much there is, every message fits into Slack; however little, it is still one."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.bookings import Attendee, Host
from bot.domain.cards import Card, DigestCard, Happening, NoticeCard, Phase
from bot.domain.digests import line
from bot.domain.events import Notice, Trigger
from bot.domain.records import Delivery, Kind
from bot.domain.rules import Detail, Look, Place
from bot.slack.views.deliveries import message
from bot.slack.views.happenings import SAID
from tests.slack.views.drawing import NOW, allowed, booking

LETTERS = {"escaped": "<", "words": "many words ", "family": "👨‍👩‍👧‍👦"}
BLOCKS = 12_000
"""Characters of a message's blocks that Slack is known to take."""


def of(text: str, length: int) -> str:
    return (text * length)[:length]


def huge(letter: str) -> Card:
    people = tuple(
        Attendee(f"{n} {of(letter, 300)}", f"{n}@{of(letter, 300)}.example") for n in range(100)
    )
    history = tuple(
        Happening(
            trigger,
            NOW + timedelta(minutes=n),
            actor=of(letter, 500),
            reason=of(letter, 10_000),
            note=of(letter, 10_000),
            previous_start=NOW,
            phase=Phase.UPCOMING,
            absent=tuple((person.email, True) for person in people),
        )
        for n, trigger in enumerate([*SAID] * 5)
    )
    told = booking(
        title=of(letter, 3000),
        description=of(letter, 10_000),
        hosts=tuple(Host(f"{n} {of(letter, 300)}", f"h{n}@example.com") for n in range(50)),
        attendees=people,
        guests=tuple(f"g{n}@example.com" for n in range(100)),
        answers={f"{of(letter, 200)} {n}": of(letter, 10_000) for n in range(100)},
        location=of(letter, 5000),
        cancellation_reason=of(letter, 10_000),
        event_type_slug=of(letter, 500),
    )
    return Card(
        told,
        Phase.UPCOMING,
        history=history,
        moved_from=NOW,
        absent=tuple(person.email for person in people),
        room=100,
    )


def messages(card: Card, detail: Detail, mention: str = "") -> list[tuple[str, Any]]:
    base = Delivery(1, Place("T1", "C1"), "b1", card, 1, look=Look(detail))
    told = (line("b1", card),) * 50
    digest = DigestCard(NOW, NOW + timedelta(days=7), "Europe/Paris", True, told, told, told)
    title = card.booking.title
    notice = Notice(
        Trigger.FORM_SUBMITTED,
        "k",
        "A form was submitted",
        name=title,
        lines=tuple((f"{title} {n}", card.booking.description) for n in range(100 if title else 0)),
    )
    every = [
        base,
        replace(base, card=digest),
        replace(base, card=NoticeCard(notice)),
        replace(base, kind=Kind.REMINDER),
        *(replace(base, kind=Kind.NOTE, note=word) for word in card.history[: len(SAID)]),
    ]
    return [(each.kind, message(each, now=NOW, mention=mention)) for each in every]


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("letter", LETTERS)
def test_the_biggest_fits(letter: str, detail: Detail) -> None:
    mention = " ".join(f"<@U0000000{n}>" for n in range(20))
    for kind, drawn in messages(huge(LETTERS[letter]), detail, mention):
        allowed(drawn)
        assert len(drawn.text) <= 4000, kind
        said = json.dumps(texts_of(drawn.blocks), ensure_ascii=False)
        assert len(said) <= BLOCKS, kind


def texts_of(node: Any) -> list[str]:
    """All that is written anywhere in it."""
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in texts_of(value)]
    return [text for each in node for text in texts_of(each)] if isinstance(node, list) else []


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("phase", Phase)
def test_the_smallest_is_a_message(phase: Phase, detail: Detail) -> None:
    told = booking(title="", hosts=(), attendees=(), location="")
    words = tuple(Happening(trigger) for trigger in SAID)
    for _, drawn in messages(Card(told, phase, history=words), detail):
        allowed(drawn)
        assert "None" not in drawn.text
        assert "@" not in drawn.text
