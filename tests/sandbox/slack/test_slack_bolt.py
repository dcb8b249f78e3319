"""Every payload goes through Bolt's own parsing and signature check, over real requests."""

import time
from typing import Any

from bot.sandbox.slack.delivery import signature
from tests.sandbox.slack.living import Living, actions, button, element, field, form, option


async def test_a_command_opens_a_modal_that_is_filled_and_submitted(living: Living) -> None:
    submitted: list[Any] = []

    @living.bolt.command("/cal")
    async def on_command(ack: Any, body: Any, client: Any) -> None:
        await ack(f"hello {body['text']}")
        name = field("name", element("plain_text_input", "typed"))
        await client.views_open(
            trigger_id=body["trigger_id"],
            view=form(name, callback_id="form", private_metadata="secret"),
        )

    @living.bolt.view("form")
    async def on_form(ack: Any, body: Any, view: Any) -> None:
        submitted.append(body)
        if view["state"]["values"]["name"]["typed"]["value"] == "bad":
            await ack(response_action="errors", errors={"name": "not this"})
        else:
            await ack()

    opened = await living.sender.command("U0ALICE", "general", "/cal", "@bob & co")
    assert [m.text for m in opened.shown] == ["hello <@U0BOB|bob> &amp; co"]
    assert opened.shown[0].ephemeral_to == "U0ALICE"
    assert opened.view is not None

    empty = await living.sender.submit("U0ALICE")
    assert list(empty.errors) == ["name"]
    assert not submitted

    await living.sender.fill("U0ALICE", "typed", "bad")
    assert (await living.sender.submit("U0ALICE")).errors == {"name": "not this"}
    await living.sender.fill("U0ALICE", "typed", "good")
    done = await living.sender.submit("U0ALICE")
    assert done.ok
    assert done.view is None
    assert submitted[-1]["view"]["private_metadata"] == "secret"
    assert submitted[-1]["user"]["id"] == "U0ALICE"
    assert not living.workspace.faults


async def test_a_click_in_a_message_answers_by_response_url(living: Living) -> None:
    seen: list[Any] = []

    @living.bolt.action("press")
    async def on_press(ack: Any, body: Any, respond: Any) -> None:
        seen.append(body)
        await ack()
        await respond("done", replace_original=True)

    posted = await living.bolt.client.chat_postMessage(
        channel="#bookings", text="card", blocks=[actions(button("press"))]
    )
    ts = posted["ts"]
    outcome = await living.sender.click("U0BOB", ts, "press")
    assert outcome.ok
    message = living.workspace.message("C0BOOKINGS", ts)
    assert (message.text, message.blocks) == ("done", [])
    assert message.history[0][0] == "card"
    body = seen[0]
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0BOOKINGS",
        "is_ephemeral": False,
    }
    assert body["message"]["text"] == "card"
    assert body["actions"][0]["value"] == "v"
    assert body["channel"] == {"id": "C0BOOKINGS", "name": "bookings"}


async def test_every_kind_of_payload_finds_its_listener(living: Living) -> None:
    bolt, sender, workspace = living.bolt, living.sender, living.workspace
    heard: list[str] = []

    def hears(name: str, **answer: Any) -> Any:
        async def listener(ack: Any) -> None:
            heard.append(name)
            await ack(**answer)

        return listener

    async def on_event(event: Any) -> None:
        heard.append(event["type"])

    bolt.command("/cal")(hears("command"))
    bolt.global_shortcut("book")(hears("shortcut"))
    bolt.message_shortcut("about")(hears("message shortcut"))
    bolt.action("press")(hears("action"))
    bolt.options("who")(hears("options", options=[option("bob")]))
    bolt.view_submission("form")(hears("submission"))
    bolt.view_closed("form")(hears("closed"))
    bolt.event("app_home_opened")(on_event)
    bolt.message()(on_event)

    menu = element("external_select", "who", min_query_length=0)
    view = form(
        field("b", menu), actions(button("press")), callback_id="form", notify_on_close=True
    )
    theirs = await sender.say("U0BOB", "bookings", "when?")
    outcomes = [
        await sender.command("U0ALICE", "bookings"),
        await sender.shortcut("U0ALICE", "book"),
        await sender.message_shortcut("U0ALICE", theirs, "about"),
    ]
    workspace.views.open("U0ALICE", view, None)
    outcomes += [
        await sender.click("U0ALICE", None, "press"),
        await sender.options("U0ALICE", "who"),
        await sender.fill("U0ALICE", "who", "bob"),
        await sender.submit("U0ALICE"),
    ]
    workspace.views.open("U0ALICE", view, None)
    outcomes += [await sender.close("U0ALICE"), await sender.open_home("U0ALICE")]
    assert all(outcome.ok for outcome in outcomes)
    assert [delivery.status for delivery in workspace.sent] == [200] * 9
    assert heard == [
        "message",
        "command",
        "shortcut",
        "message shortcut",
        "action",
        "options",
        "submission",
        "closed",
        "app_home_opened",
    ]


async def test_bolt_turns_forgeries_away(living: Living) -> None:
    await living.sender.command("U0ALICE", "general")
    body = b"command=%2Fcal"
    now = str(int(time.time()))
    right = signature(living.workspace.app.signing_secret, now, body)
    old = str(int(time.time()) - 301)
    for timestamp, signed in (
        (now, "v0=forged"),
        (now, signature("another secret", now, body)),
        (old, signature(living.workspace.app.signing_secret, old, body)),
        (old, right),
    ):
        headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signed}
        headers["content-type"] = "application/x-www-form-urlencoded"
        assert (await living.sender.raw(body, headers)).status == 401
