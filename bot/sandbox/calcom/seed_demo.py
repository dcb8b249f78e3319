"""Harbour Labs: a small made-up company to click through in the sandbox.

Three colleagues have a Cal.com account; the first one's key is the house account. The e-mails are
those of the local Slack's people, among whom Dave has no account here.
"""

from __future__ import annotations

from datetime import time, timedelta

from bot.sandbox.calcom import booking, confirming, seed_kinds, slots, v2_event_types
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.model import JSON, Booking, EventType, Override, User
from bot.sandbox.calcom.seed import add_team, add_user
from bot.sandbox.calcom.seed_team import seed_team_types
from bot.sandbox.calcom.slots import Question, Slot
from bot.sandbox.calcom.world import World

HOUSE_KEY = "cal_demo_house_account_key"
BOB_KEY = "cal_demo_bob_account_key"
CAROL_KEY = "cal_demo_carol_account_key"

_LINK = {"type": "link", "link": "https://meet.harbour-labs.example/alice", "public": True}
_VIDEO = {"type": "integration", "integration": "cal-video"}
_OFFICE = {"type": "address", "address": "12 Quai du Port, Marseille", "public": True}

_QUESTIONS: list[JSON] = [
    {"type": "text", "slug": "company", "label": "Company", "required": True},
    {
        "type": "select",
        "slug": "topic",
        "label": "What is it about?",
        "required": True,
        "options": ["Pricing", "Security", "Integration", "Something else"],
    },
    {
        "type": "multiselect",
        "slug": "products",
        "label": "Products",
        "required": False,
        "options": ["Buoy", "Lighthouse", "Tugboat"],
    },
    {"type": "number", "slug": "people", "label": "How many of you?", "required": False},
    {
        "type": "radio",
        "slug": "stage",
        "label": "How far are you?",
        "required": False,
        "options": ["Looking around", "Comparing", "Deciding"],
    },
    {
        "type": "checkbox",
        "slug": "bring",
        "label": "Please bring",
        "required": False,
        "options": ["Slides", "A contract", "A demo account"],
    },
    {"type": "boolean", "slug": "nda", "label": "We need an NDA", "required": False},
    {"type": "phone", "slug": "mobile", "label": "Mobile", "required": False},
    {"type": "url", "slug": "website", "label": "Website", "required": False},
    {"type": "address", "slug": "office", "label": "Office", "required": False},
    {"type": "multiemail", "slug": "copy", "label": "Also tell", "required": False},
    {
        "type": "textarea",
        "slug": "goals",
        "label": "What should come out of it?",
        "required": False,
    },
]

_ALICE: list[JSON] = [
    {
        "lengthInMinutes": 30,
        "title": "Intro call",
        "slug": "intro",
        "description": "Half an hour to get to know each other.",
        "locations": [_LINK, _OFFICE, {"type": "attendeePhone"}],
    },
    {
        "lengthInMinutes": 45,
        "title": "Product demo",
        "slug": "demo",
        "description": "A tour of Buoy and Lighthouse with your own data.",
        "locations": [_VIDEO],
        "bookingFields": _QUESTIONS,
        "beforeEventBuffer": 10,
        "afterEventBuffer": 5,
    },
    {
        "lengthInMinutes": 30,
        "lengthInMinutesOptions": [15, 30, 60, 90],
        "title": "Working session",
        "slug": "session",
        "locations": [_LINK],
    },
    {
        "lengthInMinutes": 60,
        "title": "Job interview",
        "slug": "interview",
        "description": "With the team you would work with.",
        "locations": [_OFFICE, _VIDEO],
        "confirmationPolicy": {"type": "always", "blockUnconfirmedBookingsInBooker": False},
        "minimumBookingNotice": 1440,
    },
    {
        "lengthInMinutes": 60,
        "title": "Onboarding class",
        "slug": "onboarding",
        "description": "Six seats, every question welcome.",
        "locations": [_LINK],
        "seats": {"seatsPerTimeSlot": 6, "showAttendeeInfo": True, "showAvailabilityCount": True},
    },
    {
        "lengthInMinutes": 25,
        "title": "Weekly check-in",
        "slug": "check-in",
        "locations": [_LINK],
        "recurrence": {"interval": 1, "occurrences": 6, "frequency": "weekly"},
    },
    {
        "lengthInMinutes": 50,
        "title": (
            "Quarterly business review with everybody who signs something, owns a budget, or has to"
            " explain the numbers to somebody else afterwards"
        ),
        "slug": "quarterly-business-review",
        "locations": [_VIDEO],
        "bookingWindow": [{"type": "calendarDays", "value": 60, "rolling": True}],
        "bookingLimitsCount": {"day": 2},
    },
    {
        "lengthInMinutes": 20,
        "title": "Confidential",
        "slug": "confidential",
        "locations": [{"type": "phone", "phone": "+33491000000", "public": False}],
        "hidden": True,
    },
]
_BOB: list[JSON] = [
    {"lengthInMinutes": 30, "title": "Sales call", "slug": "sales", "locations": [_VIDEO]},
    {
        "lengthInMinutes": 15,
        "title": "Contract question",
        "slug": "contract",
        "disableCancelling": {"disabled": True},
    },
]
_CAROL: list[JSON] = [
    {
        "lengthInMinutes": 20,
        "title": "Support hour",
        "slug": "support",
        "locations": [_VIDEO],
        "slotInterval": 10,
        "afterEventBuffer": 10,
    },
    {
        "lengthInMinutes": 45,
        "title": "Architecture office hours",
        "slug": "architecture",
        "locations": [{"type": "attendeeDefined"}, _VIDEO],
        "minimumBookingNotice": 60,
    },
]

