"""The card of a shared event type, and what the one who shares it sees."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PlaceBusy, PlaceUnknown, PlaceUnreachable
from bot.domain.shares import Board, Share, next_times
from bot.domain.slots import Slot
from bot.domain.times import zone_or_utc
from bot.slack.forms import Pick, Shared
from bot.slack.views import share as views
from tests.slack.views.drawing import (
    NASTY,
    NOW,
    allowed,
    calmly,
    elements,
    event_type,
    labels,
    marked,
    nasty,
    pressed,
    same_as_golden,
    texts,
)

TIMES = tuple(NOW + timedelta(hours=hours) for hours in (3, 4, 25, 26))
SHARE = Share(
    id="opaque",
    team_id="T1",
    user_id="U0DAVE",
    account="house",
    owner="",
    event_type_id=1,
    length=None,
    since=NOW,
    expires_at=NOW + timedelta(days=14),
    zone="Europe/London",
    channel="C0BOOKINGS",
    ts="1.2",
    times=TIMES,
)
INTRO = event_type(1, title="Intro", needs_confirmation=True)
BOARD = Board(SHARE, INTRO, "Alice")


def test_the_card_looks_like_this() -> None:
    same_as_golden("share", allowed(views.card(BOARD, NOW)))


def test_the_preview_looks_like_this() -> None:
    same_as_golden("share_preview", allowed(views.preview(BOARD, NOW)))


def test_every_button_carries_the_share_and_its_time() -> None:
    drawn = views.card(BOARD, NOW)
    picked = [Shared.decode(e["value"]) for e in elements(drawn) if e["text"]["text"] == "Book"]
    assert picked == [Shared("opaque", start) for start in TIMES]
    assert Shared.decode(pressed(drawn, "Another time")["value"]) == Shared("opaque")
    assert pressed(drawn, "Remove")["value"] == "opaque"


def test_what_is_posted_is_what_was_seen() -> None:
    share = replace(SHARE, owner="bob", length=30)
    value = pressed(views.preview(Board(share, INTRO), NOW), "Post")["value"]
    share_id, pick = views.claim(value)
    found = (share_id, pick.event_type_id, pick.owner, pick.length, pick.start)
    assert found == ("opaque", 1, "bob", 30, NOW)


def test_without_a_time_it_says_so() -> None:
    board = replace(BOARD, share=replace(SHARE, times=()))
    for drawn in (views.card(board, NOW), views.preview(board, NOW)):
        assert "Nothing is open at the moment." in texts(allowed(drawn))
        assert "Nothing is open at the moment." in drawn.text


def test_when_it_is_over_it_leads_on_to_the_booking_form() -> None:
    over = replace(BOARD, share=replace(SHARE, length=45), owner="alice", is_over=True)
    drawn = allowed(views.card(over, NOW))
    same_as_golden("share_over", drawn)
    assert labels(drawn) == ["Book"]
    assert Pick.decode(pressed(drawn, "Book")["value"]) == Pick(1, "alice", 45)


def test_where_nobody_finds_it_any_more_nothing_can_be_pressed() -> None:
    drawn = allowed(views.card(Board(SHARE, is_over=True), NOW))
    assert "cannot be booked any more" in drawn.text
    assert labels(drawn) == []


@pytest.mark.parametrize(
    ("channel", "error", "said"),
    [
        ("C1", PlaceUnreachable("not_in_channel"), "/invite"),
        ("D1", PlaceUnreachable("channel_not_found"), "between people"),
        ("C1", PlaceUnknown("answer_lost"), "Look in <#C1>"),
        ("C1", PlaceBusy("ratelimited"), "please try again"),
    ],
)
def test_why_it_is_not_posted(channel: str, error: Exception, said: str) -> None:
    drawn = allowed(views.not_posted(replace(SHARE, channel=channel), error))  # type: ignore[arg-type]  # all are place errors
    assert said in texts(drawn)


def test_markup_stays_text() -> None:
    board = Board(SHARE, event_type(title=NASTY, owner_name=NASTY), NASTY)
    over = replace(board, is_over=True)
    for drawn in (views.card(board, NOW), views.preview(board, NOW), views.card(over, NOW)):
        assert "<!channel>" not in marked(drawn)


@calmly
@given(nasty, nasty, st.lists(st.integers(0, 10**6), max_size=8))
def test_whatever_is_in_it_slack_takes_it(title: str, whose: str, minutes: list[int]) -> None:
    times = tuple(NOW + timedelta(minutes=each) for each in minutes)
    board = Board(replace(SHARE, times=times), event_type(title=title, owner_name=whose), whose)
    allowed(views.card(board, NOW))
    allowed(views.preview(board, NOW))
    allowed(views.card(replace(board, owner="alice", is_over=True), NOW))


def test_not_all_times_are_of_one_morning() -> None:
    zone = zone_or_utc("Asia/Kathmandu")
    many = [Slot(NOW + timedelta(minutes=30 * n)) for n in range(200)]
    days = [start.astimezone(zone).date() for start in next_times(many, zone)]
    assert len(days) == 8
    assert all(days.count(day) <= 3 for day in days)
