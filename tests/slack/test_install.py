"""Installed by OAuth the app speaks by what it was given; taken away it forgets."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from bot.domain.errors import BotRefused
from bot.domain.installations import Installation
from bot.domain.rules import Place, Rule
from tests.harness import ALICE, Rig, words

TEAM = "T0SANDBOX"
MANY = {
    "settings": {
        "slack_bot_token": None,
        "slack_client_id": "sandbox-client",
        "slack_client_secret": SecretStr("sandbox-client-secret"),
        "public_url": "http://bot.test",
        "notify_channel": None,
    }
}
ORDERS = [
    ("app_uninstalled", "tokens_revoked"),
    ("tokens_revoked", "app_uninstalled", "app_uninstalled"),
]
many = pytest.mark.parametrize("setup", [MANY], indirect=True)


async def begin(bot: Rig, cookie: str = "") -> tuple[str, str]:
    """Open the link in a browser; Slack's page, and the browser's cookie."""
    headers = {"cookie": cookie} if cookie else {}
    bot.http.cookies.clear()
    answer = await bot.http.get("/slack/install", headers=headers)
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    return answer.headers["location"], answer.headers["set-cookie"].partition(";")[0]


async def agree(consent: str, **form: str) -> str:
    """Press a button on Slack's page; where it leads."""
    async with httpx.AsyncClient() as browser:
        shown = await browser.get(consent)
        assert "Calbot asks to be installed in Sandbox" in shown.text
        answer = await browser.post(consent, data=form or {"allow": "1"})
    return answer.headers["location"]


async def back(bot: Rig, address: str, cookie: str) -> httpx.Response:
    bot.http.cookies.clear()
    answer = await bot.http.get(address, headers={"cookie": cookie} if cookie else {})
    await bot.settle()
    return answer


async def install(bot: Rig) -> httpx.Response:
    consent, cookie = await begin(bot)
    return await back(bot, await agree(consent), cookie)


async def kept(bot: Rig) -> Installation | None:
    return await bot.bot.store.installations.of(TEAM)


async def told(bot: Rig, kind: str, **fields: Any) -> None:
    await bot.people.event(kind, fields)
    await bot.settle()


@many
async def test_installed_it_answers_and_welcomes_once(bot: Rig) -> None:
    foreign = await bot.command(ALICE, "help")
    assert "ask an admin to install it here" in words(bot.last(ALICE))
    assert foreign.ok
    answer = await install(bot)
    assert (answer.status_code, "Installed" in answer.text) == (200, True)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "Thank you for installing me" in words(bot.slack.visible_messages(ALICE, "D0ALICE")[-1])
    await bot.command(ALICE, "help")
    assert "install it here" not in words(bot.last(ALICE))
    bot.forget_calls()
    await install(bot)
    await bot.command(ALICE, "help")
    assert {"chat.postMessage", "auth.test"}.isdisjoint(bot.slack_calls())


@many
async def test_who_installed_it_is_welcomed_in_their_language(bot: Rig) -> None:
    bot.slack.person(ALICE).locale = "de-DE"
    await install(bot)
    assert "Danke, dass" in words(bot.slack.visible_messages(ALICE, "D0ALICE")[-1])


@many
async def test_where_slack_does_not_tell_the_language_the_welcome_is_english(bot: Rig) -> None:
    bot.slack.person(ALICE).locale = "de-DE"
    bot.slack.refuse("users.info", 503)
    await install(bot)
    assert "Thank you" in words(bot.slack.visible_messages(ALICE, "D0ALICE")[-1])


@many
async def test_the_token_stands_in_the_database_sealed(bot: Rig) -> None:
    await install(bot)
    async with bot.bot.store.database.statements() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM installations")).all()
    assert len(rows) == 1
    assert bot.slack.app.bot_token not in repr(rows)


@many
async def test_a_link_counts_once_in_its_own_browser_for_ten_minutes(bot: Rig) -> None:
    consent, cookie = await begin(bot)
    address = await agree(consent)
    for stranger in ("", "calbot_install=" + "x" * 43):
        assert (await back(bot, address, stranger)).status_code == 400
    assert (await back(bot, address, cookie)).status_code == 200
    assert (await back(bot, address, cookie)).status_code == 400, "used up"
    consent, cookie = await begin(bot)
    address = await agree(consent)
    bot.clock.advance(minutes=10)
    assert (await back(bot, address, cookie)).status_code == 400, "too old"


@many
async def test_two_installations_can_be_under_way_in_one_browser(bot: Rig) -> None:
    first, cookie = await begin(bot)
    second, same = await begin(bot, cookie)
    assert same == cookie
    states = [parse_qs(urlsplit(each).query)["state"] for each in (first, second)]
    assert states[0] != states[1]
    for consent in (second, first):
        assert (await back(bot, await agree(consent), cookie)).status_code == 200


