"""What people type after `/cal`, read leniently.

The command's text comes with `should_escape`: people as `<@U…|name>`, addresses in angle brackets,
and `&`, `<`, `>` as entities (docs.slack.dev, slash commands).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import chain, takewhile
from urllib.parse import unquote, urlsplit

from bot.domain.bookings import Listing
from bot.domain.times import is_when


class Name(StrEnum):
    """The commands; the value is the canonical word."""

    HELP = "help"
    TYPES = "types"
    SLOTS = "slots"
    AVAILABILITY = "availability"
    BOOK = "book"
    SHARE = "share"
    PROPOSE = "propose"
    BOOKINGS = "bookings"
    TODAY = "today"
    NEXT = "next"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    DECLINE = "decline"
    SCHEDULE = "schedule"
    AWAY = "away"
    NOTIFY = "notify"
    SETTINGS = "settings"
    STATUS = "status"
    CONNECT = "connect"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class Link:
    """A booking link: `cal.com/bob/30min`; `slug` is empty for a person's page, `team` is set
    for `cal.com/team/sales/demo` (then `owner` is empty). `host` is the link's host name."""

    host: str
    owner: str
    slug: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class What:
    """Whose, and which event type: any of them may be missing.

    `people` are Slack user ids (from `<@U…|name>`), in order; `unresolved` are `@names` that
    Slack did not turn into an id; `words` is the rest, to be matched with slugs and titles.
    """

    people: tuple[str, ...] = ()
    link: Link | None = None
    words: str = ""
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command. `when` is the part that reads as a date, as typed (empty if none), of
    AWAY everything; `listing` the word after `bookings`; `unknown` the first word where no command
    was found, with the nearest canonical `suggestion`, if any is near."""

    name: Name
    what: What = field(default_factory=What)
    when: str = ""
    listing: str = ""
    unknown: str = ""
    suggestion: Name | None = None


def parse(text: str) -> Command:
    """Read the text after the command; anything that is no command becomes HELP with `unknown`.

    What is quoted is never a time. Without a command's name, a person, a link or a time alone
    means SLOTS.
    """
    tokens = list(_tokens(text[:_LONGEST]))
    command, length = _command(tokens)
    if command.unknown:
        return command
    rest = tokens[length:]
    if command.name is Name.AWAY:  # `24 dec - 2 jan` is days as a whole, whatever its end says
        return Command(command.name, when=" ".join(token.text for token in rest))
    listing = command.listing
    if command.name is Name.BOOKINGS and not listing and rest and rest[0].kind is _Kind.WORD:
        listing = _LISTINGS.get(rest[0].text.casefold(), "")
        rest = rest[1:] if listing else rest
    words, when = _split([token for token in rest if token.kind in {_Kind.WORD, _Kind.QUOTED}])
    links = [token.link for token in rest if token.link]
    what = What(
        people=tuple(token.text for token in rest if token.kind is _Kind.PERSON),
        link=links[0] if links else None,
        words=words,
        unresolved=tuple(token.text for token in rest if token.kind is _Kind.UNRESOLVED),
    )
    return Command(command.name, what, when=when, listing=listing)


def link(text: str) -> Link | None:
    """Read a booking link: an address, or `bob/30min`, `team/sales`, `team/sales/demo`.

    Whether a host is Cal.com's is not looked at.
    """
    first, _, path = text.partition("/")
    host = ""
    if "://" in text or _HOST.fullmatch(first):
        try:
            parts = urlsplit(text if "://" in text else f"https://{text}")
        except ValueError:
            return None
        host, path = parts.hostname or "", parts.path
        if parts.scheme not in {"http", "https"} or not host:
            return None
    elif path and not is_when(text):
        path = text
    else:
        return None
    steps = [unquote(step) for step in path.split("/") if step]
    if not steps or (len(steps) < 2 and not host) or not all(map(_STEP.fullmatch, steps)):
        return None
    if steps[0] == "team" and 2 <= len(steps) <= 3:
        return Link(host, "", slug="".join(steps[2:]), team=steps[1])
    return Link(host, steps[0], slug="".join(steps[1:])) if len(steps) <= 2 else None


_NAMES = {
    phrase: name
    for name, phrases in {
        Name.HELP: ("help", "?"),
        Name.TYPES: ("types", "type", "event types", "event type", "events"),
        Name.SLOTS: ("slots", "slot", "times", "open times", "openings"),
        Name.AVAILABILITY: ("availability", "avail", "available", "free", "busy", "free/busy"),
        Name.BOOK: ("book", "meet"),
        Name.SHARE: ("share",),
        Name.PROPOSE: ("propose", "poll", "suggest", "propose times", "suggest times"),
        Name.BOOKINGS: ("bookings", "booking", "meetings"),
        Name.TODAY: ("today", "agenda"),
        Name.NEXT: ("next", "next meeting", "next booking"),
        Name.RESCHEDULE: ("reschedule", "move", "postpone"),
        Name.CANCEL: ("cancel",),
        Name.CONFIRM: ("confirm", "accept", "approve"),
        Name.DECLINE: ("decline", "reject"),
        Name.SCHEDULE: ("schedule", "hours", "working hours"),
        Name.AWAY: ("away", "out of office", "ooo", "vacation"),
        Name.NOTIFY: ("notify", "notifications", "notification", "rules", "alerts"),
        Name.SETTINGS: ("settings", "setting", "preferences"),
        Name.STATUS: ("status", "health"),
        Name.CONNECT: ("connect", "reconnect", "login", "log in", "sign in"),
        Name.DISCONNECT: ("disconnect", "logout", "log out", "sign out"),
    }.items()
    for phrase in phrases
}
_LISTINGS = {
    word: listing.value
    for listing, words in {
        Listing.UPCOMING: ("upcoming",),
        Listing.UNCONFIRMED: ("unconfirmed", "pending", "requests"),
        Listing.RECURRING: ("recurring",),
        Listing.PAST: ("past", "previous"),
        Listing.CANCELLED: ("cancelled", "canceled", "declined"),
    }.items()
    for word in words
}
_POLITE = {"show", "me", "my"}
_EDGES = {"a", "an", "the", "with", "for", "of", "and"}
"""Words around a name that are not part of it."""
_LONGEST = 3000
_LONGEST_WHEN = 8
"""Words: `on sat 28 nov 2026 at 3 pm`."""

_TOKEN = re.compile(
    r"<(?P<markup>[^<>]*)>"
    r"|[\"“”„«](?P<quoted>[^\"“”„«»]*)[\"“”»]"
    r"|(?P<plain>[^\s<]+|<)"
)
_PERSON = re.compile(r"@([UW][A-Z0-9]+)", re.ASCII)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?|localhost(?::\d+)?", re.IGNORECASE)
_STEP = re.compile(r"[\w.+~-]+")


class _Kind(StrEnum):
    WORD = "word"
    QUOTED = "quoted"
    PERSON = "person"
    UNRESOLVED = "unresolved"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    text: str
    link: Link | None = None


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match["markup"] is not None:
            token = _marked(match["markup"])
        elif match["quoted"] is not None:
            token = _Token(_Kind.QUOTED, " ".join(_decoded(match["quoted"]).split()))
        else:
            token = _plain(_decoded(match["plain"]))
        if token.text:
            yield token


def _marked(markup: str) -> _Token:
    target, _, label = markup.partition("|")
    person = _PERSON.fullmatch(target)
    if person:
        return _Token(_Kind.PERSON, person[1])
    if target.startswith(("http://", "https://")):
        return _plain(_decoded(target))
    return _Token(_Kind.WORD, _decoded(label or target).strip())


def _plain(text: str) -> _Token:
    if text.startswith("@") and len(text) > 1:
        return _Token(_Kind.UNRESOLVED, text[1:])
    found = link(text) if text.casefold() not in _NAMES else None  # free/busy
    return _Token(_Kind.LINK, text, found) if found else _Token(_Kind.WORD, text)


def _decoded(text: str) -> str:
    """Slack writes these three entities and no others; `&amp;lt;` was typed as `&lt;`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _command(tokens: Sequence[_Token]) -> tuple[Command, int]:
    """The command the text begins with, and how many tokens say so."""
    if not tokens:
        return Command(Name.HELP), 0
    left, when = _split([token for token in tokens if token.kind is _Kind.WORD])
    named = _named(tokens)
    longer = bool(when) and not left and " " in when  # `next tue` is a time, `next` a command
    if named and not (longer and named[0].name in {Name.TODAY, Name.NEXT}):
        return named
    if tokens[0].kind is not _Kind.WORD or (when and not left):
        return Command(Name.SLOTS), 0
    unknown = tokens[0].text[:60]
    near = get_close_matches(unknown.casefold(), _NAMES, n=1, cutoff=0.7)
    return Command(Name.HELP, unknown=unknown, suggestion=_NAMES[near[0]] if near else None), 0


