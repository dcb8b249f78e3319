"""Hand over: who of a team is free, whom it goes to, and who has it then."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action
from bot.domain.errors import Expired
from bot.domain.wording import N_
from bot.services.amending import holders_mark
from bot.slack import forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.views import amend, cancel, outcome
from bot.slack.views import hand_over as views
from bot.slack.views import problem as problem_views

NOBODY = Problem(N_("Nobody else hosts this event type, so there is nobody to hand it over to."))


class HandOver:
    """The flow that gives a round robin's booking to another host."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.view(ids.HAND_OVER)(self.on_submitted)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        metadata = str(body["view"].get("private_metadata") or "")
        busy = cancel.busy(ids.HAND_OVER, metadata, self._deps.command)
        await ack(response_action="update", view=busy)
        self._deps.later(body, client, self._hand_over)

    async def start(self, exchange: Exchange, ref: str) -> None:
        """Open the modal at once, then look who is free."""
        exchange.doing = "handed over"
        await exchange.begin(cancel.loading(ids.HAND_OVER, ref))
        await self._draw(exchange, ref)

    async def _draw(self, exchange: Exchange, ref: str, problem: Problem | None = None) -> None:
        reader = await exchange.reader_without_store() if problem else await exchange.reader()
        desk = await exchange.keeping(ref)
        row = await desk.managing.snapshot(reader, ref, Action.HAND_OVER)
        candidates = await desk.amending.hosts_for(reader, ref)
        if not candidates:
            await exchange.show(problem_views.modal(NOBODY))
            return
        asked = views.questions(row, candidates, forms.values(exchange.asked.view))
        metadata = f"{ref}|{holders_mark(row)}"
        reading = exchange.reading(reader)
        await exchange.show(amend.modal(ids.HAND_OVER, row, reading, asked, problem, metadata))

    async def _hand_over(self, exchange: Exchange) -> None:
        exchange.doing = "handed over"
        ref, __, held_by = exchange.asked.metadata.partition("|")
        exchange.rescue = self._rescue(exchange, ref)
        state = forms.values(exchange.asked.view)
        reader = await exchange.reader()
        await exchange.note(Action.HAND_OVER.value, ref)
        desk = await exchange.keeping(ref)
        done = await desk.amending.hand_over(
            reader, ref, _host_id(state), forms.text(state, ids.REASON), held_by
        )
        desk.lookup.drop_slots()
        by = reader.member.name
        await self._deps.announcements.handed_over(done.after.seen, by)
        await exchange.finish(outcome.handed_over(done, exchange.reading(reader)))

    def _rescue(self, exchange: Exchange, ref: str) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            if not (problem.retry or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            await self._draw(exchange, ref, problem)

        return again


def _host_id(state: forms.State) -> int | None:
    """Whom it goes to; None for the next one who is free."""
    chosen = forms.text(state, ids.HOST)
    if chosen == views.NEXT:
        return None
    if not (chosen.isascii() and chosen.isdigit()):
        raise Expired
    return int(chosen[:18])