_MIRA = Person("Mira Novak", "mira.novak@customer.example", "Europe/Prague")
_TOM = Person("Tom Alder", "tom@alder.example", "America/Chicago")
_YUKI = Person("Yuki Tanaka", "yuki@tanaka.example", "Asia/Tokyo", "ja")
_ZOE = Person("Zoë O'Neil", "zoe+cal@oneil.example", "Europe/Dublin")


async def seed_demo(world: World) -> None:
    """Put the company in, with bookings around the world's present, one of them over.

    Its Cal.com is the hosted service.
    """
    world.hosted = True
    alice = User(
        1, "alice", "Alice Martin", "alice@example.com", "Europe/Paris", HOUSE_KEY, None, 24
    )
    bob = User(2, "bob", "Bob Stone", "bob@example.com", "America/New_York", BOB_KEY)
    carol = User(3, "carol", "Carol Iyer", "carol@example.com", "Asia/Kolkata", CAROL_KEY)
    add_user(world, alice, 11, (time(9), time(17, 30)))
    add_user(world, bob, 12, (time(8, 30), time(16, 30)))
    add_user(world, carol, 13, (time(10), time(18)))
    roles = {1: "OWNER", 2: "MEMBER", 3: "MEMBER"}
    team = add_team(world, "Harbour Labs", "harbour-labs", roles)
    shelves = ((alice, _ALICE), (bob, _BOB), (carol, _CAROL), (alice, seed_kinds.ALICE))
    for user, bodies in shelves:
        for body in bodies:
            v2_event_types.add(world, user.id, body)
    seed_team_types(world, team)
    away = (world.now() + timedelta(days=9)).date()
    world.schedules[13].overrides.append(Override(away, time(0), time(0)))
    await _bookings(world)


async def _bookings(world: World) -> None:
    by_slug = {e.slug: e for e in world.event_types.values()}
    past = await _book(world, by_slug["intro"], _TOM, days=1, nth=2)
    _put_into_the_past(past)
    await _book(world, by_slug["intro"], _MIRA, days=0, nth=1)
    answers = {"company": "Alder & Sons", "topic": "Integration", "products": ["Buoy"]}
    await _book(world, by_slug["demo"], _TOM, days=1, nth=3, answers=answers)
    await _book(world, by_slug["interview"], _ZOE, days=3, nth=2)
    class_start = (await _book(world, by_slug["onboarding"], _MIRA, days=2, nth=1)).start
    await booking.book(world, Request(by_slug["onboarding"], class_start, _YUKI))
    await _book(world, by_slug["check-in"], _YUKI, days=4, nth=0)
    await _book(world, by_slug["sales"], _TOM, days=1, nth=1)
    await _book(world, by_slug["support"], _YUKI, days=2, nth=4)
    declined = await _book(world, by_slug["interview"], _TOM, days=5, nth=3)
    alice = world.host(by_slug["interview"])
    await confirming.decline(world, declined, alice, "the position is filled")


async def _book(
    world: World,
    event_type: EventType,
    person: Person,
    *,
    days: int,
    nth: int,
    answers: JSON | None = None,
) -> Booking:
    """Book the `nth` open slot from so many days ahead on, or the last of that fortnight's."""
    start = world.now() + timedelta(days=days)
    found: list[Slot] = []
    for more in (4, 14):  # most are found in the first days, at a third of the work
        if len(found) <= nth:
            window = (start, start + timedelta(days=more))
            found = slots.open_slots(world, event_type, Question(window))
    slot = found[min(nth, len(found) - 1)]
    request = Request(event_type, slot.start, person, answers=answers or {})
    return (await booking.book(world, request))[0]


def _put_into_the_past(one: Booking) -> None:
    week = timedelta(weeks=1)
    one.start, one.end = one.start - week, one.end - week
    one.created_at, one.updated_at = one.created_at - week, one.updated_at - week
