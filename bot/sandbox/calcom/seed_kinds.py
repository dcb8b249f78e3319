"""Event types of every other kind, so that each can be clicked in the sandbox: see `seed_demo`."""

from __future__ import annotations

from bot.sandbox.calcom.model import JSON

_PORTS = [
    "Antwerp",
    "Barcelona",
    "Bergen",
    "Bilbao",
    "Bremen",
    "Cork",
    "Copenhagen",
    "Dublin",
    "Gdansk",
    "Genoa",
    "Gothenburg",
    "Hamburg",
    "Helsinki",
    "Lisbon",
    "Marseille",
    "Naples",
    "Oslo",
    "Piraeus",
    "Porto",
    "Riga",
    "Rostock",
    "Rotterdam",
    "Tallinn",
    "Trieste",
    "Valencia",
]
_BERTHS = [f"Berth {number:03}" for number in range(1, 121)]
_DAYS = [f"{count} day{'s' if count > 1 else ''} at sea" for count in range(1, 13)]
_LONG_LABEL = (
    "Please tell us, in as much detail as you care to give, which of your vessels, piers, moorings"
    " and lights are to be looked at, who is in charge of each of them, when they were last seen to"
    " by somebody who knows about such things, and whether anything about them has changed since"
    " then that we ought to know."
)


def _ask(kind: str, slug: str, label: str, **more: object) -> JSON:
    return {"type": kind, "slug": slug, "label": label, "required": False, **more}


_SURVEY: list[JSON] = [
    {"slug": "name", "variant": "splitName", "lastNameRequired": True},
    _ask("text", "company", "Company", required=True, placeholder="Alder & Sons"),
    _ask("text", "code", "Survey code", minLength=4, maxLength=8, placeholder="4 to 8 characters"),
    _ask("textarea", "purpose", "Why a survey?", required=True, minLength=20, maxLength=500),
    _ask("textarea", "details", _LONG_LABEL),
    _ask("number", "vessels", "How many vessels?", required=True),
    _ask("number", "length", "Length of the longest, in metres"),
    _ask("phone", "harbour-master", "Harbour master's number", placeholder="+33..."),
    _ask("url", "map", "Link to a map"),
    _ask("email", "invoice", "Invoices to"),
    _ask("address", "pier", "Address of the pier"),
    _ask("select", "port", "Port", required=True, options=_PORTS),
    _ask("select", "berth", "Berth", options=_BERTHS),
    _ask("multiselect", "seasons", "Seasons", options=["Spring", "Summer", "Autumn", "Winter"]),
    _ask("radio", "time-out", "Time at sea", required=True, options=_DAYS),
    _ask("radio", "insured", "Insured?", options=["Yes", "No"]),
    _ask("checkbox", "papers", "Papers at hand", options=["Plans", "Permits", "Logs"]),
    _ask("boolean", "terms", "We accept the terms", required=True, hidden=False),
    _ask("boolean", "press", "You may mention us"),
    _ask("multiemail", "crew", "Also tell the crew"),
    _ask("text", "campaign", "Campaign", required=True, hidden=True),
    {"slug": "title", "required": True, "hidden": False, "label": "Name of the survey"},
    {"slug": "notes", "required": True, "hidden": False, "label": "Anything else?"},
    {"slug": "rescheduleReason", "required": True},
]

ALICE: list[JSON] = [
    {
        "lengthInMinutes": 60,
        "title": "Harbour survey",
        "slug": "survey",
        "description": "A long questionnaire first, then an hour on the pier.",
        "locations": [{"type": "address", "address": "12 Quai du Port, Marseille", "public": True}],
        "bookingFields": _SURVEY,
    },
    {
        "lengthInMinutes": 60,
        "title": "Consulting hour",
        "slug": "consulting",
        "description": "An hour of advice, paid for in advance.",
        "locations": [{"type": "integration", "integration": "cal-video"}],
        "price": 5000,
        "currency": "eur",
    },
    {
        "lengthInMinutes": 30,
        "title": "Where you like",
        "slug": "your-place",
        "description": "At our office, on the phone, at yours, or in your own room.",
        "locations": [
            {"type": "address", "address": "12 Quai du Port, Marseille", "public": True},
            {"type": "link", "link": "https://meet.harbour-labs.example/alice", "public": True},
            {"type": "attendeeAddress"},
            {"type": "attendeePhone"},
            {"type": "attendeeDefined"},
        ],
    },
]
