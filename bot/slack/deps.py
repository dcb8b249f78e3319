"""What every listener has at hand, and the exchange with the person who did something."""

import contextlib
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import wording
from bot.domain.audits import DONE
from bot.domain.errors import StoreUnavailable
from bot.domain.people import Member, Preferences, Reader
from bot.locales import language
from bot.services.announcing import Announcements
from bot.services.answering import Answering
from bot.services.auditing import Auditing
from bot.services.claiming import Claiming
from bot.services.connecting import Connecting
from bot.services.desks import Desk, Desks
from bot.services.forgetting import Forgetting
from bot.services.ports import Channels, Drafts, PreferenceStore, Runs
from bot.services.proposing import Proposing
from bot.services.rules import Ruling
from bot.services.sharing import Sharing
from bot.services.unfurling import Unfurling
from bot.slack.background import Background
from bot.slack.errors import SLACK_FAILED, Problem, problem_of
from bot.slack.home import HomeTab
from bot.slack.notifier import ClientFor
from bot.slack.payloads import Asked, asked
from bot.slack.people import People, reader_of
from bot.slack.replies import Replies
from bot.slack.views import parts
from bot.slack.views import problem as problem_views
from bot.slack.views.parts import Message, as_message
from bot.slack.views.reading import Reading

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deps:
    """The use cases and the ways to answer; made once by the composition root.

    `desks` has the use cases that are one account's; `home` draws App Homes; `client_for` speaks
    with the bot's own token; `command` is the slash command's name.
    """

    desks: Desks
    drafts: Drafts
    preferences: PreferenceStore
    people: People
    replies: Replies
    background: Background
    announcements: Announcements
    ruling: Ruling
    channels: Channels
    connecting: Connecting
    auditing: Auditing
    forgetting: Forgetting
    sharing: Sharing
    unfurling: Unfurling
    home: HomeTab
    proposing: Proposing
    answering: Answering
    claiming: Claiming
    runs: Runs
    client_for: ClientFor
    clock: Callable[[], datetime]
    command: str = "/cal"

    async def desk_of(self, asked: Asked) -> Desk:
        """The desk at which this person sits."""
        return await self.desks.of(asked.team_id, asked.user_id)

    def desk_at_hand(self, asked: Asked) -> Desk:
        """The desk at which this person sat last, without asking anybody."""
        return self.desks.at_hand(asked.team_id, asked.user_id)

    def later(
        self,
        body: Mapping[str, Any],
        client: AsyncWebClient,
        work: "Callable[[Exchange], Coroutine[Any, Any, None]]",
    ) -> None:
        """Do the rest after Slack has its answer; whatever goes wrong is told to the person."""
        exchange = Exchange(self, client, asked(body))
        self.background.start(exchange.carry_out(work))


