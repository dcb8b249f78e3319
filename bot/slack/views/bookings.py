"""Lists of bookings: a listing page by page, and the day's agenda."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    HeaderBlock,
    InteractiveElement,
    OverflowMenuElement,
    StaticSelectElement,
)

from bot.domain.bookings import Action, Booking, Listing, Status
from bot.domain.wording import N_, NP_, _, pgettext
from bot.services.managing import Rows
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.brief import glance
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole

PER_PAGE = 8
AGENDA = 20
MOST_NAMES = 4
URL_LENGTH = 3000
DETAILS = "details"

IN_MENU = 4
"""What an overflow takes besides the details: five options are Slack's limit."""

LABELS = {
    Action.CONFIRM: N_("Confirm"),
    Action.DECLINE: N_("Decline"),
    Action.RESCHEDULE: N_("Reschedule"),
    Action.CANCEL: NP_("a booking", "Cancel"),
    Action.MARK_ABSENT: N_("Mark as absent"),
    Action.REQUEST_RESCHEDULE: N_("Ask for another time"),
    Action.HAND_OVER: N_("Hand over …"),
    Action.ADD_PEOPLE: N_("Add people …"),
    Action.CHANGE_PLACE: N_("Change the place …"),
    Action.CALENDAR_LINKS: N_("Calendar links"),
    Action.RECORDINGS: N_("Recordings"),
}
"""The weightiest first."""
NOTHING = {
    Listing.UPCOMING: N_("You have no upcoming bookings."),
    Listing.UNCONFIRMED: N_("No booking is waiting to be confirmed."),
    Listing.RECURRING: N_("You have no recurring bookings."),
    Listing.PAST: N_("You have no past bookings."),
    Listing.CANCELLED: N_("You have no cancelled bookings."),
}
NEWEST_FIRST = frozenset({Listing.PAST, Listing.CANCELLED})


