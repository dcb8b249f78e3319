"""The way of a webhook through the house, for tests: real store, real HTTP, the local Slack.

Only Cal.com is a stand-in of a few lines here: it is asked for one booking, now and then.
"""

import hashlib
import hmac
import itertools
import json
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.calcom.webhooks import parse
from bot.domain.bookings import Booking
from bot.domain.errors import NotFound
from bot.domain.events import BookingEvent
from bot.domain.rules import Place, Rule
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace, seed_demo
from bot.services.deliveries import Deliveries
from bot.services.notifications import Notifications
from bot.services.ports import Inbox, Outbox, Places, Rules
from bot.services.refusals import Refusals
from bot.slack.notifier import Notifier, background_client
from bot.slack.people import People
from bot.store import Store, open_store
from bot.web.app import build
from bot.web.calcom_webhook import Addresses, CalcomWebhook
from bot.web.health import Health
from tests.tables import KEYS, tables_in_memory

SECRET = "whsec_for_tests_only"
TEAM = "T0SANDBOX"
BOOKINGS = Place(TEAM, "C0BOOKINGS")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
START = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Cal:
    """Cal.com, as far as bookings are read from it: what it knows, and how it fails."""

    known: dict[str, Booking] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def booking(self, account: str, uid: str) -> Booking:
        self.asked.append(uid)
        if self.failures:
            raise self.failures.pop(0)
        if uid not in self.known:
            raise NotFound
        return self.known[uid]


@dataclass
class Way:
    """Everything a webhook passes on its way."""

    clock: Clock
    store: Store
    slack: Workspace
    client: AsyncWebClient
    cal: Cal
    http: httpx.AsyncClient
    logs: list[MutableMapping[str, Any]]
    admins: tuple[str, ...] = ("U0ALICE",)

    def __post_init__(self) -> None:
        self.worker = self.deliveries()

    def notifier(self) -> Notifier:
        async def client_for(team_id: str) -> AsyncWebClient:
            return self.client

        def monotonic() -> float:
            return self.clock.at.timestamp()

        people = People(client_for, self.store.preferences, self.clock)
        return Notifier(client_for, people.member, self.clock, monotonic=monotonic, sleep=no_sleep)

    def notifications(self, inbox: Inbox | None = None) -> Notifications:
        return Notifications(
            inbox or self.store.inbox,
            self.cal,
            self.store.rules,
            parse,
            self.clock,
            _no_team,
            jitter=lambda: 1.0,
        )

    def deliveries(
        self,
        outbox: Outbox | None = None,
        places: Places | None = None,
        rules: Rules | None = None,
    ) -> Deliveries:
        return Deliveries(
            outbox or self.store.outbox,
            places or self.notifier(),
            self.clock,
            Refusals(
                outbox or self.store.outbox,
                rules or self.store.rules,
                self.store.references,
                self.store.homes,
                self.clock,
                self.admins,
            ),
            jitter=lambda: 1.0,
        )

    async def post(
        self,
        body: Mapping[str, Any] | bytes,
        *,
        path: str = "/webhooks/cal",
        secret: str = SECRET,
        **more: Any,
    ) -> httpx.Response:
        """Send a webhook as Cal.com does."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-Cal-Signature-256": signed(raw, secret)} | more.pop("headers", {})
        return await self.http.post(path, content=raw, headers=headers, **more)

    async def settle(self, deliveries: Deliveries | None = None) -> None:
        """Do what is due, until nothing is."""
        take = self.notifications().take_one
        deliver = (deliveries or self.worker).deliver_one
        for _ in range(500):
            if not await take() and not await deliver():
                return
        raise AssertionError("it never ends")

    async def later(self, seconds: float) -> None:
        """Let time pass, and do what has become due."""
        self.clock.advance(seconds)
        await self.settle()

    def shown(self, channel: str = "C0BOOKINGS") -> list[Message]:
        """The bot's messages in a channel, without what stands in threads."""
        return [m for m in self.slack.visible_messages("U0ALICE", channel) if not m.thread_ts]

    def thread(self, channel: str = "C0BOOKINGS", of: int = 0) -> list[str]:
        """What stands in the thread of the channel's first message (or another one)."""
        ts = self.shown(channel)[of].ts
        every = self.slack.visible_messages("U0ALICE", channel)
        return [m.text for m in every if m.thread_ts == ts]

    def logged(self, event: str) -> list[MutableMapping[str, Any]]:
        return [entry for entry in self.logs if entry["event"] == event]

    def calls(self, method: str) -> list[Mapping[str, Any]]:
        return [call.args for call in self.slack.calls if call.method == method]


