"""A reminder is posted only for a booking that still begins when it says."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.rules import Showing
from tests.notifying import BOOKINGS, START, Way, a_booking, a_way, moved, webhook


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running


async def reminded(way: Way) -> list[str]:
    """Ask for the reminder of a quarter of an hour, and see what is posted besides the card."""
    [seen] = await way.store.references.refer("house", [a_booking()])
    await way.store.outbox.remind(seen.ref, f"{START.isoformat()}/15", [Showing(BOOKINGS)])
    way.clock.at = START - timedelta(minutes=15)
    await way.settle()
    return [message.text.partition("\n")[0] for message in way.shown()[1:]]


async def test_it_is_posted_once(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    assert len(await reminded(way)) == 1
    assert len(await reminded(way)) == 1


async def test_not_for_what_is_off(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.settle()
    assert await reminded(way) == []


async def test_not_for_what_was_moved(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.post(moved("uidOfTheBooking2", "uidOfTheBooking1", 3, minute=1))
    await way.settle()
    assert await reminded(way) == []
