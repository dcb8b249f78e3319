"""The Web API: tokens, scopes, posting, people, conversations, trouble on demand."""

import pytest

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.web_api import METHODS
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import BOOKINGS, Call, Json, post, section

# -- tokens and scopes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", "xapp-sandbox", "not_allowed_token_type"),
        ("apps.connections.open", "xoxb-sandbox", "not_allowed_token_type"),
        ("chat.shout", "xoxb-sandbox", "unknown_method"),
    ],
)
async def test_tokens(call: Call, method: str, token: str, error: str) -> None:
    answer = await call(method, token=token)
    assert (answer["ok"], answer["error"], answer["http_status"]) == (False, error, 200)


async def test_an_uninstalled_app(call: Call, workspace: Workspace) -> None:
    workspace.app.uninstalled = True
    assert (await call("auth.test"))["error"] == "account_inactive"


@pytest.mark.parametrize("method", [name for name, known in METHODS.items() if known.scope])
async def test_each_method_needs_its_scope(call: Call, workspace: Workspace, method: str) -> None:
    workspace.granted_scopes = {"commands"}
    answer = await call(method)
    assert (answer["error"], answer["needed"]) == ("missing_scope", METHODS[method].scope)
    assert answer["provided"] == "commands"


@pytest.mark.parametrize(
    ("method", "args", "scope"),
    [
        ("conversations.info", {"channel": BOOKINGS}, "channels:read"),
        ("conversations.info", {"channel": "D0ALICE"}, "im:read"),
        ("conversations.members", {"channel": BOOKINGS}, "channels:read"),
        ("conversations.history", {"channel": BOOKINGS}, "channels:history"),
        ("conversations.replies", {"channel": "D0ALICE", "ts": "1"}, "im:history"),
        ("conversations.list", {"types": "private_channel"}, "groups:read"),
        ("users.conversations", {}, "channels:read"),
        ("conversations.open", {"users": "U0ALICE"}, "im:write"),
        ("conversations.open", {"users": "U0ALICE,U0BOB"}, "mpim:write"),
    ],
)
async def test_conversations_need_the_scope_of_their_kind(
    call: Call, workspace: Workspace, method: str, args: Json, scope: str
) -> None:
    workspace.granted_scopes = {"commands"}
    assert (await call(method, **args))["needed"] == scope
    workspace.granted_scopes = {scope}
    assert (await call(method, **args)).get("error") in (None, "thread_not_found")


# -- posting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": ""}, "channel_not_found"),
        ({"channel": "#nowhere"}, "channel_not_found"),
        ({"channel": "C0RANDOM"}, "not_in_channel"),
        ({"channel": "#random"}, "not_in_channel"),
        ({"channel": "C0LEADS"}, "channel_not_found"),
        ({"channel": "#leads"}, "channel_not_found"),
        ({"channel": "U0GONE"}, "channel_not_found"),
        ({"channel": "U0CALBOT"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [section()] * 51}, "invalid_blocks"),
        ({"markdown_text": "m"}, "markdown_text_conflict"),
        ({"text": None, "markdown_text": "m" * 12_001}, "msg_too_long"),
        ({"metadata": "no"}, "invalid_metadata_format"),
        ({"metadata": ["no"]}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
        (
            {"metadata": {"event_type": "e", "event_payload": {"x": "x" * 9_000}}},
            "metadata_too_large",
        ),
        ({"thread_ts": "1.1"}, "thread_not_found"),
    ],
)
async def test_posting_refused(call: Call, args: Json, error: str) -> None:
    assert (await post(call, **args))["error"] == error


async def test_a_refusal_tells_where(call: Call, workspace: Workspace) -> None:
    answer = await post(call, blocks=[section("")])
    (told,) = answer["response_metadata"]["messages"]
    assert told.endswith("[json-pointer:/blocks/0/text/text]")
    assert workspace.calls[-1].error == "invalid_blocks"


