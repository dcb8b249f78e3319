"""The modals that ask for a reason: cancel and decline; and the one that marks absences."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextObject,
    StaticMultiSelectElement,
)

from bot.domain.bookings import Booking
from bot.domain.wording import N_, _
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import inline, plain
from bot.slack.views import parts
from bot.slack.views.outcome import when
from bot.slack.views.problem import complained
from bot.slack.views.reading import Reading

TITLES = {
    ids.CANCEL: (N_("Cancel booking"), N_("Cancel booking"), N_("Cancelling …")),
    ids.DECLINE: (N_("Decline request"), N_("Decline"), N_("Declining …")),
    ids.MARK_ABSENT: (N_("Who did not come?"), N_("Save"), N_("Saving …")),
    ids.REQUEST_RESCHEDULE: (N_("Ask for another time"), N_("Ask"), N_("Asking …")),
    ids.HAND_OVER: (N_("Hand over"), N_("Hand over"), N_("Handing it over …")),
    ids.ADD_PEOPLE: (N_("Add people"), N_("Add"), N_("Inviting them …")),
    ids.CHANGE_PLACE: (N_("Change the place"), N_("Change"), N_("Changing the place …")),
}
"""For each modal: its title, its submit button, and what it says meanwhile."""
REASONS = frozenset({"reason", "cancellationReason", "rescheduleReason", "reschedulingReason"})
"""What Cal.com calls the one field that is typed into here and in the reschedule modal."""


def loading(callback_id: str, ref: str) -> dict[str, Any]:
    """What opens at once."""
    title = _(TITLES[callback_id][0])
    waiting = parts.context(_("_Looking up the booking …_"))
    return parts.modal(title, [waiting], callback_id=callback_id, metadata=ref)


def busy(callback_id: str, ref: str, command: str) -> dict[str, Any]:
    title, __, doing = map(_, TITLES[callback_id])
    text = _(
        ":hourglass_flowing_sand: *{doing}*\nIf this window still says so in a "
        "minute, look at `{command} bookings` before you try again."
    ).format(doing=doing, command=command)
    return parts.modal(title, [parts.section(text)], callback_id=callback_id, metadata=ref)


def modal(  # a modal is drawn from all that it shows
    callback_id: str,
    ref: str,
    booking: Booking,
    reading: Reading,
    answers: Sequence[Block],
    problem: Problem | None = None,
) -> dict[str, Any]:
    """The booking, and what is asked about it."""
    title, submit, __ = map(_, TITLES[callback_id])
    about = f"*{inline(booking.title, 300)}*\n{when(booking, reading)}"
    return parts.modal(
        title,
        complained([parts.section(about), *answers], problem, reason_block(problem)),
        callback_id=callback_id,
        submit=submit,
        metadata=ref,
        close=_("Keep it") if callback_id == ids.CANCEL else _("Close"),
    )


def reason_block(problem: Problem | None) -> str | None:
    """The block a problem is about, if it is about the reason."""
    return ids.REASON if problem and problem.field in REASONS else None


def reason(text: str, *, required: bool) -> InputBlock:
    """Hosts must give one when they cancel (Cal.com's rule); some event types want one always."""
    typed = parts.text_input(text, 500, multiline=True)
    seen = _("The others see it.")
    return parts.input_block(ids.REASON, _("Reason"), typed, hint=seen, optional=not required)


def who_was_absent(booking: Booking, chosen: Sequence[str] = ()) -> InputBlock:
    """Hosts and attendees, by their seat or place in the booking: no e-mail comes from Slack."""
    options = _people(booking)
    people = StaticMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text=_("Choose people")),
        options=options,
        initial_options=[option for option in options if option.value in chosen] or None,
    )
    return parts.input_block(ids.ABSENT, _("Did not come"), people)


def absent_emails(booking: Booking, chosen: Sequence[str]) -> tuple[str, ...]:
    """The e-mails behind the options of `who_was_absent`; unknown ones are left out."""
    known = dict(zip((o.value for o in _people(booking)), _emails(booking), strict=False))
    return tuple(known[value] for value in chosen if value in known)


def _emails(booking: Booking) -> list[str]:
    return [h.email for h in booking.hosts[:1]] + [a.email for a in booking.attendees[:99]]


def _people(booking: Booking) -> list[Option]:
    hosts = [
        parts.option(plain(_("{name} (host)").format(name=h.name or h.email), 75), f"host:{n}")
        for n, h in enumerate(booking.hosts[:1])
    ]
    attendees = [
        parts.option(plain(a.name or a.email, 75), a.seat or f"attendee:{n}")
        for n, a in enumerate(booking.attendees[:99])
    ]
    return hosts + attendees
