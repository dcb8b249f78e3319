"""The ways in to what else can be done to a booking: from its details."""

from bot.domain.bookings import Action
from bot.sandbox.calcom.model import Booking
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import Rig
from tests.slack.flows import press_row
from tests.slack.pressing import controls


async def details(bot: Rig, user: str, booking: Booking, listing: str = "") -> Message:
    """The booking's details, opened from the list."""
    await press_row(bot, user, "details", booking, listing)
    return bot.last(user)


async def begin(
    bot: Rig, user: str, action: Action, booking: Booking, listing: str = ""
) -> Outcome:
    """Choose this action in the details."""
    return await choose(bot, user, await details(bot, user, booking, listing), action)


async def choose(bot: Rig, user: str, message: Message, action: Action) -> Outcome:
    """Choose it in the message's menu of further actions."""
    options = (o["value"] for _, e in controls(message) for o in e.get("options", []))
    value = next(value for value in options if value.startswith(f"{action}:"))
    return await bot.click(user, message, ids.ROW, selected=value)


def offered(message: Message) -> set[str]:
    """The actions that the message offers, as buttons and in its menus."""
    elements = [element for _, element in controls(message)]
    chosen = {o["value"].partition(":")[0] for e in elements for o in e.get("options", [])}
    return {str(e.get("action_id")).removeprefix("do_") for e in elements} | chosen


async def begin_forged(bot: Rig, user: str, action: Action, ref: str) -> Outcome:
    """Choose what the bot never offered this person: another option, renamed."""
    message = bot.last(user)
    block_id, element = next(
        (block_id, e) for block_id, e in controls(message) if e.get("action_id") == ids.ROW
    )
    element["options"][0]["value"] = f"{action}:{ref}"
    return await bot.click(user, message, ids.ROW, block=block_id, selected=f"{action}:{ref}")


def reference(message: Message) -> str:
    """The booking's reference, as the buttons carry it."""
    return next(
        str(e["value"]) for _, e in controls(message) if str(e.get("action_id")).startswith("do_")
    )


def answers_to(bot: Rig, match: str) -> list[str]:
    """The requests to Cal.com that match."""
    return [call for call in bot.cal_calls() if match in call]
