"""Everything about one booking."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    HeaderBlock,
    InteractiveElement,
    StaticSelectElement,
)

from bot.domain.bookings import Action, Attendee, Booking, Status
from bot.domain.event_types import Assignment, EventType
from bot.domain.money import say_price
from bot.domain.times import say_length
from bot.domain.wording import N_, _
from bot.services.briefing import NOTHING, Earlier
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import escape, inline, plain
from bot.slack.views import parts, where
from bot.slack.views.bookings import LABELS, Viewer, join_button, named, state
from bot.slack.views.brief import earlier, told
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, long_text, page_of, sections, whole

MOST_HOSTS = 3
PAYMENT_MAILED = N_("Cal.com has mailed the attendee the link to pay.")

BUTTONS = {
    Action.RESCHEDULE: ids.DO_RESCHEDULE,
    Action.CANCEL: ids.DO_CANCEL,
    Action.CONFIRM: ids.DO_CONFIRM,
    Action.DECLINE: ids.DO_DECLINE,
    Action.MARK_ABSENT: ids.DO_MARK_ABSENT,
}
"""The further actions are in the menu below the others."""


def details(row: Row, viewer: Viewer, page: int = 0, before: Earlier | None = NOTHING) -> Message:
    """The booking with answers, notes, place, everybody, reasons and what happened to it; on
    further pages where it is too much for a message. Its buttons stand below the first one.
    `before` is what there was with the same guest."""
    title = plain(row.booking.title, 150)
    every = [*_lines(row, viewer.reading), *earlier(before, viewer.reading)]
    lines, page, has_more = page_of(every, page)
    blocks: list[Block] = [HeaderBlock(text=title), *sections(lines)]
    if page == 0 and (buttons := _buttons(row, viewer)):
        blocks.append(ActionsBlock(elements=buttons))
    if turning := _turning(row.seen.ref, page, has_more=has_more):
        blocks.append(ActionsBlock(elements=turning))
    return parts.message(whole([escape(title), *lines]).replace("*", ""), blocks)


def turned(value: str) -> tuple[str, int]:
    """A page button's value as the booking's reference and the page's number."""
    ref, _, number = value.rpartition(":")
    return ref, int(number[:4]) if number.isdecimal() else 0


def _turning(ref: str, page: int, *, has_more: bool) -> list[InteractiveElement]:
    there = {_("Previous page"): page - 1} if page else {}
    there |= {_("Next page"): page + 1} if has_more else {}
    return [
        parts.button(label, f"{ids.DETAILS_PAGE}{number}", f"{ref}:{number}")
        for label, number in there.items()
    ]


def next_meeting(row: Row | None, viewer: Viewer, before: Earlier | None = NOTHING) -> Message:
    """The next meeting, how soon it is, its link, the answers given, and the earlier bookings with
    the same guest."""
    if row is None:
        text = _("Nothing is coming up.")
        more = ActionsBlock(
            elements=[
                parts.button(_("Book a meeting"), f"{ids.START}book", "book", style="primary")
            ]
        )
        return parts.message(text, [parts.section(text), more])
    title = _("Next meeting: {how_soon}").format(how_soon=_how_soon(row.booking, viewer.reading))
    every = [f"*{inline(row.booking.title)}*", *_lines(row, viewer.reading)]
    every += earlier(before, viewer.reading)
    lines, __, has_more = page_of(every, 0)
    blocks: list[Block] = [HeaderBlock(text=title), *sections(lines)]
    buttons = _buttons(row, viewer)
    if has_more:
        buttons.append(parts.button(_("All of it"), ids.DETAILS, row.seen.ref))
    if buttons:
        blocks.append(ActionsBlock(elements=buttons))
    return parts.message(whole([escape(title), *lines]).replace("*", ""), blocks)


def _buttons(row: Row, viewer: Viewer) -> list[InteractiveElement]:
    join = join_button(row.booking, row.seen.ref, viewer.reading)
    buttons: list[InteractiveElement] = [join] if join else []
    actions = viewer.actions(row)
    for action in [each for each in actions if each in BUTTONS]:
        style = "danger" if action is Action.CANCEL else None
        buttons.append(parts.button(_(LABELS[action]), BUTTONS[action], row.seen.ref, style=style))
    options = [
        parts.option(_(LABELS[action]), f"{action}:{row.seen.ref}")
        for action in actions
        if action not in BUTTONS
    ]
    more = StaticSelectElement(action_id=ids.ROW, placeholder=_("More"), options=options)
    return [*buttons, more] if options else buttons


def _how_soon(booking: Booking, reading: Reading) -> str:
    minutes = int((booking.start - reading.now) / timedelta(minutes=1))
    if booking.start <= reading.now:
        return _("going on now")
    if minutes < 24 * 60:
        return _("in {length}").format(length=say_length(max(minutes, 1)))
    return reading.day(reading.day_of(booking.start))


