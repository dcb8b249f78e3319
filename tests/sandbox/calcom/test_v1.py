"""API v1 of the local Cal.com beyond what was recorded: its limit, its pages, and the bot on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.calcom.api import Client, connect
from bot.domain.bookings import Attendee, BookingQuery, BookingRequest, Listing, Status
from bot.domain.errors import AlreadyDone, NotFound, RateLimited, SchedulingError, SlotTaken
from bot.domain.records import Level, Owner
from bot.domain.slots import SlotQuery, Span
from bot.sandbox.calcom.app import build
from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.calcom.seed import ALICE_KEY, BOB_KEY
from bot.sandbox.calcom.seed_demo import HOUSE_KEY, seed_demo
from bot.sandbox.calcom.world import World

DAY = Span(datetime(2026, 12, 8, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC))
TEN = datetime(2026, 12, 8, 10, tzinfo=UTC)
DAVE = {"name": "Dave", "email": "dave@example.com"}


@dataclass
class Asker:
    """Asks API v1 with a key in the query."""

    http: httpx.AsyncClient
    key: str = ALICE_KEY

    async def __call__(self, method: str, path: str, body: Any = None) -> httpx.Response:
        sign = "&" if "?" in path else "?"
        return await self.http.request(method, f"{path}{sign}apiKey={self.key}", json=body)

    async def book(self, start: str, event_type_id: int = 1, **more: Any) -> httpx.Response:
        body = {"eventTypeId": event_type_id, "start": start, "responses": DAVE}
        body |= {"timeZone": "UTC", "language": "en", "metadata": {}}
        return await self("POST", "/v1/bookings", body | more)

    def client(self, world: World) -> Client:
        async def sleep(seconds: float) -> None:
            """Waiting, left out."""

        url = "http://cal.test/v1"
        return connect(url, self.key, http=self.http, clock=world.clock, sleep=sleep)


@pytest.fixture
async def v1(world: World) -> AsyncIterator[Asker]:
    for user in world.users.values():
        user.v1_rate_limit = 1000
    transport = httpx.ASGITransport(build(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://cal.test") as http:
        yield Asker(http)


def _request(**more: Any) -> BookingRequest:
    request = BookingRequest("a-key", 1, TEN, Attendee("Dave", "dave@example.com", "Asia/Tokyo"))
    for name, value in more.items():
        object.__setattr__(request, name, value)
    return request


async def test_the_limit_is_a_persons_and_begins_anew_each_minute(
    v1: Asker, world: World, clock: Any
) -> None:
    world.users[101].v1_rate_limit = 30
    clock.advance(seconds=12)
    codes = [(await v1("GET", "/v1/me")).status_code for _ in range(30)]
    assert codes == [200] * 29 + [429]
    refused = await v1("GET", "/v1/me")
    assert refused.json() == {"message": "Rate limit exceeded"}
    assert refused.headers["X-RateLimit-Limit"] == "30"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    next_minute = clock.now.replace(second=0) + timedelta(minutes=1)
    assert refused.headers["X-RateLimit-Reset"] == str(int(next_minute.timestamp() * 1000))
    assert (await Asker(v1.http, BOB_KEY)("GET", "/v1/me")).status_code == 200
    clock.advance(seconds=48)
    assert (await v1("GET", "/v1/me")).status_code == 200


async def test_the_bot_hears_when_the_limit_ends(v1: Asker, world: World, clock: Any) -> None:
    world.users[101].v1_rate_limit = 1
    with pytest.raises(RateLimited) as caught:
        await v1.client(world).me()
    assert caught.value.until == clock.now + timedelta(minutes=1)


async def test_is_there_below_api_too_and_refuses_as_told(v1: Asker, world: World) -> None:
    assert (await v1("GET", "/api/v1/me")).json()["user"]["username"] == "alice"
    world.faults.refuse = [Refusal(503, match="/v1/me"), Refusal(429, match="/v1/me")]
    answers = [await v1("GET", "/v1/me") for _ in range(3)]
    assert [a.status_code for a in answers] == [503, 429, 200]
    assert answers[1].json() == {"message": "Rate limit exceeded"}
    assert answers[1].headers["X-RateLimit-Remaining"] == "0"
    assert [(c.path, c.key_owner) for c in world.log] == [("/api/v1/me", "alice")] + [
        ("/v1/me", "alice")
    ] * 3


async def test_pages_only_with_both_parameters(v1: Asker, types: Any) -> None:
    types()
    for hour in (9, 10, 11):
        assert (await v1.book(f"2026-12-08T{hour:02}:00:00Z")).status_code == 200

    async def starts(query: str) -> list[str]:
        rows = (await v1("GET", f"/v1/bookings?{query}")).json()["bookings"]
        return [row["startTime"][11:13] for row in rows]

    assert await starts("take=1") == await starts("page=2") == ["09", "10", "11"]
    assert await starts("take=2&page=1") == ["09", "10"]
    assert await starts("take=2&page=2") == ["11"]
    assert await starts("take=2&page=3") == []
    assert await starts("dateFrom=2026-12-08T10:00:00Z&dateTo=2026-12-08T10:30:00Z") == ["10"]
    assert await starts("attendeeEmail=x@example.com&attendeeEmail=DAVE@example.com") != []
    assert await starts("attendeeEmail=x@example.com") == []


async def test_the_bot_books_moves_and_cancels(v1: Asker, types: Any, world: World) -> None:
    types()
    client = v1.client(world)
    (made,) = await client.create(_request())
    assert (made.start, made.location) == (TEN, "https://meet.example.com/alice")
    with pytest.raises(SlotTaken):
        await client.create(_request())
    assert await client.find_attempt("a-key", _request()) == await client.booking(made.uid)
    later = TEN + timedelta(hours=2)
    moved = await client.reschedule(made.uid, later, reason="ill", by_email="dave@example.com")
    assert (moved.start, moved.rescheduled_from_uid) == (later, made.uid)
    with pytest.raises(AlreadyDone):
        await client.reschedule(made.uid, later)
    rows = (await v1("GET", "/v1/bookings?status=upcoming")).json()["bookings"]
    assert [row["status"] for row in rows] == ["CANCELLED", "ACCEPTED"]
    assert rows[1]["responses"]["rescheduleReason"] == "ill"
    page = await client.bookings(BookingQuery(listings=(Listing.UPCOMING,)))
    assert [b.uid for b in page.bookings] == [moved.uid]
    gone = await client.cancel(moved.uid, reason="no need")
    assert gone.status is Status.CANCELLED
    with pytest.raises(AlreadyDone):
        await client.cancel(moved.uid, reason="no need")
    assert world.bookings[-1].cancellation_reason == "no need"


async def test_the_bot_looks_for_times(v1: Asker, types: Any, world: World) -> None:
    one = types(lengthInMinutesOptions=[15, 30, 60])
    client = v1.client(world)
    await client.create(_request(length=60))
    slots = await client.slots(SlotQuery(one.id, DAY.start, DAY.end))
    assert [s.start.hour for s in slots].count(10) == 0
    assert slots[0].start == datetime(2026, 12, 8, 8, tzinfo=UTC)
    availability = await client.availability(DAY)
    assert availability.busy == (Span(TEN, TEN + timedelta(hours=1)),)
    assert [(s.start.hour, s.end.hour) for s in availability.working] == [(8, 16)]
    with pytest.raises(SchedulingError, match="Invalid event length"):
        await client.create(_request(length=45))


async def test_a_move_that_waits_names_what_it_replaces(
    v1: Asker, types: Any, mailbox: Any
) -> None:
    policy = {"type": "always", "blockUnconfirmedBookingsInBooker": False}
    types(confirmationPolicy=policy)
    hook = {"subscriberUrl": "http://bot.test/h", "active": True}
    await v1("POST", "/v1/webhooks", hook | {"eventTriggers": ["BOOKING_REQUESTED"]})
    old = (await v1.book("2026-12-08T10:00:00Z")).json()
    bob = Asker(v1.http, BOB_KEY)  # anybody with a key; the host's own move would not wait
    new = await bob.book("2026-12-08T12:00:00Z", rescheduleUid=old["uid"])
    assert new.json()["status"] == "PENDING"
    _, headers, body = mailbox.got[-1]
    assert "X-Cal-Webhook-Version" not in headers
    payload = httpx.Response(200, content=body).json()["payload"]
    assert (payload["uid"], payload["rescheduleUid"]) == (new.json()["uid"], old["uid"])


@pytest.mark.parametrize(
    ("uid", "status", "text"),
    [
        ("nobody-knows-it", 404, "Could not find original booking"),
        ("cancelled", 400, "cancelled_bookings_cannot_be_rescheduled"),
    ],
)
async def test_what_cannot_be_moved(
    v1: Asker, types: Any, uid: str, status: int, text: str
) -> None:
    types()
    old = (await v1.book("2026-12-08T10:00:00Z")).json()
    await v1("DELETE", f"/v1/bookings/{old['id']}")
    wanted = old["uid"] if uid == "cancelled" else uid
    answer = await v1.book("2026-12-09T10:00:00Z", rescheduleUid=wanted)
    assert (answer.status_code, answer.json()["message"]) == (status, text)


async def test_the_bot_keeps_webhooks(v1: Asker, types: Any, world: World) -> None:
    """Those of an event type can be made and listed, and then not be changed any more."""
    one, client = types(), v1.client(world)
    own = await client.create_webhook("http://bot.test/1", ["BOOKING_CREATED"], secret="hush")
    of_type = await client.create_webhook(
        "http://bot.test/2",
        ["BOOKING_CREATED"],
        secret="hush",
        owner=Owner(Level.EVENT_TYPE, one.id),
    )
    assert [w.id for w in await client.webhooks()] == [own.id]
    assert [w.id for w in await client.webhooks(Owner(Level.EVENT_TYPE, one.id))] == [of_type.id]
    await client.delete_webhook(own.id)
    assert await client.webhooks() == ()
    refused = await v1("DELETE", f"/v1/webhooks/{of_type.id}")
    assert (refused.status_code, refused.json()["message"]) == (403, "Forbidden")
    strangers = {"eventTypeId": one.id, "subscriberUrl": "http://x.test", "active": True}
    bob = Asker(v1.http, BOB_KEY)
    answer = await bob("POST", "/v1/webhooks", strangers | {"eventTriggers": []})
    assert answer.status_code == 404


async def test_shows_the_demo_companys_event_types_as_v2_does() -> None:
    world = World(lambda: datetime(2026, 11, 23, 6, tzinfo=UTC))
    await seed_demo(world)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build(world))) as http:
        bases = [f"http://cal.test/{v}" for v in ("v1", "v2")]
        clients = [connect(b, HOUSE_KEY, http=http, clock=world.clock) for b in bases]
        old, new = [await c.event_types() for c in clients]
    assert len(old) == 11
    own = [event_type for event_type in new if event_type.team is None]  # v1 lists no team's
    for one, other in zip(old, own, strict=True):
        for name in ("id", "slug", "length", "lengths", "seats", "recurrence", "owner", "url"):
            assert getattr(one, name) == getattr(other, name), name
        assert one.needs_confirmation == other.needs_confirmation
        asked = tuple(q for q in other.own_questions if not q.is_default)
        assert tuple(q for q in one.own_questions if not q.is_default) == asked, one.slug
        assert [p.kind for p in one.locations] == [p.kind for p in other.locations]


async def test_others_are_not_told_apart_from_what_is_not_there(v1: Asker, types: Any) -> None:
    types(owner=102)
    for path in ("/v1/event-types/1", "/v1/event-types/99", "/v1/schedules/202"):
        answer = await v1("GET", path)
        assert (answer.status_code, answer.json()["message"]) == (403, "Forbidden")
    with pytest.raises(NotFound):
        await v1.client(World(lambda: TEN)).event_type(1)


JUNK: list[Any] = [None, 0, -1, 2.5, "", "x", True, [], [None], ["x"], {}, {"type": None}]
PROPERTIES = (
    "start end timeZone language metadata responses rescheduleUid rescheduledBy title description"
    " startTime endTime status subscriberUrl eventTriggers active secret eventTypeId slug length"
    " locations bookingFields seatsPerTimeSlot requiresConfirmation recurringEvent hidden"
)
ANSWERS = "name email location guests attendeePhoneNumber company notes rescheduleReason"


@pytest.mark.parametrize("name", PROPERTIES.split())
async def test_junk_is_refused_and_never_breaks_it(v1: Asker, types: Any, name: str) -> None:
    """Every endpoint with a body, that body right but for one property."""
    types()
    await v1.book("2026-12-08T10:00:00Z")
    book = {"eventTypeId": 1, "start": "2026-12-09T10:00:00Z", "responses": DAVE}
    book |= {"timeZone": "UTC", "language": "en", "metadata": {}}
    right: dict[tuple[str, str], Any] = {
        ("POST", "/v1/bookings"): book,
        ("PATCH", "/v1/bookings/1"): {},
        ("POST", "/v1/webhooks"): {
            "subscriberUrl": "http://x",
            "eventTriggers": [],
            "active": True,
        },
        ("POST", "/v1/event-types"): {"title": "T", "slug": "t", "length": 10},
    }
    for (method, path), body in right.items():
        if (path, name) == ("/v1/bookings", "eventTypeId"):
            continue  # the recorded 500
        for junk in JUNK:
            answer = await v1(method, path, body | {name: junk})
            assert answer.status_code < 500, (method, path, junk)
    listed = (await v1("GET", "/v1/event-types")).json()["event_types"]
    for event_type in listed:
        window = "startTime=2026-12-08&endTime=2026-12-09"
        answer = await v1("GET", f"/v1/slots?eventTypeId={event_type['id']}&{window}")
        assert answer.status_code == 200
    assert (await v1("GET", "/v1/bookings")).status_code == 200


@pytest.mark.parametrize("name", ANSWERS.split())
async def test_junk_in_the_form(v1: Asker, types: Any, name: str) -> None:
    types()
    for day, junk in enumerate(JUNK, start=1):
        start = f"2026-12-{day:02}T10:00:00Z"
        answer = await v1.book(start, responses=DAVE | {name: junk})
        assert answer.status_code < 500, junk
    assert (await v1("GET", "/v1/bookings")).status_code == 200


@pytest.mark.parametrize("path", ["bookings", "slots", "availability", "event-types"])
async def test_junk_in_the_query(v1: Asker, path: str) -> None:
    names = "startTime endTime dateFrom dateTo eventTypeId timeZone duration userId take page"
    usual = "startTime=2026-12-08&endTime=2026-12-09&dateFrom=2026-12-08&dateTo=2026-12-09"
    for name in names.split():
        for junk in ("", "0", "-1", "x", "9" * 30):
            query = f"{usual}&eventTypeId=1&userId=101&{name}={junk}"
            assert (await v1("GET", f"/v1/{path}?{query}")).status_code < 500, query


async def test_a_seat_is_moved_by_its_own_uid(v1: Asker, types: Any, world: World) -> None:
    types(seats={"seatsPerTimeSlot": 3, "showAttendeeInfo": True, "showAvailabilityCount": True})
    start = "2026-12-08T10:00:00Z"
    first = (await v1.book(start)).json()
    second = await v1.book(start, responses={"name": "Eve", "email": "eve@example.com"})
    assert "attendees" not in second.json()
    seat = second.json()["seatReferenceUid"]
    moved = (await v1.book("2026-12-09T10:00:00Z", rescheduleUid=seat)).json()
    assert [a["name"] for a in moved["attendees"]] == ["Eve"]
    assert moved["seatReferenceUid"] not in (None, seat)
    left = (await v1("GET", f"/v1/bookings/{first['id']}")).json()["booking"]
    assert ([a["name"] for a in left["attendees"]], left["status"]) == (["Dave"], "ACCEPTED")
    slots = (
        await v1("GET", "/v1/slots?eventTypeId=1&startTime=2026-12-08&endTime=2026-12-10")
    ).json()
    shared = [s for day in slots["slots"].values() for s in day if "bookingUid" in s]
    assert [(s["attendees"], s["bookingUid"]) for s in shared] == [
        (1, first["uid"]),
        (1, moved["uid"]),
    ]
