"""The booking modal: the form's first screen, and those that ask the event type's own questions."""

from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, InputBlock

from bot.domain.bookings import Feature
from bot.domain.errors import PlaceError, PlaceUnreachable
from bot.domain.event_types import EventType
from bot.domain.wording import N_, _
from bot.services.offers import Offer
from bot.slack import ids, ordering
from bot.slack.bookform import BookForm
from bot.slack.errors import Problem
from bot.slack.text import escape, inline
from bot.slack.views import attendee, invite, parts, questions, what, where
from bot.slack.views.problem import warning
from bot.slack.views.times import Times
from bot.slack.views.times import blocks as times_blocks

TITLE = N_("Book a meeting")
FIELDS = {
    "email": ids.GUEST_EMAIL,
    "name": ids.GUEST_NAME,
    "guests": ids.INVITE_EMAILS,
    "members": ids.INVITE_MEMBERS,
    "notes": ids.NOTES,
    "timeZone": ids.TIME_ZONE,
    "language": ids.LANGUAGE,
    "lengthInMinutes": ids.LENGTH,
    "recurrenceCount": ids.COUNT,
    "location": ids.PLACE_VALUE,
    "phoneNumber": ids.PLACE_VALUE,
}
"""Which block of the first screen asks for what Cal.com calls by this name."""
ATTENDEE = frozenset({"email", "name", "timeZone", "language"})
"""Those of them that are shown only while the attendee is edited."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the modal shows: the form, what can be chosen, and what was wrong last time.

    `offer` is None until it is known; `features` are what this Cal.com can do.
    """

    form: BookForm
    offer: Offer | None
    times: Times | None = None
    problem: Problem | None = None
    features: frozenset[Feature] = field(default=frozenset())


def loading(form: BookForm) -> dict[str, Any]:
    """What opens at once, when nothing is known yet."""
    return _modal(form, [parts.context(_("_Looking up what can be booked …_"))])


def modal(draft: Draft) -> dict[str, Any]:
    """The form as it stands, on the screen that it is at."""
    form, chosen = draft.form, draft.offer.chosen if draft.offer else None
    if chosen and 0 < form.screen < len(ordering.screens(chosen)):
        return _further(draft, chosen)
    blocks = _first(draft)
    if not any(isinstance(block, InputBlock) for block in blocks):
        return _modal(form, blocks, close=_("Cancel"))
    return _modal(form, blocks, submit=_submit(form, chosen), close=_("Cancel"))


def turning(form: BookForm) -> dict[str, Any]:
    """The answer to a press on Next, until the next screen is drawn."""
    return _modal(form, [parts.context(_("_One moment …_"))])


def busy(form: BookForm, command: str) -> dict[str, Any]:
    """The answer to the press on Book, while Cal.com is asked."""
    text = _(
        ":hourglass_flowing_sand: *Booking …*\nIf this window still says so in a "
        "minute, look at `{command} bookings` before you try again."
    ).format(command=command)
    return _modal(form, [parts.section(text)])


def told(channel: str, error: PlaceError | None, *, in_thread: bool = False) -> str:
    """What came of telling a channel; the booking stands either way."""
    where = f"<#{escape(channel)}>"
    if error is None and in_thread:
        return _(":mega: The thread in {channel} has been told.").format(channel=where)
    if error is None:
        return _(":mega: {where} has been told.").format(where=where)
    if isinstance(error, PlaceUnreachable):
        return _(
            ":warning: It is booked, but I could not tell {where}: I cannot post "
            "there. Write `/invite @` and my name in that channel, then the next "
            "booking gets through."
        ).format(where=where)
    return _(
        ":warning: It is booked. Slack did not take the message for {where} yet; I keep trying."
    ).format(where=where)


def not_told(channel: str) -> str:
    """What is said where the card could not even be kept to be posted later."""
    return _(
        ":warning: It is booked, but I could not tell <#{channel}>: my own storage "
        "is not answering. Nothing will be posted there for it; tell them yourself."
    ).format(channel=escape(channel))


