"""Part of the composition root: what the flows in Slack have at hand."""

from dataclasses import dataclass
from secrets import token_urlsafe

import aiohttp

from bot import store as stores
from bot.accounts import Accounts
from bot.bot import Outside
from bot.calcom import webhooks
from bot.services.announcing import Announcements
from bot.services.answering import Answering
from bot.services.auditing import Auditing
from bot.services.connecting import Connecting
from bot.services.deliveries import Deliveries
from bot.services.desks import Desks
from bot.services.forgetting import Forgetting
from bot.services.homes import Homes
from bot.services.proposing import Proposing
from bot.services.rules import Ruling
from bot.services.sharing import LOOKS, Sharing
from bot.services.sparing import Sparing
from bot.services.unfurling import Unfurling
from bot.services.upholding import Upholding
from bot.settings import Settings
from bot.slack.background import Background
from bot.slack.boards import Boards
from bot.slack.channels import Channels
from bot.slack.deps import Deps
from bot.slack.home import HomeTab
from bot.slack.notifier import ClientFor, Notifier
from bot.slack.people import People
from bot.slack.proposals import ProposalMessages
from bot.slack.replies import Replies


def new_id() -> str:
    """Sixteen characters nobody can guess."""
    return token_urlsafe(12)


@dataclass(frozen=True, slots=True)
class Flows:
    """Makes all of it, of what was opened."""

    settings: Settings
    outside: Outside
    store: stores.Store
    session: aiohttp.ClientSession
    background: Background
    accounts: Accounts
    client_for: ClientFor
    people: People
    desks: Desks
    deliveries: Deliveries
    notifier: Notifier

    def deps(self) -> Deps:
        settings, store, clock = self.settings, self.store, self.outside.clock
        people, desks = self.people, self.desks
        channels = Channels(self.client_for, clock)
        replies = Replies(self.session, settings.slack_api_url)
        ruling = self.ruling(channels)
        answering = self.answering()
        upholding = answering.upholding
        proposing = Proposing(store.proposals, answering.places, upholding, clock, new_id)
        home = self.home(ruling, channels, proposing)
        connecting = self.accounts.connecting(
            self.client_for, replies, self.background, home, upholding
        )
        announcements = self.announcements()
        return Deps(
            desks=desks,
            drafts=store.drafts,
            preferences=store.preferences,
            people=people,
            replies=replies,
            background=self.background,
            announcements=announcements,
            ruling=ruling,
            channels=channels,
            connecting=connecting,
            auditing=Auditing(store.audit, store.grants, people, clock, settings.public_url),
            forgetting=self.forgetting(connecting, upholding),
            home=home,
            sharing=self.sharing(),
            unfurling=Unfurling(desks, clock),
            proposing=proposing,
            answering=answering,
            claiming=self.accounts.chores.claiming(desks, people, announcements),
            runs=store.runs,
            client_for=self.client_for,
            clock=clock,
            command=settings.slack_command,
        )

    def ruling(self, channels: Channels) -> Ruling:
        store = self.store
        return Ruling(
            store.rules,
            store.outbox,
            store.turns,
            channels,
            self.desks,
            self.notifier,
            store.homes,
            self.outside.clock,
        )

    def answering(self) -> Answering:
        store, desks, clock = self.store, self.desks, self.outside.clock
        messages = ProposalMessages(self.client_for, clock)
        upholding = Upholding(
            store.proposals, messages, store.homes, desks, clock, self.outside.sleep
        )
        return Answering(store.proposals, messages, desks, self.people, upholding, clock, new_id)

    def home(self, ruling: Ruling, channels: Channels, proposing: Proposing) -> HomeTab:
        store, clock = self.store, self.outside.clock
        return HomeTab(
            Homes(store.homes, self.desks, store.connections, ruling, clock),
            self.desks,
            self.people,
            channels,
            self.client_for,
            clock,
            self.settings.slack_command,
            proposing.open_of,
        )

    def announcements(self) -> Announcements:
        return Announcements(
            self.store.outbox,
            self.deliveries,
            self.outside.clock,
            self.store.inbox,
            webhooks.unannounced,
            webhooks.unannounced_absence,
        )

    def forgetting(self, connecting: Connecting, upholding: Upholding) -> Forgetting:
        store = self.store

        async def looked_at(account: str) -> None:
            """Let the account's webhooks be looked at: its rules may need none any more."""
            await store.turns.hasten(f"webhooks:{account}", self.outside.clock())

        return Forgetting(
            connecting,
            store.rules,
            store.members,
            store.workspaces,
            upholding,
            self.desks.home,
            looked_at,
            store.connections.named,
        )

    def sharing(self) -> Sharing:
        clock = self.outside.clock
        boards = Boards(self.client_for, clock, self.notifier.put_off)
        return Sharing(self.store.shares, boards, self.desks, clock, Sparing(clock, LOOKS))
