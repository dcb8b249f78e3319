"""The rules without numbers: what may stand where, what belongs together."""

from typing import Any

import pytest

from bot.sandbox.slack.blocks import check_message, check_view
from bot.sandbox.slack.elements import BOXES, MENUS, MOMENT, PICKERS, TYPED
from tests.sandbox.slack.living import (
    Json,
    actions,
    button,
    element,
    field,
    form,
    modal,
    option,
    plain,
    section,
)

MRKDWN = {"type": "mrkdwn", "text": "*t*"}
TWO = [option("1"), option("2")]
GROUPS = [{"label": plain("g"), "options": TWO}, {"label": plain("h"), "options": [option("3")]}]


LONG_CELL = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * 5001}]}],
}


def said(*blocks: Any) -> Json:
    return {"text": "said", "blocks": list(blocks)}


def acted(kind: str, **more: Any) -> Json:
    return said(actions(element(kind, **more)))


def asked(kind: str, **more: Any) -> Json:
    return form(field("b", element(kind, **more)))


def picked(kind: str = "static_select", **more: Any) -> Json:
    return acted(kind, **({"options": TWO} | more))


def confirmed(**more: Any) -> Json:
    said_so = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    return said(actions(button("a", confirm=said_so | more)))


MINIMAL: dict[str, Json] = {
    "static_select": {"options": TWO},
    "multi_static_select": {"options": TWO},
    "checkboxes": {"options": TWO},
    "radio_buttons": {"options": TWO},
    "number_input": {"is_decimal_allowed": False},
}

REFUSED: dict[str, Json] = {
    "an unknown block": said({"type": "surprise"}),
    "a block without type": said({"text": plain("t")}),
    "a block that is no object": said("text"),
    "blocks that are no list": {"text": "t", "blocks": {"type": "divider"}},
    "an unknown property": said(section(colour="red")),
    "an unknown element": acted("surprise"),
    "an empty section": said({"type": "section"}),
    "a section with an empty mrkdwn text": said(section("")),
    "a text of an unknown type": said({"type": "section", "text": {"type": "html", "text": "t"}}),
    "emoji in mrkdwn": said({"type": "section", "text": MRKDWN | {"emoji": True}}),
    "verbatim in plain_text": said({"type": "section", "text": plain("t") | {"verbatim": True}}),
    "a header in mrkdwn": said({"type": "header", "text": MRKDWN}),
    "a button in mrkdwn": said(actions(button("a", text=MRKDWN))),
    "a button of an unknown style": said(actions(button("a", style="default"))),
    "an image without alt_text": said({"type": "image", "image_url": "x"}),
    "an image without source": said({"type": "image", "alt_text": "x"}),
    "the same block_id twice": said(section(block_id="b"), section(block_id="b")),
    "the same action_id twice in a block": said(actions(button("a"), button("a"))),
    "a text input in actions": acted("plain_text_input"),
    "a datetimepicker beside a section": said(section(accessory=element("datetimepicker"))),
    "a button in an input": asked("button", text=plain("b")),
    "an overflow in an input": asked("overflow", options=TWO),
    "a button in a context": said({"type": "context", "elements": [button("a")]}),
    "a file input in a message": said(field("b", element("file_input"))),
    "a file input that dispatches": form(field("b", element("file_input"), dispatch_action=True)),
    "a select without options": acted("static_select"),
    "a select with options and groups": picked(option_groups=GROUPS),
    "an initial_option that is not offered": picked(initial_option=option("9")),
    "an initial_option that differs in a field": picked(
        initial_option=option("1") | {"description": plain("d")}
    ),
    "initial_options that are not offered": picked("checkboxes", initial_options=[option("9")]),
    "initial_options of two groups": said(
        section(
            accessory=element(
                "multi_static_select",
                option_groups=GROUPS,
                initial_options=[option("1"), option("3")],
            )
        )
    ),
    "more initial_options than may be selected": picked(
        "multi_static_select", initial_options=TWO, max_selected_items=1
    ),
    "a select option in mrkdwn": picked(options=[{"text": MRKDWN, "value": "v"}]),
    "an option without value": picked(options=[{"text": plain("t")}]),
    "a url in a select option": picked(options=[option("v") | {"url": "https://example.com"}]),
    "a placeholder on radio buttons": picked("radio_buttons", placeholder=plain("p")),
    "a confirm without deny": said(
        actions(
            button("a", confirm={"title": plain("t"), "text": plain("t"), "confirm": plain("y")})
        )
    ),
    "a confirm of an unknown style": confirmed(style="blue"),
    "a confirm with a mrkdwn title": confirmed(title=MRKDWN),
    "min over max": asked("plain_text_input", min_length=3, max_length=2),
    "a number input that does not say": asked("number_input"),
    "a number as a number": asked("number_input", is_decimal_allowed=True, min_value=1),
    "numbers out of order": asked(
        "number_input", is_decimal_allowed=True, min_value="10", max_value="9"
    ),
    "an initial number out of bounds": asked(
        "number_input", is_decimal_allowed=True, min_value="2", initial_value="1"
    ),
    "no number": asked("number_input", is_decimal_allowed=True, initial_value="many"),
    "the 31st of February": acted("datepicker", initial_date="2026-02-31"),
    "a date in another order": acted("datepicker", initial_date="28-02-2026"),
    "an hour that is not": acted("timepicker", initial_time="24:00"),
    "a time with seconds": acted("timepicker", initial_time="10:00:00"),
    "an unknown zone": acted("timepicker", timezone="Mars/Olympus"),
    "a moment in milliseconds": acted("datetimepicker", initial_date_time=1_700_000_000_000),
    "a moment as text": acted("datetimepicker", initial_date_time="1700000000"),
    "a placeholder on a datetimepicker": acted("datetimepicker", placeholder=plain("p")),
    "an empty conversation filter": acted("conversations_select", filter={}),
    "an unknown kind in a filter": acted("conversations_select", filter={"include": ["dm"]}),
    "an unknown dispatch trigger": asked(
        "plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_blur"]}
    ),
    "a user that is no id": acted("users_select", initial_user="alice"),
    "an alert in a message": said({"type": "alert", "text": plain("a")}),
    "an alert of an unknown level": modal({"type": "alert", "text": plain("a"), "level": "x"}),
    "markdown in a modal": modal({"type": "markdown", "text": "m"}),
    "a table in a modal": modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
    "markdown over 12,000 together": said(*[{"type": "markdown", "text": "x" * 6001}] * 2),
    "a table of too many characters": said(
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 5001}]] * 2}
    ),
    "a table of too much rich text": said({"type": "table", "rows": [[LONG_CELL] * 2]}),
    "a cell of an unknown type": said({"type": "table", "rows": [[{"type": "number"}]]}),
    "metadata without payload": {"text": "t", "metadata": {"event_type": "e"}},
    "metadata with a text as payload": {
        "text": "t",
        "metadata": {"event_type": "e", "event_payload": "p"},
    },
    "a text object that is a text": said({"type": "section", "text": "t"}),
    "a header text that is a number": said({"type": "header", "text": plain("t") | {"text": 1}}),
    "elements that are no list": said({"type": "actions", "elements": button("a")}),
    "a flag that is a text": form(field("b", element("plain_text_input"), optional="true")),
    "a button that is hidden": said(actions(button("a", visible=False))),
    "a confirm that is a text": said(actions(button("a", confirm="Sure?"))),
    "a length that is a text": asked("plain_text_input", max_length="3"),
    "a view of an unknown type": {"type": "sheet", "blocks": [section()]},
    "a modal without title": {"type": "modal", "blocks": [section()]},
    "a modal without blocks": {"type": "modal", "title": plain("t")},
    "a title in mrkdwn": modal(section(), title=MRKDWN),
    "an input without submit": modal(field("b", element("plain_text_input"))),
    "two elements in focus": form(
        field("b", element("plain_text_input", focus_on_load=True)),
        field("c", element("plain_text_input", focus_on_load=True)),
    ),
    "submit_disabled in a modal": modal(section(), submit_disabled=True),
    "a view as Slack told it": modal(section(), hash="1.2"),
    "a home with a title": {"type": "home", "blocks": [section()], "title": plain("t")},
    "a home with submit": {"type": "home", "blocks": [section()], "submit": plain("t")},
    "a home with close": {"type": "home", "blocks": [section()], "close": plain("t")},
    "a rich text of unknown parts": said({"type": "rich_text", "elements": [{"type": "bold"}]}),
}


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED.keys())
def test_refused(payload: Json) -> None:
    problems = check_view(payload) if "type" in payload else check_message(payload)
    assert len(problems) == 1, problems


