"""The process dies in the middle; another one comes when the lease is over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.rules import Place, Rule
from tests.notifying import (
    NOW,
    TEAM,
    Way,
    a_way,
    moved,
    webhook,
)

LEADS = Place(TEAM, "C0LEADS")


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running
        assert running.slack.warnings == []


class Mortal:
    """A port whose process dies just before or just after its nth call."""

    def __init__(self, port: Any, lives: list[int]) -> None:
        self._port = port
        self._lives = lives

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._port, name)

        async def call(*args: Any, **more: Any) -> Any:
            self._breathe()
            answer = await method(*args, **more)
            self._breathe()
            return answer

        return call

    def _breathe(self) -> None:
        self._lives[0] -= 1
        if self._lives[0] == 0:
            raise asyncio.CancelledError


async def run_until_killed(way: Way, lives: int) -> bool:
    """Whether the process died before all was done."""
    left = [lives]
    take = way.notifications(Mortal(way.store.inbox, left))
    notifier = Mortal(way.notifier(), left)
    deliver = way.deliveries(Mortal(way.store.outbox, left), notifier)
    try:
        while await take.take_one() or await deliver.deliver_one():
            pass
    except asyncio.CancelledError:
        return True
    return False


def story(name: str, number: int, minute: float) -> list[dict[str, Any]]:
    """What Cal.com tells of one more booking, from that minute on."""
    uid = f"uidOfTheBooking{number}"
    created = webhook("BOOKING_CREATED", uid, minute=minute)
    if name == "created":
        return [created]
    return [created, moved(f"{uid}moved", uid, 2, minute=minute + 2)]


@pytest.mark.parametrize(
    ("name", "expected"), [("created", "✅ Booked"), ("moved", "🔁 Rescheduled")]
)
async def test_killed_anywhere_it_is_one_message_and_right(
    way: Way, name: str, expected: str
) -> None:
    """Dies at every await in turn; another worker comes when the lease is over."""
    await way.store.rules.save(Rule("r2", LEADS))
    way.slack.channels["C0LEADS"].members.add(way.slack.app.bot_user_id)
    lives, killed = 0, True
    while killed:
        lives += 1
        for body in story(name, lives, (way.clock() - NOW) / timedelta(minutes=1)):
            await way.post(body)
        killed = await run_until_killed(way, lives)
        for _ in range(3):
            await way.later(61)
        for channel in ("C0BOOKINGS", "C0LEADS"):
            headlines = [m.text.split(":")[0] for m in way.shown(channel)]
            assert headlines == [expected] * lives
    assert lives > 15


async def test_killed_and_edited_meanwhile(way: Way) -> None:
    """It died after posting; before it comes back the booking is cancelled."""
    await way.post(webhook("BOOKING_CREATED"))
    await way.notifications().take_one()
    assert await run_until_killed(way, 4)  # claimed, posted, dead
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.later(61)
    [message] = way.shown()
    assert message.text.startswith("❌ Cancelled")
