"""The booking form: what a person has put together so far, from draft to order."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.domain.bookings import Attendee, BookingRequest
from bot.domain.people import Member, Reader
from bot.services.booking import Order
from bot.slack import forms, ids

ME, MEMBER, GUEST = "me", "member", "guest"
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
NO_TIME = {
    ids.TIME: "Choose a time.",
    ids.DAY: "Choose a day with open times.",
    ids.EVENT_TYPE: "This cannot be booked from here yet. Choose another one.",
}
MOST_GUESTS = 30
"""How many people a booking takes besides the attendee (Cal.com's limit)."""


@dataclass(frozen=True, slots=True)
class BookForm:
    """A booking that is being put together.

    `draft_id` is also the key of the attempt, so that one form books once. `owner` is empty for
    the account's own event types. `since` is the first day of the two weeks of open times that
    are shown. Name, e-mail and zone are the attendee's; `editing` shows them as inputs. `turn`
    is Slack's time stamp of the last choice: a drawing that an earlier one asked for is dropped.
    `understood` says in words how a typed date was read.
    """

    draft_id: str
    owner: str = ""
    event_type_id: int | None = None
    length: int | None = None
    day: date | None = None
    since: date | None = None
    start: datetime | None = None
    for_whom: str = ME
    editing: bool = False
    member_id: str = ""
    name: str = ""
    email: str = ""
    time_zone: str = ""
    invited: tuple[str, ...] = ()
    invited_emails: str = ""
    notes: str = field(default="", repr=False)
    channel: str = ""
    turn: str = ""
    understood: str = ""

    @property
    def key(self) -> str:
        """Tells one list of times from another."""
        return f"{self.event_type_id or ''}:{self.length or ''}"

    def metadata(self) -> str:
        """For `private_metadata`: the draft, and what identifies it until one is stored."""
        return json.dumps({"draft": self.draft_id, "owner": self.owner})

    def kept(self) -> dict[str, Any]:
        """The draft as JSON."""
        return json.loads(json.dumps(asdict(self), default=lambda at: at.isoformat()))  # type: ignore[no-any-return] # json.loads is untyped

    def attendee_is(self, member: Member) -> "BookForm":
        """Fill in the attendee from a Slack profile."""
        return replace(
            self, name=member.name, email=member.email, time_zone=member.time_zone, editing=False
        )


def from_kept(kept: Mapping[str, Any]) -> BookForm:
    """A draft as it was kept; what an older version did not know has its default."""
    known = {name: kept[name] for name in BookForm.__dataclass_fields__ if name in kept}
    for name in ("day", "since"):
        known[name] = date.fromisoformat(known[name]) if known.get(name) else None
    known["start"] = datetime.fromisoformat(known["start"]) if known.get("start") else None
    known["invited"] = tuple(known.get("invited", ()))
    return BookForm(**known)


def identity(metadata: str) -> tuple[str, str]:
    """The draft's id and the owner from `private_metadata`; empty where it is malformed."""
    try:
        read = json.loads(metadata)
        return str(read["draft"]), str(read["owner"])
    except (ValueError, KeyError, TypeError):
        return "", ""


def merged(form: BookForm, view: Mapping[str, Any]) -> BookForm:
    """The form with what the view's inputs say; fields the view does not have stay."""
    state = forms.values(view)
    found: dict[str, Any] = {}
    plain = {
        ids.GUEST_NAME: "name",
        ids.GUEST_EMAIL: "email",
        ids.INVITE_EMAILS: "invited_emails",
        ids.NOTES: "notes",
        ids.CHANNEL: "channel",
        ids.MEMBER: "member_id",
    }
    for block_id, name in plain.items():
        if forms.answered(state, block_id):
            found[name] = forms.text(state, block_id)
    if forms.answered(state, ids.INVITE_MEMBERS):
        found["invited"] = forms.many(state, ids.INVITE_MEMBERS)
    if whom := forms.text(state, ids.FOR_WHOM):
        found["for_whom"] = whom if whom in {ME, MEMBER, GUEST} else ME
    if zone := forms.text(state, ids.TIME_ZONE):
        found["time_zone"] = zone
    found |= _times(state)
    return replace(form, **found)


def _times(state: forms.State) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block_id, name in ((ids.EVENT_TYPE, "event_type_id"), (ids.LENGTH, "length")):
        number = forms.text(state, block_id)
        if number.isascii() and number.isdigit():
            found[name] = int(number)
    try:
        if day := forms.text(state, ids.DAY):
            found["day"] = date.fromisoformat(day)
        if forms.answered(state, ids.TIME):
            start = forms.text(state, ids.TIME)
            found["start"] = forms.moment(start)
    except ValueError:
        return found
    return found


def complaints(form: BookForm, view: Mapping[str, Any]) -> dict[str, str]:
    """What is missing or wrong, by the id of the input that can show it; empty if nothing is.

    It needs nothing but the form, because Slack waits for the answer.
    """
    state = forms.values(view)
    wrong: dict[str, str] = {}
    if form.event_type_id is None:
        wrong[ids.EVENT_TYPE] = "Choose what to book."
    elif form.start is None:
        shown = (ids.TIME, ids.DAY, ids.EVENT_TYPE)
        where = next((one for one in shown if forms.answered(state, one)), ids.EVENT_TYPE)
        wrong[where] = NO_TIME[where]
    if forms.answered(state, ids.GUEST_EMAIL) and not ADDRESS.fullmatch(form.email):
        wrong[ids.GUEST_EMAIL] = "This is not an e-mail address."
    if forms.answered(state, ids.MEMBER) and not form.member_id:
        wrong[ids.MEMBER] = "Choose who it is for."
    if bad := [one for one in addresses(form.invited_emails) if not ADDRESS.fullmatch(one)]:
        wrong[ids.INVITE_EMAILS] = f"Not an e-mail address: {bad[0][:60]}"
    elif len(addresses(form.invited_emails)) + len(form.invited) > MOST_GUESTS:
        wrong[ids.INVITE_EMAILS] = f"At most {MOST_GUESTS} people can be invited."
    return {_as_in(state, block_id): text for block_id, text in wrong.items()}


def addresses(text: str) -> list[str]:
    """The e-mail addresses of a field, separated by commas, semicolons, spaces or lines."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


def order(form: BookForm, reader: Reader, guests: tuple[str, ...]) -> Order:
    """What is to be booked; `guests` are the e-mails of the members who are invited."""
    assert form.event_type_id is not None
    assert form.start is not None
    invited = dict.fromkeys([*guests, *addresses(form.invited_emails)])
    invited.pop(form.email, None)
    request = BookingRequest(
        key=form.draft_id,
        event_type_id=form.event_type_id,
        start=form.start,
        length=form.length,
        attendee=Attendee(
            name=form.name, email=form.email, time_zone=form.time_zone or reader.time_zone
        ),
        guests=tuple(invited),
        answers={"notes": form.notes} if form.notes else {},
    )
    return Order(form.owner or None, request)


def _as_in(state: forms.State, block_id: str) -> str:
    """The block id as the view has it: some are extended by `:…`, to be reset when it changes."""
    return next((n for n in state if n == block_id or n.startswith(f"{block_id}:")), block_id)
