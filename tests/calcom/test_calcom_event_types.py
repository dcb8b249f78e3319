"""Event types as the versions of the API tell them, and how one's own, teams' and others' are
found on servers of several ages."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from bot.calcom import wire_event_types
from bot.domain.errors import NotFound, RateLimited, Unavailable
from bot.domain.event_types import (
    Assignment,
    EventType,
    Kind,
    Location,
    Question,
    Recurrence,
    Team,
    TeamHost,
)
from tests.calcom.calcom_script import Script, Time, ok, said, v1, v2

NEWEST = "2026-06-12"
OLDER = "2024-06-14"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries of reads do not wait; stamina has no other seam for that."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


def read(**told: Any) -> EventType:
    """An event type told as v2 does."""
    return wire_event_types.event_type({"data": {"id": 1, "lengthInMinutes": 30, **told}})


def asked(**field: Any) -> Question:
    (question,) = read(bookingFields=[field]).questions
    return question


@pytest.mark.parametrize(
    ("field", "question"),
    [
        (
            {"field": "custom", "type": "longText", "slug": "why", "minLength": 5, "maxLength": 90},
            Question("why", Kind.TEXTAREA, shortest=5, longest=90),
        ),
        (
            {"field": "custom", "type": "url", "slug": "site", "disableOnPrefill": True},
            Question("site", Kind.URL, locked=True),
        ),
        (
            {"field": "name", "variant": "splitName", "slug": "name", "lastNameRequired": True},
            Question("name", Kind.NAME, is_default=True, split=True, needs_last_name=True),
        ),
        (
            {"field": "name", "variant": "splitName", "slug": "name"},
            Question("name", Kind.NAME, is_default=True, split=True),
        ),
        (
            {"field": "name", "variant": "fullName", "slug": "name", "lastNameRequired": True},
            Question("name", Kind.NAME, is_default=True),
        ),
        (
            {"field": "notes", "label": "additional_notes", "placeholder": "share_something"},
            Question("notes", Kind.TEXTAREA, is_default=True),
        ),
        (
            {"field": "title", "slug": "title", "label": "What about?", "hidden": True},
            Question("title", Kind.TEXT, label="What about?", is_default=True, hidden=True),
        ),
        (
            {"field": "attendeePhoneNumber", "slug": "attendeePhoneNumber", "required": True},
            Question("attendeePhoneNumber", Kind.PHONE, required=True, is_default=True),
        ),
        (
            {"field": "custom", "type": "hologram", "slug": "h", "label": "Hologram"},
            Question("h", Kind.UNKNOWN, label="Hologram"),
        ),
        (
            {"field": "custom", "type": "select", "slug": "s", "options": [{"value": "a"}, "b", 3]},
            Question("s", Kind.SELECT, options=("a", "b", "3")),
        ),
        (
            {
                "field": "unknown",
                "slug": "unknown",
                "bookingField": '{"name": "odd", "type": "x", "required": true, "label": "Odd"}',
            },
            Question("odd", Kind.UNKNOWN, label="Odd", required=True),
        ),
        (
            {"type": "unknown", "slug": "unknown", "bookingField": "{"},
            Question("unknown", Kind.UNKNOWN),
        ),
        (
            {"type": "text", "slug": "t", "label": "your_name", "placeholder": "a_b"},
            Question("t", Kind.TEXT, label="your_name", placeholder="a_b"),
        ),
        (
            {"type": "textarea", "slug": "t", "minLength": -4, "maxLength": None},
            Question("t", Kind.TEXTAREA),
        ),
    ],
)
def test_questions(field: dict[str, Any], question: Question) -> None:
    assert asked(**field) == question


def test_a_name_in_two_parts_in_v1() -> None:
    fields = [
        {"name": "firstName", "required": True},
        {"name": "lastName", "required": True, "label": "last_name"},
    ]
    name = {
        "name": "name",
        "type": "name",
        "editable": "system",
        "defaultLabel": "your_name",
        "variant": "firstAndLastName",
        "variantsConfig": {"variants": {"firstAndLastName": {"fields": fields}}},
    }
    assert asked(**name) == Question(
        "name", Kind.NAME, is_default=True, split=True, needs_last_name=True
    )
    fields[1]["required"] = False
    assert not asked(**name).needs_last_name


@pytest.mark.parametrize(
    ("place", "location"),
    [
        ({"type": "address", "address": "1 Rue X", "public": True}, Location("address", "1 Rue X")),
        ({"type": "phone", "public": False}, Location("phone")),
        ({"type": "link", "link": "https://x.test"}, Location("link", "https://x.test")),
        (
            {"type": "integration", "integration": "zoom", "link": "https://zoom.test"},
            Location("integration", "zoom"),
        ),
        ({"type": "attendeeDefined"}, Location("attendeeDefined")),
        ({"type": "organizersDefaultApp"}, Location("organizersDefaultApp")),
        ({"type": "unknown", "location": "somewhere"}, Location("unknown", "somewhere")),
        ({"type": "teleporter"}, Location("unknown")),
        ({}, Location("unknown")),
    ],
)
def test_places(place: dict[str, Any], location: Location) -> None:
    assert read(locations=[place]).locations == (location,)


@pytest.mark.parametrize(
    ("place", "location"),
    [
        ({"type": "integrations:daily"}, Location("integration", "integrations:daily")),
        ({"type": "inPerson", "address": "1 Rue X"}, Location("address", "1 Rue X")),
        ({"type": "userPhone", "hostPhoneNumber": "+331"}, Location("phone", "+331")),
        ({"type": "phone"}, Location("attendeePhone")),
        ({"type": "attendeeInPerson"}, Location("attendeeAddress")),
        ({"type": "somewhereElse"}, Location("attendeeDefined")),
        ({"type": "conferencing"}, Location("organizersDefaultApp")),
        ({"type": "link", "link": "https://x.test"}, Location("link", "https://x.test")),
    ],
)
def test_places_in_v1(place: dict[str, Any], location: Location) -> None:
    told = {"id": 1, "length": 30, "locations": [place]}
    assert wire_event_types.v1_event_type({"event_type": told}).locations == (location,)


def test_what_is_special() -> None:
    special = read(
        seats={"seatsPerTimeSlot": 3, "showAttendeeInfo": True},
        isInstantEvent=True,
        price=2500,
        currency="eur",
        recurrence={"interval": 2, "occurrences": 5, "frequency": "weekly"},
    )
    assert (special.seats, special.shows_attendees, special.instant) == (3, True, True)
    assert (special.price, special.currency) == (2500, "eur")
    assert special.recurrence == Recurrence(2, 5, "weekly")

    plain = read(seats={"disabled": True}, recurrence={"disabled": True}, price=None)
    assert (plain.seats, plain.shows_attendees, plain.recurrence, plain.price) == (
        None,
        False,
        None,
        0,
    )


def test_a_teams_event_type() -> None:
    hosts = [
        {"userId": 1, "name": "Alice", "username": "alice", "mandatory": True},
        {"userId": 2, "name": "Bob", "username": "bob", "mandatory": False},
        {"userId": None, "name": "Nobody"},
    ]
    told = {
        "teamId": 9,
        "team": {"id": 9, "slug": "sales", "name": "Sales"},
        "ownerId": None,
        "schedulingType": "roundRobin",
        "hosts": hosts,
        "bookingUrl": "https://acme.cal.test/sales/demo",
    }
    demo = read(**told)
    assert (demo.team, demo.assignment, demo.owner) == (
        Team(9, "sales", "Sales"),
        Assignment.ROUND_ROBIN,
        None,
    )
    assert demo.hosts == (TeamHost(1, "Alice", "alice", fixed=True), TeamHost(2, "Bob", "bob"))

    panel = read(**{**told, "schedulingType": "collective", "team": None})
    assert (panel.team, panel.assignment) == (Team(9, ""), Assignment.COLLECTIVE)
    assert all(host.fixed for host in panel.hosts)  # everybody comes

    mine = read(users=[{"username": "alice"}], hosts=hosts)
    assert (mine.team, mine.assignment, mine.hosts) == (None, None, ())


def test_templates_are_left_out_of_lists_and_their_children_are_not() -> None:
    managed = {"id": 3, "lengthInMinutes": 30, "schedulingType": "managed", "teamId": 1}
    child = {**managed, "id": 4, "parentEventTypeId": 3}
    found = wire_event_types.event_types({"data": [managed, child]})
    assert [event_type.id for event_type in found] == [4]
    v1 = {"id": 3, "length": 30, "schedulingType": "MANAGED"}
    assert wire_event_types.v1_event_types({"event_types": [v1, {**v1, "parentId": 1}]}) != ()
    assert wire_event_types.v1_event_types({"event_types": [v1]}) == ()


ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just({}), st.just([])
)
FIELD = st.fixed_dictionaries(
    {},
    optional={
        name: ODD | st.lists(ODD, max_size=2) | st.dictionaries(st.text(max_size=3), ODD)
        for name in [
            *("field", "type", "slug", "name", "label", "required", "hidden", "options"),
            *("minLength", "maxLength", "variant", "variantsConfig", "lastNameRequired"),
            *("bookingField", "disableOnPrefill", "placeholder"),
        ]
    },
)


@given(field=FIELD, others=st.dictionaries(st.sampled_from(["seats", "team", "hosts"]), ODD))
def test_no_odd_shape_hides_an_event_type(field: Any, others: Any) -> None:
    """Whatever its form says, the event type itself is read."""
    told = {"id": 1, "lengthInMinutes": 30, "bookingFields": [field, {"slug": "ok"}], **others}
    (found,) = wire_event_types.event_types({"data": [told]})
    assert found.questions[-1].slug == "ok"
    assert all(question.slug for question in found.questions)


# How they are found.


def kind(number: int, **told: Any) -> dict[str, Any]:
    return {"id": number, "lengthInMinutes": 30, "slug": f"s{number}", **told}


def old(request: httpx.Request) -> httpx.Response:
    """As a server answers that takes the version for 2024-04-15."""
    return ok({"eventTypeGroups": [{"eventTypes": []}]})


Answer = Callable[[httpx.Request], httpx.Response] | httpx.Response


def server(**answers: Answer) -> Script:
    """Answers by the last word of the path, `event_types` or `teams`, `of_team` for a team's."""

    def answered(request: httpx.Request) -> httpx.Response:
        parts = request.url.path.split("/")[2:]
        name = "of_team" if len(parts) == 3 else parts[0].replace("-", "_")
        answer = answers.get(name) or said(404, f"Cannot GET {request.url.path}")
        return answer(request) if callable(answer) else answer

    return Script([answered])


