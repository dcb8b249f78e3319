"""With which token the bot speaks in which workspace.

The workspace of `SLACK_BOT_TOKEN` is served by that token; every other one by what was kept when
the app was installed there, or in the Grid organization that it belongs to. Tokens that rotate
are renewed before their time, by one process at a time: each refresh token counts once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import (
    BotRefused,
    PlaceBusy,
    PlaceError,
    PlaceUnknown,
    StoreUnavailable,
)
from bot.domain.installations import Installation
from bot.services.ports import InstallationStore
from bot.slack.identity import Identity
from bot.slack.place_errors import code_of, place_errors

log = structlog.get_logger(__name__)

EARLY: Final = timedelta(hours=2)
"""Slack's tokens that rotate are good for twelve hours (docs: token rotation)."""
LATE: Final = timedelta(minutes=10)
"""Whoever needs the token renews it then, where nobody has done so before."""
LEASE: Final = timedelta(seconds=30)
"""How long one process may take to ask; after an attempt that failed nobody asks before."""
LOOKS: Final = 20
LOOK_AFTER: Final = 0.1
"""Seconds between two looks for the token that another process asks for."""
RENEW_EVERY: Final = timedelta(minutes=15)
ClientWith = Callable[[str], AsyncWebClient]


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """The app's own credentials at Slack."""

    client: AsyncWebClient
    client_id: str
    client_secret: str = field(repr=False)

    async def access(self, **more: str) -> Any:
        """`oauth.v2.access`, for a code or for a refresh token; raises what the client raises.

        The client's own method for it sends the secret by a way that aiohttp is giving up.
        """
        known = {"client_id": self.client_id, "client_secret": self.client_secret}
        return await self.client.api_call("oauth.v2.access", data=known | more)


