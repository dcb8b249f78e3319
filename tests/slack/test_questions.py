"""Every kind of question: asked natively, checked at its field, and told to Cal.com as it wants."""

import json
from typing import Any

import pytest

from bot.sandbox.calcom.model import JSON
from tests.contract.calcom_recordings import FOLDER
from tests.harness import DAVE, Rig, words
from tests.slack.asking import answer, asking, below, field, held, opened, question, tampered
from tests.slack.flows import front, refuse

CREATE = "POST /v2/bookings"
LONG = "An option that goes on and on, " * 5
SOME = ["Red", "Green", "Blue"]
MANY = [f"Option {n:04}" for n in range(1000)]

KINDS: dict[str, tuple[JSON, Any, Any, str]] = {
    "text": (field("text"), "Alder & Sons", "Alder & Sons", "plain_text_input"),
    "textarea": (field("textarea"), "one\ntwo", "one\ntwo", "plain_text_input"),
    "number": (field("number"), "42", 42, "number_input"),
    "decimal": (field("number"), "2.5", 2.5, "number_input"),
    "phone": (field("phone"), "0033 6 12 34 56 78", "+33612345678", "plain_text_input"),
    "url": (field("url"), "https://x.example/a?b=1", "https://x.example/a?b=1", "url_text_input"),
    "address": (field("address"), "12 Quai du Port", "12 Quai du Port", "plain_text_input"),
    "email": (field("email"), "ann@x.example", "ann@x.example", "email_text_input"),
    "multiemail": (
        field("multiemail"),
        "ann@x.example; bob@x.example",
        ["ann@x.example", "bob@x.example"],
        "plain_text_input",
    ),
    "boolean": (field("boolean"), "yes", True, "radio_buttons"),
    "boolean no": (field("boolean"), "no", False, "radio_buttons"),
    "select": (field("select", options=SOME), "Green", "Green", "static_select"),
    "select long": (field("select", options=[LONG, "B"]), LONG, LONG, "static_select"),
    "select 100": (field("select", options=MANY[:100]), MANY[99], MANY[99], "static_select"),
    "select 101": (field("select", options=MANY[:101]), MANY[100], MANY[100], "external_select"),
    "select 1000": (field("select", options=MANY), MANY[777], MANY[777], "external_select"),
    "multiselect": (
        field("multiselect", options=SOME),
        ["Red", "Blue"],
        ["Red", "Blue"],
        "multi_static_select",
    ),
    "multiselect 500": (
        field("multiselect", options=MANY[:500]),
        [MANY[3], MANY[450]],
        [MANY[3], MANY[450]],
        "multi_external_select",
    ),
    "radio": (field("radio", options=SOME), "Red", "Red", "radio_buttons"),
    "radio 11": (field("radio", options=MANY[:11]), MANY[10], MANY[10], "static_select"),
    "radio 200": (field("radio", options=MANY[:200]), MANY[150], MANY[150], "external_select"),
    "checkbox": (field("checkbox", options=SOME), ["Blue"], ["Blue"], "checkboxes"),
    "checkbox 11": (
        field("checkbox", options=MANY[:11]),
        [MANY[0], MANY[10]],
        [MANY[0], MANY[10]],
        "multi_static_select",
    ),
}
"""The question, what a person answers, what Cal.com is told, and what stands in the modal."""


def told(bot: Rig) -> dict[str, Any]:
    """The answers in the last request to book."""
    sent = [c for c in bot.cal.log if c.method == "POST" and c.path.endswith("/bookings")][-1]
    answers: dict[str, Any] = sent.body.get("bookingFieldsResponses", {})
    return answers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("required", [True, False])
async def test_an_answer_arrives_in_its_type(bot: Rig, kind: str, required: bool) -> None:
    asked, given, expected, element = KINDS[kind]
    if kind == "boolean no" and required:
        pytest.skip("a required yes/no takes only a yes (see the next test)")
    event_type = asking(bot, asked | {"required": required})
    await opened(bot, event_type)
    assert question(bot, event_type)["element"]["type"] == element
    assert bool(question(bot, event_type).get("optional")) != required
    await answer(bot, event_type, given)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert told(bot)["asked"] == expected
    assert type(told(bot)["asked"]) is type(expected)


async def test_a_consent_that_is_not_given_is_said_at_once(bot: Rig) -> None:
    event_type = asking(bot, field("boolean", required=True))
    await opened(bot, event_type)
    await answer(bot, event_type, "no")
    outcome = await bot.submit(DAVE)
    assert list(outcome.errors.values()) == ["It can only be booked with a Yes here."]
    assert CREATE not in bot.cal_calls()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_required_may_be_left_open(bot: Rig, kind: str) -> None:
    event_type = asking(bot, KINDS[kind][0])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert "asked" not in told(bot)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_required_and_missing_is_said_at_its_field(bot: Rig, kind: str) -> None:
    event_type = asking(bot, KINDS[kind][0] | {"required": True})
    await opened(bot, event_type)
    by_slack = await bot.submit(DAVE)
    assert list(by_slack.errors) == [question(bot, event_type)["block_id"]]
    tampered(bot)
    by_us = await bot.submit(DAVE)
    assert by_us.errors == {question(bot, event_type)["block_id"]: "This has to be filled in."}
    assert CREATE not in bot.cal_calls()


