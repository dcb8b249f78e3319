"""Every number: at the limit fine, one over (or under) refused."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.slack.blocks import check_message, check_options, check_view, warnings_for
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

Build = Callable[[int], Json]


def message(*blocks: Json) -> Json:
    return {"text": "said", "blocks": list(blocks)}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def options(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def select(**more: Any) -> Json:
    return message(actions(element("static_select", **({"options": options(2)} | more))))


def boxes(kind: str, **more: Any) -> Json:
    return message(actions(element(kind, **({"options": options(2)} | more))))


def confirm(**more: Any) -> Json:
    said = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    return message(actions(button("a", confirm=said | more)))


def typed(**more: Any) -> Json:
    return form(field("b", element("plain_text_input", **more)))


def pressed(**more: Any) -> Json:
    return message(actions(button("a", **more)))


def words(count: int) -> Json:
    return plain("x" * count)


def table(rows: int = 1, cells: int = 1, text: str = "x") -> Json:
    row = [{"type": "raw_text", "text": text}] * cells
    return {"type": "table", "rows": [row] * rows}


def rich(*inner: Json) -> Json:
    return {"type": "rich_text", "elements": list(inner)}


MOST: list[tuple[str, int, Build]] = [
    ("message blocks", 50, lambda n: message(*[section()] * n)),
    ("block_id", 255, lambda n: message(section(block_id="x" * n))),
    ("action_id", 255, lambda n: message(actions(button("x" * n, text=plain("b"))))),
    ("section text", 3000, lambda n: message(section("x" * n))),
    ("section fields", 10, lambda n: message({"type": "section", "fields": [plain("f")] * n})),
    ("section field", 2000, lambda n: message({"type": "section", "fields": [words(n)]})),
    ("header", 150, lambda n: message({"type": "header", "text": words(n)})),
    ("header level", 4, lambda n: message({"type": "header", "text": plain("h"), "level": n})),
    ("context", 10, lambda n: message({"type": "context", "elements": [plain("c")] * n})),
    ("actions", 25, lambda n: message(actions(*(button(f"a{i}") for i in range(n))))),
    ("image url", 3000, lambda n: message({"type": "image", "image_url": "x" * n, "alt_text": ""})),
    (
        "image alt",
        2000,
        lambda n: message({"type": "image", "image_url": "x", "alt_text": "x" * n}),
    ),
    (
        "image title",
        2000,
        lambda n: message({"type": "image", "image_url": "x", "alt_text": "", "title": words(n)}),
    ),
    ("input label", 2000, lambda n: form(field("b", element("plain_text_input"), label=words(n)))),
    ("input hint", 2000, lambda n: form(field("b", element("plain_text_input"), hint=words(n)))),
    ("placeholder", 150, lambda n: typed(placeholder=words(n))),
    ("min_length", 3000, lambda n: typed(min_length=n)),
    ("max_length", 3000, lambda n: typed(max_length=n)),
    ("initial_value", 3000, lambda n: typed(initial_value="x" * n)),
    ("button text", 75, lambda n: pressed(text=words(n))),
    ("button value", 2000, lambda n: pressed(value="x" * n)),
    ("button url", 3000, lambda n: pressed(url="x" * n)),
    ("accessibility_label", 75, lambda n: pressed(accessibility_label="x" * n)),
    ("select options", 100, lambda n: select(options=options(n))),
    ("option text", 75, lambda n: select(options=[{"text": words(n), "value": "v"}])),
    ("option value", 150, lambda n: select(options=[{"text": plain("t"), "value": "x" * n}])),
    ("option description", 75, lambda n: select(options=[option("v") | {"description": words(n)}])),
    ("confirm title", 100, lambda n: confirm(title=words(n))),
    ("confirm text", 300, lambda n: confirm(text=words(n))),
    ("confirm confirm", 30, lambda n: confirm(confirm=words(n))),
    ("confirm deny", 30, lambda n: confirm(deny=words(n))),
    ("radio", 10, lambda n: boxes("radio_buttons", options=options(n))),
    ("checkboxes", 10, lambda n: boxes("checkboxes", options=options(n))),
    ("overflow", 5, lambda n: message(actions(element("overflow", options=options(n))))),
    ("view title", 24, lambda n: modal(section(), title=words(n))),
    ("view submit", 24, lambda n: modal(section(), submit=words(n))),
    ("view close", 24, lambda n: modal(section(), close=words(n))),
    ("view blocks", 100, lambda n: modal(*[section()] * n)),
    ("private_metadata", 3000, lambda n: modal(section(), private_metadata="x" * n)),
    ("callback_id", 255, lambda n: modal(section(), callback_id="x" * n)),
    ("external_id", 255, lambda n: modal(section(), external_id="x" * n)),
    ("home blocks", 100, lambda n: home(*[section()] * n)),
    ("markdown", 12_000, lambda n: message({"type": "markdown", "text": "x" * n})),
    ("table rows", 100, lambda n: message(table(rows=n))),
    ("table cells", 20, lambda n: message(table(cells=n))),
    ("table text", 10_000, lambda n: message(table(text="x" * n))),
    ("tables", 1, lambda n: message(*[table()] * n)),
    ("alert", 200, lambda n: modal({"type": "alert", "text": words(n)})),
    ("file_input files", 10, lambda n: form(field("b", element("file_input", max_files=n)))),
    (
        "option groups",
        100,
        lambda n: message(
            actions(
                element(
                    "static_select",
                    option_groups=[{"label": plain("g"), "options": options(1)}] * n,
                )
            )
        ),
    ),
    (
        "options in a group",
        100,
        lambda n: message(
            actions(
                element(
                    "static_select", option_groups=[{"label": plain("g"), "options": options(n)}]
                )
            )
        ),
    ),
    (
        "group label",
        75,
        lambda n: message(
            actions(
                element("static_select", option_groups=[{"label": words(n), "options": options(1)}])
            )
        ),
    ),
    (
        "overflow url",
        3000,
        lambda n: message(actions(element("overflow", options=[option("v") | {"url": "x" * n}]))),
    ),
    (
        "max_lines",
        100,
        lambda n: form(field("b", element("rich_text_input", max_lines=n))),
    ),
    ("attachments", 100, lambda n: {"text": "t", "attachments": [{"text": "a"}] * n}),
    ("markdown_text", 12_000, lambda n: {"markdown_text": "x" * n}),
]

LEAST: list[tuple[str, int, Build]] = [
    ("section text", 1, lambda n: message(section("x" * n))),
    ("section fields", 1, lambda n: message({"type": "section", "fields": [plain("f")] * n})),
    ("header", 1, lambda n: message({"type": "header", "text": words(n)})),
    ("header level", 1, lambda n: message({"type": "header", "text": plain("h"), "level": n})),
    ("context", 1, lambda n: message({"type": "context", "elements": [plain("c")] * n})),
    ("context text", 1, lambda n: message({"type": "context", "elements": [words(n)]})),
    ("actions", 1, lambda n: message(actions(*(button(f"a{i}") for i in range(n))))),
    ("button text", 1, lambda n: pressed(text=words(n))),
    ("select options", 1, lambda n: select(options=options(n))),
    ("overflow", 1, lambda n: message(actions(element("overflow", options=options(n))))),
    ("radio", 1, lambda n: boxes("radio_buttons", options=options(n))),
    ("max_length", 1, lambda n: typed(max_length=n)),
    ("min_length", 0, lambda n: typed(min_length=n)),
    ("view title", 1, lambda n: modal(section(), title=words(n))),
    ("view blocks", 1, lambda n: modal(*[section()] * n)),
    ("home blocks", 1, lambda n: home(*[section()] * n)),
    ("max_files", 1, lambda n: form(field("b", element("file_input", max_files=n)))),
    (
        "max_selected_items",
        1,
        lambda n: message(
            section(
                accessory=element("multi_static_select", options=options(2), max_selected_items=n)
            )
        ),
    ),
    (
        "initial_options",
        1,
        lambda n: boxes("checkboxes", options=options(2), initial_options=options(n)),
    ),
    ("table rows", 1, lambda n: message(table(rows=n))),
]


def check(payload: Json) -> list[str]:
    return check_view(payload) if "type" in payload else check_message(payload)


@pytest.mark.parametrize(("limit", "build"), [row[1:] for row in MOST], ids=[r[0] for r in MOST])
def test_at_most(limit: int, build: Build) -> None:
    assert check(build(limit)) == []
    assert len(check(build(limit + 1))) == 1


@pytest.mark.parametrize(("limit", "build"), [row[1:] for row in LEAST], ids=[r[0] for r in LEAST])
def test_at_least(limit: int, build: Build) -> None:
    assert check(build(limit)) == []
    if limit > 0:
        assert len(check(build(limit - 1))) == 1


@pytest.mark.parametrize("count", [0, 100])
def test_loaded_options(count: int) -> None:
    assert check_options({"options": options(count)}) == []
    group = {"label": plain("g"), "options": options(1)}
    assert check_options({"option_groups": [group] * count}) == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"options": options(101)},
        {"options": options(1), "option_groups": []},
        {"option_groups": [{"label": plain("g"), "options": options(1)}] * 101},
        {"option_groups": [{"label": plain("g"), "options": []}]},
        {"options": [{"text": {"type": "mrkdwn", "text": "t"}, "value": "v"}]},
        {"options": [{"text": plain("t")}]},
    ],
)
def test_loaded_options_refused(answer: Json) -> None:
    assert check_options(answer)


def test_what_should_not_be_sent_is_warned_of() -> None:
    assert warnings_for(message(section())) == []
    (missing,) = warnings_for({"blocks": [section()]})
    assert "text is missing" in missing
    fine, long = option("x" * 75), {"text": plain("t"), "value": "x" * 76}
    assert warnings_for(select(options=[fine])) == []
    (over,) = warnings_for(select(options=[fine, long]))
    assert "over 75" in over


def test_a_problem_says_where_it_is() -> None:
    assert check_message(message(section(""))) == [
        "must be at least 1 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert check_view(modal(section(), title=words(25)), "/view") == [
        "must be no more than 24 characters [json-pointer:/view/title/text]"
    ]
