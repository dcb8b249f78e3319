"""The app in many workspaces, put together: how it comes there, and what follows when it leaves."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from bot import store as stores
from bot.bot import Outside
from bot.domain.accounts import Credential
from bot.services.leaving import Leaving
from bot.services.ports import Client
from bot.services.rounds import Rounds, State
from bot.settings import Settings
from bot.slack.deps import Deps
from bot.slack.identity import Identity
from bot.slack.installations import RENEW_EVERY, Installations, OAuthApp
from bot.slack.oauth import Installing
from bot.slack.welcoming import Welcome
from bot.worker import Step


@dataclass(frozen=True, slots=True)
class Installs:
    """Makes it, of what was opened."""

    settings: Settings
    outside: Outside
    store: stores.Store
    client_with: Callable[[str], AsyncWebClient]
    identity: Identity

    @property
    def oauth(self) -> OAuthApp | None:
        """Where the app is installed into many workspaces."""
        client_id, secret = self.settings.slack_client_id, self.settings.slack_client_secret
        if client_id is None or secret is None:
            return None
        return OAuthApp(self.client_with(""), client_id, secret.get_secret_value())

    def installations(self) -> Installations:
        return Installations(
            self.identity,
            self.store.installations,
            self.oauth,
            self.client_with,
            self.outside.clock,
            self.outside.sleep,
        )

    def pages(self, deps: Deps) -> list[Route]:
        """Those at which the app is installed, where it is by OAuth."""
        oauth, public_url = self.oauth, self.settings.public_url
        if oauth is None or public_url is None:
            return []
        pages = Installing(
            oauth,
            self.store.grants,
            self.store.installations,
            public_url,
            self.settings.slack_api_url,
            self.home,
            self.outside.clock,
            Welcome(self.client_with, deps.background, deps.command),
        )
        return [
            Route("/slack/install", pages.start, methods=["GET"]),
            Route("/slack/oauth_redirect", pages.back, methods=["GET"]),
        ]

    def leaving(
        self,
        installations: Installations,
        client_of: Callable[[Credential], Client],
        house: Client,
    ) -> Leaving:
        store = self.store
        return Leaving(
            store.installations,
            store.workspaces,
            store.connections,
            store.registrations,
            store.proposals,
            store.turns,
            installations.lets_in,
            lambda connection: client_of(connection.credential) if connection else house,
            self.home,
            self.outside.clock,
        )

    def renewing(self, installations: Installations) -> dict[str, Step]:
        """Tokens that rotate are renewed in time, whether anybody needs them or not."""
        if not self.settings.by_oauth:
            return {}

        async def renew(state: State) -> State:
            await installations.renew_all()
            return state

        rounds = Rounds(self.store.turns, self.outside.clock)
        return {"tokens": rounds.round("tokens", RENEW_EVERY, renew)}

    def home(self) -> str:
        return self.identity.team_id
