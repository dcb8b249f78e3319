"""What is worth knowing before a meeting: what its guest has told, and what there was before with
them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.domain.bookings import Booking, Status
from bot.domain.wording import _, ngettext
from bot.services.briefing import Earlier, guest_of
from bot.services.standing import Row
from bot.slack.text import inline
from bot.slack.views.reading import Reading

SHOWN_ELSEWHERE: Final = frozenset(
    {"name", "email", "guests", "location", "title", "rescheduleReason"}
)
"""Answers that the rest of a view has told already."""
COMPANY: Final = frozenset({"company", "organization", "organisation"})
"""Under these names it is commonly asked for whom somebody works."""
ANYBODYS: Final = frozenset(
    {
        "aol.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "me.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "web.de",
        "yahoo.co.jp",
        "yahoo.com",
    }
)
"""Domains where anybody has an address: they tell nothing of a company."""


def glance(row: Row, email: str) -> str:
    """In a line, for a reader (by their e-mail) who hosts it: where the guest is from, and how much
    they have told. Empty where nothing is known, and for everybody else."""
    if not row.is_host:
        return ""
    company, count = _company(row, email), len(list(told(row.booking)))
    answers = ngettext("{count} answer", "{count} answers", count) if count else ""
    notes = _("with notes") if row.booking.description.strip() else ""
    said = [_("from {company}").format(company=inline(company, 60)) if company else ""]
    return " · ".join(part for part in (*said, answers, notes) if part)


def told(booking: Booking) -> Iterator[tuple[str, str]]:
    """What was answered and stands nowhere else: the questions' names, and the answers as text."""
    for key, value in booking.answers.items():
        text = "" if key in SHOWN_ELSEWHERE else _answer(value)
        if text and text != booking.description.strip():  # the notes are an answer, too
            yield key, text


def earlier(before: Earlier | None, reading: Reading) -> Iterator[str]:
    """The earlier bookings; a sentence where Cal.com did not tell (None)."""
    if before is None:
        yield _("Earlier meetings could not be looked up: Cal.com is not answering.")
        return
    if before.rows:
        yield _("*Earlier with the same guest:*")
        yield from (f"• {_line(row.booking, reading)}" for row in before.rows)
        yield from _besides(before)


def _besides(before: Earlier) -> Iterator[str]:
    if before.others:
        said = (
            _("• and more than {count} others")
            if before.more
            else ngettext("• and {count} other", "• and {count} others", before.others)
        )
        yield said.format(count=before.others)
    if before.missed:
        said = ngettext(
            "The guest did not come {count} time.",
            "The guest did not come {count} times.",
            before.missed,
        )
        yield f":warning: {said}"


def _line(booking: Booking, reading: Reading) -> str:
    day = reading.day(reading.day_of(booking.start))
    return f"{day}: {inline(booking.title, 100)}{_what_became(booking)}"


def _what_became(booking: Booking) -> str:
    if booking.rescheduled_to_uid is not None:
        return _(" (moved)")
    if booking.status is Status.CANCELLED:
        return _(" (cancelled)")
    if booking.status is Status.REJECTED:
        return _(" (declined)")
    if any(attendee.absent for attendee in booking.attendees):
        return _(" (no-show)")
    return _(" (the host did not come)") if booking.absent_host else ""


def _company(row: Row, email: str) -> str:
    """What they said, else the domain of their e-mail where it is not the hosts' own."""
    said = next((text for key, text in told(row.booking) if key.casefold() in COMPANY), "")
    domain = guest_of(row, email).rpartition("@")[2]
    own = {host.email.rpartition("@")[2].casefold() for host in row.booking.hosts}
    return said or ("" if domain in ANYBODYS | own else domain)


def _answer(value: Any) -> str:
    """What was answered, as text: Cal.com sends text, numbers, lists and objects."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case list() | tuple():
            return ", ".join(filter(None, map(_answer, value)))
        case Mapping():
            return _answer(value.get("value", list(value.values())))
    return str(value).strip()
