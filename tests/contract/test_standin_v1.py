"""The local Cal.com answers API v1 as a real one did: status, keys, values, error texts, webhooks.

One ordered replay of all recorded exchanges; each has its own named test.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

import pytest

from bot.sandbox.calcom.seed import seed_recordings
from bot.sandbox.calcom.world import World
from tests.contract.standin_replay import RECORDINGS, Ids, Replay, differences

V1 = RECORDINGS / "v1"
pytestmark = pytest.mark.skipif(
    not V1.is_dir(), reason="the recordings are not beside the checkout"
)

LEFT_OUT = {
    "097-unknown-route": "the web server's own page, not the API's: a test of its own",
}
# Said in our own words: (exchange, difference it is allowed to have).
OWN_WORDS = ("046-booking-empty", ".message")

NUMBERED_APART = "019-schedules"  # the rows of working hours would be taken for bookings


def _seed(world: World) -> None:
    """As for v2, without the limit, which the recorded server had none of."""
    seed_recordings(world)
    for user in world.users.values():
        user.v1_rate_limit = 1000


def _names() -> list[str]:
    return sorted(p.stem for p in V1.glob("*.json")) if V1.is_dir() else []


async def _replayed() -> Replay:
    replay = Replay("v1", _seed)
    for name in _names():
        if name in LEFT_OUT:
            continue
        ids = replay.ids
        if name == NUMBERED_APART:
            replay.ids = Ids()
        await replay.exchange(name)
        replay.ids = ids
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


# The recorded receivers' files 63 to 77 are those of v1, numbered in the order of arrival.
HOOKS = sorted(p.name for p in (RECORDINGS / "webhooks").glob("*.json")) if V1.is_dir() else []
FROM_V1 = [h for h in HOOKS if 63 <= int(h[:2]) <= 77]


@pytest.mark.parametrize("file", FROM_V1)
def test_sends_the_recorded_webhook(replay: Replay, file: str) -> None:
    recorded = json.loads((RECORDINGS / "webhooks" / file).read_text())
    ours = replay.received[int(file[:2]) - 63]
    assert f"v1 {ours.cause.partition('-')[2]}" == recorded["caused_by"]
    assert ours.url.endswith(recorded["path"])
    assert differences(json.loads(recorded["raw_body"]), json.loads(ours.body), replay.ids) == []
    theirs = {k.lower(): v for k, v in recorded["headers"]}
    headers = {k.lower(): v for k, v in ours.headers.items()}
    for name in ("content-type", "user-agent"):
        assert headers[name] == theirs[name]
    assert "x-cal-webhook-version" not in headers.keys() | theirs.keys()
    secret = recorded["signature_check"]["secret"].encode()
    signed = hmac.new(secret, ours.body, hashlib.sha256).hexdigest()
    assert headers["x-cal-signature-256"] == signed


def test_sends_no_webhook_too_many(replay: Replay) -> None:
    assert len(replay.received) == 15


async def test_an_unknown_route_is_a_page(replay: Replay) -> None:
    recorded = json.loads((V1 / "097-unknown-route.json").read_text())
    answer = await replay.ask(recorded["request"])
    assert answer.status_code == recorded["response"]["status"] == 404
    theirs = {k.lower(): v for k, v in recorded["response"]["headers"]}
    assert answer.headers["content-type"] == theirs["content-type"]
    assert not [name for name in answer.headers if name.startswith("x-")]
