"""The booking form of the local Cal.com: every kind of question, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.calcom.seed_demo import seed_demo
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Types

START = "2026-12-08T10:00:00Z"
_PICK = ["Red", "Green", "Blue"]
QUESTIONS: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({}, "Buoys"),
    "textarea": ({}, "Two\nlines"),
    "number": ({}, 4),
    "phone": ({}, "+33612345678"),
    "url": ({}, "https://example.com/about?x=1"),
    "address": ({}, "12 Quai du Port"),
    "select": ({"options": _PICK}, "Red"),
    "multiselect": ({"options": _PICK}, ["Red", "Blue"]),
    "radio": ({"options": _PICK}, "Green"),
    "checkbox": ({"options": _PICK}, ["Blue"]),
    "boolean": ({}, True),
    "multiemail": ({}, ["a@example.com", "b@example.com"]),
    "email": ({}, "a@example.com"),
}


def question(kind: str, **more: Any) -> dict[str, Any]:
    base = {"type": kind, "slug": f"a-{kind}", "label": kind.title(), "required": True}
    return base | QUESTIONS[kind][0] | more


def told(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    body = answer.json()
    return str(body["error"]["message"] if "error" in body else body["message"])


@pytest.mark.parametrize("kind", QUESTIONS)
async def test_every_kind_is_asked_and_answered(ask: Caller, types: Types, kind: str) -> None:
    one = types(bookingFields=[question(kind, placeholder="So")])
    form = (await ask("GET", f"/event-types/{one.id}")).json()["data"]["bookingFields"]
    shown = next(f for f in form if f["slug"] == f"a-{kind}")
    assert shown == question(kind, placeholder="So") | {
        "isDefault": False,
        "hidden": False,
        "disableOnPrefill": False,
    }
    missing = told(await ask.book(one, START))
    assert missing.startswith(f"Missing required booking field response: a-{kind} - ")
    answers = {f"a-{kind}": QUESTIONS[kind][1]}
    made = await ask.book(one, START, bookingFieldsResponses=answers)
    assert made.json()["data"]["bookingFieldsResponses"][f"a-{kind}"] == QUESTIONS[kind][1]


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("text", 3, "Invalid type for booking field 'a-text'. Expected type string, but got numb"),
        ("number", "3", "Invalid type for booking field 'a-number'. Expected type number, but got"),
        ("number", True, "Invalid type for booking field 'a-number'. Expected type number, but"),
        ("boolean", "yes", "Invalid type for booking field 'a-boolean'. Expected type boolean, b"),
        ("multiselect", "Red", "Invalid type for booking field 'a-multiselect'. Expected type ar"),
        ("select", "Pink", "Invalid option 'Pink' for booking field 'a-select'. Allowed options"),
        ("radio", "Pink", "Invalid option 'Pink' for booking field 'a-radio'. Allowed options ar"),
        ("checkbox", ["Red", "Pink"], "Invalid option 'Pink' for booking field 'a-checkbox'. Al"),
        ("phone", "12", "responses - {a-phone}invalid_number, "),
        ("email", "a@", "responses - {a-email}email_validation_error, "),
        ("multiemail", ["a@example.com", "b"], "responses - {a-multiemail}email_validation_err"),
        ("url", "no address", "responses - {a-url}url_validation_error, "),
        ("boolean", False, "responses - {a-boolean}error_required_field, "),
        ("text", "", "responses - {a-text}error_required_field, "),
    ],
)
async def test_wrong_answers(ask: Caller, types: Types, kind: str, value: Any, said: str) -> None:
    one = types(bookingFields=[question(kind)])
    answer = await ask.book(one, START, bookingFieldsResponses={f"a-{kind}": value})
    assert (told(answer)).startswith(said)


async def test_fields_are_asked_in_their_order_and_before_the_form_itself(
    ask: Caller, types: Types
) -> None:
    one = types(bookingFields=[question("phone"), question("select"), {"slug": "notes"}])
    first = await ask.book(one, START, bookingFieldsResponses={"a-phone": "12"})
    assert "a-select" in told(first)


async def test_hidden_questions_are_never_required(ask: Caller, types: Types) -> None:
    one = types(bookingFields=[question("text", hidden=True)])
    assert (await ask.book(one, START)).status_code == 201
    listed = (await ask.without_key()("GET", "/event-types?username=alice")).json()["data"]
    assert "a-text" not in {f["slug"] for f in listed[0]["bookingFields"]}


async def test_length_of_a_text(ask: Caller, types: Types) -> None:
    limits = {"minLength": 3, "maxLength": 5}
    one = types(bookingFields=[question("textarea", **limits)])
    for text, said in (("ab", "Min. 3"), ("abcdef", "Max. 5")):
        answer = await ask.book(one, START, bookingFieldsResponses={"a-textarea": text})
        assert (told(answer)).startswith(f"responses - {{a-textarea}}{said} characters")
    done = await ask.book(one, START, bookingFieldsResponses={"a-textarea": "abcd"})
    assert done.status_code == 201


async def test_answers_to_nothing_are_dropped(ask: Caller, types: Types) -> None:
    answers = {"nobody-asked": "x", "notes": "Bring tea"}
    made = (await ask.book(types(), START, bookingFieldsResponses=answers)).json()["data"]
    kept = made["bookingFieldsResponses"]
    assert kept["notes"] == "Bring tea"
    assert "nobody-asked" not in kept


@pytest.mark.parametrize("slug", ["title", "notes", "guests"])
async def test_a_default_field_can_be_required(ask: Caller, types: Types, slug: str) -> None:
    one = types(bookingFields=[{"slug": slug, "required": True, "hidden": False, "label": "Say"}])
    form = (await ask("GET", f"/event-types/{one.id}")).json()["data"]["bookingFields"]
    shown = next(f for f in form if f["slug"] == slug)
    assert (shown["required"], shown["hidden"], shown["label"]) == (True, False, "Say")
    assert told(await ask.book(one, START)) == (f"responses - {{{slug}}}error_required_field, ")
    value = ["guest@example.com"] if slug == "guests" else "Something"
    made = await ask.book(one, START, bookingFieldsResponses={slug: value})
    assert made.json()["data"]["bookingFieldsResponses"][slug] == value


async def test_a_required_reason_is_asked_when_moving_only(ask: Caller, types: Types) -> None:
    one = types(bookingFields=[{"slug": "rescheduleReason", "required": True}])
    uid = (await ask.book(one, START)).json()["data"]["uid"]
    move = {"start": "2026-12-08T11:00:00Z"}
    refused = await ask("POST", f"/bookings/{uid}/reschedule", move)
    assert told(refused) == "responses - {rescheduleReason}error_required_field, "
    moved = await ask("POST", f"/bookings/{uid}/reschedule", move | {"reschedulingReason": "ill"})
    assert moved.status_code == 201


async def test_a_phone_number_can_be_required(ask: Caller, types: Types) -> None:
    one = types(bookingFields=[{"slug": "attendeePhoneNumber", "required": True, "hidden": False}])
    assert (told(await ask.book(one, START))).startswith("Missing attendee phone number - ")
    who = {"name": "Dave", "timeZone": "Europe/Paris", "phoneNumber": "+33612345678"}
    made = await ask("POST", "/bookings", {"eventTypeId": one.id, "start": START, "attendee": who})
    assert made.status_code == 201, made.text  # and no e-mail is needed then


async def test_a_split_name(ask: Caller, types: Types) -> None:
    split = {"slug": "name", "variant": "splitName", "lastNameRequired": True}
    one = types(bookingFields=[split])
    assert told(await ask.book(one, START)) == "responses - {name}error_required_field, "
    who = {"name": "Dave von Drake", "email": "d@example.com", "timeZone": "Europe/Paris"}
    made = await ask("POST", "/bookings", {"eventTypeId": one.id, "start": START, "attendee": who})
    data = made.json()["data"]
    assert data["attendees"][0]["name"] == "Dave von Drake"
    parts = {"firstName": "Dave", "lastName": "von Drake"}
    assert data["bookingFieldsResponses"]["name"] == parts
    form = (await ask("GET", f"/event-types/{one.id}")).json()["data"]["bookingFields"]
    assert form[0] == {  # this version has no word for it
        "isDefault": True,
        "type": "name",
        "slug": "name",
        "required": True,
        "label": "your_name",
        "disableOnPrefill": False,
    }


@pytest.mark.parametrize(
    ("rule", "entries", "refused"),
    [
        ("excludeEmails", ["@example.com"], "exclude_emails_match_found_error_message"),
        ("excludeEmails", ["Dave@example.com"], "exclude_emails_match_found_error_message"),
        ("excludeEmails", ["example.org"], ""),
        ("requireEmails", ["example.org"], "require_emails_no_match_found_error_message"),
        ("requireEmails", ["example.org", "example.com"], ""),
    ],
)
async def test_whose_addresses_are_taken(
    ask: Caller, types: Types, rule: str, entries: list[str], refused: str
) -> None:
    answer = await ask.book(types(bookingFields=[{"slug": "email", rule: entries}]), START)
    if not refused:
        assert answer.status_code == 201
    else:
        assert told(answer) == f"responses - {{email}}{refused}, "


@pytest.mark.parametrize(
    "field",
    [
        {"type": "text", "slug": "x"},
        {"type": "colour", "slug": "x", "label": "X"},
        {"type": "select", "slug": "x", "label": "X"},
        "x",
    ],
)
async def test_a_form_that_is_none(ask: Caller, types: Types, field: Any) -> None:
    one = types()
    answer = await ask("PATCH", f"/event-types/{one.id}", {"bookingFields": [field]})
    assert answer.status_code == 400


async def test_the_demo_has_types_of_every_kind() -> None:
    world = World(lambda: datetime(2026, 11, 23, 6, tzinfo=UTC))
    await seed_demo(world)
    assert world.hosted
    by_slug = {e.slug: e for e in world.event_types.values()}
    assert [by_slug[s].id for s in ("intro", "confidential", "sales", "architecture")] == [
        1,
        8,
        9,
        12,
    ]
    asked = by_slug["survey"].booking_fields
    assert {f["type"] for f in asked} >= set(QUESTIONS)
    assert {len(f.get("options", [])) for f in asked} >= {25, 120, 12}
    assert max(len(f.get("label", "")) for f in asked) > 255
    assert by_slug["consulting"].price == 5000
