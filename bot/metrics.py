"""What `/metrics` shows: one registry per bot, counted at the seams.

Labels are words of ours, of Slack's or of Cal.com's, and few of each: never an id, a name, an
address, or a path with something of somebody in it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.calcom.transport import Exchanged
from bot.domain.records import Kind, Registration, Waiting

log = structlog.get_logger(__name__)

READ_SECONDS: Final = 1.0
"""The longest that a scrape waits for what the store knows; it is left out then."""
MOST_WORDS: Final = 40
"""So many different words a label has at most; the others are `other`."""
LAGS: Final = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200)
CALLS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the store knows at the time of a scrape."""

    now: datetime
    inbox: Waiting
    outbox: Waiting
    registrations: tuple[Registration, ...] = ()


Read = Callable[[], Awaitable[Backlog]]


@dataclass(slots=True)
class Few:
    """Keeps a label to few words, whatever comes from outside."""

    _known: set[str] = field(default_factory=set)

    def __call__(self, word: str) -> str:
        if word not in self._known and len(self._known) >= MOST_WORDS:
            return "other"
        self._known.add(word)
        return word


class Metrics:
    """`Counts` of the services, and what Slack's and Cal.com's clients tell."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._words: dict[str, Few] = {}
        self._came = self._counter("webhooks", "Webhooks that came, by what was done", "outcome")
        self._taken = self._counter("inbox_taken", "What was decided", "what", "outcome")
        self._sent = self._counter("messages", "Messages, or why not", "kind", "outcome")
        self._lag = self._seconds("delivery_lag", "From the webhook to the message", LAGS, "kind")
        self._slack = self._counter("slack_requests", "Calls of Slack", "method", "status")
        self._slack_time = self._seconds("slack_request", "Calls of Slack", CALLS, "method")
        self._cal = self._counter("calcom_requests", "Calls of Cal.com", "method", "path", "status")
        self._cal_time = self._seconds(
            "calcom_request", "Calls of Cal.com", CALLS, "method", "path"
        )
        self._left = Gauge(
            "calbot_calcom_limit_remaining",
            "Requests that Cal.com's limit last left",
            registry=self.registry,
        )
        self._polls = self._counter("polls", "Looks for what changed at Cal.com", "outcome")
        self._sightings = self._counter("sightings", "Bookings seen by polling that were news")

    def came(self, outcome: str) -> None:
        self._came.labels(self._few("came", outcome)).inc()

    def taken(self, what: str, outcome: str) -> None:
        self._taken.labels(what, self._few("taken", outcome)).inc()

    def sent(self, kind: Kind, outcome: str, lag: float | None = None) -> None:
        self._sent.labels(kind.value, self._few("sent", outcome)).inc()
        if lag is not None:
            self._lag.labels(kind.value).observe(max(lag, 0.0))

    def polled(self, outcome: str, sightings: int = 0) -> None:
        self._polls.labels(self._few("polled", outcome)).inc()
        self._sightings.inc(sightings)

    def slack_called(self, method: str, status: str, seconds: float) -> None:
        named = self._few("slack", method)
        self._slack.labels(named, status).inc()
        self._slack_time.labels(named).observe(seconds)

    def calcom_called(self, call: Exchanged) -> None:
        self._cal.labels(call.method, call.path, self._few("calcom", str(call.outcome))).inc()
        self._cal_time.labels(call.method, call.path).observe(call.seconds)
        if call.remaining is not None:
            self._left.set(call.remaining)

    async def page(self, read: Read) -> tuple[bytes, str]:
        """Everything in Prometheus's text form, and its content type."""
        return generate_latest(self.registry) + await _backlog(read), CONTENT_TYPE_LATEST

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"calbot_{name}", says, labels, registry=self.registry)

    def _seconds(self, name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(
            f"calbot_{name}_seconds", says, labels, buckets=buckets, registry=self.registry
        )

    def _few(self, label: str, word: str) -> str:
        return self._words.setdefault(label, Few())(word)


async def _backlog(read: Read) -> bytes:
    """What waits, read now; nothing where the store does not answer in time."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            found = await read()
    except Exception as error:  # the counters are worth having all the same
        log.warning("backlog_not_read", kind=type(error).__name__)
        return b""
    registry = CollectorRegistry()
    waiting, aside, oldest = (
        Gauge(f"calbot_{name}", says, ("where",), registry=registry)
        for name, says in (
            ("waiting", "What waits to be done"),
            ("aside", "What is not tried any more"),
            ("oldest_seconds", "The age of the oldest that waits"),
        )
    )
    for where, amount in (("inbox", found.inbox), ("outbox", found.outbox)):
        waiting.labels(where).set(amount.count)
        aside.labels(where).set(amount.aside)
        age = (found.now - amount.oldest).total_seconds() if amount.oldest else 0.0
        oldest.labels(where).set(max(age, 0.0))
    kept = Gauge(
        "calbot_registrations", "Webhooks kept at Cal.com", ("level", "state"), registry=registry
    )
    for each in found.registrations:
        state = "failed" if each.error else "made" if each.webhook_id else "wanted"
        kept.labels(each.level.value, state).inc()
    return generate_latest(registry)


def slack_traces(metrics: Metrics, api_url: str) -> aiohttp.TraceConfig:
    """What counts every call over the session that all of Slack's clients share."""
    api = urlsplit(api_url)

    def method_of(url: str) -> str:
        parts = urlsplit(url)
        if (parts.netloc, parts.path.startswith(api.path)) != (api.netloc, True):
            return "response_url"
        called = parts.path.removeprefix(api.path)
        return called if called and "/" not in called else "response_url"

    def told(context: SimpleNamespace, url: str, status: str) -> None:
        seconds = asyncio.get_running_loop().time() - context.started
        method = method_of(url)
        metrics.slack_called(method, status, seconds)
        log.debug("slack_request", method=method, status=status, seconds=round(seconds, 3))

    async def on_start(_session: object, context: SimpleNamespace, _params: object) -> None:
        context.started = asyncio.get_running_loop().time()

    async def on_end(
        _session: object, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        told(context, str(params.url), str(params.response.status))

    async def on_error(
        _session: object, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        told(context, str(params.url), type(params.exception).__name__)

    traces = aiohttp.TraceConfig()
    traces.on_request_start.append(on_start)
    traces.on_request_end.append(on_end)
    traces.on_request_exception.append(on_error)
    return traces
