"""Runs of our steps, each kept from when Slack told of it until Slack has been answered.

Slack tells once: what it has an acknowledgement for it never sends again, and a workflow waits for
its step as long as it takes. So a run is written down right after the acknowledgement, before
anything else is done; then what came of it is, before Slack is told. Where a process dies in
between, whoever comes when the lease is over goes on from what is written. (A process that dies
between the acknowledgement and that first line leaves a run that nobody knows of: the workflow's
author sees it unfinished, and can start it again.)
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import (
    NotAuthorised,
    PlaceError,
    RateLimited,
    StoreUnavailable,
    Unavailable,
    Unclear,
    UnknownOutcome,
)
from bot.domain.people import Reader
from bot.domain.records import Run
from bot.domain.wording import ENGLISH, _, speaking
from bot.services.booking import FOUND_OUT_AFTER, StillWorking
from bot.services.trying import WORK
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import OWN_FAULT, Problem
from bot.slack.payloads import Asked
from bot.slack.place_errors import code_of, place_errors

LEASE: Final = FOUND_OUT_AFTER
"""An attempt to book is by then as old as it has to be to find out what became of it."""
LOOK_EVERY: Final = timedelta(seconds=15)
UNSETTLED: Final = timedelta(hours=1)
"""How long it is tried to find out what came of it; then the step fails."""
UNTOLD: Final = timedelta(days=1)
"""How long it is tried to tell Slack."""
OVER: Final = frozenset({"execution_not_in_running_state", "function_execution_not_found"})
"""What Slack says of a run that it was told of, or that somebody stopped."""
NOT_YET: Final = (UnknownOutcome, StillWorking)
"""What was sent may have been done: somebody finds out later."""
NOT_NOW: Final = (Unavailable, RateLimited, NotAuthorised, StoreUnavailable)
"""After it the same step may be run again; but whoever takes up a change that another has begun
cannot say that nothing was done."""

log = structlog.get_logger(__name__)

Outputs = dict[str, Any]
Step = Callable[[Exchange, Reader, Run], Awaitable[Outputs]]


@dataclass(slots=True)
class Runs:
    """Carries them out, each once, whatever dies in the middle."""

    deps: Deps
    steps: Mapping[str, Step]
    _look_at: datetime | None = field(default=None, init=False)

    def told(self, body: Mapping[str, Any], asked: Asked) -> Run | None:
        """What Slack has told of; None where it is no step of ours."""
        event, now = body["event"], self.deps.clock()
        run = str(event.get("function_execution_id") or "")
        step = str((event.get("function") or {}).get("callback_id"))
        inputs = event.get("inputs")
        if step not in self.steps or not run or not isinstance(inputs, Mapping):
            return None
        given = {name: value for name, value in inputs.items() if name != "user_context"}
        return Run(run, asked.team_id, asked.user_id, step, given, now, now)

    async def begin(self, exchange: Exchange, run: Run) -> None:
        """Keep it, and carry it out; one that was told of before is somebody's already."""
        exchange.rescue = partial(self._tell_problem, exchange.client, run)
        if await self.deps.runs.begin(run):
            await self._carry_out(exchange, run)

    async def take_up(self) -> bool:
        """A chore: one that somebody has left in the middle."""
        now = self.deps.clock()
        if self._look_at and now < self._look_at:
            return False
        run = await self.deps.runs.take(now, now - LEASE)
        if run is None:
            self._look_at = now + LOOK_EVERY
            return False
        log.info("step_taken_up", run=run.id, step=run.step, done=run.answer is not None)
        try:
            client = await self.deps.client_for(run.team_id)
        except PlaceError as error:
            await self._not_told(run, error.code)
            return True
        if run.answer is not None:
            await self._tell(client, run)
            return True
        asked = Asked(run.team_id, run.user_id, run.team_id)
        exchange = Exchange(self.deps, client, asked)
        with speaking(ENGLISH):  # until it is known for whom; and no longer than for this one
            await self._again(exchange, run)
        return True

    async def _again(self, exchange: Exchange, run: Run) -> None:
        """What takes longer than a worker's round may is left in the middle once more."""
        try:
            async with asyncio.timeout(WORK):
                await exchange.carry_out(partial(self._carry_out, run=run))
        except TimeoutError:
            log.warning("step_cut_short", run=run.id, step=run.step)

    async def _carry_out(self, exchange: Exchange, run: Run) -> None:
        failed = exchange.rescue = partial(self._failed, exchange.client, run)
        try:
            if not run.user_id:
                raise Unclear(
                    _(
                        "Slack did not say who runs this workflow. Nothing was done. Put a step "
                        "with a button before this one: whoever presses it runs the rest."
                    )
                )
            outputs = await self.steps[run.step](exchange, await exchange.reader(), run)
        except (*NOT_YET, *NOT_NOW) as error:
            if isinstance(error, NOT_NOW) and not (run.again and exchange.changed):
                raise
            exchange.rescue, exchange.doing = partial(self._leave, failed, run), ""
            raise UnknownOutcome("it is found out when the run is taken up again") from error
        await self._answer(exchange.client, run, {"outputs": outputs})

    async def _failed(self, client: AsyncWebClient, run: Run, problem: Problem) -> None:
        await self._answer(client, run, {"error": problem.named})

    async def _tell_problem(self, client: AsyncWebClient, run: Run, problem: Problem) -> None:
        """There is nobody to write it down: it ends here and now."""
        await self._tell(client, replace(run, answer={"error": problem.named}))

    async def _leave(
        self, failed: Callable[[Problem], Awaitable[None]], run: Run, problem: Problem
    ) -> None:
        """Nothing is told as long as it may be another thing in a while."""
        if run.begun_at <= self.deps.clock() - UNSETTLED:
            await failed(problem)

    async def _answer(self, client: AsyncWebClient, run: Run, answer: Mapping[str, Any]) -> None:
        """It is done, and is not done again."""
        try:
            done = await self.deps.runs.answered(run, answer, self.deps.clock())
        except StoreUnavailable:
            done = replace(run, answer=answer)
        if done:  # else somebody else has taken it up, and tells
            await self._tell(client, done)

    async def _tell(self, client: AsyncWebClient, run: Run) -> None:
        """Tell Slack; what it does not take now is left to whoever takes the run up again."""
        assert run.answer is not None
        outputs, error = run.answer.get("outputs"), run.answer.get("error")
        try:
            with place_errors():
                if outputs is None:
                    await client.functions_completeError(
                        function_execution_id=run.id, error=error or ""
                    )
                else:
                    await client.functions_completeSuccess(
                        function_execution_id=run.id, outputs=outputs
                    )
        except PlaceError as failure:
            await self._not_told(run, failure.code)
            return
        except SlackApiError as refusal:
            code = code_of(refusal)
            log.warning("step_answer_refused", run=run.id, step=run.step, why=code)
            if outputs is not None and code not in OVER:  # they are not as the manifest says
                sentence = _(OWN_FAULT).format(command=self.deps.command, reference=run.id)
                await self._tell(client, replace(run, answer={"error": sentence}))
                return
        await self._end(run)

    async def _not_told(self, run: Run, why: str) -> None:
        log.warning("step_not_told", run=run.id, step=run.step, why=why)
        if run.begun_at <= self.deps.clock() - UNTOLD:
            await self._end(run)

    async def _end(self, run: Run) -> None:
        try:
            await self.deps.runs.end(run)
        except StoreUnavailable:  # it is told once more, and Slack says that it is over
            log.warning("step_not_ended", run=run.id, step=run.step)
