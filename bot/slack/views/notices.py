"""A notice as a message: what is about no booking, or about one that nobody can look up."""

from contextlib import suppress
from datetime import date
from typing import Final

from bot.domain.cards import NoticeCard
from bot.domain.days import day_name
from bot.domain.events import Notice, Trigger
from bot.domain.rules import Detail
from bot.domain.wording import _, pgettext
from bot.slack.text import inline, plain
from bot.slack.views.card_parts import header, marked, message, spoken, tables
from bot.slack.views.happenings import CHANGED, SAID, SAID_BUSY
from bot.slack.views.parts import Message

LINES: Final = 20
DAYS: Final = frozenset({"From", "To"})
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
    if told.trigger is Trigger.OOO_CREATED:
        is_named = told.name and (detail is Detail.FULL or "@" not in told.name)
        return _("{name} is out of office").format(name=told.name) if is_named else _(told.title)
    if detail is Detail.FULL and told.name:
        return _("{what}: {name}").format(what=_(told.title), name=told.name)
    return _(told.title)


def _lines(told: Notice, detail: Detail) -> list[tuple[str, str]]:
    """Less than everything is: when somebody is away."""
    if told.trigger in FORMS:
        return list(told.lines) if detail is Detail.FULL else []
    if detail is Detail.FULL:
        return [(_(label), _day(label, value)) for label, value in told.lines]
    if told.trigger is not Trigger.OOO_CREATED:
        return []
    return [(_(label), _day(label, value)) for label, value in told.lines if label in DAYS]


def _day(label: str, value: str) -> str:
    """A day as the language writes it; everything else as it is."""
    if label in DAYS:
        with suppress(ValueError):
            return day_name(date.fromisoformat(value), with_year=True)
    return value
