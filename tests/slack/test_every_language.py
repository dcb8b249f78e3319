"""A day with the bot in each language, part by part: everybody reads all of it in their own, a
channel in its rule's, and Slack takes it all.

What stands in no catalogue is found by `tests/locales`; here, what is worded before it is known
who reads it, what is told to one in the language of another, and what does not fit where Slack has
little room. Each part runs with two languages as the one of the day, so that each is somebody's;
`LANGUAGES=every uv run pytest tests/slack/test_every_language.py` is the long form.
"""

import json
import os
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.rules import Digest, Look, Place, Rule
from bot.locales import TAGS
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.slack import ids
from bot.slack.steps import STEPS
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig
from tests.slack import hearing, pressing, test_claim
from tests.slack.curious import Curious
from tests.slack.flows import (
    WES,
    back,
    cut_off,
    direct,
    fill,
    pick_time,
    refuse,
    told_by_the_worker,
)
from tests.slack.pressing import controls
from tests.slack.proposing import propose
from tests.slack.reminding import digests
from tests.slack.ruling import at_public_url
from tests.slack.spoken import foreign, heard, own, remember
from tests.slack.test_every_trigger import BOOKED, OTHERS
from tests.slack.test_install import MANY, install

LOCALES = {"de": "de-DE", "fr": "fr-FR", "es": "es-LA", "pt-BR": "pt-BR"} | {
    "ja": "ja-JP",
    "zh-CN": "zh-CN",
}
HOSTS, RULES = {ALICE, BOB, "C0RANDOM"}, {CAROL, "C0BOOKINGS"}
"""Alice and Bob read the next language, and #random what they post there; Carol and the rule of
#bookings the one after that. Everybody and everything else has the language of the day."""
NAMES = {"Google Calendar", "Working hours"}
"""What the local Cal.com calls things, as somebody has named them there."""
TYPED = {
    DAVE: (
        *("what is this", "help", "types @bob", "slots intro", "slots nothing of the kind"),
        *("slots intro fri 25:99", "slots intro on no day", "availability intro", "availability"),
        *("book intro tomorrow", "book", "book interview", "book demo", "book team-demo"),
        *("bookings", "bookings past", "bookings nonsense", "today", "next", "reschedule"),
        *("cancel", "confirm", "decline", "settings", "propose intro"),
    ),
    ALICE: (
        *("schedule", "away", "away fri to mon", "away 1.1. to nowhen", "status", "notify"),
        *("bookings unconfirmed", "disconnect", "connect <@U0CAROL>"),
    ),
}
REFUSED = (
    (400, "no_available_users_found_error"),
    (400, "User either already has booking at this time or is not available"),
    (400, "Attempting to book a meeting in the past."),
    (400, "Something that nobody has heard of"),
    (403, "Forbidden"),
    (404, "Event type not found"),
    (409, "Conflict"),
    (500, "Internal server error"),
)
AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
STEP = (
    (ids.FIND_TIMES, {"event_type": "intro", "day": "tomorrow"}),
    (ids.FIND_TIMES, {"event_type": "intor"}),
    (ids.FIND_TIMES, {"event_type": ""}),
    (ids.FIND_TIMES, {"event_type": "intro", "day": "no day"}),
    (ids.BOOK_STEP, {"event_type": "intro", "start": 1}),
    (ids.BOOK_STEP, {"event_type": "intro", "start": -1}),
    (ids.BOOK_STEP, {"event_type": "intro", "start": int(AT.timestamp()), "email": "nobody"}),
    (ids.BOOK_STEP, {"event_type": "demo", "start": int(AT.timestamp())}),
    (ids.CANCEL_STEP, {"reference": "forged"}),
)


async def of_a_member(bot: Rig) -> None:
    await curious(bot, DAVE, "general")


async def of_a_host(bot: Rig) -> None:
    """Without an account of their own, and then with one."""
    await curious(bot, ALICE, "random")
    await bot.command(BOB, "connect", "random")
    await fill(bot, BOB, ids.KEY, "of nothing")
    await bot.submit(BOB)
    await fill(bot, BOB, ids.KEY, BOB_KEY)
    await bot.submit(BOB)
    bot.slack.views.clear(BOB)
    for text in ("connect", "disconnect"):
        await bot.command(BOB, text, "random")
    await bot.people.open_home(BOB)
    await bot.settle()


