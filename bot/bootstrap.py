"""The composition root: builds everything, closes everything, and knows the concrete classes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot import store as stores
from bot.bot import Bot, Outside, now, works_here
from bot.calcom import api, webhooks
from bot.calcom.oauth import OAuth
from bot.calcom.transport import Keys
from bot.chores import Chores
from bot.domain.accounts import HOUSE, Connection, Credential, Holder
from bot.installs import Installs
from bot.metrics import Backlog, Metrics, slack_traces
from bot.services.accounts import Unconnected
from bot.services.amending import Amending
from bot.services.announcing import Announcements
from bot.services.auditing import Auditing
from bot.services.availability import Lookup
from bot.services.booking import Bookings
from bot.services.catalogue import Catalogue
from bot.services.connecting import Connecting
from bot.services.deliveries import Deliveries
from bot.services.desks import Desk, Desks
from bot.services.forgetting import Forgetting
from bot.services.holding import Holds
from bot.services.inviting import Inviting
from bot.services.managing import Managing
from bot.services.matching import Matching
from bot.services.notifications import Notifications
from bot.services.overview import Overviews, Running
from bot.services.refreshing import AccountKeys, Refreshing
from bot.services.refusals import Refusals
from bot.services.reminding import Reminding
from bot.services.rules import Ruling
from bot.services.standing import Standing
from bot.settings import Settings
from bot.slack import app as slack_app
from bot.slack.background import Background
from bot.slack.channels import Channels
from bot.slack.connected import Connected, team_name
from bot.slack.deps import Deps
from bot.slack.door import Door
from bot.slack.identity import Identity
from bot.slack.notifier import ClientFor, Notifier
from bot.slack.people import People
from bot.slack.replies import Replies
from bot.slack.telling import FindingOut
from bot.web import app as web
from bot.web.app import Endpoint
from bot.web.audit_file import AuditFile
from bot.web.calcom_oauth import CALLBACK, CalcomOAuth
from bot.web.calcom_webhook import Addresses, CalcomWebhook
from bot.web.health import Health, Process
from bot.web.metrics import MetricsPage
from bot.worker import Worker

__all__ = ["Bot", "Outside", "assembled", "now", "works_here"]

SLACK_SECONDS = 10


@asynccontextmanager
async def assembled(settings: Settings, outside: Outside | None = None) -> AsyncIterator[Bot]:
    """Build a bot over a database that is up to date; close everything in the end."""
    outside = outside or Outside()
    async with AsyncExitStack() as stack:
        store = stores.open_store(settings.database_url, settings.keys, clock=outside.clock)
        stack.push_async_callback(store.close)
        metrics = Metrics()
        session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS),
            trace_configs=[slack_traces(metrics, settings.slack_api_url)],
        )
        stack.push_async_callback(session.close)
        http = outside.cal_http
        if http is None:
            http = await stack.enter_async_context(_cal_http())
        background = Background()
        stack.push_async_callback(background.close)
        oauth = _oauth(settings, http, outside.clock)
        refreshing = Refreshing(store.connections, oauth, outside.clock, outside.sleep)
        workshop = _Workshop(
            settings, outside, store, session, http, background, metrics, refreshing
        )
        yield workshop.bot()


def _cal_http() -> httpx.AsyncClient:
    """One for all credentials: it follows nobody elsewhere, and keeps no cookies between them."""
    http = httpx.AsyncClient(follow_redirects=False)
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http


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


@dataclass(frozen=True, slots=True)
class _Workshop:
    """What was opened, and how the rest is made of it."""

    settings: Settings
    outside: Outside
    store: stores.Store
    session: aiohttp.ClientSession
    http: httpx.AsyncClient
    background: Background
    metrics: Metrics
    refreshing: Refreshing

    def bot(self) -> Bot:
        settings, store, clock = self.settings, self.store, self.outside.clock
        client = self.slack_client()
        identity = Identity(client.token or "")
        installs = Installs(settings, self.outside, store, self.client_with, identity)
        installations = installs.installations()
        client_for = installations.client_for
        process = Process()
        notifier = self.notifier(client_for)
        deliveries = self.deliveries(notifier)
        people = People(client_for, store.preferences, clock, settings.admins)
        running = partial(self.running, identity, deliveries, process)
        desks = self.desks(identity, people, running)
        deps = self.deps(client_for, people, desks, deliveries, notifier)
        slack = slack_app.build(
            deps,
            client,
            installations,
            installs.leaving(installations, self.client_with_credential),
        )
        notifications = self.notifications(desks)
        finding_out = FindingOut(desks.find_out, client_for, clock, settings.slack_command)
        matching = Matching(store.rules, desks.team_of)
        chores = self.chores.all(finding_out, matching, desks) | installs.renewing(installations)

        async def take() -> bool:
            return deps.ruling.settled and await notifications.take_one()

        worker = Worker(
            take,
            deliveries.deliver_one,
            store.wait_for_work,
            clock,
            chores=chores,
        )
        process.last_round = lambda: worker.last_round
        health = self.health(identity, deliveries, process)
        page = MetricsPage(partial(self.metrics.page, self.backlog)).get
        return Bot(
            settings=settings,
            store=store,
            web=self.web(deps, slack, health, page, self.pages(installs, deps)),
            slack=slack,
            client=client,
            identity=identity,
            installations=installations,
            background=self.background,
            notifications=notifications,
            deliveries=deliveries,
            worker=worker,
            chores=chores,
            ruling=deps.ruling,
            registering=desks.house.registering,
            deps=deps,
            process=process,
            beside=web.beside(
                health=replace(health, worker_here=True, by_socket=False), metrics=page
            ),
        )

    def notifier(self, client_for: ClientFor) -> Notifier:
        outside = self.outside
        return Notifier(
            client_for,
            outside.clock,
            monotonic=outside.monotonic,
            sleep=outside.sleep,
        )

    def notifications(self, desks: Desks) -> Notifications:
        return Notifications(
            self.store.inbox,
            desks,
            self.store.rules,
            webhooks.parse,
            self.outside.clock,
            desks.team_of,
            counts=self.metrics,
        )

    @property
    def chores(self) -> Chores:
        return Chores(self.settings, self.outside, self.store, self.metrics)

    def slack_client(self) -> AsyncWebClient:
        token = self.settings.slack_bot_token
        return self.client_with(token.get_secret_value() if token else "")

    def client_with(self, token: str) -> AsyncWebClient:
        """For the trigger path: nothing in it waits and tries again."""
        return AsyncWebClient(
            token=token,
            base_url=self.settings.slack_api_url,
            timeout=SLACK_SECONDS,
            session=self.session,
            retry_handlers=[],
        )

    def door(self, slack: AsyncApp, background: Background) -> Endpoint | None:
        """Where Slack comes in by HTTP; in Socket Mode nowhere."""
        secret = self.settings.slack_signing_secret
        if self.settings.socket_mode or secret is None:
            return None
        return Door(slack, secret.get_secret_value(), background).on_request

    def scheduling(self, holder: Holder) -> api.Client | Unconnected:
        """Cal.com for the house, by its key, or for an account that is connected."""
        if not holder.is_house:
            own = AccountKeys(self.refreshing, holder.account)
            return self.client_of(own, holder.account) if holder.account else Unconnected()
        key = self.settings.cal_api_key if holder.account == HOUSE else None
        if key is None:
            return Unconnected()
        return self.client_of(key.get_secret_value())

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

    def deliveries(self, notifier: Notifier) -> Deliveries:
        return Deliveries(
            self.store.outbox,
            notifier,
            self.outside.clock,
            Refusals(
                self.store.outbox,
                self.store.rules,
                self.store.references,
                self.outside.clock,
                self.settings.admins,
                self.settings.slack_command,
            ),
            counts=self.metrics,
        )

    def desks(
        self, identity: Identity, people: People, running: Callable[[], Awaitable[Running]]
    ) -> Desks:
        store = self.store

        def setup(holder: Holder, connection: Connection | None) -> Desk:
            return self.desk(holder, self.scheduling(holder), people, running)

        return Desks(
            store.connections,
            store.references,
            store.attempts,
            setup,
            # Where nobody has the house account, no workspace is its home.
            lambda: identity.team_id or ("nowhere" if self.settings.by_oauth else ""),
            self.outside.clock,
        )

    def desk(
        self,
        holder: Holder,
        scheduling: api.Client | Unconnected,
        people: People,
        running: Callable[[], Awaitable[Running]],
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
        return Desk(
            holder=holder,
            scheduling=scheduling,
            catalogue=catalogue,
            lookup=Lookup(scheduling, catalogue, people, clock, web_host, holder, self.username_of),
            bookings=Bookings(scheduling, catalogue, standing, store.attempts, holds, clock),
            holds=holds,
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
                clock,
                account,
            ),
        )

    def deps(
        self,
        client_for: ClientFor,
        people: People,
        desks: Desks,
        deliveries: Deliveries,
        notifier: Notifier,
    ) -> Deps:
        settings, store, clock = self.settings, self.store, self.outside.clock
        channels = Channels(client_for, clock)
        replies = Replies(self.session, settings.slack_api_url)
        connecting = self.connecting(client_for, people, replies)
        return Deps(
            desks=desks,
            drafts=store.drafts,
            preferences=store.preferences,
            people=people,
            replies=replies,
            background=self.background,
            announcements=Announcements(
                store.outbox, deliveries, clock, store.inbox, webhooks.unannounced
            ),
            ruling=Ruling(store.rules, store.outbox, store.turns, channels, desks, notifier, clock),
            channels=channels,
            connecting=connecting,
            auditing=Auditing(store.audit, store.grants, people, clock, settings.public_url),
            forgetting=Forgetting(
                connecting,
                store.rules,
                store.members,
                store.workspaces,
                desks.home,
                self.looked_at,
                store.connections.named,
            ),
            clock=clock,
            command=settings.slack_command,
        )

    def connecting(self, client_for: ClientFor, people: People, replies: Replies) -> Connecting:
        settings, store, outside = self.settings, self.store, self.outside
        return Connecting(
            connections=store.connections,
            grants=store.grants,
            refreshing=self.refreshing,
            client_of=self.client_with_credential,
            rules=store.rules,
            registrations=store.registrations,
            directory=people,
            team_name=partial(team_name, client_for),
            told=Connected(replies, client_for, self.background),
            clock=outside.clock,
            calcom=settings.cal_web_url,
            public_url=settings.public_url,
            inviting=Inviting(store.connections, people, store.turns, outside.clock),
        )

    def pages(self, installs: Installs, deps: Deps) -> list[Route]:
        """What people see in the browser."""
        found = [*AuditFile(deps.auditing).routes(), *installs.pages(deps)]
        public_url, web_url = self.settings.public_url, self.settings.cal_web_url
        if deps.connecting.by_browser and public_url:
            is_https = public_url.startswith("https://")
            found += CalcomOAuth(deps.connecting, web_url, is_https=is_https).routes()
        return found

    async def username_of(self, team_id: str, user_id: str) -> str | None:
        """The Cal.com user name of a member who has connected an account."""
        connection = await self.store.connections.of_member(team_id, user_id)
        return connection.profile.username or None if connection else None

    async def looked_at(self, account: str) -> None:
        """Let the account's webhooks be looked at: its rules may need none any more."""
        await self.store.turns.hasten(f"webhooks:{account}", self.outside.clock())

    async def backlog(self) -> Backlog:
        """What the store knows when somebody looks at the metrics."""
        store, now = self.store, self.outside.clock()
        return Backlog(
            now,
            await store.inbox.waiting(),
            await store.outbox.waiting(now),
            tuple(await store.registrations.of_account(HOUSE)),
        )

    async def running(
        self, identity: Identity, deliveries: Deliveries, process: Process
    ) -> Running:
        """What an admin is told of this process."""
        by_socket = self.settings.socket_mode
        stands = by_socket and process.connected is not None and await process.connected()
        return Running(
            slack_refuses=deliveries.refused(identity.team_id),
            socket_stands=stands if by_socket else None,
            last_round=process.last_round(),
            worker_here=works_here(self.settings),
            database="SQLite" if works_here(self.settings) else "PostgreSQL",
            api_version=self.settings.api_version,
        )

    def health(self, identity: Identity, deliveries: Deliveries, process: Process) -> Health:
        return Health(
            store_answers=self.store.ready,
            last_round=process.last_round,
            slack_known=lambda: identity.is_known,
            clock=self.outside.clock,
            worker_here=works_here(self.settings),
            slack_refuses=lambda: deliveries.refused(identity.team_id),
            process=process,
            by_socket=self.settings.socket_mode,
        )

    def web(
        self,
        deps: Deps,
        slack: AsyncApp,
        health: Health,
        metrics: Endpoint,
        pages: Sequence[Route],
    ) -> Starlette:
        secret = self.settings.cal_webhook_secret
        clock = self.outside.clock
        return web.build(
            webhook=CalcomWebhook(
                self.store.inbox,
                Addresses(self.store.registrations, clock),
                secret.get_secret_value() if secret else "",
                clock,
                heard=deps.desks.drop_slots,
                counts=self.metrics,
            ),
            health=health,
            slack=self.door(slack, deps.background),
            metrics=metrics,
            pages=pages,
        )
