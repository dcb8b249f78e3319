"""Which rules mean a booking: found under its keys, and with its team where one asks for it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.rules import About, Rule, Showing, keys_for, showings
from bot.services.ports import Rules

TeamOf = Callable[[str, int], Awaitable[int | None]]


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches what happened, and what is there, with the rules.

    Attributes:
        team_of: The team of an account's event type (their ids), where it is one's; raises
            `SchedulingError` where that cannot be found out, and with it whoever asks here.
    """

    rules: Rules
    team_of: TeamOf

    async def showings(self, account: str, about: About, now: datetime) -> tuple[Showing, ...]:
        """Where it is announced."""
        found = await self.rules.matching(account, keys_for(about))
        return showings(found, await self.seen_by(found, about), now)

    async def fitting(self, account: str, about: About) -> list[Rule]:
        """The rules that mean it, whatever they announce."""
        found = await self.rules.matching(account, keys_for(about))
        about = await self.seen_by(found, about)
        return [rule for rule in found if rule.fits(about)]

    async def seen_by(self, rules: Iterable[Rule], about: About) -> About:
        """As these rules of one account look at it: whose team it is, is looked up only where one
        asks for it."""
        asking = next((rule for rule in rules if rule.teams), None)
        if about.event_type_id is None or asking is None:
            return about
        team_id = await self.team_of(asking.account, about.event_type_id)
        return replace(about, team_id=team_id)
