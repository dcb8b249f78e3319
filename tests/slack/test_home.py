"""The App Home, as people see it: opened, paged, pressed in, and drawn anew after a change."""

import asyncio
from typing import Any

import pytest

from bot.domain.rules import Pause, Place, Rule
from bot.sandbox.calcom import cancelling
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.views import View
from bot.slack import ids
from bot.slack.views.home import QUICK
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.outsiders import Outsiders
from tests.slack.flows import (
    KEY_REFUSED,
    back,
    block,
    book,
    direct,
    fill,
    front,
    pick_time,
    refuse,
    without_store,
)
from tests.slack.pressing import many_bookings
from tests.slack.ruling import TEAM, keep
from tests.slack.test_own_account import connect

GUEST, STRANGER = "U0GUEST", "U0STRANGER"
UNCONNECTED: dict[str, Any] = {"settings": {"cal_api_key": None}}
HEARD = {"seconds": 5}
"""After so long a Home shows what Cal.com has told."""


def home(bot: Rig, user: str = DAVE) -> View:
    """The Home that this person sees."""
    return bot.slack.views.homes[user]


async def opened(bot: Rig, user: str = DAVE) -> str:
    """Open the Home, and read it."""
    await bot.people.open_home(user)
    await bot.settle()
    return words(home(bot, user))


def controls(view: View) -> list[tuple[str, dict[str, Any]]]:
    """Everything that can be used: (block id, element)."""
    found = []
    for each in view.blocks:
        elements = each.get("elements", []) if each["type"] == "actions" else []
        found += [(str(each["block_id"]), e) for e in [*elements, each.get("accessory")] if e]
    return found


def labels(view: View) -> list[str]:
    return [e["text"]["text"] for _, e in controls(view) if e["type"] == "button"]


async def press(bot: Rig, label: str, user: str = DAVE, view: View | None = None) -> Outcome:
    """Press the first button with this label in the Home, or in another view."""
    view = view or home(bot, user)
    for block_id, element in controls(view):
        if element["type"] == "button" and element["text"]["text"] == label:
            return await bot.click(user, view, element["action_id"], block=block_id)
    raise AssertionError(f"no button {label!r} among {labels(view)}")


async def choose(bot: Rig, action: str, user: str = DAVE) -> Outcome:
    """Choose this in the menu of the first meeting that has it."""
    for block_id, element in controls(home(bot, user)):
        for option in element.get("options", []):
            if option["value"].startswith(f"{action}:"):
                chosen = option["value"]
                return await bot.click(
                    user, home(bot, user), ids.ROW, block=block_id, selected=chosen
                )
    raise AssertionError(f"{action} is not offered: {words(home(bot, user))}")


def request(bot: Rig) -> Booking:
    """The one that waits for Alice's answer from the start."""
    (found,) = [each for each in bot.cal.bookings if each.status is Status.PENDING]
    return found


async def heard(bot: Rig) -> None:
    """Let the worker draw what Cal.com has told."""
    await bot.settle()
    bot.clock.advance(**HEARD)
    await bot.round("homes")


