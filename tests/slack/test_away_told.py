"""Rules are told of days out of office: by Cal.com where its own page was used, by us where they
were said in Slack, which Cal.com announces to nobody."""

from typing import Any

import httpx
import pytest

from bot.domain.rules import Detail, Look, News, Place, Rule
from bot.sandbox.calcom import absences
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.slack.messages import Message
from bot.slack import ids
from tests.harness import ALICE, Rig, words
from tests.slack import flows, ruling
from tests.slack.flows import fill
from tests.slack.pressing import press

PAGE: dict[str, Any] = {
    "username": "alice",
    "start": "2026-12-24T00:00:00Z",
    "end": "2026-12-28T00:00:00Z",
    "reason": "vacation",
    "notes": "skiing",
    "toUserId": 2,
}
TOLD: dict[Detail, list[str]] = {
    Detail.FULL: ["First day", "Last day", "Reason", "Stand-in", "Notes"],
    Detail.INITIALS: ["First day", "Last day", "Stand-in"],
    Detail.BUSY: ["First day", "Last day"],
}


async def rule(bot: Rig, look: Look) -> None:
    """Days out of office are announced in #random."""
    place = Place(ruling.TEAM, "C0RANDOM")
    bot.slack.channels["C0RANDOM"].members.add(bot.slack.app.bot_user_id)
    await ruling.keep(bot, Rule("r-away", place, news=(News.AWAY,), look=look, owner=ALICE))


def shown(bot: Rig) -> list[Message]:
    return bot.seen(ALICE, "random")


async def on_the_page(bot: Rig) -> None:
    """Alice uses Cal.com's own page."""
    bot.cal.subscriptions["by-hand"].triggers.append("OOO_CREATED")
    transport = httpx.ASGITransport(app=cal_app.build(bot.cal))
    async with httpx.AsyncClient(transport=transport, base_url="http://cal.test") as http:
        assert (await http.post("/sandbox/away", json=PAGE)).status_code == 201
    await bot.settle()


async def in_slack(bot: Rig) -> None:
    await bot.command(ALICE, "away 24 dec - 28 dec")
    await fill(bot, ALICE, ids.REASON, "vacation")
    await fill(bot, ALICE, ids.NOTES, "skiing")
    await fill(bot, ALICE, ids.COVER, "2")
    await bot.submit(ALICE)
    await bot.people.close(ALICE, all=True)


@pytest.mark.parametrize("detail", list(Detail))
@pytest.mark.parametrize("way", [on_the_page, in_slack])
async def test_who_is_away_from_when_to_when(bot: Rig, way: Any, detail: Detail) -> None:
    await rule(bot, Look(detail))
    await way(bot)
    (card,) = shown(bot)
    title, *lines = card.text.splitlines()
    assert title == "📣 Alice Martin is out of office"
    said = dict(line.split(": ", 1) for line in lines)
    assert list(said) == TOLD[detail]
    everything = {
        "First day": "Thu 24 Dec 2026",
        "Last day": "Mon 28 Dec 2026",
        "Reason": "Vacation",
        "Stand-in": "Bob Stone",
        "Notes": "skiing",
    }
    assert said == {label: everything[label] for label in said}


async def test_both_ways_of_telling_it_are_one_card(bot: Rig) -> None:
    """Should Cal.com come to announce what its API did, nothing is told twice."""
    await rule(bot, Look())
    await in_slack(bot)
    (entry,) = bot.cal.away.values()
    await absences.announce(bot.cal, entry)
    await bot.settle()
    assert len(shown(bot)) == 1


async def test_the_card_follows_the_change_and_the_end(bot: Rig) -> None:
    await rule(bot, Look())
    await in_slack(bot)
    await bot.command(ALICE, "away")
    await press(bot, ALICE, "Edit")
    await fill(bot, ALICE, ids.AWAY_UNTIL, "2027-01-02")
    await bot.submit(ALICE)
    await bot.people.close(ALICE, all=True)
    (card,) = shown(bot)
    assert "Last day: Sat 2 Jan 2027" in card.text
    await bot.command(ALICE, "away")
    await press(bot, ALICE, "Delete")
    (card,) = shown(bot)
    assert card.text.startswith("📣 Alice Martin is not out of office after all")


async def test_it_is_said_in_the_language_of_the_rule(bot: Rig) -> None:
    await rule(bot, Look(language="de"))
    await in_slack(bot)
    assert "Do., 24. Dez. 2026" in words(shown(bot)[-1])


async def test_what_cannot_be_told_is_saved_all_the_same(bot: Rig) -> None:
    await rule(bot, Look())
    await bot.command(ALICE, "away 24 dec")
    async with flows.store_goes_during(bot, "POST /v2/me/ooo"):
        await flows.done(bot, bot.people.submit(ALICE))
        assert "Saved" in words(flows.front(bot, ALICE))
    assert len(bot.cal.away) == 1
