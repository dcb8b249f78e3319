"""Who else comes, what they should know, and which channel is told."""

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConversationSelectElement,
    InputBlock,
    PlainTextObject,
    UserMultiSelectElement,
)
from slack_sdk.models.blocks.block_elements import ConversationFilter

from bot.domain.event_types import EventType
from bot.domain.wording import _
from bot.slack import ids
from bot.slack.about import LONGEST_NOTES
from bot.slack.bookform import BookForm
from bot.slack.ordering import MOST_GUESTS, takes_notes
from bot.slack.text import plain
from bot.slack.views import parts


def guests(form: BookForm, event_type: EventType) -> list[Block]:
    """Members and e-mails to invite, where the event type takes guests."""
    if not takes_guests(event_type):
        return []
    return [_members(form), _emails(form, required=event_type.requires("guests"))]


def notes(form: BookForm, event_type: EventType) -> list[Block]:
    """Notes, unless the event type hides them."""
    if not takes_notes(event_type):
        return []
    asked = event_type.question("notes")
    typed = parts.text_input(form.notes, LONGEST_NOTES, multiline=True)
    label = plain(asked.label, 150) if asked and asked.label else _("Notes")
    optional = not (asked and asked.required)
    return [parts.input_block(ids.NOTES, label, typed, optional=optional)]


def takes_guests(event_type: EventType) -> bool:
    """A class has seats instead, and some event types take none or do not ask."""
    hidden = any(q.slug == "guests" and q.hidden for q in event_type.questions)
    return event_type.guests_allowed and not hidden and not event_type.seats


def _members(form: BookForm) -> InputBlock:
    members = UserMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text=_("Choose members")),
        max_selected_items=MOST_GUESTS,
        initial_users=list(form.invited) or None,
    )
    return parts.input_block(ids.INVITE_MEMBERS, _("Also invite members"), members, optional=True)


def _emails(form: BookForm, *, required: bool) -> InputBlock:
    example = _("one@example.com, two@example.com")
    emails = parts.text_input(form.invited_emails, 3000, placeholder=example)
    hint = _("At least one person has to be invited, here or above.") if required else ""
    label = _("Also invite by e-mail")
    return parts.input_block(ids.INVITE_EMAILS, label, emails, hint=hint, optional=True)


def channel(form: BookForm) -> InputBlock:
    """Where to post a card for the booking, if anywhere."""
    menu = ConversationSelectElement(
        action_id=ids.VALUE,
        filter=ConversationFilter(include=["public", "private"]),
        initial_conversation=form.channel or None,
    )
    follows = _("Posts a card there that follows the booking.")
    return parts.input_block(ids.CHANNEL, _("Tell a channel"), menu, hint=follows, optional=True)


def thread(form: BookForm) -> InputBlock:
    """Whether the thread of the message it is about is told."""
    told = parts.option(_("Post the confirmation in the thread of the message"), "yes")
    boxes = CheckboxesElement(
        action_id=ids.VALUE, options=[told], initial_options=[told] if form.in_thread else None
    )
    hint = _("Everybody in that channel can read it there.")
    return parts.input_block(
        ids.THREAD, _("Tell them where it was asked"), boxes, hint=hint, optional=True
    )
