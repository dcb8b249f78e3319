"""What a look at Cal.com adds to a card, before and after the webhooks that say the same."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.cards import Card, Phase
from bot.domain.events import BookingEvent, Trigger
from bot.domain.records import Sighting
from bot.domain.sightings import is_born, sighted
from bot.domain.turning import joined, turn
from tests.domain.test_cards import (
    CANCELLED,
    CREATED,
    HALF_HOUR,
    REJECTED,
    REQUESTED,
    START,
    T0,
    WES,
    XENA,
    a_booking,
    card_after,
    moved,
    said,
)

BOB = Host("Bob", "bob@example.com")


def seen(minute: float, uid: str = "uid-a", **more: object) -> Sighting:
    """The booking as it was seen at `minute`, which was when it was last changed."""
    at = T0 + timedelta(minutes=minute)
    booking = a_booking(uid, created_at=T0 + timedelta(minutes=1), updated_at=at)
    return Sighting(replace(booking, **more), at + timedelta(seconds=30))  # type: ignore[arg-type]  # a table of fields


def triggers(card: Card) -> list[Trigger]:
    return [word.trigger for word in card.history]


def after(card: Card | None, sightings: Iterable[Sighting]) -> Card:
    for sighting in sightings:
        card = sighted(card, sighting)
    assert card is not None
    return card


@pytest.mark.parametrize(
    ("status", "phase", "words"),
    [
        (Status.ACCEPTED, Phase.UPCOMING, [Trigger.BOOKING_CREATED]),
        (Status.PENDING, Phase.REQUESTED, [Trigger.BOOKING_REQUESTED]),
        (
            Status.CANCELLED,
            Phase.CANCELLED,
            [Trigger.BOOKING_CREATED, Trigger.BOOKING_CANCELLED],
        ),
        (
            Status.REJECTED,
            Phase.REJECTED,
            [Trigger.BOOKING_REQUESTED, Trigger.BOOKING_REJECTED],
        ),
    ],
)
def test_a_booking_that_nobody_told_of(status: Status, phase: Phase, words: list[Trigger]) -> None:
    sighting = seen(5, status=status)
    card = sighted(None, sighting)
    assert (card.phase, triggers(card)) == (phase, words)
    assert all(word.seen for word in card.history)
    assert sighted(card, sighting) is card
    assert sighted(card, replace(sighting, seen_at=T0 + timedelta(days=1))) is card


@pytest.mark.parametrize(
    ("event", "sighting"),
    [
        (CREATED, seen(1)),
        (REQUESTED, seen(0, status=Status.PENDING)),
        (CANCELLED, seen(8.9, status=Status.CANCELLED, cancellation_reason="ill")),
        (REJECTED, seen(4.9, status=Status.REJECTED)),
        (
            moved("uid-b", "uid-a", 3, 1),
            seen(
                3,
                "uid-b",
                start=START + timedelta(hours=1),
                end=START + timedelta(hours=1) + HALF_HOUR,
                created_at=T0 + timedelta(minutes=3),
                rescheduled_from_uid="uid-a",
            ),
        ),
        (
            said(Trigger.BOOKING_REASSIGNED, 6, booking=a_booking(hosts=(BOB,))),
            seen(5.9, hosts=(BOB,)),
        ),
        (
            said(Trigger.BOOKING_LOCATION_UPDATED, 6, booking=a_booking(location="Room 5")),
            seen(5.9, location="Room 5"),
        ),
        (
            BookingEvent(
                Trigger.BOOKING_NO_SHOW_UPDATED,
                "uid-a",
                T0 + timedelta(minutes=6),
                absent=(("wes@example.com", True),),
            ),
            seen(5.9, attendees=(replace(WES, absent=True),)),
        ),
    ],
)
def test_a_sighting_and_its_webhook_in_either_order(
    event: BookingEvent, sighting: Sighting
) -> None:
    """Both say one thing; what only the webhook tells is taken over."""
    request = event.trigger in {Trigger.BOOKING_REQUESTED, Trigger.BOOKING_REJECTED}
    begun = card_after([REQUESTED if request else CREATED])
    event = replace(event, actor="alice@example.com")
    heard = turn(begun, event)
    assert sighted(heard, sighting) is heard
    found = sighted(begun, sighting)
    assert triggers(found) == triggers(heard)
    told = turn(found, event)
    assert triggers(told) == triggers(heard)
    assert (told.phase, told.absent, told.moved_from) == (
        heard.phase,
        heard.absent,
        heard.moved_from,
    )
    assert (told.booking.start, told.booking.location) == (
        heard.booking.start,
        heard.booking.location,
    )
    if found is not begun:
        assert "alice@example.com" in [word.actor for word in told.history]
        assert turn(told, event) is told
        copy = replace(event, said_at=event.said_at and event.said_at + timedelta(seconds=1))
        assert turn(told, copy) is told
    assert sighted(told, sighting) is told


def test_a_chain_that_is_only_seen() -> None:
    """Whatever is seen first: the new booking is the card's, and nothing was cancelled."""
    old = seen(3, status=Status.CANCELLED, rescheduled_to_uid="uid-b")
    new = seen(
        3,
        "uid-b",
        start=START + timedelta(hours=1),
        created_at=T0 + timedelta(minutes=3),
        rescheduled_from_uid="uid-a",
    )
    for order in permutations([old, new]):
        card = after(None, order)
        assert (card.booking.uid, card.phase) == ("uid-b", Phase.UPCOMING)
        assert triggers(card) == [Trigger.BOOKING_CREATED, Trigger.BOOKING_RESCHEDULED]
        assert card.booking.start == START + timedelta(hours=1)