async def curious(bot: Rig, user: str, channel: str) -> None:
    """They type all this, and press everything that comes of it."""
    somebody = Curious(bot, user, channel)
    for text in TYPED[user]:
        await bot.command(user, text, channel)
        await somebody.press_everything()
    await bot.people.open_home(user)
    await bot.settle()
    await somebody.press_everything()


async def together(bot: Rig) -> None:
    """Proposals and a poll, a link, and who takes a booking."""
    tried: set[Any] = set()
    people = [Curious(bot, user, "random", tried) for user in (BOB, ALICE)]
    poll = {ids.WAY: "poll", ids.CHANNEL: "C0RANDOM"}
    for whom, fields in 2 * ((f"<@{BOB}|bob> intro", {}), ("intro", poll)):
        await propose(bot, ALICE, whom, fields=fields)
        bot.slack.views.clear(ALICE)
        for somebody in people:
            await somebody.press_everything()
    bot.slack.app.unfurl_domains, bot.slack.app.events = ("cal.com",), frozenset({"link_shared"})
    bot.bot.deps.people.forget(bot.slack.team_id, DAVE)
    await bot.people.say(DAVE, "general", "https://cal.com/alice/intro")
    await rule(bot, "C0BOOKINGS", CAROL)
    await test_claim.booked(bot)
    for user in (DAVE, CAROL, BOB):
        card = next(m for m in reversed(bot.seen(user, "bookings")) if not m.ephemeral_to)
        for block_id, element in controls(card):
            if element["action_id"] == ids.CLAIM:
                await bot.click(user, card, ids.CLAIM, block=block_id)


async def rule(bot: Rig, channel: str, of: str, **more: Any) -> None:
    """One in the language of this person."""
    tag = next(tag for tag, locale in LOCALES.items() if locale == bot.slack.people[of].locale)
    look, place = (
        Look(language=tag, mention_host=True, asks=True),
        Place(bot.slack.team_id, channel),
    )
    rule = Rule(f"of-{channel}", place, owner=ALICE, look=look, **more)
    await bot.bot.store.rules.save(rule, digest_at=AT if rule.digest else None)


async def hearing_of_it(bot: Rig) -> None:
    """In a channel and in a direct message; then reminders and digests."""
    await rule(bot, "C0BOOKINGS", CAROL, reminders=(15,), digest=Digest(8 * 60), zone="Asia/Tokyo")
    await rule(bot, ALICE, ALICE)
    for body, _ in [*BOOKED.values(), *OTHERS.values()]:
        await hearing.post(bot, json.dumps(body).encode())
        bot.clock.advance(seconds=3)  # Slack does not take it all at once
    await pressing.book(bot, "intro", AT, WES)
    for minutes, chore in ((-15, "reminders"), (-15, "digests"), (60, "digests"), (60, "poll")):
        bot.clock.at = AT + timedelta(minutes=minutes)
        await bot.round(chore)
    assert await digests(bot)
    await Curious(bot, ALICE, "bookings").press_everything()


async def what_goes_wrong(bot: Rig) -> None:
    await answer_is_lost(bot)
    for status in (401, 403, 404, 409, 429, 500):
        refuse(bot, status, count=9)
        for text in ("bookings", "slots intro"):
            await bot.command(DAVE, text)
        back(bot)
        bot.clock.advance(minutes=11)
    for status, why in REFUSED:
        await bot.command(DAVE, "book intro friday")
        await pick_time(bot)
        body = {"status": "error", "error": {"code": "SomeException", "message": why}}
        refuse(bot, status, "POST /v2/bookings", body=body)
        await bot.submit(DAVE)
        back(bot)
        bot.slack.views.clear(DAVE)
    cut_off(bot)
    await bot.command(DAVE, "types")
    back(bot)
    await rule(bot, "C0BOOKINGS", CAROL)
    bot.slack.refuse("chat.postMessage", "is_archived")
    await pressing.book(bot, "intro", AT, WES)
    assert direct(bot, ALICE), "whose rule it is hears of it"
    for text in ("status", "notify"):
        await bot.command(ALICE, text, "random")


