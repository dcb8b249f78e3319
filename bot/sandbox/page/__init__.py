"""The page of the local workspace: a chat client in the browser, and nothing to build.

Plain files, served as they are. `app.js` reads first; it draws `store.js` (what is known) with
`dom.js` (nodes), through `topbar.js`, `sidebar.js` and `heads.js` (what stands around the
messages), `messages.js`, `composer.js` (with `completion.js`), `modal.js`, the panels `calcom.js`
and `trouble.js` (rows in `switches.js`), and `blocks.js` (Block Kit) with `elements.js`,
`selects.js`, `pickers.js`. `fields.js` holds what is being typed, `focus.js` knows where the
keyboard is and does not lose it; `api.js` is the only module that talks to the server (same
origin). `public.js` draws Cal.com's public pages.
"""

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

CALCOM = "/cal.com/"
"""Below it are the public pages of the local Cal.com."""

_HERE = Path(__file__).parent
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def routes() -> list[BaseRoute]:
    """One GET route per file of the page; `index.html` is also `/` and, of another workspace than
    the first, `/w/{team}/`; `public.html` is everything below `CALCOM`."""
    files = sorted(path for path in _HERE.iterdir() if path.suffix in _TYPES)
    index, public = _serving(_HERE / "index.html"), _serving(_HERE / "public.html")
    places = {"/": index, "/w/{team}/": index, f"{CALCOM}{{path:path}}": public}
    return [*(Route(path, serve) for path, serve in places.items()), *map(_route, files)]


def _route(path: Path) -> Route:
    return Route(f"/{path.name}", _serving(path))


def _serving(path: Path) -> Callable[[Request], Response]:
    def serve(request: Request) -> Response:
        return Response(path.read_bytes(), headers=_HEADERS, media_type=_TYPES[path.suffix])

    return serve
