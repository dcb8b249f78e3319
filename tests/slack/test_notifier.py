"""What Slack's answers mean for a card, and where a lost one is found."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cards import Card
from bot.domain.errors import PlaceBusy, PlaceError, PlaceGone, PlaceUnknown, PlaceUnreachable
from bot.domain.records import Delivery, Posted
from bot.domain.rules import Place
from bot.sandbox.slack.injections import DROP
from bot.slack.notifier import Notifier, background_client
from bot.slack.pace import Pace
from tests.notifying import NOW, TEAM, Way, a_booking, a_way


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    async with a_way() as running:
        yield running


def a_delivery(channel: str = "C0BOOKINGS", **more: Any) -> Delivery:
    delivery = Delivery(7, Place(TEAM, channel), "r1", Card(a_booking()), version=1)
    return replace(delivery, **more)


@pytest.mark.parametrize(
    ("method", "answer", "error"),
    [
        ("chat.postMessage", "ratelimited", PlaceBusy),
        ("chat.postMessage", 429, PlaceBusy),
        ("chat.postMessage", "invalid_auth", PlaceBusy),
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

    with pytest.raises(PlaceBusy):
        await Notifier(client_for, way.clock).post(a_delivery())


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


async def test_one_message_a_second_per_channel() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    now = [100.0]
    pace = Pace(lambda: now[0], sleep)
    for _ in range(3):
        await pace.wait(("T", "C1"))
    await pace.wait(("T", "C2"))
    assert slept == [1.0, 2.0]
    now[0] += 10
    await pace.wait(("T", "C1"))
    assert slept == [1.0, 2.0]
