"""Who is called by a message: hosts by their e-mails, user groups by their ids."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.bookings import Host
from bot.domain.cards import Card, DigestCard, NoticeCard
from bot.domain.events import Notice, Trigger
from bot.domain.records import Delivery, Kind
from bot.domain.rules import Detail, Look, Place
from bot.sandbox.slack.injections import DROP
from bot.slack import mentions
from bot.slack.mentions import KEPT, REST, UNKNOWN_KEPT, Mentions
from tests.notifying import NOW, TEAM, Way, a_booking, a_way

ALICE, BOB = Host("Alice Martin", "Alice@Example.com"), Host("Bob Stone", "bob@example.com")
STRANGER = Host("Zoe <Stranger>", "zoe@elsewhere.example")
CALLED = Look(mention_host=True, groups=("S0SALES",))


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running


def a_delivery(*hosts: Host, look: Look = CALLED, **more: Any) -> Delivery:
    card = Card(a_booking(hosts=hosts))
    return replace(Delivery(7, Place(TEAM, "C0BOOKINGS"), "r1", card, 1, look=look), **more)


def kept(way: Way) -> Mentions:
    return Mentions(lambda: way.clock().timestamp())


def looked_up(way: Way) -> int:
    return len(way.calls("users.lookupByEmail"))


@pytest.mark.parametrize(
    ("hosts", "look", "said"),
    [
        ((ALICE,), CALLED, "<@U0ALICE> <!subteam^S0SALES>"),
        ((ALICE, BOB, ALICE), Look(mention_host=True), "<@U0ALICE> <@U0BOB>"),
        ((STRANGER,), Look(mention_host=True), "Zoe &lt;Stranger&gt;"),
        ((Host("x@y.example", "x@y.example"), Host("", "")), Look(mention_host=True), ""),
        ((ALICE,), Look(), ""),
        ((ALICE,), Look(groups=("S0SALES", "S1", "S0A>", "<!here>")), "<!subteam^S0SALES>"),
        ((), CALLED, "<!subteam^S0SALES>"),
    ],
)  # fmt: skip
async def test_who_is_called(way: Way, hosts: tuple[Host, ...], look: Look, said: str) -> None:
    assert await kept(way).of(way.client, a_delivery(*hosts, look=look)) == said


async def test_nobody_is_looked_up_twice(way: Way) -> None:
    found = kept(way)
    for _ in range(3):
        await found.of(way.client, a_delivery(ALICE, STRANGER))
    assert looked_up(way) == 2
    way.clock.advance(UNKNOWN_KEPT + 1)
    await found.of(way.client, a_delivery(ALICE, STRANGER))
    assert looked_up(way) == 3
    way.clock.advance(KEPT)
    await found.of(way.client, a_delivery(ALICE, STRANGER))
    assert looked_up(way) == 5


@pytest.mark.parametrize(
    "answer", ["missing_scope", "ratelimited", 429, 500, DROP, "no_such_error"]
)
async def test_a_lookup_that_fails_gives_the_name_and_is_left_alone_for_a_while(
    way: Way, answer: str | int
) -> None:
    found = kept(way)
    way.slack.refuse("users.lookupByEmail", answer)
    assert await found.of(way.client, a_delivery(BOB)) == "Bob Stone <!subteam^S0SALES>"
    assert await found.of(way.client, a_delivery(ALICE)) == "Alice Martin <!subteam^S0SALES>"
    assert looked_up(way) == 1
    [said] = way.logged("cannot_mention_hosts")
    assert said["seconds"] == REST
    way.clock.advance(REST + 1)
    assert await found.of(way.client, a_delivery(BOB)) == "<@U0BOB> <!subteam^S0SALES>"


async def test_who_was_found_stays_found_while_slack_does_not_answer(way: Way) -> None:
    found = kept(way)
    await found.of(way.client, a_delivery(ALICE))
    way.clock.advance(KEPT + 1)
    way.slack.refuse("users.lookupByEmail", 500, times=2)
    assert await found.of(way.client, a_delivery(ALICE)) == "<@U0ALICE> <!subteam^S0SALES>"


async def test_it_does_not_wait_for_a_slow_answer(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mentions, "PATIENCE", 0.01)  # a real second would be waited for
    way.slack.injections.slow("users.lookupByEmail", 0.2, times=1)
    assert await kept(way).of(way.client, a_delivery(BOB)) == "Bob Stone <!subteam^S0SALES>"


async def test_digests_call_nobody_and_notices_only_groups(way: Way) -> None:
    digest = DigestCard(NOW, NOW, "UTC")
    notice = NoticeCard(Notice(Trigger.OOO_CREATED, "k", "Away"))
    found = kept(way)
    assert await found.of(way.client, a_delivery(card=digest)) == ""
    assert await found.of(way.client, a_delivery(card=notice)) == "<!subteam^S0SALES>"


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("kind", [Kind.CARD, Kind.REMINDER])
async def test_a_mention_stays_when_the_message_is_edited(
    way: Way, kind: Kind, detail: Detail
) -> None:
    notifier = way.notifier()
    look = replace(CALLED, detail=detail)
    delivery = a_delivery(ALICE, look=look, kind=kind, key=f"{a_booking().start.isoformat()}/15")
    posted = await notifier.post(delivery)
    await notifier.edit(replace(delivery, channel=posted.channel, ts=posted.ts))
    [shown], [edited] = way.calls("chat.postMessage"), way.calls("chat.update")
    for part in ("text", "blocks"):
        assert "<@U0ALICE> <!subteam^S0SALES>" in str(shown[part])
        assert edited[part] == shown[part]
    assert looked_up(way) == 1
