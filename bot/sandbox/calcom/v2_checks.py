"""Whether a body or query has the shape API v2 wants, and how it says what is wrong.

Two pipes validate: bookings and slots write everything into the message (`said`), refusing
unknown properties; all the rest strip those and list the errors in `details.errors` (`listed`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.calcom.model import JSON
from bot.sandbox.calcom.times import ZONES, parse
from bot.sandbox.calcom.v2_errors import ApiError, invalid, nest

Constraints = dict[str, str]
Check = Callable[[str, Any], Constraints]  # (property, value) to what is wrong with it


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    constraints: Constraints
    children: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Field:
    """One property. An absent one, or null, is checked as None when `required`, else passed over;
    only a `nullable` one arrives as null."""

    check: Check
    required: bool = False
    nullable: bool = False
    inner: dict[str, Field] | None = None


Shape = dict[str, Field]


def problems(body: JSON, shape: Shape, *, strict: bool) -> list[Problem]:
    """Return what is wrong with `body`; `strict` counts unknown properties as wrong."""
    found = []
    if strict:
        for name in body:
            if name not in shape:
                text = f"property {name} should not exist"
                found.append(Problem(name, {"whitelistValidation": text}))
    for name, wanted in shape.items():
        value = body.get(name)
        if value is None and not wanted.required:
            continue
        constraints = wanted.check(name, value)
        inner: list[Problem] = []
        if not constraints and wanted.inner is not None:
            inner = problems(dict(value or {}), wanted.inner, strict=strict)
        if constraints or inner:
            found.append(Problem(name, constraints, inner))
    return found


def said(found: list[Problem]) -> ApiError:
    """Return the 400 whose message lists everything, in the real server's odd spacing."""
    return nest(400, _sentence(found))


def _sentence(found: list[Problem]) -> str:
    parts = []
    for one in found:
        reasons = ", ".join(one.constraints.values())
        parts.append(f"{one.name} property is wrong,{reasons} {_sentence(one.children)}")
    return ", ".join(parts)


def listed(found: list[Problem], body: JSON, shape: Shape) -> ApiError:
    """Return the 400 whose `details.errors` list everything; only known properties are echoed."""
    target = {k: v for k, v in body.items() if k in shape}
    return invalid([_detail(p, target, shape) for p in found])


def _detail(problem: Problem, target: JSON, shape: Shape) -> JSON:
    value = {"value": target[problem.name]} if problem.name in target else {}
    inner = shape[problem.name].inner or {}
    below = target.get(problem.name)
    nested = below if isinstance(below, dict) else {}
    detail: JSON = {
        "target": target,
        **value,
        "property": problem.name,
        "children": [_detail(c, nested, inner) for c in problem.children],
    }
    if problem.constraints:
        detail["constraints"] = problem.constraints
    return detail


def check_listed(body: JSON, shape: Shape) -> JSON:
    """Return the known properties of `body`; raise the `listed` error where one is wrong."""
    found = problems(body, shape, strict=False)
    if found:
        raise listed(found, body, shape)
    known = {k: v for k, v in body.items() if k in shape}
    return {k: v for k, v in known.items() if v is not None or shape[k].nullable}


def check_said(body: JSON, shape: Shape) -> None:
    """Raise the `said` error where `body` is wrong or has unknown properties."""
    found = problems(body, shape, strict=True)
    if found:
        raise said(found)


def text(name: str, value: Any) -> Constraints:
    return {} if isinstance(value, str) else {"isString": f"{name} must be a string"}


def boolean(name: str, value: Any) -> Constraints:
    if isinstance(value, bool):
        return {}
    return {"isBoolean": f"{name} must be a boolean value"}


def number(name: str, value: Any) -> Constraints:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {}
    words = "a number conforming to the specified constraints"
    return {"isNumber": f"{name} must be {words}"}


def integer(least: int, most: int | None = None) -> Check:
    """Return a check for whole numbers from `least` to `most`."""

    def check(name: str, value: Any) -> Constraints:
        if not isinstance(value, int) or isinstance(value, bool):
            return {"isInt": f"{name} must be an integer number"}
        if value < least:
            return {"min": f"{name} must not be less than {least}"}
        if most is not None and value > most:
            return {"max": f"{name} must not be greater than {most}"}
        return {}

    return check


def moment(name: str, value: Any) -> Constraints:
    if parse(value) is not None:
        return {}
    return {"isDateString": f"{name} must be a valid ISO 8601 date string"}


def zone(name: str, value: Any) -> Constraints:
    if isinstance(value, str) and value in ZONES:
        return {}
    return {"isTimeZone": f"{name} must be a valid IANA time-zone"}


def obj(name: str, value: Any) -> Constraints:
    return {} if isinstance(value, dict) else {"isObject": f"{name} must be an object"}


def array(name: str, value: Any) -> Constraints:
    return {} if isinstance(value, list) else {"isArray": f"{name} must be an array"}


def texts(name: str, value: Any) -> Constraints:
    if not isinstance(value, list):
        return {"isArray": f"{name} must be an array"}
    if all(isinstance(v, str) for v in value):
        return {}
    return {"isString": f"each value in {name} must be a string"}


def one_of(values: list[str], words: str | None = None) -> Check:
    """Return a check for one of `values`; `words` replace the usual sentence."""

    def check(name: str, value: Any) -> Constraints:
        if value in values:
            return {}
        usual = f"{name} must be one of the following values: {', '.join(values)}"
        return {"isEnum": words or usual}

    return check


def anything(name: str, value: Any) -> Constraints:
    return {}
