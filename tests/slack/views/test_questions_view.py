"""The inputs for an event type's own questions, and what is read back from them."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answers import Raw, options, read_all, token
from bot.domain.event_types import Kind, Question
from bot.sandbox.slack.blocks import check_options
from bot.sandbox.slack.state import initial_state
from bot.slack import ids
from bot.slack.views import parts
from bot.slack.views.questions import block_of, blocks, matching, raws_in, slug_of
from tests.slack.views.drawing import NASTY, allowed_view, calmly, nasty, same_as_golden

SHARED = "Seventy-five characters that these options have in common before they differ: "
ODD = ("😀👨‍👩‍👧‍👦", "مرحبا", "<!channel>", " ", "\u2800", SHARED + "a", SHARED + "b", SHARED + "a")
TEXTS = (Kind.TEXT, Kind.TEXTAREA, Kind.PHONE, Kind.ADDRESS, Kind.MULTIEMAIL, Kind.UNKNOWN)
MENUS = ("SELECT", "MULTISELECT", "RADIO", "CHECKBOX")


def numbered(many: int) -> tuple[str, ...]:
    return tuple(f"Option {number}" for number in range(many))


def drawn(
    *questions: Question, raws: Mapping[str, Raw] | None = None, number: int = 7
) -> list[dict[str, Any]]:
    """The blocks, once the rules for a modal have nothing against them."""
    view = parts.modal("Questions", blocks(number, questions, raws or {}), submit="Next")
    return list(allowed_view(view)["blocks"])


def element(question: Question, raw: Raw = "") -> dict[str, Any]:
    (block,) = drawn(question, raws={question.slug: raw})
    return dict(block["element"])


def state(inputs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The state of a form that opens with these inputs and is sent untouched."""
    return {
        block["block_id"]: {block["element"]["action_id"]: initial_state(block["element"])}
        for block in inputs
    }


def test_one_of_every_kind() -> None:
    asked = [
        Question("company", Kind.TEXT, "Company", required=True, placeholder="ACME"),
        Question("why", Kind.TEXTAREA, "Why?", shortest=10, longest=500),
        Question("size", Kind.NUMBER, "How many are you?"),
        Question("attendeePhoneNumber", Kind.PHONE),
        Question("site", Kind.URL, "Your site"),
        Question("work_e-mail", Kind.EMAIL),
        Question("where", Kind.ADDRESS, "Where?"),
        Question("others", Kind.MULTIEMAIL, "Who else?"),
        Question("consent", Kind.BOOLEAN, "Do you agree?", required=True),
        Question("topic", Kind.SELECT, "Topic", options=("Sales", "Support")),
        Question("days", Kind.MULTISELECT, "Days", options=("Monday", "Friday")),
        Question("tone", Kind.RADIO, "Tone", options=("Formal", SHARED + "and some more")),
        Question("extras", Kind.CHECKBOX, "Extras", options=("Tea", "Coffee", "Tea")),
        Question("title", Kind.TEXT),
        Question("newKind", Kind.UNKNOWN),
    ]
    raws: dict[str, Raw] = {
        "company": "Initech",
        "size": "1,5",
        "consent": "yes",
        "topic": "Support",
        "days": ("Friday", "Sunday"),
        "tone": token(SHARED + "and some more"),
        "extras": ("Coffee",),
        "newKind": "as it is",
    }
    view = parts.modal("Questions", blocks(7, asked, raws), submit="Next")
    same_as_golden("questions", allowed_view(view))


@pytest.mark.parametrize(
    ("kind", "many", "drawn_as"),
    [
        ("SELECT", 1, "static_select"),
        ("SELECT", 100, "static_select"),
        ("SELECT", 101, "external_select"),
        ("SELECT", 1000, "external_select"),
        ("MULTISELECT", 100, "multi_static_select"),
        ("MULTISELECT", 101, "multi_external_select"),
        ("MULTISELECT", 1000, "multi_external_select"),
        ("RADIO", 10, "radio_buttons"),
        ("RADIO", 11, "static_select"),
        ("RADIO", 101, "external_select"),
        ("CHECKBOX", 10, "checkboxes"),
        ("CHECKBOX", 11, "multi_static_select"),
        ("CHECKBOX", 101, "multi_external_select"),
        *((kind, 0, "plain_text_input") for kind in MENUS),
    ],
)
def test_choices_are_drawn_by_how_many_there_are(kind: str, many: int, drawn_as: str) -> None:
    of = Question("asked", Kind[kind], options=numbered(many))
    found = element(of)
    assert found["type"] == drawn_as
    if "external" in drawn_as:
        assert (found["action_id"], found["min_query_length"]) == (ids.FIND_OPTION, 0)
    else:
        assert found["action_id"] == ids.VALUE


