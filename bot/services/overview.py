"""How the bot is doing, for admins; for others, how their own rules are; and what waits, again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.domain.errors import Denied, NotAuthorised, NotConnected, SchedulingError
from bot.domain.hooks import Kept
from bot.domain.people import Account, Member
from bot.domain.policy import Deed, check
from bot.domain.records import Closed, Undelivered, Waiting
from bot.domain.rules import Place, Rule
from bot.domain.wording import N_, _
from bot.services.ports import HomeStore, Inbox, Outbox, Rules
from bot.services.refusals import wake

CAL_SECONDS: Final = 5.0
LATELY: Final = timedelta(days=1)
PAGE: Final = 8
"""Places on one page; there may be one more behind them."""
SHOWN: Final = 15
"""Messages on one page of what waits for a place."""


class TurnsLeft(Protocol):
    async def left(self) -> Mapping[str, tuple[datetime, Mapping[str, Any]]]:
        """When each turn that was ever taken is due, and the state that the last one left."""
        ...


class Accounts(Protocol):
    async def me(self) -> Account: ...


class Hooks(Protocol):
    async def words(self) -> Sequence[Kept]:
        """How the webhooks stand that are kept at Cal.com."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """What the process knows of itself.

    Attributes:
        slack_refuses: Slack's word, while it lets the bot do nothing.
        socket_stands: Whether Socket Mode's connection stands; None without Socket Mode.
        last_round: When the worker last got through its round.
        worker_here: Whether this process has one.
        database: Its kind.
        api_version: Cal.com's.
    """

    slack_refuses: str
    socket_stands: bool | None
    last_round: datetime | None
    worker_here: bool
    database: str
    api_version: str


@dataclass(frozen=True, slots=True)
class Polled:
    """How far polling has come: what changed is known up to `cursor`; `due_at` is the next look."""

    cursor: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that an admin is shown. `trouble` says in a sentence why there is no `account`;
    `closed` are the places of this page, and `more` says that others follow."""

    running: Running
    account: Account | None
    trouble: str
    webhooks: Sequence[Kept]
    inbox: Waiting
    polled: Polled | None
    outbox: Waiting
    lately: int
    closed: Sequence[Closed]
    more: bool


@dataclass(frozen=True, slots=True)
class Overviews:
    """The use cases.

    Attributes:
        running: Asks the process, for a workspace.
        homes: Those of whose rules are at work again are drawn anew.
        house: The name of the account that is looked at.
        home: The workspace whose admins are shown what waits in all of them; empty where there is
            only one.
    """

    inbox: Inbox
    outbox: Outbox
    rules: Rules
    webhooks: Hooks
    turns: TurnsLeft
    calcom: Accounts
    running: Callable[[str], Awaitable[Running]]
    homes: HomeStore
    clock: Callable[[], datetime]
    house: str
    home: Callable[[], str]

    async def overview(self, member: Member, skip: int = 0) -> Overview:
        """What waits is that of the member's workspace alone, where it is not the home.

        Raises:
            Denied: The member is no admin.
        """
        check(member, Deed.SEE_STATUS)
        now = self.clock()
        team_id = None if self.home() in {"", member.team_id} else member.team_id
        account, trouble = await self._account()
        closed = await self.outbox.closed(member.team_id, take=PAGE + 1, skip=skip)
        return Overview(
            running=await self.running(member.team_id),
            account=account,
            trouble=trouble,
            webhooks=await self.webhooks.words(),
            inbox=await self.inbox.waiting(team_id),
            polled=await self._polled(),
            outbox=await self.outbox.waiting(now, team_id),
            lately=await self.outbox.delivered_since(now - LATELY, team_id),
            closed=closed[:PAGE],
            more=len(closed) > PAGE,
        )

    async def own(self, member: Member) -> list[tuple[Rule, Closed | None]]:
        """The member's rules, each with what its place does not take, if there is something."""
        rules = await self.rules.owned(member.team_id, member.user_id)
        places = {rule.place.channel for rule in rules}
        closed = await self.outbox.closed(member.team_id, among=places) if places else []
        by_place = {each.place: each for each in closed}
        return [(rule, by_place.get(rule.place)) for rule in rules]

    async def replay(self, member: Member, place: Place) -> int:
        """Let the place's rules be at work again, and what waits for it be tried; how many.

        Raises:
            Denied: The member is no admin, and no rule of the place is theirs.
        """
        await self._check(member, place)
        return await wake(place, self.rules, self.outbox, self.homes, self.clock())

    async def kept(self, member: Member, place: Place, skip: int = 0) -> Sequence[Undelivered]:
        """What waits for the place, one more than fits a page; raises as `replay` does."""
        await self._check(member, place)
        return await self.outbox.aside(place, take=SHOWN + 1, skip=skip)

    async def _check(self, member: Member, place: Place) -> None:
        if place.team_id != member.team_id or member.is_outsider:
            raise Denied(N_("the members of that workspace"))
        if member.is_admin:
            return
        if not any(rule.owner == member.user_id for rule in await self.rules.at(place)):
            raise Denied(N_("the owner of the rule and the admins of this workspace"))

    async def _account(self) -> tuple[Account | None, str]:
        try:
            async with asyncio.timeout(CAL_SECONDS):
                return await self.calcom.me(), ""
        except NotConnected:
            return None, _("no account is connected: set CAL_API_KEY")
        except NotAuthorised:
            return None, _("refuses the key: make a new one and set CAL_API_KEY")
        except (SchedulingError, TimeoutError):
            return None, _("does not answer")

    async def _polled(self) -> Polled | None:
        due_at, state = (await self.turns.left()).get(f"poll:{self.house}", (None, {}))
        if due_at is None or "cursor" not in state:
            return None
        return Polled(datetime.fromisoformat(state["cursor"]), due_at)
