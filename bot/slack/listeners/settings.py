"""`/cal settings`: time zone, clock, default event type."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.errors import SchedulingError, Unclear
from bot.domain.people import Preferences
from bot.domain.times import zone, zone_or_utc
from bot.services.availability import Lookup
from bot.services.offers import Offer
from bot.slack import forms, ids, zones
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.listeners.slots import offered
from bot.slack.payloads import asked
from bot.slack.people import reader_of
from bot.slack.views import settings as views
from bot.slack.views.slots import MOST_OPTIONS, matching


class Settings:
    """Shows and keeps what a member has chosen for themselves."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.view(ids.SETTINGS)(self.on_submitted)
        app.options(ids.ZONE)(self.on_zone_search)
        app.options(ids.FIND_EVENT_TYPE)(self.on_event_type_search)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """Open at once; what is stored comes next, the event types when Cal.com has answered."""
        await exchange.begin(views.loading())
        reader = await exchange.reader()
        stored = await self._stored(exchange)
        lookup = (await exchange.desk()).lookup
        own = await self._deps.connecting.of(reader.member)
        known = lookup.known_offer(None)
        form = views.Form(reader, stored, self._deps.clock(), known, own=own)
        await exchange.show(views.form(form))
        if form.offer is None:
            offer = await self._offer(lookup, reader.member.team_id)
            await exchange.show(views.form(replace(form, offer=offer, unreachable=offer is None)))

    async def on_zone_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Zones for any menu of them; in the settings, also that of Slack."""
        now, member = self._deps.clock(), self._deps.people.known(asked(body))
        typed = str(body.get("value") or "")
        names = zones.search(typed, now, zone_or_utc(member.time_zone).key if member else "UTC")
        options = [views.zone_option(name, now) for name in names]
        if (body.get("view") or {}).get("callback_id") == ids.SETTINGS:
            options = [views.zone_as_slack(), *options][: zones.MOST]
        await ack(options=[option.to_dict() for option in options])

    async def on_event_type_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        found = matching(
            await offered(self._deps.desk_of(asked(body)), None, asked(body)),
            str(body.get("value") or ""),
        )
        options = [views.no_default(), *found][:MOST_OPTIONS]
        await ack(options=[option.to_dict() for option in options])

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        try:
            changes = _changes(body["view"])
        except Unclear as error:
            await ack(response_action="errors", errors={ids.TIME_ZONE: str(error)})
            return
        await ack(response_action="update", view=views.saving())

        async def work(exchange: Exchange) -> None:
            await self._save(exchange, changes)

        self._deps.later(body, client, work)

    async def _save(self, exchange: Exchange, changes: Mapping[str, Any]) -> None:
        exchange.doing = "saved"
        reader = await exchange.reader()
        stored = await self._stored(exchange)
        chosen = replace(stored, **changes)
        lookup = (await exchange.desk()).lookup
        own = await self._deps.connecting.of(reader.member)
        known = lookup.known_offer(None)
        form = views.Form(reader, chosen, self._deps.clock(), known, own=own)

        async def ask_again(problem: Problem) -> None:
            await exchange.show(views.form(replace(form, problem=problem)))

        exchange.rescue = ask_again
        wanted = chosen.default_event_type
        if wanted is not None and wanted != stored.default_event_type:
            await lookup.offer_of(None, wanted, team_id=reader.member.team_id)
        member = reader.member
        await self._deps.preferences.set_preferences(member.team_id, member.user_id, chosen)
        exchange.rescue, exchange.changed = None, True
        await exchange.show(views.saved(replace(form, reader=reader_of(member, chosen))))

    async def _stored(self, exchange: Exchange) -> Preferences:
        who = exchange.asked
        return await self._deps.preferences.preferences(who.team_id, who.user_id)

    async def _offer(self, lookup: Lookup, team_id: str) -> Offer | None:
        """The account's event types; None where Cal.com cannot tell: the rest can still be set."""
        try:
            return await lookup.offer_of(None, None, team_id=team_id)
        except SchedulingError:
            return None


def _changes(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as fields of `Preferences`; what it did not ask is left out.

    Raises:
        Unclear: No such time zone.
    """
    state = forms.values(view)
    typed = forms.text(state, ids.TIME_ZONE)
    clock = forms.text(state, ids.CLOCK)
    changes: dict[str, Any] = {
        "time_zone": None if typed in {"", views.AS_SLACK} else zone(typed).key,
        "hour12": {"12": True, "24": False}.get(clock),
    }
    if forms.answered(state, ids.DEFAULT_EVENT_TYPE):
        chosen = forms.text(state, ids.DEFAULT_EVENT_TYPE)
        changes["default_event_type"] = int(chosen[:12]) if chosen.isdecimal() else None
    return changes
