"""The bot as a process: serving, or doing the background work, until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from functools import partial

import structlog

from bot import store as stores
from bot.bootstrap import Bot, Outside, assembled, works_here
from bot.settings import Settings
from bot.slack.socket import Socket
from bot.web.server import GRACE as LAST_MOMENT
from bot.web.server import Server, listening

log = structlog.get_logger(__name__)

GRACE = 22.0
"""Seconds that work under way gets to finish at a stop: longer than one write to Cal.com may
take, and with the server's own less than the half minute after which hosts kill."""


async def serve(settings: Settings, outside: Outside | None = None) -> None:
    """Run the bot until it is told to stop: HTTP, or Socket Mode with a little HTTP beside it.

    Raises:
        SystemExit: With a sentence, when it cannot listen where it should.
    """
    with contextlib.closing(listening(settings.host, settings.port)) as listener:
        await stores.migrate(settings.database_url, settings.keys)
        async with assembled(settings, outside) as bot, asyncio.TaskGroup() as group:
            told = _told_to_stop(bot)
            server = Server(bot.web)
            socket_mode = _socket_mode(bot)
            if socket_mode:
                bot.process.connected = partial(_stands, socket_mode)
            reaching = group.create_task(_reach_slack(bot, socket_mode))
            if works_here(settings):
                group.create_task(bot.worker.run())
            serving = group.create_task(server.serve([listener]))
            host, port, *_ = listener.getsockname()
            log.info("serving", host=host, port=port, socket_mode=settings.socket_mode)
            await told.wait()
            reaching.cancel()
            if socket_mode:
                await socket_mode.close_async()  # type: ignore[no-untyped-call] # Bolt's
            await _drained(bot)
            server.stop()
            await serving
            await bot.background.close(LAST_MOMENT)


async def work(settings: Settings, outside: Outside | None = None) -> None:
    """Run the background work alone, until it is told to stop (SIGINT, SIGTERM); with
    `WORKER_PORT` a little HTTP beside it.

    Raises:
        SystemExit: With a sentence, when it cannot listen where it should.
    """
    async with contextlib.AsyncExitStack() as stack:
        listener = None
        if settings.worker_port is not None:
            listener = listening(settings.host, settings.worker_port, setting="WORKER_PORT")
            stack.enter_context(contextlib.closing(listener))
        await stores.migrate(settings.database_url, settings.keys)
        bot = await stack.enter_async_context(assembled(settings, outside))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        told, server = _told_to_stop(bot), Server(bot.beside)
        learning = group.create_task(bot.learn_identity())
        group.create_task(bot.worker.run())
        port = listener.getsockname()[1] if listener else None
        if listener:
            group.create_task(server.serve([listener]))
        log.info("working", port=port)
        await told.wait()
        learning.cancel()
        await _drained(bot)
        server.stop()


def _told_to_stop(bot: Bot) -> asyncio.Event:
    """Set at SIGINT and SIGTERM; from that moment the process says that it is not ready."""
    told = asyncio.Event()

    def stop() -> None:
        bot.process.stopping = True
        told.set()

    _on_stop(stop)
    return told


async def _drained(bot: Bot) -> None:
    """Let what is under way end; whoever comes meanwhile is still answered."""

    async def over() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await bot.background.drain()

    await asyncio.gather(bot.worker.stop(GRACE), over())


def _on_stop(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _socket_mode(bot: Bot) -> Socket | None:
    token = bot.settings.slack_app_token
    if token is None:
        return None
    return Socket(bot.slack, token.get_secret_value(), bot.client, bot.background)


async def _stands(socket_mode: Socket) -> bool:
    """Whether Slack's connection stands and is listened to: what comes is taken out of a queue by
    a task that may have died."""
    client = socket_mode.client
    return await client.is_connected() and not client.message_processor.done()


async def _reach_slack(bot: Bot, socket_mode: Socket | None) -> None:
    """Until Slack has answered the bot serves without it, and can be stopped."""
    await bot.learn_identity()
    if socket_mode:
        await socket_mode.connect_async()  # type: ignore[no-untyped-call] # Bolt's
