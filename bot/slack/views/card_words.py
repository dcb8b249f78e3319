"""The words of a booking's card: what is said, without how it is laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.bookings import Booking
from bot.domain.cards import OVER, Card, Happening, Phase
from bot.domain.events import Trigger
from bot.domain.times import say_span, say_zone
from bot.slack.text import date, inline, paragraph, plain
from bot.slack.views.where import service

PEOPLE: Final = 8
ANSWERS: Final = 10
HEADLINES: Final = {
    Phase.REQUESTED: "⏳ Waiting for confirmation",
    Phase.UPCOMING: "✅ Booked",
    Phase.AWAITING_PAYMENT: "💳 Waiting for payment",
    Phase.STARTED: "▶️ Started",
    Phase.ENDED: "🏁 Ended",
    Phase.CANCELLED: "❌ Cancelled",
    Phase.REJECTED: "🚫 Declined",
}
SAID: Final = {
    Trigger.BOOKING_CREATED: "Booked",
    Trigger.BOOKING_REQUESTED: "Requested",
    Trigger.BOOKING_RESCHEDULED: "Rescheduled",
    Trigger.BOOKING_CANCELLED: "Cancelled",
    Trigger.BOOKING_REJECTED: "Declined",
    Trigger.BOOKING_PAYMENT_INITIATED: "Payment asked for",
    Trigger.BOOKING_PAID: "Paid",
    Trigger.BOOKING_REASSIGNED: "Another host takes over",
    Trigger.BOOKING_LOCATION_UPDATED: "Place changed",
    Trigger.BOOKING_NO_SHOW_UPDATED: "Absence marked",
    Trigger.MEETING_STARTED: "Started",
    Trigger.MEETING_ENDED: "Ended",
    Trigger.RECORDING_READY: "Recording ready",
    Trigger.RECORDING_TRANSCRIPTION_GENERATED: "Transcript ready",
    Trigger.INSTANT_MEETING_ACCEPTED: "Accepted",
    Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW: "The host did not come",
    Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW: "The guests did not come",
    Trigger.WRONG_ASSIGNMENT_REPORT: "Reported as given to the wrong person",
    Trigger.CALENDAR_ENTRY_REJECTED: "The calendar refused the entry",
}
SYSTEM_ANSWERS: Final = frozenset(
    {"name", "email", "location", "guests", "title", "notes", "rescheduleReason"}
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says at `now`, with the host's zone in words.

    Lines and labelled values are ready: what is marked as plain is for plain_text elements, the
    rest for mrkdwn.
    """

    shown: Card
    now: datetime
    zone: ZoneInfo

    @property
    def booking(self) -> Booking:
        return self.shown.booking

    def headline(self) -> str:
        words = HEADLINES[self.shown.phase]
        if self.shown.phase is Phase.UPCOMING and self.moved_from:
            words = "🔁 Rescheduled"
        return plain(f"{words}: {self.hide(self.booking.title)}", 150)

    @property
    def moved_from(self) -> datetime | None:
        moved = self.shown.moved_from
        return moved if moved != self.booking.start else None

    def when(self) -> str:
        """In the reader's zone, by Slack; below it in the host's, in words."""
        start, end = self.booking.start, self.booking.end
        same_day = start.astimezone(self.zone).date() == end.astimezone(self.zone).date()
        until = "{time}" if same_day else "{date_long_pretty}, {time}"
        lines = [
            f"*When*  {self.moment(start)} – {self.moment(end, until)}",
            inline(self.span(start, end)),
        ]
        if self.moved_from:
            lines.append(f"*Before*  {self.moment(self.moved_from)}")
        return "\n".join(lines)

    def spoken_when(self) -> str:
        spoken = f"When: {inline(self.span(self.booking.start, self.booking.end))}"
        if not self.moved_from:
            return spoken
        before = self.span(self.moved_from, self.moved_from + self.booking.length)
        return f"{spoken}\nBefore: {inline(before)}"

    def span(self, start: datetime, end: datetime) -> str:
        year = start.astimezone(self.zone).year
        other_year = f", {year}" if year != self.now.astimezone(self.zone).year else ""
        said = say_span(start, end, self.zone, hour12=False)
        return f"{said}, {say_zone(self.zone, start)}{other_year}"

    def moment(self, at: datetime, tokens: str = "{date_long_pretty}, {time}") -> str:
        local = at.astimezone(self.zone)
        return date(at, f"{local.day} {local:%b %Y, %H:%M} {say_zone(self.zone, at)}", tokens)

    def pairs(self) -> list[tuple[str, str]]:
        """Labels (ours) and what belongs to them (from outside, ready for plain_text)."""
        booking = self.booking
        hosts = [host.name or host.email for host in booking.hosts]
        people = [person.name or person.email for person in booking.attendees]
        known = [
            ("Host", self.names(hosts)),
            ("With", self.names([*people, *booking.guests])),
            ("Seats", self.seats()),
            ("Series", "one of a series" if self.in_series else ""),
            ("Where", self.where()),
            ("Reason", plain(self.hide(self.reason()), 500, empty="")),
            ("Absent", self.names([self.name_of(email) for email in self.shown.absent])),
        ]
        if booking.absent_host:
            known.append(("Host absent", "yes"))
        return [(label, value) for label, value in known if value]

    @property
    def in_series(self) -> bool:
        return self.shown.in_series or self.booking.recurring_uid is not None

    def seats(self) -> str:
        """How many of a class are taken; empty for what is none."""
        if not (self.shown.room or self.booking.is_seated):
            return ""
        of = f" of {self.shown.room}" if self.shown.room else ""
        return f"{len(self.booking.attendees)}{of} taken"

    def names(self, names: Sequence[str]) -> str:
        said = [plain(self.hide(name), 80) for name in dict.fromkeys(names)]
        hidden = len(said) - PEOPLE
        more = f" and {hidden} more" if hidden > 0 else ""
        return ", ".join(said[:PEOPLE]) + more

    def name_of(self, email: str) -> str:
        known = {host.email.casefold(): host.name for host in self.booking.hosts}
        known |= {person.email.casefold(): person.name for person in self.booking.attendees}
        return known.get(email.casefold()) or email

    def where(self) -> str:
        place = self.booking.location
        if self.booking.join_url:
            host = plain(place.split("/")[2].rpartition("@")[2], 200)
            hint = "" if self.may_link(place) else " (the link is in the invitation)"
            return host + hint
        if place.startswith("integrations:"):
            return plain(service(place), 200)
        return plain(self.hide(place), 300, empty="")

    def reason(self) -> str:
        decisive = [word for word in self.shown.history if word.phase]
        said = decisive[-1].reason if decisive else ""
        kept = self.booking.cancellation_reason if self.shown.phase in OVER else ""
        return said or kept

    def notes(self) -> list[str]:
        """Notes and answers, at full width; shortened where somebody wrote a novel."""
        booking = self.booking
        notes = [f"📝 {paragraph(self.hide(booking.description), 1000)}"]
        answers = [
            f"{plain(slug, 75)}: {plain(self.hide(_said(value)), 200)}"
            for slug, value in booking.answers.items()
            if slug not in SYSTEM_ANSWERS and _said(value)
        ]
        hidden = len(answers) - ANSWERS
        more = [f"and {hidden} more answers"] if hidden > 0 else []
        said = ["\n".join([*answers[:ANSWERS], *more])] if answers else []
        return (notes if booking.description.strip() else []) + said

    def line(self, word: Happening) -> str:
        said = [self.moment(word.at, "{date_short_pretty} {time}")] if word.at else []
        said.append(SAID.get(word.trigger, "News"))
        if word.previous_start and word.previous_start != word.start:
            said.append(f"from {self.moment(word.previous_start, '{date_short_pretty} {time}')}")
        if word.actor:
            said.append(f"by {inline(self.hide(self.name_of(word.actor)), 80)}")
        if word.reason:
            said.append(f"({inline(self.hide(word.reason), 150)})")
        return " ".join(said)

    def may_link(self, url: str) -> bool:
        """Only the web, only what Slack takes, and no uid (Cal Video's links are made of it)."""
        printable = url.isprintable() and not any(char.isspace() for char in url)
        ours = url.startswith(("https://", "http://")) and len(url) <= 3000
        return printable and ours and self.hide(url) == url

    def hide(self, text: str) -> str:
        for uid in _uids(self.shown):
            text = text.replace(uid, "…")
        return text


def _uids(shown: Card) -> tuple[str, ...]:
    booking = shown.booking
    people = [*booking.attendees, *(seat.attendee for seat in shown.seats)]
    known = {
        booking.uid,
        booking.rescheduled_from_uid,
        booking.rescheduled_to_uid,
        booking.recurring_uid,
        booking.seat_uid,
        *(person.seat_uid for person in people),
        *(uid for word in shown.history for uid in (word.uid, word.previous_uid)),
    }
    return tuple(sorted((uid for uid in known if uid), key=len, reverse=True))


def _said(answer: object) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, (list, tuple)):
        return ", ".join(_said(part) for part in answer)
    return "" if answer is None else str(answer)
