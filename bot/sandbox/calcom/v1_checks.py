"""Whether a body or query has the shape API v1 wants, told the way Zod tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.calcom.model import JSON
from bot.sandbox.calcom.times import ZONES, parse
from bot.sandbox.calcom.v1_errors import Issue, invalid


@dataclass(frozen=True, slots=True)
class Rule:
    """One property: `kind` is a JSON type, `integer`, or a text that is a `date` or a `zone`.

    `among` are the values it may have; `least` the smallest number; `inner` what an object has to
    contain, and `each` what every element or property of it has to be.
    """

    kind: str
    required: bool = False
    among: tuple[str, ...] = ()
    least: int | None = None
    inner: dict[str, Rule] | None = None
    each: Rule | None = None


Shape = dict[str, Rule]


def check(body: JSON, shape: Shape, *, strict: bool = False) -> JSON:
    """Return the known properties of `body`; raise the 400 that lists all that is wrong.

    `strict` counts unknown properties as wrong.
    """
    found = _issues(body, shape, ())
    unknown = ", ".join(f"'{name}'" for name in body if name not in shape)
    if strict and unknown:
        found.append(Issue("unrecognized_keys", (), f"Unrecognized key(s) in object: {unknown}"))
    if found:
        raise invalid(found)
    return {name: body[name] for name in shape if name in body}


def _issues(body: JSON, shape: Shape, within: tuple[str, ...]) -> list[Issue]:
    found: list[Issue] = []
    for name, rule in shape.items():
        if name in body:
            found += _wrong(body[name], rule, (*within, name))
        elif rule.required:
            found.append(Issue("invalid_type", (*within, name), "Required"))
    return found


def _wrong(value: Any, rule: Rule, path: tuple[str, ...]) -> list[Issue]:
    wanted = "string" if rule.kind in ("date", "zone") else rule.kind
    kind = _kind(value)
    if kind != wanted and (kind, wanted) != ("integer", "number"):
        received = "number" if kind == "integer" else kind
        return [Issue("invalid_type", path, f"Expected {wanted}, received {received}")]
    if (rule.kind == "date" and parse(value) is None) or (
        rule.kind == "zone" and value not in ZONES
    ):
        return [Issue("custom", path, "Invalid input")]
    if rule.least is not None and value < rule.least:
        text = f"Number must be greater than or equal to {rule.least}"
        return [Issue("too_small", path, text)]
    if rule.among and value not in rule.among:
        expected = " | ".join(f"'{one}'" for one in rule.among)
        text = f"Invalid enum value. Expected {expected}, received '{value}'"
        return [Issue("invalid_enum_value", path, text)]
    found = _issues(value, rule.inner, path) if rule.inner else []
    if rule.each:
        for name, element in _elements(value):
            found += _wrong(element, rule.each, (*path, name))
    return found


def _elements(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(n), element) for n, element in enumerate(value))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds: dict[type, str] = {str: "string", int: "integer", float: "number", list: "array"}
    return kinds.get(type(value), "object")
