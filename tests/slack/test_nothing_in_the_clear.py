"""After a busy day: no secret and no booking's uid in the database's file, in the log, or in
anything that was sent to Slack."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import logs
from bot.sandbox.calcom.seed_demo import BOB_KEY, HOUSE_KEY
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig, Setup
from tests.slack.flows import book, fill, front, pick_time, press_row
from tests.slack.pressing import press
from tests.slack.ruling import at_public_url
from tests.subscribing import WEBHOOK_SECRET

pytestmark = at_public_url()


@pytest.fixture
def setup(setup: Setup, tmp_path: Path) -> Setup:
    return replace(setup, database_url=f"sqlite:///{tmp_path / 'bot.db'}")


async def a_busy_day(bot: Rig) -> None:
    await bot.command(ALICE, "notify")
    await press(bot, ALICE, "Notify me")
    await bot.submit(ALICE)
    bot.clock.advance(seconds=2)
    await bot.round("webhooks")
    booking = await book(bot)
    await press_row(bot, DAVE, "reschedule", booking)
    await pick_time(bot, DAVE, 1)
    await bot.submit(DAVE)
    other = await book(bot, nth=2)
    await press_row(bot, DAVE, "cancel", other)
    await bot.submit(DAVE)
    await bot.round("poll")
    await bot.command(BOB, "connect")
    await fill(bot, BOB, ids.KEY, BOB_KEY)
    await bot.submit(BOB)
    assert front(bot, BOB)
    await bot.command(BOB, "bookings")
    await bot.command(ALICE, "status")
    await bot.round("poll")


def secrets_of(bot: Rig) -> dict[str, str]:
    """What must be nowhere, by what it is."""
    found = {f"uid of {b.id}": b.uid for b in bot.cal.bookings}
    seats = [a for b in bot.cal.bookings for a in b.attendees if a.seat_uid]
    found |= {f"seat {number}": str(a.seat_uid) for number, a in enumerate(seats)}
    hooks = [hook for hook in bot.cal.subscriptions.values() if "/webhooks/cal/" in hook.url]
    found |= {f"secret of {hook.id}": hook.secret for hook in hooks if hook.secret}
    found |= {f"address of {hook.id}": hook.url.rpartition("/")[2] for hook in hooks}
    return found | {
        "the house's key": HOUSE_KEY,
        "Bob's key": BOB_KEY,
        "the bot's token": "xoxb-sandbox",
        "the signing secret": "sandbox-signing-secret",
        "the webhook secret": WEBHOOK_SECRET,
    }


def files(folder: Path) -> bytes:
    """The database, with what has not been written into its one file yet; not its key."""
    return b"".join(each.read_bytes() for each in folder.glob("bot.db*") if each.suffix != ".key")


async def test_nothing_stands_there_in_the_clear(bot: Rig, tmp_path: Path) -> None:
    with capture_logs() as said:
        await a_busy_day(bot)
    secrets = secrets_of(bot)
    assert len([name for name in secrets if name.startswith("uid")]) > 10
    assert any(name.startswith("address") for name in secrets)
    kept = files(tmp_path)
    told = json.dumps([call.args for call in bot.slack.calls], default=str)
    logged = json.dumps([logs.hide(None, "", dict(line)) for line in said], default=str)
    for name, secret in secrets.items():
        assert secret.encode() not in kept, f"{name} stands in the database"
        assert secret not in told, f"{name} was sent to Slack"
        assert secret not in logged, f"{name} was logged"
