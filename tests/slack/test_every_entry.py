"""Every listener and every route refuses what is not signed, not from here, or over; and whatever
comes back from Slack in a genuine request does nothing that is not allowed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from sqlalchemy import text
from starlette.routing import Route
from structlog.testing import capture_logs

from bot import logs
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.slack.manifest import EVENTS
from bot.store.columns import metadata
from tests.harness import DAVE, Rig, Setup
from tests.slack.flows import signed
from tests.slack.test_registrations import (
    ACTIONS,
    CALLBACKS,
    LOADED_ONLY,
    NAMES,
    SHORTCUTS,
    taking,
)
from tests.subscribing import WEBHOOK_SECRET

FOREIGN = "T0FOREIGN"
COMMAND = ("command", "/cal")
SEARCHED = {"PICK_EVENT_TYPE", "SLOTS_EVENT_TYPE", "PROPOSE_TYPE"}
ENTRIES = [
    *(("action", name) for name in ACTIONS),
    *(("options", name) for name in sorted(LOADED_ONLY | SEARCHED)),
    *(("view", name) for name in sorted(CALLBACKS)),
    ("closed", "BOOK"),
    *(("shortcut", name) for name in sorted(SHORTCUTS)),
    COMMAND,
    *(("event", name) for name in sorted({*EVENTS, "function_executed"})),
]
"""What Slack can send, one for each listener."""
FUZZED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ANYTHING = st.text(max_size=300) | st.sampled_from(
    ["", "{}", "null", "-1", "9" * 400, "a|b|c", "T1/U1", "<!channel>", "\0", "😀" * 50, "U0ALICE"]
)


def payload(kind: str, name: str, team: str, **given: Any) -> dict[str, Any]:
    """What Slack sends of this kind, with what it carries."""
    said = {"value": "v", "metadata": "m", "state": {}, "text": "", "trigger": "1.2.3"} | given
    answer = {"response_url": said["response_url"]} if "response_url" in said else {}
    if kind == "command":
        typed = {
            "text": said["text"],
            "channel_id": "C0GENERAL",
            "trigger_id": said["trigger"],
        }
        return {"command": name, "team_id": team, "user_id": DAVE, **typed, **answer}
    if kind == "event":
        user = DAVE if name == "app_home_opened" else {"id": DAVE}
        told: dict[str, Any] = {"type": name, "user": user, "tokens": {"bot": ["U0BOT"]}}
        told["tab"] = "home"
        if name == "function_executed":
            inputs = {"event_type": said["value"], "reference": said["value"]}
            inputs |= {"user_context": {"id": DAVE, "secret": "s"}}
            told |= {"function": {"callback_id": "cancel_booking"}, "inputs": inputs}
            told |= {"function_execution_id": "Fx1"}
        if name == "link_shared":
            told |= {"user": DAVE, "channel": "C0GENERAL", "source": "conversations_history"}
            told |= {"message_ts": "9999999999.1", "links": [{"url": said["value"]}]}
        return {"type": "event_callback", "team_id": team, "event": told, "event_time": 1}
    who = {
        "team": {"id": team},
        "user": {"id": DAVE, "team_id": team},
        "trigger_id": said["trigger"],
    }
    view = {"id": "V1", "type": "modal", "private_metadata": said["metadata"], "callback_id": "c"}
    view["state"] = {"values": said["state"]}
    if kind in {"view", "closed"}:
        view["callback_id"] = NAMES[name]
        return who | {"type": "view_submission" if kind == "view" else "view_closed", "view": view}
    if kind == "shortcut":
        message = {"user": "U0BOB", "ts": "1.2", "text": said["value"]}
        about = {"channel": {"id": "C0GENERAL"}, "message_ts": "1.2", "message": message}
        pressed = {"type": SHORTCUTS[name], "callback_id": NAMES[name]}
        return who | answer | pressed | (about if name == "BOOK_ABOUT" else {})
    if kind == "options":
        asked = {"action_id": NAMES[name], "block_id": said["metadata"], "value": said["value"]}
        return who | {"type": "block_suggestion", "view": view} | asked
    action_id = f"{NAMES[name]}0" if NAMES[name].endswith(":") else NAMES[name]
    action_id = f"{NAMES[name]}:0" if name in {"PICK_OPEN_DAY", "MOVE_OPEN_DAY"} else action_id
    pressed = {"action_id": action_id, "block_id": said["metadata"], "type": "button"}
    pressed |= {"value": said["value"], "action_ts": "1.2"}
    channel = {"channel": {"id": "C0GENERAL"}}
    return who | channel | {"type": "block_actions", "view": view, "actions": [pressed]}


def body_of(kind: str, told: dict[str, Any]) -> tuple[bytes, str]:
    """As it is on the wire, and its content type."""
    if kind == "event":
        return json.dumps(told).encode(), "application/json"
    form = told if kind == "command" else {"payload": json.dumps(told)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


async def send(bot: Rig, kind: str, told: dict[str, Any], **headers: str) -> int:
    body, content_type = body_of(kind, told)
    given = headers or signed(body)
    return (await bot.people.raw(body, {**given, "content-type": content_type})).status


async def everything(bot: Rig) -> dict[str, list[str]]:
    async with bot.bot.store.database.transaction() as connection:
        return {
            name: sorted(map(repr, (await connection.execute(text(f"SELECT * FROM {name}"))).all()))
            for name in metadata.tables
        }


def written(bot: Rig) -> list[str]:
    """What Cal.com was asked to change."""
    return [call for call in bot.cal_calls() if not call.startswith("GET")]


async def test_every_listener_has_an_entry_here(bot: Rig) -> None:
    listeners = list(bot.bot.slack._async_listeners)  # Bolt offers no other way to see them
    taken = [
        listener
        for kind, name in ENTRIES
        for listener in await taking(listeners, payload(kind, name, bot.slack.team_id))
    ]
    assert [one.ack_function for one in listeners if one not in taken] == []


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
async def test_nobody_gets_in_who_did_not_sign(bot: Rig, kind: str, name: str) -> None:
    told = payload(kind, name, bot.slack.team_id)
    body, _ = body_of(kind, told)
    before = await everything(bot)
    for headers in (
        {"x-nothing": "1"},
        signed(body, secret="another secret"),
        signed(body, age=6 * 60),
        signed(body + b" "),
    ):
        assert await send(bot, kind, told, **headers) == 401
    await bot.settle()
    assert (bot.cal_calls(), bot.slack_calls(), await everything(bot)) == ([], [], before)


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
async def test_nobody_from_elsewhere_gets_anything(bot: Rig, kind: str, name: str) -> None:
    before = await everything(bot)
    assert await send(bot, kind, payload(kind, name, FOREIGN)) in {200, 404}
    await bot.settle()
    assert (bot.cal_calls(), bot.slack_calls(), await everything(bot)) == ([], [], before)


OPEN = {"/healthz", "/readyz", "/metrics"}
REFUSING: dict[str, tuple[str, str, set[int]]] = {
    "/webhooks/cal": ("POST", "/webhooks/cal", {401}),
    "/webhooks/cal/{address}": ("POST", "/webhooks/cal/made-up", {401, 404}),
    "/slack/events": ("POST", "/slack/events", {401}),
    "/slack/oauth_redirect": ("GET", "/slack/oauth_redirect?code=c&state=made-up", {400, 404}),
    "/cal/oauth/start/{state}": ("GET", "/cal/oauth/start/made-up", {404}),
    "/cal/oauth/callback": ("GET", "/cal/oauth/callback?code=c&state=made-up", {400, 404}),
    "/audit/{state}": ("GET", "/audit/made-up", {404}),
}
"""How each route refuses somebody who is nobody; `/slack/install` begins something for anybody."""


class TestEveryRoute:
    @pytest.fixture
    def setup(self, setup: Setup) -> Setup:
        given = {
            "public_url": "https://bot.test",
            "cal_oauth_client_id": "calbot-sandbox",
            "slack_client_id": "1.2",
            "slack_client_secret": "placeholder",
        }
        return replace(setup, settings=given | dict(setup.settings))

    def routes(self, bot: Rig) -> Iterator[str]:
        for route in bot.bot.web.routes:
            assert isinstance(route, Route)
            yield route.path

    async def test_it_refuses_and_keeps_nothing(self, bot: Rig) -> None:
        assert set(self.routes(bot)) == OPEN | set(REFUSING) | {"/slack/install"}
        before = await everything(bot)
        for method, path, statuses in REFUSING.values():
            answer = await bot.http.request(
                method, path, content=b"{}" if method == "POST" else b""
            )
            assert answer.status_code in statuses, (path, answer.status_code)
            if "text/html" in answer.headers.get("content-type", ""):
                assert "default-src 'none'" in answer.headers["content-security-policy"]
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["cache-control"] == "no-store"
        assert (bot.cal_calls(), await everything(bot)) == ([], before)

    async def test_the_wrong_method_is_none(self, bot: Rig) -> None:
        for path in self.routes(bot):
            answer = await bot.http.request("DELETE", path.replace("{", "").replace("}", ""))
            assert answer.status_code in {401, 404, 405}, path


def nothing_was_said_of(said: list[Any], bot: Rig) -> None:
    """No error was logged, and no secret. That Slack knows no such window is none of ours."""
    errors = [line for line in said if line["log_level"] in {"error", "critical"}]
    assert [e for e in errors if not isinstance(e.get("exc_info"), SlackApiError)] == []
    logged = json.dumps([logs.hide(None, "", dict(line)) for line in said], default=str)
    for secret in (HOUSE_KEY, WEBHOOK_SECRET, "xoxb-sandbox", "sandbox-signing-secret"):
        assert secret not in logged
    assert not any(booking.uid in logged for booking in bot.cal.bookings)


@FUZZED
@given(
    entry=st.sampled_from([each for each in ENTRIES if each[0] != "event"]),
    value=ANYTHING,
    metadata=ANYTHING,
    typed=ANYTHING,
    state=st.dictionaries(
        st.sampled_from(sorted(NAMES.values())),
        st.dictionaries(st.sampled_from(sorted(NAMES.values())), st.fixed_dictionaries(
            {"type": st.just("plain_text_input"), "value": ANYTHING}
        ), max_size=2),
        max_size=4,
    ),
)  # fmt: skip
async def test_whatever_comes_back_is_a_claim(
    bot: Rig, entry: tuple[str, str], value: str, metadata: str, typed: str, state: dict[str, Any]
) -> None:
    kind, name = entry
    trigger = bot.slack.grants.trigger(DAVE, "C0GENERAL")
    given = {"value": value, "metadata": metadata, "state": state, "text": typed}
    given |= {"trigger": trigger, "response_url": bot.slack.grants.response_url(DAVE, "C0GENERAL")}
    with capture_logs() as said:
        status = await send(bot, kind, payload(kind, name, bot.slack.team_id, **given))
        await bot.settle()
    assert status < 500
    assert written(bot) == []
    nothing_was_said_of(said, bot)


@FUZZED
@given(
    path=st.sampled_from(sorted(path for _, path, _ in REFUSING.values())),
    body=st.binary(max_size=400) | ANYTHING.map(lambda text: text.encode("utf-8", "replace")),
    is_signed=st.booleans(),
    content_type=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "text/plain", "{}"]
    ),
)
async def test_no_entry_breaks(
    bot: Rig, path: str, body: bytes, is_signed: bool, content_type: str
) -> None:
    headers = (signed(body) if is_signed else {}) | {"content-type": content_type}
    with capture_logs() as said:
        for method in ("POST", "GET"):
            answer = await bot.http.request(method, path, content=body, headers=headers)
            assert answer.status_code < 500
        await bot.settle()
    assert written(bot) == []
    nothing_was_said_of(said, bot)
