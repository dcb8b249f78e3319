"""A member connects their Cal.com account in the browser.

The link in Slack leads to a page that says whose account would be connected where. Only what is
pressed there goes on to Cal.com; the browser that opened the link first keeps a cookie, and no
other one gets further with this link. From Cal.com people come back to `callback`, with a code or
with a reason why not.
"""

from collections.abc import Awaitable, Callable
from secrets import token_urlsafe
from typing import Final, Protocol
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.errors import Expired, SchedulingError, StoreUnavailable, Unavailable
from bot.domain.people import Account
from bot.domain.wording import N_, _
from bot.web.limits import read_body
from bot.web.pages import Button, Page, as_read, sent_to, shown

log = structlog.get_logger(__name__)

START: Final = "/cal/oauth/start"
CALLBACK: Final = "/cal/oauth/callback"
COOKIE: Final = "calbot_browser"
TEN_MINUTES: Final = 600
LONGEST: Final = 4096
"""Characters of a state or a code; longer ones are nobody's."""


class Asked(Protocol):
    """Who began it in Slack, as the page names them."""

    @property
    def team_name(self) -> str: ...

    @property
    def member_name(self) -> str: ...


class Connecting(Protocol):
    """The use case: flows under way, each known by its state, and bound to one browser."""

    async def opened(self, state: str, browser: str) -> Asked | None: ...

    async def authorize_url(self, state: str, browser: str) -> str | None:
        """Where at Cal.com to go; None where it has ended, or is another browser's."""
        ...

    async def came_back(self, state: str, browser: str, code: str) -> Account:
        """Whose account it is; raises Expired, or a SchedulingError."""
        ...

    async def denied(self, state: str, browser: str) -> None: ...


ENDED: Final = Page(
    N_("This link has ended"),
    [
        N_(
            "It counts once, for ten minutes, and only in the browser that opened it "
            "first. Nothing was connected."
        ),
        N_("Go back to Slack and type /cal connect to get a new one."),
    ],
    "ill",
)
NOT_ANSWERING: Final = Page(
    N_("That did not work just now"),
    [
        N_("Cal.com did not answer as it should. Nothing was connected."),
        N_("Wait a moment, then go back to Slack and type /cal connect again."),
    ],
    "ill",
)
NOT_TAKEN: Final = Page(
    N_("Cal.com did not accept it"),
    [
        N_("The permission it gave has ended or was used before. Nothing was connected."),
        N_("Go back to Slack and type /cal connect again."),
    ],
    "ill",
)
OURS: Final = Page(
    N_("That did not work just now"),
    [
        N_(
            "Something is wrong on our side. Nothing was connected. Please try again "
            "in a moment: go back to Slack and type /cal connect."
        ),
    ],
    "ill",
)
DENIED: Final = Page(
    N_("Nothing was connected"),
    [
        N_("You said no at Cal.com, and that is fine."),
        N_("If you change your mind, type /cal connect in Slack. You can close this page."),
    ],
)
SET_UP: Final = N_("Tell whoever runs the bot that its OAuth client at Cal.com needs attention: ")
REASONS: Final = {
    "invalid_scope": N_("it does not know one of the permissions that the bot asks for."),
    "invalid_request": N_("the bot asks for more than the client was registered for."),
    "unauthorized_client": N_("the client is not approved yet."),
}
OTHER: Final = N_("it refused the request.")


class CalcomOAuth:
    """The three routes.

    Args:
        connecting: The use case.
        web_url: Where people use Cal.com in the browser.
        is_https: Whether the bot's public address is, so that the cookie is kept to it.
    """

    def __init__(self, connecting: Connecting, web_url: str, *, is_https: bool) -> None:
        self._connecting = connecting
        address = urlsplit(web_url)
        self._cal = f"{address.scheme}://{address.netloc}"
        self._is_https = is_https

    def routes(self) -> list[Route]:
        return [
            Route(f"{START}/{{state}}", _safely(self.start), methods=["GET"]),
            Route(f"{START}/{{state}}", _safely(self.go_on), methods=["POST"]),
            Route(CALLBACK, _safely(self.callback), methods=["GET"]),
        ]

    async def start(self, request: Request) -> Response:
        """Who would be connected; what is pressed posts to the same address."""
        state = request.path_params["state"]
        browser = request.cookies.get(COOKIE) or token_urlsafe(32)
        asked = await self._connecting.opened(state, browser) if _short(state, browser) else None
        if asked is None:
            return shown(ENDED, 404)
        answer = shown(_question(asked, f"{START}/{state}", self._cal))
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=TEN_MINUTES,
            path="/cal/oauth",
            secure=self._is_https,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def go_on(self, request: Request) -> Response:
        """To Cal.com, for the browser that opened the page."""
        await read_body(request)
        state, browser = request.path_params["state"], request.cookies.get(COOKIE, "")
        if not _short(state, browser):
            return shown(ENDED, 404)
        address = await self._connecting.authorize_url(state, browser)
        return sent_to(address) if address else shown(ENDED, 404)

    async def callback(self, request: Request) -> Response:
        """Back from Cal.com, with `state` and either `code` or `error`."""
        said, browser = request.query_params, request.cookies.get(COOKIE, "")
        state, code, error = (said.get(name, "") for name in ("state", "code", "error"))
        if not _short(state, browser):
            return shown(ENDED, 400)
        if error:
            await self._connecting.denied(state, browser)
            log.info("calcom_oauth_came_back", error=error if error in REASONS else "other")
            return shown(_refused(error), 200 if error == "access_denied" else 400)
        if not _short(code):
            return shown(ENDED, 400)
        return shown(_done(await self._connecting.came_back(state, browser, code)))


def _short(*values: str) -> bool:
    return all(0 < len(value) <= LONGEST for value in values)


def _safely(
    step: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """A page for whatever goes wrong."""

    async def safe(request: Request) -> Response:
        with as_read(request):
            return await answered(request)

    async def answered(request: Request) -> Response:
        try:
            return await step(request)
        except Expired:
            return shown(ENDED, 404)
        except Unavailable:
            return shown(NOT_ANSWERING, 503)
        except SchedulingError:
            return shown(NOT_TAKEN, 400)
        except StoreUnavailable as error:
            log.exception("calcom_oauth_failed", kind=type(error).__name__)
            return shown(OURS, 503)

    return safe


def _question(asked: Asked, action: str, cal: str) -> Page:
    return Page(
        _("Is this you?"),
        [_("Your own Cal.com account is about to be connected to:")],
        facts=[(_("Slack workspace"), asked.team_name), (_("Member"), asked.member_name)],
        button=Button(_("Yes, go on to Cal.com"), action, cal),
        after=_(
            "Not you, or did somebody else send you this link? Then close this page: "
            "nothing is connected."
        ),
    )


def _done(account: Account) -> Page:
    return Page(
        _("You are connected"),
        [_("Slack and this Cal.com account now work together:")],
        "well",
        facts=[(_("Cal.com account"), account.name or account.username or account.email)],
        after=_("Go back to Slack; you can close this page."),
    )


def _refused(error: str) -> Page:
    if error == "access_denied":
        return DENIED
    why = _(SET_UP) + _(REASONS.get(error, OTHER))
    return Page(_("Cal.com did not allow it"), [_("Nothing was connected."), why], "ill")
