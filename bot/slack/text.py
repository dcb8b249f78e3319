"""Text from outside, made fit for Slack: cleaned, shortened, and never taken for markup.

Names, titles, notes and reasons are written by strangers. In a `plain_text` element Slack takes
them literally, which is the best place for them: use `plain` or `paragraph`. Where they have to
stand inside mrkdwn, use `inline`: it escapes `& < >`, which stops mentions and links, and puts
look-alikes in the place of the characters that format. (Whether an invisible character between
`*` and a letter stops the formatting is not documented, and it would spoil copying and search.)
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from bot.domain.wording import N_, _

SECTION: Final = 3000
"""Characters in a section's text."""

NOTHING: Final = "–"
"""What stands where nothing was left: Slack refuses empty text objects."""

_JOINERS: Final = frozenset("\u200c\u200d")  # they shape Persian, Indic scripts and emoji
_SHAPING: Final = _JOINERS | frozenset("\r\n")
_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters that show nothing
_LOOK_ALIKE: Final = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_OUTER_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_MOST_MARKS: Final = 4  # on one letter; more is not writing


def escape(text: str) -> str:
    """Escape what mrkdwn gives a meaning to, and nothing else (docs: formatting message text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, limit: int, *, empty: str = NOTHING) -> str:
    """One line for a plain_text element: at most `limit` code points, never empty."""
    return shorten(" ".join(_clean(_near(text, limit)).split()), limit) or empty


def paragraph(text: str, limit: int, *, empty: str = NOTHING) -> str:
    """As `plain`, but line breaks stay (never more than one empty line in a row)."""
    lines = [" ".join(line.split()) for line in re.split(r"\r\n|\r|\n", _clean(_near(text, limit)))]
    return shorten(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit) or empty


def inline(text: str, limit: int = 150, *, empty: str = NOTHING) -> str:
    """One line that can stand anywhere inside mrkdwn and stays text there.

    `limit` counts what is read; escaping can make it up to five times as long.
    """
    line = plain(text, limit, empty=empty).translate(_LOOK_ALIKE)
    return escape(_OUTER_UNDERSCORE.sub("ˍ", line))


def mrkdwn_lines(lines: Iterable[str], limit: int = SECTION, more: str = N_("and {n} more")) -> str:
    """Join lines that are ready for mrkdwn; those that do not fit are counted in a last line."""
    every, more = list(lines), _(more)
    length = sum(map(len, every)) + len(every) - 1
    for kept in range(len(every), 0, -1):
        last = [more.format(n=len(every) - kept)] if kept < len(every) else []
        if length + sum(len(line) + 1 for line in last) <= limit:
            return "\n".join([*every[:kept], *last])
        length -= len(every[kept - 1]) + 1
    return more.format(n=len(every)) if every else NOTHING


def date(moment: datetime, fallback: str, tokens: str = "{date_long_pretty}, {time}") -> str:
    """A moment that every reader sees in the zone of their device.

    Only for mrkdwn. `fallback` is what notifications and old clients show: it has to name its
    zone. `tokens` are Slack's (`{date_short}`, `{time}`, ...).
    """
    shown = escape(fallback.replace("|", "/"))
    return f"<!date^{int(moment.timestamp())}^{tokens}|{shown}>"


def shorten(text: str, limit: int) -> str:
    """At most `limit` code points, ending in … where something was cut off.

    A letter is not parted from its accents, an emoji not from its skin or its family.
    """
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end > 0 and _belong_together(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _belong_together(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _JOINERS or before == "\u200d" or _is_mark(after) or _is_skin(after):
        return True
    if not (_is_flag_half(before) and _is_flag_half(after)):
        return False
    halves = 0
    while halves < at and _is_flag_half(text[at - 1 - halves]):
        halves += 1
    return halves % 2 == 1


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Mc", "Me"}


def _is_skin(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _near(text: str, limit: int) -> str:
    """What could be shown of it: nobody is to wait while a novel is cleaned for one line."""
    return text[: 20 * limit + 1000]


def _clean(text: str) -> str:
    """Without what cannot be seen: controls, overrides of direction, stuffing, half surrogates."""
    return "".join(_visible(unicodedata.normalize("NFC", text)))


def _visible(text: str) -> Iterator[str]:
    marks, previous = 0, " "
    for char in map(_blank, text):
        marks = marks + 1 if _is_mark(char) else 0
        floating = previous.isspace() and (marks or char in _JOINERS)
        doubled = char in _JOINERS and previous in _JOINERS
        if _is_hidden(char) or floating or doubled or marks > _MOST_MARKS:
            continue
        previous = char
        yield char


def _blank(char: str) -> str:
    return " " if char in _BLANKS or (char.isspace() and char not in "\r\n") else char


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} and char not in _SHAPING
