"""API v1, which self-hosted servers may still have: `bot.services.ports.Scheduling`, in part.

It knows bookings by number, lists only what is upcoming (cancelled ones included), confirms and
declines nothing, and its PATCH edits the row without telling anybody, so it is never used: a
reschedule is a new booking with `rescheduleUid`. The key can only be sent in the query.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.calcom import v1_requests as requests
from bot.calcom import wire_accounts, wire_bookings, wire_event_types, wire_slots
from bot.calcom.limits import Clock, Sleep
from bot.calcom.recovery import found_out, sent_until_answered
from bot.calcom.subscriptions import V1Subscriptions
from bot.calcom.transport import Call, Transport, Value
from bot.calcom.wire import inside, one
from bot.calcom.wire_bookings import BookingShape
from bot.domain.away import Away, Colleague
from bot.domain.bookings import (
    Action,
    Booking,
    BookingPage,
    BookingQuery,
    BookingRequest,
    CalendarLink,
    Feature,
    Guest,
    Listing,
    Recording,
    Status,
)
from bot.domain.errors import (
    AlreadyDone,
    NotAllowed,
    NotFound,
    NotSupported,
    SchedulingError,
    UnknownOutcome,
)
from bot.domain.event_types import EventType
from bot.domain.people import Account
from bot.domain.slots import Availability, Hold, Schedule, Slot, SlotQuery, Span, merge

PAGE = 100
MOST_PAGES = 5
"""Of a minute's 30 requests a list may take this many."""

REMEMBERED = 1000


