"""Somebody waits to meet at once: the first of the team to press *Take it* is given the way in."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.rules import Detail, Look
from bot.sandbox.calcom import instant
from bot.sandbox.calcom.booking import Request
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.messages import Message
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import WES
from tests.slack.pressing import button, event_type, labels, press
from tests.slack.ruling import FIRST, stored
from tests.subscribing import WEBHOOK_SECRET

BOB_ID, CAROL_ID = 2, 3
TAKE = "Take it"
HOOK = "http://bot.test/webhooks/cal"


async def asking(bot: Rig, detail: Detail = Detail.FULL, *, asks: bool = True) -> None:
    """#bookings hears of calls, and (`asks`) is asked who takes them."""
    rule = await stored(bot, FIRST)
    await bot.bot.store.rules.save(replace(rule, look=Look(detail, asks=asks)))
    for team in bot.cal.teams.values():
        wanted = ["INSTANT_MEETING", "INSTANT_MEETING_ACCEPTED"]
        bot.cal.subscribe(HOOK, wanted, secret=WEBHOOK_SECRET, team_id=team.id)


async def called(bot: Rig) -> Booking:
    """Wes wants to meet the help desk now."""
    asked = Request(event_type(bot, "help-desk"), bot.clock(), WES)
    made = await instant.call(bot.cal, asked)
    await bot.settle()
    return made.booking


@pytest.fixture
async def waiting(bot: Rig) -> Booking:
    await asking(bot)
    return await called(bot)


def card(bot: Rig) -> Message:
    """The one of #bookings that everybody sees."""
    (found,) = [m for m in flows.cards(bot) if not m.ephemeral_to]
    return found


def told(bot: Rig, user: str) -> Message:
    """What only this person was told last."""
    return [m for m in bot.seen(user, "bookings") if m.ephemeral_to == user][-1]


def links(message: Message) -> list[str]:
    blocks = [block for block in message.blocks if block["type"] == "actions"]
    return [
        e["url"] for block in blocks for e in block["elements"] if "connect" in e.get("url", "")
    ]


async def test_the_card_says_that_somebody_waits_and_how_to_take_it(
    bot: Rig, waiting: Booking
) -> None:
    said = words(card(bot))
    assert "📞 Somebody waits to meet now" in said
    assert "Wes" in said
    assert labels(card(bot)) == [TAKE, "More"]
    assert "connect-and-join" not in str(card(bot).blocks) + card(bot).text
    assert "*Host*" not in said


async def test_the_first_gets_the_way_in_alone_and_the_card_says_who(
    bot: Rig, waiting: Booking
) -> None:
    await press(bot, CAROL, TAKE, card(bot))
    assert "You have it: they wait for you now" in words(told(bot, CAROL))
    (link,) = links(told(bot, CAROL))
    assert link.startswith(f"{bot.cal.web_url}/connect-and-join?token=")
    after = card(bot)
    assert "*Taken by*\nCarol Iyer" in words(after)
    assert labels(after) == ["More"]
    assert "connect-and-join" not in str(after.blocks) + after.text
    assert waiting.status is Status.PENDING  # it is answered in the browser, by whoever follows it


async def test_of_two_at_once_one_is_let_in(bot: Rig, waiting: Booking) -> None:
    message = card(bot)
    block, pressed = button(message, TAKE)
    await asyncio.gather(
        *(
            bot.people.click(user, message, pressed["action_id"], block=block)
            for user in (CAROL, BOB)
        )
    )
    await bot.settle()
    let_in = [user for user in (CAROL, BOB) if links(told(bot, user))]
    assert len(let_in) == 1
    (other,) = {CAROL, BOB} - set(let_in)
    name = "Carol Iyer" if let_in == [CAROL] else "Bob Stone"
    assert f"{name} has it: claimed before you." in words(told(bot, other))


async def test_whose_it_is_gets_the_way_in_again(bot: Rig, waiting: Booking) -> None:
    message = replace(card(bot))
    await press(bot, CAROL, TAKE, message)
    first = links(told(bot, CAROL))
    bot.clock.advance(seconds=5)
    await press(bot, CAROL, TAKE, message)
    assert links(told(bot, CAROL)) == first


