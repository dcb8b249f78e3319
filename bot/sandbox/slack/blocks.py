"""The rules for messages, views and loaded options; an empty list means Slack would take it.

Known are the blocks that every client draws, and `alert`, `markdown`, `table`, `context_actions`.
Newer ones (card, carousel, container, data_table, ...) are refused: published sources disagree
about them. Source of the numbers: docs.slack.dev, reference/block-kit and reference/views.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.slack.elements import (
    GROUP,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    OPTION,
    STRICT_OPTION_VALUE,
)
from bot.sandbox.slack.rich_text import NAMED, RICH_TEXT, TABLE
from bot.sandbox.slack.shapes import (
    Check,
    anything,
    at_least_one,
    choice,
    exactly_one,
    flag,
    integer,
    items,
    one_type_of,
    problem,
    shape,
    string,
    text,
    unique,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_TOTAL = 12_000


def _facts(value: Any, at: str, found: list[str]) -> None:
    if not isinstance(value, Mapping):
        found.append(problem("must be an object", at))


def _no_file(block: Mapping[str, Any], at: str, found: list[str]) -> None:
    if block["element"].get("type") == "file_input":
        found.append(problem("file_input is for modals only", f"{at}/element"))


def _no_dispatching_file(block: Mapping[str, Any], at: str, found: list[str]) -> None:
    if block["element"].get("type") == "file_input" and block.get("dispatch_action"):
        found.append(problem("file_input cannot dispatch actions", f"{at}/dispatch_action"))


def _input(*rules: Check) -> Check:
    return shape(
        {"label": text(2000), "element": IN_INPUT},
        {**NAMED, "hint": text(2000), "optional": flag, "dispatch_action": flag},
        *rules,
    )


_CORE: dict[str, Check] = {
    "section": shape(
        {},
        {
            **NAMED,
            "text": text(3000, mrkdwn=True),
            "fields": items(text(2000, mrkdwn=True), 1, 10),
            "accessory": IN_SECTION,
            "expand": flag,
        },
        at_least_one("text", "fields"),
    ),
    "actions": shape({"elements": items(IN_ACTIONS, 1, 25)}, NAMED),
    "context": shape({"elements": items(IN_CONTEXT, 1, 10)}, NAMED),
    "divider": shape({}, NAMED),
    "header": shape({"text": text(150)}, {**NAMED, "level": integer(1, 4)}),
    "image": shape(
        {"alt_text": string(2000)},
        {
            **NAMED,
            "title": text(2000),
            "image_url": string(3000, least=1),
            "slack_file": anything,
        },
        exactly_one("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
}
_IN_MESSAGE = one_type_of(
    {
        **_CORE,
        "input": _input(_no_file),
        "table": TABLE,
        "markdown": shape({"text": string(MARKDOWN_TOTAL, least=1)}, NAMED),
        "context_actions": shape({"elements": items(IN_CONTEXT_ACTIONS, 1, 5)}, NAMED),
    },
    "block",
)
_IN_MODAL = one_type_of(
    {
        **_CORE,
        "input": _input(_no_dispatching_file),
        "alert": shape(
            {"text": text(200, mrkdwn=True)},
            {**NAMED, "level": choice("default", "info", "warning", "error", "success")},
        ),
    },
    "block",
)
_IN_HOME = one_type_of({**_CORE, "input": _input(_no_file), "table": TABLE}, "block")

_ANY_VIEW: dict[str, Check] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = shape(
    {"title": text(24), "blocks": items(_IN_MODAL, 1, VIEW_BLOCKS)},
    {
        **_ANY_VIEW,
        "submit": text(24),
        "close": text(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
    },
)
_HOME = shape({"blocks": items(_IN_HOME, 1, VIEW_BLOCKS)}, _ANY_VIEW)
_MESSAGE = shape(
    {},
    {
        "text": string(10**9),  # longer than 40,000 is cut, not refused
        "blocks": items(_IN_MESSAGE, 0, MESSAGE_BLOCKS),
        "attachments": items(anything, 0, 100),
        "markdown_text": string(MARKDOWN_TOTAL),
        "metadata": shape({"event_type": string(255, least=1), "event_payload": _facts}),
    },
)


def check_message(payload: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse in a message's text, blocks, attachments, markdown_text, metadata."""
    fields = ("text", "blocks", "attachments", "markdown_text", "metadata")
    found: list[str] = []
    _MESSAGE({name: payload[name] for name in fields if payload.get(name) is not None}, "", found)
    if found:
        return found
    blocks = payload.get("blocks") or []
    _check_together(blocks, "", found)
    if sum(block["type"] == "table" for block in blocks) > 1:
        found.append(problem("only one table is allowed in a message", "/blocks"))
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_TOTAL:
        found.append(problem(f"markdown holds no more than {MARKDOWN_TOTAL} characters", "/blocks"))
    return found


