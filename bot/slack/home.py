"""Drawing a member's App Home: when they open it or press in it, and when something has changed.

In one process a later look is never overwritten by an earlier one that took longer. A press says
which drawing it was made in (`hash`): where another process has drawn a newer one meanwhile, Slack
refuses, and it is drawn once more from what is there.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from itertools import count
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from bot.domain.bookings import Action
from bot.domain.errors import PlaceError, StoreUnavailable
from bot.domain.people import Reader
from bot.domain.policy import Deed, may
from bot.domain.proposals import Proposal
from bot.domain.wording import speaking
from bot.locales import language
from bot.services.desks import Desks
from bot.services.homes import Homes, Look
from bot.services.ports import Channels
from bot.slack import naming
from bot.slack.errors import SLACK_FAILED, Problem, problem_of
from bot.slack.notifier import ClientFor
from bot.slack.payloads import Asked
from bot.slack.people import People
from bot.slack.place_errors import code_of
from bot.slack.views import home as views
from bot.slack.views.bookings import Viewer
from bot.slack.views.proposals import in_home
from bot.slack.views.reading import Reading

log = structlog.get_logger(__name__)

PATIENCE: Final = 1.0
"""Seconds after which somebody who sees nothing yet is told that it is being looked up."""
OFFERED: Final = frozenset(Action)
MOST_COUNTED: Final = 10_000


class Occasion(Enum):
    """Why it is drawn."""

    OPENED = "the member is at it"
    DONE = "they have done something elsewhere"
    HEARD = "something has happened to their bookings"


@dataclass(slots=True)
class HomeTab:
    """Publishes Homes; what goes wrong stands in them, with a way to try again."""

    homes: Homes
    desks: Desks
    people: People
    channels: Channels
    client_for: ClientFor
    clock: Callable[[], datetime]
    command: str
    proposals: Callable[[str, str], Awaitable[Sequence[Proposal]]]
    _numbers: "count[int]" = field(default_factory=count)
    _drawn: OrderedDict[tuple[str, str], int] = field(default_factory=OrderedDict)

    async def opened(self, asked: Asked) -> None:
        """Somebody looks at it: the first page, as everything is now. Who sees nothing yet is told
        that it takes a while, if it does; others see what was drawn last."""
        number = next(self._numbers)
        looking = asyncio.ensure_future(self._view(asked, 0, Occasion.OPENED))
        try:
            done, _ = await asyncio.wait({looking}, timeout=None if asked.view else PATIENCE)
            if not done:
                await self._publish(asked, views.looking())
            is_shown = await self._show(asked, await looking, number)
        finally:
            looking.cancel()
        if not (done or is_shown):  # that it takes a while may stand above what came first
            await self.changed(asked)

    async def draw(
        self, asked: Asked, page: int, occasion: Occasion = Occasion.OPENED, seen: str = ""
    ) -> None:
        """Draw it; `seen` is the hash of the drawing in which something was pressed."""
        number = next(self._numbers)
        await self._show(asked, await self._view(asked, page, occasion), number, seen)

    async def _show(
        self, asked: Asked, view: dict[str, Any] | None, number: int, seen: str = ""
    ) -> bool:
        """Publish it, unless a later look is shown already; whether it was this one's turn."""
        key = (asked.team_id, asked.user_id)
        if view is None or self._drawn.get(key, -1) > number:
            return False
        self._drawn[key] = number
        self._drawn.move_to_end(key)
        while len(self._drawn) > MOST_COUNTED:
            self._drawn.popitem(last=False)
        if await self._publish(asked, view, seen) == "hash_conflict":
            await self.changed(asked)
        return True

    async def changed(self, asked: Asked, occasion: Occasion = Occasion.DONE) -> None:
        """Draw it anew, if they have it before them."""
        try:
            page = await self.homes.page(asked.team_id, asked.user_id)
        except StoreUnavailable:  # it is drawn when they open it
            return
        if page is not None:
            await self.draw(asked, page, occasion)

    async def draw_due(self) -> bool:
        """Draw one Home that shows what has changed; False where none is due.

        What fails is not tried again: the next change, or the member, draws it.
        """
        due = await self.homes.due()
        if due is None:
            return False
        team_id, user_id = due
        await self.changed(Asked(team_id, user_id, team_id), Occasion.HEARD)
        return True

    async def _view(self, asked: Asked, page: int, occasion: Occasion) -> dict[str, Any] | None:
        """What is to be seen, or why it is not; None where what is there is better than that."""
        reference = secrets.token_hex(4)
        with structlog.contextvars.bound_contextvars(
            reference=reference, team=asked.team_id, user=asked.user_id
        ):
            try:
                reader = await self.people.reader(asked)
                with speaking(language(reader.member.locale)):
                    return await self._of(reader, page, occasion, reference)
            except Exception as error:  # nobody above could tell the person
                if occasion is Occasion.HEARD:
                    log.warning("home_not_drawn", why=type(error).__name__)
                    return None
                return views.trouble(self._problem(error, "UTC", reference))

    async def _of(
        self, reader: Reader, page: int, occasion: Occasion, reference: str
    ) -> dict[str, Any] | None:
        if not may(reader.member, Deed.LOOK_UP):
            return views.closed()
        look = await self.homes.look(reader, page, opened=occasion is Occasion.OPENED)
        if occasion is Occasion.HEARD and look.tells_nothing:
            return None
        return views.home(await self._whole(reader, look, page, reference))

    async def _whole(self, reader: Reader, look: Look, page: int, reference: str) -> views.Home:
        desk = self.desks.at_hand(reader.member.team_id, reader.member.user_id)
        problem = None
        if look.trouble:
            problem = self._problem(look.trouble, reader.time_zone, reference)
            if not may(reader.member, Deed.CONNECT):
                problem = replace(problem, connect="")
        return views.Home(
            look=look,
            member=reader.member,
            viewer=Viewer(Reading.of(reader, self.clock()), reader.email, OFFERED),
            known=await naming.known(self, desk, reader, look.rules),
            page=page,
            problem=problem,
            proposals=await self._proposals(reader),
            command=self.command,
        )

    async def _proposals(self, reader: Reader) -> tuple[Block, ...]:
        member = reader.member
        found = await self.proposals(member.team_id, member.user_id)
        return tuple(in_home(each, self.clock()) for each in found)

    def _problem(self, error: Exception, zone: str, reference: str) -> Problem:
        return problem_of(error, reference=reference, done="lost", zone=zone, command=self.command)

    async def _publish(self, asked: Asked, view: dict[str, Any], seen: str = "") -> str:
        """Returns what Slack had against it; empty where it is shown."""
        try:
            client = await self.client_for(asked.team_id)
            await client.views_publish(user_id=asked.user_id, view=view, hash=seen or None)
        except SlackApiError as error:
            code = code_of(error)
            log.info("home_not_drawn", why=code)
            return code
        except (*SLACK_FAILED, PlaceError) as error:
            log.warning("home_not_drawn", why=type(error).__name__)
            return type(error).__name__
        return ""