@pytest.mark.parametrize("user", [ALICE, DAVE])
async def test_who_is_no_host_is_not_let_in(bot: Rig, waiting: Booking, user: str) -> None:
    await press(bot, user, TAKE, card(bot))
    assert "Only its hosts at Cal.com can take it." in words(told(bot, user))
    assert links(told(bot, user)) == []
    assert TAKE in labels(card(bot))


async def test_once_they_met_the_card_is_a_bookings(bot: Rig, waiting: Booking) -> None:
    await press(bot, CAROL, TAKE, card(bot))
    bot.clock.advance(seconds=20)
    await instant.accept(bot.cal, waiting, bot.cal.users[CAROL_ID])
    await bot.settle()
    said = words(card(bot))
    assert "✅ Booked" in said
    assert "*Host*\nCarol Iyer" in said
    assert "*Taken by*\nCarol Iyer" in said
    assert "Claim" not in labels(card(bot))


async def test_who_answered_at_cal_com_has_it(bot: Rig, waiting: Booking) -> None:
    message = replace(card(bot))
    waiting.status, waiting.host_id = Status.ACCEPTED, BOB_ID
    await press(bot, CAROL, TAKE, message)
    assert "Bob Stone has answered already." in words(told(bot, CAROL))
    assert links(told(bot, CAROL)) == []


async def test_when_the_time_is_over_the_card_says_so(bot: Rig, waiting: Booking) -> None:
    message = replace(card(bot))
    bot.clock.advance(seconds=89)
    await bot.settle()
    assert TAKE in labels(card(bot))
    bot.clock.advance(seconds=1)
    await press(bot, CAROL, TAKE, message)
    assert "The time is over: nobody waits there any more." in words(told(bot, CAROL))
    assert "⌛ Nobody answered in time" in words(card(bot))
    assert labels(card(bot)) == ["More"]


async def test_an_answer_that_no_webhook_brought_is_seen_when_the_time_is_over(
    bot: Rig, waiting: Booking
) -> None:
    waiting.status, waiting.host_id = Status.ACCEPTED, BOB_ID
    bot.clock.advance(seconds=91)
    await bot.settle()
    said = words(card(bot))
    assert "✅ Booked" in said
    assert "*Host*\nBob Stone" in said
    assert "Nobody answered" not in said


async def test_who_answers_later_all_the_same_is_shown(bot: Rig, waiting: Booking) -> None:
    """An event type may let people wait for longer than we know."""
    bot.clock.advance(seconds=91)
    await bot.settle()
    assert "Nobody answered in time" in words(card(bot))
    await instant.accept(bot.cal, waiting, bot.cal.users[BOB_ID])
    await bot.settle()
    assert "✅ Booked" in words(card(bot))


async def test_an_answered_call_is_not_called_missed(bot: Rig, waiting: Booking) -> None:
    await instant.accept(bot.cal, waiting, bot.cal.users[BOB_ID])
    await bot.settle()
    bot.clock.advance(seconds=91)
    await bot.settle()
    assert "Nobody answered" not in words(card(bot))


async def test_a_place_that_is_told_less_is_told_no_more(bot: Rig) -> None:
    await asking(bot, Detail.BUSY)
    await called(bot)
    assert labels(card(bot)) == [TAKE, "More"]
    await press(bot, CAROL, TAKE, card(bot))
    (link,) = links(told(bot, CAROL))
    said = words(card(bot)) + str(card(bot).blocks)
    assert "Wes" not in said
    assert "Help desk" not in said
    assert link not in said


async def test_where_nobody_is_asked_the_team_finds_the_way_in_on_the_card(bot: Rig) -> None:
    await asking(bot, asks=False)
    await called(bot)
    assert labels(card(bot)) == ["Answer", "More"]
    assert len(links(card(bot))) == 1


async def test_where_less_is_told_there_is_no_way_in(bot: Rig) -> None:
    await asking(bot, Detail.INITIALS, asks=False)
    await called(bot)
    assert labels(card(bot)) == ["More"]


async def test_what_it_costs(bot: Rig, waiting: Booking) -> None:
    """Nothing is written at Cal.com; at Slack the answer, the card and its thread."""
    await press(bot, DAVE, TAKE, card(bot))  # the team's people and event types are known by now
    bot.forget_calls()
    await press(bot, CAROL, TAKE, card(bot))
    assert [call for call in bot.cal_calls() if not call.startswith("GET")] == []
    methods = ["chat.postMessage", "chat.update", "response_url", "users.info"]
    assert sorted(bot.slack_calls()) == methods
