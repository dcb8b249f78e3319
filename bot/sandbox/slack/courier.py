"""Brings payloads to the app, waits as long as Slack does, and keeps the record.

Source: docs.slack.dev, interactivity/handling-user-interaction (3 seconds), apis/events-api.
"""

import asyncio
from collections.abc import Mapping

from bot.sandbox.slack.delivery import Answer, HttpTransport, Parcel, Post, Transport
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.record import Delivery
from bot.sandbox.slack.screen import PersonCannot
from bot.sandbox.slack.workspace import Workspace

RETRIES = 3


class Courier:
    """`post` is the app's request URL; `transport` takes its place (Socket Mode).

    `patience`: how many seconds an answer may take, of real time or of the workspace's clock.
    """

    def __init__(
        self,
        workspace: Workspace,
        post: Post | None,
        transport: Transport | None,
        patience: float,
    ) -> None:
        self._workspace = workspace
        self._http = HttpTransport(lambda: workspace.app.signing_secret, post) if post else None
        self._transport = transport or self._http
        self._patience = patience
        self._unanswered: set[asyncio.Task[Answer]] = set()

    async def aclose(self) -> None:
        """Ends the deliveries that never got an answer."""
        for task in self._unanswered:
            task.cancel()
        await asyncio.gather(*self._unanswered, return_exceptions=True)

    async def interactive(self, payload: Json) -> Delivery:
        return await self.deliver(Parcel("interactive", payload))

    async def command(self, payload: Json) -> Delivery:
        return await self.deliver(Parcel("slash_commands", payload))

    async def event(self, payload: Json) -> Delivery:
        """Up to four times, while it is not answered with 2xx.

        The pauses between the tries (none, 1 and 5 minutes at Slack) are left out.
        """
        delivery = await self.deliver(Parcel("events_api", payload))
        for number in range(1, RETRIES + 1):
            fine = delivery.status is not None and 200 <= delivery.status < 300
            if fine or delivery.headers.get("x-slack-no-retry") == "1":
                break
            retry = (number, _reason(delivery))
            delivery = await self.deliver(Parcel("events_api", payload, retry))
        return delivery

    async def again(self, delivery: Delivery) -> Delivery:
        """The same payload once more, freshly signed."""
        payload = dict(delivery.payload)
        if delivery.kind == "slash_command":
            return await self.command(payload)
        if delivery.kind == "event_callback":
            return await self.deliver(Parcel("events_api", payload, (1, "http_timeout")))
        return await self.interactive(payload)

    async def raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._http is None:
            raise PersonCannot("there is no request URL")
        return await self._http.raw(body, headers)

    async def deliver(self, parcel: Parcel) -> Delivery:
        if self._transport is None:
            raise PersonCannot("the app is not connected")
        started = self._workspace.clock()
        task = asyncio.ensure_future(self._transport.deliver(parcel))
        self._unanswered.add(task)
        task.add_done_callback(self._finished)
        await asyncio.wait({task}, timeout=self._patience)
        took = (self._workspace.clock() - started).total_seconds()
        delivery = _delivery(parcel, task, late=took > self._patience or not task.done())
        self._workspace.sent.append(delivery)
        self._workspace.changed()
        return delivery

    def _finished(self, task: "asyncio.Task[Answer]") -> None:
        self._unanswered.discard(task)
        if not task.cancelled():
            task.exception()  # looked at here, so that nothing is reported as never retrieved


def _delivery(parcel: Parcel, task: "asyncio.Task[Answer]", *, late: bool) -> Delivery:
    slash = parcel.kind == "slash_commands"
    kind = "slash_command" if slash else str(parcel.payload["type"])
    if late:
        return Delivery(kind, parcel.payload, None, b"", late=True)
    if task.cancelled() or task.exception() is not None:
        return Delivery(kind, parcel.payload, None, b"")
    answer = task.result()
    return Delivery(kind, parcel.payload, answer.status, answer.body, headers=answer.headers)


def _reason(delivery: Delivery) -> str:
    if delivery.late:
        return "http_timeout"
    return "connection_failed" if delivery.status is None else "http_error"