def test_options_that_look_alike_at_first_are_told_apart() -> None:
    of = Question("asked", Kind.SELECT, options=ODD)
    offered = element(of)["options"]
    assert len(offered) == len({option["value"] for option in offered}) == 6
    first, second = [option for option in offered if option["text"]["text"].startswith("Sev")]
    assert first["text"] == second["text"]
    assert (first["description"]["text"], second["description"]["text"]) == ("er: a", "er: b")
    assert element(of, token(SHARED + "b"))["initial_option"] == second
    assert element(of, SHARED + "b")["initial_option"] == second


@pytest.mark.parametrize("kind", MENUS)
@pytest.mark.parametrize("many", [3, 50, 1000])
def test_only_what_still_fits_is_chosen_before(kind: str, many: int) -> None:
    of = Question("asked", Kind[kind], options=numbered(many))
    for raw in ("", (), "Gone", ("Gone",)):
        assert not {"initial_option", "initial_options"} & element(of, raw).keys()
    found = element(of, ("Option 1", "Gone"))
    chosen = found.get("initial_options") or [found["initial_option"]]
    assert [option["value"] for option in chosen] == ["Option 1"]


def test_more_than_slack_takes_are_not_shown_as_chosen() -> None:
    of = Question("asked", Kind.MULTISELECT, options=numbered(1000))
    assert len(element(of, numbered(150))["initial_options"]) == 100


def test_text_is_kept_within_its_limits() -> None:
    found = element(Question("asked", Kind.TEXT, shortest=20, longest=10), "x" * 50)
    assert (found["min_length"], found["max_length"], found["initial_value"]) == (10, 10, "x" * 10)
    found = element(Question("asked", Kind.TEXT, shortest=9000, longest=9000), "x" * 9000)
    assert (found["min_length"], found["max_length"]) == (3000, 3000)
    for kind in TEXTS:
        assert "min_length" not in element(Question("asked", kind))
        assert element(Question("asked", kind), ("a", "b"))["initial_value"] == "a, b"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("12", "12"), ("1 234,50", "1234.5"), ("0.0000001", "0.0000001"), ("x", None), ("", None)],
)
def test_a_number_is_shown_where_it_is_one(typed: str, shown: str | None) -> None:
    assert (
        element(Question("asked", Kind.NUMBER, required=True), typed).get("initial_value") == shown
    )


@pytest.mark.parametrize(
    ("question", "label"),
    [
        (Question("a", Kind.TEXT, "  Which\n one? "), "Which one?"),
        (Question("title", Kind.TEXT), "What is this meeting about?"),
        (Question("attendeePhoneNumber", Kind.PHONE), "Phone number"),
        (Question("smsReminderNumber", Kind.PHONE), "Phone number for reminders"),
        (Question("title", Kind.TEXT, "Subject"), "Subject"),
        (Question("companySize", Kind.TEXT, "\u2800"), "Company size"),
        (Question("your-role_here", Kind.TEXT), "Your role here"),
        (Question("--", Kind.TEXT), "Question"),
        (Question("", Kind.TEXT), "Question"),
    ],
)
def test_every_question_has_a_label(question: Question, label: str) -> None:
    (block,) = drawn(question)
    assert block["label"]["text"] == label
    assert "hint" not in block


def test_a_long_label_is_told_in_full_below() -> None:
    words = "word " * 600
    (block,) = drawn(Question("a", Kind.UNKNOWN, words[:400]))
    assert len(block["label"]["text"]) <= 150
    assert block["hint"]["text"].startswith(words[:399] + "\nI do not know this kind")
    (block,) = drawn(Question("a", Kind.TEXT, words))
    assert 1900 < len(block["hint"]["text"]) <= 2000


def test_what_is_asked_twice_is_shown_once() -> None:
    twice = [Question("a", Kind.TEXT, "One"), Question("b", Kind.TEXT), Question("a", Kind.URL)]
    assert [block["label"]["text"] for block in drawn(*twice)] == ["One", "B"]


@pytest.mark.parametrize("slug", ["company", "", "a:b:c", "x" * 75, "x" * 500, "é😀 \n", NASTY])
def test_a_block_finds_its_question(slug: str) -> None:
    asked = [
        Question("other", Kind.TEXT),
        Question(slug, Kind.TEXT),
        Question("x" * 499, Kind.TEXT),
    ]
    shown = drawn(*asked)
    assert [slug_of(block["block_id"], asked) for block in shown] == [q.slug for q in asked]
    assert shown[1]["block_id"] == block_of(7, slug) != block_of(8, slug)
    assert slug_of(f"other:7:{slug}", asked) is None
    assert slug_of(block_of(7, "gone"), asked) is None
    assert slug_of("question", [Question("gone", Kind.TEXT)]) is None