def versions(script: Script) -> list[str]:
    return [
        f"{r.url.path.removeprefix('/v2')} {r.headers.get('cal-api-version')}" for r in script.asked
    ]


async def test_a_server_that_knows_the_newest_version() -> None:
    script = server(event_types=ok([kind(1)]), teams=ok([]))
    client = v2(script)

    assert [t.id for t in await client.event_types()] == [1]
    await client.event_types("bob")

    assert sorted(versions(script)) == [
        f"/event-types {NEWEST}",
        f"/event-types {NEWEST}",
        "/teams None",
    ]


async def test_an_older_server_is_found_out_once() -> None:
    def types(request: httpx.Request) -> httpx.Response:
        if request.headers["cal-api-version"] == NEWEST:
            return old(request)
        return ok([kind(1)])

    script = server(event_types=types)
    client = v2(script)

    assert [t.id for t in await client.event_types("bob")] == [1]
    assert [t.id for t in await client.event_types("bob")] == [1]
    await client.event_type(1)

    assert versions(script) == [
        f"/event-types {NEWEST}",
        f"/event-types {OLDER}",
        f"/event-types {OLDER}",
        f"/event-types/1 {OLDER}",
    ]


async def test_an_older_server_that_says_404() -> None:
    def types(request: httpx.Request) -> httpx.Response:
        if request.headers["cal-api-version"] == NEWEST:
            return said(404, "Cannot GET /v2/event-types")
        return ok([kind(1)])

    script = server(event_types=types)
    client = v2(script)
    await client.event_types("bob")
    await client.event_types("bob")

    assert [entry.split()[1] for entry in versions(script)] == [NEWEST, OLDER, OLDER]


