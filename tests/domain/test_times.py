"""Times as people type them: everything that is understood, and that nothing else breaks it."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import times
from bot.domain.days import Unusable
from bot.domain.errors import Unclear
from bot.domain.times import When

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 11, 24, 13, 5, 20, tzinfo=dt.UTC)  # a Tuesday, 14:05 in Paris
TODAY = dt.date(2026, 11, 24)


def read(text: str, now: dt.datetime = NOW, zone: str = "Europe/Paris", **kind: bool) -> When:
    return times.read(text, now, ZoneInfo(zone), **kind)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-24"),
        ("tonight", "2026-11-24"),
        ("Tomorrow", "2026-11-25"),
        ("day after tomorrow", "2026-11-26"),
        ("fri", "2026-11-27"),
        ("on Friday", "2026-11-27"),
        ("this fri", "2026-11-27"),
        ("tue", "2026-11-24"),
        ("thurs", "2026-11-26"),
        ("next tue", "2026-12-01"),
        ("next mon", "2026-11-30"),
        ("next sun", "2026-12-06"),
        ("in 2 weeks", "2026-12-08"),
        ("in a week", "2026-12-01"),
        ("in 3 days", "2026-11-27"),
        ("in 2 months", "2027-01-24"),
        ("28 nov", "2026-11-28"),
        ("nov 28", "2026-11-28"),
        ("Nov. 28", "2026-11-28"),
        ("28th of November", "2026-11-28"),
        ("sat 28 nov", "2026-11-28"),
        ("Sat, 28 Nov 2026", "2026-11-28"),
        ("28.11.", "2026-11-28"),
        ("28.11", "2026-11-28"),
        ("28.11.2027", "2027-11-28"),
        ("28.11.27", "2027-11-28"),
        ("28/11", "2026-11-28"),
        ("28/11/2026", "2026-11-28"),
        ("11/28", "2026-11-28"),
        ("2026-12-01", "2026-12-01"),
        ("24 nov", "2026-11-24"),
        ("23 nov", "2027-11-23"),  # has passed this year
        ("1 jan", "2027-01-01"),
        ("29 feb", "2028-02-29"),
        ("  for   tomorrow!? ", "2026-11-25"),
        ("２８ nov", "2026-11-28"),  # full-width digits
    ],
)
def test_days(text: str, day: str) -> None:
    when = read(text)
    assert when == When(dt.date.fromisoformat(day), None, None, None, text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("this week", "2026-11-24", "2026-11-29"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("this month", "2026-11-24", "2026-11-30"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("nov", "2026-11-24", "2026-11-30"),
        ("december", "2026-12-01", "2026-12-31"),
        ("in march", "2027-03-01", "2027-03-31"),
        ("nov 2027", "2027-11-01", "2027-11-30"),
        ("feb 2028", "2028-02-01", "2028-02-29"),
    ],
)
def test_several_days(text: str, first: str, last: str) -> None:
    when = read(text)
    assert (when.day.isoformat(), when.last_day and when.last_day.isoformat()) == (first, last)
    assert when.start is None


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("tomorrow 3pm", "2026-11-25 15:00"),
        ("3 pm tomorrow", "2026-11-25 15:00"),
        ("tomorrow, 3:30 p.m.", "2026-11-25 15:30"),
        ("friday 15:30", "2026-11-27 15:30"),
        ("15:30 on friday", "2026-11-27 15:30"),
        ("next tue at 9am", "2026-12-01 09:00"),
        ("28 nov 10:00", "2026-11-28 10:00"),
        ("sat 28 nov 2026 at 10", "2026-11-28 10:00"),
        ("in 3 days at noon", "2026-11-27 12:00"),
        ("3pm", "2026-11-24 15:00"),
        ("2pm", "2026-11-25 14:00"),  # 14:00 has passed
        ("15h", "2026-11-24 15:00"),
        ("15h30", "2026-11-24 15:30"),
        ("noon", "2026-11-25 12:00"),
        ("12pm", "2026-11-25 12:00"),
        ("12am", "2026-11-25 00:00"),
        ("midnight", "2026-11-25 00:00"),
        ("tue 9am", "2026-12-01 09:00"),  # 9:00 of this Tuesday has passed
        ("tue 15:00", "2026-11-24 15:00"),
        ("mon 15:30", "2026-11-30 15:30"),
        ("next mon 3pm", "2026-11-30 15:00"),
        ("on mon at noon", "2026-11-30 12:00"),
        ("noon tomorrow", "2026-11-25 12:00"),
        ("in 2 hours", "2026-11-24 16:05"),
        ("in an hour", "2026-11-24 15:05"),
        ("in 30min", "2026-11-24 14:35"),
        ("2026-12-01T15:00", "2026-12-01 15:00"),
        ("2026-12-01 15:00", "2026-12-01 15:00"),
        ("2026-12-01 15:00:30Z", "2026-12-01 16:00"),
        ("2026-12-01 15:00+02:00", "2026-12-01 14:00"),
        ("2026-11-23T23:30-1500", "2026-11-24 15:30"),  # yesterday there, today here
    ],
)
def test_times(text: str, local: str) -> None:
    when = read(text)
    expected = dt.datetime.fromisoformat(local)
    assert (when.day, when.time) == (expected.date(), expected.time())
    assert when.start == expected.replace(tzinfo=PARIS)
    assert when.start
    assert when.start.tzinfo is dt.UTC
    assert when.note == ("the end of Tue 24 Nov" if text == "midnight" else "")


@pytest.mark.parametrize(
    ("text", "hour", "note"),
    [
        ("tomorrow at 3", 15, "taken as 3 PM"),
        ("at 7 tomorrow", 19, "taken as 7 PM"),
        ("tomorrow at 8", 8, ""),
        ("tomorrow at 15", 15, ""),
        ("tonight at 8", 20, "taken as 8 PM"),
    ],
)
def test_a_bare_hour_is_one_of_the_working_day(text: str, hour: int, note: str) -> None:
    when = read(text)
    assert when.time == dt.time(hour)
    assert when.note == note


def test_midnight_of_a_day_is_its_end() -> None:
    when = read("fri midnight")
    assert (when.day, when.time, when.note) == (
        dt.date(2026, 11, 28),
        dt.time(),
        "the end of Fri 27 Nov",
    )


def test_an_ambiguous_date_follows_the_readers_habit() -> None:
    assert read("3/4").day == dt.date(2027, 4, 3)
    assert read("3/4", day_first=False).day == dt.date(2027, 3, 4)
    assert read("28/11", day_first=False).day == dt.date(2026, 11, 28)
    assert read("3.4.", day_first=False).day == dt.date(2027, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "last week",
        "last tue",
        "2020-01-01",
        "28 nov 2025",
        "nov 2025",
        "today 9am",
        "24 nov 14:00",
        "2026-11-24T13:00Z",
        "yesterday at 3",
        "1/1/01",
        "0001-01-01T00:00Z",
    ],
)
def test_what_is_past_is_said_to_be(text: str) -> None:
    with pytest.raises(Unclear, match="is in the past"):
        read(text)
    assert times.is_when(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 nov", "There is no 31 nov"),
        ("32/11/26", "There is no 32/11/26"),
        ("nov 32", "There is no nov 32"),
        ("feb 30", "There is no feb 30"),
        ("0/0", "There is no 0/0"),
        ("2026-02-31", "There is no 2026-02-31"),
        ("2026-02-31T10:00", "not in the calendar"),
        ("9999-12-31T23:59-10:00", "not in the calendar"),
        ("9999-12-31", "too far ahead"),
        ("in 9999 months", "too far ahead"),
        ("in 9999 weeks", "too far ahead"),
        ("fri 28 nov", "28 nov is a Saturday"),
        ("25:00", "not a time of day"),
        ("13pm", "not a time of day"),
        ("tomorrow 15:77", "not a time of day"),
        ("next week 3pm", "a time on several days"),
    ],
)
def test_a_time_that_cannot_be_meant_says_why(text: str, why: str) -> None:
    with pytest.raises(Unclear, match=why):
        read(text)
    assert times.is_when(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "intro call",
        "mon 9-ish",
        "30 min",
        "1h",
        "1h30",
        "1h tomorrow",
        "15",
        "next",
        "last",
        "week",
        "this",
        "28 foo",
        "sometime next week",
        "明日",
        "завтра",
        "🎉",
        "٢٨ nov",
        "tomorrow tomorrow",
        "3pm 4pm",
        "in 5 years",
        "in x days",
        "a" * 10_000,
        "1" * 10_000,
        "tomorrow " * 2_000,
        "at " * 3_000,
    ],
)
def test_what_is_no_time_says_what_to_type(text: str) -> None:
    with pytest.raises(Unclear, match=r"Try: today, tomorrow 3pm") as refused:
        read(text)
    assert len(str(refused.value)) < 250
    assert not times.is_when(text)


@pytest.mark.parametrize(
    ("zone", "now", "text", "try_instead"),
    [
        ("Europe/Paris", "2027-03-01", "28 mar 2:30", "03:30"),
        ("America/New_York", "2027-03-01", "2027-03-14 02:15", "03:15"),
        ("Australia/Lord_Howe", "2026-09-30", "4 oct 2:10am", "02:40"),  # half an hour
        ("America/Santiago", "2026-09-01", "sat midnight", "01:00"),  # 6 September begins at 1
    ],
)
def test_a_time_the_clocks_skip_is_refused(
    zone: str, now: str, text: str, try_instead: str
) -> None:
    at = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    with pytest.raises(Unclear, match=rf"does not exist on .* Try {try_instead}"):
        read(text, at, zone)


@pytest.mark.parametrize(
    ("zone", "text", "utc"),
    [
        ("Europe/Paris", "25 oct 2:30", "2026-10-25 00:30"),
        ("America/New_York", "1 nov 1:30am", "2026-11-01 05:30"),
        ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45"),
    ],
)
def test_of_a_time_that_comes_twice_the_first_is_taken(zone: str, text: str, utc: str) -> None:
    when = read(text, dt.datetime(2026, 10, 1, tzinfo=dt.UTC), zone)
    assert when.start == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert "the first of the two" in when.note


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", 25), ("Pacific/Pago_Pago", 24), ("Asia/Kathmandu", 24)]
)
def test_today_is_the_writers(zone: str, day: int) -> None:
    assert read("today", zone=zone).day == dt.date(2026, 11, day)


def test_half_hour_zones() -> None:
    assert read("tomorrow 9:00", zone="Asia/Kolkata").start == dt.datetime(
        2026, 11, 25, 3, 30, tzinfo=dt.UTC
    )


PIECES = """
today tonight tomorrow fri next last this week month in a 2 3 15 28 31 99 nov feb of th 28th 28.11.
28/11 2026-12-01 2026-12-01T02:30+14:00 0001-01-01 at noon midnight 3pm 15h30 2:30 25:00 on for
hours days weeks months min year 9999 , . - / : 🎉 é
"""
zones = st.sampled_from(
    ["Europe/Paris", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]
)
moments = st.integers(0, 10 * 365 * 86400).map(lambda s: NOW + dt.timedelta(seconds=s))
typed = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES.split()), max_size=7).map(" ".join),
    st.from_regex(r"[0-9]{1,4}[-/.: hT][0-9]{1,4}([-/.: ][0-9]{1,4})?(am|pm|Z)?", fullmatch=True),
)


@given(text=typed, now=moments, zone=zones, day_first=st.booleans())
def test_anything_is_a_time_to_come_or_unclear(
    text: str, now: dt.datetime, zone: str, day_first: bool
) -> None:
    began = time.monotonic()
    try:
        when = read(text, now, zone, day_first=day_first)
    except Unclear as unclear:
        said = str(unclear)
    else:
        said = times.say_when(when, ZoneInfo(zone), now, hour12=day_first)
        today = now.astimezone(ZoneInfo(zone)).date()
        assert when.day >= today
        assert when.last_day is None or when.last_day >= when.day
        assert (when.time is None) == (when.start is None)
        if when.start and when.time:
            local = when.start.astimezone(ZoneInfo(zone))
            assert (local.date(), local.time()) == (when.day, when.time)
            assert when.start > now - dt.timedelta(minutes=1)
    assert 0 < len(said) < 250
    assert time.monotonic() - began < 1


@given(text=typed, now=moments, zone=zones)
def test_what_reads_as_a_time_does_so_at_any_moment(text: str, now: dt.datetime, zone: str) -> None:
    try:
        read(text, now, zone)
    except Unusable:
        assert times.is_when(text)
    except Unclear:
        assert not times.is_when(text)
    else:
        assert times.is_when(text)


@given(at=moments, zone=zones)
def test_a_time_in_iso_is_read_back(at: dt.datetime, zone: str) -> None:
    minute = at.replace(second=0, microsecond=0)
    now = minute - dt.timedelta(days=3)
    written = minute.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
    assert read(written, now, zone).start == minute


def test_zones_are_found_by_name() -> None:
    assert times.zone("Europe/Paris").key == "Europe/Paris"
    assert times.zone(" america/new york ").key == "America/New_York"
    assert times.zone_or_utc("Asia/Kolkata").key == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Paris", "Europe/Paris"),
        ("Europe/Pariss", "Europe/Paris"),
        ("new york", "America/New_York"),
        ("", "Europe/Paris"),
        ("../../etc/passwd", "Try "),
        ("Europe", "Europe"),
        ("\x00", "Try "),
        ("☃" * 5_000, "Try "),
    ],
)
def test_an_unknown_zone_suggests_others(name: str, suggested: str) -> None:
    with pytest.raises(Unclear, match=suggested) as refused:
        times.zone(name)
    assert len(str(refused.value)) < 200
    assert times.zone_or_utc(name).key == "UTC"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-23", "Yesterday, Mon 23 Nov"),
        ("2026-11-24", "Today, Tue 24 Nov"),
        ("2026-11-25", "Tomorrow, Wed 25 Nov"),
        ("2026-11-28", "Sat 28 Nov"),
        ("2027-01-02", "Sat 2 Jan 2027"),
    ],
)
def test_saying_days(day: str, said: str) -> None:
    assert times.say_day(dt.date.fromisoformat(day), TODAY) == said


def test_tomorrow_may_be_next_year() -> None:
    said = times.say_day(dt.date(2027, 1, 1), dt.date(2026, 12, 31))
    assert said == "Tomorrow, Fri 1 Jan 2027"


@pytest.mark.parametrize(
    ("utc", "clock24", "clock12"),
    [
        ("2026-11-24T14:00", "15:00", "3:00 PM"),
        ("2026-11-24T11:05", "12:05", "12:05 PM"),
        ("2026-11-24T23:05", "00:05", "12:05 AM"),
        ("2026-11-24T08:30", "09:30", "9:30 AM"),
    ],
)
def test_saying_times(utc: str, clock24: str, clock12: str) -> None:
    at = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert times.say_time(at, PARIS, hour12=False) == clock24
    assert times.say_time(at, PARIS, hour12=True) == clock12


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-24T14:00", "2026-11-24T14:30", "Tue 24 Nov, 15:00–15:30"),
        ("2026-11-24T22:30", "2026-11-24T23:30", "Tue 24 Nov, 23:30 – Wed 25 Nov, 00:30"),
        ("2026-11-24T22:30", "2026-11-24T23:00", "Tue 24 Nov, 23:30–00:00"),
        ("2026-10-25T00:30", "2026-10-25T01:30", "Sun 25 Oct, 02:30 (UTC+2)–02:30 (UTC+1)"),
    ],
)
def test_saying_spans(start: str, end: str, said: str) -> None:
    from_, to = (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in (start, end))
    assert times.say_span(from_, to, PARIS, hour12=False) == said


def test_a_span_says_how_near_it_is() -> None:
    end = NOW.replace(hour=14, minute=30, second=0)
    said = times.say_span(end - dt.timedelta(minutes=30), end, PARIS, hour12=True, today=TODAY)
    assert said == "Today, Tue 24 Nov, 3:00 PM–3:30 PM"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Europe/Paris", "Paris time (UTC+1)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time (UTC-3)"),
        ("Asia/Kolkata", "Kolkata time (UTC+5:30)"),
        ("America/St_Johns", "St Johns time (UTC-3:30)"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "UTC-5"),
    ],
)
def test_saying_zones(name: str, said: str) -> None:
    assert times.say_zone(ZoneInfo(name), NOW) == said


def test_a_zone_is_said_as_it_is_then() -> None:
    july = dt.datetime(2027, 7, 1, tzinfo=dt.UTC)
    assert times.say_zone(PARIS, july) == "Paris time (UTC+2)"
    assert times.say_zone(ZoneInfo("Australia/Sydney"), NOW) == "Sydney time (UTC+11)"
    assert times.say_zone(ZoneInfo("Australia/Sydney"), july) == "Sydney time (UTC+10)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow 3pm", "Tomorrow, Wed 25 Nov, 3:00 PM Paris time (UTC+1)"),
        ("fri", "Fri 27 Nov"),
        ("next week", "Mon 30 Nov – Sun 6 Dec"),
        ("tomorrow at 3", "Tomorrow, Wed 25 Nov, 3:00 PM Paris time (UTC+1), taken as 3 PM"),
    ],
)
def test_saying_what_was_understood(text: str, said: str) -> None:
    assert times.say_when(read(text), PARIS, NOW, hour12=True) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(5, "5 min"), (60, "1 h"), (90, "1 h 30 min"), (0, "0 min"), (1440, "24 h")],
)
def test_saying_lengths(minutes: int, said: str) -> None:
    assert times.say_length(minutes) == said