async def test_posting_by_id_name_and_person(call: Call, workspace: Workspace) -> None:
    for channel, where in ((BOOKINGS, BOOKINGS), ("#bookings", BOOKINGS), ("U0BOB", "D0BOB")):
        answer = await post(call, channel=channel)
        assert answer["channel"] == where
        assert workspace.message(where, answer["ts"]).text == "t"
    workspace.app.messages_tab = False
    assert (await post(call, channel="U0BOB"))["error"] == "messages_tab_disabled"


async def test_public_posting_is_a_scope_of_its_own(call: Call, workspace: Workspace) -> None:
    workspace.granted_scopes.add("chat:write.public")
    assert (await post(call, channel="#random"))["ok"]
    assert (await post(call, channel="#leads"))["error"] == "channel_not_found"


async def test_an_archived_channel(call: Call, workspace: Workspace) -> None:
    posted = await post(call)
    workspace.channels[BOOKINGS].archived = True
    assert (await post(call))["error"] == "is_archived"
    updated = await call("chat.update", channel=BOOKINGS, ts=posted["ts"], text="u")
    assert updated["error"] == "is_archived"


async def test_long_text_is_cut_and_missing_text_is_warned_of(
    call: Call, workspace: Workspace
) -> None:
    answer = await post(call, text="x" * 40_001)
    assert len(workspace.message(BOOKINGS, answer["ts"]).text) == 40_000
    assert workspace.warnings == []
    await post(call, text=None, blocks=[section()])
    assert len(workspace.warnings) == 1


async def test_ephemeral(call: Call, workspace: Workspace) -> None:
    told = {"channel": BOOKINGS, "text": "psst"}
    answer = await call("chat.postEphemeral", user="U0ALICE", **told)
    ts = answer["message_ts"]
    assert [m.ts for m in workspace.visible_messages("U0ALICE", BOOKINGS)] == [ts]
    assert workspace.visible_messages("U0BOB", BOOKINGS) == []
    update = await call("chat.update", channel=BOOKINGS, ts=ts, text="u")
    assert update["error"] == "message_not_found"
    link = await call("chat.getPermalink", channel=BOOKINGS, message_ts=ts)
    assert link["error"] == "message_not_found"
    workspace.granted_scopes.add("chat:write.public")
    outside = await call("chat.postEphemeral", user="U0GUEST", channel="#general", text="t")
    assert outside["error"] == "not_in_channel"
    workspace.channels[BOOKINGS].members.discard("U0BOB")
    assert (await call("chat.postEphemeral", user="U0BOB", **told))[
        "error"
    ] == "user_not_in_channel"


async def test_update(call: Call, workspace: Workspace) -> None:
    metadata = {"event_type": "card", "event_payload": {"ref": "1"}}
    posted = await post(call, blocks=[section("old")], metadata=metadata)
    where = {"channel": BOOKINGS, "ts": posted["ts"]}
    message = workspace.message(BOOKINGS, posted["ts"])

    assert (await call("chat.update", **where))["error"] == "no_text"
    assert (await call("chat.update", text="x" * 4_001, **where))["error"] == "msg_too_long"
    missing = await call("chat.update", channel=BOOKINGS, ts="1.1", text="u")
    assert missing["error"] == "message_not_found"
    by_name = await call("chat.update", channel="#bookings", ts=posted["ts"], text="u")
    assert by_name["error"] == "channel_not_found"
    assert message.history == []

    await call("chat.update", text="new", blocks=[section("new")], **where)
    assert message.blocks[0]["text"]["text"] == "new"
    assert not message.edited
    assert message.metadata == metadata
    await call("chat.update", text="x" * 4_000, **where)
    assert (message.blocks, message.edited) == ([], True)
    assert [text for text, _ in message.history] == ["t", "new"]
    await call("chat.update", text="t", metadata={}, **where)
    assert message.metadata is None