async def test_a_single_one_tells_the_version_as_well() -> None:
    def types(request: httpx.Request) -> httpx.Response:
        if request.headers["cal-api-version"] == NEWEST:
            return ok({"eventType": kind(1)})
        return ok(kind(1))

    script = server(event_types=types)
    assert (await v2(script).event_type(1)).id == 1
    assert [entry.split()[1] for entry in versions(script)] == [NEWEST, OLDER]


@pytest.mark.parametrize(
    ("failing", "error"), [(said(429, "Too many"), RateLimited), (said(503, ""), Unavailable)]
)
async def test_a_passing_failure_says_nothing_about_the_version(
    failing: httpx.Response, error: type[Exception]
) -> None:
    answers = [failing]

    def types(request: httpx.Request) -> httpx.Response:
        return answers[0]

    script, time = server(event_types=types), Time()
    client = v2(script, time)
    with pytest.raises(error):
        await client.event_types("bob")
    answers[0] = ok([kind(1)])
    time.now += timedelta(minutes=2)
    await client.event_types("bob")

    assert {entry.split()[1] for entry in versions(script)} == {NEWEST}


async def test_nobody_is_no_older_server() -> None:
    """404 for a user in every version: the newest is asked for again the next time."""
    script = server(event_types=said(404, "User not found"))
    client = v2(script)
    assert await client.event_types("nobody") == ()
    assert await client.event_types("nobody") == ()
    assert [entry.split()[1] for entry in versions(script)] == [NEWEST, OLDER] * 2


