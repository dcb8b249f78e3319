"""The file of who did what, behind a link that works once."""

from collections.abc import AsyncIterator
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.domain.errors import Denied
from bot.domain.wording import N_, _
from bot.web.pages import as_read

CAREFUL: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
HEADERS: Final = CAREFUL | {"Content-Disposition": 'attachment; filename="audit.csv"'}
GONE: Final = N_("This link is used up, or older than ten minutes. Ask for another one in Slack.")


class Exports(Protocol):
    async def exported(self, state: str) -> AsyncIterator[bytes] | None: ...


class AuditFile:
    """The endpoint; HEAD (what looks at links before people do) uses nothing up."""

    def __init__(self, exports: Exports) -> None:
        self._exports = exports

    def routes(self) -> list[Route]:
        return [Route("/audit/{state}", self.get, methods=["GET"])]

    async def get(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response(headers=HEADERS)
        try:
            found = await self._exports.exported(str(request.path_params["state"]))
        except Denied:
            found = None
        if found is None:
            with as_read(request):
                return PlainTextResponse(f"{_(GONE)}\n", 404, headers=CAREFUL)
        return StreamingResponse(found, media_type="text/csv", headers=HEADERS)
