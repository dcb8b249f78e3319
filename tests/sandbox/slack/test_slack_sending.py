"""What people do, and the payload each of it becomes."""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping

import pytest

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.screen import PersonCannot
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import (
    BOOKINGS,
    Clock,
    Recorder,
    actions,
    button,
    element,
    field,
    posted,
    section,
)

# -- commands ---------------------------------------------------------------------------------


async def test_a_command(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    outcome = await sender.command("U0BOB", "#general", "/cal", "slots")
    assert outcome.ok
    told = app.last
    assert told.pop("trigger_id")
    assert told.pop("response_url").startswith("http://slack.invalid/response/")
    assert told == {
        "token": "sandbox-verification-token",
        "team_id": "T0SANDBOX",
        "team_domain": "sandbox",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0BOB",
        "user_name": "bob",
        "command": "/cal",
        "text": "slots",
        "api_app_id": "A0CALBOT",
        "is_enterprise_install": "false",
    }
    assert workspace.sent[-1].kind == "slash_command"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("types @bob", "types <@U0BOB|bob>"),
        ("types <@U0BOB>", "types <@U0BOB|bob>"),
        ("types @nobody", "types @nobody"),
        ("notify #general #leads", "notify <#C0GENERAL|general> <#C0LEADS|>"),
        ("book https://cal.example.com/a?b=1&c=2", "book <https://cal.example.com/a?b=1&amp;c=2>"),
        ("book a < b & c", "book a &lt; b &amp; c"),
        ("mail bob@example.com", "mail bob@example.com"),
    ],
)
async def test_names_in_a_command(
    workspace: Workspace, sender: Sender, app: Recorder, typed: str, sent: str
) -> None:
    await sender.command("U0ALICE", "general", "/cal", typed)
    assert app.last["text"] == sent
    workspace.app.should_escape = False
    await sender.command("U0ALICE", "general", "/cal", typed)
    assert app.last["text"] == typed


