"""Book: from `/cal book`, a slot's button or an event type's, through the modal to the result."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import BookingRequest
from bot.domain.commands import Command, What
from bot.domain.errors import Expired, Full, SchedulingError, SlotTaken, StoreUnavailable
from bot.domain.event_types import EventType
from bot.domain.people import Member, Reader
from bot.domain.policy import Deed, check
from bot.domain.rules import Place
from bot.services.desks import Desk
from bot.services.offers import Offer
from bot.services.ports import Draft as KeptDraft
from bot.services.ports import Seen
from bot.slack import bookform, ids, ordering
from bot.slack.about import About
from bot.slack.bookform import GUEST, BookForm
from bot.slack.deps import Deps, Exchange
from bot.slack.drafting import Drafting
from bot.slack.errors import Problem, problem_of
from bot.slack.forms import Pick, Shared
from bot.slack.listeners.slots import SEARCH_SECONDS, offered
from bot.slack.payloads import Asked
from bot.slack.payloads import asked as read_asked
from bot.slack.views import book as views
from bot.slack.views import outcome, questions
from bot.slack.views import problem as problem_views
from bot.slack.views.slots import matching

CHOICES = (
    ids.PICK_EVENT_TYPE,
    ids.PICK_LENGTH,
    ids.PICK_DAY,
    ids.PICK_FOR_WHOM,
    ids.PICK_PLACE,
    ids.PICK_WHEN,
    ids.EDIT_ATTENDEE,
    ids.BACK,
)
"""What changes the rest of the form, so that it is drawn anew."""


class Book:
    """The booking flow."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._drafting = Drafting(deps)

    def register(self, app: AsyncApp) -> None:
        app.action(ids.START_BOOK)(self.on_start)
        app.action(ids.starts(ids.SLOT))(self.on_start)
        app.action(ids.starts(ids.SHARED))(self.on_shared)
        for action_id in CHOICES:
            app.action(action_id)(self.on_chosen)
        app.action(ids.starts(f"{ids.PICK_OPEN_DAY}:"))(self.on_chosen)
        app.action(ids.PICK_TIME)(self.on_time_chosen)
        app.options(ids.PICK_EVENT_TYPE)(self.on_search)
        app.options(ids.FIND_OPTION)(self.on_option_search)
        app.view(ids.BOOK)(self.on_submitted)
        app.view_closed(ids.BOOK)(self.on_closed)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """`/cal book [what] [when]`."""
        await self._open(exchange, Pick(), command.what, command.when)

    async def about(self, exchange: Exchange, message: About) -> None:
        """Book about a message, with whoever wrote it."""
        await self._open(exchange, Pick(), What(), "", about=message)

    async def on_start(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._open(exchange, Pick.decode(exchange.asked.value), What(), "")

        self._deps.later(body, client, work)

    async def on_shared(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """A time, or another one, of what somebody shared: booked at their desk."""
        await ack()
        self._deps.later(body, client, self._open_shared)

    async def on_chosen(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._redraw)

    async def on_time_chosen(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        """Nothing else depends on it; it is held while the rest is filled in."""
        await ack()
        self._deps.later(body, client, self._hold_chosen)

    async def on_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        form = bookform.identified(str(body["view"].get("private_metadata") or ""))
        who = read_asked(body)
        types = await self._types(who, form)
        options = matching(types, str(body.get("value") or ""))
        await ack(options=[option.to_dict() for option in options])

    async def on_option_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The options of a question that has more than a menu takes."""
        form = bookform.identified(str(body["view"].get("private_metadata") or ""))
        who = read_asked(body)
        types = await self._types(who, form)
        asked = next((t.own_questions for t in types if t.id == form.event_type_id), ())
        slug = questions.slug_of(str(body.get("block_id") or ""), asked)
        wanted = next((question for question in asked if question.slug == slug), None)
        found = questions.matching(wanted, str(body.get("value") or "")) if wanted else []
        await ack(options=[option.to_dict() for option in found])

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        """Next, or Book: what is missing is said at once, as far as it is known here."""
        view = body["view"]
        desk = self._deps.desk_at_hand(read_asked(body))
        form = _with_view(desk, bookform.identified(view.get("private_metadata") or ""), view)
        event_type = desk.lookup.known_type(form.event_type_id)
        if wrong := ordering.complaints(form, view, event_type):
            await ack(response_action="errors", errors=wrong)
            return
        goes_on = event_type is not None and form.screen + 1 < len(ordering.screens(event_type))
        shown = views.turning(form) if goes_on else views.busy(form, self._deps.command)
        await ack(response_action="update", view=shown)
        self._deps.later(body, client, self._submitted)

    async def on_closed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The person has given up: what was held for the form is let go."""
        await ack()
        form = bookform.identified(str(body["view"].get("private_metadata") or ""))
        asked = read_asked(body)
        self._deps.background.start(self._let_go(asked, form))

    async def _let_go(self, asked: Asked, form: BookForm) -> None:
        shared = await self._deps.sharing.desk(form.share, asked.team_id) if form.share else None
        desk = shared or await self._deps.desk_of(asked)
        await desk.holds.let_go(Member(asked.team_id, asked.user_id), form.draft_id)

    async def _types(self, asked: Asked, form: BookForm) -> tuple[EventType, ...]:
        """What the form can be about: of what was shared, nothing else."""
        if not form.share:
            return await offered(self._deps.desk_of(asked), form.owner or None, asked)
        try:
            async with asyncio.timeout(SEARCH_SECONDS):
                _, _, offer = await self._deps.sharing.opened(form.share, asked.team_id)
        except (TimeoutError, SchedulingError):
            return ()
        return offer.event_types

    async def answer(self, exchange: Exchange, pick: Pick, form: BookForm) -> None:
        """A proposed time is taken whose event type asks for more than a profile says."""
        await self._open(exchange, pick, What(), "", form)

    async def _open(
        self,
        exchange: Exchange,
        pick: Pick,
        what: What,
        when: str,
        begun: BookForm = BookForm(""),  # noqa: B008 - frozen
        about: About | None = None,
    ) -> None:
        exchange.doing = "booked"
        form = replace(
            begun,
            draft_id=token_urlsafe(16),
            owner=pick.owner,
            event_type_id=pick.event_type_id,
            length=pick.length,
            start=pick.start,
        )
        named = what.people or what.link or what.unresolved
        at_hand = exchange.desk_at_hand().lookup
        known = None if named else at_hand.known_offer(pick.owner or None)
        await exchange.begin(
            views.modal(views.Draft(form, known)) if known else views.loading(form)
        )
        reader = await exchange.reader()
        if pick.event_type_id is None:
            offer = await (await exchange.desk()).lookup.offer(reader, what)
        else:
            offer = await self._offer(exchange, form)
        form = await self._drafting.started(exchange, form, offer, when)
        if about:
            form = await self._drafting.about(exchange, form, about)
        await self._draw(exchange, reader, form, offer)

    async def _open_shared(self, exchange: Exchange) -> None:
        exchange.doing = "booked"
        picked = Shared.decode(exchange.asked.value)
        form = BookForm(token_urlsafe(16), share=picked.share, start=picked.start)
        await exchange.open(views.loading(form))
        reader = await exchange.reader()
        check(reader.member, Deed.BOOK)
        share, exchange.known_desk, offer = await self._deps.sharing.opened(
            form.share, exchange.asked.team_id
        )
        form = replace(form, event_type_id=share.event_type_id, length=share.length)
        form = await self._drafting.started(exchange, form, offer, "")
        draft = await self._drafting.draft(exchange, form, offer)
        if picked.start and draft.form.start is None:
            await self._taken(exchange, form, offer)
            return
        await self._draw(exchange, reader, form, offer)

    async def _taken(self, exchange: Exchange, form: BookForm, offer: Offer) -> None:
        """Somebody was faster: say so, with what is open now."""
        assert offer.chosen is not None
        await self._deps.sharing.changed(offer.chosen.id)
        problem = problem_of(SlotTaken(), reference=exchange.reference, done=exchange.doing)
        await self._save(exchange, form)
        draft = await self._drafting.draft(exchange, form, offer, problem)
        await exchange.show(views.modal(draft))

    async def _offer(self, exchange: Exchange, form: BookForm) -> Offer:
        if form.share:
            opened = await self._deps.sharing.opened(form.share, exchange.asked.team_id)
            _, exchange.known_desk, offer = opened
            return offer
        return await exchange.desk_at_hand().lookup.offer_of(
            form.owner or None, form.event_type_id, team_id=exchange.asked.team_id
        )

    async def _offer_for(self, exchange: Exchange, form: BookForm) -> tuple[BookForm, Offer]:
        """The offer, and the form with the answers that only it lets us read."""
        offer = await self._offer(exchange, form)
        if offer.chosen:
            form = form.with_answers(exchange.asked.view, offer.chosen)
        return form, offer

    async def _redraw(self, exchange: Exchange) -> None:
        """Something was chosen in the modal."""
        exchange.doing = "booked"
        reader = await exchange.reader()
        form = await self._form(exchange)
        exchange.rescue = self._rescue(exchange, form)
        form = await self._drafting.changed(form, exchange.asked, reader)
        exchange.rescue = self._rescue(exchange, form)
        form, offer = await self._offer_for(exchange, form)
        await self._draw(exchange, reader, form, offer)

    async def _draw(self, exchange: Exchange, reader: Reader, form: BookForm, offer: Offer) -> None:
        asked = exchange.asked
        await self._save(exchange, form)
        draft = await self._drafting.draft(exchange, form, offer)
        kept = await self._deps.drafts.load(form.draft_id, asked.team_id, asked.user_id)
        if kept and str(kept.data.get("turn", "")) > form.turn:
            return  # something was chosen meanwhile; its own drawing comes
        await exchange.show(views.modal(draft))
        await self._hold(exchange, reader, draft.form, offer)

    async def _save(self, exchange: Exchange, form: BookForm) -> None:
        asked = exchange.asked
        await self._deps.drafts.save(
            KeptDraft(form.draft_id, asked.team_id, asked.user_id, ids.BOOK, form.kept())
        )

    async def _hold_chosen(self, exchange: Exchange) -> None:
        """A time was chosen in the modal."""
        exchange.doing = "booked"
        reader = await exchange.reader()
        form = await self._form(exchange)
        offer = await self._offer(exchange, form)
        await self._save(exchange, form)
        await self._hold(exchange, reader, form, offer)

    async def _hold(self, exchange: Exchange, reader: Reader, form: BookForm, offer: Offer) -> None:
        """Keep the chosen time for this form, or let go of the one that was kept."""
        holds = (await exchange.desk()).holds
        for_it = form.proposed is not None and form.start == form.proposed
        if offer.chosen is None or form.start is None or form.instant or exchange.closed or for_it:
            await holds.let_go(reader.member, form.draft_id)
            return
        query = offer.query(offer.chosen, form.length, form.start, form.start)
        try:
            await holds.hold(reader.member, form.draft_id, query)
        except (SlotTaken, Full) as error:
            problem = problem_of(error, reference=exchange.reference, done="booked")
            draft = await self._drafting.draft(exchange, form, offer, problem)
            await exchange.show(views.modal(draft))

    async def _submitted(self, exchange: Exchange) -> None:
        exchange.doing = "booked"
        exchange.rescue = self._rescue(exchange, self._typed(exchange))
        reader = await exchange.reader()
        form = await self._form(exchange)
        exchange.rescue = self._rescue(exchange, form)
        form, offer = await self._offer_for(exchange, form)
        if offer.chosen is None or (form.start is None and not form.instant):
            raise Expired
        if form.screen + 1 < len(ordering.screens(offer.chosen)):
            await self._draw(exchange, reader, replace(form, screen=form.screen + 1), offer)
            return
        await self._save(exchange, form)  # should it come back with a complaint
        await self._book(exchange, reader, form, offer)

    async def _book(self, exchange: Exchange, reader: Reader, form: BookForm, offer: Offer) -> None:
        assert offer.chosen is not None
        if not form.email and form.for_whom != GUEST:
            form = await self._drafting.attendee(form, reader)
        if form.instant:
            form = replace(form, start=self._deps.clock())
        exchange.rescue = self._rescue(exchange, form)
        guests = await self._deps.people.guests(reader.member.team_id, form.invited)
        request = ordering.request(form, offer.chosen, reader, [guest.email for guest in guests])
        await exchange.note("book")
        desk = await exchange.desk()
        made = await self._ordered(desk, reader, form, request)
        desk.lookup.drop_slots()
        await self._deps.sharing.changed(offer.chosen.id, made[0].booking.hosts)
        await exchange.note_of(made[0].ref, desk.holder.account)
        told = await self._tell(exchange, form, made[0])
        rows = [await desk.managing.made(reader, one) for one in made]
        await exchange.finish(outcome.booked(rows, exchange.reading(reader), told))
        await desk.holds.let_go(reader.member, form.draft_id)

    async def _ordered(
        self, desk: Desk, reader: Reader, form: BookForm, request: BookingRequest
    ) -> tuple[Seen, ...]:
        """Book; a time that was proposed is everybody's who was asked, and the first one's."""

        async def order() -> tuple[Seen, ...]:
            return await desk.bookings.book(reader.member, request)

        if not form.proposal or form.start != form.proposed:
            return await order()
        return await self._deps.answering.ordered(reader.member, form.proposal, request, order)

    def _rescue(self, exchange: Exchange, form: BookForm) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            """Show the form once more, with everything that was filled in; without the store,
            which may be what is wrong."""
            if not (problem.retry or problem.fresh_times or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            if problem.fresh_times:
                exchange.desk_at_hand().lookup.drop_slots()
                await self._deps.sharing.changed(form.event_type_id)
            offer = await self._offer(exchange, form)
            mended = replace(form, editing=form.editing or problem.field in views.ATTENDEE)
            if problem.fresh_times or problem.field:
                asking = offer.chosen and ordering.screen_of(offer.chosen, problem.field or "")
                mended = replace(mended, screen=asking or 0)
            draft = await self._drafting.draft(exchange, mended, offer, problem)
            await exchange.show(views.modal(draft))

        return again

    async def _tell(self, exchange: Exchange, form: BookForm, seen: Seen) -> str:
        """Tell the channel, and the thread of the message that it is about; whatever comes of
        that, the booking stands."""
        places = [(form.channel, "")] if form.channel else []
        if form.thread and form.in_thread:
            places.append((form.thread_channel, form.thread))
        told = []
        for channel, thread in places:
            place = Place(exchange.asked.team_id, channel)
            try:
                error = await self._deps.announcements.announce(seen, place, thread)
            except StoreUnavailable:
                told.append(views.not_told(channel))
            else:
                told.append(views.told(channel, error, in_thread=bool(thread)))
        return "\n".join(told)

    def _typed(self, exchange: Exchange) -> BookForm:
        """What the view alone says."""
        form = bookform.identified(exchange.asked.metadata)
        return _with_view(exchange.desk_at_hand(), form, exchange.asked.view)

    async def _form(self, exchange: Exchange) -> BookForm:
        """The draft with what the view says now."""
        asked = exchange.asked
        form = bookform.identified(asked.metadata)
        screen = form.screen
        kept = await self._deps.drafts.load(form.draft_id, asked.team_id, asked.user_id)
        if kept:
            form = replace(bookform.from_kept(kept.data), screen=screen)
        return _with_view(await exchange.desk(), form, asked.view)


def _with_view(desk: Desk, form: BookForm, view: Mapping[str, Any]) -> BookForm:
    """The form with what the view says, to the event type's own questions as far as the event
    type is known without asking."""
    form = bookform.merged(form, view)
    event_type = desk.lookup.known_type(form.event_type_id)
    return form.with_answers(view, event_type) if event_type else form
