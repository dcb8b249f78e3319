"""`/cal bookings`: the list with its pages, rows and details; and the ways in that start there."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action, BookingQuery, Listing
from bot.domain.commands import Command, Name
from bot.domain.errors import Expired, Unclear
from bot.domain.people import Reader
from bot.domain.policy import has_whole
from bot.domain.wording import _
from bot.services.briefing import NOTHING
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.listeners.agenda import Agenda
from bot.slack.listeners.candidates import Candidates
from bot.slack.views import bookings as views
from bot.slack.views import parts
from bot.slack.views.bookings import Viewer
from bot.slack.views.details import BUTTONS, details, turned
from bot.slack.views.reading import Reading

FARTHEST = 10_000
Act = Callable[[Exchange, str], Awaitable[None]]


class Bookings:
    """Lists bookings, and hands what is to be done with one to its flow.

    Args:
        acts: By an action's value, the flow that carries it out, given the booking's reference.
    """

    def __init__(self, deps: Deps, acts: Mapping[str, Act]) -> None:
        self._deps = deps
        self._acts = acts
        self._offered = frozenset(Action(value) for value in acts)
        self._agenda = Agenda(deps, self._offered)
        self._candidates = Candidates(deps, self._offered)

    def register(self, app: AsyncApp) -> None:
        app.action(ids.BOOKINGS_LISTING)(self.on_page)
        app.action(ids.starts(ids.BOOKINGS_PAGE))(self.on_page)
        app.action(ids.ROW)(self.on_row)
        app.action(ids.DETAILS)(self._on_pressed(self._details))
        app.action(ids.BRIEF)(self._on_pressed(self._details))
        app.action(ids.starts(ids.DETAILS_PAGE))(self._on_pressed(self._turn))
        for action, action_id in BUTTONS.items():
            app.action(action_id)(self._on_pressed(self._acts[action.value]))
        self._candidates.register(app)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """The list, the day, the next meeting, or the choice of one to do something to."""
        await exchange.looking()
        reader = await exchange.reader()
        holder = (await exchange.desk()).holder
        if not reader.email and not has_whole(reader.member, holder):
            await exchange.say(views.no_email(self._deps.command))
        elif command.name is Name.TODAY:
            await self._agenda.today(exchange, reader)
        elif command.name is Name.NEXT:
            await self._agenda.next(exchange, reader)
        elif command.name is Name.BOOKINGS:
            await self._list(exchange, reader, command.listing or Listing.UPCOMING, 0)
        else:
            await self._candidates.show(exchange, reader, command)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Another page, or another listing from its start."""
        await ack()

        async def work(exchange: Exchange) -> None:
            kind, skip, everybody = views.turned(exchange.asked.value)
            if not (skip.isdecimal() and int(skip[:9]) < FARTHEST):
                raise Expired
            reader = await exchange.reader()
            await self._list(exchange, reader, kind, int(skip), everybody=everybody)

        self._deps.later(body, client, work)

    async def on_row(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            chosen, _, ref = exchange.asked.value.partition(":")
            if chosen == views.DETAILS:
                await self._details(exchange, ref)
            elif act := self._acts.get(chosen):
                await act(exchange, ref)
            else:
                raise Expired

        self._deps.later(body, client, work)

    def _on_pressed(self, act: Act) -> Callable[..., Awaitable[None]]:
        """A button whose value is a booking's reference was pressed, wherever it stands."""

        async def on_pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()

            async def work(exchange: Exchange) -> None:
                await act(exchange, exchange.asked.value)

            self._deps.later(body, client, work)

        return on_pressed

    async def _list(
        self, exchange: Exchange, reader: Reader, kind: str, skip: int, *, everybody: bool = False
    ) -> None:
        listing = next((each for each in Listing if each.value == kind), None)
        if listing is None:
            known = ", ".join(Listing)
            raise Unclear(
                _("I know these lists of bookings: {known}. Type one of them.").format(known=known)
            )
        query = BookingQuery(listings=(listing,), take=views.PER_PAGE, skip=skip)
        rows = await (await exchange.desk()).managing.listing(reader, query, everybody=everybody)
        message = views.listing(rows, listing, skip, self._viewer(reader))
        await exchange.say(message, replace=_is_page(exchange))

    async def _details(self, exchange: Exchange, ref: str) -> None:
        """The details, and for who hosts it what there was before with the same guest. A modal
        shows what is known already, while Cal.com is asked for that."""
        await exchange.looking()
        reader = await exchange.reader()
        managing = (await exchange.keeping(ref)).managing
        row = await managing.row(reader, ref)
        viewer, is_modal = self._viewer(reader), exchange.awaited
        if is_modal:
            await exchange.say(details(row, viewer))
        before = await managing.earlier(reader, row)
        whole = details(row, viewer, before=before)
        if not is_modal:
            await exchange.say(whole)
        elif before != NOTHING and not exchange.closed:
            await exchange.show(parts.answer(whole))

    async def _turn(self, exchange: Exchange, value: str) -> None:
        """Another page of the details, in the place of the one that is there."""
        ref, page = turned(value)
        reader = await exchange.reader()
        managing = (await exchange.keeping(ref)).managing
        row = await managing.row(reader, ref)
        before = await managing.earlier(reader, row)
        await exchange.say(details(row, self._viewer(reader), page, before), replace=True)

    def _viewer(self, reader: Reader) -> Viewer:
        return Viewer(Reading.of(reader, self._deps.clock()), reader.email, self._offered)


def _is_page(exchange: Exchange) -> bool:
    """Whether a list is there already, whose place the new one takes."""
    action_id = str(exchange.asked.action.get("action_id"))
    return action_id == ids.BOOKINGS_LISTING or action_id.startswith(ids.BOOKINGS_PAGE)
