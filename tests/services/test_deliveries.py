"""One message for one card and place, whatever Slack does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.domain.cards import Card
from bot.domain.records import Delivery, Posted
from bot.domain.rules import Place, Rule
from bot.sandbox.slack.injections import DROP
from bot.services.ports import Places
from bot.services.trying import TRIES, back_off
from tests.notifying import (
    BOOKINGS,
    TEAM,
    Way,
    a_booking,
    a_way,
    webhook,
)

LEADS = Place(TEAM, "C0LEADS")


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running
        assert running.slack.warnings == []


@pytest.mark.parametrize(
    ("answer", "after_effect"),
    [
        ("ratelimited", False),
        (429, False),
        ("internal_error", False),
        ("internal_error", True),
        (500, False),
        (500, True),
        (503, True),
        (DROP, False),
        (DROP, True),
        ("service_unavailable", False),
        ("token_revoked", False),
        ("invalid_blocks", False),
        ("some_new_error", False),
    ],
)
async def test_one_message_whatever_slack_does(
    way: Way, answer: str | int, after_effect: bool
) -> None:
    way.slack.refuse("chat.postMessage", answer, times=1, after_effect=after_effect)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    for _ in range(4):
        await way.later(65)
    [message] = way.shown()
    assert message.text.startswith("❌ Cancelled")


async def test_what_may_have_been_posted_is_not_looked_for_too_soon(way: Way) -> None:
    """Slack may carry it out after we have stopped waiting, and news of it may come meanwhile."""
    way.slack.refuse("chat.postMessage", DROP, times=1)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.later(4)
    assert len(way.calls("chat.postMessage")) == 1
    assert way.calls("conversations.history") == []
    await way.later(2)
    [message] = way.shown()
    assert message.text.startswith("❌ Cancelled")


async def test_retry_after_is_kept(way: Way) -> None:
    way.slack.refuse("chat.postMessage", 429, times=1, retry_after=30)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.later(29)
    assert len(way.calls("chat.postMessage")) == 1
    await way.later(3)
    assert len(way.shown()) == 1


async def test_an_unreachable_channel_is_set_aside_and_told_once(way: Way) -> None:
    await way.store.rules.save(Rule("r2", Place(TEAM, "C0RANDOM")))  # the bot was never invited
    way.slack.granted_scopes.discard("chat:write.public")
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    for _ in range(5):
        await way.later(600)
    [aside] = await way.store.outbox.aside(Place(TEAM, "C0RANDOM"))
    assert aside.why == "not_in_channel"
    [said] = way.logged("card_undeliverable")
    assert "/invite" in said["todo"]
    assert len(way.shown()) == 1


async def test_a_deleted_message_is_not_posted_again(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    way.shown()[0].deleted = True
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.settle()
    await way.later(600)
    assert way.shown() == []
    assert [call.get("thread_ts") is None for call in way.calls("chat.postMessage")] == [
        True,
        False,
    ]


async def test_a_card_that_slack_refuses_goes_out_as_text(way: Way) -> None:
    way.slack.refuse("chat.postMessage", "invalid_blocks", times=1)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    [message] = way.shown()
    assert (message.blocks, message.text.startswith("✅ Booked")) == ([], True)


async def test_without_the_history_scope_nobody_can_look(way: Way) -> None:
    for scope in ("channels:history", "groups:history", "im:history", "mpim:history"):
        way.slack.granted_scopes.discard(scope)
    way.slack.refuse("chat.postMessage", DROP, after_effect=True)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.later(65)
    assert len(way.shown()) == 2
    assert len(way.logged("cannot_look_for_lost_cards")) == 1


async def test_what_fails_for_no_known_reason_is_set_aside_in_the_end(way: Way) -> None:
    way.slack.refuse("chat.postMessage", "some_new_error", times=100)
    await way.post(webhook("BOOKING_CREATED"))
    for _ in range(TRIES + 3):
        await way.later(400)
    posts = [call["channel"] for call in way.calls("chat.postMessage")]
    assert posts.count("C0BOOKINGS") == TRIES
    [aside] = await way.store.outbox.aside(BOOKINGS)
    assert aside.why == "SlackApiError"


class Watched:
    """Counts how many messages are under way to each place at the same time; the first two wait
    for each other."""

    def __init__(self, inner: Places) -> None:
        self._inner = inner
        self._meeting = asyncio.Barrier(2)
        self._begun = 0
        self.now: Counter[Place] = Counter()
        self.most: Counter[Place] = Counter()

    async def post(self, delivery: Delivery) -> Posted:
        self.now[delivery.place] += 1
        self.most[delivery.place] = max(self.most[delivery.place], self.now[delivery.place])
        self._begun += 1
        try:
            if self._begun <= 2:
                async with asyncio.timeout(5):
                    await self._meeting.wait()
            return await self._inner.post(delivery)
        finally:
            self.now[delivery.place] -= 1

    async def remove(self, delivery: Delivery) -> None:
        await self._inner.remove(delivery)

    async def edit(self, delivery: Delivery) -> Posted:
        return await self._inner.edit(delivery)

    async def find(self, delivery: Delivery) -> Posted | None:
        return await self._inner.find(delivery)


async def test_places_do_not_wait_for_each_other(way: Way) -> None:
    """Two cards for one channel go one after the other, those for another beside them."""
    await way.store.rules.save(Rule("r2", LEADS))
    way.slack.channels["C0LEADS"].members.add(way.slack.app.bot_user_id)
    await way.post(webhook("BOOKING_CREATED"))
    await way.post(webhook("BOOKING_CREATED", "uidOfTheBooking2"))
    take = way.notifications()
    assert [await take.take_one() for _ in range(3)] == [True, True, False]
    watched = Watched(way.notifier())
    deliveries = way.deliveries(places=watched)
    while any(await asyncio.gather(*(deliveries.deliver_one() for _ in range(4)))):
        pass
    assert (len(way.shown()), len(way.shown("C0LEADS"))) == (2, 2)
    assert watched.most == {BOOKINGS: 1, LEADS: 1}


async def test_deliver_now_says_why_not(way: Way) -> None:
    way.slack.refuse("chat.postMessage", "is_archived", times=1)
    [seen] = await way.store.references.refer("house", [a_booking()])
    row = await way.store.outbox.show(seen.ref, Card(booking=a_booking()), BOOKINGS)
    error = await way.deliveries().deliver_now(row)
    assert error is not None
    assert error.code == "is_archived"
    assert await way.deliveries().deliver_now(row) is None


def test_back_off_doubles_to_five_minutes() -> None:
    assert [back_off(n, 1.0).total_seconds() for n in (0, 1, 2, 3, 9, 10, 500)] == [
        1, 1, 2, 4, 256, 300, 300
    ]  # fmt: skip
    assert back_off(3, 0.0).total_seconds() == 2


class Broken:
    """A places port that cannot do anything."""

    async def post(self, delivery: Delivery) -> Posted:
        raise RuntimeError("a bug")

    edit = post

    async def find(self, delivery: Delivery) -> Posted | None:
        return None

    async def remove(self, delivery: Delivery) -> None:
        raise RuntimeError("a bug")


async def test_a_bug_in_one_place_does_not_stop_the_loop(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.notifications().take_one()
    broken = way.deliveries(places=Broken())
    assert await broken.deliver_one()
    assert not await broken.deliver_one()
    await way.later(5)
    assert len(way.shown()) == 1
