"""What the flows have in common that end with one change to a booking: a form, and it is done."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action
from bot.domain.people import Reader
from bot.services.standing import Row
from bot.slack import amendments, forms
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.views import cancel as views
from bot.slack.views import problem as problem_views


class OneChange(ABC):
    """Opens the form with what is known, reads what was submitted, and shows how it ended.

    `actions` are those whose forms it owns, by callback id; `doing` says in problems what did not
    happen, where that is not `changed`.
    """

    actions: ClassVar[Mapping[str, Action]]
    doing: ClassVar[Mapping[str, str]] = {}

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        for callback_id in self.actions:
            app.view(callback_id)(self.on_submitted)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        if wrong := amendments.complaints(view):
            await ack(response_action="errors", errors=wrong)
            return
        callback_id, ref = str(view["callback_id"]), str(view.get("private_metadata") or "")
        await ack(response_action="update", view=views.busy(callback_id, ref, self._deps.command))
        self._deps.later(body, client, self._carry_out)

    async def ask(self, exchange: Exchange, callback_id: str, ref: str) -> None:
        """Open the form at once; draw it again where the booking turns out to be another."""
        exchange.doing = self.doing.get(callback_id, "changed")
        at_once = self._at_hand(exchange, callback_id, ref)
        await exchange.begin(at_once or views.loading(callback_id, ref))
        reader = await exchange.reader()
        desk = await exchange.keeping(ref)
        row = await desk.managing.snapshot(reader, ref, self.actions[callback_id])
        modal = self.modal(exchange, callback_id, row, reader, {})
        if modal != at_once:
            await exchange.show(modal)

    @abstractmethod
    def modal(
        self,
        exchange: Exchange,
        callback_id: str,
        row: Row,
        reader: Reader,
        state: forms.State,
        problem: Problem | None = None,
    ) -> dict[str, Any]:
        """The form, with what was answered before and what was wrong with it."""

    @abstractmethod
    async def done(
        self, exchange: Exchange, reader: Reader, callback_id: str, ref: str
    ) -> dict[str, Any]:
        """Make the change that was submitted, and say how it ended."""

    def _at_hand(self, exchange: Exchange, callback_id: str, ref: str) -> dict[str, Any] | None:
        """The form, as far as it can be drawn without asking anybody."""
        reader = self._deps.people.last_reader(exchange.asked)
        managing = exchange.desk_at_hand().managing
        row = reader and managing.at_hand(reader, ref, self.actions[callback_id])
        if not reader or not row:
            return None
        return self.modal(exchange, callback_id, row, reader, {})

    async def _carry_out(self, exchange: Exchange) -> None:
        ref, callback_id = exchange.asked.metadata, str(exchange.asked.view["callback_id"])
        exchange.doing = self.doing.get(callback_id, "changed")
        exchange.rescue = self._rescue(exchange, callback_id, ref)
        reader = await exchange.reader()
        await exchange.note(self.actions[callback_id].value, ref)
        await exchange.finish(await self.done(exchange, reader, callback_id, ref))

    def _rescue(
        self, exchange: Exchange, callback_id: str, ref: str
    ) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            if not (problem.retry or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            reader = await exchange.reader_without_store()
            desk = await exchange.keeping(ref)
            row = await desk.managing.snapshot(reader, ref, self.actions[callback_id])
            state = forms.values(exchange.asked.view)
            await exchange.show(self.modal(exchange, callback_id, row, reader, state, problem))

        return again
