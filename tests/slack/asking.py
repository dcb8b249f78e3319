"""Event types that ask questions, and answering them in the modal."""

from collections.abc import Mapping
from typing import Any

from bot.domain.answers import token
from bot.sandbox.calcom import v2_event_types
from bot.sandbox.calcom.model import JSON, EventType
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from bot.slack.views.questions import block_of
from tests.harness import DAVE, Rig
from tests.slack.flows import front, pick_time

EXTERNAL = {"external_select", "multi_external_select"}


def field(kind: str, slug: str = "asked", **more: Any) -> JSON:
    """A question of the booking form, as the API takes it."""
    return {"type": kind, "slug": slug, "label": slug.title(), "required": False} | more


def asking(bot: Rig, *fields: JSON, slug: str = "quiz", **body: Any) -> EventType:
    """An event type of the house account with these questions."""
    base = {"lengthInMinutes": 30, "title": slug.title(), "slug": slug}
    return v2_event_types.add(bot.cal, 1, base | {"bookingFields": list(fields)} | body)


async def opened(bot: Rig, event_type: EventType, user: str = DAVE) -> None:
    """The booking form of this event type, with a time chosen."""
    await bot.command(user, f"book {event_type.slug} tomorrow")
    await pick_time(bot, user)


def question(bot: Rig, event_type: EventType, slug: str = "asked", user: str = DAVE) -> JSON:
    """The block that asks the question."""
    wanted = block_of(event_type.id, slug)
    return next(block for block in front(bot, user).blocks if block["block_id"] == wanted)


async def answer(
    bot: Rig, event_type: EventType, value: Any, slug: str = "asked", user: str = DAVE
) -> Outcome:
    """Type or choose an answer: options are named by their text, several in a list."""
    block = question(bot, event_type, slug, user)
    element = block["element"]
    given = value
    if element["type"] in OPTIONS:
        given = [token(one) for one in value] if isinstance(value, list) else token(value)
    at = {"block": block["block_id"]}
    if element["type"] in EXTERNAL:  # each is searched for, and chosen before the next
        for number, one in enumerate(value if isinstance(value, list) else [value], 1):
            await bot.people.options(user, ids.FIND_OPTION, one, **at)
            chosen = given[:number] if isinstance(value, list) else given
            await bot.fill(user, element["action_id"], chosen, **at)
    return await bot.fill(user, element["action_id"], given, **at)


OPTIONS = EXTERNAL | {
    "static_select",
    "multi_static_select",
    "radio_buttons",
    "checkboxes",
}


def tampered(bot: Rig, user: str = DAVE) -> None:
    """From here on the client checks nothing: whatever is in the form is sent."""
    for block in front(bot, user).blocks:
        if block["type"] == "input":
            block["optional"] = True
            for limit in ("min_length", "max_length"):
                block["element"].pop(limit, None)


def held(bot: Rig, event_type: EventType, slug: str = "asked", user: str = DAVE) -> Any:
    """What the input says now."""
    block = question(bot, event_type, slug, user)
    (state,) = front(bot, user).values[block["block_id"]].values()
    if "selected_options" in state:
        return [option["value"] for option in state["selected_options"] or []]
    chosen = state.get("selected_option")
    return chosen["value"] if chosen else state.get("value")


def below(bot: Rig, event_type: EventType, slug: str = "asked", user: str = DAVE) -> str:
    """What is said right under the question."""
    blocks = front(bot, user).blocks
    at = blocks.index(question(bot, event_type, slug, user))
    text: Mapping[str, Any] = blocks[at + 1].get("text") or {}
    return str(text.get("text", ""))
