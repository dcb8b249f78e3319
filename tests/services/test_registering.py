"""The webhooks that the rules need: made, mended, ended; and what is said where they cannot be."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.records import Level, Registration
from bot.domain.rules import News
from bot.sandbox.calcom import booking
from bot.sandbox.calcom.booking import Request
from bot.sandbox.calcom.model import Subscription, Team
from bot.sandbox.calcom.seed import add_team
from tests.harness import Rig, Setup, words
from tests.services.hooks import (
    OURS,
    TEAM_TYPES,
    URL,
    a_round,
    asked,
    due,
    hooks,
    no_waiting,
    rows,
    save_rule,
    setup_for,
    whose,
    with_settings,
)
from tests.slack.flows import WES, cards, refuse
from tests.slack.pressing import book

AT = datetime(2026, 12, 9, 15, 0, tzinfo=UTC)
OLD = ("BOOKING_REASSIGNED", "BOOKING_LOCATION_UPDATED")
"""Triggers that the local Cal.com does not know."""


@pytest.fixture
def setup(request: pytest.FixtureRequest, tmp_path: Path, chosen_url: str) -> Setup:
    return setup_for(request, chosen_url or f"sqlite:///{tmp_path / 'bot.db'}")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with no_waiting():
        yield


async def row_of(bot: Rig, level: Level) -> Registration:
    return next(row for row in await rows(bot) if row.level is level)


async def test_a_rule_brings_its_webhooks_and_the_last_one_takes_them_away(bot: Rig) -> None:
    registering = bot.bot.registering
    assert await due(bot)
    assert asked(bot) == []
    assert not await due(bot)
    await save_rule(bot)
    assert await due(bot)
    assert whose(bot) == ["alice", *TEAM_TYPES]
    made = hooks(bot)
    assert len({hook.url for hook in made}) == len({hook.secret for hook in made}) == 6
    assert all(len(hook.url) > len(OURS) + 40 and len(hook.secret or "") > 40 for hook in made)
    assert {hook.id for hook in made} == {row.webhook_id for row in await rows(bot)}
    told = set(made[0].triggers)
    assert {"BOOKING_CREATED", "BOOKING_REJECTED", "MEETING_STARTED", "OOO_CREATED"} <= told
    assert not told & {*OLD}
    assert {kept.problem for kept in await registering.words()} == {""}

    bot.forget_calls()
    await a_round(bot)
    assert {call.partition(" ")[0] for call in asked(bot)} == {"GET"}
    assert hooks(bot) == made

    await bot.bot.store.rules.delete("r1")
    await a_round(bot)
    assert (hooks(bot), await rows(bot), await registering.words()) == ([], [], ())


@with_settings(notify_channel="#bookings")
async def test_the_rule_of_the_settings_is_one(bot: Rig) -> None:
    assert await due(bot)
    assert whose(bot) == ["alice", *TEAM_TYPES]


async def test_it_is_due_every_ten_minutes(bot: Rig) -> None:
    await a_round(bot)
    for minutes, is_due in ((9, False), (1, True), (0, False)):
        bot.clock.advance(minutes=minutes)
        assert await due(bot) is is_due


@with_settings(notify_channel="#bookings")
@pytest.mark.parametrize("slug", ["intro", "team-demo"])
async def test_a_webhook_through_its_own_address_ends_in_a_card(bot: Rig, slug: str) -> None:
    """The account's own booking comes by one webhook, the team's by its event type's."""
    await due(bot)
    before = len(bot.cal.sent)
    await book(bot, slug, AT, WES)
    ((delivery, status),) = bot.cal.sent[before:]
    assert (delivery.url[: len(OURS)], status) == (OURS, 200)
    await bot.settle()
    assert len(cards(bot)) == 1
    assert "Wes" in words(cards(bot)[0])


@with_settings(notify_channel="#bookings")
async def test_a_template_tells_of_what_was_made_of_it_for_others(bot: Rig) -> None:
    await due(bot)
    bobs = next(e for e in bot.cal.event_types.values() if e.parent_id and e.owner_id == 2)
    await booking.book(bot.cal, Request(bobs, AT, WES))
    await bot.settle()
    (card,) = cards(bot)
    assert "Welcome call" in words(card)
    assert "Bob Stone" in words(card)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"hosts": ("bob@example.com",)}, ["alice", *TEAM_TYPES]),
        ({"teams": (1,)}, ["alice", *TEAM_TYPES]),
        ({"event_types": ("panel", "intro")}, ["alice", "panel"]),
        ({"event_types": ("intro",)}, ["alice"]),
    ],
)
async def test_only_what_a_rule_can_mean_is_asked_for(
    bot: Rig, rule: dict[str, Any], expected: list[str]
) -> None:
    ids = {each.slug: each.id for each in bot.cal.event_types.values()}
    rule["event_types"] = tuple(ids.get(slug, slug) for slug in rule.get("event_types", ()))
    await save_rule(bot, **rule)
    await a_round(bot)
    assert whose(bot) == expected


