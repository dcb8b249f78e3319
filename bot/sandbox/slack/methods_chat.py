"""chat.*: posting, editing and taking back messages.

Source: docs.slack.dev, reference/methods/chat.*. Assumed, for want of a published answer: a
`thread_ts` whose message does not exist is refused as `thread_not_found`.
"""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.content import Content, read_content
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.methods import Method, channel_to_post_in, known_channel
from bot.sandbox.slack.people import Channel
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.state import completed
from bot.sandbox.slack.workspace import Workspace

UPDATE_TEXT = 4_000


def post_message(workspace: Workspace, args: Arguments) -> Json:
    channel = channel_to_post_in(workspace, args.text("channel"))
    content = _something(read_content(workspace, args))
    message = _from_bot(workspace, channel, content)
    message.thread_ts = _thread(workspace, channel, args)
    workspace.post(message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message.message_object(with_metadata=True),
    }


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    channel = channel_to_post_in(workspace, args.text("channel"))
    user = args.required("user")
    content = _something(read_content(workspace, args))
    if workspace.app.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    if user not in channel.members or workspace.person(user).deleted:
        raise Refused("user_not_in_channel")
    message = _from_bot(workspace, channel, content)
    message.ephemeral_to = user
    message.thread_ts = _thread(workspace, channel, args)
    workspace.post(message)
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: Arguments) -> Json:
    channel = known_channel(workspace, args.text("channel"))
    message = _own(workspace, channel, args.required("ts"), "cant_update_message")
    if len(args.text("text")) > UPDATE_TEXT:
        raise Refused("msg_too_long")
    content = read_content(workspace, args)
    if content.is_empty and content.blocks is None and content.attachments is None:
        raise Refused("no_text")
    if channel.archived:
        raise Refused("is_archived")
    _apply(workspace, message, content)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.message_object(with_metadata=True),
    }


def delete(workspace: Workspace, args: Arguments) -> Json:
    channel = known_channel(workspace, args.text("channel"))
    message = _own(workspace, channel, args.required("ts"), "cant_delete_message")
    workspace.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    channel = known_channel(workspace, args.text("channel"))
    message = workspace.message(channel.id, args.required("message_ts"))
    if message.ephemeral_to is not None:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": workspace.permalink(message)}


def unfurl(workspace: Workspace, args: Arguments) -> Json:
    channel = known_channel(workspace, args.text("channel"))
    message = workspace.message(channel.id, args.required("ts"))
    unfurls = args.parsed("unfurls", "missing_unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refused("missing_unfurls")
    for url, shown in unfurls.items():
        if url not in message.text:
            raise Refused("cannot_unfurl_url")
        read_content(workspace, Arguments({"text": url, "blocks": shown.get("blocks")}))
        drawn = completed(shown.get("blocks") or [], lambda: workspace.new_id("b"))
        message.attachments.append({"from_url": url, **shown, "blocks": drawn})
    workspace.changed()
    return {}


def _something(content: Content) -> Content:
    if content.is_empty:
        raise Refused("no_text")
    return content


def _from_bot(workspace: Workspace, channel: Channel, content: Content) -> Message:
    return Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.app.bot_user_id,
        bot_id=workspace.app.bot_id,
        app_id=workspace.app.id,
        text=content.text or "",
        blocks=content.blocks or [],
        attachments=content.attachments or [],
        metadata=content.metadata,
    )


def _thread(workspace: Workspace, channel: Channel, args: Arguments) -> str | None:
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.deleted or parent.ephemeral_to is not None:
        raise Refused("thread_not_found")
    return parent.thread_ts or parent.ts


def _own(workspace: Workspace, channel: Channel, ts: str, otherwise: str) -> Message:
    message = workspace.message(channel.id, ts)
    if message.ephemeral_to is not None:
        raise Refused("message_not_found")
    if message.user != workspace.app.bot_user_id:
        raise Refused(otherwise)
    return message


def _apply(workspace: Workspace, message: Message, content: Content) -> None:
    """Text without blocks takes the blocks away, and shows as edited; silence keeps them."""
    keeps = content.blocks is None and content.text is None
    workspace.edit(
        message,
        message.text if content.text is None else content.text,
        message.blocks if keeps else content.blocks or [],
        edited=not content.blocks and content.text is not None,
    )
    if content.attachments is not None:
        message.attachments = content.attachments
    if content.metadata is not None:
        message.metadata = content.metadata or None


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(get_permalink),
    "chat.unfurl": Method(unfurl, "links:write"),
}
