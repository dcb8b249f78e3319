"""Who takes it: the first host to press *Claim* has the booking."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.bookings import Action
from bot.domain.claims import LEASE, Claim
from bot.domain.rules import Detail, Look
from bot.sandbox.calcom import cancelling, rescheduling
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import Booking, Hours
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.slack.messages import Message
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import begin
from tests.slack.flows import WES, fill, refuse
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import button, labels, press
from tests.slack.ruling import FIRST, TEAM, add, more, only_rule, save, stored

AT = datetime(2026, 11, 26, 10, tzinfo=UTC)
BOB_ID, CAROL_ID = 2, 3
CLAIM = "Claim"


async def asking(bot: Rig, detail: Detail = Detail.FULL) -> None:
    """#bookings is asked who takes what is booked."""
    rule = await stored(bot, FIRST)
    await bot.bot.store.rules.save(replace(rule, look=Look(detail, asks=True)))


async def booked(bot: Rig) -> Booking:
    """With Bob, at a time when he and Carol both work."""
    for schedule in (12, 13):
        bot.cal.schedules[schedule].hours = [Hours(list(DAYS[:5]), time(0), time(23, 30))]
    await book_outside(bot, "team-demo", AT, WES)
    await bot.settle()
    made = bot.cal.bookings[-1]
    assert made.host_id == BOB_ID
    return made


@pytest.fixture
async def booking(bot: Rig) -> Booking:
    await asking(bot)
    return await booked(bot)


def card(bot: Rig) -> Message:
    """The one of #bookings that everybody sees."""
    (found,) = [m for m in flows.cards(bot) if not m.ephemeral_to]
    return found


def told(bot: Rig, user: str) -> str:
    """What only this person was told last."""
    own = [m for m in bot.seen(user, "bookings") if m.ephemeral_to == user]
    return words(own[-1])


def reassigned(bot: Rig) -> Sequence[str]:
    return [call for call in bot.cal_calls() if "/reassign" in call]


async def test_the_first_has_it_and_the_card_says_who(bot: Rig, booking: Booking) -> None:
    assert CLAIM in labels(card(bot))
    ts = card(bot).ts
    await press(bot, CAROL, CLAIM, card(bot))
    assert booking.host_id == CAROL_ID
    assert "You have it" in told(bot, CAROL)
    after = card(bot)
    assert (after.ts, CLAIM in labels(after)) == (ts, False)
    assert "*Taken by*\nCarol Iyer" in words(after)
    assert "*Host*\nCarol Iyer" in words(after)
    assert "Taken by Carol Iyer" in after.text


async def test_of_two_at_once_one_has_it_and_the_other_hears_who(
    bot: Rig, booking: Booking
) -> None:
    message = card(bot)
    block, pressed = button(message, CLAIM)
    await asyncio.gather(
        *(
            bot.people.click(user, message, pressed["action_id"], block=block)
            for user in (CAROL, BOB)
        )
    )
    await bot.settle()
    said = {user: told(bot, user) for user in (CAROL, BOB)}
    won = CAROL if booking.host_id == CAROL_ID else BOB
    lost = BOB if won == CAROL else CAROL
    assert "You have it" in said[won]
    assert "has it: claimed" in said[lost]
    assert len(reassigned(bot)) == (1 if won == CAROL else 0)


async def test_who_has_it_already_marks_it_as_taken(bot: Rig, booking: Booking) -> None:
    await press(bot, BOB, CLAIM, card(bot))
    assert reassigned(bot) == []
    assert "*Taken by*\nBob Stone" in words(card(bot))


@pytest.mark.parametrize("user", [ALICE, DAVE])
async def test_who_is_no_host_hears_so_and_nothing_changes(
    bot: Rig, booking: Booking, user: str
) -> None:
    """Not even an admin, whom the account is."""
    await press(bot, user, CLAIM, card(bot))
    assert "Only its hosts at Cal.com can take it. You have not taken it." in told(bot, user)
    assert booking.host_id == BOB_ID
    assert CLAIM in labels(card(bot))


async def test_where_cal_com_is_not_there_it_is_free_again(bot: Rig, booking: Booking) -> None:
    flows.cut_off(bot, "reassign")
    await press(bot, CAROL, CLAIM, card(bot))
    assert "Cal.com is not answering. You have not taken it." in told(bot, CAROL)
    flows.back(bot)
    await press(bot, BOB, CLAIM, card(bot))
    assert "You have it" in told(bot, BOB)


async def test_where_the_answer_is_lost_it_is_found_out_and_freed(
    bot: Rig, booking: Booking
) -> None:
    refuse(bot, 503, "reassign")
    await press(bot, CAROL, CLAIM, card(bot))
    assert "The answer was lost in the middle" in told(bot, CAROL)
    await press(bot, BOB, CLAIM, card(bot))
    assert "Carol Iyer has it: claimed before you." in told(bot, BOB)
    bot.clock.advance(seconds=61)
    await bot.round("claims")
    assert CLAIM in labels(card(bot))
    await press(bot, BOB, CLAIM, card(bot))
    assert "You have it" in told(bot, BOB)


