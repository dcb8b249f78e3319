"""What passed between the workspace and the app."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call: its arguments as read (never the token), and how it ended.

    `lost` says that the app was not told so.
    """

    method: str
    args: Mapping[str, Any]
    ok: bool
    error: str | None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing sent to the app, and its answer.

    `status` is None when no answer came in time (`late`) or no connection was made.
    """

    kind: str
    payload: Mapping[str, Any]
    status: int | None
    body: bytes
    late: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
