"""The modal in which times are proposed, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConversationSelectElement,
    DatePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.blocks.block_elements import ConversationFilter

from bot.domain.errors import PlaceBusy, PlaceUnknown
from bot.domain.event_types import EventType
from bot.domain.proposals import MOST_PEOPLE, MOST_TIMES, Proposal, Way
from bot.domain.slots import Slot, by_day
from bot.domain.times import say_length
from bot.domain.wording import N_, _
from bot.services.offers import Offer
from bot.services.proposing import NO_GROUPS, Proposed
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.proposeform import LONGEST_NOTE, STANDS, ProposeForm
from bot.slack.text import escape, inline, plain
from bot.slack.views import parts, proposals
from bot.slack.views.problem import complained
from bot.slack.views.reading import Reading
from bot.slack.views.what import MOST_OPTIONS, event_type_option

TITLE: Final = N_("Propose times")
DAYS: Final = 5
"""So many days with open times are shown at once."""
EARLIER, LATER = "earlier", "later"
WAYS: Final = {
    Way.CLICKER: N_("Whoever presses first is booked"),
    Way.NAMED: N_("The first press books everybody named above"),
    Way.POLL: N_("A poll: everybody marks what suits, the best is booked"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the modal shows; `slots` is None where they are not known."""

    form: ProposeForm
    offer: Offer | None
    reading: Reading
    slots: tuple[Slot, ...] | None = None
    problem: Problem | None = None


def loading(form: ProposeForm) -> dict[str, Any]:
    """What opens at once."""
    return _modal(form, [parts.context(_("_Looking up what can be proposed …_"))])


def busy(form: ProposeForm) -> dict[str, Any]:
    """While the times are held and the message is posted."""
    return _modal(form, [parts.section(_(":hourglass_flowing_sand: *Holding the times …*"))])


def modal(draft: Draft) -> dict[str, Any]:
    """The form as it stands."""
    form, offer = draft.form, draft.offer
    if offer is None or not offer.event_types:
        return _modal(form, complained([parts.section(_("There is nothing to propose."))], None))
    blocks: list[Block] = []
    if form.understood:
        said = _("You asked for: {when}").format(when=inline(form.understood, 300))
        blocks.append(parts.context(said))
    blocks.append(_event_type(offer))
    if offer.chosen is None:
        return _modal(form, complained(blocks, draft.problem), submit=_("Propose"))
    blocks += _lengths(form, offer.chosen)
    blocks += _times(draft)
    blocks += [_whom(form), _channel(form), _way(form), _stands(form), _note(form)]
    return _modal(form, complained(blocks, draft.problem), submit=_("Propose"))


def proposed(proposal: Proposal) -> dict[str, Any]:
    """The end of it: what was proposed, and which times were gone already."""
    left = [choice for choice in proposal.choices if choice.struck is None]
    gone = [choice for choice in proposal.choices if choice.struck]
    where = _where(proposal)
    lines = [
        f":white_check_mark: {where}",
        *(f"• {proposals.moment(choice.start)}" for choice in left),
    ]
    if gone:
        lines.append(_("No longer open, so left out:"))
        lines += [f"• {proposals.moment(choice.start)}" for choice in gone]
    if any(choice.hold is None for choice in left):
        lines.append(_("Cal.com does not let me hold all of them: somebody else may be first."))
    back = ActionsBlock(elements=[parts.button(_("Take back"), ids.WITHDRAW, proposal.id)])
    return parts.modal(_(TITLE), [parts.section("\n".join(lines)), back], close=_("Done"))


def not_posted(done: Proposed) -> str:
    """Why nothing can be answered yet, and what to do."""
    error = done.error
    if isinstance(error, PlaceUnknown):
        return _(
            "Slack did not say whether it has posted the message. If it is there it works; if not, "
            "take it back with the button in the message, or just propose again."
        )
    if isinstance(error, PlaceBusy):
        return _("Slack does not take messages right now. Nothing was proposed; please try again.")
    if error and error.code == NO_GROUPS:
        return _(
            "I may not write to several people at once here: an admin has to give the app the "
            "scope mpim:write. Nothing was proposed. Choose a channel, or a single person."
        )
    if done.proposal.channel:
        said = _(
            "I cannot post in {channel}. Nothing was proposed. Write `/invite @` and my name "
            "there, then try again."
        )
        return said.format(channel=f"<#{escape(done.proposal.channel)}>")
    return _("Slack does not let me write to them. Nothing was proposed.")


def window(draft: Draft) -> list[tuple[date, list[Slot]]]:
    """The days that are shown, with their open times."""
    first = draft.form.day or draft.reading.today
    days = by_day(draft.slots or (), draft.reading.zone)
    return [(day, slots) for day, slots in days if day >= first][:DAYS]


def _where(proposal: Proposal) -> str:
    if proposal.named:
        said = _("Proposed to {names}:")
        return said.format(names=proposals.users(proposal.named))
    return _("Proposed in {channel}:").format(channel=f"<#{escape(proposal.channel)}>")


def _modal(form: ProposeForm, blocks: Sequence[Block], submit: str | None = None) -> dict[str, Any]:
    return parts.modal(
        _(TITLE),
        blocks,
        callback_id=ids.PROPOSE,
        metadata=form.metadata(),
        submit=submit,
        close=_("Cancel"),
    )