async def test_killed_after_it_was_handed_over_it_is_found_out_and_shown(
    bot: Rig, booking: Booking
) -> None:
    await left_by_carol(bot)
    booking.host_id = CAROL_ID
    bot.clock.advance(seconds=61)
    await bot.round("claims")
    assert "*Taken by*\nCarol Iyer" in words(card(bot))
    assert CLAIM not in labels(card(bot))
    assert await bot.bot.store.claims.left(bot.clock()) == []


async def test_killed_before_it_was_handed_over_the_next_one_has_it(
    bot: Rig, booking: Booking
) -> None:
    await left_by_carol(bot)
    bot.clock.advance(seconds=61)
    await press(bot, BOB, CLAIM, card(bot))
    assert "*Taken by*\nBob Stone" in words(card(bot))


async def left_by_carol(bot: Rig) -> None:
    """As a process leaves it that was killed while it handed the booking over to her."""
    ref, now = str(button(card(bot), CLAIM)[1]["value"]), bot.clock()
    claim = Claim(ref, AT, "house", TEAM, CAROL, CAROL_ID, now, now + LEASE)
    assert await bot.bot.store.claims.take(claim) is None


async def test_what_is_moved_is_asked_anew(bot: Rig, booking: Booking) -> None:
    await press(bot, CAROL, CLAIM, card(bot))
    assert CLAIM not in labels(card(bot))
    await rescheduling.reschedule(bot.cal, booking, Move(AT + timedelta(hours=1), "later", None))
    await bot.settle()
    assert CLAIM in labels(card(bot))
    await press(bot, CAROL, CLAIM, card(bot))
    assert "You have it" in told(bot, CAROL)


async def test_what_is_cancelled_is_nobodys_to_take(bot: Rig, booking: Booking) -> None:
    message = card(bot)
    await cancelling.cancel(bot.cal, booking, Cancellation("ill"))
    await press(bot, CAROL, CLAIM, message)
    assert "That has been done already" in told(bot, CAROL)
    assert reassigned(bot) == []
    assert CLAIM not in labels(card(bot))


async def test_given_to_another_at_cal_com_it_is_not_called_taken(
    bot: Rig, booking: Booking
) -> None:
    await press(bot, BOB, CLAIM, card(bot))
    await begin(bot, ALICE, Action.HAND_OVER, booking)
    await fill(bot, ALICE, ids.HOST, str(CAROL_ID))
    bot.clock.advance(seconds=1)
    await bot.submit(ALICE)
    said = words(card(bot))
    assert "Taken by*" not in said
    assert "*Host*\nCarol Iyer" in said
    assert CLAIM not in labels(card(bot))


async def test_it_is_noted_who_took_it(bot: Rig, booking: Booking) -> None:
    await press(bot, CAROL, CLAIM, card(bot))
    ((_, entry),) = await bot.bot.store.audit.of_workspace(TEAM, take=5)
    assert (entry.user_id, entry.action, entry.outcome) == (CAROL, "claim", "done")


async def test_who_is_busy_does_not_get_it(bot: Rig, booking: Booking) -> None:
    await book_outside(bot, "support", AT, WES)
    await press(bot, CAROL, CLAIM, flows.cards(bot)[0])
    assert "Carol Iyer is busy at that time. You have not taken it." in told(bot, CAROL)
    assert booking.host_id == BOB_ID


async def test_a_place_that_is_told_less_is_told_no_more(bot: Rig) -> None:
    await asking(bot, Detail.BUSY)
    await booked(bot)
    await press(bot, CAROL, CLAIM, card(bot))
    said = words(card(bot))
    assert "Taken" in said
    assert "Taken by" not in said
    assert "Wes" not in said


async def test_a_forged_reference_takes_nothing_where_nobody_asks(bot: Rig) -> None:
    made = await booked(bot)
    ref = flows.reference_of(card(bot))
    message = card(bot)
    block, cancel = button(message, "Cancel")
    cancel["action_id"], cancel["value"] = ids.CLAIM, ref
    await bot.click(CAROL, message, ids.CLAIM, block=block)
    assert made.host_id == BOB_ID
    assert reassigned(bot) == []


async def test_the_form_has_it_asked(bot: Rig) -> None:
    await add(bot)
    await more(bot)
    await fill(bot, ALICE, ids.ASKS, ["asks"])
    await save(bot)
    assert (await only_rule(bot)).look.asks


async def test_what_it_costs(bot: Rig, booking: Booking) -> None:
    """To look whether they may: as when it is handed over; at Slack the answer, the card and its
    thread."""
    await press(bot, DAVE, CLAIM, card(bot))  # the team's people and event types are known by now
    bot.forget_calls()
    await press(bot, CAROL, CLAIM, card(bot))
    written = [call for call in bot.cal_calls() if not call.startswith("GET")]
    assert written == [f"POST /v2/bookings/{booking.uid}/reassign/{CAROL_ID}"]
    assert len(bot.cal_calls()) <= 12
    methods = ["chat.postMessage", "chat.update", "response_url", "users.info"]
    assert sorted(bot.slack_calls()) == methods
