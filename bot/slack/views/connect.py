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
from bot.domain.wording import N_, _, listed, ngettext
from bot.services.connecting import LONGEST_KEY, Forgotten
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.payloads import LONGEST_WISH
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.problem import complained

TITLE = N_("Your Cal.com account")
WAYS = {Way.KEY: N_("by an API key"), Way.OAUTH: N_("through Cal.com's page")}
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
            _(
                "Then your own event types, bookings and working hours are here, and what "
                "you do is done in your name. <{keys_page}|Make an API key in Cal.com>, "
                "and copy it."
            ).format(keys_page=keys_page)
        ),
        parts.input_block(
            ids.KEY,
            _("API key"),
            parts.text_input("", LONGEST_KEY, placeholder="cal_live_…"),
            hint=_("It is checked, sealed, shown to nobody, and forgotten when you disconnect."),
        ),
    ]
    if before:
        blocks.append(
            parts.context(
                _("Now you are {who}; the new key takes its place.").format(who=_who(before))
            )
        )
    return parts.modal(
        _(TITLE),
        complained(blocks, problem, ids.KEY),
        callback_id=ids.API_KEY,
        submit=_("Connect"),
        close=_("Cancel"),
        metadata=json.dumps(dict(wanted)),
    )


def checking() -> dict[str, Any]:
    """The answer to the press on Connect."""
    return parts.modal(_(TITLE), [parts.section(_(":hourglass_flowing_sand: *Asking Cal.com …*"))])


def link(url: str, wanted: str, before: Connection | None) -> Message:
    """The way through the browser, and the other one."""
    told = [
        _(
            "Connect your own Cal.com account: then your event types, bookings and "
            "working hours are here, and what you do is done in your name."
        ),
        _("The link is for you alone, works once, and for ten minutes."),
    ]
    if before:
        told.append(_("Now you are {who}.").format(who=_who(before)))
    text = "\n".join(told)
    buttons = [
        parts.button(_("Connect in the browser"), ids.LINK, url=url, style="primary"),
        parts.button(_("Use an API key"), ids.CONNECT_BY_KEY, wanted),
    ]
    return parts.message(text, [parts.section(text), _actions(buttons)])


def in_modal(said: Message) -> dict[str, Any]:
    """The same where a modal is open."""
    return parts.modal(_(TITLE), Block.parse_all(said.blocks))


def connected(connection: Connection, wanted: str) -> Message:
    """That it worked, with the button that goes on with what was wanted."""
    text = _(":white_check_mark: You are {who}.").format(who=_who(connection))
    if not wanted:
        return parts.message(text, [parts.section(text)])
    text += _(" Here is what you wanted before:")
    go_on = parts.button(_("Go on"), f"{ids.START}go:on", wanted, style="primary")
    return parts.message(text, [parts.section(text), _actions([go_on])])


def connected_modal(connection: Connection, wanted: str, *, elsewhere: bool) -> dict[str, Any]:
    """The same as a modal; `elsewhere` says that the button is in the channel."""
    if wanted and elsewhere:
        text = _(":white_check_mark: You are {who}. Go on where you were.").format(
            who=_who(connection)
        )
        return parts.modal(_(TITLE), [parts.section(text)], close=_("Done"))
    return in_modal(connected(connection, wanted))


def leaving(connection: Connection) -> Message:
    """What disconnecting does, with the button that does it."""
    text = _(
        "You are {who}. To disconnect forgets the credential, deletes your "
        "notification rules for this account, and removes their webhooks from "
        "Cal.com. Your bookings stay as they are."
    ).format(who=_who(connection))
    return parts.message(text, [parts.section(text), _actions([_disconnect()])])


