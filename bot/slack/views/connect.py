"""One's own Cal.com account: how to connect it, that it is connected, what went with it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    InteractiveElement,
    SectionBlock,
)

from bot.domain.accounts import Connection, Way
from bot.domain.people import Account, Member
from bot.services.connecting import LONGEST_KEY, Forgotten
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.payloads import LONGEST_WISH
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.problem import complained

TITLE = "Your Cal.com account"
WAYS = {Way.KEY: "by an API key", Way.OAUTH: "through Cal.com's page"}
LONGEST_URL = 500


def wish(text: str, response_url: str) -> dict[str, str]:
    """What is wanted, and where it was asked for, as it is kept until the account is connected."""
    return {"text": text, "response_url": response_url}


def read_wish(metadata: str) -> dict[str, str]:
    """The same from a modal's metadata; anything malformed is no wish."""
    try:
        told = json.loads(metadata)
    except ValueError:
        return wish("", "")
    if not isinstance(told, Mapping):
        return wish("", "")
    text, url = str(told.get("text") or ""), str(told.get("response_url") or "")
    return wish(text[:LONGEST_WISH], url[:LONGEST_URL])


def key_form(
    wanted: Mapping[str, str],
    keys_page: str,
    before: Connection | None = None,
    problem: Problem | None = None,
) -> dict[str, Any]:
    """The modal that takes an API key.

    Args:
        keys_page: Where one is made in Cal.com.
        before: The account that is connected now.
    """
    blocks: list[Block] = [
        parts.section(
            "Then your own event types, bookings and working hours are here, and what you do is "
            f"done in your name. <{keys_page}|Make an API key in Cal.com>, and copy it."
        ),
        parts.input_block(
            ids.KEY,
            "API key",
            parts.text_input("", LONGEST_KEY, placeholder="cal_live_…"),
            hint="It is checked, sealed, shown to nobody, and forgotten when you disconnect.",
        ),
    ]
    if before:
        blocks.append(parts.context(f"Now you are {_who(before)}; the new key takes its place."))
    return parts.modal(
        TITLE,
        complained(blocks, problem, ids.KEY),
        callback_id=ids.API_KEY,
        submit="Connect",
        close="Cancel",
        metadata=json.dumps(dict(wanted)),
    )


def checking() -> dict[str, Any]:
    """The answer to the press on Connect."""
    return parts.modal(TITLE, [parts.section(":hourglass_flowing_sand: *Asking Cal.com …*")])


def link(url: str, wanted: str, before: Connection | None) -> Message:
    """The way through the browser, and the other one."""
    told = [
        "Connect your own Cal.com account: then your event types, bookings and working hours are "
        "here, and what you do is done in your name.",
        "The link is for you alone, works once, and for ten minutes.",
    ]
    if before:
        told.append(f"Now you are {_who(before)}.")
    text = "\n".join(told)
    buttons = [
        parts.button("Connect in the browser", ids.LINK, url=url, style="primary"),
        parts.button("Use an API key", ids.CONNECT_BY_KEY, wanted),
    ]
    return parts.message(text, [parts.section(text), _actions(buttons)])


def in_modal(said: Message) -> dict[str, Any]:
    """The same where a modal is open."""
    return parts.modal(TITLE, Block.parse_all(said.blocks))


def connected(connection: Connection, wanted: str) -> Message:
    """That it worked, with the button that goes on with what was wanted."""
    text = f":white_check_mark: You are {_who(connection)}."
    if not wanted:
        return parts.message(text, [parts.section(text)])
    text += " Here is what you wanted before:"
    go_on = parts.button("Go on", f"{ids.START}go:on", wanted, style="primary")
    return parts.message(text, [parts.section(text), _actions([go_on])])


def connected_modal(connection: Connection, wanted: str, *, elsewhere: bool) -> dict[str, Any]:
    """The same as a modal; `elsewhere` says that the button is in the channel."""
    if wanted and elsewhere:
        text = f":white_check_mark: You are {_who(connection)}. Go on where you were."
        return parts.modal(TITLE, [parts.section(text)], close="Done")
    return in_modal(connected(connection, wanted))


