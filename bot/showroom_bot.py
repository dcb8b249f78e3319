"""The sandbox's bot: `serve` as a process of its own, so that it can really be killed.

`bot.showroom` starts it, with the settings in the environment and a standard input that ends when
the sandbox does.
"""

import asyncio
import os
import sys
import threading

from bot import logs, store
from bot.bootstrap import now
from bot.running import serve
from bot.settings import Settings


def main() -> None:
    threading.Thread(target=_end_with_the_sandbox, daemon=True).start()
    logs.configure("info", "text")
    asyncio.run(_run(Settings.load("serve", env_file=None)))


async def _run(settings: Settings) -> None:
    """Serve; what a killed one had in hand is taken back first, for nobody else can have it."""
    kept = store.open_store(settings.database_url, clock=now)
    try:
        await kept.end_leases(now())
    finally:
        await kept.close()
    await serve(settings)


def _end_with_the_sandbox() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
