"""The control surface behind the page's view of the bot: JSON under /bot/."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.comparing import Comparison
from bot.sandbox.kept import LONGEST, Kept


def routes(kept: Kept, comparison: Comparison) -> list[Route]:
    """Return the routes:

    GET  /bot/state -> {state, starts, lines}: starting, running or crashed; how often it was
                    started; see `Comparison.lines`
    POST /bot/crash {away}: kill it, and leave it away for so many seconds
    """

    async def state(request: Request) -> Response:
        told = {"state": kept.state, "starts": kept.starts, "lines": comparison.lines()}
        return JSONResponse(told)

    async def crash(request: Request) -> Response:
        try:
            away = float((await request.json()).get("away", 0))
        except (ValueError, TypeError, AttributeError):
            away = -1.0
        if not 0 <= away <= LONGEST:
            return JSONResponse({"error": f"away must be 0 to {LONGEST} seconds"}, 400)
        if not kept.kill(away):
            return JSONResponse({"error": "the bot is not running"}, 409)
        return JSONResponse({"state": kept.state})

    return [
        Route("/bot/state", state, methods=["GET"]),
        Route("/bot/crash", crash, methods=["POST"]),
    ]
