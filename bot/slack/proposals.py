"""Shows proposals in Slack: posted where they are to be answered, and edited in place."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import PlaceUnreachable
from bot.domain.people import Member
from bot.domain.proposals import Proposal
from bot.domain.records import Posted
from bot.domain.wording import speaking
from bot.locales import language
from bot.services.proposing import NO_GROUPS
from bot.slack.notifier import ClientFor
from bot.slack.place_errors import code_of, place_errors
from bot.slack.views import proposals as views
from bot.slack.views.parts import Message

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProposalMessages:
    """`ProposalPlaces` over Slack's Web API."""

    client_for: ClientFor
    clock: Callable[[], datetime]

    async def post(self, proposal: Proposal) -> Posted:
        client = await self.client_for(proposal.team_id)
        with _asking():
            channel = proposal.channel or await _direct(client, proposal)
            return await _sent(client, channel, self._card(proposal))

    async def edit(self, proposal: Proposal) -> None:
        client = await self.client_for(proposal.team_id)
        drawn = self._card(proposal)
        with _asking():
            await client.chat_update(
                channel=proposal.channel, ts=proposal.ts, text=drawn.text, blocks=drawn.blocks
            )

    async def tell_booked(self, proposal: Proposal) -> None:
        with _spoken(proposal):
            said = views.told_booked(proposal)
        await self._tell(proposal, proposal.user_id, said)

    async def tell_none_fits(self, proposal: Proposal, member: Member) -> None:
        with _spoken(proposal):
            said = views.told_none_fits(proposal, member.user_id)
        await self._tell(proposal, proposal.user_id, said)

    async def tell_found_out(self, proposal: Proposal, user_id: str) -> None:
        with _spoken(proposal):
            said = views.told_found_out(proposal)
        await self._tell(proposal, user_id, said)

    def _card(self, proposal: Proposal) -> Message:
        with _spoken(proposal):
            return views.card(proposal, self.clock())

    async def _tell(self, proposal: Proposal, user_id: str, message: Message) -> None:
        client = await self.client_for(proposal.team_id)
        with _asking():
            await _sent(client, user_id, message)


def _spoken(proposal: Proposal) -> contextlib.AbstractContextManager[None]:
    """Whoever changes it, it stays in the proposer's language."""
    return speaking(language(proposal.language))


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Whatever Slack refuses for no known reason is not to be had there: what was booked stands."""
    try:
        with place_errors():
            yield
    except SlackApiError as error:
        log.warning("proposal_refused", code=code_of(error))
        raise PlaceUnreachable(code_of(error)) from error


async def _direct(client: AsyncWebClient, proposal: Proposal) -> str:
    """One person is written to by their id; of several, and the proposer, there is a group."""
    if len(proposal.named) == 1:
        return proposal.named[0]
    everybody = dict.fromkeys([proposal.user_id, *proposal.named])
    try:
        opened = await client.conversations_open(users=list(everybody))
    except SlackApiError as error:
        if code_of(error) != "missing_scope":
            raise
        raise PlaceUnreachable(NO_GROUPS) from error
    return str(opened["channel"]["id"])


async def _sent(client: AsyncWebClient, channel: str, message: Message) -> Posted:
    answer = await client.chat_postMessage(
        channel=channel,
        text=message.text,
        blocks=message.blocks,
        unfurl_links=False,
        unfurl_media=False,
    )
    return Posted(str(answer["channel"]), str(answer["ts"]))
