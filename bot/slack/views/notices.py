"""A notice as a message: what is about no booking, or about one that nobody can look up."""

from typing import Final

from bot.domain.cards import NoticeCard
from bot.domain.events import Notice, Trigger
from bot.domain.rules import Detail
from bot.domain.wording import _
from bot.slack.text import inline, plain
from bot.slack.views.card_parts import header, marked, message, spoken, tables
from bot.slack.views.happenings import CHANGED, SAID, SAID_BUSY
from bot.slack.views.parts import Message

LINES: Final = 20
DAYS: Final = frozenset({"From", "To"})


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
    if detail is Detail.FULL:
        return _(told.title)
    if told.trigger is Trigger.OOO_CREATED:
        return _("Somebody is out of office") if "@" in told.title else told.title
    return _(told.title.partition(": ")[0])


def _lines(told: Notice, detail: Detail) -> tuple[tuple[str, str], ...]:
    """Less than everything is: when somebody is away."""
    if detail is Detail.FULL:
        return told.lines
    if told.trigger is not Trigger.OOO_CREATED:
        return ()
    return tuple(pair for pair in told.lines if pair[0] in DAYS)
