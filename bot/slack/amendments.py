"""What was filled in to add people or to change the place: claims, read and checked."""

from collections.abc import Mapping
from typing import Any

from bot.domain import places
from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import EventType, Kind, Location
from bot.domain.wording import _
from bot.services.amending import MOST_AT_ONCE, places_of
from bot.slack import forms, ids
from bot.slack.ordering import ADDRESS, addresses

LONGEST_PLACE = 500
KINDS = {"link": Kind.URL, "address": Kind.ADDRESS, "phone": Kind.PHONE}
"""What is typed for each kind of place that anybody can name."""


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
    if chosen in KINDS:
        return Location(chosen, places.given(KINDS[chosen], forms.text(state, ids.PLACE_VALUE)))
    found = next((p for p in places_of(event_type) if places.token(p) == chosen), None)
    if found is None:
        raise InvalidAnswer(places.FIELD, _("This place is not offered any more."))
    return found


def _of_people(state: forms.State) -> dict[str, str]:
    typed, members = emails(state), forms.many(state, ids.INVITE_MEMBERS)
    if bad := [one for one in typed if not ADDRESS.fullmatch(one)]:
        return {ids.INVITE_EMAILS: _("Not an e-mail address: {bad}").format(bad=bad[0][:60])}
    if not typed and not members:
        return {ids.INVITE_EMAILS: _("Choose a member, or type an e-mail address.")}
    if len(typed) + len(members) > MOST_AT_ONCE:
        return {
            ids.INVITE_EMAILS: _("At most {most} people can be added at once.").format(
                most=MOST_AT_ONCE
            )
        }
    return {}


def _of_place(state: forms.State) -> dict[str, str]:
    chosen, typed = forms.text(state, ids.PLACE), forms.text(state, ids.PLACE_VALUE)
    if chosen not in KINDS:
        wrong = _("Leave this empty, or choose above what it is.") if typed else ""
        return {ids.PLACE_VALUE: wrong} if wrong else {}
    try:
        places.given(KINDS[chosen], typed)
    except InvalidAnswer as error:
        return {ids.PLACE_VALUE: _(error.reason)}
    return {}
