"""When a booking is reminded of, and in which places."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.bookings import Booking, Status
from bot.domain.cards import Card, Happening, Phase
from bot.domain.events import Trigger
from bot.domain.reminders import reminders, settled_at
from bot.domain.rules import Detail, Look, Pause, Place, Quiet, Rule

HERE, THERE = Place("T1", "C1"), Place("T1", "U2")
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LONG_AGO = START - timedelta(days=3)


def before(minutes: float) -> datetime:
    return START - timedelta(minutes=minutes)


def word(at: datetime, trigger: Trigger = Trigger.BOOKING_CREATED, **more: Any) -> Happening:
    given: dict[str, Any] = {"uid": "u1", "start": START, "phase": Phase.UPCOMING}
    return Happening(trigger, at, **(given | more))


def card(*words: Happening, **more: Any) -> Card:
    booking = Booking("u1", "Intro", Status.ACCEPTED, START, START + timedelta(minutes=30))
    return Card(booking, history=words or (word(LONG_AGO),), **more)


def rule(*minutes: int, place: Place = HERE, **more: Any) -> Rule:
    return Rule(more.pop("id", "r"), place, reminders=minutes, **more)


def given(found: dict[int, Any]) -> dict[int, list[str]]:
    return {minutes: [each.place.channel for each in those] for minutes, those in found.items()}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (before(60.1), {}),
        (before(60), {60: ["C1"]}),
        (before(15.1), {60: ["C1"]}),
        (before(15), {15: ["C1"]}),
        (before(0.1), {15: ["C1"]}),
        (START, {}),
        (before(-5), {}),
    ],
)
def test_the_last_whose_moment_has_come_until_the_start(
    now: datetime, expected: dict[int, list[str]]
) -> None:
    assert given(reminders(card(), [rule(15, 60)], now)) == expected


def test_each_place_has_its_own() -> None:
    rules = [rule(15), rule(60, place=THERE), rule(60, id="r3")]
    assert given(reminders(card(), rules, before(10))) == {15: ["C1"], 60: ["U2"]}


def test_several_rules_for_a_place_remind_once_with_the_look_that_shows_the_least() -> None:
    """Also one that does not remind has a say in what is shown."""
    busy = Rule("busy", HERE, look=Look(Detail.BUSY), news=())
    rules = [rule(15), rule(15, id="r2", look=Look(groups=("S1",))), busy]
    [showing] = reminders(card(), rules, before(15))[15]
    assert showing.look == Look(Detail.BUSY, groups=("S1",))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([word(before(16))], {15: ["C1"]}),
        ([word(before(15))], {15: ["C1"]}),
        ([word(before(14))], {}),
        # asked for in time, confirmed too late
        (
            [
                word(LONG_AGO, Trigger.BOOKING_REQUESTED, phase=Phase.REQUESTED),
                word(before(14)),
            ],
            {},
        ),
        # moved to this time too late: what was said of the earlier one does not count
        (
            [
                word(LONG_AGO, uid="u0"),
                word(before(14), Trigger.BOOKING_RESCHEDULED, previous_uid="u0"),
            ],
            {},
        ),
        # handed over, or put elsewhere, since: it stood before
        ([word(LONG_AGO), word(before(14), Trigger.BOOKING_REASSIGNED)], {15: ["C1"]}),
        (
            [word(LONG_AGO), word(before(14), Trigger.BOOKING_LOCATION_UPDATED, phase=None)],
            {15: ["C1"]},
        ),
    ],
)
def test_none_for_what_came_to_stand_after_its_moment(
    words: list[Happening], expected: dict[int, list[str]]
) -> None:
    assert given(reminders(card(*words), [rule(15)], before(10))) == expected


def test_a_card_that_nothing_was_said_of_stands_since_it_was_booked() -> None:
    bare = replace(card(), history=())
    assert settled_at(bare) is None
    assert settled_at(replace(bare, said_at=before(14))) == before(14)
    booked = replace(bare.booking, created_at=before(20))
    assert settled_at(replace(bare, booking=booked)) == before(20)
    assert given(reminders(bare, [rule(15)], before(10))) == {15: ["C1"]}


NIGHT = Quiet(start=22 * 60, end=7 * 60)


@pytest.mark.parametrize(
    ("zone", "start", "quiet"),
    [
        ("Europe/Paris", "2026-11-24T06:14", True),  # 07:14 there, so the moment is 06:59
        ("Europe/Paris", "2026-11-24T06:15", False),
        ("Asia/Kolkata", "2026-11-24T01:44", True),  # half past: 07:14 there
        ("Asia/Kolkata", "2026-11-24T01:45", False),
        ("Australia/Lord_Howe", "2026-11-23T20:14", True),  # 07:14 there, half an hour of summer
        ("Australia/Lord_Howe", "2026-11-23T20:15", False),
        ("America/New_York", "2026-03-08T11:14", True),  # the clocks went forward that night
        ("America/New_York", "2026-03-08T11:15", False),
        ("America/New_York", "2026-11-01T12:14", True),  # and back
        ("America/New_York", "2026-11-01T12:15", False),
    ],
)
def test_none_where_its_moment_is_quiet(zone: str, start: str, quiet: bool) -> None:
    begins = datetime.fromisoformat(start).replace(tzinfo=UTC)
    told = card(word(begins - timedelta(days=1)))
    told = replace(told, booking=replace(told.booking, start=begins))
    now = begins - timedelta(minutes=15)
    found = reminders(told, [rule(15, zone=zone, quiet=NIGHT)], now)
    assert bool(found) is not quiet


def test_quiet_hours_hold_where_all_who_want_it_have_them() -> None:
    quiet = Quiet(start=9 * 60, end=9 * 60 + 50)
    both = [rule(15, quiet=quiet), rule(15, id="r2")]
    assert given(reminders(card(), both[:1], before(15))) == {}
    assert given(reminders(card(), both, before(15))) == {15: ["C1"]}
    elsewhere = [both[0], rule(15, id="r2", place=THERE)]
    assert given(reminders(card(), elsewhere, before(15))) == {15: ["U2"]}


def test_what_comes_late_waits_for_the_end_of_the_quiet_hours_but_not_beyond_the_start() -> None:
    short = Quiet(start=9 * 60 + 50, end=9 * 60 + 55)
    [showing] = reminders(card(), [rule(15, quiet=short)], before(8))[15]
    assert showing.not_before == before(5)
    until_the_start = Quiet(start=9 * 60 + 50, end=10 * 60)
    assert reminders(card(), [rule(15, quiet=until_the_start)], before(8)) == {}


def test_who_paused_a_rule_is_not_reminded_and_what_slack_refuses_is_kept() -> None:
    off = rule(15, pause=Pause(LONG_AGO, by="U1"))
    assert reminders(card(), [off], before(10)) == {}
    held = rule(15, pause=Pause(LONG_AGO, why="is_archived"))
    [showing] = reminders(card(), [held], before(10))[15]
    assert showing.held
