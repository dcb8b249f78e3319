"""What whoever installed the app is told, once."""

from bot.slack.views.parts import Message


def welcome(command: str) -> Message:
    text = (
        f"Thank you for installing me. Everybody here can type `{command}` now: it shows open "
        f"times, books, and lists bookings. `{command} notify` in a channel keeps it told of "
        f"bookings, and `{command} help` says the rest."
    )
    return Message(text, [{"type": "section", "text": {"type": "mrkdwn", "text": text}}])
