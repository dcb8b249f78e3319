"""From the booking form to what is asked of Cal.com, and what is missing on the way."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain import answers, places
from bot.domain.answers import read_all
from bot.domain.bookings import Attendee, BookingRequest
from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import EventType, Question
from bot.domain.people import Reader
from bot.domain.wording import N_, _
from bot.slack import forms, ids
from bot.slack.bookform import BookForm
from bot.slack.views import questions

ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
NO_TIME = {
    ids.TIME: N_("Choose a time."),
    ids.DAY: N_("Choose a day with open times."),
    ids.EVENT_TYPE: N_("Choose one that can be booked."),
}
MOST_GUESTS = 30
"""How many people a booking takes besides the attendee (Cal.com's limit)."""
INLINE = 5
"""So many questions stand on the first screen; more get screens of their own."""
PER_SCREEN = 8


def screens(event_type: EventType) -> tuple[tuple[Question, ...], ...]:
    """The questions on each screen, the first screen's at the head."""
    asked = event_type.own_questions
    if len(asked) <= INLINE:
        return (asked,)
    return ((), *answers.screens(asked, PER_SCREEN))


def screen_of(event_type: EventType, slug: str) -> int | None:
    """The number of the screen that asks this question; None where none does."""
    for number, asked in enumerate(screens(event_type)):
        if any(question.slug == slug for question in asked):
            return number
    return None


def complaints(
    form: BookForm, view: Mapping[str, Any], event_type: EventType | None
) -> dict[str, str]:
    """What is missing or wrong, by the id of the input that can show it; empty if nothing is.

    It needs nothing but the form, because Slack waits for the answer. Where the event type is not
    known its questions are looked at later.
    """
    state = forms.values(view)
    wrong = _first_screen(form, state, event_type) if form.screen == 0 else {}
    if event_type:
        shown = [
            question
            for question in event_type.own_questions
            if questions.block_of(event_type.id, question.slug) in state
        ]
        for slug, reason in answers.complaints(shown, form.answers).items():
            wrong[questions.block_of(event_type.id, slug)] = reason
    return wrong


def _first_screen(
    form: BookForm, state: forms.State, event_type: EventType | None
) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if form.event_type_id is None:
        wrong[ids.EVENT_TYPE] = _("Choose what to book.")
    elif form.start is None and not form.instant:
        shown = (ids.TIME, ids.DAY, ids.EVENT_TYPE)
        where = next((one for one in shown if forms.answered(state, one)), ids.EVENT_TYPE)
        wrong[where] = _(NO_TIME[where])
    wrong |= _attendee(form, state, event_type)
    invited = addresses(form.invited_emails)
    if bad := [one for one in invited if not ADDRESS.fullmatch(one)]:
        wrong[ids.INVITE_EMAILS] = _("Not an e-mail address: {bad}").format(bad=bad[0][:60])
    elif len(invited) + len(form.invited) > MOST_GUESTS:
        wrong[ids.INVITE_EMAILS] = _("At most {most} people can be invited.").format(
            most=MOST_GUESTS
        )
    elif event_type and event_type.requires("guests") and not (invited or form.invited):
        wrong[ids.INVITE_EMAILS] = _("Somebody else has to be invited.")
    if event_type and forms.answered(state, ids.PLACE_VALUE):
        try:
            places.location(event_type, form.place, form.place_value)
        except InvalidAnswer as error:
            wrong[ids.PLACE_VALUE] = _(error.reason)
    return {_as_in(state, block_id): text for block_id, text in wrong.items()}


def _attendee(form: BookForm, state: forms.State, event_type: EventType | None) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if forms.answered(state, ids.GUEST_EMAIL):
        optional = event_type is not None and not event_type.requires("email")
        if not ADDRESS.fullmatch(form.email) and (form.email or not optional):
            wrong[ids.GUEST_EMAIL] = _("This is not an e-mail address.")
    if forms.answered(state, ids.GUEST_NAME) and not forms.text(state, ids.GUEST_NAME):
        wrong[ids.GUEST_NAME] = _("This has to be filled in.")
    if forms.answered(state, ids.MEMBER) and not form.member_id:
        wrong[ids.MEMBER] = _("Choose who it is for.")
    return wrong


def addresses(text: str) -> list[str]:
    """The e-mail addresses of a field, separated by commas, semicolons, spaces or lines."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


def request(
    form: BookForm, event_type: EventType, reader: Reader, guests: Sequence[str]
) -> BookingRequest:
    """What is to be booked.

    Args:
        guests: The e-mails of the members who are invited.

    Raises:
        InvalidAnswer: An answer is missing or wrong.
    """
    assert form.start is not None
    given = read_all(event_type.own_questions, form.answers)
    if form.notes and takes_notes(event_type):
        given["notes"] = form.notes
    invited = dict.fromkeys([*guests, *addresses(form.invited_emails)])
    invited.pop(form.email, None)
    rule = event_type.recurrence
    several = rule is not None and form.count is not None and form.count < rule.occurrences
    location = places.location(event_type, form.place, form.place_value)
    return BookingRequest(
        key=form.draft_id,
        event_type_id=event_type.id,
        start=form.start,
        length=_length(form, event_type),
        attendee=Attendee(
            name=form.name,
            email=form.email,
            time_zone=form.time_zone or reader.time_zone,
            language=form.language or "en",
            phone=(location or {}).get("phone"),
        ),
        guests=tuple(invited),
        answers=given,
        location=location,
        count=form.count if several else None,
        instant=form.instant,
    )


def takes_notes(event_type: EventType) -> bool:
    """Where they are hidden none are sent, whatever the form was filled in with before."""
    known = any(question.slug == "notes" for question in event_type.questions)
    return not known or event_type.question("notes") is not None


def _length(form: BookForm, event_type: EventType) -> int | None:
    """Cal.com is told a length only where there are several."""
    if not event_type.lengths:
        return None
    return form.length if form.length in event_type.lengths else event_type.length


def _as_in(state: forms.State, block_id: str) -> str:
    """The block id as the view has it: some are extended by `:…`, to be reset when it changes."""
    return next((n for n in state if n == block_id or n.startswith(f"{block_id}:")), block_id)