class Installations:
    """Every workspace that the bot serves.

    Args:
        home: The workspace of the token in the settings; without a token none.
        oauth: None where the app is not installed by OAuth: then there is only the home.
        client_with: A client with this token.
        sleep: Waits between two looks.
    """

    def __init__(
        self,
        home: Identity,
        store: InstallationStore,
        oauth: OAuthApp | None,
        client_with: ClientWith,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._home = home
        self._store = store
        self._oauth = oauth
        self._client_with = client_with
        self._clock = clock
        self._sleep = sleep
        self._last: dict[str, Installation] = {}

    async def authorize(
        self, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        """What a request from there is answered with; None where the app is not installed."""
        if self._is_home(team_id):
            return self._home.authorized(enterprise_id, team_id)
        found = await self.of(team_id or "", enterprise_id or "")
        if found is None:
            return None
        try:
            found = await self.renewed(found, within=LATE)
        except PlaceError as error:  # it is answered all the same, by the response URL
            log.warning("token_not_renewed", team=found.key, why=error.code)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token,
            bot_id=found.bot_id or None,
            bot_user_id=found.bot_user_id or None,
        )

    async def client_for(self, team_id: str) -> AsyncWebClient:
        """The client of a workspace.

        Raises:
            BotRefused: The app is not installed there (any more).
            PlaceBusy: Its token is over, and the next one could not be had now.
        """
        if self._is_home(team_id):
            return self._client_with(self._home.token)
        found = await self.of(team_id)
        if found is None:
            raise BotRefused("not_installed")
        return self._client_with((await self.renewed(found, within=LATE)).bot_token)

    async def of(self, team_id: str, enterprise_id: str = "") -> Installation | None:
        """The workspace's own installation, else its organization's.

        A workspace that is served by its organization's is remembered as such: what is sent there
        later knows the workspace alone.
        """
        if self._oauth is None:
            return None
        own = await self._kept(team_id) if team_id else None
        if own and own.bot_token:
            return own
        above = own.enterprise_id if own else enterprise_id
        whole = await self._kept(above) if above else None
        if whole and team_id and own is None:
            await self._store.save(_served(whole, team_id))
        return whole

    async def renewed(self, installation: Installation, within: timedelta) -> Installation:
        """The same with a token that is good for so long yet, where there can be one; else with
        one that is still good now.

        Raises:
            BotRefused: It is over, and Slack renews it no more.
            PlaceBusy: It is over, and Slack could not be asked.
        """
        ends, now = installation.expires_at, self._clock()
        if self._oauth is None or ends is None or ends - now > within:
            return installation
        key, version = installation.key, installation.version
        if await self._store.begin_refresh(key, version, now, now + LEASE):
            try:
                return await self._next(self._oauth, installation)
            except BotRefused as error:
                newest = await self._store.of(key)
                if newest and newest.version > version:
                    return newest
                log.error("token_refused", team=key, why=error.code, todo="install it anew")  # noqa: TRY400 # its way here says nothing
                if ends <= now:
                    raise
            except (PlaceBusy, PlaceUnknown) as error:
                log.warning("token_not_renewed", team=key, why=error.code)
        elif ends <= now:
            installation = await self._others(installation)
        if installation.expires_at and installation.expires_at <= now:
            raise PlaceBusy("token_not_renewed")
        return installation

    async def renew_all(self) -> None:
        """Renew every token that ends soon; one that cannot be renewed keeps none from it."""
        for each in await self._store.all():
            try:
                await self.renewed(each, within=EARLY)
            except PlaceError as error:
                log.warning("token_not_renewed", team=each.key, why=error.code)

    async def lets_in(self, key: str) -> bool | None:
        """Whether Slack takes the token that is kept for a workspace or an organization; None
        where it does not say."""
        home = {self._home.team_id, self._home.enterprise_id}
        if self._is_home(key) and (key in home or not self._home.team_id):
            token = self._home.token
        elif found := await self._store.of(key):
            token = found.bot_token
        else:
            return False
        try:
            with place_errors():
                await self._client_with(token).auth_test()
        except BotRefused as error:
            return None if error.code == "token_expired" else False
        except (PlaceError, SlackApiError):
            return None
        return True

    def forget(self, key: str) -> None:
        self._last.pop(key, None)

    def _is_home(self, team_id: str | None) -> bool:
        """Where the app is installed nowhere else, everything is the home's to judge."""
        if not self._home.token:
            return False
        return self._oauth is None or bool(team_id and team_id == self._home.team_id)

    async def _kept(self, key: str) -> Installation | None:
        """As the store has it; while it does not answer, as it was last."""
        try:
            found = await self._store.of(key)
        except StoreUnavailable:
            if key not in self._last:
                raise
            return self._last[key]
        if found:
            self._last[key] = found
        else:
            self.forget(key)
        return found

    async def _next(self, oauth: OAuthApp, installation: Installation) -> Installation:
        try:
            with place_errors():
                told = await oauth.access(
                    grant_type="refresh_token", refresh_token=installation.refresh_token
                )
        except SlackApiError as error:  # `invalid_refresh_token` and its like
            raise BotRefused(code_of(error)) from error
        newer = replace(
            installation,
            bot_token=str(told["access_token"]),
            refresh_token=str(told["refresh_token"]),
            expires_at=self._clock() + timedelta(seconds=int(told["expires_in"])),
            version=installation.version + 1,
        )
        if await self._store.refreshed(newer):
            return newer
        return await self._store.of(installation.key) or newer

    async def _others(self, installation: Installation) -> Installation:
        """What another process gets meanwhile."""
        for _ in range(LOOKS):
            found = await self._store.of(installation.key)
            if found is None:
                raise BotRefused("not_installed")
            if found.version > installation.version:
                return found
            await self._sleep(LOOK_AFTER)
        return installation


def _served(whole: Installation, team_id: str) -> Installation:
    return replace(
        whole, team_id=team_id, bot_token="", refresh_token="", expires_at=None, version=1
    )
