"""Both doors for Cal.com's webhooks: what is kept, what is refused; nothing stops the next one."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.domain.records import Level, Registration
from bot.store.tables import inbox
from bot.web.calcom_webhook import Addresses
from bot.web.limits import LARGEST
from tests.notifying import NOW, SECRET, START, Way, a_way, signed, webhook

ADDRESS = "an-address-that-nobody-can-guess"
OTHER = "another-address-of-ours"
BY_HAND, REGISTERED = "/webhooks/cal", f"/webhooks/cal/{ADDRESS}"


@dataclass
class Door:
    """One of the two, with what is behind it."""

    way: Way
    path: str
    secret: str

    @property
    def refusal(self) -> int:
        """How a signature that is not right is answered here."""
        return 401 if self.path == BY_HAND else 404

    async def post(self, body: Any, **more: Any) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.way.post(raw, **{"path": self.path, "secret": self.secret} | more)

    async def rows(self) -> list[tuple[str, str, str | None]]:
        """Of every row its account, its state and why nothing came of it."""
        query = select(inbox.c.account, inbox.c.state, inbox.c.error).order_by(inbox.c.id)
        async with self.way.store.database.statements() as connection:
            return [(row.account, row.state, row.error) for row in await connection.execute(query)]


@pytest.fixture(params=[BY_HAND, REGISTERED], ids=["by hand", "registered"])
async def door(request: pytest.FixtureRequest, chosen_url: str) -> AsyncIterator[Door]:
    async with a_way(chosen_url) as way:
        registrations = way.store.registrations
        await registrations.save(Registration(ADDRESS, "house", Level.USER, "its own secret"))
        await registrations.save(Registration(OTHER, "house", Level.ORGANIZATION, "the other's"))
        by_hand = request.param == BY_HAND
        yield Door(way, request.param, SECRET if by_hand else "its own secret")


def without(name: str) -> dict[str, Any]:
    body = webhook("BOOKING_CREATED", "uidWithoutSomething")
    del body["payload"][name]
    return body


TEST = {"type": "Test", "title": "Test trigger event", "attendees": [], "organizer": {}}
FLAT = {
    "triggerEvent": "MEETING_STARTED",
    "createdAt": "2026-11-01T00:00:00Z",
    "uid": "uidOfTheBooking1",
    "title": "Demo",
    "startTime": START.isoformat(),
    "endTime": START.isoformat(),
    "user": {"email": "alice@example.com"},
    "attendees": [{"email": "wes@example.com"}],
    "status": "accepted",
}
KEPT: dict[str, tuple[Any, str]] = {
    "flat": (FLAT, "done"),
    "no uid": (without("uid"), "ignored"),
    "no organizer": (without("organizer"), "done"),
    "no attendees": (without("attendees"), "done"),
    "no times": ({**webhook("BOOKING_CREATED"), "payload": {"uid": "x"}}, "done"),
    "no payload": ({"triggerEvent": "BOOKING_CREATED", "createdAt": "now"}, "ignored"),
    "payload is a list": ({"triggerEvent": "BOOKING_CREATED", "payload": [1]}, "ignored"),
    "a template's false": (b"false", "ignored"),
    "a template's words": ({"content": "Demo with Wes"}, "ignored"),
    "a list": ([webhook("BOOKING_CREATED")], "ignored"),
    "a test": ({**webhook("BOOKING_CREATED"), "payload": TEST}, "done"),
    "an old test": ({"triggerEvent": "PING", "payload": {}}, "done"),
    "an unknown trigger": (webhook("BOOKING_DANCED"), "ignored"),
    "a trigger that is no text": ({**webhook("BOOKING_CREATED"), "triggerEvent": 7}, "ignored"),
    "unknown fields": (webhook("BOOKING_CREATED", more={"a": [1]}, zzz=None), "done"),
    "lists for objects": (webhook("BOOKING_CREATED", organizer=[], responses=[]), "done"),
    "objects for lists": (webhook("BOOKING_CREATED", attendees={}), "done"),
    "numbers for texts": (webhook("BOOKING_CREATED", title=7, location=1.5), "done"),
    "a clock that is behind": (webhook("BOOKING_CREATED", minute=-600), "done"),
    "a clock that is ahead": (webhook("BOOKING_CREATED", minute=600), "done"),
}


@pytest.mark.parametrize("name", KEPT)
async def test_what_is_signed_and_json_is_kept(door: Door, name: str) -> None:
    body, state = KEPT[name]
    answer = await door.post(body)
    assert (answer.status_code, answer.json()) == (200, {"stored": True})
    assert (await door.post(webhook("BOOKING_CREATED", "uidOfTheNextOne1"))).status_code == 200
    await door.way.settle()
    rows = await door.rows()
    assert [row[:2] for row in rows] == [("house", state), ("house", "done")]
    assert any("Demo between Alice Martin and Wes" in m.text for m in door.way.shown())


REFUSED: dict[str, Any] = {
    "no signature": "",
    "no secret": "no-secret-provided",
    "another registration's": "of the other",
    "the other door's": "of the door",
    "a prefix": "sha256=",
    "not even hexadecimal": "é".encode(),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_signed_with_its_secret_is_refused(door: Door, name: str) -> None:
    raw = json.dumps(webhook("BOOKING_CREATED")).encode()
    wrong = "its own secret" if door.path == BY_HAND else SECRET
    values: dict[Any, Any] = {
        "of the other": signed(raw, "the other's"),
        "of the door": signed(raw, wrong),
        "sha256=": "sha256=" + signed(raw, door.secret),
    }
    headers: Any = {"X-Cal-Signature-256": values.get(REFUSED[name], REFUSED[name])}
    answer = await door.way.http.post(door.path, content=raw, headers=headers)
    assert answer.status_code == door.refusal
    assert await door.rows() == []
    assert (await door.post(raw)).status_code == 200


async def test_nobody_is_told_which_addresses_there_are(door: Door) -> None:
    """The same answer for what there is not and for what somebody cannot sign for."""
    answers = [
        await door.post(webhook("BOOKING_CREATED"), path=f"/webhooks/cal/{address}", secret=secret)
        for address in (ADDRESS, OTHER, "nobody's", "nobody's")
        for secret in ("a guess", "", SECRET)
    ]
    assert {(a.status_code, a.content) for a in answers} == {(404, b'{"error":"Not Found"}')}
    assert await door.rows() == []
    assert ADDRESS not in repr(door.way.logs)
    assert "its own secret" not in repr(door.way.logs)


@pytest.mark.parametrize("raw", [b"", b"{", b"a=b&c=d", b"\xff\xfe", b"[" * 200_000])
async def test_what_is_no_json_is_400(door: Door, raw: bytes) -> None:
    assert (await door.post(raw)).status_code == 400
    assert await door.rows() == []


async def test_a_repeated_body_is_kept_once_however_late(door: Door) -> None:
    """Cal.com's bodies carry no time that could be checked: the same one is the same event."""
    body = webhook("BOOKING_CREATED")
    assert (await door.post(body)).status_code == 200
    await door.way.settle()
    door.way.clock.advance(timedelta(days=1).total_seconds())
    assert (await door.post(body)).status_code == 200
    await door.way.settle()
    assert [state for _, state, _ in await door.rows()] == ["done"]
    assert len(door.way.shown()) == 1


