"""Any ASGI application behind a real socket, for clients that cannot speak ASGI directly.

Loopback only, in the running event loop, without signal handlers, so that tests and the `sandbox`
command can have as many servers as they like.
"""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

GRACE = 0.5
"""Seconds that requests under way get to finish before a stop cancels them."""
TICK = 0.1
"""Seconds in which uvicorn counts: at every tenth tick it sets the Date header anew."""
LOOK_EVERY = 0.002
"""Seconds between two looks whether the last connection has closed."""


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, *, port: int = 0) -> AsyncIterator[str]:
    """Serves `app` on 127.0.0.1 and gives its base URL (no trailing slash); 0 takes a free port.

    The lifespan of the application has started when the URL is given, and has ended when the block
    is left. Streams and websockets still open then are cancelled. Raises RuntimeError when the
    application's start-up fails, OSError when the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio sets it on sockets of its own only; without it every answer takes 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.closing(listener):
        listener.bind(("127.0.0.1", port))
        requests = _Requests(app)
        server = _Server(_config(requests))
        running = asyncio.create_task(_run(server, listener))
        try:
            await server.until_started(running)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.stop()
            await requests.stop()
            await running


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="auto",
        # uvicorn's other implementation sits on a deprecated part of `websockets`.
        ws="websockets-sansio",
        timeout_graceful_shutdown=5,
        # Longer than its clients keep a connection: who hangs up while the other writes loses it.
        timeout_keep_alive=75,
    )


async def _run(server: "_Server", listener: socket.socket) -> None:
    try:
        await server.serve(sockets=[listener])
    except SystemExit:  # what uvicorn answers a failed start-up with
        return


class _Server(uvicorn.Server):
    """A uvicorn server that leaves the signals alone, says when it listens and stops at once.

    uvicorn's own looks ten times a second whether it is to stop, and waits as long for its clients.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._listening = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        for tick in itertools.count():
            if await self.on_tick(tick):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - no event there
                    await asyncio.sleep(LOOK_EVERY)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._listening.set()

    async def until_started(self, running: "asyncio.Task[None]") -> None:
        listening = asyncio.create_task(self._listening.wait())
        await asyncio.wait({listening, running}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if not self.started:
            raise RuntimeError("the application did not start")


class _Requests:
    """Knows the requests under way, so that endless ones can be ended at a stop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[object]] = set()
        self._stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if scope["type"] == "lifespan" or task is None:
            await self._app(scope, receive, send)
            return
        self._tasks.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._tasks.discard(task)

    async def stop(self) -> None:
        self._stopping = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=GRACE)
        for task in set(self._tasks):
            task.cancel()
