"""What Slack adds to blocks when it takes them, and the state of what a person fills in."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from bot.sandbox.slack.blocks import controls
from bot.sandbox.slack.messages import Json, Values

_FIELDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
_INITIALS = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "files": "initial_files",
}
_LISTS = (
    "selected_options",
    "selected_users",
    "selected_conversations",
    "selected_channels",
    "files",
)


def field_of(element: Mapping[str, Any]) -> str | None:
    """Where this element keeps its value in state and actions; None for buttons and overflows."""
    return _FIELDS.get(element["type"])


def is_empty(value: Any) -> bool:
    return value is None or value in ("", [])


def initial_state(element: Mapping[str, Any], current: str | None = None) -> Json:
    """The state before anybody touched it; `current` is the conversation the person is in."""
    name = _FIELDS[element["type"]]
    value = deepcopy(element.get(_INITIALS[name]))
    if value is None and element.get("default_to_current_conversation") and current:
        value = [current] if name in _LISTS else current
    if value is None and name in _LISTS:
        value = []
    state = {"type": element["type"], name: value}
    if "timezone" in element:
        state["timezone"] = element["timezone"]
    return state


def values_of(
    blocks: Sequence[Json], kept: Values | None = None, current: str | None = None
) -> Values:
    """The state of every element; `kept` wins where block_id, action_id and type are the same."""
    values: Values = {}
    for block, element, _ in controls(blocks):
        if field_of(element) is None:
            continue
        before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        same = before is not None and before["type"] == element["type"]
        state = before if before is not None and same else initial_state(element, current)
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def completed(blocks: Sequence[Json], new_id: Callable[[], str]) -> list[Json]:
    """A copy of the blocks as Slack stores them: every id present, every text flag spelled out."""
    copy = [_with_text_flags(block) for block in blocks]
    for block in copy:
        block.setdefault("block_id", new_id())
        block["block_id"] = block["block_id"] or new_id()
    for _, element, _ in controls(copy):
        element["action_id"] = element.get("action_id") or new_id()
    return copy


def _with_text_flags(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_text_flags(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    copy = {name: _with_text_flags(held) for name, held in value.items()}
    if copy.get("type") == "plain_text":
        copy.setdefault("emoji", True)
    elif copy.get("type") == "mrkdwn":
        copy.setdefault("verbatim", False)
    return copy
