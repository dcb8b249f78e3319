"""The sandbox's bot: `serve` as a process of its own, so that it can really be killed.

`bot.showroom` starts it, with the settings in the environment and a standard input that ends when
the sandbox does. It asks Cal.com more often than others do.
"""

import asyncio
import os
import sys
import threading
from datetime import timedelta
from typing import Final

from bot import logs, store
from bot.bootstrap import Outside, now
from bot.running import serve
from bot.services.reconciling import Pace
from bot.settings import Settings

QUICK: Final = Pace(look=timedelta(seconds=10), seldom=timedelta(seconds=10))
"""Nobody in front of the sandbox waits for minutes."""


def main() -> None:
    threading.Thread(target=_end_with_the_sandbox, daemon=True).start()
    logs.configure("info", "text")
    asyncio.run(_run(Settings.load("serve", env_file=None)))


async def _run(settings: Settings) -> None:
    """Serve; what a killed one had in hand is taken back first, for nobody else can have it."""
    kept = store.open_store(settings.database_url, settings.keys, clock=now)
    try:
        await kept.end_leases(now())
    finally:
        await kept.close()
    await serve(settings, Outside(pace=QUICK))


def _end_with_the_sandbox() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
