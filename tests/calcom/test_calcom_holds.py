"""Times that are held: for how long, and for longer."""

from datetime import UTC, datetime

import pytest

from bot.domain.errors import NotFound
from bot.domain.slots import Hold
from tests.calcom.calcom_script import START, Script, ok, said, v2

RESERVED = {
    "reservationUid": "r",
    "slotStart": "2026-12-09T08:00:00.000Z",
    "reservationUntil": "2026-11-23T01:30:00.000Z",
}
BARE = {"eventTypeId": 5, "slotStart": "2026-12-09T08:00:00Z"}


async def test_a_time_is_held_for_as_long_as_the_server_lets_us_say() -> None:
    script = Script([ok(RESERVED, 201)])
    held = await v2(script).hold(5, START, length=60, minutes=60)
    assert script.sent() == BARE | {"slotDuration": 60, "reservationDuration": 60}
    assert held.until == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def test_who_does_not_host_it_holds_it_for_the_usual_time() -> None:
    script = Script([said(403, "you do not host it"), ok(RESERVED, 201)])
    await v2(script).hold(5, START, minutes=60)
    assert script.sent() == BARE | {"reservationDuration": 60}
    assert script.sent(1) == BARE


async def test_what_is_held_is_held_for_longer() -> None:
    script = Script([ok(RESERVED), said(403, "you do not host it"), ok(RESERVED)])
    client, held = v2(script), Hold("r", START, START)
    assert await client.prolong(held, 5, minutes=60) == await client.prolong(held, 5, minutes=60)
    assert script.log == ["PATCH /v2/slots/reservations/r"] * 3
    assert script.sent(1) == BARE | {"reservationDuration": 60}
    assert script.sent(2) == BARE


async def test_what_is_held_no_more_cannot_be_prolonged() -> None:
    with pytest.raises(NotFound):
        await v2(Script([said(404, "not there")])).prolong(Hold("r", START, START), 5)
