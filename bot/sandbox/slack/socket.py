"""Socket Mode: the app connects to us, and any one of its connections gets each payload.

Source: docs.slack.dev, apis/events-api/using-socket-mode.
"""

import asyncio
import itertools
import json
from collections.abc import Mapping
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.slack.delivery import Answer, Parcel
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.workspace import Workspace

CONNECTIONS = 10
_POLICY_VIOLATION = 1008


class SocketHub:
    """The open connections, and the payloads that wait for their acknowledgement.

    A `Transport`: `deliver` takes the connections in turn; it raises ConnectionError when there is
    none. An answer without payload is an empty 200, one with payload a 200 with that JSON.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._connections: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}
        self._turns = itertools.count()

    @property
    def connections(self) -> int:
        return len(self._connections)

    def routes(self) -> list[WebSocketRoute]:
        return [WebSocketRoute("/socket/{ticket}", self._connected)]

    async def deliver(self, parcel: Parcel) -> Answer:
        if not self._connections:
            raise ConnectionError("no Socket Mode connection")
        connection = self._connections[next(self._turns) % len(self._connections)]
        envelope_id = self._workspace.new_id("E")
        acknowledged: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = acknowledged
        try:
            await connection.send_json(_envelope(envelope_id, parcel))
            payload = await acknowledged
        finally:
            del self._waiting[envelope_id]
        headers = {"content-type": "application/json"}
        return Answer(200, headers, b"" if payload is None else json.dumps(payload).encode())

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Asks every connection to go, as Slack does before it closes them, and closes them."""
        for connection in list(self._connections):
            await connection.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            await connection.close()
            self._forget(connection)

    async def _connected(self, connection: WebSocket) -> None:
        ticket = connection.path_params["ticket"]
        if ticket not in self._workspace.socket_tickets:
            await connection.close(_POLICY_VIOLATION)
            return
        self._workspace.socket_tickets.discard(ticket)
        await connection.accept()
        if len(self._connections) >= CONNECTIONS:
            await connection.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await connection.close()
            return
        self._connections.append(connection)
        try:
            await connection.send_json(self._hello())
            self._workspace.changed()
            while True:
                self._acknowledge(await connection.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(connection)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._workspace.app.id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }

    def _forget(self, connection: WebSocket) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            self._workspace.changed()

    def _acknowledge(self, text: str) -> None:
        try:
            told: Any = json.loads(text)
        except ValueError:
            told = None
        if not isinstance(told, Mapping):
            self._workspace.fault(f"Socket Mode: not an acknowledgement: {text[:100]}")
            return
        waiting = self._waiting.get(str(told.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(told.get("payload"))


def _envelope(envelope_id: str, parcel: Parcel) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind != "events_api",
    }
    if parcel.kind == "events_api":
        number, reason = parcel.retry or (0, "")
        envelope |= {"retry_attempt": number, "retry_reason": reason}
    return envelope
