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
from bot.domain.wording import N_, _, listed, ngettext, pgettext
from bot.slack.text import date, inline
from bot.slack.views.reading import Reading

NAMED: Final = 3
"""So many people, event types and groups are named; the others are counted."""

NEWS: Final = {
    News.CREATED: N_("Booked"),
    News.REQUESTED: N_("Asked for, to be confirmed"),
    News.CONFIRMED: N_("Confirmed"),
    News.RESCHEDULED: N_("Moved to another time"),
    News.CANCELLED: N_("Cancelled"),
    News.DECLINED: N_("Declined"),
    News.PAID: N_("Paid"),
    News.REASSIGNED: N_("Handed over to another host"),
    News.PLACE_CHANGED: N_("Put in another place"),
    News.NO_SHOW: N_("Somebody did not come"),
    News.STARTED: N_("Started"),
    News.ENDED: N_("Ended"),
    News.RECORDING: N_("Recording or transcript ready"),
    News.FORM: N_("Form filled in"),
    News.FORM_ONLY: N_("Form filled in, nothing booked"),
    News.AWAY: N_("Somebody is out of office"),
    News.INSTANT: N_("Somebody wants to meet at once"),
}

DETAILS: Final = {
    Detail.FULL: (N_("Everything"), N_("Who, what, where, answers and notes")),
    Detail.INITIALS: (
        N_("Guests by initials"),
        N_("No names, e-mails, answers, notes or reasons"),
    ),
    Detail.BUSY: (N_("Only that a host is busy"), N_("When and who, nothing else")),
}
"""As an option, and its explanation."""
MORE_PEOPLE: Final = N_("{count} more people")
BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class Known:
    """What the ids in rules stand for, as far as it is known: names by e-mail (the reader's own is
    `me`), titles, teams' names, handles of user groups."""

    me: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    event_types: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def described(rule: Rule, known: Known, reading: Reading) -> str:
    """The rule fact by fact, ready for mrkdwn: no fact is a piece of a sentence, which other
    languages build another way."""
    facts = [
        _whose(rule, known),
        _which(rule, known),
        _with(rule),
        _when(rule),
        _("Shown: {what}").format(what=_(DETAILS[rule.look.detail][0])),
        _("Asks who takes it") if rule.look.asks else "",
        _mentions(rule, known),
        *times(rule, reading),
    ]
    return BETWEEN.join(filter(None, facts))


def times(rule: Rule, reading: Reading) -> list[str]:
    """Its reminders, digest and quiet hours, and in which zone these are."""
    facts = []
    if rule.reminders:
        before = [ahead(minutes) for minutes in sorted(rule.reminders)]
        facts.append(_("Reminder {before} before").format(before=listed(before)))
    if rule.digest:
        at = say_clock(rule.digest.at, reading.hour12)
        if rule.digest.weekday is None:
            facts.append(_("Digest daily {at}").format(at=at))
        else:
            day = weekday_name(rule.digest.weekday)
            facts.append(_("Digest every {day} {at}").format(day=day, at=at))
    if rule.quiet:
        start, end = (say_clock(n, reading.hour12) for n in (rule.quiet.start, rule.quiet.end))
        facts.append(_("Quiet {start}–{end}").format(start=start, end=end))
    if rule.digest or rule.quiet:
        zone = zone_or_utc(rule.zone)
        if zone.key != reading.zone.key:
            facts.append(say_zone(zone, reading.now))
    return facts


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


def _some(names: Sequence[str], more: str = N_("{count} more")) -> str:
    """The first of them, and how many more there are."""
    rest = len(names) - NAMED
    return listed([*names[:NAMED], _(more).format(count=rest)] if rest > 1 else names)


def _whose(rule: Rule, known: Known) -> str:
    if rule.account != HOUSE and not rule.hosts:
        return _("Bookings of your own account")
    if not rule.hosts:
        return _("Everybody's bookings")
    if rule.hosts == (known.me,):
        return _("Your bookings")
    names = [inline(known.people.get(email, email), 60) for email in rule.hosts]
    return _("Bookings of {names}").format(names=_some(names, MORE_PEOPLE))


def _which(rule: Rule, known: Known) -> str:
    teams = [_team(known.teams, n) for n in rule.teams]
    titles = [_titled(known.event_types, n) for n in rule.event_types]
    named = _some([*teams, *titles])
    return _("Event types: {names}").format(names=named) if named else ""


def _with(rule: Rule) -> str:
    domains = [inline(domain, 80) for domain in rule.guest_domains]
    return _("Guests from: {domains}").format(domains=_some(domains)) if domains else ""


def _when(rule: Rule) -> str:
    if rule.news is None:
        return _("Whatever happens")
    if not rule.news:
        return _("Nothing announced")
    told = [_(NEWS[news]) for news in NEWS if news in rule.news]
    return _("Only when: {events}").format(events=_(", ").join(told))


def _mentions(rule: Rule, known: Known) -> str:
    who = [pgettext("a rule mentions", "the host")] if rule.look.mention_host else []
    handles = [known.groups.get(one) for one in rule.look.groups]
    who += [f"@{inline(handle, 60)}" if handle else _("a user group") for handle in handles]
    return _("Mentions: {names}").format(names=_some(who)) if who else ""


def _team(names: Mapping[int, str], number: int) -> str:
    """Its name; its number where that is not known."""
    return _("Team {name}").format(name=inline(names.get(number, str(number)), 80))


def _titled(names: Mapping[int, str], number: int) -> str:
    if number in names:
        return inline(names[number], 80)
    return _("Event type {number}").format(number=number)


def _moment(at: datetime, reading: Reading) -> str:
    fallback = f"{reading.day(reading.day_of(at))}, {reading.clock(at)}"
    return date(at, fallback, "{date_short_pretty}, {time}")
