"""A rule in words: whose bookings, which, when, and how they are shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.accounts import HOUSE
from bot.domain.days import weekday_name
from bot.domain.people import Member
from bot.domain.rules import Detail, News, Place, Rule
from bot.domain.times import say_clock, say_length, say_zone, zone_or_utc
from bot.domain.wording import N_, _, either, listed, ngettext
from bot.slack.text import date, inline
from bot.slack.views.reading import Reading

NAMED: Final = 3
"""So many people, event types and groups are named; the others are counted."""

NEWS: Final = {
    News.CREATED: (N_("Booked"), N_("created")),
    News.REQUESTED: (N_("Asked for, to be confirmed"), N_("asked for")),
    News.CONFIRMED: (N_("Confirmed"), N_("confirmed")),
    News.RESCHEDULED: (N_("Moved to another time"), N_("moved")),
    News.CANCELLED: (N_("Cancelled"), N_("cancelled")),
    News.DECLINED: (N_("Declined"), N_("declined")),
    News.PAID: (N_("Paid"), N_("paid")),
    News.REASSIGNED: (N_("Handed over to another host"), N_("handed over")),
    News.PLACE_CHANGED: (N_("Put in another place"), N_("put in another place")),
    News.NO_SHOW: (N_("Somebody did not come"), N_("missed by somebody")),
    News.STARTED: (N_("Started"), N_("started")),
    News.ENDED: (N_("Ended"), N_("ended")),
    News.RECORDING: (N_("Recording or transcript ready"), N_("recorded")),
    News.FORM: (N_("Form filled in"), N_("a form is filled in")),
    News.FORM_ONLY: (
        N_("Form filled in, nothing booked"),
        N_("a form is filled in without a booking"),
    ),
    News.AWAY: (N_("Somebody is out of office"), N_("somebody is out of office")),
    News.INSTANT: (N_("Somebody wants to meet at once"), N_("somebody wants to meet at once")),
}
"""As an option of the form, and after “when”."""

DETAILS: Final = {
    Detail.FULL: (
        N_("Everything"),
        N_("Who, what, where, answers and notes"),
        N_("everything shown"),
    ),
    Detail.INITIALS: (
        N_("Guests by initials"),
        N_("No names, e-mails, answers, notes or reasons"),
        N_("guests by initials"),
    ),
    Detail.BUSY: (
        N_("Only that a host is busy"),
        N_("When and who, nothing else"),
        N_("only busy times"),
    ),
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
    told = _("{whose} bookings{which}, {when}").format(
        whose=_whose(rule, known), which=_which(rule, known), when=_when(rule)
    )
    parts = [
        told,
        _(DETAILS[rule.look.detail][2]),
        _asks(rule),
        _mentions(rule, known),
        *times(rule, reading),
    ]
    return "; ".join(part for part in parts if part)


def times(rule: Rule, reading: Reading) -> list[str]:
    """Its reminders, digest and quiet hours."""
    parts = []
    if rule.reminders:
        before = [ahead(minutes) for minutes in sorted(rule.reminders)]
        parts.append(_("reminder {before} before").format(before=listed(before)))
    if rule.digest:
        at = say_clock(rule.digest.at, reading.hour12)
        if rule.digest.weekday is None:
            parts.append(_("digest daily {at}").format(at=at))
        else:
            day = weekday_name(rule.digest.weekday)
            parts.append(_("digest every {day} {at}").format(day=day, at=at))
    if rule.quiet:
        start, end = (say_clock(n, reading.hour12) for n in (rule.quiet.start, rule.quiet.end))
        parts.append(_("quiet {start}–{end}").format(start=start, end=end))
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
        return _(":double_vertical_bar: Paused by <@{by}> since {since}.").format(
            by=pause.by, since=since
        )
    said = [_(":warning: Resting since {since}: {why}").format(since=since, why=refusal(pause.why))]
    if waiting:
        waits = ngettext("{count} message waits for it.", "{count} messages wait for it.", waiting)
        said.append(waits)
    return " ".join([*said, _("*Resume* when it is mended.")])


UNHEARD: Final = N_(
    ":hourglass_flowing_sand: Cal.com does not let me be told at once of "
    "everything that this rule is for, so I look for bookings every few "
    "minutes instead."
)


def is_unheard(rule: Rule, unheard: Collection[str]) -> bool:
    """Whether that is to be said of the rule: `unheard` are the ids of those for which Cal.com
    does not let us set up a webhook."""
    return rule.id in unheard and not rule.is_off


def by_hand(command: str) -> str:
    """For admins, where a rule is unheard; ready for mrkdwn."""
    return _("How to set the webhooks up by hand: `{command} status`.").format(command=command)


def after_saving(rule: Rule, unheard: Collection[str], member: Member, command: str) -> str:
    """What its owner is to know of its webhooks, ready for mrkdwn; empty where all is well."""
    if not is_unheard(rule, unheard):
        return ""
    return f"{_(UNHEARD)} {by_hand(command)}" if member.is_admin else _(UNHEARD)


def refusal(code: str) -> str:
    """What Slack's word means, and what to do about it; ready for mrkdwn."""
    told = _(REFUSALS.get(code, OTHER_REFUSAL))
    return _("{told} (Slack says `{code}`.)").format(told=told, code=inline(code, 60))


