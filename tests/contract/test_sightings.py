"""What a real server showed of its bookings, between the webhooks that it sent about them."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from bot.calcom import webhooks, wire_bookings
from bot.calcom.wire import each
from bot.domain.bookings import Booking
from bot.domain.cards import Card, Happening
from bot.domain.events import BookingEvent, Trigger
from bot.domain.records import Sighting
from bot.domain.sightings import sighted
from bot.domain.turning import joined, origin_of, turn
from tests.contract.calcom_recordings import FOLDER

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the checkout")


@dataclass
class Cards:
    """Cards by the uid that their chain began with, as the store keeps them."""

    at: dict[str, Card] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    def root(self, uid: str) -> str:
        while uid in self.origins:
            uid = self.origins[uid]
        return uid

    def link(self, uid: str, origin: str) -> None:
        newer, older = self.root(uid), self.root(origin)
        if not origin or newer == older:
            return
        self.origins[newer] = older
        card = self.at.pop(newer, None)
        if card:
            self.at[older] = joined(self.at[older], card) if older in self.at else card

    def take(self, what: BookingEvent | Booking, at: datetime) -> list[Happening]:
        """Turn the card; returns the words that are new on it."""
        origin = origin_of(what, None) if isinstance(what, BookingEvent) else ""
        if isinstance(what, Booking):
            origin = what.rescheduled_from_uid or ""
        self.link(what.uid, origin)
        root = self.root(what.uid)
        before = self.at.get(root)
        if isinstance(what, Booking):
            self.at[root] = sighted(before, Sighting(what, at))
        elif before or what.booking:
            self.at[root] = turn(before, what)
        known = set(before.history) if before else set()
        return [word for word in self.at[root].history if word not in known] if before else []


def announced(folder: str) -> list[tuple[datetime, BookingEvent]]:
    found = []
    for path in sorted((FOLDER / folder).glob("*.json")):
        sent = json.loads(path.read_text())
        event = webhooks.parse(sent["raw_body"].encode())
        if isinstance(event, BookingEvent):
            found.append((datetime.fromisoformat(sent["received"]), event))
    return found


def shown(folder: str) -> list[tuple[datetime, Booking]]:
    """Every booking in every answer, as it was then."""
    found = []
    for path in sorted((FOLDER / folder).glob("*.json")):
        recorded = json.loads(path.read_text())
        if isinstance(recorded, dict) and recorded["response"]["status"] < 300:
            at = datetime.fromisoformat(recorded["recorded_at"])
            rows = [row for row in rows_of(recorded["response"]["body"]) if is_booking(row)]
            bookings = each(wire_bookings.BookingShape, rows, wire_bookings.domain_booking)
            found += [(at, booking) for booking in bookings]
    return found


def rows_of(body: Any) -> list[Any]:
    if not isinstance(body, dict):
        return []
    rows = body.get("data", body.get("bookings", body.get("booking")))
    return rows if isinstance(rows, list) else [rows]


def is_booking(row: Any) -> bool:
    return isinstance(row, dict) and row.keys() >= {"uid", "attendees", "status", "hosts", "end"}


def twice(card: Card) -> list[tuple[str, Trigger]]:
    """What is said of a booking more than once that is said once."""
    once = [word for word in card.history if not word.outcome and not word.absent]
    counted = Counter((word.uid, word.trigger) for word in once)
    return [said for said, times in counted.items() if times > 1]


FOLDERS = pytest.mark.parametrize(
    ("answers", "sent"), [("v2", "webhooks"), ("v2team", "webhooks-team")]
)


@FOLDERS
@pytest.mark.parametrize("answers_first", [False, True])
def test_answers_and_webhooks_tell_a_thing_once(
    answers: str, sent: str, answers_first: bool
) -> None:
    cards, seen = Cards(), shown(answers)
    for at, booking in seen if answers_first else []:
        cards.take(booking, at)
    for at, event in announced(sent):
        cards.take(event, at)
    for at, booking in seen:
        cards.take(booking, at)
    assert cards.at
    for card in cards.at.values():
        assert {trigger for _, trigger in twice(card)} <= {Trigger.BOOKING_REJECTED}


@FOLDERS
def test_after_the_webhooks_answers_tell_what_no_webhook_did(answers: str, sent: str) -> None:
    cards, events = Cards(), announced(sent)
    for at, event in events:
        cards.take(event, at)
    # Of a shared booking it is not told whether all of it is cancelled.
    heard = {(event.uid, event.trigger) for _, event in events if not event.shared}
    last = {booking.uid: (at, booking) for at, booking in shown(answers)}
    words = [word for at, booking in last.values() for word in cards.take(booking, at)]
    assert words
    for word in words:
        assert (word.uid, word.trigger) not in heard or word.outcome or word.absent
