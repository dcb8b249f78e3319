"""The list of notification rules, as a message and as a modal."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, HeaderBlock

from bot.domain.errors import PlaceError
from bot.domain.people import Member
from bot.domain.policy import may_change_rule
from bot.domain.rules import Rule
from bot.domain.wording import N_, _
from bot.services.rules import RuleList
from bot.slack import ids
from bot.slack.text import SECTION, shorten
from bot.slack.views import parts, rule_words
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole
from bot.slack.views.rule_words import Known

TITLE: Final = N_("Notifications")
PER_PAGE: Final = 8
LIST: Final = "list"
"""The `private_metadata` of the list as a modal."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows to whom; `channel` is the one they are in, empty for none, `note` what
    has just come of a press (ready for mrkdwn), `unheard` the ids of the rules that need a webhook
    which Cal.com does not let us set up, `command` the slash command."""

    found: RuleList
    member: Member
    known: Known
    reading: Reading
    channel: str = ""
    page: int = 0
    note: str = ""
    unheard: Collection[str] = ()
    command: str = "/cal"

    @property
    def entries(self) -> list[tuple[str, Rule]]:
        """Every rule under its heading."""
        titled = (
            (_("In this channel"), self.found.here),
            (_("Your own notifications"), self.found.own),
            (_("Yours in other places"), self.found.elsewhere),
        )
        return [(title, rule) for title, rules in titled for rule in rules]


def rules(shown: Shown) -> Message:
    """One page of the list."""
    blocks = [HeaderBlock(text=_(TITLE)), *_list(shown)]
    return parts.message(whole([_(TITLE), *_told(blocks)]), blocks)


def rules_modal(shown: Shown) -> dict[str, Any]:
    """The same where there is no channel: in the settings."""
    return parts.modal(_(TITLE), _list(shown), metadata=LIST)


def loading() -> dict[str, Any]:
    """What opens at once."""
    return parts.modal(_(TITLE), [parts.context(_("_Looking up the rules …_"))], metadata=LIST)


def noted(note: str) -> dict[str, Any]:
    """What came of a press in a modal that is not the list."""
    return parts.modal(_(TITLE), [parts.section(note)], close=_("Done"))


def sampled(rule: Rule, error: PlaceError | None) -> str:
    """What Slack answered to a sample; ready for mrkdwn."""
    where = rule_words.place(rule.place)
    if error is None:
        return _(":white_check_mark: A test is posted: {where}.").format(where=where)
    return _(":warning: The test could not be posted ({where}). {refusal}").format(
        where=where, refusal=rule_words.refusal(error.code)
    )


def _list(shown: Shown) -> list[Block]:
    entries = shown.entries
    last = max(len(entries) - 1, 0) // PER_PAGE
    page = min(max(shown.page, 0), last)
    blocks: list[Block] = [parts.section(shown.note)] if shown.note else []
    if shown.channel and not shown.found.here:
        blocks.append(parts.section(_("No booking is announced in this channel yet.")))
    title = ""
    listed = entries[page * PER_PAGE : (page + 1) * PER_PAGE]
    for heading, rule in listed:
        if heading != title:
            title = heading
            blocks.append(parts.section(f"*{heading}*"))
        blocks += _row(shown, rule, page)
    if shown.member.is_admin and any(rule_words.is_unheard(r, shown.unheard) for _, r in listed):
        blocks.append(parts.context(rule_words.by_hand(shown.command)))
    if not shown.found.own:
        blocks.append(parts.section(_("You get no direct messages about bookings yet.")))
    blocks.append(ActionsBlock(elements=[*_new(shown), *_turns(page, last)]))
    if last:
        blocks.append(
            parts.context(_("Page {page} of {last}").format(page=page + 1, last=last + 1))
        )
    return blocks


def _row(shown: Shown, rule: Rule, page: int) -> Iterator[Block]:
    said = rule_words.described(rule, shown.known, shown.reading)
    if rule in shown.found.elsewhere:
        said = f"{rule_words.place(rule.place)}: {said}"
    waiting = shown.found.waiting.get(rule.place, 0)
    unheard = _(rule_words.UNHEARD) if rule_words.is_unheard(rule, shown.unheard) else ""
    lines = [said, rule_words.health(rule, waiting, shown.reading), unheard, _origin(rule)]
    yield parts.section(shorten("\n".join(line for line in lines if line), SECTION))
    if may_change_rule(shown.member, rule):
        yield ActionsBlock(elements=_buttons(rule, page))


def _origin(rule: Rule) -> str:
    if not rule.owner:
        return _("_It stands in the settings (NOTIFY_CHANNEL)._")
    return "" if rule.place.is_person else _("_Made by <@{owner}>_").format(owner=rule.owner)


def _buttons(rule: Rule, page: int) -> list[ButtonElement]:
    value = f"{page}|{rule.id}"
    rest = (_("Pause"), ids.PAUSE_RULE) if rule.pause is None else (_("Resume"), ids.RESUME_RULE)
    sure = ConfirmObject(
        title=_("Delete this rule?"),
        text=_("What it posted stays; nothing new is posted by it."),
        confirm=_("Delete"),
        deny=_("Keep it"),
        style="danger",
    )
    return [
        parts.button(_("Edit"), ids.EDIT_RULE, value),
        parts.button(*rest, value),
        parts.button(_("Test"), ids.TEST_RULE, value),
        parts.button(_("Delete"), ids.DELETE_RULE, value, style="danger", confirm=sure),
    ]


def _new(shown: Shown) -> Iterator[ButtonElement]:
    if shown.channel:
        yield parts.button(_("Add for this channel"), ids.ADD_RULE, style="primary")
    yield parts.button(_("Notify me"), ids.NOTIFY_ME)


def _turns(page: int, last: int) -> Iterator[ButtonElement]:
    if page > 0:
        yield parts.button(_("Previous page"), f"{ids.RULES_PAGE}earlier", str(page - 1))
    if page < last:
        yield parts.button(_("Next page"), f"{ids.RULES_PAGE}later", str(page + 1))


def _told(blocks: Sequence[Block]) -> list[str]:
    said = parts.said(blocks)
    return [said] if said else []
