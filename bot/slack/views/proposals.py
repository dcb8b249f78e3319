"""A proposal's message, and what is said about it: each time in the zone of whoever reads it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.proposals import NONE_FITS, Choice, Proposal, State, Struck, Way, standing
from bot.domain.times import say_length, say_moment
from bot.domain.wording import N_, _, ngettext
from bot.services.answering import Answered, Outcome
from bot.slack import ids
from bot.slack.text import date, escape, inline, paragraph
from bot.slack.views import card_parts, parts
from bot.slack.views.parts import Message

NAMES = 12
NOWHERE = ZoneInfo("UTC")
"""Nobody's zone, for what is spoken to everybody."""
NOTE = 1000
WAYS = {
    Way.CLICKER: N_("Whoever presses first is booked."),
    Way.NAMED: N_("The first press books it for everybody who is named."),
    Way.POLL: N_("Mark every time that suits you; the best one is booked."),
}
WHY = {
    Struck.TAKEN: N_("no longer open"),
    Struck.PAST: N_("past"),
}


def card(proposal: Proposal, now: datetime) -> Message:
    """The message as it stands; once it is over without anything to press."""
    if proposal.state in {State.OPEN, State.TAKING}:
        return _open(proposal, now)
    text = _ended(proposal)
    return card_parts.message([text], [card_parts.marked(text)])


def in_home(proposal: Proposal, now: datetime) -> Block:
    """What its proposer sees of it in the Home."""
    left = len(standing(proposal, now))
    whom = users(proposal.named) if proposal.named else f"<#{escape(proposal.channel)}>"
    said = _("{title}, proposed to {whom}: {times}, until {until}").format(
        title=f"*{_title(proposal)}*",
        whom=whom,
        times=ngettext("{count} time is left", "{count} times are left", left),
        until=moment(proposal.expires_at),
    )
    return parts.section(said, _withdraw(proposal))


def told_booked(proposal: Proposal) -> Message:
    """To the proposer: who has taken which time."""
    text = _ended(proposal)
    return card_parts.message([text], [card_parts.marked(text)])


def told_none_fits(proposal: Proposal, user_id: str) -> Message:
    """To the proposer: who wants other times."""
    said = _("None of the times that you proposed for {title} suits {who}.")
    text = said.format(title=f"*{_title(proposal)}*", who=user(user_id))
    again = parts.button(_("Propose others"), ids.PROPOSE_OTHERS, proposal.id, style="primary")
    buttons = ActionsBlock(elements=[again, _withdraw(proposal)])
    return card_parts.message([text], [card_parts.marked(text), buttons])


def told_found_out(proposal: Proposal) -> Message:
    """To somebody who pressed when nobody could say what would come of it."""
    if proposal.state is State.BOOKED:
        return told_booked(proposal)
    said = _("The time that you took for {title} was not booked. Please choose again.")
    text = said.format(title=f"*{_title(proposal)}*")
    return card_parts.message([text], [card_parts.marked(text)])


def answer(answered: Answered) -> Message:
    """To whoever pressed, where the message itself does not say it."""
    text = _answer(answered)
    return card_parts.message([text], [card_parts.marked(text)])


def withdrawn(proposal: Proposal) -> Message:
    """To the proposer, who has taken it back, or wanted to."""
    if proposal.state is State.WITHDRAWN:
        text = _("Taken back: the times for {title} are free again.")
    else:
        text = _("There is nothing to take back: what you proposed for {title} is over.")
    said = text.format(title=f"*{_title(proposal)}*")
    return card_parts.message([said], [card_parts.marked(said)])


def in_modal(said: Message) -> dict[str, Any]:
    """The same where a modal is open."""
    return parts.modal(_("Propose times"), Block.parse_all(said.blocks))


def moment(at: datetime) -> str:
    """A time in the zone of whoever reads it."""
    return date(at, say_moment(at, NOWHERE))


def user(user_id: str) -> str:
    return f"<@{escape(user_id)}>"


def users(user_ids: Iterable[str]) -> str:
    """People by name, the first ones where there are many."""
    every = list(user_ids)
    named = ", ".join(user(one) for one in every[:NAMES])
    if len(every) <= NAMES:
        return named
    more = len(every) - NAMES
    others = ngettext("{count} other", "{count} others", more)
    return _("{names} and {others}").format(names=named, others=others)


def _title(proposal: Proposal) -> str:
    return inline(proposal.thing.title, 100)


