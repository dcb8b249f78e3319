"""What goes wrong in a storm: webhooks out of order, doubled and lost; Slack answering anything."""

import asyncio
import random
from collections.abc import Sequence
from typing import Final

import httpx

from bot.sandbox.slack.injections import DROP, Injection, Injections
from tests.chaos.histories import Webhook

LOST: Final = 0.1
DOUBLED: Final = 0.1
AT_ONCE: Final = 8
"""How many webhooks are on their way at the same time."""

SLACK: Final = (
    Injection(429, retry_after=1),
    Injection(500),
    Injection(500, after_effect=True),
    Injection("internal_error", after_effect=True),
    Injection(DROP),
    Injection(DROP, after_effect=True),
)
OFTEN: Final = 0.15
"""How many of the calls meet one of these."""
TOO_LATE: Final = 11.0
"""Seconds; the bot waits for ten, and what it asked for is done all the same."""


class Anything(Injections):
    """Slack has one of its days, until `over` is set."""

    def __init__(self, rng: random.Random, late: int) -> None:
        super().__init__()
        self._rng = rng
        self._late = late
        self.over = False

    def next_refusal(self, method: str, place: str = "") -> Injection | None:
        if self.over or not method.startswith("chat.") or self._rng.random() >= OFTEN:
            return None
        return self._rng.choice(SLACK)

    async def pause(self, method: str) -> None:
        """A few answers come too late."""
        may_be_late = self._late and not self.over and method.startswith("chat.")
        if may_be_late and self._rng.random() < 0.05:
            self._late -= 1
            await asyncio.sleep(TOO_LATE)


def stirred(webhooks: Sequence[Webhook], rng: random.Random) -> list[Webhook]:
    """The webhooks as they might arrive: shuffled, some twice, some not at all."""
    arriving = [each for each in webhooks if rng.random() >= LOST]
    arriving += [each for each in arriving if rng.random() < DOUBLED]
    rng.shuffle(arriving)
    return arriving


class Sender:
    """Sends webhooks as Cal.com does: once each, whatever the answer."""

    def __init__(self, urls: list[str], rng: random.Random) -> None:
        self.urls = urls
        self.answers: list[int] = []
        self._rng = rng

    async def send(self, arriving: Sequence[Webhook], seconds: float) -> None:
        """Send them all within about so many seconds."""
        waiting = list(arriving)[::-1]
        began, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
        total = len(waiting)

        async def sending(http: httpx.AsyncClient) -> None:
            while waiting:
                sent = total - len(waiting)
                await asyncio.sleep(max(0.0, began + seconds * sent / total - loop.time()))
                if waiting:
                    self.answers.append(await self._post(http, waiting.pop()))

        async with (
            httpx.AsyncClient(timeout=10, trust_env=False) as http,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(AT_ONCE):
                group.create_task(sending(http))

    async def _post(self, http: httpx.AsyncClient, webhook: Webhook) -> int:
        url = f"{self._rng.choice(self.urls)}/webhooks/cal"
        try:
            answer = await http.post(url, headers=webhook.headers, content=webhook.body)
        except httpx.HTTPError:
            return 0
        return answer.status_code