@dataclass(slots=True)
class Exchange:
    """One thing a person did, and the ways to answer it.

    `doing` completes "Nothing was ..." when something goes wrong; `rescue` shows a problem in a
    better place than a sentence of its own, for example in the form it is about; `view_id` is
    the modal that is open, if one is, and `closed` says that the person has closed it meanwhile;
    `awaited`, that it stands there for the answer; `changed`, that what the person sees in their
    Home may be another thing afterwards.
    """

    deps: Deps
    client: AsyncWebClient
    asked: Asked
    doing: str = "changed"
    rescue: Callable[[Problem], Awaitable[None]] | None = None
    view_id: str = ""
    closed: bool = False
    zone: str = "UTC"
    noted: int | None = None
    awaited: bool = False
    changed: bool = False
    known_reader: Reader | None = None
    known_desk: Desk | None = None
    reference: str = field(default_factory=lambda: secrets.token_hex(4))

    def __post_init__(self) -> None:
        self.view_id = self.asked.view_id

    async def carry_out(self, work: "Callable[[Exchange], Coroutine[Any, Any, None]]") -> None:
        """Run `work`; translate what it raises, once, and tell the person."""
        with structlog.contextvars.bound_contextvars(
            reference=self.reference, team=self.asked.team_id, user=self.asked.user_id
        ):
            wording.speak(language(self.deps.people.locale(self.asked)))
            try:
                await work(self)
                await self._ended(DONE)
            except Exception as error:  # nobody above could tell the person
                await self._ended(type(error).__name__)
                problem = problem_of(
                    error,
                    reference=self.reference,
                    done=self.doing,
                    zone=self.zone,
                    command=self.deps.command,
                    wish=self.asked.wish,
                )
                log.info("told_problem", kind=type(error).__name__)
                await self._tell(problem)
            if self.changed:
                await self.deps.home.changed(self.asked)

    async def reader(self) -> Reader:
        reader = self.known_reader = await self.deps.people.reader(self.asked)
        self.zone = reader.time_zone
        self._speak(reader.member)
        return reader

    async def learn_language(self) -> None:
        """Speak the person's language, where nothing else has to be known of them; English where
        Slack does not tell."""
        with contextlib.suppress(*SLACK_FAILED):
            self._speak(await self.deps.people.member(self.asked.team_id, self.asked.user_id))

    def _speak(self, member: Member) -> None:
        """In this person's language from now on."""
        wording.speak(language(member.locale))

    async def reader_without_store(self) -> Reader:
        """The reader, for showing a problem: as Slack has them, if the store was down before."""
        if self.known_reader:
            return self.known_reader
        member = await self.deps.people.member(self.asked.team_id, self.asked.user_id)
        return reader_of(member, Preferences())

    async def note(self, action: str, ref: str = "") -> None:
        """Note what this person is about to do; how it ends is noted when all is done."""
        asked, self.changed = self.asked, True
        self.noted = await self.deps.auditing.began(asked.team_id, asked.user_id, action, ref)

    async def note_of(self, ref: str, account: str) -> None:
        """Which booking it turned out to be about, and through which account it was done."""
        if self.noted is not None:
            await self.deps.auditing.ended(self.noted, DONE, ref, account)

    async def _ended(self, outcome: str) -> None:
        if self.noted is None:
            return
        number, self.noted = self.noted, None
        try:
            await self.deps.auditing.ended(number, outcome)
        except StoreUnavailable:  # it stays noted as begun
            log.warning("audit_not_ended", outcome=outcome)

    async def desk(self) -> Desk:
        """The desk at which this person sits."""
        if self.known_desk is None:
            self.known_desk = await self.deps.desk_of(self.asked)
        return self.known_desk

    def desk_at_hand(self) -> Desk:
        """The same as far as it is known, without asking anybody."""
        return self.known_desk or self.deps.desk_at_hand(self.asked)

    async def keeping(self, ref: str) -> Desk:
        """The desk of the account through which the booking is known; raises `Expired`."""
        asked = self.asked
        return await self.deps.desks.keeping(asked.team_id, asked.user_id, ref)

    def reading(self, reader: Reader) -> Reading:
        return Reading.of(reader, self.deps.clock())

    async def looking(self) -> None:
        """Where the answer is going to be a modal, open it at once: it may take longer than a
        trigger lives. Where it is a message, nothing needs to be done."""
        if self.asked.has_no_conversation and not self.awaited:
            self.awaited = await self._shown(lambda: self.begin(parts.looking()))

    async def say(self, message: Message, *, replace: bool = False) -> None:
        """Answer so that only this person sees it; `replace` the message that was clicked.

        Where there is no conversation, it is a modal; a direct message if that cannot be drawn.
        """
        if self.asked.has_no_conversation and await self._shown(
            lambda: self._answer(message, replace=replace)
        ):
            return
        await self.deps.replies.say(self.client, self.asked, message, replace=replace)

    async def _answer(self, message: Message, *, replace: bool) -> None:
        if self.view_id and (replace or self.awaited):
            await self.show(parts.answer(message))
        else:
            await self.begin(parts.answer(message))
        self.awaited = False

    async def open(self, view: dict[str, Any]) -> None:
        """Open a modal, at once: a trigger id lives for three seconds and counts once."""
        answer = await self.client.views_open(trigger_id=self.asked.trigger_id, view=view)
        self.view_id = answer["view"]["id"]

    async def begin(self, view: dict[str, Any]) -> None:
        """Open a modal; on top of the one the button stands in, if it stands in one. Slack lets
        three lie on each other: a fourth takes the place of the third."""
        if not self.asked.view_id:
            await self.open(view)
            return
        try:
            answer = await self.client.views_push(trigger_id=self.asked.trigger_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") != "push_limit_reached":
                raise
            await self.show(view)
        else:
            self.view_id = answer["view"]["id"]

    async def show(self, view: dict[str, Any]) -> None:
        """Draw the open modal anew; one that the person has closed meanwhile is left alone."""
        try:
            await self.client.views_update(view_id=self.view_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") != "not_found":
                raise
            self.closed = True

    async def finish(self, view: dict[str, Any]) -> None:
        """Show what came of it; by message where the modal was closed or cannot be drawn."""
        if not await self._shown(lambda: self.show(view)):
            await self.say(as_message(view))

    async def _tell(self, problem: Problem) -> None:
        rescue, modal = self.rescue, problem_views.modal(problem)
        if rescue and await self._shown(lambda: rescue(problem)):
            return
        if self.view_id and not self.closed and await self._shown(lambda: self.show(modal)):
            return
        await self.say(problem_views.message(problem))

    async def _shown(self, draw: Callable[[], Awaitable[None]]) -> bool:
        """Whether the person has it before them now; the next way is tried if not."""
        try:
            await draw()
        except SLACK_FAILED as error:
            log.warning("modal_not_drawn", kind=type(error).__name__)
            return False
        except Exception:  # what went wrong first has to be told all the same
            log.exception("modal_not_drawn")
            return False
        return not self.closed
