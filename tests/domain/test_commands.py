"""What is typed after `/cal`, as Slack sends it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands
from bot.domain.commands import Command, Link, Name, What, parse
from bot.domain.times import is_when

BOB = What(people=("U123",))
PAGE = Link("cal.com", "bob")
INTRO = Link("cal.com", "bob", slug="30min")
DEMO = Link("cal.com", "", slug="demo", team="sales")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", Name.HELP),
        ("   ", Name.HELP),
        ("HELP", Name.HELP),
        ("event types", Name.TYPES),
        ("event-types", Name.TYPES),
        ("Event_Type", Name.TYPES),
        ("types", Name.TYPES),
        ("type", Name.TYPES),
        ("my bookings", Name.BOOKINGS),
        ("show me my event types", Name.TYPES),
        ("avail", Name.AVAILABILITY),
        ("free", Name.AVAILABILITY),
        ("free/busy", Name.AVAILABILITY),
        ("next", Name.NEXT),
        ("next meeting", Name.NEXT),
        ("working hours", Name.SCHEDULE),
        ("today", Name.TODAY),
    ],
)
def test_words_are_read_leniently(text: str, name: Name) -> None:
    assert parse(text) == Command(name)


@pytest.mark.parametrize(
    ("text", "what", "when"),
    [
        ("book 30min tomorrow", What(words="30min"), "tomorrow"),
        ("book intro call next tue 3pm", What(words="intro call"), "next tue 3pm"),
        ("book tomorrow at 3 intro call", What(words="intro call"), "tomorrow at 3"),
        (
            "book intro on sat 28 nov 2026 at 3 pm",
            What(words="intro"),
            "on sat 28 nov 2026 at 3 pm",
        ),
        ("book a demo with <@U123|bob> on friday", What(("U123",), words="demo"), "on friday"),
        ("book <@U123|bob> <@W9>", What(("U123", "W9")), ""),
        ("book tomorrow <@U123> 3pm", BOB, "tomorrow 3pm"),
        ("book @bob.smith 3pm", What(unresolved=("bob.smith",)), "3pm"),
        ("book Monday standup", What(words="standup"), "Monday"),
        ('book "Monday standup"', What(words="Monday standup"), ""),
        ("book “Monday standup” fri", What(words="Monday standup"), "fri"),
        ('book intro "tomorrow" call fri', What(words="intro tomorrow call"), "fri"),
        ("book 1h tomorrow", What(words="1h"), "tomorrow"),
        ("book R&amp;D sync &lt;3", What(words="R&D sync <3"), ""),
        ("book &lt;@U123&gt;", What(words="<@U123>"), ""),
        ("book <mailto:a@b.co|a@b.co> noon", What(words="a@b.co"), "noon"),
        ("book <#C1|general>", What(words="general"), ""),
        ("book yesterday", What(), "yesterday"),
        ("book bob/30min 28/11", What(link=Link("", "bob", slug="30min")), "28/11"),
        ("book 2026-12-01 15:00+02:00", What(), "2026-12-01 15:00+02:00"),
        ("book", What(), ""),
    ],
)
def test_what_and_when_are_told_apart(text: str, what: What, when: str) -> None:
    assert parse(text) == Command(Name.BOOK, what, when=when)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("away", ""),
        ("away fri", "fri"),
        ("ooo 24 dec - 2 jan", "24 dec - 2 jan"),
        ("out of office 24/12-2/1", "24/12-2/1"),
        ("vacation next mon to fri", "next mon to fri"),
        ("away soon", "soon"),
    ],
)
def test_of_days_out_of_office_everything_is_when(text: str, when: str) -> None:
    assert parse(text) == Command(Name.AWAY, when=when)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("cal.com/bob/30min", INTRO),
        ("https://cal.com/bob/30min", INTRO),
        ("<https://cal.com/bob/30min>", INTRO),
        ("<http://CAL.com/bob|cal.com/bob>", PAGE),
        ("<https://cal.com/bob/?month=2026-11&amp;a=b#c>", PAGE),
        ("https://cal.com/team/sales/demo", DEMO),
        ("team/sales/demo", Link("", "", slug="demo", team="sales")),
        ("team/sales", Link("", "", team="sales")),
        ("bob/30min", Link("", "bob", slug="30min")),
        ("https://cal.acme.example:8443/bob", Link("cal.acme.example", "bob")),
        ("http://localhost:3000/bob/30min", Link("localhost", "bob", slug="30min")),
        ("localhost:3000/bob", Link("localhost", "bob")),
        ("bob+alice/30min", Link("", "bob+alice", slug="30min")),
        ("cal.com/b%C3%B6b", Link("cal.com", "böb")),
    ],
)
def test_booking_links(text: str, link: Link) -> None:
    assert parse(f"slots {text} fri") == Command(Name.SLOTS, What(link=link), when="fri")
    assert parse(text) == Command(Name.SLOTS, What(link=link))


@pytest.mark.parametrize(
    "text",
    [
        "cal.com", "https://cal.com", "https://cal.com/", "https://[", "ftp://cal.com/bob", "28/11",
        "a/b/c", "cal.com/a/b/c", "team/a/b/c", "/", "//", "://", "x", "bob/", "javascript://a/b",
        "bob/<b>", "cal.com/a b",
    ],
)  # fmt: skip
def test_what_is_no_booking_link(text: str) -> None:
    assert commands.link(text) is None


@pytest.mark.parametrize(
    ("text", "listing"),
    [
        ("bookings", ""),
        ("bookings upcoming", "upcoming"),
        ("bookings unconfirmed", "unconfirmed"),
        ("bookings pending", "unconfirmed"),
        ("bookings requests", "unconfirmed"),
        ("my recurring bookings", "recurring"),
        ("past bookings", "past"),
        ("bookings Previous", "past"),
        ("canceled", "cancelled"),
        ("bookings declined", "cancelled"),
        ("pending", "unconfirmed"),
    ],
)
def test_listings(text: str, listing: str) -> None:
    assert parse(text) == Command(Name.BOOKINGS, listing=listing)


def test_a_listing_leaves_room_for_more() -> None:
    assert parse("bookings past <@U123> intro last week") == Command(
        Name.BOOKINGS, What(("U123",), words="intro"), when="last week", listing="past"
    )


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("<@U123|bob>", Command(Name.SLOTS, BOB)),
        ("@bob", Command(Name.SLOTS, What(unresolved=("bob",)))),
        ("tomorrow", Command(Name.SLOTS, when="tomorrow")),
        ("<@U123> next week", Command(Name.SLOTS, BOB, when="next week")),
        ("next week", Command(Name.SLOTS, when="next week")),
        ("next tue with <@U123>", Command(Name.SLOTS, BOB, when="next tue")),
        ("today 3pm", Command(Name.SLOTS, when="today 3pm")),
        ('"Monday standup"', Command(Name.SLOTS, What(words="Monday standup"))),
    ],
)
def test_without_a_command_slots_are_meant(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "unknown", "suggestion"),
    [
        ("bokings", "bokings", Name.BOOKINGS),
        ("Reshedule my call", "Reshedule", Name.RESCHEDULE),
        ("cancle", "cancle", Name.CANCEL),
        ("intro", "intro", None),
        ("@", "@", None),
        ("x" * 5_000, "x" * 60, None),
        ("conect", "conect", Name.CONNECT),
        ("sahre", "sahre", Name.SHARE),
        ("notifi", "notifi", Name.NOTIFY),
        ("yonder", "yonder", None),
        ("weather", "weather", None),
    ],
)
def test_an_unknown_word_gets_the_nearest_suggested(
    text: str, unknown: str, suggestion: Name | None
) -> None:
    assert parse(text) == Command(Name.HELP, unknown=unknown, suggestion=suggestion)


PIECES = [
    "book", "next", "my", "past", "bookings", "tomorrow", "3pm", "28/11", "on", "with", '"', "“",
    "”", "<", ">", "<@U1|bob>", "<@", "@", "@bob", "|", "&amp;", "&lt;", "cal.com/bob", "://", "[",
    "https://", "team/", "/", "<#C1|>", "<>", "🎉", "\x00", "\n",
]  # fmt: skip
anything = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=15).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=15).map("".join),
)


@given(anything)
def test_any_text_is_some_command(text: str) -> None:
    command = parse(text)
    assert bool(command.unknown) <= (command.name is Name.HELP)
    assert command.suggestion is None or command.unknown


@pytest.mark.parametrize(
    "piece", ["tomorrow ", "<", '"', "@", "a/", "&amp;", "<@U1> ", "my ", "1" * 50 + " "]
)
def test_long_text_takes_no_longer(piece: str) -> None:
    began = time.monotonic()
    parse(piece * (50_000 // len(piece)))
    parse("book " + piece * (50_000 // len(piece)))
    assert time.monotonic() - began < 5


titles = st.sampled_from(["intro", "Monday standup", "30min", "tomorrow", "R&D <3", "with", "next"])
whats = st.builds(
    What,
    people=st.lists(st.sampled_from(["U123", "W9"]), max_size=2, unique=True).map(tuple),
    link=st.sampled_from([None, INTRO, DEMO, PAGE]),
    words=st.one_of(st.just(""), titles),
    unresolved=st.lists(st.just("bob"), max_size=1).map(tuple),
)
whens = st.sampled_from(["", "tomorrow", "next tue 3pm", "28.11.", "in 2 weeks", "nov"])


def typed(command: Command) -> str:
    what, link = command.what, command.what.link
    steps = (link.owner or f"team/{link.team}", link.slug) if link else ()
    escaped = what.words.replace("&", "&amp;").replace("<", "&lt;")
    return " ".join(
        [
            command.name,
            command.listing,
            *(f"<@{person}|name>" for person in what.people),
            *(f"@{name}" for name in what.unresolved),
            "/".join([link.host, *filter(None, steps)]) if link else "",
            f'"{escaped}"' if escaped else "",
            command.when,
        ]
    )


@given(name=st.sampled_from([*{*Name} - {Name.AWAY}]), what=whats, when=whens)
def test_canonical_commands_round_trip(name: Name, what: What, when: str) -> None:
    command = Command(name, what, when=when)
    longer_time = {Name.TODAY, Name.NEXT} & {name} and is_when(f"{name} {when}")
    if not longer_time:
        assert parse(typed(command)) == command


@given(
    listing=st.sampled_from(["upcoming", "unconfirmed", "recurring", "past", "cancelled"]),
    what=whats,
)
def test_canonical_listings_round_trip(listing: str, what: What) -> None:
    command = Command(Name.BOOKINGS, what, listing=listing)
    assert parse(typed(command)) == command
