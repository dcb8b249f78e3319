"""Every block and element once, with the texts that break layouts: long, right to left, CJK."""

import time
from typing import Any

Json = dict[str, Any]

LONG = "Quarterly architecture review with the platform, security and data teams (second half)"
ARABIC = "مراجعة التصميم مع فريق المنصة"
JAPANESE = "四半期の設計レビュー"
HOSTILE = "<img src=x onerror=alert(1)> &amp; *<!channel>*"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str | None = None) -> Json:
    described = {"description": plain(description)} if description else {}
    return {"text": plain(text), "value": value, **described}


HUNDRED = [option(f"Choice number {n}", f"c{n}") for n in range(1, 101)]
FEW = [option("First", "a", "With a description"), option("Second", "b"), option(LONG[:75], "c")]
CONFIRM = {
    "title": plain("Cancel this booking?"),
    "text": mrkdwn("*Bob* will be told by e-mail."),
    "confirm": plain("Cancel booking"),
    "deny": plain("Keep it"),
    "style": "danger",
}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def texts(unix: int) -> list[Json]:
    """What mrkdwn can say."""
    return [
        {"type": "header", "block_id": "head", "text": plain("Booking confirmed :tada:")},
        {
            "type": "section",
            "block_id": "marks",
            "text": mrkdwn(
                "*bold* _italic_ ~strike~ `code` *_both_* snake_case_name 2*3*4 :wave: :unknown:\n"
                "> quoted line\n> second quoted line\n• first item\n• second item\n1. numbered\n"
                "```def booked():\n    return <https://cal.example/x|a link in code>```\n"
                "<@U0BOB> in <#C0BOOKINGS|bookings> <!here> <!subteam^S0SALES|@sales> "
                "<https://cal.example/alice/30min|Alice’s page> https://bare.example/path. "
                "<mailto:bob@example.com|bob@example.com>\n"
                f"<!date^{unix}^{{date_short_pretty}} at {{time}}|fallback> · "
                f"<!date^{unix}^{{date_long}}|fallback> · a &lt; b &amp;&amp; c &gt; d"
            ),
        },
        {"type": "section", "block_id": "hostile", "text": plain(HOSTILE)},
        {
            "type": "section",
            "block_id": "rtl",
            "text": mrkdwn(f"*{ARABIC}*\n{JAPANESE}\n{LONG * 2}"),
        },
        {
            "type": "section",
            "block_id": "fields",
            "fields": [
                mrkdwn("*When*\nTomorrow at 10:00 AM"),
                mrkdwn(f"*What*\n{LONG}"),
                mrkdwn("*Where*\nCal Video"),
                plain("plain field"),
            ],
        },
        {
            "type": "context",
            "block_id": "context",
            "elements": [
                {"type": "image", "image_url": "/icon.svg", "alt_text": "mark"},
                mrkdwn("Booked by <@U0ALICE> · _Europe/Paris_"),
                plain("plain context"),
            ],
        },
        {"type": "divider", "block_id": "divider"},
        {
            "type": "image",
            "block_id": "image",
            "title": plain("A map"),
            "image_url": "/icon.svg",
            "alt_text": "map",
        },
        {
            "type": "image",
            "block_id": "away",
            "image_url": "https://example.com/x.png",
            "alt_text": "Somewhere else’s picture",
        },
    ]


