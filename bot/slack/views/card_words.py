"""The words of a booking's card: what is said, without how it is laid out.

A place is told no more than its `Detail` lets it be: what is left out is left out here, so that
every message about a booking (card, note, reminder) is held to the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.cards import OVER, Phase
from bot.domain.times import say_span, say_zone
from bot.slack.text import date, inline, paragraph, plain
from bot.slack.views.card_names import Named
from bot.slack.views.discretion import kind_of_place, nicely
from bot.slack.views.where import service

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
BUSY_HEADLINES: Final = {
    Phase.REQUESTED: "⏳ Perhaps busy",
    Phase.UPCOMING: "🔒 Busy",
    Phase.AWAITING_PAYMENT: "⏳ Perhaps busy",
    Phase.STARTED: "🔒 Busy now",
    Phase.ENDED: "🏁 No longer busy",
    Phase.CANCELLED: "🔓 No longer busy",
    Phase.REJECTED: "🔓 No longer busy",
}
SYSTEM_ANSWERS: Final = frozenset(
    {"name", "email", "location", "guests", "title", "notes", "rescheduleReason"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(Named):
    """What is said of a booking at `now`, with the host's zone in words.

    Lines and labelled values are ready: what is marked as plain is for plain_text elements, the
    rest for mrkdwn. `mention` is ready mrkdwn that calls those whom the place wants called.
    """

    now: datetime
    zone: ZoneInfo
    mention: str = ""

    def headline(self) -> str:
        """Plain."""
        words = (BUSY_HEADLINES if self.is_busy else HEADLINES)[self.shown.phase]
        if self.shown.phase is Phase.UPCOMING and self.moved_from:
            words = "🔁 Busy at another time" if self.is_busy else "🔁 Rescheduled"
        title = self.title()
        return plain(f"{words}: {title}" if title else words, 150)

    def title(self) -> str:
        """What the meeting is called: its title, its event type's name, or nobody's business
        (then whose time it is)."""
        if self.is_full:
            return self.hide(self.booking.title)
        if self.is_busy:
            return self.hosts()
        return nicely(self.hide(self.booking.event_type_slug or ""))

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
        return "\n".join([*lines, *self.called()])

    def spoken_when(self) -> str:
        spoken = [f"When: {inline(self.span(self.booking.start, self.booking.end))}"]
        if self.moved_from:
            before = self.span(self.moved_from, self.moved_from + self.booking.length)
            spoken.append(f"Before: {inline(before)}")
        return "\n".join([*spoken, *self.called()])

    def called(self) -> list[str]:
        """The line that calls people, where there is one."""
        return [f"For {self.mention}"] if self.mention else []

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
        known = [("Host", self.hosts())]
        if not self.is_busy:
            known += [
                ("With", self.people()),
                ("Seats", self.seats()),
                ("Series", "one of a series" if self.in_series else ""),
                ("Where", self.where()),
                ("Reason", plain(self.hide(self.reason()), 500, empty="")),
                ("Absent", self.absent()),
                ("Host absent", "yes" if self.booking.absent_host else ""),
            ]
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

    def where(self) -> str:
        place = self.booking.location
        if not self.is_full:
            return "" if self.is_busy else kind_of_place(place)
        if self.booking.join_url:
            host = plain(place.split("/")[2].rpartition("@")[2], 200)
            hint = "" if self.may_link(place) else " (the link is in the invitation)"
            return host + hint
        if place.startswith("integrations:"):
            return plain(service(place), 200)
        return plain(self.hide(place), 300, empty="")

    def join_link(self) -> str:
        """Where to join; empty where there is none that may be shown."""
        link = "" if self.is_busy else self.booking.join_url or ""
        return link if self.may_link(link) else ""

    def recording(self) -> str:
        link = self.shown.recording if self.is_full else ""
        return link if self.may_link(link) else ""

    def reason(self) -> str:
        if not self.is_full:
            return ""
        decisive = [word for word in self.shown.history if word.phase]
        said = decisive[-1].reason if decisive else ""
        kept = self.booking.cancellation_reason if self.shown.phase in OVER else ""
        return said or kept

    def notes(self) -> list[str]:
        """Notes and answers, at full width; shortened where somebody wrote a novel."""
        booking = self.booking
        if not self.is_full:
            return []
        notes = [f"📝 {paragraph(self.hide(booking.description), 1000)}"]
        answers = [
            f"{plain(self.hide(slug), 75)}: {plain(self.hide(_said(value)), 200)}"
            for slug, value in booking.answers.items()
            if slug not in SYSTEM_ANSWERS and _said(value)
        ]
        hidden = len(answers) - ANSWERS
        more = [f"and {hidden} more answers"] if hidden > 0 else []
        said = ["\n".join([*answers[:ANSWERS], *more])] if answers else []
        return (notes if booking.description.strip() else []) + said


def _said(answer: object) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, (list, tuple)):
        return ", ".join(_said(part) for part in answer)
    return "" if answer is None else str(answer)
