"""`serve` in Socket Mode: Slack is reached from inside, Cal.com's webhooks still come by HTTP."""

import signal
import socket
from contextlib import closing

import pytest

from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.injections import Injections
from tests.harness import words
from tests.processes.running import STARTED_WITHIN, STOPPED_WITHIN, Launcher, eventually, until
from tests.processes.surroundings import ALICE, DAVE, Surroundings


def connection_from_inside(around: Surroundings) -> dict[str, str]:
    around.by_socket()
    return {"SLACK_APP_TOKEN": around.slack.app.app_token, "SLACK_SIGNING_SECRET": ""}


async def connected(around: Surroundings) -> None:
    await around.slack.until(lambda: around.hub.connections == 1, within=STARTED_WITHIN)


async def test_people_are_answered_also_after_a_new_connection(
    launch: Launcher, around: Surroundings
) -> None:
    bot = launch.start("serve", **connection_from_inside(around))
    await around.ready(bot)
    await connected(around)
    await around.people.command(ALICE, "general", "/cal", "help")
    await around.reads(ALICE, "/cal book")
    await around.fill_in(DAVE)

    opened = len(around.slack.calls_of("apps.connections.open"))
    await around.hub.disconnect("refresh_requested")
    await connected(around)
    assert len(around.slack.calls_of("apps.connections.open")) == opened + 1

    await around.people.submit(DAVE)
    await around.sees(DAVE, "Booked")
    (card,) = await until(around.cards)
    assert "Dave Okoro" in words(card)
    await bot.stop()
    assert around.hub.connections == 0


@pytest.mark.slow  # the bot asks Slack again every five seconds
async def test_slack_is_not_there_at_the_start(launch: Launcher, around: Surroundings) -> None:
    """It serves without Slack, keeps what Cal.com tells, and goes on when Slack is back."""
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        slack_url = f"http://127.0.0.1:{port}"
        bot = launch.start(
            "serve", **connection_from_inside(around), SLACK_API_URL=f"{slack_url}/api/"
        )
        await around.listens(bot)
        await until(lambda: bot.said("slack_does_not_know_us"))
        assert (await around.get("/healthz")).status_code == 200
        answer = await around.get("/readyz")
        assert (answer.status_code, answer.json()["slack"]) == (503, "not known yet who we are")
        await around.outsider_books()
        assert [status for _, status in around.cal.sent] == [200]

    back = slack_app.build(around.slack, around.people, around.hub)
    async with serving(back, port=port) as around.slack.base_url:
        await connected(around)
        assert (await around.get("/readyz")).status_code == 200
        await around.people.command(ALICE, "general", "/cal", "help")
        await around.reads(ALICE, "/cal book")
        (card,) = await until(around.cards, STARTED_WITHIN)
        assert "Tom Alder" in words(card)
        await bot.stop()


async def test_ready_is_who_is_connected(launch: Launcher, around: Surroundings) -> None:
    bot = launch.start("serve", **connection_from_inside(around))
    await around.ready(bot)
    around.slack.refuse("apps.connections.open", 503, times=1000)
    await around.hub.disconnect("link_disabled")

    async def not_connected() -> bool:
        answer = await around.get("/readyz")
        return (answer.status_code, answer.json()["socket_mode"]) == (503, "not connected")

    await eventually(not_connected)
    around.slack.injections = Injections()
    await connected(around)
    await around.ready(bot)
    bot.send(signal.SIGTERM)
    assert await bot.ended(STOPPED_WITHIN) == 0


async def test_it_can_be_stopped_while_slack_is_not_there(
    launch: Launcher, around: Surroundings
) -> None:
    around.slack.refuse("apps.connections.open", 503, times=100)
    bot = launch.start("serve", **connection_from_inside(around))
    await around.listens(bot)
    await until(lambda: bot.said("Failed to connect"))
    bot.send(signal.SIGINT)  # as Ctrl-C does
    assert await bot.ended(STOPPED_WITHIN) == 0
    assert bot.noise == []
