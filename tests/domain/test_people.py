"""Who may see and change a booking, and what its state allows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.bookings import Action, Attendee, Booking, Host, Status, possible_actions
from bot.domain.errors import AlreadyDone, Denied
from bot.domain.people import Member, actions_for, check_may, may_see

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
HOST = Member("T1", "U1", email="Alice@Example.com")
ATTENDEE = Member("T1", "U2", email="bob@example.com")
GUEST = Member("T1", "U3", email="GUEST@example.com")
STRANGER = Member("T1", "U4", email="eve@example.com")
ADMIN = Member("T1", "U5", email="admin@example.com", is_admin=True)
NO_EMAIL = Member("T1", "U6")


def booking(
    status: Status = Status.ACCEPTED, starts_in: timedelta = timedelta(hours=1), location: str = ""
) -> Booking:
    return Booking(
        uid="the-uid",
        title="Intro",
        status=status,
        start=NOW + starts_in,
        end=NOW + starts_in + timedelta(minutes=30),
        hosts=(Host("Alice", "alice@example.com"),),
        attendees=(Attendee("Bob", "bob@example.com"),),
        guests=("guest@example.com",),
        location=location,
    )


UPCOMING = booking()
PENDING = booking(Status.PENDING)
RUNNING = booking(starts_in=timedelta(minutes=-10))
PAST = booking(starts_in=timedelta(hours=-1))
CHANGE = {Action.RESCHEDULE, Action.CANCEL}


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (UPCOMING, CHANGE),
        (PENDING, CHANGE | {Action.CONFIRM, Action.DECLINE}),
        (RUNNING, CHANGE | {Action.MARK_ABSENT}),
        (PAST, {Action.MARK_ABSENT}),
        (booking(Status.PENDING, timedelta(hours=-1)), set()),
        (booking(Status.CANCELLED), set()),
        (booking(Status.REJECTED), set()),
    ],
)
def test_the_state_says_what_is_possible(state: Booking, actions: set[Action]) -> None:
    assert possible_actions(state, NOW) == actions
    assert actions_for(ADMIN, state, NOW) == actions


@pytest.mark.parametrize("member", [HOST, ATTENDEE, GUEST, ADMIN])
def test_those_it_concerns_see_it(member: Member) -> None:
    assert may_see(member, UPCOMING)


@pytest.mark.parametrize("member", [STRANGER, NO_EMAIL])
def test_others_do_not_unless_they_made_it(member: Member) -> None:
    assert not may_see(member, UPCOMING)
    assert may_see(member, UPCOMING, booked_it=True)
    assert actions_for(member, UPCOMING, NOW) == frozenset()
    with pytest.raises(Denied) as denied:
        check_may(member, Action.CANCEL, UPCOMING, NOW)
    assert denied.value.who_may == "the host, the attendees and the admins of this workspace"


def test_no_email_matches_nobody_without_one() -> None:
    nobody = replace(UPCOMING, attendees=(Attendee("Bob", ""),), guests=("",))
    assert not may_see(NO_EMAIL, nobody)
    assert not nobody.hosted_by("")


@pytest.mark.parametrize("member", [ADMIN, HOST, ATTENDEE])
def test_outsiders_bots_and_the_gone_see_nothing(member: Member) -> None:
    for changed in (
        replace(member, is_outsider=True),
        replace(member, is_bot=True),
        replace(member, is_deleted=True),
    ):
        assert not may_see(changed, UPCOMING, booked_it=True)
        assert actions_for(changed, UPCOMING, NOW, booked_it=True) == frozenset()


@pytest.mark.parametrize("action", [Action.CONFIRM, Action.DECLINE])
def test_only_the_host_and_admins_decide(action: Action) -> None:
    check_may(HOST, action, PENDING, NOW)
    check_may(ADMIN, action, PENDING, NOW)
    with pytest.raises(Denied) as denied:
        check_may(ATTENDEE, action, PENDING, NOW)
    assert denied.value.who_may == "the host and the admins of this workspace"


@pytest.mark.parametrize("member", [HOST, ATTENDEE, GUEST])
def test_hosts_and_attendees_may_move_and_cancel(member: Member) -> None:
    assert actions_for(member, UPCOMING, NOW) >= CHANGE


def test_the_one_who_booked_for_others_may_cancel_but_not_confirm() -> None:
    assert actions_for(STRANGER, PENDING, NOW, booked_it=True) == CHANGE


def test_a_state_that_no_longer_allows_it_says_where_the_booking_went() -> None:
    moved = replace(booking(Status.CANCELLED), rescheduled_to_uid="new-uid")
    with pytest.raises(AlreadyDone) as done:
        check_may(HOST, Action.CANCEL, moved, NOW)
    assert done.value.moved_to == "new-uid"


def test_permission_comes_before_state() -> None:
    with pytest.raises(Denied):
        check_may(STRANGER, Action.CANCEL, booking(Status.CANCELLED), NOW)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://meet.example/abc", "https://meet.example/abc"),
        ("http://meet.example", "http://meet.example"),
        ("https:", None),
        ("https://", None),
        ("+33 6 12", None),
        ("integrations:daily", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_only_web_addresses_can_be_joined(location: str, url: str | None) -> None:
    assert booking(location=location).join_url == url


def test_capabilities_and_addresses_stay_out_of_repr() -> None:
    attendee = Attendee("Bob", "bob@example.com", seat_uid="the-seat")
    shown = repr(replace(UPCOMING, attendees=(attendee,), recurring_uid="the-series"))
    assert "the-uid" not in shown
    assert "the-seat" not in shown
    assert "the-series" not in shown
    assert "lice@" not in repr(HOST)
