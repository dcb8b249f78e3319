"""Runs of the app's steps in workflows."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

USER_CONTEXT = "slack#/types/user_context"
"""Who runs a workflow; Slack itself says so (docs: whoever builds it cannot)."""
_NUMBERS = {"integer", "number", "slack#/types/timestamp"}


@dataclass(slots=True)
class Execution:
    """One run of a step; it runs until it has outputs or an error, and so long its `token` counts
    (slackapi/bolt-python, issue 1075: fifteen minutes at most, which is not looked at)."""

    id: str
    definition: Json
    inputs: Json = field(default_factory=dict)
    outputs: Json | None = None
    error: str = ""
    token: str = ""

    @property
    def is_running(self) -> bool:
        return self.outputs is None and not self.error


def in_name_of(user: str, parameters: Json) -> Json:
    """What Slack itself puts into the inputs, whatever the workflow's author wrote there."""
    asked = [name for name, one in parameters["properties"].items() if one["type"] == USER_CONTEXT]
    return {name: {"id": user, "secret": "signed"} for name in asked if user}


def problems(parameters: Json, given: Json) -> list[str]:
    """What is wrong with these inputs or outputs."""
    known = parameters["properties"]
    missing = [name for name in parameters.get("required", ()) if name not in given]
    found = [f"{name} is missing" for name in missing]
    for name, value in given.items():
        if name not in known:
            found.append(f"{name} is no parameter")
        elif not _fits(known[name]["type"], value):
            found.append(f"{name} is no {known[name]['type']}")
    return found


def _fits(kind: str, value: Any) -> bool:
    if kind == USER_CONTEXT:
        return isinstance(value, dict) and value.keys() == {"id", "secret"}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number if kind in _NUMBERS else isinstance(value, str)