async def test_what_keeps_cards_right_is_always_asked_for(bot: Rig) -> None:
    await save_rule(bot, news=(News.STARTED,))
    await a_round(bot)
    first = set(hooks(bot)[0].triggers)
    assert {"BOOKING_CREATED", "BOOKING_PAID", "BOOKING_NO_SHOW_UPDATED"} <= first
    assert "MEETING_STARTED" in first
    assert not first & {"MEETING_ENDED", "OOO_CREATED"}
    await save_rule(bot, "r2", news=(News.AWAY,))
    await a_round(bot)
    assert set(hooks(bot)[0].triggers) == first | {"OOO_CREATED"}


def _deleted(bot: Rig, hook: Subscription) -> None:
    del bot.cal.subscriptions[hook.id]


def _changed(**more: Any) -> Callable[[Rig, Subscription], None]:
    def change(bot: Rig, hook: Subscription) -> None:
        bot.cal.subscriptions[hook.id] = replace(hook, **more)

    return change


@pytest.mark.parametrize(
    "meddle",
    [
        _deleted,
        _changed(active=False),
        _changed(secret=None),
        _changed(secret="another"),
        _changed(triggers=["BOOKING_CREATED"]),
        _changed(url="https://elsewhere.example/hook"),
        _changed(payload_template='{"content": "{{title}}"}'),
    ],
    ids=["deleted", "off", "no secret", "another secret", "triggers", "address", "template"],
)
async def test_what_somebody_changes_is_set_right(
    bot: Rig, meddle: Callable[[Rig, Subscription], None]
) -> None:
    await save_rule(bot)
    await a_round(bot)
    before = {hook.url: replace(hook, id="", created_at=AT) for hook in hooks(bot)}
    for hook in hooks(bot):
        meddle(bot, hook)
    await a_round(bot)
    after = {hook.url: replace(hook, id="", created_at=AT) for hook in hooks(bot)}
    assert after == before
    assert len(bot.cal.subscriptions) == len(before)


async def test_ours_that_nobody_knows_are_ended_and_others_left_alone(bot: Rig) -> None:
    """An old database's, the one that was set up by hand, and somebody else's."""
    world = bot.cal
    for url in (f"{OURS}old", f"{URL}/webhooks/cal", "https://other.example/webhooks/cal/x"):
        world.subscribe(url, ["BOOKING_CREATED"], secret="s", user_id=1)
    panel = next(e for e in world.event_types.values() if e.slug == "panel")
    world.subscribe(f"{OURS}older", ["BOOKING_CREATED"], event_type_id=panel.id)
    await save_rule(bot)
    await a_round(bot)
    assert whose(bot) == ["alice", *TEAM_TYPES]
    others = [s.url for s in world.subscriptions.values() if not s.url.startswith(OURS)]
    assert others == [f"{URL}/webhooks/cal", "https://other.example/webhooks/cal/x"]


async def test_where_the_account_lacks_the_right(bot: Rig) -> None:
    team = next(t for t in bot.cal.teams.values())
    own = next(m for m in team.memberships if m.user_id == 1)
    own.role = "MEMBER"
    await save_rule(bot)
    with capture_logs() as logs:
        await a_round(bot)
        await a_round(bot)
    assert whose(bot) == ["alice"]
    said = [entry for entry in logs if entry["event"] == "webhook_refused_by_calcom"]
    assert len(said) == len(TEAM_TYPES)
    assert (said[0]["owner"], said[0]["why"]) == ("team_event_type", "not_allowed")
    own_hook, *team_hooks = await bot.bot.registering.words()
    assert own_hook.problem == ""
    assert {kept.what for kept in team_hooks} == {
        "Bookings of Sales demo",
        "Bookings of Panel interview",
        "Bookings of Executive briefing",
        "Bookings of Help desk",
        "Bookings of an event type of a team",
    }
    row = await row_of(bot, Level.TEAM_EVENT_TYPE)
    assert "an admin of the team" in team_hooks[0].problem
    assert any(OURS + row.address in kept.by_hand for kept in team_hooks)
    assert any(row.secret in kept.by_hand for kept in team_hooks)
    assert row.secret not in repr(team_hooks) + "".join(kept.problem for kept in team_hooks)

    bot.forget_calls()
    await a_round(bot, after=30)
    assert not [call for call in asked(bot) if "/teams/" in call]
    own.role = "ADMIN"
    await a_round(bot, after=31)
    assert whose(bot) == ["alice", *TEAM_TYPES]
    assert {kept.problem for kept in await bot.bot.registering.words()} == {""}


async def test_a_webhook_that_an_admin_made_by_hand_for_a_closed_level_is_taken(bot: Rig) -> None:
    team = next(t for t in bot.cal.teams.values())
    next(m for m in team.memberships if m.user_id == 1).role = "MEMBER"
    await save_rule(bot)
    await a_round(bot)
    demo = next(e for e in bot.cal.event_types.values() if e.slug == "team-demo")
    row = next(row for row in await rows(bot) if row.owner_id == demo.id)
    bot.cal.subscribe(
        OURS + row.address, ["BOOKING_CREATED"], secret=row.secret, event_type_id=demo.id
    )
    await book(bot, "team-demo", AT, WES)
    assert [status for _, status in bot.cal.sent[-1:]] == [200]


