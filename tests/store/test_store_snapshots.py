"""Bookings and cards as JSON: whatever goes in comes out, and other versions' JSON too."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bookings import Booking
from bot.domain.cards import Card, Happening, NoticeCard, Phase, Seat
from bot.domain.events import Notice, Trigger
from bot.store.snapshots import card_from, dumped, kind_of, loaded
from tests.store.samples import NOON, a_booking, a_card

texts = st.text(st.characters(), max_size=8)  # NUL and lone surrogates too: JavaScript cuts emoji
moments = st.integers(-(10**15), 10**15).map(lambda n: NOON + timedelta(microseconds=n))
maybe = st.none() | moments
for_json = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
bookings = st.builds(
    Booking,
    title=texts,
    start=moments,
    end=moments,
    created_at=maybe,
    updated_at=maybe,
    guests=st.tuples(texts, texts) | st.just(()),
    answers=st.dictionaries(texts, for_json, max_size=3),
    metadata=st.dictionaries(texts, texts, max_size=2),
)
happenings = st.builds(Happening, at=maybe, previous_start=maybe, start=maybe, note=texts)
seats = st.builds(Seat, at=maybe)
cards = st.builds(
    Card,
    booking=bookings,
    said_at=maybe,
    moved_from=maybe,
    told_at=maybe,
    history=st.lists(happenings, max_size=2).map(tuple),
    seats=st.lists(seats, max_size=2).map(tuple),
)
lines = st.lists(st.tuples(texts, texts), max_size=2).map(tuple)
notices = st.builds(NoticeCard, st.builds(Notice, said_at=maybe, lines=lines))


@given(cards | notices)
def test_a_card_survives(card: Any) -> None:
    written = json.dumps(dumped(card))
    assert "\0" not in written, "PostgreSQL could not store it"
    assert card_from(kind_of(card), json.loads(written)) == card


@given(bookings)
def test_a_booking_survives(booking: Booking) -> None:
    assert loaded(Booking, json.loads(json.dumps(dumped(booking)))) == booking


def test_datetimes_are_written_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    written = dumped(a_booking("u1", start=datetime(2026, 1, 2, 1, tzinfo=paris)))
    assert written["start"] == "2026-01-02T00:00:00+00:00"


def test_keys_of_a_later_version_are_ignored() -> None:
    written = dumped(a_card("u1", history=(Happening(Trigger.BOOKING_PAID),)))
    written |= {"colour": "green"}
    written["booking"] |= {"mood": "good"}
    written["booking"]["hosts"][0] |= {"hat": True}
    written["history"][0] |= {"heard": 1}
    assert card_from("booking", written) == a_card("u1", history=(Happening(Trigger.BOOKING_PAID),))


def test_keys_an_earlier_version_did_not_write_have_their_defaults() -> None:
    booking = dumped(a_booking("u1"))
    kept = {key: booking[key] for key in ("uid", "title", "status", "start", "end")}
    card = card_from("booking", {"booking": kept})
    assert isinstance(card, Card)
    assert (card.phase, card.history, card.booking.hosts) == (Phase.UPCOMING, (), ())


@pytest.mark.parametrize("naive", [a_booking("u1", created_at=datetime(2026, 1, 1))])  # noqa: DTZ001 - on purpose
def test_a_datetime_without_a_zone_is_refused(naive: Booking) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        dumped(naive)


def test_what_is_no_plain_data_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        dumped(a_booking("u1", answers={"x": object()}))


def test_numbers_json_does_not_have_become_nothing() -> None:
    booking = a_booking("u1", answers={"x": float("nan"), "y": 1.5})
    assert loaded(Booking, dumped(booking)).answers == {"x": None, "y": 1.5}
    assert NOON.tzinfo is UTC
