"""What a place is not told stands nowhere in what it gets: not in blocks, text, notes, reminders or
digests. And nobody is told a booking's uid."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.bookings import Attendee, Host
from bot.domain.cards import Card, DigestCard, Happening, NoticeCard, Phase, Seat
from bot.domain.digests import line
from bot.domain.events import AWAY, Notice, Trigger
from bot.domain.records import Delivery, Kind
from bot.domain.rules import Detail, Look, Place
from bot.slack.views.deliveries import message
from bot.slack.views.discretion import by_initials, initials, kind_of_place, nicely
from bot.slack.views.happenings import SAID
from tests.slack.views.drawing import NOW, allowed, booking

HOST = Host("Alice Martin", "zqhost@example.com", time_zone="Europe/Paris")
LESS = [Detail.INITIALS, Detail.BUSY]
SECRETS = {
    "title": "Zqtitle with Zqjane",
    "name": "Zqjane Zqsmith",
    "email": "zqjane@zqmail.example",
    "guest": "zqguest@zqmail.example",
    "phone": "+49 555 123 7777",
    "answer": "zqanswer",
    "question": "zqquestion",
    "note": "zqnote",
    "reason": "zqreason",
    "place": "Zqstreet 7",
}
UIDS = ("zuidOfTheBooking", "zuidBefore", "zuidAfter", "zuidSeries", "zuidSeat", "zuidMoved")


def rich(said: dict[str, str], phase: Phase = Phase.UPCOMING, **more: Any) -> Card:
    """A card in which everything that can be told is told."""
    uid, before, after, series, seat, moved = UIDS
    person = Attendee(said["name"], said["email"], phone=said["phone"], seat_uid=seat)
    history = [
        Happening(
            trigger,
            NOW - timedelta(minutes=40 - n),
            actor=said["email"] if n % 2 else said["name"],
            reason=f"{said['reason']} {uid}",
            note=f"{said['note']} {moved}",
            previous_start=NOW + timedelta(days=1),
            uid=uid,
            previous_uid=moved,
            absent=((said["email"], True), (said["guest"], True), (HOST.email, False)),
        )
        for n, trigger in enumerate(SAID)
    ]
    told = booking(
        uid=uid,
        title=f"{said['title']} {uid}",
        description=f"{said['note']} {before}",
        hosts=(HOST,),
        attendees=(person, replace(person, name="", email=said["guest"], seat_uid=None)),
        guests=(said["guest"], said["email"]),
        location=said["place"],
        cancellation_reason=said["reason"],
        rescheduling_reason=said["reason"],
        answers={said["question"]: said["answer"], "more": [said["answer"], seat]},
        rescheduled_from_uid=before,
        rescheduled_to_uid=after,
        recurring_uid=series,
        seat_uid=seat,
        event_type_slug="intro-call",
    )
    return Card(
        replace(told, **more),
        phase,
        history=tuple(history),
        moved_from=NOW + timedelta(days=1),
        absent=(said["email"], said["guest"]),
        recording=f"https://rec.example.com/{said['note']}",
        seats=(Seat(person),),
        room=9,
    )


def digest_of(card: Card) -> DigestCard:
    """The same booking in a digest, in all its parts."""
    titled = replace(card.booking, title=card.booking.title.replace(card.booking.uid, ""))
    told = line("b1", replace(card, booking=titled))
    end = NOW + timedelta(days=7)
    return DigestCard(NOW, end, "Europe/Paris", True, (told,), (told,), (told,), (1, 1, 1))


def deliveries(card: Card, detail: Detail) -> Iterator[Delivery]:
    """Every message that a place gets about it."""
    base = Delivery(1, Place("T1", "C1"), "b1", card, version=1, look=Look(detail))
    yield base
    yield replace(base, ref="")
    yield replace(base, kind=Kind.REMINDER, key=f"{card.booking.start.isoformat()}/15")
    yield from (replace(base, kind=Kind.NOTE, note=word) for word in card.history)
    yield replace(base, card=digest_of(card))


def everything(card: Card, detail: Detail) -> str:
    said = ""
    for delivery in deliveries(card, detail):
        drawn = allowed(message(delivery, now=NOW))
        said += drawn.text + json.dumps(drawn.blocks, ensure_ascii=False)
    return said.casefold()


def parts_of(said: dict[str, str]) -> set[str]:
    return {part.casefold() for text in said.values() for part in (text, *text.split())}


@pytest.mark.parametrize("detail", LESS)
@pytest.mark.parametrize("phase", Phase)
def test_what_is_not_told_stands_nowhere(phase: Phase, detail: Detail) -> None:
    told = everything(rich(SECRETS, phase), detail)
    hidden = {part for part in parts_of(SECRETS) if "zq" in part} | {SECRETS["phone"], "7777"}
    assert [part for part in hidden if part in told] == []
    assert "alice martin" in told
    assert "zqhost" not in told
    assert ("z. z." in told) == (detail is Detail.INITIALS)
    assert ("intro call" in told) == (detail is Detail.INITIALS)


def test_everything_is_told_where_it_may_be() -> None:
    told = everything(rich(SECRETS), Detail.FULL)
    hidden = [key for key in SECRETS if SECRETS[key].casefold() not in told]
    assert hidden == ["email", "phone"]  # they are behind More


letters = st.text("abcdefghijklmnopqrstuvwxyzéøшж漢", min_size=2, max_size=12)
secrets = st.fixed_dictionaries(
    {
        key: st.lists(letters, min_size=1, max_size=3).map(
            lambda words: " ".join(f"Zq{word}" for word in words)
        )
        for key in SECRETS
        if key not in {"email", "guest", "phone"}
    }
    | {key: letters.map(lambda word: f"zq{word}@zqmail.example") for key in ("email", "guest")}
    | {"phone": st.integers(10**9, 10**11).map(lambda number: f"+zq{number}")}
)


@settings(max_examples=40, deadline=None)
@given(secrets, st.sampled_from(LESS), st.sampled_from(Phase))
def test_whatever_it_is_it_stands_nowhere(
    said: dict[str, str], detail: Detail, phase: Phase
) -> None:
    assert "zq" not in everything(rich(said, phase), detail)


@settings(max_examples=40, deadline=None)
@given(secrets, st.sampled_from(Detail), st.sampled_from(Phase), st.booleans())
def test_nobody_is_told_a_uid(
    said: dict[str, str], detail: Detail, phase: Phase, in_the_place: bool
) -> None:
    place = f"https://app.cal.com/video/{UIDS[0]}" if in_the_place else f"Room {UIDS[4]}"
    told = everything(rich(said, phase, location=place), detail)
    assert "zuid" not in told


@pytest.mark.parametrize("detail", LESS)
@pytest.mark.parametrize(
    "notice",
    [
        Notice(
            Trigger.FORM_SUBMITTED,
            "k",
            "A form was submitted",
            lines=(("From", "zqjane"),),
            name="Zqform",
        ),
        Notice(
            Trigger.BOOKING_NO_SHOW_UPDATED,
            "k",
            "Booking no show updated",
            None,
            (("News", "zqjane marked as no-show"), ("Absent", "zqjane@zq.example")),
        ),
        Notice(
            Trigger.OOO_CREATED,
            "k",
            "Somebody is out of office",
            lines=(("To", "1"),),
            name="zqalice@zq.example",
        ),
        Notice(
            Trigger.OOO_CREATED,
            "k",
            "Somebody is out of office",
            None,
            (
                ("From", "2026-12-24"),
                ("Reason", "zqill"),
                ("Stand-in", "zq@zq.example"),
                ("Notes", "zqnotes"),
            ),
            "Alice Martin",
        ),
    ],
)
def test_a_notice_tells_no_more_than_that_it_happened(notice: Notice, detail: Detail) -> None:
    delivery = Delivery(1, Place("T1", "C1"), "b1", NoticeCard(notice), 1, look=Look(detail))
    drawn = allowed(message(delivery, now=NOW))
    assert "zq" not in (drawn.text + json.dumps(drawn.blocks)).casefold()
    named = notice.name == "Alice Martin"
    assert ("Thu 24 Dec 2026" in drawn.text) == ("Alice" in drawn.text) == named


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        (Detail.FULL, ("First day", "Last day", "Reason", "Stand-in", "Notes")),
        (Detail.INITIALS, ("First day", "Last day", "Stand-in")),
        (Detail.BUSY, ("First day", "Last day")),
    ],
)
def test_who_is_away_and_who_covers(detail: Detail, told: tuple[str, ...]) -> None:
    lines = {
        "From": "2026-12-24",
        "To": "2027-01-02",
        "Reason": "Vacation",
        "Stand-in": "Bob",
        "Notes": "skiing",
    }
    notice = Notice(Trigger.OOO_CREATED, "k", AWAY, None, tuple(lines.items()), "Alice Martin")
    delivery = Delivery(1, Place("T1", "C1"), "b1", NoticeCard(notice), 1, look=Look(detail))
    title, *said = allowed(message(delivery, now=NOW)).text.splitlines()
    assert title == "📣 Alice Martin is out of office"
    assert tuple(line.partition(":")[0] for line in said) == told
    assert said[:2] == ["First day: Thu 24 Dec 2026", "Last day: Sat 2 Jan 2027"]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Jane Smith", "J. S."),
        ("jane maria van smith", "J. S."),
        ("Wes", "W."),
        ("  (Bob)  O'Neil ", "B. O."),
        ("Éloïse de l'Étoile", "É. L."),
        ("山田 太郎", "山. 太."),
        ("يوسف علي", "ي. ع."),
        ("jane@example.com", ""),
        ("Jane <jane@example.com>", ""),
        ("", ""),
        ("!! 👩", ""),
    ],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([], ""),
        (["a@b.example"], "a guest"),
        (["a@b.example", ""], "2 guests"),
        (["Jane Smith", "a@b.example", "Jim Stone"], "J. S., J. S. and 1 more"),
        ([f"Person {n}" for n in range(100)], ", ".join(f"P. {n}." for n in range(8))),
    ],
)
def test_people_by_initials(people: list[str], said: str) -> None:
    found = by_initials(people)
    assert found == said + (" and 92 more" if len(people) == 100 else "")


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("intro-call", "Intro call"),
        ("30min", "30 min"),
        ("quick-15-min-chat", "Quick 15 min chat"),
        ("Demo_Call", "Demo Call"),
        ("", "Meeting"),
        ("---", "Meeting"),
    ],
)
def test_a_slug_is_said_nicely(slug: str, name: str) -> None:
    assert nicely(slug) == name


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://app.cal.com/video/abc", "Cal Video"),
        ("https://meet.google.com/abc", "Google Meet"),
        ("https://us02web.zoom.us/j/1?pwd=2", "Zoom"),
        ("https://notzoom.us.example/j", "online"),
        ("https://jane-smith.example/room", "online"),
        ("https://[bad", "online"),
        ("integrations:daily", "Cal Video"),
        ("integrations:google:meet", "Google Meet"),
        ("integrations:jane smith", "online"),
        ("+33 6 12 34 56 78", "by phone"),
        ("(555) 123-4567", "by phone"),
        ("12 High Street, Springfield", "in person"),
        ("Jane's kitchen", "in person"),
        ("  ", ""),
    ],
)
def test_only_how_people_meet(location: str, said: str) -> None:
    assert kind_of_place(location) == said
