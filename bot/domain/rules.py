"""Which bookings go to which place, and how they are shown there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.bookings import Booking
from bot.domain.cards import CALLS, Card, Happening, Phase
from bot.domain.events import BookingEvent, Notice, Trigger
from bot.domain.times import zone_or_utc


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a workspace (its id, or `#name` until Slack has told the id), or a member's
    id: then it is their direct messages."""

    team_id: str
    channel: str

    @property
    def is_person(self) -> bool:
        return self.channel.startswith(("U", "W"))


class News(StrEnum):
    """What a rule can ask for, in the words of its form."""

    CREATED = "created"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    PAID = "paid"
    REASSIGNED = "reassigned"
    PLACE_CHANGED = "place_changed"
    NO_SHOW = "no_show"
    STARTED = "started"
    ENDED = "ended"
    RECORDING = "recording"
    FORM = "form"
    FORM_ONLY = "form_only"
    AWAY = "away"
    INSTANT = "instant"


class Detail(StrEnum):
    """How much of a booking a place may show, from the most to the least."""

    FULL = "full"
    INITIALS = "initials"  # guests by their initials; no e-mails, answers, notes or reasons
    BUSY = "busy"  # that a host is busy, and when; nothing of what or with whom


@dataclass(frozen=True, slots=True)
class Look:
    """How a place shows a booking: how much of it, in which language (`de`, `pt-BR`), and who is
    mentioned when it is news."""

    detail: Detail = Detail.FULL
    mention_host: bool = False
    groups: tuple[str, ...] = ()
    """Ids of Slack user groups."""
    language: str = "en"
    asks: bool = False
    """Whether people are asked there who takes it."""


PLAIN: Final = Look()


