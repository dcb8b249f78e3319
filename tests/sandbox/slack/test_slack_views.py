"""Trigger ids, stacks, hashes, external ids, and what survives an update."""

import json
from typing import Any

import pytest

from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import (
    Call,
    Clock,
    Json,
    element,
    field,
    form,
    modal,
    option,
    plain,
    section,
)

HOME = {"type": "home", "blocks": [section()]}


def trigger(workspace: Workspace, view_id: str | None = None) -> str:
    return workspace.grants.trigger("U0ALICE", "C0GENERAL", view_id)


async def opened(call: Call, workspace: Workspace, view: Json) -> Json:
    answer = await call("views.open", trigger_id=trigger(workspace), view=view)
    assert answer["ok"], answer
    told: Json = answer["view"]
    return told


async def test_a_trigger_opens_once_within_three_seconds(
    call: Call, workspace: Workspace, clock: Clock
) -> None:
    view = modal(section())
    in_time = trigger(workspace)
    clock.advance(3)
    assert (await call("views.open", trigger_id=in_time, view=view))["ok"]
    again = await call("views.open", trigger_id=in_time, view=view)
    assert again["error"] == "exchanged_trigger_id"
    late = trigger(workspace)
    clock.advance(3.1)
    assert (await call("views.open", trigger_id=late, view=view))["error"] == "expired_trigger_id"
    for made_up in ("12345.98765.abcd", "nonsense"):
        answer = await call("views.open", trigger_id=made_up, view=view)
        assert answer["error"] == "invalid_trigger_id"
    assert (await call("views.open", view=view))["error"] == "invalid_arguments"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (None, "invalid_arguments"),
        ("{", "invalid_arguments"),
        ("[]", "invalid_arguments"),
        (HOME, "invalid_arguments"),
        (modal(section(""), title=plain("t")), "invalid_arguments"),
        (modal(*[section("x" * 2900)] * 100), "view_too_large"),
    ],
)
async def test_views_refused(call: Call, workspace: Workspace, view: Any, error: str) -> None:
    answer = await call("views.open", trigger_id=trigger(workspace), view=view)
    assert answer["error"] == error
    assert workspace.views.top("U0ALICE") is None


async def test_a_refused_view_tells_where_and_keeps_its_trigger(
    call: Call, workspace: Workspace
) -> None:
    trigger_id = trigger(workspace)
    answer = await call("views.open", trigger_id=trigger_id, view=modal(section("")))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be at least 1 characters [json-pointer:/view/blocks/0/text/text]"
    ]
    assert (await call("views.open", trigger_id=trigger_id, view=modal(section())))["ok"]


async def test_the_size_counts_bytes(call: Call, workspace: Workspace) -> None:
    def view(letter: str) -> str:
        return json.dumps(modal(*[section(letter * 2900)] * 80), ensure_ascii=False)

    assert (await call("views.open", trigger_id=trigger(workspace), view=view("x")))["ok"]
    large = await call("views.open", trigger_id=trigger(workspace), view=view("é"))
    assert large["error"] == "view_too_large"


async def test_three_views_and_no_more(call: Call, workspace: Workspace) -> None:
    root = await opened(call, workspace, modal(section()))
    second = await call(
        "views.push", trigger_id=trigger(workspace, root["id"]), view=modal(section())
    )
    assert second["view"]["previous_view_id"] == root["id"]
    third = await call(
        "views.open", trigger_id=trigger(workspace, second["view"]["id"]), view=modal(section())
    )
    assert third["view"]["root_view_id"] == root["id"]
    fourth = await call(
        "views.push", trigger_id=trigger(workspace, root["id"]), view=modal(section())
    )
    assert fourth["error"] == "push_limit_reached"
    assert len(workspace.views.stack("U0ALICE")) == 3


async def test_pushing_needs_a_press_in_an_open_modal(call: Call, workspace: Workspace) -> None:
    view = modal(section())
    outside = await call("views.push", trigger_id=trigger(workspace), view=view)
    assert outside["error"] == "not_found"
    root = await opened(call, workspace, view)
    pressed = trigger(workspace, root["id"])
    workspace.views.clear("U0ALICE")
    assert (await call("views.push", trigger_id=pressed, view=view))["error"] == "not_found"


