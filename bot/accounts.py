"""The accounts, put together: with what Cal.com is asked for each, its desk, and how members get
one of their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import httpx

from bot import store as stores
from bot.bot import Outside
from bot.calcom import api
from bot.calcom.oauth import OAuth
from bot.calcom.transport import Keys
from bot.chores import Chores
from bot.domain.accounts import HOUSE, Connection, Credential, Holder
from bot.metrics import Metrics
from bot.services.accounts import Unconnected
from bot.services.amending import Amending
from bot.services.availability import Lookup
from bot.services.away import Absences
from bot.services.booking import Bookings
from bot.services.catalogue import Catalogue
from bot.services.connecting import Connecting
from bot.services.desks import Desk, Desks
from bot.services.holding import Holds
from bot.services.hours import Hours
from bot.services.inviting import Inviting
from bot.services.managing import Managing
from bot.services.matching import Matching
from bot.services.overview import Overviews, Running
from bot.services.refreshing import AccountKeys, Refreshing
from bot.services.reminding import Reminding
from bot.services.standing import Standing
from bot.services.upholding import Upholding
from bot.settings import Settings
from bot.slack.background import Background
from bot.slack.connected import Connected, team_name
from bot.slack.home import HomeTab
from bot.slack.identity import Identity
from bot.slack.notifier import ClientFor
from bot.slack.people import People
from bot.slack.replies import Replies
from bot.web.calcom_oauth import CALLBACK


@dataclass(frozen=True, slots=True)
class Accounts:
    """Makes all of it, of what was opened.

    Attributes:
        refreshing: Keeps members' credentials good; see `refreshing_of`.
    """

    settings: Settings
    outside: Outside
    store: stores.Store
    http: httpx.AsyncClient
    metrics: Metrics
    chores: Chores
    refreshing: Refreshing

    def scheduling(self, holder: Holder) -> api.Client | Unconnected:
        """Cal.com for the house, by its key, or for an account that is connected."""
        if not holder.is_house:
            own = AccountKeys(self.refreshing, holder.account)
            return self.client_of(own, holder.account) if holder.account else Unconnected()
        key = self.settings.cal_api_key if holder.account == HOUSE else None
        if key is None:
            return Unconnected()
        return self.client_of(key.get_secret_value())

    def house(self) -> api.Client | Unconnected:
        """Cal.com for everybody."""
        return self.scheduling(Holder(HOUSE, ""))

    def client_with_credential(self, credential: Credential) -> api.Client:
        """Cal.com, as whoever has this very credential sees it."""
        return self.client_of(credential.token)

    def client_of(self, keys: str | Keys, counted: str = "") -> api.Client:
        """Cal.com, as whoever has this key sees it; `counted` names the account."""
        return api.connect(
            self.settings.cal_api_url,
            keys,
            http=self.http,
            clock=self.outside.clock,
            sleep=self.outside.sleep,
            limit_name=counted,
            told=self.metrics.calcom_called,
        )

    def desks(
        self, identity: Identity, people: People, running: Callable[[str], Awaitable[Running]]
    ) -> Desks:
        store = self.store

        def home() -> str:
            """Where nobody has the house account, no workspace is its home."""
            return identity.team_id or ("nowhere" if self.settings.by_oauth else "")

        def setup(holder: Holder, connection: Connection | None) -> Desk:
            return self.desk(holder, self.scheduling(holder), people, running, home)

        return Desks(
            store.connections,
            store.references,
            store.attempts,
            setup,
            home,
            self.outside.clock,
        )

    def desk(
        self,
        holder: Holder,
        scheduling: api.Client | Unconnected,
        people: People,
        running: Callable[[str], Awaitable[Running]],
        home: Callable[[], str],
    ) -> Desk:
        """The use cases of one account."""
        settings, store, clock = self.settings, self.store, self.outside.clock
        account = holder.account
        catalogue = Catalogue(scheduling, clock)
        matching = Matching(store.rules, lambda _, event_type_id: catalogue.team_of(event_type_id))
        registering = self.chores.registering(account, scheduling, catalogue)
        standing = Standing(holder, scheduling, catalogue, store.references, store.attempts, clock)
        holds = Holds(scheduling, store.drafts, clock)
        web_host = urlsplit(settings.cal_web_url).hostname or ""
        lookup = Lookup(scheduling, catalogue, people, clock, web_host, holder, self.username_of)
        hours = Hours(scheduling, lookup, holder)
        return Desk(
            holder=holder,
            scheduling=scheduling,
            catalogue=catalogue,
            lookup=lookup,
            bookings=Bookings(scheduling, catalogue, standing, store.attempts, holds, clock),
            holds=holds,
            hours=hours,
            absences=Absences(scheduling, catalogue, hours, lookup, clock),
            managing=Managing(scheduling, catalogue, standing, clock),
            amending=Amending(scheduling, catalogue, standing, clock),
            registering=registering,
            reconciling=self.chores.reconciling(account, scheduling),
            reminding=Reminding(account, store.rules, store.cards, store.outbox, matching, clock),
            overviews=Overviews(
                store.inbox,
                store.outbox,
                store.rules,
                registering,
                store.turns,
                scheduling,
                running,
                store.homes,
                clock,
                account,
                home,
            ),
        )

    def connecting(
        self,
        client_for: ClientFor,
        replies: Replies,
        background: Background,
        home: HomeTab,
        upholding: Upholding,
    ) -> Connecting:
        settings, store, outside = self.settings, self.store, self.outside
        return Connecting(
            connections=store.connections,
            grants=store.grants,
            refreshing=self.refreshing,
            client_of=self.client_with_credential,
            rules=store.rules,
            registrations=store.registrations,
            directory=home.people,
            team_name=partial(team_name, client_for),
            told=Connected(replies, home.people, client_for, background, home.changed),
            clock=outside.clock,
            calcom=settings.cal_web_url,
            public_url=settings.public_url,
            inviting=Inviting(store.connections, home.people, store.turns, outside.clock),
            ending=lambda account: upholding.end(account=account),
        )

    async def username_of(self, team_id: str, user_id: str) -> str | None:
        """The Cal.com user name of a member who has connected an account."""
        connection = await self.store.connections.of_member(team_id, user_id)
        return connection.profile.username or None if connection else None


def refreshing_of(
    settings: Settings, outside: Outside, store: stores.Store, http: httpx.AsyncClient
) -> Refreshing:
    """There is one in a process."""
    oauth = _oauth(settings, http, outside.clock)
    return Refreshing(store.connections, oauth, outside.clock, outside.sleep)


def _oauth(
    settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]
) -> OAuth | None:
    """Cal.com's consent, where there is a client for it, a way back, and an API that knows it."""
    client_id, secret = settings.cal_oauth_client_id, settings.cal_oauth_client_secret
    if client_id is None or settings.public_url is None or settings.api_version == "v1":
        return None
    return OAuth(
        client_id,
        secret.get_secret_value() if secret else None,
        settings.cal_api_url,
        settings.cal_web_url,
        f"{settings.public_url}{CALLBACK}",
        http,
        clock,
    )
