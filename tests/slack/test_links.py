"""Booking links in messages: what they lead to stands under them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.sandbox.slack.messages import Message
from bot.services.unfurling import LOOKS
from bot.slack import ids
from tests.harness import BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import WES, fill, pick_time, refuse
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type

LINK = "https://cal.com/alice/intro"


@pytest.fixture(autouse=True)
def unfurls(bot: Rig) -> None:
    """The workspace has the app as the manifest says."""
    bot.slack.app.unfurl_domains = ("cal.com",)
    bot.slack.app.events = frozenset({"link_shared"})


async def said(bot: Rig, text: str, user: str = DAVE, channel: str = "general") -> Message:
    message = await bot.people.say(user, channel, text)
    await bot.settle()
    return message


def shown(message: Message) -> str:
    """What stands under the message."""
    return words([each["blocks"] for each in message.attachments])


async def told(bot: Rig, **fields: Any) -> None:
    """Slack tells of a link in a message that Dave has written."""
    message = await bot.people.say(DAVE, "general", "hello")
    event = {
        "channel": message.channel,
        "user": DAVE,
        "message_ts": message.ts,
        "links": [{"url": LINK, "domain": "cal.com"}],
        "source": "conversations_history",
    }
    message.text = LINK
    await bot.people.event("link_shared", event | fields)
    await bot.settle()


class TestWhatIsShown:
    async def test_title_length_host_and_the_next_times(self, bot: Rig) -> None:
        message = await said(bot, f"book me: {LINK} thanks")
        text = shown(message)
        assert "Intro call" in text
        assert "with Alice Martin" in text
        assert "30 min" in text
        assert text.count("<!date^") == 4
        assert message.attachments[0]["from_url"] == LINK

    async def test_two_and_one_and_who_wrote_it_where_that_is_not_known(self, bot: Rig) -> None:
        await said(bot, LINK)
        assert [call for call in bot.cal_calls() if "teams" not in call] == [
            "GET /v2/event-types",
            "GET /v2/slots",
        ]
        assert bot.slack_calls() == ["users.info", "chat.unfurl"]
        await said(bot, LINK)
        assert bot.slack_calls()[2:] == ["chat.unfurl"]

    async def test_anybody_books_from_it(self, bot: Rig) -> None:
        message = await said(bot, LINK)
        block = message.attachments[0]["blocks"][1]["block_id"]
        await bot.click(CAROL, message, ids.START_BOOK, block=block)
        when = await pick_time(bot, CAROL)
        await bot.submit(CAROL)
        booking = bot.cal.bookings[-1]
        assert (booking.start, booking.attendees[0].email) == (when, "carol@example.com")

    async def test_open_times_are_one_press_away(self, bot: Rig) -> None:
        message = await said(bot, LINK, channel="bookings")
        block = message.attachments[0]["blocks"][1]["block_id"]
        await bot.click(CAROL, message, ids.SHOW_SLOTS, block=block)
        assert "Intro call" in words(bot.last(CAROL, "bookings"))

    @pytest.mark.parametrize("link", ["https://app.cal.com/alice/intro?date=2026-11-25", LINK])
    async def test_every_way_to_write_it(self, bot: Rig, link: str) -> None:
        assert "Intro call" in shown(await said(bot, f"<{link}>"))

    async def test_a_teams_link(self, bot: Rig) -> None:
        team = next(e for e in bot.cal.event_types.values() if e.team_id is not None)
        slug = next(t.slug for t in bot.cal.teams.values() if t.id == team.team_id)
        assert team.title in shown(await said(bot, f"https://cal.com/team/{slug}/{team.slug}"))

    async def test_by_the_account_of_whoever_wrote_it(self, bot: Rig) -> None:
        await bot.command(BOB, "connect")
        await fill(bot, BOB, ids.KEY, BOB_KEY)
        await bot.submit(BOB)
        bot.forget_calls()
        await said(bot, LINK, BOB)
        assert {call.key_owner for call in bot.cal.log} == {"bob"}

    async def test_nothing_open_is_said(self, bot: Rig) -> None:
        for schedule in bot.cal.schedules.values():
            schedule.hours.clear()
        assert "Nothing is open at the moment." in shown(await said(bot, LINK))


class TestWhatIsNot:
    @pytest.mark.parametrize(
        "link",
        [
            "https://cal.com/alice",
            "https://cal.com/alice/nothing-of-the-kind",
            "https://cal.com/alice/int",
            "https://cal.com/nobody/intro",
            "https://cal.com/team/nobody/intro",
            "https://cal.com/d/a1b2c3/intro",
            "https://cal.com/alice/intro/more/of/it",
            "https://app.cal.com/bookings/upcoming",
            "https://cal.com",
            f"https://cal.com/{'a' * 300}/intro",
        ],
    )
    async def test_a_link_that_leads_nowhere_public(self, bot: Rig, link: str) -> None:
        message = await said(bot, link)
        assert message.attachments == []
        assert bot.slack_calls() == []

    async def test_a_hidden_one(self, bot: Rig) -> None:
        event_type(bot, "intro").hidden = True
        assert (await said(bot, LINK)).attachments == []

    @pytest.mark.parametrize("link", ["https://cal.example/alice/intro", "https://xcal.com/a/b"])
    async def test_a_foreign_one(self, bot: Rig, link: str) -> None:
        bot.slack.app.unfurl_domains = ("cal.example", "xcal.com")
        message = await said(bot, link)
        assert (message.attachments, bot.cal_calls()) == ([], [])

    @pytest.mark.parametrize(
        "fields",
        [
            {"source": "composer"},
            {"source": None},
            {"user": "U0CALBOT"},
            {"user": None},
            {"message_ts": "1.5"},
            {"message_ts": "Uxxxxx-909b5454-75f8"},
            {"message_ts": None},
            {"links": None},
            {"links": []},
            {"links": [{}]},
            {"links": [{"url": "://"}]},
        ],
    )
    async def test_what_is_none_of_ours_to_show(self, bot: Rig, fields: dict[str, Any]) -> None:
        await told(bot, **fields)
        assert (bot.cal_calls(), bot.slack_calls()) == ([], [])

    async def test_a_message_that_was_edited_later(self, bot: Rig) -> None:
        old = f"{(bot.clock() - timedelta(minutes=6)).timestamp():.6f}"
        await told(bot, message_ts=old)
        assert bot.cal_calls() == []


class TestItIsCheap:
    async def test_three_links_of_a_message_and_each_once(self, bot: Rig) -> None:
        slugs = [e.slug for e in bot.cal.event_types.values() if e.owner_id == 1 and not e.hidden]
        links = [f"https://cal.com/alice/{slug}" for slug in slugs[:5]]
        message = await said(bot, " ".join([links[0], links[0], *links]))
        assert [each["from_url"] for each in message.attachments] == links[:3]

    async def test_the_same_link_again_costs_nothing(self, bot: Rig) -> None:
        await said(bot, LINK)
        bot.forget_calls()
        for _ in range(5):
            await said(bot, LINK)
        assert (bot.cal_calls(), bot.slack_calls()) == ([], ["chat.unfurl"] * 5)

    async def test_that_it_leads_nowhere_is_kept_as_well(self, bot: Rig) -> None:
        await said(bot, "https://cal.com/nobody/intro")
        bot.forget_calls()
        await said(bot, "https://cal.com/nobody/intro")
        assert bot.cal_calls() == []

    async def test_a_flood_is_not_looked_up(self, bot: Rig) -> None:
        for n in range(3 * LOOKS):
            await said(bot, f"https://cal.com/nobody-{n}/intro")
        assert len(bot.cal_calls()) <= 2 * LOOKS
        bot.clock.advance(minutes=3)
        assert "Intro call" in shown(await said(bot, LINK))

    async def test_after_a_while_it_is_looked_up_again(self, bot: Rig) -> None:
        first = await said(bot, LINK)
        at = datetime.fromtimestamp(int(shown(first).split("<!date^")[1].split("^")[0]), UTC)
        await book_outside(bot, "intro", at, WES)
        assert shown(await said(bot, LINK)) == shown(first), "for two minutes"
        bot.clock.advance(minutes=3)
        assert shown(await said(bot, LINK)) != shown(first)


class TestTrouble:
    async def test_cal_com_that_does_not_answer_leaves_it_as_it_is(self, bot: Rig) -> None:
        refuse(bot, 503, "", count=9)
        assert (await said(bot, LINK)).attachments == []
        assert bot.slack_calls() == []

    async def test_slack_that_does_not_take_it_is_nobodys_trouble(self, bot: Rig) -> None:
        bot.slack.refuse("chat.unfurl", "cannot_unfurl_url")
        message = await said(bot, LINK)
        assert message.attachments == []
        assert bot.slack.faults == []
