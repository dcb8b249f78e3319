"""Book a meeting, from anywhere; Book about this, from a message."""

from dataclasses import replace
from typing import Any

import pytest

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import Person
from bot.slack import ids
from bot.slack.about import LONGEST_NOTES, about, unmarked
from bot.slack.payloads import asked
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import direct, fill, front, has_block, holds, pick_time

APP = {"bot_id": "B0CRM", "user": "U0CRM"}


async def start(bot: Rig, user: str, callback_id: str, message: Message | None = None) -> None:
    bot.slack.app.shortcuts = frozenset({ids.BOOK_A_MEETING, ids.BOOK_ABOUT})
    if message is None:
        await bot.people.shortcut(user, callback_id)
    else:
        await bot.people.message_shortcut(user, message, callback_id)
    await bot.settle()


async def begun(bot: Rig, text: str, author: str = BOB, channel: str = "bookings") -> Message:
    """Dave wants to book about what somebody wrote."""
    message = await bot.people.say(author, channel, text)
    await start(bot, DAVE, ids.BOOK_ABOUT, message)
    if not has_block(bot, DAVE, ids.TIME):
        await fill(bot, DAVE, ids.EVENT_TYPE, intro(bot))
    return message


def intro(bot: Rig) -> str:
    return str(next(each.id for each in bot.cal.event_types.values() if each.slug == "intro"))


def thread(bot: Rig, message: Message, user: str = DAVE) -> list[Message]:
    every = bot.slack.visible_messages(user, message.channel)
    return [each for each in every if each.thread_ts == message.ts]


class TestBookAMeeting:
    async def test_the_modal_opens_and_books(self, bot: Rig) -> None:
        await start(bot, DAVE, ids.BOOK_A_MEETING)
        await fill(bot, DAVE, ids.EVENT_TYPE, intro(bot))
        when = await pick_time(bot)
        await bot.submit(DAVE)
        assert "*Booked*" in words(front(bot))
        assert (bot.cal.bookings[-1].start, bot.cal.bookings[-1].attendees[0].email) == (
            when,
            "dave@example.com",
        )
        assert not has_block(bot, DAVE, ids.THREAD)

    async def test_nothing_comes_before_the_modal(self, bot: Rig) -> None:
        await start(bot, DAVE, ids.BOOK_A_MEETING)
        assert bot.slack_calls()[0] == "views.open"

    async def test_what_no_modal_can_say_comes_by_direct_message(self, bot: Rig) -> None:
        bot.slack.refuse("views.open", "fatal_error")
        await start(bot, DAVE, ids.BOOK_A_MEETING)
        assert "reference" in words(direct(bot)[-1])

    def test_it_goes_on_where_one_has_to_connect_first(self) -> None:
        pressed = {"type": "shortcut", "callback_id": ids.BOOK_A_MEETING, "user": {"id": DAVE}}
        assert asked(pressed).wish == "book"


