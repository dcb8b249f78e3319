"""What is to be known of an event type before booking it."""

from bot.domain.event_types import Assignment, EventType, Recurrence, TeamHost
from bot.domain.money import say_price
from bot.domain.times import say_length
from bot.domain.wording import _, either, listed, ngettext
from bot.slack.text import inline

MOST_HOSTS = 4


def lengths(event_type: EventType) -> str:
    """`30 min`, or `15 min, 30 min or 1 h`."""
    said = [say_length(minutes) for minutes in event_type.lengths[:12]]
    return either(said) if len(said) > 1 else say_length(event_type.length)


def traits(event_type: EventType) -> list[str]:
    """Whose it is, who hosts, and what is special about it; ready for mrkdwn."""
    found = []
    if event_type.team:
        name = inline(event_type.team.name or event_type.team.slug, 60)
        found.append(_("team {name}").format(name=name))
    if who := hosted_by(event_type):
        found.append(who)
    if event_type.needs_confirmation:
        found.append(_("needs confirmation"))
    if event_type.seats:
        found.append(ngettext("{count} seat", "{count} seats", event_type.seats))
    if event_type.recurrence:
        found.append(recurring(event_type.recurrence))
    if event_type.price:
        found.append(say_price(event_type.price, event_type.currency))
    if event_type.instant:
        found.append(_("also at once"))
    if event_type.hidden:
        found.append(_("hidden"))
    return found


def hosted_by(event_type: EventType) -> str:
    """`with Alice and one of Bob, Carol`; empty where the event type names no hosts."""
    fixed = [host for host in event_type.hosts if host.fixed]
    others = [host for host in event_type.hosts if not host.fixed]
    if event_type.assignment is Assignment.COLLECTIVE:
        fixed, others = [*fixed, *others], []
    said = [_names(fixed)] if fixed else []
    if others:
        said.append(
            _("one of {names}").format(names=_names(others)) if len(others) > 1 else _names(others)
        )
    return _("with {names}").format(names=listed(said)) if said else ""


def _names(hosts: list[TeamHost]) -> str:
    shown = ", ".join(inline(host.name or host.username, 60) for host in hosts[:MOST_HOSTS])
    return shown + (
        _(" and {count} more").format(count=len(hosts) - MOST_HOSTS)
        if len(hosts) > MOST_HOSTS
        else ""
    )


def recurring(recurrence: Recurrence) -> str:
    """`every 2 weeks, 6 times`."""
    every, count = how_often(recurrence), recurrence.occurrences
    if not every:
        return _("recurring")
    return _("{every}, {count} times").format(every=every, count=count)


def how_often(recurrence: Recurrence) -> str:
    """`every 2 weeks`; empty for what has no words yet."""
    count = recurrence.interval
    match recurrence.frequency:
        case "weekly":
            return ngettext("every week", "every {count} weeks", count)
        case "monthly":
            return ngettext("every month", "every {count} months", count)
        case "yearly":
            return ngettext("every year", "every {count} years", count)
    return ""
