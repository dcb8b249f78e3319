"""Whatever is lost, doubled or out of order: in the end the cards are as Cal.com has it, and each
booking is in each place once.

Lives of bookings are played on the local Cal.com. Its webhooks, in two copies each, are caught and
come when and as often as chance wants, or not at all; now and then Cal.com is asked, and once more
in the end. What ought to be there is read off the local Cal.com's own bookings.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.calcom import api
from bot.calcom.webhooks import parse
from bot.domain import bookings
from bot.domain.cards import Card, Phase
from bot.domain.rules import News, Place, Rule
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.calcom.seed_demo import HOUSE_KEY, seed_demo
from bot.sandbox.calcom.world import World
from bot.services.notifications import Notifications
from bot.services.reconciling import ALL_AROUND, Reconciling
from tests.notifying import NOW, TEAM, Way, a_way, no_sleep
from tests.outsiders import Outsiders
from tests.subscribing import subscribe

NUMBERS = count(1)
TYPES = ["intro", "interview", "onboarding", "team-demo", "panel", "intro"]
HEADLINES = {
    Status.PENDING: "⏳",
    Status.ACCEPTED: "✅🔁",
    Status.CANCELLED: "❌",
    Status.REJECTED: "🚫",
}
PHASES = {
    Status.PENDING: Phase.REQUESTED,
    Status.ACCEPTED: Phase.UPCOMING,
    Status.CANCELLED: Phase.CANCELLED,
    Status.REJECTED: Phase.REJECTED,
}


@dataclass(frozen=True)
class Step:
    """One act, how many seconds pass, which of the caught webhooks come, and a look at Cal.com."""

    act: str
    pick: int
    wait: int
    come: tuple[int, ...]
    look: bool


ACTS = [
    *("book", "book", "join", "move", "cancel", "confirm", "decline", "hand_over"),
    *("put_elsewhere", "bring_along", "leave", "book_series", "cancel_following"),
]
STEPS = st.builds(
    Step,
    act=st.sampled_from(ACTS),
    pick=st.integers(0, 20),
    wait=st.sampled_from([2, 20, 200]),
    come=st.lists(st.integers(0, 30), max_size=3).map(tuple),
    look=st.booleans(),
)


@dataclass
class Life:
    """A fresh Cal.com with an account, and rules, of its own."""

    way: Way
    account: str
    world: World
    notifications: Notifications
    reconciling: Reconciling
    caught: list[bytes] = field(default_factory=list)
    state: Any = field(default_factory=dict)
    names: Any = field(default_factory=lambda: count(1))
    vacated: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.people = Outsiders(self.world)

    async def settle(self) -> None:
        for _ in range(500):
            if not await self.notifications.take_one() and not await self.way.worker.deliver_one():
                return
        raise AssertionError("it never ends")

    async def look(self) -> None:
        self.state = await self.reconciling.look(self.state)
        await self.settle()

    async def comes(self, body: bytes) -> None:
        await self.way.store.inbox.accept(body, self.way.clock(), self.account)

    async def step(self, step: Step) -> None:
        with suppress(Refused):
            await self._act(step)
        self.way.clock.advance(step.wait)
        for number in step.come:
            if self.caught:
                place = number % len(self.caught)
                is_last = number % 3 > 0
                await self.comes(self.caught.pop(place) if is_last else self.caught[place])
        if step.come:
            await self.settle()
        if step.look:
            await self.look()

    async def end(self, chance: Random, lost: float) -> None:
        """What was caught comes in any order, or is lost; then Cal.com is asked until all that is
        near has been looked at."""
        chance.shuffle(self.caught)
        for body in self.caught:
            if chance.random() >= lost:
                await self.comes(body)
        await self.settle()
        for _ in range(ALL_AROUND + 1):
            self.way.clock.advance(200)
            await self.look()
        self.way.clock.advance(200)
        await self.settle()

    async def _act(self, step: Step) -> None:
        people, pick = self.people, step.pick
        act = getattr(self, f"_{step.act}", None)
        if act:
            await act(pick)
            return
        of = {
            "move": lambda b: b.alive and not self._is_class(b),
            "cancel": lambda b: b.alive,
            "confirm": lambda b: b.status in {Status.PENDING, Status.REJECTED},
            "decline": lambda b: b.status is Status.PENDING,
        }
        one = self._one(pick, of[step.act])
        if one:
            await getattr(people, step.act)(one)

    def _one(self, pick: int, fits: Callable[[Booking], bool]) -> Booking | None:
        fitting = [b for b in self.world.bookings if fits(b)]
        return fitting[pick % len(fitting)] if fitting else None

    def _slug(self, one: Booking) -> str:
        return self.world.event_types[one.event_type_id].slug

    def _is_class(self, one: Booking) -> bool:
        return self._slug(one) == "onboarding"

    def _name(self) -> str:
        return f"Guest{next(self.names)}"

    async def _book(self, pick: int) -> None:
        await self.people.book(TYPES[pick % len(TYPES)], self._name(), nth=pick)

    async def _book_series(self, pick: int) -> None:
        await self.people.book("check-in", self._name(), nth=pick)

    async def _cancel_following(self, pick: int) -> None:
        one = self._one(pick, lambda b: b.alive and b.recurring_uid is not None)
        if one:
            await self.people.cancel(one, following=True)

    async def _join(self, pick: int) -> None:
        one = self._one(pick, lambda b: b.alive and self._is_class(b))
        await self.people.book(
            "onboarding", self._name(), nth=pick, start=one.start if one else None
        )

    async def _leave(self, pick: int) -> None:
        one = self._one(pick, lambda b: b.alive and self._is_class(b))
        if one:
            self.vacated.add(one.uid)
            await self.people.leave(one, one.attendees[pick % len(one.attendees)].name)

    async def _hand_over(self, pick: int) -> None:
        one = self._one(pick, lambda b: b.alive and self._slug(b) == "team-demo")
        if one:
            other = {"bob": "carol", "carol": "bob"}[self.people.host(one).username]
            await self.people.hand_over(one, other)

    async def _put_elsewhere(self, pick: int) -> None:
        one = self._one(pick, lambda b: b.status is Status.ACCEPTED)
        if one:
            await self.people.put_elsewhere(one, f"Quay {pick}, Marseille")

    async def _bring_along(self, pick: int) -> None:
        one = self._one(pick, lambda b: b.alive and not self._is_class(b))
        if one:
            await self.people.bring_along(one, self._name())

    async def mark(self, pick: int) -> None:
        """One of the meetings begins; somebody did not come, or it was a mistake."""
        soon = self.way.clock() + timedelta(days=20)
        one = self._one(pick, lambda b: b.status is Status.ACCEPTED and b.start < soon)
        if one is None:
            return
        self.way.clock.at = max(self.way.clock.at, one.start + timedelta(minutes=1))
        await self.people.mark(one, guest=True, host=pick % 2 == 0 or None)
        self.way.clock.advance(30)
        if pick % 3 == 0:
            await self.look()
            self.way.clock.advance(30)
            await self.people.mark(one, guest=False)

    # What ought to be there, by the local Cal.com's own bookings.

    def chains(self) -> list[list[Booking]]:
        """Each booking after the one whose place it took."""
        by_origin = {b.rescheduled_from: b for b in self.world.bookings if b.rescheduled_from}
        chains = []
        for first in self.world.bookings:
            if first.rescheduled_from is None:
                chain = [first]
                while chain[-1].uid in by_origin:
                    chain.append(by_origin[chain[-1].uid])
                chains.append(chain)
        return chains

    async def check(self) -> None:
        chains = self.chains()
        uids = [one.uid for one in self.world.bookings]
        cards = await self.way.store.inbox.cards(self.account, uids) if uids else {}
        for chain in chains:
            for one in chain:
                assert one.uid in cards, "a booking without a card"
                self._check_card(cards[one.uid], chain[-1])
        ends = Counter(HEADLINES[chain[-1].status] for chain in chains)
        assert self._headlines("all") == ends
        assert self._headlines("created") == ends
        off = [chain for chain in chains if chain[-1].status is Status.CANCELLED]
        left = [c for c in chains if c[-1].uid in self.vacated and c not in off]
        told = self._headlines("off").total()
        assert len(off) <= told <= len(off) + len(left)
        assert self._headlines("none").total() == 0

    def _check_card(self, card: Card, last: Booking) -> None:
        assert card.booking.uid == last.uid
        assert (card.phase, card.booking.start) == (PHASES[last.status], last.start)
        hosts = {host.email for host in card.booking.hosts}
        people = {person.email for person in card.booking.attendees} | {*card.booking.guests}
        assert card.booking.hosts[0].email == self.world.users[last.host_id].email
        # Without a webhook nothing tells a team's other hosts from its guests.
        if last.status is Status.ACCEPTED or not self._is_class(last):
            everybody = {person.email for person in last.people}
            assert hosts | people == everybody | {card.booking.hosts[0].email}
        if last.alive:
            absent = {a.email for a in last.people if a.absent}
            absent |= {card.booking.hosts[0].email} if last.absent_host else set()
            assert set(card.absent) == absent
            is_link = last.location.startswith(("integrations:", "https:"))
            assert is_link or card.booking.location == last.location
        once = Counter(
            (word.uid, word.trigger) for word in card.history if not (word.outcome or word.absent)
        )
        assert once.total() == len(once), "one thing was told twice"

    def _headlines(self, name: str) -> Counter[str]:
        """How the messages of a channel begin; those that say the same count as one kind."""
        found = Counter[str]()
        for message in self.way.shown(f"C{self.account.upper()}{name.upper()}"):
            kinds = (kind for kind in HEADLINES.values() if message.text[0] in kind)
            found[next(kinds)] += 1
        return found


async def a_life(way: Way) -> Life:
    account = f"acc{next(NUMBERS)}"
    world = World(lambda: NOW)
    await seed_demo(world)
    world.bookings.clear()
    world.clock = way.clock
    for url in ("http://bot.test/one", "http://bot.test/two"):
        subscribe(world, url)
    for name, news in (
        ("all", None),
        ("created", (News.CREATED, News.REQUESTED)),
        ("off", (News.CANCELLED,)),
        ("none", (News.PAID,)),
    ):
        channel = f"C{account.upper()}{name.upper()}"
        members = ["U0ALICE", way.slack.app.bot_user_id]
        way.slack.add_channel(f"{account}-{name}", members, channel_id=channel)
        rule = Rule(f"{account}-{name}", Place(TEAM, channel), account=account, news=news)
        await way.store.rules.save(rule)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=cal_app.build(world)))
    cal = api.connect("http://cal.test/v2", HOUSE_KEY, http=http, clock=way.clock, sleep=no_sleep)
    store = way.store
    looking = Reconciling(account, cal, store.inbox, store.rules, store.registrations, way.clock)

    async def no_team(account: str, event_type_id: int) -> int | None:
        return None

    class Reader:
        async def booking(self, account: str, uid: str) -> bookings.Booking:
            return await cal.booking(uid)

    taking = Notifications(
        store.inbox, Reader(), store.rules, parse, way.clock, no_team, jitter=lambda: 1.0
    )
    life = Life(way, account, world, taking, looking)

    async def catch(url: str, headers: dict[str, str], body: bytes) -> int:
        life.caught.append(body)
        return 200

    world.post = catch
    await life.look()
    way.clock.advance(600)
    return life


class Ground:
    """What all lives are played on; no dataclass, so that it is shown in a few words."""

    def __init__(self, way: Way) -> None:
        self.way = way


EMPTIED = [
    *(Step(act, 0, 2, (), look=False) for act in ["book"] * 8 + ["join"] * 2 + ["leave"] * 2),
]
"""A class that all leave before the first webhook comes."""


@pytest.fixture
async def ground(chosen_url: str) -> AsyncIterator[Ground]:
    async with a_way(chosen_url) as running:
        yield Ground(running)
        assert running.slack.faults == []


@settings(
    max_examples=15,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(STEPS, min_size=2, max_size=12),
    seed=st.integers(0, 2**16),
    lost=st.sampled_from([0, 0.3, 0.7, 1]),
    marked=st.none() | st.integers(0, 20),
)
@example(steps=EMPTIED, seed=0, lost=0, marked=None)
async def test_every_history_ends_as_it_is(
    ground: Ground, steps: list[Step], seed: int, lost: float, marked: int | None
) -> None:
    life = await a_life(ground.way)
    for step in steps:
        await life.step(step)
    if marked is not None:
        await life.mark(marked)
    await life.end(Random(seed), lost)
    await life.check()
