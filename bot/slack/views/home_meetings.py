"""What is coming, as the App Home shows it: what waits for an answer, and the meetings by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock

from bot.domain.bookings import Action
from bot.domain.wording import _, ngettext, pgettext
from bot.services.homes import Meetings
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import SECTION, inline, shorten
from bot.slack.views import parts
from bot.slack.views.bookings import Viewer, people, row_actions, state
from bot.slack.views.brief import glance

PER_PAGE: Final = 10
REQUESTS: Final = 5


@dataclass(frozen=True, slots=True)
class Coming:
    """What is not over by now, in the order of time; `has_more` says that Cal.com has others, too
    far off to be shown."""

    rows: tuple[Row, ...]
    has_more: bool
    viewer: Viewer

    @staticmethod
    def of(meetings: Meetings, viewer: Viewer) -> "Coming":
        now = viewer.reading.now
        rows = tuple(row for row in meetings.rows.rows if row.booking.end > now)
        return Coming(rows, meetings.rows.has_more, viewer)

    @property
    def requests(self) -> list[Row]:
        """What waits for the reader's own word."""
        return [row for row in self.rows if Action.CONFIRM in self.viewer.actions(row)]

    @property
    def meetings(self) -> list[Row]:
        """The others: each stands once in the Home."""
        asked = {row.seen.ref for row in self.requests}
        return [row for row in self.rows if row.seen.ref not in asked]


def requests(coming: Coming) -> Iterator[Block]:
    """Nothing where nothing waits."""
    found, reading = coming.requests, coming.viewer.reading
    if not found:
        return
    yield HeaderBlock(text=_("Waiting for your answer"))
    for row in found[:REQUESTS]:
        yield _told(row, coming.viewer, reading.span(row.booking.start, row.booking.end))
        yield ActionsBlock(elements=_answers(row, coming.viewer))
    if (more := len(found) - REQUESTS) > 0:
        said = ngettext("And {count} more request.", "And {count} more requests.", more)
        yield parts.section(said, parts.start(_("All requests"), "bookings unconfirmed"))


def meetings(coming: Coming, page: int) -> Iterator[Block]:
    """One page of them (the last one, where there are fewer pages)."""
    rows, reading = coming.meetings, coming.viewer.reading
    yield HeaderBlock(text=_("Your next meetings"))
    if not rows:
        yield parts.section(_("Nothing is coming up."))
        return
    page = min(max(page, 0), (len(rows) - 1) // PER_PAGE)
    listed = rows[page * PER_PAGE : (page + 1) * PER_PAGE]
    for day, its in groupby(listed, lambda row: reading.day_of(row.booking.start)):
        yield parts.section(f"*{reading.day(day)}*")
        for row in its:
            yield from _meeting(row, coming.viewer, brief=row is rows[0])
    if buttons := _turns(coming, page, len(rows)):
        yield ActionsBlock(elements=buttons)
    yield parts.context(_place(coming, page, len(rows)))


def _meeting(row: Row, viewer: Viewer, *, brief: bool) -> Iterator[Block]:
    """One of them; of the very next one also what is known in `brief`."""
    yield _told(row, viewer, _hours(row, viewer), glance(row, viewer.email) if brief else "")
    more = [parts.button(_("Brief"), ids.BRIEF, row.seen.ref)] if brief else []
    yield ActionsBlock(elements=[*row_actions(row, viewer), *more])


def _answers(row: Row, viewer: Viewer) -> list[ButtonElement]:
    ref = row.seen.ref
    buttons = [parts.button(_("Confirm"), ids.DO_CONFIRM, ref, style="primary")]
    if Action.DECLINE in viewer.actions(row):
        buttons.append(parts.button(_("Decline"), ids.DO_DECLINE, ref))
    return [*buttons, parts.button(_("Details"), ids.DETAILS, ref)]


def _turns(coming: Coming, page: int, count: int) -> list[ButtonElement]:
    buttons = []
    if page > 0:
        buttons.append(
            parts.button(pgettext("a page", "Earlier"), f"{ids.HOME_PAGE}earlier", str(page - 1))
        )
    if (page + 1) * PER_PAGE < count:
        buttons.append(
            parts.button(pgettext("a page", "Later"), f"{ids.HOME_PAGE}later", str(page + 1))
        )
    elif coming.has_more:
        buttons.append(parts.start(_("All upcoming bookings"), "bookings upcoming"))
    return buttons


def _place(coming: Coming, page: int, count: int) -> str:
    """Which of them these are, and how times are read."""
    first, last = page * PER_PAGE + 1, min((page + 1) * PER_PAGE, count)
    zone = coming.viewer.reading.zone_name()
    if coming.has_more:
        return _("{first}–{last} · times are {zone}").format(first=first, last=last, zone=zone)
    said = _("{first}–{last} of {count} · times are {zone}")
    return said.format(first=first, last=last, count=count, zone=zone)


def _told(row: Row, viewer: Viewer, when: str, brief: str = "") -> Block:
    title = f"*{when}*  {inline(row.booking.title)}"
    lines = [title, people(row.booking, viewer.email), brief, state(row, viewer.reading)]
    return parts.section(shorten("\n".join(line for line in lines if line), SECTION))


def _hours(row: Row, viewer: Viewer) -> str:
    """Under its day only the hours, unless it goes on into another one."""
    start, end, reading = row.booking.start, row.booking.end, viewer.reading
    if reading.day_of(start) == reading.day_of(end):
        return f"{reading.clock(start)}–{reading.clock(end)}"
    return reading.span(start, end)
