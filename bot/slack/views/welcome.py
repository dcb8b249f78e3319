"""What whoever installed the app is told, once."""

from bot.domain.wording import _
from bot.slack.views.parts import Message


def welcome(command: str) -> Message:
    text = _(
        "Thank you for installing me. Everybody here can type `{command}` now: it "
        "shows open times, books, and lists bookings. `{command} notify` in a "
        "channel keeps it told of bookings, and `{command} help` says the rest."
    ).format(command=command)
    return Message(text, [{"type": "section", "text": {"type": "mrkdwn", "text": text}}])
