"""API v2 event types under version 2026-06-12: hosted servers only.

The same as under 2024-06-14 but for the booking form and some properties more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom import v2_event_types, v2_form_2026, v2_team_event_types
from bot.sandbox.calcom.model import JSON
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, Handler, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.world import World

VERSION = "2026-06-12"

_FORM = {"bookingFields": Field(v2_form_2026.check)}
_NEW: JSON = {  # settings without an effect here, as a new event type has them
    "bookingProposalCount": None,
    "skipAttendeeEmailDeliverabilityCheck": False,
    "emailSettings": {"disableEmailsToAttendees": False, "disableEmailsToHosts": False},
    "privateNote": None,
}


def newer(world: World, shape: JSON) -> JSON:
    """Return an event type as this version shows it, from what 2024-06-14 shows."""
    form = v2_form_2026.form(world.event_types[shape["id"]])
    return shape | _NEW | {"bookingFields": form}


def _under_2026(handler: Handler) -> Handler:
    """Return the handler for this version: form and answer in its words."""

    async def answer(asked: Asked) -> Answer:
        body = dict(asked.body)
        if body.get("bookingFields") is not None:
            checks.check_listed(body, _FORM)
            body["bookingFields"] = v2_form_2026.older(body["bookingFields"])
        given = await handler(replace(asked, body=body))
        data: Any = given.body["data"]
        several = isinstance(data, list)
        shapes = [newer(asked.world, shape) for shape in (data if several else [data])]
        return success(shapes if several else shapes[0], given.status)

    return answer


async def booking_fields(asked: Asked) -> Answer:
    return success({"bookingFields": v2_form_2026.form(v2_event_types.own(asked))})


ENDPOINTS = [
    *(
        replace(endpoint, handler=_under_2026(endpoint.handler), version=VERSION)
        for endpoint in (*v2_event_types.ENDPOINTS, *v2_team_event_types.ENDPOINTS)
    ),
    Endpoint("GET", "/event-types/{id}/booking-fields", booking_fields, Auth.PERMISSION, VERSION),
]
