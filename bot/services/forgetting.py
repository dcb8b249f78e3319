"""Delete my data: what the bot keeps of a member, or of a whole workspace."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.accounts import HOUSE, Connection
from bot.domain.people import Member
from bot.domain.policy import Deed, check
from bot.services.connecting import Connecting
from bot.services.ports import MemberRows, Rules, WorkspaceRows


class Ending(Protocol):
    async def end(self, *, team_id: str = "", user_id: str = "", account: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The use cases. What Cal.com and Slack keep is theirs: bookings stay, and so do messages.

    Attributes:
        home: The workspace that has the house account.
        ending: Takes back what was proposed.
        hasten: Lets an account's webhooks be looked at: there may be none to keep any more.
        connection_of: The account with this name.
    """

    connecting: Connecting
    rules: Rules
    members: MemberRows
    workspaces: WorkspaceRows
    ending: Ending
    home: Callable[[], str]
    hasten: Callable[[str], Awaitable[None]]
    connection_of: Callable[[str], Awaitable[Connection | None]]

    async def member(self, member: Member) -> None:
        """Disconnect, and delete the member's rules, choices, drafts and what they did.

        Raises:
            Denied: They are not of this workspace.
        """
        check(member, Deed.DELETE_OWN)
        await self.ending.end(team_id=member.team_id, user_id=member.user_id)
        await self.connecting.disconnect(member)
        for rule in await self.rules.owned(member.team_id, member.user_id):
            await self.rules.delete(rule.id)
        at_home = member.team_id == self.home()
        accounts = (HOUSE,) if at_home else ()
        await self.members.remove(member.team_id, member.user_id, accounts=accounts)
        if at_home:
            await self.hasten(HOUSE)

    async def workspace(self, member: Member) -> None:
        """The same for everybody, with all that is kept of bookings; the app stays installed.

        Raises:
            Denied: They are no admin.
        """
        check(member, Deed.DELETE_ALL)
        team_id = member.team_id
        await self.ending.end(team_id=team_id)
        for account in await self.workspaces.accounts(team_id):
            if connection := await self.connection_of(account):
                owner = Member(connection.holder.team_id, connection.holder.user_id)
                await self.connecting.disconnect(owner)
        at_home = team_id == self.home()
        also = (HOUSE,) if at_home else ()
        await self.workspaces.clear(team_id, also)
        if at_home:
            await self.hasten(HOUSE)
