"""The sandbox, as it is started for a newcomer, with a browser in front of it.

When everything has been clicked through, what the bot wrote, logged and sent is looked through:
no secret and no booking's uid may stand there, and nobody's e-mail in the log.
"""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.sandbox.calcom.world import World
from bot.showroom import Sandbox, open_sandbox
from tests.browsers import chromium
from tests.clear import found, secrets_of, written
from tests.e2e.window import PATIENCE, Window


@pytest_asyncio.fixture
async def window(capfd: pytest.CaptureFixture[str]) -> AsyncIterator[Window]:
    async with open_sandbox() as sandbox, chromium() as browser:
        page = await browser.new_page(
            viewport={"width": 1280, "height": 860}, reduced_motion="reduce"
        )
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        window = Window(page, sandbox)
        page.on("pageerror", lambda error: window.troubles.append(str(error)))
        try:
            yield window
        finally:
            await window.picture("last")
        assert window.troubles == []
        assert [*sandbox.slack.faults, *sandbox.clinic.faults] == []
        said = capfd.readouterr()
        assert in_the_clear(sandbox, said.out + said.err) == []


def in_the_clear(sandbox: Sandbox, log: str) -> list[str]:
    """What stands somewhere that must not."""
    calls = [*sandbox.slack.calls, *sandbox.clinic.calls]
    told = json.dumps([call.args for call in calls], default=str)
    secrets, logged = secrets_of(sandbox.cal), log.encode()
    assert written(sandbox.database), "there is no database to look through"
    assert logged, "there is no log to look through"
    return [
        *found(secrets, database=written(sandbox.database), slack=told.encode(), log=logged),
        *found(addresses(sandbox.cal), log=logged),
    ]


def addresses(cal: World) -> dict[str, str]:
    booked = {a.email for booking in cal.bookings for a in booking.attendees}
    return {email: email for email in booked | {user.email for user in cal.users.values()}}