class TestOpening:
    async def test_it_costs_one_and_one(self, bot: Rig) -> None:
        await book(bot)
        await opened(bot)
        bot.forget_calls()
        said = await opened(bot)
        assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/bookings"], ["views.publish"])
        assert "Intro call" in said

    async def test_while_nothing_is_known(self, bot: Rig) -> None:
        await opened(bot)
        assert bot.cal_calls() == ["GET /v2/me", "GET /v2/bookings"]
        assert bot.slack_calls() == ["users.info", "views.publish"]

    async def test_peers_row_25_a_connected_person_is_greeted_with_the_dashboard(
        self, bot: Rig
    ) -> None:
        """Not as a stranger who is asked to connect."""
        await connect(bot, BOB)
        await Outsiders(bot.cal).book("sales")
        said = await opened(bot, BOB)
        assert "Your next meetings" in said
        assert "Bob Stone" in said
        assert "by an API key" in said
        assert "Welcome" not in said
        assert {"Disconnect", "Book a meeting"} <= set(labels(home(bot, BOB)))

    async def test_times_are_the_readers(self, bot: Rig) -> None:
        await book(bot)
        said = await opened(bot)
        assert "*8:00 AM–" in said
        assert "London time (UTC), 12-hour clock: it is 8:00 AM." in said
        assert "*9:00 AM–" in await opened(bot, ALICE)

    async def test_the_messages_tab_draws_nothing(self, bot: Rig) -> None:
        await bot.people.open_home(DAVE, "messages")
        await bot.settle()
        assert (bot.cal_calls(), bot.slack_calls()) == ([], [])

    async def test_what_takes_long_says_so(self, bot: Rig) -> None:
        """Slack shows an empty tab to who opens it for the first time."""
        answers = asyncio.Event()

        async def waits(seconds: float) -> None:
            await answers.wait()

        bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "/bookings", waits
        await bot.people.open_home(DAVE)
        await bot.slack.until(lambda: DAVE in bot.slack.views.homes)
        assert "Looking up your meetings" in words(home(bot))
        answers.set()
        await bot.settle()
        assert "Nothing is coming up." in words(home(bot))

    async def test_while_nothing_was_shown_before_a_quick_look_may_overtake_a_slow_one(
        self, bot: Rig
    ) -> None:
        """That it takes a while is not what stands there in the end."""
        answers, begun = asyncio.Event(), asyncio.Event()

        async def first_waits(seconds: float) -> None:
            if not begun.is_set():
                begun.set()
                await answers.wait()

        bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "/bookings", first_waits
        await bot.people.open_home(DAVE)
        await begun.wait()
        await bot.people.open_home(DAVE)
        await bot.slack.until(lambda: "Looking up" in words(bot.slack.views.homes.get(DAVE, "")))
        answers.set()
        await bot.settle()
        assert "Nothing is coming up." in words(home(bot))

    async def test_opened_twice_at_once(self, bot: Rig) -> None:
        """The later look stays, however long the earlier one takes."""
        answers, begun = asyncio.Event(), asyncio.Event()

        async def first_waits(seconds: float) -> None:
            if not begun.is_set():
                begun.set()
                await answers.wait()

        await opened(bot)
        bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "/bookings", first_waits
        await bot.people.open_home(DAVE)
        await begun.wait()
        many_bookings(bot, 1)
        bot.forget_calls()
        await bot.people.open_home(DAVE)
        await bot.slack.until(lambda: "Meeting 000" in words(home(bot)))
        answers.set()
        await bot.settle()
        assert "Meeting 000" in words(home(bot))
        assert bot.slack_calls() == ["views.publish"]

    async def test_an_app_without_a_home_tab_is_left_alone(self, bot: Rig) -> None:
        await opened(bot)
        bot.slack.app.home_tab = False
        await press(bot, "Change")
        await bot.submit(DAVE)
        assert "Saved" in words(front(bot))


