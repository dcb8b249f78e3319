"""What Slack and Cal.com send, made of what the stand-ins tell, signed just before it is sent."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any, Never
from urllib.parse import urlencode

import httpx

from bot.sandbox.calcom import webhooks
from bot.sandbox.slack.delivery import HttpTransport
from bot.sandbox.slack.installed_app import InstalledApp
from tests.bench.load import encoded, send
from tests.subscribing import WEBHOOK_SECRET


async def _nowhere(_body: bytes, _headers: Mapping[str, str]) -> Never:
    raise ConnectionError("the local Slack only signs here; the bench sends")


SIGNER = HttpTransport(lambda: InstalledApp().signing_secret, _nowhere)


@dataclass(slots=True)
class StandIns:
    """The process with the local Slack and the local Cal.com."""

    http: httpx.AsyncClient

    async def commands(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Payloads of `/cal TEXT`, each with a `response_url` that works."""
        answer = await self.http.get("/bench/commands", params=[("text", text) for text in texts])
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    async def webhook(self) -> bytes:
        """The body of a booking that was made."""
        return (await self.http.get("/bench/webhook")).raise_for_status().content

    async def answered(self) -> int:
        """How many answers came back through a `response_url`."""
        told: int = (await self.http.get("/bench/answers")).raise_for_status().json()
        return told

    async def slack(self, seconds: float) -> None:
        """Let Slack take so long to post, and forget what was posted and counted so far."""
        answer = await self.http.post("/bench/slack", params={"seconds": seconds})
        answer.raise_for_status()

    async def posts(self, channels: Sequence[str]) -> list[tuple[float, str]]:
        """When what was posted in these channels (seconds since 1970)."""
        answer = await self.http.get("/bench/posts", params={"channels": ",".join(channels)})
        return [(at, text) for at, text in answer.raise_for_status().json()]

    async def slow(self, seconds: float) -> None:
        """Let Cal.com take so long for every answer."""
        answer = await self.http.post("/calcom/sandbox/faults", json={"slow": seconds})
        answer.raise_for_status()


def command(payload: dict[str, Any]) -> bytes:
    """One press, signed now."""
    body = urlencode(payload).encode()
    headers = SIGNER.signed(body) | {"content-type": "application/x-www-form-urlencoded"}
    return encoded("/slack/events", headers, body)


def bodies(template: bytes, number: int) -> list[bytes]:
    """So many, each of another booking: `uid` in its three places, and nothing else."""
    uid = str(json.loads(template)["payload"]["uid"]).encode()
    return [template.replace(uid, secrets.token_hex(11).encode()) for _ in range(number)]


def bookings(template: bytes, number: int) -> list[bytes]:
    """So many webhooks, each of another booking."""
    return [signed_webhook(body) for body in bodies(template, number)]


def signed_webhook(body: bytes) -> bytes:
    """One webhook as Cal.com sends it."""
    headers = {
        "content-type": "application/json",
        "x-cal-signature-256": webhooks.signature(WEBHOOK_SECRET, body),
        "x-cal-webhook-version": webhooks.VERSION,
        "user-agent": "node",
    }
    return encoded("/webhooks/cal", headers, body)


@dataclass(slots=True)
class Crowd:
    """People who look for open times while Cal.com is slow; `sent` is how many commands."""

    bot_url: str
    standins: StandIns
    answer_takes: float
    at_once: int = 20
    sharing: int = 4
    sent: int = 0
    answered_before: int = 0
    _seen: list[int] = field(default_factory=list)

    async def look(self) -> None:
        """Keep as many commands under way as there shall be, until cancelled.

        Four ask for the same week and share the bot's one request for it, so that Cal.com's limit
        a minute is kept, which else would end the waiting.
        """
        self.answered_before = await self.standins.answered()
        began = perf_counter()
        for number in count():
            due_at = began + number * self.answer_takes / self.at_once
            await asyncio.sleep(max(0.0, due_at - perf_counter()))
            text = f"slots intro in {number // self.sharing % 90 + 1} days"
            [payload] = await self.standins.commands([text])
            await send(self.bot_url, [command(payload)], connections=1, seconds=5)
            self.sent += 1

    async def watch(self) -> None:
        """Note now and then how many are under way, until cancelled."""
        await asyncio.sleep(self.answer_takes)
        while True:
            answered = await self.standins.answered() - self.answered_before
            self._seen.append(self.sent - answered)
            await asyncio.sleep(1)

    @property
    def under_way(self) -> float:
        """How many, on the average; 0 before anything was noted."""
        return sum(self._seen) / len(self._seen) if self._seen else 0.0


@asynccontextmanager
async def crowd(bot_url: str, standins: StandIns, answer_takes: float) -> AsyncIterator[Crowd]:
    """A crowd in front of a slow Cal.com, until the block is left."""
    [first] = await standins.commands(["slots intro"])
    before = await standins.answered()
    await send(bot_url, [command(first)], connections=1, seconds=5)
    async with asyncio.timeout(10):
        while await standins.answered() == before:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.05)
    await standins.slow(answer_takes)
    looking = Crowd(bot_url, standins, answer_takes)
    tasks = [asyncio.create_task(looking.look()), asyncio.create_task(looking.watch())]
    try:
        await asyncio.sleep(answer_takes)
        for task in tasks:
            if task.done():
                task.result()
        yield looking
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await standins.slow(0)
    for each in ended:
        if isinstance(each, Exception):
            raise each
