"""Who did what from Slack: noted before it is done, shown to admins, exported once."""

import csv
import io
import re
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.audits import DID, REFUSED, Entry
from bot.domain.bookings import Action
from bot.domain.policy import Deed
from bot.sandbox.slack.messages import Message
from bot.slack import ids, listeners
from bot.slack.listeners.notify import DOING
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.services.hooks import URL
from tests.slack.flows import book, filled_in, refuse
from tests.slack.pressing import controls, labels, press
from tests.slack.ruling import at_public_url


async def noted(bot: Rig) -> list[Entry]:
    return [entry async for entry in bot.bot.store.audit.all(bot.slack.team_id)]


async def shown(bot: Rig) -> Message:
    await bot.command(ALICE, "status")
    await press(bot, ALICE, "Who did what", bot.last(ALICE))
    return bot.last(ALICE)


async def test_a_booking_is_noted_with_who_made_it(bot: Rig) -> None:
    await book(bot, user=DAVE)
    (entry,) = await noted(bot)
    assert (entry.user_id, entry.action, entry.outcome) == (DAVE, "book", "done")
    assert entry.account == "house"
    seen = await bot.bot.store.references.seen(entry.ref)
    assert seen is not None
    assert seen.uid not in repr(entry)
    said = words(await shown(bot))
    assert f"<@{DAVE}> book" in said


async def test_what_was_refused_says_why(bot: Rig) -> None:
    await filled_in(bot)
    refuse(bot, 403, match="POST /v2/bookings")
    await bot.submit(DAVE)
    (entry,) = await noted(bot)
    assert entry.outcome == "NotAllowed"
    assert "book (refused: Cal.com does not allow it)" in words(await shown(bot))


async def test_there_are_pages(bot: Rig) -> None:
    for number in range(20):
        began = await bot.bot.deps.auditing.began(bot.slack.team_id, BOB, f"act {number:02}")
        await bot.bot.deps.auditing.ended(began, "done")
    first = await shown(bot)
    assert "act 19" in words(first)
    assert "act 04" not in words(first)
    await press(bot, ALICE, "Older", first)
    assert "act 04" in words(bot.last(ALICE))
    assert labels(bot.last(ALICE)) == ["Newest", "Download all as CSV", "Back to the status"]


async def test_a_process_that_died_left_it_begun(bot: Rig) -> None:
    await bot.bot.deps.auditing.began(bot.slack.team_id, BOB, "cancel", "some-ref")
    assert "what came of it was never noted" in words(await shown(bot))


@pytest.mark.parametrize("action", [ids.AUDIT, ids.AUDIT_PAGE, ids.AUDIT_FILE])
async def test_others_than_admins_are_told_who_may(bot: Rig, action: str) -> None:
    await bot.command(DAVE, "types")
    message = bot.last(DAVE)
    (_, forged), *_ = controls(message)
    forged |= {"action_id": action, "value": "99"}
    await press(bot, DAVE, forged["text"]["text"], message)
    assert "Only the admins of this workspace" in words(bot.last(DAVE))


async def test_without_an_address_the_file_is_on_the_server(bot: Rig) -> None:
    await book(bot)
    await press(bot, ALICE, "Download all as CSV", await shown(bot))
    assert "python -m bot audit" in words(bot.last(ALICE))


@at_public_url()
class TestTheFile:
    async def link(self, bot: Rig) -> str:
        await press(bot, ALICE, "Download all as CSV", await shown(bot))
        return bot.last(ALICE).text.rpartition(" ")[2].removeprefix(URL)

    async def test_it_can_be_had_once(self, bot: Rig) -> None:
        await book(bot, user=DAVE)
        await bot.bot.deps.auditing.began(bot.slack.team_id, BOB, "=HYPERLINK()", "ref")
        await bot.bot.deps.auditing.began("T0OTHER", BOB, "elsewhere")
        path = await self.link(bot)
        assert (await bot.http.head(path)).status_code == 200
        answer = await bot.http.get(path)
        head, *rows = list(csv.reader(io.StringIO(answer.text)))
        assert head[:4] == ["at", "member", "action", "outcome"]
        assert [row[1:4] for row in rows] == [
            [DAVE, "book", "done"],
            [BOB, "'=HYPERLINK()", "begun"],
        ]
        assert answer.headers["cache-control"] == "no-store"
        assert (await bot.http.get(path)).status_code == 404

    async def test_it_runs_out(self, bot: Rig) -> None:
        await book(bot)
        path = await self.link(bot)
        assert path.startswith("/audit/")
        bot.clock.advance(minutes=11)
        assert (await bot.http.get(path)).status_code == 404

    async def test_a_made_up_one_is_none(self, bot: Rig) -> None:
        answer = await bot.http.get("/audit/made-up")
        assert answer.status_code == 404
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_what_is_old_is_deleted(bot: Rig) -> None:
    await book(bot)
    bot.clock.advance(days=364)
    await bot.round("prune")
    assert await noted(bot)
    bot.clock.advance(days=2)
    await bot.round("prune")
    assert await noted(bot) == []


def test_everything_that_is_noted_can_be_said() -> None:
    looking = {Action.CALENDAR_LINKS, Action.RECORDINGS}
    noted = {action.value for action in Action if action not in looking} | set(DOING.values())
    for file in Path(listeners.__path__[0]).glob("*.py"):
        noted |= set(re.findall(r'exchange\.note\(\s*"([^"]+)"', file.read_text("utf-8")))
    assert noted | {Deed.CLAIM.name.lower()} == set(DID)


def test_every_kind_of_refusal_that_is_said_is_one() -> None:
    assert [kind for kind in REFUSED if not hasattr(errors, kind)] == []