@many
async def test_who_does_not_agree_is_told_so(bot: Rig) -> None:
    consent, cookie = await begin(bot)
    answer = await back(bot, await agree(consent, cancel="1"), cookie)
    assert "You did not agree" in answer.text
    assert await kept(bot) is None


@many
@pytest.mark.parametrize("trouble", [503, "invalid_code", "internal_error"])
async def test_slack_refuses_the_code(bot: Rig, trouble: int | str) -> None:
    consent, cookie = await begin(bot)
    address = await agree(consent)
    bot.slack.refuse("oauth.v2.access", trouble)
    answer = await back(bot, address, cookie)
    assert (answer.status_code, "Not installed" in answer.text) == (502, True)
    assert await kept(bot) is None


@many
@pytest.mark.parametrize("order", ORDERS)
async def test_taken_away_everything_goes_in_any_order(bot: Rig, order: tuple[str, ...]) -> None:
    await install(bot)
    store = bot.bot.store
    await store.rules.save(Rule("r1", Place(TEAM, "C0BOOKINGS"), "house"))
    await store.rules.save(Rule("other", Place("T0OTHER", "C0BOOKINGS"), "house"))
    bot.slack.app.uninstalled = True
    for kind in order:
        await told(bot, kind, tokens={"oauth": [], "bot": ["U0CALBOT"]})
    assert await kept(bot) is None
    assert await store.rules.rule("r1") is None
    assert await store.rules.rule("other") is not None
    assert (await install(bot)).status_code == 200
    for kind in order:  # late, after it was installed anew
        await told(bot, kind, tokens={"bot": ["U0CALBOT"]})
    assert await kept(bot) is not None


@many
async def test_a_persons_tokens_are_not_the_bots(bot: Rig) -> None:
    await install(bot)
    bot.slack.app.uninstalled = True
    await told(bot, "tokens_revoked", tokens={"oauth": [ALICE], "bot": []})
    assert await kept(bot) is not None


@many
async def test_what_is_said_of_an_unknown_workspace_is_heard_and_left(bot: Rig) -> None:
    for kind in ("app_uninstalled", "tokens_revoked", "user_change"):
        sent = await bot.people.event(kind, {"tokens": {"bot": ["U1"]}, "user": {"id": ALICE}})
        assert sent is None or sent.status == 200
    await bot.settle()
    assert bot.slack_calls() == []


@many
async def test_tokens_are_renewed_before_they_end(bot: Rig) -> None:
    bot.oauth.rotates = True
    await install(bot)
    first = await kept(bot)
    bot.clock.advance(hours=11)
    bot.slack.refuse("oauth.v2.access", 503)
    await bot.bot.installations.renew_all()
    assert await kept(bot) == first, "goes on with the old one"
    await bot.bot.installations.renew_all()
    assert len(bot.slack.calls_of("oauth.v2.access")) == 2, "nobody asks again at once"
    bot.clock.advance(minutes=1)
    await bot.round("tokens")
    second = await kept(bot)
    assert second
    assert (second.version, second.bot_token) == (2, bot.slack.app.bot_token)
    bot.clock.advance(hours=13)
    await bot.command(ALICE, "help")
    third = await kept(bot)
    assert third
    assert third.version == 3, "whoever needs it renews it"


@many
async def test_a_refresh_that_is_refused_shuts_one_workspace_only(bot: Rig) -> None:
    bot.oauth.rotates = True
    await install(bot)
    found = await kept(bot)
    assert found
    bot.oauth.refresh_tokens.clear()
    bot.clock.advance(hours=11)
    await bot.bot.installations.renew_all()
    assert (await bot.bot.installations.client_for(TEAM)).token == found.bot_token, "good yet"
    bot.clock.advance(hours=2)
    await bot.bot.store.installations.save(replace(found, team_id="T0OTHER", expires_at=None))
    await bot.bot.installations.renew_all()
    assert (await bot.bot.installations.client_for("T0OTHER")).token == found.bot_token
    bot.clock.advance(minutes=1)
    with pytest.raises(BotRefused) as refused:
        await bot.bot.installations.client_for(TEAM)
    assert refused.value.code == "invalid_refresh_token"


@many
async def test_an_organization_serves_its_workspaces(bot: Rig) -> None:
    await install(bot)
    found = await kept(bot)
    assert found
    store, installations = bot.bot.store.installations, bot.bot.installations
    await store.delete(TEAM)
    await store.save(replace(found, team_id="", enterprise_id="E1"))
    with pytest.raises(BotRefused):
        await installations.client_for(TEAM)
    assert await installations.authorize("E1", TEAM)
    assert (await installations.client_for(TEAM)).token == found.bot_token
    assert await installations.authorize("E2", "T0OTHER") is None
    bot.slack.app.uninstalled = True
    await bot.bot.store.rules.save(Rule("r1", Place(TEAM, "C0BOOKINGS"), "house"))
    bot.slack.enterprise_id = "E1"
    await told(bot, "app_uninstalled")
    assert await store.all() == []
    assert await bot.bot.store.rules.rule("r1") is None
