"""More questions than good sense puts on one screen: further screens, there and back."""

from typing import Any

from bot.domain.answers import token
from bot.slack import ids
from bot.slack.views.questions import block_of
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.asking import answer, asking, below, field, held, opened
from tests.slack.flows import (
    back,
    cut_off,
    fill,
    front,
    has_block,
    holds,
    pick_time,
    refuse,
    store_goes_during,
    without_store,
)
from tests.slack.pressing import event_type as the_type

THIRTY = [field("text", f"q{number}") for number in range(30)]


def asked(bot: Rig, user: str = DAVE) -> list[str]:
    """The slugs that the screen asks."""
    return [
        block["block_id"].split(":", 2)[2]
        for block in front(bot, user).blocks
        if block["block_id"].startswith(f"{ids.QUESTION}:")
    ]


async def press_back(bot: Rig, user: str = DAVE) -> None:
    block = next(b for b in front(bot, user).blocks if b["type"] == "actions")
    await bot.click(user, None, ids.BACK, block=block["block_id"])


def submit_of(bot: Rig, user: str = DAVE) -> str:
    label: str = front(bot, user).body["submit"]["text"]
    return label


async def test_five_stand_on_the_first_screen_and_six_do_not(bot: Rig) -> None:
    five, six = asking(bot, *THIRTY[:5], slug="five"), asking(bot, *THIRTY[:6], slug="six")
    await opened(bot, five)
    assert asked(bot) == [f"q{n}" for n in range(5)]
    assert submit_of(bot) == "Book"
    await bot.people.close(DAVE, all=True)
    await opened(bot, six)
    assert asked(bot) == []
    assert submit_of(bot) == "Next"


async def test_thirty_questions_are_asked_and_all_arrive(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY)
    await opened(bot, event_type)
    seen: list[str] = []
    while submit_of(bot) == "Next":
        await bot.submit(DAVE)
        for slug in asked(bot):
            await answer(bot, event_type, f"answer to {slug}", slug)
        seen += asked(bot)
    assert seen == [f"q{n}" for n in range(30)]
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    answers = bot.cal.bookings[-1].responses
    assert all(answers[slug] == f"answer to {slug}" for slug in seen)


async def test_what_was_typed_survives_going_there_and_back(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:20])
    await opened(bot, event_type)
    await fill(bot, DAVE, ids.NOTES, "bring the slides")
    start = holds(bot, DAVE, ids.TIME)
    await bot.submit(DAVE)
    await answer(bot, event_type, "first", "q0")
    await bot.submit(DAVE)
    await answer(bot, event_type, "tenth", "q10")
    await press_back(bot)
    assert held(bot, event_type, "q0") == "first"
    await press_back(bot)
    assert holds(bot, DAVE, ids.NOTES) == "bring the slides"
    assert holds(bot, DAVE, ids.TIME) == start
    await bot.submit(DAVE)
    await bot.submit(DAVE)
    assert held(bot, event_type, "q10") == "tenth"
    await bot.submit(DAVE)
    await bot.submit(DAVE)
    answers = bot.cal.bookings[-1].responses
    assert (answers["q0"], answers["q10"]) == ("first", "tenth")
    assert answers["notes"] == "bring the slides"


async def test_the_screens_say_how_far_one_is(bot: Rig) -> None:
    await opened(bot, asking(bot, *THIRTY[:12]))
    await bot.submit(DAVE)
    assert "step 2 of 3" in words(front(bot))
    await bot.submit(DAVE)
    assert "step 3 of 3" in words(front(bot))


async def test_a_wrong_answer_keeps_one_on_its_screen(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:6], field("phone", "mobile"))
    await opened(bot, event_type)
    await bot.submit(DAVE)
    await answer(bot, event_type, "12", "mobile")
    outcome = await bot.submit(DAVE)
    assert list(outcome.errors) == [block_of(event_type.id, "mobile")]


async def test_a_refused_answer_leads_back_to_its_screen(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:20])
    await opened(bot, event_type)
    for _ in range(3):
        await bot.submit(DAVE)
    text = "Missing required booking field response: q2 - it is required"
    error = {"code": "BadRequestException", "message": text}
    refuse(bot, 400, "POST /v2/bookings", body={"status": "error", "error": error})
    await bot.submit(DAVE)
    assert "This has to be filled in." in below(bot, event_type, "q2")


