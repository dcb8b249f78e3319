"""The ways people propose times and answer, and what they see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import ALICE, BOB, Rig
from tests.slack.flows import block, direct, fill
from tests.slack.pressing import controls

NAMED = "<@U0BOB|bob>"
PLACE = {ids.CHANNEL: "C0BOOKINGS"}
"""Where everybody may answer."""

SHOWN = ("proposes times for", "is booked: ", "the times proposed for", "The times proposed for")


def offered(bot: Rig, user: str = ALICE) -> list[str]:
    """The times that the modal in front offers."""
    groups = block(bot, user, ids.TIMES)["element"]["option_groups"]
    return [option["value"] for group in groups for option in group["options"]]


async def propose(
    bot: Rig,
    user: str = ALICE,
    what: str = f"{NAMED} intro",
    nth: Sequence[int] = (0, 1, 2),
    fields: Mapping[str, Any] | None = None,
) -> list[datetime]:
    """Propose some of the open times, to the end; `fields` are further ones, by block id."""
    await bot.command(user, f"propose {what}")
    chosen = [offered(bot, user)[number] for number in nth]
    await fill(bot, user, ids.TIMES, chosen)
    for block_id, value in (fields or {}).items():
        await fill(bot, user, block_id, value)
    await bot.submit(user)
    return [datetime.fromisoformat(value) for value in chosen]


def posted(bot: Rig, user: str = BOB, channel: str = "") -> Message:
    """The newest proposal that this person sees, as it stands."""
    messages = bot.seen(user, channel) if channel else direct(bot, user)
    public = [m for m in reversed(messages) if not m.ephemeral_to]
    return next(m for m in public if any(said in m.text for said in SHOWN))


def button(message: Message, action: str) -> tuple[str, dict[str, Any]]:
    found = [(b, e) for b, e in controls(message) if e["action_id"] == action]
    assert found, f"no {action} among {actions(message)}"
    return found[0]


def actions(message: Message) -> list[str]:
    """What can be pressed, by id."""
    return [element["action_id"] for _, element in controls(message)]


async def press(bot: Rig, user: str, message: Message, action: str) -> Outcome:
    return await bot.click(user, message, action, block=button(message, action)[0])
