"""Times are proposed, posted as buttons, and the press of one of them books it."""

import asyncio
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.domain.proposals import HELD_FOR, LEASE, State
from bot.sandbox.slack.injections import DROP, Injection
from bot.sandbox.slack.people import Person
from bot.services.answering import Claim
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.outsiders import Outsiders
from tests.slack.asking import answer, asking, field
from tests.slack.flows import (
    back,
    cut_off,
    direct,
    fill,
    front,
    has_block,
    holds,
    refuse,
)
from tests.slack.proposing import (
    NAMED,
    PLACE,
    actions,
    button,
    offered,
    posted,
    press,
    propose,
)
from tests.slack.test_holding import held

TAKE = f"{ids.TAKE_TIME}0"


async def stored(bot: Rig) -> list[State]:
    rows = await bot.bot.store.proposals.open_of(bot.slack.team_id, ALICE)
    return [row.state for row in rows]


async def look(bot: Rig, **later: float) -> None:
    """The worker comes round, so much later."""
    bot.clock.advance(**later)
    await bot.round("proposals")


async def test_proposed_posted_pressed_and_booked(bot: Rig) -> None:
    times = await propose(bot)
    assert held(bot) == times
    assert "Proposed to <@U0BOB>" in words(front(bot, ALICE))
    message = posted(bot)
    shown = words(message)
    assert "<@U0ALICE> proposes times for *Intro" in shown
    assert all(f"<!date^{int(start.timestamp())}^" in shown for start in times)
    await press(bot, BOB, message, f"{ids.TAKE_TIME}1")
    booking = bot.cal.bookings[-1]
    assert (booking.start, booking.attendees[0].email) == (times[1], "bob@example.com")
    assert booking.attendees[0].time_zone == "America/New_York"
    assert "is booked" in posted(bot).text
    assert actions(posted(bot)) == []
    assert "<@U0BOB>" in direct(bot, ALICE)[-1].text
    assert {"Reschedule", "Cancel"} <= set(words(direct(bot, BOB)[-1]).split("\n"))
    assert held(bot) == []
    assert booking.uid not in str(bot.slack.calls)


async def test_it_costs_one_look_the_holds_and_one_message(bot: Rig) -> None:
    await bot.command(ALICE, "types")
    bot.forget_calls()
    await propose(bot)
    assert bot.cal_calls() == ["GET /v2/slots", *["POST /v2/slots/reservations"] * 3]
    assert bot.slack_calls() == ["views.open", "views.update", "chat.postMessage", "views.update"]
    bot.forget_calls()
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal_calls()[0] == "POST /v2/bookings"
    assert {call.split("/")[0] for call in bot.cal_calls()[1:]} == {"DELETE "}
    told = [call for call in bot.slack_calls() if call != "users.info"]
    # The proposer is told, the message edited, and whoever pressed sees the booking; the last one
    # is the card of the channel that hears of all bookings.
    assert sorted(told)[:2] == ["chat.postMessage", "chat.postMessage"]
    assert told.count("chat.update") == 1


async def test_in_a_channel_whoever_presses_first_is_booked(bot: Rig) -> None:
    await propose(bot, what="intro", fields=PLACE)
    message = posted(bot, CAROL, "bookings")
    before = len(bot.cal.bookings)
    at = button(message, TAKE)[0]
    both = [bot.people.click(user, message, TAKE, block=at) for user in (BOB, CAROL)]
    await asyncio.gather(*both)
    await bot.settle()
    assert len(bot.cal.bookings) == before + 1
    taker = bot.cal.bookings[-1].attendees[0].email
    first, second = (BOB, CAROL) if taker == "bob@example.com" else (CAROL, BOB)
    late = [m for m in bot.seen(second, "bookings") if m.ephemeral_to == second][-1]
    assert f"<@{first}> was a moment quicker" in late.text


async def test_somebody_who_comes_later_hears_who_was_quicker(bot: Rig) -> None:
    await propose(bot, what="intro", fields=PLACE)
    message = posted(bot, CAROL, "bookings")
    old = dict(button(message, TAKE)[1])
    await press(bot, BOB, message, TAKE)
    before = len(bot.cal.bookings)
    message.blocks.append({"type": "actions", "block_id": "old", "elements": [old]})
    await bot.click(CAROL, message, TAKE, block="old")
    assert len(bot.cal.bookings) == before
    assert "<@U0BOB> was a moment quicker" in bot.last(CAROL, "bookings").text


