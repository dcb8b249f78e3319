"""A proposal is answered: the buttons on its message."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import Expired
from bot.domain.proposals import Way
from bot.services.answering import Answered, Claim, Outcome
from bot.slack import ids
from bot.slack.bookform import BookForm
from bot.slack.deps import Deps, Exchange
from bot.slack.forms import Pick
from bot.slack.listeners.book import Book
from bot.slack.views import outcome as outcome_views
from bot.slack.views import proposals as views
from bot.slack.views.parts import as_message


class Proposals:
    """What people press on the message; the proposer too."""

    def __init__(self, deps: Deps, book: Book) -> None:
        self._deps = deps
        self._book = book

    def register(self, app: AsyncApp) -> None:
        app.action(ids.starts(ids.TAKE_TIME))(self.on_taken)
        app.action(ids.starts(ids.MARK_TIME))(self.on_marked)
        app.action(ids.NONE_FITS)(self.on_marked)
        app.action(ids.DECIDE)(self.on_decided)
        app.action(ids.WITHDRAW)(self.on_withdrawn)

    async def on_taken(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._take)

    async def on_marked(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._mark)

    async def on_decided(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._decide)

    async def on_withdrawn(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        self._deps.later(body, client, self._withdraw)

    async def _take(self, exchange: Exchange) -> None:
        exchange.doing = "booked"
        reader = await exchange.reader()
        claim = _claim(exchange)
        await exchange.note("take a proposed time")
        answered = await self._deps.answering.take(reader.member, claim)
        await self._answer(exchange, answered)

    async def _mark(self, exchange: Exchange) -> None:
        exchange.doing = "booked"
        reader = await exchange.reader()
        answered = await self._deps.answering.mark(reader.member, _claim(exchange))
        if answered.outcome not in {Outcome.MARKED, Outcome.BOOKED}:  # the message says it
            await self._answer(exchange, answered)

    async def _decide(self, exchange: Exchange) -> None:
        exchange.doing = "booked"
        reader = await exchange.reader()
        await exchange.note("decide a poll")
        answered = await self._deps.answering.decide(reader.member, exchange.asked.value)
        await self._answer(exchange, answered)

    async def _answer(self, exchange: Exchange, answered: Answered) -> None:
        if answered.outcome is Outcome.BOOKED:
            await self._booked(exchange, answered)
        elif answered.outcome is Outcome.ASKS:
            await self._fill_in(exchange, answered)
        else:
            await exchange.say(views.answer(answered))

    async def _booked(self, exchange: Exchange, answered: Answered) -> None:
        """What they can do with it now."""
        account, booking = answered.proposal.account, answered.made[0].booking
        await self._deps.sharing.changed(booking.event_type_id, booking.hosts)
        await exchange.note_of(answered.made[0].ref, account)
        reader = await exchange.reader()
        desk = await self._deps.desks.opened(account)
        rows = [await desk.managing.made(reader, one) for one in answered.made]
        await exchange.say(as_message(outcome_views.booked(rows, exchange.reading(reader))))

    async def _fill_in(self, exchange: Exchange, answered: Answered) -> None:
        """The booking form at that time: its event type asks for more than a profile says."""
        proposal, thing = answered.proposal, answered.proposal.thing
        start = proposal.choices[answered.number].start
        theirs = (await exchange.desk()).holder.account == proposal.account
        others = proposal.named if proposal.way is Way.NAMED else ()
        form = BookForm(
            draft_id="",
            proposal=proposal.id,
            proposed=start,
            invited=tuple(one for one in others if one != exchange.asked.user_id),
        )
        owner = thing.owner if theirs else thing.listed
        pick = Pick(thing.event_type_id, owner, thing.length, start)
        await self._book.answer(exchange, pick, form)

    async def _withdraw(self, exchange: Exchange) -> None:
        exchange.doing = "taken back"
        reader = await exchange.reader()
        await exchange.note("withdraw a proposal")
        proposal = await self._deps.proposing.withdraw(reader.member, exchange.asked.value)
        said = views.withdrawn(proposal)
        if exchange.view_id:
            await exchange.finish(views.in_modal(said))
        else:
            await exchange.say(said)


def _claim(exchange: Exchange) -> Claim:
    """What the button says, and where it stands; raises `Expired` for what no button says."""
    asked = exchange.asked
    proposal_id, _, number = asked.value.partition("|")
    if not number.lstrip("-").isdecimal() or len(number) > 3:
        raise Expired
    return Claim(proposal_id, int(number), asked.channel_id, asked.message_ts)
