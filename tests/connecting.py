"""Own accounts in tests: what seals them, and what stands in for Cal.com's consent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.domain.accounts import Credential
from bot.domain.errors import NotAuthorised


class Consent:
    """Cal.com's OAuth where everybody agrees; its codes and tokens are `token` and a count.

    Attributes:
        fails: What it raises the next times instead.
        asked: The challenges, codes and refresh tokens it was asked with, in order.
    """

    def __init__(self, clock: Callable[[], datetime], token: str) -> None:
        self._clock = clock
        self._token = token
        self.fails: list[Exception] = []
        self.asked: list[str] = []

    def authorize_url(self, state: str, challenge: str) -> str:
        self.asked.append(challenge)
        query = urlencode({"state": state, "code_challenge": challenge})
        return f"http://cal.test/auth/oauth2/authorize?{query}"

    async def exchange(self, code: str, verifier: str) -> Credential:
        self.asked.append(verifier)
        if code != "good":
            raise NotAuthorised("invalid_grant")
        return self._next()

    async def refresh(self, credential: Credential) -> Credential:
        self.asked.append(credential.refresh_token)
        return self._next()

    def _next(self) -> Credential:
        if self.fails:
            raise self.fails.pop(0)
        until = self._clock() + timedelta(minutes=30)
        return Credential(self._token, f"next-{len(self.asked)}", until)