async def test_a_time_that_is_gone_is_said_and_struck(bot: Rig) -> None:
    times = await propose(bot)
    await Outsiders(bot.cal).book("intro", start=times[0])
    before = len(bot.cal.bookings)
    await press(bot, BOB, posted(bot), TAKE)
    assert len(bot.cal.bookings) == before
    assert "has been taken meanwhile" in direct(bot, BOB)[-1].text
    assert "no longer open" in posted(bot).text
    assert TAKE not in actions(posted(bot))
    await press(bot, BOB, posted(bot), f"{ids.TAKE_TIME}1")
    assert bot.cal.bookings[-1].start == times[1]


async def test_a_time_that_was_gone_before_is_left_out(bot: Rig) -> None:
    await bot.command(ALICE, f"propose {NAMED} intro")
    chosen = offered(bot)[:2]
    await fill(bot, ALICE, ids.TIMES, chosen)
    await Outsiders(bot.cal).book("intro", start=datetime.fromisoformat(chosen[0]))
    await bot.submit(ALICE)
    assert "No longer open, so left out:" in words(front(bot, ALICE))
    assert actions(posted(bot))[:1] == [f"{ids.TAKE_TIME}1"]


async def test_where_all_are_gone_other_times_are_offered(bot: Rig) -> None:
    await bot.command(ALICE, f"propose {NAMED} intro")
    (chosen,) = offered(bot)[:1]
    await fill(bot, ALICE, ids.TIMES, [chosen])
    await fill(bot, ALICE, ids.NOTES, "keep me")
    await Outsiders(bot.cal).book("intro", start=datetime.fromisoformat(chosen))
    bot.clock.advance(minutes=1)
    await bot.submit(ALICE)
    assert "That time has just been taken" in words(front(bot, ALICE))
    assert holds(bot, ALICE, ids.NOTES) == "keep me"
    assert chosen not in offered(bot)
    assert direct(bot, BOB) == []


async def test_where_cal_does_not_answer_nothing_is_booked_and_it_can_be_tried_again(
    bot: Rig,
) -> None:
    times = await propose(bot)
    before = len(bot.cal.bookings)
    cut_off(bot)
    await press(bot, BOB, posted(bot), TAKE)
    assert "Cal.com is not answering. Nothing was booked." in direct(bot, BOB)[-1].text
    assert len(bot.cal.bookings) == before
    back(bot)
    bot.faults.slow = 0
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == times[0]


async def test_where_nothing_can_be_held_it_is_proposed_all_the_same(bot: Rig) -> None:
    refuse(bot, 404, "/v2/slots/reservations", count=99)
    times = await propose(bot)
    assert "does not let me hold all of them" in words(front(bot, ALICE))
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == times[0]


async def test_where_cal_is_down_while_holding_nothing_stays_held_or_posted(bot: Rig) -> None:
    refuse(bot, 503, "POST /v2/slots/reservations")
    await propose(bot)
    assert "Cal.com is not answering. Nothing was proposed." in words(front(bot, ALICE))
    assert len(offered(bot)) > 3
    assert held(bot) == []
    assert direct(bot, BOB) == []


async def test_a_server_that_refuses_the_holder_too_is_asked_again_without_the_hold(
    bot: Rig,
) -> None:
    times = await propose(bot)
    taken = "User either already has booking at this time or is not available"
    error = {"code": "BadRequestException", "message": taken}
    refuse(bot, 400, "POST /v2/bookings", body={"status": "error", "error": error})
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == times[0]


async def test_the_times_stay_held_as_long_as_it_stands(bot: Rig) -> None:
    times = await propose(bot, nth=(30, 31))
    for _hour in range(4):
        await look(bot, minutes=59)
        assert held(bot) == times
    await look(bot, days=2)
    assert held(bot) == []
    assert "have run out" in posted(bot).text or "run out" in direct(bot, BOB)[-1].text


