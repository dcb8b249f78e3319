"""The calls of ours that make the requests recorded from API v2."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.calcom.api import connect
from bot.calcom.v2 import CalV2
from bot.domain.bookings import Attendee, BookingQuery, BookingRequest, Guest
from bot.domain.events import Subscription
from bot.domain.records import Level, Owner
from bot.domain.slots import Schedule, SlotQuery, Span
from tests.contract.calcom_recordings import NOW, Exchange, Replay, exchanges, no_sleep, now

ALWAYS = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
REQUEST = BookingRequest("a-key", 1, NOW, Attendee("Ann", "ann@example.com"))


def client_for(replay: Replay) -> CalV2:
    http = httpx.AsyncClient(transport=httpx.MockTransport(replay))
    prefix = "/api/v2" if replay.exchange.path.startswith("/api/") else "/v2"
    client = connect(f"http://cal.test{prefix}", "a-key", http=http, clock=now, sleep=no_sleep)
    assert isinstance(client, CalV2)
    return client


def of_type(number: str, team: str | None = None) -> Owner:
    level = Level.TEAM_EVENT_TYPE if team else Level.EVENT_TYPE
    return Owner(level, int(number), int(team) if team else None)


HOOK = Subscription("an-id", "https://bot.test", ("PING",), secret="s")

CALLS: dict[str, Callable[..., Awaitable[Any]]] = {
    "GET /me": lambda c: c.me(),
    "GET /event-types": lambda c: c.event_types(),
    "GET /event-types/*": lambda c, number: c.event_type(int(number)),
    "GET /slots": lambda c: c.slots(SlotQuery(1, ALWAYS.start, ALWAYS.end)),
    "GET /schedules": lambda c: c.schedules(),
    "PATCH /schedules/*": lambda c, number: c.change_schedule(
        Schedule(int(number), "Late evenings", "Europe/Paris")
    ),
    "GET /bookings": lambda c: c.bookings(BookingQuery()),
    "GET /bookings/*": lambda c, uid: c.booking(uid),
    "POST /bookings": lambda c: c.create(REQUEST),
    "POST /bookings/*/reschedule": lambda c, uid: c.reschedule(uid, NOW),
    "POST /bookings/*/cancel": lambda c, uid: c.cancel(uid, reason="because"),
    "POST /bookings/*/confirm": lambda c, uid: c.confirm(uid),
    "POST /bookings/*/decline": lambda c, uid: c.decline(uid),
    "POST /bookings/*/mark-absent": lambda c, uid: c.mark_absent(uid, host=True),
    "POST /bookings/*/reassign": lambda c, uid: c.reassign(uid),
    "POST /bookings/*/reassign/*": lambda c, uid, user: c.reassign(uid, int(user), reason="x"),
    "POST /bookings/*/guests": lambda c, uid: c.add_guests(uid, [Guest("guest9@example.com")]),
    "PATCH /bookings/*/location": lambda c, uid: c.change_place(
        uid, {"type": "link", "link": "https://meet.example.com/other"}
    ),
    "POST /slots/*": lambda c, _: c.hold(1, NOW),  # reservations
    "GET /teams/*/event-types": lambda c, _: c.event_types("team/sales"),
    "GET /webhooks": lambda c: c.webhooks(),
    "POST /webhooks": lambda c: c.create_webhook(HOOK.url, ["PING"], secret="s"),
    "PATCH /webhooks/*": lambda c, hook: c.change_webhook(replace(HOOK, id=hook)),
    "DELETE /webhooks/*": lambda c, hook: c.delete_webhook(hook),
    "GET /event-types/*/webhooks": lambda c, number: c.webhooks(of_type(number)),
    "POST /event-types/*/webhooks": lambda c, number: c.create_webhook(
        HOOK.url, ["PING"], secret="s", owner=of_type(number)
    ),
    "DELETE /event-types/*/webhooks/*": lambda c, number, hook: c.delete_webhook(
        hook, owner=of_type(number)
    ),
    "GET /teams/*/event-types/*/webhooks": lambda c, team, number: c.webhooks(
        of_type(number, team)
    ),
    "POST /teams/*/event-types/*/webhooks": lambda c, team, number: c.create_webhook(
        HOOK.url, ["PING"], secret="s", owner=of_type(number, team)
    ),
}
"""The call of ours that makes each recorded request; every second part of a path is an id."""


def called(client: CalV2, exchange: Exchange) -> Awaitable[Any]:
    parts = exchange.path.removeprefix("/api").split("/")[2:]
    if parts[:2] == ["slots", "reservations"] and len(parts) == 3:
        return client.let_go(parts[2])
    if "username" in exchange.query and parts == ["event-types"]:
        return client.event_types(exchange.query["username"])
    names = ["*" if place % 2 else part for place, part in enumerate(parts)]
    return CALLS[f"{exchange.method} /{'/'.join(names)}"](client, *parts[1::2])


RECORDED = [*exchanges("v2"), *exchanges("v2team")]
BY_NUMBER = {exchange.name.split("-")[0]: exchange for exchange in RECORDED}


def replayed(number: str) -> Replay:
    """The exchange, and what its call asks besides: oneself, one's teams, the booking."""
    exchange = BY_NUMBER[number]
    others = [BY_NUMBER["v2/011"], BY_NUMBER["v2team/007"]]
    if "/reassign" in exchange.path:
        others.append(replace(BY_NUMBER["v2/257"], path=exchange.path.partition("/reassign")[0]))
    return Replay(exchange, others)


async def ask(number: str) -> Any:
    replay = replayed(number)
    return await called(client_for(replay), replay.exchange)
