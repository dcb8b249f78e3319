"""Connecting one's own Cal.com account through the browser: begun in Slack, bound to the member
and to the browser that opened the link, and gone on with in Slack."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from bot.domain.accounts import Connection, Way
from bot.domain.errors import Expired, NotAuthorised, Unavailable
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.sandbox.slack.messages import Message
from bot.services.connecting import Asked, Connecting
from bot.slack import ids
from tests.connecting import Consent
from tests.harness import ALICE, BOB, Rig, Setup, words
from tests.slack.flows import KEY_REFUSED, direct, fill, front, refuse, said
from tests.slack.pressing import button, labels, press

LINK = "https://bot.example/cal/oauth/start/"
CHROME, FIREFOX = "cookie-of-chrome", "cookie-of-firefox"


@pytest.fixture
def setup(setup: Setup) -> Setup:
    return replace(setup, settings={"public_url": "https://bot.example", **setup.settings})


@pytest.fixture
def consent(bot: Rig) -> Consent:
    """Cal.com, where whoever agrees is Bob."""
    return Consent(bot.clock, BOB_KEY)


@pytest.fixture
def connecting(bot: Rig, consent: Consent) -> Connecting:
    """The use case with a way through the browser, for the listeners as for the pages."""
    connecting = bot.bot.deps.connecting
    connecting.refreshing.authorizing = consent
    return connecting


def state_in(message: Message) -> str:
    url = str(button(message, "Connect in the browser")[1]["url"])
    assert url.startswith(LINK)
    return url.removeprefix(LINK)


async def begun(bot: Rig, user: str = BOB, typed: str = "connect") -> str:
    await bot.command(user, typed)
    return state_in(bot.last(user))


async def own(bot: Rig, user: str = BOB) -> Connection | None:
    return await bot.bot.store.connections.of_member(bot.slack.team_id, user)


async def test_the_way_through_the_browser(
    bot: Rig, connecting: Connecting, consent: Consent
) -> None:
    state = await begun(bot)
    assert bot.seen(ALICE) == [], "the link is for nobody else"
    assert labels(bot.last(BOB)) == ["Connect in the browser", "Use an API key"]
    assert await connecting.opened(state, CHROME) == Asked("Sandbox", "Bob Stone")
    url = await connecting.authorize_url(state, CHROME)
    assert url
    asked = parse_qs(urlsplit(url).query)
    assert asked["state"] == [state]
    account = await connecting.came_back(state, CHROME, "good")
    await bot.settle()
    assert account.username == "bob"
    kept = await own(bot)
    assert kept
    assert (kept.way, kept.credential.refresh_token) == (Way.OAUTH, "next-2")
    assert "connected to Cal.com as *Bob Stone* (bob), through Cal.com's page" in said(bot, BOB)
    challenge, verifier = consent.asked
    digest = hashlib.sha256(verifier.encode()).digest()
    assert challenge == asked["code_challenge"][0] == urlsafe_b64encode(digest).decode().rstrip("=")


async def test_what_was_wanted_goes_on_after_the_round_trip(
    bot: Rig, connecting: Connecting
) -> None:
    refuse(bot, 401, count=9, body=KEY_REFUSED)
    await bot.command(BOB, "slots sales tomorrow", "random")
    bot.faults.refuse.clear()
    await press(bot, BOB, "Connect", bot.last(BOB, "random"))
    state = state_in(bot.last(BOB, "random"))
    await connecting.opened(state, CHROME)
    await connecting.came_back(state, CHROME, "good")
    await bot.settle()
    await press(bot, BOB, "Go on", bot.last(BOB, "random"))
    assert "Sales call" in words(bot.last(BOB, "random"))
    assert direct(bot, BOB) == []


async def test_begun_in_the_home_it_ends_there(bot: Rig, connecting: Connecting) -> None:
    """The link stands in a modal; the Home is drawn anew once the account is connected."""
    await bot.people.open_home(BOB)
    await bot.settle()
    home = bot.slack.views.homes[BOB]
    assert "None of your own is connected." in words(home)
    await bot.click(BOB, home, ids.CONNECT)
    link = next(
        element["url"] for each in front(bot, BOB).blocks for element in each.get("elements", [])
    )
    state = str(link).removeprefix(LINK)
    await connecting.opened(state, CHROME)
    await connecting.came_back(state, CHROME, "good")
    await bot.settle()
    assert "*Bob Stone* (bob), through Cal.com's page" in words(home)


async def test_row_20_a_second_browser_gets_nothing_of_the_first(
    bot: Rig, connecting: Connecting
) -> None:
    state = await begun(bot)
    assert await connecting.opened(state, CHROME)
    assert await connecting.opened(state, FIREFOX) is None
    assert await connecting.authorize_url(state, FIREFOX) is None
    with pytest.raises(Expired):
        await connecting.came_back(state, FIREFOX, "good")
    assert await own(bot) is None
    assert await connecting.came_back(state, CHROME, "good"), "the first one still can"


@pytest.mark.parametrize("browser", ["", CHROME])
async def test_a_link_that_nobody_opened_connects_nothing(
    bot: Rig, connecting: Connecting, browser: str
) -> None:
    state = await begun(bot)
    with pytest.raises(Expired):
        await connecting.came_back(state, browser, "good")
    assert await own(bot) is None


@pytest.mark.parametrize("state", ["", "x", "\x00", "é" * 500])
async def test_what_is_no_state_is_none(connecting: Connecting, state: str) -> None:
    assert await connecting.opened(state, CHROME) is None
    assert await connecting.authorize_url(state, CHROME) is None
    await connecting.denied(state, CHROME)
    with pytest.raises(Expired):
        await connecting.came_back(state, CHROME, "good")


async def test_a_link_works_once_and_for_ten_minutes(bot: Rig, connecting: Connecting) -> None:
    state = await begun(bot)
    await connecting.opened(state, CHROME)
    await connecting.came_back(state, CHROME, "good")
    with pytest.raises(Expired):
        await connecting.came_back(state, CHROME, "good")
    late = await begun(bot)
    assert late != state
    assert await connecting.opened(late, CHROME)
    bot.clock.advance(minutes=10)
    assert await connecting.opened(late, CHROME) is None
    with pytest.raises(Expired):
        await connecting.came_back(late, CHROME, "good")


async def test_who_does_not_agree_connects_nothing(bot: Rig, connecting: Connecting) -> None:
    state = await begun(bot)
    await connecting.opened(state, CHROME)
    await connecting.denied(state, FIREFOX)
    assert await connecting.opened(state, CHROME), "another browser ends nothing"
    await connecting.denied(state, CHROME)
    assert await connecting.opened(state, CHROME) is None
    assert await own(bot) is None


async def test_a_code_that_is_none_or_an_answer_that_fails(
    bot: Rig, connecting: Connecting, consent: Consent
) -> None:
    for code, fails, raised in (
        ("bad", [], NotAuthorised),
        ("good", [Unavailable("503")], Unavailable),
    ):
        consent.fails = [*fails]
        state = await begun(bot)
        await connecting.opened(state, CHROME)
        with pytest.raises(raised):
            await connecting.came_back(state, CHROME, code)
        assert await own(bot) is None
        assert await connecting.opened(state, CHROME) is None, "the link is used up"


async def test_row_22_a_refresh_that_fails_for_now_says_try_again(
    bot: Rig, connecting: Connecting, consent: Consent
) -> None:
    """Nobody is told to connect again because Cal.com is down for a minute."""
    state = await begun(bot)
    await connecting.opened(state, CHROME)
    await connecting.came_back(state, CHROME, "good")
    bot.clock.advance(minutes=40)
    consent.fails = [Unavailable("500")]
    await bot.command(BOB, "types")
    assert "Cal.com is not answering" in said(bot, BOB)
    assert "onnect" not in said(bot, BOB)
    bot.clock.advance(minutes=1)
    await bot.command(BOB, "types")
    assert "Sales call" in words(bot.last(BOB))
    bot.clock.advance(minutes=40)
    consent.fails = [NotAuthorised("invalid_grant")]
    await bot.command(BOB, "next")
    assert labels(bot.last(BOB)) == ["Reconnect"]


async def test_disconnecting_ends_the_links_too(bot: Rig, connecting: Connecting) -> None:
    first, second = await begun(bot), await begun(bot)
    await connecting.opened(first, CHROME)
    await connecting.came_back(first, CHROME, "good")
    await bot.command(BOB, "disconnect")
    await press(bot, BOB, "Disconnect")
    assert await connecting.opened(second, CHROME) is None


async def test_a_key_is_still_taken(bot: Rig, connecting: Connecting) -> None:
    await begun(bot)
    await press(bot, BOB, "Use an API key")
    await fill(bot, BOB, ids.KEY, BOB_KEY)
    await bot.submit(BOB)
    kept = await own(bot)
    assert kept
    assert kept.way is Way.KEY


async def test_in_a_modal_the_link_is_shown_in_it(bot: Rig, connecting: Connecting) -> None:
    await bot.command(BOB, "settings")
    await bot.click(BOB, front(bot, BOB), ids.CONNECT)
    assert "The link is for you alone" in said(bot, BOB)
    assert LINK in str(front(bot, BOB).blocks)


async def test_the_link_stands_nowhere_in_the_store(bot: Rig, connecting: Connecting) -> None:
    state = await begun(bot)
    async with bot.bot.store.database.statements() as connection:
        kept = str((await connection.execute(text("SELECT * FROM grants"))).all())
    assert "calcom" in kept
    assert state not in kept


@pytest.mark.parametrize(
    "setup", [{"settings": {"cal_oauth_client_id": "client-1", "public_url": None}}], indirect=True
)
async def test_without_a_public_address_the_key_remains(bot: Rig) -> None:
    bot.bot.deps.connecting.refreshing.authorizing = Consent(bot.clock, BOB_KEY)
    assert not bot.bot.deps.connecting.by_browser
    await bot.command(BOB, "connect")
    assert front(bot, BOB).body["callback_id"] == ids.API_KEY
