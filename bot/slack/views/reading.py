"""How a reader wants to read times, and mrkdwn that several lists share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import SectionBlock

from bot.domain.people import Reader
from bot.domain.slots import Span
from bot.domain.times import When, read, say_day, say_span, say_time, say_when, say_zone
from bot.domain.wording import _
from bot.slack.text import SECTION, escape, inline, paragraph
from bot.slack.views import parts

PIECE = 500
"""Raw characters that fit a section below a label of 80, even when every one of them is escaped
(five for one)."""

LINK_LENGTH = 1000
PAGE = 9_000
"""Characters of a message's blocks; somewhat above this Slack says `msg_blocks_too_long`
(undocumented: slackapi/bolt-js, issues 2509 and 2867)."""
LONGEST = 10_000
"""Characters of one answer or note: longer ones end with a word about the rest."""
WHOLE_TEXT = 12_000
"""Characters of a message's `text`: complete for what is drawn, and far below Slack's 40,000."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's zone and clock at a moment (aware UTC)."""

    zone: ZoneInfo
    hour12: bool
    now: datetime
    day_first: bool = True

    @staticmethod
    def of(reader: Reader, now: datetime) -> "Reading":
        return Reading(ZoneInfo(reader.time_zone), reader.hour12, now, reader.day_first)

    def when(self, typed: str) -> When:
        """What was typed, read as this reader writes dates; raises `Unclear`."""
        return read(typed, self.now, self.zone, day_first=self.day_first)

    def in_words(self, when: When) -> str:
        """How it was read, so that a wrong reading is seen."""
        return say_when(when, self.zone, self.now, self.hour12)

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        """The reader's calendar day at that moment."""
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """When the reader's day begins, in UTC."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def day(self, day: date) -> str:
        return say_day(day, self.today)

    def clock(self, at: datetime) -> str:
        return say_time(at, self.zone, self.hour12)

    def clocks(self, span: Span) -> str:
        """`09:00–10:00`, for a span within a day."""
        return f"{self.clock(span.start)}–{self.clock(span.end)}"

    def span(self, start: datetime, end: datetime) -> str:
        return say_span(start, end, self.zone, self.hour12, today=self.today)

    def zone_name(self, at: datetime | None = None) -> str:
        return say_zone(self.zone, at or self.now)


def link(url: str, label: str) -> str:
    """A mrkdwn link, or the label alone where the address is none that Slack could show."""
    text, address = inline(label.replace("|", "/")), escape(url)
    fit = url.startswith(("https://", "http://")) and url.isprintable()
    if not fit or set(url) & set('<>|"` ') or len(address) > LINK_LENGTH:
        return text
    return f"<{address}|{text}>"


def pieces(raw: str) -> Iterator[str]:
    """Raw text in pieces that may each be escaped into one section, cut at blanks if it can be."""
    rest = raw
    while len(rest) > PIECE:
        blank = max(rest.rfind(" ", 0, PIECE), rest.rfind("\n", 0, PIECE))
        cut = blank if blank > PIECE // 2 else PIECE
        yield rest[:cut]
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def sections(lines: Iterable[str]) -> list[SectionBlock]:
    """Lines of mrkdwn, as few sections as hold them; each line fits a section by itself."""
    return [parts.section(text) for text in packed(lines)]


def packed(lines: Iterable[str]) -> list[str]:
    """As few texts as hold the lines, each of which fits a section by itself."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION:
            texts[-1] += "\n" + line
        else:
            texts.append(line)
    return texts


def page_of(lines: Iterable[str], number: int) -> tuple[list[str], int, bool]:
    """The lines of that page (the last one where there are fewer), its number, and whether more
    follow."""
    page: list[str] = []
    at = length = 0
    for line in lines:
        if page and length + len(line) > PAGE:
            if at == number:
                return page, at, True
            page, at, length = [], at + 1, 0
        page.append(line)
        length += len(line) + 1
    return page, at, False


def long_text(label: str, text: str) -> Iterator[str]:
    """Text of any length in as many lines as it takes; `label` is ready for mrkdwn."""
    said = paragraph(text[:LONGEST], LONGEST, empty="")
    for number, piece in enumerate(pieces(said)):
        line = "\n".join(inline(each, PIECE, empty="") for each in piece.split("\n"))
        yield f"*{label}:* {line}" if number == 0 else line
    if len(text) > LONGEST:
        yield _("… and {count} more characters, which Cal.com shows.").format(
            count=len(text) - LONGEST
        )


def whole(lines: Iterable[str]) -> str:
    """The `text` of a message: all lines; only what no screen reader would read to is cut."""
    text = "\n".join(lines)
    return text if len(text) <= WHOLE_TEXT else text[: WHOLE_TEXT - 1] + "…"
