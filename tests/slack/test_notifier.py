"""What Slack's answers mean for a card, and where a lost one is found."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cards import Card, DigestCard, Happening, NoticeCard, Phase
from bot.domain.errors import (
    BotRefused,
    PlaceBusy,
    PlaceError,
    PlaceGone,
    PlaceUnknown,
    PlaceUnreachable,
)
from bot.domain.events import Notice, Trigger
from bot.domain.records import Delivery, Kind, Posted
from bot.domain.rules import Detail, Look, Place
from bot.sandbox.slack.injections import DROP
from bot.slack.notifier import Notifier, background_client
from bot.slack.pace import EDITS_APART, EDITS_AT_ONCE
from bot.slack.people import People
from tests.notifying import NOW, TEAM, Way, a_booking, a_way


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running


def a_delivery(channel: str = "C0BOOKINGS", **more: Any) -> Delivery:
    delivery = Delivery(7, Place(TEAM, channel), "r1", Card(a_booking()), version=1)
    return replace(delivery, **more)


@pytest.mark.parametrize(
    ("method", "answer", "error"),
    [
        ("chat.postMessage", "ratelimited", PlaceBusy),
        ("chat.postMessage", 429, PlaceBusy),
        ("chat.postMessage", "invalid_auth", BotRefused),
        ("chat.postMessage", "service_unavailable", PlaceBusy),
        ("chat.postMessage", "channel_not_found", PlaceUnreachable),
        ("chat.postMessage", "is_archived", PlaceUnreachable),
        ("chat.postMessage", "restricted_action_read_only_channel", PlaceUnreachable),
        ("chat.postMessage", "messages_tab_disabled", PlaceUnreachable),
        ("chat.postMessage", "fatal_error", PlaceUnknown),
        ("chat.postMessage", 500, PlaceUnknown),
        ("chat.postMessage", 503, PlaceUnknown),
        ("chat.postMessage", DROP, PlaceUnknown),
        ("chat.update", "message_not_found", PlaceGone),
        ("chat.update", "cant_update_message", PlaceGone),
        ("chat.update", "edit_window_closed", PlaceGone),
        ("chat.update", "ratelimited", PlaceBusy),
        ("chat.update", DROP, PlaceUnknown),
    ],
)
async def test_answers_are_translated(
    way: Way, method: str, answer: str | int, error: type[PlaceError]
) -> None:
    notifier, delivery = way.notifier(), a_delivery()
    posted = await notifier.post(delivery)
    way.slack.refuse(method, answer)
    delivery = replace(delivery, channel=posted.channel, ts=posted.ts)
    with pytest.raises(error) as caught:
        await (notifier.post if method == "chat.postMessage" else notifier.edit)(delivery)
    assert type(caught.value) is error
    if isinstance(answer, str) and answer != DROP:
        assert caught.value.code == answer


async def test_nothing_was_sent_where_nobody_listens(way: Way) -> None:
    async def client_for(team_id: str) -> AsyncWebClient:
        return background_client("xoxb-sandbox", "http://127.0.0.1:9/api/")

    people = People(client_for, way.store.preferences, way.clock)
    with pytest.raises(PlaceBusy):
        await Notifier(client_for, people.member, way.clock).post(a_delivery())


@pytest.mark.parametrize(
    ("place", "channel"),
    [("C0BOOKINGS", "C0BOOKINGS"), ("#bookings", "C0BOOKINGS"), ("U0BOB", "D0BOB")],
)
@pytest.mark.parametrize("same_process", [True, False])
async def test_a_lost_message_is_found(
    way: Way, place: str, channel: str, same_process: bool
) -> None:
    way.slack.granted_scopes |= {"channels:read", "groups:read", "im:write"}
    notifier = way.notifier()
    posted = await notifier.post(a_delivery(place))
    assert posted.channel == channel
    for n in range(3):
        await notifier.post(a_delivery(place, id=100 + n))
    looking = notifier if same_process else way.notifier()
    lost = a_delivery(place, sought_since=NOW)
    assert await looking.find(lost) == posted
    assert await looking.find(replace(lost, id=8)) is None


async def test_older_messages_and_other_peoples_are_not_ours(way: Way) -> None:
    notifier = way.notifier()
    await notifier.post(a_delivery())
    way.clock.advance(120)
    assert await notifier.find(a_delivery(sought_since=way.clock())) is None
    [message] = way.shown()
    message.user, message.bot_id = "U0OTHER", "B0OTHER"
    assert await notifier.find(a_delivery(sought_since=NOW)) is None


@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "channel_not_found"])
async def test_nobody_can_tell_is_said_once(way: Way, code: str) -> None:
    notifier = way.notifier()
    for _ in range(2):
        way.slack.refuse("conversations.history", code)
        assert await notifier.find(a_delivery(sought_since=NOW)) is None
    [said] = way.logged("cannot_look_for_lost_cards")
    assert said["code"] == code


@pytest.mark.parametrize("answer", ["ratelimited", 500, DROP])
async def test_a_search_that_fails_is_no_answer(way: Way, answer: str | int) -> None:
    way.slack.refuse("conversations.history", answer)
    with pytest.raises(PlaceError):
        await way.notifier().find(a_delivery(sought_since=NOW))


async def test_after_a_429_nobody_asks_before_its_time(way: Way) -> None:
    notifier = way.notifier()
    way.slack.refuse("chat.postMessage", 429, retry_after=30)
    for channel, passed in (("C0BOOKINGS", 0), ("C0LEADS", 10)):
        way.clock.advance(passed)
        with pytest.raises(PlaceBusy) as caught:
            await notifier.post(a_delivery(channel))
        assert caught.value.retry_after == 30 - passed
    assert len(way.calls("chat.postMessage")) == 1
    way.clock.advance(21)
    assert isinstance(await notifier.post(a_delivery()), Posted)


def a_note(thread_ts: str, **more: Any) -> Delivery:
    word = Happening(Trigger.BOOKING_CANCELLED, NOW, reason="ill", phase=Phase.CANCELLED)
    fields = {"id": 8, "kind": Kind.NOTE, "key": "w", "note": word, "thread_ts": thread_ts}
    return replace(a_delivery(), **(fields | more))  # type: ignore[arg-type]  # a table of fields


async def test_a_note_stands_in_the_thread_alone(way: Way) -> None:
    notifier = way.notifier()
    card = await notifier.post(a_delivery())
    await notifier.post(a_note(card.ts))
    asked = way.calls("chat.postMessage")[-1]
    assert (asked["thread_ts"], "reply_broadcast" in asked) == (card.ts, False)
    [said] = way.thread()
    assert said.startswith("❌ Cancelled · “ill” · ")


@pytest.mark.parametrize("same_process", [True, False])
async def test_a_lost_note_is_found_in_its_thread(way: Way, same_process: bool) -> None:
    notifier = way.notifier()
    card = await notifier.post(a_delivery())
    other = await notifier.post(a_delivery(id=9))
    posted = await notifier.post(a_note(card.ts))
    for n in range(3):
        await notifier.post(a_note(card.ts, id=100 + n))
    looking = notifier if same_process else way.notifier()
    lost = a_note(card.ts, sought_since=NOW)
    assert await looking.find(lost) == posted
    assert await looking.find(replace(lost, id=77)) is None
    assert await looking.find(replace(lost, thread_ts=other.ts)) is None
    assert way.calls("conversations.history") == []


async def test_a_note_whose_thread_is_gone_is_nowhere(way: Way) -> None:
    card = await way.notifier().post(a_delivery())
    way.shown()[0].deleted = True
    assert await way.notifier().find(a_note(card.ts, sought_since=NOW)) is None
    with pytest.raises(PlaceGone):
        await way.notifier().post(a_note(card.ts))


async def test_a_message_is_taken_back_once_or_is_gone(way: Way) -> None:
    notifier = way.notifier()
    posted = await notifier.post(a_delivery())
    removal = replace(a_delivery(kind=Kind.REMOVAL), channel=posted.channel, ts=posted.ts)
    await notifier.remove(removal)
    assert way.shown() == []
    await notifier.remove(removal)
    way.slack.refuse("chat.delete", "cant_delete_message")
    await notifier.remove(removal)
    way.slack.refuse("chat.delete", 429, retry_after=30)
    for _ in range(2):
        with pytest.raises(PlaceBusy):
            await notifier.remove(removal)
    assert len(way.calls("chat.delete")) == 4


START = a_booking().start
KINDS: dict[str, dict[str, Any]] = {
    "card": {},
    "note": {"kind": Kind.NOTE},
    "reminder": {"kind": Kind.REMINDER, "key": f"{START.isoformat()}/15"},
    "notice": {"card": NoticeCard(Notice(Trigger.OOO_CREATED, "k", "Alice is out of office"))},
    "digest": {"card": DigestCard(NOW, NOW + timedelta(days=1), "Europe/Paris")},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_what_slack_refuses_goes_out_as_text(way: Way, kind: str, method: str) -> None:
    notifier = way.notifier()
    card = await notifier.post(a_delivery(id=1))
    delivery = a_note(card.ts) if kind == "note" else a_delivery(**KINDS[kind])
    if method == "chat.update":
        posted = await notifier.post(delivery)
        delivery = replace(delivery, channel=posted.channel, ts=posted.ts)
    way.slack.refuse(method, "invalid_blocks")
    again = await (notifier.edit if delivery.ts else notifier.post)(delivery)
    message = way.slack.message(again.channel, again.ts)
    assert (message.blocks, bool(message.text)) == ([], True)
    assert message.metadata == {
        "event_type": "calbot_card",
        "event_payload": {"delivery": str(delivery.id)},
    }


@pytest.mark.parametrize("detail", Detail)
async def test_a_sample_shows_the_look_and_nothing_can_be_pressed(way: Way, detail: Detail) -> None:
    look = Look(detail, mention_host=True, groups=("S0SALES",))
    posted = await way.notifier().sample(Place(TEAM, "C0BOOKINGS"), look)
    message = way.slack.message(posted.channel, posted.ts)
    assert message.text.startswith("🧪 Test: ")
    assert ("Grace Sample" in message.text) == (detail is Detail.FULL)
    assert "<!subteam" not in message.text
    assert [b["type"] for b in message.blocks if b["type"] == "actions"] == []
    assert way.calls("users.lookupByEmail") == []


async def test_a_sample_that_slack_refuses_says_why(way: Way) -> None:
    way.slack.refuse("chat.postMessage", "is_archived")
    with pytest.raises(PlaceUnreachable) as caught:
        await way.notifier().sample(Place(TEAM, "C0BOOKINGS"), Look())
    assert caught.value.code == "is_archived"


async def test_many_edits_do_not_stop_what_is_new(way: Way) -> None:
    notifier = way.notifier()
    posted = await notifier.post(a_delivery())
    edited = replace(a_delivery(), channel=posted.channel, ts=posted.ts)
    for _ in range(EDITS_AT_ONCE):
        await notifier.edit(edited)
    with pytest.raises(PlaceBusy) as caught:
        await notifier.edit(edited)
    assert caught.value.retry_after == EDITS_APART
    assert len(way.calls("chat.update")) == EDITS_AT_ONCE
    await notifier.post(a_delivery(id=9))
    way.clock.advance(EDITS_APART)
    await notifier.edit(edited)
