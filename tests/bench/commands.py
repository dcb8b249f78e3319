"""How soon `/cal help` is acknowledged, against bare Bolt."""

from tests.bench.comparing import Side, compare
from tests.bench.processes import Server
from tests.bench.report import Aims
from tests.bench.speaking import command, crowd
from tests.bench.stage import Stage

DIFFERENT = 100
"""So many different presses take turns."""
AIMS = {1: Aims(p50=0.2), 8: Aims(rate=1.6)}
"""By the number of connections."""


async def measure(stage: Stage, bot: Server) -> None:
    """Idle, and while people wait for a Cal.com that is slow."""
    with stage.floor("bolt") as floor:
        await _compare(stage, bot, floor, "idle")
        async with crowd(bot.url, stage.standins, stage.cal_takes) as looking:
            await _compare(stage, bot, floor, f"Cal.com answering after {stage.cal_takes:g} s")
        stage.report.figure("/cal slots under way meanwhile", looking.under_way, "on average")


async def _compare(stage: Stage, bot: Server, floor: Server, state: str) -> None:
    payloads = await stage.standins.commands(["help"] * DIFFERENT)

    def presses() -> list[bytes]:
        return [command(payload) for payload in payloads]

    for connections, aims in AIMS.items():
        sides = [Side(floor, presses), Side(bot, presses)]
        bare, ours = await compare(sides, stage.plan, connections)
        name = f"{connections} connection{'s' if connections > 1 else ''}, {state}"
        stage.report.pair(name, ours, [("bare Bolt", bare)], aims)
