"""A member asks a colleague to connect their Cal.com account: once a day at most."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.errors import Unclear
from bot.domain.people import Member
from bot.domain.policy import Deed, may
from bot.domain.wording import _
from bot.services.ports import ConnectionStore, Directory, Turns

AGAIN_AFTER: Final = timedelta(days=1)
LEASE: Final = timedelta(minutes=1)

Invite = Callable[[Member, Member], Awaitable[None]]
"""Tells the second one that the first one asks; raises where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Inviting:
    """See the module."""

    connections: ConnectionStore
    directory: Directory
    turns: Turns
    clock: Callable[[], datetime]

    async def invite(self, member: Member, user_id: str, invite: Invite) -> Member:
        """Let the colleague be told; returns who it is.

        Raises:
            Unclear: It cannot be, or need not be, and why.
        """
        guest = await self.directory.member(member.team_id, user_id)
        name = guest.name or _("This person")
        if (
            not may(member, Deed.LOOK_UP)
            or not may(guest, Deed.CONNECT)
            or user_id == member.user_id
        ):
            raise Unclear(
                _("{name} cannot be invited to connect an account here.").format(name=name)
            )
        if await self.connections.of_member(guest.team_id, guest.user_id):
            raise Unclear(
                _("{name} has connected an account already. Ask again for their times.").format(
                    name=name
                )
            )
        now = self.clock()
        asked = f"invite:{member.team_id}:{member.user_id}:{user_id}"
        turn = await self.turns.take(asked, now, now + LEASE)
        if turn is None:
            raise Unclear(
                _("You have invited {name} within the last day. Give them some time.").format(
                    name=name
                )
            )
        try:
            await invite(member, guest)
        except Exception:
            await self.turns.end(turn, now, {})
            raise
        await self.turns.end(turn, now + AGAIN_AFTER, {})
        return guest
