"""The card of a booking as a message in a channel.

Many people read it, so it never holds a booking's uid: who has that can cancel. What people
wrote stands in plain_text elements, where Slack takes it literally; only in the history, whose
dates need mrkdwn, it is made harmless by `inline`.
"""

from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.bookings import Action
from bot.domain.cards import OVER, Phase, actions, askable, joinable
from bot.domain.wording import N_, NP_, _
from bot.slack import ids
from bot.slack.text import inline, mrkdwn_lines, plain
from bot.slack.views.card_parts import header, marked, message, small, spoken, tables, unmarked
from bot.slack.views.card_words import Words
from bot.slack.views.happenings import history
from bot.slack.views.parts import Message, button

HISTORY: Final = 5
HISTORY_LENGTH: Final = 1500
"""Characters: with everything else at its longest the card stays below what Slack takes."""
TEST: Final = N_("🧪 Test")

BUTTONS: Final = {
    Action.CONFIRM: (N_("Confirm"), ids.DO_CONFIRM, "primary"),
    Action.DECLINE: (N_("Decline"), ids.DO_DECLINE, "danger"),
    Action.RESCHEDULE: (N_("Reschedule"), ids.DO_RESCHEDULE, None),
    Action.CANCEL: (NP_("a booking", "Cancel"), ids.DO_CANCEL, "danger"),
    Action.MARK_ABSENT: (N_("No-show"), ids.DO_MARK_ABSENT, None),
}


def booking_card(words: Words, ref: str, *, asks: bool = False) -> Message:
    """The living card of a booking.

    Args:
        words: What is said of it, as far as the place is told.
        ref: Our own reference to the booking: the value of the buttons. Empty for one that is
            made up: it says that it is a test, and has no buttons.
        asks: Whether people are asked there who takes it.
    """
    headline, pairs, notes = words.headline(), words.pairs(), words.notes()
    headline = headline if ref else plain(f"{_(TEST)}: {headline}", 150)
    told = history(words, HISTORY)
    told = told if len(told) > 1 else []
    blocks: list[Block] = [header(headline), marked(words.when()), *tables(pairs)]
    blocks += map(unmarked, notes)
    if told:
        blocks.append(small(mrkdwn_lines(told, HISTORY_LENGTH, more=N_("{n} more"))))
    if ref and (buttons := _buttons(words, ref, asks=asks)):
        blocks.append(ActionsBlock(elements=buttons))
    lines = [inline(headline), words.spoken_when(), *spoken(pairs)]
    return message([*lines, *(inline(note, 1000) for note in notes), *told], blocks)


def _buttons(words: Words, ref: str, *, asks: bool) -> list[ButtonElement]:
    shown, buttons = words.shown, []
    if asks and askable(shown, words.now):
        label = _("Take it") if shown.phase is Phase.CALLING else _("Claim")
        buttons.append(button(label, ids.CLAIM, ref, style="primary"))
    if not asks and (answer := words.answer_link()):
        buttons.append(button(_("Answer"), ids.LINK, url=answer, style="primary"))
    join = words.join_link()
    if join and joinable(shown, words.now):
        buttons.append(button(_("Join"), ids.JOIN, url=join, style="primary"))
    for action in actions(shown, words.now):
        label, action_id, style = BUTTONS[action]
        buttons.append(button(_(label), action_id, ref, style=style))
    if shown.phase not in OVER:  # the details, for whoever presses alone
        buttons.append(button(_("More"), ids.DETAILS, ref))
    if recording := words.recording():
        buttons.append(button(_("Watch recording"), ids.LINK, url=recording))
    return buttons
