"""What a webhook says that is about no booking: out of office, forms, credentials, a test."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import Field

from bot.calcom.wire import Shape, inside, listed, text_of
from bot.calcom.wire_events import Envelope
from bot.domain.away import REASONS
from bot.domain.events import AWAY, BACK, Notice, Trigger
from bot.domain.wording import N_

Lines = tuple[tuple[str, str], ...]

TITLES = {
    Trigger.OOO_CREATED: N_("Somebody is out of office"),
    Trigger.PING: N_("Cal.com's test arrived"),
    Trigger.FORM_SUBMITTED: N_("A form was submitted"),
    Trigger.FORM_SUBMITTED_NO_EVENT: N_("A form was submitted, and nothing was booked"),
    Trigger.ROUTING_FORM_FALLBACK_HIT: N_("A routing form had no matching route"),
    Trigger.DELEGATION_CREDENTIAL_ERROR: N_("A delegation credential does not work"),
    Trigger.DELEGATION_CREDENTIAL_SECRET_ROTATED: N_(
        "A delegation credential's secret was rotated"
    ),
    Trigger.DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED: (
        N_("Rotating a delegation credential's secret failed")
    ),
    Trigger.DELEGATION_CREDENTIAL_ROTATION_REQUIRED: (
        N_("A delegation credential's secret has to be rotated")
    ),
    Trigger.CALENDAR_ENTRY_REJECTED: N_("A calendar refused an entry"),
    Trigger.INSTANT_MEETING: N_("Somebody waits for an instant meeting"),
    Trigger.OOO_CREATED: AWAY,
}
OWN_REASONS = {f"ooo_reasons_{key}": label for key, label in REASONS.items()} | {
    "ooo_reasons_sick_leave": REASONS["sick"]
}
"""What Cal.com calls the reasons that everybody has; others are told as they were written."""


class NamedShape(Shape):
    name: str = ""
    username: str = ""
    email: str = ""


class ReasonShape(Shape):
    emoji: str = ""
    reason: str = ""


class AbsenceShape(Shape):
    """`start` and `end` are the first day's midnight and the last day's last second, in the zone of
    the user; `taken_back` is ours."""

    uuid: str = ""
    start: str = ""
    end: str = ""
    taken_back: bool = False
    notes: str = ""
    reason: ReasonShape | None = None
    user: NamedShape | None = None
    to_user: NamedShape | None = None


class NoticeShape(Shape):
    form_name: str = ""
    response_id: str = ""
    responses: dict[str, Any] = Field(default_factory=dict)
    ooo_entry: AbsenceShape | None = None
    connect_and_join_url: str = ""
    event_type_title: str = ""
    error: dict[str, Any] = Field(default_factory=dict)
    credential: dict[str, Any] = Field(default_factory=dict)
    delegation_credential: dict[str, Any] = Field(default_factory=dict)


def notice(trigger: Trigger, envelope: Envelope) -> Notice:
    """The announcement; what the body does not tell is left out of its lines."""
    said = NoticeShape.model_validate(envelope.payload)
    absence = said.ooo_entry or AbsenceShape()
    return Notice(
        trigger=trigger,
        key=absence.uuid or said.response_id or _digest(envelope),
        title=BACK if absence.taken_back else TITLES[trigger],
        name=said.form_name or _name(absence.user),
        said_at=envelope.created_at,
        lines=_told([*_absence(absence), *_form(said), *_credential(said), *_instant(said)]),
    )


def _told(lines: Iterable[tuple[str, str]]) -> Lines:
    return tuple((label, text) for label, text in lines if text)


def _name(person: NamedShape | None) -> str:
    return (person.name or person.username or person.email) if person else ""


def _absence(entry: AbsenceShape) -> Lines:
    reason = entry.reason or ReasonShape()
    told = OWN_REASONS.get(reason.reason) or f"{reason.emoji} {reason.reason}".strip()
    return (
        (N_("From"), _day(entry.start)),
        (N_("To"), _day(entry.end)),
        (N_("Reason"), told),
        (N_("Stand-in"), _name(entry.to_user)),
        (N_("Notes"), entry.notes),
    )


def _day(moment: str) -> str:
    """The day of a moment, in the zone in which it was said."""
    try:
        return datetime.fromisoformat(moment).date().isoformat()
    except ValueError:
        return ""


def _form(said: NoticeShape) -> Lines:
    return tuple((label, _answer(entry)) for label, entry in said.responses.items())


def _answer(entry: Any) -> str:
    """The text of `{value, response}`, of a plain answer, or of a list of either."""
    if isinstance(entry, dict):
        response = entry.get("response")
        return _answer(response if response is not None else entry.get("value", entry.get("label")))
    if isinstance(entry, list):
        return ", ".join(filter(None, map(_answer, listed(entry))))
    return text_of(entry)


def _credential(said: NoticeShape) -> Lines:
    kept = said.delegation_credential or said.credential
    return (
        (N_("Workspace"), text_of(kept.get("workspacePlatform")) or text_of(kept.get("type"))),
        (N_("Domain"), text_of(kept.get("domain"))),
        (N_("Secret expires"), text_of(kept.get("secretExpiresAt"))),
        (N_("Error"), text_of(inside(said.error, "message"))),
    )


def _instant(said: NoticeShape) -> Lines:
    return ((N_("Event type"), said.event_type_title), (N_("Join"), said.connect_and_join_url))


def _digest(envelope: Envelope) -> str:
    """Tells one announcement from another; copies of one, sent for several subscriptions,
    differ in nothing but the envelope."""
    text = json.dumps(envelope.payload, sort_keys=True)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