async def test_an_older_server_has_the_account_level_alone(bot: Rig) -> None:
    bot.cal.hosted = False
    await save_rule(bot)
    await a_round(bot)
    assert whose(bot) == ["alice"]
    assert "INSTANT_MEETING" not in hooks(bot)[0].triggers
    assert len([call for call in asked(bot) if "/teams/" in call]) == 1
    problems = [kept.problem for kept in await bot.bot.registering.words()]
    assert len([problem for problem in problems if "does not let" in problem]) == len(TEAM_TYPES)
    # A day later it is asked again, and by then it is a newer one.
    bot.cal.hosted = True
    await a_round(bot, after=23 * 60)
    assert "INSTANT_MEETING" not in hooks(bot)[0].triggers
    await a_round(bot, after=2 * 60)
    assert "INSTANT_MEETING" in hooks(bot)[0].triggers
    assert whose(bot) == ["alice", *TEAM_TYPES]


@pytest.fixture
def organization(bot: Rig) -> Team:
    """The account is its admin; the team belongs to it."""
    above = add_team(bot.cal, "Harbour Group", "harbour-group", {1: "ADMIN", 2: "MEMBER"})
    next(iter(bot.cal.teams.values())).parent_id = above.id
    return above


async def test_an_organizations_webhook_is_enough(bot: Rig, organization: Team) -> None:
    await save_rule(bot)
    await a_round(bot)
    assert whose(bot) == ["harbour-group"]
    own = next(m for m in organization.memberships if m.user_id == 1)
    own.role = "MEMBER"
    await a_round(bot)
    assert whose(bot) == sorted(["alice", *TEAM_TYPES, "harbour-group"])
    problem = (await bot.bot.registering.words())[-1].problem
    assert "an admin of the organization" in problem
    own.role = "OWNER"
    await a_round(bot, after=61)
    assert whose(bot) == ["harbour-group"]


async def test_an_event_type_that_is_gone_takes_its_webhook_with_it(bot: Rig) -> None:
    await save_rule(bot)
    await a_round(bot)
    panel = next(e for e in bot.cal.event_types.values() if e.slug == "panel")
    hook = next(h for h in hooks(bot) if h.event_type_id == panel.id)
    del bot.cal.event_types[panel.id], bot.cal.subscriptions[hook.id]
    bot.clock.advance(minutes=6)  # the list of event types is kept for five
    await a_round(bot)
    await a_round(bot)
    assert len(await rows(bot)) == len(TEAM_TYPES)
    assert panel.id not in {row.owner_id for row in await rows(bot)}


async def test_a_list_that_leaves_out_a_team_for_a_while_ends_nothing(bot: Rig) -> None:
    await save_rule(bot)
    await a_round(bot)
    before = hooks(bot)
    bot.clock.advance(minutes=6)
    refuse(bot, 503, "GET /v2/teams", count=2)
    await a_round(bot)
    assert hooks(bot) == before


@with_settings(public_url=None)
async def test_without_a_public_address_it_says_so(bot: Rig) -> None:
    await save_rule(bot)
    await a_round(bot)
    assert asked(bot) == []
    (kept,) = await bot.bot.registering.words()
    assert "PUBLIC_URL is not set" in kept.problem


@with_settings(public_url="http://bot.test")
async def test_an_address_that_cal_com_does_not_send_to(bot: Rig) -> None:
    await save_rule(bot, event_types=(1,))
    await a_round(bot)
    assert hooks(bot) == []
    (kept,) = await bot.bot.registering.words()
    assert "does not send to http://bot.test:" in kept.problem
    assert kept.by_hand == "Set PUBLIC_URL to an address that Cal.com can reach."


@with_settings(cal_api_key=None)
async def test_without_a_key_nothing_is_kept(bot: Rig) -> None:
    await save_rule(bot)
    await a_round(bot)
    assert await rows(bot) == []


@with_settings(cal_api_url="http://cal.test/v1", notify_channel="#bookings")
async def test_api_v1_has_the_account_level(bot: Rig) -> None:
    await a_round(bot)
    assert whose(bot) == ["alice"]
    assert "INSTANT_MEETING" in hooks(bot)[0].triggers
    bot.forget_calls()
    await a_round(bot)
    assert asked(bot) == ["GET /v1/webhooks"]


async def test_secrets_are_nowhere_but_in_their_rows(bot: Rig) -> None:
    await save_rule(bot)
    with capture_logs() as logs:
        await a_round(bot)
    shown = repr(await rows(bot)) + repr(bot.bot.registering) + json.dumps(logs, default=repr)
    for row in await rows(bot):
        assert row.secret not in shown
        assert row.address not in shown
