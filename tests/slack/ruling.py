"""The ways people go through the notification rules."""

from collections.abc import Sequence

import pytest

from bot.domain.hooks import Why
from bot.domain.records import Level, Registration
from bot.domain.rules import Place, Rule
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import ALICE, Rig, words
from tests.services.hooks import URL
from tests.slack.flows import fill, front
from tests.slack.pressing import event_type, press

TEAM = "T0SANDBOX"
BOOKINGS = Place(TEAM, "C0BOOKINGS")
FIRST = f"notify_channel:{TEAM}:#bookings"


def at_public_url(url: str = URL) -> pytest.MarkDecorator:
    """A bot that Cal.com reaches there, without the rule of the settings."""
    given = {"settings": {"public_url": url, "notify_channel": None}}
    return pytest.mark.parametrize("setup", [given], indirect=True, ids=[""])


async def closed(bot: Rig, why: Why = Why.NOT_ALLOWED) -> list[Registration]:
    """Let the last round have found the account's own webhook well, and closed those of two event
    types of teams: *Panel interview*, and one that is no longer listed."""
    panel = event_type(bot, "panel")
    triggers = ("BOOKING_CREATED", "BOOKING_CANCELLED")
    own = Registration("own_", "house", Level.USER, "secret-own", webhook_id="w", triggers=triggers)
    level = Level.TEAM_EVENT_TYPE
    rows = [
        own,
        Registration(
            "_panel", "house", level, "_secret*1", panel.id, panel.team_id, "", triggers, why
        ),
        Registration("gone", "house", level, "secret2", 987654, 1, "", triggers, why),
    ]
    for row in rows:
        await bot.bot.store.registrations.save(row)
    return rows


async def rules(bot: Rig) -> Sequence[Rule]:
    """Those that people made."""
    return [rule for rule in await bot.bot.store.rules.of_workspace(TEAM) if rule.owner]


async def only_rule(bot: Rig) -> Rule:
    (rule,) = await rules(bot)
    return rule


async def stored(bot: Rig, rule_id: str) -> Rule:
    rule = await bot.bot.store.rules.rule(rule_id)
    assert rule is not None
    return rule


async def keep(bot: Rig, rule: Rule) -> Rule:
    """Let there be this rule."""
    await bot.bot.store.rules.save(rule)
    return rule


def shown(bot: Rig, user: str, channel: str = "bookings") -> Message:
    """The newest message that only this person sees: the list."""
    return [m for m in bot.seen(user, channel) if m.ephemeral_to == user][-1]


async def listed(bot: Rig, user: str = ALICE, channel: str = "bookings") -> str:
    """What `/cal notify` says here."""
    await bot.command(user, "notify", channel)
    return words(shown(bot, user, channel))


async def add(bot: Rig, user: str = ALICE, channel: str = "bookings") -> None:
    """Open the form for a new rule of this channel."""
    await listed(bot, user, channel)
    await press(bot, user, "Add for this channel", shown(bot, user, channel))


async def notify_me(bot: Rig, user: str) -> None:
    """Open the form for a rule of one's own."""
    await listed(bot, user)
    await press(bot, user, "Notify me", shown(bot, user))


async def more(bot: Rig, user: str = ALICE) -> None:
    await bot.click(user, front(bot, user), ids.MORE_OF_RULE)


async def fill_rest(bot: Rig, user: str = ALICE) -> None:
    """Something in every field of the second screen."""
    await fill(bot, user, ids.ASKS, ["asks"])
    await fill(bot, user, ids.MENTION, ["host"])
    await bot.people.options(user, ids.FIND_GROUPS, "sal")
    await fill(bot, user, ids.GROUPS, ["S0SALES"])
    await fill(bot, user, ids.REMINDERS, ["15", "1440"])
    await fill(bot, user, ids.DIGEST, "0")
    await fill(bot, user, ids.DIGEST_AT, "17:30")
    await fill(bot, user, ids.QUIET_FROM, "20:00")
    await fill(bot, user, ids.QUIET_UNTIL, "08:00")
    await bot.people.options(user, ids.ZONE, "tokyo")
    await fill(bot, user, ids.TIME_ZONE, "Asia/Tokyo")


async def save(bot: Rig, user: str = ALICE) -> str:
    """Press Save; what the modal says then."""
    return words((await bot.submit(user)).view)


async def press_rule(bot: Rig, user: str, action: str, rule: Rule) -> Outcome:
    """Press a button of the rule in the newest list."""
    message = shown(bot, user)
    for held in message.blocks:
        for element in held.get("elements", []):
            if element.get("action_id") == action and element["value"].endswith(f"|{rule.id}"):
                return await bot.click(user, message, action, block=held["block_id"])
    raise AssertionError(f"{action} is not offered for {rule.id}")
