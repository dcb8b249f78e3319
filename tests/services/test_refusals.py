"""What Slack does not take: nothing is lost, the rule rests, and who can help hears of it once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.domain import wording
from bot.domain.cards import Card
from bot.domain.errors import PlaceUnreachable
from bot.domain.records import Delivery
from bot.domain.rules import Look, Place, Rule
from bot.locales import language
from bot.sandbox.slack.injections import Injections
from bot.services.ports import Places
from bot.services.trying import TRIES
from bot.slack.views.rule_words import REFUSALS
from tests.notifying import BOOKINGS, TEAM, Way, a_booking, a_way, webhook
from tests.services.test_killed import Mortal

RANDOM = Place(TEAM, "C0RANDOM")
"""A channel that the bot was never invited to."""
DAVES = Rule("daves", RANDOM, owner="U0DAVE")


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        running.slack.granted_scopes.discard("chat:write.public")
        yield running
        assert running.slack.warnings == []


class Shut:
    """Slack, but for some places that it has closed for a reason it names."""

    def __init__(self, inner: Places, **reasons: str) -> None:
        self._inner = inner
        self._reasons = reasons

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        async def call(delivery: Delivery) -> Any:
            if reason := self._reasons.get(delivery.place.channel):
                raise PlaceUnreachable(reason)
            return await method(delivery)

        return call


def shut(way: Way, **reasons: str) -> None:
    way.worker = way.deliveries(places=cast("Places", Shut(way.notifier(), **reasons)))


def told(way: Way, user: str) -> list[str]:
    """What the bot wrote to this person alone."""
    channel = way.slack.direct([user, way.slack.app.bot_user_id])
    return [message.text for message in way.slack.visible_messages(user, channel.id)]


async def rule(way: Way, rule_id: str) -> Rule:
    found = await way.store.rules.rule(rule_id)
    assert found
    return found


def invite(way: Way, channel: str = "C0RANDOM") -> None:
    way.slack.channels[channel].members.add(way.slack.app.bot_user_id)


async def replay(way: Way, place: Place) -> None:
    await way.store.rules.resume(place)
    await way.store.outbox.replay(place)
    for _ in range(3):
        await way.later(5)


@pytest.mark.parametrize(
    "why",
    [
        "not_in_channel",
        "is_archived",
        "channel_not_found",
        "restricted_action",
        "restricted_action_read_only_channel",
    ],
)
async def test_the_rule_rests_and_its_owner_is_told_once(way: Way, why: str) -> None:
    await way.store.rules.save(DAVES)
    shut(way, C0RANDOM=why)
    for n in range(3):
        await way.post(webhook("BOOKING_CREATED", f"uidOfTheBooking{n}"))
    await way.settle()
    for _ in range(3):
        await way.later(600)
    assert (await rule(way, "daves")).is_held
    assert not (await rule(way, "r1")).is_held, "another place is not concerned"
    assert len(way.shown()) == 3
    [said] = told(way, "U0DAVE")
    assert "I cannot post any more" in said
    assert "<#C0RANDOM>" in said
    assert why in said
    assert "*Replay* in `/cal status`" in said
    assert told(way, "U0ALICE") == []
    assert len(await way.store.outbox.aside(RANDOM)) == 3


async def test_who_is_told_reads_it_in_their_own_language(way: Way) -> None:
    """Whatever the rule speaks; in English where Slack does not tell."""
    way.slack.person("U0DAVE").locale = "de-DE"
    await way.store.rules.save(replace(DAVES, look=Look(language="fr")))
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    [said] = told(way, "U0DAVE")
    with wording.speaking(language("de")):
        assert wording._(REFUSALS["not_in_channel"]) in said
    way.slack.refuse("users.info", 503)
    await way.store.rules.save(Rule("alices", Place(TEAM, "C0LEADS"), owner="U0ALICE"))
    way.slack.person("U0ALICE").locale = "de-DE"
    await way.post(webhook("BOOKING_CREATED", "uidOfTheBooking2"))
    await way.settle()
    [said] = told(way, "U0ALICE")
    assert "The rule rests" in said


async def test_what_comes_while_it_rests_is_kept_and_not_tried(way: Way) -> None:
    await way.store.rules.save(DAVES)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    before = len(way.calls("chat.postMessage"))
    await way.post(webhook("BOOKING_CREATED", "uidOfTheBooking2"))
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.settle()
    assert len(way.calls("chat.postMessage")) == before + 2, "both in #bookings"
    invite(way)
    await replay(way, RANDOM)
    assert [m.text.split(":")[0] for m in way.shown("C0RANDOM")] == ["❌ Cancelled", "✅ Booked"]
    assert await way.store.outbox.aside(RANDOM) == []


async def test_a_second_failure_is_told_again(way: Way) -> None:
    await way.store.rules.save(DAVES)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await replay(way, RANDOM)
    assert (await rule(way, "daves")).failures == 2
    assert len(told(way, "U0DAVE")) == 2


async def test_without_an_owner_every_admin_is_told(way: Way) -> None:
    way.admins = ("U0ALICE", "U0BOB")
    way.worker = way.deliveries()
    await way.store.rules.save(Rule("nobodys", RANDOM))
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    assert [len(told(way, admin)) for admin in way.admins] == [1, 1]


async def test_an_owner_who_cannot_be_told_is_stood_in_for(way: Way) -> None:
    """And when nobody can be told, it ends."""
    await way.store.rules.save(DAVES)
    shut(way, U0DAVE="user_disabled")
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.later(600)
    [said] = told(way, "U0ALICE")
    assert "<#C0RANDOM>" in said

    shut(way, U0DAVE="user_disabled", U0ALICE="user_disabled")
    await replay(way, RANDOM)
    for _ in range(5):
        await way.later(600)
    assert len(way.logged("nobody_told")) == 1
    assert len(told(way, "U0ALICE")) == 1


async def test_a_rule_for_ones_own_messages_is_told_to_admins(way: Way) -> None:
    dave = Place(TEAM, "U0DAVE")
    await way.store.rules.save(Rule("own", dave, owner="U0DAVE"))
    shut(way, U0DAVE="messages_tab_disabled")
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    assert (await rule(way, "own")).is_held
    [said] = told(way, "U0ALICE")
    assert "<@U0DAVE>" in said


async def test_who_asked_for_a_card_hears_of_it(way: Way) -> None:
    """A channel without a rule, told by somebody who booked; it was archived later."""
    [seen] = await way.store.references.refer("house", [a_booking()], booked_by="U0DAVE")
    invite(way)
    row = await way.store.outbox.show(seen.ref, Card(booking=a_booking()), RANDOM)
    assert await way.worker.deliver_now(row) is None
    way.slack.channels["C0RANDOM"].archived = True
    for minute in (1, 2):
        await way.post(webhook("BOOKING_CANCELLED", minute=minute, cancellationReason=str(minute)))
        await way.settle()
    [said] = told(way, "U0DAVE")
    assert "is_archived" in said
    assert told(way, "U0ALICE") == []


async def test_who_waits_for_the_answer_is_not_told_twice(way: Way) -> None:
    [seen] = await way.store.references.refer("house", [a_booking()], booked_by="U0DAVE")
    row = await way.store.outbox.show(seen.ref, Card(booking=a_booking()), RANDOM)
    error = await way.worker.deliver_now(row)
    assert error is not None
    await way.settle()
    assert told(way, "U0DAVE") == []


async def test_admins_hear_of_what_nobody_asked_for(way: Way) -> None:
    [seen] = await way.store.references.refer("house", [a_booking()])
    await way.store.outbox.show(seen.ref, Card(booking=a_booking()), RANDOM)
    await way.settle()
    await way.later(600)
    assert len(told(way, "U0ALICE")) == 1


@pytest.mark.parametrize(
    "why", ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"]
)
async def test_the_accounts_refusal_is_no_places_fault(way: Way, why: str) -> None:
    way.slack.refuse("chat.postMessage", why, times=3)
    for n in range(20):
        await way.post(webhook("BOOKING_CREATED", f"uidOfTheBooking{n}"))
    await way.settle()
    assert way.worker.refused(TEAM) == why
    assert len(way.calls("chat.postMessage")) == 1, "the others are not even tried"
    for _ in range(4):
        await way.later(300)
    assert len(way.shown()) == 20
    assert way.worker.refused(TEAM) == ""
    assert not (await rule(way, "r1")).is_held
    assert told(way, "U0ALICE") == []
    assert len(way.logged("slack_refuses_the_bot")) == 1


@pytest.mark.parametrize("answer", [503, 429, "internal_error", "service_unavailable"])
async def test_a_day_without_slack_loses_nothing(way: Way, answer: str | int) -> None:
    way.slack.refuse("chat.postMessage", answer, times=10_000)
    await way.post(webhook("BOOKING_CREATED"))
    for _ in range(100):
        await way.later(900)
    way.slack.injections = Injections()
    way.slack.refuse("chat.postMessage", "some_new_error", times=TRIES - 1)
    for _ in range(TRIES):
        await way.later(900)
    [message] = way.shown()
    assert message.text.startswith("✅ Booked")
    assert told(way, "U0ALICE") == []


async def test_what_is_given_up_is_told_to_admins_and_no_rule_rests(way: Way) -> None:
    way.slack.refuse("chat.postMessage", "some_new_error", times=TRIES)
    await way.post(webhook("BOOKING_CREATED"))
    for _ in range(TRIES + 3):
        await way.later(400)
    [said] = told(way, "U0ALICE")
    assert "<#C0BOOKINGS>" in said
    assert not (await rule(way, "r1")).is_held


async def test_a_name_becomes_the_id_that_slack_tells(way: Way) -> None:
    await way.store.rules.delete("r1")
    await way.store.rules.save(Rule("named", Place(TEAM, "#bookings")))
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    assert (await rule(way, "named")).place == BOOKINGS
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("❌ Cancelled")


async def run_until_killed(way: Way, lives: int) -> bool:
    """Whether the process died before all was done."""
    left = [lives]
    deliver = way.deliveries(
        Mortal(way.store.outbox, left),
        Mortal(way.notifier(), left),
        Mortal(way.store.rules, left),
    )
    try:
        while await deliver.deliver_one():
            pass
    except asyncio.CancelledError:
        return True
    return False


async def test_killed_anywhere_it_is_kept_and_told_once(way: Way) -> None:
    """Dies at every await in turn, each time with a new booking and the channel shut again."""
    await way.store.rules.save(DAVES)
    lives, killed = 0, True
    while killed:
        lives += 1
        way.slack.channels["C0RANDOM"].members.discard(way.slack.app.bot_user_id)
        await way.post(webhook("BOOKING_CREATED", f"uidOfTheBooking{lives}"))
        await way.notifications().take_one()
        killed = await run_until_killed(way, lives)
        for _ in range(3):
            await way.later(61)
        assert len(told(way, "U0DAVE")) == lives
        assert (await rule(way, "daves")).failures == lives
        invite(way)
        await replay(way, RANDOM)
        assert len(way.shown("C0RANDOM")) == len(way.shown()) == lives
    assert lives > 15


async def test_one_workspaces_refusal_is_not_anothers(way: Way) -> None:
    await way.store.rules.save(Rule("other", Place("T0OTHER", "C0RANDOM")))
    way.slack.refuse("chat.postMessage", "token_revoked")
    for n in range(5):
        await way.post(webhook("BOOKING_CREATED", f"uidOfTheBooking{n}"))
    await way.settle()
    refused = [team for team in (TEAM, "T0OTHER") if way.worker.refused(team)]
    assert len(refused) == 1
    assert len(way.calls("chat.postMessage")) == 1 + 5, "one try here, and all of them there"
