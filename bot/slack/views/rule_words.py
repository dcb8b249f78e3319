"""A rule in words: whose bookings, which, when, and how they are shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.accounts import HOUSE
from bot.domain.people import Member
from bot.domain.rules import Detail, News, Place, Rule
from bot.domain.times import say_clock, say_length, say_zone, zone_or_utc
from bot.slack.text import date, inline
from bot.slack.views.reading import Reading
from bot.slack.views.schedule import WEEK

NAMED: Final = 3
"""So many people, event types and groups are named; the others are counted."""

NEWS: Final = {
    News.CREATED: ("Booked", "created"),
    News.REQUESTED: ("Asked for, to be confirmed", "asked for"),
    News.CONFIRMED: ("Confirmed", "confirmed"),
    News.RESCHEDULED: ("Moved to another time", "moved"),
    News.CANCELLED: ("Cancelled", "cancelled"),
    News.DECLINED: ("Declined", "declined"),
    News.PAID: ("Paid", "paid"),
    News.REASSIGNED: ("Handed over to another host", "handed over"),
    News.PLACE_CHANGED: ("Put in another place", "put in another place"),
    News.NO_SHOW: ("Somebody did not come", "missed by somebody"),
    News.STARTED: ("Started", "started"),
    News.ENDED: ("Ended", "ended"),
    News.RECORDING: ("Recording or transcript ready", "recorded"),
    News.FORM: ("Form filled in", "a form is filled in"),
    News.FORM_ONLY: ("Form filled in, nothing booked", "a form is filled in without a booking"),
    News.AWAY: ("Somebody is out of office", "somebody is out of office"),
    News.INSTANT: ("Somebody wants to meet at once", "somebody wants to meet at once"),
}
"""As an option of the form, and after “when”."""

DETAILS: Final = {
    Detail.FULL: ("Everything", "Who, what, where, answers and notes", "everything shown"),
    Detail.INITIALS: (
        "Guests by initials",
        "No names, e-mails, answers, notes or reasons",
        "guests by initials",
    ),
    Detail.BUSY: ("Only that a host is busy", "When and who, nothing else", "only busy times"),
}
"""As an option, its explanation, and in a sentence."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ids in rules stand for, as far as it is known: names by e-mail (the reader's own is
    `me`), titles, teams' names, handles of user groups."""

    me: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    event_types: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def sentence(rule: Rule, known: Known, reading: Reading) -> str:
    """The rule, ready for mrkdwn."""
    told = f"{_whose(rule, known)} bookings{_which(rule, known)}, {_when(rule)}"
    parts = [told, DETAILS[rule.look.detail][2], _mentions(rule, known), *times(rule, reading)]
    return "; ".join(part for part in parts if part)


def times(rule: Rule, reading: Reading) -> list[str]:
    """Its reminders, digest and quiet hours."""
    parts = []
    if rule.reminders:
        before = [ahead(minutes) for minutes in sorted(rule.reminders)]
        parts.append(f"reminder {joined(before)} before")
    if rule.digest:
        day = "daily" if rule.digest.weekday is None else f"every {WEEK[rule.digest.weekday]}"
        parts.append(f"digest {day} {say_clock(rule.digest.at, reading.hour12)}")
    if rule.quiet:
        start, end = (say_clock(n, reading.hour12) for n in (rule.quiet.start, rule.quiet.end))
        parts.append(f"quiet {start}–{end}")
    if rule.digest or rule.quiet:
        zone = zone_or_utc(rule.zone)
        if zone.key != reading.zone.key:
            parts[-1] += f" {say_zone(zone, reading.now)}"
    return parts


def health(rule: Rule, waiting: int, reading: Reading) -> str:
    """Why it rests, ready for mrkdwn; empty while it is at work."""
    pause = rule.pause
    if pause is None:
        return ""
    since = _moment(pause.at, reading)
    if not rule.is_held:
        return f":double_vertical_bar: Paused by <@{pause.by}> since {since}."
    wait = {0: "", 1: " 1 message waits for it."}.get(waiting, f" {waiting} messages wait for it.")
    return (
        f":warning: Resting since {since}: {refusal(pause.why)}{wait} *Resume* when it is mended."
    )


UNHEARD: Final = (
    ":hourglass_flowing_sand: Cal.com does not let me be told at once of everything that this "
    "rule is for, so I look for bookings every few minutes instead."
)


