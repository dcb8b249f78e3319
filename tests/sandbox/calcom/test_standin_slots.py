"""Which starts the local Cal.com offers."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from bot.sandbox.calcom.model import Hours, Override, Schedule, User
from bot.sandbox.calcom.seed import add_user
from bot.sandbox.calcom.world import World

DAY = "2026-12-08"


async def test_offers_the_working_hours(ask: Any, types: Any) -> None:
    starts = await ask.starts(types(), DAY, DAY)
    assert starts[0] == "2026-12-08T08:00:00.000Z"
    assert starts[-1] == "2026-12-08T15:30:00.000Z"
    assert len(starts) == 16


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2027-03-26", "2027-03-26T09:00:00.000+01:00"),  # Friday before the clocks go forward
        ("2027-03-29", "2027-03-29T09:00:00.000+02:00"),
        ("2026-10-23", "2026-10-23T09:00:00.000+02:00"),  # Friday before they go back
        ("2026-10-26", "2026-10-26T09:00:00.000+01:00"),
    ],
)
async def test_keeps_local_hours_over_dst(
    ask: Any, types: Any, clock: Any, day: str, first: str
) -> None:
    clock.set("2026-10-01T00:00:00")
    starts = await ask.starts(types(), day, day, timeZone="Europe/Paris")
    assert starts[0] == first
    assert len(starts) == 16


async def test_a_night_shift_over_the_lost_hour(ask: Any, types: Any, world: World) -> None:
    world.schedules[201].hours = [Hours(["Sunday"], time(0), time(6))]
    starts = await ask.starts(types(), "2027-03-27", "2027-03-28", timeZone="Europe/Paris")
    assert starts[:4] == [f"2027-03-28T0{h}:{m}:00.000+01:00" for h in (0, 1) for m in ("00", "30")]
    assert starts[4] == "2027-03-28T03:00:00.000+02:00"
    assert len(starts) == 10  # six hours by the clock, five in fact


async def test_half_hour_zone_starts_on_its_own_full_hours(
    ask: Any, types: Any, world: World
) -> None:
    carol = User(103, "carol", "Carol Iyer", "carol@example.com", "Asia/Kolkata", "cal_carol")
    add_user(world, carol, 203, (time(10), time(13)))
    hour = types("hour", owner=103, lengthInMinutes=60)
    local = await ask.starts(hour, DAY, DAY, timeZone="Asia/Kolkata")
    assert [s[11:16] for s in local] == ["10:00", "11:00", "12:00"]


async def test_overrides_replace_the_day(ask: Any, types: Any, world: World) -> None:
    world.schedules[201].overrides = [
        Override(date(2026, 12, 8), time(12), time(13)),
        Override(date(2026, 12, 9), time(0), time(0)),
        Override(date(2026, 12, 12), time(9), time(10)),  # a Saturday
    ]
    starts = await ask.starts(types(), DAY, "2026-12-13", timeZone="Europe/Paris")
    by_day = [s[:16] for s in starts if s[:10] in (DAY, "2026-12-09", "2026-12-12")]
    assert by_day == [
        "2026-12-08T12:00",
        "2026-12-08T12:30",
        "2026-12-12T09:00",
        "2026-12-12T09:30",
    ]


async def test_until_midnight_and_on(ask: Any, types: Any, world: World) -> None:
    every = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    world.schedules[201] = Schedule(
        201, 101, "always", "UTC", [Hours(every, time(0), time(23, 59))]
    )
    starts = await ask.starts(types(lengthInMinutes=60), DAY, "2026-12-09")
    assert len(starts) == 48


async def test_notice_and_the_clock(ask: Any, types: Any, clock: Any) -> None:
    clock.set("2026-11-23T09:40:30")
    starts = await ask.starts(types(minimumBookingNotice=60), "2026-11-23", "2026-11-23")
    assert starts[0] == "2026-11-23T11:00:00.000Z"


@pytest.mark.parametrize(
    ("window", "last"),
    [
        ({"type": "calendarDays", "value": 2, "rolling": False}, "2026-11-25"),
        ({"type": "businessDays", "value": 6, "rolling": False}, "2026-12-01"),
        ({"type": "range", "value": ["2026-11-26", "2026-11-27"]}, "2026-11-27"),
        ({"disabled": True}, "2026-12-04"),
    ],
)
async def test_booking_window(ask: Any, types: Any, window: Any, last: str) -> None:
    starts = await ask.starts(types(bookingWindow=window), "2026-11-23", "2026-12-04")
    assert starts[-1][:10] == last


async def test_booked_time_is_gone_for_every_event_type(ask: Any, types: Any) -> None:
    one, other = types("one"), types("other", lengthInMinutes=60)
    await ask.book(one, "2026-12-08T09:30:00Z")
    assert "2026-12-08T09:30:00.000Z" not in await ask.starts(one, DAY, DAY)
    starts = await ask.starts(other, DAY, DAY)
    assert starts[:3] == [f"2026-12-08T{h}:00:00.000Z" for h in ("08", "10", "11")]


async def test_a_host_who_attends_elsewhere_is_busy(ask: Any, types: Any) -> None:
    mine, bobs = types("mine"), types("bobs", owner=102)
    booked = await ask.book(bobs, "2026-12-08T14:00:00Z", "Alice")
    assert booked.status_code == 201
    assert "2026-12-08T14:00:00.000Z" not in await ask.starts(mine, DAY, DAY)


async def test_buffers_of_both_meetings_count(ask: Any, types: Any) -> None:
    padded = types("padded", beforeEventBuffer=10, afterEventBuffer=20)
    plain = types("plain")
    await ask.book(padded, "2026-12-08T10:00:00Z")  # until 10:30, with buffers 9:50 to 10:50
    starts = [s[11:16] for s in await ask.starts(plain, DAY, DAY)]
    assert "09:30" not in starts
    assert "10:30" not in starts
    assert {"09:00", "11:00"} <= set(starts)
    own = [s[11:16] for s in await ask.starts(padded, DAY, DAY)]
    assert "09:00" in own  # 9:30 and a buffer of 20 + 10 touches 10:00
    assert "11:00" in own
    assert "10:30" not in own


async def test_slot_interval_and_first_slot_only(ask: Any, types: Any) -> None:
    often = await ask.starts(types("often", slotInterval=15), DAY, DAY)
    assert often[:2] == ["2026-12-08T08:00:00.000Z", "2026-12-08T08:15:00.000Z"]
    assert often[-1] == "2026-12-08T15:30:00.000Z"
    first = await ask.starts(types("first", onlyShowFirstAvailableSlot=True), DAY, "2026-12-09")
    assert first == ["2026-12-08T08:00:00.000Z", "2026-12-09T08:00:00.000Z"]


async def test_a_full_day_is_not_offered(ask: Any, types: Any) -> None:
    one = types(bookingLimitsCount={"day": 1})
    await ask.book(one, "2026-12-08T10:00:00Z")
    assert await ask.starts(one, DAY, DAY) == []
    assert await ask.starts(one, "2026-12-09", "2026-12-09") != []


async def test_pending_blocks_only_where_the_type_says_so(ask: Any, types: Any) -> None:
    policy = {"type": "always", "blockUnconfirmedBookingsInBooker": False}
    free, blocking = (
        types("free", confirmationPolicy=policy),
        types("blocking", confirmationPolicy=policy | {"blockUnconfirmedBookingsInBooker": True}),
    )
    await ask.book(free, "2026-12-08T08:00:00Z")
    await ask.book(blocking, "2026-12-08T09:00:00Z")
    starts = await ask.starts(free, DAY, DAY)
    assert "2026-12-08T08:00:00.000Z" in starts
    assert "2026-12-08T09:00:00.000Z" not in starts


async def test_a_reservation_hides_until_it_runs_out(ask: Any, types: Any, clock: Any) -> None:
    one = types()
    held = {"eventTypeId": one.id, "slotStart": "2026-12-08T09:00:00Z"}
    assert (await ask("POST", "/slots/reservations", held)).status_code == 201
    assert "2026-12-08T09:00:00.000Z" not in await ask.starts(one, DAY, DAY)
    clock.advance(minutes=5, seconds=1)
    assert "2026-12-08T09:00:00.000Z" in await ask.starts(one, DAY, DAY)


async def test_the_same_question_is_answered_from_memory_for_two_seconds(
    ask: Any, types: Any, clock: Any
) -> None:
    one = types()
    before = await ask.starts(one, DAY, DAY)
    await ask.book(one, "2026-12-08T09:00:00Z")
    assert await ask.starts(one, DAY, DAY) == before
    other_question = await ask.starts(one, DAY, "2026-12-09")
    assert "2026-12-08T09:00:00.000Z" not in other_question
    clock.advance(seconds=2.1)
    assert "2026-12-08T09:00:00.000Z" not in await ask.starts(one, DAY, DAY)


async def test_a_booking_being_moved_does_not_stand_in_its_own_way(ask: Any, types: Any) -> None:
    one = types()
    uid = (await ask.book(one, "2026-12-08T09:00:00Z")).json()["data"]["uid"]
    starts = await ask.starts(one, DAY, DAY, bookingUidToReschedule=uid)
    assert "2026-12-08T09:00:00.000Z" in starts


async def test_seats_left(ask: Any, types: Any) -> None:
    seats = {"seatsPerTimeSlot": 2, "showAttendeeInfo": True, "showAvailabilityCount": True}
    one = types(seats=seats, lengthInMinutes=60, slotInterval=30)
    await ask.book(one, "2026-12-08T10:00:00Z")
    answer = await ask("GET", f"/slots?eventTypeId={one.id}&start={DAY}&end={DAY}")
    slots = {s["start"][11:16]: s for s in answer.json()["data"][DAY]}
    assert slots["10:00"]["seatsRemaining"] == 1
    assert slots["08:00"]["seatsRemaining"] == 2
    assert "09:30" not in slots  # it would run into the class
