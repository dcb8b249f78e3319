"""Webhooks of Cal.com: is this one genuine, and what does it say.

Cal.com signs the raw body with the subscription's secret (HMAC-SHA256, lowercase hex, no
prefix). A subscription without a secret sends the words `no-secret-provided`, which anybody can
write. There is no id and no timestamp, so a body that was genuine once stays so.
"""

import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.calcom.errors import Unreadable
from bot.calcom.wire import inside, one, text_of
from bot.calcom.wire_events import Envelope, booking_event
from bot.calcom.wire_notices import notice
from bot.domain.away import Away
from bot.domain.events import Event, Ignored, Trigger
from bot.domain.people import Account

UNSIGNED = "no-secret-provided"

NOTICES = frozenset(
    {
        Trigger.PING,
        Trigger.OOO_CREATED,
        Trigger.FORM_SUBMITTED,
        Trigger.FORM_SUBMITTED_NO_EVENT,
        Trigger.ROUTING_FORM_FALLBACK_HIT,
        Trigger.DELEGATION_CREDENTIAL_ERROR,
        Trigger.DELEGATION_CREDENTIAL_SECRET_ROTATED,
        Trigger.DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED,
        Trigger.DELEGATION_CREDENTIAL_ROTATION_REQUIRED,
    }
)
"""Triggers that are about no booking."""

FLAT = frozenset({Trigger.MEETING_STARTED, Trigger.MEETING_ENDED})
"""Triggers whose body is the booking's row itself, without `payload`."""


def verify(raw: bytes, signature: str | None, secret: str) -> bool:
    """Whether the body was signed with this secret, compared in constant time.

    Args:
        raw: The body, byte for byte as it came.
        signature: The header `X-Cal-Signature-256`, if there was one.
        secret: The subscription's; an empty one proves nothing.
    """
    if not secret or not signature or signature == UNSIGNED:
        return False
    expected = hmac.new(secret.encode(), raw, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def unannounced(
    trigger: Trigger,
    uid: str,
    said_at: datetime,
    *,
    actor: str = "",
    earlier_place: str = "",
    claimed: bool = False,
) -> bytes:
    """A body that `parse` reads, for what Cal.com does and sends no webhook of: handing over,
    and another place (seen with the servers of 2025 and 2026)."""
    told = {"uid": uid, "rescheduledBy": actor, "previousLocation": earlier_place}
    told |= {"claimed": "in Slack"} if claimed else {}
    body = {
        "triggerEvent": trigger,
        "createdAt": said_at.isoformat(),
        "payload": {name: value for name, value in told.items() if value},
    }
    return json.dumps(body).encode()


def missed(uid: str, at: datetime) -> bytes:
    """A body that `parse` reads: nobody has answered an instant meeting until then. Cal.com tells
    that to nobody."""
    payload = {"uid": uid, "missed": "nobody answered"}
    body = {"triggerEvent": Trigger.INSTANT_MEETING, "createdAt": at.isoformat()}
    return json.dumps(body | {"payload": payload}).encode()


def unannounced_absence(
    away: Away, whose: Account, said_at: datetime, *, taken_back: bool = False
) -> bytes:
    """The same for days out of office: only those of its web page have a webhook (as cal.com's
    source has it). `taken_back` is no word of Cal.com's, which says nothing of that anywhere."""
    entry = {
        "uuid": away.uuid,
        "start": f"{away.first.isoformat()}T00:00:00",
        "end": f"{away.last.isoformat()}T23:59:59",
        "notes": away.notes,
        "reason": {"reason": f"ooo_reasons_{away.reason}"},
        "user": {"name": whose.name, "username": whose.username, "email": whose.email},
        "toUser": {"name": away.cover.name} if away.cover else None,
        "takenBack": taken_back,
    }
    body = {
        "triggerEvent": Trigger.OOO_CREATED,
        "createdAt": said_at.isoformat(),
        "payload": {"oooEntry": entry},
    }
    return json.dumps(body).encode()


def parse(raw: bytes) -> Event:
    """What a verified body announces.

    Raises:
        ValueError: It is no JSON.
    """
    try:
        return _read(json.loads(raw))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read(body: Any) -> Event:
    if not isinstance(body, dict):
        # A custom template whose result is no JSON is sent as the word `false`.
        return Ignored("", "not an object: perhaps a payload template that went wrong")
    name = text_of(body.get("triggerEvent"))
    if not name:
        return Ignored("", "names no trigger: perhaps a payload template")
    try:
        trigger = Trigger(name)
    except ValueError:
        return Ignored(name, "unknown trigger")
    return _event(trigger, body)


def _event(trigger: Trigger, body: dict[str, Any]) -> Event:
    payload = body.get("payload")
    if trigger in FLAT and not isinstance(payload, dict):
        envelope = Envelope(payload=body)
    else:
        envelope = one(Envelope, body)
    if trigger in NOTICES:
        return notice(trigger, envelope)
    if inside(envelope.payload, "type") == "Test" and not inside(envelope.payload, "uid"):
        # The test button of Cal.com's settings names the first trigger that is ticked there.
        return notice(Trigger.PING, envelope)
    try:
        return booking_event(trigger, envelope)
    except Unreadable:
        pass
    if trigger in {Trigger.CALENDAR_ENTRY_REJECTED, Trigger.INSTANT_MEETING}:
        return notice(trigger, envelope)
    return Ignored(trigger, "names no booking")
