"""What other schedulers' apps take too much of: the channel's attention, and scopes."""

import ast
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.injections import DROP
from bot.sandbox.slack.record import Call
from bot.slack.manifest import EVENTS, OPTIONAL_SCOPES, REQUIRED_SCOPES, manifest
from tests.harness import BOB, DAVE, Rig
from tests.slack.flows import book, cards, pick_time, press_row
from tests.slack.pressing import press

ALONE = {"settings": {"notify_channel": None}}
READS = ("users.", "usergroups.", "conversations.info", "conversations.members", "auth.test")

COMMAND = "the slash command"
CHANNELS = {"conversations.info", "conversations.list", "conversations.members"}
HISTORY = {"conversations.history", "conversations.replies"}
SCOPES = {
    "commands": {COMMAND},
    "chat:write": {"chat.postMessage", "chat.update", "chat.delete"},
    "chat:write.public": {"chat.postMessage"},
    "users:read": {"users.info", "user_change"},
    "users:read.email": {"users.lookupByEmail"},
    "channels:read": CHANNELS,
    "groups:read": CHANNELS,
    "channels:history": HISTORY,
    "groups:history": HISTORY,
    "im:history": HISTORY,
    "im:write": {"conversations.open"},
    "mpim:write": {"conversations.open"},
    "usergroups:read": {"usergroups.list"},
    "links:read": {"link_shared"},
    "links:write": {"chat.unfurl"},
}
"""What needs each scope. Source: docs.slack.dev, reference/methods and reference/events, the
scopes named on each page."""
FREE = {
    "auth.test",
    "views.open",
    "views.push",
    "views.update",
    "views.publish",
    "app_home_opened",
    "chat.getPermalink",
    "functions.completeSuccess",
    "functions.completeError",
    "app_uninstalled",
    "tokens_revoked",
}
"""What needs none."""


def is_private(call: Call) -> bool:
    """Whether nobody but the one person is shown anything by it."""
    if call.method == "response_url":
        return call.args.get("response_type") == "ephemeral"
    if call.method in {"chat.postMessage", "chat.update"}:
        return str(call.args["channel"]).startswith(("U", "D"))
    return call.method.startswith(("views.", *READS))


@pytest.mark.parametrize("setup", [ALONE], indirect=True)
async def test_row_19_every_step_is_private(bot: Rig) -> None:
    """From the times through the form to the outcome, and what is done to the booking later."""
    await bot.command(DAVE, "slots intro tomorrow")
    await press(bot, DAVE, "9:00 AM")
    await bot.submit(DAVE)
    await bot.people.close(DAVE, all=True)
    await bot.command(DAVE, "book onboarding 30 nov")
    await pick_time(bot)
    await bot.submit(DAVE)
    await bot.people.close(DAVE, all=True)
    booked = bot.cal.bookings[-1]
    await press_row(bot, DAVE, "reschedule", booked)
    await pick_time(bot, nth=1)
    await bot.submit(DAVE)
    await bot.people.close(DAVE, all=True)
    await bot.command(DAVE, "next")
    assert len(bot.cal.bookings) >= 2
    methods = bot.slack_calls()
    assert {"views.open", "views.update", "response_url"} <= set(methods), methods
    assert [call for call in bot.slack.calls if not is_private(call)] == []
    public = [channel.id for channel in bot.slack.channels.values() if BOB in channel.members]
    assert public
    assert [m for one in public for m in bot.slack.visible_messages(BOB, one)] == []


async def test_row_19_only_a_chosen_channel_is_told(bot: Rig) -> None:
    """The channel that an admin has chosen in the settings, by one card."""
    await book(bot)
    [told] = [call for call in bot.slack.calls if not is_private(call)]
    assert (told.method, told.args["channel"]) == ("chat.postMessage", "#bookings")
    assert bot.seen(BOB) == []


def called(room: Path) -> dict[str, set[str]]:
    """Slack's methods that the code there calls, each with the files that do."""
    found: dict[str, set[str]] = {}
    for path in room.rglob("*.py"):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else ""
            if "_" in name.strip("_") and name != "api_call" and hasattr(AsyncWebClient, name):
                found.setdefault(name.replace("_", ".", 1), set()).add(path.name)
    return found


def test_row_26_no_scope_stands_without_use() -> None:
    """And nothing is called that needs one which is not asked for."""
    methods = called(Path(__file__).parents[2] / "bot")
    assert manifest()["features"]["slash_commands"]
    used = {*methods, *EVENTS, COMMAND}
    assert set(SCOPES) == {*REQUIRED_SCOPES, *OPTIONAL_SCOPES}
    assert {scope: needed - used for scope, needed in SCOPES.items() if needed - used} == {}
    assert used - set().union(*SCOPES.values()) - FREE == set()
    assert {file for method in HISTORY for file in methods[method]} == {"notifier.py"}


async def test_row_26_a_history_is_read_to_find_an_own_card_only(bot: Rig) -> None:
    bot.slack.granted_scopes |= OPTIONAL_SCOPES.keys()
    await book(bot)
    assert len(cards(bot)) == 1
    assert HISTORY.isdisjoint(bot.slack_calls())
    bot.forget_calls()
    bot.slack.refuse("chat.postMessage", DROP, after_effect=True)
    await book(bot, nth=1)
    for _ in range(10):
        bot.clock.advance(minutes=1)
        await bot.settle()
    [read] = [call for call in bot.slack.calls if call.method in HISTORY]
    assert read.args["channel"] == "C0BOOKINGS"
    assert len(cards(bot)) == 2, "found, and not posted twice"
