"""Steps of workflows: find times, book, cancel; each ends with what it gives, or with a sentence.

Slack does not say who started a workflow: `user_id` is whom its author chose. So nothing more is
done in a member's name than what anybody can do with a booking link, and what was booked so can be
cancelled so.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action
from bot.domain.commands import parse
from bot.domain.errors import Denied, InvalidAnswer, Unclear
from bot.domain.event_types import EventType
from bot.domain.people import Reader
from bot.domain.slots import Slot
from bot.domain.wording import N_, _
from bot.services.booking import StillWorking
from bot.services.offers import Offer
from bot.slack import ids, ordering
from bot.slack.bookform import BookForm
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.listeners.slots import find, window
from bot.slack.place_errors import code_of
from bot.slack.steps import EVENT
from bot.slack.views import outcome

TIMES, MOST_TIMES = 5, 50
OVER = frozenset({"execution_not_in_running_state", "function_execution_not_found"})
"""What Slack says of a run that was told of twice, or that somebody stopped."""

log = structlog.get_logger(__name__)

Outputs = dict[str, Any]
Step = Callable[[Exchange, Reader, Mapping[str, Any]], Awaitable[Outputs]]


class Steps:
    """Carries them out, each by the same use cases as the commands."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._steps: dict[str, Step] = {
            ids.FIND_TIMES: self._find_times,
            ids.BOOK_STEP: self._book,
            ids.CANCEL_STEP: self._cancel,
        }

    def register(self, app: AsyncApp) -> None:
        app.event(EVENT)(self.on_executed)

    async def on_executed(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        event = body["event"]
        run = str(event.get("function_execution_id") or "")
        step = self._steps.get(str((event.get("function") or {}).get("callback_id")))
        inputs = event.get("inputs")
        if step is None or not run or not isinstance(inputs, Mapping):
            return

        async def work(exchange: Exchange) -> None:
            async def failed(problem: Problem) -> None:
                with _ended_before():
                    await client.functions_completeError(
                        function_execution_id=run, error=problem.text
                    )

            exchange.rescue = failed
            if not exchange.asked.user_id:
                raise Unclear(_("The step has to be told in whose name it is done."))
            reader = await exchange.reader()
            try:
                outputs = await step(exchange, reader, {**inputs, "run": run})
            except StillWorking:  # Slack has told of it twice; the first one ends it
                return
            with _ended_before():
                await client.functions_completeSuccess(function_execution_id=run, outputs=outputs)

        self._deps.later(body, client, work)

    async def _find_times(
        self, exchange: Exchange, reader: Reader, inputs: Mapping[str, Any]
    ) -> Outputs:
        reading = exchange.reading(reader)
        offer, __ = await self._offer(exchange, reader, inputs)
        day = str(inputs.get("day") or "").strip()
        when = reading.when(day) if day else None
        found = await find((await exchange.desk()).lookup, offer, None, window(when, reading))
        most = inputs.get("count")
        count = min(max(most, 1), MOST_TIMES) if isinstance(most, int) else TIMES
        slots: tuple[Slot, ...] = found.slots[:count]
        if not slots:
            raise Unclear(_("There is no open time then."))
        said = [
            f"{reading.day(reading.day_of(slot.start))}, {reading.clock(slot.start)}"
            for slot in slots
        ]
        return {"times": "\n".join(said), "first": int(slots[0].start.timestamp())}

    async def _book(self, exchange: Exchange, reader: Reader, inputs: Mapping[str, Any]) -> Outputs:
        exchange.doing = "booked"
        await exchange.note("book")
        __, event_type = await self._offer(exchange, reader, inputs)
        form = await self._form(reader, inputs)
        desk = await exchange.desk()
        order = ordering.request(form, event_type, reader, ())
        seen, *_rest = await desk.bookings.book(reader.member, order)
        await exchange.note_of(seen.ref, seen.account)
        desk.lookup.drop_slots()
        await self._deps.sharing.changed(event_type.id, seen.booking.hosts)
        when = outcome.when(seen.booking, exchange.reading(reader))
        return {"title": seen.booking.title, "when": when, "reference": seen.ref}

    async def _cancel(
        self, exchange: Exchange, reader: Reader, inputs: Mapping[str, Any]
    ) -> Outputs:
        exchange.doing = "cancelled"
        ref = str(inputs.get("reference") or "")
        await exchange.note(Action.CANCEL.value, ref)
        desk = await exchange.keeping(ref)
        row = await desk.managing.snapshot(reader, ref, Action.CANCEL)
        if not row.stake.booked_it:
            raise Denied(N_("whoever booked it from Slack"))
        said = str(inputs.get("reason") or "") or _("Cancelled by a workflow in Slack")
        change = await desk.managing.cancel(reader, ref, said)
        desk.lookup.drop_slots()
        booking = change.before.booking
        when = outcome.when(booking, exchange.reading(reader))
        return {"title": booking.title, "when": when}

    async def _offer(
        self, exchange: Exchange, reader: Reader, inputs: Mapping[str, Any]
    ) -> tuple[Offer, EventType]:
        """What is meant by the event type's name or link."""
        what = parse(f"slots {inputs.get('event_type') or ''}").what
        offer = await (await exchange.desk()).lookup.offer(reader, what)
        if offer.chosen is None or offer.chosen.hidden:
            raise Unclear(_("The step has to be told which event type is meant."))
        return offer, offer.chosen

    async def _form(self, reader: Reader, inputs: Mapping[str, Any]) -> BookForm:
        """The order as a form that was filled in; its key is the run's, so that a step that Slack
        starts again books once."""
        start = inputs.get("start")
        if not isinstance(start, int) or not 0 < start < 2**40:
            raise InvalidAnswer("start", _("Choose a time."))
        name, email = str(inputs.get("name") or ""), str(inputs.get("email") or "")
        if not email:
            member_id = str(inputs.get("attendee") or reader.member.user_id)
            (guest,) = await self._deps.people.guests(reader.member.team_id, [member_id])
            name, email = name or guest.name, guest.email
        if not ordering.ADDRESS.fullmatch(email):
            raise InvalidAnswer("email", _("This is not an e-mail address."))
        key = sha256(f"step {reader.member.team_id} {inputs['run']}".encode()).hexdigest()[:16]
        return BookForm(
            key,
            name=name or email,
            email=email,
            notes=str(inputs.get("notes") or ""),
            start=datetime.fromtimestamp(start, UTC),
        )


@contextmanager
def _ended_before() -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        if code_of(error) not in OVER:
            raise
        log.info("step_ended_before", code=code_of(error))
