"""Free and busy hours, and when a colleague can be booked."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Availability, Schedule, Slot, Span
from bot.slack.forms import Pick
from bot.slack.views.availability import Days, bookable, least, own, shortest
from bot.slack.views.reading import Reading
from tests.slack.views.drawing import (
    NOW,
    PARIS,
    READING,
    TODAY,
    allowed,
    calmly,
    event_type,
    labels,
    marked,
    nasty,
    offer,
    pressed,
    same_as_golden,
)

WEEK = Days(TODAY, TODAY + timedelta(days=6))


def span(day: int, start: float, end: float) -> Span:
    """Hours of a day after today, Paris time."""
    midnight = datetime(2026, 11, 23, tzinfo=PARIS) + timedelta(days=day)
    first, last = (midnight + timedelta(hours=hours) for hours in (start, end))
    return Span(first.astimezone(UTC), last.astimezone(UTC))


def test_free_is_working_hours_without_what_is_busy_and_past() -> None:
    found = Availability(
        busy=(span(0, 10, 11), span(1, 8, 9.5), span(5, 12, 13)),
        working=tuple(span(day, 9, 17) for day in range(5)),
        schedule=Schedule(1, "Office & more", "Europe/Paris"),
    )
    message = allowed(own(found, WEEK, READING))
    assert "Today, Mon 23 Nov\nFree: 09:07–10:00, 11:00–17:00\nBusy: 10:00–11:00" in message.text
    assert "Tomorrow, Tue 24 Nov\nFree: 09:30–17:00\nBusy: 08:00–09:30" in message.text
    assert "Sat 28 Nov\nBusy: 12:00–13:00\nNo working hours" in message.text
    same_as_golden("availability", message)


def test_a_span_over_midnight_is_on_both_days() -> None:
    found = Availability(busy=(span(1, 22, 26),), working=())
    text = own(found, WEEK, READING).text
    assert "Tue 24 Nov\nBusy: 22:00–00:00" in text
    assert "Wed 25 Nov\nBusy: 00:00–02:00" in text


def test_the_day_is_the_readers() -> None:
    tokyo = Reading(ZoneInfo("Asia/Tokyo"), hour12=False, now=NOW)
    found = Availability(busy=(), working=(span(1, 9, 17),))
    text = own(found, WEEK, tokyo).text
    assert "Tue 24 Nov\nFree: 17:00–00:00" in text
    assert "Wed 25 Nov\nFree: 00:00–01:00" in text


def test_a_day_of_25_hours_is_a_day() -> None:
    sunday = date(2026, 10, 25)
    reading = Reading(PARIS, hour12=False, now=datetime(2026, 10, 24, tzinfo=UTC))
    window = Days(sunday, sunday).window(reading)
    assert window.end - window.start == timedelta(hours=25)


def test_a_colleague_shows_only_when_they_can_be_booked() -> None:
    slots = [Slot(span(1, 9 + n / 4, 10).start) for n in range(4)]
    chosen = event_type(3, title="Short", length=15)
    theirs = offer(chosen, owner="bob", whose="Bob")
    days = Days(TODAY, TODAY + timedelta(days=1), Pick(3, "bob"), "today and tomorrow")
    message = allowed(bookable(theirs, slots, days, READING))
    assert "When Bob can be booked" in message.text
    assert "Tue 24 Nov\n09:00–10:00" in message.text
    assert "Mon 23 Nov\nNothing open" in message.text
    assert "usy" not in message.text
    same_as_golden("availability_colleague", message)


def test_pick_a_time_leads_to_the_slots() -> None:
    days = Days(TODAY, TODAY, Pick(3, "bob"))
    message = bookable(offer(event_type(3), owner="bob"), [], days, READING)
    assert Pick.decode(pressed(message, "Pick a time")["value"]) == Pick(3, "bob", None, NOW)


def test_the_shortest_event_type_that_can_be_seen_is_taken() -> None:
    types = (
        event_type(1, length=60, lengths=(20, 60)),
        event_type(2, length=30),
        event_type(3, length=5, hidden=True),
    )
    chosen = shortest(offer(*types))
    assert chosen is not None
    assert (chosen.id, least(chosen)) == (1, 20)
    assert shortest(offer()) is None


def test_pages_turn_and_never_go_before_today() -> None:
    message = own(Availability((), ()), WEEK, READING)
    assert "Earlier" not in labels(message)
    later = Days.decode(pressed(message, "Later")["value"])
    assert later == Days(TODAY + timedelta(days=7), TODAY + timedelta(days=13))
    again = own(Availability((), ()), Days(TODAY + timedelta(days=3), later.last), READING)
    back = Days.decode(pressed(again, "Earlier")["value"])
    assert back is not None
    assert back.first == TODAY


def test_malformed_values_are_no_days() -> None:
    for value in ("", "|", "x|7|", "2026-11-23|0|", "2026-11-23|32|", "9999-12-31|7|", "a|b|c|d"):
        assert Days.decode(value) is None


@calmly
@given(st.text(max_size=80))
def test_any_value_is_days_or_nothing(value: str) -> None:
    days = Days.decode(value)
    assert days is None or 1 <= days.count <= 31


spans = st.lists(
    st.tuples(st.integers(0, 45 * 24), st.floats(0.01, 30)).map(lambda t: span(0, t[0], sum(t))),
    max_size=120,
)


@calmly
@given(busy=spans, working=spans, name=nasty, hour12=st.booleans(), days=st.integers(1, 31))
def test_whatever_is_busy_slack_takes_it(
    busy: list[Span], working: list[Span], name: str, hour12: bool, days: int
) -> None:
    reading = Reading(PARIS, hour12, NOW)
    shown = Days(TODAY, TODAY + timedelta(days=days - 1), Pick(1, "x" * 60), name)
    schedule = Schedule(1, name, "UTC")
    allowed(own(Availability(tuple(busy), tuple(working), schedule), shown, reading))
    slots = [Slot(s.start, s.end) for s in busy]
    theirs = offer(event_type(1, title=name, owner_name=name), whose=name)
    message = allowed(bookable(theirs, slots, shown, reading))
    assert "<!" not in marked(message)
