"""A Cal.com that answers what the test says, and keeps what it was asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.calcom.api import connect
from bot.calcom.v1 import CalV1
from bot.calcom.v2 import CalV2
from bot.domain.bookings import Attendee, BookingRequest

START = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
KEY = "cal_not_a_real_key"

Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: datetime = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Script:
    """Answers one step after the other; the last one stays."""

    steps: list[Step]
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        step = self.steps[min(len(self.asked), len(self.steps)) - 1]
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx.Response):
            return httpx.Response(step.status_code, headers=step.headers, content=step.content)
        return step(request)

    @property
    def log(self) -> list[str]:
        return [f"{r.method} {r.url.path}" for r in self.asked]

    def sent(self, place: int = 0) -> Any:
        return json.loads(self.asked[place].content)


def http_for(script: Script) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(script))


def v2(script: Script, time: Time | None = None) -> CalV2:
    time = time or Time()
    client = connect(
        "https://cal.test/v2", KEY, http=http_for(script), clock=time, sleep=time.sleep
    )
    assert isinstance(client, CalV2)
    return client


def v1(script: Script, time: Time | None = None) -> CalV1:
    time = time or Time()
    client = connect(
        "https://cal.test/v1", KEY, http=http_for(script), clock=time, sleep=time.sleep
    )
    assert isinstance(client, CalV1)
    return client


def ok(data: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json={"status": "success", "data": data})


def said(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"statusCode": status, "message": message})


def booking(uid: str = "an-uid", **changes: Any) -> dict[str, Any]:
    """A booking as v2 tells it."""
    return {
        "id": 7,
        "uid": uid,
        "title": "30 min between Host and Ann",
        "status": "accepted",
        "start": "2026-12-09T08:00:00.000Z",
        "end": "2026-12-09T08:30:00.000Z",
        "hosts": [{"id": 1, "name": "Host", "email": "host@example.com"}],
        "attendees": [{"name": "Ann", "email": "ann@example.com", "timeZone": "Europe/Paris"}],
        "metadata": {},
        **changes,
    }


def row(uid: str = "an-uid", **changes: Any) -> dict[str, Any]:
    """A booking as v1 tells it."""
    return {
        "id": 7,
        "uid": uid,
        "eventTypeId": 1,
        "title": "30 min between Host and Ann",
        "status": "ACCEPTED",
        "startTime": "2026-12-09T08:00:00.000Z",
        "endTime": "2026-12-09T08:30:00.000Z",
        "user": {"name": "Host", "email": "host@example.com"},
        "attendees": [{"name": "Ann", "email": "ann@example.com", "timeZone": "Europe/Paris"}],
        "metadata": {},
        **changes,
    }


REQUEST = BookingRequest(
    key="attempt-1",
    event_type_id=1,
    start=START,
    attendee=Attendee("Ann", "ann@example.com", "Europe/Paris", "en-US"),
)