@dataclass(frozen=True, slots=True)
class Digest:
    """A summary at a local hour: every day, or (`weekday`, Monday is 0) once a week."""

    at: int
    """Minutes after midnight, in the rule's zone."""
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nothing new is posted, in minutes after midnight of the rule's zone; what would have
    been waits for the end. `start` after `end` spans midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a rule rests: somebody wanted it (`by` is their Slack id), or Slack did not take its
    messages (`why` is Slack's word; then what comes meanwhile waits to be replayed)."""

    at: datetime
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Send these bookings to this place.

    Attributes:
        account: Whose bookings: the Cal.com account they are seen through.
        owner: The Slack member who made it; empty for the one that stands in the settings.
        hosts: E-mails of whose bookings they are, in lower case; empty for everybody's.
        event_types: Their ids; empty for every one.
        teams: Ids of teams whose event types are meant as well; with neither, every one is.
        guest_domains: Of the e-mails of whose guests they are, in lower case (with those below
            them); empty for everybody.
        news: What it announces; None for everything, also what is no `News`. A card that is there
            follows its booking whatever this says.
        reminders: Minutes before the start.
        zone: The IANA name of the zone of its digest and quiet hours.
        failures: How often Slack did not take its messages any more.
    """

    id: str
    place: Place
    account: str = "house"
    owner: str = ""
    hosts: tuple[str, ...] = field(default=(), repr=False)
    event_types: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    guest_domains: tuple[str, ...] = ()
    news: tuple[News, ...] | None = None
    look: Look = PLAIN
    reminders: tuple[int, ...] = ()
    digest: Digest | None = None
    quiet: Quiet | None = None
    zone: str = "UTC"
    pause: Pause | None = None
    failures: int = 0

    @property
    def is_held(self) -> bool:
        """Whether Slack did not take its messages: they are kept until somebody replays them."""
        return self.pause is not None and bool(self.pause.why)

    @property
    def is_off(self) -> bool:
        """Whether somebody does not want to hear of it for now."""
        return self.pause is not None and not self.pause.why

    def fits(self, about: "About") -> bool:
        """Whether such a booking (or notice) is meant, whatever happened to it."""
        if self.hosts and not set(self.hosts) & about.hosts:
            return False
        if self.guest_domains and not any(map(self._welcomes, about.guest_domains)):
            return False
        if not self.event_types and not self.teams:
            return True
        return about.event_type_id in self.event_types or about.team_id in self.teams

    def _welcomes(self, domain: str) -> bool:
        return any(f".{domain}".endswith(f".{one}") for one in self.guest_domains)

    def wants(self, about: "About") -> bool:
        """Whether this is to be announced."""
        if self.news is not None and about.news not in self.news:
            return False
        return self.fits(about)

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours that are now end, UTC; None where it is not quiet."""
        if self.quiet is None or self.quiet.start == self.quiet.end:
            return None
        local = now.astimezone(zone_or_utc(self.zone))
        minute = local.hour * 60 + local.minute
        start, end = self.quiet.start, self.quiet.end
        is_quiet = start <= minute < end if start < end else minute >= start or minute < end
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1 if minute >= end else 0)
        ends = datetime.combine(day, time(end // 60 % 24, end % 60), local.tzinfo)
        return ends.astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class About:
    """What rules look at: what happened (None for what is no `News`), and to what."""

    news: News | None = None
    hosts: frozenset[str] = frozenset()
    event_type_id: int | None = None
    team_id: int | None = None
    guest_domains: frozenset[str] = frozenset()


def about_booking(booking: Booking) -> About:
    """What rules look at of a booking."""
    hosts = frozenset(host.email.casefold() for host in booking.hosts if host.email)
    coming = {*(attendee.email for attendee in booking.attendees), *booking.guests}
    domains = frozenset(email.casefold().rpartition("@")[2] for email in coming if "@" in email)
    return About(hosts=hosts, event_type_id=booking.event_type_id, guest_domains=domains)


@dataclass(frozen=True, slots=True)
class Showing:
    """One place where something is to be shown, once, however many rules want it there.

    `not_before` is the end of its quiet hours; `held` says that Slack does not take its messages
    for now, so that they are kept and not tried.
    """

    place: Place
    look: Look = PLAIN
    not_before: datetime | None = None
    held: bool = False


def showings(rules: Iterable[Rule], about: About, now: datetime) -> tuple[Showing, ...]:
    """Where this is to be announced, in the rules' order.

    Of several rules for a place the one that shows the least decides how much is shown: somebody
    had a reason. Everybody whom one of them mentions is mentioned; its quiet hours hold where all
    of them are quiet.
    """
    wanting: dict[Place, list[Rule]] = {}
    for rule in rules:
        if rule.wants(about) and not rule.is_off:
            wanting.setdefault(rule.place, []).append(rule)
    return tuple(showing_at(place, those, now) for place, those in wanting.items())


def united(every: Iterable[Showing]) -> tuple[Showing, ...]:
    """Each place once, for all that is to be shown there: see `showings`."""
    wanting: dict[Place, list[Showing]] = {}
    for showing in every:
        wanting.setdefault(showing.place, []).append(showing)
    return tuple(_all_in_one(place, those) for place, those in wanting.items())


def _all_in_one(place: Place, those: Sequence[Showing]) -> Showing:
    ends = [showing.not_before for showing in those if showing.not_before]
    return Showing(
        place,
        look=together(showing.look for showing in those),
        not_before=min(ends) if len(ends) == len(those) else None,
        held=all(showing.held for showing in those),
    )


def showing_at(place: Place, rules: Sequence[Rule], now: datetime) -> Showing:
    """How the place shows what all of these rules want there."""
    quiet = [rule.quiet_until(now) for rule in rules]
    ends = [end for end in quiet if end]
    return Showing(
        place,
        look=together(rule.look for rule in rules),
        not_before=min(ends) if len(ends) == len(quiet) else None,
        held=all(rule.is_held for rule in rules),
    )


def together(looks: Iterable[Look]) -> Look:
    """The look that shows the least of them, in the first one's language, and mentions
    everybody."""
    every = list(looks)
    order = list(Detail)
    return Look(
        detail=max((look.detail for look in every), key=order.index, default=Detail.FULL),
        mention_host=any(look.mention_host for look in every),
        groups=tuple(dict.fromkeys(group for look in every for group in look.groups)),
        language=every[0].language if every else PLAIN.language,
        asks=any(look.asks for look in every),
    )


def keys_of(rule: Rule) -> frozenset[str]:
    """Under which keys the rule is found: by its hosts, else its event types, else for all."""
    if rule.hosts:
        return frozenset(f"host:{email}" for email in rule.hosts)
    if rule.event_types or rule.teams:
        types = frozenset(f"type:{each}" for each in rule.event_types)
        return types | ({"team"} if rule.teams else frozenset())
    return frozenset({"all"})


def keys_for(about: About) -> frozenset[str]:
    """The keys under which every rule is found that could fit."""
    keys = {"all", "team", *(f"host:{email}" for email in about.hosts)}
    return frozenset(keys | ({f"type:{about.event_type_id}"} if about.event_type_id else set()))


_NEWS = {
    Trigger.BOOKING_CREATED: News.CREATED,
    Trigger.BOOKING_PAYMENT_INITIATED: News.CREATED,
    Trigger.BOOKING_REQUESTED: News.REQUESTED,
    Trigger.BOOKING_RESCHEDULED: News.RESCHEDULED,
    Trigger.BOOKING_CANCELLED: News.CANCELLED,
    Trigger.BOOKING_REJECTED: News.DECLINED,
    Trigger.BOOKING_PAID: News.PAID,
    Trigger.BOOKING_REASSIGNED: News.REASSIGNED,
    Trigger.BOOKING_LOCATION_UPDATED: News.PLACE_CHANGED,
    Trigger.BOOKING_NO_SHOW_UPDATED: News.NO_SHOW,
    Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW: News.NO_SHOW,
    Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW: News.NO_SHOW,
    Trigger.MEETING_STARTED: News.STARTED,
    Trigger.MEETING_ENDED: News.ENDED,
    Trigger.RECORDING_READY: News.RECORDING,
    Trigger.RECORDING_TRANSCRIPTION_GENERATED: News.RECORDING,
    Trigger.FORM_SUBMITTED: News.FORM,
    Trigger.FORM_SUBMITTED_NO_EVENT: News.FORM_ONLY,
    Trigger.OOO_CREATED: News.AWAY,
    Trigger.INSTANT_MEETING: News.INSTANT,
    Trigger.INSTANT_MEETING_ACCEPTED: News.CONFIRMED,
}


def news_of(event: BookingEvent | Happening | Notice, before: Card | None = None) -> News | None:
    """What an event is in a rule's words; `before` is the card as it was shown until now.

    Cal.com has no word for a confirmation: it says of a booking that was asked for that it was
    created. A request for another time is news of a reschedule as well.
    """
    news = _NEWS.get(event.trigger) if event.trigger else None
    if not isinstance(event, Notice) and before:
        if news is News.CREATED and before.phase in {Phase.REQUESTED, *CALLS}:
            return News.CONFIRMED
        if news is News.REQUESTED and event.previous_uid:
            return News.RESCHEDULED
    return news


def triggers_for(news: Collection[News] | None) -> frozenset[Trigger]:
    """The triggers without which this cannot be announced; None for every one of `News`."""
    wanted = set(News) if news is None else {*news}
    if News.CONFIRMED in wanted:
        wanted.add(News.CREATED)
    return frozenset(trigger for trigger, each in _NEWS.items() if each in wanted)


def resumed(rule: Rule) -> Rule:
    """The rule at work again."""
    return replace(rule, pause=None)


def next_digest(rule: Rule, after: datetime) -> datetime | None:
    """The first time after `after` (aware) that its digest is due, UTC; None without one, and
    while somebody has it off.

    A local time that the clocks skip is due by as much later; one that comes twice, the first time.
    """
    if rule.digest is None or rule.is_off:
        return None
    zone = zone_or_utc(rule.zone)
    clock = time(rule.digest.at // 60, rule.digest.at % 60)
    day = after.astimezone(zone).date()
    while True:
        due = datetime.combine(day, clock, zone).astimezone(UTC)
        if due > after and rule.digest.weekday in {None, day.weekday()}:
            return due
        day += timedelta(days=1)
