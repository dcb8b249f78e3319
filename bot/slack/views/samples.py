"""A made-up booking, to see how a place will show the real ones."""

from datetime import datetime, timedelta

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.cards import Card, Happening, Phase
from bot.domain.events import Trigger
from bot.domain.wording import _

HOST, GUEST = "Ada Example", "Grace Sample"


def sample(now: datetime) -> Card:
    """A card of a booking that does not exist; `now` is aware UTC."""
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    booking = Booking(
        uid="",
        title=_("Intro between {host} and {guest}").format(host=HOST, guest=GUEST),
        status=Status.ACCEPTED,
        start=start,
        end=start + timedelta(minutes=30),
        description=_("This booking does not exist: somebody tests how they will be shown here."),
        hosts=(Host(HOST, "ada@example.com"),),
        attendees=(Attendee(GUEST, "grace@example.com"),),
        event_type_slug="intro",
        location="integrations:daily",
    )
    word = Happening(Trigger.BOOKING_CREATED, now, start=start, phase=Phase.UPCOMING)
    return Card(booking, history=(word,))
