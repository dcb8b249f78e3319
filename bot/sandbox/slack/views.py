"""Open modals and Home tabs: stacks, hashes, external ids.

Source: docs.slack.dev, surfaces/modals and reference/methods/views.*.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.blocks import check_view, warnings_for
from bot.sandbox.slack.messages import Json, Values
from bot.sandbox.slack.refusals import Refused, refused_for
from bot.sandbox.slack.state import completed, values_of

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Workspace

STACK = 3
SIZE = 250 * 1024


@dataclass(slots=True, eq=False)
class View:
    """A view on somebody's screen. `body` is what the app sent, completed; `values` the state.

    `offered` holds the loaded options last shown per (block_id, action_id); `errors` what stands
    beside the inputs; `busy` is true while a submission waits for its answer.
    """

    id: str
    user: str
    body: Json
    root_id: str
    previous_id: str | None
    hash: str
    channel: str | None = None
    values: Values = field(default_factory=dict)
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    busy: bool = False

    @property
    def external_id(self) -> str:
        return str(self.body.get("external_id") or "")

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks


class Views:
    """Every open view of the workspace, and the rules for changing them.

    All methods that take a view body raise Refused for one that Slack would not take.
    """

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def stack(self, user: str) -> list[View]:
        return list(self.stacks.get(user, []))

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """An open modal or a published Home, by either of its names."""
        for view in self._all():
            if view_id and view.id == view_id:
                return view
            if external_id and view.external_id == external_id:
                return view
        return None

    def open(self, user: str, body: Any, channel: str | None) -> View:
        """A new root view; another stack this person still had open goes away."""
        self._check(body, "modal")
        view = self._made(user, body, channel, previous=None)
        self.stacks[user] = [view]
        self._workspace.changed()
        return view

    def push(self, user: str, body: Any) -> View:
        stack = self.stacks.get(user)
        if not stack:
            raise Refused("not_found")
        self._check(body, "modal")
        if len(stack) >= STACK:
            raise Refused("push_limit_reached")
        view = self._made(user, body, stack[-1].channel, previous=stack[-1])
        stack.append(view)
        self._workspace.changed()
        return view

    def update(self, view: View, body: Any, expected_hash: str | None = None) -> View:
        """Redraws a view in place; what was typed stays where block_id and action_id stay."""
        self._check(body, view.body["type"], instead_of=view)
        if expected_hash and expected_hash != view.hash:
            raise Refused("hash_conflict")
        kept = view.values
        view.body = self._completed(body)
        view.values = values_of(view.blocks, kept, view.channel)
        view.errors = {}
        view.hash = self._hash()
        self._workspace.changed()
        return view

    def publish(self, user: str, body: Any, expected_hash: str | None = None) -> View:
        if not self._workspace.app.home_tab:
            raise Refused("not_enabled")
        current = self.homes.get(user)
        if current is not None:
            return self.update(current, body, expected_hash)
        self._check(body, "home")
        if expected_hash:
            raise Refused("hash_conflict")
        self.homes[user] = self._made(user, body, None, previous=None)
        self._workspace.changed()
        return self.homes[user]

    def close(self, view: View) -> None:
        """Takes one view off its stack; those above it go with it."""
        stack = self.stacks.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]
            self._workspace.changed()

    def clear(self, user: str) -> None:
        self.stacks.pop(user, None)
        self._workspace.changed()

    def view_object(self, view: View) -> Json:
        """The view as the Web API and payloads tell it."""
        app, team = self._workspace.app, self._workspace.team_id
        told: Json = {
            "id": view.id,
            "team_id": team,
            "type": view.body["type"],
            "blocks": view.blocks,
            "private_metadata": view.body.get("private_metadata", ""),
            "callback_id": view.body.get("callback_id", ""),
            "state": {"values": view.values},
            "hash": view.hash,
            "title": view.body.get("title"),
            "clear_on_close": view.body.get("clear_on_close", False),
            "notify_on_close": view.body.get("notify_on_close", False),
            "close": view.body.get("close"),
            "submit": view.body.get("submit"),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": app.id,
            "external_id": view.external_id,
            "app_installed_team_id": team,
            "bot_id": app.bot_id,
        }
        return deepcopy(told)

    def _all(self) -> list[View]:
        opened = [view for stack in self.stacks.values() for view in stack]
        return [*opened, *self.homes.values()]

    def _check(self, body: Any, kind: str, instead_of: View | None = None) -> None:
        if not isinstance(body, Mapping):
            raise refused_for("invalid_arguments", ["must be an object [json-pointer:/view]"])
        if len(json.dumps(body, ensure_ascii=False).encode()) > SIZE:
            raise Refused("view_too_large")
        problems = check_view(body, "/view")
        if not problems and body["type"] != kind:
            problems = [f"the view must be of type {kind} [json-pointer:/view/type]"]
        if problems:
            raise refused_for("invalid_arguments", problems)
        taken = self.find(external_id=body.get("external_id") or None)
        if taken is not None and taken is not instead_of:
            raise Refused("duplicate_external_id")
        self._workspace.warnings += warnings_for(body)

    def _made(self, user: str, body: Json, channel: str | None, previous: View | None) -> View:
        view_id = self._workspace.new_id("V")
        view = View(
            id=view_id,
            user=user,
            body=self._completed(body),
            root_id=previous.root_id if previous else view_id,
            previous_id=previous.id if previous else None,
            hash=self._hash(),
            channel=channel,
        )
        view.values = values_of(view.blocks, None, channel)
        return view

    def _completed(self, body: Json) -> Json:
        blocks = completed(body["blocks"], lambda: self._workspace.new_id("b"))
        return {**deepcopy(body), "blocks": blocks}

    def _hash(self) -> str:
        return f"{int(self._workspace.clock().timestamp())}.{self._workspace.new_id('h')}"