def _open(proposal: Proposal, now: datetime) -> Message:
    headline = _headline(proposal)
    lines, blocks = [headline], [card_parts.marked(headline)]
    left = standing(proposal, now)
    for number, choice in enumerate(proposal.choices):
        said = _line(proposal, number, choice)
        lines.append(said)
        if number in left:
            blocks.append(parts.section(said, _press(proposal, number)))
        else:
            blocks.append(card_parts.marked(said))
    if nobody := [one for one, marks in proposal.marks.items() if NONE_FITS in marks]:
        lines.append(_("None of these suits {names}.").format(names=users(nobody)))
        blocks.append(card_parts.small(lines[-1]))
    until = _("{way} Open until {when}.")
    lines.append(until.format(way=_(WAYS[proposal.way]), when=moment(proposal.expires_at)))
    blocks.append(card_parts.small(lines[-1]))
    return card_parts.message(lines, [*blocks, _below(proposal)])


def _headline(proposal: Proposal) -> str:
    said = _("{who} proposes times for {title} ({length})")
    words = {
        "who": user(proposal.user_id),
        "title": f"*{_title(proposal)}*",
        "length": say_length(proposal.thing.minutes),
    }
    lines = [f":calendar: {said.format(**words)}"]
    if proposal.named:
        lines.append(_("For {names}").format(names=users(proposal.named)))
    if proposal.note:
        note = paragraph(proposal.note, NOTE).split("\n")
        lines += [f"> {inline(line, NOTE, empty='')}" for line in note]
    return "\n".join(lines)[:2900]


def _line(proposal: Proposal, number: int, choice: Choice) -> str:
    when = moment(choice.start)
    if choice.struck:
        return f":no_entry_sign: {when} · {_(WHY[choice.struck])}"
    marked = proposal.marked(number)
    if not marked:
        return f"*{when}*"
    return f"*{when}*\n:white_check_mark: {len(marked)} · {users(marked)}"


def _press(proposal: Proposal, number: int) -> ButtonElement:
    value, when = f"{proposal.id}|{number}", say_moment(proposal.choices[number].start, NOWHERE)
    if proposal.way is Way.POLL:
        read = _("Suits me: {when}").format(when=when)
        mark = f"{ids.MARK_TIME}{number}"
        return parts.button(_("Suits me"), mark, value, accessibility_label=read)
    read, take = _("Book this: {when}").format(when=when), f"{ids.TAKE_TIME}{number}"
    return parts.button(_("Book this"), take, value, style="primary", accessibility_label=read)


def _below(proposal: Proposal) -> Block:
    buttons = [parts.button(_("None of these"), ids.NONE_FITS, f"{proposal.id}|{NONE_FITS}")]
    if proposal.way is Way.POLL:
        buttons.append(parts.button(_("Decide"), ids.DECIDE, proposal.id))
    return ActionsBlock(elements=[*buttons, _withdraw(proposal)])


def _withdraw(proposal: Proposal) -> ButtonElement:
    return parts.button(_("Take back"), ids.WITHDRAW, proposal.id)


def _ended(proposal: Proposal) -> str:
    title, taking = f"*{_title(proposal)}*", proposal.taking
    if proposal.state is State.BOOKED and taking:
        when, who = moment(proposal.choices[taking.choice].start), _comes(proposal)
        said = _(":white_check_mark: {title} is booked: {when}, with {who}.")
        return said.format(title=title, when=when, who=who)
    if proposal.state is State.WITHDRAWN:
        said = _("{who} has taken back the times proposed for {title}.")
        return said.format(who=user(proposal.user_id), title=title)
    return _("The times proposed for {title} have run out.").format(title=title)


def _comes(proposal: Proposal) -> str:
    taking = proposal.taking
    assert taking is not None
    if proposal.way is Way.POLL:
        return users(proposal.marked(taking.choice))
    return users(proposal.named if proposal.way is Way.NAMED else [taking.user_id])


def _answer(answered: Answered) -> str:
    proposal, taking = answered.proposal, answered.proposal.taking
    match answered.outcome:
        case Outcome.QUICKER if taking:
            said = _("{who} was a moment quicker: {when} is taken, and the rest is let go.")
            when = moment(proposal.choices[taking.choice].start)
            return said.format(who=user(taking.user_id), when=when)
        case Outcome.ON_ITS_WAY:
            return _("This is on its way already; there is no need to press again.")
        case Outcome.GONE:
            said = _("{when} has been taken meanwhile, so nothing was booked.")
            return said.format(when=moment(proposal.choices[answered.number].start))
        case Outcome.SAID:
            return _("{who} has been told, and may propose other times.").format(
                who=user(proposal.user_id)
            )
        case Outcome.NOTHING:
            return _("Nobody has marked a time that can still be had, so nothing was booked.")
    return _ended(proposal)
