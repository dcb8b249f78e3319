"""Shows cards in Slack: posts, edits, and finds again what was posted without our learning it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cards import RefusalCard
from bot.domain.errors import PlaceBusy, PlaceGone
from bot.domain.people import Member
from bot.domain.records import Delivery, Posted
from bot.domain.rules import Look, Place
from bot.domain.wording import ENGLISH, Language, speaking
from bot.locales import language
from bot.slack.errors import SLACK_FAILED
from bot.slack.mentions import Mentions
from bot.slack.pace import Pace
from bot.slack.place_errors import SHAPES, code_of, place_errors
from bot.slack.views.deliveries import message
from bot.slack.views.samples import sample

log = structlog.get_logger(__name__)

EVENT_TYPE: Final = "calbot_card"
"""Marks our cards in their metadata; the payload names the delivery, never the booking."""
SLACK_IS_LATE: Final = timedelta(seconds=60)
"""How far Slack's clock may be behind ours."""
PAGES: Final = 10
"""Where a lost message is not among 2,000 newer ones, it is not sought any longer."""
UNREADABLE: Final = frozenset({"missing_scope", "not_in_channel", "channel_not_found"})

Method = Callable[..., Awaitable[Any]]
ClientFor = Callable[[str], Awaitable[AsyncWebClient]]


