"""Out of office over API v2; the hosted service knows it, older servers say 404.

Facts, as cal.com's source has them (apps/api/v2, modules/ooo): days are kept as the first and last
moments of UTC days, and mean the days of the host's own zone. An entry that is not one's own, or
not there, is a 403. A change is checked as if it were new: dates that it names must be none of
another entry's *nor its own*, so only what differs may be sent, and both dates or none.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic import Field

from bot.calcom.recovery import found_out
from bot.calcom.speaker import Speaker
from bot.calcom.transport import Call
from bot.calcom.wire import Moment, Shape, each, inside, one
from bot.domain.away import Away, Colleague
from bot.domain.errors import NotFound, UnknownOutcome

PATH = "/me/ooo"
ONE = "/me/ooo/{id}"


class AwayShape(Shape):
    id: int = Field(gt=0)
    uuid: str = ""
    start: Moment
    end: Moment
    reason: str | None = None
    notes: str | None = None
    to_user_id: int | None = None


class AwayV2(Speaker):
    """The days on which the account's user is away."""

    async def away(self) -> tuple[Away, ...]:
        """The last to end first: one answer has 250 at most, and what is over matters least."""
        call = Call("GET", PATH, query={"sortEnd": "desc"})
        return await self._transport.read(call, lambda b: each(AwayShape, inside(b, "data"), _away))

    async def add_away(self, wanted: Away) -> Away:
        body = _days(wanted) | {"reason": wanted.reason}
        body |= {"notes": wanted.notes} if wanted.notes else {}
        body |= {"toUserId": wanted.cover_id} if wanted.cover else {}
        call = Call("POST", PATH, body=body, action="add_away")
        return await self._kept(call, lambda kept: _says(kept) == _says(wanted))

    async def change_away(self, before: Away, wanted: Away) -> Away:
        call = Call("PATCH", ONE, {"id": before.id}, body=_changes(before, wanted), action="away")

        def is_it(kept: Away) -> bool:
            return kept.id == before.id and _says(kept) == _says(wanted)

        return await self._kept(call, is_it)

    async def _kept(self, call: Call, is_it: Callable[[Away], bool]) -> Away:
        """What Cal.com keeps now; sent once, and looked for where the answer was lost."""
        try:
            return await self._transport.write(call, _one)
        except UnknownOutcome:
            return await found_out(partial(self._find, is_it), self._sleep)

    async def _find(self, is_it: Callable[[Away], bool]) -> Away | None:
        return next(filter(is_it, await self.away()), None)

    async def end_away(self, away_id: int) -> None:
        call = Call("DELETE", ONE, {"id": away_id}, action="end_away")
        try:
            await self._transport.write(call, lambda _: True)
        except NotFound:
            return


def _days(wanted: Away) -> dict[str, Any]:
    return {
        "start": f"{wanted.first.isoformat()}T00:00:00.000Z",
        "end": f"{wanted.last.isoformat()}T23:59:59.999Z",
    }


def _changes(before: Away, wanted: Away) -> dict[str, Any]:
    """What of it differs, as a body; null and the empty text take away what was there."""
    changes: dict[str, Any] = {}
    if (before.first, before.last) != (wanted.first, wanted.last):
        changes |= _days(wanted)
    if before.reason != wanted.reason:
        changes["reason"] = wanted.reason
    if before.notes != wanted.notes:
        changes["notes"] = wanted.notes
    if before.cover_id != wanted.cover_id:
        changes["toUserId"] = wanted.cover_id
    return changes


def _says(away: Away) -> tuple[object, ...]:
    return away.first, away.last, away.reason, away.notes, away.cover_id


def _one(body: Any) -> Away:
    return _away(one(AwayShape, inside(body, "data")))


def _away(shape: AwayShape) -> Away:
    return Away(
        shape.start.date(),
        shape.end.date(),
        shape.reason or "unspecified",
        shape.notes or "",
        shape.id,
        Colleague(shape.to_user_id) if shape.to_user_id else None,
        shape.uuid,
    )
