"""A storm: webhooks stirred, Slack on one of its days, and processes that are killed in it."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import text

from bot.domain.rules import Place, Rule
from bot.sandbox.slack.limits import Limits
from bot.store import Store
from tests.chaos.histories import prepared
from tests.chaos.hurried import TIMES
from tests.chaos.trouble import Anything, Sender, stirred
from tests.chaos.truth import differences
from tests.processes.running import Launcher, eventually
from tests.processes.surroundings import HISTORY, Surroundings, now

POLLS: Final = "name LIKE 'poll:%'"
"""The turns in which Cal.com is asked what no webhook brought."""


@dataclass(frozen=True)
class Size:
    """How long a storm is; `CHAOS=full` asks for the long form."""

    webhooks: int
    channels: int
    seconds: float
    kill_every: float
    late: int
    """How many of Slack's answers come after the bot has given up waiting."""
    calm_within: float

    @classmethod
    def wanted(cls) -> "Size":
        if os.environ.get("CHAOS") == "full":
            return cls(2000, 20, 90.0, 6.0, 12, 600.0)
        return cls(160, 5, 12.0, 3.5, 1, 100.0)


@dataclass
class Storm:
    """Everything in one: `ruled`, start the processes, `polled_once`, `rage` and `calm`."""

    around: Surroundings
    store: Store
    launch: Launcher
    size: Size = field(default_factory=Size.wanted)
    rng: random.Random = field(default_factory=lambda: random.Random(int(time.time())))

    def __post_init__(self) -> None:
        slack = self.around.slack
        self.trouble = slack.injections = Anything(self.rng, self.size.late)
        self.trouble.over = True
        slack.granted_scopes |= HISTORY
        began = now()
        slack.limits = Limits(lambda: began + TIMES * (now() - began))
        self.channels = [f"C0STORM{number}" for number in range(self.size.channels)]
        for channel in self.channels:
            members = ["U0ALICE", slack.app.bot_user_id]
            slack.add_channel(channel.lower(), members, channel_id=channel)
        self.launch.program = "tests.chaos.hurried"
        seed = self.rng.randrange(10**9)
        print(f"the storm's seed is {seed}")
        self.history = prepared(self.around.cal, self.channels, seed)

    async def ruled(self) -> None:
        """Let every channel have the rule for its own event types."""
        for channel, kinds in self.history.kinds.items():
            place = Place(self.around.slack.team_id, channel)
            types = tuple(kind.id for kind in kinds)
            await self.store.rules.save(Rule(f"rule-{channel}", place, event_types=types))

    async def polled_once(self) -> None:
        """Cal.com was asked for the first time: what happens from here on is news."""
        query = f"SELECT 1 FROM turns WHERE {POLLS} AND CAST(state AS TEXT) LIKE '%\"looks\": 1%'"
        await eventually(lambda: self._ask(query))

    async def rage(self, urls: list[str], troubles: list[Callable[[], Awaitable[None]]]) -> None:
        """Let it all happen: the webhooks arrive, and every now and then one of the troubles."""
        await self.history.happen(self.size.webhooks)
        self.trouble.over = False
        arriving = stirred(self.history.webhooks, self.rng)
        sender = Sender(urls, self.rng)
        sending = asyncio.create_task(sender.send(arriving, self.size.seconds))
        while not sending.done():
            await asyncio.wait({sending}, timeout=self.size.kill_every)
            if not sending.done():
                await self.rng.choice(troubles)()
        await sending
        self.trouble.over = True
        self.answers = sender.answers
        print(f"they were answered {dict(Counter(sender.answers))}")
        print(f"{len(arriving)} webhooks arrived of {len(self.history.webhooks)} that were sent")

    async def calm(self, killed_at: float) -> list[str]:
        """Wait until every channel is right; returns what is not when the time is over.

        The claims of the dead are ended as time would end them, when nobody alive can have them.
        """
        deadline = time.time() + self.size.calm_within
        await asyncio.sleep(max(0.0, killed_at + 15 - time.time()))
        await self._bury()
        wrong = ["nothing was looked at"]
        while wrong and time.time() < deadline:
            await asyncio.sleep(0.5)
            if await self._is_quiet():
                wrong = await differences(self.history, self.around.slack, self.store)
                if wrong:
                    await self._write(
                        "UPDATE turns SET due_at = '2000-01-01' WHERE name LIKE 'poll:%'"
                    )
                    await asyncio.sleep(2)
        return wrong

    async def _bury(self) -> None:
        """A minute later: what the killed ones had claimed is free, and it is time to look."""
        await self._write(
            "UPDATE outbox SET lease_until = '2000-01-01' WHERE lease_until IS NOT NULL"
        )
        await self._write(
            "UPDATE inbox SET due_at = received_at WHERE state = 'waiting' AND tries > 0"
        )
        await self._write(
            "UPDATE turns SET due_at = '2000-01-01', lease_until = NULL WHERE name LIKE 'poll:%'"
        )

    async def _is_quiet(self) -> bool:
        waiting = "SELECT 1 FROM inbox WHERE state = 'waiting'"
        behind = "SELECT 1 FROM outbox WHERE version < wanted AND state = 'waiting'"
        return not (await self._ask(waiting) or await self._ask(behind))

    async def _ask(self, query: str) -> list[Any]:
        async with self.store.database.statements() as connection:
            return list(await connection.execute(text(query)))

    async def _write(self, statement: str) -> None:
        async with self.store.database.statements() as connection:
            await connection.execute(text(statement))
