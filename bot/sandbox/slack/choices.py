"""What a person may choose or type in an element, as the Slack client lets them.

`chosen` gives the value as state and actions carry it. Lengths, shapes and what is required are
looked at on submission (`check_form`), since a client lets people type first.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.slack.blocks import options_of
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.people import Channel
from bot.sandbox.slack.screen import Control, PersonCannot, Screen
from bot.sandbox.slack.state import field_of, is_empty
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

LONGEST_TEXT = 3_000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def chosen(workspace: Workspace, screen: Screen, control: Control, value: Any) -> Any:
    """`value` as the element holds it; options may be named by their value. Raises PersonCannot."""
    kind = control.element["type"]
    name = field_of(control.element) or "selected_option"
    if is_empty(value):
        if kind in ("radio_buttons", "overflow"):
            raise PersonCannot(f"{control.action_id}: a choice cannot be taken back")
        return [] if name.endswith("s") else None
    if name.endswith("s") and name != "files":
        values = value if isinstance(value, list) else [value]
        most = control.element.get("max_selected_items", len(values))
        if len(values) > most:
            raise PersonCannot(f"{control.action_id}: no more than {most} can be chosen")
        return [_one(workspace, screen, control, each) for each in values]
    return _one(workspace, screen, control, value)


def _one(workspace: Workspace, screen: Screen, control: Control, value: Any) -> Any:
    element = control.element
    kind = element["type"].removeprefix("multi_")
    if kind in ("static_select", "radio_buttons", "checkboxes", "overflow"):
        return _option(control, options_of(element), value)
    if kind == "external_select":
        return _option(control, [*screen.offered(control), *_held(screen, control)], value)
    if kind == "users_select":
        return _user(workspace, control, value)
    if kind in ("conversations_select", "channels_select"):
        return _conversation(workspace, screen.user, control, value)
    typed: Callable[[Control, Any], Any] = _TYPED.get(kind, _text)
    return typed(control, value)


def _held(screen: Screen, control: Control) -> list[Json]:
    """What is chosen already: it stays a choice when another search offers other options."""
    element = control.element
    name = field_of(element) or ""
    held = screen.values[control.block_id][control.action_id].get(name)
    now = held if isinstance(held, list) else [held]
    initial = element.get("initial_options") or [element.get("initial_option")]
    return [option for option in (*now, *initial) if option]


def _option(control: Control, options: list[Json], value: Any) -> Json:
    wanted = value["value"] if isinstance(value, Mapping) else value
    for option in options:
        if option["value"] == wanted:
            return option
    offered = ", ".join(str(option["value"]) for option in options)
    raise PersonCannot(f"{control.action_id}: {wanted} is not offered (offered: {offered})")


def _user(workspace: Workspace, control: Control, value: Any) -> str:
    person = workspace.people.get(str(value))
    if person is None or person.deleted:
        raise PersonCannot(f"{control.action_id}: there is no member {value}")
    return person.id


def _conversation(workspace: Workspace, user: str, control: Control, value: Any) -> str:
    channel = workspace.channels.get(str(value))
    if channel is None or channel not in workspace.visible_channels(user):
        raise PersonCannot(f"{control.action_id}: {user} sees no conversation {value}")
    if channel.archived or not _passes(workspace, control.element, channel):
        raise PersonCannot(f"{control.action_id}: {channel.name} is not offered")
    return channel.id


def _passes(workspace: Workspace, element: Json, channel: Channel) -> bool:
    if element["type"].endswith("channels_select"):
        return channel.kind == "public"
    rule = element.get("filter", {})
    if "include" in rule and channel.kind not in rule["include"]:
        return False
    if rule.get("exclude_external_shared_channels") and channel.is_ext_shared:
        return False
    with_bot = channel.kind == "im" and any(
        workspace.person(member).is_bot for member in channel.members
    )
    return not (rule.get("exclude_bot_users") and with_bot)


def _day(control: Control, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise PersonCannot(f"{control.action_id}: {value} is no date YYYY-MM-DD") from None


def _time(control: Control, value: Any) -> str:
    if not _CLOCK.fullmatch(str(value)):
        raise PersonCannot(f"{control.action_id}: {value} is no time HH:mm")
    return str(value)


def _moment(control: Control, value: Any) -> int:
    if not isinstance(value, int):
        raise PersonCannot(f"{control.action_id}: {value} is no moment in unix seconds")
    return value


def _rich_text(control: Control, value: Any) -> Json:
    if isinstance(value, Mapping):
        return dict(value)
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
    return {"type": "rich_text", "elements": [section]}


def _no_file(control: Control, value: Any) -> Any:
    raise PersonCannot("files cannot be uploaded here")


def _text(control: Control, value: Any) -> str:
    return str(value)


_TYPED: dict[str, Callable[[Control, Any], Any]] = {
    "datepicker": _day,
    "timepicker": _time,
    "datetimepicker": _moment,
    "rich_text_input": _rich_text,
    "file_input": _no_file,
}


def check_form(view: View) -> dict[str, str]:
    """What the client says beside the inputs before it sends anything: block_id → sentence."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = view.values[block["block_id"]][element["action_id"]][field_of(element) or "value"]
        if is_empty(value):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif (complaint := _complaint(element, value)) is not None:
            errors[block["block_id"]] = complaint
    return errors


def _complaint(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        least = element.get("min_length", 0)
        most = element.get("max_length", LONGEST_TEXT)
        if len(value) < least:
            return f"Please write at least {least} characters."
        return f"Please write no more than {most} characters." if len(value) > most else None
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please write an email address."
    if kind == "url_text_input" and not _URL.fullmatch(value):
        return "Please write a URL."
    return _number_complaint(element, value) if kind == "number_input" else None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please write a number."
    if not number.is_finite():
        return "Please write a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please write a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please write {element['min_value']} or more."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please write {element['max_value']} or less."
    return None
