"""Which booking? A list with a button each, for an action that was asked for without saying."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.bookings import Action, Booking
from bot.domain.wording import N_, _, pgettext
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.bookings import LABELS, Viewer, said_row
from bot.slack.views.details import BUTTONS
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole

PER_PAGE = 20
MOST_WORDS = 200

ASKED = {
    Action.RESCHEDULE: N_("Which booking shall be moved?"),
    Action.CANCEL: N_("Which booking shall be cancelled?"),
    Action.CONFIRM: N_("Which booking shall be confirmed?"),
    Action.DECLINE: N_("Which booking shall be declined?"),
}
NOTHING = {
    Action.RESCHEDULE: N_("You have no upcoming booking that can be moved."),
    Action.CANCEL: N_("You have no upcoming booking that can be cancelled."),
    Action.CONFIRM: N_("No booking is waiting for you to confirm it."),
    Action.DECLINE: N_("No booking is waiting for you to answer it."),
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What was typed to say which booking: words, people (Slack user ids), a day or a time."""

    action: Action
    words: str = ""
    people: tuple[str, ...] = ()
    when: str = ""

    def encode(self, page: int) -> str:
        kept = [self.action, page, self.words[:MOST_WORDS], self.when[:MOST_WORDS], *self.people]
        return json.dumps(kept[:9], ensure_ascii=False)

    @staticmethod
    def decode(text: str) -> "tuple[Narrowing, int] | None":
        """Read a button's value; None where it is malformed."""
        try:
            action, page, words, when, *people = json.loads(text)
            narrowing = Narrowing(Action(action), str(words), tuple(map(str, people)), str(when))
            return (narrowing, int(page)) if narrowing.action in ASKED else None
        except (ValueError, TypeError):
            return None

    @property
    def said(self) -> str:
        """The words and the time as they were typed, ready for mrkdwn."""
        typed = " ".join(part for part in (self.words, self.when) if part)
        return f"“{inline(typed)}”" if typed else _("what you typed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A `Narrowing` made out: e-mails for people, the days `first` to `last`, or a `start`."""

    words: str = ""
    emails: Collection[str] = ()
    first: date | None = None
    last: date | None = None
    start: datetime | None = None

    def fits(self, booking: Booking, reading: Reading) -> bool:
        """Whether all that was said is true of the booking."""
        day = reading.day_of(booking.start)
        in_time = self.first is None or self.first <= day <= (self.last or self.first)
        at_time = self.start is None or booking.start == self.start
        with_all = all(booking.involves(email) for email in self.emails)
        return in_time and at_time and with_all and self._named(booking)

    def _named(self, booking: Booking) -> bool:
        names = [booking.title, booking.event_type_slug or "", *booking.guests]
        for host in booking.hosts:
            names += [host.name, host.email]
        for attendee in booking.attendees:
            names += [attendee.name, attendee.email]
        said = "\n".join(names).casefold()
        return all(word in said for word in self.words.casefold().split())


def candidates(
    fitting: Sequence[Row], narrowing: Narrowing, page: int, viewer: Viewer, *, missed: bool
) -> Message:
    """One page of the bookings the action can be done to.

    Args:
        missed: Nothing fitted what was typed, so everything is shown.
    """
    action = narrowing.action
    if not fitting:
        return _nothing(action)
    last = (len(fitting) - 1) // PER_PAGE
    page = max(0, min(page, last))
    shown = fitting[page * PER_PAGE :][:PER_PAGE]
    asked = _(ASKED[action])
    if missed:
        asked = _("None of these fits {said}. {asked}").format(said=narrowing.said, asked=asked)
    told = [said_row(row, viewer) for row in shown]
    blocks: list[Block] = [parts.section(asked)]
    for row, line in zip(shown, told, strict=True):
        button = parts.button(_(LABELS[action]), BUTTONS[action], row.seen.ref)
        blocks.append(parts.section(line, button))
    footer = _("Times are {zone_name}.").format(zone_name=viewer.reading.zone_name())
    if last:
        footer = _("Page {page} of {last}; a name or a day narrows the list. {footer}").format(
            page=page + 1, last=last + 1, footer=footer
        )
        blocks.append(ActionsBlock(elements=_turns(narrowing, page, last)))
    return parts.message(whole([asked, *told, footer]), [*blocks, parts.context(footer)])


def _nothing(action: Action) -> Message:
    see = parts.button(_("See the bookings"), f"{ids.START}bookings", "bookings")
    return parts.message(
        _(NOTHING[action]), [parts.section(_(NOTHING[action])), ActionsBlock(elements=[see])]
    )


def _turns(narrowing: Narrowing, page: int, last: int) -> list[ButtonElement]:
    turns = [("earlier", pgettext("a page", "Earlier"), page - 1)] if page > 0 else []
    turns += [("later", pgettext("a page", "Later"), page + 1)] if page < last else []
    return [
        parts.button(label, ids.CANDIDATES_PAGE + word, narrowing.encode(to))
        for word, label, to in turns
    ]
