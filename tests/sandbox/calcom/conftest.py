"""A small world on a Monday morning in winter, its clock, and a client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.calcom import v2_event_types, v2_team_event_types
from bot.sandbox.calcom.app import build
from bot.sandbox.calcom.model import EventType, User
from bot.sandbox.calcom.seed import ALICE_KEY, BOB_KEY, add_team, add_user, seed_recordings
from bot.sandbox.calcom.world import World


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    def set(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Caller:
    """Asks API v2 with the version that belongs to the path; `key` None asks without one."""

    http: httpx.AsyncClient
    key: str | None = ALICE_KEY

    async def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"cal-api-version": _version(path)}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        return await self.http.request(method, f"/v2{path}", headers=headers, json=body)

    async def book(
        self, event_type: EventType, start: str, name: str = "Dave", **more: Any
    ) -> httpx.Response:
        email = f"{name.lower()}@example.com"
        who = {"name": name, "email": email, "timeZone": "America/New_York"}
        body = {"eventTypeId": event_type.id, "start": start, "attendee": who} | more
        return await self("POST", "/bookings", body)

    async def starts(self, event_type: EventType, first: str, last: str, **query: str) -> list[str]:
        """The open starts from one date to another, both included."""
        values = {"eventTypeId": str(event_type.id), "start": first, "end": last} | query
        answer = await self("GET", f"/slots?{httpx.QueryParams(values)}")
        days = answer.json()["data"]
        return [slot["start"] for day in days.values() for slot in day]

    def without_key(self) -> Caller:
        return Caller(self.http, None)

    def as_bob(self) -> Caller:
        return Caller(self.http, BOB_KEY)

    def as_user(self, name: str) -> Caller:
        """Somebody of the team of `TeamTypes`, or dave, who is not."""
        return Caller(self.http, {"alice": ALICE_KEY, "bob": BOB_KEY}.get(name, f"cal_{name}"))


def _version(path: str) -> str:
    resource = path.split("/")[1].partition("?")[0]
    versions = {"slots": "2024-09-04", "event-types": "2024-06-14", "schedules": "2024-06-11"}
    return versions.get(resource, "2024-08-13")


class Mailbox:
    """Every webhook the world sends, parsed."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.got.append((url, headers, body))
        return self.status

    @property
    def triggers(self) -> list[str]:
        return [httpx.Response(200, content=body).json()["triggerEvent"] for _, _, body in self.got]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def world(clock: Clock, mailbox: Mailbox) -> World:
    world = World(clock, post=mailbox)
    seed_recordings(world)
    return world


@pytest.fixture
async def ask(world: World) -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(build(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://cal.test") as http:
        yield Caller(http)


@dataclass
class Types:
    """Makes event types of alice's (101) or another's."""

    world: World

    def __call__(self, slug: str = "call", owner: int = 101, **body: Any) -> EventType:
        base = {"lengthInMinutes": 30, "title": slug.title(), "slug": slug}
        place = {"type": "link", "link": "https://meet.example.com/alice", "public": True}
        return v2_event_types.add(self.world, owner, base | {"locations": [place]} | body)


@pytest.fixture
def types(world: World) -> Types:
    return Types(world)


@dataclass
class TeamTypes:
    """Makes event types of the team Sales: alice (101, Paris 9-17) owns it, bob (102, New York
    9-17) and carol (103, Kolkata 9-21) are in it, dave (104) is not. In winter that is 8-16,
    14-22 and 3:30-15:30 UTC. A managed one comes first, its children after it."""

    world: World

    def __post_init__(self) -> None:
        for number, name, zone, last in (
            (103, "carol", "Asia/Kolkata", 21),
            (104, "dave", "UTC", 17),
        ):
            who = User(number, name, name.title(), f"{name}@example.com", zone, f"cal_{name}")
            add_user(self.world, who, number + 100, (time(9), time(last)))
        roles = {101: "OWNER", 102: "MEMBER", 103: "MEMBER"}
        self.team = add_team(self.world, "Sales", "sales", roles)

    def __call__(self, kind: str, *hosts: int, slug: str = "demo", **body: Any) -> EventType:
        return self.family(kind, *hosts, slug=slug, **body)[0]

    def family(self, kind: str, *hosts: int, slug: str = "demo", **body: Any) -> list[EventType]:
        base = {"lengthInMinutes": 30, "title": slug.title(), "slug": slug, "schedulingType": kind}
        rows = {"hosts": [{"userId": h} for h in hosts]}
        return v2_team_event_types.add(self.world, self.team, base | rows | body)

    def fixed(self, **body: Any) -> EventType:
        """Alice always hosts, and bob or carol with her."""
        made = self("roundRobin", 101, 102, 103, slug="fixed", **body)
        made.fixed_host_ids = [101]
        return made


@pytest.fixture
def team_types(world: World) -> TeamTypes:
    return TeamTypes(world)
