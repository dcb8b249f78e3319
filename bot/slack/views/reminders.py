"""A reminder before the start: a message of its own."""

from datetime import timedelta
from math import ceil
from typing import Final

from babel.units import format_unit
from slack_sdk.models.blocks import ActionsBlock

from bot.domain.wording import N_, _, current
from bot.slack import ids
from bot.slack.text import inline, plain
from bot.slack.views.card_parts import header, marked, message, spoken, tables
from bot.slack.views.card_words import Words
from bot.slack.views.parts import Message, button

SAID: Final = frozenset({N_("Host"), N_("With"), N_("Seats"), N_("Where")})
DAY: Final = 24 * 60


def reminder(words: Words, ref: str) -> Message:
    """How soon it begins, with whom, and where to join; `ref` is the value of *More*."""
    title, soon = words.title(), how_soon(words.booking.start - words.now)
    headline = plain(f"⏰ {soon}: {title}" if title else f"⏰ {soon}", 150)
    pairs = [(label, value) for label, value in words.pairs() if label in map(_, SAID)]
    join = words.join_link()
    buttons = [button(_("Join"), ids.JOIN, url=join, style="primary")] if join else []
    buttons.append(button(_("More"), ids.DETAILS, ref))
    blocks = [header(headline), marked(words.when()), *tables(pairs)]
    lines = [inline(headline), words.spoken_when(), *spoken(pairs)]
    return message(lines, [*blocks, ActionsBlock(elements=buttons)])


def how_soon(left: timedelta) -> str:
    """`Starts in 15 minutes`, `Starts in 1 hour 30 minutes`, `Starts now`, `Has started`."""
    minutes = ceil(left / timedelta(minutes=1))
    if minutes <= 0:
        return _("Starts now") if minutes == 0 else _("Has started")
    counts = ((minutes // DAY, "day"), (minutes % DAY // 60, "hour"), (minutes % 60, "minute"))
    locale = current().locale
    said = (format_unit(count, unit, "long", locale=locale) for count, unit in counts if count)
    return _("Starts in {said}").format(said=" ".join(said))
