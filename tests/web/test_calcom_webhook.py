"""The door for Cal.com: what is let in, what is kept, and how fast."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.domain.records import Level, Registration
from bot.store.tables import inbox
from bot.web.app import build
from bot.web.calcom_webhook import Addresses, CalcomWebhook
from bot.web.health import Health
from bot.web.limits import LARGEST
from tests.notifying import NOW, SECRET, Way, a_way, signed, webhook

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "calcom" / "recordings" / "webhooks"


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running


async def kept(way: Way) -> int:
    async with way.store.database.statements() as connection:
        found = await connection.execute(select(func.count()).select_from(inbox))
        return int(found.scalar_one())


class Box:
    """An inbox that does what the test wants."""

    def __init__(self, accept: Callable[[], Awaitable[bool]]) -> None:
        self._accept = accept

    async def accept(self, raw: bytes, received_at: Any, account: str) -> bool:
        return await self._accept()

    def trace(self, raw: bytes, account: str) -> str:
        return "trace"

    async def at_address(self, address: str) -> Registration | None:
        await self._accept()
        return Registration(address, "house", Level.USER, SECRET)


def client(door: CalcomWebhook) -> httpx.AsyncClient:
    async def fine() -> None:
        return

    health = Health(fine, lambda: NOW, lambda: True, lambda: NOW)
    transport = httpx.ASGITransport(app=build(webhook=door, health=health))
    return httpx.AsyncClient(transport=transport, base_url="http://bot.test")


def door(accept: Callable[[], Awaitable[bool]], **more: Any) -> CalcomWebhook:
    box: Any = Box(accept)
    now = lambda: NOW  # noqa: E731
    return CalcomWebhook(box, Addresses(box, now), more.pop("secret", SECRET), now, **more)


async def taken() -> bool:
    return True


async def test_a_genuine_webhook_is_stored_and_then_answered(way: Way) -> None:
    answer = await way.post(webhook("BOOKING_CREATED"))
    assert (answer.status_code, answer.json()) == (200, {"stored": True})
    assert await kept(way) == 1
    assert (await way.post(webhook("BOOKING_CREATED"))).status_code == 200
    assert await kept(way) == 1
    assert (await way.post(webhook("SOMETHING_UNKNOWN"))).status_code == 200
    assert await kept(way) == 2
    assert way.slack.calls == []


RAW = json.dumps(webhook("BOOKING_CREATED")).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Cal-Signature-256": ""},
        {"X-Cal-Signature-256": "no-secret-provided"},
        {"X-Cal-Signature-256": signed(RAW, "another")},
        {"X-Cal-Signature-256": signed(RAW, "")},
        {"X-Cal-Signature-256": "sha256=" + signed(RAW)},
        {"X-Cal-Signature-256": signed(RAW) + "0"},
        {"X-Cal-Signature-256": signed(RAW + b" ")},
        {"X-Cal-Signature-256": "é"},
    ],
)
async def test_anything_else_is_401(way: Way, headers: dict[str, str]) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    answer = await way.http.post("/webhooks/cal", content=RAW, headers=encoded)
    assert answer.status_code == 401
    assert await kept(way) == 0


@pytest.mark.parametrize("signature", [signed(RAW, ""), signed(RAW), "", "no-secret-provided"])
async def test_without_a_secret_nothing_is_taken(signature: str) -> None:
    with capture_logs() as logs:
        async with client(door(taken, secret="")) as http:
            answer = await http.post(
                "/webhooks/cal", content=RAW, headers={"X-Cal-Signature-256": signature}
            )
    assert answer.status_code == 401
    assert logs[0]["why"] == "no CAL_WEBHOOK_SECRET is configured"


@pytest.mark.parametrize("raw", [b"", b"{", b"a=b&c=d", b"\xff\xfe", b"[" * 200_000])
async def test_what_is_not_json_is_400(way: Way, raw: bytes) -> None:
    assert (await way.post(raw)).status_code == 400
    assert await kept(way) == 0


async def test_too_large_is_refused_before_it_has_all_come() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LARGEST:
            sent += 65_536
            yield b"x" * 65_536

    async with client(door(taken)) as http:
        answer = await http.post(
            "/webhooks/cal", content=endless(), headers={"Content-Length": "12"}
        )
    assert answer.status_code == 413
    assert sent <= LARGEST + 2 * 65_536


async def test_just_large_enough_is_read(way: Way) -> None:
    raw = b'"' + b"x" * (LARGEST - 2) + b'"'
    assert (await way.post(raw)).status_code == 200
    assert (await way.post(raw + b" ")).status_code == 413


async def test_a_slow_sender_is_cut_off() -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with client(door(taken, seconds=0.05)) as http:
        answer = await http.post("/webhooks/cal", content=slow())
    assert answer.status_code == 408


async def _broken() -> bool:
    raise ConnectionError("the store is away")


async def _hangs() -> bool:
    await asyncio.Event().wait()
    return True


@pytest.mark.parametrize("path", ["/webhooks/cal", "/webhooks/cal/an-address"])
@pytest.mark.parametrize("accept", [_broken, _hangs])
async def test_a_store_that_is_down_is_503_within_three_seconds(
    accept: Callable[[], Awaitable[bool]], path: str
) -> None:
    began = time.monotonic()
    with capture_logs():  # drawing a traceback takes long
        async with client(door(accept)) as http:
            signature = {"X-Cal-Signature-256": signed(RAW)}
            answer = await http.post(path, content=RAW, headers=signature)
    assert (answer.status_code, answer.json()) == (503, {"error": "could not be stored"})
    assert time.monotonic() - began < 3


async def test_other_methods_and_paths() -> None:
    async with client(door(taken)) as http:
        assert (await http.get("/webhooks/cal")).status_code == 405
        answer = await http.get("/nowhere")
        assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


async def test_neither_body_nor_signature_is_logged(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.http.post("/webhooks/cal", content=RAW, headers={"X-Cal-Signature-256": "5ecret"})
    assert "uidOfTheBooking" not in repr(way.logs)
    assert "wes@example.com" not in repr(way.logs)
    assert "5ecret" not in repr(way.logs)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside the checkout")
@pytest.mark.parametrize("secret", ["whsec_alice_secret", "v1secret"])
async def test_what_a_real_cal_com_signed(secret: str) -> None:
    """Bytes and signatures as they were received; the other secret's are refused."""
    async with client(door(taken, secret=secret)) as http:
        for path in RECORDINGS.glob("*.json"):
            recording = json.loads(path.read_text())
            headers = dict(recording["headers"])
            signature = next(v for k, v in headers.items() if k.lower() == "x-cal-signature-256")
            answer = await http.post(
                "/webhooks/cal",
                content=recording["raw_body"].encode(),
                headers={"X-Cal-Signature-256": signature},
            )
            check = recording["signature_check"]
            genuine = check["matches"] and check["secret"] == secret
            assert answer.status_code == (200 if genuine else 401), path.name
