"""Out of office over API v2; the hosted service knows it, older servers say 404."""

from functools import partial
from typing import Any

from pydantic import Field

from bot.calcom.recovery import found_out
from bot.calcom.speaker import Speaker
from bot.calcom.transport import Call
from bot.calcom.wire import Moment, Shape, each, inside, one
from bot.domain.away import Away
from bot.domain.errors import NotFound, UnknownOutcome

PATH = "/me/ooo"


class AwayShape(Shape):
    id: int = Field(gt=0)
    start: Moment
    end: Moment
    reason: str | None = None
    notes: str | None = None


class AwayV2(Speaker):
    """The days on which the account's user is away."""

    async def away(self) -> tuple[Away, ...]:
        call = Call("GET", PATH)
        return await self._transport.read(call, lambda b: each(AwayShape, inside(b, "data"), _away))

    async def add_away(self, wanted: Away) -> Away:
        body = {
            "start": f"{wanted.first.isoformat()}T00:00:00.000Z",
            "end": f"{wanted.last.isoformat()}T23:59:59.999Z",
            "reason": wanted.reason,
        } | ({"notes": wanted.notes} if wanted.notes else {})
        call = Call("POST", PATH, body=body, action="add_away")
        try:
            return await self._transport.write(call, _one)
        except UnknownOutcome:
            return await found_out(partial(self._on, wanted), self._sleep)

    async def _on(self, wanted: Away) -> Away | None:
        days = (wanted.first, wanted.last)
        return next((a for a in await self.away() if (a.first, a.last) == days), None)

    async def end_away(self, away_id: int) -> None:
        call = Call("DELETE", PATH + "/{id}", {"id": str(away_id)}, action="end_away")
        try:
            await self._transport.write(call, lambda _: True)
        except NotFound:
            return


def _one(body: Any) -> Away:
    return _away(one(AwayShape, inside(body, "data")))


def _away(shape: AwayShape) -> Away:
    """Cal.com keeps days as the UTC days' first and last moments."""
    reason = shape.reason or "unspecified"
    return Away(shape.start.date(), shape.end.date(), reason, shape.notes or "", shape.id)
