"""The turning of cards: what was said counts, not when it came."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.bookings import Action, Attendee, Booking, Host, Status
from bot.domain.cards import Card, Phase, actions, joinable
from bot.domain.events import BookingEvent, Trigger
from bot.domain.turning import Reading, joined, reading_needed, turn

T0 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
START = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
WES, XENA, YURI = (
    Attendee(name, f"{name.lower()}@example.com") for name in ("Wes", "Xena", "Yuri")
)
STATUSES = {
    Trigger.BOOKING_REQUESTED: Status.PENDING,
    Trigger.BOOKING_CANCELLED: Status.CANCELLED,
    Trigger.BOOKING_REJECTED: Status.REJECTED,
}


def a_booking(uid: str = "uid-a", start: datetime = START, **more: object) -> Booking:
    booking = Booking(
        uid=uid,
        title="Demo between Alice and Wes",
        status=Status.ACCEPTED,
        start=start,
        end=start + HALF_HOUR,
        hosts=(Host("Alice", "alice@example.com"),),
        attendees=(WES,),
        location="https://meet.example.com/alice",
    )
    return replace(booking, **more)  # type: ignore[arg-type]  # a table of fields


def said(
    trigger: Trigger,
    minute: float,
    uid: str = "uid-a",
    start: datetime = START,
    *,
    who: Sequence[Attendee] = (WES,),
    shared: bool = False,
    **more: object,
) -> BookingEvent:
    """An event at `minute` minutes after T0 that tells the whole booking."""
    status = STATUSES.get(trigger, Status.ACCEPTED)
    booking = a_booking(uid, start, status=status, attendees=tuple(who))
    event = BookingEvent(trigger, uid, T0 + timedelta(minutes=minute), booking, shared=shared)
    return replace(event, **more)  # type: ignore[arg-type]  # a table of fields


def moved(uid: str, old: str, minute: float, hours: int, **more: object) -> BookingEvent:
    return said(
        Trigger.BOOKING_RESCHEDULED,
        minute,
        uid,
        START + timedelta(hours=hours),
        previous_uid=old,
        previous_start=START + timedelta(hours=hours - 1),
        **more,  # type: ignore[arg-type]  # a table of fields
    )


def card_after(events: Iterable[BookingEvent], truth: Booking | None = None) -> Card:
    """The card after the events; a cancellation of a seat is read again as `truth`."""
    card = None
    for event in events:
        asked = reading_needed(card, event) is Reading.THIS and event.shared
        card = turn(card, event, reread=truth if asked else None)
    assert card is not None
    return card


def essence(card: Card) -> tuple[object, ...]:
    """What must not depend on the order of arrival."""
    booking = card.booking
    people = tuple(sorted(a.email for a in booking.attendees))
    return card.phase, booking.uid, booking.start, booking.end, people, card.absent


CREATED = said(Trigger.BOOKING_CREATED, 1)
REQUESTED = said(Trigger.BOOKING_REQUESTED, 0)
CANCELLED = said(Trigger.BOOKING_CANCELLED, 9)
REJECTED = said(Trigger.BOOKING_REJECTED, 5)
STARTED = said(Trigger.MEETING_STARTED, 0, said_at=None)
ENDED = said(Trigger.MEETING_ENDED, 0, said_at=None)


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([CREATED], Phase.UPCOMING),
        ([REQUESTED], Phase.REQUESTED),
        ([REQUESTED, CREATED], Phase.UPCOMING),
        ([REQUESTED, REJECTED], Phase.REJECTED),
        ([REQUESTED, REJECTED, said(Trigger.BOOKING_CREATED, 7)], Phase.UPCOMING),
        ([CREATED, CANCELLED], Phase.CANCELLED),
        ([CREATED, moved("uid-b", "uid-a", 3, 1)], Phase.UPCOMING),
        ([said(Trigger.BOOKING_PAYMENT_INITIATED, 0)], Phase.AWAITING_PAYMENT),
        (
            [
                said(Trigger.BOOKING_PAYMENT_INITIATED, 0),
                said(Trigger.BOOKING_PAID, 0.5),
                CREATED,
            ],
            Phase.UPCOMING,
        ),
        ([CREATED, STARTED], Phase.STARTED),
        ([CREATED, STARTED, ENDED], Phase.ENDED),
        ([CREATED, CANCELLED, STARTED], Phase.CANCELLED),
        ([REQUESTED, said(Trigger.BOOKING_REASSIGNED, 2)], Phase.UPCOMING),
        (
            [
                REQUESTED,
                said(Trigger.BOOKING_REASSIGNED, 2, booking=a_booking(status=Status.PENDING)),
            ],
            Phase.REQUESTED,
        ),
        ([CREATED, said(Trigger.RECORDING_READY, 60, note="https://rec.example")], Phase.UPCOMING),
    ],
)
def test_phases_in_any_order(events: list[BookingEvent], phase: Phase) -> None:
    in_order = card_after(events)
    assert in_order.phase is phase
    for order in permutations(events):
        assert essence(card_after(order)) == essence(in_order)


def test_a_late_cancellation_of_the_old_uid_leaves_the_new_booking() -> None:
    new = moved("uid-b", "uid-a", 3, 1)
    card = card_after([CREATED, new, said(Trigger.BOOKING_CANCELLED, 4)])
    assert (card.phase, card.booking.uid) == (Phase.UPCOMING, "uid-b")
    assert card.moved_from == START
    assert len(card.history) == 3


def test_an_older_word_adds_to_the_history_and_turns_nothing_back() -> None:
    late = said(Trigger.BOOKING_REQUESTED, 0, start=START)
    card = card_after([CREATED, moved("uid-b", "uid-a", 3, 1), late])
    assert [word.trigger for word in card.history] == [
        Trigger.BOOKING_REQUESTED,
        Trigger.BOOKING_CREATED,
        Trigger.BOOKING_RESCHEDULED,
    ]
    assert (card.phase, card.booking.start) == (Phase.UPCOMING, START + timedelta(hours=1))


@pytest.mark.parametrize(
    "event", [CREATED, REQUESTED, CANCELLED, STARTED, moved("uid-b", "uid-a", 3, 1)]
)
def test_the_same_word_twice_is_the_same_card(event: BookingEvent) -> None:
    card = card_after([CREATED, event])
    assert turn(card, event) is card
    if event.said_at:
        copy = replace(event, said_at=event.said_at + timedelta(milliseconds=7))
        assert turn(card, copy) is card


def test_a_decline_repeated_hours_later_is_the_same_card() -> None:
    card = card_after([REQUESTED, REJECTED])
    assert turn(card, said(Trigger.BOOKING_REJECTED, 300)) is card


def test_a_request_that_turns_out_to_be_a_reschedule() -> None:
    request = said(Trigger.BOOKING_REQUESTED, 4, "uid-b", START + timedelta(days=1))
    old = card_after([CREATED])
    assert reading_needed(None, request) is Reading.THIS
    reread = a_booking("uid-b", START + timedelta(days=1), rescheduled_from_uid="uid-a")
    card = turn(old, request, reread=reread)
    assert (card.phase, card.booking.uid) == (Phase.REQUESTED, "uid-b")
    assert card.moved_from == START
    assert card.booking.rescheduled_from_uid == "uid-a"


def test_meeting_snapshots_never_overwrite() -> None:
    stale = said(Trigger.MEETING_STARTED, 0, said_at=None)
    assert stale.booking
    stale = replace(
        stale, booking=replace(stale.booking, title="old", location="old", attendees=())
    )
    card = turn(card_after([CREATED]), stale)
    assert card.phase is Phase.STARTED
    assert card.booking == card_after([CREATED]).booking
    first = turn(turn(None, stale), CREATED)
    assert first.booking == card.booking
    assert first.phase is Phase.STARTED


def seat(trigger: Trigger, minute: float, who: Attendee, uid: str = "uid-a") -> BookingEvent:
    return said(trigger, minute, uid, who=(who,), shared=True)


def test_seats_add_up() -> None:
    words = [
        seat(Trigger.BOOKING_CREATED, n, who) for n, who in enumerate((WES, XENA, YURI), start=1)
    ]
    card = card_after(words)
    assert [a.name for a in card.booking.attendees] == ["Wes", "Xena", "Yuri"]
    assert card.phase is Phase.UPCOMING


def test_one_seat_given_back_takes_only_its_attendee() -> None:
    card = card_after([seat(Trigger.BOOKING_CREATED, n, w) for n, w in [(1, WES), (2, XENA)]])
    event = seat(Trigger.BOOKING_CANCELLED, 3, WES)
    assert reading_needed(card, event) is Reading.THIS
    after = turn(card, event, reread=a_booking(attendees=(XENA,)))
    assert after.phase is Phase.UPCOMING
    assert [a.name for a in after.booking.attendees] == ["Xena"]
    assert after.booking.status is Status.ACCEPTED


def test_a_seat_given_back_that_cannot_be_read_again() -> None:
    card = card_after([seat(Trigger.BOOKING_CREATED, n, w) for n, w in [(1, WES), (2, XENA)]])
    one = turn(card, seat(Trigger.BOOKING_CANCELLED, 3, WES))
    assert (one.phase, len(one.booking.attendees)) == (Phase.UPCOMING, 1)
    none = turn(one, seat(Trigger.BOOKING_CANCELLED, 4, XENA))
    assert none.phase is Phase.CANCELLED
    again = turn(none, seat(Trigger.BOOKING_CREATED, 5, WES))
    assert (again.phase, [a.name for a in again.booking.attendees]) == (Phase.UPCOMING, ["Wes"])


def test_a_whole_class_cancelled() -> None:
    card = card_after([seat(Trigger.BOOKING_CREATED, n, w) for n, w in [(1, WES), (2, XENA)]])
    dead = a_booking(status=Status.CANCELLED, attendees=(XENA,))
    after = turn(card, seat(Trigger.BOOKING_CANCELLED, 3, XENA), reread=dead)
    assert after.phase is Phase.CANCELLED
    assert len(after.booking.attendees) == 2


def test_no_show_can_be_taken_back_and_marked_again() -> None:
    def mark(minute: float, absent: bool) -> BookingEvent:
        return BookingEvent(
            Trigger.BOOKING_NO_SHOW_UPDATED,
            "uid-a",
            T0 + timedelta(minutes=minute),
            absent=(("wes@example.com", absent),),
        )

    words = [CREATED, mark(70, True), mark(80, False), mark(90, True)]
    for order in permutations(words[1:]):
        assert card_after([CREATED, *order]).absent == ("wes@example.com",)
    assert card_after(words[:3]).absent == ()


def test_a_recording_is_kept() -> None:
    card = card_after([CREATED, said(Trigger.RECORDING_READY, 60, note="https://rec.example/1")])
    assert card.recording == "https://rec.example/1"


def told_of(trigger: Trigger, minute: float) -> BookingEvent:
    """No more than that it happened."""
    return BookingEvent(trigger, "uid-a", T0 + timedelta(minutes=minute))


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.PENDING])
def test_another_host_that_is_only_told_of_is_looked_up(status: Status) -> None:
    """There and back within a minute: the last look counts, and no word is taken for a copy."""
    card = turn(None, said(Trigger.BOOKING_CREATED, 0, booking=a_booking(status=status)))
    for minute, name in ((1.0, "Bob"), (1.1, "Alice"), (1.2, "Bob")):
        event = told_of(Trigger.BOOKING_REASSIGNED, minute)
        assert reading_needed(card, event) is Reading.THIS
        now = a_booking(hosts=(Host(name, f"{name.lower()}@example.com"),), status=status)
        card = turn(card, event, reread=now)
        assert turn(card, event, reread=now) is card
        assert [host.name for host in card.booking.hosts] == [name]
    assert len(card.history) == 4
    assert card.phase is (Phase.UPCOMING if status is Status.ACCEPTED else Phase.REQUESTED)


def test_another_place_that_cannot_be_looked_up_is_told_all_the_same() -> None:
    card = turn(None, said(Trigger.BOOKING_CREATED, 0))
    after = turn(card, told_of(Trigger.BOOKING_LOCATION_UPDATED, 1))
    assert after.booking == card.booking
    assert after.history[-1].trigger is Trigger.BOOKING_LOCATION_UPDATED


def test_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is known"):
        turn(None, BookingEvent(Trigger.BOOKING_NO_SHOW_UPDATED, "uid-a", T0))


def test_a_card_that_was_shown_from_slack_first_is_taken_over() -> None:
    shown = Card(booking=a_booking(attendees=(WES, XENA)), said_at=T0)
    card = turn(shown, CREATED)
    assert [a.name for a in card.booking.attendees] == ["Wes"]
    seats = turn(shown, seat(Trigger.BOOKING_CREATED, 2, YURI))
    assert [a.name for a in seats.booking.attendees] == ["Wes", "Xena", "Yuri"]


def test_two_cards_of_one_booking_are_joined() -> None:
    """The newer one has heard of the move, the older one of what came before."""
    older = card_after([CREATED, said(Trigger.RECORDING_READY, 2, note="https://rec.example/1")])
    newer = card_after([moved("uid-b", "uid-a", 3, 1)])
    card = joined(older, newer)
    assert [word.trigger for word in card.history] == [
        Trigger.BOOKING_CREATED,
        Trigger.RECORDING_READY,
        Trigger.BOOKING_RESCHEDULED,
    ]
    assert (card.booking.uid, card.phase, card.moved_from) == ("uid-b", Phase.UPCOMING, START)
    assert card.recording == "https://rec.example/1"


def test_what_both_cards_were_told_is_there_once() -> None:
    mark = BookingEvent(
        Trigger.BOOKING_NO_SHOW_UPDATED,
        "uid-a",
        T0 + timedelta(minutes=70),
        absent=(("wes@example.com", True),),
    )
    again = replace(mark, said_at=T0 + timedelta(minutes=90))
    one, other = card_after([CREATED, mark]), card_after([CREATED, mark, again])
    assert joined(one, other).history == other.history
    assert joined(one, one) == one


def test_a_card_that_was_shown_from_slack_is_joined_by_its_successor() -> None:
    """Where it was before is known from the card alone."""
    shown = Card(booking=a_booking(), said_at=T0)
    move = replace(moved("uid-b", "uid-a", 3, 1), previous_start=None)
    card = joined(shown, card_after([move]))
    assert (card.booking.uid, card.moved_from) == ("uid-b", START)
    late = Card(booking=a_booking("uid-b", rescheduled_from_uid="uid-a"), said_at=T0 + HALF_HOUR)
    assert joined(card_after([CREATED]), late).booking.uid == "uid-b"


def test_seats_are_joined_by_the_newest_word_about_each() -> None:
    older = card_after([seat(Trigger.BOOKING_CREATED, n, w) for n, w in [(1, WES), (2, XENA)]])
    older = turn(older, seat(Trigger.BOOKING_CANCELLED, 4, WES))
    newer = card_after(
        [seat(Trigger.BOOKING_RESCHEDULED, n, w, "uid-b") for n, w in [(3, WES), (5, YURI)]]
    )
    card = joined(older, newer)
    assert [a.name for a in card.booking.attendees] == ["Xena", "Yuri"]
    assert [seat.taken for seat in card.seats] == [False, True, True]
    alone = joined(replace(newer, seats=()), older)
    assert {a.name for a in alone.booking.attendees} == {"Xena", "Yuri"}


@pytest.mark.parametrize(
    ("phase", "now", "offered", "joins"),
    [
        (Phase.REQUESTED, START, (Action.CONFIRM, Action.DECLINE), False),
        (Phase.UPCOMING, T0, (Action.RESCHEDULE, Action.CANCEL), True),
        (Phase.UPCOMING, START, (Action.MARK_ABSENT,), True),
        (Phase.UPCOMING, START + HALF_HOUR, (Action.MARK_ABSENT,), False),
        (Phase.REQUESTED, START + HALF_HOUR, (), False),
        (Phase.STARTED, START, (Action.MARK_ABSENT,), True),
        (Phase.STARTED, T0, (), True),
        (Phase.ENDED, START, (Action.MARK_ABSENT,), False),
        (Phase.CANCELLED, T0, (), False),
        (Phase.REJECTED, T0, (), False),
        (Phase.AWAITING_PAYMENT, T0, (), False),
    ],
)
def test_what_a_card_offers(
    phase: Phase, now: datetime, offered: tuple[Action, ...], joins: bool
) -> None:
    card = Card(booking=a_booking(), phase=phase)
    assert (actions(card, now), joinable(card, now)) == (offered, joins)


# The lives of bookings as Cal.com tells them, for the property below.
PLAIN = [
    REQUESTED,
    CREATED,
    moved("uid-b", "uid-a", 3, 1),
    said(Trigger.BOOKING_CANCELLED, 3.5, reason="late copy of the old one"),
    moved("uid-c", "uid-b", 4, 2),
    said(Trigger.BOOKING_LOCATION_UPDATED, 5, "uid-c", START + timedelta(hours=2)),
    said(Trigger.MEETING_STARTED, 0, "uid-c", START + timedelta(hours=2), said_at=None),
    BookingEvent(
        Trigger.BOOKING_NO_SHOW_UPDATED,
        "uid-c",
        T0 + timedelta(days=20),
        absent=(("wes@example.com", True),),
    ),
    said(Trigger.MEETING_ENDED, 0, "uid-c", START + timedelta(hours=2), said_at=None),
]
ENDS_CANCELLED = [
    REQUESTED,
    CREATED,
    moved("uid-b", "uid-a", 3, 1),
    said(Trigger.BOOKING_CANCELLED, 8, "uid-b", START + timedelta(hours=1)),
]
SEATS = [
    seat(Trigger.BOOKING_CREATED, 1, WES),
    seat(Trigger.BOOKING_CREATED, 2, XENA),
    seat(Trigger.BOOKING_CANCELLED, 3, WES),
    seat(Trigger.BOOKING_CREATED, 4, YURI),
    seat(Trigger.BOOKING_CANCELLED, 5, XENA),
    seat(Trigger.BOOKING_CREATED, 6, WES),
]
SEATS_TRUTH = a_booking(attendees=(WES, YURI))


@pytest.mark.parametrize(
    ("life", "truth"), [(PLAIN, None), (ENDS_CANCELLED, None), (SEATS, SEATS_TRUTH), (SEATS, None)]
)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_order_and_any_copies_end_the_same(
    life: list[BookingEvent], truth: Booking | None, data: st.DataObject
) -> None:
    extra = data.draw(st.lists(st.sampled_from(life), max_size=4))
    copies = [
        replace(
            event, said_at=event.said_at + timedelta(milliseconds=data.draw(st.integers(0, 50)))
        )
        if event.said_at
        else event
        for event in extra
    ]
    order = data.draw(st.permutations([*life, *copies]))
    telling = [event for event in order if event.booking] + [e for e in order if not e.booking]
    known_first = order if order[0].booking else telling
    assert essence(card_after(known_first, truth)) == essence(card_after(life, truth))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_two_halves_of_a_life_are_joined_by_the_word_that_links_them(data: st.DataObject) -> None:
    """Until the move from a to b is heard of, two cards are kept, in whatever order."""
    link = next(event for event in PLAIN if event.uid == "uid-b")
    life = [event for event in PLAIN if event is not link and event.booking]
    before = data.draw(st.permutations([event for event in life if event.uid == "uid-a"]))
    after = data.draw(st.permutations([event for event in life if event.uid != "uid-a"]))
    card = turn(joined(card_after(before), card_after(after)), link)
    assert essence(card) == essence(card_after([*life, link]))
    assert {word.word for word in card.history} == {
        word.word for word in card_after([*life, link]).history
    }
