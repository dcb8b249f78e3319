"""That Slack takes nothing any more for a place, for whoever can do something about it."""

from bot.domain.cards import RefusalCard
from bot.domain.rules import Place
from bot.domain.wording import _
from bot.slack.text import plain
from bot.slack.views import rule_words
from bot.slack.views.card_parts import header, marked, message
from bot.slack.views.parts import Message


def refused(card: RefusalCard) -> Message:
    """What is wrong, what waits, and what to do."""
    title = plain(_("📣 I cannot post any more"), 150)
    waits = (
        _("The rule rests; what it would have posted since then is kept.")
        if card.rests
        else _("What I would have posted or edited there is kept.")
    )
    then = (
        _("When it is mended, or the rule posts elsewhere: *Replay* in `{command} status`.")
        if card.rests
        else _("When it is mended: *Replay* in `{command} status`.")
    )
    lines = [
        rule_words.place(Place("", card.channel)),
        rule_words.refusal(card.why),
        waits,
        then.format(command=card.command),
    ]
    return message([title, *lines], [header(title), *map(marked, lines)])
