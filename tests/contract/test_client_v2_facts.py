"""What stands between the lines of API v2's recorded answers, and takes some reading."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from bot.calcom import wire_event_types
from bot.calcom.api import connect
from bot.domain.bookings import Booking, Status
from bot.domain.errors import AlreadyDone, InvalidAnswer, LimitReached, RateLimited, SlotTaken
from bot.domain.event_types import Assignment, EventType, Team, TeamHost
from bot.domain.slots import Span
from tests.contract.calcom_recordings import FOLDER, NOW, Replay, no_sleep, now
from tests.contract.calcom_v2_calls import BY_NUMBER, REQUEST, ask, client_for

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the checkout")


async def test_options_and_details_of_refusals() -> None:
    with pytest.raises(InvalidAnswer) as caught:
        await ask("v2/121")
    assert caught.value.allowed == ("Sales", "Support", "Other")
    assert caught.value.reason == "This is not one of the choices."

    with pytest.raises(AlreadyDone) as moved:
        await ask("v2/193")
    assert moved.value.moved_to == "k3idugGQY2EfQtQezNm5sY"

    with pytest.raises(RateLimited) as limited:
        await ask("v2/284")
    assert (limited.value.until - NOW).total_seconds() == 60


async def test_special_event_types() -> None:
    intake: EventType = await ask("v2/022")
    assert [q.slug for q in intake.own_questions if q.required] == ["company", "topic"]
    assert next(q for q in intake.questions if q.slug == "topic").options == (
        "Sales",
        "Support",
        "Other",
    )
    assert [(p.kind, p.value) for p in intake.locations] == [
        ("phone", "+33612345678"),
        ("attendeePhone", ""),
        ("attendeeAddress", ""),
    ]
    # A translation key is no label.
    assert next(q for q in intake.questions if q.slug == "name").label == ""

    seated: EventType = await ask("v2/023")
    assert (seated.seats, seated.recurrence, seated.needs_confirmation) == (3, None, False)
    weekly: EventType = await ask("v2/024")
    assert weekly.recurrence is not None
    assert (weekly.recurrence.occurrences, weekly.recurrence.frequency) == (4, "weekly")

    own = {t.slug: t for t in await ask("v2/013")}
    assert own["flex"].lengths == (15, 30, 60)
    assert own["confirm"].needs_confirmation
    assert own["30min"].url == "http://127.0.0.1:3000/alice/30min"
    assert own["30min"].cancelling_allowed


async def test_event_types_of_a_team() -> None:
    demo, panel, vip = await ask("v2team/017")  # without the template `intro`
    assert {t.team for t in (demo, panel, vip)} == {Team(1, "sales", "Sales")}
    assert (demo.assignment, panel.assignment) == (Assignment.ROUND_ROBIN, Assignment.COLLECTIVE)
    assert demo.hosts == (
        TeamHost(102, "Bob Stone", "bob"),
        TeamHost(103, "Carol Rao", "carol"),
    )
    assert [(h.username, h.fixed) for h in panel.hosts] == [("alice", True), ("bob", True)]
    assert (demo.owner, demo.needs_confirmation, vip.needs_confirmation) == (None, False, True)

    fixed = wire_event_types.event_type(BY_NUMBER["v2team/156"].body)
    assert [(h.id, h.fixed) for h in fixed.hosts] == [(101, True), (102, False), (103, False)]

    (child,) = await ask("v2team/029")
    assert (child.id, child.team, child.owner) == (4, None, "bob")


async def test_ones_own_and_then_ones_teams() -> None:
    """Bob's are asked for by his name: this server has no list of one's own."""
    bob, teams, sales, listed = (BY_NUMBER[f"v2team/{n}"] for n in ("026", "007", "017", "029"))
    me = BY_NUMBER["v2/012"]

    def server(request: httpx.Request) -> httpx.Response:
        is_bobs = request.url.params.get("username") == "bob"
        return Replay(listed if is_bobs else bob, [teams, sales, me])(request)

    http = httpx.AsyncClient(transport=httpx.MockTransport(server))
    client = connect("http://cal.test/v2", "a-key", http=http, clock=now, sleep=no_sleep)

    found = await client.event_types()

    assert [t.slug for t in found] == ["intro", "demo", "panel", "vip"]
    assert [t.slug for t in await client.event_types("team/sales")] == ["demo", "panel", "vip"]
    assert await client.event_types("team/nope") == ()


async def test_special_bookings() -> None:
    (guests,) = await ask("v2/089")
    assert guests.guests == ("g1@example.com", "g2@example.com")

    (intake,) = await ask("v2/123")
    assert intake.answers == {"topic": "Sales", "mobile": "+33612345678", "company": "ACME"}
    assert (intake.location, intake.join_url) == ("+33612345678", None)

    (video,) = await ask("v2/126")
    assert (video.location, video.join_url) == ("integrations:daily", None)

    (seat,) = await ask("v2/134")
    assert seat.seat_uid == "10f2e668-7e13-437b-a2e0-b58f07b4e551"
    assert seat.seat_uid in {a.seat_uid for a in seat.attendees}

    old: Booking = await ask("v2/188")
    new: Booking = await ask("v2/187")
    assert (old.rescheduled_to_uid, new.rescheduled_from_uid) == (new.uid, old.uid)
    assert new.rescheduling_reason == "conflict"

    absent: Booking = await ask("v2/260")
    assert absent.attendees[0].absent
    assert (await ask("v2/261")).absent_host


async def test_handed_over() -> None:
    """160 names Alice, who is fixed; it is Carol who takes part in Bob's place."""
    before, answer, after = (BY_NUMBER[f"v2team/{n}"] for n in ("159", "160", "161"))
    answers = iter([before, answer, after])
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: next(answers).answer()))
    client = connect("http://cal.test/v2", "a-key", http=http, clock=now, sleep=no_sleep)

    given = await client.reassign(answer.path.split("/")[3])

    assert [host.name for host in given.hosts] == ["Alice Martin"]
    assert "Carol Rao" in [attendee.name for attendee in given.attendees]


