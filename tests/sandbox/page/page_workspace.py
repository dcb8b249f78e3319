"""Who and what is in the fake workspace, and what its app sends."""

from typing import Any

from tests.sandbox.page.page_gallery import CONFIRM, Json, button, mrkdwn, option, plain

PEOPLE = [
    ("U0ALICE", "alice", "Alice Martin", "Europe/Paris", "#7a3e9d", {"is_admin": True}),
    ("U0BOB", "bob", "Bob Stone", "America/New_York", "#0b6e8a", {}),
    ("U0CAROL", "carol", "Carol Iyer", "Asia/Kolkata", "#b0561b", {}),
    ("U0ARAB", "layla", "ليلى حداد", "Africa/Cairo", "#2f7d32", {}),
    ("U0LONG", "maximiliana", "Maximiliana Featherstonehaugh-Cholmondeley", "UTC", "#8a3b4a", {}),
    ("U0GUEST", "gina", "Gina Guest", "UTC", "#5b5b8c", {"is_restricted": True}),
    ("U0GONE", "oscar", "Oscar Gone", "UTC", "#777777", {"deleted": True}),
    ("U0CALBOT", "calbot", "Calbot", "Etc/UTC", "#22212b", {"is_bot": True}),
]


def person(row: tuple[str, str, str, str, str, Json]) -> Json:
    user, name, real_name, zone, colour, more = row
    flags = dict.fromkeys(("is_admin", "is_restricted", "deleted", "is_bot"), False)
    known = {"id": user, "name": name, "real_name": real_name, "email": f"{name}@example.com"}
    return {**known, "tz": zone, "avatar_color": colour, **flags, **more}


def channel(name: str, kind: str = "public", **more: Any) -> Json:
    known = {
        "id": f"C0{name.upper().replace('-', '')}",
        "name": name,
        "kind": kind,
        "im_with": None,
    }
    flags = {"is_member": True, "archived": False, "bot_is_member": True, "unread": 0}
    return {**known, **flags, **more}


def calcom() -> Json:
    kind = {"id": 1, "title": "30min", "slug": "30min", "lengthInMinutes": 30}
    bob = {"name": "Bob", "email": "bob@example.com"}
    booked = {"uid": "uid1", "title": "30min with Bob", "start": "2026-12-01T09:00:00.000Z"}
    hook = {"id": "w1", "active": True, "subscriberUrl": "https://bot.example/webhooks/cal/x"}
    return {
        "eventTypes": [{**kind, "users": [{"username": "alice"}]}],
        "bookings": [{**booked, "status": "accepted", "attendees": [bob]}],
        "subscriptions": [{**hook, "triggers": ["BOOKING_CREATED", "BOOKING_CANCELLED"]}],
        "faults": {"slow": 0, "refuse": [], "lose_webhooks": 0},
    }


def card(status: str) -> list[Json]:
    live = status == "Upcoming"
    buttons = [
        button("Join", "join", url="https://cal.example/join", style="primary"),
        button("Cancel", "cancel", style="danger", confirm=CONFIRM),
    ]
    words = {
        "type": "section",
        "block_id": "what",
        "text": mrkdwn(f"*Intro call* with Bob · {status}"),
    }
    return [words, *([{"type": "actions", "block_id": "do", "elements": buttons}] if live else [])]


def help_blocks() -> list[Json]:
    return [
        {"type": "section", "block_id": "help", "text": mrkdwn("*Calbot* can do this here:")},
        {
            "type": "actions",
            "block_id": "starts",
            "elements": [button("Book", "start", style="primary")],
        },
    ]


def booking() -> list[Json]:
    kinds = [option("30 minutes", "30"), option("60 minutes", "60")]
    what = {"type": "static_select", "action_id": "what", "options": kinds}
    notes = {"type": "plain_text_input", "action_id": "notes", "multiline": True}
    return [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What"),
            "dispatch_action": True,
            "optional": True,
            "element": what,
        },
        {
            "type": "input",
            "block_id": "title",
            "label": plain("Title"),
            "element": {"type": "plain_text_input", "action_id": "title"},
        },
        {
            "type": "input",
            "block_id": "notes",
            "label": plain("Notes"),
            "optional": True,
            "element": notes,
        },
        {"type": "actions", "block_id": "deeper", "elements": [button("More…", "push")]},
    ]