class TestPages:
    async def test_fifty_meetings(self, bot: Rig) -> None:
        many_bookings(bot, 50)
        said = await opened(bot)
        assert "1–10 of 50 · times are London time" in said
        assert "Earlier" not in labels(home(bot))
        bot.forget_calls()
        for _ in range(4):
            await press(bot, "Later")
        assert bot.slack_calls() == ["views.publish"] * 4
        said = words(home(bot))
        assert "41–50 of 50" in said
        assert "Meeting 049" in said
        assert "Later" not in labels(home(bot))
        await press(bot, "Earlier")
        assert "31–40 of 50" in words(home(bot))

    async def test_more_than_are_looked_at(self, bot: Rig) -> None:
        many_bookings(bot, 105)
        await opened(bot)
        for _ in range(9):
            await press(bot, "Later")
        assert "91–100 · times are" in words(home(bot))
        await press(bot, "All upcoming bookings")
        assert "1–8 of 105" in words(front(bot))

    async def test_after_a_change_it_stays_on_its_page(self, bot: Rig) -> None:
        many_bookings(bot, 30)
        await opened(bot)
        await press(bot, "Later")
        await choose(bot, "cancel")
        await fill(bot, DAVE, ids.REASON, "no need")
        await bot.submit(DAVE)
        assert "11–20 of 29" in words(home(bot))

    async def test_an_older_drawing_does_not_take_the_place_of_a_newer_one(self, bot: Rig) -> None:
        """A press in what another process has drawn anew meanwhile: it is drawn from what is."""
        many_bookings(bot, 30)
        await opened(bot)

        async def drawn_meanwhile(seconds: float) -> None:
            bot.faults.slow = 0
            bot.slack.views.publish(DAVE, home(bot).body)

        bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "/bookings", drawn_meanwhile
        bot.forget_calls()
        await press(bot, "Later")
        assert "11–20 of 30" in words(home(bot))
        assert bot.slack_calls() == ["views.publish", "views.publish"]

    @pytest.mark.parametrize("value", ["", "-1", "9999999", "x", "²"])
    async def test_a_forged_page_is_one_of_those_there_are(self, bot: Rig, value: str) -> None:
        many_bookings(bot, 30)
        await opened(bot)
        for _, element in controls(home(bot)):
            if element["action_id"].startswith(ids.HOME_PAGE):
                element["value"] = value
        await press(bot, "Later")
        assert " of 30 · " in words(home(bot))


class TestWithoutAnAccount:
    @pytest.mark.parametrize("setup", [UNCONNECTED], indirect=True)
    async def test_the_first_visit_leads_to_the_dashboard(self, bot: Rig) -> None:
        said = await opened(bot, BOB)
        assert "Welcome, *Bob Stone*." in said
        assert "Your next meetings" not in said
        await Outsiders(bot.cal).book("sales")
        await press(bot, "Connect", BOB)
        await fill(bot, BOB, ids.KEY, BOB_KEY)
        await bot.submit(BOB)
        said = words(home(bot, BOB))
        assert "Welcome" not in said
        assert "Your next meetings" in said
        assert "by an API key" in said

    @pytest.mark.parametrize("setup", [UNCONNECTED], indirect=True)
    async def test_a_guest_is_told_who_connects_it(self, bot: Rig) -> None:
        said = await opened(bot, GUEST)
        assert "A full member or an admin connects it." in said
        assert "Connect" not in labels(home(bot, GUEST))

    async def test_with_the_account_for_everybody_it_says_what_is_seen(self, bot: Rig) -> None:
        said = await opened(bot)
        assert "with the account that everybody here uses" in said
        assert "Connect" in labels(home(bot))
        assert "Your next meetings" in said

    async def test_disconnecting(self, bot: Rig) -> None:
        await connect(bot, BOB)
        await bot.people.close(BOB, all=True)
        await opened(bot, BOB)
        await press(bot, "Disconnect", BOB)
        assert "is disconnected, and forgotten here" in words(front(bot, BOB))
        assert "None of your own is connected." in words(home(bot, BOB))
        assert direct(bot, BOB) == []


class TestWho:
    async def test_a_guest(self, bot: Rig) -> None:
        """They book and see their bookings; rules and accounts are not for them."""
        said = await opened(bot, GUEST)
        assert "Nothing is coming up." in said
        assert not {"Notifications", "Connect", "Status"} & set(labels(home(bot, GUEST)))

    async def test_an_outsider(self, bot: Rig) -> None:
        bot.slack.add_person(
            Person(STRANGER, "sam", "Sam Other", "sam@other.example", "UTC", is_stranger=True)
        )
        said = await opened(bot, STRANGER)
        assert said == (
            "This belongs to another workspace: ask somebody there to book or to look for you."
        )
        assert bot.cal_calls() == []

    async def test_an_admin(self, bot: Rig) -> None:
        assert "`/invite @`" in await opened(bot, ALICE)
        await press(bot, "Status", ALICE)
        assert "Cal.com: Alice Martin" in words(front(bot, ALICE))
        assert "For admins" not in await opened(bot)

    async def test_without_an_email(self, bot: Rig) -> None:
        bot.slack.people[DAVE].email = ""
        assert "Slack shows me no e-mail address for you" in await opened(bot)