async def test_what_somebody_else_has_is_struck_when_it_is_renewed(bot: Rig) -> None:
    times = await propose(bot, nth=(30, 31))
    bot.clock.advance(seconds=HELD_FOR.total_seconds() + 60)
    await Outsiders(bot.cal).book("intro", start=times[0])
    await bot.round("proposals")
    assert "no longer open" in posted(bot).text
    assert held(bot) == [times[1]]


async def test_it_runs_out(bot: Rig) -> None:
    await propose(bot, nth=(30, 31), fields={ids.STANDS: "4h"})
    old = posted(bot)
    at = button(old, TAKE)[0]
    bot.clock.advance(hours=4)
    await bot.people.click(BOB, old, TAKE, block=at)
    await bot.settle()
    assert "have run out" in direct(bot, BOB)[-1].text
    await bot.round("proposals")
    assert actions(old) == [] or TAKE not in actions(direct(bot, BOB)[0])
    assert held(bot) == []
    assert await stored(bot) == []


async def test_times_that_pass_are_struck(bot: Rig) -> None:
    times = await propose(bot, nth=(0, 30))
    await look(bot, seconds=(times[0] - bot.clock()).total_seconds() + 1)
    assert "past" in posted(bot).text
    assert TAKE not in actions(posted(bot))


async def test_until_the_first_is_past(bot: Rig) -> None:
    times = await propose(bot, nth=(0, 30), fields={ids.STANDS: "first"})
    await look(bot, seconds=(times[0] - bot.clock()).total_seconds() + 1)
    assert await stored(bot) == []


async def test_none_of_these_asks_for_more(bot: Rig) -> None:
    times = await propose(bot)
    await press(bot, BOB, posted(bot), ids.NONE_FITS)
    told = direct(bot, ALICE)[-1]
    assert "suits <@U0BOB>" in told.text
    assert "<@U0ALICE> has been told" in direct(bot, BOB)[-1].text
    assert "None of these suits <@U0BOB>" in posted(bot).text
    await press(bot, BOB, posted(bot), ids.NONE_FITS)
    assert direct(bot, ALICE)[-1].ts == told.ts, "it is said once"
    await press(bot, ALICE, told, ids.PROPOSE_OTHERS)
    assert holds(bot, ALICE, ids.WHOM) == [BOB]
    later = offered(bot)
    assert datetime.fromisoformat(later[0]).date() > times[-1].date()
    await fill(bot, ALICE, ids.TIMES, later[:1])
    await bot.submit(ALICE)
    assert "has taken back" in direct(bot, BOB)[0].text
    assert held(bot) == [datetime.fromisoformat(later[0])]
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == datetime.fromisoformat(later[0])


@pytest.mark.parametrize("where", ["modal", "message"])
async def test_the_proposer_can_take_it_back(bot: Rig, where: str) -> None:
    if where == "modal":
        await propose(bot)
        message = posted(bot)
        await bot.click(ALICE, front(bot, ALICE), ids.WITHDRAW)
        assert "are free again" in words(front(bot, ALICE))
        assert "has taken back" in direct(bot, BOB)[0].text
    else:
        await propose(bot, what="intro", fields=PLACE)
        message = posted(bot, ALICE, "bookings")
        await press(bot, ALICE, message, ids.WITHDRAW)
        assert "are free again" in bot.last(ALICE, "bookings").text
    assert held(bot) == []
    assert await stored(bot) == []


async def test_nobody_else_can_take_it_back(bot: Rig) -> None:
    times = await propose(bot, what="intro", fields=PLACE)
    await press(bot, BOB, posted(bot, BOB, "bookings"), ids.WITHDRAW)
    assert "not yours to see" in bot.last(BOB, "bookings").text
    assert held(bot) == times


async def test_in_a_channel_only_those_who_are_named_can_answer(bot: Rig) -> None:
    await propose(bot, fields=PLACE)
    before = len(bot.cal.bookings)
    message = posted(bot, CAROL, "bookings")
    assert "For <@U0BOB>" in message.text
    for user in (CAROL, ALICE):
        await press(bot, user, message, TAKE)
        assert "Only those who were asked can do that" in bot.last(user, "bookings").text
    assert len(bot.cal.bookings) == before
    await press(bot, BOB, message, TAKE)
    assert len(bot.cal.bookings) == before + 1


