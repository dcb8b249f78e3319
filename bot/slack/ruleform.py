"""The form of a rule: what a person has said of it so far, kept as a draft between two clicks."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from bot.domain.errors import Unclear
from bot.domain.rules import Detail, Digest, Look, News, Place, Quiet, Rule
from bot.domain.times import zone
from bot.domain.wording import _
from bot.locales import NAMES
from bot.slack import forms, ids
from bot.slack.ordering import ADDRESS, addresses

CHANNEL, PERSON = "channel", "person"
EVERYBODY, MINE, THESE = "everybody", "mine", "these"
EVERYTHING, SOME, NOTHING = "everything", "some", "nothing"
NONE, DAILY = "none", "daily"
REMINDERS: Final = (5, 10, 15, 30, 60, 1440)
"""The minutes that can be chosen."""
MOST_HOSTS: Final = 50
MOST_DOMAINS: Final = 50
_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
_ID: Final = re.compile(r"(type|team):([1-9]\d{0,11})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule as its form has it.

    `draft_id` is also the id of a new rule, so that one form makes one rule; `rule_id` is that of
    the rule that is changed, empty for a new one. `person` is whose direct messages can be meant;
    `fixed` says that the place stands in the settings. `members` are Slack ids, `emails`
    and `guest_domains` as typed; `digest` is none, daily, or a weekday's number; clocks are
    `HH:MM`, empty for none. `screen` is the one that is shown, `turn` Slack's time stamp of the
    last choice.
    """

    draft_id: str
    rule_id: str = ""
    person: str = ""
    fixed: bool = False
    where: str = CHANNEL
    channel: str = ""
    whose: str = MINE
    members: tuple[str, ...] = ()
    emails: str = field(default="", repr=False)
    event_types: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    guest_domains: str = ""
    announces: str = EVERYTHING
    news: tuple[str, ...] = ()
    detail: str = Detail.FULL.value
    asks: bool = False
    mention_host: bool = False
    groups: tuple[str, ...] = ()
    reminders: tuple[int, ...] = ()
    digest: str = NONE
    digest_at: str = "08:00"
    quiet_from: str = ""
    quiet_until: str = ""
    zone: str = "UTC"
    language: str = "en"
    screen: int = 0
    turn: str = ""

    def metadata(self) -> str:
        """For `private_metadata`: which draft, and how it is drawn. Nothing of it is believed."""
        return json.dumps([self.draft_id, self.screen, self.person, self.fixed])

    def kept(self) -> dict[str, Any]:
        """The draft as JSON."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return] # json.loads is untyped

    def rule(self, team_id: str, hosts: Collection[str]) -> Rule:
        """The rule itself; whose bookings are meant has been found out already."""
        some = tuple(news for news in News if news.value in self.news)
        quiet = (_minutes(self.quiet_from), _minutes(self.quiet_until))
        weekday = None if self.digest == DAILY else self.digest
        return Rule(
            id=self.rule_id or self.draft_id,
            place=Place(team_id, self.channel if self.where == CHANNEL else self.person),
            hosts=tuple(dict.fromkeys(email.casefold() for email in hosts)),
            event_types=self.event_types,
            teams=self.teams,
            guest_domains=tuple(dict.fromkeys(_domains(self.guest_domains))),
            news={EVERYTHING: None, NOTHING: ()}.get(self.announces, some),
            look=Look(
                Detail(self.detail), self.mention_host, self.groups, self.language, self.asks
            ),
            reminders=self.reminders,
            digest=None
            if self.digest == NONE
            else Digest(_minutes(self.digest_at), int(weekday) if weekday else None),
            quiet=Quiet(*quiet) if self.quiet_from and self.quiet_until else None,
            zone=self.zone,
        )


def of_rule(rule: Rule, draft_id: str, own_email: str, members: Mapping[str, str]) -> RuleForm:
    """The form of a rule that is there.

    Args:
        own_email: The reader's.
        members: Slack ids of hosts by e-mail, as far as they are known.
    """
    others = rule.hosts != (own_email.casefold(),)
    digest = rule.digest
    daily = digest is not None and digest.weekday is None
    form = RuleForm(
        draft_id,
        rule.id,
        person=rule.place.channel if rule.place.is_person else rule.owner,
        fixed=not rule.owner,
        where=PERSON if rule.place.is_person else CHANNEL,
        channel="" if rule.place.is_person else rule.place.channel,
        whose=(THESE if others else MINE) if rule.hosts else EVERYBODY,
        event_types=rule.event_types,
        teams=rule.teams,
        guest_domains=", ".join(rule.guest_domains),
        announces=EVERYTHING if rule.news is None else SOME if rule.news else NOTHING,
        news=tuple(news.value for news in rule.news or ()),
        detail=rule.look.detail.value,
        asks=rule.look.asks,
        mention_host=rule.look.mention_host,
        groups=rule.look.groups,
        reminders=rule.reminders,
        zone=rule.zone,
        language=rule.look.language,
    )
    if others:
        known = tuple(members[email] for email in rule.hosts if email in members)
        rest = ", ".join(email for email in rule.hosts if email not in members)
        form = replace(form, members=known, emails=rest)
    if digest is not None:
        often = DAILY if daily else str(digest.weekday)
        form = replace(form, digest=often, digest_at=_clock(digest.at))
    if rule.quiet:
        quiet = rule.quiet
        form = replace(form, quiet_from=_clock(quiet.start), quiet_until=_clock(quiet.end))
    return form


def from_kept(kept: Mapping[str, Any]) -> RuleForm:
    """A draft as it was kept."""
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name in RuleForm.__dataclass_fields__
    }
    return RuleForm(**known)


def identified(metadata: str) -> RuleForm:
    """The form as `private_metadata` alone tells it: empty where that is malformed."""
    try:
        draft_id, screen, person, fixed = json.loads(metadata)
    except (ValueError, TypeError):
        return RuleForm("")
    screen = 1 if screen == 1 else 0
    return RuleForm(str(draft_id), person=str(person), fixed=fixed is True, screen=screen)


def merged(form: RuleForm, view: Mapping[str, Any]) -> RuleForm:
    """The form with what the view's inputs say; fields that the view does not have stay."""
    state = forms.values(view)
    found: dict[str, Any] = {}
    for block_id, (name, allowed) in _CHOICES.items():
        if (said := forms.text(state, block_id)) in allowed:
            found[name] = said
    for block_id, name in _TEXTS.items():
        if forms.answered(state, block_id):
            found[name] = forms.text(state, block_id)
    for block_id, name in _LISTS.items():
        if forms.answered(state, block_id):
            found[name] = forms.many(state, block_id)
    if forms.answered(state, ids.EVENT_TYPES):
        found |= _event_types(forms.many(state, ids.EVENT_TYPES))
    if forms.answered(state, ids.MENTION):
        found["mention_host"] = bool(forms.many(state, ids.MENTION))
    if forms.answered(state, ids.ASKS):
        found["asks"] = bool(forms.many(state, ids.ASKS))
    if forms.answered(state, ids.REMINDERS):
        chosen = forms.many(state, ids.REMINDERS)
        found["reminders"] = tuple(n for n in REMINDERS if str(n) in chosen)
    if said := forms.text(state, ids.TIME_ZONE):
        found["zone"] = said
    return replace(form, **found)


