"""API v2 teams: one's own, and who is in them.

A server without teams has none of these (`Endpoint.teams`), as the community build has not.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.fields import EMAIL
from bot.sandbox.calcom.hosting import ADMINS
from bot.sandbox.calcom.model import JSON, Membership, Team, User
from bot.sandbox.calcom.seed import add_team
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Constraints, Field
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.world import World

_EMPTY = (  # columns of a team that stay empty here
    "logoUrl",
    "calVideoLogo",
    "appLogo",
    "appIconLogo",
    "bio",
    "theme",
    "brandColor",
    "darkBrandColor",
    "bannerUrl",
    "timeFormat",
)


def _emails(name: str, value: Any) -> Constraints:
    if len(value) > 20:
        return {"arrayMaxSize": f"{name} must contain no more than 20 elements"}
    if all(EMAIL.fullmatch(email) for email in value):
        return {}
    return {"isEmail": f"each value in {name} must be an email"}


_QUERY = {
    "emails": Field(_emails),
    "take": Field(checks.integer(1, 250)),
    "skip": Field(checks.integer(0)),
}
_CREATE = {"name": Field(checks.text, required=True), "slug": Field(checks.text, required=True)}


async def teams(asked: Asked) -> Answer:
    """Answer the caller's teams, none to an outsider."""
    mine = [t for t in asked.world.teams.values() if _membership(t, asked.caller)]
    return success([_team(asked.world, t) for t in mine])


async def teams_within(asked: Asked) -> Answer:
    """Answer the caller's teams of an organization (the shape of these routes is inferred)."""
    organization, _ = _organization(asked)
    every = (t for t in asked.world.teams.values() if t.parent_id == organization.id)
    return success([_team(asked.world, t) for t in every if _membership(t, asked.caller)])


async def team(asked: Asked) -> Answer:
    """Answer a team to any of its members."""
    return success(_team(asked.world, _entered(asked)[0]))


async def create(asked: Asked) -> Answer:
    """Make a team of one, its owner; there is no billing here."""
    body = checks.check_listed(asked.body, _CREATE)
    if asked.world.team_by_slug(body["slug"]) is not None:
        raise nest(400, "Team slug already exists")
    made = add_team(asked.world, body["name"], body["slug"], {asked.caller.id: "OWNER"})
    return success(_team(asked.world, made), 201)


async def memberships(asked: Asked) -> Answer:
    """Answer a page of a team's members to its admins, those with one of `emails` if any."""
    return _members(asked, administered(asked))


async def memberships_within(asked: Asked) -> Answer:
    """Answer the same to an admin of the organization."""
    return _members(asked, administered_within(asked))


def _members(asked: Asked, found: Team) -> Answer:
    query = checks.check_listed(_typed(asked), _QUERY)
    emails, take, skip = query.get("emails"), query.get("take", 250), query.get("skip", 0)
    users = asked.world.users
    shown = [m for m in found.memberships if not emails or users[m.user_id].email in emails]
    page = shown[skip : skip + take]
    return success([_member(found, m, users[m.user_id]) for m in page])


def administered(asked: Asked) -> Team:
    """Return the team the path names, to one of its admins."""
    found, own = _entered(asked)
    if own.role not in ADMINS:
        raise nest(
            403,
            f"RolesGuard - user with id={own.user_id} does not have the minimum required"
            f" role=TEAM_ADMIN within team with id={found.id}.",
        )
    return found


def administered_within(asked: Asked) -> Team:
    """Return the team that the path names within its organization, to one of its admins or of the
    organization's."""
    organization, own = _organization(asked)
    if own is None or own.role not in ADMINS:
        return administered(asked)
    text = asked.params["id"]
    found = asked.world.teams.get(int(text)) if text.isdigit() else None
    if found is None or found.parent_id != organization.id:
        raise nest(404, f"IsTeamInOrg - Team ({text}) not found.")
    return found


def administered_organization(asked: Asked) -> Team:
    """Return the organization the path names, to one of its admins."""
    found, own = _organization(asked)
    if own is None or own.role not in ADMINS:
        raise nest(
            403,
            f"RolesGuard - user with id={asked.caller.id} does not have the minimum required"
            f" role=ORG_ADMIN within organization with id={found.id}.",
        )
    return found


def _organization(asked: Asked) -> tuple[Team, Membership | None]:
    found = asked.world.organization_of(asked.caller)
    if found is None or str(found.id) != asked.params["organization_id"]:
        raise nest(403, "IsOrgGuard - No organization found for this user.")
    return found, _membership(found, asked.caller)


def _entered(asked: Asked) -> tuple[Team, Membership]:
    """Return the team and the caller's place in it; an unknown team refuses like a foreign one."""
    text = asked.params["id"]
    found = asked.world.teams.get(int(text)) if text.isdigit() else None
    own = _membership(found, asked.caller) if found else None
    if found is None or own is None:
        raise nest(403, f"RolesGuard - User is not a member of the team with id={text}.")
    return found, own


def _membership(one: Team, user: User) -> Membership | None:
    return next((m for m in one.memberships if m.user_id == user.id), None)


def _typed(asked: Asked) -> JSON:
    """Return the query with `emails` split at commas and numbers read, where they are some."""
    typed: JSON = {}
    for name in _QUERY:
        value = asked.one(name)
        if value is None:
            continue
        if name == "emails":
            typed[name] = [part.strip() for part in value.split(",")]
        else:
            typed[name] = int(value) if value.isdigit() else value
    return typed


def _team(world: World, one: Team) -> JSON:
    return dict.fromkeys(_EMPTY) | {
        "id": one.id,
        "name": one.name,
        "slug": one.slug,
        "parentId": one.parent_id,
        "timeZone": "Europe/London",  # what a team starts with; nobody's bookings depend on it
        "weekStart": "Sunday",
        "hideBookATeamMember": False,
        "hideBranding": False,
        "isOrganization": any(t.parent_id == one.id for t in world.teams.values()),
        "isPrivate": False,
    }


def _member(one: Team, membership: Membership, user: User) -> JSON:
    return {
        "id": membership.id,
        "userId": user.id,
        "teamId": one.id,
        "accepted": True,
        "role": membership.role,
        "disableImpersonation": False,
        "user": {
            "avatarUrl": None,
            "username": user.username,
            "name": user.name,
            "email": user.email,
            "bio": user.bio,
        },
    }


WITHIN = "/organizations/{organization_id}/teams"
ENDPOINTS = [
    Endpoint("GET", WITHIN + "/me", teams_within, Auth.KEY, teams=True),
    Endpoint("GET", WITHIN + "/{id}/memberships", memberships_within, Auth.KEY, teams=True),
    Endpoint("GET", "/teams", teams, Auth.KEY, teams=True),
    Endpoint("POST", "/teams", create, Auth.KEY, teams=True),
    Endpoint("GET", "/teams/{id}", team, Auth.KEY, teams=True),
    Endpoint("GET", "/teams/{id}/memberships", memberships, Auth.KEY, teams=True),
]