class TestTrouble:
    async def test_what_is_known_stays_while_calcom_is_down(self, bot: Rig) -> None:
        await book(bot)
        await opened(bot)
        refuse(bot, 503, "/bookings", count=20)
        said = await opened(bot)
        assert "Cal.com is not answering. Nothing was lost. Please try again." in said
        assert "as it was then: Today, Tue 24 Nov, 8:00 AM." in said
        assert "Intro call" in said
        back(bot)
        await press(bot, "Try again")
        assert "Intro call" in words(home(bot))
        assert "Try again" not in labels(home(bot))

    async def test_down_at_the_first_visit(self, bot: Rig) -> None:
        refuse(bot, 503, "/bookings", count=20)
        said = await opened(bot)
        assert "Cal.com is not answering." in said
        assert "Your next meetings" not in said
        assert "Book a meeting" in labels(home(bot))

    async def test_too_many_questions(self, bot: Rig) -> None:
        await opened(bot)
        refuse(bot, 429, "/bookings", count=20)
        assert "Cal.com asks me to wait until" in await opened(bot)

    async def test_a_key_that_is_refused(self, bot: Rig) -> None:
        await connect(bot, BOB)
        await bot.people.close(BOB, all=True)
        refuse(bot, 401, count=20, body=KEY_REFUSED)
        said = await opened(bot, BOB)
        assert "Cal.com no longer accepts" in said
        back(bot)
        await press(bot, "Reconnect", BOB)
        await fill(bot, BOB, ids.KEY, BOB_KEY)
        await bot.submit(BOB)
        assert "no longer accepts" not in words(home(bot, BOB))
        assert "Your next meetings" in words(home(bot, BOB))

    async def test_without_the_store(self, bot: Rig) -> None:
        async with without_store(bot):
            await bot.people.open_home(DAVE)
            await bot.bot.background.drain()
            assert "My own storage is not answering." in words(home(bot))
        await press(bot, "Try again")
        assert "Your next meetings" in words(home(bot))


