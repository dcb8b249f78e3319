"""The time zones to choose from, found by city, region or offset."""

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MOST = 100
"""Options that a menu takes (Slack's limit)."""

REGIONS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)
"""The other names of the zone database are old aliases and bare offsets."""

_OFFSET = re.compile(
    r"(?:utc|gmt)? ?(?P<sign>[+\-−]) ?(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>[0-5]\d))?", re.ASCII
)


def search(typed: str, now: datetime, near: str = "UTC") -> list[str]:
    """The names of at most 100 zones that fit what was typed, the likeliest first.

    Args:
        typed: A city (`new york`), a region, a name (`Europe/Paris`) or an offset (`+5:30`);
            nothing gives the zones nearest to `near`.
        now: The moment whose offsets count.
    """
    wanted = " ".join(typed.casefold().replace("_", " ").split())
    if not wanted:
        own = _offset(near, now)
        by_distance = sorted(_names(), key=lambda name: (abs(_offset(name, now) - own), name))
        return sorted(by_distance[:MOST], key=lambda name: name != near)
    if match := _OFFSET.fullmatch(wanted):
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        offset = offset if match["sign"] == "+" else -offset
        return [name for name in _names() if _offset(name, now) == offset][:MOST]
    fitting = [name for name in _names() if wanted in _words(name)]
    return sorted(fitting, key=lambda name: (not _city(name).startswith(wanted), name))[:MOST]


def _offset(name: str, now: datetime) -> timedelta:
    return now.astimezone(ZoneInfo(name)).utcoffset() or timedelta()


def _words(name: str) -> str:
    return name.replace("_", " ").casefold()


def _city(name: str) -> str:
    return _words(name).rpartition("/")[2]


@cache
def _names() -> tuple[str, ...]:
    known = (name for name in available_timezones() if name.partition("/")[0] in REGIONS)
    return ("UTC", *sorted(known))
