"""What `/metrics` shows after what happened, by the front door."""

import re

import pytest

from bot.domain.records import Level, Registration
from bot.metrics import MOST_WORDS, Few
from bot.sandbox.calcom.faults import Refusal
from tests.harness import DAVE, Rig
from tests.slack.flows import book, without_store


async def page(bot: Rig) -> str:
    answer = await bot.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def value(text: str, name: str, **labels: str) -> float:
    """What the series shows; 0 where there is none."""
    for line in text.splitlines():
        found = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
        if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
            return float(found[2])
    return 0.0


async def test_a_booking_is_counted_on_its_whole_way(bot: Rig) -> None:
    await book(bot)
    text = await page(bot)
    assert value(text, "calbot_webhooks_total", outcome="stored") == 1
    assert value(text, "calbot_inbox_taken_total", what="webhook", outcome="turned") == 1
    assert value(text, "calbot_messages_total", kind="card", outcome="posted") == 1
    assert value(text, "calbot_delivery_lag_seconds_count", kind="card") == 1
    assert value(text, "calbot_waiting", where="outbox") == 0
    assert value(text, "calbot_slack_requests_total", method="chat.postMessage", status="200") == 1
    assert value(text, "calbot_slack_request_seconds_count", method="views.open") == 1
    calls = {"method": "POST", "path": "/bookings", "status": "201"}
    assert value(text, "calbot_calcom_requests_total", **calls) == 1
    assert value(text, "calbot_calcom_limit_remaining") > 0


async def test_what_is_refused_repeated_or_unknown(bot: Rig) -> None:
    body = b'{"triggerEvent":"SOMETHING_NEW","payload":{}}'
    for headers in ({}, {"X-Cal-Signature-256": "0" * 64}):
        await bot.http.post("/webhooks/cal", content=body, headers=headers)
    await book(bot)
    for _ in range(2):
        await bot.cal.post(*sent(bot, body))
    await bot.settle()
    text = await page(bot)
    for outcome, times in (("unsigned", 1), ("wrong_signature", 1), ("duplicate", 1)):
        assert value(text, "calbot_webhooks_total", outcome=outcome) == times
    ignored = {"what": "webhook", "outcome": "ignored_unknown"}
    assert value(text, "calbot_inbox_taken_total", **ignored) == 1


def sent(bot: Rig, body: bytes) -> tuple[str, dict[str, str], bytes]:
    """The body as Cal.com would send it."""
    from tests.notifying import signed
    from tests.subscribing import WEBHOOK_SECRET

    headers = {"X-Cal-Signature-256": signed(body, WEBHOOK_SECRET)}
    return "http://bot.test/webhooks/cal", headers, body


async def test_failures_have_slacks_and_cal_coms_words(bot: Rig) -> None:
    bot.slack.refuse("chat.postMessage", "is_archived", times=1)
    bot.faults.refuse.append(Refusal(503, match="GET", count=1))
    await book(bot)
    bot.clock.advance(minutes=11)  # what is known of Dave is asked anew
    bot.slack.refuse("users.info", 429, times=1)
    await bot.command(DAVE, "slots intro")
    text = await page(bot)
    assert value(text, "calbot_messages_total", kind="card", outcome="is_archived") == 1
    assert value(text, "calbot_aside", where="outbox") == 1
    assert value(text, "calbot_slack_requests_total", method="users.info", status="429") == 1
    assert re.search(r'calbot_calcom_requests_total\{.*status="503"\} 1', text)


async def test_nothing_of_anybody_is_in_it(bot: Rig) -> None:
    booking = await book(bot)
    await bot.command(DAVE, "slots intro")
    text = await page(bot)
    told = (booking.uid, "dave", "alice", "T0SANDBOX", "C0BOOKINGS", DAVE)
    assert [each for each in told if each.lower() in text.lower()] == []


async def test_registrations_by_level_and_state(bot: Rig) -> None:
    for n, more in enumerate(({"webhook_id": "w"}, {"error": "403"}, {})):
        kept = Registration(f"a{n}", "house", Level.USER, "s", **more)  # type: ignore[arg-type]
        await bot.bot.store.registrations.save(kept)
    text = await page(bot)
    for state in ("made", "failed", "wanted"):
        assert value(text, "calbot_registrations", level="user", state=state) == 1


async def test_without_the_store_the_rest_is_shown(bot: Rig) -> None:
    await book(bot)
    async with without_store(bot):
        text = await page(bot)
    assert "calbot_waiting" not in text
    assert value(text, "calbot_webhooks_total", outcome="stored") == 1


@pytest.mark.parametrize("words", [MOST_WORDS + 5])
def test_a_label_has_few_words(words: int) -> None:
    few = Few()
    assert len({few(f"word {n}") for n in range(words)}) == MOST_WORDS + 1
    assert few("word 0") == "word 0"
