"""The form that hands a round robin's booking over: to whom, and who is free then."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, Option, StaticSelectElement

from bot.domain.wording import N_, _, pgettext
from bot.services.amending import Candidate
from bot.services.freedom import Freedom
from bot.services.standing import Row
from bot.slack import forms, ids
from bot.slack.text import plain
from bot.slack.views import cancel, parts
from bot.slack.views.outcome import who_has_it

NEXT = "next"
MOST_HOSTS = 99
IN_WORDS = {
    Freedom.FREE: N_("free"),
    Freedom.BUSY: N_("busy"),
    Freedom.UNKNOWN: N_("not known whether free"),
}


def questions(row: Row, candidates: Sequence[Candidate], state: forms.State) -> list[Block]:
    """Who has it, to whom it goes (those who are free first), and why."""
    options = [parts.option(_("The next one who is free"), NEXT)]
    options += [_option(candidate) for candidate in candidates[:MOST_HOSTS]]
    chosen = forms.text(state, ids.HOST)
    menu = StaticSelectElement(
        action_id=ids.VALUE,
        options=options,
        initial_option=next((each for each in options if each.value == chosen), options[0]),
    )
    hint = _("Somebody who is busy then cannot take it.")
    return [
        parts.section(_("It is with *{who_has_it}* now.").format(who_has_it=who_has_it(row))),
        parts.input_block(ids.HOST, pgettext("hand over", "To whom"), menu, hint=hint),
        cancel.reason(forms.text(state, ids.REASON), required=False),
    ]


def _option(candidate: Candidate) -> Option:
    words = f" · {_(IN_WORDS[candidate.freedom])}"
    name = plain(candidate.host.name or candidate.host.username, 75 - len(words))
    return parts.option(name + words, str(candidate.host.id))