async def test_a_stranger_of_a_shared_channel_books_nothing(bot: Rig) -> None:
    bot.slack.add_person(
        Person("U0STRANGER", "eve", "Eve Else", "eve@else.example", team_id="T0OTHERS",
               is_stranger=True)
    )  # fmt: skip
    channel = bot.slack.channel_named("bookings")
    assert channel is not None
    channel.members.add("U0STRANGER")
    await propose(bot, what="intro", fields=PLACE)
    before = len(bot.cal.bookings)
    await press(bot, "U0STRANGER", posted(bot, ALICE, "bookings"), TAKE)
    assert len(bot.cal.bookings) == before
    assert "belongs to another workspace" in bot.last("U0STRANGER", "bookings").text


@pytest.mark.parametrize("value", ["", "x", "made-up|0", "{id}|7", "{id}|-1", "{id}|0|1", "{id}"])
async def test_a_forged_value_does_nothing(bot: Rig, value: str) -> None:
    await propose(bot)
    message = posted(bot)
    _block, element = button(message, TAKE)
    element["value"] = value.format(id=element["value"].partition("|")[0]) or "|"
    before = len(bot.cal.bookings)
    await press(bot, BOB, message, TAKE)
    assert len(bot.cal.bookings) == before
    assert await stored(bot) == [State.OPEN]


async def test_it_counts_only_where_it_stands(bot: Rig) -> None:
    """A button's value that was taken elsewhere is no way in."""
    await propose(bot)
    value = button(posted(bot), TAKE)[1]["value"]
    await propose(bot, user=DAVE, what="intro", nth=(5,), fields=PLACE)
    message = posted(bot, BOB, "bookings")
    button(message, TAKE)[1]["value"] = value
    before = len(bot.cal.bookings)
    await press(bot, BOB, message, TAKE)
    assert len(bot.cal.bookings) == before


async def test_long_and_nasty_words_are_text(bot: Rig) -> None:
    note = "<!channel> *bold* " + "word " * 180
    await propose(bot, fields={ids.NOTES: note})
    assert "<!channel>" not in posted(bot).text
    assert "&lt;!channel&gt;" in words(posted(bot))


async def test_everybody_named_is_booked_by_the_first_press(bot: Rig) -> None:
    await propose(bot, what=f"{NAMED} <@U0CAROL|carol> intro", fields={ids.WAY: "named"} | PLACE)
    await press(bot, CAROL, posted(bot, CAROL, "bookings"), TAKE)
    emails = [attendee.email for attendee in bot.cal.bookings[-1].attendees]
    assert emails[0] == "carol@example.com"
    assert "bob@example.com" in str(bot.cal.bookings[-1])


async def test_several_are_asked_in_a_group(bot: Rig) -> None:
    times = await propose(bot, what=f"{NAMED} <@U0CAROL|carol> intro")
    opened = next(call for call in bot.slack.calls if call.method == "conversations.open")
    assert opened is not None
    group = bot.slack.direct([ALICE, BOB, CAROL, bot.slack.app.bot_user_id])
    (message,) = bot.slack.visible_messages(CAROL, group.id)
    await press(bot, CAROL, message, TAKE)
    assert bot.cal.bookings[-1].start == times[0]


async def test_without_the_scope_for_groups_it_is_said_and_nothing_held(bot: Rig) -> None:
    bot.slack.granted_scopes.discard("mpim:write")
    await propose(bot, what=f"{NAMED} <@U0CAROL|carol> intro")
    assert "mpim:write" in words(front(bot, ALICE))
    assert held(bot) == []
    assert await stored(bot) == []


async def test_a_channel_that_is_closed_to_the_bot_is_said_and_nothing_held(bot: Rig) -> None:
    await propose(bot, what="intro", fields={ids.CHANNEL: "C0LEADS"})
    assert "I cannot post in <#C0LEADS>" in words(front(bot, ALICE))
    assert held(bot) == []


async def test_required_questions_open_the_form_and_it_answers(bot: Rig) -> None:
    quiz = asking(bot, field("text", required=True))
    times = await propose(bot, what=f"{NAMED} quiz")
    await press(bot, BOB, posted(bot), f"{ids.TAKE_TIME}1")
    assert holds(bot, BOB, ids.TIME) == times[1].isoformat()
    assert not has_block(bot, BOB, "problem")
    await answer(bot, quiz, "forty-two", user=BOB)
    await bot.submit(BOB)
    assert "*Booked*" in words(front(bot, BOB))
    assert bot.cal.bookings[-1].start == times[1]
    assert "is booked" in direct(bot, BOB)[0].text
    assert held(bot) == []


