"""What the bot can do here, as buttons that start the flows."""

from functools import lru_cache

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock

from bot.domain.commands import Command, Name
from bot.slack import ids
from bot.slack.text import inline, plain
from bot.slack.views import parts
from bot.slack.views.parts import Message

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]], ...] = (
    (
        "Find a time and book it",
        (
            ("types [@who]", "the event types, with length and link"),
            ("slots [what] [when]", "open times, a button each"),
            ("availability [@who] [when]", "free and busy hours"),
            ("book [what] [when]", "book a meeting"),
            ("propose [@who] [what] [when]", "propose times, or ask in a poll which suit"),
        ),
        (
            ("Book a meeting", "book"),
            ("Event types", "types"),
            ("Open times", "slots"),
            ("Availability", "availability"),
            ("Propose times", "propose"),
        ),
    ),
    (
        "Your bookings",
        (
            ("bookings [upcoming, unconfirmed, recurring, past, cancelled]", "the list"),
            ("today|next", "the day's agenda; the next meeting"),
            ("reschedule [booking]|cancel [booking]", "move or cancel one"),
            ("confirm [booking]|decline [booking]", "answer a request"),
        ),
        (
            ("Bookings", "bookings"),
            ("Today", "today"),
            ("Next meeting", "next"),
            ("Reschedule", "reschedule"),
            ("Cancel one", "cancel"),
            ("Requests", "bookings unconfirmed"),
        ),
    ),
    (
        "Notifications, hours and settings",
        (
            ("notify", "what is announced here, and to you"),
            ("schedule", "working hours"),
            ("settings", "time zone, 12 or 24 hours, default event type"),
            ("connect|disconnect", "your own Cal.com account"),
            ("status", "whether everything works, and what waits"),
        ),
        (
            ("Notifications", "notify"),
            ("Working hours", "schedule"),
            ("Settings", "settings"),
            ("Your account", "connect"),
            ("Status", "status"),
        ),
    ),
)
"""Title, lines (what to type, what it does), and buttons (label, the command they stand for); a
`|` parts commands that share a line."""

HINT = (
    "_what_ is an event type's name, @someone (or several people) or a booking link; _when_ is a "
    "day or a time: today, tomorrow 3pm, fri, next week, 28 nov."
)


def help_message(command: str, parsed: Command) -> Message:
    """Help, or, where an unknown word was typed, what may have been meant.

    Args:
        command: The slash command's name, such as `/cal`.
    """
    return _built(command, plain(parsed.unknown, 40, empty=""), parsed.suggestion)


@lru_cache(maxsize=64)
def _built(command: str, unknown: str, suggestion: Name | None) -> Message:
    """Kept, because it is answered in the ack itself."""
    lines: list[str] = []
    blocks: list[Block] = []
    if unknown:
        said = f"I do not know “{inline(unknown)}”."
        accessory = None
        if suggestion:
            said += f" Did you mean `{command} {suggestion}`?"
            accessory = _start(f"{command} {suggestion}", suggestion)
        lines.append(said)
        blocks.append(parts.section(said, accessory))
    else:
        lines.append(f"Cal.com in Slack: type `{command}` and one of these, or press a button.")
        blocks.append(parts.section(lines[0]))
    for title, rows, buttons in GROUPS:
        told = [f"{_typed(command, typed)}: {does}" for typed, does in rows]
        lines += [title, *told]
        blocks += [
            HeaderBlock(text=title),
            parts.section("\n".join(told)),
            ActionsBlock(elements=[_start(label, text) for label, text in buttons]),
        ]
    return parts.message("\n".join([*lines, HINT]), [*blocks, parts.context(HINT)])


def _typed(command: str, typed: str) -> str:
    return ", ".join(f"`{command} {each}`" for each in typed.split("|"))


def _start(label: str, text: str) -> ButtonElement:
    return parts.button(label, ids.START + text.replace(" ", ":"), text)
