"""What the bot can do here, as buttons that start the flows."""

from functools import lru_cache

from slack_sdk.models.blocks import ActionsBlock, Block, HeaderBlock

from bot.domain.commands import Command, Name
from bot.domain.wording import N_, Language, _, current
from bot.slack.text import inline, plain
from bot.slack.views import parts
from bot.slack.views.parts import Message

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]], ...] = (
    (
        N_("Find a time and book it"),
        (
            (N_("types [@who]"), N_("the event types, with length and link")),
            (N_("slots [what] [when]"), N_("open times, a button each")),
            (N_("availability [@who] [when]"), N_("free and busy hours")),
            (N_("book [what] [when]"), N_("book a meeting")),
            (N_("share [what] [when]"), N_("open times for everybody in a channel")),
            (
                N_("propose [@who] [what] [when]"),
                N_("propose times, or ask in a poll which suit"),
            ),
        ),
        (
            (N_("Book a meeting"), "book"),
            (N_("Event types"), "types"),
            (N_("Open times"), "slots"),
            (N_("Availability"), "availability"),
            (N_("Share"), "share"),
            (N_("Propose times"), "propose"),
        ),
    ),
    (
        N_("Your bookings"),
        (
            (N_("bookings [upcoming, unconfirmed, recurring, past, cancelled]"), N_("the list")),
            ("today|next", N_("the day's agenda; the next meeting")),
            (N_("reschedule [booking]|cancel [booking]"), N_("move or cancel one")),
            (N_("confirm [booking]|decline [booking]"), N_("answer a request")),
        ),
        (
            (N_("Bookings"), "bookings"),
            (N_("Today"), "today"),
            (N_("Next meeting"), "next"),
            (N_("Reschedule"), "reschedule"),
            (N_("Cancel one"), "cancel"),
            (N_("Requests"), "bookings unconfirmed"),
        ),
    ),
    (
        N_("Notifications, hours and settings"),
        (
            ("notify", N_("what is announced here, and to you")),
            ("schedule", N_("working hours")),
            (N_("away [when]"), N_("days out of office")),
            ("settings", N_("time zone, 12 or 24 hours, default event type")),
            ("connect|disconnect", N_("your own Cal.com account")),
            ("status", N_("whether everything works, and what waits")),
        ),
        (
            (N_("Notifications"), "notify"),
            (N_("Working hours"), "schedule"),
            (N_("Out of office"), "away"),
            (N_("Settings"), "settings"),
            (N_("Your account"), "connect"),
            (N_("Status"), "status"),
        ),
    ),
)
"""Title, lines (what to type, what it does), and buttons (label, the command they stand for); a
`|` parts commands that share a line."""

HINT = N_(
    "_what_ is an event type's name, @someone (or several people) or a booking "
    "link; _when_ is a day or a time: today, tomorrow 3pm, fri, next week, 28 "
    "nov."
)


def help_message(command: str, parsed: Command) -> Message:
    """Help, or, where an unknown word was typed, what may have been meant.

    Args:
        command: The slash command's name, such as `/cal`.
    """
    unknown = plain(parsed.unknown, 40, empty="")
    return _built(command, unknown, parsed.suggestion, current())


@lru_cache(maxsize=64)
def _built(command: str, unknown: str, suggestion: Name | None, spoken: Language) -> Message:
    """Kept for each language, because it is answered in the ack itself."""
    lines: list[str] = []
    blocks: list[Block] = []
    if unknown:
        said = _("I do not know “{unknown}”.").format(unknown=inline(unknown))
        accessory = None
        if suggestion:
            said += _(" Did you mean `{command} {suggestion}`?").format(
                command=command, suggestion=suggestion
            )
            accessory = parts.start(f"{command} {suggestion}", suggestion)
        lines.append(said)
        blocks.append(parts.section(said, accessory))
    else:
        lines.append(
            _("Cal.com in Slack: type `{command}` and one of these, or press a button.").format(
                command=command
            )
        )
        blocks.append(parts.section(lines[0]))
    for title, rows, buttons in GROUPS:
        told = [f"{_typed(command, _(typed))}: {_(does)}" for typed, does in rows]
        lines += [_(title), *told]
        blocks += [
            HeaderBlock(text=_(title)),
            parts.section("\n".join(told)),
            ActionsBlock(elements=[parts.start(_(label), text) for label, text in buttons]),
        ]
    return parts.message("\n".join([*lines, _(HINT)]), [*blocks, parts.context(_(HINT))])


def _typed(command: str, typed: str) -> str:
    return ", ".join(f"`{command} {each}`" for each in typed.split("|"))
