"""A time for several colleagues at once, and the event types of teams."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.calcom import slots, v2_event_types
from bot.sandbox.calcom.model import Team
from bot.sandbox.calcom.seed import add_team
from bot.sandbox.calcom.slots import Question
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import (
    WES,
    block,
    fill,
    front,
    holds,
    pick_time,
    press_row,
    refuse,
    starts,
)
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import controls, event_type, press, press_first_time

EVERYBODY = "<@U0BOB|bob> <@U0CAROL|carol>"


def open_starts(bot: Rig, slug: str, days: int = 14) -> set[datetime]:
    """When this event type can be booked in the days to come."""
    window = (bot.clock(), bot.clock() + timedelta(days=days))
    found = slots.open_slots(bot.cal, event_type(bot, slug), Question(window))
    return {slot.start for slot in found}


@pytest.fixture
def common(bot: Rig) -> None:
    """Bob and Carol have a type of the same length at hours that meet."""
    for user, slug in ((2, "chat-bob"), (3, "chat-carol")):
        body = {"lengthInMinutes": 15, "title": slug.title(), "slug": slug, "slotInterval": 15}
        v2_event_types.add(bot.cal, user, body)
    bot.cal.schedules[13].hours[0].end = bot.cal.schedules[13].hours[0].end.replace(hour=23)


async def test_slots_are_those_at_which_everybody_is_free(bot: Rig, common: None) -> None:
    await bot.command(DAVE, f"slots {EVERYBODY}")
    assert "Which meeting with Bob Stone and Carol Iyer?" in words(bot.last(DAVE))
    menu = next(e for _, e in controls(bot.last(DAVE)))
    chat = next(o for o in menu["options"] if o["text"]["text"].startswith("Chat-Bob"))
    await bot.click(DAVE, bot.last(DAVE), ids.SLOTS_EVENT_TYPE, selected=chat["value"])
    both = open_starts(bot, "chat-bob") & open_starts(bot, "chat-carol")
    values = [
        e["value"] for _, e in controls(bot.last(DAVE)) if e["action_id"].startswith(ids.SLOT)
    ]
    shown = {datetime.fromtimestamp(int(value.split("|")[2]), UTC) for value in values}
    assert shown
    assert shown <= both


async def test_the_first_is_booked_and_the_others_are_invited(bot: Rig, common: None) -> None:
    await bot.command(DAVE, f"book {EVERYBODY} chat-bob")
    assert "What (Bob Stone and Carol Iyer)" in words(front(bot))
    assert holds(bot, DAVE, ids.INVITE_MEMBERS) == [CAROL]
    start = await pick_time(bot)
    assert start in open_starts(bot, "chat-carol")
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    booking = bot.cal.bookings[-1]
    assert booking.host_id == 2
    emails = [attendee.email for attendee in booking.attendees]
    assert emails == ["dave@example.com", "carol@example.com"]
    bot.clock.advance(seconds=3)  # Cal.com keeps an answer for two
    assert start not in open_starts(bot, "chat-carol")


async def test_a_slots_button_of_a_group_leads_to_its_form(bot: Rig, common: None) -> None:
    await bot.command(DAVE, f"slots {EVERYBODY} chat-bob")
    await press_first_time(bot, DAVE)
    assert holds(bot, DAVE, ids.INVITE_MEMBERS) == [CAROL]
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_what_they_have_not_in_common_is_not_offered(bot: Rig) -> None:
    for shared in [e for e in bot.cal.event_types.values() if e.slug == "welcome"]:
        del bot.cal.event_types[shared.id]
    await bot.command(DAVE, f"slots {EVERYBODY}")
    said = words(bot.last(DAVE))
    assert "have no event types of the same length that take guests" in said


async def test_oneself_is_not_one_of_the_others(bot: Rig) -> None:
    await bot.command(BOB, f"slots {EVERYBODY}")
    assert "Support hour" in words(bot.last(BOB))


async def test_somebody_without_an_account_is_named(bot: Rig) -> None:
    await bot.command(ALICE, "slots <@U0BOB|bob> <@U0DAVE|dave>")
    assert "cannot find a Cal.com account for Dave Okoro" in words(bot.last(ALICE))


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("U0NOBODY+U0BOB", "Sorry, something went wrong"),
        ("+".join(["U0BOB"] * 9), "at most 8 people at once"),
        ("U0BOB+U0DAVE", "cannot find a Cal.com account for Dave Okoro"),
    ],
)
async def test_a_forged_group_is_refused(bot: Rig, group: str, said: str) -> None:
    await bot.command(DAVE, "slots intro")
    shown = bot.last(DAVE)
    at = next((b, e) for b, e in controls(shown) if e["action_id"] == f"{ids.SLOT}0")
    at[1]["value"] = f"{event_type(bot, 'sales').id}|||{group}"
    await bot.click(DAVE, shown, f"{ids.SLOT}0", block=at[0])
    assert said in words(front(bot))


# -- teams -------------------------------------------------------------------------------------


async def test_types_list_the_teams_ones_after_ones_own(bot: Rig) -> None:
    await bot.command(DAVE, "types team-demo")
    said = words(bot.last(DAVE))
    assert "team Harbour Labs" in said
    assert "with one of Bob Stone, Carol Iyer" in said
    await bot.command(DAVE, "types panel")
    assert "with Alice Martin, Bob Stone" in words(bot.last(DAVE))


async def test_a_team_link_leads_to_the_teams_types(bot: Rig) -> None:
    await bot.command(DAVE, "types cal.com/team/harbour-labs")
    assert "Event types of Harbour Labs" in words(bot.last(DAVE))
    await bot.command(DAVE, "book team/harbour-labs/team-demo")
    assert "What (Harbour Labs)" in words(front(bot))
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert bot.cal.bookings[-1].event_type_id == event_type(bot, "team-demo").id


async def test_an_unknown_team_is_explained(bot: Rig) -> None:
    await bot.command(DAVE, "types cal.com/team/nobody")
    assert "nothing to book with team/nobody" in words(bot.last(DAVE))


@pytest.mark.parametrize("slug", ["team-demo", "panel", "briefing"])
async def test_a_teams_type_is_booked_like_any_other(bot: Rig, slug: str) -> None:
    await bot.command(DAVE, f"book {slug}")
    assert "Hosted" not in words(front(bot))
    assert "With " in words(front(bot))
    start = await pick_time(bot)
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].start == start
    assert ("*Booked*" in words(front(bot))) == (slug != "briefing")


async def test_managed_templates_are_not_offered(bot: Rig) -> None:
    await bot.command(DAVE, "book")
    options = block(bot, DAVE, ids.EVENT_TYPE)["element"]["options"]
    ids_offered = {int(option["value"]) for option in options}
    templates = {e.id for e in bot.cal.event_types.values() if e.scheduling == "managed"}
    assert templates
    assert not templates & ids_offered
    await fill(bot, DAVE, ids.EVENT_TYPE, str(event_type(bot, "team-demo").id))
    assert starts(bot)


@pytest.fixture
def organization(bot: Rig) -> Team:
    """The team belongs to an organization of the account's; in the team itself it is a member."""
    world = bot.cal
    above = add_team(world, "Harbour Group", "harbour-group", {1: "OWNER", 2: "MEMBER"})
    team = next(t for t in world.teams.values() if t.slug == "harbour-labs")
    team.parent_id = above.id
    for membership in team.memberships:
        membership.role = "MEMBER"
    return above


