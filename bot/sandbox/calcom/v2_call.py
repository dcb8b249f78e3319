"""One request as an endpoint of API v2 sees it, and its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from bot.sandbox.calcom import v2_errors
from bot.sandbox.calcom.model import JSON, User
from bot.sandbox.calcom.v2_gate import Limit
from bot.sandbox.calcom.world import World


class Auth(Enum):
    """Who may ask. The two that need a key differ in how they refuse to go without."""

    OPTIONAL = auto()
    KEY = auto()  # 401 of ApiAuthStrategy
    PERMISSION = auto()  # 403 of PermissionsGuard


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` has each parameter as often as it came; `params` are the path's; `caller` is the
    key's owner, if a key came."""

    world: World
    params: dict[str, str]
    query: dict[str, list[str]]
    body: JSON
    maybe_caller: User | None

    @property
    def caller(self) -> User:
        """Return the key's owner, where the endpoint let nobody in without."""
        if self.maybe_caller is None:
            raise v2_errors.no_auth()
        return self.maybe_caller

    def one(self, name: str) -> str | None:
        """Return a query parameter's last value."""
        values = self.query.get(name)
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: JSON = field(default_factory=dict)


Handler = Callable[[Asked], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` is below /v2, with {names}; `version` the only one it answers, None for any, beside
    the `newer` one of hosted servers; `limit` replaces the usual rate limit; `teams` says that
    only a server with teams has it, `hosted` that only the hosted service has."""

    method: str
    path: str
    handler: Handler
    auth: Auth
    version: str | None = None
    limit: Limit | None = None
    teams: bool = False
    newer: str | None = None
    hosted: bool = False


def success(data: Any, status: int = 200, **more: Any) -> Answer:
    return Answer(status, {"status": "success", "data": data, **more})


def done() -> Answer:
    """Answer without data, as most deletions do."""
    return Answer(200, {"status": "success"})