async def test_who_fills_in_the_form_too_long_hears_who_was_quicker(bot: Rig) -> None:
    quiz = asking(bot, field("text", required=True))
    await propose(bot, what="quiz", fields=PLACE)
    for user in (BOB, CAROL):
        await press(bot, user, posted(bot, user, "bookings"), TAKE)
        await answer(bot, quiz, "42", user=user)
    before = len(bot.cal.bookings)
    await bot.submit(CAROL)
    await bot.submit(BOB)
    assert len(bot.cal.bookings) == before + 1
    assert "Carol Iyer was a moment quicker" in words(front(bot, BOB))


class Dead:
    """The bookings of a process that ends just before it books."""

    async def book(self, *_: object, **__: object) -> None:
        raise asyncio.CancelledError


async def killed_before_booking(bot: Rig) -> None:
    """Bob presses the first time, and the process dies between claim and booking."""
    answering, team_id = bot.bot.deps.answering, bot.slack.team_id
    (proposal,) = await bot.bot.store.proposals.open_of(team_id, ALICE)
    bob, message = await answering.directory.member(team_id, BOB), posted(bot)
    dead: Any = SimpleNamespace(opened=AsyncMock(return_value=SimpleNamespace(bookings=Dead())))
    claim = Claim(proposal.id, 0, message.channel, message.ts)
    with pytest.raises(asyncio.CancelledError):
        await replace(answering, desks=dead).take(bob, claim)


async def test_killed_between_claim_and_booking_it_can_be_taken_again(bot: Rig) -> None:
    times = await propose(bot, nth=(30, 31))
    await killed_before_booking(bot)
    assert await stored(bot) == [State.TAKING]
    await look(bot, seconds=LEASE.total_seconds() + 1)
    assert await stored(bot) == [State.OPEN]
    assert "was not booked" in direct(bot, BOB)[-1].text
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == times[0]


async def test_a_lost_answer_is_found_out_and_shown(bot: Rig) -> None:
    times = await propose(bot)
    before = len(bot.cal.bookings)
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    refuse(bot, 503, "GET /v2/bookings", count=50)
    await press(bot, BOB, posted(bot), TAKE)
    assert "I am checking whether it was booked" in direct(bot, BOB)[-1].text
    assert len(bot.cal.bookings) == before + 1
    back(bot)
    await look(bot, seconds=LEASE.total_seconds() + 1)
    assert "is booked" in direct(bot, BOB)[0].text
    assert "is booked" in direct(bot, BOB)[-1].text
    assert "<@U0BOB>" in direct(bot, ALICE)[-1].text
    assert bot.cal.bookings[-1].start == times[0]
    assert len(bot.cal.bookings) == before + 1


async def test_it_is_offered_where_the_answer_of_the_post_was_lost(bot: Rig) -> None:
    bot.slack.injections.refuse("chat.postMessage", Injection(DROP, after_effect=True), 1)
    times = await propose(bot)
    assert "did not say whether it has posted" in words(front(bot, ALICE))
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == times[0]
    assert "is booked" in posted(bot).text


async def test_another_clickers_name_and_zone_are_their_own(bot: Rig) -> None:
    await propose(bot, what="intro", fields=PLACE)
    await press(bot, DAVE, posted(bot, DAVE, "bookings"), TAKE)
    (attendee,) = bot.cal.bookings[-1].attendees
    assert (attendee.name, attendee.email) == ("Dave Okoro", "dave@example.com")
    assert attendee.time_zone == "Europe/London"


async def test_what_is_booked_stands_whatever_slack_thinks_of_the_message(bot: Rig) -> None:
    times = await propose(bot)
    bot.slack.injections.refuse("chat.update", Injection("invalid_blocks"), 1)
    await press(bot, BOB, posted(bot), TAKE)
    assert bot.cal.bookings[-1].start == times[0]
    assert "*Booked*" in words(direct(bot, BOB)[-1])
