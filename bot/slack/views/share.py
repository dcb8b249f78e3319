"""The card of a shared event type, and what the one who shares it sees."""

from datetime import datetime, timedelta

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.errors import PlaceError, PlaceUnknown, PlaceUnreachable
from bot.domain.shares import Board, Share
from bot.domain.times import say_day, say_length, zone_or_utc
from bot.domain.wording import _
from bot.slack import ids
from bot.slack.forms import Pick, Shared
from bot.slack.text import date, escape, inline
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, link, whole
from bot.slack.views.traits import traits

TOKENS = "{date_short_pretty}, {time}"


def card(board: Board, now: datetime) -> Message:
    """What everybody in the channel sees. Each time stands in its reader's zone."""
    if board.is_over:
        return _over(board)
    share, reading = board.share, _reading(board.share, now)
    title, by = _title(board), _("Shared by {who}").format(who=f"<@{escape(share.user_id)}>")
    blocks: list[Block] = [parts.section(title)]
    for number, start in enumerate(share.times):
        book = parts.button(
            _("Book"),
            f"{ids.SHARED}{number}",
            Shared(share.id, start).encode(),
            accessibility_label=_("Book {when}").format(when=_said(start, reading))[:75],
        )
        blocks.append(parts.section(date(start, _said(start, reading), TOKENS), book))
    if not share.times:
        blocks.append(parts.section(_("Nothing is open at the moment.")))
    more = Shared(share.id).encode()
    buttons = [
        parts.button(_("Another time"), f"{ids.SHARED}more", more),
        parts.button(_("Remove"), ids.REMOVE_SHARE, share.id),
    ]
    blocks += [ActionsBlock(elements=buttons), parts.context(by)]
    return parts.message(_text(board, reading), blocks)


def _over(board: Board) -> Message:
    """What stands there in the end; with a way on for those who come late, where there is one."""
    event_type = board.event_type
    if event_type is None:
        text = _("What was shared here cannot be booked any more.")
        return parts.message(text, [parts.section(text)])
    text, title = _("The times that were shared here are no longer current."), _title(board)
    value = Pick(event_type.id, board.owner, board.share.length).encode()
    book = parts.button(_("Book"), ids.START_BOOK, value, style="primary")
    blocks = [parts.section(title), parts.section(text), ActionsBlock(elements=[book])]
    return parts.message(whole([title, text]).replace("*", ""), blocks)


def preview(board: Board, now: datetime) -> Message:
    """What is about to be posted, for the one who is asked whether it is to be."""
    share, reading = board.share, _reading(board.share, now)
    asked = _("Post this in {channel}? Everybody there can book one of the times.").format(
        channel=_where(share)
    )
    times = [f"• {_day_and_time(start, reading)}" for start in share.times]
    shown = "\n".join(times) or _("Nothing is open at the moment.")
    zone = _("Times are {zone_name}.").format(zone_name=reading.zone_name(share.since))
    post = parts.button(_("Post"), ids.POST_SHARE, _claim(share), style="primary")
    blocks: list[Block] = [
        parts.section(asked),
        parts.section(_title(board)),
        parts.section(shown),
        ActionsBlock(elements=[post]),
        parts.context(zone),
    ]
    return parts.message(whole([asked, _title(board), shown, zone]).replace("*", ""), blocks)


def posted(share: Share) -> Message:
    """The answer to a press on Post."""
    text = _(":mega: It is posted in {channel}.").format(channel=_where(share))
    remove = parts.button(_("Take it down"), ids.REMOVE_SHARE, share.id)
    return parts.message(text, [parts.section(text, remove)])


def not_posted(share: Share, error: PlaceError) -> Message:
    """Why it is not there, and what can be done."""
    where = _where(share)
    if isinstance(error, PlaceUnreachable) and share.channel.startswith("D"):
        text = _("I cannot post in a direct message between people. Share it in a channel.")
    elif isinstance(error, PlaceUnreachable):
        text = _(
            "I cannot post in {channel}. Write `/invite @` and my name there, then share it again."
        ).format(channel=where)
    elif isinstance(error, PlaceUnknown):
        text = _(
            "Slack did not say whether it is posted. Look in {channel} before you share it again."
        ).format(channel=where)
    else:
        text = _("Slack did not take it just now. Nothing was posted; please try again.")
    return parts.message(text, [parts.section(f":warning: {text}")])


def removed() -> Message:
    text = _("It is taken down. Nobody can book from it any more.")
    return parts.message(text, [parts.section(text)])


def claim(text: str) -> tuple[str, Pick]:
    """What a press on Post is about: an id for the share, and what is to be shared."""
    nonce, _bar, pick = text.partition("|")
    return nonce, Pick.decode(pick)


def _claim(share: Share) -> str:
    picked = Pick(share.event_type_id, share.owner, share.length, share.since)
    return f"{share.id}|{picked.encode()}"


def _title(board: Board) -> str:
    event_type, whose = board.event_type, board.whose
    assert event_type is not None
    who = whose or event_type.owner_name
    length = say_length(board.share.length or event_type.length)
    facts = " · ".join([length, *traits(event_type)])
    title = f"*{link(event_type.url, event_type.title)}*"
    if not who:
        return f"{title}\n{facts}"
    return _("{title} with {who}").format(title=title, who=inline(who, 80)) + f"\n{facts}"


def _text(board: Board, reading: Reading) -> str:
    """All of it for those who hear it; the zone is the sharer's, and named."""
    lines = [_title(board), *(_said(start, reading) for start in board.share.times)]
    if not board.share.times:
        lines.append(_("Nothing is open at the moment."))
    return whole(lines).replace("*", "")


def _said(start: datetime, reading: Reading) -> str:
    return f"{_day_and_time(start, reading)} ({reading.zone_name(start)})"


def _day_and_time(start: datetime, reading: Reading) -> str:
    """Without a word like tomorrow: the card stands there the day after as well."""
    day = reading.day_of(start)
    return f"{say_day(day, day + timedelta(days=7))}, {reading.clock(start)}"


def _where(share: Share) -> str:
    return f"<#{escape(share.channel)}>"


def _reading(share: Share, now: datetime) -> Reading:
    return Reading(zone_or_utc(share.zone), share.hour12, now)