async def test_an_organizations_teams_are_listed_like_any(bot: Rig, organization: Team) -> None:
    await bot.command(DAVE, "types team-demo")
    assert "team Harbour Labs" in words(bot.last(DAVE))
    asked = bot.cal_calls()
    assert f"GET /v2/teams/{organization.id}/event-types" not in asked
    assert not [call for call in asked if "organizations" in call]


@pytest.mark.parametrize("refused", ["/v2/teams", "/event-types"])
async def test_what_is_refused_of_a_team_is_asked_of_its_organization(
    bot: Rig, organization: Team, refused: str
) -> None:
    """A plan may have the organization's routes and not those of teams."""
    team = next(t for t in bot.cal.teams.values() if t.parent_id)
    everything = refused == "/v2/teams"
    refuse(bot, 403, refused if everything else f"/v2/teams/{team.id}{refused}", count=9)
    await bot.command(DAVE, "book team-demo")
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    within = f"GET /v2/organizations/{organization.id}/teams"
    asked = bot.cal_calls()
    assert (f"{within}/me" in asked) == everything
    assert f"{within}/{team.id}/event-types" in asked


async def test_an_organizations_admin_finds_colleagues(bot: Rig, organization: Team) -> None:
    """The team shows its members to its admins alone, and the organization to its own."""
    await bot.command(DAVE, "types <@U0BOB|bob>")
    assert "Sales call" in words(bot.last(DAVE))
    within = f"GET /v2/organizations/{organization.id}/teams/"
    assert any(call.startswith(within) for call in bot.cal_calls())


async def test_who_hosts_for_a_team_sees_what_they_host_and_attend_and_no_more(bot: Rig) -> None:
    """Cal.com's lists are asked for attendees; a host is none."""
    await bot.command(BOB, "types")
    start = bot.clock().replace(day=27, hour=14, minute=0)
    await book_outside(bot, "team-demo", start, WES)
    await book_outside(bot, "team-demo", start.replace(hour=10), WES)
    hosts = {one.host_id: one for one in bot.cal.bookings[-2:]}
    assert set(hosts) == {2, 3}
    bot.forget_calls()
    await bot.command(BOB, "bookings")
    said = words(bot.last(BOB))
    assert said.count("Sales demo between Bob Stone and Wes Wood") == 2  # its text, and its block
    assert "Carol Iyer" not in said
    lists = [call for call in bot.cal.log if call.path == "/v2/bookings"]
    assert len(lists) == 2
    await press_row(bot, BOB, "cancel", hosts[2])
    await fill(bot, BOB, ids.REASON, "I am away")
    await bot.submit(BOB)
    assert not hosts[2].alive


async def test_their_lists_are_paged_all_the_same(bot: Rig) -> None:
    await bot.command(BOB, "types")
    first = bot.clock().replace(day=27, hour=14, minute=0)
    for number in range(9):
        await book_outside(bot, "team-demo", first + timedelta(minutes=30 * number), WES)
    for one in bot.cal.bookings[-9:]:
        one.host_id = 2
    await bot.command(BOB, "bookings")
    assert "1–8 of 9" in words(bot.last(BOB))
    await press(bot, BOB, "Later")
    assert "9–9 of 9" in words(bot.last(BOB))
