"""Two whole bots over one store: a token that has run out is renewed once, for both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.bootstrap import Outside, assembled
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.slack.sending import Sender
from tests.harness import ALICE, BOB, Rig, Setup, settings_for, words
from tests.slack.test_connect_whole import agreed, browser, link, own
from tests.slack.test_install import MANY, TEAM, install, kept

__all__ = ["browser"]  # a fixture

OAUTH = {
    "settings": {
        "public_url": "http://bot.test",
        "cal_oauth_client_id": "calbot-sandbox",
        "cal_web_url": "http://cal.test",
    }
}


@asynccontextmanager
async def beside(bot: Rig, setup: Setup) -> AsyncIterator[Rig]:
    """Another bot over the same store, between the same stand-ins; it waits as a real one does."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cal_app.build(bot.cal))
    ) as cal_http:
        outside = Outside(clock=bot.clock, cal_http=cal_http)
        async with assembled(settings_for(setup, bot.slack.base_url), outside) as other:
            await other.learn_identity()
            http = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=other.web), base_url="http://bot.test"
            )

            async def to_bot(body: bytes, headers: Any) -> tuple[int, Any, bytes]:
                answer = await http.post("/slack/events", content=body, headers=dict(headers))
                return answer.status_code, answer.headers, answer.content

            people = Sender(bot.slack, to_bot)
            async with http:
                yield replace(bot, bot=other, people=people, http=http)
                await other.background.drain()
                await people.aclose()


@pytest.fixture
async def both(bot: Rig, setup: Setup) -> AsyncIterator[list[Rig]]:
    async with beside(bot, setup) as one, beside(bot, setup) as two:
        yield [one, two]


async def ask(both: list[Rig], users: list[str], text: str) -> None:
    """Everybody types it at the same moment, each to another bot in turn."""
    asked = [
        both[n % 2].people.command(user, "general", "/cal", text) for n, user in enumerate(users)
    ]
    for outcome in await asyncio.gather(*asked):
        assert outcome.ok, outcome
    await asyncio.gather(*(each.bot.background.drain() for each in both))


@pytest.mark.parametrize("setup", [MANY], indirect=True)
@pytest.mark.parametrize("hours", [13, 11.9])
async def test_a_workspaces_token_is_renewed_by_one_of_two_bots(
    bot: Rig, both: list[Rig], hours: float
) -> None:
    """Over, or about to be: each refresh token counts once at Slack, so a second would be refused
    and shut the workspace out."""
    bot.oauth.rotates = True
    await install(bot)
    bot.clock.advance(hours=hours)
    bot.forget_calls()
    await ask(both, [ALICE, BOB, ALICE, BOB], "help")
    asked = bot.slack.calls_of("oauth.v2.access")
    assert [call.ok for call in asked] == [True]
    found = await kept(bot)
    assert found
    assert (found.version, found.bot_token) == (2, bot.slack.app.bot_token)
    for user in (ALICE, BOB):
        assert "/cal book" in words(bot.last(user))
    for each in both:
        assert (await each.bot.installations.client_for(TEAM)).token == found.bot_token


@pytest.mark.parametrize("setup", [OAUTH], indirect=True)
@pytest.mark.parametrize("minutes", [40, 29.9])
async def test_a_members_credential_is_renewed_by_one_of_two_bots(
    bot: Rig, both: list[Rig], browser: httpx.AsyncClient, minutes: float
) -> None:
    await agreed(bot, browser, await link(bot))
    assert len(bot.cal.oauth.refreshing) == 1
    bot.clock.advance(minutes=minutes)
    await ask(both, [BOB] * 4, "types")
    assert len(bot.cal.oauth.refreshing) == 2, "one more than the code brought"
    answers = [words(each) for each in bot.seen(BOB)[-4:]]
    assert all("Sales call" in each for each in answers), answers
    found = await own(bot)
    assert found
    assert (found.version, found.is_refused) == (2, False)
    assert found.credential.token in bot.cal.oauth.access
