"""A summary of a day or a week: what is booked, what waits for an answer, who did not come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.cards import DigestCard, DigestLine, Phase
from bot.domain.days import day_name
from bot.domain.rules import Detail
from bot.domain.times import say_time, say_zone, zone_or_utc
from bot.domain.wording import N_, _, ngettext
from bot.slack.text import inline, mrkdwn_lines
from bot.slack.views.card_parts import header, marked, message, small
from bot.slack.views.discretion import by_initials, nicely
from bot.slack.views.parts import Message
from bot.slack.views.reading import PAGE, packed

MOST: Final = 3
"""People who are named in a line; the others are counted."""
STATES: Final = {
    Phase.REQUESTED: N_("waiting for confirmation"),
    Phase.CALLING: N_("waiting for somebody of the team"),
    Phase.MISSED: N_("nobody answered in time"),
    Phase.AWAITING_PAYMENT: N_("waiting for payment"),
    Phase.CANCELLED: N_("cancelled"),
    Phase.REJECTED: N_("declined"),
}


def digest(shown: DigestCard, detail: Detail = Detail.FULL, *, now: datetime) -> Message:
    """The message; `now` (aware) tells how long a request has waited."""
    told = _Told(shown, detail, now)
    title, lines = f"🗓️ {told.title()}", list(told.lines())
    drawn = mrkdwn_lines(lines, PAGE, more=N_("and {n} more lines")).split("\n")
    zone = _("Times are in {zone}.").format(zone=inline(say_zone(told.zone, shown.start)))
    blocks = [header(title), *map(marked, packed(drawn)), small(zone)]
    return message([title, zone, *lines], blocks)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said, in the digest's own zone, as far as the place is told."""

    shown: DigestCard
    detail: Detail
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return zone_or_utc(self.shown.zone)

    def title(self) -> str:
        first = self.day(self.shown.start)
        last = self.day(self.shown.end - timedelta(seconds=1))
        return (
            _("Bookings from {first} to {last}").format(first=first, last=last)
            if self.shown.weekly
            else _("Bookings on {first}").format(first=first)
        )

    def lines(self) -> Iterator[str]:
        """Ready for mrkdwn."""
        shown, hidden = self.shown, self.shown.hidden
        if not shown.bookings and not hidden[0]:
            yield _("Nothing is booked.")
        for day, those in groupby(shown.bookings, lambda each: self.day(each.start)):
            yield f"*{day}*"
            yield from (f"• {self.clocks(each)}  {self.said(each)}" for each in those)
        yield from _more(hidden[0])
        if shown.unconfirmed or hidden[1]:
            yield _("*Waiting for an answer*")
        yield from (f"• {self.when(each)}  {self.asked(each)}" for each in shown.unconfirmed)
        yield from _more(hidden[1])
        if self.detail is Detail.BUSY:  # who did not come is nobody's business here
            return
        if shown.absences or hidden[2]:
            yield _("*Who did not come, in the past week*")
        yield from (f"• {self.when(each)}  {self.missed(each)}" for each in shown.absences)
        yield from _more(hidden[2])

    def day(self, at: datetime) -> str:
        return day_name(at.astimezone(self.zone).date())

    def clocks(self, each: DigestLine) -> str:
        start, end = (say_time(at, self.zone, hour12=False) for at in (each.start, each.end))
        return f"{start}–{end}"

    def when(self, each: DigestLine) -> str:
        return f"{self.day(each.start)}, {self.clocks(each)}"

    def said(self, each: DigestLine) -> str:
        """What it is, who holds it and with whom, and a state that is not the usual one."""
        state = _(STATES[each.phase]) if each.phase in STATES else ""
        return self.about(each) + (f" ({state})" if state else "")

    def asked(self, each: DigestLine) -> str:
        if each.asked_at is None:
            return self.about(each)
        days = max((self.now - each.asked_at).days, 1)
        return ngettext(
            "{about}, waiting for {count} day",
            "{about}, waiting for {count} days",
            days,
            about=self.about(each),
        )

    def missed(self, each: DigestLine) -> str:
        who = self.guests(each.absent)
        return self.about(each) + (_(" (absent: {who})").format(who=who) if who else "")

    def about(self, each: DigestLine) -> str:
        hosts = _named(h for h in each.hosts if self.detail is Detail.FULL or "@" not in h)
        if self.detail is Detail.BUSY:
            return hosts or _("busy")
        full = self.detail is Detail.FULL
        title = inline(each.title if full else nicely(each.event_type), 80)
        people = self.guests(each.people)
        who = hosts or people
        if hosts and people:
            who = _("{hosts} with {people}").format(hosts=hosts, people=people)
        return f"{title} · {who}" if who else title

    def guests(self, people: tuple[str, ...]) -> str:
        return _named(people) if self.detail is Detail.FULL else inline(by_initials(people))


def _named(names: Iterable[str]) -> str:
    every = [name for name in dict.fromkeys(names) if name]
    said = ", ".join(inline(name, 40) for name in every[:MOST])
    hidden = len(every) - MOST
    return said + (_(" and {hidden} more").format(hidden=hidden) if hidden > 0 else "")


def _more(hidden: int) -> Iterator[str]:
    if hidden:
        yield _("and {hidden} more").format(hidden=hidden)
