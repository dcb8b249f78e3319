"""The bench itself works; what it measures is not judged here."""

import re

import pytest

from tests.bench.comparing import LEAST
from tests.bench.running import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

COMPARED = (
    "1 connection, idle",
    "8 connections, idle",
    "1 connection, Cal.com answering after 0.2 s",
    "8 connections, Cal.com answering after 0.2 s",
    "SQLite, 8 connections",
    "SQLite, without the worker, 8 connections",
)
FIGURES = (
    "/cal slots under way meanwhile",
    "settled by its worker when no more come in",
    "from start to the first 200, empty database",
    "from start to the first 200, database up to date",
    "resident memory, idle",
    "resident memory, after the commands",
    "resident memory, after the webhooks",
    "webhook to post, p50",
    "webhook to post, p99",
    "one booking for 200 channels, to the last post",
    "the bot against it",
    "resident memory, after 40 events",
)
COSTS = (
    "4 rules",
    "6 rules",
    "6 rules and 20 bookings",
    "claim, 200 places",
    "claim, 200 places, 4 busy",
    "claim, 2,000 places",
    "claim, 2,000 places, 4 busy",
    "claim, 200 places, 4 busy, 20 for one",
)


async def test_every_figure_is_printed() -> None:
    said: list[str] = []
    await run(LEAST, "smoke test", said.append, cal_takes=0.2)
    compared = COMPARED if "PostgreSQL: none" in "\n".join(said) else (*COMPARED, "PostgreSQL, 8")
    for name in compared:
        at = next(n for n, line in enumerate(said) if line.startswith(f"  {name}"))
        ratios, absolute = said[at + 1 : at + 4], said[at + 4 : at + 10]
        assert re.fullmatch(r" +against .+", ratios[0])
        assert re.match(r" +rate +x [\d.]+ +\([\d.]+ to [\d.]+\)", ratios[1])
        assert re.match(r" +p50 +x [\d.]+ +\([\d.]+ to [\d.]+\)", ratios[2])
        assert any(re.search(r"bot +\d+ a second +p50 +[\d.]+ ms", line) for line in absolute)
    databases = ("SQLite",) if len(compared) == len(COMPARED) else ("SQLite", "PostgreSQL")
    for name in (*FIGURES, *(f"{where}, {name}" for where in databases for name in COSTS)):
        assert any(re.match(rf"  {name} +([\d.]+ \w+|not measured)", line) for line in said)
    assert "How to read it" in said[-1]