def _named(tokens: Sequence[_Token]) -> tuple[Command, int] | None:
    leading = takewhile(lambda token: token.kind is _Kind.WORD, tokens[:5])
    words = [re.sub("[-_]", " ", token.text.casefold()) for token in leading]
    skipped = 0
    while skipped < len(words) and words[skipped] in _POLITE:
        skipped += 1
    for length in (3, 2, 1):
        phrase = " ".join(words[skipped : skipped + length])
        if phrase in _NAMES:
            return Command(_NAMES[phrase]), min(skipped + length, len(words))
    listing = _LISTINGS.get(words[skipped]) if skipped < len(words) else None
    if not listing:
        return None
    after = words[skipped + 1 : skipped + 2]
    said_both = bool(after) and _NAMES.get(after[0]) is Name.BOOKINGS
    return Command(Name.BOOKINGS, listing=listing), skipped + 1 + said_both


def _split(tokens: Sequence[_Token]) -> tuple[str, str]:
    """The words that name something, and the longest tail (or else head) that is a time."""
    sizes = range(min(_LONGEST_WHEN, len(tokens)), 0, -1)
    tails = ((tokens[:-size], tokens[-size:]) for size in sizes)
    heads = ((tokens[size:], tokens[:size]) for size in sizes)
    for rest, part in chain(tails, heads):
        said = " ".join(token.text for token in part)
        if all(token.kind is _Kind.WORD for token in part) and is_when(said):
            return _bare(rest), said
    return _bare(tokens), ""


def _bare(tokens: Sequence[_Token]) -> str:
    start, end = 0, len(tokens)
    while start < end and _is_edge(tokens[start]):
        start += 1
    while end > start and _is_edge(tokens[end - 1]):
        end -= 1
    return " ".join(token.text for token in tokens[start:end])


def _is_edge(token: _Token) -> bool:
    return token.kind is _Kind.WORD and token.text.casefold() in _EDGES
