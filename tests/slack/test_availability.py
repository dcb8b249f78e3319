"""`/cal availability`, as people go through it: whose hours are whose to see."""

from dataclasses import replace

import pytest

from bot.sandbox.slack.people import Person
from bot.slack.views.availability import Days
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.pressing import button, labels, press, press_forged


def reads_hours(bot: Rig) -> bool:
    """Whether the account's own hours were asked for."""
    return "GET /v2/schedules/default" in bot.cal_calls()


async def test_the_owner_sees_free_busy_and_working_hours(bot: Rig) -> None:
    await bot.command(ALICE, "availability")
    said = words(bot.last(ALICE))
    assert reads_hours(bot)
    assert "Free and busy hours" in said
    assert "Busy: 11:30 AM–12:00 PM" in said
    assert "Working hours: 9:00 AM–5:30 PM" in said
    assert "Paris time (UTC+1)" in said
    assert said.count("Working hours: 9:00") == 2 * 5  # in text and in blocks, of Mon to Fri


async def test_a_day_is_that_day(bot: Rig) -> None:
    await bot.command(ALICE, "availability tomorrow")
    said = words(bot.last(ALICE))
    assert "You asked for: Tomorrow, Wed 25 Nov" in said
    assert "Thu 26 Nov" not in said
    await press(bot, ALICE, "Later")
    said = words(bot.last(ALICE))
    assert "Thu 26 Nov" in said
    assert "You asked for" not in said


async def test_a_week_is_that_week(bot: Rig) -> None:
    await bot.command(ALICE, "availability next week")
    said = words(bot.last(ALICE))
    assert "*Mon 30 Nov*" in said
    assert "*Sun 6 Dec*" in said
    assert "24 Nov" not in said


async def test_somebody_else_sees_only_when_the_account_can_be_booked(bot: Rig) -> None:
    await bot.command(DAVE, "availability")
    said = words(bot.last(DAVE))
    assert "When Alice Martin can be booked" in said
    assert "Busy" not in said
    assert "Working hours" not in said
    assert not reads_hours(bot)


async def test_an_admin_sees_the_accounts_hours(bot: Rig) -> None:
    bot.slack.add_person(
        Person("U0ADA", "ada", "Ada Admin", "ada@example.com", "Europe/Paris", is_admin=True)
    )
    bot.slack.channels["C0GENERAL"].members.add("U0ADA")
    await bot.command("U0ADA", "availability")
    assert reads_hours(bot)


async def test_the_owner_need_not_be_an_admin(bot: Rig) -> None:
    bot.slack.add_person(replace(bot.slack.person(ALICE), is_admin=False))
    await bot.command(ALICE, "availability")
    assert "Free and busy hours" in words(bot.last(ALICE))


@pytest.mark.parametrize("reader", [ALICE, DAVE])
async def test_a_colleagues_is_theirs_and_not_ones_own(bot: Rig, reader: str) -> None:
    await bot.command(reader, f"availability <@{BOB}|bob>")
    said = words(bot.last(reader))
    assert "When Bob Stone can be booked" in said
    assert "As open for Contract question (15 min)" in said
    assert "Busy" not in said
    assert not reads_hours(bot)
    types = [call.query.get("eventTypeId") for call in bot.cal.log if call.path == "/v2/slots"]
    owners = {bot.cal.event_types[int(each)].owner_id for each in types if each}
    assert owners == {2}


async def test_pages_of_a_colleague_stay_theirs_and_lead_to_their_slots(bot: Rig) -> None:
    await bot.command(ALICE, f"availability <@{BOB}|bob>")
    before = len(bot.seen(ALICE))
    await press(bot, ALICE, "Later")
    assert "When Bob Stone can be booked" in words(bot.last(ALICE))
    await press(bot, ALICE, "Earlier")
    assert "*Today, Tue 24 Nov*" in words(bot.last(ALICE))
    assert len(bot.seen(ALICE)) == before
    await press(bot, ALICE, "Pick a time")
    assert "*Contract question* (15 min)" in words(bot.last(ALICE))


async def test_the_owner_by_name_is_the_owner(bot: Rig) -> None:
    await bot.command(ALICE, f"availability <@{ALICE}|alice>")
    assert "Free and busy hours" in words(bot.last(ALICE))
    await bot.command(DAVE, f"availability <@{ALICE}|alice>")
    assert "When Alice Martin can be booked" in words(bot.last(DAVE))


async def test_an_event_type_is_what_it_is_seen_by(bot: Rig) -> None:
    await bot.command(ALICE, "availability demo")
    assert "As open for Product demo (45 min)" in words(bot.last(ALICE))


async def test_somebody_unknown_to_cal_com_is_told(bot: Rig) -> None:
    await bot.command(ALICE, f"availability <@{DAVE}|dave>")
    assert "I cannot find a Cal.com account for Dave Okoro" in bot.last(ALICE).text


async def test_hours_cannot_be_forged_out_of_a_button(bot: Rig) -> None:
    await bot.command(DAVE, "availability")
    bot.forget_calls()
    own = Days.decode(button(bot.last(DAVE), "Later")[1]["value"])
    assert own is not None
    forged = Days(own.first, own.last).encode()
    await press_forged(bot, DAVE, "Later", forged)
    assert "Only the account's owner and the admins" in bot.last(DAVE).text
    assert bot.cal_calls() == []


@pytest.mark.parametrize("value", ["", "x|7|", "2026-11-24|99|", "9999-12-31|31||||", "|||||"])
async def test_a_forged_page_is_told(bot: Rig, value: str) -> None:
    await bot.command(ALICE, "availability")
    await press_forged(bot, ALICE, "Later", value)
    assert "out of date" in bot.last(ALICE).text


async def test_an_old_button_does_not_lead_into_the_past(bot: Rig) -> None:
    await bot.command(ALICE, "availability")
    bot.clock.advance(days=20)
    await press(bot, ALICE, "Later", bot.last(ALICE))
    assert "*Today, Mon 14 Dec*" in words(bot.last(ALICE))
    assert "Earlier" not in labels(bot.last(ALICE))
