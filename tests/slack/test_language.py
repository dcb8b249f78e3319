"""Everybody reads the bot in their own language, and a channel in the one its rule says."""

import re

from bot.domain.rules import Look, Place, Rule
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.flows import book, cards, fill, front, pick_time, refuse
from tests.slack.pressing import press
from tests.slack.ruling import at_public_url, keep, listed, more, rules, save, shown

pytestmark = at_public_url()


def speaks(bot: Rig, user: str, locale: str) -> None:
    bot.slack.person(user).locale = locale


async def test_two_people_side_by_side(bot: Rig) -> None:
    speaks(bot, DAVE, "de-DE")
    await bot.command(DAVE, "help")
    await bot.command(BOB, "help")
    assert "Zeit finden und buchen" in bot.last(DAVE).text
    assert "Find a time and book it" in bot.last(BOB).text


async def test_days_are_written_as_the_reader_writes_them(bot: Rig) -> None:
    speaks(bot, DAVE, "de-DE")
    await bot.command(DAVE, "slots intro")
    assert re.search(r"Mo\., 23\. Nov\.|Di\., 24\. Nov\.|Mi\., 25\. Nov\.", words(bot.last(DAVE)))


async def test_what_goes_wrong_is_said_so_too(bot: Rig) -> None:
    speaks(bot, DAVE, "de-DE")
    refuse(bot, 503, "GET /v2/bookings", count=9)
    await bot.command(DAVE, "bookings")
    assert "Cal.com antwortet" in words(bot.last(DAVE))


async def test_the_window_is_in_the_language_from_its_first_moment(bot: Rig) -> None:
    speaks(bot, DAVE, "de-DE")
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "book intro tomorrow")
    assert front(bot).body["submit"]["text"] == "Buchen"
    opened = next(call for call in bot.slack.calls if call.method == "views.open")
    assert opened.args["view"]["title"]["text"] == front(bot).body["title"]["text"]
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "Gebucht" in words(bot.modal(DAVE))


async def test_a_language_that_is_not_spoken_here_is_english(bot: Rig) -> None:
    speaks(bot, DAVE, "it-IT")
    await bot.command(DAVE, "help")
    assert "Find a time and book it" in bot.last(DAVE).text


async def test_a_channel_is_told_in_its_rules_language(bot: Rig) -> None:
    await keep(
        bot,
        Rule("r", Place(bot.slack.team_id, "C0BOOKINGS"), owner=ALICE, look=Look(language="de")),
    )
    speaks(bot, DAVE, "fr-FR")
    await book(bot)
    await bot.settle()
    card = cards(bot, BOB)[-1]
    assert "Gebucht" in words(card)
    assert "Booked" not in words(card)


async def test_a_new_rule_speaks_as_its_maker_and_can_be_changed(bot: Rig) -> None:
    speaks(bot, ALICE, "de-DE")
    await listed(bot)
    await press(bot, ALICE, "Für diesen Channel", shown(bot, ALICE))
    await more(bot)
    chosen = front(bot, ALICE).values[ids.LANGUAGE][ids.VALUE]["selected_option"]["value"]
    assert chosen == "de"
    await fill(bot, ALICE, ids.LANGUAGE, "ja")
    await save(bot)
    assert [rule.look.language for rule in await rules(bot) if rule.owner == ALICE] == ["ja"]


async def test_a_form_is_answered_in_the_language_also_when_it_was_open_for_long(bot: Rig) -> None:
    speaks(bot, DAVE, "de-DE")
    await bot.command(DAVE, "settings")
    bot.clock.advance(minutes=11)  # by now Slack would have to be asked again
    outcome = await bot.submit(DAVE)
    assert outcome.delivery
    assert "Wird gespeichert" in outcome.delivery.body.decode()
