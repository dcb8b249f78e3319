"""What may stand in a block: composition objects and elements, each with its limits.

Source of the numbers: docs.slack.dev, reference/block-kit (composition objects, block elements).
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.slack.shapes import (
    Check,
    anything,
    at_least_one,
    choice,
    day,
    exactly_one,
    flag,
    integer,
    items,
    matching,
    one_type_of,
    problem,
    shape,
    string,
    text,
    zone,
)

OPTION_VALUE = 150
STRICT_OPTION_VALUE = 75
"""Two published sources disagree about the length of an option's value; below this both agree."""

_IDENTIFIER = string(255)
_PERSON = matching(r"[UW][A-Z0-9]+", "a user id")
_CONVERSATION = matching(r"[CDG][A-Z0-9]+", "a conversation id")
_CLOCK = matching(r"([01][0-9]|2[0-3]):[0-5][0-9]", "a time HH:mm")
_STYLE = choice("primary", "danger")

CONFIRM = shape(
    {
        "title": text(100),
        "text": text(300, mrkdwn=True),
        "confirm": text(30),
        "deny": text(30),
    },
    {"style": _STYLE},
)


def _option(*, mrkdwn: bool = False, url: bool = False) -> Check:
    extra = {"url": string(3000)} if url else {}
    return shape(
        {"text": text(75, mrkdwn=mrkdwn), "value": string(OPTION_VALUE)},
        {"description": text(75, mrkdwn=mrkdwn), **extra},
    )


OPTION = _option()
GROUP = shape({"label": text(75), "options": items(OPTION, 1, 100)})


def _offered(element: Mapping[str, Any]) -> list[list[Any]]:
    """The options of an element, group by group."""
    if "options" in element:
        return [element["options"]]
    return [group["options"] for group in element.get("option_groups", [])]


def _initial_is_offered(element: Mapping[str, Any], at: str, found: list[str]) -> None:
    if "initial_option" not in element:
        return
    if not any(element["initial_option"] in group for group in _offered(element)):
        found.append(problem("must be exactly one of the options", f"{at}/initial_option"))


def _initials_are_offered(element: Mapping[str, Any], at: str, found: list[str]) -> None:
    chosen = element.get("initial_options", [])
    groups = _offered(element)
    place = f"{at}/initial_options"
    strangers = [o for o in chosen if not any(o in group for group in groups)]
    if strangers:
        found.append(problem("each must be exactly one of the options", place))
    elif chosen and not any(all(o in group for o in chosen) for group in groups):
        # slackapi/python-slack-sdk#974, slackapi/bolt-js#1496
        found.append(problem("must not be spread over several option groups", place))
    most = element.get("max_selected_items")
    if most is not None and len(chosen) > most:
        found.append(problem("must not be more than max_selected_items", place))


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None


def _number(value: Any, at: str, found: list[str]) -> None:
    if _decimal(value) is None:
        found.append(problem("must be a number written as a string", at))


def _ordered(low: str, high: str) -> Check:
    def check(value: Mapping[str, Any], at: str, found: list[str]) -> None:
        if low not in value or high not in value:
            return
        first, second = value[low], value[high]
        if isinstance(first, str):
            first, second = _decimal(first), _decimal(second)
        if first > second:
            found.append(problem(f"{low} must not be more than {high}", at))

    return check


_NAMED: dict[str, Check] = {"action_id": _IDENTIFIER}
_FOCUSED: dict[str, Check] = {**_NAMED, "focus_on_load": flag}
_CHOSEN: dict[str, Check] = {**_FOCUSED, "confirm": CONFIRM}
_PLACEHOLDER = {"placeholder": text(150)}
_MENU: dict[str, Check] = {**_CHOSEN, **_PLACEHOLDER}
_MENUS: dict[str, Check] = {**_MENU, "max_selected_items": integer(1, 1000)}
_LISTED: dict[str, Check] = {
    "options": items(OPTION, 1, 100),
    "option_groups": items(GROUP, 1, 100),
}
_EITHER_LIST = exactly_one("options", "option_groups")
_FILTER = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
_DISPATCH = shape(
    {},
    {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 1, 2)},
)
_TYPED: dict[str, Check] = {**_FOCUSED, **_PLACEHOLDER, "dispatch_action_config": _DISPATCH}
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": flag, "filter": _FILTER}
_URL_REPLIES: dict[str, Check] = {"response_url_enabled": flag}
_LOADED: dict[str, Check] = {"min_query_length": integer(0, 150)}

