"""`/cal status`, as admins and others see it, and what they press there."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cards import Card
from bot.domain.events import Trigger
from bot.domain.hooks import Why
from bot.domain.records import Level, Registration
from bot.domain.rules import Pause, Place, Rule
from bot.sandbox.calcom.faults import Refusal
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.notifying import a_booking
from tests.services.hooks import OURS, save_rule
from tests.slack.flows import book, without_store
from tests.slack.pressing import event_type, labels, press, press_forged
from tests.slack.ruling import at_public_url, closed

RANDOM = "C0RANDOM"
"""A channel that the bot was never invited to."""


@pytest.fixture(autouse=True)
def uninvited(bot: Rig) -> None:
    bot.slack.granted_scopes.discard("chat:write.public")


def place(bot: Rig, channel: str = RANDOM) -> Place:
    return Place(bot.slack.team_id, channel)


async def resting(bot: Rig, owner: str = DAVE) -> Rule:
    """A rule whose channel took no card."""
    rule = Rule("daves", place(bot), owner=owner)
    await bot.bot.store.rules.save(rule)
    await book(bot, user=DAVE)
    return rule


def invite(bot: Rig) -> None:
    bot.slack.channels[RANDOM].members.add(bot.slack.app.bot_user_id)


async def test_an_admin_sees_that_all_is_well(bot: Rig) -> None:
    await book(bot)
    await bot.command(ALICE, "status")
    said = words(bot.last(ALICE))
    postgresql = bot.bot.store.database.is_postgresql
    for line in (
        "Slack: connected",
        "Cal.com: Alice Martin (API v2)",
        f"Database: {'PostgreSQL' if postgresql else 'SQLite'}, answers",
        f"Background work: {'in processes of its own' if postgresql else 'no round yet'}",
        "PUBLIC_URL is not set",
        "I keep none at Cal.com.",
        "No webhook waits to be read.",
        "Cal.com has not been asked for changes yet.",
        "No message waits to be posted.",
        "1 message posted or edited in the last 24 hours.",
    ):
        assert line in said
    assert labels(bot.last(ALICE)) == ["Refresh", "Who did what", "Delete all data"]


async def test_what_is_wrong_is_said(bot: Rig) -> None:
    store, now = bot.bot.store, bot.clock()
    turn = await store.turns.take("poll:house", now, now + timedelta(minutes=1))
    assert turn
    cursor = (now - timedelta(minutes=3)).isoformat()
    await store.turns.end(turn, now + timedelta(minutes=1), {"cursor": cursor})
    bot.slack.refuse("chat.postMessage", "token_revoked", times=1)
    await book(bot)
    bot.faults.refuse.append(Refusal(503, match="GET", count=100))
    bot.clock.advance(minutes=1)
    await bot.command(ALICE, "status")
    said = words(bot.last(ALICE))
    for line in (
        "Slack: refuses me (token_revoked)",
        "Cal.com: does not answer (API v2)",
        "made 4 minutes ago",
        "1 message waiting to be posted · the oldest since",
        "1 failed before",
    ):
        assert line in said


def instructions(bot: Rig, user: str = ALICE) -> list[str]:
    """What stands there in plain text, to be copied."""
    held = [block.get("text") or {} for block in bot.last(user).blocks]
    told = [text["text"] for text in held if text.get("type") == "plain_text"]
    return told[1:]  # the first is the title


@at_public_url()
async def test_how_the_webhooks_stand_and_what_can_be_done_by_hand(bot: Rig) -> None:
    await save_rule(bot)
    own, panel, _ = await closed(bot)
    event_type(bot, "panel").title = "Panel *<!channel>* _now_"
    await bot.command(ALICE, "status")
    message = bot.last(ALICE)
    said = words(message)
    assert "1 of 3 are kept at Cal.com:\nThe account's own bookings\n" in said
    assert ":warning: Bookings of Panel ∗&lt;!channel&gt;∗ ˍnowˍ: Cal.com will not let me" in said
    assert "that takes an admin of the team. I look for bookings every few minutes" in said
    first, second = instructions(bot)
    assert first.startswith("Bookings of Panel *<!channel>* _now_. Set it up by hand in Cal.com")
    assert f"subscriber URL {OURS}{panel.address}, secret {panel.secret}, " in first
    assert first.endswith("these events: BOOKING_CREATED, BOOKING_CANCELLED.")
    assert second.startswith("Bookings of an event type of a team. Set it up by hand")
    assert panel.secret not in message.text  # which Slack shows in notifications
    assert own.secret not in said


@at_public_url()
async def test_others_are_shown_no_secrets(bot: Rig) -> None:
    await save_rule(bot)
    _, panel, _ = await closed(bot)
    await bot.command(DAVE, "status")
    shown = str(bot.last(DAVE).blocks) + bot.last(DAVE).text
    assert panel.secret not in shown
    assert panel.address not in shown


@at_public_url()
async def test_many_webhooks_are_counted(bot: Rig) -> None:
    await save_rule(bot)
    for n in range(30):
        await bot.bot.store.registrations.save(
            Registration(
                f"a{n}",
                "house",
                Level.TEAM_EVENT_TYPE,
                f"secret{n}",
                owner_id=9000 + n,
                webhook_id=f"w{n}",
                triggers=tuple(trigger.value for trigger in Trigger),
                error=Why.REFUSED if n % 2 else "",
            )
        )
    await bot.command(ALICE, "status")
    said = words(bot.last(ALICE))
    assert "15 of 30 are kept at Cal.com:\n" in said
    assert "· 10 more\n" in said
    assert ":warning: And 7 more." in said
    assert len(instructions(bot)) == 8


@at_public_url("http://bot.test")
async def test_an_address_of_no_use_is_said_once(bot: Rig) -> None:
    await save_rule(bot)
    await closed(bot, Why.ADDRESS)
    await bot.command(ALICE, "status")
    (told,) = instructions(bot)
    assert told.endswith(
        "Bookings of an event type of a team. Set PUBLIC_URL to an address that Cal.com can reach."
    )


@at_public_url()
async def test_where_cal_com_does_not_answer_the_webhooks_are_shown_without_titles(
    bot: Rig,
) -> None:
    await save_rule(bot)
    await closed(bot)
    bot.faults.refuse.append(Refusal(503, match="GET", count=100))
    await bot.command(ALICE, "status")
    assert ":warning: Bookings of an event type of a team: Cal.com will not" in words(
        bot.last(ALICE)
    )


async def test_an_admin_replays_what_a_place_did_not_take(bot: Rig) -> None:
    await resting(bot)
    await bot.command(ALICE, "status")
    assert f"<#{RANDOM}>: 1 message kept since" in words(bot.last(ALICE))
    assert "not_in_channel" in words(bot.last(ALICE))
    invite(bot)
    await press(bot, ALICE, "Replay")
    said = words(bot.last(ALICE))
    assert f"1 message for <#{RANDOM}> will be tried again now, in order." in said
    assert "Replay" not in labels(bot.last(ALICE))
    await bot.settle()
    [card] = bot.seen(DAVE, "random")
    assert "Booked" in words(card)
    kept = await bot.bot.store.rules.rule("daves")
    assert kept
    assert kept.pause is None


async def test_replayed_in_vain_it_rests_again_and_is_told_again(bot: Rig) -> None:
    await resting(bot)
    await bot.command(ALICE, "status")
    await press(bot, ALICE, "Replay")
    await bot.settle()
    kept = await bot.bot.store.rules.rule("daves")
    assert kept
    assert (kept.is_held, kept.failures) == (True, 2)


async def test_what_waits_is_shown(bot: Rig) -> None:
    await resting(bot)
    await bot.command(ALICE, "status")
    await press(bot, ALICE, "Show")
    said = words(bot.last(ALICE))
    assert f"What waits for <#{RANDOM}>" in said
    assert "a booking's card, or a notice, since" in said
    await press(bot, ALICE, "Back to the status")
    assert "Connections" in words(bot.last(ALICE))


async def test_twenty_places_are_paged(bot: Rig) -> None:
    [seen] = await bot.bot.store.references.refer("house", [a_booking()])
    for n in range(20):
        await bot.bot.store.outbox.show(
            seen.ref, Card(booking=a_booking()), place(bot, f"C0NOWHERE{n:02}")
        )
        bot.clock.advance(seconds=1)
    await bot.settle()
    await bot.command(ALICE, "status")
    for first in (0, 8, 16):
        said = words(bot.last(ALICE))
        shown = [n for n in range(20) if f"<#C0NOWHERE{n:02}>" in said]
        assert shown == list(range(first, min(first + 8, 20)))
        if first < 16:
            await press(bot, ALICE, "More")
    await press(bot, ALICE, "Back")
    assert "<#C0NOWHERE08>" in words(bot.last(ALICE))


async def test_others_see_their_own_rules(bot: Rig) -> None:
    await resting(bot)
    await bot.command(DAVE, "status")
    said = words(bot.last(DAVE))
    assert "shown to the admins of this workspace. Your own rules:" in said
    assert f"<#{RANDOM}>: 1 message kept since" in said
    assert "Connections" not in said
    invite(bot)
    await press(bot, DAVE, "Replay")
    assert f"<#{RANDOM}>: at work" in words(bot.last(DAVE))
    await bot.settle()
    assert len(bot.seen(DAVE, "random")) == 1


async def test_who_has_none_is_told_kindly(bot: Rig) -> None:
    await bot.command(BOB, "status")
    assert "You have no notification rules of your own" in words(bot.last(BOB))


async def test_a_paused_rule_is_said_to_be(bot: Rig) -> None:
    paused = Rule("p", place(bot), owner=DAVE, pause=Pause(bot.clock(), by=DAVE))
    await bot.bot.store.rules.save(paused)
    await bot.command(DAVE, "status")
    assert f"<#{RANDOM}>: paused" in words(bot.last(DAVE))


@pytest.mark.parametrize("label", ["Replay", "Show"])
async def test_a_forged_place_is_not_theirs(bot: Rig, label: str) -> None:
    await resting(bot)
    await bot.bot.store.rules.hold(place(bot, "C0BOOKINGS"), Pause(bot.clock(), why="is_archived"))
    await bot.command(DAVE, "status")
    await press_forged(bot, DAVE, label, "C0BOOKINGS")
    assert "Only the owner of the rule and the admins of this workspace" in words(bot.last(DAVE))
    [rule] = await bot.bot.store.rules.at(place(bot, "C0BOOKINGS"))
    assert rule.is_held


@pytest.mark.parametrize("value", ["", "x", "999999999999", "-3", "<!channel>", "8 C0RANDOM"])
async def test_a_forged_page_is_some_page(bot: Rig, value: Any) -> None:
    await bot.command(ALICE, "status")
    await press_forged(bot, ALICE, "Refresh", value)
    assert "Connections" in words(bot.last(ALICE))


async def test_without_the_store_it_says_so(bot: Rig) -> None:
    async with without_store(bot):
        await bot.people.command(ALICE, "general", "/cal", "status")
        await bot.bot.background.drain()
    said = words(bot.last(ALICE))
    assert "Connections" not in said
    assert "try again" in said.casefold()
