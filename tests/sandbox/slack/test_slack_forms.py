"""Long forms: page after page in one modal, and choices from several searches."""

from typing import Any

from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import Json, Recorder, element, field, form, option

ALICE = "U0ALICE"


def page(number: int, *fields: Json) -> Json:
    return form(*fields, callback_id=f"page{number}", notify_on_close=True)


def values(told: Json) -> Any:
    return told["view"]["state"]["values"]


async def test_what_was_chosen_stays_chosen_in_another_search(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    loaded = element("multi_external_select", min_query_length=0)
    workspace.views.open(ALICE, page(1, field("b", loaded)), "C0GENERAL")
    app.answer({"options": [option("Bergen")]})
    await sender.options(ALICE, "act", "Ber")
    await sender.fill(ALICE, "act", ["Bergen"])
    groups = [{"label": option("x")["text"], "options": [option("Riga"), option("Rostock")]}]
    app.answer({"option_groups": groups})
    await sender.options(ALICE, "act", "R")
    await sender.fill(ALICE, "act", ["Bergen", "Riga"])
    await sender.submit(ALICE)
    chosen = values(app.last)["b"]["act"]["selected_options"]
    assert [one["value"] for one in chosen] == ["Bergen", "Riga"]


async def test_page_after_page(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    text = element("plain_text_input", min_length=3, max_length=5)
    root = workspace.views.open(ALICE, page(1, field("one", text)), "C0GENERAL")
    for typed, said in (("ab", "at least 3"), ("abcdef", "no more than 5")):
        await sender.fill(ALICE, "act", typed)
        assert said in (await sender.submit(ALICE)).errors["one"]
    await sender.fill(ALICE, "act", "abcd")
    seen = []
    boxes = element("radio_buttons", options=[option("1"), option("2")])
    number = element("number_input", is_decimal_allowed=False, min_value="1", max_value="9")
    for count, asked in ((2, boxes), (3, number), (4, element("url_text_input"))):
        app.answer({"response_action": "update", "view": page(count, field(f"b{count}", asked))})
        outcome = await sender.submit(ALICE)
        assert outcome.view is root
        seen.append(values(app.last))
        assert list(root.values) == [f"b{count}"]  # what is gone from the screen is forgotten
        assert (await sender.submit(ALICE)).errors  # and what came is required
        await sender.fill(ALICE, "act", ["", "", "2", "7", "https://example.com"][count])
    assert [list(one) for one in seen] == [["one"], ["b2"], ["b3"]]
    assert seen[0]["one"]["act"]["value"] == "abcd"
    await sender.close(ALICE)
    assert (app.last["type"], app.last["is_cleared"]) == ("view_closed", False)
    assert app.last["view"]["callback_id"] == "page4"
    assert values(app.last)["b4"]["act"]["value"] == "https://example.com"