async def test_servers_of_2025_list_ones_own_by_the_user_name() -> None:
    def types(request: httpx.Request) -> httpx.Response:
        if request.headers["cal-api-version"] == NEWEST:
            return old(request)
        if request.url.params.get("username") == "alice":
            return ok([kind(1)])
        return said(404, "Event types not found")

    me = ok({"id": 101, "username": "alice", "email": "alice@example.com"})
    script = server(event_types=types, me=me, teams=ok([]))

    assert [t.id for t in await v2(script).event_types()] == [1]


SALES = {"id": 9, "slug": "sales", "name": "Sales"}
LAB = {"id": 8, "slug": "lab", "name": "Lab"}


def of_team(request: httpx.Request) -> httpx.Response:
    number = int(request.url.path.split("/")[3])
    return ok([kind(number * 10, teamId=number), kind(number * 10 + 1, hidden=True), kind(1)])


async def test_ones_own_are_followed_by_ones_teams() -> None:
    script = server(event_types=ok([kind(1)]), teams=ok([SALES, LAB]), of_team=of_team)

    found = await v2(script).event_types()

    assert [t.id for t in found] == [1, 90, 91, 80, 81]
    assert [t.team.slug if t.team else "" for t in found] == ["", "sales", "sales", "lab", "lab"]
    assert sorted(script.log)[-3:] == [
        "GET /v2/teams",
        "GET /v2/teams/8/event-types",
        "GET /v2/teams/9/event-types",
    ]


async def test_those_of_ones_teams_with_templates() -> None:
    template = kind(92, teamId=9, schedulingType="managed")
    script = server(teams=ok([SALES]), of_team=ok([kind(90, teamId=9), template]))
    found = await v2(script).team_event_types()
    assert [(t.id, t.team and t.team.slug) for t in found] == [(90, "sales"), (92, "sales")]
    assert await v1(script).team_event_types() == ()


async def test_a_teams_by_its_slug() -> None:
    client = v2(server(teams=ok([SALES]), of_team=of_team))
    assert [t.id for t in await client.event_types("team/Sales")] == [90, 1]
    assert await client.event_types("team/elsewhere") == ()


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_server_without_teams_is_asked_for_them_once(status: int) -> None:
    """The account is asked for its organization, and has none."""
    me = ok({"id": 1, "organizationId": None})
    script = server(event_types=ok([kind(1)]), teams=said(status, "no teams here"), me=me)
    client = v2(script)

    for _ in range(2):
        assert [t.id for t in await client.event_types()] == [1]
    assert await client.event_types("team/sales") == ()

    assert script.log.count("GET /v2/teams") == 1
    assert script.log.count("GET /v2/me") == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_teams_that_cannot_be_read_now_are_asked_for_again(status: int) -> None:
    answers = [said(status, "later")]
    script = server(
        event_types=ok([kind(1)]), teams=lambda _: answers[0], of_team=ok([kind(90, teamId=9)])
    )
    client = v2(script)

    assert [t.id for t in await client.event_types()] == [1]
    with pytest.raises(Unavailable):
        await client.event_types("team/sales")
    answers[0] = ok([SALES])
    assert [t.id for t in await client.event_types()] == [1, 90]


@pytest.mark.parametrize(("status", "times"), [(403, 1), (503, 4)])
async def test_one_team_that_fails_takes_no_other_away(status: int, times: int) -> None:
    """What the key may not see is not asked for again; what fails now is, and each time twice."""

    def some(request: httpx.Request) -> httpx.Response:
        return said(status, "no") if "/9/" in request.url.path else of_team(request)

    script = server(event_types=ok([kind(1)]), teams=ok([SALES, LAB]), of_team=some)
    client = v2(script)
    for _ in range(2):
        assert [t.id for t in await client.event_types()] == [1, 80, 81]
    assert script.log.count("GET /v2/teams/9/event-types") == times


async def test_a_teams_by_its_id_where_the_server_shows_it_to_nobody() -> None:
    script = server(event_types=said(404, "not found"), teams=ok([SALES]), of_team=of_team)
    client = v2(script)
    assert (await client.event_type(90)).team == Team(9, "sales", "Sales")
    with pytest.raises(NotFound):
        await client.event_type(77)