def left(forgotten: Forgotten, api_keys: str, webhooks: str) -> Message:
    """That it is forgotten, and what is left to do.

    Args:
        api_keys, webhooks: Where these are in Cal.com.
    """
    told = [
        _(":wave: {profile} is disconnected, and forgotten here.").format(
            profile=_name(forgotten.connection.profile)
        )
    ]
    rules, hooks = forgotten.rules, forgotten.webhooks
    gone = (
        [ngettext("{count} notification rule", "{count} notification rules", rules)]
        if rules
        else []
    )
    gone += [ngettext("{count} webhook", "{count} webhooks", hooks)] if hooks else []
    if gone:
        told.append(_("With it went {gone}.").format(gone=listed(gone)))
    if forgotten.left:
        told.append(
            ngettext(
                "{count} webhook could not be removed from Cal.com; nothing that comes of it is "
                "taken any more. <{webhooks}|Delete it there>.",
                "{count} webhooks could not be removed from Cal.com; nothing that comes of it is "
                "taken any more. <{webhooks}|Delete it there>.",
                forgotten.left,
                webhooks=webhooks,
            )
        )
    if forgotten.connection.way is Way.KEY:
        told.append(
            _("If you need the API key no more, <{api_keys}|delete it in Cal.com>.").format(
                api_keys=api_keys
            )
        )
    text = "\n".join(told)
    return parts.message(text, [parts.section(text)])


def none_connected(command: str) -> Message:
    text = _(
        "You have no Cal.com account of your own connected. `{command} connect` does it."
    ).format(command=command)
    connect = parts.button(_("Connect"), ids.CONNECT)
    return parts.message(text, [parts.section(text, connect)])


def own(connection: Connection | None) -> SectionBlock:
    """The account, as it stands in the settings."""
    title = _("*Cal.com account*")
    if connection is None:
        text = _("{title}\nNone of your own is connected.").format(title=title)
        return parts.section(text, parts.button(_("Connect"), ids.CONNECT))
    if connection.is_refused:
        text = _("{title}\n:warning: Cal.com no longer accepts {profile}.").format(
            title=title, profile=_name(connection.profile)
        )
        return parts.section(text, parts.button(_("Reconnect"), ids.CONNECT, style="primary"))
    way = _(WAYS[connection.way])
    return parts.section(f"{title}\n{_name(connection.profile)}, {way}", _disconnect())


def invitation(inviter: Member, command: str) -> Message:
    """What the colleague is told, directly."""
    text = _(
        ":wave: {name} would like to find a time with you, and cannot see your "
        "Cal.com event types from here. Connect your Cal.com account, and "
        "colleagues can look up your open times with `{command} slots @you`. You "
        "need not; nothing happens if you leave this as it is."
    ).format(name=inline(inviter.name, 80), command=command)
    connect = parts.button(_("Connect"), ids.CONNECT, style="primary")
    return parts.message(text, [parts.section(text), _actions([connect])])


def invited(colleague: Member) -> Message:
    text = _(":incoming_envelope: I have asked {name} to connect an account.").format(
        name=inline(colleague.name, 80)
    )
    return parts.message(text, [parts.section(text)])


def _disconnect() -> ButtonElement:
    sure = ConfirmObject(
        title=_("Disconnect?"),
        text=_("Your notification rules for this account go, and their webhooks at Cal.com."),
        confirm=_("Disconnect"),
        deny=_("Keep it"),
    )
    return parts.button(_("Disconnect"), ids.DISCONNECT, style="danger", confirm=sure)


def _who(connection: Connection) -> str:
    return _("connected to Cal.com as {profile}, {way}").format(
        profile=_name(connection.profile), way=_(WAYS[connection.way])
    )


def _name(profile: Account) -> str:
    """By name and user name: several accounts of one person are told apart."""
    name = inline(profile.name, 80) if profile.name else ""
    known = inline(profile.username or profile.email, 80)
    return f"*{name}* ({known})" if name else f"*{known}*"


def _actions(elements: Sequence[InteractiveElement]) -> ActionsBlock:
    return ActionsBlock(elements=list(elements))