def test_what_was_told_later_is_not_turned_back() -> None:
    heard = card_after([CREATED, CANCELLED])
    assert sighted(heard, seen(4)) is heard
    elsewhere = said(Trigger.BOOKING_LOCATION_UPDATED, 6, booking=a_booking(location="Room 5"))
    heard = card_after([CREATED, elsewhere])
    stale = seen(2, location="https://meet.example.com/alice", hosts=(BOB,))
    assert sighted(heard, stale) is heard


def test_a_request_is_confirmed_declined_and_confirmed_after_all() -> None:
    card = after(
        None,
        [
            seen(1, status=Status.PENDING),
            seen(3, status=Status.REJECTED),
            seen(5, status=Status.ACCEPTED),
        ],
    )
    assert card.phase is Phase.UPCOMING
    assert triggers(card) == [
        Trigger.BOOKING_REQUESTED,
        Trigger.BOOKING_REJECTED,
        Trigger.BOOKING_CREATED,
    ]
    assert turn(card, said(Trigger.BOOKING_CREATED, 5.1)).phase is Phase.UPCOMING


def test_another_time_under_the_same_uid() -> None:
    later = START + timedelta(days=1)
    card = sighted(card_after([CREATED]), seen(9, start=later, end=later + HALF_HOUR))
    assert (card.booking.start, card.moved_from) == (later, START)
    assert triggers(card)[-1] is Trigger.BOOKING_RESCHEDULED


def test_another_title_or_more_people_are_no_news() -> None:
    card = card_after([CREATED])
    more = sighted(card, seen(5, title="Renamed", attendees=(WES, XENA)))
    assert triggers(more) == triggers(card)
    assert (more.booking.title, len(more.booking.attendees)) == ("Renamed", 2)


def test_a_video_room_is_the_same_place_by_its_link_and_by_its_name() -> None:
    card = card_after([CREATED])
    assert sighted(card, seen(5, location="integrations:daily")) is card
    assert sighted(card, seen(5, location="")) is card
    elsewhere = sighted(card, seen(5, location="+33491000000"))
    assert elsewhere.history[-1].note == "https://meet.example.com/alice"
    back = sighted(elsewhere, seen(7, location="https://meet.example.com/alice"))
    again = sighted(back, seen(9, location="+33491000000"))
    assert triggers(again).count(Trigger.BOOKING_LOCATION_UPDATED) == 3


def test_who_else_hosts_stands_among_the_attendees() -> None:
    """Nothing differs; and whoever takes the place of another host is one."""
    told = a_booking(hosts=(Host("Alice", "alice@example.com"), BOB))
    card = turn(None, said(Trigger.BOOKING_CREATED, 1, booking=told))
    bob, carol = Attendee("Bob", "bob@example.com"), Attendee("Carol", "carol@example.com")
    assert sighted(card, seen(2, attendees=(WES, bob))) is card
    handed = sighted(card, seen(5, attendees=(WES, carol)))
    assert [host.name for host in handed.booking.hosts] == ["Alice", "Carol"]
    assert [person.name for person in handed.booking.attendees] == ["Wes"]
    assert triggers(handed)[-1] is Trigger.BOOKING_REASSIGNED


