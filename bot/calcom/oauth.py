"""Cal.com's OAuth 2 for members' own accounts: authorization code with PKCE (S256), and refresh.

The person goes to `authorize_url` in the browser; the code that comes back there becomes a
credential by `exchange`, and every later one by `refresh`. Cal.com answers `{error,
error_description}` (RFC 6749) to what it refuses::

    invalid_grant, invalid_request    NotAuthorised   the code or token counts no more: again, by
                                                      the person
    invalid_client, unauthorized_...  Unavailable     our client is not taken: its keeper has to
                                                      mend it, no member can
    429, 5xx, no answer, no JSON      Unavailable     try again
"""

import asyncio
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import structlog

from bot.calcom.limits import Clock
from bot.domain.accounts import Credential
from bot.domain.errors import NotAuthorised, Unavailable

log = structlog.get_logger(__name__)

SCOPES: Final = (
    "PROFILE_READ",  # GET /me: whose account it is, and the zone it is in
    "EVENT_TYPE_READ",  # the event types, with their booking forms
    "EVENT_TYPE_WRITE",  # a webhook of one event type, where a rule means only that one
    "BOOKING_READ",  # the lists, one booking, its links and recordings
    "BOOKING_WRITE",  # book, and whatever may be done to a booking
    "SCHEDULE_READ",  # the working hours
    "APPS_READ",  # which calendars are checked, and their busy times
    "WEBHOOK_READ",  # whether our webhooks still stand
    "WEBHOOK_WRITE",  # set them up, and take them away
)
"""What the bot's own calls need of a member's account; slots and holds are
public. Of teams nothing: a client has to be granted that by each team."""

SECONDS: Final = 10.0
CLIENTS_FAULT: Final = frozenset({"invalid_client", "unauthorized_client"})
SHORTEST: Final = 60
LONGEST: Final = 365 * 24 * 3600


def challenge_of(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, 4.2): what may be seen of the verifier."""
    digest = sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class OAuth:
    """One OAuth client of one Cal.com.

    Attributes:
        client_secret: Only of a confidential client.
        api_url: Where tokens are: `https://api.cal.com/v2`.
        web_url: Where people say yes: `https://app.cal.com`.
        redirect_uri: Where they come back, as it was told to Cal.com.
        http: Shared, and not closed here.
        clock: Aware UTC.
    """

    client_id: str
    client_secret: str | None = field(repr=False)
    api_url: str
    web_url: str
    redirect_uri: str
    http: httpx.AsyncClient = field(repr=False)
    clock: Clock = field(repr=False)

    def authorize_url(self, state: str, challenge: str) -> str:
        query = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.web_url}/auth/oauth2/authorize?{urlencode(query)}"

    async def exchange(self, code: str, verifier: str) -> Credential:
        """The first credential. A code counts once, so this is not tried again.

        Raises:
            NotAuthorised: The code has ended, was used, or is another client's.
            Unavailable: No answer that can be used.
        """
        return await self._token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=verifier,
        )

    async def refresh(self, credential: Credential) -> Credential:
        """The next credential; where no new refresh token comes with it, the old one goes on.

        Raises:
            NotAuthorised: The refresh token counts no more: the member has to connect again.
            Unavailable: No answer that can be used; the credential may still be good.
        """
        if not credential.refresh_token:
            raise NotAuthorised("no refresh token")
        return await self._token(grant_type="refresh_token", refresh_token=credential.refresh_token)

    async def _token(self, **grant: str) -> Credential:
        form = {"client_id": self.client_id, **grant}
        if self.client_secret:
            form["client_secret"] = self.client_secret
        asked_at = self.clock()
        answer = await self._post(form)
        said = _json(answer)
        if not answer.is_success:
            raise _refusal(answer.status_code, said, grant["grant_type"])
        token, seconds = said.get("access_token"), _seconds(said.get("expires_in"))
        if not (isinstance(token, str) and token and seconds):
            raise Unavailable("an answer without a token")
        following = said.get("refresh_token")
        if not (isinstance(following, str) and following):
            following = grant.get("refresh_token", "")
        return Credential(token, following, asked_at + timedelta(seconds=seconds))

    async def _post(self, form: dict[str, str]) -> httpx.Response:
        try:
            # httpx limits each wait on the socket; this limits them together.
            async with asyncio.timeout(SECONDS):
                return await self.http.post(
                    f"{self.api_url}/auth/oauth2/token",
                    data=form,
                    headers={"Accept": "application/json"},
                    timeout=SECONDS,
                    follow_redirects=False,
                )
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable(type(error).__name__) from None


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(value: Any) -> int:
    """How long a token counts, within reason; 0 where that was not told."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return 0
    return min(max(value, SHORTEST), LONGEST)


def _refusal(status: int, said: dict[str, Any], grant: str) -> Exception:
    """The words of `error` are a code of the standard; the description is not repeated."""
    error = said.get("error")
    if status not in {400, 401, 403} or not isinstance(error, str):
        return Unavailable(f"HTTP {status}")
    log.warning("calcom_oauth_refused", grant=grant, status=status, error=error[:40])
    if error in CLIENTS_FAULT:
        return Unavailable(error)
    return NotAuthorised(error)
