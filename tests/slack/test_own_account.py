"""A member's own account beside the house's: whose bookings are whose, and who may do what."""

from datetime import timedelta

import pytest

from bot.domain.bookings import Action
from bot.domain.errors import Expired
from bot.domain.rules import Place
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.sandbox.slack.messages import Message
from bot.slack import ids
from bot.slack.views.bookings import DETAILS
from bot.slack.views.details import BUTTONS
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.outsiders import Outsiders
from tests.slack.flows import book, direct, fill
from tests.slack.pressing import controls, press
from tests.slack.ruling import at_public_url


async def connect(bot: Rig, user: str = BOB, key: str = BOB_KEY) -> str:
    """The member connects by key; the account's name."""
    await bot.command(user, "connect")
    await fill(bot, user, ids.KEY, key)
    await bot.submit(user)
    found = await bot.bot.store.connections.of_member(bot.slack.team_id, user)
    assert found
    return found.holder.account


def ref_in(listed: Message) -> str:
    """What stands for the last booking of a list."""
    options = [each for _, e in controls(listed) for each in e.get("options", [])]
    return str(
        [o["value"] for o in options if o["value"].startswith(DETAILS)][-1].partition(":")[2]
    )


async def his(bot: Rig) -> str:
    """The reference of a booking of Bob's own account, made by an outsider."""
    bob = next(user for user in bot.cal.users.values() if user.username == "bob")
    slug = next(t.slug for t in bot.cal.event_types.values() if t.owner_id == bob.id)
    await Outsiders(bot.cal).book(slug)
    await bot.command(BOB, "bookings")
    return ref_in(bot.last(BOB))


async def cancel(bot: Rig, user: str, ref: str) -> None:
    """Press a Cancel that stands for this reference, wherever it came from."""
    await bot.command(user, "types")
    message = bot.last(user)
    (_, forged), *_ = controls(message)
    forged |= {"action_id": BUTTONS[Action.CANCEL], "value": ref}
    await press(bot, user, forged["text"]["text"], message)


async def test_everybody_else_stays_at_the_house(bot: Rig) -> None:
    before = await bot.bot.deps.desks.of(bot.slack.team_id, DAVE)
    account = await connect(bot)
    desk = await bot.bot.deps.desks.of(bot.slack.team_id, BOB)
    assert desk.holder.account == account
    assert await bot.bot.deps.desks.of(bot.slack.team_id, DAVE) is before
    await book(bot, user=DAVE)
    await bot.command(DAVE, "bookings")
    assert "Intro call" in words(bot.last(DAVE))


async def test_an_admin_with_an_own_account_still_looks_after_the_house(bot: Rig) -> None:
    await connect(bot, ALICE)
    await bot.command(ALICE, "status")
    assert "Cal.com: Alice Martin" in words(bot.last(ALICE))


async def test_a_card_of_the_house_is_changed_by_who_has_an_own_account(bot: Rig) -> None:
    await book(bot, user=DAVE)
    await bot.command(DAVE, "bookings")
    ref = ref_in(bot.last(DAVE))
    await connect(bot, DAVE)
    await cancel(bot, DAVE, ref)
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].status.value == "cancelled"


@pytest.mark.parametrize("user", [ALICE, DAVE])
async def test_nobody_else_reaches_into_it(bot: Rig, user: str) -> None:
    """Not even an admin, with the reference in hand."""
    await connect(bot)
    ref = await his(bot)
    before = [booking.status for booking in bot.cal.bookings]
    await cancel(bot, user, ref)
    view = bot.modal(user)
    assert view
    assert "Only the host, the attendees" in words(view)
    assert "submit" not in view.body
    assert [booking.status for booking in bot.cal.bookings] == before


async def test_another_workspace_has_no_such_reference(bot: Rig) -> None:
    await connect(bot)
    ref = await his(bot)
    assert await bot.bot.deps.desks.keeping(bot.slack.team_id, BOB, ref)
    with pytest.raises(Expired):
        await bot.bot.deps.desks.keeping("T0OTHER", BOB, ref)
    with pytest.raises(Expired):
        await bot.bot.deps.desks.keeping(bot.slack.team_id, BOB, "made-up")


@at_public_url()
async def test_a_member_hears_of_every_booking_of_their_own_account(bot: Rig) -> None:
    account = await connect(bot)
    await bot.command(BOB, "notify")
    await press(bot, BOB, "Notify me")
    await bot.submit(BOB)
    (rule,) = await bot.bot.store.rules.at(Place(bot.slack.team_id, BOB))
    assert (rule.account, rule.hosts) == (account, ())
    assert "Bookings of your own account" in words(bot.modal(BOB))
    bot.clock.advance(seconds=2)
    await bot.round("webhooks")
    await bot.round("poll")
    kept = await bot.bot.store.registrations.of_account(account)
    assert any(each.webhook_id for each in kept)
    await his(bot)
    bot.clock.advance(minutes=4)
    await bot.round("poll")
    await bot.round("poll")
    assert any("Booked" in words(message) for message in direct(bot, BOB))
    due = await bot.bot.store.turns.due("reminders:", bot.clock() + timedelta(hours=1))
    assert f"reminders:{account}" in due


async def test_a_colleague_is_found_by_their_own_account(bot: Rig) -> None:
    """Whatever e-mail they use in Slack: Dave's is nobody's at Cal.com."""
    await bot.command(ALICE, f"types <@{DAVE}|dave>")
    assert "cannot find a Cal.com account for Dave Okoro" in words(bot.last(ALICE))
    await connect(bot, DAVE)
    await bot.command(ALICE, f"types <@{DAVE}|dave>")
    assert "Sales call" in words(bot.last(ALICE))
