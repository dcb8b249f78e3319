"""Our own count of a minute's requests with one key."""

from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calcom.api import connect
from bot.calcom.limits import Window
from bot.domain.errors import RateLimited, UnknownOutcome
from tests.calcom.calcom_script import KEY, REQUEST, Script, Step, Time, booking, http_for, ok, v2

ME = ok({"id": 1, "username": "host", "email": "host@example.com"})


async def test_a_full_minute_is_refused_without_sending() -> None:
    time, script = Time(), Script([ME])
    client = v2(script, time)
    started = time()
    for _ in range(114):  # six of the 120 are kept back
        await client.me()

    with pytest.raises(RateLimited) as caught:
        await client.me()

    assert caught.value.until == started + timedelta(seconds=60)
    assert len(script.asked) == 114
    assert time.slept == []


async def test_a_short_wait_is_waited() -> None:
    time, script = Time(), Script([ME])
    client = v2(script, time)
    for _ in range(114):
        await client.me()
    time.now += timedelta(seconds=58.5)

    await client.me()

    assert time.slept == [1.5]
    assert len(script.asked) == 115


async def test_looking_for_a_lost_booking_has_places_of_its_own() -> None:
    """The create is the last ordinary request of the minute."""
    steps: list[Step] = [ME] * 113
    mine = booking(metadata={"calbot": "attempt-1"})
    script = Script([*steps, httpx.ReadError("cut"), ok([mine])])
    client = v2(script)
    for _ in range(113):
        await client.me()

    assert (await client.create(REQUEST))[0].uid == "an-uid"
    with pytest.raises(RateLimited):
        await client.me()


async def test_everybody_with_the_same_key_shares_the_minute() -> None:
    time, script = Time(), Script([ME])
    http = http_for(script)
    one, same, other = (
        connect("https://cal.test/v2", key, http=http, clock=time, limit_per_minute=10)
        for key in (KEY, KEY, "another")
    )
    for _ in range(7):
        await one.me()

    with pytest.raises(RateLimited):
        await same.me()
    await other.me()


async def test_v1_has_its_own_smaller_limit() -> None:
    time, script = Time(), Script([httpx.Response(200, json={"event_types": []})])
    client = connect("https://cal.test/v1", KEY, http=http_for(script), clock=time)
    for _ in range(26):
        await client.event_types()
    with pytest.raises(RateLimited):
        await client.event_types()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset-Default": "42"}, 42),
        ({"X-RateLimit-Reset-Short": "5", "X-RateLimit-Reset-Default": "7"}, 7),
        ({"X-RateLimit-Reset": "1795393830"}, 30),  # an epoch
        ({"X-RateLimit-Reset": "1795393830000"}, 30),  # v1: in milliseconds
        ({"Retry-After": "9"}, 9),
        ({}, 60),
        ({"X-RateLimit-Reset-Default": "soon"}, 60),
        ({"X-RateLimit-Reset-Default": "nan"}, 60),
        ({"X-RateLimit-Reset-Default": "-5"}, 60),
        ({"X-RateLimit-Reset-Default": "99999"}, 60),
    ],
)
async def test_a_429_blocks_until_its_reset(headers: dict[str, str], seconds: int) -> None:
    time = Time()
    script = Script([httpx.Response(429, headers=headers), ME])
    client = v2(script, time)

    with pytest.raises(RateLimited) as caught:
        await client.me()
    assert caught.value.until == time() + timedelta(seconds=seconds)

    time.now += timedelta(seconds=seconds - 3)
    with pytest.raises(RateLimited):
        await client.me()
    assert len(script.asked) == 1

    time.now += timedelta(seconds=3)
    await client.me()
    assert len(script.asked) == 2


async def test_a_block_leaves_the_outcome_unknown() -> None:
    script = Script([httpx.ReadError("cut"), httpx.Response(429)])
    with pytest.raises(UnknownOutcome):
        await v2(script).create(REQUEST)
    assert len(script.asked) == 2


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=60), st.integers(1, 8))
async def test_no_minute_ever_has_more_than_the_limit(pauses: list[float], limit: int) -> None:
    time = Time()
    window = Window(limit, time, time.sleep)
    sent = []
    for pause in pauses:
        time.now += timedelta(seconds=pause)
        try:
            await window.enter(reserved=True)
        except RateLimited:
            continue
        sent.append(time())
    for moment in sent:
        minute = [m for m in sent if moment <= m < moment + timedelta(seconds=60)]
        assert len(minute) <= limit
