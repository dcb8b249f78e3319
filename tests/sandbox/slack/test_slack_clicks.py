"""Clicks and choices in messages, and the payload each of them becomes."""

from typing import Any

import pytest

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.screen import PersonCannot
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import (
    Json,
    Recorder,
    actions,
    button,
    element,
    option,
    plain,
    posted,
)

TWO = [option("1"), option("2")]


async def test_what_a_click_carries(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    message = posted(workspace, actions(button("go", "1", style="primary"), block_id="b"))
    outcome = await sender.click("U0BOB", message, "go")
    assert outcome.ok
    told = app.last
    assert told["type"] == "block_actions"
    assert told["user"] == {
        "id": "U0BOB",
        "username": "bob",
        "name": "bob",
        "team_id": "T0SANDBOX",
    }
    assert told["team"] == {"id": "T0SANDBOX", "domain": "sandbox"}
    assert told["message"]["ts"] == message.ts
    assert told["message"]["bot_id"] == "B0CALBOT"
    assert told["state"] == {"values": {}}
    assert {"trigger_id", "response_url", "api_app_id", "token"} <= told.keys()
    (action,) = told["actions"]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "go",
        "block_id": "b",
        "text": {"type": "plain_text", "text": "go", "emoji": True},
        "value": "1",
        "style": "primary",
    }


