"""What people do to the app, sent the way Slack sends it, with the answer put on their screen.

Nothing can be done here that the screen does not offer: an element that is not displayed, an
option that was not loaded or a form with a required field empty goes nowhere.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.slack.answers import (
    NO_OPTIONS,
    BadAnswer,
    after_action,
    after_command,
    after_submission,
    loaded_options,
)
from bot.sandbox.slack.choices import check_form, chosen
from bot.sandbox.slack.courier import Courier
from bot.sandbox.slack.delivery import Answer, Post, Transport
from bot.sandbox.slack.executions import Execution, in_name_of, problems
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.payloads import Payloads
from bot.sandbox.slack.people import Channel
from bot.sandbox.slack.record import Delivery
from bot.sandbox.slack.screen import Control, PersonCannot, Screen, present, screen
from bot.sandbox.slack.state import field_of
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

Container = View | Message | str | None
"""A view or message, its id or ts; None is the modal in front."""
_DEFAULT_QUERY = 3


class Sender:
    """The people of a workspace, acting on one app.

    `post` delivers to the app's request URL; `transport` takes its place (Socket Mode).
    `patience` is how many seconds of real time Slack waits for an answer.
    """

    def __init__(
        self,
        workspace: Workspace,
        post: Post | None = None,
        *,
        transport: Transport | None = None,
        patience: float = 3.0,
    ) -> None:
        self.workspace = workspace
        self._payloads = Payloads(workspace)
        self._courier = Courier(workspace, post, transport, patience)

    async def aclose(self) -> None:
        """Ends the deliveries that never got an answer."""
        await self._courier.aclose()

    # -- commands, shortcuts, messages --------------------------------------------------------

    async def command(
        self, user: str, channel: str, command: str = "/cal", text: str = ""
    ) -> Outcome:
        """Types a slash command; `channel` is an id or a name."""
        present(self.workspace, user, of_the_team=True)
        place = self._place(user, channel)
        app = self.workspace.app
        if command not in app.commands or app.uninstalled:
            unknown = f"{command} is not a valid command."
            self.workspace.trouble(user, unknown)
            return Outcome(error=unknown)
        payload = self._payloads.slash_command(user, place, command, text)
        since = self.workspace.new_ts()
        delivery = await self._courier.command(payload)
        error = after_command(self.workspace, user, place.id, delivery)
        return self._outcome(user, since, delivery, error)

    async def shortcut(self, user: str, callback_id: str) -> Outcome:
        """Starts a global shortcut."""
        self._known_shortcut(user, callback_id)
        return await self._press(user, self._payloads.shortcut(user, callback_id))

    async def message_shortcut(
        self, user: str, message: Message | str, callback_id: str
    ) -> Outcome:
        """Starts a message shortcut on a message (or its ts) that the person sees."""
        self._known_shortcut(user, callback_id)
        seen = screen(self.workspace, user, message).message
        if seen is None or seen.ephemeral_to is not None:
            raise PersonCannot("message shortcuts are offered on lasting messages only")
        payload = self._payloads.message_action(user, seen, callback_id)
        return await self._press(user, payload)

    async def say(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None
    ) -> Message:
        """Writes an ordinary message; the app gets the events it has subscribed to."""
        place = self._place(user, channel)
        if place.archived:
            raise PersonCannot(f"{place.name} is archived")
        message = Message(place.id, self.workspace.new_ts(), user, text, thread_ts=thread_ts)
        self.workspace.post(message)
        if self.workspace.app.bot_user_id in place.members:
            about = {"channel": place.id, "channel_type": _TYPES[place.kind]}
            await self.event("message", message.message_object() | about)
        await self._links(place, message)
        return message

    # -- pressing and filling -----------------------------------------------------------------

    async def click(
        self,
        user: str,
        container: Container,
        action: str,
        *,
        block: str | None = None,
        value: str | None = None,
        selected: Any = None,
    ) -> Outcome:
        """Presses a button (`value` tells several apart), or chooses `selected` in a menu.

        For an element that tells the app at once; `selected` is an option, its value, a list of
        them, a date, a time, a user or conversation id, or the text typed before Enter.
        """
        seen = screen(self.workspace, user, container)
        control = seen.control(action, block, value)
        if not control.dispatches:
            raise PersonCannot(f"{action} is part of a form: fill it in")
        if control.element["type"] == "button":
            return await self._act(seen, control, None)
        choice = value if selected is None else selected
        return await self._act(seen, control, self._choose(seen, control, choice))

    async def fill(
        self,
        user: str,
        action: str,
        value: Any,
        *,
        block: str | None = None,
        container: Container = None,
        enter: bool = False,
    ) -> Outcome:
        """Types or chooses in the modal in front (or `container`), as a person does.

        Sends block_actions where the element does: outside input blocks, with dispatch_action, and
        for text on `enter` or on every character as its dispatch_action_config says.
        """
        seen = screen(self.workspace, user, container)
        control = seen.control(action, block)
        choice = self._choose(seen, control, value)
        if control.dispatches and _fires(control, enter=enter):
            return await self._act(seen, control, choice)
        return Outcome(view=self.workspace.views.top(user))

    async def options(
        self,
        user: str,
        action: str,
        query: str = "",
        *,
        block: str | None = None,
        container: Container = None,
    ) -> Outcome:
        """Types into an external select; `options` of the outcome is what the menu shows."""
        seen = screen(self.workspace, user, container)
        control = seen.control(action, block)
        if not control.element["type"].endswith("external_select"):
            raise PersonCannot(f"{action} does not load its options")
        if len(query) < control.element.get("min_query_length", _DEFAULT_QUERY):
            return Outcome()
        payload = self._payloads.block_suggestion(seen, control, query)
        delivery = await self._courier.interactive(payload)
        try:
            told = loaded_options(delivery)
        except BadAnswer as bad:
            self.workspace.fault(f"block_suggestion of {action}: {bad}")
            seen.offer(control, [])
            return Outcome(delivery=delivery, error=NO_OPTIONS)
        groups = told.get("option_groups", [])
        flat = [*told.get("options", []), *(o for group in groups for o in group["options"])]
        seen.offer(control, flat)
        return Outcome(delivery=delivery, options=told)

    # -- modals and Home ----------------------------------------------------------------------

    async def submit(self, user: str, view: View | str | None = None) -> Outcome:
        """Presses the submit button of the modal in front."""
        front = self._modal(user, view)
        if "submit" not in front.body:
            raise PersonCannot("this modal has no submit button")
        if front.busy:
            raise PersonCannot("the last submission is still on its way")
        front.errors = check_form(front)
        self.workspace.changed()
        if front.errors:
            return Outcome(errors=front.errors, view=front)
        payload = self._payloads.view_submission(front)
        since = self.workspace.new_ts()
        front.busy = True
        self.workspace.changed()
        try:
            delivery = await self._courier.interactive(payload)
        finally:
            front.busy = False
        error = after_submission(self.workspace, front, delivery)
        self.workspace.changed()
        outcome = self._outcome(user, since, delivery, error)
        return replace(outcome, errors={} if error else front.errors)

    async def close(
        self,
        user: str,
        view: View | str | None = None,
        *,
        all: bool = False,  # noqa: A002 # as the page says it
    ) -> Outcome:
        """Presses Cancel, or with `all` the X that closes the whole stack."""
        front = self._modal(user, view)
        root = self.workspace.views.stack(user)[0]
        cleared = all or bool(front.body.get("clear_on_close"))
        told = root if all else front
        payload = self._payloads.view_closed(told, is_cleared=cleared)
        if cleared:
            self.workspace.views.clear(user)
        else:
            self.workspace.views.close(front)
        if not told.body.get("notify_on_close"):
            return Outcome(view=self.workspace.views.top(user))
        delivery = await self._courier.interactive(payload)
        return Outcome(delivery=delivery, view=self.workspace.views.top(user))

    async def open_home(self, user: str, tab: str = "home") -> Outcome:
        """Opens the App Home; sends app_home_opened."""
        present(self.workspace, user)
        if tab == "home" and not self.workspace.app.home_tab:
            raise PersonCannot("the app has no Home tab")
        direct = self.workspace.direct([user, self.workspace.app.bot_user_id])
        fields: Json = {"user": user, "channel": direct.id, "tab": tab}
        home = self.workspace.views.homes.get(user)
        if home is not None and tab == "home":
            fields["view"] = self.workspace.views.view_object(home)
        delivery = await self.event("app_home_opened", fields)
        return Outcome(delivery=delivery)

    async def run_step(self, callback_id: str, inputs: Json, user: str = "") -> Execution:
        """A workflow that this person runs (nobody: one that runs by itself) comes to a step of the
        app; sends function_executed."""
        definition = self.workspace.app.steps.get(callback_id)
        if definition is None:
            raise PersonCannot("the app has no such step")
        parameters = definition["input_parameters"]
        inputs = inputs | in_name_of(user, parameters)
        if wrong := problems(parameters, inputs):
            raise PersonCannot("; ".join(wrong))
        token, number = self.workspace.new_id("xwfp-"), len(self.workspace.executions) + 1
        run = Execution(f"Fx{number:010}", definition, inputs, token=token)
        self.workspace.executions[run.id] = run
        fields = {
            "function": {"callback_id": callback_id, "title": definition["title"], "type": "app"},
            "inputs": inputs,
            "function_execution_id": run.id,
            "bot_access_token": run.token,
        }
        await self.event("function_executed", fields)
        return run

    # -- events and raw requests --------------------------------------------------------------

    async def event(self, kind: str, fields: Mapping[str, Any]) -> Delivery | None:
        """Sends an event, again while it is not answered with 2xx; gives the last delivery.

        None when the app has not subscribed, or is there no more; messages are subscribed to by the
        kind of channel.
        """
        subscribed = self.workspace.app.events
        name = kind if kind != "message" else f"message.{_KINDS[str(fields['channel_type'])]}"
        last = kind in ("tokens_revoked", "app_uninstalled")
        if (subscribed is not None and name not in subscribed) or (
            self.workspace.app.uninstalled and not last
        ):
            return None
        return await self._courier.event(self._payloads.event(kind, fields))

    async def uninstall(self) -> None:
        """Takes the app out of the workspace: its token ends, and the app is told both.

        Source: docs.slack.dev, events/app_uninstalled and events/tokens_revoked.
        """
        app = self.workspace.app
        app.uninstalled = True
        self.workspace.changed()
        await self.event("tokens_revoked", {"tokens": {"bot": [app.bot_user_id]}})
        await self.event("app_uninstalled", {})

    async def resend(self, delivery: Delivery) -> Delivery:
        """The same payload once more, freshly signed: a repeated delivery or a double press."""
        return await self._courier.again(delivery)

    async def raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Any body with any headers to the app's request URL, as a forger would."""
        return await self._courier.raw(body, headers)

    # -- inside -------------------------------------------------------------------------------

    async def _press(self, user: str, payload: Json) -> Outcome:
        if self.workspace.app.uninstalled:
            gone = f"{self.workspace.app.name} is not in this workspace any more."
            self.workspace.trouble(user, gone)
            return Outcome(error=gone)
        since = self.workspace.new_ts()
        delivery = await self._courier.interactive(payload)
        error = after_action(self.workspace, delivery)
        return self._outcome(user, since, delivery, error)

    async def _act(self, seen: Screen, control: Control, value: Any) -> Outcome:
        payload = self._payloads.block_actions(seen, control, value)
        return await self._press(seen.user, payload)

    def _choose(self, seen: Screen, control: Control, value: Any) -> Any:
        """Puts the choice into the state and gives it as the payload carries it."""
        choice = chosen(self.workspace, seen, control, value)
        name = field_of(control.element)
        if name is not None:
            seen.values[control.block_id][control.action_id][name] = choice
            self.workspace.changed()
        return choice

    def _modal(self, user: str, view: View | str | None) -> View:
        found = screen(self.workspace, user, view).view
        if found is None or found.body["type"] != "modal":
            raise PersonCannot("this is no modal")
        return found

    def _place(self, user: str, channel: str) -> Channel:
        present(self.workspace, user)
        found = self.workspace.channels.get(channel) or self.workspace.channel_named(channel)
        if found is None or user not in found.members:
            raise PersonCannot(f"{user} is not in {channel}")
        return found

    def _known_shortcut(self, user: str, callback_id: str) -> None:
        present(self.workspace, user, of_the_team=True)
        known = self.workspace.app.shortcuts
        if known is not None and callback_id not in known:
            raise PersonCannot(f"the app has no shortcut {callback_id}")

    async def _links(self, place: Channel, message: Message) -> None:
        links = [
            {"url": url.strip("<>"), "domain": domain}
            for url in message.text.split()
            for domain in self.workspace.app.unfurl_domains
            if _is_of(url.strip("<>"), domain)
        ]
        if links:
            is_in = self.workspace.app.bot_user_id in place.members
            fields: Json = {"channel": place.id, "user": message.user, "message_ts": message.ts}
            fields |= {"is_bot_user_member": is_in}
            links_told = {"links": links, "source": "conversations_history"}
            await self.event("link_shared", fields | links_told)

    def _outcome(self, user: str, since: str, delivery: Delivery, error: str | None) -> Outcome:
        if error is not None:
            self.workspace.trouble(user, error)
        shown = [
            message
            for channel in self.workspace.visible_channels(user)
            for message in self.workspace.visible_messages(user, channel.id)
            if message.ts > since
        ]
        top = self.workspace.views.top(user)
        return Outcome(delivery=delivery, error=error, shown=tuple(shown), view=top)


_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}
_KINDS = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def _is_of(url: str, domain: str) -> bool:
    """Whether the address is of that domain, or of one below it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host == domain or host.endswith(f".{domain}")


def _fires(control: Control, *, enter: bool) -> bool:
    """Whether changing this element sends block_actions now."""
    if not control.element["type"].endswith("_input"):
        return True
    config = control.element.get("dispatch_action_config", {})
    on = config.get("trigger_actions_on", ["on_enter_pressed"])
    return "on_character_entered" in on or (enter and "on_enter_pressed" in on)
