"""Notification rules: what is no member's to do is refused, whatever Slack brings back."""

import json
from dataclasses import replace

import pytest

from bot.domain.rules import Look, Place, Rule
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import fill, front, holds, without_store
from tests.slack.pressing import press
from tests.slack.ruling import (
    BOOKINGS,
    TEAM,
    add,
    keep,
    listed,
    more,
    notify_me,
    only_rule,
    press_rule,
    rules,
    save,
    shown,
    stored,
)

BOBS = Rule("r1", BOOKINGS, owner=BOB, hosts=("bob@example.com",))
GONE = "That rule is no longer there."
NOT_SEEN = "I do not see that channel, or you are not in it."


def forge(bot: Rig, user: str, block_id: str, **state: object) -> None:
    """Let the view hold what its element does not offer."""
    (held,) = [b for b in front(bot, user).blocks if b["block_id"] == block_id]
    front(bot, user).values[block_id][held["element"]["action_id"]] |= state


def option(value: str) -> dict[str, object]:
    return {"text": {"type": "plain_text", "text": "forged"}, "value": value}


async def press_forged(bot: Rig, user: str, action: str, value: str) -> str:
    """Press a button of one's own rule that carries another value."""
    mine = await keep(bot, replace(BOBS, id="mine", owner=user))
    await listed(bot, user)
    for held in shown(bot, user).blocks:
        for element in held.get("elements", []):
            if element.get("action_id") == action and element["value"].endswith(mine.id):
                element["value"] = value
    await bot.click(user, shown(bot, user), action, value=value)
    return words(bot.modal(user) or shown(bot, user))


ACTIONS = (ids.EDIT_RULE, ids.PAUSE_RULE, ids.RESUME_RULE, ids.TEST_RULE, ids.DELETE_RULE)


@pytest.mark.parametrize("action", [a for a in ACTIONS if a != ids.RESUME_RULE])
async def test_somebody_elses_rule_is_left_alone(bot: Rig, action: str) -> None:
    await keep(bot, BOBS)
    said = await press_forged(bot, DAVE, action, "0|r1")
    assert "Only the person who made the rule and the admins of this workspace can do" in said
    assert await stored(bot, "r1") == BOBS
    assert [m for m in bot.seen(DAVE, "bookings") if m.ephemeral_to is None] == []


@pytest.mark.parametrize("action", [a for a in ACTIONS if a != ids.RESUME_RULE])
@pytest.mark.parametrize("value", ["0|elsewhere", "0|nothing", "", "|", "x" * 200, "0|r1|"])
async def test_a_rule_that_is_none_here_is_not_there(bot: Rig, action: str, value: str) -> None:
    foreign = await keep(bot, replace(BOBS, id="elsewhere", place=Place("T9", "C9"), owner=DAVE))
    assert GONE in await press_forged(bot, DAVE, action, value)
    assert await stored(bot, "elsewhere") == foreign


async def test_admins_may_do_it_for_others(bot: Rig) -> None:
    rule = await keep(bot, replace(BOBS, place=Place(TEAM, BOB)))
    await keep(bot, BOBS)
    await listed(bot, ALICE)
    await press_rule(bot, ALICE, ids.EDIT_RULE, rule)
    await fill(bot, ALICE, ids.DETAIL, "busy")
    assert "Saved" in await save(bot)
    after = await stored(bot, "r1")
    assert (after.owner, after.hosts, after.look.detail) == (BOB, ("bob@example.com",), "busy")


async def test_a_member_cannot_widen_a_rule_of_their_own(bot: Rig) -> None:
    rule = await keep(bot, replace(BOBS, hosts=()))
    await listed(bot, BOB)
    await press_rule(bot, BOB, ids.EDIT_RULE, rule)
    front(bot, BOB).values[ids.WHOSE] = {ids.PICK_WHOSE: {"selected_option": option("everybody")}}
    await save(bot, BOB)
    assert (await stored(bot, "r1")).hosts == ("bob@example.com",)


@pytest.mark.parametrize(
    "change", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}]
)
async def test_rules_are_for_full_members(bot: Rig, change: dict[str, bool]) -> None:
    await notify_me(bot, DAVE)
    for name, value in change.items():
        setattr(bot.slack.people[DAVE], name, value)
    bot.bot.deps.people.forget(TEAM, DAVE)
    assert "full members of this workspace" in await save(bot, DAVE)
    assert await rules(bot) == []


