"""What must stand nowhere in the clear, and where it is looked for."""

from pathlib import Path

from bot.sandbox.calcom.seed_clinic import IVAN_KEY, NORA_KEY
from bot.sandbox.calcom.seed_demo import BOB_KEY, HOUSE_KEY
from bot.sandbox.calcom.world import World


def secrets_of(cal: World) -> dict[str, str]:
    """What must be nowhere, by what it is."""
    found = {f"uid of {b.id}": b.uid for b in cal.bookings}
    seats = [a for b in cal.bookings for a in b.attendees if a.seat_uid]
    found |= {f"seat {number}": str(a.seat_uid) for number, a in enumerate(seats)}
    hooks = [hook for hook in cal.subscriptions.values() if "/webhooks/cal/" in hook.url]
    found |= {f"secret of {hook.id}": hook.secret for hook in hooks if hook.secret}
    found |= {f"address of {hook.id}": hook.url.rpartition("/")[2] for hook in hooks}
    tokens = [*cal.oauth.access, *cal.oauth.refreshing]
    found |= {f"token {number} of Cal.com": token for number, token in enumerate(tokens)}
    return found | {
        "the house's key": HOUSE_KEY,
        "Bob's key": BOB_KEY,
        "Nora's key": NORA_KEY,
        "Ivan's key": IVAN_KEY,
        "the bot's token": "xoxb-sandbox",
        "the client's secret": "sandbox-client-secret",
        "the signing secret": "sandbox-signing-secret",
    }


def written(database: Path) -> bytes:
    """The database, with what has not been written into its one file yet; not its key."""
    files = database.parent.glob(f"{database.name}*")
    return b"".join(each.read_bytes() for each in files if each.suffix != ".key")


def found(secrets: dict[str, str], **places: bytes) -> list[str]:
    """Which of them stand in which of the places; empty if all is well."""
    return [
        f"{name} stands in the {place}"
        for place, content in places.items()
        for name, secret in secrets.items()
        if secret.encode() in content
    ]
