"""The ways people go through the flows, and what they see at the end of them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import make_url

from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.delivery import signature
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.views import View
from bot.slack import ids
from bot.slack.text import inline
from tests.databases import closed_off
from tests.harness import BOB, DAVE, Rig, words
from tests.slack.pressing import controls


def front(bot: Rig, user: str = DAVE) -> View:
    """The modal in front of this person."""
    modal = bot.modal(user)
    assert modal is not None, "no modal is open"
    return modal


def block(bot: Rig, user: str, block_id: str) -> dict[str, Any]:
    """The block of the modal in front with this id, which may be extended by `:…`."""
    found = [b for b in front(bot, user).blocks if b["block_id"].partition(":")[0] == block_id]
    assert len(found) == 1, [b["block_id"] for b in front(bot, user).blocks]
    return found[0]


def has_block(bot: Rig, user: str, block_id: str) -> bool:
    return any(b["block_id"].partition(":")[0] == block_id for b in front(bot, user).blocks)


def starts(bot: Rig, user: str = DAVE) -> list[str]:
    """The times that the modal in front offers."""
    groups = block(bot, user, ids.TIME)["element"]["option_groups"]
    return [option["value"] for group in groups for option in group["options"]]


def holds(bot: Rig, user: str, block_id: str) -> Any:
    """What the input says now: text, an option's value, an id, a list of ids."""
    held = block(bot, user, block_id)
    (state,) = front(bot, user).values[held["block_id"]].values()
    option = state.get("selected_option")
    if option:
        return option["value"]
    kinds = ("users", "conversation", "date", "time", "user")
    names = ("value", *(f"selected_{kind}" for kind in kinds))
    return next((state[name] for name in names if state.get(name)), None)


async def fill(bot: Rig, user: str, block_id: str, value: Any) -> Outcome:
    held = block(bot, user, block_id)
    return await bot.fill(user, held["element"]["action_id"], value, block=held["block_id"])


async def pick_time(bot: Rig, user: str = DAVE, nth: int = 0) -> datetime:
    chosen = starts(bot, user)[nth]
    await fill(bot, user, ids.TIME, chosen)
    return datetime.fromisoformat(chosen)


async def book(bot: Rig, user: str = DAVE, what: str = "intro tomorrow", nth: int = 0) -> Booking:
    """Book from Slack, to the end."""
    await bot.command(user, f"book {what}")
    start = await pick_time(bot, user, nth)
    await bot.submit(user)
    assert bot.cal.bookings[-1].start == start, words(front(bot, user))
    booking = bot.cal.bookings[-1]
    await bot.people.close(user, all=True)
    return booking


async def press_row(
    bot: Rig, user: str, action: str, booking: Booking, listing: str = ""
) -> Outcome:
    """Choose `action` in the menu of the booking's row in `/cal bookings`."""
    await bot.command(user, f"bookings {listing}".strip())
    message = bot.last(user)
    return await bot.click(user, message, ids.ROW, **row_option(bot, message, action, booking))


def row_option(bot: Rig, message: Message, action: str, booking: Booking) -> dict[str, Any]:
    for above, below in zip(message.blocks, message.blocks[1:], strict=False):
        if inline(booking.title) not in words(above) or below["type"] != "actions":
            continue
        for element in below["elements"]:
            for option in element.get("options", []):
                if option["value"].startswith(f"{action}:"):
                    return {"block": below["block_id"], "selected": option["value"]}
    raise AssertionError(f"{action} is not offered for {booking.title}: {words(message)}")


def reference_of(message: Message) -> str:
    """The first reference of a booking that a button of the message carries."""
    for _, element in controls(message):
        if element.get("action_id") in {ids.DO_CANCEL, ids.DO_RESCHEDULE, ids.DO_CONFIRM}:
            return str(element["value"])
    raise AssertionError(f"no button names a booking: {words(message)}")


def direct(bot: Rig, user: str = DAVE) -> list[Message]:
    """The direct messages between the bot and this person."""
    channel = bot.slack.direct([user, bot.slack.app.bot_user_id])
    return list(bot.slack.visible_messages(user, channel.id))


def refuse(bot: Rig, status: int, match: str = "", count: int = 1, body: Any = None) -> None:
    bot.faults.refuse.append(Refusal(status, body, match, count))


def slots_of(bot: Rig) -> list[str]:
    return [call for call in bot.cal_calls() if call == "GET /v2/slots"]


SECRET = "sandbox-signing-secret"
WES = Person("Wes Wood", "wes@wood.example", "UTC")
KEY_REFUSED = {"status": "error", "error": {"code": "UnauthorizedException", "message": "expired"}}


async def unreachable(seconds: float) -> None:
    """In the place of a pause: the connection does not come about."""
    raise httpx.ConnectError("no connection")


def cut_off(bot: Rig, match: str = "") -> None:
    """From now on nobody reaches Cal.com (or what matches)."""
    bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, match, unreachable


def back(bot: Rig) -> None:
    """Cal.com answers again."""
    bot.faults.slow, bot.faults.cut = 0, 0
    bot.faults.refuse.clear()


@asynccontextmanager
async def without_store(bot: Rig) -> AsyncIterator[None]:
    """The database is gone, and cannot be made anew, until the end of the block."""
    url = make_url(bot.bot.settings.database_url)
    postgresql = bot.bot.store.database.is_postgresql
    await bot.bot.store.database.close()
    async with closed_off(url) if postgresql else hidden(Path(str(url.database))):
        try:
            yield
        finally:
            await bot.bot.background.drain()


