"""The forms that ask for another time, add people and change the place."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    PlainTextObject,
    StaticSelectElement,
    UserMultiSelectElement,
)

from bot.domain.event_types import EventType, Location
from bot.domain.places import token
from bot.domain.wording import N_, _
from bot.services.amending import MOST_AT_ONCE, places_of
from bot.services.standing import Row
from bot.slack import forms, ids
from bot.slack.amendments import LONGEST_PLACE
from bot.slack.errors import Problem
from bot.slack.text import plain
from bot.slack.views import cancel, parts
from bot.slack.views.problem import warning
from bot.slack.views.reading import Reading
from bot.slack.views.where import service

MOST_PLACES = 97
"""A menu holds a hundred, three of which are for what somebody types."""
FIELDS = {
    "guests": ids.INVITE_EMAILS,
    "members": ids.INVITE_MEMBERS,
    "location": ids.PLACE,
    "host": ids.HOST,
}
"""Which block asks for what Cal.com (or the service) calls by this name."""
TYPED = {
    "link": N_("Another link"),
    "address": N_("Another address"),
    "phone": N_("Another phone number"),
}


def modal(
    callback_id: str,
    row: Row,
    reading: Reading,
    answers: Sequence[Block],
    problem: Problem | None = None,
    metadata: str = "",
) -> dict[str, Any]:
    """The booking and what is asked; what was wrong with an answer stands right under it."""
    field = FIELDS.get(problem.field or "") if problem else None
    at = next((n for n, block in enumerate(answers, 1) if field and block.block_id == field), None)
    if problem and at:
        answers = [*answers[:at], warning(problem, at_field=True), *answers[at:]]
        problem = None
    ref = metadata or row.seen.ref
    return cancel.modal(callback_id, ref, row.booking, reading, answers, problem)


def another_time(state: forms.State) -> list[Block]:
    """What it means, and the reason."""
    means = _(
        "This *cancels the booking*. Cal.com then sends the attendee an e-mail "
        "with a link to pick another time."
    )
    return [parts.section(means), cancel.reason(forms.text(state, ids.REASON), required=False)]


def people(state: forms.State) -> list[Block]:
    """Members, and addresses; both may be given."""
    members = UserMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text=_("Choose members")),
        max_selected_items=MOST_AT_ONCE,
        initial_users=list(forms.many(state, ids.INVITE_MEMBERS)) or None,
    )
    example = _("one@example.com, two@example.com")
    typed = parts.text_input(forms.text(state, ids.INVITE_EMAILS), 3000, placeholder=example)
    told = _("Cal.com sends an e-mail to everybody in the booking.")
    return [
        parts.input_block(ids.INVITE_MEMBERS, _("Members"), members, optional=True),
        parts.input_block(ids.INVITE_EMAILS, _("By e-mail"), typed, hint=told, optional=True),
    ]


def place(event_type: EventType | None, state: forms.State) -> list[Block]:
    """The event type's places, and others that are typed."""
    known = places_of(event_type)[:MOST_PLACES]
    options = [parts.option(plain(_named(each), 75), token(each)) for each in known]
    options += [parts.option(_(label), kind) for kind, label in TYPED.items()]
    chosen = forms.text(state, ids.PLACE)
    menu = StaticSelectElement(
        action_id=ids.VALUE,
        placeholder=_("Choose a place"),
        options=options,
        initial_option=next((each for each in options if each.value == chosen), None),
    )
    typed = parts.text_input(forms.text(state, ids.PLACE_VALUE), LONGEST_PLACE)
    only = _("Fill this in where you chose another link, address or number.")
    return [
        parts.input_block(ids.PLACE, _("Where"), menu),
        parts.input_block(
            ids.PLACE_VALUE, _("Link, address or number"), typed, hint=only, optional=True
        ),
    ]


def _named(known: Location) -> str:
    return service(known.value) if known.kind == "integration" else known.value