def complaints(form: RuleForm) -> dict[str, str]:
    """What is missing or wrong, by the id of the input; empty if nothing is."""
    wrong: dict[str, str] = {}
    if form.where == CHANNEL and not form.channel:
        wrong[ids.CHANNEL] = _("Choose a channel.")
    if form.whose == THESE:
        typed = addresses(form.emails)
        if bad := [one for one in typed if not ADDRESS.fullmatch(one)]:
            wrong[ids.HOST_EMAILS] = _("Not an e-mail address: {bad}").format(bad=bad[0][:60])
        elif not typed and not form.members:
            wrong[ids.HOST_EMAILS] = _("Choose members above, or write e-mail addresses here.")
        elif len(typed) + len(form.members) > MOST_HOSTS:
            wrong[ids.HOST_EMAILS] = _("A rule takes at most {most} people.").format(
                most=MOST_HOSTS
            )
    domains = _domains(form.guest_domains)
    if bad := [one for one in domains if not _DOMAIN.fullmatch(one)]:
        wrong[ids.GUEST_DOMAINS] = _("Not a domain: {bad}").format(bad=bad[0][:60])
    elif len(domains) > MOST_DOMAINS:
        wrong[ids.GUEST_DOMAINS] = _("A rule takes at most {most} domains.").format(
            most=MOST_DOMAINS
        )
    if form.announces == SOME and not {news.value for news in News} & {*form.news}:
        wrong[ids.NEWS] = _("Choose at least one.")
    return wrong | _wrong_times(form)


