"""What the worker does beside taking and delivering, put together."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot import store as stores
from bot.bot import POLL, Outside
from bot.calcom import api
from bot.metrics import Metrics
from bot.services import digesting, reminding
from bot.services.accounts import HOUSE, Unconnected
from bot.services.catalogue import Catalogue
from bot.services.digesting import Digesting
from bot.services.matching import Matching
from bot.services.ports import Webhooks
from bot.services.reconciling import V1_PACE, Pace, Reconciling
from bot.services.registering import KEEP_EVERY, Registering
from bot.services.reminding import Reminding
from bot.services.rounds import Rounds, State
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
        scheduling: api.Client | Unconnected,
        registering: Registering,
    ) -> dict[str, Step]:
        """Every one, by name."""
        store, clock = self.store, self.outside.clock
        rounds = Rounds(store.turns, clock)
        remind = Reminding(HOUSE, store.rules, store.cards, store.outbox, matching, clock)
        digest = Digesting(store.rules, store.cards, store.outbox, matching, clock)

        async def prune(state: State) -> State:
            await store.prune(clock())
            return state

        return {
            "find-out": finding_out,
            "prune": rounds.round("prune", PRUNE_EVERY, prune),
            "reminders": rounds.round(f"reminders:{HOUSE}", reminding.LOOK_EVERY, remind),
            "digests": rounds.round("digests", digesting.LOOK_EVERY, digest),
            "webhooks": rounds.round(registering.turn, KEEP_EVERY, registering),
            **self._polling(rounds, scheduling),
        }

    def _polling(self, rounds: Rounds, scheduling: api.Client | Unconnected) -> dict[str, Step]:
        """Asking Cal.com for what no webhook brought, where there is a key."""
        settings, store = self.settings, self.store
        if isinstance(scheduling, Unconnected):
            return {}
        pace = self.outside.pace or (V1_PACE if settings.api_version == "v1" else Pace())
        reconciling = Reconciling(
            HOUSE,
            scheduling,
            store.inbox,
            store.rules,
            store.registrations,
            self.outside.clock,
            by_hand=settings.cal_webhook_secret is not None,
            pace=pace,
            counts=self.metrics,
        )
        return {"poll": rounds.round(POLL, reconciling.every, reconciling.look)}

    def registering(self, calcom: Webhooks, catalogue: Catalogue) -> Registering:
        store = self.store
        return Registering(
            HOUSE,
            calcom,
            catalogue,
            store.rules,
            store.registrations,
            store.turns,
            self.outside.clock,
            self.settings.public_url,
            secrets.token_urlsafe,
        )