def check_view(view: Mapping[str, Any], at: str = "") -> list[str]:
    """What Slack would refuse in a modal or Home view, its size apart; `at` is where it stands."""
    found: list[str] = []
    one_type_of({"modal": _MODAL, "home": _HOME}, "view")(view, at, found)
    if found:
        return found
    _check_together(view["blocks"], at, found)
    asks = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and asks and "submit" not in view:
        found.append(problem("submit is required when there are input blocks", at))
    return found


def check_options(answer: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse in the answer to a block_suggestion."""
    found: list[str] = []
    answer_shape = shape(
        {},
        {"options": items(OPTION, 0, 100), "option_groups": items(GROUP, 0, 100)},
        exactly_one("options", "option_groups"),
    )
    answer_shape(answer, "", found)
    return found


def warnings_for(payload: Mapping[str, Any]) -> list[str]:
    """What Slack takes, and still should not be sent, in a message or a view."""
    found = []
    blocks = payload.get("blocks") or []
    if blocks and payload.get("type") not in ("modal", "home") and not payload.get("text"):
        found.append(problem("the top-level text is missing beside blocks", "/text"))
    for _, element, at in controls(blocks):
        for option in options_of(element):
            if len(str(option.get("value", ""))) > STRICT_OPTION_VALUE:
                sentence = f"an option's value is over {STRICT_OPTION_VALUE} characters"
                found.append(problem(sentence, at))
    return found


def controls(blocks: Any, at: str = "") -> Iterator[tuple[Mapping[str, Any], Any, str]]:
    """Every (block, element, JSON pointer of the element) a person could press or fill."""
    for index, block in enumerate(blocks):
        place = f"{at}/blocks/{index}"
        for field in ("accessory", "element"):
            if field in block and block[field].get("type") != "image":
                yield block, block[field], f"{place}/{field}"
        if block["type"] in ("actions", "context_actions"):
            for position, element in enumerate(block["elements"]):
                yield block, element, f"{place}/elements/{position}"


def options_of(element: Mapping[str, Any]) -> list[Any]:
    """The options a select, overflow, radio or checkbox element offers by itself."""
    groups = element.get("option_groups") or []
    return [*element.get("options", []), *(o for group in groups for o in group["options"])]


def _check_together(blocks: Any, at: str, found: list[str]) -> None:
    """The rules that hold across blocks: unique ids, one focus."""
    ids = [
        (block["block_id"], f"{at}/blocks/{index}")
        for index, block in enumerate(blocks)
        if block.get("block_id")
    ]
    unique(ids, "block_id", found)
    named: dict[int, list[tuple[str, str]]] = {}
    focused = 0
    for block, element, place in controls(blocks, at):
        if element.get("action_id"):
            named.setdefault(id(block), []).append((element["action_id"], place))
        focused += bool(element.get("focus_on_load"))
    for actions in named.values():
        unique(actions, "action_id", found)
    if focused > 1:
        found.append(problem("only one element may have focus_on_load", f"{at}/blocks"))
