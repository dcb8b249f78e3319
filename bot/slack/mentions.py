"""Whom a message calls: hosts as members of the workspace, and user groups."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Host
from bot.domain.cards import Card, DigestCard, RefusalCard
from bot.domain.errors import PlaceError
from bot.domain.records import Delivery
from bot.slack.place_errors import code_of, place_errors
from bot.slack.text import inline

log = structlog.get_logger(__name__)

MOST_HOSTS: Final = 5
PATIENCE: Final = 3.0
"""Seconds that a message waits to learn who a host is."""
KEPT: Final = 3600.0
UNKNOWN_KEPT: Final = 600.0
"""Seconds: somebody may have joined meanwhile."""
REST: Final = 60.0
"""Seconds for which nobody is looked up after Slack did not answer well."""

_MEMBER: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,30}")


class Mentions:
    """Finds members by their e-mails, keeps them for a while, and never insists.

    Who is not found, or not in time, is called by name; somebody who was found before stays
    found while Slack does not answer, so that a card does not change for that.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[tuple[str, str], tuple[float, str]] = {}
        self._resting: dict[str, float] = {}

    async def of(self, client: AsyncWebClient, delivery: Delivery) -> str:
        """Ready mrkdwn; empty where nobody is to be called."""
        look, shown, team_id = delivery.look, delivery.card, delivery.place.team_id
        if isinstance(shown, DigestCard | RefusalCard):
            return ""
        hosts = shown.booking.hosts if isinstance(shown, Card) and look.mention_host else ()
        found = await asyncio.gather(
            *(self._host(client, team_id, host) for host in hosts[:MOST_HOSTS])
        )
        groups = [f"<!subteam^{group}>" for group in look.groups if _GROUP.fullmatch(group)]
        return " ".join(filter(None, dict.fromkeys([*found, *groups])))

    async def _host(self, client: AsyncWebClient, team_id: str, host: Host) -> str:
        member = await self._member(client, team_id, host.email.casefold()) if host.email else ""
        if _MEMBER.fullmatch(member):
            return f"<@{member}>"
        return "" if "@" in host.name else inline(host.name, 80, empty="")

    async def _member(self, client: AsyncWebClient, team_id: str, email: str) -> str:
        """The member's id; empty for nobody, and for nobody knows."""
        now = self._monotonic()
        until, known = self._known.get((team_id, email), (0.0, ""))
        if until > now or self._resting.get(team_id, 0.0) > now:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                found = await _looked_up(client, email)
        except (PlaceError, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            self._rest(team_id, error)
            return known
        self._known[team_id, email] = (now + (KEPT if found else UNKNOWN_KEPT), found)
        return found

    def _rest(self, team_id: str, error: Exception) -> None:
        seconds = max(getattr(error, "retry_after", None) or 0.0, REST)
        self._resting[team_id] = self._monotonic() + seconds
        code = code_of(error) if isinstance(error, SlackApiError) else getattr(error, "code", "")
        log.warning("cannot_mention_hosts", why=code or type(error).__name__, seconds=seconds)


async def _looked_up(client: AsyncWebClient, email: str) -> str:
    try:
        with place_errors(raw={"users_not_found"}):
            user = (await client.users_lookupByEmail(email=email))["user"]
    except SlackApiError as error:
        if code_of(error) != "users_not_found":
            raise
        return ""
    return "" if user.get("deleted") else str(user["id"])