class TestActing:
    @pytest.mark.parametrize("text", [text for _, text in QUICK])
    async def test_every_quick_button_opens_a_modal(self, bot: Rig, text: str) -> None:
        user = ALICE if text == "away" else DAVE
        await opened(bot, user)
        action = ids.START + text
        block_id = next(b for b, e in controls(home(bot, user)) if e["action_id"] == action)
        bot.forget_calls()
        await bot.click(user, home(bot, user), action, block=block_id)
        assert bot.slack_calls()[0] == "views.open"
        assert "One moment" not in words(front(bot, user))
        assert direct(bot, user) == []

    async def test_out_of_office_is_offered_to_those_whose_account_it_is(self, bot: Rig) -> None:
        for user in (ALICE, DAVE):
            await opened(bot, user)
            assert ("Out of office" in words(home(bot, user))) is (user == ALICE)

    async def test_a_list_is_turned_in_its_modal(self, bot: Rig) -> None:
        many_bookings(bot, 20)
        await opened(bot)
        await press(bot, "My bookings")
        await press(bot, "Later", view=front(bot))
        assert "9–16 of 20" in words(front(bot))
        assert len(bot.slack.views.stack(DAVE)) == 1
        block_id, menu = next((b, e) for b, e in controls(front(bot)) if e["action_id"] == ids.ROW)
        chosen = menu["options"][0]["value"]
        await bot.click(DAVE, front(bot), ids.ROW, block=block_id, selected=chosen)
        assert "*When:*" in words(front(bot))
        assert len(bot.slack.views.stack(DAVE)) == 2
        assert direct(bot) == []

    async def test_booking_from_it_draws_it_anew(self, bot: Rig) -> None:
        await opened(bot)
        await press(bot, "Book a meeting")
        await fill(bot, DAVE, ids.EVENT_TYPE, str(bot.cal.event_types[1].id))
        start = await pick_time(bot)
        await bot.submit(DAVE)
        assert bot.cal.bookings[-1].start == start
        assert bot.cal.event_types[1].title in words(home(bot))

    async def test_cancelling_costs_one_and_one_more(self, bot: Rig) -> None:
        booking = await book(bot)
        await opened(bot)
        bot.forget_calls()
        await choose(bot, "cancel")
        await fill(bot, DAVE, ids.REASON, "ill")
        await bot.submit(DAVE)
        assert booking.status is Status.CANCELLED
        assert "Cancelled" in words(front(bot))
        assert "Intro call" not in words(home(bot))
        cal = [call.replace(booking.uid, "uid") for call in bot.cal_calls()]
        assert cal == ["GET /v2/bookings/uid", "POST /v2/bookings/uid/cancel", "GET /v2/bookings"]
        slack = [call for call in bot.slack_calls() if not call.startswith("chat.")]
        assert slack == ["views.open", "views.update", "views.publish"]

    async def test_who_never_opened_it_costs_nothing_more(self, bot: Rig) -> None:
        await book(bot)
        assert "views.publish" not in bot.slack_calls()

    async def test_requests_wait_on_top(self, bot: Rig) -> None:
        booking = request(bot)
        said = await opened(bot, ALICE)
        assert said.index("Waiting for your answer") < said.index("Your next meetings")
        assert said.count(booking.title) == 1
        await press(bot, "Confirm", ALICE)
        assert "Confirmed" in words(front(bot, ALICE))
        assert booking.status is Status.ACCEPTED
        assert "Waiting for your answer" not in words(home(bot, ALICE))
        assert booking.title in words(home(bot, ALICE))

    async def test_declining(self, bot: Rig) -> None:
        booking = request(bot)
        await opened(bot, ALICE)
        await press(bot, "Decline", ALICE)
        await bot.submit(ALICE)
        assert booking.status is Status.REJECTED
        assert "Waiting for your answer" not in words(home(bot, ALICE))

    async def test_details(self, bot: Rig) -> None:
        await book(bot)
        await opened(bot)
        await choose(bot, "details")
        assert "*When:*" in words(front(bot))
        assert direct(bot) == []

    async def test_what_is_gone_meanwhile_is_said_and_drawn(self, bot: Rig) -> None:
        booking = await book(bot)
        await opened(bot)
        await cancelling.cancel(bot.cal, booking, Cancellation("by the host"))
        await choose(bot, "cancel")
        await fill(bot, DAVE, ids.REASON, "ill")
        await bot.submit(DAVE)
        assert "already" in words(front(bot))
        assert "Intro call" not in words(home(bot))

    async def test_the_zone_is_changed(self, bot: Rig) -> None:
        await opened(bot)
        await press(bot, "Change")
        await bot.people.options(DAVE, ids.ZONE, "tokyo")
        await fill(bot, DAVE, ids.TIME_ZONE, "Asia/Tokyo")
        await bot.submit(DAVE)
        assert "Tokyo time (UTC+9)" in words(home(bot))

    async def test_deleting_ones_data_leaves_nothing_of_it_in_the_home(self, bot: Rig) -> None:
        await connect(bot, BOB)
        await bot.people.close(BOB, all=True)
        await opened(bot, BOB)
        await press(bot, "Settings", BOB)
        await press(bot, "Delete my data", BOB, front(bot, BOB))
        assert "None of your own is connected." in words(home(bot, BOB))
        assert await bot.bot.deps.home.homes.page(TEAM, BOB) is None

    async def test_what_goes_wrong_is_said_in_the_modal(self, bot: Rig) -> None:
        await opened(bot)
        refuse(bot, 503, "/bookings", count=20)
        await press(bot, "My bookings")
        assert "Cal.com is not answering." in words(front(bot))
        assert direct(bot) == []

    async def test_whoever_closes_the_modal_is_told_directly(self, bot: Rig) -> None:
        await opened(bot)

        async def closed(seconds: float) -> None:
            bot.faults.slow = 0
            await bot.people.close(DAVE, all=True)

        bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "/bookings", closed
        await press(bot, "My bookings")
        assert "Upcoming bookings" in words(direct(bot)[-1])

    async def test_the_way_to_a_booking_may_be_longer_than_slack_stacks_modals(
        self, bot: Rig
    ) -> None:
        """Three may lie on each other: the fourth takes the place of the third."""
        await opened(bot)
        await press(bot, "Help")
        await press(bot, "Event types", view=front(bot))
        await press(bot, "Slots", view=front(bot))
        assert "Times are" in words(front(bot))
        assert len(bot.slack.views.stack(DAVE)) == 3
        await press(bot, "10:00 AM", view=front(bot))
        assert len(bot.slack.views.stack(DAVE)) == 3
        await bot.submit(DAVE)
        assert "Booked" in words(front(bot))
        assert bot.cal.bookings[-1].title in words(home(bot))
        assert direct(bot) == []


