"""A notice as a message: what is about no booking, or about one that nobody can look up."""

from contextlib import suppress
from datetime import date
from typing import Final

from bot.domain.away import REASONS
from bot.domain.cards import NoticeCard
from bot.domain.days import day_name
from bot.domain.events import AWAY, BACK, Notice, Trigger
from bot.domain.rules import Detail
from bot.domain.wording import N_, _, pgettext
from bot.slack.text import inline, plain
from bot.slack.views.card_parts import header, marked, message, spoken, tables
from bot.slack.views.happenings import CHANGED, SAID, SAID_BUSY
from bot.slack.views.parts import Message

LINES: Final = 20
DAYS: Final = {"From": N_("First day"), "To": N_("Last day")}
NAMED: Final = {
    AWAY: N_("{name} is out of office"),
    BACK: N_("{name} is not out of office after all"),
}
FORMS: Final = frozenset({Trigger.FORM_SUBMITTED, Trigger.FORM_SUBMITTED_NO_EVENT})
"""Their lines are questions and answers, in the words of whoever made the form."""


def notice(shown: NoticeCard, detail: Detail = Detail.FULL, mention: str = "") -> Message:
    """The message; `mention` is ready mrkdwn that calls people."""
    told = shown.notice
    pairs = [(plain(label, 60), plain(value, 250)) for label, value in _lines(told, detail)]
    hidden = len(pairs) - LINES
    rest = (
        [(pgettext("lines", "More"), _("and {hidden} more lines").format(hidden=hidden))]
        if hidden > 0
        else []
    )
    pairs = pairs[:LINES] + rest
    title = f"📣 {plain(_title(told, detail), 140)}"
    called = [_("For {mention}").format(mention=mention)] if mention else []
    blocks = [header(title), *map(marked, called), *tables(pairs)]
    return message([inline(title, 150), *called, *spoken(pairs)], blocks)


def _title(told: Notice, detail: Detail) -> str:
    """What happened: in our words where Cal.com has only a trigger's name for it; less than
    everything tells not how a form is called, nor anybody's e-mail."""
    if told.trigger and told.trigger in SAID:
        busy = detail is Detail.BUSY
        return _(SAID_BUSY.get(told.trigger, CHANGED) if busy else SAID[told.trigger])
    is_told = told.name and (detail is Detail.FULL or "@" not in told.name)
    if told.title in NAMED:
        return _(NAMED[told.title]).format(name=told.name) if is_told else _(told.title)
    if detail is Detail.FULL and told.name:
        return _("{what}: {name}").format(what=_(told.title), name=told.name)
    return _(told.title)


def _lines(told: Notice, detail: Detail) -> list[tuple[str, str]]:
    """Of somebody who is away, less than everything is: when, and who covers."""
    if told.trigger in FORMS:
        return list(told.lines) if detail is Detail.FULL else []
    return [(_(DAYS.get(label, label)), _said(label, text)) for label, text in _known(told, detail)]


def _known(told: Notice, detail: Detail) -> tuple[tuple[str, str], ...]:
    """What the place may know; nobody's e-mail, where not everything."""
    if detail is Detail.FULL:
        return told.lines
    if told.trigger is not Trigger.OOO_CREATED:
        return ()
    labels = set(DAYS) | (set() if detail is Detail.BUSY else {"Stand-in"})
    return tuple((label, text) for label, text in told.lines if label in labels and "@" not in text)


def _said(label: str, text: str) -> str:
    """A day as it is written, a reason of Cal.com's own in words; anything else as it is."""
    if label in DAYS:
        with suppress(ValueError):
            return day_name(date.fromisoformat(text), with_year=True)
    return _(text) if label == "Reason" and text in REASONS.values() else text
