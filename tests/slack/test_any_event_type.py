"""Whatever a team has set up: random event types, booked through the modal to the end.

Every view passes the local Slack's own rules (it refuses what Slack refuses), and every answer
arrives at Cal.com in its type under its slug.
"""

import asyncio
import string
import tempfile
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.sandbox.calcom.model import JSON, EventType
from bot.slack import ids
from bot.slack.views.questions import slug_of
from tests.harness import DAVE, Rig, Setup, rig, words
from tests.slack.asking import answer, asking, question
from tests.slack.flows import block, fill, front, has_block, pick_time

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1
).filter(lambda text: bool(text.strip()))
SLUGS = st.text(string.ascii_lowercase + string.digits + "-_", min_size=1, max_size=60)
PHONE = "+33612345678"

VALUES: dict[str, tuple[Any, Any]] = {
    "text": ("Some text", "Some text"),
    "textarea": ("Some\ntext", "Some\ntext"),
    "number": ("17.5", 17.5),
    "phone": ("+33 6 12 34 56 78", PHONE),
    "url": ("https://x.example/", "https://x.example/"),
    "address": ("12 High Street", "12 High Street"),
    "email": ("ann@x.example", "ann@x.example"),
    "multiemail": ("ann@x.example, bo@x.example", ["ann@x.example", "bo@x.example"]),
    "boolean": ("yes", True),
}
"""For each kind without options: what a person types, and what Cal.com is told."""


@dataclass(frozen=True, repr=False)
class Asked:
    """A question, what is answered (None: left open), and what Cal.com is told."""

    field: JSON
    given: Any = None
    told: Any = None

    def __repr__(self) -> str:
        many = len(self.field.get("options", []))
        return f"{self.field['slug']}: {self.field['type']} ({many}) {str(self.given)[:80]!r}"


@st.composite
def questions(draw: st.DrawFn, slug: str) -> Asked:
    kind = draw(st.sampled_from([*VALUES, "select", "multiselect", "radio", "checkbox"]))
    required = draw(st.booleans())
    label = draw(st.one_of(WORDS, st.just("A long label " * 250)))
    field: JSON = {"type": kind, "slug": slug, "label": label, "required": required}
    if draw(st.booleans()):
        field["placeholder"] = draw(st.one_of(WORDS, st.just("such as " * 40)))
    answered = required or draw(st.booleans())
    if kind in VALUES:
        given, told = VALUES[kind]
        return Asked(field, given, told) if answered else Asked(field)
    count = draw(st.sampled_from([1, 2, 10, 11, 100, 101, 300]))
    stem = draw(st.one_of(WORDS, st.just("An option that is far too long for a line " * 4)))
    options = [f"{stem.strip()} {n}" for n in range(count)]
    chosen = options[draw(st.integers(0, count - 1))]
    field["options"] = options
    if not answered:
        return Asked(field)
    several = kind in {"multiselect", "checkbox"}
    return Asked(field, [chosen] if several else chosen, [chosen] if several else chosen)


LOCATIONS: tuple[JSON, ...] = (
    {"type": "address", "address": "12 Quai du Port", "public": True},
    {"type": "address", "address": "x" * 300, "public": False},
    {"type": "link", "link": "https://meet.example/x", "public": True},
    {"type": "phone", "phone": PHONE, "public": True},
    {"type": "integration", "integration": "cal-video"},
    {"type": "integration", "integration": "google-meet"},
    {"type": "attendeeAddress"},
    {"type": "attendeePhone"},
    {"type": "attendeeDefined"},
)


@dataclass(frozen=True, repr=False)
class Made:
    """A random event type: its body for the API, its questions, and what is chosen of it."""

    body: JSON
    asked: tuple[Asked, ...]
    length: int | None
    place: int

    def __repr__(self) -> str:
        told = {name: str(value)[:60] for name, value in self.body.items()}
        return f"Made({told}, {self.asked}, {self.length}, {self.place})"