def _lines(row: Row, reading: Reading) -> Iterator[str]:
    booking = row.booking
    if len(booking.title) > 150:
        yield from long_text(_("Title"), booking.title)
    when = reading.span(booking.start, booking.end)
    length = say_length(int(booking.length / timedelta(minutes=1)))
    yield _("*When:* {when} ({length}), {zone_name}").format(
        when=when, length=length, zone_name=reading.zone_name(booking.start)
    )
    yield from _state(row, reading)
    if booking.location:
        yield _("*Where:* {of}").format(of=where.of(booking))
    yield from _hosts(booking)
    yield from _team(row.event_type)
    yield from _seats(row)
    yield from _attendees(booking)
    yield from _answers(booking)
    yield from long_text(_("Notes"), booking.description)
    yield from long_text(_("Reason for cancelling"), booking.cancellation_reason)
    yield from long_text(_("Reason for moving"), booking.rescheduling_reason)
    yield from _history(booking, reading)


def _state(row: Row, reading: Reading) -> Iterator[str]:
    said, event_type = state(row, reading), row.event_type
    price = event_type.price if event_type else 0
    if said:
        yield _("*State:* {said}").format(said=said)
    if price and row.booking.status is Status.PENDING:
        yield _(PAYMENT_MAILED)
    if event_type and price:
        yield _("*Price:* {price}").format(price=inline(say_price(price, event_type.currency), 80))


def _team(event_type: EventType | None) -> Iterator[str]:
    """Whose it is, and who of them hosts: a booking itself tells one host only."""
    if event_type is None or event_type.team is None:
        return
    team = inline(event_type.team.name or event_type.team.slug, 80)
    names = named(host.name for host in event_type.hosts)
    if event_type.assignment is Assignment.ROUND_ROBIN:
        yield _("*Team:* {team}, one of whom hosts").format(team=team)
    elif event_type.assignment is Assignment.COLLECTIVE and names:
        yield _("*Team:* {team}, hosted together by {names}").format(team=team, names=names)
    else:
        yield _("*Team:* {team}").format(team=team)


def _seats(row: Row) -> Iterator[str]:
    """How many are taken; how many others there are, for those who may not see them."""
    everybody = row.seen.booking.attendees
    if not row.seen.booking.is_seated:
        return
    total = row.event_type.seats if row.event_type else None
    of = _(" of {total}").format(total=total) if total else ""
    others = len(everybody) - len(row.booking.attendees)
    unseen = _(" ({others} by others)").format(others=others) if others else ""
    yield _("*Seats:* {count}{of} taken{unseen}").format(count=len(everybody), of=of, unseen=unseen)


def _hosts(booking: Booking) -> Iterator[str]:
    if booking.hosts:
        said = ", ".join(_person(h.name, h.email) for h in booking.hosts[:MOST_HOSTS])
        rest = len(booking.hosts) - MOST_HOSTS
        more = _(" and {rest} more").format(rest=rest) if rest > 0 else ""
        yield _("*Host:* {said}{more}").format(said=said, more=more) + (
            _(" (did not come)") if booking.absent_host else ""
        )


def _attendees(booking: Booking) -> Iterator[str]:
    if len(booking.attendees) == 1:
        yield _("*For:* {attendee}").format(attendee=_attendee(booking.attendees[0]))
    elif booking.attendees:
        yield _("*Attendees ({count}):*").format(count=len(booking.attendees))
        yield from (f"• {_attendee(each)}" for each in booking.attendees)
    told = {attendee.email.casefold() for attendee in booking.attendees}
    if guests := [guest for guest in booking.guests if guest.casefold() not in told]:
        yield _("*Also invited:*")
        yield from (f"• {inline(guest, 100)}" for guest in guests)


def _attendee(attendee: Attendee) -> str:
    phone = f", {inline(attendee.phone, 40)}" if attendee.phone else ""
    absent = _(" (did not come)") if attendee.absent else ""
    return f"{_person(attendee.name, attendee.email)}{phone}{absent}"


def _person(name: str, email: str) -> str:
    return f"{inline(name, 60)} ({inline(email, 100)})" if name else inline(email, 100)


def _answers(booking: Booking) -> Iterator[str]:
    for key, text in told(booking):
        label = key.replace("-", " ").replace("_", " ").strip().capitalize()
        yield from long_text(inline(label, 80), text)


def _history(booking: Booking, reading: Reading) -> Iterator[str]:
    facts = []
    if booking.created_at:
        facts.append(_("booked {day}").format(day=_day(booking.created_at, reading)))
    if booking.rescheduled_from_uid:
        facts.append(_("moved here from another time"))
    if booking.rescheduled_to_uid:
        facts.append(_("moved to another time"))
    if booking.recurring_uid:
        facts.append(_("one of a series"))
    if booking.updated_at and booking.updated_at != booking.created_at:
        facts.append(_("last changed {day}").format(day=_day(booking.updated_at, reading)))
    if facts:
        yield _("*History:* {facts}").format(facts=", ".join(facts))


def _day(at: datetime, reading: Reading) -> str:
    """The day in the middle of a sentence: `today, Tue 24 Nov`, but `Sat 28 Nov`."""
    said = reading.day(reading.day_of(at))
    return said[:1].lower() + said[1:] if "," in said else said
