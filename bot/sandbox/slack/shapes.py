"""Small checks that add up to the shape of a Block Kit object.

A check takes a value, the JSON pointer where it stands, and the list of problems it adds to. The
problems read like those in Slack's `response_metadata.messages`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Check = Callable[[Any, str, list[str]], None]


def problem(sentence: str, at: str) -> str:
    return f"{sentence} [json-pointer:{at or '/'}]"


def string(limit: int, *, least: int = 0) -> Check:
    """A string of `least` to `limit` characters."""

    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, str):
            found.append(problem("must be a string", at))
        elif len(value) > limit:
            found.append(problem(f"must be no more than {limit} characters", at))
        elif len(value) < least:
            found.append(problem(f"must be at least {least} characters", at))

    return check


def matching(pattern: str, description: str) -> Check:
    """A string that matches the whole `pattern`."""
    compiled = re.compile(pattern)

    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            found.append(problem(f"must be {description}", at))

    return check


def integer(least: int, most: int) -> Check:
    def check(value: Any, at: str, found: list[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            found.append(problem("must be an integer", at))
        elif not least <= value <= most:
            found.append(problem(f"must be between {least} and {most}", at))

    return check


def flag(value: Any, at: str, found: list[str]) -> None:
    if not isinstance(value, bool):
        found.append(problem("must be a boolean", at))


def anything(value: Any, at: str, found: list[str]) -> None:
    """No rule of its own."""


def choice(*allowed: str) -> Check:
    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, str) or value not in allowed:
            found.append(problem(f"must be one of {', '.join(allowed)}", at))

    return check


def items(check_item: Check, least: int, most: int) -> Check:
    """A list of `least` to `most` things."""

    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, list):
            found.append(problem("must be an array", at))
            return
        if len(value) > most:
            found.append(problem(f"no more than {most} items allowed", at))
        if len(value) < least:
            found.append(problem(f"at least {least} items required", at))
        for index, item in enumerate(value):
            check_item(item, f"{at}/{index}", found)

    return check


def shape(
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    *rules: Check,
) -> Check:
    """An object with these fields and no others; `rules` look at the whole of it afterwards.

    `type` is always allowed: whoever picked this shape has read it.
    """
    must = dict(required or {})
    known = {**must, **(optional or {})}

    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, Mapping):
            found.append(problem("must be an object", at))
            return
        before = len(found)
        found += [
            problem(f"missing required field: {name}", at) for name in must if name not in value
        ]
        for name, held in value.items():
            if name in known:
                known[name](held, f"{at}/{name}", found)
            elif name != "type":
                found.append(problem(f"invalid additional property: {name}", at))
        if len(found) == before:
            for rule in rules:
                rule(value, at, found)

    return check


def one_type_of(shapes: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` picks one of the shapes; any other type is refused."""

    def check(value: Any, at: str, found: list[str]) -> None:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str):
            found.append(problem("missing required field: type", at))
        elif kind not in shapes:
            found.append(problem(f"unsupported type: {kind} is no {what} that fits here", at))
        else:
            shapes[kind](value, at, found)

    return check


def text(limit: int, *, mrkdwn: bool = False, least: int = 1) -> Check:
    """A text object: plain_text, or also mrkdwn; an empty text is refused."""
    words = {"text": string(limit, least=least)}
    shapes = {"plain_text": shape(words, {"emoji": flag})}
    if mrkdwn:
        shapes["mrkdwn"] = shape(words, {"verbatim": flag})
    return one_type_of(shapes, "text")


def exactly_one(*names: str) -> Check:
    def check(value: Mapping[str, Any], at: str, found: list[str]) -> None:
        if sum(name in value for name in names) != 1:
            found.append(problem(f"exactly one of {', '.join(names)} is required", at))

    return check


def at_least_one(*names: str) -> Check:
    def check(value: Mapping[str, Any], at: str, found: list[str]) -> None:
        if not any(name in value for name in names):
            found.append(problem(f"one of {', '.join(names)} is required", at))

    return check


def unique(values: Sequence[tuple[str, str]], name: str, found: list[str]) -> None:
    """Adds a problem for every (value, pointer) whose value stood before."""
    seen: set[str] = set()
    for value, at in values:
        if value in seen:
            found.append(problem(f"`{name}` {value} is used twice", at))
        seen.add(value)


def day(value: Any, at: str, found: list[str]) -> None:
    """A date YYYY-MM-DD that exists."""
    try:
        fine = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        fine = False
    if not fine:
        found.append(problem("must be a date YYYY-MM-DD", at))


def zone(value: Any, at: str, found: list[str]) -> None:
    """An IANA time zone name."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        found.append(problem("must be an IANA time zone", at))
