"""The booking form: what a person has put together so far, kept as a draft between two clicks."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.domain.answers import Raw
from bot.domain.event_types import EventType
from bot.domain.languages import language
from bot.domain.people import Member
from bot.slack import forms, ids
from bot.slack.views import questions

ME, MEMBER, GUEST = "me", "member", "guest"
NOW, LATER = "now", "later"


@dataclass(frozen=True, slots=True)
class BookForm:
    """A booking that is being put together.

    `draft_id` is also the key of the attempt, so that one form books once. `owner` is empty for
    the account's own event types; `share` is what was shared and is booked at its sharer's desk.
    `screen` is the one that is shown: 0 is the first, the others ask the event type's own
    questions. `length` is in minutes, `count` how many times a recurring one is booked. `place`
    stands for the chosen place, `place_value` is what the attendee gives for it. Name, e-mail,
    zone and language are the attendee's; `editing` shows them as inputs. `answers` are those to
    the event type's own questions, by slug. `thread` is the ts of the thread (in
    `thread_channel`) whose message it is about; it is told where `in_thread` says so. `turn` is
    Slack's time stamp of the last choice: a drawing that an earlier one asked for is dropped.
    `understood` says in words how a typed date was read. `proposal` is the one that it answers,
    for which the time `proposed` is held.
    """

    draft_id: str
    owner: str = ""
    event_type_id: int | None = None
    screen: int = 0
    length: int | None = None
    count: int | None = None
    instant: bool = False
    day: date | None = None
    start: datetime | None = None
    place: str = ""
    place_value: str = field(default="", repr=False)
    for_whom: str = ME
    editing: bool = False
    member_id: str = ""
    name: str = ""
    email: str = ""
    time_zone: str = ""
    language: str = ""
    invited: tuple[str, ...] = ()
    invited_emails: str = ""
    notes: str = field(default="", repr=False)
    answers: Mapping[str, Raw] = field(default_factory=dict, repr=False)
    channel: str = ""
    share: str = ""
    thread_channel: str = ""
    thread: str = ""
    in_thread: bool = False
    turn: str = ""
    understood: str = ""
    proposal: str = ""
    proposed: datetime | None = None

    @property
    def key(self) -> str:
        """Tells one list of times from another."""
        return f"{self.event_type_id or ''}:{self.length or ''}"

    def metadata(self) -> str:
        """For `private_metadata`: the draft, and what identifies it until one is stored."""
        return json.dumps(
            {
                "draft": self.draft_id,
                "owner": self.owner,
                "type": self.event_type_id,
                "screen": self.screen,
                **({"share": self.share} if self.share else {}),
            }
        )

    def kept(self) -> dict[str, Any]:
        """The draft as JSON."""
        return json.loads(json.dumps(asdict(self), default=lambda at: at.isoformat()))  # type: ignore[no-any-return] # json.loads is untyped

    def attendee_is(self, member: Member) -> "BookForm":
        """Fill in the attendee from a Slack profile."""
        return replace(
            self,
            name=member.name,
            email=member.email,
            time_zone=member.time_zone,
            language=language(member.locale),
            editing=False,
        )

    def with_answers(self, view: Mapping[str, Any], event_type: EventType) -> "BookForm":
        """The form with what the view says to the event type's own questions."""
        found = questions.raws_in(forms.values(view), event_type.id, event_type.own_questions)
        return replace(self, answers={**self.answers, **found})


def from_kept(kept: Mapping[str, Any]) -> BookForm:
    """A draft as it was kept; what an older version did not know has its default."""
    known = {name: kept[name] for name in BookForm.__dataclass_fields__ if name in kept}
    known["day"] = date.fromisoformat(known["day"]) if known.get("day") else None
    for name in ("start", "proposed"):
        known[name] = datetime.fromisoformat(known[name]) if known.get(name) else None
    known["invited"] = tuple(known.get("invited", ()))
    known["answers"] = {
        slug: tuple(raw) if isinstance(raw, list) else raw
        for slug, raw in (known.get("answers") or {}).items()
    }
    return BookForm(**known)


def identified(metadata: str) -> BookForm:
    """The form as `private_metadata` alone tells it: empty where that is malformed."""
    try:
        read = json.loads(metadata)
        event_type_id, screen = read["type"], read["screen"]
        fits = type(event_type_id) in {int, type(None)} and type(screen) is int and screen >= 0
        if not fits:
            return BookForm("")
        share = str(read.get("share", ""))
        return BookForm(str(read["draft"]), str(read["owner"]), event_type_id, screen, share=share)
    except (ValueError, KeyError, TypeError):
        return BookForm("")


def merged(form: BookForm, view: Mapping[str, Any]) -> BookForm:
    """The form with what the first screen's inputs say; fields the view does not have stay."""
    state = forms.values(view)
    found: dict[str, Any] = {}
    plain = {
        ids.GUEST_NAME: "name",
        ids.GUEST_EMAIL: "email",
        ids.INVITE_EMAILS: "invited_emails",
        ids.NOTES: "notes",
        ids.CHANNEL: "channel",
        ids.MEMBER: "member_id",
        ids.PLACE: "place",
        ids.PLACE_VALUE: "place_value",
    }
    for block_id, name in plain.items():
        if forms.answered(state, block_id):
            found[name] = forms.text(state, block_id)
    if forms.answered(state, ids.LAST_NAME):
        found["name"] = f"{found.get('name', '')} {forms.text(state, ids.LAST_NAME)}".strip()
    if forms.answered(state, ids.INVITE_MEMBERS):
        found["invited"] = forms.many(state, ids.INVITE_MEMBERS)
    if whom := forms.text(state, ids.FOR_WHOM):
        found["for_whom"] = whom if whom in {ME, MEMBER, GUEST} else ME
    if zone := forms.text(state, ids.TIME_ZONE):
        found["time_zone"] = zone
    if spoken := forms.text(state, ids.LANGUAGE):
        found["language"] = language(spoken)
    if forms.answered(state, ids.THREAD):
        found["in_thread"] = bool(forms.many(state, ids.THREAD))
    if forms.answered(state, ids.WHEN):
        found["instant"] = forms.text(state, ids.WHEN) == NOW
    return replace(form, **found, **_numbers(state), **_times(state))


def _numbers(state: forms.State) -> dict[str, Any]:
    blocks = {ids.EVENT_TYPE: "event_type_id", ids.LENGTH: "length", ids.COUNT: "count"}
    said = {name: forms.text(state, block_id) for block_id, name in blocks.items()}
    return {
        name: int(text)
        for name, text in said.items()
        if text.isascii() and text.isdigit() and len(text) < 12
    }


def _times(state: forms.State) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        if day := forms.text(state, ids.DAY):
            found["day"] = date.fromisoformat(day)
        if forms.answered(state, ids.TIME):
            start = forms.text(state, ids.TIME)
            found["start"] = forms.moment(start)
    except ValueError:
        return found
    return found
