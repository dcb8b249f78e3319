"""The bot's HTTP side without its background work, to see what that work takes of the doors.

`python -m tests.bench.doors` reads the settings that `python -m bot serve` reads.
"""

import asyncio

import uvicorn

from bot import logs, store
from bot.bootstrap import assembled
from bot.settings import Settings


async def serve() -> None:
    settings = Settings.load("serve")
    logs.configure(settings.log_level, settings.log_format)
    await store.migrate(settings.database_url, settings.keys)
    async with assembled(settings) as bot:
        await bot.learn_identity()
        port = settings.port
        config = uvicorn.Config(bot.web, port=port, log_config=None, access_log=False, ws="none")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve())
