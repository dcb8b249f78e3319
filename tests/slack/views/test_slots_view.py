"""Open times by day, and the choice of an event type."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.event_types import EventType
from bot.domain.slots import Slot, Span
from bot.slack import ids
from bot.slack.forms import Pick
from bot.slack.views.reading import Reading
from bot.slack.views.slots import OpenTimes, choose, matching, open_times
from tests.slack.views.drawing import (
    NOW,
    PARIS,
    READING,
    TODAY,
    allowed,
    calmly,
    elements,
    event_type,
    labels,
    nasty,
    offer,
    pressed,
    same_as_golden,
)

INTRO = event_type(1, title="Intro")
ASKED = Span(NOW, READING.start_of(TODAY + timedelta(days=7)))


def found(*slots: Slot, event: EventType = INTRO, asked: Span = ASKED, **more: Any) -> OpenTimes:
    fields: dict[str, Any] = {
        "offer": offer(event, event_type(2)),
        "event_type": event,
        "length": event.length,
        "asked": asked,
        "looked_until": asked.end,
        "slots": slots,
    }
    return OpenTimes(**(fields | more))


def at(day: int, hour: int, minute: int = 0, **more: Any) -> Slot:
    """On a day after today, Paris time."""
    local = datetime(2026, 11, 23, hour, minute, tzinfo=PARIS) + timedelta(days=day)
    return Slot(local.astimezone(UTC), **more)


def day_full_of(day: int, count: int) -> list[Slot]:
    first = at(day, 9).start
    return [Slot(first + timedelta(minutes=5 * n)) for n in range(count)]


def test_it_looks_like_this() -> None:
    slots = (at(0, 10), at(0, 10, 30), at(1, 9), at(4, 14, seats_left=3, seats=6))
    message = allowed(open_times(found(*slots, understood="Fri 27 Nov"), READING))
    same_as_golden("slots", message)
    assert "Today, Mon 23 Nov: 10:00, 10:30" in message.text
    assert "Fri 27 Nov: 14:00 (3 left)" in message.text
    assert "You asked for: Fri 27 Nov" in message.text
    assert "Paris time (UTC+1)" in message.text


def test_a_button_says_which_time_it_books() -> None:
    message = open_times(found(at(1, 9)), READING)
    button = pressed(message, "09:00")
    assert Pick.decode(button["value"]) == Pick(1, "", None, at(1, 9).start)
    assert button["action_id"].startswith(ids.SLOT)
    assert button["accessibility_label"] == "Book Tomorrow, Tue 24 Nov, 09:00"


def test_times_are_the_readers_own() -> None:
    kolkata = Reading(READING.zone.__class__("Asia/Kolkata"), hour12=True, now=NOW)
    message = allowed(open_times(found(at(1, 19)), kolkata))
    assert "11:30 PM" in labels(message)
    assert "Kolkata time (UTC+5:30)" in message.text


def test_a_day_with_a_hundred_times_shows_ten_and_the_rest_in_the_form() -> None:
    message = allowed(open_times(found(*day_full_of(1, 100)), READING))
    more = pressed(message, "90 more on this day")
    assert more["action_id"] == ids.START_BOOK
    assert Pick.decode(more["value"]).start == day_full_of(1, 100)[10].start
    assert "and 90 more" in message.text


def test_five_days_are_shown_and_later_goes_on_with_the_sixth() -> None:
    message = allowed(open_times(found(*(at(day, 9) for day in range(7))), READING))
    assert labels(message).count("09:00") == 5
    start = Pick.decode(pressed(message, "Later")["value"]).start
    assert start == READING.start_of(TODAY + timedelta(days=5))
    assert "Earlier" not in labels(message)


def test_later_goes_on_where_the_window_ends() -> None:
    message = open_times(found(at(1, 9)), READING)
    assert Pick.decode(pressed(message, "Later")["value"]).start == ASKED.end


def test_earlier_goes_back_a_week_but_not_into_the_past() -> None:
    asked = Span(ASKED.end, ASKED.end + timedelta(days=7))
    message = open_times(found(at(8, 9), asked=asked), READING)
    assert Pick.decode(pressed(message, "Earlier")["value"]).start == NOW


def test_nothing_open_says_so_and_shows_what_comes_next() -> None:
    until = ASKED.end + timedelta(days=31)
    message = allowed(open_times(found(at(20, 9), looked_until=until), READING))
    said = "Nothing is open from Today, Mon 23 Nov until Sun 29 Nov. These come next:"
    assert said in message.text
    assert "09:00" in labels(message)


def test_nothing_open_at_all_is_no_dead_end() -> None:
    until = ASKED.end + timedelta(days=31)
    message = allowed(open_times(found(looked_until=until), READING))
    assert "Nothing is open from Today, Mon 23 Nov until Wed 30 Dec" in message.text
    assert Pick.decode(pressed(message, "Later")["value"]).start == until
    same_as_golden("slots_none", message)


def test_the_menus_start_from_what_is_shown() -> None:
    several = event_type(1, title="Intro", lengths=(15, 30), length=30)
    owned = found(at(1, 9), event=several, length=15, offer=offer(several, owner="bob"))
    message = allowed(open_times(owned, READING))
    menu = next(b for b in message.blocks if b["type"] == "actions")
    assert Pick.decode(menu["block_id"]) == Pick(1, "bob", 15, NOW)
    types, lengths = menu["elements"]
    assert types["initial_option"]["value"] == "1"
    assert lengths["initial_option"]["value"] == "15"
    assert Pick.decode(pressed(message, "09:00")["value"]).length == 15


def test_without_an_event_type_there_is_a_choice_that_keeps_the_day() -> None:
    start = READING.start_of(TODAY + timedelta(days=4))
    message = allowed(choose(offer(INTRO, event_type(2)), start, "Fri 27 Nov"))
    (menu,) = elements(message)
    assert [o["value"] for o in menu["options"]] == ["1", "2"]
    assert Pick.decode(message.blocks[-1]["block_id"]).start == start
    same_as_golden("slots_choose", message)


def test_more_event_types_than_a_menu_takes_are_searched() -> None:
    many = tuple(event_type(n) for n in range(1, 301))
    (menu,) = elements(allowed(choose(offer(*many), None, "")))
    assert menu["type"] == "external_select"
    assert [o.value for o in matching(many, "meeting 29")][:2] == ["29", "290"]
    assert len(matching(many, "")) == 100
    assert matching(many, "nothing like it") == []
    shown = found(at(1, 9), event=many[200], offer=offer(*many))
    allowed(open_times(shown, READING))


def test_nothing_to_choose_from_says_what_to_do() -> None:
    assert "Make one in Cal.com" in choose(offer(), None, "").text


@calmly
@given(
    title=nasty,
    whose=nasty,
    understood=nasty,
    counts=st.lists(st.integers(0, 100), max_size=7),
    many=st.booleans(),
    hour12=st.booleans(),
)
def test_whatever_is_open_slack_takes_it(
    title: str, whose: str, understood: str, counts: list[int], many: bool, hour12: bool
) -> None:
    event = event_type(1, title=title, lengths=(15, 30))
    types = (event, *(event_type(n, title=title) for n in range(2, 150 if many else 3)))
    slots = [slot for day, count in enumerate(counts) for slot in day_full_of(day, count)]
    shown = found(
        *slots, event=event, offer=offer(*types, owner="o" * 60, whose=whose), understood=understood
    )
    allowed(open_times(shown, Reading(PARIS, hour12, NOW)))
    allowed(choose(shown.offer, NOW, understood))
    matching(types, title)
