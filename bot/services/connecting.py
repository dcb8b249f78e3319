"""Members connect their own Cal.com accounts, in the browser or by an API key, and leave again."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.accounts import Connection, Credential, Grant, Holder, Way
from bot.domain.errors import (
    Expired,
    InvalidAnswer,
    NotAuthorised,
    NotSupported,
    SchedulingError,
)
from bot.domain.people import Account, Member
from bot.domain.policy import Deed, check, may
from bot.domain.records import Registration
from bot.domain.rules import Rule
from bot.domain.wording import N_, _
from bot.services.inviting import Inviting
from bot.services.ports import (
    Authorizing,
    Client,
    ConnectionStore,
    Directory,
    Grants,
    Registrations,
    Rules,
)
from bot.services.refreshing import Refreshing
from bot.services.subscribing import Subscribing, Wish

log = structlog.get_logger(__name__)

KIND: Final = "calcom"
LASTS: Final = timedelta(minutes=10)
STARTS: Final = "/cal/oauth/start/"
LONGEST_KEY: Final = 200
REFUSED_KEY: Final = N_(
    "Cal.com does not accept this key. Copy it whole, or make a new one: it is shown only once."
)

Told = Callable[[Connection, Mapping[str, str]], None]
"""Is told of an account that was connected in the browser, and of the wish; returns at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked in the browser whether it is them: a person of a Slack workspace, by name."""

    team_name: str
    member_name: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went with an account: so many rules and webhooks, and webhooks that Cal.com did not let
    us end."""

    connection: Connection
    rules: int = 0
    webhooks: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Connecting:
    """See the module.

    Attributes:
        refreshing: What renews credentials; it knows how members are asked to agree, too.
        client_of: Cal.com as somebody with this credential sees it.
        team_name: What a workspace is called.
        told: Takes up what the member wanted, once they have connected in the browser.
        calcom: Where people use Cal.com in the browser.
        public_url: Where browsers reach us; without it there is no way through them.
        inviting: How a colleague is asked to connect as well.
        ending: Takes back what was proposed from an account.
    """

    connections: ConnectionStore
    grants: Grants
    refreshing: Refreshing
    client_of: Callable[[Credential], Client]
    rules: Rules
    registrations: Registrations
    directory: Directory
    team_name: Callable[[str], Awaitable[str]]
    told: Told
    clock: Callable[[], datetime]
    calcom: str
    public_url: str | None
    inviting: Inviting
    ending: Callable[[str], Awaitable[None]]
    new_secret: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def by_browser(self) -> bool:
        """Whether members can connect at Cal.com's own page."""
        return self._authorizing is not None and self.public_url is not None

    async def of(self, member: Member) -> Connection | None:
        return await self.connections.of_member(member.team_id, member.user_id)

    async def begin(self, member: Member, wish: Mapping[str, str]) -> str:
        """The link that this member, and nobody else, is to open in their browser.

        Args:
            wish: What they wanted when they were asked to connect.

        Raises:
            Denied: They may not have an account of their own here.
            NotSupported: There is no way through the browser.
        """
        check(member, Deed.CONNECT)
        if not self.by_browser:
            raise NotSupported
        state = self.new_secret()
        grant = Grant(
            kind=KIND,
            team_id=member.team_id,
            user_id=member.user_id,
            expires_at=self.clock() + LASTS,
            verifier=self.new_secret(),
            wish=dict(wish),
        )
        await self.grants.put(_digest(state), grant)
        return f"{self.public_url}{STARTS}{state}"

    async def opened(self, state: str, browser: str) -> Asked | None:
        """Whom to ask whether it is them; None where the link is none (any more), or another
        browser's: the first that opens it has it."""
        grant = await self._bound(state, browser)
        if grant is None:
            return None
        member = await self.directory.member(grant.team_id, grant.user_id)
        return Asked(await self.team_name(grant.team_id), member.name)

    async def authorize_url(self, state: str, browser: str) -> str | None:
        """Where Cal.com asks the member to agree; None as in `opened`."""
        grant = await self._bound(state, browser)
        if grant is None or self._authorizing is None:
            return None
        challenge = urlsafe_b64encode(_digest(grant.verifier)).rstrip(b"=").decode()
        return self._authorizing.authorize_url(state, challenge)

    async def came_back(self, state: str, browser: str, code: str) -> Account:
        """The member agreed: keep their account, and go on with what they wanted.

        Raises:
            Expired: The link is none (any more), or another browser's, or the member may not have
                an account of their own by now.
            SchedulingError: Cal.com does not take the code, or does not answer.
        """
        grant = await self._taken(state, browser)
        if grant is None or self._authorizing is None:
            raise Expired
        member = await self.directory.member(grant.team_id, grant.user_id)
        if not may(member, Deed.CONNECT):
            raise Expired
        credential = await self._authorizing.exchange(code, grant.verifier)
        connection = await self._keep(member, Way.OAUTH, credential)
        self.told(connection, grant.wish)
        return connection.profile

    async def denied(self, state: str, browser: str) -> None:
        """The member did not agree: the link is used up."""
        await self._taken(state, browser)

    async def with_key(self, member: Member, key: str) -> Connection:
        """Keep the account that this API key belongs to; Cal.com is asked first.

        Raises:
            Denied: They may not have an account of their own here.
            InvalidAnswer: For the field `key`: it is none, or Cal.com refuses it.
            SchedulingError: Cal.com does not answer.
        """
        check(member, Deed.CONNECT)
        if not re.fullmatch(rf"[!-~]{{8,{LONGEST_KEY}}}", key, re.ASCII):
            raise InvalidAnswer(
                "key", _("That is no API key: a key is one word, such as cal_live_…")
            )
        try:
            return await self._keep(member, Way.KEY, Credential(key))
        except NotAuthorised:
            raise InvalidAnswer("key", REFUSED_KEY) from None

    async def disconnect(self, member: Member) -> Forgotten | None:
        """Forget the member's account and all that hangs on it, at Cal.com too; None where they
        have none."""
        connection = await self.of(member)
        if connection is None:
            return None
        forgotten = await self._left(connection)
        await self.grants.forget(member.team_id, member.user_id)
        await self.connections.forget(member.team_id, member.user_id)
        log.info("account_disconnected", account=connection.holder.account)
        return forgotten

    @property
    def _authorizing(self) -> Authorizing | None:
        return self.refreshing.authorizing

    async def _bound(self, state: str, browser: str) -> Grant | None:
        if not browser:
            return None
        grant = await self.grants.opened(_digest(state), _digest(browser), self.clock())
        return grant if grant and grant.kind == KIND else None

    async def _taken(self, state: str, browser: str) -> Grant | None:
        grant = await self.grants.take(_digest(state), _digest(browser), self.clock())
        return grant if grant and grant.kind == KIND else None

    async def _keep(self, member: Member, way: Way, credential: Credential) -> Connection:
        """The same Cal.com user keeps the account's name, and with it rules and references."""
        profile = await self.client_of(credential).me()
        before = await self.of(member)
        if before and before.profile.id == profile.id:
            name = before.holder.account
        else:
            name = f"acct_{secrets.token_hex(8)}"
            if before:
                await self._left(before)
        connection = Connection(
            holder=Holder(name, member.team_id, member.user_id),
            way=way,
            credential=credential,
            profile=profile,
            connected_at=self.clock(),
            version=before.version + 1 if before else 1,
        )
        await self.connections.connect(connection)
        log.info("account_connected", account=name, way=way.value)
        return connection

    async def _left(self, connection: Connection) -> Forgotten:
        """Take back what it proposes; end its rules, then its webhooks, so that no round sets
        them up again."""
        await self.ending(connection.holder.account)
        rules = await self._its_rules(connection.holder)
        for rule in rules:
            await self.rules.delete(rule.id)
        rows = await self.registrations.of_account(connection.holder.account)
        left = await self._end_webhooks(connection, rows) if rows else 0
        return Forgotten(connection, len(rules), len(rows) - left, left)

    async def _its_rules(self, holder: Holder) -> list[Rule]:
        owned = await self.rules.owned(holder.team_id, holder.user_id)
        return [rule for rule in owned if rule.account == holder.account]

    async def _end_webhooks(self, connection: Connection, rows: Sequence[Registration]) -> int:
        """How many may still be there: what they send to us is refused from now on."""
        account, left = connection.holder.account, 0
        try:
            good = await self.refreshing.good(account)
        except SchedulingError as error:
            log.info("webhooks_left", account=account, kind=type(error).__name__)
            left = len(rows)
        else:
            client = self.client_of(good.credential)
            ending = Subscribing(
                account, client, self.registrations, self.public_url, self.new_secret
            )
            for owner in dict.fromkeys(row.owner for row in rows):
                theirs = [row for row in rows if row.owner == owner]
                try:
                    await ending.end(owner, theirs, Wish(self.clock(), frozenset()))
                except SchedulingError as error:
                    log.info("webhooks_left", account=account, kind=type(error).__name__)
                    left += len(theirs)
        for row in rows:
            await self.registrations.delete(row.address)
        return left


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
