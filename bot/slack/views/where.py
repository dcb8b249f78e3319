"""Where a meeting is to be: a choice of the places that the event type offers."""

from urllib.parse import urlsplit

from slack_sdk.models.blocks import Block, Option, StaticSelectElement

from bot.domain import places
from bot.domain.bookings import Booking
from bot.domain.event_types import EventType, Location
from bot.domain.wording import N_, _
from bot.slack import ids
from bot.slack.bookform import ME, BookForm
from bot.slack.text import inline, plain
from bot.slack.views import parts
from bot.slack.views.reading import link

INTEGRATION = "integrations:"
SERVICES = {
    "cal-video": "Cal Video",
    "daily": "Cal Video",
    "google-meet": "Google Meet",
    "msteams": "Microsoft Teams",
    "office365-video": "Microsoft Teams",
    "zoom": "Zoom",
    "zoom-video": "Zoom",
    "whereby-video": "Whereby",
    "webex-video": "Webex",
    "jitsi": "Jitsi",
    "whatsapp-video": "WhatsApp",
    "facetime-video": "FaceTime",
}
VALUES = {
    "attendeeAddress": (N_("Address"), N_("12 High Street, Springfield")),
    "attendeePhone": (N_("Phone number"), "+33 6 12 34 56 78"),
    "attendeeDefined": (N_("Place"), N_("A link, an address, a room …")),
}
"""The label and the example of what the attendee gives."""


def blocks(form: BookForm, event_type: EventType) -> list[Block]:
    """Nothing where there is nothing to choose and nothing to give."""
    offered = places.choices(event_type)
    chosen = places.chosen(event_type, form.place)
    if chosen is None:
        return []
    found: list[Block] = []
    if len(offered) > 1:
        options = {place: _option(place, form) for place in offered[:100]}
        menu = StaticSelectElement(
            action_id=ids.PICK_PLACE,
            options=list(options.values()),
            initial_option=options.get(chosen),
        )
        # Only a place that asks for something changes what else is shown.
        asks = any(place.asks for place in offered)
        block_id = f"{ids.PLACE}:{event_type.id}"
        found.append(parts.input_block(block_id, _("Where"), menu, dispatch=asks))
    if chosen.asks:
        label, example = VALUES[chosen.kind]
        typed = parts.text_input(form.place_value, 500, placeholder=_(example))
        block_id = f"{ids.PLACE_VALUE}:{chosen.kind}"
        found.append(parts.input_block(block_id, _(label), typed))
    return found


def _option(place: Location, form: BookForm) -> Option:
    return parts.option(plain(named(place, own=form.for_whom == ME), 75), places.token(place))


def named(place: Location, *, own: bool = False) -> str:
    """What a place is called; `own` speaks to the attendee."""
    if place.kind == "integration":
        return service(place.value)
    if place.kind == "link":
        host = urlsplit(place.value).hostname if "://" in place.value else ""
        return _("Link ({host})").format(host=host) if host else _("A link from the host")
    if place.kind == "phone" and place.value:
        return _("Phone: {value}").format(value=place.value)
    unnamed = {
        "attendeeAddress": _("Your address") if own else _("The attendee's address"),
        "attendeePhone": _("Your phone") if own else _("The attendee's phone"),
        "attendeeDefined": _("Somewhere else"),
        "organizersDefaultApp": _("The host's usual video call"),
        "address": _("At the host's"),
        "phone": _("The host's phone"),
    }
    return place.value or unnamed.get(place.kind, _("Elsewhere"))


def of(booking: Booking) -> str:
    """Where a booking is, ready for mrkdwn; empty where it does not say."""
    if url := booking.join_url:
        return link(url, urlsplit(url).hostname or url)
    if booking.location.startswith(INTEGRATION):  # while the link is not made yet
        return _("{service} (the link follows)").format(
            service=inline(service(booking.location), 80)
        )
    return inline(booking.location, 300, empty="")


def service(name: str) -> str:
    """A video service by Cal.com's name of it (`google-meet`, `integrations:daily`)."""
    bare = name.removeprefix(INTEGRATION).replace("_", "-").replace(":", "-")
    known = SERVICES.get(bare)
    return known or bare.removesuffix("-video").replace("-", " ").title()
