"""auth, users, user groups, team, bots. Source: docs.slack.dev, reference/methods."""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.methods import Method, need_channel_scope
from bot.sandbox.slack.people import Channel, Kind, Person
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace

KINDS: dict[str, Kind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}


def auth_test(workspace: Workspace, args: Arguments) -> Json:
    app = workspace.app
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.person(app.bot_user_id).name,
        "team_id": workspace.team_id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(workspace: Workspace, args: Arguments) -> Json:
    person = workspace.people.get(args.text("user"))
    if person is None:
        raise Refused("user_not_found")
    told = _told(workspace, person)
    return {"user": told | {"locale": person.locale} if args.flag("include_locale") else told}


def users_lookup_by_email(workspace: Workspace, args: Arguments) -> Json:
    email = args.required("email").casefold()
    for person in workspace.people.values():
        if person.email.casefold() == email and not person.deleted:
            return {"user": _told(workspace, person)}
    raise Refused("users_not_found")


def users_list(workspace: Workspace, args: Arguments) -> Json:
    people, cursor = args.page(list(workspace.people.values()), 1000)
    return {
        "members": [_told(workspace, person) for person in people],
        "cache_ts": int(workspace.clock().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def users_conversations(workspace: Workspace, args: Arguments) -> Json:
    """The conversations of the bot, or those it shares with `user`."""
    user = args.text("user") or workspace.app.bot_user_id
    if user not in workspace.people:
        raise Refused("user_not_found")
    bot = workspace.app.bot_user_id
    shared = [
        channel
        for channel in listed(workspace, args)
        if user in channel.members and (channel.kind == "public" or bot in channel.members)
    ]
    page, cursor = args.page(shared, 100)
    return {
        "channels": [channel.conversation_object(user) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def listed(workspace: Workspace, args: Arguments) -> list[Channel]:
    """The channels of the asked `types`, each of which needs its own scope."""
    kinds = []
    for name in args.names("types") or ["public_channel"]:
        if name not in KINDS:
            raise Refused("invalid_types")
        need_channel_scope(workspace, KINDS[name], "read")
        kinds.append(KINDS[name])
    everything = not args.flag("exclude_archived")
    return [
        channel
        for channel in workspace.channels.values()
        if channel.kind in kinds and (everything or not channel.archived)
    ]


def usergroups_list(workspace: Workspace, args: Arguments) -> Json:
    groups = []
    for group in workspace.user_groups:
        told: Json = {
            "id": group.id,
            "team_id": workspace.team_id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "date_delete": 0,
            "user_count": len(group.users),
        }
        if args.flag("include_users"):
            told["users"] = list(group.users)
        groups.append(told)
    return {"usergroups": groups}


def team_info(workspace: Workspace, args: Arguments) -> Json:
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.name,
            "domain": workspace.domain,
            "url": f"https://{workspace.domain}.slack.com/",
        }
    }


def bots_info(workspace: Workspace, args: Arguments) -> Json:
    app = workspace.app
    if args.text("bot", app.bot_id) != app.bot_id:
        raise Refused("bot_not_found")
    told = {"id": app.bot_id, "deleted": False, "name": app.name, "app_id": app.id}
    return {"bot": told | {"user_id": app.bot_user_id}}


def _told(workspace: Workspace, person: Person) -> Json:
    with_email = "users:read.email" in workspace.granted_scopes
    return person.user_object(workspace.team_id, workspace.clock(), with_email=with_email)


METHODS = {
    "auth.test": Method(auth_test),
    "users.info": Method(users_info, "users:read"),
    "users.lookupByEmail": Method(users_lookup_by_email, "users:read.email"),
    "users.list": Method(users_list, "users:read"),
    "users.conversations": Method(users_conversations),
    "usergroups.list": Method(usergroups_list, "usergroups:read"),
    "team.info": Method(team_info, "team:read"),
    "bots.info": Method(bots_info, "users:read"),
}
