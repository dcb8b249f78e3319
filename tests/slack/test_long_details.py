"""Details that are too much for a message are turned over page by page, and checked each time."""

from datetime import UTC, datetime

from bot.sandbox.calcom.booking import Person
from bot.slack import ids
from tests.harness import DAVE, Rig
from tests.slack.pressing import book, choose, controls, labels, press, press_forged

AS_DAVE = Person("Dave Okoro", "dave@example.com", "Europe/London")


async def shown(bot: Rig) -> None:
    """Dave's booking, whose notes go on and on, with its details."""
    notes = " ".join(f"word{n:04}" for n in range(1100))
    await book(bot, "intro", datetime(2026, 11, 26, 13, tzinfo=UTC), AS_DAVE, notes=notes)
    await bot.command(DAVE, "bookings")
    menu = next(e for _, e in controls(bot.last(DAVE)) if e["type"] == "overflow")
    await choose(bot, DAVE, ids.ROW, menu["options"][0]["value"])


async def test_the_pages_take_each_others_place(bot: Rig) -> None:
    await shown(bot)
    first = bot.last(DAVE).text
    assert "word0000" in first
    await press(bot, DAVE, "Next page")
    second = bot.last(DAVE).text
    assert labels(bot.last(DAVE)) == ["Previous page"]
    said = first + second
    assert [n for n in range(1100) if said.count(f"word{n:04}") != 1] == []
    await press(bot, DAVE, "Previous page")
    assert bot.last(DAVE).text == first


async def test_a_forged_page_is_checked_again(bot: Rig) -> None:
    await shown(bot)
    await press_forged(bot, DAVE, "Next page", "nothing:1")
    assert "no longer kept" in bot.last(DAVE).text
