"""Help and unknown words: answered at once, with nobody asked but for a language not known yet."""

import pytest

from tests.harness import ALICE, DAVE, Rig
from tests.slack.pressing import labels, press


@pytest.mark.parametrize("typed", ["", "help", "  HELP "])
async def test_help_is_the_answer_itself(bot: Rig, typed: str) -> None:
    await bot.command(DAVE, typed)
    assert bot.slack_calls() == ["users.info", "response_url"], "the first time, for the language"
    bot.forget_calls()
    outcome = await bot.command(DAVE, typed)
    assert outcome.ok
    assert "`/cal slots [what] [when]`" in bot.last(DAVE).text
    assert bot.cal_calls() == []
    assert bot.slack_calls() == []


async def test_only_the_one_who_asked_sees_it(bot: Rig) -> None:
    await bot.command(DAVE, "help")
    assert all("/cal slots" not in message.text for message in bot.seen(ALICE))


async def test_an_unknown_word_gets_the_nearest_with_a_button_that_works(bot: Rig) -> None:
    await bot.command(DAVE, "help")
    bot.forget_calls()
    await bot.command(DAVE, "typse")
    assert "I do not know “typse”. Did you mean `/cal types`?" in bot.last(DAVE).text
    assert bot.slack_calls() == []
    await press(bot, DAVE, "/cal types")
    assert "Event types" in bot.last(DAVE).text


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Event types", "Intro call"),
        ("Open times", "Which meeting?"),
        ("Availability", "When Alice Martin can be booked"),
        ("Bookings", "You have no upcoming bookings."),
        ("Today", "nothing is booked"),
        ("Next meeting", "Nothing is coming up."),
        ("Reschedule", "no upcoming booking that can be moved"),
        ("Cancel one", "no upcoming booking that can be cancelled"),
        ("Requests", "No booking is waiting to be confirmed."),
        ("Working hours", "Working hours are shown to the owner"),
        ("Status", "You have no notification rules of your own"),
    ],
)
async def test_every_button_starts_its_flow(bot: Rig, label: str, said: str) -> None:
    await bot.command(DAVE, "help")
    await press(bot, DAVE, label)
    assert said in bot.last(DAVE).text


@pytest.mark.parametrize("label", ["Book a meeting", "Settings"])
async def test_buttons_that_open_a_modal(bot: Rig, label: str) -> None:
    await bot.command(DAVE, "help")
    outcome = await press(bot, DAVE, label)
    assert outcome.ok
    assert bot.modal(DAVE) is not None


async def test_a_word_of_another_script_is_named_and_harmless(bot: Rig) -> None:
    await bot.command(DAVE, "予約 <!channel>")
    assert "<!channel>" not in bot.last(DAVE).text
    assert "Open times" in labels(bot.last(DAVE))


async def test_where_slack_does_not_tell_the_language_help_is_english(bot: Rig) -> None:
    bot.slack.refuse("users.info", 500, times=5)
    await bot.command(DAVE, "help")
    assert "Find a time and book it" in bot.last(DAVE).text