def leaving(connection: Connection) -> Message:
    """What disconnecting does, with the button that does it."""
    text = (
        f"You are {_who(connection)}. To disconnect forgets the credential, deletes your "
        "notification rules for this account, and removes their webhooks from Cal.com. Your "
        "bookings stay as they are."
    )
    return parts.message(text, [parts.section(text), _actions([_disconnect()])])


def left(forgotten: Forgotten, api_keys: str, webhooks: str) -> Message:
    """That it is forgotten, and what is left to do.

    Args:
        api_keys, webhooks: Where these are in Cal.com.
    """
    told = [f":wave: {_name(forgotten.connection.profile)} is disconnected, and forgotten here."]
    gone = _counted(forgotten.rules, "notification rule"), _counted(forgotten.webhooks, "webhook")
    if any(gone):
        told.append(f"With it went {' and '.join(filter(None, gone))}.")
    if forgotten.left:
        many = _counted(forgotten.left, "webhook")
        told.append(
            f"{many} could not be removed from Cal.com; nothing that comes of it is taken any "
            f"more. <{webhooks}|Delete it there>."
        )
    if forgotten.connection.way is Way.KEY:
        told.append(f"If you need the API key no more, <{api_keys}|delete it in Cal.com>.")
    text = "\n".join(told)
    return parts.message(text, [parts.section(text)])


def none_connected(command: str) -> Message:
    text = f"You have no Cal.com account of your own connected. `{command} connect` does it."
    connect = parts.button("Connect", ids.CONNECT)
    return parts.message(text, [parts.section(text, connect)])


def own(connection: Connection | None) -> SectionBlock:
    """The account, as it stands in the settings."""
    title = "*Cal.com account*"
    if connection is None:
        text = f"{title}\nNone of your own is connected."
        return parts.section(text, parts.button("Connect", ids.CONNECT))
    if connection.is_refused:
        text = f"{title}\n:warning: Cal.com no longer accepts {_name(connection.profile)}."
        return parts.section(text, parts.button("Reconnect", ids.CONNECT, style="primary"))
    way = WAYS[connection.way]
    return parts.section(f"{title}\n{_name(connection.profile)}, {way}", _disconnect())


def invitation(inviter: Member, command: str) -> Message:
    """What the colleague is told, directly."""
    text = (
        f":wave: {inline(inviter.name, 80)} would like to find a time with you, and cannot see "
        "your Cal.com event types from here. Connect your Cal.com account, and colleagues can "
        f"look up your open times with `{command} slots @you`. You need not; nothing happens "
        "if you leave this as it is."
    )
    connect = parts.button("Connect", ids.CONNECT, style="primary")
    return parts.message(text, [parts.section(text), _actions([connect])])


def invited(colleague: Member) -> Message:
    text = f":incoming_envelope: I have asked {inline(colleague.name, 80)} to connect an account."
    return parts.message(text, [parts.section(text)])


def _disconnect() -> ButtonElement:
    sure = ConfirmObject(
        title="Disconnect?",
        text="Your notification rules for this account go, and their webhooks at Cal.com.",
        confirm="Disconnect",
        deny="Keep it",
    )
    return parts.button("Disconnect", ids.DISCONNECT, style="danger", confirm=sure)


def _who(connection: Connection) -> str:
    return f"connected to Cal.com as {_name(connection.profile)}, {WAYS[connection.way]}"


def _name(profile: Account) -> str:
    """By name and user name: several accounts of one person are told apart."""
    name = inline(profile.name, 80) if profile.name else ""
    known = inline(profile.username or profile.email, 80)
    return f"*{name}* ({known})" if name else f"*{known}*"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def _actions(elements: Sequence[InteractiveElement]) -> ActionsBlock:
    return ActionsBlock(elements=list(elements))
