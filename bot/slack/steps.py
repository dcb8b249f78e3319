"""The steps that people put into workflows: what each takes and gives, for the manifest.

Source: docs.slack.dev, Workflow Builder, custom steps; an app that offers them has to be ready for
organizations (`org_deploy_enabled`), which cannot be turned off again. Manifests know one language
(docs.slack.dev, app manifest reference), so these titles and descriptions are English; what a step
gives and what goes wrong in it is said in the language of whoever runs the workflow.
"""

from typing import Any, Final

from bot.slack import ids

EVENT: Final = "function_executed"

_STRING, _MEMBER = "string", "slack#/types/user_id"
_TIME = "slack#/types/timestamp"
_RUNNER = "slack#/types/user_context"
"""Slack itself puts in who runs the workflow: its author sees no such field, and cannot fill it in
(docs.slack.dev, user_context type)."""


def _parameter(kind: str, title: str, description: str) -> dict[str, Any]:
    return {"type": kind, "title": title, "description": description}


def _parameters(required: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {**required, **others}, "required": [*required]}


_WHO = _parameter(_RUNNER, "Who runs it", "In whose name it is done; Slack says who it is")
_EVENT_TYPE = _parameter(_STRING, "Event type", "Its name, or a booking link")
_MEETING = {
    "title": _parameter(_STRING, "Title", "What the meeting is called"),
    "when": _parameter(_STRING, "When", "From when to when, in words, with the time zone"),
    "start": _parameter(_TIME, "Start", "As a time of Slack's, for a later step"),
    "start_iso": _parameter(_STRING, "Start (ISO 8601)", "Such as 2026-12-01T15:00:00+01:00"),
}

STEPS: Final[dict[str, dict[str, Any]]] = {
    ids.FIND_TIMES: {
        "title": "Find open times",
        "description": "When an event type can be booked on Cal.com",
        "input_parameters": _parameters(
            {"user_context": _WHO, "event_type": _EVENT_TYPE},
            from_time=_parameter(_TIME, "From (a time)", "The first moment that would do"),
            day=_parameter(_STRING, "From (in words)", "A day, such as tomorrow or 28 nov"),
            count=_parameter("integer", "How many", "Of the open times; five if empty"),
        ),
        "output_parameters": _parameters(
            {
                "times": _parameter(_STRING, "Open times", "In words, one a line"),
                "first": _parameter(_TIME, "First open time", "To be booked in a later step"),
                "first_text": _parameter(_STRING, "First open time (in words)", "Day and time"),
                "first_iso": _parameter(_STRING, "First open time (ISO 8601)", "With its offset"),
            },
            link=_parameter(_STRING, "Booking link", "The event type's page"),
        ),
    },
    ids.BOOK_STEP: {
        "title": "Book a meeting",
        "description": "Book an open time on Cal.com, for a member or for a guest",
        "input_parameters": _parameters(
            {"user_context": _WHO, "event_type": _EVENT_TYPE},
            start=_parameter(_TIME, "Start (a time)", "An open time"),
            when=_parameter(_STRING, "Start (in words)", "Such as tomorrow 3pm, if no time is set"),
            attendee=_parameter(_MEMBER, "For whom", "A member; if empty, whoever runs it"),
            name=_parameter(_STRING, "Guest's name", "For somebody from outside"),
            email=_parameter(_STRING, "Guest's e-mail", "For somebody from outside"),
            notes=_parameter(_STRING, "Notes", "For the host"),
        ),
        "output_parameters": _parameters(
            {
                **_MEETING,
                "end_iso": _parameter(_STRING, "End (ISO 8601)", "With its offset"),
                "status": _parameter(_STRING, "Status", "accepted, or pending until confirmed"),
                "reference": _parameter(_STRING, "Reference", "To cancel it by, in a later step"),
                "link": _parameter(_STRING, "Calendar link", "Adds it to one's own calendar"),
            },
            host=_parameter(_STRING, "Host", "Who holds it, where it is known"),
            meeting_url=_parameter(_STRING, "Meeting link", "Where to join, if it may be told"),
        ),
    },
    ids.CANCEL_STEP: {
        "title": "Cancel a booking",
        "description": "Cancel what an earlier step has booked on Cal.com",
        "input_parameters": _parameters(
            {
                "user_context": _WHO,
                "reference": _parameter(_STRING, "Reference", "Of the step that booked it"),
            },
            reason=_parameter(_STRING, "Reason", "The attendees are told"),
        ),
        "output_parameters": _parameters(_MEETING),
    },
}
"""By callback id, as the manifest has them."""
