"""The figures as lines of text: what they are compared by first, the absolute ones beside it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.comparing import Measured, paired, quantile

Say = Callable[[str], None]

HOW_TO_READ = """
How to read it
  "x" is the bot's figure divided by its floor's: the middle one of the rounds, and the least and
  the greatest in brackets. Where these lie far apart, the machine was busy with something else,
  and the run says little. Bot and floor answered the same requests in turn, in the same run, each
  served by uvicorn with the same options in a process of its own; the load generator is another
  process on the same machine, with one request under way on each connection. Aims stand beside
  the ratios; nothing fails where one is missed.
  The lines below the ratios are absolute: requests a second (the middle round), p50 and p99 over
  all requests from the first byte sent to the last byte read, and the processor time that the
  serving process used for one request, which depends least on what else the machine does.
  The floors:
    bare Bolt          AsyncApp with Bolt's defaults, one listener that acknowledges a short text
    an insert          one route that inserts a digest and the body with the store's own driver,
                       pool and settings, and neither verifies nor reads nor logs anything
    an insert by Core  the same through SQLAlchemy Core in a transaction
  Over SQLite the background work runs in the bot's process, as in `serve`: it takes webhooks out
  of the inbox and makes cards of them, which no floor does, but gives way for up to a second
  while more come in, and works a burst off afterwards. The bot stores those that come together
  in one statement; the floors store each by itself. "Without the
  worker" is the bot without it. Over PostgreSQL `serve` leaves that work to other processes, and
  none runs here; that server's durability is off, for the bot and the floors alike.
  From a webhook to Slack: twenty bookings a second, one after the other for twenty-five channels,
  so that none gets as many as the one a second that Slack allows; then one booking goes to two
  hundred channels, and a bare client of Slack's SDK posts as many short messages with as many at
  once as the bot has deliverers.
  What a request reads, with many workspaces: whose token, whose account and choices, and the rules
  of a channel, in this process over a store; the middle one of many, each in another workspace.
  One webhook with many rules and many bookings: what it costs to store it, and to make of it a
  card for three places, in this process over a store and without any network; the middle one of
  many, the stores in turn. Nearly all rules are other people's, and all bookings are over. "x" is
  the cost divided by that with ten rules. A claim takes the next message out of so many
  that wait for a place each, four of which may be busy, and one of these may have so many more
  that wait longer; its "x" is against the first line. A fan-out to 200 channels claims 200 times.
"""


@dataclass(frozen=True, slots=True)
class Aims:
    """What the ratios shall be: at least this rate, at most this p50; None where there is none."""

    rate: float | None = None
    p50: float | None = None


class Report:
    """Prints as it goes.

    Args:
        say: Prints a line.
    """

    def __init__(self, say: Say) -> None:
        self._say = say

    def begin(self, title: str) -> None:
        self._say(f"Calbot, measured against its floors ({title})")
        self.machine("at the start")

    def machine(self, when: str) -> None:
        load = f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "not known"
        self._say(f"  {os.cpu_count()} processors; load over the last minute {when}: {load}")

    def section(self, title: str) -> None:
        self._say(f"\n{title}\n" + "-" * len(title))

    def note(self, text: str) -> None:
        self._say(f"  {text}")

    def figure(self, name: str, value: float | None, unit: str) -> None:
        self._say(f"  {name:<52} {'not measured' if value is None else f'{value:.1f} {unit}'}")

    def costs(self, where: str, costs: Mapping[str, float]) -> None:
        """What one takes in each case (seconds), and how much that is of the first."""
        first = next(iter(costs.values()))
        for name, each in costs.items():
            self._say(f"  {where + name:<52} {each * 1000:.2f} ms   x {each / first:.2f}")

    def pair(
        self, name: str, bot: Measured, floors: Sequence[tuple[str, Measured]], aims: Aims
    ) -> None:
        """The bot beside its floors; the aims are for the first of them."""
        self._say(f"  {name}")
        for number, (called, floor) in enumerate(floors):
            rate = paired([each.rate for each in bot.loads], [each.rate for each in floor.loads])
            p50 = paired(_middles(bot), _middles(floor))
            wanted = aims if number == 0 else Aims()
            self._say(f"    against {called}")
            self._say(f"      rate    x {_ratio(rate)}{_aim('at least', wanted.rate)}")
            self._say(f"      p50     x {_ratio(p50)}{_aim('at most', wanted.p50)}")
        for called, measured in (("bot", bot), *floors):
            self._say(f"    {called:<26} {_absolute(measured)}")

    def end(self) -> None:
        self.machine("at the end")
        self._say(HOW_TO_READ)


def _middles(measured: Measured) -> list[float]:
    return [quantile(each.latencies, 0.5) for each in measured.loads]


def _ratio(found: tuple[float, float, float]) -> str:
    middle, least, greatest = found
    return f"{middle:.2f}  ({least:.2f} to {greatest:.2f})"


def _aim(word: str, aim: float | None) -> str:
    return "" if aim is None else f"   aim: {word} {aim}"


def _absolute(measured: Measured) -> str:
    cpu = measured.cpu_per_request
    told = [
        f"{measured.rate:7.0f} a second",
        f"p50 {measured.quantile(0.5) * 1000:6.2f} ms",
        f"p99 {measured.quantile(0.99) * 1000:6.2f} ms",
        "cpu not known" if cpu is None else f"cpu {cpu * 1000:.2f} ms",
    ]
    refused = [f"{n} answered {status}" for status, n in sorted(measured.refused.items())]
    return "   ".join([*told, *refused])
