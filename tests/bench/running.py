"""The whole run, in order."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.bench import commands, deliveries, memory, plenty, webhooks, workspaces
from tests.bench.comparing import Plan
from tests.bench.processes import serving
from tests.bench.report import Report, Say
from tests.bench.speaking import StandIns
from tests.bench.stage import Stage

STANDINS = ("tests.bench.standins",)


async def run(plan: Plan, title: str, say: Say, *, cal_takes: float = 5.0) -> None:
    """Measure everything, and print it.

    Args:
        plan: How long.
        title: Says in the heading which form this is.
        say: Prints a line.
        cal_takes: Seconds of a slow Cal.com's answer.
    """
    report = Report(say)
    report.begin(title)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="calbot-bench-")))
        url = stack.enter_context(serving(STANDINS, folder, {}, ready="/bench/alive")).url
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
        stage = Stage(plan, report, folder, url, StandIns(http), cal_takes)
        await _one_bot(stage)
        await webhooks.over_postgresql(stage)
        report.section("From a webhook to Slack, which takes 100 ms to post")
        await deliveries.measure(stage)
        report.section("What one webhook costs with many rules, and many bookings")
        await plenty.measure(stage)
        report.section("What a request reads, with many workspaces")
        await workspaces.measure(stage)
        report.section("Memory")
        await memory.measure(stage)
    report.end()


async def _one_bot(stage: Stage) -> None:
    """A bot over SQLite from its first start to its last webhook, and started once more."""
    report, path = stage.report, stage.folder / "bot.db"
    memory: dict[str, float | None] = {}
    with stage.bot(stage.database("bot")) as bot:
        first = bot.started_in
        await asyncio.sleep(1)  # whatever it does at its start is over
        memory["idle"] = bot.resident()
        report.section("/cal help, signed, until it is acknowledged")
        await commands.measure(stage, bot)
        memory["after the commands"] = bot.resident()
        report.section("Webhooks, signed and distinct, until they are accepted")
        await webhooks.over_sqlite(stage, bot, path)
        memory["after the webhooks"] = bot.resident()
    with stage.bot(stage.database("bot")) as bot:
        second = bot.started_in
    report.figure("from start to the first 200, empty database", first, "s")
    report.figure("from start to the first 200, database up to date", second, "s")
    for when, told in memory.items():
        report.figure(f"resident memory, {when}", told, "MB")