def rich() -> list[Json]:
    """The blocks with structure of their own."""
    words = {"type": "text", "text": "rich "}
    link = {"type": "link", "url": "https://cal.example", "text": "link"}
    day = {"type": "date", "timestamp": 1_800_000_000, "format": "{date_long}", "fallback": "then"}
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        for text in ("one", "two")
    ]
    section = [
        words,
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "user", "user_id": "U0ALICE"},
        {"type": "channel", "channel_id": "C0GENERAL"},
        {"type": "emoji", "name": "calendar"},
        {"type": "broadcast", "range": "here"},
        link,
        day,
    ]
    return [
        {
            "type": "rich_text",
            "block_id": "rich",
            "elements": [
                {"type": "rich_text_section", "elements": section},
                {"type": "rich_text_list", "style": "ordered", "elements": items},
                {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": items},
                {"type": "rich_text_quote", "elements": [words]},
                {"type": "rich_text_preformatted", "elements": [words]},
            ],
        },
        {
            "type": "markdown",
            "block_id": "markdown",
            "text": (
                "## Heading\nSome **bold**, *italic*, `code`, [a](https://cal.example), ~~gone~~.\n"
                "- item\n  - nested\n- [x] done\n\n> quote\n\n```\ncode\n```\n\n"
                "| A | B |\n|---|---|\n| 1 | 2 |"
            ),
        },
        {
            "type": "table",
            "block_id": "table",
            "column_settings": [{"is_wrapped": True}, {"align": "right"}],
            "rows": [
                [{"type": "raw_text", "text": "Who"}, {"type": "raw_text", "text": "Bookings"}],
                [{"type": "raw_text", "text": LONG}, {"type": "raw_text", "text": "12"}],
                [
                    {
                        "type": "rich_text",
                        "elements": [{"type": "rich_text_section", "elements": [link]}],
                    },
                    {"type": "raw_text", "text": "3"},
                ],
            ],
        },
        {"type": "hologram", "block_id": "hologram"},
    ]


def elements() -> list[Json]:
    """Every element that may stand outside inputs, in actions and as accessories."""
    menus: list[Json] = [
        {
            "type": "static_select",
            "action_id": "static",
            "placeholder": plain("One of 100"),
            "options": HUNDRED,
        },
        {
            "type": "external_select",
            "action_id": "external",
            "placeholder": plain("Search"),
            "min_query_length": 1,
        },
        {
            "type": "multi_static_select",
            "action_id": "many",
            "placeholder": plain("Several"),
            "options": HUNDRED[:12],
            "initial_options": HUNDRED[:2],
        },
        {"type": "multi_external_select", "action_id": "many_external", "min_query_length": 0},
        {"type": "users_select", "action_id": "user", "placeholder": plain("Who")},
        {"type": "multi_users_select", "action_id": "users", "initial_users": ["U0BOB"]},
        {"type": "conversations_select", "action_id": "conversation"},
        {"type": "multi_conversations_select", "action_id": "conversations"},
        {"type": "channels_select", "action_id": "channel", "initial_channel": "C0GENERAL"},
        {"type": "datepicker", "action_id": "date", "initial_date": "2026-12-01"},
        {"type": "timepicker", "action_id": "time", "timezone": "Europe/Paris"},
        {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1_800_000_000},
    ]
    overflow = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Reschedule", "r"), option("Hand over", "h")],
    }
    accessories: list[Json] = [
        button("Slots", "slots", value="30min"),
        overflow,
        {"type": "image", "image_url": "/icon.svg", "alt_text": "mark"},
        {
            "type": "static_select",
            "action_id": "grouped",
            "option_groups": [
                {"label": plain("Morning"), "options": FEW[:2]},
                {"label": plain("Evening"), "options": FEW[2:]},
            ],
        },
        {"type": "checkboxes", "action_id": "checks", "options": FEW, "initial_options": FEW[1:2]},
        {"type": "radio_buttons", "action_id": "radios", "options": FEW},
        {"type": "datepicker", "action_id": "day"},
    ]
    buttons = [
        button("Book", "go", style="primary", value="v"),
        button("Cancel", "cancel", style="danger", confirm=CONFIRM, value="x"),
        button("Open", "open", url="https://cal.example"),
        button(LONG[:75], "long"),
        {**overflow, "action_id": "more_actions"},
    ]
    return [
        {"type": "actions", "block_id": "buttons", "elements": buttons},
        {"type": "actions", "block_id": "menus", "elements": menus},
        *(
            {
                "type": "section",
                "block_id": f"accessory{index}",
                "text": mrkdwn(f"*{one['type']}* beside {LONG}"),
                "accessory": one,
            }
            for index, one in enumerate(accessories)
        ),
    ]


def inputs() -> list[Json]:
    """Every input."""
    kinds: dict[str, Json] = {
        "plain": {
            "type": "plain_text_input",
            "min_length": 3,
            "max_length": 40,
            "placeholder": plain("Your name"),
            "focus_on_load": True,
        },
        "long": {
            "type": "plain_text_input",
            "multiline": True,
            "initial_value": f"{ARABIC}\n{JAPANESE}",
        },
        "number": {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        "email": {"type": "email_text_input", "placeholder": plain("name@example.com")},
        "url": {"type": "url_text_input"},
        "rich_value": {"type": "rich_text_input"},
        "select": {"type": "static_select", "options": HUNDRED},
        "external": {"type": "external_select", "min_query_length": 2},
        "users": {"type": "multi_users_select"},
        "conversation": {"type": "conversations_select"},
        "date": {"type": "datepicker"},
        "time": {"type": "timepicker"},
        "moment": {"type": "datetimepicker"},
        "radio": {"type": "radio_buttons", "options": FEW},
        "checks": {"type": "checkboxes", "options": FEW},
    }
    return [
        {
            "type": "input",
            "block_id": f"in_{name}",
            "label": plain(f"{kind['type']} label"),
            "optional": index > 0,
            "hint": plain("What this is for."),
            "element": {**kind, "action_id": name},
        }
        for index, (name, kind) in enumerate(kinds.items())
    ]


def alerts() -> list[Json]:
    return [
        {
            "type": "alert",
            "block_id": f"alert_{level}",
            "level": level,
            "text": mrkdwn(f"*{level}*: something to know."),
        }
        for level in ("default", "info", "warning", "error", "success")
    ]


def message_blocks() -> list[Json]:
    return [*texts(int(time.time()) + 86_400), *rich(), *elements()]