def test_what_begins_so_is_found_first() -> None:
    of = Question("city", Kind.SELECT, options=("New York", "York", "Yorktown", "Paris", "York"))
    found = [option.value for option in matching(of, "  yORK ")]
    assert found == ["York", "Yorktown", "New York"]
    assert matching(of, "London") == []
    assert len(matching(of, "")) == 4
    assert len(matching(Question("n", Kind.SELECT, options=numbered(1000)), "option")) == 100


def test_only_what_the_form_asks_is_read() -> None:
    asked = [Question("a", Kind.TEXT), Question("b", Kind.CHECKBOX), Question("c", Kind.TEXT)]
    held: dict[str, dict[str, dict[str, Any]]] = {
        block_of(7, "a"): {ids.VALUE: {"type": "plain_text_input", "value": None}},
        block_of(7, "b"): {ids.VALUE: {"type": "checkboxes", "selected_options": []}},
        block_of(8, "c"): {ids.VALUE: {"type": "plain_text_input", "value": "another's"}},
    }
    assert raws_in(held, 7, asked) == {"a": "", "b": ()}
    assert raws_in({}, 7, asked) == {}


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "selected_option", "selected_options", "type"]), inner
        )
    ),
)


@given(claim=odd, kind=st.sampled_from(Kind))
def test_odd_claims_are_read_as_text(claim: Any, kind: Kind) -> None:
    of = Question("a", kind, options=("One", "Two"))
    for elements in (claim, {ids.VALUE: claim}):
        for raw in raws_in({block_of(7, "a"): elements}, 7, [of]).values():
            assert isinstance(raw, str) or all(isinstance(each, str) for each in raw)
            drawn(of, raws={"a": raw})


offered = st.one_of(
    st.lists(st.one_of(nasty, st.sampled_from(ODD)), max_size=12).map(tuple),
    st.sampled_from([0, 1, 10, 11, 100, 101, 1000]).map(numbered),
)
questions = st.lists(
    st.builds(
        Question,
        slug=st.one_of(st.text(max_size=5), nasty),
        kind=st.sampled_from(Kind),
        label=nasty,
        required=st.booleans(),
        placeholder=nasty,
        options=offered,
        shortest=st.integers(0, 4000),
        longest=st.integers(0, 4000),
    ),
    max_size=30,
    min_size=1,
    unique_by=lambda question: question.slug,
)


@calmly
@given(asked=questions, data=st.data())
def test_whatever_is_asked_slack_takes_it(asked: list[Question], data: st.DataObject) -> None:
    """And a form that opens with the answers says the same when it is sent."""
    held = st.one_of(nasty, st.lists(st.one_of(nasty, st.sampled_from(ODD)), max_size=3).map(tuple))
    raws = {question.slug: data.draw(held) for question in asked}
    shown = drawn(*asked, raws=raws)
    assert len(shown) == len(asked)
    again = raws_in(state(shown), 7, asked)
    assert again.keys() == raws.keys()
    assert drawn(*asked, raws=again) == shown


@calmly
@given(asked=questions, data=st.data())
def test_what_was_chosen_is_what_is_read(asked: list[Question], data: st.DataObject) -> None:
    choosing = [question for question in asked if question.kind.name in MENUS and options(question)]
    inputs, expected = drawn(*choosing) if choosing else [], {}
    sent = state(inputs)
    for question, block in zip(choosing, inputs, strict=True):
        chosen = data.draw(st.sampled_from(options(question)))
        (picked,) = [o for o in _shown(question, block) if o["value"] == token(chosen)]
        (held,) = sent[block["block_id"]].values()
        several = "selected_options" in held
        held.update({"selected_options": [picked]} if several else {"selected_option": picked})
        expected[question.slug] = [chosen] if several else chosen
    assert read_all(choosing, raws_in(sent, 7, choosing)) == expected


def _shown(question: Question, block: dict[str, Any]) -> list[dict[str, Any]]:
    """The options in the element itself, or those it loads (one by one: at most 100 come)."""
    if block["element"]["action_id"] == ids.VALUE:
        return list(block["element"]["options"])
    loaded: dict[str, dict[str, Any]] = {}
    for option in options(question):
        answer = {"options": [each.to_dict() for each in matching(question, option)]}
        assert check_options(answer) == []
        loaded |= {each["value"]: each for each in answer["options"]}
    return list(loaded.values())


def test_thirty_questions_stand_in_one_modal() -> None:
    asked = [Question(f"q{n}", Kind.SELECT, options=numbered(100)) for n in range(30)]
    assert len(drawn(*asked)) == 30
