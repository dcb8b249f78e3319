"""In which languages the bot has spoken, and to whom: everything that was shown, and what of it
stands in another language's catalogue."""

import json
import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from bot.locales import TAGS, path
from bot.sandbox.slack.views import View, Views
from tests.harness import Rig, words
from tests.locales.test_languages import forms

ENOUGH = {"ja": 8, "zh-CN": 6}
"""So many characters in a row, or three words, are no name that both languages have."""
DRESS = " *_`:•·📣✅\n"


class Shown(Views):
    """The views of a workspace, which keep what was ever shown to whom."""

    seen: list[tuple[str, Any]]

    def open(self, user: str, body: Any, channel: str | None) -> View:
        self.seen.append((user, body))
        return super().open(user, body, channel)

    def push(self, user: str, body: Any) -> View:
        self.seen.append((user, body))
        return super().push(user, body)

    def publish(self, user: str, body: Any, expected_hash: str | None = None) -> View:
        self.seen.append((user, body))
        return super().publish(user, body, expected_hash)

    def update(self, view: View, body: Any, expected_hash: str | None = None) -> View:
        self.seen.append((view.user, body))
        return super().update(view, body, expected_hash)


def remember(bot: Rig) -> Shown:
    """Keep from now on what the stand-in would forget: views that were closed or drawn anew."""
    bot.slack.views = shown = Shown(bot.slack)
    shown.seen = []
    return shown


@dataclass(frozen=True)
class Speech:
    """The texts of a language: all of them together, and what begins or ends at a field apart."""

    whole: frozenset[str]
    stretches: frozenset[str]
    together: str = field(repr=False)


@cache
def speech(tag: str) -> Speech:
    """`en` is what stands in the code."""
    said: list[str] = []
    with path(TAGS[0] if tag == "en" else tag).open("rb") as file:
        for message in read_po(file):
            said += forms(message.id if tag == "en" else message.string) if message.id else ()
    whole = frozenset(text.strip(DRESS) for text in said if "{" not in text)
    parts = {part.strip(DRESS) for text in said for part, *_ in string.Formatter().parse(text)}
    return Speech(whole, frozenset(p for p in parts if _is_long(p, tag)), "\n".join(said))


def _is_long(text: str, tag: str) -> bool:
    return len(text) >= ENOUGH[tag] if tag in ENOUGH else len(text.split()) >= 3


@cache
def _unlike(other: str, tag: str) -> frozenset[str]:
    """The stretches of the other language that this one does not have."""
    together = speech(tag).together
    return frozenset(each for each in speech(other).stretches if each not in together)


def own(text: str, tag: str) -> set[str]:
    """The lines of this text that stand in the language's catalogue as they are."""
    return _lines(text) & speech(tag).whole


def foreign(text: str, tag: str, tags: Collection[str]) -> Iterator[str]:
    """What of this text another one of the languages says, and this one does not."""
    lines = {line for line in _lines(text) if len(line) > 1}
    for other in set(tags) - {tag}:
        yield from lines & (speech(other).whole - speech(tag).whole)
        yield from (each for each in _unlike(other, tag) if each in text)


def _lines(text: str) -> set[str]:
    return {line.strip(DRESS) for line in text.splitlines()}


def heard(bot: Rig, tags: Mapping[str, str], tag: str) -> dict[str, str]:
    """All that was shown, by the language of who reads it: `tags` of some people and channels, and
    `tag` of all others."""
    found: dict[str, set[str]] = {}
    for reader, text in _shown(bot):
        found.setdefault(tags.get(reader, tag), set()).add(text)
    return {speaks: "\n".join(sorted(texts)) for speaks, texts in found.items()}


def _shown(bot: Rig) -> Iterator[tuple[str, str]]:
    """Every text, and to whom it was shown: a person, or everybody in a channel."""
    app, views = bot.slack.app.bot_user_id, bot.slack.views
    assert isinstance(views, Shown)
    yield from ((user, words(body)) for user, body in views.seen)
    for channel in bot.slack.channels.values():
        everybody = channel.other(app) if channel.kind == "im" else channel.id
        for message in channel.messages.values():
            yield everybody, words(message.attachments)  # what stands under other people's links
            for text, blocks in [*message.history, (message.text, message.blocks)]:
                if message.user == app:
                    yield message.ephemeral_to or everybody, f"{text}\n{words(blocks)}"
    for sent in bot.slack.sent:
        if sent.body.startswith(b"{"):
            said, user = json.loads(sent.body), sent.payload.get("user", sent.payload)
            errors = "\n".join(said.get("errors", {}).values())
            yield str(user.get("id") or user.get("user_id")), f"{errors}\n{words(said)}"
    for run in bot.slack.executions.values():
        told = [run.error, *map(str, (run.outputs or {}).values())]
        yield str(run.inputs["user_context"]["id"]), "\n".join(told)