async def test_update_by_hash(call: Call, workspace: Workspace) -> None:
    view = await opened(call, workspace, modal(section("1"), external_id="mine"))
    by_id = {"view_id": view["id"], "view": modal(section("2"), external_id="mine")}
    updated = await call("views.update", hash=view["hash"], **by_id)
    assert updated["ok"]
    assert updated["view"]["id"] == view["id"]
    stale = await call("views.update", hash=view["hash"], **by_id)
    assert stale["error"] == "hash_conflict"
    assert (await call("views.update", **by_id))["ok"]
    named = await call("views.update", external_id="mine", view=modal(section("3")))
    assert named["view"]["blocks"][0]["text"]["text"] == "3"
    assert (await call("views.update", view=modal(section())))["error"] == "invalid_arguments"
    both = await call("views.update", external_id="mine", **by_id)
    assert both["error"] == "invalid_arguments"
    workspace.views.clear("U0ALICE")
    assert (await call("views.update", **by_id))["error"] == "not_found"


async def test_external_ids_are_unique(call: Call, workspace: Workspace) -> None:
    first = await opened(call, workspace, modal(section(), external_id="one"))
    again = await call(
        "views.push",
        trigger_id=trigger(workspace, first["id"]),
        view=modal(section(), external_id="one"),
    )
    assert again["error"] == "duplicate_external_id"


async def test_home(call: Call, workspace: Workspace) -> None:
    published = await call("views.publish", user_id="U0ALICE", view=HOME)
    home = published["view"]
    assert (home["type"], home["title"]) == ("home", None)
    again = await call("views.publish", user_id="U0ALICE", view=HOME, hash=home["hash"])
    assert again["ok"]
    stale = await call("views.publish", user_id="U0ALICE", view=HOME, hash=home["hash"])
    assert stale["error"] == "hash_conflict"
    wrong = await call("views.publish", user_id="U0ALICE", view=modal(section()))
    assert wrong["error"] == "invalid_arguments"
    nobody = await call("views.publish", user_id="U0NOBODY", view=HOME)
    assert nobody["error"] == "invalid_arguments"
    workspace.app.home_tab = False
    off = await call("views.publish", user_id="U0ALICE", view=HOME)
    assert off["error"] == "not_enabled"


async def test_what_was_typed_stays_where_the_ids_stay(call: Call, workspace: Workspace) -> None:
    def view(block: str, action: str) -> Json:
        return form(field(block, element("plain_text_input", action, initial_value="start")))

    told = await opened(call, workspace, view("b", "a"))
    assert told["state"]["values"] == {"b": {"a": {"type": "plain_text_input", "value": "start"}}}
    top = workspace.views.top("U0ALICE")
    assert top is not None
    top.values["b"]["a"]["value"] = "typed"
    kept = await call("views.update", view_id=top.id, view=view("b", "a"))
    assert kept["view"]["state"]["values"]["b"]["a"]["value"] == "typed"
    reset = await call("views.update", view_id=top.id, view=view("b2", "a"))
    assert reset["view"]["state"]["values"] == {
        "b2": {"a": {"type": "plain_text_input", "value": "start"}}
    }


async def test_the_state_has_every_element_and_the_current_conversation(
    call: Call, workspace: Workspace
) -> None:
    menus = [
        element("static_select", "one", options=[option("1")]),
        element("multi_static_select", "many", options=[option("1")]),
        element("conversations_select", "here", default_to_current_conversation=True),
        element("timepicker", "time", timezone="Europe/Paris"),
        element("datetimepicker", "moment", initial_date_time=1_700_000_000),
    ]
    told = await opened(call, workspace, form(*(field(m["action_id"], m) for m in menus)))
    values = {block: state[block] for block, state in told["state"]["values"].items()}
    assert values == {
        "one": {"type": "static_select", "selected_option": None},
        "many": {"type": "multi_static_select", "selected_options": []},
        "here": {"type": "conversations_select", "selected_conversation": "C0GENERAL"},
        "time": {"type": "timepicker", "selected_time": None, "timezone": "Europe/Paris"},
        "moment": {"type": "datetimepicker", "selected_date_time": 1_700_000_000},
    }


async def test_slack_names_what_was_left_unnamed(call: Call, workspace: Workspace) -> None:
    button = {"type": "button", "text": plain("b")}
    told = await opened(call, workspace, modal({"type": "actions", "elements": [button, button]}))
    (block,) = told["blocks"]
    names = [block["block_id"], *(made["action_id"] for made in block["elements"])]
    assert len(set(names)) == 3
    assert block["elements"][0]["text"]["emoji"] is True