@st.composite
def event_types(draw: st.DrawFn) -> Made:
    slugs = draw(st.lists(SLUGS, max_size=24, unique=True))
    taken = {"name", "email", "location", "title", "notes", "guests", "rescheduleReason"}
    asked = tuple(draw(questions(slug)) for slug in slugs if slug not in taken)
    lengths = draw(st.sampled_from([[], [15, 30], [10, 20, 30, 45, 60, 90, 120]]))
    places = draw(st.lists(st.sampled_from(LOCATIONS), max_size=5, unique_by=str))
    body: JSON = {
        "lengthInMinutes": 30,
        "title": draw(st.one_of(WORDS, st.just("A title that does not end " * 12))),
        "locations": places,
        "disableGuests": draw(st.booleans()),
        "minimumBookingNotice": draw(st.sampled_from([0, 120, 2880])),
    }
    if lengths:
        body["lengthInMinutesOptions"] = lengths
    length = draw(st.sampled_from(lengths)) if lengths else None
    kind = draw(st.sampled_from(["plain", "seats", "series", "confirm"]))
    if kind == "seats":
        body["seats"] = {
            "seatsPerTimeSlot": draw(st.integers(1, 40)),
            "showAttendeeInfo": draw(st.booleans()),
            "showAvailabilityCount": True,
        }
    if kind == "series":
        body["recurrence"] = {
            "interval": draw(st.integers(1, 3)),
            "occurrences": draw(st.integers(1, 5)),
            "frequency": "weekly",
        }
    if kind == "confirm":
        body["confirmationPolicy"] = {"type": "always", "blockUnconfirmedBookingsInBooker": False}
    return Made(body, asked, length, draw(st.integers(0, 4)))


@pytest.mark.timeout(240)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of a failing example only
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes here
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(event_types())
def test_it_is_booked_as_it_was_filled_in(made: Made) -> None:
    asyncio.run(booked(made))


async def booked(made: Made) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with rig(Setup(f"sqlite:///{folder}/bot.db", webhooks=False)) as bot:
            event_type = asking(bot, *(one.field for one in made.asked), **made.body)
            await bot.command(DAVE, "book quiz")
            await filled_in(bot, event_type, made)
            outcome = await bot.submit(DAVE)
            assert bot.slack.faults == []
            assert outcome.errors == {}
            shown = words(front(bot))
            assert "*Booked*" in shown or "*Requested" in shown, shown
            check(bot, made)


async def filled_in(bot: Rig, event_type: EventType, made: Made) -> None:
    """Fill in the first screen and all that follow, to the last press."""
    if made.length and has_block(bot, DAVE, ids.LENGTH):
        await fill(bot, DAVE, ids.LENGTH, str(made.length))
    await pick_time(bot)
    if has_block(bot, DAVE, ids.PLACE):
        offered = block(bot, DAVE, ids.PLACE)["element"]["options"]
        await fill(bot, DAVE, ids.PLACE, offered[made.place % len(offered)]["value"])
    if has_block(bot, DAVE, ids.PLACE_VALUE):
        await fill(bot, DAVE, ids.PLACE_VALUE, PHONE)
    await answered(bot, event_type, made)
    while front(bot).body["submit"]["text"] == "Next":
        outcome = await bot.submit(DAVE)
        assert outcome.errors == {}
        await answered(bot, event_type, made)


async def answered(bot: Rig, event_type: EventType, made: Made) -> None:
    """Answer what the screen asks."""
    fields = bot.bot.deps.desks.house.lookup.known_type(event_type.id)
    assert fields is not None
    shown = [slug_of(one["block_id"], fields.own_questions) for one in front(bot).blocks]
    for one in made.asked:
        if one.given is not None and one.field["slug"] in shown:
            assert question(bot, event_type, one.field["slug"])
            await answer(bot, event_type, one.given, one.field["slug"])


def check(bot: Rig, made: Made) -> None:
    """What Cal.com was told."""
    sent = next(c.body for c in bot.cal.log if c.method == "POST" and c.path == "/v2/bookings")
    told = sent.get("bookingFieldsResponses", {})
    wanted = {one.field["slug"]: one.told for one in made.asked if one.given is not None}
    assert told == wanted
    for slug, value in wanted.items():
        assert type(told[slug]) is type(value)
    assert sent.get("lengthInMinutes") == (made.length or None)
    kinds = {place["type"] for place in made.body["locations"]}
    assert "location" not in sent or sent["location"]["type"] in kinds
