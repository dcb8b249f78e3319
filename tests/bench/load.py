"""A load generator: signed requests over so many keep-alive connections, as fast as they are
answered.

Each connection has one request under way at a time. Nothing is parsed of an answer but its status
and its length, so that the generator takes little of the machine that it shares with the server.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlsplit

PATIENCE = 15.0
"""Seconds for one answer; a server that takes longer ends the run."""

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Load:
    """What came of it: `latencies` in seconds, one for each answer; how often each status came."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers with status 200, per second."""
        return self.statuses[200] / self.seconds


def encoded(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _HEAD_END + body


async def send(
    url: str, requests: Sequence[bytes], *, connections: int, seconds: float, again: bool = False
) -> Load:
    """Send the requests in order, until the time or the requests are up.

    Args:
        again: Begin from the first request when all were sent; then only the time ends it.

    Raises:
        ConnectionError: The server hung up. TimeoutError: it did not answer.
    """
    where = urlsplit(url)
    assert where.hostname
    assert where.port
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(_Connection, where.hostname, where.port)
        for _ in range(connections)
    ]
    load = Load(0.0)
    source = _Source(requests, again=again)
    started = perf_counter()
    try:
        async with asyncio.TaskGroup() as group:
            for _, connection in made:
                group.create_task(_drive(connection, source, load, started + seconds))
    finally:
        load.seconds = perf_counter() - started
        for transport, _ in made:
            transport.close()
    return load


async def _drive(connection: "_Connection", source: "_Source", load: Load, ends_at: float) -> None:
    while perf_counter() < ends_at and (request := source.next()) is not None:
        began = perf_counter()
        status = await connection.ask(request)
        load.latencies.append(perf_counter() - began)
        load.statuses[status] += 1


@dataclass(slots=True)
class _Source:
    """The requests, handed out to all connections."""

    requests: Sequence[bytes]
    again: bool
    at: int = 0

    def next(self) -> bytes | None:
        if self.at == len(self.requests):
            if not self.again:
                return None
            self.at = 0
        self.at += 1
        return self.requests[self.at - 1]


class _Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._got = bytearray()
        self._waiting: asyncio.Future[int] | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of its answer."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await asyncio.wait_for(self._waiting, PATIENCE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        head_end = self._got.find(_HEAD_END)
        if head_end < 0 or self._waiting is None:
            return
        length = _LENGTH.search(self._got, 0, head_end)
        end = head_end + len(_HEAD_END) + (int(length[1]) if length else 0)
        if len(self._got) < end:
            return
        status = int(self._got[9:12])
        del self._got[:end]
        if not self._waiting.done():
            self._waiting.set_result(status)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError("the server hung up"))
