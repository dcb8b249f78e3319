"""`/cal settings`, as people go through it."""

import pytest

from bot.domain.people import Preferences
from bot.sandbox.calcom.faults import Refusal
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack.pressing import add_event_types, event_type, press


async def stored(bot: Rig, user: str) -> Preferences:
    return await bot.bot.deps.preferences.preferences(bot.slack.team_id, user)


async def pick_zone(bot: Rig, user: str, typed: str, value: str) -> None:
    await bot.people.options(user, ids.ZONE, typed)
    await bot.fill(user, ids.ZONE, value)


async def test_it_opens_before_anything_is_asked(bot: Rig) -> None:
    await bot.command(DAVE, "settings")
    assert bot.slack_calls()[0] == "views.open"
    assert "In Slack: Europe/London." in words(bot.modal(DAVE))


async def test_a_zone_is_searched_and_kept_and_used(bot: Rig) -> None:
    await bot.command(DAVE, "settings")
    loaded = await bot.people.options(DAVE, ids.ZONE, "kolk")
    found = [(o["text"]["text"], o["value"]) for o in loaded.options["options"]]
    assert ("Asia/Kolkata (UTC+5:30)", "Asia/Kolkata") in found
    await bot.fill(DAVE, ids.ZONE, "Asia/Kolkata")
    outcome = await bot.submit(DAVE)
    assert "Saved" in words(outcome.view)
    assert "Kolkata time (UTC+5:30)" in words(outcome.view)
    assert (await stored(bot, DAVE)).time_zone == "Asia/Kolkata"
    await bot.command(DAVE, "slots intro")
    assert "Kolkata time (UTC+5:30)" in words(bot.last(DAVE))


async def test_the_clock_is_kept_and_used(bot: Rig) -> None:
    await bot.command(DAVE, "settings")
    await bot.fill(DAVE, ids.VALUE, "24", block=ids.CLOCK)
    await bot.submit(DAVE)
    assert (await stored(bot, DAVE)).hour12 is False
    await bot.command(DAVE, "slots intro fri 3pm")
    assert "15:00" in words(bot.last(DAVE))


async def test_what_is_stored_is_shown_and_can_be_taken_back(bot: Rig) -> None:
    await bot.command(DAVE, "settings")
    await pick_zone(bot, DAVE, "tokyo", "Asia/Tokyo")
    await bot.fill(DAVE, ids.VALUE, "12", block=ids.CLOCK)
    await bot.fill(DAVE, ids.VALUE, str(event_type(bot, "demo").id), block=ids.DEFAULT_EVENT_TYPE)
    outcome = await bot.submit(DAVE)
    assert "Default event type: Product demo" in words(outcome.view)
    await bot.command(DAVE, "settings")
    said = words(bot.modal(DAVE))
    assert "Asia/Tokyo (UTC+9)" in said
    loaded = await bot.people.options(DAVE, ids.ZONE, "")
    assert loaded.options["options"][0]["text"]["text"] == "As in Slack"
    await bot.fill(DAVE, ids.ZONE, "slack")
    await bot.fill(DAVE, ids.VALUE, "slack", block=ids.CLOCK)
    await bot.fill(DAVE, ids.VALUE, "ask", block=ids.DEFAULT_EVENT_TYPE)
    await bot.submit(DAVE)
    assert await stored(bot, DAVE) == Preferences()


async def test_settings_are_each_persons_own(bot: Rig) -> None:
    await bot.command(DAVE, "settings")
    await bot.fill(DAVE, ids.VALUE, "24", block=ids.CLOCK)
    await bot.submit(DAVE)
    assert await stored(bot, ALICE) == Preferences()


async def test_saved_twice_is_saved_once_more(bot: Rig) -> None:
    for _ in range(2):
        await bot.command(DAVE, "settings")
        await bot.fill(DAVE, ids.VALUE, "24", block=ids.CLOCK)
        assert "Saved" in words((await bot.submit(DAVE)).view)
    assert await stored(bot, DAVE) == Preferences(hour12=False)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "x" * 70, "<!channel>"])
async def test_a_forged_zone_is_refused_at_its_field(bot: Rig, zone: str) -> None:
    await bot.command(DAVE, "settings")
    view = bot.modal(DAVE)
    assert view is not None
    view.values[ids.TIME_ZONE][ids.ZONE]["selected_option"] = {
        "text": {"type": "plain_text", "text": "forged"},
        "value": zone,
    }
    outcome = await bot.submit(DAVE)
    assert "is not a time zone that I know" in outcome.errors[ids.TIME_ZONE]
    assert await stored(bot, DAVE) == Preferences()


async def test_a_default_that_is_not_offered_keeps_the_form(bot: Rig) -> None:
    await bot.command(DAVE, "settings")
    await bot.fill(DAVE, ids.VALUE, "24", block=ids.CLOCK)
    demo = event_type(bot, "demo")
    await bot.fill(DAVE, ids.VALUE, str(demo.id), block=ids.DEFAULT_EVENT_TYPE)
    del bot.cal.event_types[demo.id]
    bot.clock.advance(hours=1)
    outcome = await bot.submit(DAVE)
    said = words(outcome.view)
    assert "Cal.com does not have that any more. Nothing was saved." in said
    assert await stored(bot, DAVE) == Preferences()


async def test_without_cal_com_the_rest_can_be_set(bot: Rig) -> None:
    bot.faults.refuse.append(Refusal(503, match="GET", count=100))
    await bot.command(DAVE, "settings")
    assert "Cal.com is not answering" in words(bot.modal(DAVE))
    await bot.fill(DAVE, ids.VALUE, "24", block=ids.CLOCK)
    outcome = await bot.submit(DAVE)
    assert "Saved" in words(outcome.view)
    assert await stored(bot, DAVE) == Preferences(hour12=False)


async def test_a_stored_default_survives_when_cal_com_is_away(bot: Rig) -> None:
    demo = event_type(bot, "demo").id
    await bot.bot.deps.preferences.set_preferences(
        bot.slack.team_id, DAVE, Preferences(default_event_type=demo)
    )
    bot.faults.refuse.append(Refusal(503, match="GET", count=100))
    await bot.command(DAVE, "settings")
    await bot.submit(DAVE)
    assert (await stored(bot, DAVE)).default_event_type == demo


async def test_three_hundred_event_types_are_searched(bot: Rig) -> None:
    add_event_types(bot, 292)
    await bot.command(DAVE, "settings")
    loaded = await bot.people.options(DAVE, ids.FIND_EVENT_TYPE, "extra 77")
    (none, found) = loaded.options["options"]
    assert none["text"]["text"] == "Ask me every time"
    await bot.fill(DAVE, ids.FIND_EVENT_TYPE, found["value"])
    await bot.submit(DAVE)
    assert (await stored(bot, DAVE)).default_event_type == int(found["value"])


async def test_slots_lead_to_the_settings(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    await press(bot, DAVE, "Time zone …")
    assert "Time zone" in words(bot.modal(DAVE))
