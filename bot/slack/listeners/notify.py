"""`/cal notify`: the rules of this channel and one's own, and what can be done to each."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.people import Member
from bot.domain.wording import _
from bot.slack import ids, naming
from bot.slack.deps import Deps, Exchange
from bot.slack.views import notify as views

Act = Callable[[Member, str], Awaitable[str]]
"""Does something to the rule with this id, and says what came of it (ready for mrkdwn)."""


DOING = {
    ids.PAUSE_RULE: "pause a rule",
    ids.RESUME_RULE: "resume a rule",
    ids.TEST_RULE: "test a rule",
    ids.DELETE_RULE: "delete a rule",
}
"""What is noted of each."""


class Notify:
    """The list of rules."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.starts(ids.RULES_PAGE))(self.on_page)
        for action_id in self._acts():
            app.action(action_id)(self.on_act)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """`/cal notify`; in a modal (the settings) as one on top of it, from the Home as one."""
        exchange.doing = "changed"
        if exchange.asked.view_id or exchange.asked.is_home:
            await exchange.begin(views.loading())
        await self._list(exchange)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._list(exchange, page=_page(exchange.asked.value), replace=True)

        self._deps.later(body, client, work)

    async def on_act(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._act)

    async def _act(self, exchange: Exchange) -> None:
        asked = exchange.asked
        page, _, rule_id = asked.value.partition("|")
        act = self._acts()[str(asked.action.get("action_id"))]
        if asked.is_home:
            await exchange.begin(views.loading())
        reader = await exchange.reader()
        await exchange.note(DOING[str(asked.action.get("action_id"))], rule_id[:100])
        note = await act(reader.member, rule_id)
        if asked.view_id and asked.metadata != views.LIST:
            await exchange.finish(views.noted(note))
            return
        await self._list(exchange, page=_page(page), note=note, replace=True)

    async def _list(
        self, exchange: Exchange, *, page: int = 0, note: str = "", replace: bool = False
    ) -> None:
        reader = await exchange.reader()
        channel = exchange.asked.channel_id
        if channel.startswith("D"):  # a direct conversation is nobody's channel
            channel = ""
        found = await self._deps.ruling.listed(reader.member, channel)
        rules = (*found.here, *found.own, *found.elsewhere)
        known = await naming.known(self._deps, await exchange.desk(), reader, rules)
        reading = exchange.reading(reader)
        unheard = await self._deps.desks.unheard(rules)
        shown = views.Shown(
            found,
            reader.member,
            known,
            reading,
            channel,
            page,
            note,
            unheard,
            self._deps.command,
        )
        if exchange.view_id:
            await exchange.show(views.rules_modal(shown))
        else:
            await exchange.say(views.rules(shown), replace=replace)

    def _acts(self) -> dict[str, Act]:
        return {
            ids.PAUSE_RULE: self._pause,
            ids.RESUME_RULE: self._resume,
            ids.TEST_RULE: self._test,
            ids.DELETE_RULE: self._delete,
        }

    async def _pause(self, member: Member, rule_id: str) -> str:
        await self._deps.ruling.pause(member, rule_id)
        return _(":double_vertical_bar: Paused: nothing is kept for it until it is resumed.")

    async def _resume(self, member: Member, rule_id: str) -> str:
        await self._deps.ruling.resume(member, rule_id)
        return _(":arrow_forward: At work again.")

    async def _test(self, member: Member, rule_id: str) -> str:
        return views.sampled(*await self._deps.ruling.test(member, rule_id))

    async def _delete(self, member: Member, rule_id: str) -> str:
        await self._deps.ruling.delete(member, rule_id)
        return _(":wastebasket: Deleted. What it posted stays.")


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
