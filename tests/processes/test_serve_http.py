"""`serve` over HTTP, from its start to its stop."""

import signal

from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from tests.harness import words
from tests.processes.running import STOPPED_WITHIN, Launcher, eventually, until
from tests.processes.surroundings import ALICE, DAVE, Gate, Surroundings
from tests.subscribing import WEBHOOK_SECRET


async def test_people_are_answered_and_the_channel_hears(
    launch: Launcher, around: Surroundings
) -> None:
    bot = launch.start("serve")
    await around.ready(bot)
    assert (await around.get("/healthz")).status_code == 200
    await around.people.command(ALICE, "general", "/cal", "help")
    await around.reads(ALICE, "/cal book")

    before = len(around.cal.bookings)
    await around.fill_in(DAVE)
    await around.people.submit(DAVE)
    await around.sees(DAVE, "Booked")
    assert len(around.cal.bookings) == before + 1
    (card,) = await until(around.cards)
    assert "Dave Okoro" in words(card)
    await bot.stop()
    assert not (launch.folder / "bot.db-wal").exists(), "the store was not closed"


async def test_told_to_stop_it_finishes_what_is_under_way(
    launch: Launcher, around: Surroundings
) -> None:
    bot = launch.start("serve")
    await around.ready(bot)
    before, gate = len(around.cal.bookings), Gate()
    around.cal.faults.slow, around.cal.faults.slow_match = 1, "POST /v2/bookings"
    around.cal.faults.sleep = gate.hold
    await around.fill_in(DAVE)
    await around.people.submit(DAVE)
    await gate.reached.wait()

    bot.send(signal.SIGTERM)
    await eventually(lambda: says_it_stops(around))
    assert bot.popen.poll() is None, "it left while a booking was under way"
    assert (await around.get("/healthz")).status_code == 200, "others are still answered"
    gate.opened.set()
    await around.sees(DAVE, "Booked")
    assert await bot.ended(STOPPED_WITHIN) == 0
    assert (bot.noise, bot.errors) == ([], [])
    assert len(around.cal.bookings) == before + 1


async def says_it_stops(around: Surroundings) -> bool:
    """From the moment it is told to, before anything has ended."""
    answer = await around.get("/readyz")
    return (answer.status_code, answer.json().get("process")) == (503, "stopping")


async def test_nothing_secret_is_in_the_fullest_log(launch: Launcher, around: Surroundings) -> None:
    """Over API v1, where the key travels in the address."""
    v1 = around.settings["CAL_API_URL"].removesuffix("v2") + "v1"
    bot = launch.start("serve", LOG_LEVEL="debug", CAL_API_URL=v1)
    await around.ready(bot)
    await around.fill_in(DAVE)
    await around.people.submit(DAVE)
    await around.sees(DAVE, "Booked")
    await until(around.cards)
    await bot.stop()
    assert bot.said("calcom_request")
    assert {call.path for call in around.cal.log} >= {"/v1/event-types", "/v1/bookings"}
    app, made = around.slack.app, around.cal.bookings[-1]
    for secret in (HOUSE_KEY, WEBHOOK_SECRET, app.bot_token, app.signing_secret, made.uid):
        assert secret not in bot.err + bot.out