def _wrong_times(form: RuleForm) -> dict[str, str]:
    wrong: dict[str, str] = {}
    said = {ids.QUIET_FROM: form.quiet_from, ids.QUIET_UNTIL: form.quiet_until}
    for block_id, clock in (said | {ids.DIGEST_AT: form.digest_at}).items():
        if clock and not _CLOCK.fullmatch(clock):
            wrong[block_id] = _("Choose a time.")
    if not form.digest_at:
        wrong[ids.DIGEST_AT] = _("Choose a time.")
    for block_id, other in ((ids.QUIET_FROM, ids.QUIET_UNTIL), (ids.QUIET_UNTIL, ids.QUIET_FROM)):
        if said[other] and not said[block_id]:
            wrong[block_id] = _("Choose both times, or neither.")
    if form.quiet_from and form.quiet_from == form.quiet_until:
        wrong[ids.QUIET_UNTIL] = _("Choose another time than the one it begins at.")
    try:
        zone(form.zone)
    except Unclear as error:
        wrong[ids.TIME_ZONE] = str(error)
    return wrong


_WEEK = tuple(str(day) for day in range(7))
_CHOICES: Final[Mapping[str, tuple[str, Collection[str]]]] = {
    ids.WHERE: ("where", {CHANNEL, PERSON}),
    ids.WHOSE: ("whose", {EVERYBODY, MINE, THESE}),
    ids.ANNOUNCES: ("announces", {EVERYTHING, SOME, NOTHING}),
    ids.DETAIL: ("detail", {detail.value for detail in Detail}),
    ids.DIGEST: ("digest", {NONE, DAILY, *_WEEK}),
    ids.LANGUAGE: ("language", NAMES),
}
_TEXTS: Final = {
    ids.CHANNEL: "channel",
    ids.HOST_EMAILS: "emails",
    ids.GUEST_DOMAINS: "guest_domains",
    ids.DIGEST_AT: "digest_at",
    ids.QUIET_FROM: "quiet_from",
    ids.QUIET_UNTIL: "quiet_until",
}
_LISTS: Final = {
    ids.HOST_MEMBERS: "members",
    ids.NEWS: "news",
    ids.GROUPS: "groups",
}


def _event_types(values: Collection[str]) -> dict[str, Any]:
    chosen = [match for match in map(_ID.fullmatch, values) if match]
    found = {"event_types": "type", "teams": "team"}
    return {
        name: tuple(int(match[2]) for match in chosen if match[1] == kind)
        for name, kind in found.items()
    }


def _domains(typed: str) -> list[str]:
    """As they are compared; `@example.com` and `*.example.com` are ways to write one."""
    return [one.casefold().lstrip("*.@") for one in addresses(typed)]


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes) if clock else 0


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
