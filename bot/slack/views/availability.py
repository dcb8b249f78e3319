"""Free and busy hours by day; of a colleague only when they can be booked."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock

from bot.domain.event_types import EventType
from bot.domain.slots import Availability, Slot, Span, merge, subtract
from bot.domain.times import say_length
from bot.domain.wording import _
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.forms import Pick
from bot.slack.text import escape, inline, plain
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole

MOST_DAYS = 31
MOST_SPANS = 40


@dataclass(frozen=True, slots=True)
class Days:
    """The reader's calendar days `first` to `last`, both included; at most 31.

    `pick` names the event type whose times are meant; nothing for the account's own hours.
    `understood` says what was read of the words that were typed.
    """

    first: date
    last: date
    pick: Pick = field(default_factory=Pick)
    understood: str = ""

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def all(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.count)]

    def window(self, reading: Reading) -> Span:
        """The same in UTC."""
        end = reading.start_of(self.last + timedelta(days=1))
        return Span(reading.start_of(self.first), end)

    def moved(self, steps: int, today: date) -> "Days":
        """As many days, so many times later (or earlier, but not before today)."""
        first = max(self.first + timedelta(days=steps * self.count), today)
        last = first + timedelta(days=self.count - 1)
        return replace(self, first=first, last=last, understood="")

    def encode(self) -> str:
        return f"{self.first.isoformat()}|{self.count}|{self.pick.encode()}"

    @staticmethod
    def decode(text: str) -> "Days | None":
        """Read a button's value; None where it is malformed."""
        first, _, rest = text.partition("|")
        count, _, pick = rest.partition("|")
        try:
            day, days = date.fromisoformat(first), int(count)
        except ValueError:
            return None
        if not (1 <= days <= MOST_DAYS and 2000 <= day.year < 3000):
            return None
        return Days(day, day + timedelta(days=days - 1), Pick.decode(pick))


def own(found: Availability, days: Days, reading: Reading) -> Message:
    """Free, busy and working hours of the account itself."""
    free = subtract(found.working, found.busy)
    lines = []
    for day in days.all():
        working, busy = _within(found.working, day, reading), _within(found.busy, day, reading)
        said = [f"*{reading.day(day)}*"]
        if working:
            left = _to_come(_within(free, day, reading), reading)
            said.append(_("Free: {clocks}").format(clocks=_clocks(left, reading)))
        if busy:
            said.append(_("Busy: {clocks}").format(clocks=_clocks(busy, reading)))
        hours = (
            _("Working hours: {clocks}").format(clocks=_clocks(working, reading))
            if working
            else _("No working hours")
        )
        lines.append("\n".join([*said, hours]))
    schedule = f" (“{inline(found.schedule.name, 80)}”)" if found.schedule else ""
    note = _("Hours of the Cal.com account this bot works with{schedule}. ").format(
        schedule=schedule
    )
    return _message(_("Free and busy hours"), lines, days, reading, note=note)


def bookable(offer: Offer, slots: Iterable[Slot], days: Days, reading: Reading) -> Message:
    """When the chosen event type of an offer can be booked; nothing of what is busy, or why."""
    event_type = offer.chosen or offer.event_types[0]
    length = timedelta(minutes=least(event_type))
    open_ = merge(Span(slot.start, slot.end or slot.start + length) for slot in slots)
    lines, nothing = [], _("Nothing open")
    for day in days.all():
        spans = _within(open_, day, reading)
        lines.append(f"*{reading.day(day)}*\n{_clocks(spans, reading, nothing)}")
    whose = plain(offer.whose or event_type.owner_name, 80, empty=_("this account"))
    note = _("As open for {title} ({length}). ").format(
        title=inline(event_type.title, 80), length=say_length(least(event_type))
    )
    return _message(
        _("When {whose} can be booked").format(whose=whose), lines, days, reading, note=note
    )


def shortest(offer: Offer) -> EventType | None:
    """The event type that shows most of when somebody can be booked."""
    return min(offer.event_types, key=lambda t: (t.hidden, least(t)), default=None)


def least(event_type: EventType) -> int:
    """The shortest it can be booked for, in minutes."""
    return min(event_type.lengths or (event_type.length,))


def _message(title: str, lines: list[str], days: Days, reading: Reading, *, note: str) -> Message:
    note += _("Times are {zone_name}.").format(
        zone_name=reading.zone_name(reading.start_of(days.first))
    )
    asked = (
        _("You asked for: {understood}").format(understood=inline(days.understood))
        if days.understood
        else ""
    )
    blocks: list[Block] = [HeaderBlock(text=title[:150])]
    if asked:
        blocks.append(parts.context(asked))
    blocks += [parts.section(line) for line in lines]
    blocks += [ActionsBlock(elements=_buttons(days, reading)), parts.context(note)]
    told = [escape(title), asked, *(line.replace("*", "") for line in lines), note]
    return parts.message(whole(line for line in told if line), blocks)


def _buttons(days: Days, reading: Reading) -> list[ButtonElement]:
    buttons = []
    if days.first > reading.today:
        buttons.append(_turn("earlier", _("Earlier"), days.moved(-1, reading.today)))
    buttons.append(_turn("later", _("Later"), days.moved(1, reading.today)))
    if days.pick.event_type_id is not None:
        start = max(reading.start_of(days.first), reading.now)
        value = replace(days.pick, start=start).encode()
        buttons.append(parts.button(_("Pick a time"), ids.SHOW_SLOTS, value, style="primary"))
    return buttons


def _turn(word: str, label: str, days: Days) -> ButtonElement:
    return parts.button(label, ids.AVAILABILITY_PAGE + word, days.encode())


def _within(spans: Iterable[Span], day: date, reading: Reading) -> list[Span]:
    """What of the spans lies in the reader's day."""
    start, end = reading.start_of(day), reading.start_of(day + timedelta(days=1))
    return [
        Span(max(span.start, start), min(span.end, end))
        for span in spans
        if span.start < end and span.end > start
    ]


def _to_come(spans: Iterable[Span], reading: Reading) -> list[Span]:
    return [Span(max(s.start, reading.now), s.end) for s in spans if s.end > reading.now]


def _clocks(spans: list[Span], reading: Reading, nothing: str = "nothing") -> str:
    said = [reading.clocks(span) for span in spans[:MOST_SPANS]]
    if len(spans) > MOST_SPANS:
        said.append(_("and {count} more").format(count=len(spans) - MOST_SPANS))
    return ", ".join(said) or nothing
