"""How much of a booking is meant: one of a series or all later ones, a class or one seat of it."""

from collections.abc import Collection

from slack_sdk.models.blocks import InputBlock, Option, PlainTextObject, StaticSelectElement
from slack_sdk.models.blocks.block_elements import RadioButtonsElement

from bot.domain.bookings import Action, Attendee, Feature
from bot.domain.wording import N_, _, ngettext
from bot.services.managing import WHOLE, Extent
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import inline, plain
from bot.slack.views import parts

ALL, FOLLOWING, SEAT = "all", "following", "seat"
MOST_SEATS = 99
"""With the whole class these are as many options as a menu takes."""
ASKED = {Action.CANCEL: N_("What shall be cancelled?"), Action.RESCHEDULE: N_("Who moves?")}


def question(
    row: Row, action: Action, features: Collection[Feature], chosen: str = ""
) -> InputBlock | None:
    """The choice, where there is one: to its host a class or one of its seats, to others which
    of their seats; to anybody who cancels one of a series whether that is all."""
    if Feature.SEATS in features and row.seats and (row.is_host or len(row.seats) > 1):
        return _seats(row, action, chosen)
    follow = action is Action.CANCEL and Feature.FOLLOWING in features
    is_one_of_several = row.booking.recurring_uid is not None and not row.booking.is_seated
    return _series(chosen) if follow and is_one_of_several else None


def note(row: Row, action: Action) -> str:
    """What is to be known where nothing is asked; empty where there is nothing."""
    if row.booking.recurring_uid and action is Action.RESCHEDULE:
        return _("It is one of a series: only this one moves, the others stay.")
    if row.is_host or len(row.seats) != 1:
        return ""
    if action is Action.RESCHEDULE:
        said = _("Only the seat of {name} moves; the class goes on.")
    else:
        said = _("Only the seat of {name} is given back; the class goes on.")
    return said.format(name=name(row.seats[0]))


def read(value: str) -> Extent:
    """What was chosen; it is a claim, which the service checks."""
    kind, _, seat = value.partition(":")
    if kind == SEAT:
        return Extent(seat=seat)
    return Extent(following=True) if kind == FOLLOWING else WHOLE


def name(attendee: Attendee) -> str:
    """Whose seat it is, escaped."""
    return inline(attendee.name or attendee.email, 80)


def people(count: int) -> str:
    return ngettext("{count} person", "{count} people", count)


def _series(chosen: str) -> InputBlock:
    options = [
        parts.option(_("Only this one"), ALL),
        parts.option(_("This and all later ones"), FOLLOWING),
    ]
    initial = next((o for o in options if o.value == chosen), options[0])
    asked = RadioButtonsElement(action_id=ids.VALUE, options=options, initial_option=initial)
    return parts.input_block(ids.EXTENT, _(ASKED[Action.CANCEL]), asked)


def _seats(row: Row, action: Action, chosen: str) -> InputBlock:
    options = [_seat(attendee) for attendee in row.seats[:MOST_SEATS]]
    if row.is_host:
        everybody = _("The whole class") if action is Action.CANCEL else _("Everybody")
        options.insert(0, parts.option(f"{everybody} ({people(len(row.seats))})", ALL))
    hidden = len(row.seats) - MOST_SEATS
    menu = StaticSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text=_("Choose")),
        options=options,
        initial_option=next((o for o in options if o.value == chosen), None),
    )
    hint = (
        _("{hidden} more seats are on Cal.com's own page.").format(hidden=hidden)
        if hidden > 0
        else ""
    )
    return parts.input_block(ids.EXTENT, _(ASKED[action]), menu, hint=hint)


def _seat(attendee: Attendee) -> Option:
    label = plain(_("Only the seat of {name}").format(name=attendee.name or attendee.email), 75)
    return parts.option(label, f"{SEAT}:{attendee.seat}", plain(attendee.email, 75))
