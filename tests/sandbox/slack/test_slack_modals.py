"""Modals in people's hands: filling, loading options, submitting, closing."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.sandbox.slack.screen import PersonCannot
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import (
    Json,
    Recorder,
    actions,
    button,
    element,
    field,
    form,
    modal,
    option,
    section,
)

ALICE = "U0ALICE"


def show(workspace: Workspace, view: Json) -> View:
    return workspace.views.open(ALICE, view, "C0GENERAL")


def ask(workspace: Workspace, kind: str, **more: Any) -> View:
    return show(workspace, form(field("b", element(kind, **more)), callback_id="form"))


@pytest.mark.parametrize(
    ("kind", "more", "typed", "fine"),
    [
        ("plain_text_input", {"min_length": 3}, "ab", False),
        ("plain_text_input", {"min_length": 3}, "abc", True),
        ("plain_text_input", {"max_length": 3}, "abcd", False),
        ("plain_text_input", {}, "x" * 3000, True),
        ("plain_text_input", {}, "x" * 3001, False),
        ("plain_text_input", {}, "", False),
        ("email_text_input", {}, "alice", False),
        ("email_text_input", {}, "alice@example.com", True),
        ("url_text_input", {}, "example.com", False),
        ("url_text_input", {}, "https://example.com/a", True),
        ("number_input", {"is_decimal_allowed": False}, "1.5", False),
        ("number_input", {"is_decimal_allowed": True}, "1.5", True),
        ("number_input", {"is_decimal_allowed": True}, "many", False),
        ("number_input", {"is_decimal_allowed": True}, "NaN", False),
        ("number_input", {"is_decimal_allowed": False, "min_value": "2"}, "1", False),
        ("number_input", {"is_decimal_allowed": False, "max_value": "9"}, "10", False),
        ("checkboxes", {"options": [option("1")]}, [], False),
        ("checkboxes", {"options": [option("1")]}, ["1"], True),
        ("datepicker", {}, None, False),
    ],
)
async def test_the_client_looks_first(
    workspace: Workspace,
    sender: Sender,
    app: Recorder,
    *,
    kind: str,
    more: Json,
    typed: Any,
    fine: bool,
) -> None:
    view = ask(workspace, kind, **more)
    await sender.fill(ALICE, "act", typed)
    outcome = await sender.submit(ALICE)
    assert outcome.ok is fine
    assert list(view.errors) == ([] if fine else ["b"])
    assert len(app.payloads) == fine


async def test_optional_fields_may_stay_empty(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    show(workspace, form(field("b", element("plain_text_input"), optional=True)))
    assert (await sender.submit(ALICE)).ok
    values = app.last["view"]["state"]["values"]
    assert values == {"b": {"act": {"type": "plain_text_input", "value": None}}}
    assert workspace.views.top(ALICE) is None


async def test_what_a_submission_carries(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    menu = element("conversations_select", "where", response_url_enabled=True)
    view = show(workspace, form(field("b", menu), private_metadata="m", callback_id="form"))
    await sender.fill(ALICE, "where", "C0RANDOM")
    await sender.submit(ALICE)
    told = app.last
    assert (told["type"], told["user"]["id"]) == ("view_submission", ALICE)
    assert told["view"]["id"] == view.id
    assert told["view"]["private_metadata"] == "m"
    assert told["view"]["callback_id"] == "form"
    (reply,) = told["response_urls"]
    assert (reply["block_id"], reply["action_id"], reply["channel_id"]) == (
        "b",
        "where",
        "C0RANDOM",
    )


async def test_update_push_and_clear(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    root = show(workspace, form(section("1")))
    app.answer({"response_action": "update", "view": form(section("2"))})
    updated = await sender.submit(ALICE)
    assert updated.view is root
    assert root.blocks[0]["text"]["text"] == "2"
    app.answer({"response_action": "push", "view": form(section("3"), external_id="third")})
    pushed = await sender.submit(ALICE)
    assert pushed.view is not None
    assert (pushed.view.previous_id, pushed.view.external_id) == (root.id, "third")
    app.answer(None)
    assert (await sender.submit(ALICE)).view is root
    app.answer({"response_action": "clear"})
    assert (await sender.submit(ALICE)).view is None
    assert workspace.faults == []


BAD_ANSWERS: list[tuple[Any, int, str]] = [
    (None, 500, "HTTP status 500"),
    ("words", 200, "not JSON"),
    ({"text": "hello"}, 200, "unknown answer"),
    ({"response_action": "close"}, 200, "unknown answer"),
    ({"response_action": "errors", "errors": {}}, 200, "errors is empty"),
    ({"response_action": "errors", "errors": {"act": "no"}}, 200, "act is no input block"),
    ({"response_action": "errors", "errors": {"words": "no"}}, 200, "words is no input block"),
    ({"response_action": "errors", "errors": {"b": ""}}, 200, "is no text"),
    ({"response_action": "update"}, 200, "invalid_arguments"),
    ({"response_action": "update", "view": modal(section(""))}, 200, "at least 1 characters"),
    ({"response_action": "push", "view": {"type": "home", "blocks": [section()]}}, 200, "modal"),
]


@pytest.mark.parametrize(("answer", "status", "why"), BAD_ANSWERS)
async def test_bad_answers(
    workspace: Workspace, sender: Sender, app: Recorder, answer: Any, status: int, why: str
) -> None:
    words = section("words", block_id="words")
    view = show(workspace, form(words, field("b", element("plain_text_input", initial_value="x"))))
    app.answer(answer, status)
    outcome = await sender.submit(ALICE)
    assert outcome.error == "We had some trouble connecting. Try again?"
    assert outcome.view is view
    assert not view.busy
    assert why in workspace.faults[-1]
    assert (await sender.submit(ALICE)).ok


async def test_errors_stand_beside_their_input(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    view = ask(workspace, "plain_text_input", initial_value="x")
    app.answer({"response_action": "errors", "errors": {"b": "not this"}})
    outcome = await sender.submit(ALICE)
    assert outcome.errors == view.errors == {"b": "not this"}
    assert not outcome.ok


async def test_four_views_are_too_many(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    show(workspace, form(section()))
    for _ in range(3):
        app.answer({"response_action": "push", "view": form(section())})
        outcome = await sender.submit(ALICE)
    assert not outcome.ok
    assert "push_limit_reached" in workspace.faults[-1]


async def test_only_the_modal_in_front(workspace: Workspace, sender: Sender) -> None:
    root = show(workspace, form(field("b", element("plain_text_input", "below"))))
    workspace.views.push(ALICE, modal(section()))
    for attempt in (sender.submit(ALICE, root), sender.fill(ALICE, "below", "x", container=root)):
        with pytest.raises(PersonCannot):
            await attempt
    with pytest.raises(PersonCannot, match="no submit button"):
        await sender.submit(ALICE)
    with pytest.raises(PersonCannot, match="no modal open"):
        await sender.submit("U0BOB")


async def test_closing(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    root = show(workspace, modal(section(), notify_on_close=True))
    workspace.views.push(ALICE, modal(section()))
    assert (await sender.close(ALICE)).delivery is None
    assert workspace.views.top(ALICE) is root
    pushed = workspace.views.push(ALICE, modal(section(), notify_on_close=True))
    await sender.close(ALICE)
    assert (app.last["type"], app.last["is_cleared"]) == ("view_closed", False)
    assert app.last["view"]["id"] == pushed.id
    workspace.views.push(ALICE, modal(section()))
    await sender.close(ALICE, all=True)
    assert (app.last["view"]["id"], app.last["is_cleared"]) == (root.id, True)
    assert workspace.views.top(ALICE) is None


async def test_clear_on_close(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    show(workspace, modal(section()))
    last = workspace.views.push(ALICE, modal(section(), clear_on_close=True, notify_on_close=True))
    await sender.close(ALICE)
    assert workspace.views.top(ALICE) is None
    assert (app.last["view"]["id"], app.last["is_cleared"]) == (last.id, True)


async def test_loading_options(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    view = ask(workspace, "external_select")
    assert (await sender.options(ALICE, "act", "ab")).delivery is None
    app.answer({"options": [option("abc")]})
    outcome = await sender.options(ALICE, "act", "abc")
    assert [o["value"] for o in outcome.options["options"]] == ["abc"]
    told = app.last
    assert (told["type"], told["value"], told["action_id"], told["block_id"]) == (
        "block_suggestion",
        "abc",
        "act",
        "b",
    )
    assert told["view"]["id"] == view.id
    assert "trigger_id" not in told
    with pytest.raises(PersonCannot, match="not offered"):
        await sender.fill(ALICE, "act", "abd")
    await sender.fill(ALICE, "act", "abc")
    assert (await sender.submit(ALICE)).ok


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, 200),
        (None, 500),
        ("words", 200),
        ({"options": [option(str(number)) for number in range(101)]}, 200),
    ],
)
async def test_options_that_do_not_load(
    workspace: Workspace, sender: Sender, app: Recorder, answer: Any, status: int
) -> None:
    ask(workspace, "external_select", min_query_length=0)
    app.answer({"options": [option("old")]})
    await sender.options(ALICE, "act")
    app.answer(answer, status)
    outcome = await sender.options(ALICE, "act")
    assert outcome.error is not None
    assert len(workspace.faults) == 1
    with pytest.raises(PersonCannot):
        await sender.fill(ALICE, "act", "old")


async def test_what_dispatches(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    on_character = {"trigger_actions_on": ["on_character_entered"]}
    view = form(
        field("silent", element("plain_text_input", "silent")),
        field("enter", element("plain_text_input", "enter"), dispatch_action=True),
        field(
            "letter",
            element("plain_text_input", "letter", dispatch_action_config=on_character),
            dispatch_action=True,
        ),
        field("date", element("datepicker", "date"), dispatch_action=True),
        actions(button("press"), element("datepicker", "loose")),
    )
    show(workspace, view)
    with pytest.raises(PersonCannot, match="part of a form"):
        await sender.click(ALICE, None, "silent", selected="x")
    await sender.fill(ALICE, "silent", "x")
    await sender.fill(ALICE, "enter", "x")
    assert app.payloads == []
    await sender.fill(ALICE, "enter", "xy", enter=True)
    assert app.last["actions"][0]["value"] == "xy"
    await sender.fill(ALICE, "letter", "a")
    await sender.fill(ALICE, "date", "2026-03-04")
    await sender.fill(ALICE, "loose", "2026-03-05")
    await sender.click(ALICE, None, "press")
    told = [payload["actions"][0]["action_id"] for payload in app.payloads]
    assert told == ["enter", "letter", "date", "loose", "press"]
    values = app.last["view"]["state"]["values"]
    assert values["silent"]["silent"]["value"] == "x"
    assert values["date"]["date"]["selected_date"] == "2026-03-04"
    assert "press" not in str(values)


async def test_a_press_in_a_modal_pushes(workspace: Workspace, sender: Sender) -> None:
    root = show(workspace, modal(actions(button("press"))))
    await sender.click(ALICE, root, "press")
    trigger = workspace.grants.valid_trigger(str(workspace.sent[-1].payload["trigger_id"]))
    assert trigger.view_id == root.id


async def test_nobody_submits_twice_at_once(workspace: Workspace) -> None:
    go = asyncio.Event()

    async def slow(body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        await go.wait()
        return 200, {}, b""

    sender = Sender(workspace, slow)
    view = show(workspace, form(section()))
    first = asyncio.create_task(sender.submit(ALICE))
    await workspace.until(lambda: view.busy)
    with pytest.raises(PersonCannot, match="on its way"):
        await sender.submit(ALICE)
    go.set()
    assert (await first).ok


async def test_a_home_is_no_modal(workspace: Workspace, sender: Sender) -> None:
    home = workspace.views.publish(ALICE, {"type": "home", "blocks": [section()]})
    with pytest.raises(PersonCannot, match="no modal"):
        await sender.submit(ALICE, home.id)


async def test_a_file_cannot_be_chosen(workspace: Workspace, sender: Sender) -> None:
    ask(workspace, "file_input")
    with pytest.raises(PersonCannot, match="files"):
        await sender.fill(ALICE, "act", ["F1"])
