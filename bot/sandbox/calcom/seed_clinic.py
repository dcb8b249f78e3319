"""The Cal.com accounts of Lighthouse Clinic, the sandbox's second workspace.

There is no account for everybody there: each of them connects their own.
"""

from __future__ import annotations

from datetime import time

from bot.sandbox.calcom import v2_event_types
from bot.sandbox.calcom.model import JSON, User
from bot.sandbox.calcom.seed import add_user
from bot.sandbox.calcom.world import World

NORA_KEY = "cal_demo_nora_account_key"
IVAN_KEY = "cal_demo_ivan_account_key"

_ROOM = {"type": "address", "address": "Room 4, 2 Harbour Road, Dublin", "public": True}
_VIDEO = {"type": "integration", "integration": "cal-video"}

_NORA: list[JSON] = [
    {
        "lengthInMinutes": 20,
        "title": "Check-up",
        "slug": "check-up",
        "description": "For everybody who was here before.",
        "locations": [_ROOM],
    },
    {
        "lengthInMinutes": 40,
        "title": "First visit",
        "slug": "first-visit",
        "locations": [_ROOM, _VIDEO],
        "bookingFields": [
            {"type": "text", "slug": "reason", "label": "What brings you here?", "required": True}
        ],
    },
]
_IVAN: list[JSON] = [
    {
        "lengthInMinutes": 30,
        "title": "Physiotherapy",
        "slug": "physio",
        "locations": [_ROOM],
    },
]


def seed_clinic(world: World) -> None:
    """Put its two people in, with what can be booked with them."""
    nora = User(4, "nora", "Nora Quinn", "nora@example.net", "Europe/Dublin", NORA_KEY)
    ivan = User(5, "ivan", "Ivan Petrov", "ivan@example.net", "Europe/Sofia", IVAN_KEY)
    add_user(world, nora, 14, (time(9), time(17)))
    add_user(world, ivan, 15, (time(8), time(15)))
    for user, bodies in ((nora, _NORA), (ivan, _IVAN)):
        for body in bodies:
            v2_event_types.add(world, user.id, body)
