"""The bot's own `serve` and `worker`, to which Slack's limits go by thirty times as fast.

A message a second and channel would make a test of thousands of messages last an hour. Nothing
else is quicker: leases, time-outs and the clock are as they are.
"""

import asyncio
import sys
import time
from typing import Final

from bot import logs, running
from bot.bootstrap import Outside
from bot.settings import Settings

TIMES: Final = 30.0


def monotonic() -> float:
    return time.monotonic() * TIMES


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds / TIMES)


def main(command: str) -> None:
    settings = Settings.load("worker" if command == "worker" else "serve")
    logs.configure(settings.log_level, settings.log_format)
    run = running.work if command == "worker" else running.serve
    asyncio.run(run(settings, Outside(sleep=sleep, monotonic=monotonic)))


if __name__ == "__main__":
    main(sys.argv[1])
