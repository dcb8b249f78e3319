"""Which days a digest is of, and what it says of a booking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.cards import Card, DigestLine, Happening, Phase
from bot.domain.digests import days_of, has_absences, line, waits_too_long, week_before
from bot.domain.events import Trigger
from bot.domain.rules import Digest

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("digest", "zone", "due", "start", "end"),
    [
        # before noon the day itself, from noon on the next
        (Digest(8 * 60), "UTC", "2026-11-24T08:00", "2026-11-24T00:00", "2026-11-25T00:00"),
        (Digest(719), "UTC", "2026-11-24T11:59", "2026-11-24T00:00", "2026-11-25T00:00"),
        (Digest(720), "UTC", "2026-11-24T12:00", "2026-11-25T00:00", "2026-11-26T00:00"),
        # told some hours late it is of the same day
        (Digest(1439), "UTC", "2026-12-31T23:59", "2027-01-01T00:00", "2027-01-02T00:00"),
        # half-hour zones, and one that is a day ahead
        (Digest(480), "Asia/Kolkata", "2026-11-24T02:30", "2026-11-23T18:30", "2026-11-24T18:30"),
        (
            Digest(480),
            "Pacific/Kiritimati",
            "2026-11-23T18:00",
            "2026-11-23T10:00",
            "2026-11-24T10:00",
        ),
        # the day is 23 hours long, 25, and 24 and a half
        (Digest(480), "Europe/Paris", "2027-03-28T06:00", "2027-03-27T23:00", "2027-03-28T22:00"),
        (Digest(1080), "Europe/Paris", "2026-10-24T16:00", "2026-10-24T22:00", "2026-10-25T23:00"),
        (
            Digest(480),
            "Australia/Lord_Howe",
            "2026-04-04T21:30",
            "2026-04-04T13:00",
            "2026-04-05T13:30",
        ),
        # the clocks go forward at midnight: the day begins at one
        (Digest(480), "Asia/Beirut", "2026-03-29T05:00", "2026-03-28T22:00", "2026-03-29T21:00"),
        # a week, over a change
        (Digest(480, 0), "UTC", "2026-11-23T08:00", "2026-11-23T00:00", "2026-11-30T00:00"),
        (
            Digest(960, 4),
            "America/New_York",
            "2026-10-30T20:00",
            "2026-10-31T04:00",
            "2026-11-07T05:00",
        ),
    ],
)
def test_whole_local_days(digest: Digest, zone: str, due: str, start: str, end: str) -> None:
    assert days_of(digest, zone, utc(due)) == (utc(start), utc(end))


@pytest.mark.parametrize(
    ("zone", "due", "ago"),
    [
        ("UTC", "2026-11-24T08:00", "2026-11-17T08:00"),
        ("Europe/Paris", "2026-10-27T08:00", "2026-10-20T07:00"),
        ("Australia/Sydney", "2026-10-05T22:00", "2026-09-28T23:00"),
    ],
)
def test_the_week_before_begins_where_the_last_digest_was(zone: str, due: str, ago: str) -> None:
    assert week_before(zone, utc(due)) == utc(ago)


def card(**more: Any) -> Card:
    booking = Booking(
        "u1",
        "Intro",
        Status.ACCEPTED,
        NOW,
        NOW + timedelta(minutes=30),
        hosts=(Host("Alice", "alice@example.com"), Host("", "team@example.com")),
        attendees=(Attendee("Wes", "Wes@example.com"), Attendee("", "ann@example.com")),
        event_type_slug="intro",
    )
    return Card(booking, **more)


def test_a_line_names_people_and_gives_addresses_only_where_there_is_no_name() -> None:
    told = card(phase=Phase.ENDED, absent=("ann@example.com", "wes@example.com", "x@example.com"))
    told = replace(told, booking=replace(told.booking, absent_host=True))
    assert line("ref1", told) == DigestLine(
        ref="ref1",
        start=NOW,
        end=NOW + timedelta(minutes=30),
        title="Intro",
        event_type="intro",
        hosts=("Alice", "team@example.com"),
        people=("Wes", "ann@example.com"),
        phase=Phase.ENDED,
        absent=("ann@example.com", "Wes", "x@example.com", "Alice"),
    )


def test_absences_are_the_guests_or_the_hosts() -> None:
    assert not has_absences(card())
    assert has_absences(card(absent=("wes@example.com",)))
    told = card()
    assert has_absences(replace(told, booking=replace(told.booking, absent_host=True)))


def test_a_request_waits_since_it_was_made_as_it_is_now() -> None:
    day = timedelta(hours=24)
    asked = Happening(Trigger.BOOKING_REQUESTED, NOW, uid="u1", phase=Phase.REQUESTED)
    told = card(phase=Phase.REQUESTED, history=(replace(asked, uid="u0", at=NOW - day), asked))
    assert not waits_too_long(told, NOW + day)
    assert waits_too_long(told, NOW + day + timedelta(seconds=1))
    assert line("ref1", told).asked_at == NOW
    unheard = card(phase=Phase.REQUESTED)
    assert not waits_too_long(unheard, NOW + day)
    assert waits_too_long(replace(unheard, said_at=NOW - day), NOW + timedelta(seconds=1))
