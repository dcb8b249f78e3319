"""What is registered with Bolt: its listeners, the ids of the views, and the manifest agree."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.listener.async_listener import AsyncListener
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack import ids
from bot.slack import views as views_package
from bot.slack.manifest import EVENTS, manifest
from bot.slack.steps import EVENT
from tests.harness import Rig

INJECTED = set(inspect.get_annotations(AsyncArgs))
"""The argument names that Bolt knows; any other one is None, with a warning."""

FIELDS = {
    *("VALUE", "EVENT_TYPE", "LENGTH", "DAY", "TIME", "FOR_WHOM", "MEMBER", "GUEST_NAME"),
    *("GUEST_EMAIL", "TIME_ZONE", "INVITE_MEMBERS", "INVITE_EMAILS", "NOTES", "CHANNEL"),
    *("REASON", "ABSENT", "EXTENT", "CLOCK", "DEFAULT_EVENT_TYPE", "QUESTION", "HOST"),
    *("LAST_NAME", "LANGUAGE", "ASKS", "COUNT", "WHEN", "PLACE", "PLACE_VALUE"),
    *("WHERE", "WHOSE", "HOST_MEMBERS", "HOST_EMAILS", "EVENT_TYPES", "ANNOUNCES", "NEWS"),
    *("GUEST_DOMAINS", "DETAIL", "MENTION", "GROUPS", "REMINDERS", "DIGEST", "DIGEST_AT"),
    *("QUIET_FROM", "QUIET_UNTIL", "KEY", "THREAD", "TIMES", "WHOM", "WAY", "STANDS"),
    *("HOURS_DAYS", "HOURS_FROM", "HOURS_UNTIL", "HOURS_OTHER_DAYS"),
    *("HOURS_DATE", "HOURS_DATE_FROM", "HOURS_DATE_UNTIL"),
    *("AWAY_FROM", "AWAY_UNTIL", "COVER"),
}
"""Blocks of forms (and the action inside): read when the form is sent; nobody listens to them."""

LOADED_ONLY = {"ZONE", "FIND_EVENT_TYPE", "FIND_OPTION", "FIND_RULE_TYPES", "FIND_GROUPS"}
"""Menus in forms that load their options, and tell what was chosen with the form."""

EXTERNAL = {"ExternalDataSelectElement", "ExternalDataMultiSelectElement"}

CALLBACKS = {
    *("BOOK", "RESCHEDULE", "CANCEL", "DECLINE", "SETTINGS", "MARK_ABSENT"),
    *("REQUEST_RESCHEDULE", "HAND_OVER", "ADD_PEOPLE", "CHANGE_PLACE", "RULE", "API_KEY"),
    *("PROPOSE", "HOURS", "AWAY"),
}
STEPS = {"FIND_TIMES", "BOOK_STEP", "CANCEL_STEP"}
"""Told by one event."""
SHORTCUTS = {"BOOK_A_MEETING": "shortcut", "BOOK_ABOUT": "message_action"}
"""With the payload's type: from anywhere, or from a message."""
VIEWS = Path(views_package.__file__ or "").parent
NAMES = {name: value for name, value in vars(ids).items() if name.isupper()}
ACTIONS = sorted(NAMES.keys() - FIELDS - LOADED_ONLY - CALLBACKS - SHORTCUTS.keys() - STEPS)


@pytest.fixture
def listeners(bot: Rig) -> list[AsyncListener]:
    return list(bot.bot.slack._async_listeners)  # Bolt offers no other way to see them


async def taking(listeners: list[AsyncListener], body: dict[str, Any]) -> list[AsyncListener]:
    """The listeners whose matchers take this payload."""
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    nothing = BoltResponse(status=404)
    return [one for one in listeners if await one.async_matches(req=request, resp=nothing)]


def action(name: str) -> dict[str, Any]:
    """A click; an id that ends in `:` goes on."""
    value = NAMES[name]
    action_id = f"{value}0" if value.endswith(":") else value
    if name in {"PICK_OPEN_DAY", "MOVE_OPEN_DAY"}:
        action_id = f"{value}:0"
    pressed = {"action_id": action_id, "block_id": "b", "type": "button", "value": "v"}
    return {"type": "block_actions", "user": {"id": "U1"}, "actions": [pressed]}


def options(name: str) -> dict[str, Any]:
    asked = {"action_id": NAMES[name], "block_id": "b", "value": "", "user": {"id": "U1"}}
    return {"type": "block_suggestion"} | asked


def submission(name: str) -> dict[str, Any]:
    return {"type": "view_submission", "view": {"callback_id": NAMES[name], "type": "modal"}}


