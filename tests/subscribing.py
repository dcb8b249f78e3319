"""Webhooks at the local Cal.com as an admin sets them up by hand, at `/webhooks/cal`."""

from bot.sandbox.calcom.model import Subscription
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.world import World

WEBHOOK_SECRET = "sandbox-webhook-secret"
TRIGGERS = (
    "BOOKING_CREATED",
    "BOOKING_REQUESTED",
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_PAID",
    "BOOKING_RESCHEDULED",
    "BOOKING_CANCELLED",
    "BOOKING_REJECTED",
    "BOOKING_NO_SHOW_UPDATED",
    "MEETING_STARTED",
    "MEETING_ENDED",
    "RECORDING_READY",
)


def subscribe(world: World, url: str) -> None:
    """The house account's own webhook (from now on to this address), and its teams', which the
    account's misses."""
    owner = world.user_by_key(HOUSE_KEY)
    assert owner is not None
    world.subscriptions["by-hand"] = Subscription(
        id="by-hand",
        user_id=owner.id,
        url=url,
        triggers=list(TRIGGERS),
        created_at=world.now(),
        secret=WEBHOOK_SECRET,
    )
    for team in world.teams.values():
        world.subscribe(url, list(TRIGGERS), secret=WEBHOOK_SECRET, team_id=team.id)