def background_client(token: str, base_url: str) -> AsyncWebClient:
    """A client that never repeats a request by itself: a repeated post is a second message."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=15, retry_handlers=[])


class Notifier:
    """`Places` over Slack's Web API.

    Args:
        client_for: The client of a workspace (team id); made as `background_client` does.
        member: A member by the ids of the workspace and their own: what they alone are told is in
            their language.
        clock: Now, aware UTC: it decides which buttons a card has.
        monotonic, sleep: What the pace is kept with.
    """

    def __init__(
        self,
        client_for: ClientFor,
        member: Callable[[str, str], Awaitable[Member]],
        clock: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client_for = client_for
        self._member = member
        self._clock = clock
        self._pace = Pace(monotonic, sleep)
        self._mentions = Mentions(monotonic)
        self._ids: dict[tuple[str, str], str] = {}
        self._told_blind = False

    async def post(self, delivery: Delivery) -> Posted:
        client = await self._client_for(delivery.place.team_id)
        content = await self._content(client, delivery)
        if delivery.thread_ts:
            content["thread_ts"] = delivery.thread_ts
        return await self._post(client, delivery, content)

    async def sample(self, place: Place, look: Look) -> Posted:
        """Post a made-up booking's card as this look shows it; nobody is called for a test."""
        client, now = await self._client_for(place.team_id), self._clock()
        calm = replace(look, mention_host=False, groups=())
        with speaking(language(look.language)):
            delivery = Delivery(0, place, ref="", card=sample(now), version=0, look=calm)
            drawn = message(delivery, now=now)
        return await self._post(client, delivery, {"text": drawn.text, "blocks": drawn.blocks})

    def put_off(self, team_id: str) -> float:
        """Seconds for which an edit in this workspace has to be put off; 0 takes a turn now."""
        return self._pace.edit(team_id)

    async def edit(self, delivery: Delivery) -> Posted:
        client = await self._client_for(delivery.place.team_id)
        if seconds := self.put_off(delivery.place.team_id):
            raise PlaceBusy("paced", seconds)
        content = await self._content(client, delivery) | {"ts": delivery.ts}
        channel = delivery.channel or delivery.place.channel
        return await self._send(client.chat_update, delivery, channel, content)

    async def remove(self, delivery: Delivery) -> None:
        client = await self._client_for(delivery.place.team_id)
        with contextlib.suppress(PlaceGone), self._asking(delivery, client.chat_delete):
            await client.chat_delete(channel=delivery.channel or "", ts=delivery.ts or "")

    async def find(self, delivery: Delivery) -> Posted | None:
        """None also where the app may not read the channel's history: then nobody can tell."""
        client = await self._client_for(delivery.place.team_id)
        method, _ = _history(client, delivery)
        try:
            with self._asking(delivery, method, raw=UNREADABLE):
                channel = await self._conversation(client, delivery)
                return await self._search(client, channel, delivery) if channel else None
        except PlaceGone:  # the thread itself was deleted
            return None
        except SlackApiError as error:
            self._tell_blind(code_of(error))
            return None

    async def _post(
        self, client: AsyncWebClient, delivery: Delivery, content: dict[str, Any]
    ) -> Posted:
        content |= {"unfurl_links": False, "unfurl_media": False}
        return await self._send(client.chat_postMessage, delivery, delivery.place.channel, content)

    async def _send(
        self, method: Method, delivery: Delivery, channel: str, content: dict[str, Any]
    ) -> Posted:
        team_id = delivery.place.team_id
        with self._asking(delivery, method):
            await self._pace.wait((team_id, self._ids.get((team_id, channel), channel)))
            answer = await self._call(method, delivery, channel, content)
        posted = Posted(str(answer["channel"]), str(answer["ts"]))
        self._ids[team_id, channel] = posted.channel
        self._pace.joined((team_id, channel), (team_id, posted.channel))
        return posted

    @contextlib.contextmanager
    def _asking(
        self, delivery: Delivery, method: Method, raw: Collection[str] = ()
    ) -> Iterator[None]:
        """Ask nothing of a method before its time, and translate what goes wrong."""
        limit = (delivery.place.team_id, method.__name__)
        if held := self._pace.held(limit):
            raise PlaceBusy("ratelimited", held)
        try:
            with place_errors(raw):
                yield
        except PlaceBusy as error:
            self._pace.hold(limit, error.retry_after or 0)
            raise

    async def _call(
        self, method: Method, delivery: Delivery, channel: str, content: dict[str, Any]
    ) -> Any:
        try:
            return await method(channel=channel, **content)
        except SlackApiError as error:
            if code_of(error) not in SHAPES:
                raise
            # Better a bare message than none: the text carries everything but the buttons.
            log.warning("card_refused", delivery=delivery.id, code=code_of(error))
            return await method(channel=channel, **(content | {"blocks": []}))

    async def _content(self, client: AsyncWebClient, delivery: Delivery) -> dict[str, Any]:
        mention = await self._mentions.of(client, delivery)
        with speaking(await self._language(delivery)):
            drawn = message(delivery, now=self._clock(), mention=mention)
        return {
            "text": drawn.text,
            "blocks": drawn.blocks,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": _payload(delivery)},
        }

    async def _language(self, delivery: Delivery) -> Language:
        """What a rule shows is in the rule's language; a word of our own in its reader's, as far
        as Slack tells it now."""
        place = delivery.place
        if not isinstance(delivery.card, RefusalCard) or not place.is_person:
            return language(delivery.look.language)
        try:
            return language((await self._member(place.team_id, place.channel)).locale)
        except SLACK_FAILED:
            return ENGLISH

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
        method, asked = _history(client, delivery)
        asked |= {"channel": channel, "oldest": f"{since.timestamp():.6f}"}
        async for found in _pages(method, "messages", include_all_metadata=True, **asked):
            metadata = found.get("metadata") or {}
            ours = found.get("bot_id") == me["bot_id"] or found.get("user") == me["user_id"]
            marked = metadata.get("event_type") == EVENT_TYPE
            if ours and marked and metadata.get("event_payload") == _payload(delivery):
                return Posted(channel, str(found["ts"]))
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


def _history(client: AsyncWebClient, delivery: Delivery) -> tuple[Method, dict[str, str]]:
    """Where a lost message is looked for: what stands in a thread there, else in the channel."""
    if delivery.thread_ts:
        return client.conversations_replies, {"ts": delivery.thread_ts}
    return client.conversations_history, {}


def _payload(delivery: Delivery) -> dict[str, str]:
    return {"delivery": str(delivery.id)}


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
