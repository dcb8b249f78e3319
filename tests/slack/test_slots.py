"""`/cal slots`, as people go through it. It is Tuesday, 9:00 in Paris."""

import re
from datetime import UTC, datetime, time

import pytest

from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.calcom.model import Hours
from bot.slack import ids
from bot.slack.forms import Pick
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.pressing import (
    add_event_types,
    book,
    button,
    choose,
    controls,
    event_type,
    labels,
    press,
    press_forged,
)

MIRA = Person("Mira Novak", "mira@customer.example", "Europe/Prague")


def slot_labels(bot: Rig, user: str) -> list[str]:
    found = [e for _, e in controls(bot.last(user)) if e["action_id"].startswith(ids.SLOT)]
    return [element["text"]["text"] for element in found]


def pick(bot: Rig, user: str, label: str) -> Pick:
    return Pick.decode(button(bot.last(user), label)[1]["value"])


async def test_open_times_by_day_in_the_readers_zone(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    said = words(bot.last(DAVE))
    assert "*Intro call* (30 min)" in said
    assert "*Today, Tue 24 Nov*" in said
    assert "London time (UTC)" in said
    assert "8:00 AM" in slot_labels(bot, DAVE)
    await bot.command(CAROL, "slots intro")
    assert "1:30 PM" in slot_labels(bot, CAROL)


async def test_it_costs_one_question_and_one_answer(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    bot.clock.advance(minutes=2)
    bot.forget_calls()
    await bot.command(DAVE, "slots intro")
    assert bot.cal_calls() == ["GET /v2/slots"]
    assert bot.slack_calls() == ["response_url"]


async def test_a_day_is_read_and_echoed(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro next tue 15:00")
    said = words(bot.last(DAVE))
    assert "You asked for: Tue 1 Dec, 3:00 PM London time (UTC)" in said
    assert "Today" not in said
    assert slot_labels(bot, DAVE)[0] == "3:00 PM"


async def test_a_week_is_that_week(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro next week")
    said = words(bot.last(DAVE))
    assert "You asked for: Mon 30 Nov – Sun 6 Dec" in said
    assert "*Mon 30 Nov*" in said
    assert "*Fri 4 Dec*" in said


async def test_what_cannot_be_read_says_what_to_type(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro yesterday")
    assert "is in the past" in bot.last(DAVE).text
    assert bot.cal_calls() == []


async def test_without_a_type_one_is_chosen_and_the_day_kept(bot: Rig) -> None:
    await bot.command(DAVE, "slots fri")
    assert "Which meeting?" in words(bot.last(DAVE))
    before = len(bot.seen(DAVE))
    await choose(bot, DAVE, ids.SLOTS_EVENT_TYPE, str(event_type(bot, "demo").id))
    said = words(bot.last(DAVE))
    assert "*Product demo* (45 min)" in said
    assert "*Fri 27 Nov*" in said
    assert "Thu 26 Nov" not in said
    assert len(bot.seen(DAVE)) == before


async def test_another_type_and_another_length(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    await choose(bot, DAVE, ids.SLOTS_EVENT_TYPE, str(event_type(bot, "session").id))
    assert "*Working session* (30 min)" in words(bot.last(DAVE))
    await choose(bot, DAVE, ids.SLOTS_LENGTH, "90")
    assert "*Working session* (1 h 30 min)" in words(bot.last(DAVE))
    first = slot_labels(bot, DAVE)[0]
    assert pick(bot, DAVE, first).length == 90
    assert bot.cal.log[-1].query["duration"] == "90"


async def test_later_and_earlier_turn_in_place(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    before = len(bot.seen(DAVE))
    assert "Earlier" not in labels(bot.last(DAVE))
    await press(bot, DAVE, "Later")
    assert "*Tue 1 Dec*" in words(bot.last(DAVE))
    await press(bot, DAVE, "Earlier")
    assert "*Today, Tue 24 Nov*" in words(bot.last(DAVE))
    assert len(bot.seen(DAVE)) == before


async def test_every_open_time_is_reached_by_later(bot: Rig) -> None:
    for hours in bot.cal.schedules[11].hours:
        hours.days.extend(["Saturday", "Sunday"])
    await bot.command(DAVE, "slots intro")
    days: list[str] = []
    for _ in range(4):
        days += re.findall(r"\d+ (?:Nov|Dec)(?=\*)", words(bot.last(DAVE)))
        await press(bot, DAVE, "Later")
    assert days == [f"{n} Nov" for n in range(24, 31)] + [f"{n} Dec" for n in range(1, 14)]


async def test_a_slot_opens_the_form_on_it(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    label = slot_labels(bot, DAVE)[3]
    chosen = pick(bot, DAVE, label)
    await press(bot, DAVE, label)
    modal = bot.modal(DAVE)
    assert modal is not None
    assert chosen.start is not None
    assert "Intro call" in words(modal)
    initial = [
        b["element"]["initial_option"]["value"]
        for b in modal.body["blocks"]
        if b["block_id"].startswith("time:")
    ]
    assert [datetime.fromisoformat(value) for value in initial] == [chosen.start]


async def test_a_long_day_leads_to_the_form_for_the_rest(bot: Rig) -> None:
    bot.cal.schedules[11].hours = [Hours(["Wednesday"], time(0), time(23, 59))]
    await bot.command(DAVE, "slots intro tomorrow")
    assert len(slot_labels(bot, DAVE)) <= 20
    more = next(label for label in labels(bot.last(DAVE)) if "more on this day" in label)
    await press(bot, DAVE, more)
    assert bot.modal(DAVE) is not None


async def test_nothing_open_looks_ahead_once(bot: Rig) -> None:
    bot.cal.schedules[11].hours = []
    await bot.command(DAVE, "slots intro")
    assert "Nothing is open from Today, Tue 24 Nov until" in words(bot.last(DAVE))
    assert bot.cal_calls().count("GET /v2/slots") == 2
    assert "Later" in labels(bot.last(DAVE))


async def test_seats_left_are_on_the_button(bot: Rig) -> None:
    await bot.command(DAVE, "slots onboarding")
    found = slot_labels(bot, DAVE)
    assert any("(6 left)" in label for label in found)
    assert any("(4 left)" in label for label in found)


async def test_the_types_list_leads_to_slots(bot: Rig) -> None:
    await bot.command(DAVE, f"types <@{BOB}|bob>")
    before = len(bot.seen(DAVE))
    await press(bot, DAVE, "Slots")
    said = words(bot.last(DAVE))
    assert "*Sales call* (30 min) with Bob Stone" in said
    assert pick(bot, DAVE, slot_labels(bot, DAVE)[0]).owner == "bob"
    assert len(bot.seen(DAVE)) == before + 1


async def test_more_types_than_a_menu_takes_are_searched(bot: Rig) -> None:
    add_event_types(bot, 292)
    await bot.command(DAVE, "slots")
    message = bot.last(DAVE)
    loaded = await bot.people.options(DAVE, ids.SLOTS_EVENT_TYPE, "extra 29", container=message)
    values = [option["text"]["text"] for option in loaded.options["options"]]
    assert values == ["Extra 29 · 30 min", "Extra 290 · 30 min", "Extra 291 · 30 min"]
    chosen = loaded.options["options"][0]["value"]
    await bot.click(DAVE, message, ids.SLOTS_EVENT_TYPE, selected=chosen)
    assert "*Extra 29* (30 min)" in words(bot.last(DAVE))


async def test_the_search_answers_in_time_when_cal_com_does_not(bot: Rig) -> None:
    add_event_types(bot, 292)
    await bot.command(DAVE, "slots")
    bot.clock.advance(hours=1)
    bot.faults.refuse.append(Refusal(503, match="GET", count=50))
    loaded = await bot.people.options(DAVE, ids.SLOTS_EVENT_TYPE, "extra", container=bot.last(DAVE))
    assert loaded.options == {"options": []}


async def test_a_slot_that_is_booked_is_not_offered(bot: Rig) -> None:
    start = datetime(2026, 11, 26, 13, tzinfo=UTC)
    await bot.command(DAVE, "slots intro thu 1pm")
    assert slot_labels(bot, DAVE)[0] == "1:00 PM"
    await book(bot, "intro", start, MIRA)
    bot.clock.advance(minutes=5)
    await bot.command(DAVE, "slots intro thu 1pm")
    assert slot_labels(bot, DAVE)[0] == "1:30 PM"


@pytest.mark.parametrize(
    "value",
    ["", "x|||", "|||", "99999999999999999999|||", "1||99999999999|", "4||253402300799|", "1|2"],
)
async def test_a_forged_button_is_a_sentence(bot: Rig, value: str) -> None:
    await bot.command(DAVE, "slots intro")
    before = bot.last(DAVE).text
    await press_forged(bot, DAVE, "Later", value)
    told = bot.last(DAVE).text
    assert told != before
    assert "out of date" in told or "does not have that any more" in told


async def test_a_tap_twice_does_no_harm(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    message = bot.last(DAVE)
    await press(bot, DAVE, "Later", message)
    first = words(bot.last(DAVE))
    await press(bot, DAVE, "Earlier")
    await press(bot, DAVE, "Later")
    assert words(bot.last(DAVE)) == first


async def test_an_event_type_that_is_gone_is_told(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    del bot.cal.event_types[event_type(bot, "intro").id]
    bot.clock.advance(hours=1)
    await press(bot, DAVE, "Later")
    assert "does not have that any more" in bot.last(DAVE).text


async def test_cal_com_away_is_told(bot: Rig) -> None:
    await bot.command(DAVE, "types")
    bot.faults.refuse.append(Refusal(503, match="GET", count=50))
    await bot.command(DAVE, "slots intro")
    assert "Cal.com is not answering" in bot.last(DAVE).text


async def test_the_default_event_type_is_taken(bot: Rig) -> None:
    demo = event_type(bot, "demo").id
    await bot.command(ALICE, "settings")
    await bot.fill(ALICE, ids.VALUE, str(demo), block=ids.DEFAULT_EVENT_TYPE)
    await bot.submit(ALICE)
    await bot.command(ALICE, "slots fri")
    assert "*Product demo*" in words(bot.last(ALICE))


async def test_a_day_of_change_of_clocks_is_whole(bot: Rig) -> None:
    """29 March 2027 lasts 23 hours in Paris; the days around it are all there."""
    bot.cal.schedules[11].hours = [Hours(["Saturday", "Sunday", "Monday"], time(0), time(23, 59))]
    await bot.command(ALICE, "slots intro 27 mar")
    said = words(bot.last(ALICE))
    for day in ("Sat 27 Mar 2027", "Sun 28 Mar 2027", "Mon 29 Mar 2027"):
        assert f"*{day}*" in said


async def test_a_webhook_makes_open_times_be_asked_for_again(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro fri")
    bot.forget_calls()
    await bot.command(DAVE, "slots intro fri")
    assert bot.cal_calls() == []
    await book(bot, "intro", datetime(2026, 11, 27, 10, tzinfo=UTC), MIRA)
    bot.forget_calls()
    await bot.command(DAVE, "slots intro fri")
    assert bot.cal_calls() == ["GET /v2/slots"]