async def test_answers_to_a_command(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    app.answer("plain words")
    app.answer({"text": "psst", "blocks": [section()]})
    app.answer({"text": "hear", "response_type": "in_channel"})
    app.answer({"blocks": [section("")]})
    app.answer("oops", 500)
    app.answer({"blocks": []})
    seen = [await sender.command("U0ALICE", "random") for _ in range(6)]
    assert [[m.text for m in outcome.shown] for outcome in seen] == [
        ["plain words"],
        ["psst"],
        ["hear"],
        [],
        [],
        [],
    ]
    assert [m.text for m in workspace.visible_messages("U0BOB", "C0RANDOM")] == ["hear"]
    assert [outcome.error for outcome in seen[3:]] == [
        '/cal failed with the error "invalid_blocks"',
        '/cal failed with the error "dispatch_failed"',
        '/cal failed with the error "no_text"',
    ]
    assert len(workspace.faults) == 3
    assert workspace.troubles["U0ALICE"] == [outcome.error for outcome in seen[3:]]


async def test_commands_that_go_nowhere(sender: Sender, app: Recorder) -> None:
    assert (await sender.command("U0ALICE", "general", "/other")).error is not None
    for user, channel in (("U0GUEST", "general"), ("U0GONE", "general"), ("U0ALICE", "nowhere")):
        with pytest.raises(PersonCannot):
            await sender.command(user, channel)
    assert app.payloads == []


async def test_a_late_answer_still_has_its_effect(workspace: Workspace) -> None:
    go, done = asyncio.Event(), asyncio.Event()

    async def slow(body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        await go.wait()
        done.set()
        return 200, {}, b"too late"

    sender = Sender(workspace, slow, patience=0.05)
    outcome = await sender.command("U0ALICE", "general")
    assert outcome.error == '/cal failed with the error "operation_timeout"'
    assert outcome.delivery is not None
    assert (outcome.delivery.late, outcome.delivery.status) == (True, None)
    go.set()
    async with asyncio.timeout(2):
        await done.wait()
    assert workspace.visible_messages("U0ALICE", "C0GENERAL") == []
    await sender.aclose()


async def test_late_by_the_workspaces_clock(
    workspace: Workspace, app: Recorder, clock: Clock
) -> None:
    async def slow(body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        clock.advance(3.1)
        return 200, {}, b"too late"

    outcome = await Sender(workspace, slow).command("U0ALICE", "general")
    assert not outcome.ok


async def test_people_of_another_organisation(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    zoe = Person("U0ZOE", "zoe", "Zoe", is_stranger=True, team_id="T0OTHER")
    workspace.add_person(zoe)
    workspace.channels[BOOKINGS].members.add("U0ZOE")
    with pytest.raises(PersonCannot):
        await sender.command("U0ZOE", "bookings")
    with pytest.raises(PersonCannot):
        await sender.shortcut("U0ZOE", "book")
    await sender.click("U0ZOE", posted(workspace, actions(button("go"))), "go")
    assert app.last["user"]["team_id"] == "T0OTHER"


# -- signatures and forged requests -----------------------------------------------------------


async def test_requests_are_signed(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    workspace.app.signing_secret = "changed"
    await sender.command("U0ALICE", "general")
    headers, body = app.headers[-1], app.bodies[-1]
    base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
    expected = hmac.new(b"changed", base, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={expected}"


async def test_raw_requests_go_as_they_are(sender: Sender, app: Recorder) -> None:
    answer = await sender.raw(b"{}", {"x-slack-signature": "v0=forged"})
    assert answer.status == 200
    assert app.headers == [{"x-slack-signature": "v0=forged"}]


async def test_the_same_again(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    await sender.command("U0ALICE", "general")
    await sender.shortcut("U0ALICE", "book")
    await sender.event("app_uninstalled", {})
    for delivery in list(workspace.sent):
        await sender.resend(delivery)
    assert app.payloads[:3] == app.payloads[3:]
    assert app.headers[-1]["x-slack-retry-num"] == "1"


# -- shortcuts, events, messages --------------------------------------------------------------


async def test_shortcuts(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    await sender.shortcut("U0ALICE", "book")
    assert (app.last["type"], app.last["callback_id"]) == ("shortcut", "book")
    assert {"response_url", "channel"}.isdisjoint(app.last)
    message = workspace.post(Message(BOOKINGS, workspace.new_ts(), "U0BOB", "when?"))
    await sender.message_shortcut("U0ALICE", message.ts, "about")
    assert app.last["type"] == "message_action"
    assert app.last["message"]["text"] == "when?"
    assert app.last["channel"] == {"id": BOOKINGS, "name": "bookings"}
    workspace.app.shortcuts = frozenset({"book"})
    with pytest.raises(PersonCannot):
        await sender.message_shortcut("U0ALICE", message.ts, "about")


async def test_events_are_repeated_until_they_are_taken(
    workspace: Workspace, sender: Sender, app: Recorder
) -> None:
    app.answer(None, 500)
    app.answer(None, 500)
    delivery = await sender.event("tokens_revoked", {"tokens": {"bot": ["U0CALBOT"]}})
    assert delivery is not None
    assert delivery.status == 200
    assert len({told["event_id"] for told in app.payloads}) == 1
    retries = [headers.get("x-slack-retry-num") for headers in app.headers]
    assert retries == [None, "1", "2"]
    assert app.headers[1]["x-slack-retry-reason"] == "http_error"
    assert app.last["event"]["tokens"] == {"bot": ["U0CALBOT"]}


async def test_an_event_is_given_up_after_three_retries(sender: Sender, app: Recorder) -> None:
    for _ in range(4):
        app.answer(None, 503)
    delivery = await sender.event("app_uninstalled", {})
    assert delivery is not None
    assert delivery.status == 503
    assert len(app.payloads) == 4


async def test_only_subscribed_events(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    workspace.app.events = frozenset({"message.im"})
    assert await sender.event("app_uninstalled", {}) is None
    await sender.say("U0ALICE", "bookings", "hello")
    assert app.payloads == []
    await sender.say("U0ALICE", "D0ALICE", "hello")
    event = app.last["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "hello")


async def test_links_that_are_shared(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    workspace.app.unfurl_domains = ("cal.example.com",)
    workspace.app.events = frozenset({"link_shared"})
    message = await sender.say("U0ALICE", "random", "see https://cal.example.com/alice and more")
    event = app.last["event"]
    assert event["message_ts"] == message.ts
    assert event["links"] == [{"url": "https://cal.example.com/alice", "domain": "cal.example.com"}]


async def test_opening_home(workspace: Workspace, sender: Sender, app: Recorder) -> None:
    await sender.open_home("U0ALICE")
    event = app.last["event"]
    assert (event["type"], event["tab"], event["channel"]) == ("app_home_opened", "home", "D0ALICE")
    assert "view" not in event
    blocks = [actions(button("go")), field("b", element("plain_text_input"), dispatch_action=True)]
    home = workspace.views.publish("U0ALICE", {"type": "home", "blocks": blocks})
    await sender.open_home("U0ALICE")
    assert app.last["event"]["view"]["id"] == home.id
    await sender.click("U0ALICE", home, "go")
    assert app.last["container"] == {"type": "view", "view_id": home.id}
    assert "response_url" not in app.last
    workspace.app.home_tab = False
    with pytest.raises(PersonCannot):
        await sender.open_home("U0ALICE")


async def test_an_app_that_is_not_there(workspace: Workspace) -> None:
    async def refused(
        body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        raise ConnectionRefusedError

    sender = Sender(workspace, refused)
    delivery = await sender.event("app_uninstalled", {})
    assert delivery is not None
    assert (delivery.status, delivery.late) == (None, False)
    assert len(workspace.sent) == 4
    assert not (await sender.command("U0ALICE", "general")).ok
    assert "no connection" in workspace.faults[-1]
    with pytest.raises(PersonCannot, match="not connected"):
        await Sender(workspace).command("U0ALICE", "general")


async def test_what_a_client_does_not_offer(workspace: Workspace, sender: Sender) -> None:
    psst = posted(workspace, actions(button("go")), ephemeral_to="U0ALICE")
    with pytest.raises(PersonCannot, match="lasting"):
        await sender.message_shortcut("U0ALICE", psst, "about")
    with pytest.raises(PersonCannot, match="does not load"):
        await sender.options("U0ALICE", "go", container=psst)
    workspace.channels["C0RANDOM"].archived = True
    with pytest.raises(PersonCannot, match="archived"):
        await sender.say("U0ALICE", "random", "hello")
    for nobody in ("U0GONE", "U0NOBODY", "U0CALBOT"):
        with pytest.raises(PersonCannot, match="nobody"):
            await sender.click(nobody, psst, "go")


async def test_waiting_for_what_comes_later(workspace: Workspace, sender: Sender) -> None:
    waiting = asyncio.create_task(workspace.until(lambda: len(workspace.sent) >= 2))
    await sender.shortcut("U0ALICE", "book")
    assert not waiting.done()
    await sender.shortcut("U0ALICE", "book")
    assert await waiting
    with pytest.raises(TimeoutError):
        await workspace.until(lambda: False, within=0.01)
