"""The ways in to what else can be done to a booking: from its details."""

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
    bot: Rig, user: str, action_id: str, booking: Booking, listing: str = ""
) -> Outcome:
    """Choose what stands for this action in the details."""
    return await choose(bot, user, await details(bot, user, booking, listing), action_id)


async def choose(bot: Rig, user: str, message: Message, action_id: str) -> Outcome:
    """Choose it in the menu of further actions, which names actions by what comes after `do_`."""
    wanted = action_id.removeprefix("do_")
    options = (o["value"] for _, e in controls(message) for o in e.get("options", []))
    value = next(value for value in options if value.startswith(f"{wanted}:"))
    return await bot.click(user, message, ids.ROW, selected=value)


def offered(message: Message) -> set[str]:
    """What the message offers, by the ids of its buttons and what its menus name."""
    elements = [element for _, element in controls(message)]
    chosen = {o["value"].partition(":")[0] for e in elements for o in e.get("options", [])}
    return {str(e.get("action_id")) for e in elements} | {f"do_{action}" for action in chosen}


async def begin_forged(bot: Rig, user: str, action_id: str, value: str) -> Outcome:
    """Press a button that the bot never drew for this person: another one, renamed."""
    message = bot.last(user)
    block_id, element = next(
        (block_id, e)
        for block_id, e in controls(message)
        if e.get("action_id") in {ids.DO_RESCHEDULE, ids.DO_CANCEL}
    )
    element |= {"action_id": action_id, "value": value}
    return await bot.click(user, message, action_id, block=block_id, value=value)


def reference(message: Message) -> str:
    """The booking's reference, as the buttons carry it."""
    return next(
        str(e["value"]) for _, e in controls(message) if str(e.get("action_id")).startswith("do_")
    )


def answers_to(bot: Rig, match: str) -> list[str]:
    """The requests to Cal.com that match."""
    return [call for call in bot.cal_calls() if match in call]
