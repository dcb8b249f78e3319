"""The rules: which bookings go where."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.rules import Place, Rule
from bot.services.ports import Rules

FIRST: Final = "notify_channel"
"""The id of the rule that the settings ask for."""


@dataclass(slots=True)
class Ruling:
    """The use cases on rules.

    Attributes:
        settled: Whether the rule that the settings ask for is there. Before, nothing that
            happens can be decided: Slack has not told yet which workspace this is.
    """

    rules: Rules
    clock: Callable[[], datetime]
    settled: bool = False

    async def keep_first(self, account: str, team_id: str, channel: str | None) -> None:
        """Let there be the rule of `NOTIFY_CHANNEL` (an id or `#name`), or none of it.

        What people have changed of it stays, as long as the setting names the same channel.
        """
        rule_id = f"{FIRST}:{team_id}:{channel}"
        for other in await self.rules.owned(team_id, ""):
            if other.id.startswith(FIRST) and other.id != rule_id:
                await self.rules.delete(other.id)
        if channel and await self.rules.rule(rule_id) is None:
            await self.rules.save(Rule(rule_id, Place(team_id, channel), account))
        self.settled = True
