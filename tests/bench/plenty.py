"""What one webhook costs with many rules and many bookings; and what one claim of a message costs
with many places that wait.

Over stores in this process, SQLite's and PostgreSQL's, without any network.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Final, Never

from structlog.testing import capture_logs

from bot.calcom.webhooks import parse
from bot.domain.events import BookingEvent
from bot.domain.records import Posted
from bot.domain.rules import Place, Rule
from bot.services.notifications import Notifications
from bot.store import Store, migrate, open_store
from bot.store.intake import LULL
from tests.bench.comparing import Plan
from tests.bench.filling import add_bookings, add_rules, let_wait
from tests.bench.speaking import bodies
from tests.bench.stage import Stage
from tests.bench.standins import CHANNELS, TEAM, now
from tests.bench.webhooks import create
from tests.postgres import NoPostgres, running_postgres
from tests.tables import KEYS

Address = Callable[[str], Awaitable[str]]
"""Makes a database of this name; its address."""

AT_ONCE: Final = 5
"""Webhooks for a store before it is another one's turn."""
WITHIN: Final = 20.0
"""Seconds after which the turns end, however many there should have been."""
LEASE: Final = timedelta(minutes=5)
PLACES: Final = (200, 2_000)
BACKLOG: Final = 5_000
MOST_CLAIMS: Final = 50
"""So many with nothing busy, and as many with four, leave half of 200 places."""
NONE: Final = frozenset[Place]()
BUSY: Final = frozenset(Place(TEAM, f"CPLACE{number}") for number in range(1, 5))


async def measure(stage: Stage) -> None:
    """Over SQLite, and over PostgreSQL where it runs."""
    with capture_logs():
        await _everywhere(stage)


async def _everywhere(stage: Stage) -> None:
    async def a_file(name: str) -> str:
        return stage.database(name)

    await _measure(stage, "SQLite", a_file)
    try:
        with running_postgres() as address:

            async def a_database(name: str) -> str:
                await create(address.format("postgres"), name)
                return address.format(name)

            await _measure(stage, "PostgreSQL", a_database)
    except NoPostgres as why:
        stage.report.note(f"PostgreSQL: none can run here ({why})")


async def _measure(stage: Stage, where: str, address: Address) -> None:
    plan, template = stage.plan, await stage.standins.webhook()
    most = plan.rules[-1]
    async with AsyncExitStack() as stack:
        stores: dict[str, Store] = {}
        for number in plan.rules:
            url = await address(f"rules_{number}")
            stores[f"{number:,} rules"] = await _open(stack, url, template, number)
        url = await address("bookings")
        store = await _open(stack, url, template, most)
        await add_bookings(url, plan.past)
        stores[f"{most:,} rules and {plan.past:,} bookings"] = store
        stage.report.costs(f"{where}, ", await _webhooks(stores, template, plan.repeats))
        stage.report.costs(f"{where}, claim, ", await _claims(store, url, plan))


async def _open(stack: AsyncExitStack, url: str, template: bytes, number: int) -> Store:
    """A store with so many rules, three of which mean the booking."""
    await migrate(url, KEYS)
    store = open_store(url, KEYS, clock=now, new_id=partial(secrets.token_hex, 11))
    stack.push_async_callback(store.close)
    for rule in _three(template):
        await store.rules.save(rule)
    await add_rules(url, number - 3)
    return store


def _three(template: bytes) -> tuple[Rule, Rule, Rule]:
    """Found by nothing, by the booking's host, and by its event type."""
    event = parse(template)
    assert isinstance(event, BookingEvent)
    assert event.booking
    assert event.booking.event_type_id
    everybody, host, kind = (Place(TEAM, channel) for channel in CHANNELS[:3])
    return (
        Rule("everybody", everybody),
        Rule("host", host, hosts=(event.booking.hosts[0].email,)),
        Rule("kind", kind, event_types=(event.booking.event_type_id,)),
    )


class Nobody:
    """No Cal.com is asked for a booking that a webhook tells."""

    async def booking(self, account: str, uid: str) -> Never:
        raise AssertionError(uid)


async def _no_team(account: str, event_type_id: int) -> None:
    return None


async def _webhooks(stores: dict[str, Store], template: bytes, repeats: int) -> dict[str, float]:
    """The seconds of one in each store, the middle one; the stores take turns."""
    costs: dict[str, list[float]] = {name: [] for name in stores}
    began = time.monotonic()
    for _ in range(-(-repeats // AT_ONCE)):
        for name, store in stores.items():
            costs[name] += await _some(store, template)
        if time.monotonic() - began > WITHIN:
            break
    for name, store in stores.items():
        assert (await store.outbox.waiting(now())).count == 3 * len(costs[name])
    return {name: median(each) for name, each in costs.items()}


async def _some(store: Store, template: bytes) -> list[float]:
    taking = Notifications(store.inbox, Nobody(), store.rules, parse, now, _no_team)
    costs = []
    for body in bodies(template, AT_ONCE):
        began = time.perf_counter()
        await store.inbox.accept(body, now())
        costs.append(time.perf_counter() - began)
    await asyncio.sleep(2 * LULL)  # which the store would wait for otherwise
    for number in range(AT_ONCE):
        began = time.perf_counter()
        assert await taking.take_one()
        costs[number] += time.perf_counter() - began
    return costs


async def _claims(store: Store, url: str, plan: Plan) -> dict[str, float]:
    """The seconds of one, by what waits and how much of it for places that are busy; what is
    claimed is delivered, and that is not timed."""
    costs = {}
    backlog = min(BACKLOG, plan.past)
    for places in PLACES:
        await let_wait(url, places, 0)
        costs[f"{places:,} places"] = await _claim(store, plan.repeats, NONE)
        costs[f"{places:,} places, 4 busy"] = await _claim(store, plan.repeats, BUSY)
    await let_wait(url, PLACES[0], backlog)
    name = f"{PLACES[0]:,} places, 4 busy, {backlog:,} for one"
    costs[name] = await _claim(store, plan.repeats, BUSY)
    return costs


async def _claim(store: Store, repeats: int, busy: frozenset[Place]) -> float:
    costs: list[float] = []
    for _ in range(min(repeats, MOST_CLAIMS)):
        began = time.perf_counter()
        delivery = await store.outbox.claim(now(), now() + LEASE, besides=busy)
        costs.append(time.perf_counter() - began)
        assert delivery
        await store.outbox.delivered(delivery, Posted("C", "1.0"))
    return median(costs)
