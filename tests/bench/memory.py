"""What the bot keeps in memory after so many webhooks, each of another booking."""

import asyncio
import time
from typing import Final

from tests.bench.load import send
from tests.bench.speaking import bookings
from tests.bench.stage import Stage
from tests.bench.webhooks import Backlog

AT_ONCE: Final = 500
"""So many are sent, and settled, before the next: the inbox is not what is weighed."""


async def measure(stage: Stage) -> None:
    """Over SQLite, settled by the worker in the same process; a channel hears of all of them."""
    path = stage.folder / "memory.db"
    backlog, template = Backlog(path), await stage.standins.webhook()
    done = 0
    with stage.bot(stage.database("memory")) as bot:
        await asyncio.sleep(1)
        for events in stage.plan.events:
            began = time.time()
            while done < events:
                number = min(AT_ONCE, events - done)
                made = bookings(template, number)
                await send(bot.url, made, connections=8, seconds=60)
                await backlog.work_off()
                done += number
            stage.report.figure(f"resident memory, after {events:,} events", bot.resident(), "MB")
            stage.report.figure("  and they took", time.time() - began, "s")