ACCEPTED: dict[str, Json] = {
    "the same action_id in two blocks": said(actions(button("a")), actions(button("a"))),
    "blocks with an empty block_id": said(section(block_id=""), section(block_id="")),
    "an initial_option within a group": acted(
        "static_select", option_groups=GROUPS, initial_option=option("3")
    ),
    "an external select with any initial_option": acted(
        "external_select", initial_option=option("unheard of"), min_query_length=0
    ),
    "mrkdwn in a checkbox": picked("checkboxes", options=[{"text": MRKDWN, "value": "v"}]),
    "an overflow with a url": acted("overflow", options=[option("v") | {"url": "https://x.y"}]),
    "numbers in order": asked(
        "number_input",
        is_decimal_allowed=True,
        min_value="9",
        initial_value="9.5",
        max_value="10",
    ),
    "an alert in a modal": modal({"type": "alert", "text": plain("a"), "level": "warning"}),
    "a home with metadata": {"type": "home", "blocks": [section()], "private_metadata": "x"},
    "no blocks at all": {"text": "t"},
    "an emptied message": {"text": "t", "blocks": []},
    "an input in a message": said(field("b", element("plain_text_input"))),
    "an input that dispatches in a home": {
        "type": "home",
        "blocks": [field("b", element("plain_text_input"), dispatch_action=True)],
    },
    "a rich text": said(
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "b", "style": {"bold": True}},
                                {"type": "link", "url": "https://example.com"},
                                {"type": "user", "user_id": "U0ALICE"},
                                {"type": "date", "timestamp": 1_700_000_000, "format": "{time}"},
                            ],
                        }
                    ],
                }
            ],
        }
    ),
}


@pytest.mark.parametrize("payload", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(payload: Json) -> None:
    problems = check_view(payload) if "type" in payload else check_message(payload)
    assert problems == []


@pytest.mark.parametrize("kind", [*MENUS, *BOXES, *PICKERS, *MOMENT, *TYPED])
def test_every_element_fits_into_an_input(kind: str) -> None:
    assert check_view(asked(kind, **MINIMAL.get(kind, {}))) == []


@pytest.mark.parametrize("kind", [*MENUS, *BOXES, *PICKERS])
def test_every_chooser_fits_beside_a_section_and_into_actions(kind: str) -> None:
    made = element(kind, **MINIMAL.get(kind, {}))
    assert check_message(said(section(accessory=made), actions(made))) == []