LISTINGS = {
    Listing.UPCOMING: N_("Upcoming"),
    Listing.UNCONFIRMED: N_("Unconfirmed"),
    Listing.RECURRING: N_("Recurring"),
    Listing.PAST: N_("Past"),
    Listing.CANCELLED: NP_("bookings", "Cancelled"),
}
TITLES = {
    Listing.UPCOMING: N_("Upcoming bookings"),
    Listing.UNCONFIRMED: N_("Unconfirmed bookings"),
    Listing.RECURRING: N_("Recurring bookings"),
    Listing.PAST: N_("Past bookings"),
    Listing.CANCELLED: N_("Cancelled bookings"),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: how they read times, their own e-mail, and what can be done from here."""

    reading: Reading
    email: str
    offered: frozenset[Action]

    def actions(self, row: Row) -> list[Action]:
        """What to offer for a booking, in the order of the labels."""
        return [action for action in LABELS if action in row.actions & self.offered]


def listing(rows: Rows, kind: Listing, skip: int, viewer: Viewer) -> Message:
    """One page of a listing; `skip` bookings come before it."""
    title = _(TITLES[kind])
    blocks: list[Block] = [HeaderBlock(text=title)]
    blocks.append(ActionsBlock(elements=_controls(rows, kind, skip)))
    if not rows.rows:
        said = _(NOTHING[kind]) if skip == 0 else _("There are no more bookings.")
        return parts.message(f"{title}: {said}", [*blocks, parts.section(said)])
    for row in rows.rows:
        blocks += booking_row(row, viewer)
    last = skip + len(rows.rows)
    of = (
        _(" of {total}").format(total=rows.total)
        if rows.total is not None and rows.total >= last
        else ""
    )
    footer = _("{skip}–{last}{of} · times are {zone_name}").format(
        skip=skip + 1, last=last, of=of, zone_name=viewer.reading.zone_name()
    )
    blocks.append(parts.context(footer))
    told = [said_row(row, viewer) for row in rows.rows]
    return parts.message(whole([title, *told, footer]), blocks)


def agenda(rows: Sequence[Row], day: date, viewer: Viewer) -> Message:
    """The reader's day, in order; a very full one is cut, and says so."""
    zone = viewer.reading.zone_name(viewer.reading.start_of(day))
    title = f"{viewer.reading.day(day)} · {zone}"
    if not rows:
        text = _("{title}: nothing is booked.").format(title=title)
        return parts.message(text, [parts.section(text), _see_all(_("Upcoming bookings"))])
    blocks: list[Block] = [HeaderBlock(text=title[:150])]
    told = [title]
    for row in rows[:AGENDA]:
        brief = row.booking.end > viewer.reading.now
        told.append(said_row(row, viewer, brief=brief))
        blocks += booking_row(row, viewer, brief=brief)
    if len(rows) > AGENDA:
        told.append(_("And {count} more that day.").format(count=len(rows) - AGENDA))
        blocks += [parts.section(told[-1]), _see_all(_("All upcoming bookings"))]
    return parts.message(whole(told), blocks)


def no_email(command: str) -> Message:
    """For somebody whose bookings cannot be told from others'."""
    text = _(
        "Slack shows me no e-mail address for you, so I cannot tell which bookings "
        "are yours. Add one to your Slack profile (or ask an admin), then type "
        "`{command} bookings` again."
    ).format(command=command)
    return parts.message(text, [parts.section(text)])


def booking_row(row: Row, viewer: Viewer, *, brief: bool = False) -> list[Block]:
    """One booking in a list: what, when, who, its state, and what can be done; with a `brief` where
    it is about to be."""
    lines = [
        f"*{inline(row.booking.title)}*",
        viewer.reading.span(row.booking.start, row.booking.end),
        people(row.booking, viewer.email),
        glance(row, viewer.email) if brief else "",
        state(row, viewer.reading),
    ]
    text = "\n".join(line for line in lines if line)
    more = [parts.button(_("Brief"), ids.BRIEF, row.seen.ref)] if brief else []
    return [parts.section(text), ActionsBlock(elements=[*row_actions(row, viewer), *more])]


def said_row(row: Row, viewer: Viewer, *, brief: bool = False) -> str:
    """The same in a line of its own."""
    booking, reading, email = row.booking, viewer.reading, viewer.email
    when = reading.span(booking.start, booking.end)
    known = glance(row, email) if brief else ""
    said = [inline(booking.title), when, people(booking, email), known, state(row, reading)]
    return " · ".join(part for part in said if part)


def people(booking: Booking, email: str) -> str:
    """`with Alice, Bob and 3 more`: everybody but the reader; empty where there is nobody."""
    names = {h.email.casefold(): h.name or h.email for h in booking.hosts}
    names |= {a.email.casefold(): a.name or a.email for a in booking.attendees}
    names |= {guest.casefold(): guest for guest in booking.guests}
    names.pop(email.casefold(), None)
    return _("with {names}").format(names=named(names.values())) if names else ""


def named(names: Iterable[str]) -> str:
    """`Alice, Bob and 3 more`, escaped."""
    every = list(names)
    shown = ", ".join(inline(name, 60) for name in every[:MOST_NAMES])
    return shown + (
        _(" and {count} more").format(count=len(every) - MOST_NAMES)
        if len(every) > MOST_NAMES
        else ""
    )


def state(row: Row, reading: Reading) -> str:
    """What is to be known besides the time; empty for a booking that simply stands."""
    booking = row.booking
    if booking.status is Status.PENDING:
        return f":hourglass_flowing_sand: {waiting_for(row, reading)}"
    if booking.status is Status.REJECTED:
        return _(":no_entry_sign: declined")
    if booking.status is Status.CANCELLED:
        moved = booking.rescheduled_to_uid is not None
        return _(":arrow_right: moved to another time") if moved else _(":no_entry_sign: cancelled")
    if booking.start <= reading.now < booking.end:
        return _(":large_green_circle: going on now")
    return ""


def waiting_for(row: Row, reading: Reading) -> str:
    """What a pending booking waits for: payment, whoever of the team is there, or the host."""
    event_type = row.event_type
    if event_type and event_type.price:
        if event_type.needs_confirmation:
            return _("waiting for payment, then for confirmation")
        return _("waiting for payment")
    if event_type and event_type.instant and row.booking.start <= reading.now:
        return _("waiting for somebody of the team")
    return _("waiting for confirmation")


def join_button(booking: Booking, ref: str, reading: Reading) -> ButtonElement | None:
    """A link to join by, while there is something to join."""
    url = booking.join_url
    over = booking.end <= reading.now or booking.status is not Status.ACCEPTED
    if url is None or over or len(url) > URL_LENGTH:
        return None
    return parts.button(_("Join"), ids.JOIN, ref, url=url, style="primary")


def row_actions(row: Row, viewer: Viewer) -> list[InteractiveElement]:
    join = join_button(row.booking, row.seen.ref, viewer.reading)
    elements: list[InteractiveElement] = [join] if join else []
    actions = viewer.actions(row)[:IN_MENU]
    if not actions:  # an overflow of one option is refused by older descriptions of Slack
        return [*elements, parts.button(_("Details"), ids.DETAILS, row.seen.ref)]
    options = [parts.option(_("Details"), f"{DETAILS}:{row.seen.ref}")]
    options += [parts.option(_(LABELS[action]), f"{action}:{row.seen.ref}") for action in actions]
    return [*elements, OverflowMenuElement(action_id=ids.ROW, options=options)]


def _controls(rows: Rows, kind: Listing, skip: int) -> list[InteractiveElement]:
    """The other listings, and the pages in the order of time."""
    whose = rows.everybody
    options = {each: parts.option(_(LISTINGS[each]), _place(each, 0, whose)) for each in Listing}
    elements: list[InteractiveElement] = [
        StaticSelectElement(
            action_id=ids.BOOKINGS_LISTING,
            options=list(options.values()),
            initial_option=options[kind],
        )
    ]
    words = {"earlier": _("Earlier"), "later": _("Later")}
    before, after = ("later", "earlier") if kind in NEWEST_FIRST else ("earlier", "later")
    if skip > 0:
        elements.append(_turn(before, words[before], _place(kind, max(0, skip - PER_PAGE), whose)))
    if rows.has_more:
        elements.append(_turn(after, words[after], _place(kind, skip + PER_PAGE, whose)))
    if whose is not None:
        label = pgettext("bookings", "Mine") if whose else pgettext("bookings", "Everybody's")
        elements.append(_turn("mine" if whose else "everybody", label, _place(kind, 0, not whose)))
    return elements


def _place(kind: Listing, skip: int, everybody: bool | None) -> str:
    """Where a control leads to; `turned` reads it."""
    place = f"{kind}|{skip}" if skip or everybody else kind.value
    return f"{place}|all" if everybody else place


def turned(value: str) -> tuple[str, str, bool]:
    """The listing, how many to skip (as it was sent), and whether everybody's are meant."""
    kind, skip, everybody = [*value.split("|", 2), "", ""][:3]
    return kind, skip or "0", everybody == "all"


def _turn(word: str, label: str, value: str) -> ButtonElement:
    return parts.button(label, ids.BOOKINGS_PAGE + word, value)


def _see_all(label: str) -> ActionsBlock:
    return ActionsBlock(elements=[parts.button(label, f"{ids.START}bookings", "bookings")])
