"""The webhooks that the bot keeps at the local Cal.com, as tests look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import stamina

from bot.domain.records import Registration
from bot.domain.rules import Place, Rule
from bot.sandbox.calcom.model import Subscription
from tests.harness import Rig, Setup

URL = "https://bot.test"
OURS = f"{URL}/webhooks/cal/"
TEAM_TYPES = ["briefing", "help-desk", "panel", "team-demo", "welcome"]
"""The last is a template."""


def with_settings(**settings: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("setup", [settings], indirect=True, ids=[""])


def setup_for(request: pytest.FixtureRequest, database_url: str) -> Setup:
    """A bot without webhooks made by hand, at a public address, and with other settings."""
    given = {"public_url": URL, "notify_channel": None} | getattr(request, "param", {})
    return Setup(database_url, settings=given, webhooks=False)


@contextmanager
def no_waiting() -> Iterator[None]:
    """Retries of reads do not wait; stamina has no other seam for that."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


async def save_rule(bot: Rig, rule_id: str = "r1", **more: Any) -> None:
    place = Place(bot.bot.identity.team_id, "#bookings")
    await bot.bot.store.rules.save(Rule(rule_id, place, **more))
    await bot.bot.registering.hasten()


async def a_round(bot: Rig, *, after: float = 0) -> None:
    """A round that is due, after so many minutes."""
    bot.clock.advance(minutes=after)
    await bot.bot.registering.hasten()
    assert await due(bot)


async def due(bot: Rig) -> bool:
    """The worker comes to it a moment later; whether a round was due."""
    bot.clock.advance(seconds=1)
    return await bot.bot.chores["webhooks"]()


def hooks(bot: Rig) -> list[Subscription]:
    """Ours at Cal.com."""
    return [each for each in bot.cal.subscriptions.values() if each.url.startswith(OURS)]


def whose(bot: Rig) -> list[str]:
    """Whose they are, in order: a person's name, an event type's slug, a team's slug."""
    world = bot.cal
    names = [
        world.users[hook.user_id].username
        if hook.user_id
        else world.event_types[hook.event_type_id].slug
        if hook.event_type_id
        else world.teams[hook.team_id or 0].slug
        for hook in hooks(bot)
    ]
    return sorted(names)


async def rows(bot: Rig) -> list[Registration]:
    return list(await bot.bot.store.registrations.of_account("house"))


def asked(bot: Rig) -> list[str]:
    """What Cal.com was asked about webhooks."""
    return [call for call in bot.cal_calls() if "/webhooks" in call]
