"""What the store's tests put in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.cards import Card
from bot.domain.records import Decision, Received, Subject
from bot.domain.rules import Place, Showing
from bot.store import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HERE = Place("T1", "C1")
THERE = Place("T1", "C2")


def a_booking(uid: str, **changes: Any) -> Booking:
    """A booking of tomorrow, like the API tells it."""
    booking = Booking(
        uid=uid,
        title="Intro",
        status=Status.ACCEPTED,
        start=NOON + timedelta(days=1),
        end=NOON + timedelta(days=1, minutes=30),
        id=7,
        hosts=(Host("Alice", "alice@example.com", 101),),
        attendees=(Attendee("Bob", "bob@example.com", "America/New_York"),),
        answers={"notes": "Zwölf Boxkämpfer", "topics": ["a", "b"]},
        created_at=NOON,
    )
    return replace(booking, **changes)


def a_subject(*uids: str, notice: str = "") -> Subject:
    return Subject("house", uids, notice)


def turned_into(card: Any, *places: Place) -> Any:
    """A `decide` that puts this card in these places, whatever was there."""
    return lambda _kept: Decision(card, tuple(Showing(place) for place in places))


async def received(store: Store, raw: bytes = b"{}", at: datetime = NOON) -> Received:
    """A webhook, stored and claimed."""
    assert await store.inbox.accept(raw, at)
    claimed = await store.inbox.claim(at, at + MINUTE)
    assert claimed is not None
    return claimed


async def settled(store: Store, subject: Subject, card: Any, *places: Place) -> str:
    """The ref of a subject that a webhook has just put into these places."""
    webhook = await received(store, uuid4().bytes)
    return await store.inbox.settle(webhook, subject, turned_into(card, *places))


def a_card(uid: str, **changes: Any) -> Card:
    return Card(a_booking(uid), **changes)