def is_unheard(rule: Rule, unheard: Collection[str]) -> bool:
    """Whether that is to be said of the rule: `unheard` are the ids of those for which Cal.com
    does not let us set up a webhook."""
    return rule.id in unheard and not rule.is_off


def by_hand(command: str) -> str:
    """For admins, where a rule is unheard; ready for mrkdwn."""
    return f"How to set the webhooks up by hand: `{command} status`."


def after_saving(rule: Rule, unheard: Collection[str], member: Member, command: str) -> str:
    """What its owner is to know of its webhooks, ready for mrkdwn; empty where all is well."""
    if not is_unheard(rule, unheard):
        return ""
    return f"{UNHEARD} {by_hand(command)}" if member.is_admin else UNHEARD


def refusal(code: str) -> str:
    """What Slack's word means, and what to do about it; ready for mrkdwn."""
    told = REFUSALS.get(code, "Slack does not take the message.")
    return f"{told} (Slack says `{inline(code, 60)}`.)"


INVITE: Final = "I cannot post there: write `/invite @` and my name in that channel."
CLOSED: Final = "Only some people may post there: ask who manages the channel."
REFUSALS: Final = {
    "channel_not_found": INVITE,
    "not_in_channel": INVITE,
    "is_archived": "The channel is archived: bring it back, or choose another one.",
    "restricted_action": CLOSED,
    "restricted_action_read_only_channel": CLOSED,
    "restricted_action_thread_only_channel": CLOSED,
    "restricted_action_non_threadable_channel": CLOSED,
    "messages_tab_disabled": "The app's messages are switched off: an admin turns them on.",
    "user_disabled": "That member is deactivated.",
    "user_not_found": "There is no such member here.",
    "missing_scope": "The app may not post: an admin has to install it again.",
    "ratelimited": "Slack is busy: try again in a minute.",
    "not_connected": "I cannot reach Slack: try again in a minute.",
    "answer_lost": "Slack's answer was lost: look whether the message is there.",
}


def place(where: Place) -> str:
    """Where it posts, ready for mrkdwn."""
    if where.is_person:
        return f"direct messages to <@{where.channel}>"
    return inline(where.channel) if where.channel.startswith("#") else f"<#{where.channel}>"


def ahead(minutes: int) -> str:
    return "1 day" if minutes == 1440 else say_length(minutes)


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`one, two and three`."""
    head = ", ".join(parts[:-1])
    return f"{head} {last} {parts[-1]}" if head else parts[-1]


def _some(parts: Sequence[str], more: str = "more") -> str:
    """The first of them, and how many more there are."""
    rest = len(parts) - NAMED
    return joined([*parts[:NAMED], f"{rest} {more}"] if rest > 1 else parts)


def _whose(rule: Rule, known: Known) -> str:
    if rule.account != HOUSE and not rule.hosts:
        return "Your own account's"
    if not rule.hosts:
        return "Everybody's"
    if rule.hosts == (known.me,):
        return "Your"
    names = [f"{inline(known.people.get(email, email), 60)}'s" for email in rule.hosts]
    return _some(names, "more people's")


def _which(rule: Rule, known: Known) -> str:
    teams = [f"the team {_name(known.teams, n, 'with id')}" for n in rule.teams]
    titles = [_name(known.event_types, n, "event type") for n in rule.event_types]
    named = [*teams, *titles]
    return f" of {_some(named)}" if named else ""


def _when(rule: Rule) -> str:
    if rule.news is None:
        return "whatever happens to them"
    if not rule.news:
        return "none of them announced"
    said = [NEWS[news][1] for news in NEWS if news in rule.news]
    return f"when {joined(said, 'or')}"


def _mentions(rule: Rule, known: Known) -> str:
    who = ["the host"] if rule.look.mention_host else []
    handles = [known.groups.get(one) for one in rule.look.groups]
    who += [f"@{inline(handle, 60)}" if handle else "a user group" for handle in handles]
    return f"mentions {_some(who)}" if who else ""


def _name(names: Mapping[int, str], number: int, kind: str) -> str:
    return inline(names[number], 80) if number in names else f"{kind} {number}"


def _moment(at: datetime, reading: Reading) -> str:
    fallback = f"{reading.day(reading.day_of(at))}, {reading.clock(at)}"
    return date(at, fallback, "{date_short_pretty}, {time}")
