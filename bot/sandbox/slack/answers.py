"""What the app's HTTP answer does to the person's screen.

Source: docs.slack.dev, surfaces/modals (response_action), implementing-slash-commands.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.blocks import check_options
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.record import Delivery
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.response_url import show_answer
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
NO_OPTIONS = "The options could not be loaded."


class BadAnswer(Exception):
    """The app answered what Slack does not take; the text says why."""


def after_command(workspace: Workspace, user: str, channel: str, delivery: Delivery) -> str | None:
    """Shows the answer to a command; gives what the person is told when there is none."""
    name = delivery.payload["command"]
    if delivery.status is None:
        return _failed(workspace, f'{name} failed with the error "operation_timeout"', delivery)
    if delivery.status != 200:
        return _failed(workspace, f'{name} failed with the error "dispatch_failed"', delivery)
    if not delivery.body.strip():
        return None
    try:
        show_answer(workspace, user, channel, _message(delivery))
    except Refused as refusal:
        return _failed(workspace, f'{name} failed with the error "{refusal.error}"', delivery)
    return None


def after_action(workspace: Workspace, delivery: Delivery) -> str | None:
    if delivery.status == 200:
        return None
    return _failed(workspace, "The app did not respond to this. Try again?", delivery)


def after_submission(workspace: Workspace, view: View, delivery: Delivery) -> str | None:
    """Closes, redraws, pushes or clears as the answer says; otherwise the person sees trouble."""
    try:
        _carry_out(workspace, view, _submission_answer(delivery))
    except BadAnswer as bad:
        workspace.fault(f"view_submission of {view.body.get('callback_id')}: {bad}")
        return TROUBLE
    except Refused as refusal:
        details = "; ".join(refusal.extra.get("errors", []))
        workspace.fault(f"view_submission answered with {refusal.error}: {details}")
        return TROUBLE
    return None


def loaded_options(delivery: Delivery) -> Json:
    """The options the app gave to a block_suggestion. Raises BadAnswer."""
    if delivery.status != 200:
        raise BadAnswer(_how(delivery))
    told = _json_object(delivery)
    problems = check_options(told)
    if problems:
        raise BadAnswer("; ".join(problems))
    return told


def _submission_answer(delivery: Delivery) -> Json:
    if delivery.status != 200:
        raise BadAnswer(_how(delivery))
    return _json_object(delivery) if delivery.body.strip() else {}


def _carry_out(workspace: Workspace, view: View, told: Json) -> None:
    action = told.get("response_action")
    if action is None and not told:
        workspace.views.close(view)
    elif action == "clear":
        workspace.views.clear(view.user)
    elif action == "update":
        workspace.views.update(view, told.get("view"))
    elif action == "push":
        workspace.views.push(view.user, told.get("view"))
    elif action == "errors":
        view.errors = _errors(view, told.get("errors"))
        workspace.changed()
    else:
        raise BadAnswer(f"unknown answer {json.dumps(told)[:200]}")


def _errors(view: View, errors: Any) -> dict[str, str]:
    """The errors, when every one of them belongs to an input block of this view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, Mapping) or not errors:
        raise BadAnswer("errors is empty or no object")
    for block_id, sentence in errors.items():
        if block_id not in inputs:
            raise BadAnswer(f"{block_id} is no input block of this view")
        if not isinstance(sentence, str) or not sentence:
            raise BadAnswer(f"the error of {block_id} is no text")
    return dict(errors)


def _json_object(delivery: Delivery) -> Json:
    try:
        told = json.loads(delivery.body)
    except ValueError:
        raise BadAnswer("the answer is not JSON") from None
    if not isinstance(told, dict):
        raise BadAnswer("the answer is no JSON object")
    return told


def _message(delivery: Delivery) -> Json:
    """A command's answer: a JSON message, or plain text."""
    if delivery.headers.get("content-type", "").startswith("application/json"):
        try:
            return _json_object(delivery)
        except BadAnswer:
            raise Refused("invalid_payload") from None
    return {"text": delivery.body.decode()}


def _how(delivery: Delivery) -> str:
    if delivery.late:
        return "no answer within 3 seconds"
    return "no connection" if delivery.status is None else f"HTTP status {delivery.status}"


def _failed(workspace: Workspace, sentence: str, delivery: Delivery) -> str:
    workspace.fault(f"{delivery.kind}: {sentence} ({_how(delivery)})")
    return sentence