async def test_an_ephemeral_message_is_not_told(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    message = posted(workspace, actions(button("go")), ephemeral_to="U0BOB")
    with pytest.raises(PersonCannot):
        await sender.click("U0ALICE", message, "go")
    await sender.click("U0BOB", message.ts, "go")
    assert "message" not in app.last
    assert app.last["container"]["is_ephemeral"] is True


async def test_only_what_is_displayed_can_be_clicked(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    message = posted(workspace, actions(button("go", "1")), actions(button("go", "2")))
    for wrong in ("other", "go"):
        with pytest.raises(PersonCannot):
            await sender.click("U0BOB", message, wrong)
    await sender.click("U0BOB", message, "go", value="2")
    assert app.last["actions"][0]["value"] == "2"
    block = message.blocks[0]["block_id"]
    await sender.click("U0BOB", message, "go", block=block)
    assert app.last["actions"][0]["value"] == "1"
    workspace.edit(message, "done", [], edited=False)
    with pytest.raises(PersonCannot):
        await sender.click("U0BOB", message, "go")
    workspace.remove(message)
    with pytest.raises(PersonCannot):
        await sender.click("U0BOB", message.ts, "go")


async def test_who_is_not_in_a_private_channel_sees_nothing(
    workspace: Workspace, sender: Sender
) -> None:
    message = Message("C0LEADS", workspace.new_ts(), "U0CALBOT", "t", [actions(button("go"))])
    workspace.post(message)
    with pytest.raises(PersonCannot):
        await sender.click("U0CAROL", message, "go")
    assert (await sender.click("U0BOB", message, "go")).ok


CHOICES: list[tuple[Json, Any, str, Any]] = [
    (element("static_select", options=TWO), "2", "selected_option", TWO[1]),
    (
        element("static_select", option_groups=[{"label": plain("g"), "options": TWO}]),
        TWO[0],
        "selected_option",
        TWO[0],
    ),
    (element("radio_buttons", options=TWO), "1", "selected_option", TWO[0]),
    (element("overflow", options=TWO), "1", "selected_option", TWO[0]),
    (element("checkboxes", options=TWO), ["1", "2"], "selected_options", TWO),
    (element("checkboxes", options=TWO), [], "selected_options", []),
    (element("multi_static_select", options=TWO), ["2"], "selected_options", [TWO[1]]),
    (element("users_select"), "U0BOB", "selected_user", "U0BOB"),
    (element("multi_users_select"), ["U0BOB"], "selected_users", ["U0BOB"]),
    (element("conversations_select"), "C0RANDOM", "selected_conversation", "C0RANDOM"),
    (element("multi_channels_select"), ["C0RANDOM"], "selected_channels", ["C0RANDOM"]),
    (element("datepicker"), "2026-03-04", "selected_date", "2026-03-04"),
    (element("timepicker"), "09:30", "selected_time", "09:30"),
    (element("datetimepicker"), 1_772_600_000, "selected_date_time", 1_772_600_000),
]


def without_flags(value: Any) -> Any:
    """A choice as it was sent, without the flags Slack adds to text."""
    if isinstance(value, list):
        return [without_flags(each) for each in value]
    if isinstance(value, dict):
        return {name: without_flags(held) for name, held in value.items() if name != "emoji"}
    return value


@pytest.mark.parametrize(
    ("made", "choice", "name", "sent"), CHOICES, ids=[row[0]["type"] for row in CHOICES]
)
async def test_choosing(
    workspace: Workspace,
    sender: Sender,
    app: Recorder,
    *,
    made: Json,
    choice: Any,
    name: str,
    sent: Any,
) -> None:
    message = posted(workspace, actions(made, block_id="b"))
    await sender.click("U0ALICE", message, "act", selected=choice)
    (action,) = app.last["actions"]
    assert action["type"] == made["type"]
    assert without_flags(action[name]) == sent
    state = app.last["state"]["values"]
    if made["type"] == "overflow":
        assert state == {}
    else:
        assert without_flags(state["b"]["act"][name]) == sent
    again = await sender.click("U0BOB", message, "act", selected=choice)
    assert again.ok


@pytest.mark.parametrize(
    ("made", "choice"),
    [
        (element("static_select", options=TWO), "3"),
        (element("radio_buttons", options=TWO), None),
        (element("multi_static_select", options=TWO, max_selected_items=1), ["1", "2"]),
        (element("external_select"), "1"),
        (element("users_select"), "U0GONE"),
        (element("users_select"), "U0NOBODY"),
        (element("conversations_select"), "C0LEADS"),
        (element("conversations_select", filter={"include": ["im"]}), "C0RANDOM"),
        (element("conversations_select", filter={"exclude_bot_users": True}), "D0CAROL"),
        (element("conversations_select"), "C0ARCHIVED"),
        (
            element("conversations_select", filter={"exclude_external_shared_channels": True}),
            "C0SHARED",
        ),
        (element("channels_select"), "D0CAROL"),
        (element("datepicker"), "tomorrow"),
        (element("timepicker"), "9am"),
        (element("datetimepicker"), "now"),
    ],
)
async def test_what_cannot_be_chosen(
    workspace: Workspace, sender: Sender, app: Recorder, made: Json, choice: Any
) -> None:
    workspace.add_channel("archived", ["U0CAROL"], channel_id="C0ARCHIVED").archived = True
    workspace.add_channel("shared", ["U0CAROL"], channel_id="C0SHARED").is_ext_shared = True
    message = posted(workspace, actions(made))
    with pytest.raises(PersonCannot):
        await sender.click("U0CAROL", message, "act", selected=choice)
    assert app.payloads == []


async def test_a_button_that_gets_no_answer(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    message = posted(workspace, actions(button("go")))
    app.answer(None, 404)
    outcome = await sender.click("U0BOB", message, "go")
    assert not outcome.ok
    assert "HTTP status 404" in workspace.faults[0]


async def test_a_menu_that_loads_in_a_message(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    """What one person was offered is not offered to another."""
    menu = element("external_select", min_query_length=0)
    message = posted(workspace, actions(menu), thread_ts=posted(workspace).ts)
    app.answer({"option_groups": [{"label": plain("g"), "options": TWO}]})
    loaded = await sender.options("U0ALICE", "act", container=message)
    assert loaded.options["option_groups"][0]["options"] == TWO
    assert app.last["container"]["thread_ts"] == message.thread_ts
    with pytest.raises(PersonCannot):
        await sender.click("U0BOB", message, "act", selected="2")
    await sender.click("U0ALICE", message, "act", selected="2")
    assert app.last["actions"][0]["selected_option"] == TWO[1]


async def test_rich_text_is_an_object(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    message = posted(workspace, actions(element("rich_text_input"), block_id="b"))
    await sender.fill("U0ALICE", "act", "words", container=message, enter=True)
    typed = app.last["actions"][0]["rich_text_value"]
    assert typed["elements"][0]["elements"] == [{"type": "text", "text": "words"}]
    await sender.fill("U0ALICE", "act", typed, container=message, enter=True)
    assert app.last["state"]["values"]["b"]["act"]["rich_text_value"] == typed
