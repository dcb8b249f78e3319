"""One request as an endpoint of API v1 sees it. Every answer that is no error is a 200."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.calcom.model import JSON, User
from bot.sandbox.calcom.v1_errors import Issue, invalid
from bot.sandbox.calcom.world import World


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` has each parameter as often as it came, `apiKey` too; `params` are the path's;
    `caller` is the key's owner."""

    world: World
    params: dict[str, str]
    query: dict[str, list[str]]
    body: JSON
    caller: User

    @property
    def flat(self) -> JSON:
        """The query with each parameter's last value."""
        return {name: values[-1] for name, values in self.query.items()}

    @property
    def id(self) -> int:
        """The number in the path; anything else there raises a 400."""
        text = self.params["id"]
        if not text.isdigit():
            raise invalid([Issue("invalid_type", ("id",), "Expected number, received nan")])
        return int(text)


Handler = Callable[[Asked], Awaitable[JSON]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` is below /v1, with {names}; `handlers` are by method."""

    path: str
    handlers: Mapping[str, Handler]
