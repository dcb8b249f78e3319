"""`/cal slots`: open times by day."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.errors import Expired, SchedulingError, Unclear
from bot.domain.event_types import EventType
from bot.domain.slots import Span
from bot.domain.times import When
from bot.domain.wording import _
from bot.services.availability import Lookup
from bot.services.desks import Desk
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.forms import Pick
from bot.slack.payloads import Asked, asked
from bot.slack.views import slots as views
from bot.slack.views.reading import Reading

AHEAD = timedelta(days=31)
FARTHEST = timedelta(days=5 * 366)
SEARCH_SECONDS = 2.0
"""A menu that loads its options must have them within three seconds (Slack's limit)."""


class Slots:
    """Shows when an event type can be booked."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.SHOW_SLOTS)(self.on_show_slots)
        app.action(ids.starts(ids.SLOTS_PAGE))(self.on_page)
        app.action(ids.SLOTS_EVENT_TYPE)(self.on_event_type)
        app.action(ids.SLOTS_LENGTH)(self.on_length)
        app.options(ids.SLOTS_EVENT_TYPE)(self.on_search)

    async def show(self, exchange: Exchange, command: Command) -> None:
        await exchange.looking()
        reader = await exchange.reader()
        reading = Reading.of(reader, self._deps.clock())
        when = reading.when(command.when) if command.when else None
        span = window(when, reading)
        understood = reading.in_words(when) if when else ""
        lookup = (await exchange.desk()).lookup
        offer = await lookup.offer(reader, command.what)
        if offer.chosen is None:
            start = span.start if when else None
            await exchange.say(views.choose(offer, start, understood))
            return
        found = await find(lookup, offer, None, span)
        await exchange.say(views.open_times(replace(found, understood=understood), reading))

    async def on_show_slots(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        self._later(body, client, Pick.decode(str(body["actions"][0].get("value"))), anew=True)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._later(body, client, Pick.decode(str(body["actions"][0].get("value"))))

    async def on_event_type(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        pick, chosen = _menu(body["actions"][0])
        self._later(body, client, Pick(chosen, pick.owner, None, pick.start))

    async def on_length(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        pick, chosen = _menu(body["actions"][0])
        self._later(body, client, replace(pick, length=chosen))

    async def on_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        owner, who = Pick.decode(str(body.get("block_id"))).owner or None, asked(body)
        types = await offered(self._deps.desk_of(who), owner, who)
        options = views.matching(types, str(body.get("value") or ""))
        await ack(options=[option.to_dict() for option in options])

    def _later(
        self, body: Mapping[str, Any], client: AsyncWebClient, pick: Pick, *, anew: bool = False
    ) -> None:
        async def work(exchange: Exchange) -> None:
            await self._show_pick(exchange, pick, anew=anew)

        self._deps.later(body, client, work)

    async def _show_pick(self, exchange: Exchange, pick: Pick, *, anew: bool) -> None:
        if anew:
            await exchange.looking()
        reader = await exchange.reader()
        reading = Reading.of(reader, self._deps.clock())
        start = max(pick.start or reading.now, reading.now)
        if pick.event_type_id is None or start > reading.now + FARTHEST:
            again = _("Ask again with `{command} slots`.").format(command=self._deps.command)
            raise Unclear(_("That choice is out of date. {again}").format(again=again))
        lookup = (await exchange.desk()).lookup
        offer = await lookup.offer_of(
            pick.owner or None, pick.event_type_id, team_id=reader.member.team_id
        )
        found = await find(lookup, offer, pick.length, _week(start, reading))
        await exchange.say(views.open_times(found, reading), replace=not anew)


async def offered(desk: Awaitable[Desk], owner: str | None, asked: Asked) -> tuple[EventType, ...]:
    """The event types for a menu: what is known, or what Cal.com says while Slack still waits."""
    try:
        async with asyncio.timeout(SEARCH_SECONDS):
            lookup = (await desk).lookup
            offer = lookup.known_offer(owner)
            offer = offer or await lookup.offer_of(owner, None, team_id=asked.team_id)
    except (TimeoutError, SchedulingError):
        return ()  # an empty menu; typing on asks again
    return offer.event_types


async def find(lookup: Lookup, offer: Offer, length: int | None, window: Span) -> views.OpenTimes:
    """Look in the window; where nothing is open, look ahead once."""
    event_type = offer.chosen
    if event_type is None:
        raise Expired
    chosen = length if length in event_type.lengths else event_type.length
    query = offer.query(event_type, chosen, window.start, window.end)
    slots, until = await lookup.slots(query), window.end
    if not slots:
        until = window.end + AHEAD
        slots = await lookup.slots(replace(query, start=window.end, end=until))
    return views.OpenTimes(offer, event_type, chosen, window, until, slots)


def _week(start: datetime, reading: Reading) -> Span:
    """Seven of the reader's days, the first of them from `start` on."""
    return Span(start, reading.start_of(reading.day_of(start) + views.WINDOW))


def window(when: When | None, reading: Reading) -> Span:
    """The days that were named; from a single day on (or from now), a week."""
    if when is None:
        return _week(reading.now, reading)
    start = max(when.start or reading.start_of(when.day), reading.now)
    if when.last_day is None:
        return _week(start, reading)
    last = min(when.last_day, when.day + AHEAD)
    return Span(start, reading.start_of(last + timedelta(days=1)))


def _menu(action: Mapping[str, Any]) -> tuple[Pick, int | None]:
    """What a menu starts from, as its block's id says, and the number that was chosen."""
    chosen = str((action.get("selected_option") or {}).get("value") or "")
    fits = chosen.isdecimal() and len(chosen) < 12
    return Pick.decode(str(action.get("block_id"))), int(chosen) if fits else None
