"""From `/cal connect` through both servers' pages back to Slack: nothing in between is faked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from bot.domain.accounts import Connection
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.seed import add_oauth_client
from tests.harness import BOB, DAVE, Rig, Setup, words
from tests.slack.flows import said
from tests.slack.pressing import button, press

PUBLIC = "http://bot.test"


@pytest.fixture
def setup(setup: Setup) -> Setup:
    given = {
        "public_url": PUBLIC,
        "cal_oauth_client_id": "calbot-sandbox",
        "cal_web_url": "http://cal.test",
    }
    return replace(setup, settings=given | dict(setup.settings))


@pytest.fixture
async def browser(bot: Rig) -> AsyncIterator[httpx.AsyncClient]:
    """One person's browser: it keeps cookies, and reaches the bot and Cal.com."""
    add_oauth_client(bot.cal, f"{PUBLIC}/cal/oauth/callback")
    mounts = {
        "all://bot.test": httpx.ASGITransport(app=bot.bot.web),
        "all://cal.test": httpx.ASGITransport(app=cal_app.build(bot.cal)),
    }
    async with httpx.AsyncClient(mounts=mounts) as browser:
        yield browser


async def link(bot: Rig, user: str = BOB) -> str:
    await bot.command(user, "connect")
    return str(button(bot.last(user), "Connect in the browser")[1]["url"])


async def agreed(
    bot: Rig, browser: httpx.AsyncClient, start: str, who: str = "bob"
) -> httpx.Response:
    """Open the link, say yes there, and at Cal.com; what the last page says."""
    page = await browser.get(start)
    assert page.status_code == 200, page.text
    consent = await browser.post(start)
    assert urlsplit(consent.headers["location"]).netloc == "cal.test"
    user = next(user for user in bot.cal.users.values() if user.username == "bob")
    back = await browser.post(
        consent.headers["location"], data={"does": "allow", "user": str(user.id)}
    )
    answer = await browser.get(back.headers["location"])
    await bot.settle()
    return answer


async def own(bot: Rig, user: str = BOB) -> Connection | None:
    return await bot.bot.store.connections.of_member(bot.slack.team_id, user)


async def test_a_member_connects_and_has_their_own_bookings(
    bot: Rig, browser: httpx.AsyncClient
) -> None:
    start = await link(bot)
    assert "Bob Stone" in (await browser.get(start)).text
    answer = await agreed(bot, browser, start)
    assert answer.status_code == 200
    assert "connected to Cal.com" in said(bot, BOB)
    connection = await own(bot)
    assert connection
    assert connection.profile.username == "bob"
    await bot.command(BOB, "types")
    mine = words(bot.last(BOB))
    await bot.command(DAVE, "types")
    assert words(bot.last(DAVE)) != mine, "the house's are another's"


async def test_a_token_that_ends_is_renewed_without_a_word(
    bot: Rig, browser: httpx.AsyncClient
) -> None:
    await agreed(bot, browser, await link(bot))
    before = await own(bot)
    bot.clock.advance(minutes=31)
    await bot.command(BOB, "bookings")
    after = await own(bot)
    assert before
    assert after
    assert after.version == before.version + 1
    assert after.credential.token != before.credential.token
    assert "Reconnect" not in words(bot.last(BOB))


async def test_another_browser_gets_nowhere_with_the_link(
    bot: Rig, browser: httpx.AsyncClient
) -> None:
    start = await link(bot)
    await browser.get(start)
    browser.cookies.clear()
    assert (await browser.get(start)).status_code == 404
    assert (await browser.post(start)).status_code == 404
    assert await own(bot) is None


async def test_a_link_counts_once(bot: Rig, browser: httpx.AsyncClient) -> None:
    start = await link(bot)
    await agreed(bot, browser, start)
    assert (await browser.get(start)).status_code == 404


async def test_who_says_no_is_not_connected(bot: Rig, browser: httpx.AsyncClient) -> None:
    start = await link(bot)
    await browser.get(start)
    consent = await browser.post(start)
    back = await browser.post(consent.headers["location"], data={"does": "deny"})
    answer = await browser.get(back.headers["location"])
    assert "Nothing was connected" in answer.text
    assert await own(bot) is None


async def test_who_disconnects_is_at_the_house_again(bot: Rig, browser: httpx.AsyncClient) -> None:
    await agreed(bot, browser, await link(bot))
    await bot.command(BOB, "disconnect")
    await press(bot, BOB, "Disconnect")
    assert await own(bot) is None
    assert await bot.bot.deps.desks.of(bot.slack.team_id, BOB) is bot.bot.deps.desks.house