class CalV1(V1Subscriptions):
    """Cal.com's API v1 as one credential sees it."""

    def __init__(self, transport: Transport, sleep: Sleep, clock: Clock) -> None:
        super().__init__(transport, sleep)
        self._clock = clock
        self._ids: OrderedDict[str, int] = OrderedDict()

    @property
    def abilities(self) -> frozenset[Action]:
        return frozenset({Action.RESCHEDULE, Action.CANCEL, Action.RECORDINGS})

    @property
    def features(self) -> frozenset[Feature]:
        """None. One POST books once, also of a series; `allRemainingBookings` would cancel what
        comes before this one as well, and only of series made elsewhere; no seat is told but to
        who takes it, and none can be given back."""
        return frozenset()

    async def me(self) -> Account:
        return await self._transport.read(
            Call("GET", "/me"), lambda body: wire_accounts.account(inside(body, "user"))
        )

    async def team_event_types(self) -> tuple[EventType, ...]:
        """None: it keeps no webhooks of teams."""
        return ()

    async def event_types(self, owner: str | None = None) -> tuple[EventType, ...]:
        """One's own.

        Raises:
            NotSupported: Another user's are asked for; v1 does not show them.
        """
        own = await self._transport.read(
            Call("GET", "/event-types"), wire_event_types.v1_event_types
        )
        if owner is None:
            return own
        # The link of each tells its owner's name.
        if all(t.owner is None or t.owner.casefold() != owner.casefold() for t in own):
            raise NotSupported("API v1 shows no other user's event types")
        return tuple(event_type for event_type in own if not event_type.hidden)

    async def event_type(self, event_type_id: int) -> EventType:
        call = Call("GET", "/event-types/{id}", {"id": event_type_id})
        try:
            return await self._transport.read(call, wire_event_types.v1_event_type)
        except NotAllowed as error:
            # v1 says 403 for what does not exist, too.
            raise NotFound(error.detail) from None

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        call = Call("GET", "/slots", query=requests.slots(query))
        found = await self._transport.read(
            call, lambda body: wire_slots.slots(inside(body, "slots"), query.length)
        )
        return tuple(slot for slot in found if query.start <= slot.start < query.end)

    async def hold(
        self,
        event_type_id: int,
        start: datetime,
        *,
        length: int | None = None,
        minutes: int | None = None,
    ) -> Hold:
        raise NotSupported("API v1 reserves nothing")

    async def prolong(
        self,
        hold: Hold,
        event_type_id: int,
        *,
        length: int | None = None,
        minutes: int | None = None,
    ) -> Hold:
        raise NotSupported("API v1 reserves nothing")

    async def let_go(self, hold_uid: str) -> None:
        raise NotSupported("API v1 reserves nothing")

    async def schedules(self) -> tuple[Schedule, ...]:
        """One's own; v1 tells only by the account which is the default."""
        return await self._schedules(await self.me())

    async def change_schedule(self, changed: Schedule) -> Schedule:
        raise NotSupported("API v1 changes hours one by one, so half of a change could be lost")

    async def away(self) -> tuple[Away, ...]:
        raise NotSupported("API v1 knows no days out of office")

    async def add_away(self, wanted: Away) -> Away:
        raise NotSupported("API v1 knows no days out of office")

    async def change_away(self, before: Away, wanted: Away) -> Away:
        raise NotSupported("API v1 knows no days out of office")

    async def end_away(self, away_id: int) -> None:
        raise NotSupported("API v1 knows no days out of office")

    async def colleagues(self) -> tuple[Colleague, ...]:
        """v1 tells nobody's teams."""
        return ()

    async def _schedules(self, account: Account) -> tuple[Schedule, ...]:
        found = await self._transport.read(
            Call("GET", "/schedules"), partial(wire_slots.schedules, key="schedules")
        )
        default = account.default_schedule_id
        return tuple(replace(s, is_default=True) if s.id == default else s for s in found)

    async def availability(self, window: Span) -> Availability:
        account = await self.me()
        query = requests.availability(window, account.id)
        busy, working = await self._transport.read(
            Call("GET", "/availability", query=query),
            lambda body: (
                wire_slots.spans(inside(body, "busy"), window),
                wire_slots.spans(inside(body, "dateRanges"), window),
            ),
        )
        try:
            schedules = await self._schedules(account)
        except SchedulingError:
            schedules = ()  # they are an extra here
        schedule = next((s for s in schedules if s.is_default), None)
        return Availability(merge(busy), merge(working), schedule)

    async def bookings(self, query: BookingQuery) -> BookingPage:
        """A page of what is left when our own filters went over the server's lists."""
        found = await self._rows(requests.bookings(query))
        wants_series = Listing.RECURRING in query.listings
        types = await self.event_types() if wants_series else ()
        series = frozenset(each.id for each in types if each.recurrence)
        chosen = requests.chosen(found, query, self._clock(), series)
        page = tuple(chosen[query.skip : query.skip + query.take])
        return BookingPage(page, len(chosen) > query.skip + len(page), len(chosen))

    async def _rows(self, query: Mapping[str, Value], *, reserved: bool = False) -> list[Booking]:
        """All rows, page by page; a server that ignores paging answers them at once."""
        found: dict[str, Booking] = {}
        for number in range(1, MOST_PAGES + 1):
            call = Call(
                "GET",
                "/bookings",
                query={**query, "take": PAGE, "page": number},
                reserved=reserved,
            )
            rows = await self._transport.read(call, wire_bookings.rows)
            new = [row for row in rows if row.uid not in found]
            found.update((row.uid, row) for row in new)
            self._remember(new)
            if len(rows) != PAGE or not new:
                break
        return list(found.values())

    def _remember(self, bookings: Iterable[Booking]) -> None:
        for booking in bookings:
            if booking.id is not None:
                self._ids[booking.uid] = booking.id
                self._ids.move_to_end(booking.uid)
        while len(self._ids) > REMEMBERED:
            self._ids.popitem(last=False)

    async def _id(self, uid: str) -> int:
        """The number of a booking: remembered, or searched for from the newest on."""
        if uid not in self._ids:
            await self._rows({"sortBy": "createdAt", "order": "desc"})
        if uid not in self._ids:
            raise NotFound("no booking with this uid in the lists")
        return self._ids[uid]

    async def booking(self, uid: str) -> Booking:
        return wire_bookings.domain_booking(await self._shape(uid))

    async def _shape(self, uid: str) -> BookingShape:
        call = Call("GET", "/bookings/{id}", {"id": await self._id(uid)})
        try:
            return await self._transport.read(
                call, lambda body: one(BookingShape, inside(body, "booking"))
            )
        except NotAllowed as error:
            raise NotFound(error.detail) from None

    async def series(self, recurring_uid: str) -> tuple[Booking, ...]:
        rows = await self._rows({"sortBy": "createdAt", "order": "desc"})
        found = [row for row in rows if row.recurring_uid == recurring_uid]
        return tuple(sorted(found, key=lambda row: row.start))

    async def create(self, request: BookingRequest) -> tuple[Booking, ...]:
        """Book; sent once. A lost answer is looked up by our key before it is given up."""
        if request.instant or (request.count or 1) > 1:
            raise NotSupported("API v1 books one meeting, at its time")
        call = Call("POST", "/bookings", body=requests.create(request), action="create")
        try:
            made = await self._transport.write(call, wire_bookings.row)
        except UnknownOutcome:
            look = partial(self._attempt, request.key, request, tries=1)
            made = await found_out(look, self._sleep)
        self._remember([made])
        # The second seat of a class is answered without attendees and event type.
        whole = replace(
            made,
            attendees=made.attendees or (request.attendee,),
            event_type_id=made.event_type_id or request.event_type_id,
        )
        return (whole,)

    async def find_attempt(self, key: str, near: BookingRequest) -> Booking | None:
        return await self._attempt(key, near)

    async def _attempt(
        self, key: str, near: BookingRequest, *, tries: int | None = None
    ) -> Booking | None:
        call = Call(
            "GET",
            "/bookings",
            query={**requests.attempt(near), "take": PAGE, "page": 1},
            reserved=True,
            tries=tries,
        )
        return await self._transport.read(
            call, lambda body: wire_bookings.made_by(key, inside(body, "bookings"))
        )

    async def reschedule(
        self,
        uid: str,
        start: datetime,
        *,
        reason: str = "",
        by_email: str | None = None,
        seat_uid: str | None = None,
    ) -> Booking:
        if seat_uid:
            raise NotSupported("a single seat cannot be moved over API v1")
        old = await self._shape(uid)
        booking = wire_bookings.domain_booking(old)
        if booking.status in {Status.CANCELLED, Status.REJECTED}:
            raise AlreadyDone("cancelled before")
        body = requests.reschedule(old, start, reason, by_email)
        call = Call("POST", "/bookings", body=body, action="reschedule")
        try:
            moved = await self._transport.write(call, wire_bookings.row)
        except UnknownOutcome:
            moved = await found_out(partial(self._moved, uid, start), self._sleep)
        self._remember([moved])
        return replace(moved, rescheduled_from_uid=moved.rescheduled_from_uid or uid)

    async def _moved(self, uid: str, start: datetime) -> Booking | None:
        window = {
            "dateFrom": requests.instant(start - timedelta(minutes=1)),
            "dateTo": requests.instant(start + timedelta(days=1)),
        }
        rows = await self._rows(window, reserved=True)
        return next((row for row in rows if row.rescheduled_from_uid == uid), None)

    async def cancel(
        self, uid: str, *, reason: str, following: bool = False, seat_uid: str | None = None
    ) -> Booking:
        """Cancel it; v1 reads the reason in the query only, and answers no booking."""
        if following or seat_uid:
            raise NotSupported("API v1 cancels all of one booking")
        before = await self.booking(uid)
        call = Call(
            "DELETE",
            "/bookings/{id}/cancel",
            {"id": await self._id(uid)},
            query={"cancellationReason": reason},
            action="cancel",
        )
        done = await sent_until_answered(
            lambda: self._transport.write(call, lambda _: True), self._sleep
        )
        if not done:
            return await found_out(partial(self._cancelled, uid), self._sleep)
        return replace(before, status=Status.CANCELLED, cancellation_reason=reason)

    async def _cancelled(self, uid: str) -> Booking | None:
        booking = await self.booking(uid)
        return booking if booking.status is Status.CANCELLED else None

    async def confirm(self, uid: str) -> Booking:
        raise NotSupported("API v1 cannot confirm")

    async def decline(self, uid: str, *, reason: str = "") -> Booking:
        raise NotSupported("API v1 cannot decline")

    async def request_reschedule(self, uid: str, *, reason: str = "") -> Booking:
        raise NotSupported("API v1 asks nobody for another time")

    async def reassign(self, uid: str, user_id: int | None = None, *, reason: str = "") -> Booking:
        raise NotSupported("API v1 hands nothing over")

    async def add_guests(self, uid: str, guests: Sequence[Guest]) -> Booking:
        raise NotSupported("API v1 invites nobody later")

    async def change_place(self, uid: str, location: Mapping[str, str]) -> Booking:
        raise NotSupported("API v1 changes no place")

    async def calendar_links(self, uid: str) -> tuple[CalendarLink, ...]:
        raise NotSupported("API v1 has no links for calendars")

    async def recordings(self, uid: str) -> tuple[Recording, ...]:
        """Those of Cal Video; a booking without a room of it is a 404."""
        call = Call("GET", "/bookings/{id}/recordings", {"id": await self._id(uid)})
        try:
            return await self._transport.read(call, wire_bookings.v1_recordings)
        except NotFound:
            return ()

    async def mark_absent(
        self, uid: str, *, host: bool | None = None, attendees: Mapping[str, bool] | None = None
    ) -> Booking:
        raise NotSupported("API v1 cannot mark anybody absent")

    async def find_username(self, email: str) -> str | None:
        """Among the users the key may list: an admin's all, another's only itself."""
        try:
            return await self._transport.read(
                Call("GET", "/users"),
                lambda body: wire_accounts.username_of(email, inside(body, "users")),
            )
        except (NotAllowed, NotFound, NotSupported):
            return None
