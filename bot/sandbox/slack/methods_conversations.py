"""conversations.*. Source: docs.slack.dev, reference/methods/conversations.*."""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.methods import Method, known_channel, need_channel_scope, need_scope
from bot.sandbox.slack.methods_people import listed
from bot.sandbox.slack.people import Channel
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace


def info(workspace: Workspace, args: Arguments) -> Json:
    channel = known_channel(workspace, args.text("channel"))
    need_channel_scope(workspace, channel.kind, "read")
    return {"channel": channel.conversation_object(workspace.app.bot_user_id)}


def list_all(workspace: Workspace, args: Arguments) -> Json:
    bot = workspace.app.bot_user_id
    known = [c for c in listed(workspace, args) if c.kind == "public" or bot in c.members]
    page, cursor = args.page(known, 100)
    return {
        "channels": [channel.conversation_object(bot) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def members(workspace: Workspace, args: Arguments) -> Json:
    channel = known_channel(workspace, args.text("channel"))
    need_channel_scope(workspace, channel.kind, "read")
    page, cursor = args.page(sorted(channel.members), 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def open_direct(workspace: Workspace, args: Arguments) -> Json:
    bot = workspace.app.bot_user_id
    if args.text("channel"):
        channel = known_channel(workspace, args.text("channel"))
        return {"channel": {"id": channel.id}}
    users = args.names("users")
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 8:
        raise Refused("too_many_users")
    need_scope(workspace, "im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        if user not in workspace.people or user == bot:
            raise Refused("user_not_found")
        if workspace.person(user).deleted:
            raise Refused("user_disabled")
    channel = workspace.direct([*users, bot])
    full = args.flag("return_im")
    return {"channel": channel.conversation_object(bot) if full else {"id": channel.id}}


def history(workspace: Workspace, args: Arguments) -> Json:
    channel = _readable(workspace, args)
    posted = [m for m in _kept(channel) if m.thread_ts in (None, m.ts)]
    page, cursor = args.page(list(reversed(_between(posted, args))), 100)
    return {
        "messages": [_told(channel, message, args) for message in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def replies(workspace: Workspace, args: Arguments) -> Json:
    channel = _readable(workspace, args)
    ts = args.required("ts")
    thread = [m for m in _kept(channel) if ts in (m.ts, m.thread_ts)]
    if not any(message.ts == ts for message in thread):
        raise Refused("thread_not_found")
    page, cursor = args.page(_between(thread, args), 1000)
    return {
        "messages": [_told(channel, message, args) for message in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _readable(workspace: Workspace, args: Arguments) -> Channel:
    channel = known_channel(workspace, args.text("channel"))
    need_channel_scope(workspace, channel.kind, "history")
    if workspace.app.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _kept(channel: Channel) -> list[Message]:
    """What Slack stores: everything but ephemeral and deleted messages."""
    return [m for m in channel.messages.values() if m.ephemeral_to is None and not m.deleted]


def _between(messages: list[Message], args: Arguments) -> list[Message]:
    oldest, latest = args.text("oldest", "0"), args.text("latest") or "9" * 20
    if args.flag("inclusive"):
        return [m for m in messages if float(oldest) <= float(m.ts) <= float(latest)]
    return [m for m in messages if float(oldest) < float(m.ts) < float(latest)]


def _told(channel: Channel, message: Message, args: Arguments) -> Json:
    """A message; one with replies says how many, who wrote them and which is the latest."""
    told = message.message_object(with_metadata=args.flag("include_all_metadata"))
    replies = [m for m in _kept(channel) if m.thread_ts == message.ts and m.ts != message.ts]
    if replies:
        users = list(dict.fromkeys(reply.user for reply in replies))
        told |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }
    return told


METHODS = {
    "conversations.info": Method(info),
    "conversations.list": Method(list_all),
    "conversations.members": Method(members),
    "conversations.open": Method(open_direct),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
}