BUTTON = shape(
    {"text": text(75)},
    {
        **_NAMED,
        "value": string(2000),
        "url": string(3000),
        "style": _STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "visible_to_user_ids": items(_PERSON, 1, 1000),
    },
)
IMAGE = shape(
    {"alt_text": string(2000)},
    {"image_url": string(3000, least=1), "slack_file": anything},
    exactly_one("image_url", "slack_file"),
)
OVERFLOW = shape({"options": items(_option(url=True), 1, 5)}, {**_NAMED, "confirm": CONFIRM})
MENUS: dict[str, Check] = {
    "static_select": shape(
        {}, {**_MENU, **_LISTED, "initial_option": OPTION}, _EITHER_LIST, _initial_is_offered
    ),
    "external_select": shape({}, {**_MENU, **_LOADED, "initial_option": OPTION}),
    "users_select": shape({}, {**_MENU, "initial_user": _PERSON}),
    "conversations_select": shape(
        {}, {**_MENU, **_CONVERSATIONS, **_URL_REPLIES, "initial_conversation": _CONVERSATION}
    ),
    "channels_select": shape({}, {**_MENU, **_URL_REPLIES, "initial_channel": _CONVERSATION}),
    "multi_static_select": shape(
        {},
        {**_MENUS, **_LISTED, "initial_options": items(OPTION, 1, 100)},
        _EITHER_LIST,
        _initials_are_offered,
    ),
    "multi_external_select": shape(
        {}, {**_MENUS, **_LOADED, "initial_options": items(OPTION, 1, 100)}
    ),
    "multi_users_select": shape({}, {**_MENUS, "initial_users": items(_PERSON, 1, 1000)}),
    "multi_conversations_select": shape(
        {}, {**_MENUS, **_CONVERSATIONS, "initial_conversations": items(_CONVERSATION, 1, 1000)}
    ),
    "multi_channels_select": shape(
        {}, {**_MENUS, "initial_channels": items(_CONVERSATION, 1, 1000)}
    ),
}
_BOXES = items(_option(mrkdwn=True), 1, 10)
BOXES: dict[str, Check] = {
    "checkboxes": shape(
        {"options": _BOXES}, {**_CHOSEN, "initial_options": _BOXES}, _initials_are_offered
    ),
    "radio_buttons": shape(
        {"options": _BOXES},
        {**_CHOSEN, "initial_option": _option(mrkdwn=True)},
        _initial_is_offered,
    ),
}
PICKERS: dict[str, Check] = {
    "datepicker": shape({}, {**_MENU, "initial_date": day}),
    "timepicker": shape({}, {**_MENU, "initial_time": _CLOCK, "timezone": zone}),
}
MOMENT: dict[str, Check] = {
    "datetimepicker": shape({}, {**_CHOSEN, "initial_date_time": integer(10**9, 10**10 - 1)}),
}
RICH_TEXT_INPUT = shape(
    {},
    {
        **_TYPED,
        "initial_value": anything,
        "min_lines": integer(1, 100),
        "max_lines": integer(1, 100),
    },
    _ordered("min_lines", "max_lines"),
)
TYPED: dict[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **_TYPED,
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _ordered("min_length", "max_length"),
    ),
    "email_text_input": shape({}, {**_TYPED, "initial_value": string(3000)}),
    "url_text_input": shape({}, {**_TYPED, "initial_value": string(3000)}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**_TYPED, "initial_value": _number, "min_value": _number, "max_value": _number},
        _ordered("min_value", "max_value"),
        _ordered("min_value", "initial_value"),
        _ordered("initial_value", "max_value"),
    ),
    "rich_text_input": RICH_TEXT_INPUT,
}
FILE_INPUT = shape(
    {}, {**_NAMED, "filetypes": items(string(255), 1, 100), "max_files": integer(1, 10)}
)

_PRESSED: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW}
IN_SECTION = one_type_of({**_PRESSED, **MENUS, **BOXES, **PICKERS, "image": IMAGE}, "accessory")
IN_ACTIONS = one_type_of(
    {**_PRESSED, **MENUS, **BOXES, **PICKERS, **MOMENT, "rich_text_input": RICH_TEXT_INPUT},
    "interactive element",
)
IN_CONTEXT = one_type_of(
    {
        "image": IMAGE,
        "plain_text": shape({"text": string(3000, least=1)}, {"emoji": flag}),
        "mrkdwn": shape({"text": string(3000, least=1)}, {"verbatim": flag}),
    },
    "context element",
)
IN_INPUT = one_type_of(
    {**MENUS, **BOXES, **PICKERS, **MOMENT, **TYPED, "file_input": FILE_INPUT}, "input element"
)
IN_CONTEXT_ACTIONS = one_type_of(
    {
        "feedback_buttons": shape(
            {"positive_button": anything, "negative_button": anything}, _NAMED
        ),
        "icon_button": shape(
            {"icon": choice("trash"), "text": text(75)},
            {
                **_NAMED,
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": items(_PERSON, 1, 1000),
            },
        ),
    },
    "context action",
)
