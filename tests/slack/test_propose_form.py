"""The form in which times are proposed: what it keeps, what it asks for, and who may fill it in."""

from bot.services.proposing import MOST_OPEN
from bot.slack import ids
from tests.harness import ALICE, BOB, Rig, words
from tests.slack.flows import (
    block,
    fill,
    front,
)
from tests.slack.pressing import add_event_types, event_type
from tests.slack.proposing import (
    NAMED,
    PLACE,
    offered,
    posted,
    press,
    propose,
)
from tests.slack.test_holding import held

TAKE = f"{ids.TAKE_TIME}0"


async def test_other_days_keep_what_is_chosen_and_another_event_type_does_not(bot: Rig) -> None:
    await bot.command(ALICE, f"propose {NAMED} intro")
    first = offered(bot)[0]
    await fill(bot, ALICE, ids.TIMES, [first])
    await bot.click(ALICE, None, f"{ids.PROPOSE_SPAN}later")
    assert offered(bot)[0] == first, "what is chosen stays on top"
    last = offered(bot)[-1]
    await fill(bot, ALICE, ids.TIMES, [first, last])
    await bot.click(ALICE, None, f"{ids.PROPOSE_SPAN}earlier")
    assert holds_times(bot) == [first, last]
    session = event_type(bot, "session")
    held_block = block(bot, ALICE, ids.EVENT_TYPE)
    await bot.click(
        ALICE, None, ids.PROPOSE_TYPE, block=held_block["block_id"], value=str(session.id)
    )
    assert holds_times(bot) == []
    length = block(bot, ALICE, ids.LENGTH)
    await bot.click(ALICE, None, ids.PROPOSE_LENGTH, block=length["block_id"], value="90")
    chosen = offered(bot)[:1]
    await fill(bot, ALICE, ids.TIMES, chosen)
    await bot.submit(ALICE)
    await press(bot, BOB, posted(bot), TAKE)
    booking = bot.cal.bookings[-1]
    assert (booking.end - booking.start).total_seconds() == 90 * 60


def holds_times(bot: Rig) -> list[str]:
    """What is chosen in the form in front."""
    chosen = block(bot, ALICE, ids.TIMES)
    (state,) = front(bot, ALICE).values[chosen["block_id"]].values()
    return [option["value"] for option in state.get("selected_options") or []]


async def test_a_day_that_is_typed_is_where_it_begins(bot: Rig) -> None:
    await bot.command(ALICE, f"propose {NAMED} intro 14 jul 2027")
    assert "You asked for: Wed 14 Jul 2027" in words(front(bot, ALICE))
    assert offered(bot)[0].startswith("2027-07-14")


async def test_what_is_missing_is_said_at_once(bot: Rig) -> None:
    await bot.command(ALICE, "propose intro")
    await fill(bot, ALICE, ids.TIMES, offered(bot)[:1])
    outcome = await bot.submit(ALICE)
    assert list(outcome.errors.values()) == ["Choose people, or a channel below."]
    await fill(bot, ALICE, ids.CHANNEL, "C0BOOKINGS")
    await fill(bot, ALICE, ids.WAY, "named")
    outcome = await bot.submit(ALICE)
    assert list(outcome.errors.values()) == ["Choose for whom it is to be booked."]
    assert posted_nothing(bot)


def posted_nothing(bot: Rig) -> bool:
    return "chat.postMessage" not in bot.slack_calls()


async def test_many_event_types_are_searched(bot: Rig) -> None:
    add_event_types(bot, 120)
    await bot.command(ALICE, f"propose {NAMED}")
    menu = block(bot, ALICE, ids.EVENT_TYPE)
    at = menu["block_id"]
    outcome = await bot.people.options(ALICE, ids.PROPOSE_TYPE, "extra 77", block=at)
    (option,) = outcome.options["options"]
    await bot.click(ALICE, None, ids.PROPOSE_TYPE, block=at, value=option["value"])
    assert len(offered(bot)) > 3


async def test_a_guest_of_the_workspace_proposes_nothing_but_may_answer(bot: Rig) -> None:
    await bot.command("U0GUEST", "propose intro", channel="bookings")
    modal = bot.modal("U0GUEST")
    assert "Only full members of this workspace" in words(modal)
    times = await propose(bot, what="intro", fields=PLACE)
    await press(bot, "U0GUEST", posted(bot, "U0GUEST", "bookings"), TAKE)
    assert bot.cal.bookings[-1].start == times[0]
    assert bot.cal.bookings[-1].attendees[0].email == "gina@example.org"


async def test_nobody_holds_the_whole_calendar(bot: Rig) -> None:
    for number in range(MOST_OPEN):
        await propose(bot, nth=(number,))
    await propose(bot, nth=(0,))
    assert "of your proposals are open" in words(front(bot, ALICE))
    assert len(held(bot)) == MOST_OPEN