async def test_up_to_one_mebibyte(door: Door) -> None:
    raw = b'"' + b"x" * (LARGEST - 2) + b'"'
    assert (await door.post(raw)).status_code == 200
    assert (await door.post(raw + b" ")).status_code == 413
    assert len(await door.rows()) == 1


async def test_who_hangs_up_leaves_nothing(door: Door) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"{"
        raise httpx.ReadError("gone")

    with pytest.raises(httpx.ReadError):
        await door.way.http.post(door.path, content=broken())
    assert await door.rows() == []
    assert (await door.post(webhook("BOOKING_CREATED"))).status_code == 200


async def test_slow_senders_hold_up_nobody(door: Door) -> None:
    begun, release = asyncio.Event(), asyncio.Event()
    raw = json.dumps(webhook("BOOKING_CREATED")).encode()

    async def slow() -> AsyncIterator[bytes]:
        begun.set()
        await release.wait()
        yield raw

    headers = {"X-Cal-Signature-256": signed(raw, door.secret)}
    late = asyncio.create_task(door.way.http.post(door.path, content=slow(), headers=headers))
    await begun.wait()
    assert (await door.post(webhook("BOOKING_CREATED", "uidOfAnotherOne"))).status_code == 200
    release.set()
    assert (await late).status_code == 200


async def test_only_posts_are_taken(door: Door) -> None:
    assert (await door.way.http.get(door.path)).status_code == 405


async def test_an_address_leads_to_its_account_for_a_minute_after_it_is_gone() -> None:
    async with a_way() as way:
        registrations = way.store.registrations
        await registrations.save(Registration(ADDRESS, "of-a-member", Level.USER, "its"))
        door = Door(way, REGISTERED, "its")
        assert (await door.post(webhook("BOOKING_CREATED"))).status_code == 200
        assert [account for account, _, _ in await door.rows()] == ["of-a-member"]
        await registrations.delete(ADDRESS)
        assert (await door.post(webhook("BOOKING_CREATED", "uidOfAnotherOne"))).status_code == 200
        way.clock.advance(61)
        assert (await door.post(webhook("BOOKING_CREATED", "uidOfAThirdOne1"))).status_code == 404


async def test_of_so_many_addresses_the_newest_are_known() -> None:
    asked: list[str] = []

    class Asked:
        async def at_address(self, address: str) -> Registration | None:
            asked.append(address)
            return None

    rows: Any = Asked()
    addresses = Addresses(rows, lambda: NOW, most=2)
    for address in ("a", "b", "b", "c", "c", "b", "a"):
        assert await addresses.at(address) is None
    assert asked == ["a", "b", "c", "a"]