OTHER_REFUSAL: Final = N_("Slack does not take the message.")
INVITE: Final = N_("I cannot post there: write `/invite @` and my name in that channel.")
CLOSED: Final = N_("Only some people may post there: ask who manages the channel.")
REFUSALS: Final = {
    "channel_not_found": INVITE,
    "not_in_channel": INVITE,
    "is_archived": N_("The channel is archived: bring it back, or choose another one."),
    "restricted_action": CLOSED,
    "restricted_action_read_only_channel": CLOSED,
    "restricted_action_thread_only_channel": CLOSED,
    "restricted_action_non_threadable_channel": CLOSED,
    "messages_tab_disabled": N_("The app's messages are switched off: an admin turns them on."),
    "user_disabled": N_("That member is deactivated."),
    "user_not_visible": N_("I may not see that member: an admin lets me."),
    "user_not_found": N_("There is no such member here."),
    "missing_scope": N_("The app may not post: an admin has to install it again."),
    "ratelimited": N_("Slack is busy: try again in a minute."),
    "not_connected": N_("I cannot reach Slack: try again in a minute."),
    "answer_lost": N_("Slack's answer was lost: look whether the message is there."),
}


def place(where: Place) -> str:
    """Where it posts, ready for mrkdwn."""
    if where.is_person:
        return _("direct messages to {person}").format(person=f"<@{where.channel}>")
    return inline(where.channel) if where.channel.startswith("#") else f"<#{where.channel}>"


def ahead(minutes: int) -> str:
    return _("1 day") if minutes == 1440 else say_length(minutes)


def _some(parts: Sequence[str], more: str = N_("{count} more")) -> str:
    """The first of them, and how many more there are."""
    rest = len(parts) - NAMED
    return listed([*parts[:NAMED], _(more).format(count=rest)] if rest > 1 else parts)


def _whose(rule: Rule, known: Known) -> str:
    if rule.account != HOUSE and not rule.hosts:
        return _("Your own account's")
    if not rule.hosts:
        return _("Everybody's")
    if rule.hosts == (known.me,):
        return _("Your")
    names = [inline(known.people.get(email, email), 60) for email in rule.hosts]
    return _some([_("{name}'s").format(name=name) for name in names], N_("{count} more people's"))


def _which(rule: Rule, known: Known) -> str:
    teams = [
        _("the team {name}").format(name=_name(known.teams, n, N_("with id {number}")))
        for n in rule.teams
    ]
    titles = [_name(known.event_types, n, N_("event type {number}")) for n in rule.event_types]
    named = [*teams, *titles]
    return _(" of {names}").format(names=_some(named)) if named else ""


def _when(rule: Rule) -> str:
    if rule.news is None:
        return _("whatever happens to them")
    if not rule.news:
        return _("none of them announced")
    said = [_(NEWS[news][1]) for news in NEWS if news in rule.news]
    return _("when {events}").format(events=either(said))


def _asks(rule: Rule) -> str:
    return _("asks who takes it") if rule.look.asks else ""


def _mentions(rule: Rule, known: Known) -> str:
    who = [_("the host")] if rule.look.mention_host else []
    handles = [known.groups.get(one) for one in rule.look.groups]
    who += [f"@{inline(handle, 60)}" if handle else _("a user group") for handle in handles]
    return _("mentions {names}").format(names=_some(who)) if who else ""


def _name(names: Mapping[int, str], number: int, kind: str) -> str:
    return inline(names[number], 80) if number in names else _(kind).format(number=number)


def _moment(at: datetime, reading: Reading) -> str:
    fallback = f"{reading.day(reading.day_of(at))}, {reading.clock(at)}"
    return date(at, fallback, "{date_short_pretty}, {time}")
