"""Nothing is done for a forger, for a stranger, or to what is not theirs."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest

from bot.domain.bookings import Listing
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.people import Person as SlackPerson
from bot.slack import ids
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import fill, front, pick_time, press_row, signed
from tests.slack.pressing import button, event_type, press

MADE_UP = ["", "x", "A" * 16, "../../bookings", "1; DROP TABLE subjects", "é" * 300, "0" * 2000]


def status(booking: Booking) -> Status:
    return booking.status


def told(bot: Rig, user: str, channel: str = "general") -> str:
    return words(bot.modal(user) or bot.last(user, channel))


# -- requests that are not Slack's -------------------------------------------------------------


def a_command(bot: Rig, text: str = "types", **more: str) -> bytes:
    body = {
        "command": "/cal",
        "text": text,
        "team_id": bot.slack.team_id,
        "user_id": DAVE,
        "channel_id": "C0GENERAL",
        "trigger_id": "1.2.3",
        "response_url": bot.slack.grants.response_url(DAVE, "C0GENERAL"),
    }
    return urlencode(body | more).encode()


def without(headers: Mapping[str, str], *names: str, **more: str) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k not in names} | more


async def test_what_slack_signed_is_answered(bot: Rig) -> None:
    """The others differ from this one in their headers only."""
    body = a_command(bot)
    assert (await bot.people.raw(body, signed(body))).status == 200
    await bot.settle()
    assert "Intro call" in words(bot.last(DAVE))


def spoiled(body: bytes) -> Iterator[dict[str, str]]:
    """Headers that do not prove the body to be Slack's."""
    right = signed(body)
    yield signed(body, secret="another secret")
    yield signed(body + b"&text=bookings")
    yield signed(body, age=6 * 60)
    yield signed(body, age=-6 * 60)
    yield without(right, "x-slack-signature")
    yield without(right, "x-slack-request-timestamp")
    yield {}
    for timestamp in ("abc", "", "-1", "1e9", "9" * 400):
        yield right | {"x-slack-request-timestamp": timestamp}
    for signature_ in ("", "v0=", "not a signature at all", right["x-slack-signature"] + "0"):
        yield right | {"x-slack-signature": signature_}


async def test_what_slack_did_not_sign_is_refused(bot: Rig) -> None:
    """Forged, changed, six minutes old, or malformed."""
    body = a_command(bot)
    for headers in spoiled(body):
        answer = await bot.people.raw(body, headers)
        assert answer.status == 401, headers
    await bot.settle()
    assert bot.cal_calls() == []
    assert bot.slack_calls() == []


async def test_a_body_without_end_is_not_read(bot: Rig) -> None:
    body = b"a" * (1024 * 1024 + 1)
    assert (await bot.people.raw(body, signed(body))).status == 413


MALFORMED = [b"payload=", b"payload=%7B", b"\xff\xfe"]


@pytest.mark.parametrize("body", MALFORMED)
async def test_a_malformed_body_that_nobody_signed_is_refused(bot: Rig, body: bytes) -> None:
    answer = await bot.people.raw(body, without(signed(body), "x-slack-signature"))
    assert answer.status == 401


@pytest.mark.parametrize("body", [b"", b"{}", b"a=b", b"payload={}"])
async def test_a_signed_body_that_means_nothing_does_nothing(bot: Rig, body: bytes) -> None:
    answer = await bot.people.raw(body, signed(body))
    await bot.settle()
    assert answer.status < 500
    assert bot.cal_calls() == []
    assert bot.slack_calls() == []


# -- people of other workspaces ----------------------------------------------------------------


@pytest.mark.parametrize("text", ["types", "book intro", "bookings"])
async def test_another_workspaces_signed_command_is_refused(bot: Rig, text: str) -> None:
    body = a_command(bot, text, team_id="T0OTHERS")
    answer = await bot.people.raw(body, signed(body))
    await bot.settle()
    assert answer.status == 200
    assert "serves another workspace" in words(bot.last(DAVE))
    assert bot.cal_calls() == []
    assert bot.slack_calls() == ["response_url"]


async def test_another_workspaces_signed_press_does_nothing(bot: Rig) -> None:
    booking = await flows.book(bot)
    ref = flows.reference_of(bot.last(ALICE, "bookings"))
    payload = press_of(bot, ids.DO_CONFIRM, ref, team="T0OTHERS")
    bot.forget_calls()
    answer = await bot.people.raw(payload, signed(payload))
    await bot.settle()
    assert answer.status == 200
    assert bot.cal_calls() == []
    assert status(booking) is Status.ACCEPTED


