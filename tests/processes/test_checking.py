"""`doctor` and `manifest`: what they print, and how they end."""

import asyncio
import json

from tests.processes.running import Launcher
from tests.processes.surroundings import HISTORY, Surroundings


async def test_the_doctor_finds_nothing_wrong(launch: Launcher, around: Surroundings) -> None:
    around.slack.granted_scopes |= HISTORY
    bot = launch.start("serve")
    await around.ready(bot)
    code, doctor = await launch.run(
        "doctor", PUBLIC_URL=around.bot_url, NOTIFY_CHANNEL="C0BOOKINGS"
    )
    lines = doctor.out.splitlines()
    assert (code, doctor.err) == (0, "")
    assert [line for line in lines if line.startswith("✗")] == []
    for found in (
        "✓ SQLite database is reachable and up to date",
        f"✓ {around.bot_url}/healthz answers",
        f"✓ Cal.com sends bookings to {around.bot_url}/webhooks/cal",
        "✓ NOTIFY_CHANNEL C0BOOKINGS is #bookings",
    ):
        assert found in lines
    await bot.stop()


async def test_the_doctor_says_what_to_do(launch: Launcher, around: Surroundings) -> None:
    around.slack.granted_scopes -= {"users:read.email"}
    wrong_key, no_database = (
        launch.start("doctor", CAL_API_KEY="cal_not_a_key"),
        launch.start("doctor", DATABASE_URL="postgresql://bot@127.0.0.1:9/bot"),
    )
    assert tuple(await asyncio.gather(wrong_key.ended(), no_database.ended())) == (1, 1)
    assert "refuses the key\n    Check CAL_API_KEY" in wrong_key.out
    assert "✗ SQLite database does not exist yet\n    Run: python -m bot migrate" in wrong_key.out
    assert "✗ PostgreSQL database cannot be reached\n    Check DATABASE_URL" in no_database.out
    for doctor in (wrong_key, no_database):
        assert "✗ Slack scope users:read.email is missing" in doctor.out
        assert "Add it under OAuth & Permissions and install the app again." in doctor.out
        assert doctor.err == ""
    assert "cal_not_a_key" not in wrong_key.out


async def test_the_manifest_is_json(launch_alone: Launcher) -> None:
    code, manifest = await launch_alone.run("manifest", PUBLIC_URL="https://bot.example")
    made = json.loads(manifest.out)
    (command,) = made["features"]["slash_commands"]
    assert (code, command["url"]) == (0, "https://bot.example/slack/events")
    assert manifest.err.splitlines()[-1].startswith("https://api.slack.com/apps?new_app=1&")
