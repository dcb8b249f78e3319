"""Cancel, confirm, decline, and who did not come: one press, perhaps a reason, and it is done."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action, Feature
from bot.domain.people import Reader
from bot.services.standing import Row
from bot.slack import forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.views import cancel as views
from bot.slack.views import extents, outcome, parts
from bot.slack.views import problem as problem_views

ACTIONS = {
    ids.CANCEL: Action.CANCEL,
    ids.DECLINE: Action.DECLINE,
    ids.MARK_ABSENT: Action.MARK_ABSENT,
}
DOING = {
    Action.CANCEL: "cancelled",
    Action.DECLINE: "declined",
    Action.MARK_ABSENT: "changed",
}


class Answer:
    """The flows that end with one change to a booking."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        for callback_id in ACTIONS:
            app.view(callback_id)(self.on_submitted)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        callback_id, ref = str(view["callback_id"]), str(view.get("private_metadata") or "")
        await ack(response_action="update", view=views.busy(callback_id, ref, self._deps.command))
        self._deps.later(body, client, self._carry_out)

    async def confirm(self, exchange: Exchange, ref: str) -> None:
        """Confirm at once; the answer is for the person alone."""
        exchange.doing = "confirmed"
        reader = await exchange.reader()
        row = await self._deps.managing.confirm(reader, ref)
        await exchange.say(outcome.confirmed(row, exchange.reading(reader)))

    async def cancel(self, exchange: Exchange, ref: str) -> None:
        await self._ask(exchange, ids.CANCEL, ref)

    async def decline(self, exchange: Exchange, ref: str) -> None:
        await self._ask(exchange, ids.DECLINE, ref)

    async def mark_absent(self, exchange: Exchange, ref: str) -> None:
        await self._ask(exchange, ids.MARK_ABSENT, ref)

    async def _ask(self, exchange: Exchange, callback_id: str, ref: str) -> None:
        action = ACTIONS[callback_id]
        exchange.doing = DOING[action]
        at_once = self._at_hand(exchange, callback_id, ref)
        await exchange.begin(at_once or views.loading(callback_id, ref))
        reader = await exchange.reader()
        row = await self._deps.managing.snapshot(reader, ref, action)
        modal = self._modal(exchange, callback_id, row, reader)
        if modal != at_once:
            await exchange.show(modal)

    def _at_hand(self, exchange: Exchange, callback_id: str, ref: str) -> dict[str, Any] | None:
        """The form, as far as it can be drawn without asking anybody."""
        reader = self._deps.people.last_reader(exchange.asked)
        row = reader and self._deps.managing.at_hand(reader, ref, ACTIONS[callback_id])
        if not reader or not row:
            return None
        return self._modal(exchange, callback_id, row, reader)

    async def _carry_out(self, exchange: Exchange) -> None:
        ref = exchange.asked.metadata
        callback_id = str(exchange.asked.view["callback_id"])
        exchange.doing = DOING[ACTIONS[callback_id]]
        exchange.rescue = self._rescue(exchange, callback_id, ref)
        reader = await exchange.reader()
        await exchange.finish(await self._done(exchange, reader, callback_id, ref))

    async def _done(
        self, exchange: Exchange, reader: Reader, callback_id: str, ref: str
    ) -> dict[str, Any]:
        managing, reading = self._deps.managing, exchange.reading(reader)
        state = forms.values(exchange.asked.view)
        reason = forms.text(state, ids.REASON)
        if callback_id == ids.CANCEL:
            said = reason or f"Cancelled from Slack by {reader.member.name}"
            extent = extents.read(forms.text(state, ids.EXTENT))
            change = await managing.cancel(reader, ref, said, extent)
            self._deps.lookup.drop_slots()
            return outcome.cancelled(change, reading, reason, following=extent.following)
        if callback_id == ids.DECLINE:
            return outcome.declined(await managing.decline(reader, ref, reason), reading, reason)
        row = await managing.snapshot(reader, ref, Action.MARK_ABSENT)
        emails = views.absent_emails(row.booking, forms.many(state, ids.ABSENT))
        return outcome.absence_noted(await managing.mark_absent(reader, ref, emails), reading)

    def _rescue(
        self, exchange: Exchange, callback_id: str, ref: str
    ) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            if not (problem.retry or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            reader = await exchange.reader_without_store()
            row = await self._deps.managing.snapshot(reader, ref, ACTIONS[callback_id])
            await exchange.show(self._modal(exchange, callback_id, row, reader, problem))

        return again

    def _modal(
        self,
        exchange: Exchange,
        callback_id: str,
        row: Row,
        reader: Reader,
        problem: Problem | None = None,
    ) -> dict[str, Any]:
        """The form; after a problem with what was answered before."""
        state = forms.values(exchange.asked.view) if problem else {}
        features = self._deps.managing.features
        asked = {
            ids.CANCEL: lambda: _about_cancelling(row, reader, features, state, problem),
            ids.DECLINE: lambda: _about_declining(row, state),
            ids.MARK_ABSENT: lambda: _about_absence(row, state),
        }[callback_id]()
        reading = exchange.reading(reader)
        return views.modal(callback_id, row.seen.ref, row.booking, reading, asked, problem)


def _about_cancelling(
    row: Row,
    reader: Reader,
    features: frozenset[Feature],
    state: forms.State,
    problem: Problem | None,
) -> list[Block]:
    required = row.booking.hosted_by(reader.email) or views.reason_block(problem) is not None
    asked = extents.question(row, Action.CANCEL, features, forms.text(state, ids.EXTENT))
    note = "" if asked else extents.note(row, Action.CANCEL)
    reason = views.reason(forms.text(state, ids.REASON), required=required)
    return [*([asked] if asked else []), *([parts.context(note)] if note else []), reason]


def _about_declining(row: Row, state: forms.State) -> list[Block]:
    reason = views.reason(forms.text(state, ids.REASON), required=False)
    if row.booking.recurring_uid is None:
        return [reason]
    return [parts.section("It is one of a series: *the whole series* is declined."), reason]


def _about_absence(row: Row, state: forms.State) -> list[Block]:
    return [views.who_was_absent(row.booking, forms.many(state, ids.ABSENT))]
