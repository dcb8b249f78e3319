"""How much of a booking a place is told: guests by initials, places by their service."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.domain.wording import _, listed, ngettext
from bot.slack.text import plain
from bot.slack.views.where import INTEGRATION, SERVICES, service

MOST: Final = 8
"""People who are named; the others are counted."""

_MINUTES: Final = re.compile(r"(\d+) ?(?:min|mins|m)\b")
_PHONE: Final = re.compile(r"(?:tel:)?\+?[\d\s().\-/]{5,40}|\w*[pP]hone")
_VIDEO: Final = {
    "meet.google.com": "Google Meet",
    "zoom.us": "Zoom",
    "teams.microsoft.com": "Microsoft Teams",
    "teams.live.com": "Microsoft Teams",
    "whereby.com": "Whereby",
    "webex.com": "Webex",
    "meet.jit.si": "Jitsi",
}
_CAL_VIDEO: Final = "/video/"
"""How the path of Cal Video's own links begins, on whichever host."""


def initials(name: str) -> str:
    """`J. S.`; empty for what is no name: an e-mail address, or nothing."""
    if "@" in name:
        return ""
    letters = [next((char for char in word if char.isalnum()), "") for word in name.split()]
    known = [letter.upper() for letter in letters if letter]
    return " ".join(f"{letter}." for letter in (known[:1] + known[1:][-1:]))


def by_initials(people: Sequence[str]) -> str:
    """Guests (names or e-mails): `J. S., B. and 2 more`, `a guest`; empty for nobody."""
    known = [short for short in map(initials, people) if short][:MOST]
    rest = len(people) - len(known)
    if not known:
        return ngettext("a guest", "{count} guests", rest) if rest else ""
    return listed([*known, _("{count} more").format(count=rest)] if rest else known)


def nicely(slug: str) -> str:
    """An event type's slug as a name: `intro-call` is `Intro call`, `30min` is `30 min`."""
    words = " ".join(_MINUTES.sub(r"\1 min", re.sub(r"[-_\s]+", " ", slug)).split())
    return plain(words[:1].upper() + words[1:], 80, empty=_("Meeting"))


def kind_of_place(location: str) -> str:
    """Only how people meet: `Cal Video`, `online`, `by phone`, `in person`; empty for nowhere."""
    place = location.strip()
    if place.startswith(INTEGRATION):
        named = service(place)
        return named if named in SERVICES.values() else _("online")
    if place.startswith(("https:", "http:")):
        return _online(place)
    if _PHONE.fullmatch(place):
        return _("by phone")
    return _("in person") if place else ""


def _online(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # brackets that are no address
        return _("online")
    if parts.path.startswith(_CAL_VIDEO):
        return "Cal Video"
    known = (name for ending, name in _VIDEO.items() if f".{host}".endswith(f".{ending}"))
    return next(known, _("online"))