async def test_only_its_own_messages(call: Call, workspace: Workspace) -> None:
    theirs = workspace.post(Message(BOOKINGS, workspace.new_ts(), "U0ALICE", "mine"))
    where = {"channel": BOOKINGS, "ts": theirs.ts}
    assert (await call("chat.update", text="u", **where))["error"] == "cant_update_message"
    assert (await call("chat.delete", **where))["error"] == "cant_delete_message"
    own = await post(call)
    assert (await call("chat.delete", channel=BOOKINGS, ts=own["ts"]))["ok"]
    again = await call("chat.delete", channel=BOOKINGS, ts=own["ts"])
    assert again["error"] == "message_not_found"


async def test_threads_and_history(call: Call, workspace: Workspace) -> None:
    workspace.granted_scopes.add("channels:history")
    metadata = {"event_type": "card", "event_payload": {"ref": "1"}}
    parent = await post(call, text="parent", metadata=metadata)
    reply = await post(call, text="reply", thread_ts=parent["ts"])
    last = await post(call, text="reply to the reply", thread_ts=reply["ts"])
    await call("chat.postEphemeral", channel=BOOKINGS, user="U0ALICE", text="psst")

    history = await call("conversations.history", channel=BOOKINGS)
    assert [(m["text"], m["reply_count"]) for m in history["messages"]] == [("parent", 2)]
    assert history["messages"][0]["latest_reply"] == last["ts"]
    assert history["messages"][0]["reply_users"] == [workspace.app.bot_user_id]
    assert "metadata" not in history["messages"][0]
    replies = await call(
        "conversations.replies", channel=BOOKINGS, ts=parent["ts"], include_all_metadata=True
    )
    told = [message["text"] for message in replies["messages"]]
    assert told == ["parent", "reply", "reply to the reply"]
    assert replies["messages"][0]["metadata"] == metadata
    between = {"channel": BOOKINGS, "ts": parent["ts"], "oldest": parent["ts"]}
    assert len((await call("conversations.replies", **between))["messages"]) == 2
    inclusive = await call("conversations.replies", inclusive=True, **between)
    assert len(inclusive["messages"]) == 3
    elsewhere = workspace.channels["C0RANDOM"].id
    outside = await call("conversations.history", channel=elsewhere)
    assert outside["error"] == "not_in_channel"
    missing = await call("conversations.replies", channel=BOOKINGS, ts="1.1")
    assert missing["error"] == "thread_not_found"


async def test_permalink(call: Call) -> None:
    posted = await post(call)
    answer = await call("chat.getPermalink", channel=BOOKINGS, message_ts=posted["ts"])
    assert answer["permalink"].endswith(f"/archives/{BOOKINGS}/p{posted['ts'].replace('.', '')}")


async def test_unfurl(call: Call, workspace: Workspace) -> None:
    link = "https://cal.example.com/alice"
    theirs = workspace.post(Message(BOOKINGS, workspace.new_ts(), "U0ALICE", f"see {link}"))
    where = {"channel": BOOKINGS, "ts": theirs.ts}
    assert (await call("chat.unfurl", **where))["error"] == "missing_unfurls"
    other = await call("chat.unfurl", unfurls={"https://x.y": {"blocks": [section()]}}, **where)
    assert other["error"] == "cannot_unfurl_url"
    wrong = await call("chat.unfurl", unfurls={link: {"blocks": [section("")]}}, **where)
    assert wrong["error"] == "invalid_blocks"
    assert (await call("chat.unfurl", unfurls={link: {"blocks": [section()]}}, **where))["ok"]
    assert theirs.attachments[0]["from_url"] == link


# -- people and conversations -----------------------------------------------------------------


