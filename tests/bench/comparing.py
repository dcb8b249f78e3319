"""The bot and its floor, measured in turn, so that whatever else the machine does meets both."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.load import Load, send
from tests.bench.processes import Server

Requests = Callable[[], Sequence[bytes]]
"""Makes the requests of one round, signed just now."""


async def at_once() -> None:
    """The next one may begin at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long it takes: so many rounds of so many seconds for each, after a warm-up.

    `most` bounds how many webhooks are sent to each in one round; `posts` is how many each channel
    gets, and `events` after how many the memory is weighed. `rules` and `past` bookings are so many
    in the stores whose cost is the middle one of so many `repeats`; so many `workspaces`, too.
    """

    rounds: int
    seconds: float
    warm_up: float
    most: int
    posts: int
    events: tuple[int, ...]
    rules: tuple[int, ...]
    past: int
    repeats: int
    workspaces: tuple[int, ...] = (1, 100, 2_000)


FULL = Plan(
    5,
    1.2,
    0.3,
    most=600,
    posts=15,
    events=(1_000, 100_000),
    rules=(10, 1_000, 100_000),
    past=1_000_000,
    repeats=150,
)
SHORT = Plan(
    2,
    0.25,
    0.1,
    most=500,
    posts=4,
    events=(1_000,),
    rules=(10, 1_000, 20_000),
    past=100_000,
    repeats=30,
    workspaces=(1, 200),
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of those compared.

    `again`: its requests may be sent more than once. `rest` returns when what a round has left
    behind is done, and the other one has the machine to itself.
    """

    server: Server
    requests: Requests
    again: bool = True
    rest: Callable[[], Awaitable[None]] = at_once


@dataclass(slots=True)
class Measured:
    """All rounds of one side; times in seconds."""

    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Per second, the middle of the rounds."""
        return median(load.rate for load in self.loads)

    def quantile(self, share: float) -> float:
        """The latency that this share of all requests stayed within."""
        return quantile([each for load in self.loads for each in load.latencies], share)

    @property
    def cpu_per_request(self) -> float | None:
        answered = sum(len(load.latencies) for load in self.loads)
        return sum(self.cpu) / answered if self.cpu and answered else None

    @property
    def refused(self) -> Counter[int]:
        """How often it answered something else than 200."""
        statuses = sum((load.statuses for load in self.loads), Counter[int]())
        return Counter({status: n for status, n in statuses.items() if status != 200})


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def paired(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """The ratios round by round: the middle one, the least and the greatest."""
    ratios = [a / b for a, b in zip(one, other, strict=True) if b]
    return median(ratios), min(ratios), max(ratios)


async def compare(sides: Sequence[Side], plan: Plan, connections: int) -> list[Measured]:
    """Measure each side in every round, in the order given."""
    measured = [Measured() for _ in sides]
    for _ in range(plan.rounds):
        for side, kept in zip(sides, measured, strict=True):
            await _round(side, kept, plan, connections)
            await side.rest()
    return measured


async def _round(side: Side, kept: Measured, plan: Plan, connections: int) -> None:
    server, requests = side.server, side.requests()
    if side.again:
        warm_up = plan.warm_up
        await send(server.url, requests, connections=connections, seconds=warm_up, again=True)
    before = server.cpu()
    load = await send(
        server.url, requests, connections=connections, seconds=plan.seconds, again=side.again
    )
    after = server.cpu()
    kept.loads.append(load)
    if before is not None and after is not None:
        kept.cpu.append(after - before)
