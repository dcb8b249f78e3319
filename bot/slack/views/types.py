"""The list of event types."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock

from bot.domain.event_types import EventType
from bot.domain.wording import _
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.forms import Pick
from bot.slack.text import escape, inline, plain
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import link, whole
from bot.slack.views.traits import lengths, traits

PER_PAGE = 8


def types_page(offer: Offer, page: int, command: str) -> Message:
    """One page of an offer's event types.

    Args:
        page: From 0; one that is not there shows the nearest that is.
        command: The slash command's name.
    """
    if not offer.event_types:
        return nothing_to_book(offer)
    last = (len(offer.event_types) - 1) // PER_PAGE
    page = max(0, min(page, last))
    shown = offer.event_types[page * PER_PAGE :][:PER_PAGE]
    title = (
        _("Event types of {whose}").format(whose=plain(offer.whose, 80))
        if offer.whose
        else _("Event types")
    )
    blocks: list[Block] = [HeaderBlock(text=title)]
    for event_type in shown:
        blocks += _row(event_type, offer.owner or "")
    hint = _("Type a name to go straight to one: `{command} types demo`.").format(command=command)
    footer = (
        _("Page {page} of {last}. {hint}").format(page=page + 1, last=last + 1, hint=hint)
        if last
        else ""
    )
    if footer:
        blocks += [ActionsBlock(elements=_turns(page, last, offer.owner)), parts.context(footer)]
    return parts.message(whole([escape(title), *map(_said, shown), footer]).strip(), blocks)


def one_type(offer: Offer, event_type: EventType) -> Message:
    """The one that was asked for."""
    return parts.message(_said(event_type), _row(event_type, offer.owner or ""))


def nothing_to_book(offer: Offer) -> Message:
    """A sentence with what to do where there is no event type."""
    if offer.owner is None:
        text = _(
            "This Cal.com account has no event types yet. Make one in Cal.com, then look again."
        )
    else:
        whose = inline(offer.whose or offer.owner, 80)
        text = _(
            "There is nothing to book with {whose}: no such person on Cal.com, or no "
            "public event type. Check the name, or ask them for a booking link."
        ).format(whose=whose)
    return parts.message(text, [parts.section(text)])


def _row(event_type: EventType, owner: str) -> list[Block]:
    facts = " · ".join([lengths(event_type), *traits(event_type)])
    lines = [f"*{link(event_type.url, event_type.title)}*", facts]
    if event_type.description.strip():
        lines.append(inline(event_type.description, 150))
    value = Pick(event_type.id, owner).encode()
    buttons = [
        parts.button(_("Slots"), ids.SHOW_SLOTS, value),
        parts.button(_("Book"), ids.START_BOOK, value, style="primary"),
        parts.button(_("Share"), ids.SHARE, value),
    ]
    return [parts.section("\n".join(lines)), ActionsBlock(elements=buttons)]


def _said(event_type: EventType) -> str:
    facts = ", ".join([lengths(event_type), *traits(event_type)])
    description = f": {inline(event_type.description, 150)}" if event_type.description else ""
    return f"{inline(event_type.title)} ({facts}){description}"


def _turns(page: int, last: int, owner: str | None) -> list[ButtonElement]:
    buttons = []
    if page > 0:
        buttons.append(_turn("earlier", _("Previous page"), page - 1, owner))
    if page < last:
        buttons.append(_turn("later", _("Next page"), page + 1, owner))
    return buttons


def _turn(word: str, label: str, page: int, owner: str | None) -> ButtonElement:
    return parts.button(label, ids.TYPES_PAGE + word, f"{page}|{owner or ''}")