async def test_users(call: Call, workspace: Workspace) -> None:
    alice = (await call("users.info", user="U0ALICE"))["user"]
    assert (alice["tz"], alice["tz_offset"], alice["is_admin"]) == ("Europe/Paris", 3600, True)
    assert alice["profile"]["email"] == "alice@example.com"
    gone = (await call("users.info", user="U0GONE"))["user"]
    assert gone["deleted"]
    assert "tz" not in gone
    assert (await call("users.info", user="U0GUEST"))["user"]["is_restricted"]
    assert (await call("users.info", user="U0NOBODY"))["error"] == "user_not_found"
    found = await call("users.lookupByEmail", email="Bob@Example.com")
    assert found["user"]["id"] == "U0BOB"
    for email in ("oscar@example.com", "nobody@example.com"):
        assert (await call("users.lookupByEmail", email=email))["error"] == "users_not_found"
    workspace.granted_scopes.discard("users:read.email")
    assert "email" not in (await call("users.info", user="U0ALICE"))["user"]["profile"]


async def test_pages(call: Call, workspace: Workspace) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = await call("users.list", limit=3, cursor=cursor)
        seen += [member["id"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
        assert len(page["members"]) == 3
    assert seen == list(workspace.people)
    assert (await call("users.list", cursor="x"))["error"] == "invalid_cursor"
    for limit in (1001, -1, "many"):
        assert (await call("users.list", limit=limit))["error"] == "invalid_limit"
    assert (await call("users.list", cursor="bm8="))["error"] == "invalid_cursor"
    nobody = await call("users.conversations", user="U0NOBODY")
    assert nobody["error"] == "user_not_found"


async def test_conversations(call: Call, workspace: Workspace) -> None:
    bot = workspace.app.bot_user_id
    kinds = "public_channel,private_channel"
    listed = await call("conversations.list", types=kinds)
    assert [c["name"] for c in listed["channels"]] == ["general", "bookings", "random"]
    assert [c["is_member"] for c in listed["channels"]] == [False, True, False]
    workspace.channels["C0LEADS"].members.add(bot)
    workspace.channels["C0RANDOM"].archived = True
    listed = await call("conversations.list", types=kinds, exclude_archived="true")
    assert [c["name"] for c in listed["channels"]] == ["general", "bookings", "leads"]
    mine = await call("users.conversations", types=kinds)
    assert [c["name"] for c in mine["channels"]] == ["bookings", "leads"]
    bobs = await call("users.conversations", types=kinds, user="U0GUEST")
    assert [c["name"] for c in bobs["channels"]] == ["bookings"]
    assert (await call("conversations.list", types="rooms"))["error"] == "invalid_types"
    leads = (await call("conversations.info", channel="C0LEADS"))["channel"]
    assert leads["is_private"]
    members = await call("conversations.members", channel="C0LEADS")
    assert members["members"] == ["U0ALICE", "U0BOB", bot]


async def test_direct_messages(call: Call, workspace: Workspace) -> None:
    workspace.granted_scopes.add("mpim:write")
    assert (await call("conversations.open", users="U0ALICE"))["channel"] == {"id": "D0ALICE"}
    group = await call("conversations.open", users="U0ALICE,U0BOB", return_im=True)
    assert group["channel"]["is_mpim"]
    again = await call("conversations.open", channel=group["channel"]["id"])
    assert again["channel"] == {"id": group["channel"]["id"]}
    for users, error in (
        ("", "users_list_not_supplied"),
        ("U0NOBODY", "user_not_found"),
        ("U0GONE", "user_disabled"),
        ("U0CALBOT", "user_not_found"),
        (",".join(["U0ALICE"] * 9), "too_many_users"),
    ):
        assert (await call("conversations.open", users=users))["error"] == error


async def test_the_rest(call: Call, workspace: Workspace) -> None:
    workspace.granted_scopes.add("team:read")
    assert (await call("team.info"))["team"]["id"] == "T0SANDBOX"
    assert (await call("bots.info", bot="B0CALBOT"))["bot"]["user_id"] == "U0CALBOT"
    assert (await call("bots.info", bot="B0OTHER"))["error"] == "bot_not_found"
    groups = (await call("usergroups.list", include_users=True))["usergroups"]
    assert groups[0]["users"] == ["U0ALICE", "U0BOB"]