async def test_a_guest_is_shown_nothing(bot: Rig) -> None:
    said = await listed(bot, "U0GUEST")
    assert "Only full members of this workspace can do that." in said
    assert "Everybody" not in said


@pytest.mark.parametrize(
    "channel",
    ["C0LEADS", "C0NOWHERE", "D0ALICE", "U0ALICE", "W0ALICE", "#bookings", "x" * 300, "C0RANDOM"],
)
async def test_a_channel_that_is_none_of_theirs(bot: Rig, channel: str) -> None:
    """A private one they are not in (nor the bot), none at all, somebody's direct messages."""
    bot.slack.granted_scopes.add("im:read")
    await notify_me(bot, DAVE)
    await fill(bot, DAVE, ids.WHERE, "channel")
    forge(bot, DAVE, ids.CHANNEL, selected_conversation=channel)
    said = await save(bot, DAVE)
    told = {
        "C0RANDOM": "I cannot post in that channel yet. Write `/invite @` and my name there",
        "U0ALICE": "A rule writes to nobody but who made it.",
        "W0ALICE": "A rule writes to nobody but who made it.",
    }
    assert told.get(channel, NOT_SEEN) in said
    assert "Nothing was saved." in said
    assert await rules(bot) == []


async def test_a_private_channel_is_for_its_members(bot: Rig) -> None:
    bot.slack.channels["C0LEADS"].members.add(bot.slack.app.bot_user_id)
    await notify_me(bot, BOB)
    await fill(bot, BOB, ids.WHERE, "channel")
    await fill(bot, BOB, ids.CHANNEL, "C0LEADS")
    assert "Saved" in await save(bot, BOB)
    await notify_me(bot, DAVE)
    await fill(bot, DAVE, ids.WHERE, "channel")
    forge(bot, DAVE, ids.CHANNEL, selected_conversation="C0LEADS")
    assert NOT_SEEN in await save(bot, DAVE)
    assert (await only_rule(bot)).owner == BOB


async def test_a_private_channel_with_many_members(bot: Rig) -> None:
    crowd = {f"U0CROWD{number:03}" for number in range(450)}
    bot.slack.channels["C0LEADS"].members |= {*crowd, "U0ZOE", bot.slack.app.bot_user_id}
    channels = bot.bot.deps.channels
    assert await channels.has_member(TEAM, "C0LEADS", "U0ZOE")
    assert not await channels.has_member(TEAM, "C0LEADS", DAVE)
    assert bot.slack_calls() == ["conversations.members"] * 6


async def test_an_archived_channel(bot: Rig) -> None:
    await add(bot, DAVE)
    bot.slack.channels["C0BOOKINGS"].archived = True
    said = await save(bot, DAVE)
    assert "That channel is archived. Choose another one. Nothing was saved." in said
    assert await rules(bot) == []


async def test_where_the_app_may_post_in_public_it_need_not_be_invited(bot: Rig) -> None:
    bot.slack.granted_scopes.add("chat:write.public")
    await notify_me(bot, DAVE)
    await fill(bot, DAVE, ids.WHERE, "channel")
    await fill(bot, DAVE, ids.CHANNEL, "C0RANDOM")
    assert "Saved" in await save(bot, DAVE)


async def test_where_the_app_may_not_look_no_channel_is_believed(bot: Rig) -> None:
    bot.slack.granted_scopes.discard("channels:read")
    await add(bot, DAVE)
    assert "the scopes channels:read and groups:read" in await save(bot, DAVE)
    await fill(bot, DAVE, ids.WHERE, "person")
    assert "Saved" in await save(bot, DAVE)
    assert (await only_rule(bot)).place == Place(TEAM, DAVE)


async def test_fifty_rules_are_the_limit(bot: Rig) -> None:
    for number in range(50):
        await keep(bot, replace(BOBS, id=f"r{number:02}"))
    await add(bot, BOB)
    assert "You have 50 rules, which is the limit. Delete one first." in await save(bot, BOB)
    assert len(await rules(bot)) == 50
    await add(bot, CAROL)
    assert "Saved" in await save(bot, CAROL)


@pytest.mark.parametrize("values", [["type:987654"], ["team:987654"], ["type:1", "team:987654"]])
async def test_event_types_that_the_account_does_not_see(bot: Rig, values: list[str]) -> None:
    await add(bot, DAVE)
    forge(bot, DAVE, ids.EVENT_TYPES, selected_options=[option(value) for value in values])
    assert "One of these is not there (any more)." in await save(bot, DAVE)
    assert await rules(bot) == []


