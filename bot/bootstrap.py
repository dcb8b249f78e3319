"""The composition root: builds everything, closes everything, and knows the concrete classes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.cookiejar import DefaultCookiePolicy

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot import store as stores
from bot.accounts import Accounts, refreshing_of
from bot.bot import Bot, Outside, now, works_here
from bot.calcom import webhooks
from bot.chores import Chores
from bot.domain.accounts import HOUSE
from bot.domain.bookings import Booking
from bot.flows import Flows
from bot.installs import Installs
from bot.metrics import Backlog, Metrics, slack_traces
from bot.services.answering import Answering
from bot.services.deliveries import Deliveries
from bot.services.desks import Desks
from bot.services.matching import Matching
from bot.services.notifications import Notifications
from bot.services.overview import Running
from bot.services.refusals import Refusals
from bot.services.rules import Ruling
from bot.services.settling import Settling
from bot.settings import Settings
from bot.slack import app as slack_app
from bot.slack.background import Background
from bot.slack.deps import Deps
from bot.slack.door import Door
from bot.slack.identity import Identity
from bot.slack.listeners.steps import Steps
from bot.slack.notifier import ClientFor, Notifier
from bot.slack.people import People
from bot.slack.telling import FindingOut
from bot.web import app as web
from bot.web.app import Endpoint
from bot.web.audit_file import AuditFile
from bot.web.calcom_oauth import CalcomOAuth
from bot.web.calcom_webhook import Addresses, CalcomWebhook
from bot.web.health import Health, Process
from bot.web.metrics import MetricsPage
from bot.worker import Step, Worker

__all__ = ["Bot", "Outside", "assembled", "now", "works_here"]

SLACK_SECONDS = 10
CAL_IDLE = 3.0
"""Seconds that an idle connection to Cal.com is kept. Node.js, which it runs on, ends one after
five (its `server.keepAliveTimeout`), as httpx would by itself: where both do so in the same moment,
an order is sent that nobody reads."""


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
        chores = Chores(settings, outside, store, metrics)
        refreshing = refreshing_of(settings, outside, store, http)
        accounts = Accounts(settings, outside, store, http, metrics, chores, refreshing)
        yield _Workshop(settings, outside, store, session, background, metrics, accounts).bot()


def _cal_http() -> httpx.AsyncClient:
    """One for all credentials: it follows nobody elsewhere, and keeps no cookies between them."""
    limits = httpx.Limits(
        max_connections=100, max_keepalive_connections=20, keepalive_expiry=CAL_IDLE
    )
    http = httpx.AsyncClient(follow_redirects=False, limits=limits)
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http


@dataclass(frozen=True, slots=True)
class _Workshop:
    """What was opened, and how the rest is made of it."""

    settings: Settings
    outside: Outside
    store: stores.Store
    session: aiohttp.ClientSession
    background: Background
    metrics: Metrics
    accounts: Accounts

    def bot(self) -> Bot:
        settings, store, clock = self.settings, self.store, self.outside.clock
        client = self.slack_client()
        identity = Identity(client.token or "")
        installs = Installs(settings, self.outside, store, self.client_with, identity)
        installations = installs.installations()
        client_for = installations.client_for
        process = Process()
        people = People(client_for, store.preferences, clock, settings.admins)
        notifier = self.notifier(client_for, people)
        deliveries = self.deliveries(notifier)
        running = partial(self.running, deliveries, process)
        desks = self.accounts.desks(identity, people, running)
        deps = Flows(
            settings,
            self.outside,
            store,
            self.session,
            self.background,
            self.accounts,
            client_for,
            people,
            desks,
            deliveries,
            notifier,
        ).deps()
        slack = slack_app.build(
            deps,
            client,
            installations,
            installs.leaving(
                installations, self.accounts.client_with_credential, self.accounts.house()
            ),
        )
        notifications = self.notifications(desks, deps)
        chores = self.chores(client_for, deps) | installs.renewing(installations)
        worker = self.worker(deps.ruling, notifications, deliveries, chores)
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

    def chores(self, client_for: ClientFor, deps: Deps) -> dict[str, Step]:
        """What the worker does now and then, by name."""
        clock, command, desks = self.outside.clock, self.settings.slack_command, deps.desks
        found = self.accounts.chores.all(
            FindingOut(desks.find_out, client_for, deps.people, clock, command),
            Matching(self.store.rules, desks.team_of),
            desks,
            self.settling(deps.answering),
            deps.claiming,
        )
        own = {"homes": deps.home.draw_due, "shares": deps.sharing.look}
        return found | own | {"steps": Steps(deps).take_up}

    def worker(
        self,
        ruling: Ruling,
        notifications: Notifications,
        deliveries: Deliveries,
        chores: Mapping[str, Step],
    ) -> Worker:
        async def take() -> bool:
            return ruling.settled and await notifications.take_one()

        wait, clock = self.store.wait_for_work, self.outside.clock
        return Worker(take, deliveries.deliver_one, wait, clock, chores=chores)

    def notifier(self, client_for: ClientFor, people: People) -> Notifier:
        outside = self.outside
        return Notifier(
            client_for,
            people.member,
            outside.clock,
            monotonic=outside.monotonic,
            sleep=outside.sleep,
        )

    def notifications(self, desks: Desks, deps: Deps) -> Notifications:
        async def seen_by_all(account: str, *bookings: Booking) -> None:
            await deps.home.homes.changed(account, *bookings)
            for booking in bookings:
                await deps.sharing.changed(booking.event_type_id, booking.hosts)

        return Notifications(
            self.store.inbox,
            desks,
            self.store.rules,
            webhooks.parse,
            self.outside.clock,
            desks.team_of,
            counts=self.metrics,
            changed=seen_by_all,
            missed=webhooks.missed,
        )

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

    def deliveries(self, notifier: Notifier) -> Deliveries:
        return Deliveries(
            self.store.outbox,
            notifier,
            self.outside.clock,
            Refusals(
                self.store.outbox,
                self.store.rules,
                self.store.references,
                self.store.homes,
                self.outside.clock,
                self.settings.admins,
                self.settings.slack_command,
            ),
            counts=self.metrics,
        )

    def settling(self, answering: Answering) -> Settling:
        return Settling(
            answering.proposals,
            answering,
            answering.upholding,
            answering.desks,
            answering.directory,
            self.outside.clock,
        )

    def pages(self, installs: Installs, deps: Deps) -> list[Route]:
        """What people see in the browser."""
        found = [*AuditFile(deps.auditing).routes(), *installs.pages(deps)]
        public_url, web_url = self.settings.public_url, self.settings.cal_web_url
        if deps.connecting.by_browser and public_url:
            is_https = public_url.startswith("https://")
            found += CalcomOAuth(deps.connecting, web_url, is_https=is_https).routes()
        return found

    async def backlog(self) -> Backlog:
        """What the store knows when somebody looks at the metrics."""
        store, now = self.store, self.outside.clock()
        return Backlog(
            now,
            await store.inbox.waiting(),
            await store.outbox.waiting(now),
            tuple(await store.registrations.of_account(HOUSE)),
        )

    async def running(self, deliveries: Deliveries, process: Process, team_id: str) -> Running:
        """What an admin of this workspace is told of this process."""
        by_socket = self.settings.socket_mode
        stands = by_socket and process.connected is not None and await process.connected()
        return Running(
            slack_refuses=deliveries.refused(team_id),
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
