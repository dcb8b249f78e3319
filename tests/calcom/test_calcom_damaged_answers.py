"""Whatever is missing, null or wrapped in an answer, it is read or it is a `SchedulingError`."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.calcom import webhooks, wire_accounts, wire_bookings, wire_event_types, wire_slots
from bot.calcom.wire import inside
from bot.domain.bookings import Booking
from bot.domain.errors import SchedulingError
from bot.domain.events import BookingEvent, Ignored, Notice
from bot.domain.slots import Span
from tests.contract.calcom_recordings import FOLDER, exchanges

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the checkout")

DAY = Span(datetime(2026, 12, 8, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC))

DECODED: dict[str, Callable[[Any], Any]] = {
    "v2/011": lambda body: wire_accounts.account(inside(body, "data")),
    "v2/013": wire_event_types.event_types,
    "v2/022": wire_event_types.event_type,
    "v2/059": lambda body: wire_slots.hold(inside(body, "data")),
    "v2/065": lambda body: wire_slots.hold(inside(body, "data")),
    "v2/034": lambda body: wire_slots.slots(inside(body, "data")),
    "v2/041": lambda body: wire_slots.slots(inside(body, "data")),
    "v2/072": wire_slots.default_schedule,
    "v2/089": wire_bookings.booking,
    "v2/138": wire_bookings.booking,
    "v2/019": wire_event_types.is_of_2024_04,
    "v2/133": wire_bookings.instant_uid,
    "v2/245": wire_bookings.occurrences,
    "v2/146": wire_bookings.page,
    "v2/187": wire_bookings.booking,
    "v2/234": lambda body: wire_bookings.made_by("k", inside(body, "data")),
    "v2/266": lambda body: wire_accounts.subscriptions(inside(body, "data")),
    "v2/339": wire_slots.schedules,
    "v2/347": lambda body: wire_slots.spans(inside(body, "data"), DAY),
    "v2/355": wire_slots.calendars,
    "v2team/007": wire_accounts.teams,
    "v2team/017": wire_event_types.event_types,
    "v2team/009": lambda body: wire_accounts.username_of("bob@example.com", inside(body, "data")),
    "v1/012": wire_event_types.v1_event_types,
    "v1/019": lambda body: wire_slots.schedules(body, "schedules"),
    "v1/027": lambda body: wire_slots.slots(inside(body, "slots"), 30),
    "v1/035": wire_bookings.row,
    "v1/056": wire_bookings.rows,
    "made/links": wire_bookings.calendar_links,
    "made/recordings": wire_bookings.recordings,
    "made/v1-recordings": wire_bookings.v1_recordings,
    "made/event-types": wire_event_types.event_types,
}

MADE: dict[str, Any] = {
    "made/links": {"data": [{"label": "Google", "link": "https://x.test"}]},
    "made/recordings": {"data": [{"startTs": 1, "duration": 2, "downloadLink": "https://x.test"}]},
    "made/v1-recordings": [{"start_ts": 1, "duration": 2, "download_link": "https://x.test"}],
    "made/event-types": {
        "data": [
            {
                "id": 1,
                "lengthInMinutes": 30,
                "seats": {"seatsPerTimeSlot": 3, "showAttendeeInfo": True},
                "bookingFields": [
                    {"field": "name", "variant": "splitName", "lastNameRequired": True},
                    {"field": "custom", "type": "longText", "slug": "why", "minLength": 3},
                    {"field": "unknown", "bookingField": '{"name": "odd"}'},
                    {
                        "name": "n",
                        "variant": "firstAndLastName",
                        "variantsConfig": {"variants": {}},
                    },
                ],
                "locations": [{"type": "phone", "public": False}],
            }
        ]
    },
}
"""What is not among the recordings, as the documentation has it."""


@cache
def bodies() -> dict[str, Any]:
    recorded = [e for folder in ("v2", "v2team", "v1") for e in exchanges(folder)]
    return MADE | {e.name.split("-")[0]: e.body for e in recorded}


Place = tuple[Any, Any]


def places(node: Any) -> list[Place]:
    """Every (container, key) in a body."""
    keys: list[Any] = []
    if isinstance(node, dict):
        keys = list(node)
    elif isinstance(node, list):
        keys = list(range(len(node)))
    return [place for key in keys for place in ((node, key), *places(node[key]))]


DAMAGES: dict[str, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "wrapped": lambda value: [value],
    "unwrapped": lambda value: value[0] if isinstance(value, list) and value else value,
    "empty": lambda value: [] if isinstance(value, dict) else {},
    "text": lambda _: "unknown",
    "number": lambda _: -1,
    "far": lambda _: "9999-12-31T23:59:59-12:00",
    "wild": lambda _: "\udc00",
}


def damage(body: Any, data: st.DataObject) -> Any:
    """The body with one to four nodes dropped or made into something else."""
    damaged = [copy.deepcopy(body)]
    for _ in range(data.draw(st.integers(1, 4))):
        found = places(damaged)
        container, key = found[data.draw(st.integers(0, len(found) - 1))]
        kind = data.draw(st.sampled_from(["dropped", *DAMAGES]))
        if kind != "dropped":
            container[key] = DAMAGES[kind](container[key])
        elif container is not damaged:
            del container[key]
    return damaged[0]


SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("number", DECODED)
@SLOWLY
@given(data=st.data())
def test_answers(number: str, data: st.DataObject) -> None:
    damaged = damage(bodies()[number], data)
    try:
        answer = DECODED[number](damaged)
    except SchedulingError:
        return
    for booking in answer if isinstance(answer, tuple) else [answer]:
        if isinstance(booking, Booking):
            assert booking.uid
            assert booking.start.tzinfo is UTC
            assert booking.end.tzinfo is UTC


@pytest.mark.parametrize("number", DECODED)
def test_what_is_not_damaged_is_read(number: str) -> None:
    DECODED[number](bodies()[number])


HOOKS = ["01", "13", "18", "29", "37", "49", "55", "57", "61"]


@pytest.mark.parametrize("number", HOOKS)
@SLOWLY
@given(data=st.data())
def test_webhooks(number: str, data: st.DataObject) -> None:
    (path,) = (FOLDER / "webhooks").glob(f"{number}-*.json")
    damaged = damage(json.loads(path.read_text())["json"], data)
    event = webhooks.parse(json.dumps(damaged).encode())
    assert isinstance(event, BookingEvent | Notice | Ignored)
    if isinstance(event, BookingEvent):
        assert event.uid


@given(st.binary(max_size=40))
def test_any_bytes_are_an_event_or_no_json(raw: bytes) -> None:
    try:
        event = webhooks.parse(raw)
    except ValueError:
        return
    assert isinstance(event, Notice | Ignored)


def test_one_unreadable_booking_does_not_hide_the_others() -> None:
    body = copy.deepcopy(bodies()["v2/146"])
    body["data"][0]["uid"] = None
    assert len(wire_bookings.page(body).bookings) == len(body["data"]) - 1
