"""Connecting one's own Cal.com account by an API key, leaving again, and inviting others to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.accounts import Connection, Way
from bot.domain.records import Level, Registration
from bot.domain.rules import Place, Rule
from bot.sandbox.calcom.seed_demo import BOB_KEY, CAROL_KEY
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.flows import KEY_REFUSED, direct, fill, front, refuse, said, without_store
from tests.slack.pressing import labels, press

PUBLIC: dict[str, Any] = {"settings": {"public_url": "https://bot.example"}}
UNCONNECTED: dict[str, Any] = {"settings": {"cal_api_key": None}}


@pytest.fixture
async def bot(bot: Rig) -> Rig:
    return bot


async def own(bot: Rig, user: str = BOB) -> Connection | None:
    return await bot.bot.store.connections.of_member(bot.slack.team_id, user)


async def give_key(bot: Rig, key: str, user: str = BOB) -> Outcome:
    """Fill the modal in front, and send it."""
    await fill(bot, user, ids.KEY, key)
    return await bot.submit(user)


async def connect(bot: Rig, user: str = BOB, key: str = BOB_KEY) -> Connection:
    await bot.command(user, "connect")
    await give_key(bot, key, user)
    await bot.people.close(user, all=True)
    found = await own(bot, user)
    assert found
    return found


async def test_a_key_is_checked_and_kept(bot: Rig) -> None:
    await bot.command(BOB, "connect")
    assert bot.slack_calls()[0] == "views.open", "before anybody is asked anything"
    assert bot.cal_calls() == []
    await give_key(bot, f" {BOB_KEY}\n")
    assert "connected to Cal.com as *Bob Stone* (bob)" in said(bot, BOB)
    assert bot.cal_calls() == ["GET /v2/me"]
    kept = await own(bot)
    assert kept
    assert (kept.way, kept.credential.token, kept.profile.id) == (Way.KEY, BOB_KEY, 2)
    assert kept.holder.account.startswith("acct_")
    assert not kept.holder.is_house


async def test_a_refused_key_is_said_at_its_field_and_kept_nowhere(bot: Rig) -> None:
    await bot.command(BOB, "connect")
    await give_key(bot, "cal_live_mistyped")
    blocks = front(bot, BOB).blocks
    at = next(n for n, block in enumerate(blocks) if block["block_id"] == ids.KEY)
    assert "Cal.com does not accept this key" in words(blocks[at + 1])
    assert "mistyped" not in str(bot.slack.calls)
    assert await own(bot) is None
    await give_key(bot, BOB_KEY)
    assert await own(bot)


@pytest.mark.parametrize("key", ["short", "two words of a key", "clé_avec_accents", "k" * 150])
async def test_what_is_no_key_is_told_without_harm(bot: Rig, key: str) -> None:
    await bot.command(BOB, "connect")
    await give_key(bot, key)
    assert "key" in words(front(bot, BOB).blocks)
    assert front(bot, BOB).body["callback_id"] == ids.API_KEY, "the form is there again"
    assert await own(bot) is None


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_while_cal_com_is_down_the_form_stays(bot: Rig, status: int) -> None:
    await bot.command(BOB, "connect")
    refuse(bot, status, "GET /v2/me", count=9)
    await give_key(bot, BOB_KEY)
    assert "Nothing was connected" in said(bot, BOB)
    bot.faults.refuse.clear()
    bot.clock.advance(minutes=2)
    await give_key(bot, BOB_KEY)
    assert await own(bot)


async def test_while_the_store_is_down_it_is_said(bot: Rig) -> None:
    await bot.command(BOB, "connect")
    async with without_store(bot):
        await fill_without_store(bot)
        assert "storage is not answering" in said(bot, BOB)
    assert await own(bot) is None


async def fill_without_store(bot: Rig) -> None:
    modal = front(bot, BOB)
    await bot.people.fill(BOB, ids.VALUE, BOB_KEY, block=ids.KEY)
    await bot.people.submit(BOB, modal)
    await bot.bot.background.drain()


@pytest.mark.parametrize("setup", [UNCONNECTED], indirect=True)
async def test_not_connected_is_one_sentence_and_a_button(bot: Rig) -> None:
    await bot.command(BOB, "slots sales tomorrow")
    assert "No Cal.com account is connected here yet." in said(bot, BOB)
    assert labels(bot.last(BOB)) == ["Connect"]
    await press(bot, BOB, "Connect")
    await give_key(bot, BOB_KEY)
    assert "Go on where you were" in said(bot, BOB)
    await bot.people.close(BOB, all=True)
    await press(bot, BOB, "Go on")
    assert "Sales call" in words(bot.last(BOB))


async def test_a_refused_account_says_reconnect_and_goes_on(bot: Rig) -> None:
    connection = await connect(bot)
    refuse(bot, 401, count=1, body=KEY_REFUSED)
    for _ in range(2):  # the second time Cal.com is not asked
        await bot.command(BOB, "types")
        assert "no longer accepts the connection to your account" in said(bot, BOB)
        assert labels(bot.last(BOB)) == ["Reconnect"]
    kept = await own(bot)
    assert kept
    assert kept.is_refused
    await press(bot, BOB, "Reconnect")
    await give_key(bot, BOB_KEY)
    await bot.people.close(BOB, all=True)
    await press(bot, BOB, "Go on")
    assert "Sales call" in words(bot.last(BOB))
    again = await own(bot)
    assert again
    assert again.holder == connection.holder


async def test_what_others_do_goes_through_the_house_account(bot: Rig) -> None:
    await connect(bot)
    await bot.command(DAVE, "types")
    assert "Intro call" in words(bot.last(DAVE))
    await bot.command(BOB, "types")
    assert "Intro call" not in words(bot.last(BOB))


async def test_what_was_wanted_goes_on(bot: Rig) -> None:
    refuse(bot, 401, count=9, body=KEY_REFUSED)
    await bot.command(BOB, "slots sales tomorrow", "random")
    assert "Cal.com no longer accepts" in words(bot.last(BOB, "random"))
    bot.faults.refuse.clear()
    await press(bot, BOB, "Connect", bot.last(BOB, "random"))
    await give_key(bot, BOB_KEY)
    await bot.people.close(BOB, all=True)
    message = bot.last(BOB, "random")
    assert "Here is what you wanted before" in words(message)
    assert bot.seen(ALICE, "random") == [], "nobody else is told"
    await press(bot, BOB, "Go on", message)
    assert "Sales call" in words(bot.last(BOB, "random"))


async def test_in_a_modal_it_is_asked_on_top_of_it(bot: Rig) -> None:
    refuse(bot, 401, count=9, body=KEY_REFUSED)
    await bot.command(BOB, "book intro tomorrow")
    below = front(bot, BOB)
    await bot.click(BOB, below, ids.CONNECT)
    bot.faults.refuse.clear()
    await give_key(bot, BOB_KEY)
    assert "connected to Cal.com" in said(bot, BOB)
    await press_in_modal(bot, BOB, "Go on")
    assert await own(bot)


async def press_in_modal(bot: Rig, user: str, label: str) -> Outcome:
    elements = [e for b in front(bot, user).blocks for e in b.get("elements", [])]
    action = next(e["action_id"] for e in elements if e["text"]["text"] == label)
    return await bot.click(user, front(bot, user), action)


async def test_a_wish_that_is_forged_or_too_long_is_none(bot: Rig) -> None:
    await bot.command(BOB, "connect")
    for metadata in ("[1]", "{", '{"text": 5, "response_url": "https://evil.example/"}'):
        front(bot, BOB).body["private_metadata"] = metadata
        await give_key(bot, BOB_KEY)
        assert "connected to Cal.com" in said(bot, BOB)
        await bot.people.close(BOB, all=True)
        await bot.command(BOB, "connect")
    assert all("evil" not in str(call) for call in bot.slack.calls)


async def test_connecting_again_as_the_same_person_keeps_the_account(bot: Rig) -> None:
    first = await connect(bot)
    await bot.command(BOB, "connect")
    assert "Now you are connected to Cal.com as *Bob Stone* (bob)" in said(bot, BOB)
    await give_key(bot, BOB_KEY)
    again = await own(bot)
    assert again
    assert again.holder == first.holder
    assert again.version == first.version + 1


async def test_connecting_as_somebody_else_leaves_the_first_account(bot: Rig) -> None:
    first = await connect(bot)
    await rule_of(bot, first)
    second = await connect(bot, key=CAROL_KEY)
    assert second.holder.account != first.holder.account
    assert second.profile.username == "carol"
    assert await bot.bot.store.connections.named(first.holder.account) is None
    assert await bot.bot.store.rules.owned(bot.slack.team_id, BOB) == []


async def rule_of(bot: Rig, connection: Connection) -> Rule:
    place = Place(bot.slack.team_id, BOB)
    rule = Rule("rule-1", place, account=connection.holder.account, owner=BOB)
    await bot.bot.store.rules.save(rule)
    return rule


async def hooked(bot: Rig, connection: Connection) -> Registration:
    """A webhook of this account, as the rounds set it up."""
    account = connection.holder.account
    client = bot.bot.deps.connecting.client_of(connection.credential)
    url = "https://bot.example/webhooks/cal/bobs-address"
    hook = await client.create_webhook(url, ["BOOKING_CREATED"], secret="s")
    row = Registration("bobs-address", account, Level.USER, "s", webhook_id=hook.id)
    await bot.bot.store.registrations.save(row)
    return row


@pytest.mark.parametrize("setup", [PUBLIC], indirect=True)
async def test_disconnecting_forgets_all_that_hangs_on_it(bot: Rig) -> None:
    connection = await connect(bot)
    await rule_of(bot, connection)
    await hooked(bot, connection)
    await bot.command(BOB, "disconnect")
    assert "deletes your notification rules" in said(bot, BOB)
    bot.forget_calls()
    await press(bot, BOB, "Disconnect")
    told = words(bot.last(BOB))
    assert "*Bob Stone* (bob) is disconnected" in told
    assert "1 notification rule and 1 webhook" in told
    assert await own(bot) is None
    assert await bot.bot.store.rules.owned(bot.slack.team_id, BOB) == []
    assert await bot.bot.store.registrations.of_account(connection.holder.account) == []
    assert [call for call in bot.cal_calls() if call.startswith("DELETE")]
    client = bot.bot.deps.connecting.client_of(connection.credential)
    assert await client.webhooks() == ()


@pytest.mark.parametrize("setup", [PUBLIC], indirect=True)
@pytest.mark.parametrize("status", [401, 503])
async def test_what_cal_com_does_not_let_us_remove_is_said(bot: Rig, status: int) -> None:
    connection = await connect(bot)
    await hooked(bot, connection)
    await bot.command(BOB, "disconnect")
    refuse(bot, status, "webhooks", count=9, body=KEY_REFUSED)
    await press(bot, BOB, "Disconnect")
    told = words(bot.last(BOB))
    assert "1 webhook could not be removed from Cal.com" in told
    assert "/settings/developer/webhooks" in told
    assert await own(bot) is None
    assert await bot.bot.store.registrations.of_account(connection.holder.account) == []


async def test_disconnecting_twice_says_so(bot: Rig) -> None:
    await connect(bot)
    await bot.command(BOB, "disconnect")
    message = bot.last(BOB)
    await press(bot, BOB, "Disconnect", message)
    await bot.command(BOB, "disconnect")
    assert "You have no Cal.com account of your own connected" in words(bot.last(BOB))


async def test_another_ones_account_is_left_alone(bot: Rig) -> None:
    await connect(bot)
    await bot.command(ALICE, "disconnect")
    assert "You have no Cal.com account of your own" in words(bot.last(ALICE))
    assert await own(bot)


async def test_the_settings_show_it_and_disconnect(bot: Rig) -> None:
    await bot.command(BOB, "settings")
    assert "None of your own is connected" in said(bot, BOB)
    await bot.people.close(BOB, all=True)
    connection = await connect(bot)
    await bot.command(BOB, "settings")
    assert "*Bob Stone* (bob), by an API key" in said(bot, BOB)
    await bot.people.close(BOB, all=True)
    await bot.bot.store.connections.refuse(
        connection.holder.account, connection.version, bot.clock()
    )
    await bot.command(BOB, "settings")
    assert "Cal.com no longer accepts *Bob Stone* (bob)" in said(bot, BOB)
    await bot.click(BOB, front(bot, BOB), ids.CONNECT)
    await give_key(bot, BOB_KEY)
    await bot.people.close(BOB, all=True)
    await bot.command(BOB, "settings")
    await bot.click(BOB, front(bot, BOB), ids.DISCONNECT)
    assert "is disconnected, and forgotten here" in said(bot, BOB)
    assert await own(bot) is None


async def test_a_guest_connects_nothing(bot: Rig) -> None:
    await bot.command(DAVE, "connect")
    people = bot.bot.deps.people
    member = await people.member(bot.slack.team_id, DAVE)
    people._kept[bot.slack.team_id, DAVE] = (
        bot.clock() + timedelta(minutes=5),
        replace(member, is_guest=True),
    )
    await give_key(bot, BOB_KEY, DAVE)
    assert "Only full members of this workspace can do that" in said(bot, DAVE)
    assert await own(bot, DAVE) is None


# -- colleagues --------------------------------------------------------------------------------


async def test_a_colleague_is_invited_once_a_day(bot: Rig) -> None:
    await bot.command(ALICE, f"slots <@{DAVE}|dave>")
    assert "cannot find a Cal.com account for Dave Okoro" in said(bot, ALICE)
    assert direct(bot, DAVE) == [], "nothing is posted unless somebody wants it"
    message = bot.last(ALICE)
    await press(bot, ALICE, "Invite to connect", message)
    assert "I have asked Dave Okoro" in said(bot, ALICE)
    (told,) = direct(bot, DAVE)
    assert "Alice Martin would like to find a time with you" in words(told)
    await press(bot, ALICE, "Invite to connect", message)
    assert "You have invited Dave Okoro within the last day" in said(bot, ALICE)
    assert len(direct(bot, DAVE)) == 1
    bot.clock.advance(hours=25)
    await press(bot, ALICE, "Invite to connect", message)
    assert len(direct(bot, DAVE)) == 2


async def test_who_is_invited_connects_from_the_message(bot: Rig) -> None:
    await bot.command(ALICE, f"slots <@{DAVE}|dave>")
    asked = bot.last(ALICE)
    await press(bot, ALICE, "Invite to connect", asked)
    (told,) = direct(bot, DAVE)
    await press(bot, DAVE, "Connect", told)
    await give_key(bot, CAROL_KEY, DAVE)
    assert await own(bot, DAVE)
    await press(bot, ALICE, "Invite to connect", asked)
    assert "Dave Okoro has connected an account already" in said(bot, ALICE)


@pytest.mark.parametrize("whom", [ALICE, "USLACKBOT"])
async def test_a_forged_invitation_goes_nowhere(bot: Rig, whom: str) -> None:
    await bot.command(ALICE, f"slots <@{DAVE}|dave>")
    message = bot.last(ALICE)
    message.blocks[0]["accessory"]["value"] = whom
    before = bot.slack_calls().count("chat.postMessage")
    await press(bot, ALICE, "Invite to connect", message)
    assert bot.slack_calls().count("chat.postMessage") == before
