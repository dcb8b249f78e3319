"""The App Home as it is drawn."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accounts import Connection, Credential, Holder, Way
from bot.domain.bookings import Action, Attendee, Booking, Status
from bot.domain.errors import NotConnected, Unavailable
from bot.domain.people import Account
from bot.domain.rules import Pause, Place, Rule
from bot.services.homes import MOST, Look, Meetings
from bot.services.managing import Rows
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.views import home as views
from bot.slack.views import parts
from bot.slack.views.home import PROPOSALS, Home
from bot.slack.views.rule_words import Known
from tests.slack.views.drawing import (
    EVERYTHING,
    NOW,
    READER,
    VIEWER,
    allowed_view,
    booking,
    calmly,
    elements,
    labels,
    nasty,
    pressed,
    row,
    same_as_golden,
    texts,
)

SIZE = 250 * 1024
HOUSE = Holder("house", "")
MEMBER = READER.member
ASKED = frozenset({Action.CONFIRM, Action.DECLINE, Action.RESCHEDULE, Action.CANCEL})
OWN = Connection(
    Holder("acct_1", MEMBER.team_id, MEMBER.user_id),
    Way.OAUTH,
    Credential("secret"),
    Account(1, "alice", "alice@example.com", "Alice Martin"),
    NOW,
)
RULES = (
    Rule("r1", Place("T0SANDBOX", "U0ALICE"), owner="U0ALICE", hosts=("alice@example.com",)),
    Rule("r2", Place("T0SANDBOX", "C0BOOKINGS"), owner="U0ALICE", pause=Pause(NOW, by="U0ALICE")),
    Rule(
        "r3",
        Place("T0SANDBOX", "C0LEADS"),
        owner="U0ALICE",
        pause=Pause(NOW, why="not_in_channel"),
    ),
    Rule("r4", Place("T0SANDBOX", "C0GENERAL"), owner="U0ALICE"),
)


def at(hours: float, ref: str, actions: frozenset[Action] | None = None, **more: Any) -> Row:
    start = NOW + timedelta(hours=hours)
    return row(booking(start=start, end=start + timedelta(minutes=30), **more), actions, ref)


SOME = (
    at(-0.1, "b1", title="Stand-up"),
    at(3, "b2"),
    at(5, "b3", ASKED, status=Status.PENDING, title="Job interview"),
    at(27, "b4", status=Status.PENDING, location="Room 7"),
    at(50, "b5", title="Night shift"),
)


def shown(*rows: Row, has_more: bool = False, **more: Any) -> Home:
    look = Look(OWN.holder, OWN, Meetings(Rows(rows, has_more, None), NOW))
    return replace(Home(look, MEMBER, VIEWER, Known("alice@example.com")), **more)


def drawn(home: Home) -> dict[str, Any]:
    view = allowed_view(views.home(home))
    assert len(json.dumps(view, ensure_ascii=False).encode()) < SIZE
    assert "secretUid" not in json.dumps(view)
    return view


def with_look(home: Home, **more: Any) -> Home:
    return replace(home, look=replace(home.look, **more))


def test_a_connected_members_home_looks_like_this() -> None:
    home = with_look(
        shown(*SOME),
        rules=RULES,
        waiting={RULES[2].place: 3},
        unheard=frozenset({"r4"}),
    )
    same_as_golden("home", drawn(home))


def test_the_first_visit_looks_like_this() -> None:
    look = Look(Holder("", "T0SANDBOX", "U0ALICE"), trouble=NotConnected())
    home = shown(look=look)
    view = drawn(home)
    same_as_golden("home_first", view)
    assert pressed(view, "Connect")["action_id"] == ids.CONNECT


def test_an_admins_home_says_how_to_begin() -> None:
    admin = replace(MEMBER, is_admin=True)
    view = drawn(shown(member=admin, command="/meet"))
    assert "`/meet status`" in texts(view)
    assert pressed(view, "Status")["value"] == "status"


def test_trouble_says_since_when_and_leads_on() -> None:
    home = with_look(shown(*SOME), trouble=Unavailable())
    view = drawn(replace(home, problem=Problem("Cal.com is not answering.", retry=True)))
    same_as_golden("home_trouble", view)
    assert "as it was then: Today, Mon 23 Nov, 09:07." in texts(view)
    assert labels(view)[0] == "Try again"


def test_each_day_is_named_once() -> None:
    view = drawn(shown(at(1, "b1"), at(2, "b2"), at(26, "b3")))
    assert texts(view).count("*Today, Mon 23 Nov*") == 1
    assert texts(view).count("*Tomorrow, Tue 24 Nov*") == 1


def test_what_goes_on_into_another_day_says_so() -> None:
    late = NOW + timedelta(hours=14)
    night = row(booking(start=late, end=late + timedelta(hours=3)))
    assert "23:07 – Tomorrow, Tue 24 Nov, 02:07" in texts(drawn(shown(night)))


def test_what_is_over_is_left_out() -> None:
    """Where Cal.com does not answer, what is known may be hours old."""
    view = drawn(shown(at(-3, "b1", title="Long ago"), at(1, "b2")))
    assert "Long ago" not in texts(view)


def test_more_requests_than_are_shown_are_counted() -> None:
    many = [at(n, f"b{n}", ASKED, status=Status.PENDING) for n in range(1, 9)]
    view = drawn(shown(*many))
    assert labels(view).count("Confirm") == 5
    assert "And 3 more requests." in texts(view)
    assert pressed(view, "All requests")["value"] == "bookings unconfirmed"
    assert "Nothing is coming up." in texts(view)
    assert "And 1 more request." in texts(drawn(shown(*many[:6])))


def test_the_pages() -> None:
    many = [at(n, f"b{n}") for n in range(1, 26)]
    first, last = drawn(shown(*many)), drawn(shown(*many, page=2))
    assert "1–10 of 25" in texts(first)
    assert "Earlier" not in labels(first)
    assert pressed(first, "Later")["value"] == "1"
    assert "21–25 of 25" in texts(last)
    assert pressed(last, "Earlier")["value"] == "1"
    assert "Later" not in labels(last)
    assert texts(drawn(shown(*many, page=77))) == texts(last)
    assert texts(drawn(shown(*many, page=-1))) == texts(first)


def test_what_is_farther_off_stands_in_the_list() -> None:
    many = [at(n, f"b{n}") for n in range(1, MOST + 1)]
    view = drawn(shown(*many, has_more=True, page=9))
    assert "91–100 · times are" in texts(view)
    assert pressed(view, "All upcoming bookings")["value"] == "bookings upcoming"
    assert "All upcoming bookings" not in labels(drawn(shown(*many, page=9)))


def test_rules_that_need_somebody_come_first_and_the_rest_is_counted() -> None:
    many = tuple(replace(RULES[0], id=f"m{n}") for n in range(6))
    view = drawn(with_look(shown(), rules=(*many, RULES[2])))
    assert texts(view).index("Resting since") < texts(view).index("Your bookings")
    assert "And 2 more rules." in texts(view)
    assert pressed(view, "Resume")["value"] == "0|r3"


def test_proposals_have_their_place() -> None:
    """Their own room draws them; the Home gives them a heading, and no more room than there is."""
    blocks = tuple(parts.section(f"Proposal {n}") for n in range(30))
    said = texts(drawn(shown(*SOME, proposals=blocks)))
    assert "Times you have proposed" in said
    assert f"Proposal {PROPOSALS - 1}" in said
    assert f"Proposal {PROPOSALS}" not in said
    assert "Times you have proposed" not in texts(drawn(shown(*SOME)))


def test_the_views_besides() -> None:
    problem = Problem("My own storage is not answering.", retry=True)
    assert labels(allowed_view(views.trouble(problem))) == ["Try again"]
    assert elements(allowed_view(views.closed())) == []
    assert "Looking up" in texts(allowed_view(views.looking()))


@calmly
@given(title=nasty, name=nasty, location=nasty, why=nasty, status=st.sampled_from(Status))
def test_whatever_is_in_it_slack_takes_it(
    title: str, name: str, location: str, why: str, status: Status
) -> None:
    """Full of everything there can be, each of it as long as can be."""
    attendees = tuple(Attendee(name, f"{n}{name[:50]}") for n in range(9))
    many = [
        at(n * 9, f"b{n}", EVERYTHING - {Action.CONFIRM} if n % 5 else EVERYTHING, title=title)
        for n in range(1, MOST + 1)
    ]
    rows = [replace(each, seen=replace(each.seen, booking=_full(each, attendees, location, status)))
            for each in many]  # fmt: skip
    rules = tuple(replace(RULES[2], id=f"m{n}", pause=Pause(NOW, why=why)) for n in range(50))
    home = with_look(shown(*rows, has_more=True, page=1), rules=rules)
    home = replace(
        home,
        member=replace(MEMBER, name=name, is_admin=True),
        problem=Problem("x" * 3000, retry=True, connect="Reconnect"),
        proposals=tuple(parts.section("y" * 3000) for _ in range(30)),
    )
    view = drawn(with_look(home, trouble=Unavailable()))
    assert "<!channel" not in texts(view, "mrkdwn")
    assert len(view["blocks"]) <= 100


def _full(one: Row, attendees: tuple[Attendee, ...], location: str, status: Status) -> Booking:
    return replace(one.seen.booking, attendees=attendees, location=location, status=status)
