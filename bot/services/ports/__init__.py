"""What the use cases need of the outside, as Protocols; adapters fit them structurally."""

from bot.domain.records import (
    Attempt,
    Closed,
    Decision,
    Delivery,
    Demand,
    Draft,
    Posted,
    Received,
    Registration,
    Seen,
    Sighting,
    Subject,
    Turn,
    Undelivered,
    Waiting,
)
from bot.services.ports.calcom import Scheduling, Webhooks
from bot.services.ports.members import Attempts, Drafts, PreferenceStore, References
from bot.services.ports.slack import (
    Channels,
    Directory,
    InstallationStore,
    Places,
    Samples,
)
from bot.services.ports.trust import Audit, ConnectionStore, Grants
from bot.services.ports.work import Cards, Inbox, Outbox, Registrations, Rules, Turns

__all__ = [
    "Attempt",
    "Attempts",
    "Audit",
    "Cards",
    "Channels",
    "Closed",
    "ConnectionStore",
    "Decision",
    "Delivery",
    "Demand",
    "Directory",
    "Draft",
    "Drafts",
    "Grants",
    "Inbox",
    "InstallationStore",
    "Outbox",
    "Places",
    "Posted",
    "PreferenceStore",
    "Received",
    "References",
    "Registration",
    "Registrations",
    "Rules",
    "Samples",
    "Scheduling",
    "Seen",
    "Sighting",
    "Subject",
    "Turn",
    "Turns",
    "Undelivered",
    "Waiting",
    "Webhooks",
]
