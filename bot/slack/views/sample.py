"""A made-up booking, for somebody who wants to see what a rule posts, and where."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.cards import Card
from bot.slack.views import parts
from bot.slack.views.parts import Message

SAID = "This is a test of a notification rule: there is no such booking."


def made_up(now: datetime) -> Card:
    """A card for the day after, as if somebody had just booked."""
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Card(
        Booking(
            uid="",
            title="Sample meeting between Sam Host and Gail Guest",
            status=Status.ACCEPTED,
            start=start,
            end=start + timedelta(minutes=30),
            hosts=(Host("Sam Host", "sam.host@example.com", time_zone="UTC"),),
            attendees=(Attendee("Gail Guest", "gail.guest@example.com"),),
            location="Room 1",
        )
    )


def marked(text: str, blocks: Sequence[dict[str, Any]]) -> Message:
    """The card's message, marked as a test, and without buttons that would lead nowhere."""
    kept = [block for block in blocks if block["type"] != "actions"]
    return Message(f"{SAID}\n{text}", [parts.context(f":test_tube: {SAID}").to_dict(), *kept])
