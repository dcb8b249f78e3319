"""What the worker does beside taking and delivering, put together."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot import store as stores
from bot.bot import Outside
from bot.calcom import api
from bot.domain.claims import LEASE
from bot.metrics import Metrics
from bot.services import digesting, reminding, upholding
from bot.services.accounts import HOUSE, Unconnected
from bot.services.announcing import Announcements
from bot.services.catalogue import Catalogue
from bot.services.claiming import Claiming
from bot.services.desks import Desks
from bot.services.digesting import Digesting
from bot.services.matching import Matching
from bot.services.ports import Directory, Webhooks
from bot.services.reconciling import V1_PACE, Pace, Reconciling
from bot.services.registering import KEEP_EVERY, Registering
from bot.services.rounds import Round, Rounds, State
from bot.services.settling import Settling
from bot.settings import Settings
from bot.worker import Step

PRUNE_EVERY = timedelta(hours=1)
"""What nobody will ask for any more goes then, drafts with personal data first."""


@dataclass(frozen=True, slots=True)
class Chores:
    """Makes them, of what was opened."""

    settings: Settings
    outside: Outside
    store: stores.Store
    metrics: Metrics

    def all(
        self,
        finding_out: Step,
        matching: Matching,
        desks: Desks,
        settling: Settling,
        claiming: Claiming,
    ) -> dict[str, Step]:
        """Every one, by name."""
        store, clock = self.store, self.outside.clock
        rounds = Rounds(store.turns, clock)
        digest = Digesting(store.rules, store.cards, store.outbox, matching, clock)

        async def prune(state: State) -> State:
            await store.prune(clock(), self.settings.audit_days)
            return state

        async def remind(account: str) -> Round | None:
            desk, name = await desks.named(account), f"reminders:{account}"
            return rounds.round(name, reminding.LOOK_EVERY, desk.reminding) if desk else None

        async def keep(account: str) -> Round | None:
            desk, name = await desks.named(account), f"webhooks:{account}"
            return rounds.round(name, KEEP_EVERY, desk.registering) if desk else None

        async def poll(account: str) -> Round | None:
            desk = await desks.named(account)
            if desk is None or isinstance(desk.scheduling, Unconnected):
                return None
            look = desk.reconciling
            return rounds.round(f"poll:{account}", look.every, look.look)

        return {
            "find-out": finding_out,
            "prune": rounds.round("prune", PRUNE_EVERY, prune),
            "proposals": rounds.round("proposals", upholding.LOOK_EVERY, settling),
            "claims": rounds.round("claims", LEASE, claiming),
            "digests": rounds.round("digests", digesting.LOOK_EVERY, digest),
            "reminders": rounds.family("reminders", HOUSE, remind),
            "webhooks": rounds.family("webhooks", HOUSE, keep),
            "poll": rounds.family("poll", HOUSE, poll),
        }

    def claiming(
        self, desks: Desks, directory: Directory, announcements: Announcements
    ) -> Claiming:
        """Who takes a booking; what was left in the middle is looked at now and then."""
        matching = Matching(self.store.rules, desks.team_of)
        clock = self.outside.clock
        store = self.store
        return Claiming(store.claims, store.inbox, desks, matching, directory, announcements, clock)

    def reconciling(self, account: str, scheduling: api.Client | Unconnected) -> Reconciling:
        """Asking Cal.com for what no webhook brought."""
        settings, store = self.settings, self.store
        pace = self.outside.pace or (V1_PACE if settings.api_version == "v1" else Pace())
        return Reconciling(
            account,
            scheduling,
            store.inbox,
            store.rules,
            store.registrations,
            self.outside.clock,
            by_hand=account == HOUSE and settings.cal_webhook_secret is not None,
            pace=pace,
            counts=self.metrics,
        )

    def registering(self, account: str, calcom: Webhooks, catalogue: Catalogue) -> Registering:
        store = self.store
        return Registering(
            account,
            calcom,
            catalogue,
            store.rules,
            store.registrations,
            store.turns,
            self.outside.clock,
            self.settings.public_url,
            secrets.token_urlsafe,
        )
