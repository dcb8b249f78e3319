"""OAuth 2 of the local Cal.com: clients, codes, tokens and scopes, without HTTP.

A code counts once, for ten minutes; an access token for half an hour; refresh tokens for thirty
days, and old ones go on counting beside the new.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from bot.sandbox.calcom.model import JSON

CODE_LASTS = timedelta(minutes=10)
ACCESS_LASTS = timedelta(minutes=30)
REFRESH_LASTS = timedelta(days=30)
_SUBJECTS = {
    "me": "PROFILE",
    "event-types": "EVENT_TYPE",
    "bookings": "BOOKING",
    "schedules": "SCHEDULE",
    "calendars": "APPS",
    "conferencing": "APPS",
    "webhooks": "WEBHOOK",
}
SCOPES = frozenset(
    f"{subject}_{deed}" for subject in _SUBJECTS.values() for deed in ("READ", "WRITE")
)


class Refused(Exception):
    """What the token endpoint refuses, in the words of RFC 6749."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body: JSON = {"error": error, "error_description": description}


@dataclass(frozen=True, slots=True)
class Client:
    """`secret` makes it confidential; one that is not `approved` gets no further."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str] = SCOPES
    secret: str = ""
    approved: bool = True


@dataclass(frozen=True, slots=True)
class Granted:
    """What somebody allowed a client; it ends at `until`."""

    client_id: str
    user_id: int
    scopes: frozenset[str]
    until: datetime
    redirect_uri: str = ""
    challenge: str = ""


@dataclass(slots=True)
class OAuth:
    """The state: clients by id, and what was granted by the code or token that stands for it."""

    now: Callable[[], datetime]
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Granted] = field(default_factory=dict)
    access: dict[str, Granted] = field(default_factory=dict)
    refreshing: dict[str, Granted] = field(default_factory=dict)

    def allow(self, client: Client, user_id: int, query: dict[str, str]) -> str:
        """Return the code for what was asked with `query` and allowed."""
        code = token_urlsafe(24)
        self.codes[code] = Granted(
            client.id,
            user_id,
            scopes_of(query),
            self.now() + CODE_LASTS,
            query.get("redirect_uri", ""),
            query.get("code_challenge", ""),
        )
        return code

    def granted(self, token: str) -> Granted | None:
        """Return what an access token is good for, while it is."""
        found = self.access.get(token)
        return found if found and self.now() < found.until else None

    def token(self, form: dict[str, str]) -> JSON:
        """Answer the token endpoint, or raise `Refused`."""
        client = self._client(form)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._issue(self._by_code(client, form))
        if kind == "refresh_token":
            self._check_secret(client, form)
            return self._issue(self._by_refresh(client, form))
        raise Refused(400, "invalid_request", "grant_type")

    def _client(self, form: dict[str, str]) -> Client:
        if not form.get("client_id"):
            raise Refused(400, "invalid_request", "client_id is missing")
        client = self.clients.get(form["client_id"])
        if client is None:
            raise Refused(401, "invalid_client", "client_not_found")
        if not client.approved:
            raise Refused(401, "unauthorized_client", "client_not_approved")
        return client

    def _check_secret(self, client: Client, form: dict[str, str]) -> None:
        if not compare_digest(client.secret.encode(), form.get("client_secret", "").encode()):
            raise Refused(401, "invalid_client", "invalid_client_credentials")

    def _by_code(self, client: Client, form: dict[str, str]) -> Granted:
        if client.secret:
            self._check_secret(client, form)
        found = self.codes.pop(form.get("code", ""), None)
        if found is None or self.now() >= found.until:
            raise Refused(400, "invalid_grant", "code_invalid_or_expired")
        if (found.client_id, found.redirect_uri) != (client.id, form.get("redirect_uri", "")):
            raise Refused(400, "invalid_grant", "client_id_mismatch")
        verifier = form.get("code_verifier", "")
        if (found.challenge or not client.secret) and s256(verifier) != found.challenge:
            raise Refused(400, "invalid_grant", "pkce_verification_failed")
        return found

    def _by_refresh(self, client: Client, form: dict[str, str]) -> Granted:
        found = self.refreshing.get(form.get("refresh_token", ""))
        if found is None or self.now() >= found.until:
            raise Refused(400, "invalid_grant", "invalid_refresh_token")
        if found.client_id != client.id:
            raise Refused(400, "invalid_grant", "client_id_mismatch")
        return found

    def _issue(self, allowed: Granted) -> JSON:
        token, following, now = token_urlsafe(32), token_urlsafe(32), self.now()
        who = (allowed.client_id, allowed.user_id, allowed.scopes)
        self.access[token] = Granted(*who, now + ACCESS_LASTS)
        self.refreshing[following] = Granted(*who, now + REFRESH_LASTS)
        return {
            "access_token": token,
            "refresh_token": following,
            "token_type": "bearer",
            "expires_in": int(ACCESS_LASTS.total_seconds()),
            "scope": " ".join(sorted(allowed.scopes)),
        }


def s256(verifier: str) -> str:
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def scopes_of(query: dict[str, str]) -> frozenset[str]:
    """Return the scopes asked for, which spaces or commas part."""
    return frozenset(query.get("scope", "").replace(",", " ").split())


def needed(method: str, path: str) -> str:
    """Return the scope an endpoint below /v2 needs; empty where none would do."""
    subject = _SUBJECTS.get(path.split("/")[1], "")
    return subject and f"{subject}_{'READ' if method == 'GET' else 'WRITE'}"
