"""Where the bot listens, and the server behind it."""

import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

GRACE: Final = 3
"""Seconds that requests under way get to finish at a stop; Slack waits no longer either."""


def listening(host: str, port: int, setting: str = "PORT") -> socket.socket:
    """A socket that listens; port 0 takes a free one. `setting` is where the port comes from.

    It is taken before anything else is begun, so that a second bot on the same port changes
    nothing.

    Raises:
        SystemExit: It cannot be had; the text is a sentence that says what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            todo = f"Stop what listens there (another bot?), or set {setting} to another number."
        else:
            todo = f"Set HOST to an address of this machine, and {setting} to one that you may use."
        why = str(error.strerror).partition(" (")[0]  # Python adds the address
        raise SystemExit(f"Cannot listen on {host}:{port}: {why}. {todo}") from None
    # asyncio does so for sockets that it opens itself. Without it an answer's body waits for the
    # other side to confirm its head: 40 ms each. Connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: it would raise the signal again when it has
    stopped, and nothing after it would be closed."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=GRACE,
            )
        )

    def stop(self) -> None:
        """Take no more requests; `serve` returns when those under way have ended."""
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
