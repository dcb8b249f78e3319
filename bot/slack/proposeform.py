"""The form in which times are proposed: what a person has put together so far."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.domain.event_types import EventType
from bot.domain.proposals import MOST_PEOPLE, MOST_TIMES, Way, asks_more, takes_guests
from bot.domain.wording import N_, _
from bot.slack import forms, ids

UNTIL_FIRST: Final = "first"
STANDS: Final[Mapping[str, tuple[str, timedelta | None]]] = {
    "4h": (N_("4 hours"), timedelta(hours=4)),
    "1d": (N_("1 day"), timedelta(days=1)),
    "2d": (N_("2 days"), timedelta(days=2)),
    "3d": (N_("3 days"), timedelta(days=3)),
    "7d": (N_("7 days"), timedelta(days=7)),
    UNTIL_FIRST: (N_("Until the first time is past"), None),
}
"""How long a proposal stands: in words, and as it is."""
USUAL: Final = "2d"
LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class ProposeForm:
    """Times that are about to be proposed.

    `owner`, `event_type_id`, `length`, `turn` and `understood` are as in a `BookForm`; `day` is
    the first one shown. `replaces` is the proposal whose place this one takes.
    """

    draft_id: str
    owner: str = ""
    event_type_id: int | None = None
    length: int | None = None
    day: date | None = None
    starts: tuple[datetime, ...] = ()
    named: tuple[str, ...] = ()
    channel: str = ""
    way: Way = Way.CLICKER
    stands: str = USUAL
    note: str = field(default="", repr=False)
    replaces: str = ""
    turn: str = ""
    understood: str = ""

    @property
    def key(self) -> str:
        """Tells one list of times from another."""
        return f"{self.event_type_id or ''}:{self.length or ''}:{self.day or ''}"

    def metadata(self) -> str:
        """For `private_metadata`: the draft, and what identifies it until one is stored."""
        said = {"draft": self.draft_id, "owner": self.owner, "type": self.event_type_id}
        return json.dumps(said)

    def kept(self) -> dict[str, Any]:
        """The draft as JSON."""
        return json.loads(json.dumps(asdict(self), default=lambda at: at.isoformat()))  # type: ignore[no-any-return] # json.loads is untyped


def from_kept(kept: Mapping[str, Any]) -> ProposeForm:
    """A draft as it was kept."""
    known = {name: kept[name] for name in ProposeForm.__dataclass_fields__ if name in kept}
    known["day"] = date.fromisoformat(known["day"]) if known.get("day") else None
    known["starts"] = tuple(map(datetime.fromisoformat, known.get("starts", ())))
    known["named"] = tuple(known.get("named", ()))
    known["way"] = Way(known.get("way", Way.CLICKER))
    return ProposeForm(**known)


def identified(metadata: str) -> ProposeForm:
    """The form as `private_metadata` alone tells it: empty where that is malformed."""
    try:
        read = json.loads(metadata)
        event_type_id = read["type"]
        if type(event_type_id) not in {int, type(None)}:
            return ProposeForm("")
        return ProposeForm(str(read["draft"]), str(read["owner"]), event_type_id)
    except (ValueError, KeyError, TypeError):
        return ProposeForm("")


def merged(form: ProposeForm, view: Mapping[str, Any]) -> ProposeForm:
    """The form with what the inputs say; fields the view does not have stay."""
    state = forms.values(view)
    found: dict[str, Any] = {}
    if forms.answered(state, ids.WHOM):
        found["named"] = tuple(dict.fromkeys(forms.many(state, ids.WHOM)))
    if forms.answered(state, ids.CHANNEL):
        found["channel"] = forms.text(state, ids.CHANNEL)
    if forms.answered(state, ids.NOTES):
        found["note"] = forms.text(state, ids.NOTES)[:LONGEST_NOTE]
    if forms.answered(state, ids.TIMES):
        found["starts"] = _starts(forms.many(state, ids.TIMES))
    if (way := forms.text(state, ids.WAY)) in set(Way):
        found["way"] = Way(way)
    if (stands := forms.text(state, ids.STANDS)) in STANDS:
        found["stands"] = stands
    for block_id, name in ((ids.EVENT_TYPE, "event_type_id"), (ids.LENGTH, "length")):
        number = forms.text(state, block_id)
        if number.isascii() and number.isdigit() and len(number) < 12:
            found[name] = int(number)
    return replace(form, **found)


def complaints(
    form: ProposeForm, view: Mapping[str, Any], event_type: EventType | None
) -> dict[str, str]:
    """What is missing or wrong, by the id of the input that can show it; empty if nothing is."""
    state = forms.values(view)
    wrong: dict[str, str] = {}
    if form.event_type_id is None:
        wrong[ids.EVENT_TYPE] = _("Choose what to propose.")
    elif not form.starts:
        shown = ids.TIMES if forms.answered(state, ids.TIMES) else ids.EVENT_TYPE
        wrong[shown] = _("Choose one to five open times.")
    elif len(form.starts) > MOST_TIMES:
        wrong[ids.TIMES] = _("Choose at most five times.")
    wrong |= _whom(form)
    several = form.way is not Way.CLICKER
    if several and event_type and not takes_guests(event_type):
        wrong[ids.WAY] = _("This event type takes no guests: let whoever presses first book it.")
    if form.way is Way.POLL and event_type and asks_more(event_type):
        wrong[ids.WAY] = _("This event type asks for more than a profile says: choose another way.")
    return {_as_in(state, block_id): text for block_id, text in wrong.items()}


def _whom(form: ProposeForm) -> dict[str, str]:
    if not form.named and not form.channel:
        return {ids.WHOM: _("Choose people, or a channel below.")}
    if len(form.named) > MOST_PEOPLE:
        return {ids.WHOM: _("Choose at most seven people, or nobody and a channel.")}
    if form.way is Way.NAMED and not form.named:
        return {ids.WHOM: _("Choose for whom it is to be booked.")}
    return {}


def _starts(values: tuple[str, ...]) -> tuple[datetime, ...]:
    found: list[datetime] = []
    for value in values:
        try:
            start = forms.moment(value)
        except ValueError:
            continue
        if start:
            found.append(start)
    return tuple(sorted(set(found)))


def _as_in(state: forms.State, block_id: str) -> str:
    return next((n for n in state if n == block_id or n.startswith(f"{block_id}:")), block_id)