@asynccontextmanager
async def hidden(path: Path) -> AsyncIterator[None]:
    """Where the database file was stands what cannot be opened."""
    _hide(path)
    try:
        yield
    finally:
        _show(path)


def _hide(path: Path) -> None:
    path.rename(path.with_suffix(".kept"))
    path.mkdir()


def _show(path: Path) -> None:
    path.rmdir()
    path.with_suffix(".kept").rename(path)


async def done(bot: Rig, doing: Awaitable[Outcome]) -> Outcome:
    """Carry it out to the end without the worker, which needs the store."""
    outcome = await doing
    await bot.bot.background.drain()
    return replace(outcome, view=bot.modal(outcome.view.user) if outcome.view else None)


@asynccontextmanager
async def store_goes_during(bot: Rig, match: str) -> AsyncIterator[None]:
    """The store is gone from the moment Cal.com is asked for `match`, until the block ends."""
    async with AsyncExitStack() as stack:

        async def goes(seconds: float) -> None:
            bot.faults.slow = 0
            await stack.enter_async_context(without_store(bot))

        bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, match, goes
        yield
        assert bot.faults.slow == 0, "Cal.com was never asked"


def mrkdwn_of(node: Any, *, top: bool = True) -> Iterator[str]:
    """Every text in which Slack reads markup, of a call's arguments or of blocks."""
    if isinstance(node, str) and top:
        try:
            read = json.loads(node)
        except ValueError:
            return
        if isinstance(read, dict | list):
            yield from mrkdwn_of(read)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield str(node.get("text"))
        elif "type" not in node and isinstance(node.get("text"), str):
            yield node["text"]  # a message's own
        for value in node.values():
            yield from mrkdwn_of(value)
    elif isinstance(node, list):
        for each in node:
            yield from mrkdwn_of(each)


async def filled_in(bot: Rig) -> datetime:
    """The booking form with everything in it; returns the time that is chosen."""
    await bot.command(DAVE, "book intro tomorrow")
    await fill(bot, DAVE, ids.FOR_WHOM, "guest")
    await fill(bot, DAVE, ids.GUEST_NAME, "Wes Wood")
    await fill(bot, DAVE, ids.GUEST_EMAIL, "wes@wood.example")
    await fill(bot, DAVE, ids.INVITE_MEMBERS, [BOB])
    await fill(bot, DAVE, ids.INVITE_EMAILS, "pat@wood.example")
    await fill(bot, DAVE, ids.NOTES, "bring the slides")
    await fill(bot, DAVE, ids.CHANNEL, "C0BOOKINGS")
    return await pick_time(bot)


def assert_still_filled_in(bot: Rig) -> None:
    assert holds(bot, DAVE, ids.FOR_WHOM) == "guest"
    assert holds(bot, DAVE, ids.GUEST_NAME) == "Wes Wood"
    assert holds(bot, DAVE, ids.GUEST_EMAIL) == "wes@wood.example"
    assert holds(bot, DAVE, ids.INVITE_MEMBERS) == [BOB]
    assert holds(bot, DAVE, ids.INVITE_EMAILS) == "pat@wood.example"
    assert holds(bot, DAVE, ids.NOTES) == "bring the slides"
    assert holds(bot, DAVE, ids.CHANNEL) == "C0BOOKINGS"


def assert_booked_as_filled_in(bot: Rig, booking: Booking) -> None:
    assert [a.email for a in booking.attendees] == [
        "wes@wood.example",
        "bob@example.com",
        "pat@wood.example",
    ]
    assert booking.responses["notes"] == "bring the slides"
    assert "Booked" in words(front(bot))


def status(booking: Booking) -> Status:
    """How it stands at Cal.com now."""
    return booking.status


def said(bot: Rig, user: str = DAVE) -> str:
    """What this person was told last: in the modal, or by message."""
    return words(bot.modal(user) or bot.last(user))


def another(bot: Rig) -> datetime:
    """The last time that is offered on the day."""
    return datetime.fromisoformat(starts(bot)[-1])


async def told_by_the_worker(bot: Rig) -> str:
    """Let the worker run until it has told Dave something directly."""
    before = len(direct(bot))
    async with asyncio.TaskGroup() as group:
        group.create_task(bot.bot.worker.run())
        await bot.slack.until(lambda: len(direct(bot)) > before)
        await bot.bot.worker.stop()
    return words(direct(bot)[-1])


async def moving(bot: Rig) -> tuple[Booking, datetime]:
    """The reschedule form with a time and a reason in it."""
    booking = await book(bot)
    await press_row(bot, DAVE, "reschedule", booking)
    start = await pick_time(bot, nth=2)
    await fill(bot, DAVE, ids.REASON, "the train is late")
    return booking, start


async def cancelling(bot: Rig) -> Booking:
    booking = await book(bot)
    await press_row(bot, DAVE, "cancel", booking)
    await fill(bot, DAVE, ids.REASON, "we have met already")
    return booking


def cards(bot: Rig, user: str = DAVE) -> list[Message]:
    """What #bookings shows this person."""
    return bot.seen(user, "bookings")


def signed(body: bytes, age: float = 0, secret: str = SECRET) -> dict[str, str]:
    """Slack's headers for this body; `age` in seconds."""
    timestamp = str(int(time.time() - age))
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature(secret, timestamp, body),
        "content-type": "application/x-www-form-urlencoded",
    }
