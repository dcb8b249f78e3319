"""Times as Cal.com writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

ZONES = available_timezones()


def zulu(moment: datetime) -> str:
    """`2026-12-09T08:00:00.000Z`: the API, and webhooks about requests, answers and meetings."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def short_zulu(moment: datetime) -> str:
    """`2026-12-09T08:00:00Z`: webhooks about new and moved bookings."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def plus_zero(moment: datetime) -> str:
    """`2026-12-09T08:00:00+00:00`: webhooks about cancelled bookings."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def local(moment: datetime, zone: str) -> str:
    """`2026-12-09T09:00:00.000+01:00`: slots, when the question names a zone."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")


def offset_minutes(zone: str, at: datetime) -> int:
    """Return the zone's offset from UTC at that moment, in minutes."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def parse(text: object) -> datetime | None:
    """Read an ISO 8601 date or time (without an offset: UTC), None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
