"""A workspace takes the app away: what is kept of it goes, and nothing of it goes on."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog

from bot.domain.accounts import HOUSE, Connection
from bot.domain.errors import SchedulingError
from bot.domain.records import Registration
from bot.domain.slots import Hold
from bot.services.ports import (
    Client,
    InstallationStore,
    Proposals,
    Registrations,
    Turns,
    WorkspaceRows,
)

log = structlog.get_logger(__name__)

WEBHOOKS: Final = f"webhooks:{HOUSE}"


class Connections(Protocol):
    async def named(self, account: str) -> Connection | None: ...


@dataclass(frozen=True, slots=True)
class Left:
    """An own account that was forgotten (None: everybody's, which stays), and what it leaves
    behind at Cal.com: webhooks, and times that are held for what was proposed."""

    connection: Connection | None
    registrations: Sequence[Registration] = ()
    holds: Sequence[Hold] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """The use case.

    Slack tells of it in two events that come in any order, repeated and late: so what counts is
    not that it was told, but whether the token that is kept still lets the bot in.

    Attributes:
        lets_in: Whether Slack still takes the token that is kept for a workspace (or an
            organization); None where nobody can tell.
        calcom: Asks Cal.com with an account's credential.
        home: The workspace that has the house account.
    """

    installations: InstallationStore
    rows: WorkspaceRows
    connections: Connections
    registrations: Registrations
    proposals: Proposals
    turns: Turns
    lets_in: Callable[[str], Awaitable[bool | None]]
    calcom: Callable[[Connection | None], Client]
    home: Callable[[], str]
    clock: Callable[[], datetime]

    async def told(self, team_id: str, enterprise_id: str, at: datetime) -> Sequence[Left]:
        """Slack said (then) that the app was taken away there: from one workspace, or, without a
        `team_id`, from a whole organization. Returns what is left to be ended at Cal.com.

        Told of what is gone already, or of what was before it was installed anew, it does nothing.
        """
        key = team_id or enterprise_id
        if not await self._is_over(key, at):
            log.info("still_installed", team=key)
            return ()
        teams = [team_id] if team_id else await self._served(enterprise_id)
        left: list[Left] = []
        for team in teams:
            left += await self._remove(team)
        if enterprise_id and not team_id:
            await self.installations.delete(enterprise_id)
        return left

    async def end(self, left: Sequence[Left]) -> None:
        """Take our webhooks back, as far as Cal.com lets us: what they send is refused anyway.
        What is held and cannot be given back lapses by itself."""
        for each in left:
            calcom = self.calcom(each.connection)
            for hold in each.holds:
                with suppress(SchedulingError):
                    await calcom.let_go(hold.uid)
            for kept in each.registrations:
                if not kept.webhook_id:
                    continue
                try:
                    await calcom.delete_webhook(kept.webhook_id, owner=kept.owner)
                except SchedulingError as error:
                    log.info("webhook_left_behind", kind=type(error).__name__)

    async def _is_over(self, key: str, at: datetime) -> bool:
        lets_in = await self.lets_in(key)
        if lets_in is not None:
            return not lets_in
        kept = await self.installations.of(key)
        return kept is None or at >= kept.installed_at.replace(microsecond=0)

    async def _served(self, enterprise_id: str) -> list[str]:
        """The workspaces that had it through their organization alone."""
        return [
            each.team_id
            for each in await self.installations.all()
            if each.enterprise_id == enterprise_id and each.team_id and not each.bot_token
        ]

    async def _remove(self, team_id: str) -> list[Left]:
        left = []
        holds: dict[str, list[Hold]] = {HOUSE: []}
        for proposal in await self.proposals.live(team_id=team_id):
            holds.setdefault(proposal.account, []).extend(proposal.holds)
        for account in await self.rows.accounts(team_id):
            connection = await self.connections.named(account)
            if connection:
                kept = await self.registrations.of_account(account)
                left.append(Left(connection, kept, holds.get(account, ())))
        if holds[HOUSE]:
            left.append(Left(None, holds=holds[HOUSE]))
        await self.rows.remove(team_id)
        if team_id == self.home():  # no rule needs them any more
            await self.turns.hasten(WEBHOOKS, self.clock())
        log.info("workspace_left", team=team_id)
        return left
