"""When a digest is due, and whose guests a rule means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.rules import Digest, Pause, Place, Rule, about_booking, next_digest
from bot.domain.times import zone_or_utc

NOW = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
"""A Wednesday; 17:30 in Paris."""
PARIS = Rule("r1", Place("T1", "C1"), digest=Digest(17 * 60), zone="Europe/Paris")
HALF_PAST_TWO = replace(PARIS, digest=Digest(150))


def booked(attendee: Attendee, guests: tuple[str, ...]) -> Booking:
    return Booking(
        *("uid", "Intro", Status.ACCEPTED, NOW, NOW + timedelta(minutes=30)),
        hosts=(Host("Alice", "alice@example.com"),),
        attendees=(attendee,),
        guests=guests,
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "weekday", "due"),
    [
        ("Europe/Paris", 17 * 60, None, "2026-11-26T16:00"),
        ("Europe/Paris", 18 * 60, None, "2026-11-25T17:00"),
        ("Europe/Paris", 18 * 60, 2, "2026-11-25T17:00"),
        ("Europe/Paris", 17 * 60, 2, "2026-12-02T16:00"),
        ("Europe/Paris", 8 * 60, 0, "2026-11-30T07:00"),
        ("Asia/Kolkata", 9 * 60, None, "2026-11-26T03:30"),
        ("Asia/Kathmandu", 0, 4, "2026-11-26T18:15"),
        ("America/New_York", 17 * 60, None, "2026-11-25T22:00"),
        ("Australia/Sydney", 7 * 60, None, "2026-11-25T20:00"),
        ("Pacific/Kiritimati", 23 * 60 + 59, None, "2026-11-26T09:59"),
        ("Europe/Nowhere", 17 * 60, None, "2026-11-25T17:00"),
    ],
)
def test_it_is_due_at_the_next_such_local_time(
    zone: str, at: int, weekday: int | None, due: str
) -> None:
    assert next_digest(replace(PARIS, zone=zone, digest=Digest(at, weekday)), NOW) == utc(due)


@pytest.mark.parametrize(
    ("zone", "after", "due"),
    [
        # The clocks skip 2:30: it is due an hour later by the new ones.
        ("Europe/Paris", "2027-03-27T12:00", "2027-03-28T01:30"),
        ("Europe/Paris", "2027-03-28T01:30", "2027-03-29T00:30"),
        ("America/New_York", "2027-03-14T00:00", "2027-03-14T07:30"),
        # 2:30 comes twice: the first one counts, and the second is not another day's.
        ("Europe/Paris", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("Europe/Paris", "2026-10-25T00:30", "2026-10-26T01:30"),
        ("Europe/Paris", "2026-10-25T01:00", "2026-10-26T01:30"),
    ],
)
def test_where_the_clocks_change(zone: str, after: str, due: str) -> None:
    assert next_digest(replace(HALF_PAST_TWO, zone=zone), utc(after)) == utc(due)


def test_without_one_or_off_none_is_due() -> None:
    assert next_digest(replace(PARIS, digest=None), NOW) is None
    assert next_digest(replace(PARIS, pause=Pause(NOW, by="U1")), NOW) is None


def test_while_slack_does_not_take_it_it_is_kept_up() -> None:
    assert next_digest(replace(PARIS, pause=Pause(NOW, why="is_archived")), NOW) is not None


@given(
    after=st.integers(1_577_836_800, 2_051_222_400).map(lambda s: datetime.fromtimestamp(s, UTC)),
    at=st.integers(0, 1439),
    weekday=st.one_of(st.none(), st.integers(0, 6)),
    zone=st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_it_is_after_and_within_its_period(
    after: datetime, at: int, weekday: int | None, zone: str
) -> None:
    rule = replace(PARIS, zone=zone, digest=Digest(at, weekday))
    due = next_digest(rule, after)
    assert due is not None
    assert after < due <= after + timedelta(days=1 if weekday is None else 7, hours=1)
    local = due.astimezone(zone_or_utc(zone))
    assert weekday in {None, local.weekday()}
    assert next_digest(rule, due - timedelta(microseconds=1)) == due


@pytest.mark.parametrize(
    ("domains", "attendee", "guests", "is_meant"),
    [
        ((), "wes@wood.example", (), True),
        (("wood.example",), "wes@wood.example", (), True),
        (("wood.example",), "Wes@WOOD.example", (), True),
        (("wood.example",), "wes@saw.wood.example", (), True),
        (("wood.example",), "wes@plywood.example", (), False),
        (("saw.wood.example",), "wes@wood.example", (), False),
        (("wood.example",), "wes@wood.example.org", (), False),
        (("wood.example",), "", (), False),
        (("oak.example", "wood.example"), "pat@elm.example", ("wes@wood.example",), True),
        (("example.com",), "wes@wood.example", (), False),
    ],
)
def test_whose_guests_are_meant(
    domains: tuple[str, ...], attendee: str, guests: tuple[str, ...], is_meant: bool
) -> None:
    """The hosts, all of `example.com`, are nobody's guests."""
    about = about_booking(booked(Attendee("Wes", attendee), guests))
    assert replace(PARIS, guest_domains=domains).fits(about) is is_meant