async def test_a_user_group_that_is_none(bot: Rig) -> None:
    await add(bot, DAVE)
    await more(bot, DAVE)
    forge(bot, DAVE, ids.GROUPS, selected_options=[option("S0GONE")])
    said = await save(bot, DAVE)
    assert "One of these user groups is not there (any more)." in said
    assert await rules(bot) == []


async def test_what_is_no_choice_changes_nothing(bot: Rig) -> None:
    """Options that were never offered; the form keeps what it had."""
    await add(bot, DAVE)
    forge(bot, DAVE, ids.DETAIL, selected_option=option("naked"))
    forge(bot, DAVE, ids.ANNOUNCES, selected_option=option("bogus"))
    await more(bot, DAVE)
    forge(bot, DAVE, ids.DIGEST, selected_option=option("yearly"))
    forge(bot, DAVE, ids.REMINDERS, selected_options=[option("-5"), option("99999")])
    assert "Saved" in await save(bot, DAVE)
    rule = await only_rule(bot)
    assert (rule.news, rule.look, rule.digest, rule.reminders) == (None, Look(), None, ())


@pytest.mark.parametrize(
    ("block_id", "state"),
    [
        (ids.QUIET_FROM, {"selected_time": "25:00"}),
        (ids.DIGEST_AT, {"selected_time": "99:99"}),
        (ids.TIME_ZONE, {"selected_option": option("../etc/passwd")}),
    ],
)
async def test_forged_times_are_told_at_their_field(
    bot: Rig, block_id: str, state: dict[str, object]
) -> None:
    await add(bot, DAVE)
    await more(bot, DAVE)
    forge(bot, DAVE, block_id, **state)
    assert block_id in (await bot.submit(DAVE)).errors
    assert await rules(bot) == []


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "null", '["x"]', '[1, 2, 3, "x"]', "[[]]"])
async def test_metadata_that_names_no_draft(bot: Rig, metadata: str) -> None:
    await add(bot, DAVE)
    front(bot, DAVE).body["private_metadata"] = metadata
    assert "This form is no longer kept." in await save(bot, DAVE)
    assert await rules(bot) == []


async def test_metadata_that_names_somebody_elses_draft(bot: Rig) -> None:
    await add(bot, ALICE)
    theirs = front(bot, ALICE).body["private_metadata"]
    await add(bot, DAVE)
    front(bot, DAVE).body["private_metadata"] = theirs
    assert "This form is no longer kept." in await save(bot, DAVE)
    assert await rules(bot) == []


async def test_nothing_of_the_metadata_but_the_draft_is_believed(bot: Rig) -> None:
    await notify_me(bot, DAVE)
    draft, *_ = json.loads(front(bot, DAVE).body["private_metadata"])
    front(bot, DAVE).body["private_metadata"] = json.dumps([draft, 0, ALICE, True])
    assert "Saved" in await save(bot, DAVE)
    assert (await only_rule(bot)).place == Place(TEAM, DAVE)


async def test_without_the_store_the_form_stays_filled_in(bot: Rig) -> None:
    await add(bot, DAVE)
    await fill(bot, DAVE, ids.DETAIL, "busy")
    async with without_store(bot):
        await bot.people.submit(DAVE)
        await bot.bot.background.drain()
        assert "My own storage is not answering. Nothing was saved." in words(front(bot, DAVE))
        assert holds(bot, DAVE, ids.DETAIL) == "busy"
    assert "Saved" in await save(bot, DAVE)
    assert (await only_rule(bot)).look.detail == "busy"


async def test_a_list_that_is_left_open_offers_nothing_it_should_not(bot: Rig) -> None:
    """What was one's own when the list was drawn is looked at when it is pressed."""
    rule = await keep(bot, BOBS)
    await listed(bot, BOB)
    await keep(bot, replace(BOBS, owner=ALICE))
    await press_rule(bot, BOB, ids.DELETE_RULE, rule)
    assert "Only the person who made the rule" in words(shown(bot, BOB))
    assert await stored(bot, "r1")


async def test_names_from_outside_stay_text(bot: Rig) -> None:
    bot.slack.people[BOB].real_name = "<!channel> *Bob*"
    await keep(bot, BOBS)
    said = await listed(bot, DAVE)
    assert "<!channel>" not in said
    assert "Bookings of &lt;!channel&gt; ∗Bob∗" in said
    await press(bot, DAVE, "Notify me", shown(bot, DAVE))
