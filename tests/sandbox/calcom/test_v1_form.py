"""The booking form through API v1: what an event type asks, and what a booking must answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.sandbox.calcom.app import build
from bot.sandbox.calcom.seed import ALICE_KEY
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Types

_USER = [{"id": "user", "type": "user", "label": "User"}]
STAGE = {
    "name": "stage",
    "type": "radio",
    "label": "Stage",
    "required": True,
    "editable": "user",
    "sources": _USER,
    "options": [{"label": "Early", "value": "Early"}, {"label": "Late", "value": "Late"}],
}
NOTES = {"name": "notes", "type": "textarea", "required": True, "editable": "system-but-optional"}


class Asker:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self._http.request(method, f"/v1{path}?apiKey={ALICE_KEY}", json=body)

    async def book(self, event_type_id: int, **answers: Any) -> httpx.Response:
        body = {
            "eventTypeId": event_type_id,
            "start": "2026-12-08T10:00:00Z",
            "responses": {"name": "Dave", "email": "dave@example.com"} | answers,
            "timeZone": "UTC",
            "language": "en",
            "metadata": {},
        }
        return await self("POST", "/bookings", body)


@pytest.fixture
async def v1(world: World) -> AsyncIterator[Asker]:
    transport = httpx.ASGITransport(build(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://cal.test") as http:
        yield Asker(http)


async def test_a_changed_form_comes_back(v1: Asker) -> None:
    body = {"title": "Call", "slug": "call", "length": 30, "bookingFields": [STAGE, NOTES]}
    made = (await v1("POST", "/event-types", body)).json()["event_type"]
    form = {f["name"]: f for f in made["bookingFields"]}
    assert list(form) == ["name", "email", "stage", "notes"]
    assert form["stage"] == STAGE
    assert (form["notes"]["required"], form["notes"]["editable"]) == (True, "system-but-optional")
    missing = await v1.book(made["id"])
    assert missing.json()["message"] == "custom in 'responses': {stage}error_required_field"
    missing = await v1.book(made["id"], stage="Early")
    assert missing.json()["message"] == "custom in 'responses': {notes}error_required_field"
    done = await v1.book(made["id"], stage="Early", notes="Tea", other="dropped")
    assert done.json()["responses"] == {
        "name": "Dave",
        "email": "dave@example.com",
        "stage": "Early",
        "notes": "Tea",
    }


async def test_v1_reads_what_v2_made(v1: Asker, types: Types) -> None:
    text = {"type": "textarea", "slug": "goals", "label": "Goals", "required": False}
    one = types(
        bookingFields=[
            text | {"hidden": True, "placeholder": "So", "maxLength": 9},
            {"slug": "name", "variant": "splitName"},
            {"slug": "notes", "label": "What else?"},
        ],
        price=5000,
        currency="eur",
    )
    read = (await v1("GET", f"/event-types/{one.id}")).json()["event_type"]
    assert (read["price"], read["currency"]) == (5000, "eur")
    form = {f["name"]: f for f in read["bookingFields"]}
    assert form["name"]["variant"] == "firstAndLastName"
    assert form["goals"] == {
        "name": "goals",
        "type": "textarea",
        "label": "Goals",
        "required": False,
        "hidden": True,
        "placeholder": "So",
        "maxLength": 9,
        "editable": "user",
        "sources": _USER,
    }
    assert form["notes"]["label"] == "What else?"
    made = (await v1.book(one.id)).json()
    assert (made["status"], made["paid"], made["paymentRequired"]) == ("PENDING", False, True)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("text", 3, "Invalid string"),
        ("multiselect", "Red", "Invalid array of strings"),
        ("url", "no address", "url_validation_error"),
        ("multiemail", ["a"], "email_validation_error"),
    ],
)
async def test_answers_of_a_wrong_kind(
    v1: Asker, types: Types, kind: str, value: Any, said: str
) -> None:
    field = {"type": kind, "slug": "x", "label": "X", "required": False, "options": ["Red"]}
    answer = await v1.book(types(bookingFields=[field]).id, x=value)
    assert answer.status_code == 400
    assert answer.json()["message"] == f"custom in 'responses': {{x}}{said}"
