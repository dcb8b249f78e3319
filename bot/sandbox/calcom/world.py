"""The state of the local Cal.com: what it knows, found by id, and the log of what was asked."""

from __future__ import annotations

import itertools
import random
import string
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.calcom import sending, webhooks
from bot.sandbox.calcom.faults import Delivery, Faults
from bot.sandbox.calcom.model import (
    Attendee,
    Booking,
    Calendar,
    EventType,
    Meeting,
    OutOfOffice,
    Reservation,
    Schedule,
    Subscription,
    Team,
    User,
)
from bot.sandbox.calcom.oauth import OAuth

Post = Callable[[str, dict[str, str], bytes], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it was answered. `key_owner` is the username behind the key, None without."""

    method: str
    path: str
    query: dict[str, str]
    version: str | None
    key_owner: str | None
    body: Any
    status: int


def random_uid() -> str:
    """Return 22 letters and digits, the form of Cal.com's booking uids."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=22))  # noqa: S311 - no secret here


class World:
    """Users, schedules, event types, bookings, reservations and webhooks of one Cal.com server.

    `clock` gives the present as aware UTC; nothing here reads another clock. `new_uid` makes
    booking uids (seats, series, reservations and webhooks get UUIDs). `post` sends one webhook:
    (url, headers, body) to the status the receiver answered; it may raise `httpx.HTTPError`.
    `log` has every request answered, `webhooks` every webhook that was due, whatever became of it,
    and `sent` every one that went out, in order.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        new_uid: Callable[[], str] | None = None,
        post: Post | None = None,
    ) -> None:
        self.clock = clock
        self.new_uid = new_uid or random_uid
        self.post: Post = post or sending.post
        self.hosted = False  # the hosted service; else the community build
        self.web_url = "http://127.0.0.1:3000"
        self.users: dict[int, User] = {}
        self.schedules: dict[int, Schedule] = {}
        self.away: dict[int, OutOfOffice] = {}
        self.event_types: dict[int, EventType] = {}
        self.bookings: list[Booking] = []
        self.reservations: dict[str, Reservation] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.calendars: dict[int, Calendar] = {}  # by credential id
        self.meetings: list[Meeting] = []
        self.teams: dict[int, Team] = {}  # with none, this is a server that knows no teams
        self.faults = Faults()
        self.oauth = OAuth(self.now)
        self.log: list[Call] = []
        self.webhooks: list[Delivery] = []
        self.sent: list[tuple[Delivery, int]] = []  # webhooks with the status answered, 0 for none
        self.slot_answers: dict[object, tuple[datetime, list[Any]]] = {}  # see `slots.open_slots`
        self._ids: dict[str, itertools.count[int]] = {}

    def now(self) -> datetime:
        return self.clock().astimezone(UTC)

    def next_id(self, kind: str) -> int:
        """Return 1, 2, 3... for each `kind` ("booking", "event_type", ...), as a database would."""
        return next(self._ids.setdefault(kind, itertools.count(1)))

    def new_uuid(self) -> str:
        return str(uuid.uuid4())

    def user_by_key(self, api_key: str) -> User | None:
        return next((u for u in self.users.values() if u.api_key == api_key), None)

    def user_by_token(self, token: str) -> User | None:
        """Return whose API key or access token it is."""
        granted = self.oauth.granted(token)
        return self.users.get(granted.user_id) if granted else self.user_by_key(token)

    def user_by_name(self, username: str) -> User | None:
        return next((u for u in self.users.values() if u.username == username), None)

    def booking(self, uid: str) -> Booking | None:
        return next((b for b in self.bookings if b.uid == uid), None)

    def booking_by_id(self, booking_id: int) -> Booking | None:
        return next((b for b in self.bookings if b.id == booking_id), None)

    def series(self, recurring_uid: str) -> list[Booking]:
        """Return the occurrences of a series, by start."""
        found = [b for b in self.bookings if b.recurring_uid == recurring_uid]
        return sorted(found, key=lambda b: b.start)

    def seat(self, seat_uid: str) -> tuple[Booking, Attendee] | None:
        for booking in self.bookings:
            for attendee in booking.attendees:
                if attendee.seat_uid == seat_uid:
                    return booking, attendee
        return None

    def organization_of(self, user: User) -> Team | None:
        """Return the organization the user is in: a team that others belong to."""
        above = {team.parent_id for team in self.teams.values()}
        mine = (t for t in self.teams.values() if any(m.user_id == user.id for m in t.memberships))
        return next((team for team in mine if team.id in above), None)

    def team_by_slug(self, slug: str) -> Team | None:
        return next((t for t in self.teams.values() if t.slug == slug), None)

    def team_of(self, event_type: EventType) -> Team | None:
        """Return the team an event type belongs to, a managed one's child through its parent."""
        parent = self.event_types.get(event_type.parent_id or 0)
        return self.teams.get((parent or event_type).team_id or 0)

    def event_types_of(self, user: User) -> list[EventType]:
        return [e for e in self.event_types.values() if e.owner_id == user.id]

    def calendars_of(self, user_id: int) -> list[Calendar]:
        return [c for c in self.calendars.values() if c.user_id == user_id]

    def schedule_for(self, event_type: EventType, host: User) -> Schedule | None:
        """Return the hours an event type is offered in: its own schedule, else the host's."""
        chosen = event_type.schedule_id or host.default_schedule_id
        return self.schedules.get(chosen) if chosen is not None else None

    def host(self, event_type: EventType) -> User:
        """Return the person who hosts, of a team's type the first of those who may."""
        return self.users[event_type.host_ids[0]]

    def host_zone(self, event_type: EventType) -> str:
        """Return the IANA zone the event type's days are counted in; UTC where nobody hosts."""
        if not event_type.host_ids:
            return "UTC"
        host = self.host(event_type)
        schedule = self.schedule_for(event_type, host)
        return schedule.time_zone if schedule else host.time_zone

    def subscribe(
        self,
        url: str,
        triggers: list[str],
        *,
        secret: str | None = None,
        user_id: int | None = None,
        event_type_id: int | None = None,
        team_id: int | None = None,
    ) -> Subscription:
        """Put in a webhook, as the web app does. For those of teams there is no API."""
        made = Subscription(
            id=self.new_uuid(),
            url=url,
            triggers=triggers,
            created_at=self.now(),
            secret=secret,
            user_id=user_id,
            event_type_id=event_type_id,
            team_id=team_id,
        )
        self.subscriptions[made.id] = made
        return made

    async def tick(self) -> None:
        """Send the MEETING_STARTED and MEETING_ENDED that are due, and webhooks held by faults."""
        await webhooks.tick(self)

    async def ping(self, subscription: Subscription) -> None:
        """Send what the web app's "Ping test" button sends."""
        await webhooks.ping(self, subscription)
