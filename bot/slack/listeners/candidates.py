"""`/cal reschedule`, `cancel`, `confirm`, `decline`: which booking is meant.

The list is always shown, also where one booking fits: a modal needs a fresh click (a trigger id
lives for three seconds, Slack's limit, and Cal.com may take longer to answer).
"""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action
from bot.domain.commands import Command
from bot.domain.errors import Expired, Unclear
from bot.domain.people import Reader
from bot.domain.wording import _
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import candidates as views
from bot.slack.views.bookings import Viewer
from bot.slack.views.candidates import Narrowing, Wanted
from bot.slack.views.reading import Reading


class Candidates:
    """Lists the bookings an action can be done to."""

    def __init__(self, deps: Deps, offered: frozenset[Action]) -> None:
        self._deps = deps
        self._offered = offered

    def register(self, app: AsyncApp) -> None:
        app.action(ids.starts(ids.CANDIDATES_PAGE))(self.on_page)

    async def show(self, exchange: Exchange, reader: Reader, command: Command) -> None:
        what = command.what
        words = " ".join((*what.unresolved, what.words, what.link.slug if what.link else ""))
        narrowing = Narrowing(Action(command.name.value), words.strip(), what.people, command.when)
        await self._show(exchange, reader, narrowing, 0)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            read_ = Narrowing.decode(exchange.asked.value)
            if read_ is None:
                raise Expired
            await self._show(exchange, await exchange.reader(), *read_, turned=True)

        self._deps.later(body, client, work)

    async def _show(
        self,
        exchange: Exchange,
        reader: Reader,
        narrowing: Narrowing,
        page: int,
        *,
        turned: bool = False,
    ) -> None:
        reading = Reading.of(reader, self._deps.clock())
        wanted = await self._wanted(narrowing, reader, reading)
        found = await (await exchange.desk()).managing.candidates(reader, narrowing.action)
        fitting = [row for row in found.rows if wanted.fits(row.booking, reading)]
        viewer = Viewer(reading, reader.email, self._offered)
        message = views.candidates(
            fitting or found.rows, narrowing, page, viewer, missed=not fitting
        )
        await exchange.say(message, replace=turned)

    async def _wanted(self, narrowing: Narrowing, reader: Reader, reading: Reading) -> Wanted:
        emails = [await self._email(reader.member.team_id, user_id) for user_id in narrowing.people]
        if not narrowing.when:
            return Wanted(narrowing.words, emails)
        when = reading.when(narrowing.when)
        return Wanted(narrowing.words, emails, when.day, when.last_day, when.start)

    async def _email(self, team_id: str, user_id: str) -> str:
        member = await self._deps.people.member(team_id, user_id)
        if not member.email:
            raise Unclear(
                _(
                    "Slack shows me no e-mail address for {name}, so I cannot tell their "
                    "bookings. Type a name or a day instead."
                ).format(name=member.name or _("this person"))
            )
        return member.email
