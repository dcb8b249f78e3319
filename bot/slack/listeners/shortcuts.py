"""Shortcuts: Book a meeting, from anywhere; Book about this, from a message."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, Name
from bot.slack import ids
from bot.slack.about import about
from bot.slack.deps import Deps, Exchange
from bot.slack.listeners.book import Book


class Shortcuts:
    """Two more ways into the booking flow. A global one comes from nowhere: what is said outside
    the modal is said by direct message."""

    def __init__(self, deps: Deps, book: Book) -> None:
        self._deps = deps
        self._book = book

    def register(self, app: AsyncApp) -> None:
        app.global_shortcut(ids.BOOK_A_MEETING)(self.on_book)
        app.message_shortcut(ids.BOOK_ABOUT)(self.on_book_about)

    async def on_book(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._book.show(exchange, Command(Name.BOOK))

        self._deps.later(body, client, work)

    async def on_book_about(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._book.about(exchange, about(body))

        self._deps.later(body, client, work)
