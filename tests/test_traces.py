"""One word names a webhook in every line of the log, from the door to Slack's call."""

import hashlib
from collections.abc import AsyncIterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.domain.cards import NoticeCard
from bot.domain.events import Notice, Trigger
from bot.domain.rules import Showing
from tests.harness import DAVE, Rig
from tests.notifying import BOOKINGS, Way, a_way, webhook
from tests.slack.flows import book

Lines = list[MutableMapping[str, Any]]


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    """The log with what is bound to it, as `logs` writes it."""
    with capture_logs(processors=[merge_contextvars]) as captured:
        yield captured


@pytest.fixture
async def way(lines: Lines, chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        # The outer capture is the one that knows what is bound.
        with capture_logs(processors=[merge_contextvars]) as running.logs:
            yield running


def of(lines: Lines, trace: str) -> list[str]:
    return [line["event"] for line in lines if line.get("trace") == trace]


async def test_a_webhook_is_followed_to_its_card_and_its_edit(way: Way) -> None:
    bodies = [webhook("BOOKING_CREATED"), webhook("BOOKING_CANCELLED", minute=1)]
    traces = []
    for body in bodies:
        answer = await way.post(body)
        traces.append(hashlib.sha256(b"house\0" + answer.request.content).hexdigest()[:12])
        way.clock.advance(2)
        await way.settle()
    assert of(way.logs, traces[0]) == ["webhook_stored", "webhook_settled", "card_posted"]
    assert of(way.logs, traces[1]) == [
        "webhook_stored",
        "webhook_settled",
        "card_edited",
        "note_posted",
    ]
    [posted] = way.logged("card_posted")
    assert (posted["place"], posted["version"], posted["lag_ms"]) == ("C0BOOKINGS", 1, 2000)
    [edited] = way.logged("card_edited")
    assert edited["delivery"] == posted["delivery"]
    assert (edited["version"], edited["lag_ms"], edited["log_level"]) == (2, 2000, "info")


async def test_it_is_followed_through_trouble(way: Way) -> None:
    way.slack.refuse("chat.postMessage", 503, times=1)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.later(65)
    [stored] = way.logged("webhook_stored")
    assert of(way.logs, stored["trace"]) == [
        "webhook_stored",
        "webhook_settled",
        "delivery_put_back",
        "card_posted",
    ]


async def test_what_no_webhook_asked_for_has_its_own_key(way: Way) -> None:
    notice = NoticeCard(Notice(Trigger.OOO_CREATED, "n", "Away"))
    later = Showing(BOOKINGS, not_before=way.clock() + timedelta(seconds=60))
    await way.store.outbox.tell("digest:r1:monday", notice, [later])
    await way.later(61)
    [posted] = way.logged("card_posted")
    assert posted["trace"] == "digest:r1:monday"
    assert posted["lag_ms"] == 1000, "since it was to be there"


async def test_slacks_own_call_has_it(bot: Rig, lines: Lines) -> None:
    """Through the whole bot: the same word stands beside the request that left."""
    booking = await book(bot)
    [posted] = [line for line in lines if line["event"] == "card_posted"]
    sent = [
        line["method"]
        for line in lines
        if line["event"] == "slack_request" and line.get("trace") == posted["trace"]
    ]
    assert "chat.postMessage" in sent
    told = [line for line in lines if line["log_level"] != "debug"]
    for private in (booking.uid, "dave@", "Dave Okoro"):
        assert [line for line in told if private in str(line)] == []
    assert [line for line in told if line["event"] == "card_posted" and DAVE in str(line)] == []
