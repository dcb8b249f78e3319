"""`/cal availability`: free and busy hours."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, What
from bot.domain.errors import Denied, Unclear
from bot.domain.people import Reader
from bot.domain.policy import has_whole
from bot.domain.wording import _
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.forms import Pick
from bot.slack.views import availability as views
from bot.slack.views.availability import MOST_DAYS, Days
from bot.slack.views.reading import Reading
from bot.slack.views.types import nothing_to_book

WEEK = timedelta(days=6)


class Availability:
    """Shows the account's hours to its owner and to admins, to others when it can be booked."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.starts(ids.AVAILABILITY_PAGE))(self.on_page)

    async def show(self, exchange: Exchange, command: Command) -> None:
        await exchange.looking()
        reader = await exchange.reader()
        reading = Reading.of(reader, self._deps.clock())
        days, what = _days(command.when, reading), command.what
        lookup = (await exchange.desk()).lookup
        offer = None if what == What() else await lookup.offer(reader, what)
        own = offer is None or (offer.owner is None and not what.words)
        if own and await self._may_see_hours(exchange, reader):
            await self._show_hours(exchange, days, reading)
            return
        offer = offer or await lookup.offer_of(None, None, team_id=reader.member.team_id)
        event_type = offer.chosen or views.shortest(offer)
        if event_type is None:
            await exchange.say(nothing_to_book(offer))
            return
        days = replace(days, pick=Pick(event_type.id, offer.owner or ""))
        await self._show_bookable(exchange, replace(offer, chosen=event_type), days, reading)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._turn)

    async def _turn(self, exchange: Exchange) -> None:
        days = Days.decode(exchange.asked.value)
        if days is None:
            again = _("Ask again with `{command} availability`.").format(command=self._deps.command)
            raise Unclear(_("That button is out of date. {again}").format(again=again))
        reader = await exchange.reader()
        reading = Reading.of(reader, self._deps.clock())
        days = days.moved(0, reading.today)
        if days.pick.event_type_id is not None:
            owner, event_type_id = days.pick.owner or None, days.pick.event_type_id
            offer = await (await exchange.desk()).lookup.offer_of(
                owner, event_type_id, team_id=reader.member.team_id
            )
            await self._show_bookable(exchange, offer, days, reading)
        elif await self._may_see_hours(exchange, reader):
            await self._show_hours(exchange, days, reading)
        else:
            raise Denied(_("the account's owner and the admins of this workspace"))

    async def _may_see_hours(self, exchange: Exchange, reader: Reader) -> bool:
        """Whether the account's own busy times are this reader's to see."""
        desk, member = await exchange.desk(), reader.member
        return has_whole(member, desk.holder) or await desk.lookup.is_account_owner(member)

    async def _show_hours(self, exchange: Exchange, days: Days, reading: Reading) -> None:
        found = await (await exchange.desk()).lookup.availability(days.window(reading))
        await exchange.say(views.own(found, days, reading), replace=_turned(exchange))

    async def _show_bookable(
        self, exchange: Exchange, offer: Offer, days: Days, reading: Reading
    ) -> None:
        event_type, window = offer.chosen or offer.event_types[0], days.window(reading)
        start = max(window.start, reading.now)
        query = offer.query(event_type, views.least(event_type), start, window.end)
        slots = await (await exchange.desk()).lookup.slots(query)
        await exchange.say(views.bookable(offer, slots, days, reading), replace=_turned(exchange))


def _turned(exchange: Exchange) -> bool:
    """Whether a page of an earlier answer was turned, which is then replaced."""
    return str(exchange.asked.action.get("action_id")).startswith(ids.AVAILABILITY_PAGE)


def _days(typed: str, reading: Reading) -> Days:
    """A week from today, or the days that were named."""
    if not typed:
        return Days(reading.today, reading.today + WEEK)
    when = reading.when(typed)
    last = min(when.last_day or when.day, when.day + timedelta(days=MOST_DAYS - 1))
    understood = reading.in_words(when)
    return Days(when.day, last, understood=understood)