WRONG: list[tuple[JSON, Any, str]] = [
    (field("phone"), "06 12 34 56 78", "country code"),
    (field("phone"), "call me", "not a phone number"),
    (field("multiemail"), "ann@x.example, nobody", "Not an e-mail address: nobody"),
    (field("text", minLength=4), "abc", "too short: 3 of at least 4"),
    (field("text", maxLength=4), "abcde", "too long: 5 of at most 4"),
    (field("textarea", maxLength=10), "a" * 11, "too long: 11 of at most 10"),
]


@pytest.mark.parametrize(("asked", "given", "complaint"), WRONG)
async def test_a_wrong_answer_is_said_at_its_field(
    bot: Rig, asked: JSON, given: Any, complaint: str
) -> None:
    event_type = asking(bot, asked)
    await opened(bot, event_type)
    tampered(bot)
    await answer(bot, event_type, given)
    outcome = await bot.submit(DAVE)
    (said,) = outcome.errors.values()
    assert complaint in said
    assert CREATE not in bot.cal_calls()


@pytest.mark.parametrize("kind", ["select", "multiselect", "radio", "checkbox"])
async def test_a_made_up_option_is_not_passed_on(bot: Rig, kind: str) -> None:
    event_type = asking(bot, field(kind, options=SOME, required=True))
    await opened(bot, event_type)
    several = kind in {"multiselect", "checkbox"}
    await answer(bot, event_type, ["Red"] if several else "Red")
    block = question(bot, event_type)
    (state,) = front(bot).values[block["block_id"]].values()
    chosen = state["selected_options"][0] if several else state["selected_option"]
    chosen["value"] = "Purple"
    outcome = await bot.submit(DAVE)
    assert list(outcome.errors.values()) == ["This is not one of the choices."]
    assert CREATE not in bot.cal_calls()


async def test_an_unknown_kind_is_asked_as_text_and_said_so(bot: Rig) -> None:
    event_type = asking(bot, field("text"))
    event_type.booking_fields[-1]["type"] = "starsign"
    bot.cal.hosted = False  # the newer form has a word for what it does not know itself
    await opened(bot, event_type)
    assert "I do not know this kind of question" in words(question(bot, event_type))
    await answer(bot, event_type, "Virgo")
    await bot.submit(DAVE)
    assert told(bot)["asked"] == "Virgo"


async def test_hidden_questions_are_not_asked(bot: Rig) -> None:
    event_type = asking(bot, field("text", hidden=True), field("text", "shown"))
    await opened(bot, event_type)
    assert "Asked" not in words(front(bot))
    assert "Shown" in words(front(bot))


async def test_a_label_of_any_length_can_be_read(bot: Rig) -> None:
    label = "Tell us everything about it, " * 90
    event_type = asking(bot, field("text", label=label))
    await opened(bot, event_type)
    block = question(bot, event_type)
    assert len(block["label"]["text"]) <= 150
    assert block["hint"]["text"].startswith("Tell us everything")


# -- Cal.com's own complaints ------------------------------------------------------------------

INTAKE = (
    field("text", "company", label="Your company"),
    field("select", "topic", options=["Sales", "Support", "Other"]),
    field("phone", "mobile"),
)
RECORDED = {
    "119-intake-missing-fields": ("company", "This has to be filled in."),
    "120-intake-missing-one-field": ("topic", "This has to be filled in."),
    "121-intake-bad-select-option": ("topic", "This is not one of the choices."),
    "122-intake-bad-phone": ("mobile", "This is not a phone number"),
}


def response_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "v2" / f"{name}.json").read_text())["response"]
    return found


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the recordings are not beside the checkout")
@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_refusal_comes_back_to_its_field(bot: Rig, name: str) -> None:
    slug, sentence = RECORDED[name]
    recorded = response_of(name)
    event_type = asking(bot, *INTAKE)
    await opened(bot, event_type)
    await answer(bot, event_type, "ACME", "company")
    refuse(bot, recorded["status"], CREATE, body=recorded["body"])
    await bot.submit(DAVE)
    assert sentence in below(bot, event_type, slug)
    assert "Nothing was booked." in below(bot, event_type, slug)
    assert held(bot, event_type, "company") == "ACME"
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_a_complaint_about_a_field_that_is_not_asked_is_said_on_top(bot: Rig) -> None:
    event_type = asking(bot, field("text"))
    await opened(bot, event_type)
    text = "Missing required booking field response: secret - it is required"
    error = {"code": "BadRequestException", "message": text}
    refuse(bot, 400, CREATE, body={"status": "error", "error": error})
    await bot.submit(DAVE)
    assert "secret: This has to be filled in." in words(front(bot).blocks[0])
