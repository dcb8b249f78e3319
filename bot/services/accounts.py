"""What stands in for Cal.com where there is no account to act with."""

from typing import Never

from bot.domain.accounts import HOUSE
from bot.domain.bookings import Action, Feature
from bot.domain.errors import NotConnected

__all__ = ["HOUSE", "Unconnected"]


class Unconnected:
    """Stands in for Cal.com while there is no credential: whatever is asked raises
    `NotConnected`."""

    @property
    def abilities(self) -> frozenset[Action]:
        return frozenset(Action)

    @property
    def features(self) -> frozenset[Feature]:
        return frozenset()

    async def _ask(self, *_: object, **__: object) -> Never:
        raise NotConnected

    me = event_types = event_type = slots = hold = prolong = let_go = _ask
    availability = schedules = change_schedule = away = add_away = change_away = _ask
    end_away = colleagues = _ask
    bookings = booking = series = create = find_attempt = reschedule = cancel = _ask
    confirm = decline = request_reschedule = reassign = add_guests = change_place = _ask
    calendar_links = recordings = mark_absent = find_username = _ask
    webhooks = create_webhook = change_webhook = delete_webhook = team_event_types = _ask