class TestRules:
    async def test_one_that_rests_says_why_and_is_resumed(self, bot: Rig) -> None:
        rule = Rule(
            "r1",
            Place(TEAM, "C0BOOKINGS"),
            owner=BOB,
            hosts=("bob@example.com",),
            pause=Pause(bot.clock(), why="is_archived"),
        )
        await keep(bot, rule)
        said = await opened(bot, BOB)
        assert "<#C0BOOKINGS>: Your bookings" in said
        assert "Resting since" in said
        assert "The channel is archived" in said
        await press(bot, "Resume", BOB)
        assert "At work again." in words(front(bot, BOB))
        assert "Resting" not in words(home(bot, BOB))

    async def test_who_has_none_may_make_one(self, bot: Rig) -> None:
        assert "No bookings are announced to you" in await opened(bot)
        await press(bot, "Notify me")
        assert block(bot, DAVE, ids.WHERE)


class TestChanges:
    async def test_what_calcom_tells_is_drawn_once_for_all_of_it(self, bot: Rig) -> None:
        """By whichever process works; for those whose booking it is, and have opened it lately."""
        outside = Outsiders(bot.cal)
        for user in (ALICE, DAVE):
            await opened(bot, user)
        bot.forget_calls()
        first, second = await outside.book("intro"), await outside.book("intro", nth=3)
        await outside.cancel(first)
        await heard(bot)
        assert second.title in words(home(bot, ALICE))
        published = [c.args["user_id"] for c in bot.slack.calls if c.method == "views.publish"]
        assert published == [ALICE]
        await heard(bot)
        assert bot.slack_calls().count("views.publish") == 1

    async def test_a_booking_that_is_cancelled_at_calcom_goes(self, bot: Rig) -> None:
        booking = await book(bot)
        assert "Intro call" in await opened(bot)
        await Outsiders(bot.cal).cancel(booking)
        await heard(bot)
        assert "Intro call" not in words(home(bot))

    async def test_one_of_an_own_account(self, bot: Rig) -> None:
        account = await connect(bot, BOB)
        await opened(bot, BOB)
        booking = await Outsiders(bot.cal).book("sales")
        known = bot.bot.deps.desks
        fresh = await known.booking(account, booking.uid)
        await bot.bot.deps.home.homes.changed(account, fresh)
        await heard(bot)
        assert booking.title in words(home(bot, BOB))

    async def test_nobody_is_drawn_for_who_has_not_looked_for_a_day(self, bot: Rig) -> None:
        booking = await book(bot, what="intro 30 nov")
        await opened(bot)
        bot.clock.advance(hours=25)
        bot.forget_calls()
        await Outsiders(bot.cal).cancel(booking)
        await heard(bot)
        assert "views.publish" not in bot.slack_calls()

    async def test_while_calcom_is_down_what_is_there_stays(self, bot: Rig) -> None:
        booking = await book(bot)
        await opened(bot)
        bot.bot.deps.home.homes._known.clear()  # as in a process that has drawn nothing yet
        await Outsiders(bot.cal).cancel(booking)
        await bot.settle()
        refuse(bot, 503, "/bookings", count=20)
        await heard(bot)
        assert "Intro call" in words(home(bot))
