"""What goes with a booking: links for calendars, and recordings of the meeting."""

from datetime import timedelta

from slack_sdk.models.blocks import Block

from bot.domain.bookings import CalendarLink, Recording
from bot.domain.times import say_length
from bot.domain.wording import _
from bot.services.amending import Links
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import inline, plain
from bot.slack.views import parts
from bot.slack.views.outcome import calendar_link, when
from bot.slack.views.reading import Reading

MOST_LINKS = 5
MOST_RECORDINGS = 20
URL_LENGTH = 3000
"""What a button's address may have (Slack's limit)."""


def calendar_links(found: Links, reading: Reading) -> parts.Message:
    """A row for each calendar; one's own link where Cal.com has none to show."""
    booking = found.row.booking
    shown = [link for link in found.links if len(link.url) <= URL_LENGTH][:MOST_LINKS]
    if not shown:
        shown = [CalendarLink(_("Google Calendar"), calendar_link(booking))]
    blocks: list[Block] = [parts.section(_headline(_("Add to your calendar"), found.row, reading))]
    for link in shown:
        name = plain(link.label, 60, empty=_("Calendar"))
        button = parts.button(
            _("Add"),
            ids.LINK,
            url=link.url,
            accessibility_label=_("Add to {name}").format(name=name),
        )
        blocks.append(parts.section(inline(link.label, 60, empty=_("Calendar")), button))
    if found.withheld:
        names = ", ".join(inline(label, 60) for label in found.withheld[:MOST_LINKS])
        text = _(
            "Not shown here: {names}. It comes with Cal.com's e-mail about the booking."
        ).format(names=names)
        blocks.append(parts.section(text))
    return parts.message(parts.said(blocks), blocks)


def recordings(row: Row, found: tuple[Recording, ...], reading: Reading) -> parts.Message:
    """A row for each recording, in the order of Cal.com."""
    blocks: list[Block] = [parts.section(_headline(_("Recordings"), row, reading))]
    if not found:
        text = _(
            "There is no recording of this meeting. One appears here some minutes after its end."
        )
        blocks.append(parts.section(text))
        return parts.message(parts.said(blocks), blocks)
    blocks += [_recording(recording, reading) for recording in found[:MOST_RECORDINGS]]
    if len(found) > MOST_RECORDINGS:
        blocks.append(
            parts.section(
                _("And {count} more, on Cal.com.").format(count=len(found) - MOST_RECORDINGS)
            )
        )
    blocks.append(
        parts.section(_("The links work for an hour. After that, ask for new ones here."))
    )
    return parts.message(parts.said(blocks), blocks)


def _recording(recording: Recording, reading: Reading) -> Block:
    begun = reading.clock(recording.started_at) if recording.started_at else _("Recording")
    minutes = max(1, round(timedelta(seconds=recording.seconds) / timedelta(minutes=1)))
    text = f"{begun} · {say_length(minutes)}"
    if not recording.url or len(recording.url) > URL_LENGTH:
        return parts.section(_("{text} · its link is not ready yet").format(text=text))
    watch = parts.button(
        _("Watch"),
        ids.LINK,
        url=recording.url,
        accessibility_label=_("Watch {begun}").format(begun=begun),
    )
    return parts.section(text, watch)


def _headline(title: str, row: Row, reading: Reading) -> str:
    return f"*{title}*\n{inline(row.booking.title, 300)}\n{when(row.booking, reading)}"
