"""After a busy day: no secret and no booking's uid in the database's file, in the log, or in
anything that was sent to Slack."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import logs
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.slack import ids
from tests.clear import found, secrets_of, written
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


async def test_nothing_stands_there_in_the_clear(bot: Rig, tmp_path: Path) -> None:
    with capture_logs() as said:
        await a_busy_day(bot)
    secrets = {**secrets_of(bot.cal), "the webhook secret": WEBHOOK_SECRET}
    assert len([name for name in secrets if name.startswith("uid")]) > 10
    assert any(name.startswith("address") for name in secrets)
    kept = written(tmp_path / "bot.db")
    told = json.dumps([call.args for call in bot.slack.calls], default=str)
    logged = json.dumps([logs.hide(None, "", dict(line)) for line in said], default=str)
    assert found(secrets, database=kept, slack=told.encode(), log=logged.encode()) == []
