"""A message or a view as one person has it before them: what is not there cannot be used."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.slack.blocks import controls
from bot.sandbox.slack.messages import Json, Message, Values
from bot.sandbox.slack.state import values_of
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace


class PersonCannot(Exception):
    """Nobody could do this in a Slack client: it is not on the screen, or no choice of theirs."""


@dataclass(frozen=True, slots=True)
class Control:
    """An element and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])

    @property
    def dispatches(self) -> bool:
        """Whether using it tells the app at once."""
        return self.block["type"] != "input" or bool(self.block.get("dispatch_action"))


@dataclass(frozen=True, slots=True)
class Screen:
    """One container, before one person; exactly one of `view` and `message` is there."""

    user: str
    view: View | None = None
    message: Message | None = None

    @property
    def blocks(self) -> list[Json]:
        if self.view is not None:
            return self.view.blocks
        if self.message is None:
            return []
        under = [block for each in self.message.attachments for block in each.get("blocks", [])]
        return [*self.message.blocks, *under]

    @property
    def values(self) -> Values:
        """The state, which may be written to."""
        if self.view is not None:
            return self.view.values
        assert self.message is not None
        kept = self.message.values.get(self.user)
        self.message.values[self.user] = values_of(self.blocks, kept)
        return self.message.values[self.user]

    def offered(self, control: Control) -> list[Json]:
        """The options last loaded for an external select, as this person saw them."""
        ids = (control.block_id, control.action_id)
        if self.view is not None:
            return self.view.offered.get(ids, [])
        assert self.message is not None
        return self.message.offered.get((self.user, *ids), [])

    def offer(self, control: Control, options: list[Json]) -> None:
        ids = (control.block_id, control.action_id)
        if self.view is not None:
            self.view.offered[ids] = options
        elif self.message is not None:
            self.message.offered[(self.user, *ids)] = options

    def controls(self) -> Iterator[Control]:
        for block, element, _ in controls(self.blocks):
            yield Control(dict(block), element)

    def control(self, action: str, block: str | None = None, value: str | None = None) -> Control:
        """The element with this action_id; `block` and a button's `value` tell several apart.

        Raises PersonCannot when there is none, or more than one.
        """
        found = [
            control
            for control in self.controls()
            if control.action_id == action and block in (None, control.block_id)
        ]
        if len(found) > 1 and value is not None:
            found = [control for control in found if control.element.get("value") == value]
        if not found:
            there = ", ".join(control.action_id for control in self.controls())
            raise PersonCannot(f"there is no {action} on the screen (there is: {there})")
        if len(found) > 1:
            raise PersonCannot(f"there are {len(found)} elements {action}: name the block or value")
        return found[0]


def present(workspace: Workspace, user: str, *, of_the_team: bool = False) -> None:
    """Raises PersonCannot for nobody, and for who has left.

    With `of_the_team` also for people of other organisations, who can neither run commands nor
    start shortcuts in shared channels.
    """
    person = workspace.people.get(user)
    if person is None or person.deleted or person.is_bot:
        raise PersonCannot(f"{user} is nobody who could be here")
    if of_the_team and person.is_stranger:
        raise PersonCannot(f"{user} is of another organisation")


def screen(workspace: Workspace, user: str, container: View | Message | str | None) -> Screen:
    """What `container` names: a view, a message, a view id, a message ts; None is the top view."""
    present(workspace, user)
    if container is None:
        top = workspace.views.top(user)
        if top is None:
            raise PersonCannot(f"{user} has no modal open")
        return Screen(user, view=top)
    if isinstance(container, str):
        container = _named(workspace, user, container)
    if isinstance(container, View):
        reachable = (workspace.views.top(user), workspace.views.homes.get(user))
        if not any(container is view for view in reachable):
            raise PersonCannot(f"the view {container.id} is not in front of {user}")
        return Screen(user, view=container)
    channel = workspace.channels[container.channel]
    if not container.visible_to(user) or channel not in workspace.visible_channels(user):
        raise PersonCannot(f"{user} does not see the message {container.ts}")
    return Screen(user, message=container)


def _named(workspace: Workspace, user: str, name: str) -> View | Message:
    view = workspace.views.find(view_id=name)
    if view is not None:
        return view
    for channel in workspace.visible_channels(user):
        if name in channel.messages:
            return channel.messages[name]
    raise PersonCannot(f"there is no view and no message {name} for {user}")
