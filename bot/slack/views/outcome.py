"""What became of it: the modals and messages that end a flow."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.bookings import Action, Booking, Guest, Status
from bot.domain.money import say_price
from bot.domain.wording import _, pgettext
from bot.services.amending import HandedOver, holders
from bot.services.claiming import Taken
from bot.services.freedom import Freedom
from bot.services.managing import Change
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.text import inline, mrkdwn_lines
from bot.slack.views import extents, parts, where
from bot.slack.views.reading import Reading

CALENDAR = "https://calendar.google.com/calendar/render"


def when(booking: Booking, reading: Reading) -> str:
    """From when to when, with the zone named."""
    span = reading.span(booking.start, booking.end)
    return f"{span}, {reading.zone_name(booking.start)}"


def booked(rows: Sequence[Row], reading: Reading, told: str = "") -> dict[str, Any]:
    """The end of the booking modal; of a series every occurrence is listed.

    Args:
        told: What came of telling a channel.
    """
    row = rows[0]
    pending = row.booking.status is Status.PENDING
    headline = _waiting(row, reading) if pending else _(":white_check_mark: *Booked*")
    if row.seats and not row.is_host:
        headline += f"\n:seat: {_seats(row)}"
    series = _occurrences(rows, reading) if len(rows) > 1 else ""
    return _ended(_("Requested") if pending else _("Booked"), headline, row, reading, series, told)


def _waiting(row: Row, reading: Reading) -> str:
    """What a booking that does not stand yet waits for."""
    booking, event_type = row.booking, row.event_type
    if event_type and event_type.price:
        price = say_price(event_type.price, event_type.currency)
        return _(
            ":credit_card: *Requested: waiting for the payment of {price}*\nCal.com "
            "mails the attendee a link to pay with. Once it is paid, it is booked."
        ).format(price=price)
    if event_type and event_type.instant and booking.start <= reading.now:
        return _(":telephone_receiver: *Asked: waiting for somebody of the team to take it*")
    host = inline(booking.hosts[0].name) if booking.hosts else _("the host")
    return _(":hourglass_flowing_sand: *Requested: waiting for {host} to confirm*").format(
        host=host
    )


def _seats(row: Row) -> str:
    names = ", ".join(inline(seat.name or seat.email, 60) for seat in row.seats[:8])
    told = _("Seats for {names}") if len(row.seats) > 1 else _("Seat for {names}")
    return told.format(names=names)


def _occurrences(rows: Sequence[Row], reading: Reading) -> str:
    lines = [_("*All {count} times:*").format(count=len(rows))]
    lines += [f"• {when(row.booking, reading)}" for row in rows]
    return mrkdwn_lines(lines)


def moved(change: Change, reading: Reading) -> dict[str, Any]:
    """The end of the reschedule modal: the old and the new time, and whose seat it was."""
    was, row = when(change.before.booking, reading), change.after
    what = (
        _("Seat of {name} moved").format(name=extents.name(change.seat))
        if change.seat
        else _("Moved")
    )
    headline = _(":arrow_right: *{what}*\nBefore: ~{was}~").format(what=what, was=was)
    if row.booking.status is Status.PENDING:
        headline = _(
            ":hourglass_flowing_sand: *Asked to move*: the host must confirm\nBefore: {was}"
        ).format(was=was)
    return _ended(_("Moved"), headline, row, reading)


def cancelled(
    change: Change, reading: Reading, reason: str, *, following: bool = False
) -> dict[str, Any]:
    """The end of the cancel modal: how much of it is cancelled, and why."""
    what = _(":no_entry_sign: *Cancelled*{extent}").format(
        extent=_extent(change, following=following)
    )
    return _ended(_("Cancelled"), _with_reason(what, reason), change.after, reading)


def _extent(change: Change, *, following: bool) -> str:
    before = change.before.booking
    if change.seat:
        stands = change.after.booking.status is not Status.CANCELLED
        rest = _("the class goes on") if stands else _("it was the last of the class")
        return _(": the seat of {name}; {rest}").format(name=extents.name(change.seat), rest=rest)
    if following:
        return _(": this one and all later ones of its series")
    if before.is_seated:
        return _(": the whole class ({people})").format(
            people=extents.people(len(before.attendees))
        )
    return _(": only this one of its series") if before.recurring_uid else ""


def declined(row: Row, reading: Reading, reason: str) -> dict[str, Any]:
    headline = _(":no_entry_sign: *Declined*{whole_series}").format(whole_series=_whole_series(row))
    return _ended(_("Declined"), _with_reason(headline, reason), row, reading)


def absence_noted(row: Row, reading: Reading) -> dict[str, Any]:
    return _ended(_("Noted"), _(":ghost: *Marked as not having come*"), row, reading)


def asked_anew(row: Row, reading: Reading, reason: str) -> dict[str, Any]:
    """The end of asking for another time: the booking is gone, the attendee is to choose."""
    who = inline(row.booking.attendees[0].name, 60) if row.booking.attendees else _("The attendee")
    headline = _(
        ":email: *Asked for another time*\nThe booking is cancelled. {who} gets an "
        "e-mail from Cal.com with a link to pick a new one."
    ).format(who=who)
    return _ended(_("Asked"), _with_reason(headline, reason), row, reading)


def people_added(row: Row, reading: Reading, new: Sequence[Guest]) -> dict[str, Any]:
    names = ", ".join(inline(guest.name or guest.email, 60) for guest in new[:5])
    more = _(" and {count} more").format(count=len(new) - 5) if len(new) > 5 else ""
    return _ended(
        _("Added"),
        _(":busts_in_silhouette: *Invited:* {names}{more}").format(names=names, more=more),
        row,
        reading,
    )


def place_changed(row: Row, reading: Reading) -> dict[str, Any]:
    return _ended(_("Changed"), _(":round_pushpin: *The place has changed*"), row, reading)


def handed_over(done: HandedOver, reading: Reading) -> dict[str, Any]:
    """The end of handing over: who has it now."""
    now = who_has_it(done.after)
    headline = _(":handshake: *{now} has it now*\nBefore: {who_has_it}").format(
        now=now, who_has_it=who_has_it(done.before)
    )
    if done.freedom is Freedom.UNKNOWN:
        headline += _("\nWhether {now} is free then could not be found out; please ask.").format(
            now=now
        )
    return _ended(_("Handed over"), headline, done.after, reading)


def who_has_it(row: Row) -> str:
    """The hosts by name, of a round robin the one who was picked."""
    names = [host.name for host in holders(row)] or [host.name for host in row.booking.hosts]
    return ", ".join(inline(name, 60) for name in names[:3]) or _("nobody")


def confirmed(row: Row, reading: Reading) -> parts.Message:
    """The answer to a press on Confirm."""
    headline = _(":white_check_mark: *Confirmed*{whole_series}").format(
        whole_series=_whole_series(row)
    )
    blocks = _details(headline, row, reading)
    return parts.message(parts.said(blocks), blocks)


def claimed(taken: Taken, reading: Reading) -> parts.Message:
    """The answer to a press on Claim; to whoever answers somebody who waits, the way in."""
    row, link = taken.row, taken.link
    if link is None:
        blocks = _details(_(":white_check_mark: *You have it*"), row, reading)
    else:
        blocks = [*_way_in(row.booking, link)]
    return parts.message(parts.said(blocks), blocks)


def _way_in(booking: Booking, link: str) -> Iterator[Block]:
    said = _(":telephone_receiver: *You have it: they wait for you now*")
    yield parts.section(f"{said}\n{inline(booking.title, 300)}")
    if link:
        join = parts.button(_("Join"), ids.LINK, url=link, style="primary")
        yield ActionsBlock(elements=[join])
    else:
        yield parts.section(_("Cal.com told me no link: answer it there."))


def _whole_series(row: Row) -> str:
    return _(": the whole series") if row.booking.recurring_uid else ""


def found_out(
    booking: Booking | None, command: str = "/cal", *, certain: bool = True
) -> parts.Message:
    """What became of an order whose answer was lost; without a booking it is not always `certain`
    that there is none."""
    if booking is None and not certain:
        text = _(
            "I could *not find out* whether the booking was made: this Cal.com account "
            "does not see all bookings of that event type. Look at the attendee's "
            "mail, or ask the host, before you book it again with `{command} book`."
        ).format(command=command)
    elif booking is None:
        text = _(
            "The booking whose outcome was not clear was *not* made. Nothing was "
            "booked; you can book it again with `{command} book`."
        ).format(command=command)
    else:
        text = _(
            "The booking whose outcome was not clear *was made*: {title}. `{command} "
            "bookings` shows it."
        ).format(title=inline(booking.title), command=command)
    return parts.message(text.replace("*", ""), [parts.section(text)])


def _with_reason(headline: str, reason: str) -> str:
    return (
        _("{headline}\nReason: {reason}").format(headline=headline, reason=inline(reason, 500))
        if reason
        else headline
    )


def _ended(title: str, headline: str, row: Row, reading: Reading, *told: str) -> dict[str, Any]:
    blocks = _details(headline, row, reading)
    blocks += [parts.section(text) for text in told if text]
    return parts.modal(title, blocks, close=_("Done"))


def _details(headline: str, row: Row, reading: Reading) -> list[Block]:
    booking = row.booking
    lines = [
        headline[:600],
        f"*{inline(booking.title, 300)}*",
        f":calendar: {when(booking, reading)}",
        f":busts_in_silhouette: {_people(booking)}",
    ]
    if booking.location:
        lines.append(f":round_pushpin: {where.of(booking)}")
    blocks: list[Block] = [parts.section("\n".join(lines)[:3000])]
    buttons = _buttons(row)
    return [*blocks, ActionsBlock(elements=buttons)] if buttons else blocks


def _people(booking: Booking) -> str:
    names = [h.name or h.email for h in booking.hosts] + [
        a.name or a.email for a in booking.attendees
    ]
    shown = ", ".join(inline(name, 60) for name in names[:8])
    return shown + (_(" and {count} more").format(count=len(names) - 8) if len(names) > 8 else "")


def _buttons(row: Row) -> list[ButtonElement]:
    booking, ref = row.booking, row.seen.ref
    buttons: list[ButtonElement] = []
    if Action.RESCHEDULE in row.actions or Action.CANCEL in row.actions:
        if url := booking.join_url:
            buttons.append(parts.button(_("Join"), ids.JOIN, ref, url=url[:3000], style="primary"))
        link = calendar_link(booking)
        buttons.append(parts.button(_("Add to calendar"), ids.LINK, url=link))
    if Action.RESCHEDULE in row.actions:
        buttons.append(parts.button(_("Reschedule"), ids.DO_RESCHEDULE, ref))
    if Action.CANCEL in row.actions:
        buttons.append(
            parts.button(pgettext("a booking", "Cancel"), ids.DO_CANCEL, ref, style="danger")
        )
    return buttons


def calendar_link(booking: Booking) -> str:
    """A link that puts the meeting into the person's own calendar; it holds no uid."""
    stamps = [at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for at in (booking.start, booking.end)]
    query = {
        "action": "TEMPLATE",
        "text": booking.title[:200],
        "dates": "/".join(stamps),
        # Cal Video's rooms are named after the uid.
        "location": "" if booking.uid in booking.location else booking.location[:500],
    }
    return f"{CALENDAR}?{urlencode(query)}"[:3000]
