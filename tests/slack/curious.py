"""Somebody who presses everything there is to press, and fills in and sends what opens."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.sandbox.slack.blocks import options_of
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.screen import Control, PersonCannot, screen
from bot.sandbox.slack.state import is_empty
from bot.sandbox.slack.views import View
from tests.harness import BOB, Rig

CHOICES = 2
"""So many of a menu are tried."""
SENT = 2
"""So often a form is sent: as it comes, and with something in every field."""
TYPED = {
    "email_text_input": "wes@wood.example",
    "url_text_input": "https://wood.example",
    "number_input": "2",
    "timepicker": "15:00",
    "users_select": BOB,
    "multi_users_select": [BOB],
}


@dataclass
class Curious:
    """One person, who goes on in one channel; what they have tried they do not try again."""

    bot: Rig
    user: str
    channel: str
    tried: set[tuple[Any, ...]] = field(default_factory=set)

    async def press_everything(self) -> None:
        """In all messages before them, the newest first, in their Home, and in what opens."""
        while await self._one_more():
            pass

    async def _one_more(self) -> bool:
        modal = self.bot.modal(self.user)
        for where in [modal] if modal else self._before_them():
            for control in screen(self.bot.slack, self.user, where).controls():
                for choice in await self._choices(where, control):
                    if self._is_new(where, control, choice):
                        await self._use(where, control, choice)
                        return True
        if modal is None:
            return False
        if not await self._send(modal):
            self.bot.slack.views.clear(self.user)
        return True

    def _before_them(self) -> Iterator[View | Message]:
        if home := self.bot.slack.views.homes.get(self.user):
            yield home
        app, here = self.bot.slack.app.bot_user_id, self.bot.slack.channel_named(self.channel)
        for channel in (here, self.bot.slack.direct([self.user, app])):
            if channel:
                yield from reversed(self.bot.slack.visible_messages(self.user, channel.id))

    def _is_new(self, where: View | Message, control: Control, choice: Any) -> bool:
        action, _, rest = control.action_id.partition(":")
        kind = str(choice).partition(":")[0] if control.element["type"] == "overflow" else choice
        return self._first((_named(where), action, rest if action == "start" else "", str(kind)))

    def _first(self, key: tuple[Any, ...]) -> bool:
        if key in self.tried:
            return False
        self.tried.add(key)
        return True

    async def _choices(self, where: View | Message, control: Control) -> list[Any]:
        """What can be done with it at once; nothing, where it is sent with the form."""
        if not control.dispatches or control.element.get("url"):
            return []
        if control.element["type"] == "button":
            return [None]
        return await self._offered(where, control)

    async def _offered(self, where: View | Message, control: Control) -> list[Any]:
        kind = control.element["type"]
        if kind.endswith("external_select"):
            loaded = await self.bot.people.options(
                self.user, control.action_id, "in", block=control.block_id, container=where
            )
            options = options_of(loaded.options)
        else:
            options = options_of(control.element)
        if kind == "datepicker":
            return [str((self.bot.clock() + timedelta(days=3)).date())]
        if kind == "plain_text_input":
            return ["x" * control.element.get("min_length", 1)]
        values = [each["value"] for each in options[:CHOICES]]
        if kind in {"multi_static_select", "multi_external_select", "checkboxes"}:
            return [[value] for value in values]
        if kind.endswith("conversations_select"):
            here = self.bot.slack.channel_named(self.channel)
            return [here.id] if here else []
        return values or ([TYPED[kind]] if kind in TYPED else [])

    async def _use(self, where: View | Message, control: Control, choice: Any) -> None:
        self.bot.clock.advance(seconds=3)  # Slack is not asked faster than it answers
        more = {"value": control.element.get("value")} if choice is None else {"selected": choice}
        at = {"block": control.block_id}
        with suppress(PersonCannot):
            if control.block["type"] == "input":
                await self.bot.people.fill(
                    self.user, control.action_id, choice, container=where, enter=True, **at
                )
            else:
                await self.bot.people.click(self.user, where, control.action_id, **at, **more)
        await self.bot.settle()

    async def _send(self, modal: View) -> bool:
        """Whether it was; a form is not sent again and again."""
        name = _named(modal)
        for count in range(SENT):
            if "submit" in modal.body and self._first((name, "submit", count)):
                if count or await self._is_stopped():
                    await self._fill_in(modal)
                    await self.bot.submit(self.user)
                return True
        return False

    async def _is_stopped(self) -> bool:
        """Whether Slack's client does not send it as it is."""
        return bool((await self.bot.submit(self.user)).errors)

    async def _fill_in(self, modal: View) -> None:
        for control in screen(self.bot.slack, self.user, modal).controls():
            state = modal.values.get(control.block_id, {}).get(control.action_id, {})
            empty = all(is_empty(value) for name, value in state.items() if name != "type")
            if control.block["type"] == "input" and empty:
                for choice in (await self._offered(modal, control))[:1]:
                    await self._use(modal, control, choice)


def _named(where: View | Message) -> str:
    return str(where.body.get("callback_id") or "home") if isinstance(where, View) else "message"