async def answer_is_lost(bot: Rig) -> None:
    """Whether it was booked is told later."""
    await bot.command(DAVE, "book intro friday")
    await pick_time(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    refuse(bot, 503, "GET /v2/bookings", count=9)
    await bot.submit(DAVE)
    back(bot)
    bot.clock.advance(minutes=3)
    await told_by_the_worker(bot)


async def in_workflows(bot: Rig) -> None:
    bot.slack.app.steps = STEPS
    for step, inputs in STEP:
        await bot.people.run_step(step, inputs, DAVE)
        await bot.settle()
    cut_off(bot)
    await bot.people.run_step(ids.FIND_TIMES, {"event_type": "intro"}, DAVE)
    await bot.settle()
    back(bot)


Part = Callable[[Rig], Awaitable[None]]
DAY: Mapping[Part, int] = {
    of_a_member: 200,
    of_a_host: 200,
    together: 40,
    hearing_of_it: 50,
    what_goes_wrong: 20,
    in_workflows: 8,
}
"""With so many texts of the catalogue that are read at the least."""


EVERY = os.environ.get("LANGUAGES") == "every"
DAYS = [
    pytest.param(part, tag, id=f"{part.__name__}-{tag}")
    for nth, part in enumerate(DAY)
    for number, tag in enumerate(TAGS)
    if EVERY or (nth + number) % 3 == 0
]


@pytest.mark.parametrize(("part", "tag"), DAYS)
@at_public_url()
async def test_a_day_in_this_language(bot: Rig, part: Part, tag: str) -> None:
    hosts, rules = (TAGS[TAGS.index(tag) - number] for number in (1, 2))
    tags = {**dict.fromkeys(HOSTS, hosts), **dict.fromkeys(RULES, rules)}
    for person in bot.slack.people.values():
        person.locale = LOCALES[tags.get(person.id, tag)]
    for channel in bot.slack.channels.values():
        channel.members.add(bot.slack.app.bot_user_id)
    for user in (ALICE, BOB, CAROL, DAVE):
        await bot.command(user, "types")  # whom Slack has never told of is answered in English
    remember(bot)
    with capture_logs() as log:
        await part(bot)
    told = heard(bot, tags, tag)
    assert wrong(told, {"en", tag, hosts, rules}) == []
    assert sum(len(own(text, speaks)) for speaks, text in told.items()) >= DAY[part]
    refused = {(call.method, call.error) for call in bot.slack.calls if not call.ok}
    assert refused <= {("chat.postMessage", code) for code in ("is_archived", "ratelimited")}
    assert bot.slack.warnings == []
    assert [line for line in log if line["log_level"] == "error"] == []


def wrong(told: Mapping[str, str], tags: Collection[str]) -> list[tuple[str, str]]:
    """What is said in another language than that of who reads it, with theirs."""
    found = {(tag, said) for tag, text in told.items() for said in foreign(text, tag, tags)}
    return sorted((tag, said) for tag, said in found if said not in NAMES)


NEW: dict[str, Any] = {"cal_oauth_client_id": "calbot-sandbox", "cal_api_key": None}
PAGES = (
    *("/slack/oauth_redirect?code=c&state=made-up", "/audit/made-up"),
    *("/cal/oauth/start/made-up", "/cal/oauth/callback?code=c&state=made-up"),
)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("setup", [{"settings": MANY["settings"] | NEW}], indirect=True, ids=[""])
async def test_arriving_in_this_language(bot: Rig, tag: str) -> None:
    """Installing the app, its welcome, the pages of links that have ended, and what everything
    says while no account is connected."""
    bot.slack.person(ALICE).locale = LOCALES[tag]
    remember(bot)
    bot.http.headers["accept-language"] = f"{tag},en;q=0.5"
    pages = [await install(bot), *[await bot.http.get(path) for path in PAGES]]
    for page in pages:
        assert f'<html lang="{tag}">' in page.text or "html" not in page.headers["content-type"]
        said = re.sub(r"(?s)<style>.*</style>|<[^>]*>", "\n", page.text)
        assert own(said, tag), page.url
        assert list(foreign(said, tag, {"en", *TAGS})) == [], page.url
    for text in ("help", "types", "book", "connect", "status", "settings"):
        await bot.command(ALICE, text)
    await bot.people.open_home(ALICE)
    await bot.settle()
    told = heard(bot, {}, tag)
    assert wrong(told, {"en", tag}) == []
    assert len(own(told[tag], tag)) > 30
