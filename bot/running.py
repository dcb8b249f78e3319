"""The bot as a process: serving, or doing the background work, until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import Callable

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot import store as stores
from bot.bootstrap import Bot, Outside, assembled, works_here
from bot.settings import Settings
from bot.web.server import Server, listening

log = structlog.get_logger(__name__)

GRACE = 25.0
"""Seconds that work under way gets to finish at a stop: longer than one write to Cal.com may
take, and with the server's own less than the half minute after which hosts kill."""


async def serve(settings: Settings, outside: Outside | None = None) -> None:
    """Run the bot until it is told to stop: HTTP, or Socket Mode with a little HTTP beside it.

    Raises:
        SystemExit: With a sentence, when it cannot listen where it should.
    """
    with contextlib.closing(listening(settings.host, settings.port)) as listener:
        await stores.migrate(settings.database_url)
        async with assembled(settings, outside) as bot, asyncio.TaskGroup() as group:
            server = Server(bot.web)
            _on_stop(server.stop)
            socket_mode = _socket_mode(bot)
            reaching = group.create_task(_reach_slack(bot, socket_mode))
            if works_here(settings):
                group.create_task(bot.worker.run())
            host, port, *_ = listener.getsockname()
            log.info("serving", host=host, port=port, socket_mode=settings.socket_mode)
            await server.serve([listener])
            reaching.cancel()
            if socket_mode:
                await socket_mode.close_async()  # type: ignore[no-untyped-call] # Bolt's
            await asyncio.gather(bot.background.close(GRACE), bot.worker.stop(GRACE))


async def work(settings: Settings, outside: Outside | None = None) -> None:
    """Run the background work alone, until it is told to stop (SIGINT, SIGTERM)."""
    await stores.migrate(settings.database_url)
    async with assembled(settings, outside) as bot, asyncio.TaskGroup() as group:
        told = asyncio.Event()
        _on_stop(told.set)
        learning = group.create_task(bot.learn_identity())
        group.create_task(bot.worker.run())
        log.info("working")
        await told.wait()
        learning.cancel()
        await bot.worker.stop(GRACE)


def _on_stop(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _socket_mode(bot: Bot) -> AsyncSocketModeHandler | None:
    token = bot.settings.slack_app_token
    if token is None:
        return None
    return AsyncSocketModeHandler(bot.slack, token.get_secret_value(), web_client=bot.client)


async def _reach_slack(bot: Bot, socket_mode: AsyncSocketModeHandler | None) -> None:
    """Until Slack has answered the bot serves without it, and can be stopped."""
    await bot.learn_identity()
    if socket_mode:
        await socket_mode.connect_async()  # type: ignore[no-untyped-call] # Bolt's
