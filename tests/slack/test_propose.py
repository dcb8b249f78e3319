"""Times are proposed, posted as buttons, and the press of one of them books it."""

from datetime import datetime

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import ALICE, BOB, Rig, words
from tests.slack.flows import block, direct, fill, front
from tests.slack.pressing import controls
from tests.slack.test_holding import held

NAMED = "<@U0BOB|bob>"


def offered(bot: Rig, user: str = ALICE) -> list[str]:
    """The times that the modal in front offers."""
    groups = block(bot, user, ids.TIMES)["element"]["option_groups"]
    return [option["value"] for group in groups for option in group["options"]]


async def propose(
    bot: Rig, user: str = ALICE, what: str = f"{NAMED} intro", times: int = 3, **more: object
) -> list[datetime]:
    """Propose the first open times, to the end; `more` are other fields, by block id."""
    await bot.command(user, f"propose {what}")
    chosen = offered(bot, user)[:times]
    await fill(bot, user, ids.TIMES, chosen)
    for block_id, value in more.items():
        await fill(bot, user, block_id, value)
    await bot.submit(user)
    return [datetime.fromisoformat(value) for value in chosen]


async def press(
    bot: Rig, user: str, message: Message, action: str, number: int | None = None
) -> Outcome:
    """Press a button of the message by its id, the time's by its number."""
    wanted = action if number is None else f"{action}{number}"
    found = [(b, e) for b, e in controls(message) if e["action_id"] == wanted]
    assert found, f"no {wanted} among {[e['action_id'] for _, e in controls(message)]}"
    return await bot.click(user, message, wanted, block=found[0][0])


async def test_proposed_posted_pressed_and_booked(bot: Rig) -> None:
    times = await propose(bot)
    assert held(bot) == times
    assert "Proposed to <@U0BOB>" in words(front(bot, ALICE))
    (message,) = direct(bot, BOB)
    shown = words(message)
    assert "<@U0ALICE> proposes times for *Intro" in shown
    assert all(f"<!date^{int(start.timestamp())}^" in shown for start in times)
    await press(bot, BOB, message, ids.TAKE_TIME, 1)
    booking = bot.cal.bookings[-1]
    assert (booking.start, booking.attendees[0].email) == (times[1], "bob@example.com")
    assert booking.attendees[0].time_zone == "America/New_York"
    assert "is booked" in words(direct(bot, BOB)[0])
    assert "<@U0BOB>" in words(direct(bot, ALICE)[-1])
    assert held(bot) == []
    assert booking.uid not in str(bot.slack.calls)