def _event_type(offer: Offer) -> InputBlock:
    """The choice of an event type: a menu, or a search where there are many."""
    chosen = event_type_option(offer.chosen) if offer.chosen else None
    element: StaticSelectElement | ExternalDataSelectElement
    if len(offer.event_types) > MOST_OPTIONS:
        element = ExternalDataSelectElement(
            action_id=ids.PROPOSE_TYPE,
            min_query_length=0,
            placeholder=_("Type to search"),
            initial_option=chosen,
        )
    else:
        element = StaticSelectElement(
            action_id=ids.PROPOSE_TYPE,
            placeholder=_("Choose an event type"),
            options=[event_type_option(t) for t in offer.event_types],
            initial_option=chosen,
        )
    label = plain(_("What ({whose})").format(whose=offer.whose) if offer.whose else _("What"), 100)
    block_id = f"{ids.EVENT_TYPE}:{offer.chosen.id if offer.chosen else ''}"
    return parts.input_block(block_id, label, element, dispatch=True)


def _lengths(form: ProposeForm, event_type: EventType) -> list[Block]:
    if len(event_type.lengths) < 2:
        return []
    options = [parts.option(say_length(n), str(n)) for n in event_type.lengths[:MOST_OPTIONS]]
    current = form.length or event_type.length
    chosen = next((o for o in options if o.value == str(current)), options[0])
    menu = StaticSelectElement(action_id=ids.PROPOSE_LENGTH, options=options, initial_option=chosen)
    return [parts.input_block(f"{ids.LENGTH}:{event_type.id}", _("How long"), menu, dispatch=True)]


def _times(draft: Draft) -> list[Block]:
    form, days = draft.form, window(draft)
    first = form.day or draft.reading.today
    picker = DatePickerElement(action_id=ids.PROPOSE_DAY, initial_date=first.isoformat())
    blocks: list[Block] = [
        parts.input_block(f"{ids.DAY}:{first}", _("From this day on"), picker, dispatch=True)
    ]
    if days or form.starts:
        blocks.append(_menu(draft, days))
    if not days:
        said = _("Nothing is open in these two weeks. Choose a later day above.")
        if draft.slots is None:
            said = _("The open times could not be looked up.")
        blocks.append(parts.section(said))
    return [*blocks, _around(first, days, draft.reading.today)]


def _menu(draft: Draft, days: Sequence[tuple[date, list[Slot]]]) -> InputBlock:
    """The open times by day, below what is chosen already: Slack takes what is chosen from one
    group only."""
    form, reading = draft.form, draft.reading
    groups = {_("Chosen"): list(form.starts)} if form.starts else {}
    for day, slots in days:
        others = [slot.start for slot in slots if slot.start not in form.starts]
        if others:
            groups[reading.day(day)] = others[:MOST_OPTIONS]
    options = {start: _option(start, reading) for each in groups.values() for start in each}
    menu = StaticMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text=_("Choose up to five")),
        option_groups=[
            OptionGroup(label=PlainTextObject(text=label), options=[options[s] for s in starts])
            for label, starts in groups.items()
        ],
        initial_options=[options[start] for start in form.starts] or None,
        max_selected_items=MOST_TIMES,
    )
    label = _("Times, {zone}").format(zone=reading.zone_name(min(options)))
    return parts.input_block(f"{ids.TIMES}:{form.key}", plain(label, 150), menu)


def _option(start: datetime, reading: Reading) -> Option:
    label = f"{reading.day(reading.day_of(start))}, {reading.clock(start)}"
    return parts.option(plain(label, 75), start.isoformat())


def _around(first: date, days: Sequence[tuple[date, list[Slot]]], today: date) -> ActionsBlock:
    """To other days; a button's value is the first day that is shown then."""
    buttons = []
    if first > today:
        back = max(today, date.fromordinal(first.toordinal() - 7))
        buttons.append(parts.button(_("Earlier"), f"{ids.PROPOSE_SPAN}{EARLIER}", back.isoformat()))
    last = days[-1][0].toordinal() + 1 if days else first.toordinal() + 14
    later = date.fromordinal(last).isoformat()
    buttons.append(parts.button(_("Later"), f"{ids.PROPOSE_SPAN}{LATER}", later))
    return ActionsBlock(elements=buttons)


def _whom(form: ProposeForm) -> InputBlock:
    menu = UserMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=PlainTextObject(text=_("Choose members")),
        max_selected_items=MOST_PEOPLE,
        initial_users=list(form.named) or None,
    )
    hint = _("Written to directly, several as a group; in a channel only they can answer.")
    return parts.input_block(ids.WHOM, _("To whom"), menu, hint=hint, optional=True)


def _channel(form: ProposeForm) -> InputBlock:
    menu = ConversationSelectElement(
        action_id=ids.VALUE,
        filter=ConversationFilter(include=["public", "private"]),
        initial_conversation=form.channel or None,
    )
    return parts.input_block(ids.CHANNEL, _("In a channel"), menu, optional=True)


def _way(form: ProposeForm) -> InputBlock:
    options = {way: parts.option(_(label), way.value) for way, label in WAYS.items()}
    radio = RadioButtonsElement(
        action_id=ids.VALUE, options=list(options.values()), initial_option=options[form.way]
    )
    return parts.input_block(ids.WAY, _("How it is booked"), radio)


def _stands(form: ProposeForm) -> InputBlock:
    options = {name: parts.option(_(label), name) for name, (label, _for) in STANDS.items()}
    menu = StaticSelectElement(
        action_id=ids.VALUE, options=list(options.values()), initial_option=options[form.stands]
    )
    return parts.input_block(ids.STANDS, _("How long it stands"), menu)


def _note(form: ProposeForm) -> InputBlock:
    typed = parts.text_input(form.note, LONGEST_NOTE, multiline=True)
    return parts.input_block(ids.NOTES, _("Note"), typed, optional=True)
