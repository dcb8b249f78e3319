"""Share: an event type's next open times in a channel, booked by whoever presses one."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.bookings import Host
from bot.sandbox.calcom.model import EventType
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import Person
from bot.services.sharing import LOOKS
from bot.slack import ids
from bot.slack.forms import Pick, Shared
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.asking import field
from tests.slack.flows import WES, back, block, fill, front, pick_time, refuse, starts
from tests.slack.pressing import add_event_types, button, controls, event_type, labels, press
from tests.slack.pressing import book as book_outside
from tests.slack.proposing import posted, propose
from tests.slack.proposing import press as take_proposed

CHANNEL = "bookings"
without_webhooks = pytest.mark.parametrize("setup", [{"webhooks": False}], indirect=True, ids=[""])


async def share(
    bot: Rig, what: str = "intro tomorrow", user: str = DAVE, channel: str = CHANNEL
) -> Message:
    """Share it, to the card that everybody sees."""
    await bot.command(user, f"share {what}", channel)
    await press(bot, user, "Post", asked(bot, user, channel))
    return card(bot, channel)


def asked(bot: Rig, user: str = DAVE, channel: str = CHANNEL) -> Message:
    """What only this person was told last."""
    return [m for m in bot.seen(user, channel) if m.ephemeral_to == user][-1]


def card(bot: Rig, channel: str = CHANNEL) -> Message:
    """The newest shared card that everybody there sees."""
    found = [m for m in bot.seen(CAROL, channel) if "Remove" in labels(m)]
    return found[-1]


def times(message: Message) -> list[datetime]:
    """The times that the card offers."""
    picked = [Shared.decode(e["value"]).start for _, e in offered(message)]
    return [start for start in picked if start]


def offered(message: Message) -> list[tuple[str, dict[str, Any]]]:
    every = controls(message)
    return [(b, e) for b, e in every if e["action_id"].startswith(ids.SHARED)]


def held(bot: Rig) -> list[datetime]:
    """The times that Cal.com holds now."""
    return [one.start for one in bot.cal.reservations.values() if one.until > bot.clock()]


async def connected(bot: Rig) -> None:
    """Bob has an account of his own."""
    await bot.command(BOB, "connect")
    await fill(bot, BOB, ids.KEY, BOB_KEY)
    await bot.submit(BOB)


def bobs(bot: Rig) -> EventType:
    return next(e for e in bot.cal.event_types.values() if e.owner_id == 2 and not e.hidden)


async def account_of(bot: Rig, user: str) -> str:
    connection = await bot.bot.store.connections.of_member(bot.slack.team_id, user)
    assert connection is not None
    return connection.holder.account


async def take(bot: Rig, user: str, message: Message, nth: int = 0) -> None:
    block_id, element = offered(message)[nth]
    await bot.click(user, message, element["action_id"], block=block_id)


async def looked(bot: Rig, seconds: float = 5) -> None:
    """Some seconds later the worker comes round."""
    bot.clock.advance(seconds=seconds)
    await bot.round("shares")


async def rows(bot: Rig) -> int:
    async with bot.bot.store.database.statements() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM shares"))).scalar_one())


class TestPosting:
    async def test_nothing_is_posted_before_it_is_pressed(self, bot: Rig) -> None:
        before = len(bot.seen(CAROL, CHANNEL))
        await bot.command(DAVE, "share intro tomorrow", CHANNEL)
        said = asked(bot)
        assert "Post this in <#C0BOOKINGS>?" in words(said)
        assert "Intro" in words(said)
        assert len(bot.seen(CAROL, CHANNEL)) == before
        assert await rows(bot) == 0

    async def test_the_card_has_the_next_open_times(self, bot: Rig) -> None:
        shared = await share(bot)
        assert 3 <= len(times(shared)) <= 8
        assert times(shared) == sorted(times(shared))
        assert times(shared)[0].isoformat().startswith("2026-11-25")
        assert "<!date^" in words(shared)
        assert "Shared by <@U0DAVE>" in words(shared)
        assert "London time" in shared.text, "the zone is named for whoever hears it"
        assert "It is posted in <#C0BOOKINGS>" in words(asked(bot))

    async def test_one_and_one(self, bot: Rig) -> None:
        await bot.command(DAVE, "types")
        bot.forget_calls()
        await bot.command(DAVE, "share intro", CHANNEL)
        assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/slots"], ["response_url"])
        bot.forget_calls()
        bot.clock.advance(minutes=1)
        await press(bot, DAVE, "Post", asked(bot))
        assert bot.cal_calls() == ["GET /v2/slots"]
        assert bot.slack_calls() == ["chat.postMessage", "response_url"]

    async def test_what_is_not_clear_is_chosen_from_the_list(self, bot: Rig) -> None:
        await bot.command(DAVE, "share", CHANNEL)
        await press(bot, DAVE, "Share", asked(bot))
        assert "Post this in" in words(asked(bot))

    async def test_open_times_are_shared_from_where_they_are_read(self, bot: Rig) -> None:
        await bot.command(DAVE, "slots intro", CHANNEL)
        await press(bot, DAVE, "Share", asked(bot))
        assert "Post this in" in words(asked(bot))

    async def test_where_the_bot_is_not_it_says_how_to_invite_it(self, bot: Rig) -> None:
        bot.slack.granted_scopes.discard("chat:write.public")
        await bot.command(DAVE, "share intro", "general")
        await press(bot, DAVE, "Post", asked(bot, DAVE, "general"))
        said = words(asked(bot, DAVE, "general"))
        assert "I cannot post in <#C0GENERAL>. Write `/invite @`" in said
        assert await rows(bot) == 0

    async def test_between_two_people_it_cannot_be(self, bot: Rig) -> None:
        channel = bot.slack.direct([BOB, DAVE])
        await bot.command(DAVE, "share intro", channel.id)
        await press(bot, DAVE, "Post", bot.slack.visible_messages(DAVE, channel.id)[-1])
        said = bot.slack.visible_messages(DAVE, channel.id)[-1]
        assert "I cannot post in a direct message between people" in words(said)

    async def test_pressed_twice_it_is_posted_once(self, bot: Rig) -> None:
        await bot.command(DAVE, "share intro", CHANNEL)
        outcome = await press(bot, DAVE, "Post", asked(bot))
        assert outcome.delivery is not None
        await bot.people.resend(outcome.delivery)
        await bot.settle()
        assert await rows(bot) == 1
        assert len([m for m in bot.seen(CAROL, CHANNEL) if "Remove" in labels(m)]) == 1

    async def test_an_answer_that_is_lost_leaves_a_card_that_works(self, bot: Rig) -> None:
        bot.slack.refuse("chat.postMessage", "internal_error", after_effect=True)
        shared = await share(bot)
        assert "Slack did not say whether it is posted" in words(asked(bot))
        await take(bot, CAROL, shared)
        assert starts(bot, CAROL)

    @pytest.mark.parametrize("value", ["", "x", "x|||", "x|999|||", "x|9|-1|0|", "a|b|c|d|e"])
    async def test_a_forged_claim_posts_nothing(self, bot: Rig, value: str) -> None:
        await bot.command(DAVE, "share intro", CHANNEL)
        said = asked(bot)
        button(said, "Post")[1]["value"] = value
        await press(bot, DAVE, "Post", said)
        assert await rows(bot) == 0
        assert "chat.postMessage" not in bot.slack_calls()


class TestBooking:
    async def test_anybody_books_for_themselves(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        await take(bot, CAROL, shared)
        assert block(bot, CAROL, ids.TIME)["element"]["initial_option"]["value"] in starts(
            bot, CAROL
        )
        await bot.submit(CAROL)
        assert "*Booked*" in words(front(bot, CAROL))
        booking = bot.cal.bookings[-1]
        assert (booking.start, booking.attendees[0].email) == (first, "carol@example.com")
        await looked(bot)
        assert first not in times(card(bot))

    async def test_it_is_booked_at_the_desk_of_the_one_who_shared(self, bot: Rig) -> None:
        await connected(bot)
        own = bobs(bot)
        shared = await share(bot, own.slug, user=BOB)
        await take(bot, CAROL, shared)
        assert own.title in words(front(bot, CAROL))
        assert "Intro" not in words(block(bot, CAROL, ids.EVENT_TYPE)) or own.title == "Intro"
        await bot.submit(CAROL)
        assert "*Booked*" in words(front(bot, CAROL))
        assert bot.cal.bookings[-1].event_type_id == own.id

    async def test_an_order_whose_answer_was_lost_is_sought_there(self, bot: Rig) -> None:
        await connected(bot)
        shared = await share(bot, bobs(bot).slug, user=BOB)
        await take(bot, CAROL, shared)
        bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
        refuse(bot, 503, "GET /v2/bookings", count=9)
        await bot.submit(CAROL)
        assert "I am checking whether it was booked" in words(front(bot, CAROL))
        back(bot)
        bot.clock.advance(seconds=130)
        bot.forget_calls()
        ((attempt, seen),) = await bot.bot.deps.desks.find_out()
        assert seen is not None
        assert (attempt.user_id, seen.account) == (CAROL, await account_of(bot, BOB))
        assert {call.key_owner for call in bot.cal.log} == {"bob"}

    async def test_its_own_questions_are_asked(self, bot: Rig) -> None:
        """Of an event type that the desk of whoever books has never heard of."""
        await connected(bot)
        bobs(bot).booking_fields += [field("text") | {"slug": f"q{n}"} for n in range(7)]
        shared = await share(bot, bobs(bot).slug, user=BOB)
        await take(bot, CAROL, shared)
        await bot.submit(CAROL)
        assert "step 2 of 2" in words(front(bot, CAROL))
        for each in front(bot, CAROL).blocks:
            if each["type"] == "input":
                element = each["element"]["action_id"]
                await bot.fill(CAROL, element, "an answer", block=each["block_id"])
        await bot.submit(CAROL)
        assert "*Booked*" in words(front(bot, CAROL))
        assert bot.cal.bookings[-1].responses["q6"] == "an answer"

    async def test_closed_again_nothing_is_held(self, bot: Rig) -> None:
        shared = await share(bot)
        await take(bot, CAROL, shared)
        assert len(held(bot)) == 1
        await bot.people.close(CAROL)
        await bot.settle()
        assert held(bot) == []

    async def test_taken_down_meanwhile_it_is_not_booked(self, bot: Rig) -> None:
        shared = await share(bot)
        await take(bot, CAROL, shared)
        await press(bot, DAVE, "Remove", shared)
        count = len(bot.cal.bookings)
        await bot.submit(CAROL)
        assert "no longer kept" in words(front(bot, CAROL))
        assert len(bot.cal.bookings) == count

    async def test_another_time_can_be_chosen(self, bot: Rig) -> None:
        shared = await share(bot)
        await press(bot, CAROL, "Another time", shared)
        when = await pick_time(bot, CAROL, nth=2)
        await bot.submit(CAROL)
        assert bot.cal.bookings[-1].start == when

    async def test_of_two_who_press_at_once_one_has_it(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        block_id, element = offered(shared)[0]
        for user in (CAROL, BOB):
            await bot.people.click(user, shared, element["action_id"], block=block_id)
        await bot.settle()
        await asyncio.gather(bot.people.submit(CAROL), bot.people.submit(BOB))
        await bot.settle()
        assert [b.start for b in bot.cal.bookings].count(first) == 1
        loser, winner = sorted((BOB, CAROL), key=lambda user: "*Booked*" in words(front(bot, user)))
        assert "*Booked*" in words(front(bot, winner))
        assert words(front(bot, loser)).count("That time has just been taken.") == 1
        assert first.isoformat() not in starts(bot, loser)
        await looked(bot)
        assert first not in times(shared)
        when = await pick_time(bot, loser)
        await bot.submit(loser)
        assert bot.cal.bookings[-1].start == when

    async def test_a_double_click_books_once(self, bot: Rig) -> None:
        shared = await share(bot)
        first, before = times(shared)[0], len(bot.cal.bookings)
        block_id, element = offered(shared)[0]
        clicks = [
            bot.people.click(CAROL, shared, element["action_id"], block=block_id) for _ in range(2)
        ]
        await asyncio.gather(*clicks)
        await bot.settle()
        outcome = await bot.submit(CAROL)
        assert outcome.delivery is not None
        await bot.people.resend(outcome.delivery)
        await bot.settle()
        assert "*Booked*" in words(front(bot, CAROL))
        await bot.people.close(CAROL)
        assert bot.modal(CAROL) is None, "the second form took the place of the first"
        assert [b.start for b in bot.cal.bookings[before:]] == [first]

    async def test_who_presses_again_has_the_time_still(self, bot: Rig) -> None:
        """It is held for the form that they do not see any more."""
        shared = await share(bot)
        for _ in range(2):
            await take(bot, CAROL, shared)
            assert "just been taken" not in words(front(bot, CAROL))
        assert len(held(bot)) == 1
        await bot.submit(CAROL)
        assert bot.cal.bookings[-1].start == times(shared)[0]
        assert held(bot) == []

    async def test_a_time_that_is_gone_is_said_to_be_when_it_is_pressed(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        await book_outside(bot, "intro", first, WES)
        bot.clock.advance(seconds=30)
        await take(bot, CAROL, shared)
        assert words(front(bot, CAROL)).count("That time has just been taken.") == 1
        await looked(bot)
        assert first not in times(shared)
        when = await pick_time(bot, CAROL)
        await bot.submit(CAROL)
        assert bot.cal.bookings[-1].start == when

    @without_webhooks
    async def test_a_time_that_is_gone_when_the_form_is_sent(self, bot: Rig) -> None:
        """Nobody has told; the card says so all the same."""
        shared = await share(bot)
        first = times(shared)[0]
        await take(bot, CAROL, shared)
        bot.cal.reservations.clear()
        await book_outside(bot, "intro", first, WES)
        before = len(bot.cal.bookings)
        await bot.submit(CAROL)
        assert len(bot.cal.bookings) == before
        assert words(front(bot, CAROL)).count("That time has just been taken.") == 1
        await looked(bot)
        assert first not in times(shared)

    async def test_a_guest_of_the_workspace_books_as_well(self, bot: Rig) -> None:
        shared = await share(bot)
        await take(bot, "U0GUEST", shared)
        await bot.submit("U0GUEST")
        assert bot.cal.bookings[-1].attendees[0].email == "gina@example.org"

    async def test_people_of_elsewhere_do_not(self, bot: Rig) -> None:
        shared = await share(bot)
        count = len(bot.cal.bookings)
        zoe = Person("U0ZOE", "zoe", "Zoe", "zoe@other.example", team_id="T0OTHER")
        bot.slack.add_person(zoe)
        channel = bot.slack.channel_named(CHANNEL)
        assert channel is not None
        channel.members.add(zoe.id)
        await take(bot, zoe.id, shared)
        assert "another workspace" in words(front(bot, zoe.id))
        assert len(bot.cal.bookings) == count

    @pytest.mark.parametrize("value", ["", "nothing|", "nothing||", "|||", "x" * 300])
    async def test_a_share_that_is_not_there_books_nothing(self, bot: Rig, value: str) -> None:
        shared = await share(bot)
        offered(shared)[0][1]["value"] = value
        await take(bot, CAROL, shared)
        assert "no longer kept" in words(front(bot, CAROL))


class TestDrawnAnew:
    async def test_after_somebody_booked_on_cal_com(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        await book_outside(bot, "intro", first, WES)
        bot.forget_calls()
        await looked(bot)
        assert first not in times(card(bot))
        assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/slots"], ["chat.update"])

    async def test_many_bookings_make_one_look(self, bot: Rig) -> None:
        shared = await share(bot)
        for start in times(shared)[:3]:
            await book_outside(bot, "intro", start, WES)
        bot.forget_calls()
        await looked(bot)
        await looked(bot)
        assert bot.cal_calls() == ["GET /v2/slots"]

    async def test_however_many_cards_there_are_most_wait_for_their_turn(self, bot: Rig) -> None:
        added = add_event_types(bot, LOOKS + 5)
        shared = await share(bot)
        kept = await bot.bot.store.shares.of(Shared.decode(offered(shared)[0][1]["value"]).share)
        assert kept is not None
        for n, one in enumerate(added):
            other = replace(kept, id=f"other-{n}", event_type_id=one.id)
            assert await bot.bot.store.shares.add(other)
            await bot.bot.store.shares.shown(other, None, bot.clock())
        bot.forget_calls()
        for _ in range(LOOKS + 5):
            await looked(bot, 0)
        assert len(bot.cal_calls()) == LOOKS
        await looked(bot, 61)
        assert len(bot.cal_calls()) == LOOKS + 1

    async def test_cards_that_show_the_same_times_are_looked_up_once(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        others = [await share(bot, user=user) for user in (DAVE, ALICE)]
        later = await share(bot, "intro 1 dec", user=ALICE)
        await book_outside(bot, "intro", first, WES)
        bot.forget_calls()
        await looked(bot)
        assert bot.cal_calls() == ["GET /v2/slots"] * 3, "once from each moment on"
        assert bot.slack_calls() == ["chat.update"] * 3, "the first is of another week"
        assert all(first not in times(each) for each in (shared, *others))
        assert "Remove" in labels(later)

    async def test_one_of_them_that_was_deleted_does_not_keep_the_others_waiting(
        self, bot: Rig
    ) -> None:
        gone = await share(bot)
        shared = await share(bot)
        first = times(shared)[0]
        bot.slack.remove(gone)
        await book_outside(bot, "intro", first, WES)
        await looked(bot)
        assert first not in times(shared)
        assert await rows(bot) == 1

    async def test_a_booking_of_something_else_makes_none(self, bot: Rig) -> None:
        await share(bot)
        bot.forget_calls()
        await bot.bot.deps.sharing.changed(event_type(bot, "demo").id)
        await looked(bot)
        assert bot.cal_calls() == []

    async def test_after_its_host_was_booked_for_something_else(self, bot: Rig) -> None:
        add_event_types(bot, 1)
        shared = await share(bot)
        first = times(shared)[0]
        await book_outside(bot, "extra-0", first, WES)
        bot.forget_calls()
        await looked(bot)
        assert first not in times(card(bot))
        assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/slots"], ["chat.update"])

    async def test_after_one_of_its_team_was_booked_for_something_else(self, bot: Rig) -> None:
        """Bob is one of two: his own event type takes a time of the team's, or none."""
        await share(bot, "team-demo tomorrow")
        own = next(e for e in bot.cal.event_types.values() if e.owner_id == 2 and not e.hidden)
        hosts = [Host("Bob Stone", "bob@example.com", 2, "Bob")]
        bot.forget_calls()
        await bot.bot.deps.sharing.changed(own.id, hosts)
        await looked(bot)
        assert bot.cal_calls() == ["GET /v2/slots"]

    async def test_somebody_elses_bookings_make_no_look(self, bot: Rig) -> None:
        await share(bot)
        own = next(e for e in bot.cal.event_types.values() if e.owner_id == 3)
        hosts = [Host("Carol Iyer", "carol@example.com", 3, "carol")]
        bot.forget_calls()
        await bot.bot.deps.sharing.changed(own.id, hosts)
        await looked(bot)
        assert bot.cal_calls() == []

    async def test_together_with_all_that_is_edited_it_is_paced(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        while not bot.bot.deps.sharing.boards._put_off(bot.slack.team_id):  # type: ignore[attr-defined]  # the pace is everybody's
            pass
        await book_outside(bot, "intro", first, WES)
        bot.forget_calls()
        await looked(bot)
        assert "chat.update" not in bot.slack_calls()
        assert first in times(card(bot))

    async def test_what_did_not_change_is_not_edited(self, bot: Rig) -> None:
        await share(bot)
        await bot.bot.deps.sharing.changed(event_type(bot, "intro").id)
        bot.forget_calls()
        await looked(bot)
        assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/slots"], [])

    async def test_times_that_have_passed_go(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        await looked(bot, (first - bot.clock()).total_seconds() + 60)
        assert times(card(bot))[0] > first

    @without_webhooks
    async def test_after_its_host_was_booked_for_something_else_from_here(self, bot: Rig) -> None:
        add_event_types(bot, 1)
        shared = await share(bot)
        first = times(shared)[0]
        await bot.command(CAROL, "book extra-0 tomorrow")
        assert await pick_time(bot, CAROL) == first
        await bot.submit(CAROL)
        await looked(bot)
        assert first not in times(shared)

    @without_webhooks
    async def test_after_its_host_took_a_proposed_time(self, bot: Rig) -> None:
        add_event_types(bot, 1)
        shared = await share(bot)
        first, *_rest = await propose(bot, BOB, "<@U0CAROL|carol> extra-0 tomorrow")
        assert first in times(shared)
        await take_proposed(bot, CAROL, posted(bot, CAROL), f"{ids.TAKE_TIME}0")
        await looked(bot)
        assert first not in times(shared)

    async def test_what_has_expired_says_so_and_leads_on(self, bot: Rig) -> None:
        """At the desk of whoever comes late: what was shared is shared no more."""
        shared = await share(bot)
        bot.forget_calls()
        await looked(bot, 15 * 86400)
        assert "GET /v2/slots" not in bot.cal_calls()
        assert bot.slack_calls() == ["chat.update"]
        assert "The times that were shared here are no longer current." in words(shared)
        assert labels(shared) == ["Book"]
        assert await rows(bot) == 0
        await press(bot, CAROL, "Book", shared)
        assert "Intro" in words(block(bot, CAROL, ids.EVENT_TYPE))
        when = await pick_time(bot, CAROL)
        await bot.submit(CAROL)
        assert bot.cal.bookings[-1].start == when
        await looked(bot)

    async def test_one_of_an_own_account_leads_on_to_what_everybody_finds(self, bot: Rig) -> None:
        await connected(bot)
        shared = await share(bot, bobs(bot).slug, user=BOB)
        await looked(bot, 15 * 86400)
        await press(bot, CAROL, "Book", shared)
        await pick_time(bot, CAROL)
        await bot.submit(CAROL)
        assert bot.cal.bookings[-1].event_type_id == bobs(bot).id

    async def test_a_press_on_what_has_expired_meanwhile_books_nothing(self, bot: Rig) -> None:
        shared = await share(bot)
        bot.clock.advance(days=15)
        await take(bot, CAROL, shared)
        assert "no longer kept" in words(front(bot, CAROL))

    @pytest.mark.parametrize("how", ["deleted", "hidden"])
    async def test_what_is_gone_at_cal_com_says_so(self, bot: Rig, how: str) -> None:
        """To whoever presses, and soon to everybody; there is no way on."""
        shared = await share(bot)
        kept = event_type(bot, "intro")
        if how == "deleted":
            del bot.cal.event_types[kept.id]
        else:
            kept.hidden = True
        bot.clock.advance(minutes=6)  # the event types are asked for again
        await take(bot, CAROL, shared)
        assert "no longer kept" in words(front(bot, CAROL))
        await looked(bot)
        assert "What was shared here cannot be booked any more." in words(shared)
        assert labels(shared) == []
        assert await rows(bot) == 0

    async def test_what_was_hidden_when_it_was_shared_was_meant(self, bot: Rig) -> None:
        event_type(bot, "intro").hidden = True
        shared = await share(bot)
        bot.clock.advance(minutes=6)
        await bot.bot.deps.sharing.changed(event_type(bot, "intro").id)
        await looked(bot)
        assert times(shared)
        await looked(bot, 15 * 86400)
        assert labels(shared) == [], "nobody else finds it"

    async def test_where_nothing_is_open_it_says_so(self, bot: Rig) -> None:
        shared = await share(bot)
        for schedule in bot.cal.schedules.values():
            schedule.hours.clear()
        await bot.bot.deps.sharing.changed(event_type(bot, "intro").id)
        await looked(bot)
        assert "Nothing is open at the moment." in words(shared)

    async def test_slack_that_is_busy_is_asked_again(self, bot: Rig) -> None:
        shared = await share(bot)
        first = times(shared)[0]
        await book_outside(bot, "intro", first, WES)
        bot.slack.refuse("chat.update", 429)
        await looked(bot)
        assert first in times(card(bot))
        await looked(bot, 61)
        assert first not in times(card(bot))

    async def test_a_card_that_was_deleted_is_forgotten(self, bot: Rig) -> None:
        shared = await share(bot)
        bot.slack.remove(shared)
        await book_outside(bot, "intro", times(shared)[0], WES)
        await looked(bot)
        assert await rows(bot) == 0

    @pytest.mark.parametrize("status", [503, 401])
    async def test_cal_com_that_does_not_answer_is_asked_again(self, bot: Rig, status: int) -> None:
        """Or does not take the key, until it is changed."""
        shared = await share(bot)
        first = times(shared)[0]
        await book_outside(bot, "intro", first, WES)
        refuse(bot, status, "/v2", count=99)
        await looked(bot, 61)
        assert first in times(card(bot))
        back(bot)
        await looked(bot, 61)
        assert first not in times(card(bot))


class TestTakingDown:
    async def test_the_one_who_shared_it_takes_it_down(self, bot: Rig) -> None:
        shared = await share(bot)
        await press(bot, DAVE, "Take it down", asked(bot))
        assert shared.deleted
        assert await rows(bot) == 0
        assert "taken down" in words(asked(bot))

    @pytest.mark.parametrize(("user", "gone"), [(DAVE, True), (ALICE, True), (CAROL, False)])
    async def test_by_the_card_they_and_admins_do(self, bot: Rig, user: str, gone: bool) -> None:
        shared = await share(bot)
        await press(bot, user, "Remove", shared)
        assert shared.deleted is gone
        if not gone:
            assert "Only whoever shared it and the admins" in words(asked(bot, user))

    async def test_what_is_deleted_of_a_member_is_not_booked_any_more(self, bot: Rig) -> None:
        shared = await share(bot)
        await bot.command(DAVE, "settings")
        await bot.click(DAVE, bot.modal(DAVE), ids.DELETE_MINE)
        assert await rows(bot) == 0
        await take(bot, CAROL, shared)
        assert "no longer kept" in words(front(bot, CAROL))


def test_what_a_button_stands_for() -> None:
    start = datetime.fromisoformat("2026-11-25T09:00:00+00:00")
    assert Shared.decode(Shared("abc", start).encode()) == Shared("abc", start)
    assert Shared.decode(Shared("abc").encode()) == Shared("abc")
    assert Shared.decode(Pick(1).encode()) == Shared("1")
