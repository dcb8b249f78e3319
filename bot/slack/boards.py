"""The cards of shared event types in Slack: posted, drawn anew, taken down."""

import contextlib
from collections.abc import Callable
from datetime import datetime

from bot.domain.errors import PlaceBusy, PlaceGone
from bot.domain.records import Posted
from bot.domain.shares import Board, Share
from bot.domain.wording import speaking
from bot.locales import language
from bot.slack.notifier import ClientFor
from bot.slack.place_errors import place_errors
from bot.slack.views.parts import Message
from bot.slack.views.share import card


class Boards:
    """See the port of the same name.

    Args:
        client_for: The client of a workspace (team id), which repeats nothing by itself.
        put_off: Seconds for which an edit in a workspace has to be put off: all that is edited
            there is paced together.
    """

    def __init__(
        self,
        client_for: ClientFor,
        clock: Callable[[], datetime],
        put_off: Callable[[str], float],
    ) -> None:
        self._client_for = client_for
        self._clock = clock
        self._put_off = put_off

    async def post(self, board: Board) -> Posted:
        client, drawn = await self._client_for(board.share.team_id), self._drawn(board)
        with place_errors():
            answer = await client.chat_postMessage(
                channel=board.share.channel,
                text=drawn.text,
                blocks=drawn.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def edit(self, board: Board) -> None:
        if seconds := self._put_off(board.share.team_id):
            raise PlaceBusy("paced", seconds)
        client, drawn = await self._client_for(board.share.team_id), self._drawn(board)
        with place_errors():
            await client.chat_update(
                channel=board.share.channel,
                ts=board.share.ts,
                text=drawn.text,
                blocks=drawn.blocks,
            )

    def _drawn(self, board: Board) -> Message:
        with speaking(language(board.share.language)):
            return card(board, self._clock())

    async def remove(self, share: Share) -> None:
        client = await self._client_for(share.team_id)
        with contextlib.suppress(PlaceGone), place_errors():
            await client.chat_delete(channel=share.channel, ts=share.ts)