def _modal(form: BookForm, blocks: list[Block], **more: Any) -> dict[str, Any]:
    return parts.modal(
        _(TITLE),
        blocks,
        callback_id=ids.BOOK,
        metadata=form.metadata(),
        notify_on_close=True,  # a time may be held for the form
        **more,
    )


def _submit(form: BookForm, chosen: EventType | None) -> str:
    more = chosen is not None and form.screen + 1 < len(ordering.screens(chosen))
    return _("Next") if more else _("Book")


def _further(draft: Draft, chosen: EventType) -> dict[str, Any]:
    """A screen of questions."""
    form, screens = draft.form, ordering.screens(chosen)
    asked = screens[form.screen]
    step = _("{title} · step {screen} of {count}").format(
        title=inline(chosen.title, 150), screen=form.screen + 1, count=len(screens)
    )
    blocks: list[Block] = [parts.context(step)]
    blocks += questions.blocks(chosen.id, asked, form.answers)
    blocks.append(ActionsBlock(elements=[parts.button(_("Back"), ids.BACK, str(form.screen - 1))]))
    shown = _with_complaint(blocks, draft.problem, chosen)
    return _modal(form, shown, submit=_submit(form, chosen), close=_("Cancel"))


def _first(draft: Draft) -> list[Block]:
    form, offer = draft.form, draft.offer
    if offer is None:
        blocks: list[Block] = [parts.context(_("_Looking up what can be booked …_"))]
        return _with_complaint(blocks, draft.problem)
    if not offer.event_types:
        return _with_complaint([parts.section(_nothing_to_book(offer))], draft.problem)
    blocks = []
    if form.understood:
        blocks.append(
            parts.context(
                _("You asked for: {understood}").format(understood=inline(form.understood, 300))
            )
        )
    blocks.append(what.event_type(offer))
    chosen = offer.chosen
    if chosen is None:
        return _with_complaint(blocks, draft.problem)
    blocks += what.details(form, chosen, draft.features)
    if not form.instant and draft.times is None:
        return _with_complaint(blocks, draft.problem, chosen)
    if draft.times and not form.instant:
        blocks += times_blocks(draft.times, form.key)
    blocks += attendee.blocks(form, chosen)
    blocks += invite.guests(form, chosen)
    blocks += where.blocks(form, chosen)
    blocks += questions.blocks(chosen.id, ordering.screens(chosen)[0], form.answers)
    blocks += invite.notes(form, chosen)
    blocks.append(invite.channel(form))
    if form.thread:
        blocks.append(invite.thread(form))
    problem = draft.problem
    if problem and problem.fresh_times and draft.times and draft.times.slots is not None:
        problem = problem.above_times()
    return _with_complaint(blocks, problem, chosen)


def _with_complaint(
    blocks: list[Block], problem: Problem | None, chosen: EventType | None = None
) -> list[Block]:
    """Put what Cal.com said of a field right under it, and on top what is about none of them."""
    if not problem:
        return blocks
    at = _place_of(problem.field or "", blocks, chosen)
    if at is None:
        return [warning(problem), *blocks]
    return [*blocks[: at + 1], warning(problem, at_field=True), *blocks[at + 1 :]]


def _place_of(slug: str, blocks: list[Block], chosen: EventType | None) -> int | None:
    """Where the block stands that asks for this field."""
    wanted = {FIELDS.get(slug, "")}
    if slug == "location":
        wanted.add(ids.PLACE)
    own = questions.block_of(chosen.id, slug) if chosen and slug else ""
    found = [
        number
        for number, block in enumerate(blocks)
        if (own and block.block_id == own)
        or (block.block_id or "").partition(":")[0] in wanted - {""}
    ]
    return found[-1] if found else None


def _nothing_to_book(offer: Offer) -> str:
    if offer.whose:
        return _("{whose} has nothing on Cal.com that can be booked.").format(
            whose=inline(offer.whose)
        )
    if offer.owner:
        return _("There is nothing on Cal.com that can be booked by that name.")
    return _("There are no event types in Cal.com yet. Make one there first, then come back.")
