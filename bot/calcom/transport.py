"""Sending a request: the key, the version header, time limits, retries, our limit and the log.

One line is logged for each request that leaves, with the path's template in place of the path:
a booking's uid is a capability, and v1's key travels in the query. For the same reason the URL
that httpx holds (and logs) prints as the template as well.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
import stamina
import structlog

from bot.calcom.errors import Answer, Lost, Unreadable, refusal
from bot.calcom.limits import Clock, Window
from bot.domain.errors import NotAuthorised, RateLimited, Refused, Unavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

Value = str | int | bool | None

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
"""The connection did not come about, so the server knows nothing of the request."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """All in seconds.

    Attributes:
        connect: To reach the server.
        read: For the answer to a read.
        write: For the answer to a write: Cal.com waits for its own webhooks before it answers.
        retrying: For all tries of a read together.
        tries: How often a read is tried at most.
        first_wait: Before the second try; doubled, with jitter, before each other.
    """

    connect: float = 3.0
    read: float = 10.0
    write: float = 20.0
    retrying: float = 10.0
    tries: int = 3
    first_wait: float = 0.2


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        path: A template below the base URL, such as `/bookings/{uid}/cancel`.
        ids: What goes into the template's braces.
        version: The `cal-api-version`, where the resource has one.
        query: Parameters; those that are None are left out.
        action: What a write does (`create`, `cancel` ...), for reading its refusal.
        reserved: Whether it may use the places kept back in the limit.
        tries: How often it may be tried, where less than usual.
        own_limit: Whether the server counts it apart: being refused says nothing about others.
    """

    method: str
    path: str
    ids: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    version: str | None = None
    query: Mapping[str, Value] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    action: str = ""
    reserved: bool = False
    tries: int | None = None
    own_limit: bool = False


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What became of one request, for whoever counts: the path's template, the status (or the
    error's name), and how many requests the limit leaves, where the server says so."""

    method: str
    path: str
    outcome: int | str
    seconds: float
    remaining: int | None = None


Told = Callable[[Exchanged], None]


def untold(_exchanged: Exchanged) -> None:
    """For nobody who counts."""


class Keys(Protocol):
    """An account's credential. Both may raise `SchedulingError`s."""

    async def key(self) -> str:
        """The one that is good for a request now."""
        ...

    async def refused(self, key: str) -> None:
        """Cal.com does not take this one (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class OneKey:
    """A key that never changes."""

    value: str = field(repr=False)

    async def key(self) -> str:
        return self.value

    async def refused(self, key: str) -> None:
        """There is no other."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API is, and with what it is asked."""

    base_url: str
    keys: Keys
    key_in_query: bool = False


class _Unanswered(Exception):
    """No usable answer. The text is a status or the name of a network error, nothing more."""


class _NotSent(_Unanswered):
    """It did not even leave."""


class _UnloggedURL(httpx.URL):
    """A URL that prints as the template of its path."""

    shown = ""

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        return f"URL({self.shown!r})"


