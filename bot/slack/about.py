"""The message that a booking is about: read from a message shortcut, and put into the form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.wording import N_, _
from bot.slack.text import shorten

LONGEST_NOTES: Final = 3000
"""Characters: what a field to type in takes, and so the notes of a booking."""
ADDRESS: Final = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)

_MARKUP: Final = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_SIGNS: Final = {"@": N_("@somebody"), "#": N_("#channel"), "!": N_("@everybody")}


@dataclass(frozen=True, slots=True)
class About:
    """A message somebody wants to meet about.

    `ts` is its own, `thread` that of the message its thread hangs on. `author` is the member who
    wrote it, empty for an app. `text` is what it says, without Slack's markup.
    """

    channel: str
    ts: str
    thread: str
    author: str = ""
    text: str = field(default="", repr=False)

    @property
    def has_thread(self) -> bool:
        """Whether the bot can be there: between two people it cannot (Slack's ids of direct
        messages begin with D)."""
        return not self.channel.startswith("D")

    def addresses(self) -> list[str]:
        """The e-mail addresses it names, in lower case."""
        return list(dict.fromkeys(found.casefold() for found in ADDRESS.findall(self.text)))

    def notes(self, permalink: str) -> str:
        """What it says and where it stands, as long as notes may be."""
        room = LONGEST_NOTES - len(permalink) - 2
        return f"{shorten(self.text, room)}\n\n{permalink}".strip()


def about(body: Mapping[str, Any]) -> About:
    """Read a `message_action`."""
    message = body.get("message") or {}
    ts = str(body.get("message_ts") or message.get("ts") or "")
    is_app = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
    return About(
        channel=str((body.get("channel") or {}).get("id") or ""),
        ts=ts,
        thread=str(message.get("thread_ts") or ts),
        author="" if is_app else str(message.get("user") or ""),
        text=unmarked(_said(message)),
    )


def unmarked(text: str) -> str:
    """A message's text as people read it."""
    plain = _MARKUP.sub(_read, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _said(message: Mapping[str, Any]) -> str:
    """Apps say some things in attachments only."""
    if message.get("text"):
        return str(message["text"])
    attached = message.get("attachments") or []
    return "\n".join(str(each.get("text") or each.get("fallback") or "") for each in attached)


def _read(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    sign = target[:1]
    if sign in _SIGNS:
        named = f"{sign}{label}" if sign != "!" else label
        return named if label else _(_SIGNS[sign])
    target = target.removeprefix("mailto:").removeprefix("tel:")
    return target if label in {"", target} or label in target else f"{label} ({target})"
