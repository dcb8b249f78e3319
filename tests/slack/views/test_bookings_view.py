"""Lists of bookings and the day's agenda."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bookings import Action, Attendee, Booking, Host, Listing, Status
from bot.services.managing import Rows
from bot.slack import ids
from bot.slack.views.bookings import Viewer, agenda, listing, no_email, people
from tests.slack.views.drawing import (
    ALICE,
    BOB,
    EVERYTHING,
    NOW,
    READING,
    TODAY,
    VIEWER,
    allowed,
    booking,
    calmly,
    elements,
    event_type,
    labels,
    marked,
    nasty,
    pressed,
    row,
    same_as_golden,
    texts,
)


def later(hours: float, **more: object) -> Booking:
    start = NOW + timedelta(hours=hours)
    return booking(start=start, end=start + timedelta(minutes=30), **more)


SOME = (
    row(later(-0.1, title="Stand-up"), ref="b1"),
    row(later(3), ref="b2"),
    row(
        later(27, status=Status.PENDING, location="Room 7"),
        frozenset({Action.RESCHEDULE, Action.CANCEL, Action.CONFIRM, Action.DECLINE}),
        ref="b3",
    ),
    row(later(50, status=Status.CANCELLED), frozenset(), ref="b4"),
)


def test_a_list_looks_like_this() -> None:
    message = allowed(listing(Rows(SOME, has_more=True, total=250), Listing.UPCOMING, 0, VIEWER))
    same_as_golden("bookings", message)
    assert "1–4 of 250" in message.text


def test_times_zone_people_and_state_are_told() -> None:
    said = texts(listing(Rows(SOME, has_more=False, total=None), Listing.UPCOMING, 0, VIEWER))
    assert "Today, Mon 23 Nov, 09:01–09:31\nwith Bob Stone\n:large_green_circle: going on" in said
    assert ":hourglass_flowing_sand: waiting for confirmation" in said
    assert ":no_entry_sign: cancelled" in said
    assert "Paris time (UTC+1)" in said


def test_a_moved_booking_is_not_called_cancelled() -> None:
    moved = row(later(1, status=Status.CANCELLED, rescheduled_to_uid="secretUid2"), frozenset())
    message = allowed(listing(Rows((moved,), False, 1), Listing.CANCELLED, 0, VIEWER))
    assert "moved to another time" in message.text


def test_the_overflow_has_the_details_and_what_is_allowed() -> None:
    message = listing(Rows(SOME, has_more=False, total=4), Listing.UPCOMING, 0, VIEWER)
    overflows = [e for e in elements(message) if e["type"] == "overflow"]
    assert [o["value"] for o in overflows[0]["options"]] == [
        "details:b1",
        "reschedule:b1",
        "cancel:b1",
    ]
    assert len(overflows[2]["options"]) == 5
    assert {o["action_id"] for o in overflows} == {ids.ROW}


def test_a_menu_has_room_for_the_weightiest_alone() -> None:
    message = allowed(listing(Rows((row(actions=EVERYTHING),), False, 1), Listing.PAST, 0, VIEWER))
    (menu,) = [e for e in elements(message) if e["type"] == "overflow"]
    kinds = [option["value"].partition(":")[0] for option in menu["options"]]
    assert kinds == ["details", "confirm", "decline", "reschedule", "cancel"]


def test_what_waits_says_for_what() -> None:
    waiting = later(-0.01, status=Status.PENDING)
    kinds = [
        (None, "waiting for confirmation"),
        (event_type(price=5000, currency="eur"), "waiting for payment"),
        (event_type(price=5000, needs_confirmation=True), "payment, then for confirmation"),
        (event_type(instant=True), "waiting for somebody of the team"),
    ]
    for kind, said in kinds:
        one = replace(row(waiting), event_type=kind)
        message = allowed(listing(Rows((one,), False, 1), Listing.UPCOMING, 0, VIEWER))
        assert said in message.text
    agreed = replace(row(later(3, status=Status.PENDING)), event_type=event_type(instant=True))
    message = listing(Rows((agreed,), False, 1), Listing.UPCOMING, 0, VIEWER)
    assert "waiting for confirmation" in message.text


def test_what_cannot_be_done_from_here_is_not_offered() -> None:
    viewer = Viewer(READING, "alice@example.com", EVERYTHING - {Action.CANCEL})
    message = listing(Rows(SOME[:1], has_more=False, total=1), Listing.UPCOMING, 0, viewer)
    assert "cancel:b1" not in str(message.blocks)


def test_a_row_without_actions_has_a_button_for_its_details() -> None:
    message = allowed(listing(Rows(SOME[3:], False, 1), Listing.CANCELLED, 0, VIEWER))
    assert pressed(message, "Details")["value"] == "b4"
    assert "Join" not in labels(message)


def test_join_is_a_link() -> None:
    message = listing(Rows(SOME, has_more=False, total=4), Listing.UPCOMING, 0, VIEWER)
    assert pressed(message, "Join")["url"] == "https://meet.example.com/abc"
    assert labels(message).count("Join") == 2  # neither the pending nor the cancelled one


def test_two_hundred_and_fifty_are_paged_in_the_order_of_time() -> None:
    page = tuple(row(later(n), ref=f"b{n}") for n in range(8))
    first = allowed(listing(Rows(page, True, 250), Listing.UPCOMING, 0, VIEWER))
    assert labels(first)[0] == "Later"
    middle = allowed(listing(Rows(page, True, 250), Listing.UPCOMING, 16, VIEWER))
    assert pressed(middle, "Earlier")["value"] == "upcoming|8"
    assert pressed(middle, "Later")["value"] == "upcoming|24"
    assert "17–24 of 250" in middle.text
    past = allowed(listing(Rows(page, True, 250), Listing.PAST, 16, VIEWER))
    assert pressed(past, "Earlier")["value"] == "past|24"
    assert pressed(past, "Later")["value"] == "past|8"


@pytest.mark.parametrize("kind", list(Listing))
def test_an_empty_list_is_a_sentence_and_leads_on(kind: Listing) -> None:
    message = allowed(listing(Rows((), False, 0), kind, 0, VIEWER))
    assert message.text.endswith(".")
    (menu,) = elements(message)
    assert menu["initial_option"]["value"] == kind.value
    beyond = allowed(listing(Rows((), False, 0), kind, 8, VIEWER))
    assert "no more bookings" in beyond.text


def test_the_reader_is_not_among_the_people_named() -> None:
    guests = ("carol@example.com", "BOB@example.com")
    many = booking(hosts=(ALICE,), attendees=(BOB,), guests=guests)
    assert people(many, "ALICE@example.com") == "with BOB@example.com, carol@example.com"
    crowd = booking(attendees=tuple(Attendee(f"P{n}", f"p{n}@example.com") for n in range(9)))
    assert people(crowd, "alice@example.com") == "with P0, P1, P2, P3 and 5 more"


def test_the_day_looks_like_this() -> None:
    guest = Attendee("Mira <Novak>", "mira@novak.example")
    answers = {"company": "Novak & Sons", "team-size": 12}
    hosted = later(5, attendees=(guest,), answers=answers, description="On the boat")
    rows = [*SOME[:2], replace(row(hosted, ref="b5"), is_host=True)]
    message = allowed(agenda(rows, TODAY, VIEWER))
    same_as_golden("today", message)


def test_an_empty_day_says_so() -> None:
    message = allowed(agenda((), TODAY, VIEWER))
    assert message.text == "Today, Mon 23 Nov · Paris time (UTC+1): nothing is booked."
    assert pressed(message, "Upcoming bookings")["value"] == "bookings"


def test_a_very_full_day_is_cut_and_says_so() -> None:
    rows = [row(later(n / 10), ref=f"b{n}") for n in range(100)]
    message = allowed(agenda(rows, TODAY, VIEWER))
    assert "And 80 more that day." in message.text
    assert all(a < b for a, b in pairwise(map(message.text.find, ("09:07", "09:13", "09:19"))))


def test_without_an_email_there_is_a_sentence() -> None:
    assert "Slack profile" in allowed(no_email("/cal")).text


@calmly
@given(
    title=nasty,
    names=st.lists(nasty, max_size=12),
    location=st.one_of(nasty, nasty.map(lambda text: f"https://x.example/{text}")),
    status=st.sampled_from(Status),
    kind=st.sampled_from(Listing),
)
def test_whatever_is_in_a_booking_slack_takes_the_list(
    title: str, names: list[str], location: str, status: Status, kind: Listing
) -> None:
    hosts = tuple(Host(name, f"{n}@h.example") for n, name in enumerate(names))
    attendees = tuple(Attendee(name, name[:50]) for name in names)
    one = booking(title=title, hosts=hosts, attendees=attendees, location=location, status=status)
    rows = tuple(row(one, EVERYTHING - {Action.MARK_ABSENT}, f"b{n}") for n in range(8))
    message = allowed(listing(Rows(rows, True, 250), kind, 8, VIEWER))
    assert "<!" not in marked(message)
    allowed(agenda(rows * 13, TODAY, VIEWER))
