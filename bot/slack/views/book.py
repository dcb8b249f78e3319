"""The booking modal."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ConversationSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextObject,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.blocks.block_elements import ConversationFilter

from bot.domain.errors import PlaceError, PlaceUnreachable
from bot.domain.event_types import EventType
from bot.domain.times import say_length
from bot.services.availability import Offer
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.ordering import MOST_GUESTS, BookForm
from bot.slack.text import escape, inline, plain
from bot.slack.views import attendee, parts
from bot.slack.views.problem import warning
from bot.slack.views.times import Times
from bot.slack.views.times import blocks as times_blocks

TITLE = "Book a meeting"
MOST_OPTIONS = 100
FIELDS = {
    "email": ids.GUEST_EMAIL,
    "name": ids.GUEST_NAME,
    "guests": ids.INVITE_EMAILS,
    "notes": ids.NOTES,
    "timeZone": ids.TIME_ZONE,
    "lengthInMinutes": ids.LENGTH,
}
"""Which block asks for what Cal.com calls by this name."""
ATTENDEE = frozenset({"email", "name", "timeZone"})
"""Those of them that are shown only while the attendee is edited."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the modal shows: the form, what can be chosen, and what was wrong last time.

    `offer` is None until it is known; `unbookable` says why the chosen event type cannot be
    booked from here.
    """

    form: BookForm
    offer: Offer | None
    times: Times | None = None
    problem: Problem | None = None
    unbookable: str = ""


def loading(form: BookForm) -> dict[str, Any]:
    """What opens at once, when nothing is known yet."""
    return parts.modal(
        TITLE,
        [parts.context("_Looking up what can be booked …_")],
        callback_id=ids.BOOK,
        metadata=form.metadata(),
    )


def modal(draft: Draft) -> dict[str, Any]:
    """The form as it stands."""
    blocks = _blocks(draft)
    asks = any(isinstance(block, InputBlock) for block in blocks)  # Slack then wants a submit
    return parts.modal(
        TITLE,
        blocks,
        callback_id=ids.BOOK,
        submit="Book" if asks else None,
        metadata=draft.form.metadata(),
        close="Cancel",
    )


def busy(form: BookForm, command: str) -> dict[str, Any]:
    """The answer to the press on Book, while Cal.com is asked."""
    text = (
        ":hourglass_flowing_sand: *Booking …*\nIf this window still says so in a minute, look "
        f"at `{command} bookings` before you try again."
    )
    return parts.modal(TITLE, [parts.section(text)], callback_id=ids.BOOK, metadata=form.metadata())


def told(channel: str, error: PlaceError | None) -> str:
    """What came of telling a channel; the booking stands either way."""
    where = f"<#{escape(channel)}>"
    if error is None:
        return f":mega: {where} has been told."
    if isinstance(error, PlaceUnreachable):
        return (
            f":warning: It is booked, but I could not tell {where}: I cannot post there. Write "
            f"`/invite @` and my name in that channel, then the next booking gets through."
        )
    return f":warning: It is booked. Slack did not take the message for {where} yet; I keep trying."


def not_told(channel: str) -> str:
    """What is said where the card could not even be kept to be posted later."""
    return (
        f":warning: It is booked, but I could not tell <#{escape(channel)}>: my own storage is not "
        "answering. Nothing will be posted there for it; tell them yourself."
    )


def _blocks(draft: Draft) -> list[Block]:
    form, offer = draft.form, draft.offer
    blocks: list[Block] = []
    problem = draft.problem
    field = FIELDS.get(problem.field or "") if problem else None
    if problem and not field:
        blocks.append(parts.section(f":warning: {problem.text}"))
    if offer is None:
        return [*blocks, parts.context("_Looking up what can be booked …_")]
    if not offer.event_types:
        return [*blocks, parts.section(_nothing_to_book(offer))]
    if form.understood:
        blocks.append(parts.context(f"You asked for: {inline(form.understood, 300)}"))
    blocks.append(_event_type(form, offer))
    if offer.chosen is None or draft.times is None:
        return _with_complaint(blocks, draft.problem)
    blocks += _lengths(form, offer.chosen)
    if draft.unbookable:
        return [*blocks, parts.section(draft.unbookable)]
    blocks += times_blocks(draft.times, form.key)
    blocks += attendee.blocks(form)
    blocks += _extras(form, offer.chosen)
    problem = draft.problem
    if problem and problem.fresh_times and draft.times.slots is not None:
        problem = problem.above_times()
    return _with_complaint(blocks, problem)


def _with_complaint(blocks: list[Block], problem: Problem | None) -> list[Block]:
    """Put what Cal.com said of a field right under it, and on top what is about none of them."""
    if not problem:
        return blocks
    field = FIELDS.get(problem.field or "", "")
    shown = ((n, (block.block_id or "").partition(":")[0]) for n, block in enumerate(blocks))
    at = next((n for n, block_id in shown if field and block_id == field), None)
    if at is None:
        return [warning(problem.named), *blocks]
    return [*blocks[: at + 1], warning(problem.text), *blocks[at + 1 :]]


def _nothing_to_book(offer: Offer) -> str:
    if offer.whose:
        return f"{inline(offer.whose)} has nothing on Cal.com that can be booked."
    return "There are no event types in Cal.com yet. Make one there first, then come back."


def event_type_option(event_type: EventType) -> Option:
    """An event type in a select: its title, and how long it takes."""
    lengths = event_type.lengths or (event_type.length,)
    label = f"{event_type.title} · {' / '.join(say_length(n) for n in lengths)}"
    return parts.option(plain(label, 75), str(event_type.id))


def _event_type(form: BookForm, offer: Offer) -> InputBlock:
    label = f"What ({offer.whose})" if offer.whose else "What"
    chosen = event_type_option(offer.chosen) if offer.chosen else None
    element: StaticSelectElement | ExternalDataSelectElement
    if len(offer.event_types) > MOST_OPTIONS:
        element = ExternalDataSelectElement(
            action_id=ids.PICK_EVENT_TYPE,
            min_query_length=0,
            placeholder="Type to search",
            initial_option=chosen,
        )
    else:
        element = StaticSelectElement(
            action_id=ids.PICK_EVENT_TYPE,
            placeholder="Choose an event type",
            options=[event_type_option(t) for t in offer.event_types],
            initial_option=chosen,
        )
    # While a block keeps its id, Slack keeps what was chosen in it, whatever is drawn.
    block_id = f"{ids.EVENT_TYPE}:{offer.chosen.id if offer.chosen else ''}"
    return parts.input_block(block_id, plain(label, 100), element, dispatch=True)


def _lengths(form: BookForm, event_type: EventType) -> list[Block]:
    if len(event_type.lengths) < 2:
        return []
    options = [parts.option(say_length(n), str(n)) for n in event_type.lengths]
    current = form.length or event_type.length
    chosen = next((o for o in options if o.value == str(current)), options[0])
    lengths = StaticSelectElement(action_id=ids.PICK_LENGTH, options=options, initial_option=chosen)
    return [parts.input_block(f"{ids.LENGTH}:{event_type.id}", "How long", lengths, dispatch=True)]


def _extras(form: BookForm, event_type: EventType) -> list[Block]:
    guests = [_invited(form), _invited_emails(form)] if event_type.guests_allowed else []
    asked = next((q for q in event_type.questions if q.slug == "notes"), None)
    notes = parts.text_input(form.notes, 3000, multiline=True)
    channel = ConversationSelectElement(
        action_id=ids.VALUE,
        filter=ConversationFilter(include=["public", "private"]),
        initial_conversation=form.channel or None,
    )
    follows = "Posts a card there that follows the booking."
    return [
        *guests,
        parts.input_block(ids.NOTES, "Notes", notes, optional=not (asked and asked.required)),
        parts.input_block(ids.CHANNEL, "Tell a channel", channel, hint=follows, optional=True),
    ]


def _invited(form: BookForm) -> InputBlock:
    members = UserMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text="Choose members"),
        max_selected_items=MOST_GUESTS,
        initial_users=list(form.invited) or None,
    )
    return parts.input_block(ids.INVITE_MEMBERS, "Also invite members", members, optional=True)


def _invited_emails(form: BookForm) -> InputBlock:
    example = "one@example.com, two@example.com"
    emails = parts.text_input(form.invited_emails, 3000, placeholder=example)
    return parts.input_block(ids.INVITE_EMAILS, "Also invite by e-mail", emails, optional=True)
