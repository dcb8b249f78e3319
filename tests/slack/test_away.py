"""`/cal away`, as people go through it."""

from datetime import date

import pytest

from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack.flows import fill, refuse
from tests.slack.pressing import press, press_forged


async def add(bot: Rig, first: str, last: str) -> Outcome:
    await bot.command(ALICE, "away")
    await press(bot, ALICE, "Add")
    await fill(bot, ALICE, ids.AWAY_FROM, first)
    await fill(bot, ALICE, ids.AWAY_UNTIL, last)
    await fill(bot, ALICE, ids.REASON, "vacation")
    await fill(bot, ALICE, ids.NOTES, "Back <!channel> soon")
    return await bot.submit(ALICE)


async def test_days_are_added_shown_and_taken_back(bot: Rig) -> None:
    saved = words((await add(bot, "2026-12-24", "2026-12-28")).view)
    assert "Thu 24 Dec – Mon 28 Dec: Vacation" in saved
    (kept,) = bot.cal.away.values()
    assert (kept.start.date(), kept.end.date()) == (date(2026, 12, 24), date(2026, 12, 28))
    await bot.people.close(ALICE, all=True)
    await bot.command(ALICE, "away")
    assert "Vacation" in words(bot.last(ALICE))
    assert "<!channel>" not in words(bot.last(ALICE))
    await press(bot, ALICE, "Delete")
    assert not bot.cal.away


async def test_nothing_is_open_on_these_days_and_what_stands_is_said(bot: Rig) -> None:
    saved = words((await add(bot, "2026-11-24", "2026-11-27")).view)
    assert "stand on these days" in saved
    await bot.command(DAVE, "slots intro friday")
    assert "Fri 27 Nov:" not in bot.last(DAVE).text


async def test_it_is_saved_where_the_bookings_cannot_be_counted(bot: Rig) -> None:
    refuse(bot, 503, "GET /v2/bookings", count=9)
    saved = words((await add(bot, "2026-11-24", "2026-11-27")).view)
    assert "Saved" in saved
    assert "could not be found out" in saved
    assert len(bot.cal.away) == 1


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("2026-12-28", "2026-12-24", "before the first"), ("2026-01-01", "2026-01-02", "over")],
)
async def test_complaints_stand_at_their_field(bot: Rig, first: str, last: str, said: str) -> None:
    assert said in (await add(bot, first, last)).errors[ids.AWAY_UNTIL]


async def test_who_may_not_is_told_who_may(bot: Rig) -> None:
    await bot.command(DAVE, "away")
    assert "owner of the Cal.com account" in words(bot.last(DAVE))


async def test_a_forged_id_deletes_nothing(bot: Rig) -> None:
    await add(bot, "2026-12-24", "2026-12-28")
    await bot.people.close(ALICE, all=True)
    await bot.command(ALICE, "away")
    await press_forged(bot, ALICE, "Delete", "999")
    assert len(bot.cal.away) == 1


async def test_a_server_without_it_is_said_to_have_a_page(bot: Rig) -> None:
    bot.cal.hosted = False
    await bot.command(ALICE, "away")
    assert "Use its web page instead" in words(bot.last(ALICE))


@pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)
async def test_over_v1_the_same_is_said(bot: Rig) -> None:
    await bot.command(ALICE, "away")
    assert "Use its web page instead" in words(bot.last(ALICE))
