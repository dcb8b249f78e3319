"""Accounts, team members and webhook subscriptions on the wire, of both versions."""

from typing import Any

from pydantic import Field

from bot.calcom.wire import Many, Shape, Zone, each, inside, one
from bot.domain.away import Colleague
from bot.domain.event_types import Team
from bot.domain.events import Subscription
from bot.domain.people import Account


class AccountShape(Shape):
    id: int
    username: str = ""
    email: str = ""
    name: str = ""
    time_zone: Zone = "UTC"
    time_format: int = 24
    week_start: str = "Sunday"
    default_schedule_id: int | None = None
    organization_id: int | None = None


class TeamShape(Shape):
    """The organization stands among its teams, as their parent."""

    id: int
    slug: str = ""
    name: str = ""
    parent_id: int | None = None
    is_organization: bool = False


class MemberShape(Shape):
    """A team member as memberships tell it: without an id of its own."""

    email: str = ""
    username: str | None = None
    name: str | None = None


class MembershipShape(Shape):
    user_id: int = 0
    accepted: bool = True
    user: MemberShape | None = None


class SubscriptionShape(Shape):
    """v1 says `eventTriggers`, and tells neither `active` nor the secret."""

    id: str = Field(min_length=1)
    subscriber_url: str = ""
    triggers: Many[str] = Field(default_factory=list)
    event_triggers: Many[str] = Field(default_factory=list)
    active: bool = True
    secret: str | None = None
    payload_template: str | None = None


def account(value: Any) -> Account:
    """Raises `Unreadable` where it has no id."""
    return domain_account(one(AccountShape, value))


def domain_account(shape: AccountShape) -> Account:
    return Account(
        id=shape.id,
        username=shape.username,
        email=shape.email,
        name=shape.name,
        time_zone=shape.time_zone,
        hour12=shape.time_format == 12,
        week_start=shape.week_start or "Sunday",
        default_schedule_id=shape.default_schedule_id,
        organization_id=shape.organization_id,
    )


def teams(body: Any) -> tuple[Team, ...]:
    """The teams without the organization itself, which has no event types."""
    shapes = each(TeamShape, inside(body, "data"), lambda shape: shape)
    return tuple(domain_team(shape) for shape in shapes if not shape.is_organization)


def domain_team(shape: TeamShape) -> Team:
    return Team(shape.id, shape.slug, shape.name, shape.parent_id)


def members(body: Any) -> tuple[Colleague, ...]:
    """Who has accepted to be in a team; those whose names are not told are left out."""
    shapes = each(MembershipShape, inside(body, "data"), lambda shape: shape)
    told = ((shape.user_id, shape.user) for shape in shapes if shape.accepted and shape.user_id)
    named = ((number, user.name or user.username or "") for number, user in told if user)
    return tuple(Colleague(number, name) for number, name in named if name)


def username_of(email: str, people: Any) -> str | None:
    """The user name of whoever has this e-mail among members (`{user}`) or users."""
    members = each(MembershipShape, people, lambda shape: shape.user)
    users = each(MemberShape, people, lambda shape: shape)
    for person in (*members, *users):
        if person and person.email.casefold() == email.casefold() and person.username:
            return person.username
    return None


def subscription(value: Any) -> Subscription:
    """Raises `Unreadable` where it has no id."""
    return domain_subscription(one(SubscriptionShape, value))


def subscriptions(value: Any) -> tuple[Subscription, ...]:
    return each(SubscriptionShape, value, domain_subscription)


def domain_subscription(shape: SubscriptionShape) -> Subscription:
    return Subscription(
        id=shape.id,
        url=shape.subscriber_url,
        triggers=tuple(shape.triggers or shape.event_triggers),
        active=shape.active,
        secret=(shape.secret or "") if "secret" in shape.model_fields_set else None,
        is_templated=bool(shape.payload_template),
    )
