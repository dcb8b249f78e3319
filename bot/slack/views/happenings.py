"""One word about a booking: a line of its card's history, and a message in its thread."""

from collections.abc import Iterator
from typing import Final

from bot.domain.cards import Happening
from bot.domain.events import Trigger
from bot.domain.wording import N_, _
from bot.slack.text import inline
from bot.slack.views.card_parts import marked, message
from bot.slack.views.card_words import Words
from bot.slack.views.parts import Message
from bot.slack.views.reading import link

SAID: Final = {
    Trigger.BOOKING_CREATED: N_("Booked"),
    Trigger.BOOKING_REQUESTED: N_("Requested"),
    Trigger.BOOKING_RESCHEDULED: N_("Rescheduled"),
    Trigger.BOOKING_CANCELLED: N_("Cancelled"),
    Trigger.BOOKING_REJECTED: N_("Declined"),
    Trigger.BOOKING_PAYMENT_INITIATED: N_("Payment asked for"),
    Trigger.BOOKING_PAID: N_("Paid"),
    Trigger.BOOKING_REASSIGNED: N_("Another host takes over"),
    Trigger.BOOKING_LOCATION_UPDATED: N_("Place changed"),
    Trigger.BOOKING_NO_SHOW_UPDATED: N_("Absence marked"),
    Trigger.MEETING_STARTED: N_("Started"),
    Trigger.MEETING_ENDED: N_("Ended"),
    Trigger.RECORDING_READY: N_("Recording ready"),
    Trigger.RECORDING_TRANSCRIPTION_GENERATED: N_("Transcript ready"),
    Trigger.INSTANT_MEETING: N_("Somebody waits to meet now"),
    Trigger.INSTANT_MEETING_ACCEPTED: N_("Accepted"),
    Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW: N_("The host did not come"),
    Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW: N_("The guests did not come"),
    Trigger.WRONG_ASSIGNMENT_REPORT: N_("Reported as given to the wrong person"),
    Trigger.CALENDAR_ENTRY_REJECTED: N_("The calendar refused the entry"),
}
SAID_BUSY: Final = {
    Trigger.BOOKING_CREATED: N_("Busy"),
    Trigger.BOOKING_REQUESTED: N_("Perhaps busy"),
    Trigger.BOOKING_RESCHEDULED: N_("Moved"),
    Trigger.BOOKING_CANCELLED: N_("No longer busy"),
    Trigger.BOOKING_REJECTED: N_("No longer busy"),
    Trigger.BOOKING_PAID: N_("Busy"),
    Trigger.BOOKING_REASSIGNED: N_("Another host is busy"),
    Trigger.INSTANT_MEETING_ACCEPTED: N_("Busy"),
    Trigger.MEETING_STARTED: N_("Started"),
    Trigger.MEETING_ENDED: N_("Ended"),
}
"""What a place hears that is told no more than when somebody is busy."""
CHANGED: Final = N_("Something else changed")
MARKS: Final = {
    Trigger.BOOKING_CREATED: "✅",
    Trigger.BOOKING_REQUESTED: "⏳",
    Trigger.BOOKING_RESCHEDULED: "🔁",
    Trigger.BOOKING_CANCELLED: "❌",
    Trigger.BOOKING_REJECTED: "🚫",
    Trigger.BOOKING_PAYMENT_INITIATED: "💳",
    Trigger.BOOKING_PAID: "💳",
    Trigger.MEETING_STARTED: "▶️",
    Trigger.MEETING_ENDED: "🏁",
}
NAMES: Final = 150
REASON: Final = 150
FACT: Final = 100
"""Characters of what people wrote: together they fit a section, be every one of them escaped."""
SHORT: Final = "{date_short_pretty} {time}"
LINKED: Final = frozenset({Trigger.RECORDING_READY, Trigger.RECORDING_TRANSCRIPTION_GENERATED})
UNTOLD: Final = frozenset({Trigger.INSTANT_MEETING})
"""With the link that is told of these, one of the team answers: it is a button, or whose who takes
it."""
MARKED: Final = frozenset(
    {
        Trigger.BOOKING_NO_SHOW_UPDATED,
        Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW,
        Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW,
    }
)
"""About these Cal.com writes a sentence with e-mails in it; we say the names instead."""


