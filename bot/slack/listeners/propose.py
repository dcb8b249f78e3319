"""Propose times: from `/cal propose` through the modal to the message with the times."""

from dataclasses import replace
from datetime import date
from secrets import token_urlsafe
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import places
from bot.domain import proposals as rules
from bot.domain.commands import Command, What
from bot.domain.errors import Expired, InvalidAnswer, SchedulingError
from bot.domain.event_types import EventType
from bot.domain.people import Reader
from bot.domain.policy import Deed, check
from bot.domain.proposals import Thing
from bot.services.availability import public_owner
from bot.services.offers import Offer
from bot.services.ports import Draft as KeptDraft
from bot.services.proposing import Wish
from bot.slack import ids, proposeform
from bot.slack.deps import Deps, Exchange
from bot.slack.drafting import day_of, two_weeks
from bot.slack.errors import Problem
from bot.slack.listeners.slots import offered
from bot.slack.payloads import asked as read_asked
from bot.slack.proposeform import ProposeForm
from bot.slack.views import problem as problem_views
from bot.slack.views import propose as views
from bot.slack.views.slots import matching


class Propose:
    """The modal."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        for action_id in (ids.PROPOSE_TYPE, ids.PROPOSE_LENGTH, ids.PROPOSE_DAY):
            app.action(action_id)(self.on_chosen)
        app.action(ids.starts(ids.PROPOSE_SPAN))(self.on_chosen)
        app.action(ids.PROPOSE_OTHERS)(self.on_others)
        app.options(ids.PROPOSE_TYPE)(self.on_search)
        app.view(ids.PROPOSE)(self.on_submitted)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """`/cal propose [@who …] [what] [when]`."""
        form = ProposeForm(token_urlsafe(16), named=command.what.people[: rules.MOST_PEOPLE])
        await self._open(exchange, form, replace(command.what, people=()), command.when)

    async def on_others(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The times of a proposal do not suit: propose later ones in their place."""
        await ack()
        self._deps.later(body, client, self._others)

    async def on_chosen(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._redraw)

    async def on_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        form = proposeform.identified(str(body["view"].get("private_metadata") or ""))
        who = read_asked(body)
        types = await offered(self._deps.desk_of(who), form.owner or None, who)
        options = matching(types, str(body.get("value") or ""))
        await ack(options=[option.to_dict() for option in options])

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        form = proposeform.identified(str(view.get("private_metadata") or ""))
        form = proposeform.merged(form, view)
        known = self._deps.desk_at_hand(read_asked(body)).lookup.known_type(form.event_type_id)
        if wrong := proposeform.complaints(form, view, known):
            await ack(response_action="errors", errors=wrong)
            return
        await ack(response_action="update", view=views.busy(form))
        self._deps.later(body, client, self._submitted)

    async def _open(self, exchange: Exchange, form: ProposeForm, what: What, when: str) -> None:
        exchange.doing = "proposed"
        await exchange.open(views.loading(form))
        reader = await exchange.reader()
        check(reader.member, Deed.PROPOSE)
        offer = await (await exchange.desk()).lookup.offer(reader, what)
        form = replace(form, owner=offer.owner or "")
        if when:
            reading = exchange.reading(reader)
            said = reading.when(when)
            form = replace(form, day=said.day, understood=reading.in_words(said))
        await self._draw(exchange, reader, form, offer)

    async def _others(self, exchange: Exchange) -> None:
        exchange.doing = "proposed"
        await exchange.open(views.loading(ProposeForm("")))
        reader = await exchange.reader()
        check(reader.member, Deed.PROPOSE)
        before = await self._deps.proposing.own(reader.member, exchange.asked.value)
        last = max(choice.start for choice in before.choices)
        reading = exchange.reading(reader)
        form = ProposeForm(
            draft_id=token_urlsafe(16),
            owner=before.thing.owner,
            event_type_id=before.thing.event_type_id,
            length=before.thing.length,
            day=max(date.fromordinal(reading.day_of(last).toordinal() + 1), reading.today),
            named=before.named,
            channel=before.channel if not before.named else "",
            way=before.way,
            note=before.note,
            replaces=before.id,
        )
        await self._draw(exchange, reader, form, await self._offer(exchange, form))

    async def _redraw(self, exchange: Exchange) -> None:
        """Something was chosen in the modal."""
        exchange.doing = "proposed"
        reader = await exchange.reader()
        form = replace(
            await self._form(exchange), turn=str(exchange.asked.action.get("action_ts") or "")
        )
        action_id = str(exchange.asked.action.get("action_id"))
        if action_id in {ids.PROPOSE_TYPE, ids.PROPOSE_LENGTH}:
            form = replace(form, starts=())
        else:
            form = replace(form, day=day_of(exchange.asked.value) or form.day)
        await self._draw(exchange, reader, form, await self._offer(exchange, form))

    async def _offer(self, exchange: Exchange, form: ProposeForm) -> Offer:
        lookup = (await exchange.desk()).lookup
        owner, team_id = form.owner or None, exchange.asked.team_id
        return await lookup.offer_of(owner, form.event_type_id, team_id=team_id)

    async def _draw(
        self,
        exchange: Exchange,
        reader: Reader,
        form: ProposeForm,
        offer: Offer,
        problem: Problem | None = None,
    ) -> None:
        chosen, asked = offer.chosen, exchange.asked
        form = replace(form, event_type_id=chosen.id if chosen else None)
        draft = views.Draft(form, offer, exchange.reading(reader), problem=problem)
        await self._save(exchange, form)
        if chosen:
            start, end = two_weeks(form.day or draft.reading.today, draft.reading)
            query = offer.query(chosen, form.length, max(start, draft.reading.now), end)
            try:
                slots = await (await exchange.desk()).lookup.slots(query)
            except SchedulingError:
                if problem is None:
                    raise
                slots = None
            draft = replace(draft, slots=slots)
        kept = await self._deps.drafts.load(form.draft_id, asked.team_id, asked.user_id)
        if kept and str(kept.data.get("turn", "")) > form.turn:
            return  # something was chosen meanwhile; its own drawing comes
        await exchange.show(views.modal(draft))

    async def _save(self, exchange: Exchange, form: ProposeForm) -> None:
        asked = exchange.asked
        await self._deps.drafts.save(
            KeptDraft(form.draft_id, asked.team_id, asked.user_id, ids.PROPOSE, form.kept())
        )

    async def _form(self, exchange: Exchange) -> ProposeForm:
        """The draft with what the view says now; without a draft there is no form of theirs."""
        asked = exchange.asked
        form = proposeform.identified(asked.metadata)
        kept = await self._deps.drafts.load(form.draft_id, asked.team_id, asked.user_id)
        if kept is None or kept.kind != ids.PROPOSE:
            raise Expired
        return proposeform.merged(proposeform.from_kept(kept.data), asked.view)

    async def _submitted(self, exchange: Exchange) -> None:
        exchange.doing = "proposed"
        reader = await exchange.reader()
        form = await self._form(exchange)
        offer = await self._offer(exchange, form)
        if offer.chosen is None or not 0 < len(form.starts) <= rules.MOST_TIMES:
            raise Expired

        async def again(problem: Problem) -> None:
            """Show the form once more, with everything that was filled in."""
            if problem.fresh_times:
                exchange.desk_at_hand().lookup.drop_slots()
            left = replace(form, starts=()) if problem.fresh_times else form
            await self._draw(exchange, reader, left, offer, problem)

        exchange.rescue = again
        await exchange.note("propose")
        desk = await exchange.desk()
        wish = _wish(form, offer, offer.chosen)
        done = await self._deps.proposing.propose(reader.member, desk, wish)
        if done.error:
            await exchange.finish(problem_views.modal(Problem(views.not_posted(done))))
        else:
            await exchange.finish(views.proposed(done.proposal))


def _wish(form: ProposeForm, offer: Offer, event_type: EventType) -> Wish:
    query = offer.query(event_type, form.length, form.starts[0], form.starts[-1])
    thing = Thing(
        event_type_id=event_type.id,
        title=event_type.title,
        minutes=query.length or event_type.length,
        owner=form.owner,
        listed=form.owner or public_owner(event_type),
        length=query.length,
        asks=rules.asks_more(event_type),
        location=_location(event_type),
    )
    return Wish(
        thing=thing,
        way=form.way,
        starts=form.starts,
        named=form.named,
        channel=form.channel,
        stands=proposeform.STANDS[form.stands][1],
        note=form.note,
        replaces=form.replaces,
    )


def _location(event_type: EventType) -> dict[str, str] | None:
    """The first place, where the attendee gives nothing for it."""
    try:
        location = places.location(event_type, "", "")
    except InvalidAnswer:
        return None
    return dict(location) if location else None
