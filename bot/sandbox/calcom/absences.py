"""Out of office as a person goes on Cal.com's own page, which tells subscribers of it; what is done
through the API tells nobody (both as cal.com's source has it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.sandbox.calcom import webhooks
from bot.sandbox.calcom.model import JSON, OutOfOffice, User
from bot.sandbox.calcom.times import zulu

if TYPE_CHECKING:
    from bot.sandbox.calcom.world import World

TRIGGER: Final = "OOO_CREATED"
_REASONS: Final = {  # number, emoji, name
    "unspecified": (1, "🕒", "ooo_reasons_unspecified"),
    "vacation": (2, "🏝️", "ooo_reasons_vacation"),
    "travel": (3, "🛫", "ooo_reasons_travel"),
    "sick": (4, "🤒", "ooo_reasons_sick_leave"),
    "public_holiday": (5, "📆", "ooo_reasons_public_holiday"),
}


async def announce(world: World, entry: OutOfOffice) -> None:
    """Tell the person's own webhooks and those of their teams and organization."""
    payload = {"oooEntry": _shape(world, entry)}
    body: JSON = {"triggerEvent": TRIGGER, "createdAt": zulu(world.now()), "payload": payload}
    of = {t.id for t in world.teams.values() if _is_in(world, t.id, entry.user_id)}
    for one in [*world.subscriptions.values()]:
        told = one.user_id == entry.user_id or one.team_id in of
        if told and one.active and TRIGGER in one.triggers:
            await webhooks.deliver(world, one, body)


def _is_in(world: World, team_id: int, user_id: int) -> bool:
    return any(m.user_id == user_id for m in world.teams[team_id].memberships)


def _shape(world: World, entry: OutOfOffice) -> JSON:
    """The days keep their clock times, and get the offset of the person's zone."""
    user = world.users[entry.user_id]
    covers = world.users.get(entry.to_user_id) if entry.to_user_id else None
    number, emoji, reason = _REASONS[entry.reason]
    zone = ZoneInfo(user.time_zone)
    first, last = (at.replace(tzinfo=zone) for at in (entry.start, entry.end))
    return {
        "id": entry.id,
        "start": first.isoformat(timespec="seconds"),
        "end": last.isoformat(timespec="seconds"),
        "createdAt": zulu(world.now()),
        "updatedAt": zulu(world.now()),
        "notes": entry.notes,
        "reason": {"emoji": emoji, "reason": reason},
        "reasonId": number,
        "user": _person(user),
        "toUser": _person(covers) if covers else None,
        "uuid": entry.uuid,
    }


def _person(user: User) -> JSON:
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "email": user.email,
        "timeZone": user.time_zone,
    }
