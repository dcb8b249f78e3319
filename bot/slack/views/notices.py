"""A notice as a message: what is about no booking, or about one that nobody can look up."""

from datetime import date
from typing import Final

from bot.domain.away import REASONS
from bot.domain.cards import NoticeCard
from bot.domain.days import day_name
from bot.domain.events import AWAY, BACK, Notice, Trigger
from bot.domain.rules import Detail
from bot.domain.wording import N_, _
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


def notice(shown: NoticeCard, detail: Detail = Detail.FULL, mention: str = "") -> Message:
    """The message; `mention` is ready mrkdwn that calls people."""
    told = shown.notice
    pairs = [(plain(_(label), 60), plain(value, 250)) for label, value in _lines(told, detail)]
    hidden = len(pairs) - LINES
    rest = [(_("More"), _("and {hidden} more lines").format(hidden=hidden))] if hidden > 0 else []
    pairs = pairs[:LINES] + rest
    title = f"📣 {plain(_title(told, detail), 140)}"
    called = [_("For {mention}").format(mention=mention)] if mention else []
    if told.channel:
        called.append(_place(told.channel))
    blocks = [header(title), *map(marked, called), *tables(pairs)]
    return message([inline(title, 150), *called, *spoken(pairs)], blocks)


def _place(channel: str) -> str:
    """A channel or a member, as Slack draws it for those who may see it."""
    return f"<@{channel}>" if channel.startswith(("U", "W")) else f"<#{channel}>"


def _title(told: Notice, detail: Detail) -> str:
    """What happened: in our words where Cal.com has only a trigger's name for it; less than
    everything tells not how a form is called, nor anybody's e-mail."""
    if told.trigger and told.trigger in SAID:
        busy = detail is Detail.BUSY
        return _(SAID_BUSY.get(told.trigger, CHANGED) if busy else SAID[told.trigger])
    if told.title in NAMED:
        name = dict(_known(told, detail)).get("Who")
        return _(NAMED[told.title]).format(name=name) if name else _(told.title)
    if detail is Detail.FULL:
        return _(told.title)
    if "@" in told.title:  # as it was kept before the person had a line of their own
        return _(AWAY)
    return _(told.title.partition(": ")[0])


def _lines(told: Notice, detail: Detail) -> tuple[tuple[str, str], ...]:
    """Of somebody who is away, the days in words; less than everything is: when, and who covers."""
    if told.trigger is not Trigger.OOO_CREATED:
        return told.lines if detail is Detail.FULL else ()
    known = (pair for pair in _known(told, detail) if pair[0] != "Who")
    return tuple((DAYS.get(label, label), _said(label, text)) for label, text in known)


def _known(told: Notice, detail: Detail) -> tuple[tuple[str, str], ...]:
    """What the place may know of somebody who is away; nobody's e-mail, where not everything."""
    if detail is Detail.FULL:
        return told.lines
    labels = {*DAYS, "Who"} | (set() if detail is Detail.BUSY else {"Stand-in"})
    return tuple((label, text) for label, text in told.lines if label in labels and "@" not in text)


def _said(label: str, text: str) -> str:
    """A day as it is written, a reason of Cal.com's own in words; anything else as it is."""
    if label in DAYS:
        try:
            return day_name(date.fromisoformat(text), with_year=True)
        except ValueError:
            return text
    return _(text) if label == "Reason" and text in REASONS.values() else text
