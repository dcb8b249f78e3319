"""The words of a booking's card: what is said, without how it is laid out.

A place is told no more than its `Detail` lets it be: what is left out is left out here, so that
every message about a booking (card, note, reminder) is held to the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.cards import OVER, Phase, call, taker
from bot.domain.times import say_moment, say_span, say_zone
from bot.domain.wording import N_, _
from bot.slack.text import date, inline, paragraph, plain
from bot.slack.views.card_names import Named
from bot.slack.views.discretion import kind_of_place, nicely
from bot.slack.views.where import service

ANSWERS: Final = 10
HEADLINES: Final = {
    Phase.REQUESTED: N_("⏳ Waiting for confirmation"),
    Phase.CALLING: N_("📞 Somebody waits to meet now"),
    Phase.MISSED: N_("⌛ Nobody answered in time"),
    Phase.UPCOMING: N_("✅ Booked"),
    Phase.AWAITING_PAYMENT: N_("💳 Waiting for payment"),
    Phase.STARTED: N_("▶️ Started"),
    Phase.ENDED: N_("🏁 Ended"),
    Phase.CANCELLED: N_("❌ Cancelled"),
    Phase.REJECTED: N_("🚫 Declined"),
}
BUSY_HEADLINES: Final = {
    Phase.REQUESTED: N_("⏳ Perhaps busy"),
    Phase.CALLING: N_("⏳ Perhaps busy"),
    Phase.MISSED: N_("🔓 No longer busy"),
    Phase.UPCOMING: N_("🔒 Busy"),
    Phase.AWAITING_PAYMENT: N_("⏳ Perhaps busy"),
    Phase.STARTED: N_("🔒 Busy now"),
    Phase.ENDED: N_("🏁 No longer busy"),
    Phase.CANCELLED: N_("🔓 No longer busy"),
    Phase.REJECTED: N_("🔓 No longer busy"),
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
        words = _((BUSY_HEADLINES if self.is_busy else HEADLINES)[self.shown.phase])
        if self.shown.phase is Phase.UPCOMING and self.moved_from:
            words = _("🔁 Busy at another time") if self.is_busy else _("🔁 Rescheduled")
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
            _("*When*  {moment} – {moment2}").format(
                moment=self.moment(start), moment2=self.moment(end, until)
            ),
            inline(self.span(start, end)),
        ]
        if self.moved_from:
            lines.append(_("*Before*  {moment}").format(moment=self.moment(self.moved_from)))
        return "\n".join([*lines, *self.called()])

    def spoken_when(self) -> str:
        spoken = [
            _("When: {span}").format(span=inline(self.span(self.booking.start, self.booking.end)))
        ]
        if self.moved_from:
            before = self.span(self.moved_from, self.moved_from + self.booking.length)
            spoken.append(_("Before: {before}").format(before=inline(before)))
        return "\n".join([*spoken, *self.called()])

    def called(self) -> list[str]:
        """The line that calls people, where there is one."""
        return [_("For {mention}").format(mention=self.mention)] if self.mention else []

    def span(self, start: datetime, end: datetime) -> str:
        year = start.astimezone(self.zone).year
        other_year = f", {year}" if year != self.now.astimezone(self.zone).year else ""
        said = say_span(start, end, self.zone, hour12=False)
        return f"{said}, {say_zone(self.zone, start)}{other_year}"

    def moment(self, at: datetime, tokens: str = "{date_long_pretty}, {time}") -> str:
        return date(at, say_moment(at, self.zone), tokens)

    def pairs(self) -> list[tuple[str, str]]:
        """Labels (ours) and what belongs to them (from outside, ready for plain_text)."""
        known = [(_("Host"), self.hosts())]
        if not self.is_busy:
            known += [
                (_("Taken by"), self.who(taker(self.shown))),
                (_("With"), self.people()),
                (_("Seats"), self.seats()),
                (_("Series"), _("one of a series") if self.in_series else ""),
                (_("Where"), self.where()),
                (_("Reason"), plain(self.hide(self.reason()), 500, empty="")),
                (_("Absent"), self.absent()),
                (_("Host absent"), _("yes") if self.booking.absent_host else ""),
            ]
        return [(label, value) for label, value in known if value]

    @property
    def in_series(self) -> bool:
        return self.shown.in_series or self.booking.recurring_uid is not None

    def seats(self) -> str:
        """How many of a class are taken; empty for what is none."""
        if not (self.shown.room or self.booking.is_seated):
            return ""
        count = len(self.booking.attendees)
        if self.shown.room:
            return _("{count} of {room} taken").format(count=count, room=self.shown.room)
        return _("{count} taken").format(count=count)

    def where(self) -> str:
        place = self.booking.location
        if not self.is_full:
            return "" if self.is_busy else kind_of_place(place)
        if self.booking.join_url:
            host = plain(place.split("/")[2].rpartition("@")[2], 200)
            hint = "" if self.may_link(place) else _(" (the link is in the invitation)")
            return host + hint
        if place.startswith("integrations:"):
            return plain(service(place), 200)
        return plain(self.hide(place), 300, empty="")

    def join_link(self) -> str:
        """Where to join; empty where there is none that may be shown."""
        link = "" if self.is_busy else self.booking.join_url or ""
        return link if self.may_link(link) else ""

    def answer_link(self) -> str:
        """Where one of the team meets somebody who waits for that; empty where there is none that
        may be shown."""
        word = call(self.shown) if self.is_full and self.shown.phase is Phase.CALLING else None
        return word.note if word and self.may_link(word.note) else ""

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
        more = [_("and {hidden} more answers").format(hidden=hidden)] if hidden > 0 else []
        said = ["\n".join([*answers[:ANSWERS], *more])] if answers else []
        return (notes if booking.description.strip() else []) + said


def _said(answer: object) -> str:
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    if isinstance(answer, (list, tuple)):
        return ", ".join(_said(part) for part in answer)
    return "" if answer is None else str(answer)
