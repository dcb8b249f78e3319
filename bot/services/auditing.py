"""Who did what from Slack: noted as it begins, and how it ended; shown to admins, and exported."""

import csv
import hashlib
import io
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.domain.accounts import Grant
from bot.domain.audits import BEGUN, Entry
from bot.domain.people import Member
from bot.domain.policy import Deed, check
from bot.services.ports import Audit, Directory, Grants

KIND: Final = "audit"
LASTS: Final = timedelta(minutes=10)
PATH: Final = "/audit/"
SHOWN: Final = 15
COLUMNS: Final = ("at", "member", "action", "outcome", "account", "booking", "detail")
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Auditing:
    """The use cases.

    Attributes:
        public_url: Where browsers reach us; without it there is no link to the file.
    """

    audit: Audit
    grants: Grants
    directory: Directory
    clock: Callable[[], datetime]
    public_url: str | None
    new_secret: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(32), repr=False)

    async def began(self, team_id: str, user_id: str, action: str, ref: str = "") -> int:
        """Note what somebody is about to do, before it is done; a process that dies leaves it as
        it is. Returns its number."""
        return await self.audit.begun(Entry(self.clock(), team_id, user_id, action, BEGUN, ref=ref))

    async def ended(self, number: int, outcome: str, ref: str = "", account: str = "") -> None:
        await self.audit.ended(number, outcome, ref, account)

    async def page(self, member: Member, before: int | None) -> Sequence[tuple[int, Entry]]:
        """The newest first, one more than is shown; raises `Denied` for others than admins."""
        check(member, Deed.SEE_AUDIT)
        return await self.audit.of_workspace(member.team_id, take=SHOWN + 1, before=before)

    async def link(self, member: Member) -> str | None:
        """Where the whole of it can be had once, within ten minutes; None without an address.

        Raises:
            Denied: They are no admin.
        """
        check(member, Deed.SEE_AUDIT)
        if self.public_url is None:
            return None
        state, until = self.new_secret(), self.clock() + LASTS
        await self.grants.put(_digest(state), Grant(KIND, member.team_id, member.user_id, until))
        return f"{self.public_url}{PATH}{state}"

    async def exported(self, state: str) -> AsyncIterator[bytes] | None:
        """The file behind the link, line by line; None where it leads nowhere (any more), or who
        asked for it is no admin (any more)."""
        digest, now = _digest(state), self.clock()
        # Nobody's browser: whoever has the link has it from Slack, and it works once.
        if not await self.grants.opened(digest, digest, now):
            return None
        grant = await self.grants.take(digest, digest, now)
        if grant is None or grant.kind != KIND:
            return None
        member = await self.directory.member(grant.team_id, grant.user_id)
        check(member, Deed.SEE_AUDIT)
        return written(self.audit.all(grant.team_id))


async def written(entries: AsyncIterator[Entry]) -> AsyncIterator[bytes]:
    """As CSV (RFC 4180): times in UTC, members by their Slack ids."""
    yield _line(COLUMNS)
    async for entry in entries:
        at = entry.at.isoformat(timespec="seconds")
        who, what = entry.user_id, entry.action
        yield _line((at, who, what, entry.outcome, entry.account, entry.ref, entry.detail))


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in cells)
    return out.getvalue().encode()


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