async def no_sleep(seconds: float) -> None:
    """Waiting takes no time in tests."""


def signed(raw: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def webhook(
    trigger: str, uid: str = "uidOfTheBooking1", *, minute: float = 0, **payload: Any
) -> dict[str, Any]:
    """A webhook's body in the shape Cal.com sends (createdAt `minute` minutes after `NOW`)."""
    status = {"BOOKING_REQUESTED": "PENDING", "BOOKING_CANCELLED": "CANCELLED"}
    said = {
        "uid": uid,
        "title": "Demo between Alice Martin and Wes",
        "startTime": START.isoformat().replace("+00:00", "Z"),
        "endTime": (START + timedelta(minutes=30)).isoformat().replace("+00:00", "Z"),
        "organizer": {
            "name": "Alice Martin",
            "email": "alice@example.com",
            "timeZone": "Europe/Paris",
        },
        "attendees": [{"name": "Wes", "email": "wes@example.com", "timeZone": "UTC"}],
        "location": "https://meet.example.com/alice",
        "status": status.get(trigger, "ACCEPTED"),
    }
    created_at = (NOW + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")
    return {"triggerEvent": trigger, "createdAt": created_at, "payload": said | payload}


def moved(uid: str, old: str, hours: int, *, minute: float, **payload: Any) -> dict[str, Any]:
    start = START + timedelta(hours=hours)
    return webhook(
        "BOOKING_RESCHEDULED",
        uid,
        minute=minute,
        startTime=start.isoformat(),
        endTime=(start + timedelta(minutes=30)).isoformat(),
        rescheduleUid=old,
        rescheduleStartTime=START.isoformat(),
        **payload,
    )


def a_booking(uid: str = "uidOfTheBooking1", **more: Any) -> Booking:
    """The booking that `webhook` tells of, as Cal.com has it."""
    told = parse(json.dumps(webhook("BOOKING_CREATED", uid)).encode())
    assert isinstance(told, BookingEvent)
    assert told.booking
    return replace(told.booking, **more)


@asynccontextmanager
async def a_way(database_url: str = "") -> AsyncIterator[Way]:
    """Start everything, and stop it; one rule sends every event to #bookings.

    The database has its tables; without one it is SQLite in memory.
    """
    clock = Clock()
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:
        workspace = Workspace(clock)
        seed_demo(workspace)
        workspace.granted_scopes |= {"channels:history", "groups:history", "im:history"}
        people = Sender(workspace, _nobody)
        stack.push_async_callback(people.aclose)
        workspace.base_url = await stack.enter_async_context(
            serving(slack_app.build(workspace, people))
        )
        client = background_client(workspace.app.bot_token, f"{workspace.base_url}/api/")
        store = open_store(
            database_url or "sqlite://", KEYS, clock=clock, new_id=lambda: f"ref{next(numbers)}"
        )
        stack.push_async_callback(store.close)
        if not database_url:
            await tables_in_memory(store)
        webhook_door = CalcomWebhook(
            store.inbox, Addresses(store.registrations, clock), SECRET, clock
        )
        health = Health(store.ready, lambda: clock.at, lambda: True, clock)
        app = build(webhook=webhook_door, health=health)
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://bot.test", timeout=30
            )
        )
        await store.rules.save(Rule("r1", BOOKINGS))
        logs = stack.enter_context(capture_logs())
        yield Way(clock, store, workspace, client, Cal(), http, logs)


async def _no_team(account: str, event_type_id: int) -> int | None:
    return None


async def _nobody(body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    return 200, {}, b""