def what(words: Words, word: Happening) -> str:
    """What happened, in two or three words."""
    if word.claimed:
        return _("Taken")
    if word.missed and not words.is_busy:
        return _("Nobody answered in time")
    return _((SAID_BUSY if words.is_busy else SAID).get(word.trigger, CHANGED))


def history(words: Words, most: int) -> list[str]:
    """The newest lines; where only the times are told, only what changed them."""
    told = words.shown.history
    if words.is_busy:
        told = tuple(word for word in told if word.trigger in SAID_BUSY)
    return [line(words, word) for word in told[-most:]]


def line(words: Words, word: Happening) -> str:
    """A line of the history, for mrkdwn: when, what, from when, by whom and why."""
    said = [words.moment(word.at, SHORT)] if word.at else []
    said.append(what(words, word))
    if word.previous_start and word.previous_start != word.start:
        before = words.moment(word.previous_start, SHORT)
        said.append(_("from {moment}").format(moment=before))
    if by := _by(words, word):
        said.append(by)
    if word.reason and words.is_full:
        said.append(f"({inline(words.hide(word.reason), REASON)})")
    return " ".join(said)


def note(words: Words, word: Happening) -> Message:
    """The word as a message of its own: what happened, to whom, by whom, why and when."""
    mark = "" if words.is_busy else MARKS.get(word.trigger, "")
    said = [" ".join(filter(None, (mark, _told(words, word), _by(words, word))))]
    said += _more(words, word) if words.is_full else []
    if word.at:
        said.append(words.moment(word.at, SHORT))
    lines = [" · ".join(said), *words.called()]
    return message(lines, [marked("\n".join(lines))])


def _by(words: Words, word: Happening) -> str:
    who = words.who(word.actor) if word.actor and not words.is_busy else ""
    return _("by {who}").format(who=inline(who, 60)) if who else ""


def _told(words: Words, word: Happening) -> str:
    """What happened, with the times, the host or the names that belong to it."""
    said = what(words, word)
    start = word.start or words.booking.start
    if word.previous_start and word.previous_start != start:
        times = _("from {moment} to {moment2}").format(
            moment=words.moment(word.previous_start), moment2=words.moment(start)
        )
        asked = word.trigger is Trigger.BOOKING_REQUESTED
        return (
            _("Asked to move {times}").format(times=times)
            if asked
            else _("Moved {times}").format(times=times)
        )
    is_handed = word.trigger is Trigger.BOOKING_REASSIGNED and not word.claimed
    if is_handed and not words.is_busy and words.hosts():
        return _("Handed over to {hosts}").format(hosts=inline(words.hosts(), NAMES))
    if word.trigger in MARKED and not words.is_busy:
        return "; ".join(_absences(words, word, said))
    return said


def _absences(words: Words, word: Happening, said: str) -> Iterator[str]:
    """Hosts by name, guests as far as the place is told."""
    hosts = {host.email.casefold() for host in words.booking.hosts}
    sides = {True: said, False: _("There after all")}
    for is_absent, label in sides.items():
        emails = [email for email, mark in word.absent if mark is is_absent]
        guests = [words.name_of(each) for each in emails if each.casefold() not in hosts]
        named = [words.who(each) for each in emails if each.casefold() in hosts]
        people = ", ".join(filter(None, (*named, words.guests(guests))))
        if people:
            yield f"{label}: {inline(people, NAMES)}"
    if not word.absent:
        yield said


def _more(words: Words, word: Happening) -> Iterator[str]:
    """The reason, and the one more fact, where everything may be told."""
    if word.reason:
        yield f"“{inline(words.hide(word.reason), REASON)}”"
    if not word.note or word.trigger in MARKED | UNTOLD:
        return
    if word.trigger in LINKED:
        if words.may_link(word.note):
            yield link(word.note, _("Open it"))
    elif word.trigger is Trigger.BOOKING_LOCATION_UPDATED:
        yield _("it was: {hide}").format(hide=inline(words.hide(word.note), FACT))
    else:  # a sentence of ours, or what somebody wrote
        yield inline(words.hide(_(word.note)), FACT)
