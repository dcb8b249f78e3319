"""Is the channel right? Bookings at the local Cal.com beside what somebody posted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.sandbox.calcom import booking, cancelling, rescheduling, slots
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.model import Booking, EventType
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.world import World
from bot.sandbox.comparing import PATIENCE, Comparison, Watched
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from tests.sandbox.slack.living import BOOKINGS, Clock

TOM = Person("Tom Alder", "tom@alder.example", "America/Chicago")
RIGHT, ON_ITS_WAY, WRONG = "right", "on its way", "wrong"


@dataclass
class Desk:
    """Both worlds, and somebody who keeps the channel by hand."""

    clock: Clock
    world: World
    slack: Workspace
    comparison: Comparison
    intro: EventType

    def times(self) -> list[datetime]:
        window = self.world.now(), self.world.now() + timedelta(days=14)
        return [
            slot.start for slot in slots.open_slots(self.world, self.intro, slots.Question(window))
        ]

    async def book(self, start: datetime | None = None) -> Booking:
        self.clock.advance(1)
        request = Request(self.intro, start or self.times()[0], TOM)
        return (await booking.book(self.world, request))[0]

    async def cancel(self, one: Booking) -> None:
        await cancelling.cancel(self.world, one, Cancellation("ill"))

    def card(self, words: str, start: datetime, thread_ts: str | None = None) -> Message:
        bot = self.slack.app.bot_user_id
        message = Message(BOOKINGS, self.slack.new_ts(), bot, bot_id="B", thread_ts=thread_ts)
        when = f"*When*  <!date^{int(start.timestamp())}^{{time}}|then>"
        message.blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": words}},
            {"type": "section", "text": {"type": "mrkdwn", "text": when}},
        ]
        return self.slack.post(message)

    @property
    def verdicts(self) -> list[str]:
        return [str(line["verdict"]) for line in self.comparison.lines()]


@pytest.fixture
async def desk() -> Desk:
    clock = Clock()
    world, slack = World(clock, post=nobody), Workspace(clock)
    await seed_cal(world)
    seed_slack(slack)
    intro = next(each for each in world.event_types.values() if each.slug == "intro")
    watched = [Watched(BOOKINGS, frozenset({intro.id}))]
    return Desk(clock, world, slack, Comparison(world, slack, watched), intro)


async def nobody(url: str, headers: dict[str, str], body: bytes) -> int:
    return 200


async def test_what_was_there_before_is_not_looked_at(desk: Desk) -> None:
    assert desk.world.bookings
    assert desk.verdicts == []


async def test_a_card_that_is_missing_is_on_its_way_and_then_wrong(desk: Desk) -> None:
    made = await desk.book()
    assert desk.verdicts == [ON_ITS_WAY]
    desk.clock.advance(PATIENCE.total_seconds() + 1)
    assert desk.verdicts == [WRONG]
    desk.card("✅ Booked: Intro call", made.start)
    (line,) = desk.comparison.lines()
    assert line == {
        "booking": made.id,
        "channel": "bookings",
        "title": "Intro call between Alice Martin and Tom Alder",
        "start": f"{made.start:%Y-%m-%dT%H:%M:%S}.000Z",
        "has": "accepted",
        "says": ["Booked"],
        "verdict": RIGHT,
    }


async def test_in_an_archived_channel_it_waits(desk: Desk) -> None:
    await desk.book()
    desk.slack.channels[BOOKINGS].archived = True
    desk.clock.advance(PATIENCE.total_seconds() + 1)
    assert desk.verdicts == [ON_ITS_WAY]


async def test_two_cards_are_wrong_at_once(desk: Desk) -> None:
    made = await desk.book()
    desk.card("✅ Booked: Intro call", made.start)
    twin = desk.card("✅ Booked: Intro call", made.start)
    assert desk.verdicts == [WRONG]
    desk.slack.remove(twin)
    assert desk.verdicts == [RIGHT]


async def test_a_reply_and_another_bookings_card_do_not_count(desk: Desk) -> None:
    made = await desk.book()
    card = desk.card("✅ Booked: Something else", made.start)
    desk.card("✅ Booked: Intro call", made.start, thread_ts=card.ts)
    desk.card("✅ Booked: Intro call", made.start + timedelta(days=1))
    assert desk.verdicts == [ON_ITS_WAY]


async def test_a_reminder_is_no_second_card(desk: Desk) -> None:
    made = await desk.book()
    desk.card("✅ Booked: Intro", made.start)
    desk.card("⏰ Starts in 15 minutes: Intro", made.start)
    assert desk.verdicts == [RIGHT]


async def test_a_card_that_is_behind_becomes_right(desk: Desk) -> None:
    made = await desk.book()
    card = desk.card("✅ Booked: Intro call", made.start)
    moved = await rescheduling.reschedule(desk.world, made, Move(desk.times()[3]))
    (line,) = desk.comparison.lines()
    assert (line["says"], line["verdict"]) == (["Booked"], ON_ITS_WAY)
    desk.slack.remove(card)
    desk.card("🔁 Rescheduled: Intro call", moved.start)
    assert desk.verdicts == [RIGHT]
    await desk.cancel(moved)
    assert desk.verdicts == [ON_ITS_WAY]


async def test_the_same_time_again_after_a_cancellation(desk: Desk) -> None:
    made = await desk.book()
    desk.card("❌ Cancelled: Intro call", made.start)
    await desk.cancel(made)
    again = await desk.book(made.start)
    assert sorted(desk.verdicts) == [ON_ITS_WAY, RIGHT]
    desk.card("✅ Booked: Intro call", again.start)
    assert desk.verdicts == [RIGHT, RIGHT]
