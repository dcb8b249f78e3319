"""Cards, notes, reminders and digests as they are drawn for a place, for tests."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.bookings import Attendee, Host
from bot.domain.cards import Card, Happening, NoticeCard, Phase
from bot.domain.events import Trigger
from bot.domain.rules import Detail
from bot.slack.views.card_words import Words
from bot.slack.views.cards import booking_card
from bot.slack.views.notices import notice
from bot.slack.views.parts import Message
from tests.slack.views.drawing import NASTY, NOW, PARIS, allowed, booking

REF = "b1"
CREATED = Happening(
    Trigger.BOOKING_CREATED,
    NOW - timedelta(hours=2),
    phase=Phase.UPCOMING,
    uid="secretUidOfTheBooking",
)


def words(
    shown: Card,
    detail: Detail = Detail.FULL,
    *,
    now: datetime = NOW,
    zone: ZoneInfo = PARIS,
    mention: str = "",
) -> Words:
    return Words(shown=shown, detail=detail, now=now, zone=zone, mention=mention)


def drawn(
    shown: Card | NoticeCard,
    *,
    now: datetime = NOW,
    zone: ZoneInfo = PARIS,
    detail: Detail = Detail.FULL,
    asks: bool = False,
) -> Message:
    if isinstance(shown, NoticeCard):
        return allowed(notice(shown, detail))
    return allowed(booking_card(words(shown, detail, now=now, zone=zone), REF, asks=asks))


def a_card(phase: Phase = Phase.UPCOMING, **more: Any) -> Card:
    history = more.pop("history", (CREATED,))
    changes = {
        name: more.pop(name) for name in ("moved_from", "absent", "recording") if name in more
    }
    return Card(booking=booking(**more), phase=phase, history=history, **changes)


def word(trigger: Trigger, minutes: int, phase: Phase | None = None, **more: Any) -> Happening:
    at = NOW - timedelta(hours=1) + timedelta(minutes=minutes)
    return Happening(trigger, at, phase=phase, **more)


UID = "secretUidOfTheBooking"
CALLED = Happening(
    Trigger.INSTANT_MEETING,
    NOW - timedelta(seconds=10),
    uid=UID,
    note="https://app.cal.com/connect-and-join?token=abc",
)
TAKEN = Happening(
    Trigger.BOOKING_REASSIGNED, NOW, uid=UID, actor="Alice Martin", claimed=True, outcome="a@x.org"
)
NOBODY = Happening(Trigger.INSTANT_MEETING, NOW + timedelta(seconds=80), uid=UID, missed=True)


PHASES = {
    "upcoming": a_card(description="Bring the slides.\n\nAnd the demo."),
    "requested": a_card(Phase.REQUESTED, history=(word(Trigger.BOOKING_REQUESTED, 0),)),
    "calling": a_card(Phase.CALLING, history=(CALLED,)),
    "missed": a_card(Phase.MISSED, history=(CALLED, NOBODY)),
    "awaiting_payment": a_card(Phase.AWAITING_PAYMENT),
    "rescheduled": a_card(
        moved_from=NOW + timedelta(days=1),
        history=(
            CREATED,
            word(
                Trigger.BOOKING_RESCHEDULED,
                1,
                Phase.UPCOMING,
                actor="bob@example.com",
                reason="dentist",
                previous_start=NOW + timedelta(days=1),
            ),
        ),
    ),
    "cancelled": a_card(
        Phase.CANCELLED,
        history=(
            CREATED,
            word(
                Trigger.BOOKING_CANCELLED,
                1,
                Phase.CANCELLED,
                actor="alice@example.com",
                reason="the host is ill",
            ),
        ),
    ),
    "rejected": a_card(
        Phase.REJECTED,
        history=(
            word(Trigger.BOOKING_REQUESTED, 0, Phase.REQUESTED),
            word(Trigger.BOOKING_REJECTED, 1, Phase.REJECTED, reason="no time"),
        ),
    ),
    "started": a_card(Phase.STARTED),
    "ended": a_card(
        Phase.ENDED,
        absent=("bob@example.com",),
        recording="https://rec.example.com/1",
        history=(
            CREATED,
            word(Trigger.MEETING_STARTED, 10, Phase.STARTED),
            word(Trigger.MEETING_ENDED, 40, Phase.ENDED),
            word(Trigger.BOOKING_NO_SHOW_UPDATED, 41),
            word(Trigger.RECORDING_READY, 50),
        ),
    ),
    "scripts": a_card(
        title="פגישה עם יעל · 打ち合わせ",
        hosts=(Host("يوسف", "y@example.com"), Host("山田 太郎", "t@example.com")),
        attendees=(Attendee("Nguyễn Thị " + "Minh Khai " * 30, "n@example.com"),),
        location="Salle Élysée, 3ᵉ étage",
    ),
    "hostile": a_card(
        title=NASTY,
        hosts=(Host(NASTY, "h@example.com"),),
        attendees=(Attendee("*x*", "x@example.com"), Attendee("<!channel>", "c@example.com")),
        location=NASTY,
        description=NASTY,
        answers={"company": NASTY, "sizes": ["S", "M"], "terms": True},
        history=(
            CREATED,
            word(Trigger.BOOKING_CANCELLED, 1, Phase.CANCELLED, actor=NASTY, reason=NASTY),
        ),
    ),
}