def press_of(bot: Rig, action_id: str, value: str, team: str = "", user: str = ALICE) -> bytes:
    payload = {
        "type": "block_actions",
        "team": {"id": team or bot.slack.team_id},
        "user": {"id": user, "team_id": team or bot.slack.team_id},
        "trigger_id": "1.2.3",
        "response_url": bot.slack.grants.response_url(user, "C0GENERAL"),
        "container": {"type": "message"},
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


@pytest.fixture
def stranger(bot: Rig) -> str:
    """Somebody of another organization, who shares #bookings, under an attendee's address."""
    person = SlackPerson(
        "U0STRANGER", "eve", "Eve Else", "dave@example.com", is_stranger=True, team_id="T0OTHERS"
    )
    bot.slack.add_person(person)
    bot.slack.channels["C0BOOKINGS"].members.add(person.id)
    return person.id


@pytest.mark.parametrize("label", ["Cancel", "Reschedule"])
async def test_a_member_of_another_organization_gets_a_sentence(
    bot: Rig, stranger: str, label: str
) -> None:
    booking = await flows.book(bot)
    bot.forget_calls()
    await press(bot, stranger, label, bot.last(stranger, "bookings"))
    assert "This belongs to another workspace" in told(bot, stranger, "bookings")
    assert booking.title not in words(bot.modal(stranger))
    assert bot.cal_calls() == []
    assert status(booking) is Status.ACCEPTED


# -- references that lead nowhere, or not to one's own -----------------------------------------


@pytest.mark.parametrize("label", ["Cancel", "Reschedule"])
async def test_a_made_up_reference_in_a_button(bot: Rig, label: str) -> None:
    booking = await flows.book(bot)
    card = bot.last(ALICE, "bookings")
    bot.forget_calls()
    for made_up in MADE_UP:
        button(card, label)[1]["value"] = made_up
        await press(bot, ALICE, label, card)
        assert "no longer kept" in words(front(bot, ALICE)), made_up
        await bot.people.close(ALICE, all=True)
    assert bot.cal_calls() == []
    assert status(booking) is Status.ACCEPTED


async def test_a_uid_is_no_reference(bot: Rig) -> None:
    booking = await flows.book(bot)
    card = bot.last(ALICE, "bookings")
    button(card, "Cancel")[1]["value"] = booking.uid
    await press(bot, ALICE, "Cancel", card)
    assert "no longer kept" in words(front(bot, ALICE))
    assert status(booking) is Status.ACCEPTED


@pytest.mark.parametrize(
    "made_up", [":", "cancel:", "cancel:A", "drop:x", "details:A", "confirm:" + "A" * 16]
)
async def test_a_made_up_row_in_an_overflow(bot: Rig, made_up: str) -> None:
    await flows.book(bot)
    await bot.command(DAVE, "bookings")
    message = bot.last(DAVE)
    bot.forget_calls()
    rows = [b for b in message.blocks if b["type"] == "actions"]
    (overflow,) = [e for b in rows for e in b["elements"] if e["type"] == "overflow"][:1]
    overflow["options"][0]["value"] = made_up
    block = next(b["block_id"] for b in rows if overflow in b["elements"])
    await bot.click(DAVE, message, ids.ROW, block=block, selected=made_up)
    assert "no longer kept" in told(bot, DAVE)
    assert bot.cal_calls() == []


@pytest.mark.parametrize("made_up", ["", "x", "A" * 16, "null", "[]"])
@pytest.mark.parametrize("action", ["cancel", "reschedule"])
async def test_a_made_up_reference_in_private_metadata(bot: Rig, action: str, made_up: str) -> None:
    booking = await flows.book(bot)
    await press_row(bot, DAVE, action, booking)
    if action == "reschedule":
        await pick_time(bot, nth=2)
    front(bot).body["private_metadata"] = made_up
    bot.forget_calls()
    await bot.submit(DAVE)
    assert "no longer kept" in words(front(bot))
    assert bot.cal_calls() == []
    assert status(booking) is Status.ACCEPTED


@pytest.mark.parametrize("action", ["cancel", "reschedule"])
async def test_somebody_elses_reference_in_private_metadata(bot: Rig, action: str) -> None:
    theirs, own = await flows.book(bot, CAROL, nth=1), await flows.book(bot, DAVE, nth=4)
    ref = flows.reference_of(bot.seen(ALICE, "bookings")[0])
    await press_row(bot, DAVE, action, own)
    if action == "reschedule":
        await pick_time(bot, nth=2)
    front(bot).body["private_metadata"] = ref
    await bot.submit(DAVE)
    assert "Only the host, the attendees and the admins" in words(front(bot))
    assert theirs.title not in words(front(bot))
    assert (status(theirs), status(own)) == (Status.ACCEPTED, Status.ACCEPTED)


async def test_somebody_elses_draft_in_private_metadata(bot: Rig) -> None:
    """The draft names the attempt, and an attempt that is done answers with its booking."""
    await bot.command(CAROL, "book intro tomorrow")
    metadata = front(bot, CAROL).body["private_metadata"]
    await pick_time(bot, CAROL, nth=1)
    await fill(bot, CAROL, ids.NOTES, "strictly confidential")
    await bot.submit(CAROL)
    theirs = bot.cal.bookings[-1]

    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot, nth=4)
    front(bot).body["private_metadata"] = metadata
    before = len(bot.cal.bookings)
    await bot.submit(DAVE)
    assert "no longer kept" in words(front(bot))
    assert theirs.title not in words(front(bot))
    assert "confidential" not in words(front(bot))
    assert len(bot.cal.bookings) == before


