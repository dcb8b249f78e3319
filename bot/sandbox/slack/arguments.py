"""The arguments of one Web API call: from a query, a form or JSON."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from bot.sandbox.slack.refusals import Refused, refused_for


class Arguments:
    """Values by name; in a form they are strings, in JSON they may be anything."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = {name: value for name, value in raw.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.raw

    def text(self, name: str, default: str = "") -> str:
        value = self.raw.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """Raises Refused("invalid_arguments") when it is missing or empty."""
        value = self.text(name)
        if not value:
            raise refused_for(
                "invalid_arguments", [f"missing required field: {name} [json-pointer:/{name}]"]
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.raw.get(name, default)
        return value in (True, "1", "true", "True", 1)

    def parsed(self, name: str, error: str) -> Any:
        """A JSON value, also where it came as a string; None when missing. Refused(error)."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refused(error) from None

    def names(self, name: str) -> list[str]:
        """A list, or words with commas between them."""
        value = self.raw.get(name, "")
        words = value if isinstance(value, list) else str(value).split(",")
        return [str(word).strip() for word in words if str(word).strip()]

    def page(self, things: list[Any], default_limit: int) -> tuple[list[Any], str]:
        """This page of the things, and the cursor of the next one ("" at the end)."""
        try:
            limit = int(self.raw.get("limit") or default_limit)
        except (TypeError, ValueError):
            raise Refused("invalid_limit") from None
        if not 1 <= limit <= 1000:
            raise Refused("invalid_limit")
        start = _offset(self.text("cursor"))
        end = start + limit
        return things[start:end], _cursor(end) if end < len(things) else ""


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"next:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(cursor).decode().partition(":")
        if word == "next":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Refused("invalid_cursor")


async def read_arguments(request: Request) -> dict[str, Any]:
    """All arguments of a request. Raises Refused for a body that is no JSON object."""
    found: dict[str, Any] = dict(request.query_params)
    if request.method == "GET":
        return found
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body())
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return found | body
    async with request.form() as form:
        return found | {name: value for name, value in form.items() if isinstance(value, str)}
