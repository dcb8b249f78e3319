"""The steps that people put into workflows: what each takes and gives, for the manifest.

Source: docs.slack.dev, Workflow Builder, custom steps; an app that offers them has to be ready for
organizations (`org_deploy_enabled`), which cannot be turned off again. Manifests know one language
(docs.slack.dev, app manifest reference), so these titles and descriptions are English; what a step
gives and what goes wrong in it is said in the language of whom it is done for.
"""

from typing import Any, Final

from bot.slack import ids

EVENT: Final = "function_executed"

_STRING, _MEMBER = "string", "slack#/types/user_id"
_TIME = "slack#/types/timestamp"


def _parameter(kind: str, title: str, description: str) -> dict[str, Any]:
    return {"type": kind, "title": title, "description": description}


_WHO = _parameter(_MEMBER, "Who acts", "In whose name it is done: the person in the workflow")
_EVENT_TYPE = _parameter(_STRING, "Event type", "Its name, or a booking link")

STEPS: Final[dict[str, dict[str, Any]]] = {
    ids.FIND_TIMES: {
        "title": "Find open times",
        "description": "When an event type can be booked on Cal.com",
        "input_parameters": {
            "properties": {
                "user_id": _WHO,
                "event_type": _EVENT_TYPE,
                "day": _parameter(_STRING, "From when", "A day, such as tomorrow or 28 nov"),
                "count": _parameter("integer", "How many", "Of the open times; five if empty"),
            },
            "required": ["user_id", "event_type"],
        },
        "output_parameters": {
            "properties": {
                "times": _parameter(_STRING, "Open times", "One a line"),
                "first": _parameter(_TIME, "First open time", "To be booked"),
            },
            "required": ["times", "first"],
        },
    },
    ids.BOOK_STEP: {
        "title": "Book a meeting",
        "description": "Book an open time on Cal.com",
        "input_parameters": {
            "properties": {
                "user_id": _WHO,
                "event_type": _EVENT_TYPE,
                "start": _parameter(_TIME, "Start", "An open time"),
                "attendee": _parameter(_MEMBER, "For whom", "A member of the workspace"),
                "name": _parameter(_STRING, "Guest's name", "For somebody from outside"),
                "email": _parameter(_STRING, "Guest's e-mail", "For somebody from outside"),
                "notes": _parameter(_STRING, "Notes", "For the host"),
            },
            "required": ["user_id", "event_type", "start"],
        },
        "output_parameters": {
            "properties": {
                "title": _parameter(_STRING, "Title", "What the meeting is called"),
                "when": _parameter(_STRING, "When", "From when to when"),
                "reference": _parameter(_STRING, "Reference", "To cancel it by, in a later step"),
            },
            "required": ["title", "when", "reference"],
        },
    },
    ids.CANCEL_STEP: {
        "title": "Cancel a booking",
        "description": "Cancel what an earlier step has booked on Cal.com",
        "input_parameters": {
            "properties": {
                "user_id": _WHO,
                "reference": _parameter(_STRING, "Reference", "Of the step that booked it"),
                "reason": _parameter(_STRING, "Reason", "The attendees are told"),
            },
            "required": ["user_id", "reference"],
        },
        "output_parameters": {
            "properties": {
                "title": _parameter(_STRING, "Title", "What the meeting was called"),
                "when": _parameter(_STRING, "When", "When it was to be"),
            },
            "required": ["title", "when"],
        },
    },
}
"""By callback id, as the manifest has them."""
