"""The page that a Prometheus server reads."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class MetricsPage:
    """Attributes:
    page: Everything that was counted, and its content type.
    """

    page: Callable[[], Awaitable[tuple[bytes, str]]]

    async def get(self, request: Request) -> Response:
        body, content_type = await self.page()
        return Response(body, media_type=content_type)