class Transport:
    """Sends calls to one server for one account. Raises only `SchedulingError`s."""

    def __init__(
        self,
        server: Server,
        http: httpx.AsyncClient,
        window: Window,
        clock: Clock,
        timeouts: Timeouts,
        *,
        told: Told = untold,
    ) -> None:
        self._server = server
        self._http = http
        self._window = window
        self._clock = clock
        self._timeouts = timeouts
        self._told = told

    async def read(self, call: Call, decode: Callable[[Any], T]) -> T:
        """The decoded answer; tried again on 5xx and on network errors.

        Raises:
            Unavailable: No answer within the tries and the time.
        """
        tries = call.tries or self._timeouts.tries
        try:
            async for attempt in stamina.retry_context(
                on=_Unanswered,
                attempts=tries,
                timeout=self._timeouts.retrying,
                wait_initial=self._timeouts.first_wait,
                wait_max=self._timeouts.first_wait * 10,
                wait_jitter=self._timeouts.first_wait,
            ):
                with attempt:
                    body = await self._answer(call, self._timeouts.read, attempt.num)
        except _Unanswered as error:
            raise Unavailable(str(error)) from None
        return decode(body)

    async def write(self, call: Call, decode: Callable[[Any], T]) -> T:
        """The decoded answer; sent once.

        Raises:
            Lost: It was sent, and what came of it is not known.
            Unavailable: It was not sent.
        """
        try:
            return decode(await self._answer(call, self._timeouts.write, 1))
        except _NotSent as error:
            raise Unavailable(str(error)) from None
        except (_Unanswered, Unreadable) as error:
            raise Lost(str(error)) from None

    async def _answer(self, call: Call, patience: float, attempt: int) -> Any:
        key = await self._server.keys.key()
        response = await self._send(call, self._request(call, key, patience), patience, attempt)
        try:
            return self._body(call, key, response)
        except NotAuthorised:
            await self._server.keys.refused(key)
            raise

    async def _send(
        self, call: Call, request: httpx.Request, patience: float, attempt: int
    ) -> httpx.Response:
        """Raises `_Unanswered`, and `_NotSent` where the server cannot know of it."""
        await self._window.enter(reserved=call.reserved)
        started = perf_counter()
        outcome: int | str = "cancelled"
        remaining: int | None = None
        try:
            # httpx limits each wait on the socket; this limits them together.
            async with asyncio.timeout(self._timeouts.connect + patience):
                response = await self._http.send(request, follow_redirects=False)
            outcome, remaining = response.status_code, _remaining(response.headers)
        except NEVER_SENT as error:
            outcome = type(error).__name__
            raise _NotSent(outcome) from None
        except (httpx.HTTPError, TimeoutError) as error:
            outcome = type(error).__name__
            raise _Unanswered(outcome) from None
        finally:
            seconds = perf_counter() - started
            self._told(Exchanged(call.method, call.path, outcome, seconds, remaining))
            log.info(
                "calcom_request",
                method=call.method,
                path=call.path,
                status=outcome,
                seconds=round(seconds, 3),
                attempt=attempt,
            )
        return response

    def _request(self, call: Call, key: str, patience: float) -> httpx.Request:
        connect = self._timeouts.connect
        try:
            request = self._http.build_request(
                call.method,
                self._server.base_url + _filled(call),
                params=self._query(call, key) or None,
                headers=self._headers(call, key),
                json=call.body,
                timeout=httpx.Timeout(patience, connect=connect, pool=connect),
            )
        except (UnicodeError, httpx.InvalidURL):
            raise Refused("text that cannot be sent") from None
        url = _UnloggedURL(request.url)
        url.shown = self._server.base_url + call.path
        request.url = url
        return request

    def _query(self, call: Call, key: str) -> dict[str, str]:
        query = {name: _said(value) for name, value in call.query.items() if value is not None}
        if self._server.key_in_query:
            query["apiKey"] = key
        return query

    def _headers(self, call: Call, key: str) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if not self._server.key_in_query:
            headers["Authorization"] = f"Bearer {key}"
        if call.version:
            headers["cal-api-version"] = call.version
        return headers

    def _body(self, call: Call, key: str, response: httpx.Response) -> Any:
        """The JSON of a good answer; None where it has no body.

        Raises:
            SchedulingError: What a refusing answer stands for.
            _Unanswered: 5xx, which for a write leaves open whether it was done.
        """
        if response.is_success:
            return self._json(response) if response.content else None
        text = response.text
        if key:
            text = text.replace(key, "***")
        error = refusal(
            Answer(response.status_code, text, response.headers, call.action), self._clock()
        )
        if isinstance(error, RateLimited) and not call.own_limit:
            self._window.block(error.until)
        if response.status_code >= 500 and isinstance(error, Unavailable):
            raise _Unanswered(f"HTTP {response.status_code}")
        raise error

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except (ValueError, RecursionError):
            raise Unreadable("an answer that is no JSON") from None


def _remaining(headers: Mapping[str, str]) -> int | None:
    """What the tightest of the limits leaves; v2 has a header for each of them."""
    left = [
        int(value)
        for name, value in headers.items()
        if name.lower().startswith("x-ratelimit-remaining") and value.isdecimal()
    ]
    return min(left, default=None)


def _filled(call: Call) -> str:
    return call.path.format(
        **{name: quote(str(value), safe="") for name, value in call.ids.items()}
    )


def _said(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
