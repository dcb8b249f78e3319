"""Shows cards in Slack: posts, edits, and finds again what was posted without our learning it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cards import Card, DigestCard
from bot.domain.errors import PlaceBusy
from bot.domain.records import Delivery, Kind, Posted
from bot.domain.rules import Look, Place
from bot.domain.times import zone_or_utc
from bot.slack.pace import Pace
from bot.slack.place_errors import SHAPES, code_of, place_errors
from bot.slack.views.card_words import Words
from bot.slack.views.cards import card as card_message
from bot.slack.views.sample import made_up, marked

log = structlog.get_logger(__name__)

EVENT_TYPE: Final = "calbot_card"
"""Marks our cards in their metadata; the payload names the delivery, never the booking."""
SLACK_IS_LATE: Final = timedelta(seconds=60)
"""How far Slack's clock may be behind ours."""
PAGES: Final = 10
"""Where a lost message is not among 2,000 newer ones, it is not sought any longer."""

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]


def background_client(token: str, base_url: str) -> AsyncWebClient:
    """A client that never repeats a request by itself: a repeated post is a second message."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=15, retry_handlers=[])


class Notifier:
    """`Places` and `Samples` over Slack's Web API.

    Args:
        client_for: The client of a workspace (team id); made as `background_client` does.
        clock: Now, aware UTC: it decides which buttons a card has.
        monotonic, sleep: What the pace of one message a second per channel is kept with.
    """

    def __init__(
        self,
        client_for: ClientFor,
        clock: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client_for = client_for
        self._clock = clock
        self._pace = Pace(monotonic, sleep)
        self._ids: dict[tuple[str, str], str] = {}
        self._told_blind = False

    async def post(self, delivery: Delivery) -> Posted:
        client = await self._client_for(delivery.place.team_id)
        message = self._message(delivery)
        message |= {"unfurl_links": False, "unfurl_media": False}
        if delivery.kind is Kind.NOTE:
            message["thread_ts"] = delivery.thread_ts
        return await self._send(client.chat_postMessage, delivery, delivery.place.channel, message)

    async def edit(self, delivery: Delivery) -> Posted:
        client = await self._client_for(delivery.place.team_id)
        message = self._message(delivery) | {"ts": delivery.ts}
        channel = delivery.channel or delivery.place.channel
        return await self._send(client.chat_update, delivery, channel, message)

    async def sample(self, place: Place, look: Look) -> Posted:
        client = await self._client_for(place.team_id)
        delivery = Delivery(0, place, "", made_up(self._clock()), version=1, look=look)
        drawn = self._message(delivery)
        message = marked(drawn["text"], drawn["blocks"])
        unlinked = {"unfurl_links": False, "unfurl_media": False}
        shown = {"text": message.text, "blocks": message.blocks} | unlinked
        return await self._send(client.chat_postMessage, delivery, place.channel, shown)

    async def remove(self, delivery: Delivery) -> None:
        client = await self._client_for(delivery.place.team_id)
        with place_errors():
            await client.chat_delete(channel=delivery.channel or "", ts=delivery.ts or "")

    async def find(self, delivery: Delivery) -> Posted | None:
        """None also where the app may not read the channel's history: then nobody can tell."""
        client = await self._client_for(delivery.place.team_id)
        try:
            with place_errors(raw={"missing_scope", "not_in_channel", "channel_not_found"}):
                channel = await self._conversation(client, delivery)
                return await self._search(client, channel, delivery) if channel else None
        except SlackApiError as error:
            self._tell_blind(code_of(error))
            return None

    async def _send(
        self,
        method: Callable[..., Awaitable[Any]],
        delivery: Delivery,
        channel: str,
        message: dict[str, Any],
    ) -> Posted:
        team_id = delivery.place.team_id
        limit = (team_id, method.__name__)
        if held := self._pace.held(limit):
            raise PlaceBusy("ratelimited", held)
        await self._pace.wait((team_id, channel))
        try:
            with place_errors():
                answer = await self._call(method, delivery, channel, message)
        except PlaceBusy as error:
            self._pace.hold(limit, error.retry_after or 0)
            raise
        posted = Posted(str(answer["channel"]), str(answer["ts"]))
        self._ids[team_id, delivery.place.channel] = posted.channel
        return posted

    async def _call(
        self,
        method: Callable[..., Awaitable[Any]],
        delivery: Delivery,
        channel: str,
        message: dict[str, Any],
    ) -> Any:
        try:
            return await method(channel=channel, **message)
        except SlackApiError as error:
            if code_of(error) not in SHAPES:
                raise
            # Better a bare card than none: the text carries everything but the buttons.
            log.warning("card_refused", delivery=delivery.id, code=code_of(error))
            return await method(channel=channel, **(message | {"blocks": []}))

    def _message(self, delivery: Delivery) -> dict[str, Any]:
        shown = delivery.card
        if delivery.note and isinstance(shown, Card):
            line = Words(shown, self._clock(), _zone(delivery)).line(delivery.note)
            return {
                "text": line,
                "metadata": {"event_type": EVENT_TYPE, "event_payload": _payload(delivery)},
            }
        assert not isinstance(shown, DigestCard)
        message = card_message(shown, delivery.ref, now=self._clock(), zone=_zone(delivery))
        return {
            "text": message.text,
            "blocks": message.blocks,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": _payload(delivery)},
        }

    async def _conversation(self, client: AsyncWebClient, delivery: Delivery) -> str | None:
        """The conversation's id; a place may be a name, or a person to write to."""
        name = delivery.place.channel
        known = delivery.channel or self._ids.get((delivery.place.team_id, name))
        if known:
            return known
        if name.startswith(("U", "W")):
            opened = await client.conversations_open(users=name)
            return str(opened["channel"]["id"])
        if not name.startswith("#"):
            return name
        async for channel in _pages(client.conversations_list, "channels", exclude_archived=True):
            if channel.get("name") == name[1:]:
                return str(channel["id"])
        return None

    async def _search(
        self, client: AsyncWebClient, channel: str, delivery: Delivery
    ) -> Posted | None:
        since = (delivery.sought_since or self._clock()) - SLACK_IS_LATE
        me = await client.auth_test()
        history = _pages(
            client.conversations_history,
            "messages",
            channel=channel,
            oldest=f"{since.timestamp():.6f}",
            include_all_metadata=True,
        )
        async for message in history:
            metadata = message.get("metadata") or {}
            ours = message.get("bot_id") == me["bot_id"] or message.get("user") == me["user_id"]
            marked = metadata.get("event_type") == EVENT_TYPE
            if ours and marked and metadata.get("event_payload") == _payload(delivery):
                return Posted(channel, str(message["ts"]))
        return None

    def _tell_blind(self, code: str) -> None:
        if not self._told_blind:
            self._told_blind = True
            log.warning(
                "cannot_look_for_lost_cards",
                code=code,
                todo="add channels:history (groups:history, im:history): without it a card whose "
                "answer was lost may be posted a second time",
            )


def _payload(delivery: Delivery) -> dict[str, str]:
    return {"delivery": str(delivery.id)}


def _zone(delivery: Delivery) -> ZoneInfo:
    """The first host's; UTC for what has no host."""
    hosts = delivery.card.booking.hosts if isinstance(delivery.card, Card) else ()
    return zone_or_utc((hosts[0].time_zone if hosts else None) or "UTC")


async def _pages(
    method: Callable[..., Awaitable[Any]], key: str, **arguments: Any
) -> AsyncIterator[dict[str, Any]]:
    cursor = ""
    for _ in range(PAGES):
        more = {"cursor": cursor} if cursor else {}
        answer = await method(limit=200, **arguments, **more)
        for each in answer[key]:
            yield each
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
