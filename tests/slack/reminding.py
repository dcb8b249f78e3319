"""Rules that remind and digest, and a second process over the same store, for tests."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select

from bot.bootstrap import Bot, Outside, assembled
from bot.domain.cards import DigestCard
from bot.domain.rules import Place, Rule
from bot.sandbox.calcom import rescheduling
from bot.sandbox.calcom.cancelling import Cancellation, cancel
from bot.sandbox.slack.messages import Message
from bot.store.snapshots import loaded
from bot.store.tables import cards, outbox
from tests.harness import ALICE, Rig, no_sleep
from tests.subscribing import WEBHOOK_SECRET

GENERAL, RANDOM = "C0GENERAL", "C0RANDOM"


async def a_rule(bot: Rig, rule_id: str = "r1", channel: str = GENERAL, **more: Any) -> Rule:
    """A rule that announces nothing by itself, in a channel where the bot is."""
    due = more.pop("due", None)
    rule = Rule(rule_id, Place(bot.slack.team_id, channel), **({"news": ()} | more))
    if channel in bot.slack.channels:
        bot.slack.channels[channel].members.add(bot.slack.app.bot_user_id)
    await bot.bot.store.rules.save(rule, digest_at=due)
    return rule


def posted(bot: Rig, channel: str = "general") -> list[Message]:
    """What the bot has posted there."""
    return [each for each in bot.seen(ALICE, channel) if each.user == bot.slack.app.bot_user_id]


async def move(bot: Rig, start: datetime) -> None:
    """The newest booking is moved by somebody else."""
    wish = rescheduling.Move(start, "later", None)
    await rescheduling.reschedule(bot.cal, bot.cal.bookings[-1], wish)


async def call_off(bot: Rig) -> None:
    await cancel(bot.cal, bot.cal.bookings[-1], Cancellation("no need any more"))


@asynccontextmanager
async def another_process(bot: Rig) -> AsyncIterator[Bot]:
    """One more over the same store; its Cal.com is out of reach."""
    nowhere = httpx.MockTransport(_unreachable)
    async with httpx.AsyncClient(transport=nowhere) as http:
        outside = Outside(clock=bot.clock, cal_http=http, sleep=no_sleep)
        async with assembled(bot.bot.settings, outside) as other:
            yield other


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no connection")


async def told(bot: Rig, start: datetime, number: int = 1, **more: Any) -> None:
    """Cal.com says that Alice is booked; `said_at` is when it said so, `trigger` how."""
    said_at, trigger = more.pop("said_at", bot.clock()), more.pop("trigger", "BOOKING_CREATED")
    payload = {
        "uid": f"uidOfBooking{number}",
        "title": f"Intro call {number}",
        "startTime": start.isoformat(),
        "endTime": (start + timedelta(minutes=30)).isoformat(),
        "organizer": {"name": "Alice Martin", "email": "alice@example.com", "timeZone": "UTC"},
        "attendees": [{"name": "Wes Wood", "email": "wes@wood.example", "timeZone": "UTC"}],
        "status": "ACCEPTED",
    }
    body = {"triggerEvent": trigger, "createdAt": said_at.isoformat(), "payload": payload | more}
    raw = json.dumps(body).encode()
    signed = hmac.new(WEBHOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Cal-Signature-256": signed}
    answer = await bot.http.post("/webhooks/cal", content=raw, headers=headers)
    assert answer.status_code == 200


async def waiting(bot: Rig) -> list[Any]:
    """The rows of the outbox that nobody has delivered yet."""
    async with bot.bot.store.database.statements() as connection:
        found = await connection.execute(select(outbox).where(outbox.c.version < outbox.c.wanted))
        return list(found)


async def digests(bot: Rig) -> list[tuple[str, DigestCard]]:
    """The digests that were told, in their order, and where."""
    query = (
        select(outbox.c.place, cards.c.body)
        .join(cards, cards.c.ref == outbox.c.ref)
        .where(cards.c.kind == "digest")
        .order_by(outbox.c.id)
    )
    async with bot.bot.store.database.statements() as connection:
        rows = await connection.execute(query)
        return [(row.place, loaded(DigestCard, row.body)) for row in rows]