SEATED = [replace(person, seat_uid=f"seat-{person.name}") for person in (WES, XENA)]


def a_class(minute: float, *people: Attendee) -> Sighting:
    """A class keeps its date of change while seats come and go."""
    sighting = seen(1, attendees=people)
    return replace(sighting, seen_at=T0 + timedelta(minutes=minute))


def test_seats_are_seen_to_come_and_go() -> None:
    wes, xena = SEATED
    card = after(None, [a_class(5, wes), a_class(10, wes, xena), a_class(15, xena)])
    assert [(w.trigger, w.outcome) for w in card.history] == [
        (Trigger.BOOKING_CREATED, "wes@example.com"),
        (Trigger.BOOKING_CREATED, "xena@example.com"),
        (Trigger.BOOKING_CANCELLED, "wes@example.com"),
    ]
    assert [person.name for person in card.booking.attendees] == ["Xena"]
    assert card.phase is Phase.UPCOMING
    assert sighted(card, a_class(20)) is card  # who is in it may be hidden
    over = sighted(card, replace(a_class(25), booking=seen(24, status=Status.CANCELLED).booking))
    assert over.phase is Phase.CANCELLED


def test_a_seat_is_told_of_once() -> None:
    wes, xena = SEATED

    def of_seat(trigger: Trigger, minute: float, who: Attendee) -> BookingEvent:
        return said(trigger, minute, who=(who,), shared=True, room=3)

    joins = [of_seat(Trigger.BOOKING_CREATED, n, w) for n, w in [(1, wes), (4, xena)]]
    found = after(None, [a_class(5, wes, xena)])
    told = turn(turn(found, joins[1]), joins[0])
    assert triggers(told) == triggers(found)
    left = of_seat(Trigger.BOOKING_CANCELLED, 8, wes)
    gone = sighted(told, a_class(10, xena))
    assert triggers(turn(gone, left)) == triggers(gone)
    back = turn(gone, of_seat(Trigger.BOOKING_CREATED, 12, wes))
    assert [person.name for person in back.booking.attendees] == ["Wes", "Xena"]
    assert sighted(back, a_class(15, wes, xena)) is back


def test_absence_is_seen_and_taken_back() -> None:
    absent = replace(WES, absent=True)
    card = card_after([CREATED])
    marked = sighted(card, seen(5, attendees=(absent,), absent_host=True))
    assert marked.absent == ("alice@example.com", "wes@example.com")
    present = sighted(marked, seen(7))
    assert present.absent == ()
    by_v1 = replace(seen(7).booking, updated_at=None)
    assert sighted(marked, Sighting(by_v1, T0 + timedelta(minutes=9))) is marked


def test_what_cal_video_noticed_is_not_taken_back() -> None:
    noticed = BookingEvent(
        Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW,
        "uid-a",
        T0 + timedelta(minutes=5),
        absent=(("alice@example.com", True),),
    )
    card = card_after([CREATED, noticed])
    assert sighted(card, seen(9)) is card


def test_a_card_from_slack_hears_of_its_beginning() -> None:
    shown = Card(booking=a_booking(), said_at=T0)
    assert not is_born(shown, "uid-a")
    card = sighted(shown, seen(2))
    assert is_born(card, "uid-a")
    assert triggers(turn(card, CREATED)) == [Trigger.BOOKING_CREATED]


def test_two_cards_of_a_class_that_moved_as_a_whole() -> None:
    """The API does not say what became of what; the webhook that does joins them."""
    old = after(None, [a_class(2, *SEATED)])
    old = sighted(old, seen(4, attendees=(), status=Status.CANCELLED))
    new = after(None, [replace(a_class(5, *SEATED), booking=_elsewhere(SEATED))])
    link = moved("uid-b", "uid-a", 4, 1, who=SEATED, shared=True, room=3)
    card = turn(joined(old, new), link)
    assert (card.booking.uid, card.phase) == ("uid-b", Phase.UPCOMING)


def _elsewhere(people: list[Attendee]) -> Booking:
    at = T0 + timedelta(minutes=4)
    return a_booking(
        "uid-b",
        START + timedelta(hours=1),
        attendees=tuple(people),
        created_at=at,
        updated_at=at,
    )
