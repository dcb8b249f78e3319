"""`/cal notify`, as people go through it: the list, and what can be done to a rule."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.hooks import Why
from bot.domain.records import Level
from bot.domain.rules import Detail, Digest, Look, Pause, Place, Quiet, Rule
from bot.sandbox.calcom.booking import Person
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, START, Rig, words
from tests.slack.flows import WES, cards, direct, front
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type, labels, press
from tests.slack.ruling import (
    BOOKINGS,
    FIRST,
    TEAM,
    at_public_url,
    closed,
    keep,
    listed,
    press_rule,
    rules,
    shown,
    stored,
)

THURSDAY = START.replace(hour=10, day=26)
TEAM_RULE = Rule(
    "r1",
    BOOKINGS,
    owner=BOB,
    hosts=("alice@example.com", "bob@example.com"),
    reminders=(15,),
    digest=Digest(17 * 60),
    quiet=Quiet(20 * 60, 8 * 60),
    zone="Europe/Paris",
)


async def test_the_rules_of_the_channel_in_words(bot: Rig) -> None:
    await keep(bot, TEAM_RULE)
    said = await listed(bot, DAVE)
    assert "Everybody's bookings · Whatever happens · Shown: Everything" in said
    assert "_It stands in the settings (NOTIFY_CHANNEL)._" in said
    assert (
        "Bookings of Alice Martin and Bob Stone · Whatever happens · Shown: Everything · "
        "Reminder 15 min before · Digest daily 5:00 PM · Quiet 8:00 PM–8:00 AM · "
        "Paris time (UTC+1)"
    ) in said
    assert "_Made by <@U0BOB>_" in said
    assert "You get no direct messages about bookings yet." in said


async def test_only_who_may_is_offered_what_can_be_done(bot: Rig) -> None:
    await keep(bot, TEAM_RULE)
    await listed(bot, DAVE)
    assert labels(shown(bot, DAVE)) == ["Add for this channel", "Notify me"]
    await listed(bot, BOB)
    assert labels(shown(bot, BOB))[:4] == ["Edit", "Pause", "Test", "Delete"]
    await listed(bot, ALICE)
    assert labels(shown(bot, ALICE)).count("Edit") == 2


async def test_a_channel_without_rules_says_so(bot: Rig) -> None:
    assert "No booking is announced in this channel yet." in await listed(bot, DAVE, "general")


async def test_in_a_direct_message_it_is_about_oneself(bot: Rig) -> None:
    await keep(bot, replace(TEAM_RULE, owner=DAVE))
    await keep(bot, Rule("r2", Place(TEAM, DAVE), owner=DAVE, hosts=("dave@example.com",)))
    await bot.command(DAVE, "notify", "D0DAVE")
    message = direct(bot)[-1]
    said = words(message)
    assert "Your bookings · Whatever happens" in said
    assert "<#C0BOOKINGS>: Bookings of Alice Martin and Bob Stone" in said
    assert "In this channel" not in said
    assert "NOTIFY_CHANNEL" not in said
    assert "Add for this channel" not in labels(message)


async def test_pause_and_resume(bot: Rig) -> None:
    rule = await keep(bot, TEAM_RULE)
    await listed(bot, BOB)
    await press_rule(bot, BOB, ids.PAUSE_RULE, rule)
    message = shown(bot, BOB)
    assert "Paused by <@U0BOB> since" in words(message)
    assert (await stored(bot, "r1")).pause == Pause(START, by=BOB)
    assert await bot.bot.store.rules.digests_due(START.replace(year=2030)) == []
    await press_rule(bot, BOB, ids.RESUME_RULE, rule)
    assert await stored(bot, "r1") == TEAM_RULE
    assert len(await bot.bot.store.rules.digests_due(START.replace(year=2030))) == 1
    assert len([m for m in bot.seen(BOB, "bookings") if m.ephemeral_to == BOB]) == 1


async def test_one_that_slack_refused_says_why_and_is_resumed(bot: Rig) -> None:
    bot.slack.channels["C0BOOKINGS"].archived = True
    await book_outside(bot, "intro", THURSDAY, WES)
    bot.slack.channels["C0BOOKINGS"].archived = False
    first = await stored(bot, FIRST)
    await bot.bot.store.rules.hold(first.place, Pause(START, why="is_archived"))
    said = await listed(bot, ALICE)
    assert "Resting since" in said
    assert "The channel is archived: bring it back, or choose another one." in said
    assert "1 message waits for it. *Resume* when it is mended." in said
    await press_rule(bot, ALICE, ids.RESUME_RULE, first)
    await bot.settle()
    assert (await stored(bot, FIRST)).pause is None
    (card,) = [m for m in cards(bot, ALICE) if m.ephemeral_to is None]
    assert "Wes Wood" in words(card)


async def test_delete(bot: Rig) -> None:
    rule = await keep(bot, TEAM_RULE)
    await listed(bot, BOB)
    await press_rule(bot, BOB, ids.DELETE_RULE, rule)
    said = words(shown(bot, BOB))
    assert "Deleted. What it posted stays." in said
    assert "Alice Martin's" not in said
    assert await rules(bot) == []


async def test_a_test_is_posted_where_the_rule_posts(bot: Rig) -> None:
    rule = await keep(bot, replace(TEAM_RULE, look=Look(Detail.INITIALS)))
    await listed(bot, BOB)
    await press_rule(bot, BOB, ids.TEST_RULE, rule)
    assert "A test is posted: <#C0BOOKINGS>." in words(shown(bot, BOB))
    (posted,) = [m for m in cards(bot, DAVE) if m.ephemeral_to is None]
    assert posted.text.startswith("🧪 Test")
    assert "Ada Example" in posted.text
    assert "Grace" not in posted.text  # the rule shows guests by their initials
    assert labels(posted) == []


@pytest.mark.parametrize(
    ("code", "todo"),
    [
        ("is_archived", "The channel is archived: bring it back, or choose another one."),
        ("not_in_channel", "write `/invite @` and my name in that channel"),
        ("restricted_action", "ask who manages the channel"),
        ("ratelimited", "try again in a minute"),
        ("messages_tab_disabled", "an admin turns them on"),
    ],
)
async def test_what_slack_answered_to_a_test(bot: Rig, code: str, todo: str) -> None:
    rule = await keep(bot, TEAM_RULE)
    await listed(bot, BOB)
    bot.slack.refuse("chat.postMessage", code)
    await press_rule(bot, BOB, ids.TEST_RULE, rule)
    said = words(shown(bot, BOB))
    assert "The test could not be posted" in said
    assert todo in said
    assert f"Slack says `{code}`" in said


async def test_the_settings_rule_cannot_be_deleted_here(bot: Rig) -> None:
    await listed(bot)
    await press_rule(bot, ALICE, ids.DELETE_RULE, Rule(FIRST, BOOKINGS))
    assert "stands in the bot's settings (NOTIFY_CHANNEL)" in words(shown(bot, ALICE))
    assert await stored(bot, FIRST)
    await listed(bot)
    await press_rule(bot, ALICE, ids.PAUSE_RULE, Rule(FIRST, BOOKINGS))
    assert (await stored(bot, FIRST)).is_off
    await listed(bot)
    await press_rule(bot, ALICE, ids.TEST_RULE, Rule(FIRST, BOOKINGS))
    assert "A test is posted: #bookings." in words(shown(bot, ALICE))


async def test_a_long_list_is_paged(bot: Rig) -> None:
    for number in range(20):
        await keep(bot, replace(TEAM_RULE, id=f"r{number:02}"))
    await listed(bot, ALICE)
    pages = []
    for _ in range(3):
        message = shown(bot, ALICE)
        assert len(message.blocks) <= 50
        pages.append(labels(message).count("Edit"))
        if "Next page" in labels(message):
            await press(bot, ALICE, "Next page", message)
    assert pages == [8, 8, 5]
    assert "Page 3 of 3" in words(shown(bot, ALICE))
    await press(bot, ALICE, "Previous page", shown(bot, ALICE))
    assert "Page 2 of 3" in words(shown(bot, ALICE))


async def test_what_is_done_on_a_later_page_stays_there(bot: Rig) -> None:
    for number in range(12):
        await keep(bot, replace(TEAM_RULE, id=f"r{number:02}"))
    await listed(bot, BOB)
    await press(bot, BOB, "Next page", shown(bot, BOB))
    await press_rule(bot, BOB, ids.PAUSE_RULE, replace(TEAM_RULE, id="r11"))
    assert "Page 2 of 2" in words(shown(bot, BOB))


async def test_the_settings_lead_to_ones_own(bot: Rig) -> None:
    rule = await keep(bot, Rule("r1", Place(TEAM, DAVE), owner=DAVE, hosts=("dave@example.com",)))
    await bot.command(DAVE, "settings")
    await bot.click(DAVE, front(bot, DAVE), f"{ids.START}notify")
    said = words(front(bot, DAVE))
    assert "Your bookings · Whatever happens" in said
    await bot.click(DAVE, front(bot, DAVE), ids.TEST_RULE)
    assert "A test is posted: direct messages to <@U0DAVE>." in words(front(bot, DAVE))
    assert "🧪 Test" in direct(bot)[-1].text
    await bot.click(DAVE, front(bot, DAVE), ids.EDIT_RULE)
    await bot.fill(DAVE, ids.VALUE, "busy", block=ids.DETAIL)
    assert "Saved" in words((await bot.submit(DAVE)).view)
    assert (await stored(bot, rule.id)).look.detail == "busy"
    assert "Your notifications" not in words(bot.modal(DAVE))


async def test_help_leads_to_it(bot: Rig) -> None:
    await bot.command(DAVE, "help", "bookings")
    await press(bot, DAVE, "Notifications", shown(bot, DAVE))
    assert "In this channel" in words(shown(bot, DAVE))


async def test_a_rule_sends_what_it_says(bot: Rig) -> None:
    """From Slack's form to the direct message about a booking somebody makes at Cal.com."""
    await listed(bot, ALICE)
    await press(bot, ALICE, "Notify me", shown(bot, ALICE))
    await bot.submit(ALICE)
    await book_outside(bot, "intro", THURSDAY, WES)
    assert "Wes Wood" in words(direct(bot, ALICE)[-1])


