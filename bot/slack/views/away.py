"""Out of office: what is to come, and the modal that adds to it and changes it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DatePickerElement,
    HeaderBlock,
    InputBlock,
    StaticSelectElement,
)

from bot.domain.away import REASONS, Away, Colleague
from bot.domain.wording import N_, _, ngettext
from bot.services.away import Saved
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import SECTION, inline, plain, shorten
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.problem import complained
from bot.slack.views.reading import Reading, whole

TITLE = N_("Out of office")
GONE = N_("That entry is not there any more: it was deleted meanwhile, or is over.")
MOST = 20
MOST_COLLEAGUES = 99
LONGEST_NOTES = 1000
NOBODY = "0"
PAGE = "/settings/my-account/out-of-office"
"""Cal.com's own page, below the address of its web app."""
FIELDS = {"start": ids.AWAY_FROM, "end": ids.AWAY_UNTIL, "toUserId": ids.COVER}
"""At which block a refused field stands."""


def listing(found: Sequence[Away] | None, reading: Reading, calcom: str, note: str = "") -> Message:
    """The days to come, each to be changed and taken back; with None where they are kept.

    Args:
        calcom: Where people use Cal.com in the browser.
        note: What has to be said first.
    """
    if found is None:
        return _elsewhere(calcom)
    blocks: list[Block] = [HeaderBlock(text=_(TITLE))]
    notes = [f":warning: {note}"] if note else []
    blocks += map(parts.section, notes)
    told = [entry(each, reading) for each in found[:MOST]]
    for said, each in zip(told, found, strict=False):
        blocks += [parts.section(said), ActionsBlock(elements=_changes(each, reading))]
    if not told:
        told = [_("No days out of office are to come.")]
        blocks.append(parts.section(told[0]))
    if (more := len(found) - MOST) > 0:
        told.append(ngettext("And {count} more entry.", "And {count} more entries.", more))
        blocks.append(parts.context(told[-1]))
    add = parts.button(_("Add"), ids.ADD_AWAY, style="primary")
    blocks.append(ActionsBlock(elements=[add, _page(calcom)]))
    return parts.message(whole([_(TITLE), *notes, *told]), blocks)


def _elsewhere(calcom: str) -> Message:
    text = _(
        "This Cal.com server does not tell days out of office through its API, so they can be seen "
        "and changed on its own page only."
    )
    return parts.message(text, [parts.section(text), ActionsBlock(elements=[_page(calcom)])])


def _page(calcom: str) -> ButtonElement:
    return parts.button(_("Open in Cal.com"), ids.LINK, url=calcom + PAGE)


def _changes(away: Away, reading: Reading) -> list[ButtonElement]:
    sure = ConfirmObject(
        title=_("Delete these days?"),
        text=shorten(entry(away, reading), 300),
        confirm=_("Delete"),
        deny=_("Keep"),
        style="danger",
    )
    return [
        parts.button(_("Edit"), ids.EDIT_AWAY, str(away.id)),
        parts.button(_("Delete"), ids.END_AWAY, str(away.id), style="danger", confirm=sure),
    ]


def loading() -> dict[str, Any]:
    return parts.modal(_(TITLE), [parts.context(_("_One moment …_"))])


def form(
    shown: Away | None,
    colleagues: Sequence[Colleague],
    metadata: str,
    *,
    read_as: str = "",
    problem: Problem | None = None,
) -> dict[str, Any]:
    """The modal, filled with what is known of the entry.

    Args:
        metadata: Which entry it is about, and in whose zone a day is over.
        read_as: The days in words, where they were typed.
    """
    blocks: list[Block] = []
    if read_as:
        blocks.append(parts.context(_("Read as {days}.").format(days=read_as)))
    blocks += [
        _day(ids.AWAY_FROM, _("First day"), shown.first.isoformat() if shown else None),
        _day(ids.AWAY_UNTIL, _("Last day"), shown.last.isoformat() if shown else None),
        _reason(shown.reason if shown else ""),
        *_cover(shown.cover if shown else None, colleagues),
        parts.input_block(
            ids.NOTES,
            _("Notes"),
            parts.text_input(shown.notes if shown else "", LONGEST_NOTES, multiline=True),
            optional=True,
        ),
    ]
    at = FIELDS.get(problem.field or "") if problem else None
    return parts.modal(
        _(TITLE),
        complained(blocks, problem, at),
        callback_id=ids.AWAY,
        submit=_("Save"),
        metadata=metadata,
        close=_("Cancel"),
    )


def _day(block_id: str, label: str, initial: str | None) -> InputBlock:
    element = DatePickerElement(action_id=ids.VALUE, initial_date=initial)
    return parts.input_block(block_id, label, element)


def _reason(chosen: str) -> InputBlock:
    options = {value: parts.option(_(label), value) for value, label in REASONS.items()}
    element = StaticSelectElement(
        action_id=ids.VALUE,
        options=list(options.values()),
        initial_option=options.get(chosen) or next(iter(options.values())),
    )
    return parts.input_block(ids.REASON, _("Reason"), element)


def _cover(chosen: Colleague | None, colleagues: Sequence[Colleague]) -> list[InputBlock]:
    """Who covers; nothing where nobody could."""
    offered = {each.id: each for each in colleagues[:MOST_COLLEAGUES]}
    if chosen and chosen.id not in offered:
        offered = {chosen.id: chosen} | dict(list(offered.items())[: MOST_COLLEAGUES - 1])
    if not offered:
        return []
    options = [parts.option(_("Nobody"), NOBODY)]
    options += [parts.option(plain(_name(each), 75), str(each.id)) for each in offered.values()]
    value = str(chosen.id) if chosen else NOBODY
    element = StaticSelectElement(
        action_id=ids.VALUE,
        options=options,
        initial_option=next(option for option in options if option.value == value),
    )
    hint = _("Cal.com shows their booking page to those who want to meet you then.")
    return [parts.input_block(ids.COVER, _("Who covers"), element, hint=hint, optional=True)]


def saving() -> dict[str, Any]:
    return parts.modal(_(TITLE), [parts.section(_(":hourglass_flowing_sand: *Saving …*"))])


def saved(done: Saved, reading: Reading) -> dict[str, Any]:
    """What holds now, and what stands on these days all the same."""
    blocks: list[Block] = [
        parts.section(_(":white_check_mark: *Saved*")),
        parts.section(entry(done.away, reading)),
    ]
    if done.standing is None:
        unknown = _("Whether bookings stand on these days could not be found out.")
        blocks.append(parts.section(unknown))
    if done.standing:
        text = ngettext(
            "{count} booking stands on these days; Cal.com does not move it.",
            "{count} bookings stand on these days; Cal.com does not move them.",
            done.standing,
        )
        blocks += [
            parts.section(text),
            ActionsBlock(elements=[parts.start(_("Bookings"), "bookings")]),
        ]
    return parts.modal(_(TITLE), blocks, close=_("Done"))


def entry(away: Away, reading: Reading) -> str:
    first, last = reading.day(away.first), reading.day(away.last)
    days = first if away.first == away.last else f"{first} – {last}"
    reason = _(REASONS.get(away.reason, REASONS["unspecified"]))
    lines = [f"{days}: {reason}"]
    if away.cover:
        lines.append(_("{name} covers").format(name=inline(_name(away.cover), 80)))
    if away.notes:
        lines.append(inline(away.notes, 200))
    return shorten("\n".join(lines), SECTION)


def _name(colleague: Colleague) -> str:
    return colleague.name or _("A colleague")
