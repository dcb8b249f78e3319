"""Pressing what a message shows by what stands on it, as people do."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.calcom import booking, v2_event_types
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.model import Attendee, Booking, EventType, Status
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import Rig


def controls(message: Message) -> list[tuple[str, dict[str, Any]]]:
    """Everything that can be used: (block id, element)."""
    found = []
    for block in message.blocks:
        elements = block.get("elements", []) if block["type"] == "actions" else []
        if "accessory" in block:
            elements = [block["accessory"]]
        found += [(str(block["block_id"]), element) for element in elements]
    return found


def labels(message: Message) -> list[str]:
    return [e["text"]["text"] for _, e in controls(message) if e["type"] == "button"]


def button(message: Message, label: str) -> tuple[str, dict[str, Any]]:
    """The first button with this label."""
    for block_id, element in controls(message):
        if element["type"] == "button" and element["text"]["text"] == label:
            return block_id, element
    raise AssertionError(f"no button {label!r} among {labels(message)}")


async def press(bot: Rig, user: str, label: str, message: Message | None = None) -> Outcome:
    """Press the first button with this label in the message, or in the newest."""
    message = message or bot.last(user)
    block_id, element = button(message, label)
    return await bot.click(user, message, element["action_id"], block=block_id)


async def press_first_time(bot: Rig, user: str) -> Outcome:
    """Press the first open time of the newest message."""
    message = bot.last(user)
    block_id = next(b for b, e in controls(message) if e["action_id"] == f"{ids.SLOT}0")
    return await bot.click(user, message, f"{ids.SLOT}0", block=block_id)


async def choose(bot: Rig, user: str, action: str, value: str, nth: int = 0) -> Outcome:
    """Choose in the nth menu with this action of the newest message."""
    message = bot.last(user)
    blocks = [block_id for block_id, e in controls(message) if e.get("action_id") == action]
    return await bot.click(user, message, action, block=blocks[nth], selected=value)


async def press_forged(bot: Rig, user: str, label: str, value: str) -> Outcome:
    """Press a button whose value is not what the bot has put there."""
    button(bot.last(user), label)[1]["value"] = value
    return await press(bot, user, label)


def add_event_types(bot: Rig, count: int, **more: Any) -> list[EventType]:
    """Further ones of the house account."""
    return [
        v2_event_types.add(
            bot.cal,
            1,
            {"lengthInMinutes": 30, "title": f"Extra {n}", "slug": f"extra-{n}"} | more,
        )
        for n in range(count)
    ]


def event_type(bot: Rig, slug: str) -> EventType:
    return next(each for each in bot.cal.event_types.values() if each.slug == slug)


async def book(bot: Rig, slug: str, start: Any, person: Person, **answers: Any) -> None:
    """Book as an outsider would, on Cal.com's own page."""
    await booking.book(
        bot.cal, Request(event_type(bot, slug), start, person, answers=dict(answers))
    )
    await bot.settle()


def many_bookings(bot: Rig, count: int, attendee: str = "dave@example.com") -> list[Booking]:
    """So many, one every half an hour from the first of December on, without a webhook."""
    made = []
    for number in range(count):
        start = datetime(2026, 12, 1, 0, 0, tzinfo=UTC) + timedelta(minutes=30 * number)
        made.append(
            Booking(
                id=bot.cal.next_id("booking"),
                uid=bot.cal.new_uid(),
                event_type_id=event_type(bot, "intro").id,
                host_id=1,
                title=f"Meeting {number:03} of many",
                description="",
                start=start,
                end=start + timedelta(minutes=30),
                status=Status.ACCEPTED,
                location="https://meet.example.com/alice",
                ics_uid=f"ics{number}",
                created_at=bot.clock(),
                updated_at=bot.clock(),
                attendees=[
                    Attendee(bot.cal.next_id("attendee"), "Somebody", attendee, "UTC", "en")
                ],
            )
        )
    bot.cal.bookings += made
    return made
