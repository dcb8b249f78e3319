"""Open times by day, a button each, and the choice of an event type."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ExternalDataSelectElement,
    Option,
    StaticSelectElement,
)

from bot.domain.event_types import EventType
from bot.domain.slots import Slot, Span, by_day
from bot.domain.times import say_length
from bot.domain.wording import _
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.forms import Pick
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole
from bot.slack.views.types import nothing_to_book
from bot.slack.views.what import event_type_option

DAYS = 5
TIMES = 10
WINDOW = timedelta(days=7)
MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class OpenTimes:
    """What is open for an event type.

    `length` is in minutes. `asked` is the window that was asked for; `looked_until` ends the one
    that was looked at, which is longer where nothing was open in the first. `understood` says
    what was read of the words that were typed.
    """

    offer: Offer
    event_type: EventType
    length: int
    asked: Span
    looked_until: datetime
    slots: tuple[Slot, ...]
    understood: str = ""

    @property
    def several_lengths(self) -> bool:
        return len(self.event_type.lengths) > 1

    def pick(self, start: datetime | None = None) -> Pick:
        """What a button stands for here."""
        length = self.length if self.several_lengths else None
        return Pick(self.event_type.id, self.offer.owner or "", length, start)


def open_times(found: OpenTimes, reading: Reading) -> Message:
    """The next days with openings, at most five, with at most ten times each."""
    days = by_day(found.slots, reading.zone)[:DAYS]
    headline = _headline(found, reading)
    told = [_of_day(day, slots, reading) for day, slots in days]
    blocks: list[Block] = [parts.section("\n".join(headline)), _menus(found)]
    for (day, slots), line in zip(days, told, strict=True):
        blocks.append(parts.section(f"*{line.partition(':')[0]}*"))
        blocks.append(ActionsBlock(elements=_times(found, day, slots, reading)))
    zone = _("Times are {zone_name}.").format(zone_name=reading.zone_name(found.asked.start))
    blocks += [ActionsBlock(elements=_turns(found, reading)), parts.context(zone)]
    return parts.message(whole([*headline, *told, zone]).replace("*", ""), blocks)


def choose(offer: Offer, start: datetime | None, understood: str) -> Message:
    """The choice of an event type; `start` is kept until one is chosen."""
    if not offer.event_types:
        return nothing_to_book(offer)
    if offer.whose:
        said = _("Which meeting with {whose}?").format(whose=inline(offer.whose, 80))
    else:
        said = _("Which meeting?")
    said += f" ({inline(understood)})" if understood else ""
    names = ", ".join(inline(t.title, 80) for t in offer.event_types[:MOST_OPTIONS])
    menu = ActionsBlock(
        block_id=Pick(None, offer.owner or "", None, start).encode(),
        elements=[_event_types(offer, None)],
    )
    return parts.message(whole([f"{said} {names}"]), [parts.section(said), menu])


def matching(event_types: Sequence[EventType], typed: str) -> list[Option]:
    """The options of a select that searches: by title or slug, those that begin so first."""
    wanted = typed.casefold().strip()
    fitting = [t for t in event_types if wanted in f"{t.title}\n{t.slug}".casefold()]
    fitting.sort(key=lambda t: not t.title.casefold().startswith(wanted))
    return [event_type_option(t) for t in fitting[:MOST_OPTIONS]]


def _headline(found: OpenTimes, reading: Reading) -> list[str]:
    what = f"*{inline(found.event_type.title)}* ({say_length(found.length)})"
    if found.offer.whose:
        what = _("{what} with {whose}").format(what=what, whose=inline(found.offer.whose, 80))
    lines = [what]
    if found.understood:
        lines.append(_("You asked for: {understood}").format(understood=inline(found.understood)))
    first = reading.day(reading.day_of(found.asked.start))
    if not found.slots:
        until = reading.day(_last_day(found.looked_until, reading))
        lines.append(
            _(
                "Nothing is open from {first} until {until}. Look later, choose another "
                "event type, or ask for another day."
            ).format(first=first, until=until)
        )
    elif found.slots[0].start >= found.asked.end:
        until = reading.day(_last_day(found.asked.end, reading))
        lines.append(
            _("Nothing is open from {first} until {until}. These come next:").format(
                first=first, until=until
            )
        )
    return lines


def _last_day(end: datetime, reading: Reading) -> date:
    return reading.day_of(end - timedelta(seconds=1))


def _of_day(day: date, slots: Sequence[Slot], reading: Reading) -> str:
    shown = ", ".join(_label(slot, reading) for slot in slots[:TIMES])
    more = _(" and {count} more").format(count=len(slots) - TIMES) if len(slots) > TIMES else ""
    return f"{reading.day(day)}: {shown}{more}"


def _label(slot: Slot, reading: Reading) -> str:
    if slot.seats_left is None:
        return reading.clock(slot.start)
    return _("{clock} ({seats_left} left)").format(
        clock=reading.clock(slot.start), seats_left=slot.seats_left
    )


def _times(
    found: OpenTimes, day: date, slots: Sequence[Slot], reading: Reading
) -> list[ButtonElement]:
    """Ten times, and one more button that opens the form on the rest of the day."""
    said = reading.day(day)
    buttons = [
        parts.button(
            _label(slot, reading),
            f"{ids.SLOT}{number}",
            found.pick(slot.start).encode(),
            accessibility_label=_("Book {day}, {time}").format(
                day=said, time=reading.clock(slot.start)
            )[:75],
        )
        for number, slot in enumerate(slots[:TIMES])
    ]
    if len(slots) > TIMES:
        rest = found.pick(slots[TIMES].start).encode()
        label = _("{count} more on this day").format(count=len(slots) - TIMES)
        buttons.append(parts.button(label, ids.START_BOOK, rest))
    return buttons


def _turns(found: OpenTimes, reading: Reading) -> list[ButtonElement]:
    buttons = []
    start = found.asked.start
    if start > max(reading.now, reading.start_of(reading.today)):
        back = reading.start_of(reading.day_of(start) - WINDOW)
        buttons.append(_turn("earlier", _("Earlier"), found, max(back, reading.now)))
    days = by_day(found.slots, reading.zone)
    later = reading.start_of(days[DAYS][0]) if len(days) > DAYS else found.looked_until
    buttons.append(_turn("later", _("Later"), found, later))
    buttons.append(parts.button(_("Share"), ids.SHARE, found.pick(start).encode()))
    buttons.append(parts.button(_("Time zone …"), f"{ids.START}settings", "settings"))
    return buttons


def _turn(word: str, label: str, found: OpenTimes, start: datetime) -> ButtonElement:
    return parts.button(label, ids.SLOTS_PAGE + word, found.pick(start).encode())


def _menus(found: OpenTimes) -> ActionsBlock:
    """Another event type, another length; the block's id says what they start from."""
    elements = [_event_types(found.offer, found.event_type)]
    if found.several_lengths:
        options = [parts.option(say_length(n), str(n)) for n in found.event_type.lengths]
        elements.append(
            StaticSelectElement(
                action_id=ids.SLOTS_LENGTH,
                options=options[:MOST_OPTIONS],
                initial_option=next((o for o in options if o.value == str(found.length)), None),
            )
        )
    return ActionsBlock(block_id=found.pick(found.asked.start).encode(), elements=elements)


def _event_types(
    offer: Offer, chosen: EventType | None
) -> StaticSelectElement | ExternalDataSelectElement:
    initial = event_type_option(chosen) if chosen else None
    if len(offer.event_types) > MOST_OPTIONS:
        return ExternalDataSelectElement(
            action_id=ids.SLOTS_EVENT_TYPE,
            placeholder=_("Type to search"),
            min_query_length=0,
            initial_option=initial,
        )
    return StaticSelectElement(
        action_id=ids.SLOTS_EVENT_TYPE,
        placeholder=_("Choose an event type"),
        options=[event_type_option(t) for t in offer.event_types],
        initial_option=initial,
    )