async def test_seats_and_series() -> None:
    moved: Booking = await ask("v2/237")
    assert moved.seat_uid == moved.attendees[0].seat_uid
    left: Booking = await ask("v2/239")
    assert (left.status, [a.name for a in left.attendees]) == (Status.ACCEPTED, ["Xena"])
    following: Booking = await ask("v2/245")
    assert following.uid == "xpqAM9ZsWLZrjVCGWwHqTB"
    assert following.status is Status.CANCELLED


async def test_one_of_four_who_book_at_once() -> None:
    """295: three answers speak of the database; it means that the time is taken."""
    path = FOLDER / "v2" / "295-race-4-bookings-same-slot.json"
    for recorded in json.loads(path.read_text()):
        answer = httpx.Response(recorded["status"], json=recorded["body"])
        http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _, answer=answer: answer))
        client = connect("http://cal.test/v2", "a-key", http=http, clock=now, sleep=no_sleep)
        if recorded["status"] == 201:
            assert (await client.create(REQUEST))[0].uid == "tgbrd5RAbTeR77tNZT5GT5"
        else:
            with pytest.raises(SlotTaken):
                await client.create(REQUEST)


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        ("v2/347", [("2027-01-19T09:00:00+00:00", "2027-01-19T11:00:00+00:00")]),
        ("v2/348", [("2027-01-19T09:00:00+00:00", "2027-01-19T11:00:00+00:00")]),
        ("v2/354", [("2027-01-19T09:00:00+00:00", "2027-01-19T11:00:00+00:00")]),
        ("v2/077", []),  # 401, 400: a calendar that cannot be asked does no harm
        ("v2/078", []),
    ],
)
async def test_availability(busy: str, expected: list[tuple[str, str]]) -> None:
    calendars, schedule, me = (BY_NUMBER[n] for n in ("v2/355", "v2/072", "v2/011"))
    replay = Replay(BY_NUMBER[busy], others=[calendars, schedule, me, BY_NUMBER["v2/155"]])
    window = Span(datetime(2027, 1, 19, tzinfo=UTC), datetime(2027, 1, 20, tzinfo=UTC))

    found = await client_for(replay).availability(window)

    assert [(s.start.isoformat(), s.end.isoformat()) for s in found.busy] == expected
    # 9 to 17 in Paris
    assert [(s.start.hour, s.end.hour) for s in found.working] == [(8, 16)]
    assert found.schedule is not None
    assert (found.schedule.id, found.schedule.is_default) == (201, True)
    assert {r.headers.get("cal-api-version") for r in replay.asked} == {
        None,
        "2024-06-11",
        "2024-08-13",
    }


@pytest.mark.parametrize(
    ("teams", "members", "email", "username"),
    [
        ("v2team/007", "v2team/009", "BOB@example.com", "bob"),
        ("v2team/007", "v2team/009", "stranger@example.com", None),
        ("v2team/007", "v2team/012", "bob@example.com", None),  # 403: not this key's to see
        ("v2team/007", "v2team/015", "bob@example.com", None),
        ("v2team/013", "v2team/009", "bob@example.com", None),  # in no team
        ("v2team/013", "v2team/009", "alice@example.com", "alice"),  # oneself
    ],
)
async def test_find_username(teams: str, members: str, email: str, username: str | None) -> None:
    replay = Replay(BY_NUMBER[teams], others=[BY_NUMBER[members], BY_NUMBER["v2/011"]])

    assert await client_for(replay).find_username(email) == username


async def test_limits_that_look_like_a_refused_key() -> None:
    """Read in the server's source, not recorded: 401 that says nothing about the key."""
    for said in ("booking_limit_reached", "duration_limit_reached"):
        answer = httpx.Response(401, json={"statusCode": 401, "message": said})
        http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _, answer=answer: answer))
        client = connect("http://cal.test/v2", "a-key", http=http, clock=now, sleep=no_sleep)
        with pytest.raises(LimitReached):
            await client.create(REQUEST)