async def test_a_time_that_has_gone_leads_back_to_the_times(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:6])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    await answer(bot, event_type, "kept", "q3")
    taken = "User either already has booking at this time or is not available"
    error = {"code": "BadRequestException", "message": taken}
    refuse(bot, 400, "POST /v2/bookings", body={"status": "error", "error": error}, count=2)
    await bot.submit(DAVE)
    assert "just been taken" in words(front(bot))
    await pick_time(bot, nth=3)
    await bot.submit(DAVE)
    assert held(bot, event_type, "q3") == "kept"
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_cal_com_away_at_the_end_keeps_the_last_screen(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:6])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    await answer(bot, event_type, "kept", "q3")
    cut_off(bot, "POST /v2/bookings")
    await bot.submit(DAVE)
    assert "Cal.com is not answering" in words(front(bot))
    assert held(bot, event_type, "q3") == "kept"
    back(bot)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_the_store_away_at_the_end_keeps_the_last_screen(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:6])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    await answer(bot, event_type, "kept", "q3")
    async with without_store(bot):
        await bot.people.submit(DAVE)
        await bot.bot.background.drain()
        assert "My own storage is not answering" in words(front(bot))
        assert held(bot, event_type, "q3") == "kept"
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_the_last_press_twice_books_once(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:6])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    before = len(bot.cal.bookings)
    outcome = await bot.submit(DAVE)
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert len(bot.cal.bookings) == before + 1


async def test_next_pressed_twice_goes_one_on(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:20])
    await opened(bot, event_type)
    outcome = await bot.submit(DAVE)
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert "step 2 of 4" in words(front(bot))


async def test_questions_added_meanwhile_are_asked_before_it_is_booked(bot: Rig) -> None:
    """The form was drawn for an event type without questions; it has got some since."""
    event_type = asking(bot, field("text", "q0"))
    await opened(bot, event_type)
    event_type.booking_fields.append(field("text", "late", required=True))
    await bot.submit(DAVE)
    assert "late: This has to be filled in." in words(front(bot)) or has_block(
        bot, DAVE, ids.QUESTION
    )
    assert "*Booked*" not in words(front(bot))


async def forgotten(bot: Rig) -> None:
    """No event type is known any more, as after a restart: Cal.com has denied one of them."""
    refuse(bot, 404, "GET /v2/slots")
    await bot.command(BOB, "slots intro")


async def test_a_restart_between_two_screens_loses_nothing(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:12])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    await answer(bot, event_type, "first", "q0")
    await forgotten(bot)
    await bot.submit(DAVE)
    assert "step 3 of 3" in words(front(bot))
    await forgotten(bot)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert bot.cal.bookings[-1].responses["q0"] == "first"


SURVEY: dict[str, Any] = {
    "company": "Alder & Sons",
    "code": "A-1234",
    "purpose": "The lights have been out since the storm.",
    "vessels": "3",
    "length": "24.5",
    "harbour-master": "+33 4 91 00 00 00",
    "map": "https://maps.example/pier",
    "invoice": "bills@alder.example",
    "pier": "Quai 4",
    "port": "Marseille",
    "berth": "Berth 117",
    "seasons": ["Summer"],
    "time-out": "11 days at sea",
    "insured": "Yes",
    "papers": ["Plans", "Logs"],
    "terms": "yes",
    "crew": "ann@x.example",
    "title": "Lights of pier 4",
}


async def test_the_sandboxs_survey_can_be_booked(bot: Rig) -> None:
    event_type = the_type(bot, "survey")
    await bot.command(ALICE, "book survey")
    await pick_time(bot, ALICE)
    await fill(bot, ALICE, ids.GUEST_NAME, "Wes")
    if has_block(bot, ALICE, ids.LAST_NAME):
        await fill(bot, ALICE, ids.LAST_NAME, "Wood")
    await fill(bot, ALICE, ids.GUEST_EMAIL, "wes@wood.example")
    await fill(bot, ALICE, ids.NOTES, "See you there")
    while submit_of(bot, ALICE) == "Next":
        await bot.submit(ALICE)
        for slug in asked(bot, ALICE):
            if slug in SURVEY:
                await answer(bot, event_type, SURVEY[slug], slug, ALICE)
    await bot.submit(ALICE)
    assert "*Booked*" in words(front(bot, ALICE))
    answers = bot.cal.bookings[-1].responses
    assert (answers["vessels"], answers["length"]) == (3, 24.5)
    assert (answers["berth"], answers["papers"]) == ("Berth 117", ["Plans", "Logs"])
    assert answers["title"] == "Lights of pier 4"
    assert token(answers["time-out"]) == "11 days at sea"


async def test_the_store_that_goes_while_it_is_booked_is_told_as_not_sure(bot: Rig) -> None:
    event_type = asking(bot, *THIRTY[:6])
    await opened(bot, event_type)
    await bot.submit(DAVE)
    async with store_goes_during(bot, "POST /v2/bookings"):
        await bot.people.submit(DAVE)
        await bot.bot.background.drain()
        assert "checking whether it was booked" in words(front(bot))
