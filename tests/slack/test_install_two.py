"""Two workspaces at once, the home beside them, and Socket Mode where the app is installed."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.bootstrap import Outside, assembled
from bot.domain.accounts import Connection, Credential, Holder, Way
from bot.domain.cards import Card
from bot.domain.installations import Installation
from bot.domain.people import Account
from bot.domain.rules import Place
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.seed_clinic import TEAM as OTHER
from bot.sandbox.slack.seed_clinic import clinic
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.socket import SocketHub
from bot.slack.socket import Socket
from tests.harness import ALICE, BOB, Rig, Setup, settings_for, words
from tests.notifying import a_booking
from tests.slack.test_install import MANY, TEAM, install, kept

WHO = {TEAM: f"{TEAM}:{ALICE}", OTHER: f"{OTHER}:U0NORA"}
HOME_TOO = {"settings": {**MANY["settings"], "slack_bot_token": SecretStr("xoxb-sandbox")}}
many = pytest.mark.parametrize("setup", [MANY], indirect=True)


def browser_of(bot: Rig) -> httpx.AsyncClient:
    """One person's: it keeps cookies, and reaches the bot and the local Slack."""
    mounts = {"all://bot.test": httpx.ASGITransport(app=bot.bot.web)}
    return httpx.AsyncClient(mounts=mounts)


async def consented(browser: httpx.AsyncClient, team: str) -> str:
    """From the link through Slack's page; the address that leads back."""
    begun = await browser.get("http://bot.test/slack/install")
    form = {"allow": "1", "who": WHO[team]}
    answer = await browser.post(begun.headers["location"], data=form)
    return answer.headers["location"]


@many
async def test_two_at_once_each_end_in_their_own(bot: Rig) -> None:
    bot.oauth.others = [clinic(bot.clock)]
    async with browser_of(bot) as one, browser_of(bot) as two:
        first, second = await asyncio.gather(consented(one, TEAM), consented(two, OTHER))
        for browser, of_another in ((one, second), (two, first)):
            assert (await browser.get(of_another)).status_code == 400
        assert await bot.bot.store.installations.all() == []
        shown = await asyncio.gather(one.get(first), two.get(second))
    await bot.settle()
    assert ["in Sandbox now" in page.text for page in shown] == [True, False]
    assert ["in Lighthouse Clinic now" in page.text for page in shown] == [False, True]
    here, there = await kept(bot), await bot.bot.store.installations.of(OTHER)
    assert here
    assert there
    assert (here.bot_token, here.team_name) == (bot.slack.app.bot_token, "Sandbox")
    assert (there.team_id, there.team_name) == (OTHER, "Lighthouse Clinic")
    assert there.bot_token != here.bot_token
    for team, token in ((TEAM, here.bot_token), (OTHER, there.bot_token)):
        assert (await bot.bot.installations.client_for(team)).token == token


@pytest.mark.parametrize("setup", [HOME_TOO], indirect=True)
async def test_the_home_that_is_installed_once_more_stays_the_home(bot: Rig) -> None:
    answer = await install(bot)
    assert (answer.status_code, "Already there" in answer.text) == (200, True)
    assert await bot.bot.store.installations.all() == []
    # Slack gives the token out that the workspace has; the local one makes a new one each time.
    bot.slack.app.bot_token = "xoxb-sandbox"
    assert (await bot.bot.installations.client_for(TEAM)).token == "xoxb-sandbox"
    await bot.command(ALICE, "types")
    assert "Intro call" in words(bot.last(ALICE)), "by the account of the house"
    everybodys = bot.bot.deps.desks.everybodys(TEAM)
    assert everybodys
    assert everybodys.holder.is_house
    bot.oauth.others = [clinic(bot.clock)]
    async with browser_of(bot) as browser:
        assert "Installed" in (await browser.get(await consented(browser, OTHER))).text
    assert [each.key for each in await bot.bot.store.installations.all()] == [OTHER]
    assert bot.bot.deps.desks.everybodys(OTHER) is None


@many
async def test_over_a_socket_it_answers_with_the_workspaces_token(bot: Rig, setup: Setup) -> None:
    await install(bot)
    found = await kept(bot)
    assert found
    hub = SocketHub(bot.slack)
    people = Sender(bot.slack, transport=hub)
    more: dict[str, Any] = {"slack_app_token": SecretStr(bot.slack.app.app_token)}
    by_socket = replace(setup, settings={**setup.settings, **more})
    async with serving(slack_app.build(bot.slack, people, hub, bot.oauth)) as url:
        bot.slack.base_url = url
        settings = settings_for(by_socket, url)
        async with assembled(settings, Outside(clock=bot.clock)) as other:
            await other.learn_identity()
            socket = Socket(other.slack, bot.slack.app.app_token, other.client, other.background)
            await socket.connect_async()  # type: ignore[no-untyped-call] # Bolt's
            await bot.slack.until(lambda: hub.connections == 1, within=10)
            bot.forget_calls()
            outcome = await people.command(ALICE, "general", "/cal", "notify")
            await other.background.drain()
            await socket.close_async()  # type: ignore[no-untyped-call] # Bolt's
    await people.aclose()
    assert outcome.ok, outcome
    assert "install it here" not in words(bot.last(ALICE))
    used = [call for call in bot.slack.calls if call.method != "apps.connections.open"]
    assert used
    assert all(call.ok for call in used), "the local Slack takes that workspace's token only"


@pytest.mark.parametrize("setup", [HOME_TOO], indirect=True)
async def test_what_waits_is_counted_for_the_admins_own_workspace(bot: Rig) -> None:
    """The home's admins are shown what waits in all of them."""
    store = bot.bot.store
    bobs = Holder("acct_1", OTHER, BOB), Account(2, "bob", "bob@example.com")
    await store.connections.connect(
        Connection(bobs[0], Way.KEY, Credential("key"), bobs[1], bot.clock())
    )
    found = Installation(OTHER, "", "xoxb-sandbox", "", "U0CALBOT", "A0CALBOT", "", bot.clock())
    await store.installations.save(found)
    [seen] = await store.references.refer("house", [a_booking()])
    for place in (Place(TEAM, "C0BOOKINGS"), Place(TEAM, "C0RANDOM"), Place(OTHER, "C0RANDOM")):
        await store.outbox.show(seen.ref, Card(a_booking()), place)
    for account in ("house", "house", "acct_1"):
        await store.inbox.accept(bot.slack.new_ts().encode(), bot.clock(), account)
    for team, messages, webhooks in (
        (TEAM, "3 messages", "3 webhooks"),
        (OTHER, "1 message", "1 webhook"),
    ):
        bot.slack.team_id = team
        await bot.people.command(ALICE, "general", "/cal", "status")
        await bot.bot.background.drain()
        said = words(bot.last(ALICE))
        assert f"\n{messages} waiting to be posted" in said
        assert f"\n{webhooks} waiting to be read" in said
    bot.slack.team_id = TEAM
