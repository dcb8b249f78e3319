"""From a webhook to the message in Slack: how long one takes, and how long two hundred do."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.rules import Place, Rule
from bot.sandbox.slack.installed_app import InstalledApp
from bot.store import migrate, open_store
from bot.worker import DELIVERERS
from tests.bench.comparing import quantile
from tests.bench.load import send
from tests.bench.processes import Server
from tests.bench.speaking import signed_webhook
from tests.bench.stage import Stage
from tests.bench.standins import CHANNELS, TEAM, now
from tests.tables import KEYS

SLACK_TAKES: Final = 0.1
ALONE: Final = 25
A_SECOND: Final = 20
"""So many channels get so many bookings a second in turn: each one of them less than the message
a second that Slack allows, or a single stall would stay in every time measured after it."""
ALL: Final = 900_000
"""The event type of which every channel hears."""
WITHIN: Final = 60.0


async def measure(stage: Stage) -> None:
    """With Slack answering in 100 ms: bookings for one channel each; one for 200 channels."""
    url = stage.database("deliveries")
    await _rules(url)
    template = await stage.standins.webhook()
    await stage.standins.slack(seconds=SLACK_TAKES)
    with stage.bot(url) as bot:
        await asyncio.sleep(1)  # it has learnt from Slack who it is
        lags = await _one_by_one(stage, bot, template)
        stage.report.figure("webhook to post, p50", quantile(lags, 0.5) * 1000, "ms")
        stage.report.figure("webhook to post, p99", quantile(lags, 0.99) * 1000, "ms")
        stage.report.figure(
            "webhook to post, p50, against Slack's own 100 ms",
            quantile(lags, 0.5) / SLACK_TAKES,
            "times",
        )
        await stage.standins.slack(seconds=SLACK_TAKES)
        fan_out = await _to_all(stage, bot, template)
    await stage.standins.slack(seconds=SLACK_TAKES)
    floor = await _floor(stage)
    stage.report.figure(f"one booking for {len(CHANNELS)} channels, to the last post", fan_out, "s")
    stage.report.figure(f"the same number by a bare client, {DELIVERERS} at once", floor, "s")
    stage.report.figure("the bot against it", fan_out / floor, "times")
    await stage.standins.slack(seconds=0)


async def _rules(url: str) -> None:
    """Every channel hears of an event type of its own, and all of one."""
    await migrate(url, KEYS)
    store = open_store(url, KEYS, clock=now)
    for number, channel in enumerate(CHANNELS):
        await store.rules.save(
            Rule(
                f"bench-{number}",
                Place(TEAM, channel),
                owner="U0ALICE",
                event_types=(_kind(number), ALL),
            )
        )
    await store.close()


def _kind(number: int) -> int:
    return ALL + 1 + number


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook that was sent: the name that its message will have, and when it was answered."""

    name: str
    at: float


async def _one_by_one(stage: Stage, bot: Server, template: bytes) -> list[float]:
    """How long each took, from the moment before it was sent, in seconds."""
    sent: list[Sent] = []
    began = time.time()
    total = ALONE * stage.plan.posts
    for number in range(total):
        await asyncio.sleep(max(0.0, began + number / A_SECOND - time.time()))
        sent.append(await _send(bot, template, _kind(number % ALONE), number))
    posted = await _posted(stage, CHANNELS[:ALONE], total)
    return [posted[each.name] - each.at for each in sent if each.name in posted]


async def _to_all(stage: Stage, bot: Server, template: bytes) -> float:
    """Seconds until the last of all channels has it."""
    sent = await _send(bot, template, ALL, 999_999)
    deadline = time.time() + WITHIN
    found: list[float] = []
    while len(found) < len(CHANNELS) and time.time() < deadline:
        await asyncio.sleep(0.2)
        posts = await stage.standins.posts(CHANNELS)
        found = [at for at, text in posts if sent.name in text]
    return max(found) - sent.at


async def _send(bot: Server, template: bytes, kind: int, number: int) -> Sent:
    told = json.loads(template)
    name = f"Guest {number:06}"
    body = template.replace(str(told["payload"]["uid"]).encode(), secrets.token_hex(11).encode())
    body = body.replace(b"Mira Novak", name.encode())
    body = re.sub(rb'"eventTypeId":\d+', b'"eventTypeId":%d' % kind, body)
    at = time.time()
    await send(bot.url, [signed_webhook(body)], connections=1, seconds=5)
    return Sent(name, at)


async def _posted(stage: Stage, channels: Sequence[str], total: int) -> dict[str, float]:
    """When each message was posted, by the guest's name, once all are there."""
    deadline = time.time() + WITHIN
    found: dict[str, float] = {}
    while len(found) < total and time.time() < deadline:
        await asyncio.sleep(0.2)
        for at, text in await stage.standins.posts(channels):
            if match := re.search(r"Guest \d{6}", text):
                found.setdefault(match[0], at)
    return found


async def _floor(stage: Stage) -> float:
    """Seconds for one short message to each channel."""
    client = AsyncWebClient(token=InstalledApp().bot_token, base_url=f"{stage.url}/api/")
    waiting = list(CHANNELS)
    began = time.time()

    async def posting() -> None:
        while waiting:
            await client.chat_postMessage(channel=waiting.pop(), text="the floor")

    async with asyncio.TaskGroup() as group:
        for _ in range(DELIVERERS):
            group.create_task(posting())
    return time.time() - began
