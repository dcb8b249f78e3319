"""What was filled in to add people or to change the place: claims, read and checked."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import EventType, Location
from bot.services.amending import MOST_AT_ONCE, TYPED, places_of
from bot.slack import forms, ids
from bot.slack.ordering import ADDRESS, addresses

PHONE = re.compile(r"\+[0-9][0-9 ().-]{5,30}")
LONGEST_PLACE = 500
NOTHING_TYPED = {
    "link": "Type the link.",
    "address": "Type the address.",
    "phone": "Type the phone number.",
}


def complaints(view: Mapping[str, Any]) -> dict[str, str]:
    """What is missing or wrong, by the input's id; it needs nothing but the form."""
    state = forms.values(view)
    if view.get("callback_id") == ids.ADD_PEOPLE:
        return _of_people(state)
    return _of_place(state) if view.get("callback_id") == ids.CHANGE_PLACE else {}


def emails(state: forms.State) -> list[str]:
    """The addresses that were typed, each once."""
    return list(dict.fromkeys(addresses(forms.text(state, ids.INVITE_EMAILS))))


def place(state: forms.State, event_type: EventType | None) -> Location:
    """The place that was chosen, or typed.

    Raises:
        InvalidAnswer: It is none of the event type's (any more).
    """
    chosen = forms.text(state, ids.PLACE)
    if chosen in TYPED:
        return Location(chosen, _typed(chosen, forms.text(state, ids.PLACE_VALUE)))
    found = next((known for known in places_of(event_type) if key(known) == chosen), None)
    if found is None:
        raise InvalidAnswer("location", "This place is not offered any more.")
    return found


def key(known: Location) -> str:
    """What stands for a place of an event type in the form."""
    return sha256(f"{known.kind}|{known.value}".encode()).hexdigest()[:16]


def _of_people(state: forms.State) -> dict[str, str]:
    typed, members = emails(state), forms.many(state, ids.INVITE_MEMBERS)
    if bad := [one for one in typed if not ADDRESS.fullmatch(one)]:
        return {ids.INVITE_EMAILS: f"Not an e-mail address: {bad[0][:60]}"}
    if not typed and not members:
        return {ids.INVITE_EMAILS: "Choose a member, or type an e-mail address."}
    if len(typed) + len(members) > MOST_AT_ONCE:
        return {ids.INVITE_EMAILS: f"At most {MOST_AT_ONCE} people can be added at once."}
    return {}


def _of_place(state: forms.State) -> dict[str, str]:
    chosen, typed = forms.text(state, ids.PLACE), forms.text(state, ids.PLACE_VALUE)
    if chosen not in TYPED:
        wrong = "Leave this empty, or choose above what it is." if typed else ""
    elif not typed:
        wrong = NOTHING_TYPED[chosen]
    elif chosen == "link" and not _is_link(typed):
        wrong = "This is not a web address: it begins with https://."
    elif chosen == "phone" and not PHONE.fullmatch(typed):
        wrong = "This is not a phone number: write it with its country code, like +33 6 …."
    else:
        wrong = ""
    return {ids.PLACE_VALUE: wrong} if wrong else {}


def _is_link(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    plain = typed.isprintable() and " " not in typed
    return plain and parts.scheme in {"https", "http"} and bool(parts.hostname)


def _typed(kind: str, text: str) -> str:
    return re.sub(r"[^0-9+]", "", text) if kind == "phone" else " ".join(text.split())