class TestBookAboutThis:
    async def test_whoever_wrote_it_is_the_attendee(self, bot: Rig) -> None:
        message = await begun(bot, "Could we look at the *numbers*, <https://x.example|here>?")
        assert (holds(bot, DAVE, ids.FOR_WHOM), holds(bot, DAVE, ids.MEMBER)) == ("member", BOB)
        link = bot.slack.permalink(message)
        notes = holds(bot, DAVE, ids.NOTES)
        assert notes == f"Could we look at the *numbers*, here (https://x.example)?\n\n{link}"
        await pick_time(bot)
        await bot.submit(DAVE)
        booking = bot.cal.bookings[-1]
        assert booking.attendees[0].email == "bob@example.com"
        assert link in str(booking.responses)

    async def test_the_thread_is_told_and_lives_on(self, bot: Rig) -> None:
        message = await begun(bot, "Could we talk?")
        assert "thread" in words(front(bot)).casefold()
        await pick_time(bot)
        await bot.submit(DAVE)
        assert "The thread in <#C0BOOKINGS> has been told" in words(front(bot))
        (card,) = thread(bot, message, CAROL)
        assert "Bob Stone" in words(card)
        assert bot.cal.bookings[-1].uid not in words(card)
        await bot.people.close(DAVE, all=True)
        await bot.click(DAVE, card, ids.DO_CANCEL)
        await fill(bot, DAVE, ids.REASON, "we have met")
        await bot.submit(DAVE)
        (card,) = thread(bot, message, CAROL)
        assert "cancelled" in words(card).casefold()

    async def test_the_thread_is_told_only_where_that_was_left_chosen(self, bot: Rig) -> None:
        message = await begun(bot, "Could we talk?")
        await fill(bot, DAVE, ids.THREAD, [])
        await pick_time(bot)
        await bot.submit(DAVE)
        assert "*Booked*" in words(front(bot))
        assert thread(bot, message) == []

    async def test_a_rule_for_the_channel_has_its_own_card(self, bot: Rig) -> None:
        """The history goes to the card that began a thread, not to the one within one."""
        message = await begun(bot, "Could we talk?")
        await pick_time(bot)
        await bot.submit(DAVE)
        (card,) = thread(bot, message)
        (theirs,) = [m for m in bot.seen(DAVE, "bookings") if m.user != BOB]
        await bot.people.close(DAVE, all=True)
        await bot.click(DAVE, card, ids.DO_CANCEL)
        await fill(bot, DAVE, ids.REASON, "we have met")
        await bot.submit(DAVE)
        assert len(thread(bot, message)) == 1
        assert len(thread(bot, theirs)) == 1

    async def test_a_reply_is_answered_in_its_thread(self, bot: Rig) -> None:
        root = await bot.people.say(CAROL, "bookings", "Lunch?")
        reply = await bot.people.say(BOB, "bookings", "Let us meet", thread_ts=root.ts)
        await start(bot, DAVE, ids.BOOK_ABOUT, reply)
        await fill(bot, DAVE, ids.EVENT_TYPE, intro(bot))
        await pick_time(bot)
        await bot.submit(DAVE)
        assert len(thread(bot, root)) == 2

    async def test_where_the_bot_is_not_it_says_how_to_invite_it(self, bot: Rig) -> None:
        bot.slack.granted_scopes.discard("chat:write.public")
        await begun(bot, "Could we talk?", channel="general")
        await pick_time(bot)
        await bot.submit(DAVE)
        assert "It is booked, but I could not tell <#C0GENERAL>" in words(front(bot))
        assert "/invite" in words(front(bot))
        assert bot.cal.bookings[-1].attendees[0].email == "bob@example.com"

    async def test_in_a_private_place_it_is_not_in_there_is_no_link(self, bot: Rig) -> None:
        message = await bot.people.say(ALICE, "leads", "Could we talk?")
        await start(bot, BOB, ids.BOOK_ABOUT, message)
        await fill(bot, BOB, ids.EVENT_TYPE, intro(bot))
        assert holds(bot, BOB, ids.NOTES) == "Could we talk?"
        assert holds(bot, BOB, ids.FOR_WHOM) == "me", "Alice hosts it"

    async def test_between_two_people_there_is_no_thread_to_tell(self, bot: Rig) -> None:
        channel = bot.slack.direct([BOB, DAVE])
        await begun(bot, "Could we talk?", channel=channel.id)
        assert holds(bot, DAVE, ids.MEMBER) == BOB
        assert not has_block(bot, DAVE, ids.THREAD)

    async def test_the_guest_whom_it_names_comes(self, bot: Rig) -> None:
        await begun(bot, "Please meet <mailto:wes@wood.example|wes@wood.example> soon")
        assert holds(bot, DAVE, ids.FOR_WHOM) == "guest"
        assert holds(bot, DAVE, ids.GUEST_EMAIL) == "wes@wood.example"

    async def test_an_apps_message_names_its_guest(self, bot: Rig) -> None:
        bot.slack.add_person(Person("U0CRM", "crm", "CRM", is_bot=True))
        channel = bot.slack.channel_named("bookings")
        assert channel is not None
        lead = Message(channel.id, bot.slack.new_ts(), "U0CRM", bot_id="B0CRM")
        lead.attachments = [{"fallback": "New lead: wes@wood.example"}]
        bot.slack.post(lead)
        await start(bot, DAVE, ids.BOOK_ABOUT, lead)
        await fill(bot, DAVE, ids.EVENT_TYPE, intro(bot))
        assert holds(bot, DAVE, ids.GUEST_EMAIL) == "wes@wood.example"
        assert str(holds(bot, DAVE, ids.NOTES)).startswith("New lead: wes@wood.example")

    @pytest.mark.parametrize("change", [{"is_stranger": True}, {"is_bot": True}, {"email": ""}])
    async def test_who_cannot_be_booked_for_is_not(self, bot: Rig, change: dict[str, Any]) -> None:
        message = await bot.people.say(BOB, "bookings", "Could we talk?")
        bot.slack.people[BOB] = replace(bot.slack.people[BOB], **change)
        await start(bot, DAVE, ids.BOOK_ABOUT, message)
        await fill(bot, DAVE, ids.EVENT_TYPE, intro(bot))
        assert holds(bot, DAVE, ids.FOR_WHOM) == "me"

    async def test_about_ones_own_message_one_books_for_oneself(self, bot: Rig) -> None:
        await begun(bot, "I am dave@example.com and want to talk", author=DAVE)
        assert holds(bot, DAVE, ids.FOR_WHOM) == "me"

    async def test_where_notes_are_hidden_none_are_sent(self, bot: Rig) -> None:
        hidden = {"type": "textarea", "slug": "notes", "isDefault": True, "hidden": True}
        kind = next(each for each in bot.cal.event_types.values() if each.slug == "intro")
        kind.booking_fields = [*kind.booking_fields, hidden]
        await begun(bot, "Could we talk about the secret?")
        assert not has_block(bot, DAVE, ids.NOTES)
        await pick_time(bot)
        await bot.submit(DAVE)
        assert "secret" not in str(bot.cal.bookings[-1].responses)

    async def test_a_novel_is_shortened_and_the_link_kept(self, bot: Rig) -> None:
        message = await begun(bot, "é" * 5000)
        notes = str(holds(bot, DAVE, ids.NOTES))
        assert len(notes) <= LONGEST_NOTES
        assert notes.endswith(bot.slack.permalink(message))

    async def test_three_and_four_calls(self, bot: Rig) -> None:
        """What booking costs, and one more of Slack's for the link."""
        for user in (BOB, DAVE):
            await bot.command(user, "bookings")
            await bot.command(user, "types")
        message = await bot.people.say(BOB, "bookings", "Could we talk?")
        bot.forget_calls()
        await start(bot, DAVE, ids.BOOK_ABOUT, message)
        slack = [call for call in bot.slack_calls() if call != "users.info"]
        assert slack == ["views.open", "chat.getPermalink", "views.update"]
        assert bot.cal_calls() == []


class TestReadingAMessage:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
            ("<@U0BOB> and <@U0BOB|bob>", "@somebody and @bob"),
            ("<#C1|general> <#C1>", "#general #channel"),
            ("<!here> <!subteam^S1|@sales>", "@everybody @sales"),
            ("<https://x.example>", "https://x.example"),
            ("<https://x.example|x.example>", "https://x.example"),
            ("<tel:123|1-23>", "1-23 (123)"),
        ],
    )
    def test_markup(self, written: str, read: str) -> None:
        assert unmarked(written) == read

    @pytest.mark.parametrize("body", [{}, {"message": None, "channel": None}, {"message": APP}])
    def test_nothing_is_missed(self, body: dict[str, object]) -> None:
        assert about(body).author == ""
        assert about(body).notes("") == ""
