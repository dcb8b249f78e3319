"""What the people of Harbour Labs (`seed_demo`) offer together: one event type of every kind.

Alice in Paris and Bob in New York meet in her late afternoon; Bob and Carol in Kolkata never do.
"""

from __future__ import annotations

from bot.sandbox.calcom import v2_team_event_types
from bot.sandbox.calcom.model import JSON, Team
from bot.sandbox.calcom.world import World

_ALICE, _BOB, _CAROL = ({"userId": number} for number in (1, 2, 3))
_VIDEO = {"type": "integration", "integration": "cal-video"}

_TYPES: list[JSON] = [
    {
        "lengthInMinutes": 30,
        "title": "Sales demo",
        "slug": "team-demo",
        "description": "With whoever of us is up when you are.",
        "locations": [_VIDEO],
        "schedulingType": "roundRobin",
        "hosts": [_BOB, _CAROL],
    },
    {
        "lengthInMinutes": 60,
        "title": "Panel interview",
        "slug": "panel",
        "description": "Two of us have questions, and time for yours.",
        "locations": [_VIDEO],
        "schedulingType": "collective",
        "hosts": [_ALICE, _BOB],
    },
    {
        "lengthInMinutes": 20,
        "title": "Welcome call",
        "slug": "welcome",
        "locations": [_VIDEO],
        "schedulingType": "managed",
        "hosts": [_BOB, _CAROL],
    },
    {
        "lengthInMinutes": 45,
        "title": "Executive briefing",
        "slug": "briefing",
        "description": "We look at the agenda first, and then say yes.",
        "locations": [_VIDEO],
        "schedulingType": "roundRobin",
        "hosts": [_BOB, _CAROL],
        "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": False},
    },
    {
        "lengthInMinutes": 15,
        "title": "Help desk",
        "slug": "help-desk",
        "description": "Now, if one of us is there, or at a time of your choice.",
        "locations": [_VIDEO],
        "schedulingType": "roundRobin",
        "hosts": [_BOB, _CAROL],
        "isInstantEvent": True,
    },
]


def seed_team_types(world: World, team: Team) -> None:
    """Put them in; the people are there already."""
    for body in _TYPES:
        v2_team_event_types.add(world, team, body)
