"""`/cal schedule`, as people go through it."""

from datetime import date, time

from bot.sandbox.calcom.model import Override
from tests.harness import ALICE, DAVE, Rig, words


async def test_the_owner_sees_the_working_hours(bot: Rig) -> None:
    bot.cal.schedules[11].overrides.append(Override(date(2026, 12, 24), time(9), time(12)))
    bot.cal.schedules[11].overrides.append(Override(date(2026, 12, 25), time(0), time(0)))
    await bot.command(ALICE, "schedule")
    said = words(bot.last(ALICE))
    assert "Mon–Fri 9:00 AM–5:30 PM" in said
    assert "Paris time (UTC+1)" in said
    assert "Thu 24 Dec: 9:00 AM–12:00 PM" in said
    assert "Fri 25 Dec" in said
    assert bot.slack_calls() == ["users.info", "response_url"]


async def test_somebody_else_is_told_who_may_and_what_to_do_instead(bot: Rig) -> None:
    await bot.command(DAVE, "schedule")
    told = bot.last(DAVE).text
    assert "owner of the Cal.com account" in told
    assert "`/cal availability`" in told
    assert not any("schedules" in call for call in bot.cal_calls())