@pytest.mark.parametrize("made_up", ["", "x", "{}", "[1]", '{"draft": "", "owner": ""}'])
async def test_a_made_up_draft_in_private_metadata_books_nothing(bot: Rig, made_up: str) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    front(bot).body["private_metadata"] = made_up
    before = len(bot.cal.bookings)
    await bot.submit(DAVE)
    assert "no longer kept" in words(front(bot))
    assert len(bot.cal.bookings) == before


async def test_a_made_up_owner_in_private_metadata_books_nothing_of_theirs(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    body = front(bot).body
    body["private_metadata"] = json.dumps(
        json.loads(body["private_metadata"]) | {"owner": "nobody"}
    )
    await bot.submit(DAVE)  # the draft that is kept names the owner
    assert bot.cal.bookings[-1].event_type_id == event_type(bot, "intro").id


# -- what is not theirs to do ------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Cancel", "Reschedule"])
async def test_a_member_presses_on_somebody_elses_card(bot: Rig, label: str) -> None:
    booking = await flows.book(bot)
    await press(bot, CAROL, label, bot.last(CAROL, "bookings"))
    assert "Only the host, the attendees and the admins" in words(front(bot, CAROL))
    assert "submit" not in front(bot, CAROL).body
    assert status(booking) is Status.ACCEPTED


async def test_who_was_an_admin_when_the_form_opened_is_asked_again(bot: Rig) -> None:
    booking = await flows.book(bot)
    await press_row(bot, ALICE, "cancel", booking)
    await fill(bot, ALICE, ids.REASON, "no need")
    booking.host_id = 2
    bot.slack.people[ALICE].is_admin = False
    bot.bot.deps.people.forget(bot.slack.team_id, ALICE)
    await bot.submit(ALICE)
    assert "Only the host, the attendees and the admins" in words(front(bot, ALICE))
    assert status(booking) is Status.ACCEPTED


async def test_an_attendee_does_not_confirm_their_own_request(bot: Rig) -> None:
    await bot.command(DAVE, "book interview 27 nov")
    await pick_time(bot)
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    card = bot.last(DAVE, "bookings")
    await press(bot, DAVE, "Confirm", card)
    await press(bot, DAVE, "Decline", card)
    assert "Only the host and the admins" in words(bot.last(DAVE, "bookings"))
    assert "Only the host and the admins" in words(front(bot))
    assert status(booking) is Status.PENDING


@pytest.mark.parametrize("listing", [*Listing])
async def test_a_member_lists_only_their_own(bot: Rig, listing: Listing) -> None:
    await flows.book(bot, CAROL)
    await bot.command(DAVE, f"bookings {listing}")
    shown = words(bot.last(DAVE))
    for name in ("Carol", "Mira", "Tom Alder", "Yuki", "Zoë"):
        assert name not in shown
