"""Telling people of what came later: direct messages that nobody pressed a button for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.errors import PlaceBusy, PlaceError, PlaceUnknown
from bot.domain.records import Attempt, Seen
from bot.domain.wording import speaking
from bot.locales import language
from bot.slack.notifier import ClientFor
from bot.slack.people import People
from bot.slack.place_errors import code_of, place_errors
from bot.slack.views import outcome

log = structlog.get_logger(__name__)

FIND_OUT_EVERY = timedelta(seconds=15)


@dataclass(slots=True)
class FindingOut:
    """Now and then: what became of bookings whose answer was lost, and tell who asked."""

    find_out: Callable[[], Awaitable[list[tuple[Attempt, Seen | None]]]]
    client_for: ClientFor
    people: People
    clock: Callable[[], datetime]
    command: str
    next_at: datetime | None = None
    untold: list[tuple[Attempt, Seen | None]] = field(default_factory=list)

    async def __call__(self) -> bool:
        if self.next_at is None or self.clock() >= self.next_at:
            self.next_at = self.clock() + FIND_OUT_EVERY
            self.untold += await self.find_out()
        if not self.untold or not await self._told(*self.untold[0]):
            return False
        del self.untold[0]
        return True

    async def _told(self, attempt: Attempt, seen: Seen | None) -> bool:
        """Whether it was told, or cannot be: only what may be better later is kept for later."""
        certain = bool(attempt.request.get("listed", True))
        booking = seen.booking if seen else None
        try:
            with place_errors():
                member = await self.people.member(attempt.team_id, attempt.user_id)
                with speaking(language(member.locale)):
                    said = outcome.found_out(booking, self.command, certain=certain)
                client = await self.client_for(attempt.team_id)
                await client.chat_postMessage(
                    channel=attempt.user_id, text=said.text, blocks=said.blocks
                )
        except (PlaceError, SlackApiError) as error:
            log.warning("could_not_tell", user=attempt.user_id, why=why(error))
            return not isinstance(error, PlaceBusy | PlaceUnknown)
        return True


def why(error: Exception) -> str:
    """Slack's word for it, else the error's name."""
    if isinstance(error, PlaceError):
        return error.code
    code = code_of(error) if isinstance(error, SlackApiError) else ""
    return code or type(error).__name__