def unheard(bot: Rig, user: str) -> list[str]:
    """The event types of the rules that are said to be looked for only every few minutes."""
    rows = [words(block) for block in shown(bot, user).blocks]
    titles = ("Panel interview", "Intro call")
    instead = "so I look for bookings every few minutes instead."
    return [title for row in rows for title in titles if title in row and instead in row]


async def test_a_rule_may_be_for_some_guests_only(bot: Rig) -> None:
    """Their bookings are announced, no others."""
    await bot.bot.store.rules.delete(FIRST)
    await keep(bot, Rule("r1", BOOKINGS, owner=ALICE, guest_domains=("wood.example",)))
    await book_outside(bot, "intro", THURSDAY, Person("Pat Oak", "pat@oak.example", "UTC"))
    assert cards(bot) == []
    await book_outside(bot, "intro", THURSDAY + timedelta(hours=1), WES)
    (card,) = cards(bot)
    assert "Wes Wood" in words(card)
    assert "Guests from: wood.example" in await listed(bot)


@at_public_url()
async def test_a_rule_of_which_cal_com_does_not_tell_says_so_in_the_list(bot: Rig) -> None:
    panel, intro = event_type(bot, "panel").id, event_type(bot, "intro").id
    of_panel = await keep(bot, replace(TEAM_RULE, id="panel", event_types=(panel,)))
    await keep(bot, replace(TEAM_RULE, id="intro", event_types=(intro,)))
    await closed(bot)
    bot.forget_calls()
    said = await listed(bot, ALICE)
    assert unheard(bot, ALICE) == ["Panel interview"]
    assert "How to set the webhooks up by hand: `/cal status`." in said
    assert not [call for call in bot.cal_calls() if "webhooks" in call]
    said = await listed(bot, BOB)
    assert unheard(bot, BOB) == ["Panel interview"]
    assert "by hand" not in said
    await press_rule(bot, BOB, ids.PAUSE_RULE, of_panel)
    assert "every few minutes" not in words(shown(bot, BOB))


@at_public_url()
async def test_a_list_of_which_all_is_well_says_nothing_of_webhooks(bot: Rig) -> None:
    own, *_ = await closed(bot, Why.NOT_THERE)
    await keep(bot, TEAM_RULE)
    organization = replace(own, address="org", level=Level.ORGANIZATION, owner_id=77)
    await bot.bot.store.registrations.save(organization)
    assert "every few minutes" not in await listed(bot, ALICE)
    await bot.bot.store.registrations.save(replace(organization, error=Why.NOT_ALLOWED))
    assert "every few minutes" in await listed(bot, ALICE)
