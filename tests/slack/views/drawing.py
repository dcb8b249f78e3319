"""What the tests of views share: samples, Slack's rules, golden files, and nasty text.

`CALBOT_GOLDEN=write pytest …` writes the golden files anew; look at the difference before it is
kept.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, settings
from hypothesis import strategies as st

from bot.domain.bookings import Action, Attendee, Booking, Host, Status
from bot.domain.event_types import EventType
from bot.domain.people import Member, Reader
from bot.sandbox.slack.blocks import check_message, check_view, warnings_for
from bot.services.offers import Offer
from bot.services.ports import Seen
from bot.services.standing import Row
from bot.slack.views.bookings import Viewer
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "views"
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, 7, tzinfo=UTC)
"""A Monday; 9:07 in Paris."""
TODAY = date(2026, 11, 23)
READING = Reading(PARIS, hour12=False, now=NOW)
EVERYTHING = frozenset(Action)
ALICE = Host(name="Alice Martin", email="alice@example.com", id=1, username="alice")
BOB = Attendee(name="Bob Stone", email="bob@example.com", time_zone="America/New_York")
VIEWER = Viewer(READING, "alice@example.com", EVERYTHING)
READER = Reader(
    Member("T0SANDBOX", "U0ALICE", "Alice Martin", "alice@example.com", "Europe/Paris"),
    time_zone="Europe/Paris",
    hour12=False,
)

calmly = settings(
    deadline=None, max_examples=50, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
"""How properties are tried: the texts are long, and shrinking them takes minutes."""

NASTY = "<!channel> & *bold* _it_ `code` <https://evil.example|click> ~no~ | \n\t\u202eabc"

nasty = st.one_of(
    st.text(max_size=4000),
    st.text(alphabet="&<>*_~`|\n \u202e\u0301\u200d👩‍👧é漢字ابजि", max_size=3500),
    st.sampled_from(
        ["", " ", NASTY, "&" * 3500, "<" * 80, "漢" * 3000, "👨‍👩‍👧‍👦" * 400, "é" * 999, "\u2800"]
    ),
)
"""Text as strangers write it, in any script and any length a field may hold."""


def event_type(number: int = 1, **more: Any) -> EventType:
    fields: dict[str, Any] = {
        "id": number,
        "title": f"Meeting {number}",
        "slug": f"meeting-{number}",
        "length": 30,
        "url": f"https://cal.com/alice/meeting-{number}",
        "owner": "alice",
        "owner_name": "Alice Martin",
    }
    return EventType(**(fields | more))


def offer(*types: EventType, owner: str | None = None, whose: str = "") -> Offer:
    return Offer(owner, whose, types, types[0] if len(types) == 1 else None)


def booking(**more: Any) -> Booking:
    fields: dict[str, Any] = {
        "uid": "secretUidOfTheBooking",
        "title": "Intro between Alice Martin and Bob Stone",
        "status": Status.ACCEPTED,
        "start": NOW + timedelta(hours=2, minutes=53),
        "end": NOW + timedelta(hours=3, minutes=23),
        "hosts": (ALICE,),
        "attendees": (BOB,),
        "location": "https://meet.example.com/abc",
    }
    return Booking(**(fields | more))


def row(
    of: Booking | None = None, actions: frozenset[Action] | None = None, ref: str = "b1"
) -> Row:
    allowed = frozenset({Action.RESCHEDULE, Action.CANCEL}) if actions is None else actions
    of = of or booking()
    return Row(Seen(ref, "house", of.uid, of), allowed)


def allowed(message: Message) -> Message:
    """The message itself, once Slack's rules have nothing against it."""
    payload = {"text": message.text, "blocks": message.blocks}
    assert check_message(payload) == []
    assert warnings_for(payload) == []
    assert message.text.strip()
    assert len(message.text) < 40_000
    assert "secretUid" not in json.dumps(message.blocks) + message.text
    json.dumps(message.blocks).encode()
    return message


def allowed_view(view: dict[str, Any]) -> dict[str, Any]:
    assert check_view(view) == []
    assert warnings_for(view) == []
    return view


def same_as_golden(name: str, drawn: Message | dict[str, Any]) -> None:
    """Compare with the golden file, block by block."""
    path = GOLDEN / f"{name}.json"
    found = {"text": drawn.text, "blocks": drawn.blocks} if isinstance(drawn, Message) else drawn
    if os.environ.get("CALBOT_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(path.read_text())


def elements(message: Message | dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that can be pressed or chosen, in order."""
    blocks = message.blocks if isinstance(message, Message) else message["blocks"]
    found: list[dict[str, Any]] = []
    for block in blocks:
        found += block.get("elements", []) if block["type"] == "actions" else []
        found += [block[part] for part in ("accessory", "element") if part in block]
    return found


def labels(message: Message | dict[str, Any]) -> list[str]:
    return [e["text"]["text"] for e in elements(message) if e["type"] == "button"]


def pressed(message: Message | dict[str, Any], label: str) -> dict[str, Any]:
    """The button with this label."""
    fitting = [e for e in elements(message) if e["type"] == "button" and e["text"]["text"] == label]
    assert fitting, f"no button {label!r} among {labels(message)}"
    return fitting[0]


def texts(message: Message | dict[str, Any], kind: str = "") -> str:
    """All the text that is drawn outside buttons and menus, or only that of one kind."""
    blocks = message.blocks if isinstance(message, Message) else message["blocks"]
    said = [b["text"] for b in blocks if "text" in b]
    said += [e for b in blocks if b["type"] == "context" for e in b["elements"]]
    return "\n".join(each["text"] for each in said if kind in each["type"])


def marked(message: Message) -> str:
    """Everything in which Slack looks for mentions and links."""
    return texts(message, "mrkdwn") + message.text
