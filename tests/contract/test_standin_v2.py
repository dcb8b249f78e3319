"""The local Cal.com answers API v2 as a real one did: status, keys, values, error texts, webhooks.

One ordered replay of all recorded exchanges; each has its own named test.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from operator import itemgetter
from typing import Any

import httpx
import pytest

from bot.sandbox.calcom.model import Busy, Calendar
from bot.sandbox.calcom.seed import BOB_KEY, seed_recordings
from tests.contract.standin_replay import RECORDINGS, Replay, differences

V2 = RECORDINGS / "v2"
pytestmark = pytest.mark.skipif(
    not V2.is_dir(), reason="the recordings are not beside the checkout"
)

_OLD = "the bot never asks in version 2024-04-15: the stand-in answers an outline of the old shape"
_CALENDAR = (
    "connecting calendars is done in Cal.com, not by the bot; the calendar is put in by hand"
)
LEFT_OUT = {
    "019-event-types-old-default-version": _OLD,
    "029-event-type-no-version-header": _OLD,
    "144-booking-old-version-ok": "the bot never books in version 2024-04-15: refused here",
    "172-bookings-no-version": _OLD,
    "173-bookings-old-version-with-filter": _OLD,
    "183-booking-get-no-version": _OLD,
    "313-bookings-2026-02-25-version": _OLD,
    "334-ics-feed-save": _CALENDAR,
    "345-ics-feed-save": _CALENDAR,
    "349-selected-calendar-add": _CALENDAR,
    "344-api-key-refresh-bad": "the bot never rotates somebody's key",
}
# Said in our own words: (exchange, difference it is allowed to have).
OWN_WORDS = ("355-calendars-unreachable", ".data.connectedCalendars[0].integration.description")
RACE = "295-race-4-bookings-same-slot"  # four at once, recorded without requests: a test of its own


async def _carol(replay: Replay) -> None:
    """Booking 1, and the webhook it sent, come from before the recordings."""
    replay.at("2026-11-23T00:25:17+00:00")
    await _book(replay, "2026-12-07T08:00:00Z", 1, "Carol")
    replay.received.clear()


async def _old_style(replay: Replay) -> None:
    """Booking 28 was made in the old version; here in the new one."""
    replay.at("2026-11-23T00:30:54+00:00")
    who = {"name": "Old Style", "email": "old@example.com", "timeZone": "Europe/Paris"}
    await _book(replay, "2026-12-16T10:00:00Z", 1, "Old Style", attendee=who)


async def _age(replay: Replay) -> None:
    """Booking 39 was moved into the past in the database."""
    booking = replay.world.bookings[-1]
    booking.start = booking.start.replace(year=2026, month=11, day=20)
    booking.end = booking.start + timedelta(minutes=30)


async def _spend_bobs_minute(replay: Replay) -> None:
    """The requests that used up bob's limit are not recorded."""
    replay.at("2026-11-23T00:36:35+00:00")
    for _ in range(120):
        await replay.client.get("/v2/me", headers={"Authorization": f"Bearer {BOB_KEY}"})


async def _race(replay: Replay) -> None:
    """Four bookings of one slot at once (295)."""
    replay.at("2026-11-23T00:59:33+00:00")
    # The first to arrive wins here; on the real server it was Racer2.
    names = ["Racer2", "Racer0", "Racer3", "Racer1"]
    asked = [_book(replay, "2027-01-07T09:00:00Z", 1, name) for name in names]
    answers = await asyncio.gather(*asked)
    recorded = json.loads((V2 / f"{RACE}.json").read_text())
    expected = sorted(((r["status"], r["body"]) for r in recorded), key=itemgetter(0))
    ours = sorted(((a.status_code, a.json()) for a in answers), key=itemgetter(0))
    replay.found[RACE] = []
    for (status, body), (our_status, our_body) in zip(expected, ours, strict=True):
        replay.found[RACE] += differences(status, our_status, replay.ids, "status")
        replay.found[RACE] += differences(body, our_body, replay.ids)


async def _drop_bad_receivers(replay: Replay) -> None:
    """The failing, the dead and the templated subscription were removed after their one booking."""
    for one in list(replay.world.subscriptions.values()):
        if one.url.endswith(("/fail", "/dead", "/template")):
            del replay.world.subscriptions[one.id]


async def _connect_calendar(replay: Replay) -> None:
    """What 345 and 349 did: alice's feed, with the dentist in it."""
    replay.at("2026-11-23T01:02:53+00:00")
    day = replay.now.replace(year=2027, month=1, day=19, minute=0, second=0)
    busy = Busy(day.replace(hour=9), day.replace(hour=11), "Dentist")
    url = "http://127.0.0.1:5604/busy.ics"
    replay.world.calendars[2] = Calendar(2, 101, url, replay.now, [busy])


async def _book(
    replay: Replay, start: str, event_type_id: int, name: str, **more: Any
) -> httpx.Response:
    who = {"name": name, "email": f"{name.lower()}@example.com", "timeZone": "America/New_York"}
    body = {"start": start, "eventTypeId": event_type_id, "attendee": who, **more}
    headers = {"cal-api-version": "2024-08-13", "Authorization": ""}
    return await replay.client.post("/v2/bookings", json=body, headers=headers)


