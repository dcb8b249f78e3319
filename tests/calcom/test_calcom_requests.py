"""What is asked of Cal.com: bodies and queries, to the letter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.domain.bookings import Attendee, BookingQuery, BookingRequest, Listing
from bot.domain.errors import InvalidAnswer, NotFound, NotSupported
from bot.domain.events import Subscription
from bot.domain.records import Level, Owner
from bot.domain.slots import SlotQuery, Span
from tests.calcom.calcom_script import REQUEST, START, Script, booking, ok, row, said, v1, v2

FULL = BookingRequest(
    key="attempt-2",
    event_type_id=4,
    start=START,
    attendee=Attendee("Ann", "ann@example.com", "Asia/Kolkata", "pt-PT", phone="+33612345678"),
    length=30,
    guests=("g@example.com",),
    answers={"company": "ACME", "notes": "hello"},
    location={"type": "attendeePhone", "phone": "+33612345678"},
)


async def test_a_booking_in_v2() -> None:
    script = Script([ok(booking())])
    client = v2(script)
    await client.create(REQUEST)
    await client.create(FULL)

    assert script.sent() == {
        "start": "2026-12-09T08:00:00Z",
        "eventTypeId": 1,
        "attendee": {
            "name": "Ann",
            "email": "ann@example.com",
            "timeZone": "Europe/Paris",
            "language": "en",  # en-US is refused
        },
        "metadata": {"calbot": "attempt-1"},
    }
    assert script.sent(1) == {
        "start": "2026-12-09T08:00:00Z",
        "eventTypeId": 4,
        "attendee": {
            "name": "Ann",
            "email": "ann@example.com",
            "timeZone": "Asia/Kolkata",
            "language": "pt",
            "phoneNumber": "+33612345678",
        },
        "lengthInMinutes": 30,
        "guests": ["g@example.com"],
        "location": {"type": "attendeePhone", "phone": "+33612345678"},
        "bookingFieldsResponses": {"company": "ACME", "notes": "hello"},
        "metadata": {"calbot": "attempt-2"},
    }


async def test_a_booking_in_v1() -> None:
    script = Script([httpx.Response(200, json=row())])
    await v1(script).create(FULL)

    assert script.sent() == {
        "eventTypeId": 4,
        "start": "2026-12-09T08:00:00Z",
        "end": "2026-12-09T08:30:00Z",
        "timeZone": "Asia/Kolkata",
        "language": "pt-PT",
        "metadata": {"calbot": "attempt-2"},
        "responses": {
            "name": "Ann",
            "email": "ann@example.com",
            "company": "ACME",
            "notes": "hello",
            "guests": ["g@example.com"],
            "attendeePhoneNumber": "+33612345678",
            "location": {"value": "phone", "optionValue": "+33612345678"},
        },
    }


@pytest.mark.parametrize(
    ("language", "sent"),
    [("en-US", "en"), ("pt-BR", "pt-BR"), ("zh-CN", "zh-CN"), ("tlh", "en"), ("", "en")],
)
async def test_the_nearest_language(language: str, sent: str) -> None:
    script = Script([ok(booking())])
    request = BookingRequest("k", 1, START, Attendee("Ann", "ann@example.com", language=language))
    await v2(script).create(request)
    assert script.sent()["attendee"]["language"] == sent


LATER = datetime(2026, 12, 9, 9, tzinfo=UTC)


async def test_changes_in_v2() -> None:
    script = Script([ok(booking())])
    client = v2(script)
    await client.reschedule("u", LATER, reason="ill", by_email="ann@example.com")
    await client.reschedule("u", LATER)
    await client.cancel("u", reason="ill")
    await client.confirm("u")
    await client.decline("u")
    await client.decline("u", reason="no time")
    await client.mark_absent("u", host=False, attendees={"ann@example.com": True})

    assert script.sent(0) == {
        "start": "2026-12-09T09:00:00Z",
        "reschedulingReason": "ill",
        "rescheduledBy": "ann@example.com",
    }
    assert script.sent(1) == {"start": "2026-12-09T09:00:00Z"}
    assert script.sent(2) == {"cancellationReason": "ill"}
    assert [script.asked[place].content for place in (3, 4)] == [b"", b""]
    assert script.sent(5) == {"reason": "no time"}
    assert script.sent(6) == {
        "host": False,
        "attendees": [{"email": "ann@example.com", "absent": True}],
    }
    assert {r.headers["cal-api-version"] for r in script.asked} == {"2024-08-13"}


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        (BookingQuery(), {"take": "100"}),
        (
            BookingQuery(listings=(Listing.UPCOMING, Listing.UNCONFIRMED), take=999, skip=5),
            {"status": "upcoming,unconfirmed", "sortStart": "asc", "take": "250", "skip": "5"},
        ),
        (
            BookingQuery(listings=(Listing.PAST, Listing.CANCELLED)),
            {"status": "past,cancelled", "sortStart": "desc", "take": "100"},
        ),
        (
            BookingQuery(listings=(Listing.PAST,), ascending=True),
            {"status": "past", "sortStart": "asc", "take": "100"},
        ),
        (
            BookingQuery(after_updated=START, event_type_id=4, attendee_email="a@example.com"),
            {
                "afterUpdatedAt": "2026-12-09T08:00:00Z",
                "sortUpdatedAt": "asc",
                "eventTypeId": "4",
                "attendeeEmail": "a@example.com",
                "take": "100",
            },
        ),
        (
            BookingQuery(after_start=START, before_end=LATER, after_created=START),
            {
                "afterStart": "2026-12-09T08:00:00Z",
                "beforeEnd": "2026-12-09T09:00:00Z",
                "afterCreatedAt": "2026-12-09T08:00:00Z",
                "take": "100",
            },
        ),
    ],
)
async def test_lists_in_v2(query: BookingQuery, sent: dict[str, str]) -> None:
    script = Script([ok([])])
    await v2(script).bookings(query)
    assert dict(script.asked[0].url.params) == sent


async def test_slots() -> None:
    starts = [{"start": "2026-12-09T08:00:00Z"}, {"start": "2026-12-09T09:00:00Z"}]
    query = SlotQuery(7, START, LATER, length=60, moving_uid="u")
    script, old = Script([ok({"2026-12-09": starts})]), Script([httpx.Response(200, json={})])

    found = await v2(script).slots(query)
    await v1(old).slots(query)

    assert [slot.start for slot in found] == [START]  # the end is not part of the window
    assert dict(script.asked[0].url.params) == {
        "eventTypeId": "7",
        "start": "2026-12-09T08:00:00Z",
        "end": "2026-12-09T09:00:00Z",
        "format": "range",
        "duration": "60",
        "bookingUidToReschedule": "u",
    }
    asked = dict(old.asked[0].url.params)
    del asked["apiKey"]
    assert asked == {
        "eventTypeId": "7",
        "startTime": "2026-12-09T08:00:00Z",
        "endTime": "2026-12-09T09:00:00Z",
        "duration": "60",
        "rescheduleUid": "u",
    }


TYPE_3 = Owner(Level.EVENT_TYPE, 3)
TEAM_TYPE = Owner(Level.TEAM_EVENT_TYPE, 3, team_id=7)
ORGANIZATION = Owner(Level.ORGANIZATION, 9)


async def test_webhooks_of_teams_and_organizations() -> None:
    hook = {"id": "h1", "subscriberUrl": "https://bot.test", "triggers": ["PING"]}
    script = Script([ok([hook]), ok(hook), ok(hook), ok([hook])])
    client = v2(script)
    await client.webhooks(TEAM_TYPE)
    await client.create_webhook("https://bot.test", ["PING"], secret="s", owner=TEAM_TYPE)
    await client.delete_webhook("h1", owner=TEAM_TYPE)
    await client.webhooks(ORGANIZATION)
    assert script.log == [
        "GET /v2/teams/7/event-types/3/webhooks",
        "POST /v2/teams/7/event-types/3/webhooks",
        "DELETE /v2/teams/7/event-types/3/webhooks/h1",
        "GET /v2/organizations/9/webhooks",
    ]


async def test_what_a_list_tells_of_a_webhook() -> None:
    """No secret is another thing than one that is not told."""
    hook: dict[str, Any] = {"id": "h1", "subscriberUrl": "https://bot.test", "secret": None}
    told = ok([hook, {**hook, "secret": "s", "payloadTemplate": "{}", "active": False}])
    bare, templated = await v2(Script([told])).webhooks()
    assert (bare.secret, bare.active, bare.is_templated) == ("", True, False)
    assert (templated.secret, templated.active, templated.is_templated) == ("s", False, True)
    listed = {"webhooks": [{"id": "h1", "eventTriggers": ["PING"]}]}
    (untold,) = await v1(Script([httpx.Response(200, json=listed)])).webhooks()
    assert untold.secret is None


async def test_which_triggers_a_server_knows() -> None:
    named = "each value in triggers must be one of the following values: BOOKING_CREATED, PING"
    constraints = {"property": "triggers", "constraints": {"isEnum": named}}
    body = {"error": {"message": "Bad Request Exception", "details": {"errors": [constraints]}}}
    with pytest.raises(InvalidAnswer) as refused:
        await v2(Script([httpx.Response(400, json=body)])).create_webhook(
            "https://bot.test", ["NOPE"], secret="s"
        )
    assert (refused.value.field, refused.value.allowed) == (
        "triggers",
        ("BOOKING_CREATED", "PING"),
    )
    said_by_v1 = (
        "invalid_enum_value in 'eventTriggers,0': Invalid enum value. "
        "Expected 'BOOKING_CREATED' | 'PING', received 'NOPE'"
    )
    answer = httpx.Response(400, json={"message": said_by_v1})
    with pytest.raises(InvalidAnswer) as refused:
        await v1(Script([answer])).create_webhook("https://bot.test", ["NOPE"], secret="s")
    assert (refused.value.field, refused.value.allowed) == (
        "triggers",
        ("BOOKING_CREATED", "PING"),
    )


async def test_webhooks_of_an_event_type() -> None:
    hook = {"id": "h1", "subscriberUrl": "https://bot.test", "triggers": ["PING"]}
    script = Script([ok(hook)])
    client = v2(script)
    made = await client.create_webhook("https://bot.test", ["PING"], secret="s", owner=TYPE_3)
    await client.change_webhook(Subscription("h1", "https://bot.test", ("PING",), active=False))
    await client.delete_webhook("h1", owner=TYPE_3)

    assert script.log == [
        "POST /v2/event-types/3/webhooks",
        "PATCH /v2/webhooks/h1",
        "DELETE /v2/event-types/3/webhooks/h1",
    ]
    assert script.sent()["secret"] == "s"
    assert script.sent(1) == {
        "active": False,
        "subscriberUrl": "https://bot.test",
        "triggers": ["PING"],
    }
    assert "https://bot.test" not in repr(made)


async def test_webhooks_in_v1() -> None:
    hook = {"id": "h1", "subscriberUrl": "https://bot.test", "eventTriggers": ["PING"]}
    listed = {"webhooks": [hook, {**hook, "id": "h2", "eventTypeId": 3}]}
    script = Script([httpx.Response(200, json=listed)])
    assert [w.id for w in await v1(script).webhooks()] == ["h1"]
    assert [w.id for w in await v1(script).webhooks(TYPE_3)] == ["h2"]
    for elsewhere in (TEAM_TYPE, ORGANIZATION):
        with pytest.raises(NotSupported):
            await v1(script).webhooks(elsewhere)

    script = Script([httpx.Response(200, json={"webhook": hook})])
    await v1(script).create_webhook("https://bot.test", ["PING"], secret="s", owner=TYPE_3)
    assert script.sent() == {
        "subscriberUrl": "https://bot.test",
        "eventTriggers": ["PING"],
        "active": True,
        "secret": "s",
        "eventTypeId": 3,
    }


async def test_v1_reads_page_by_page() -> None:
    """`take` and `page` go together; the last page is the one that is not full."""

    def pages(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        count = 100 if number < 3 else 5
        return httpx.Response(
            200, json={"bookings": [row(f"u{number}-{n}", id=n) for n in range(count)]}
        )

    script = Script([pages])
    page = await v1(script).bookings(BookingQuery(take=50, skip=190))

    assert [r.url.params["page"] for r in script.asked] == ["1", "2", "3"]
    assert (len(page.bookings), page.total, page.has_more) == (15, 205, False)


async def test_v1_stops_where_a_server_ignores_paging() -> None:
    every = httpx.Response(200, json={"bookings": [row(f"u{n}", id=n) for n in range(100)]})
    script = Script([every])
    with pytest.raises(NotFound):
        await v1(script).booking("another")
    assert len(script.asked) == 2


async def test_v1_filters_and_orders_itself() -> None:
    rows = [
        row("past", startTime="2026-11-20T08:00:00Z", endTime="2026-11-20T09:00:00Z"),
        row("older", startTime="2026-11-19T08:00:00Z", endTime="2026-11-19T09:00:00Z"),
        row("now", startTime="2026-11-23T00:00:00Z", endTime="2026-11-23T01:00:00Z"),
        row("gone", status="CANCELLED"),
        row("refused", status="REJECTED"),
        row("asked", status="PENDING"),
        row("series", recurringEventId="r", eventTypeId=9),
    ]
    script = Script([httpx.Response(200, json={"bookings": rows})])
    client = v1(script)

    async def uids(**query: Any) -> list[str]:
        return [b.uid for b in (await client.bookings(BookingQuery(**query))).bookings]

    assert await uids(listings=(Listing.UPCOMING,)) == ["now", "asked", "series"]
    assert await uids(listings=(Listing.PAST,)) == ["past", "older"]
    assert await uids(listings=(Listing.CANCELLED,)) == ["gone", "refused"]
    assert await uids(listings=(Listing.RECURRING,)) == ["series"]
    assert await uids(event_type_id=9) == ["series"]
    assert await uids(before_end=START) == ["older", "past", "now"]


async def test_v1_shows_nobody_elses_event_types() -> None:
    own = {"id": 1, "slug": "30min", "length": 30, "link": "https://cal.test/host/30min"}
    secret = {**own, "id": 2, "hidden": True}
    script = Script([httpx.Response(200, json={"event_types": [own, secret]})])
    assert [t.id for t in await v1(script).event_types("HOST")] == [1]
    with pytest.raises(NotSupported):
        await v1(script).event_types("bob")


async def test_availability_leaves_out_what_is_not_ones_own() -> None:
    """A team's owner sees the bookings of all members."""
    own = booking()
    cancelled = booking("b", status="cancelled", start="2026-12-09T10:00:00Z")
    others = booking(
        "c",
        start="2026-12-09T12:00:00Z",
        end="2026-12-09T13:00:00Z",
        hosts=[{"email": "bob@example.com"}],
    )
    attended = booking(
        "d",
        start="2026-12-09T08:15:00Z",
        end="2026-12-09T09:00:00Z",
        hosts=[{"email": "bob@example.com"}],
        attendees=[{"email": "Host@example.com"}],
    )

    def server(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/v2/me":
                return ok({"id": 1, "username": "host", "email": "host@example.com"})
            case "/v2/bookings":
                return ok([own, cancelled, others, attended])
            case "/v2/schedules/default":
                return ok(None)
            case _:
                return said(500, "Internal server error")

    window = Span(START, START + timedelta(days=1))
    found = await v2(Script([server])).availability(window)

    assert found.busy == (Span(START, LATER),)
    assert (found.working, found.schedule) == ((), None)


async def test_event_types_of_2026() -> None:
    """2026-06-12 tells built-in fields by `field` and has other names for the types."""
    fields = [
        {"field": "name", "variant": "fullName", "slug": "name", "label": "your_name"},
        {"field": "guests", "slug": "guests", "required": False},
        {
            "field": "custom",
            "type": "checkbox",
            "slug": "agree",
            "label": "Agree",
            "required": True,
        },
        {"field": "custom", "type": "checkboxGroup", "slug": "days", "options": ["Mon", "Tue"]},
        {"field": "custom", "type": "longText", "slug": "why"},
        {"field": "unknown", "bookingField": "{}"},
    ]
    older = [
        {"type": "checkbox", "slug": "days", "options": ["Mon", "Tue"], "isDefault": False},
        {"type": "boolean", "slug": "agree", "isDefault": False},
    ]
    types = [
        {"id": 1, "lengthInMinutes": 30, "bookingFields": fields},
        {"id": 2, "lengthInMinutes": 30, "bookingFields": older},
    ]
    new, old = await v2(Script([ok(types)])).event_types()

    assert [(q.slug, q.kind, q.is_default) for q in new.questions] == [
        ("name", "name", True),
        ("guests", "multiemail", True),
        ("agree", "boolean", False),
        ("days", "checkbox", False),
        ("why", "textarea", False),
    ]
    assert [q.slug for q in new.own_questions if q.required] == ["agree"]
    assert [(q.slug, q.kind) for q in old.questions] == [("days", "checkbox"), ("agree", "boolean")]
