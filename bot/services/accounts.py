"""The accounts the bot acts with; for now one, the house account, or none."""

from typing import Never

from bot.domain.bookings import Action
from bot.domain.errors import NotConnected

HOUSE = "house"
"""The name under which references to the house account's bookings are kept."""


class Unconnected:
    """Stands in for Cal.com while there is no credential: whatever is asked raises
    `NotConnected`."""

    @property
    def abilities(self) -> frozenset[Action]:
        return frozenset(Action)

    async def _ask(self, *_: object, **__: object) -> Never:
        raise NotConnected

    me = event_types = event_type = slots = availability = schedules = _ask
    bookings = booking = create = find_attempt = reschedule = cancel = _ask
    confirm = decline = mark_absent = find_username = _ask