# What happened to the real server beside the recorded exchanges, by the exchange it came before.
FIXUPS: dict[str, Callable[[Replay], Awaitable[None]]] = {
    "011-me": _carol,
    "144-booking-old-version-ok": _old_style,
    "259-bookings-status-past-one": _age,
    "284-ratelimit-429": _spend_bobs_minute,
    RACE: _race,
    "312-booking-create-unicode": _drop_bad_receivers,
    "345-ics-feed-save": _connect_calendar,
}


def _names() -> list[str]:
    return sorted(p.stem for p in V2.glob("*.json")) if V2.is_dir() else []


async def _replayed() -> Replay:
    replay = Replay("v2", seed_recordings)
    for name in _names():
        if name in FIXUPS:
            replay.cause = name
            await FIXUPS[name](replay)
        if name not in LEFT_OUT and name != RACE:
            await replay.exchange(name)
    return replay


@pytest.fixture(scope="module")
def replay() -> Replay:
    return asyncio.run(_replayed())


@pytest.mark.parametrize("name", [n for n in _names() if n not in LEFT_OUT])
def test_answers_as_recorded(replay: Replay, name: str) -> None:
    exchange, where = OWN_WORDS
    found = replay.found[name]
    assert [f for f in found if name != exchange or not f.startswith(where)] == []


def test_little_is_left_out() -> None:
    assert set(LEFT_OUT) <= set(_names())
    assert len(LEFT_OUT) < len(_names()) * 0.05


# The recorded receivers' files are numbered in the order of arrival: 1 to 56 and 78 to 97 come from
# exchanges of v2, the rest from the web app, the cron job and v1.
def _number(position: int) -> int:
    return position if position <= 56 else position + 21


HOOKS = sorted(p.name for p in (RECORDINGS / "webhooks").glob("*.json")) if V2.is_dir() else []
FROM_V2 = [h for h in HOOKS if int(h[:2]) <= 56 or int(h[:2]) >= 78]


@pytest.mark.parametrize("file", FROM_V2)
def test_sends_the_recorded_webhook(replay: Replay, file: str) -> None:
    recorded = json.loads((RECORDINGS / "webhooks" / file).read_text())
    arrived = [r for r in replay.received if ":5601/" in r.url]
    ours = {_number(n): r for n, r in enumerate(arrived, start=1)}[int(file[:2])]
    assert ours.cause.partition("-")[2] == recorded["caused_by"]
    assert ours.url.endswith(recorded["path"])
    assert differences(json.loads(recorded["raw_body"]), json.loads(ours.body), replay.ids) == []
    headers = {k.lower(): v for k, v in recorded["headers"]}
    for name in ("content-type", "x-cal-webhook-version", "user-agent"):
        assert {k.lower(): v for k, v in ours.headers.items()}[name] == headers[name]
    secret = recorded["signature_check"]["secret"]
    signed = hmac.new(secret.encode(), ours.body, hashlib.sha256).hexdigest()
    unsigned = headers["x-cal-signature-256"] == "no-secret-provided"
    assert ours.headers["X-Cal-Signature-256"] == ("no-secret-provided" if unsigned else signed)


def test_sends_no_webhook_too_many(replay: Replay) -> None:
    arrived = [r for r in replay.received if r.url.endswith("/hook")]
    causes = [r.cause for r in arrived]
    assert "253-guests-add" not in causes
    assert "254-location-patch" not in causes
    assert "261-mark-absent-past-host" not in causes


async def test_meetings_and_the_ping_say_what_was_recorded() -> None:
    """MEETING_STARTED, MEETING_ENDED and PING do not come from an exchange: key for key, alone."""
    replay = Replay("v2", seed_recordings)
    for name in _names():
        if name <= "011-me":
            await replay.exchange(name)
    replay.at("2026-11-23T00:29:50+00:00")
    await _book(replay, "2026-12-09T14:00:00Z", 7, "Judy", lengthInMinutes=60)
    replay.received.clear()
    replay.at("2026-12-09T15:00:00+00:00")
    await replay.world.tick()
    await replay.world.ping(next(iter(replay.world.subscriptions.values())))
    files = ("61-MEETING_STARTED", "59-MEETING_ENDED", "57-PING")
    for received, file in zip(replay.received, files, strict=True):
        recorded = json.loads((RECORDINGS / "webhooks" / f"{file}.json").read_text())
        ours = json.loads(received.body)
        found = differences(json.loads(recorded["raw_body"]), ours, replay.ids)
        moments = (".payload.startTime", ".payload.endTime", "uuid", "Uuid")
        assert [f for f in found if not f.split(" is ")[0].endswith(moments)] == []


@pytest.mark.parametrize("name", [n for n in _names() if LEFT_OUT.get(n) == _OLD])
async def test_a_wrong_version_answers_another_shape(name: str) -> None:
    """The same status and outermost keys, so that a client that forgot the header stumbles."""
    replay = Replay("v2", seed_recordings)
    for made in _names():
        if made <= "011-me":
            await replay.exchange(made)
    await _book(replay, "2026-12-09T08:00:00Z", 1, "Dave")
    recorded = json.loads((V2 / f"{name}.json").read_text())
    replay.ids.ours["9YS5fv872jxuRCaSjatiek"] = replay.world.bookings[0].uid
    answer = await replay.ask(recorded["request"])
    expected, ours = recorded["response"]["body"], answer.json()
    assert answer.status_code == recorded["response"]["status"]
    assert set(ours["data"]) <= set(expected["data"])
    assert next(iter(ours["data"])) in expected["data"]
