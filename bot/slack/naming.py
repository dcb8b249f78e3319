"""What the ids in rules stand for: asked for where it is not known, and left open where nobody
answers, since a list that names one thing less is better than none."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.domain.channels import UserGroup
from bot.domain.errors import SchedulingError
from bot.domain.event_types import EventType
from bot.domain.people import Member, Reader
from bot.domain.rules import Rule
from bot.services.desks import Desk
from bot.services.ports import Channels
from bot.slack.errors import SLACK_FAILED
from bot.slack.people import People
from bot.slack.views.rule_words import NAMED, Known

MOST_PEOPLE = 30
"""So many are asked for at once: Slack takes fifty such questions a minute."""


class Names(Protocol):
    """Whom and what is asked for names: `Deps` has both."""

    @property
    def people(self) -> People: ...

    @property
    def channels(self) -> Channels: ...


async def known(names: Names, desk: Desk, reader: Reader, rules: Sequence[Rule]) -> Known:
    """What these rules name."""
    team_id = reader.member.team_id
    hosts = [email for rule in rules for email in rule.hosts[:NAMED]]
    me = reader.email.casefold()
    people = await members(names, team_id, [email for email in hosts if email != me])
    types = await event_types(desk, team_id) if any(r.event_types or r.teams for r in rules) else ()
    named = await groups(names, team_id) if any(r.look.groups for r in rules) else ()
    return Known(
        me=me,
        people={email: member.name for email, member in people.items()},
        event_types={event_type.id: event_type.title for event_type in types or ()},
        teams={t.team.id: t.team.name or t.team.slug for t in types or () if t.team},
        groups={group.id: group.handle for group in named or ()},
    )


async def members(names: Names, team_id: str, emails: Iterable[str]) -> dict[str, Member]:
    """Those of the workspace, by their e-mails."""
    wanted = list(dict.fromkeys(emails))[:MOST_PEOPLE]
    found = await asyncio.gather(*(_member(names, team_id, email) for email in wanted))
    return {email: member for email, member in zip(wanted, found, strict=True) if member}


async def event_types(desk: Desk, team_id: str) -> tuple[EventType, ...] | None:
    """The account's; None where Cal.com cannot tell."""
    offer = desk.lookup.known_offer(None)
    if offer is None:
        with contextlib.suppress(SchedulingError):
            offer = await desk.lookup.offer_of(None, None, team_id=team_id)
    return offer.event_types if offer else None


async def groups(names: Names, team_id: str) -> Sequence[UserGroup] | None:
    """The workspace's; None where the app may not look."""
    try:
        return await names.channels.groups(team_id)
    except SLACK_FAILED:
        return ()


async def _member(names: Names, team_id: str, email: str) -> Member | None:
    try:
        return await names.people.with_email(team_id, email)
    except SLACK_FAILED:
        return None
