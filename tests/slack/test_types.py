"""`/cal types`, as people go through it."""

import pytest

from bot.sandbox.calcom.faults import Refusal
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.pressing import add_event_types, button, labels, press, press_forged


async def test_the_event_types_are_listed_with_what_can_be_done(bot: Rig) -> None:
    await bot.command(DAVE, "event types")
    said = words(bot.last(DAVE))
    assert "Intro call" in said
    assert "15 min, 30 min, 1 h or 1 h 30 min" in said
    assert "needs confirmation" in said
    assert "6 seats" in said
    assert "every week, 6 times" in said
    assert labels(bot.last(DAVE))[:2] == ["Slots", "Book"]


async def test_known_event_types_cost_one_answer_and_no_question(bot: Rig) -> None:
    await bot.command(DAVE, "types")
    bot.forget_calls()
    await bot.command(DAVE, "types")
    assert bot.cal_calls() == []
    assert bot.slack_calls() == ["response_url"]


async def test_three_hundred_are_paged_in_place(bot: Rig) -> None:
    add_event_types(bot, 292)
    await bot.command(DAVE, "types")
    before = len(bot.seen(DAVE))
    assert "Page 1 of 39" in words(bot.last(DAVE))
    await press(bot, DAVE, "Next page")
    await press(bot, DAVE, "Next page")
    assert "Page 3 of 39" in words(bot.last(DAVE))
    await press(bot, DAVE, "Previous page")
    assert "Page 2 of 39" in words(bot.last(DAVE))
    assert len(bot.seen(DAVE)) == before


async def test_a_name_goes_straight_to_one(bot: Rig) -> None:
    add_event_types(bot, 50)
    await bot.command(DAVE, "types intro")
    assert labels(bot.last(DAVE)) == ["Slots", "Book", "Share"]
    assert "Half an hour to get to know each other." in words(bot.last(DAVE))


async def test_a_colleagues_are_theirs(bot: Rig) -> None:
    await bot.command(DAVE, f"types <@{BOB}|bob>")
    said = words(bot.last(DAVE))
    assert "Event types of Bob Stone" in said
    assert "Sales call" in said
    assert "Intro call" not in said


async def test_hidden_ones_of_a_colleague_stay_hidden(bot: Rig) -> None:
    await bot.command(DAVE, "types cal.com/bob")
    assert "Sales call" in words(bot.last(DAVE))
    await bot.command(ALICE, "types cal.com/alice")
    assert "Confidential" not in words(bot.last(ALICE))


async def test_a_page_of_a_colleague_stays_the_colleagues(bot: Rig) -> None:
    add_event_types(bot, 30)
    await bot.command(DAVE, "types cal.com/alice")
    await press(bot, DAVE, "Next page")
    assert "Event types of Alice Martin" in words(bot.last(DAVE))
    await press(bot, DAVE, "Slots")
    assert button(bot.last(DAVE), "Later")[1]["value"].endswith("|alice")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("types zebra", "no event type called “zebra”"),
        ("types cal.com/nobody-there", "nothing to book with nobody-there"),
        ("types <@U0DAVE|dave>", "I cannot find a Cal.com account for Dave Okoro"),
        ("types @someone", "I cannot tell who @someone is"),
    ],
)
async def test_what_cannot_be_found_is_told_with_what_to_do(
    bot: Rig, typed: str, said: str
) -> None:
    await bot.command(DAVE, typed)
    assert said in bot.last(DAVE).text


async def test_no_event_types_say_what_to_do(bot: Rig) -> None:
    bot.cal.event_types.clear()
    await bot.command(DAVE, "types")
    assert "Make one in Cal.com" in bot.last(DAVE).text


@pytest.mark.parametrize("value", ["", "x|", "-1|", "9999999999999|", "1e5|bob", "²|"])
async def test_a_forged_page_is_told_apart(bot: Rig, value: str) -> None:
    add_event_types(bot, 30)
    await bot.command(DAVE, "types")
    before = len(bot.seen(DAVE))
    await press_forged(bot, DAVE, "Next page", value)
    assert "out of date" in bot.last(DAVE).text
    assert len(bot.seen(DAVE)) == before + 1


async def test_cal_com_away_is_told(bot: Rig) -> None:
    bot.faults.refuse.append(Refusal(503, match="GET", count=50))
    await bot.command(DAVE, "types")
    assert "Cal.com is not answering" in bot.last(DAVE).text
