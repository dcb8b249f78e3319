"""How the Web API says no."""

from typing import Any


class Refused(Exception):
    """The Web API's `ok: false` with this `error`; `extra` is merged into the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


def refused_for(error: str, problems: list[str]) -> Refused:
    """A refusal that lists what is wrong, as Slack does for blocks and views."""
    messages = [f"[ERROR] {sentence}" for sentence in problems]
    return Refused(error, errors=problems, response_metadata={"messages": messages})