def shortcut(name: str) -> dict[str, Any]:
    told = {"type": SHORTCUTS[name], "callback_id": NAMES[name], "user": {"id": "U1"}}
    return told | {"message": {}, "channel": {"id": "C1"}} if name == "BOOK_ABOUT" else told


def command(name: str) -> dict[str, Any]:
    return {"command": name, "text": "", "user_id": "U1"}


def event(kind: str) -> dict[str, Any]:
    return {"type": "event_callback", "event": {"type": kind}}


def used_in_views() -> Iterator[tuple[str, ast.AST]]:
    """Every `ids.NAME` in the views, with the call or expression it stands in."""
    for path in sorted(VIEWS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.Attribute) and ast.unparse(child.value) == "ids":
                    yield child.attr, node


def test_every_argument_is_one_that_bolt_injects(listeners: list[AsyncListener]) -> None:
    assert len(listeners) > 30
    for listener in listeners:
        assert listener.lazy_functions == []
        for function in [listener.ack_function, *listener.lazy_functions]:
            parameters = inspect.signature(function).parameters.values()
            assert {p.name for p in parameters} <= INJECTED, function
            # Bolt injects into positional parameters only.
            assert {p.kind for p in parameters} <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}


async def test_every_action_has_one_listener(listeners: list[AsyncListener]) -> None:
    """One and no more: an id that is matched by its beginning must not swallow a longer one."""
    assert len(set(NAMES.values())) == len(NAMES)
    for name in ACTIONS:
        assert len(await taking(listeners, action(name))) == 1, name


async def test_every_modal_has_one_listener(listeners: list[AsyncListener]) -> None:
    for name in CALLBACKS:
        assert len(await taking(listeners, submission(name))) == 1, name


async def test_fields_are_nobodys_actions(listeners: list[AsyncListener]) -> None:
    for name in FIELDS | LOADED_ONLY:
        assert await taking(listeners, action(name)) == [], name


async def test_every_menu_that_loads_its_options_is_answered(
    listeners: list[AsyncListener],
) -> None:
    loading = {
        name
        for path in VIEWS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in EXTERNAL
        for keyword in node.keywords
        if keyword.arg == "action_id" and isinstance(keyword.value, ast.Attribute)
        for name in [keyword.value.attr]
    }
    assert loading >= LOADED_ONLY
    for name in loading:
        assert len(await taking(listeners, options(name))) == 1, name


def test_every_id_of_a_view_is_known_here() -> None:
    used = {name for name, _ in used_in_views()}
    assert used - {"starts"} <= NAMES.keys()
    assert used >= CALLBACKS


def test_what_is_an_action_in_a_view_is_an_action_here() -> None:
    for name, node in used_in_views():
        if isinstance(node, ast.keyword) and node.arg == "action_id":
            assert name not in FIELDS - {"VALUE"}, ast.unparse(node)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("button"):
            assert name in ACTIONS, ast.unparse(node)


async def test_the_manifests_command_is_registered_and_no_other(
    listeners: list[AsyncListener],
) -> None:
    (told,) = manifest()["features"]["slash_commands"]
    assert len(await taking(listeners, command(told["command"]))) == 1
    assert await taking(listeners, command("/other")) == []


@pytest.mark.parametrize("setup", [{"settings": {"slack_command": "/meet"}}], indirect=True)
async def test_the_command_has_the_name_of_the_settings(listeners: list[AsyncListener]) -> None:
    (told,) = manifest(command="/meet")["features"]["slash_commands"]
    assert len(await taking(listeners, command(told["command"]))) == 1
    assert await taking(listeners, command("/cal")) == []


async def test_the_manifests_shortcuts_are_registered(listeners: list[AsyncListener]) -> None:
    told = {each["callback_id"]: each["type"] for each in manifest()["features"]["shortcuts"]}
    assert told == {NAMES["BOOK_A_MEETING"]: "global", NAMES["BOOK_ABOUT"]: "message"}
    for name in SHORTCUTS:
        assert len(await taking(listeners, shortcut(name))) == 1, name


async def test_the_manifests_events_are_registered(listeners: list[AsyncListener]) -> None:
    for kind in manifest()["settings"]["event_subscriptions"]["bot_events"]:
        assert len(await taking(listeners, event(kind))) == 1, kind


async def test_nothing_is_registered_that_nobody_sends(listeners: list[AsyncListener]) -> None:
    sent = [
        command("/cal"),
        *map(event, (*EVENTS, EVENT)),
        *map(action, ACTIONS),
        *map(submission, CALLBACKS),
        *map(shortcut, SHORTCUTS),
        *(submission(name) | {"type": "view_closed"} for name in CALLBACKS),
        *map(options, NAMES),
    ]
    taken = {id(one) for body in sent for one in await taking(listeners, body)}
    assert [one.ack_function for one in listeners if id(one) not in taken] == []
