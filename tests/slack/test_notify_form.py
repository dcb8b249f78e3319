"""The form of a notification rule, as people fill it in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.rules import Detail, Digest, Look, News, Place, Quiet, Rule
from bot.sandbox.calcom.faults import Refusal
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import block, direct, fill, front, has_block, holds
from tests.slack.pressing import add_event_types, event_type, press
from tests.slack.ruling import (
    BOOKINGS,
    FIRST,
    TEAM,
    add,
    at_public_url,
    closed,
    fill_rest,
    keep,
    listed,
    more,
    notify_me,
    only_rule,
    press_rule,
    rules,
    save,
    shown,
    stored,
)


async def test_it_opens_before_anything_is_asked(bot: Rig) -> None:
    await listed(bot)
    bot.forget_calls()
    await press(bot, ALICE, "Add for this channel", shown(bot, ALICE))
    assert bot.slack_calls()[0] == "views.open"
    assert holds(bot, ALICE, ids.CHANNEL) == "C0BOOKINGS"


async def test_a_rule_for_a_channel_with_what_is_offered(bot: Rig) -> None:
    await add(bot)
    said = await save(bot)
    assert "Saved" in said
    assert "Everybody's bookings · Whatever happens · Shown: Everything" in said
    rule = await only_rule(bot)
    assert rule == Rule(rule.id, BOOKINGS, owner=ALICE, zone="Europe/Paris")


async def test_everything_a_rule_holds_can_be_said(bot: Rig) -> None:
    intro = event_type(bot, "intro").id
    (team,) = bot.cal.teams
    await add(bot)
    await fill(bot, ALICE, ids.WHOSE, "these")
    await fill(bot, ALICE, ids.HOST_MEMBERS, [BOB, CAROL])
    await fill(bot, ALICE, ids.HOST_EMAILS, "Pat@wood.example, bob@example.com")
    await fill(bot, ALICE, ids.EVENT_TYPES, [f"team:{team}", f"type:{intro}"])
    await fill(bot, ALICE, ids.ANNOUNCES, "some")
    await fill(bot, ALICE, ids.NEWS, ["cancelled", "created"])
    await fill(bot, ALICE, ids.DETAIL, "initials")
    await more(bot)
    await fill_rest(bot)
    await fill(bot, ALICE, ids.GUEST_DOMAINS, "@Oak.example, *.elm.example\noak.example")
    said = await save(bot)
    rule = await only_rule(bot)
    assert rule == Rule(
        rule.id,
        BOOKINGS,
        owner=ALICE,
        hosts=("bob@example.com", "carol@example.com", "pat@wood.example"),
        event_types=(intro,),
        teams=(team,),
        guest_domains=("oak.example", "elm.example"),
        news=(News.CREATED, News.CANCELLED),
        look=Look(Detail.INITIALS, mention_host=True, groups=("S0SALES",), asks=True),
        reminders=(15, 1440),
        digest=Digest(17 * 60 + 30, weekday=0),
        quiet=Quiet(20 * 60, 8 * 60),
        zone="Asia/Tokyo",
    )
    assert (
        "Bookings of Bob Stone, Carol Iyer and pat@wood.example · "
        "Event types: Team Harbour Labs and Intro call · "
        "Guests from: oak.example and elm.example · Only when: Booked, Cancelled · "
        "Shown: Guests by initials · Asks who takes it · Mentions: the host and @sales · "
        "Reminder 15 min and 1 day before · Digest every Monday 5:30 PM · "
        "Quiet 8:00 PM–8:00 AM · Tokyo time (UTC+9)"
    ) in said


async def test_everything_a_rule_holds_is_shown_again_and_kept(bot: Rig) -> None:
    intro = event_type(bot, "intro").id
    (team,) = bot.cal.teams
    rule = await keep(
        bot,
        Rule(
            "r1",
            BOOKINGS,
            owner=ALICE,
            hosts=("bob@example.com", "nobody@example.com"),
            event_types=(intro, 987654),
            teams=(team,),
            guest_domains=("oak.example", "elm.example"),
            news=(News.CREATED, News.NO_SHOW),
            look=Look(Detail.BUSY, mention_host=True, groups=("S0SALES", "S0GONE")),
            reminders=(5, 60),
            digest=Digest(8 * 60),
            quiet=Quiet(0, 6 * 60),
            zone="Asia/Kolkata",
        ),
    )
    await listed(bot)
    await press_rule(bot, ALICE, ids.EDIT_RULE, rule)
    assert holds(bot, ALICE, ids.HOST_MEMBERS) == [BOB]
    assert holds(bot, ALICE, ids.HOST_EMAILS) == "nobody@example.com"
    assert holds(bot, ALICE, ids.DETAIL) == "busy"
    assert "Event type 987654" in words(front(bot, ALICE))
    await more(bot)
    assert holds(bot, ALICE, ids.GUEST_DOMAINS) == "oak.example, elm.example"
    assert "@sales · Sales" in words(front(bot, ALICE))
    assert holds(bot, ALICE, ids.DIGEST) == "daily"
    assert "Saved" in await save(bot)
    assert await stored(bot, "r1") == rule


async def test_only_reminders_and_a_digest(bot: Rig) -> None:
    await notify_me(bot, DAVE)
    await fill(bot, DAVE, ids.ANNOUNCES, "nothing")
    await more(bot, DAVE)
    await fill(bot, DAVE, ids.DIGEST, "daily")
    await fill(bot, DAVE, ids.DIGEST_AT, "07:00")
    said = await save(bot, DAVE)
    assert "Your bookings · Nothing announced · Shown: Everything · Digest daily 7:00 AM" in said
    rule = await only_rule(bot)
    assert (rule.news, rule.digest) == ((), Digest(7 * 60))


async def test_a_rule_that_would_do_nothing_is_refused_at_the_field(bot: Rig) -> None:
    await notify_me(bot, DAVE)
    await fill(bot, DAVE, ids.ANNOUNCES, "nothing")
    said = await save(bot, DAVE)
    assert "Nothing would ever come" in said
    assert holds(bot, DAVE, ids.ANNOUNCES) == "nothing"
    assert await rules(bot) == []


async def test_notify_me_is_for_what_one_hosts(bot: Rig) -> None:
    await notify_me(bot, BOB)
    assert not has_block(bot, BOB, ids.WHOSE)
    assert "For the bookings that you host" in words(front(bot, BOB))
    assert "Your bookings" in await save(bot, BOB)
    rule = await only_rule(bot)
    assert (rule.place, rule.hosts) == (Place(TEAM, BOB), ("bob@example.com",))
    assert (rule.owner, rule.zone) == (BOB, "America/New_York")


async def test_another_channel_can_be_chosen(bot: Rig) -> None:
    bot.slack.channels["C0RANDOM"].members.add(bot.slack.app.bot_user_id)
    await notify_me(bot, BOB)
    await fill(bot, BOB, ids.WHERE, "channel")
    await fill(bot, BOB, ids.CHANNEL, "C0RANDOM")
    assert "Saved* (<#C0RANDOM>)" in await save(bot, BOB)
    assert (await only_rule(bot)).place == Place(TEAM, "C0RANDOM")


async def test_what_was_said_survives_the_other_screen(bot: Rig) -> None:
    await add(bot)
    await fill(bot, ALICE, ids.DETAIL, "busy")
    await more(bot)
    await fill_rest(bot)
    await bot.click(ALICE, front(bot, ALICE), ids.BACK_TO_RULE)
    assert holds(bot, ALICE, ids.DETAIL) == "busy"
    said = words(front(bot, ALICE))
    assert "Mentions · Reminder 15 min and 1 day before · Digest every Monday 5:30 PM" in said
    await more(bot)
    assert holds(bot, ALICE, ids.QUIET_FROM) == "20:00"
    await save(bot)
    rule = await only_rule(bot)
    assert (rule.look.detail, rule.reminders) == (Detail.BUSY, (15, 1440))


async def test_the_digest_is_due_at_its_hour_and_cal_com_is_asked_soon(bot: Rig) -> None:
    await add(bot)
    await more(bot)
    await fill(bot, ALICE, ids.DIGEST, "daily")
    await fill(bot, ALICE, ids.DIGEST_AT, "17:00")
    await save(bot)
    due = datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert await bot.bot.store.rules.digests_due(due) == [(await only_rule(bot), due)]
    for work in ("webhooks:house", "poll:house"):
        now = bot.clock()
        assert await bot.bot.store.turns.take(work, now, now) is not None


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({ids.QUIET_FROM: "20:00"}, ids.QUIET_UNTIL),
        ({ids.QUIET_UNTIL: "08:00"}, ids.QUIET_FROM),
        ({ids.QUIET_FROM: "08:00", ids.QUIET_UNTIL: "08:00"}, ids.QUIET_UNTIL),
    ],
)
async def test_half_a_quiet_time_is_told_at_its_field(
    bot: Rig, fields: dict[str, str], at: str
) -> None:
    await add(bot)
    await more(bot)
    for block_id, value in fields.items():
        await fill(bot, ALICE, block_id, value)
    outcome = await bot.submit(ALICE)
    assert list(outcome.errors) == [at]
    assert await rules(bot) == []


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Choose members above, or write e-mail addresses here."),
        ("bob@example.com, bob", "Not an e-mail address: bob"),
        (" ".join(f"p{n}@example.com" for n in range(51)), "at most 50 people"),
    ],
)
async def test_hosts_that_cannot_be(bot: Rig, typed: str, complaint: str) -> None:
    await add(bot)
    await fill(bot, ALICE, ids.WHOSE, "these")
    await fill(bot, ALICE, ids.HOST_EMAILS, typed)
    outcome = await bot.submit(ALICE)
    assert complaint in outcome.errors[ids.HOST_EMAILS]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("oak.example, wes@wood.example", "Not a domain: wes@wood.example"),
        ("oak", "Not a domain: oak"),
        ("<!channel>", "Not a domain: <!channel>"),
        (" ".join(f"d{n}.example" for n in range(51)), "at most 50 domains"),
    ],
)
async def test_domains_that_cannot_be(bot: Rig, typed: str, complaint: str) -> None:
    await add(bot)
    await more(bot)
    await fill(bot, ALICE, ids.GUEST_DOMAINS, typed)
    outcome = await bot.submit(ALICE)
    assert complaint in outcome.errors[ids.GUEST_DOMAINS]
    assert await rules(bot) == []


async def test_a_member_without_an_address_is_named(bot: Rig) -> None:
    bot.slack.people[CAROL].email = ""
    await add(bot)
    await fill(bot, ALICE, ids.WHOSE, "these")
    await fill(bot, ALICE, ids.HOST_MEMBERS, [CAROL])
    said = await save(bot)
    assert "Slack shows no e-mail address for Carol Iyer. Nothing was saved." in said
    assert holds(bot, ALICE, ids.HOST_MEMBERS) == [CAROL]
    assert await rules(bot) == []


async def test_somebody_without_an_address_is_told_so(bot: Rig) -> None:
    bot.slack.people[DAVE].email = ""
    await notify_me(bot, DAVE)
    assert "Slack shows me no e-mail address for you" in words(front(bot, DAVE))


async def test_pressed_twice_it_is_one_rule(bot: Rig) -> None:
    await add(bot)
    outcome = await bot.submit(ALICE)
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert len(await rules(bot)) == 1


async def test_three_hundred_event_types_are_searched(bot: Rig) -> None:
    add_event_types(bot, 292)
    await add(bot)
    loaded = await bot.people.options(ALICE, ids.FIND_RULE_TYPES, "")
    assert len(loaded.options["options"]) == 100
    assert loaded.options["options"][0]["text"]["text"] == "All of Harbour Labs"
    loaded = await bot.people.options(ALICE, ids.FIND_RULE_TYPES, "extra 77")
    (found,) = loaded.options["options"]
    await fill(bot, ALICE, ids.EVENT_TYPES, [found["value"]])
    assert "Event types: Extra 77 " in await save(bot)


async def test_without_the_scope_user_groups_are_explained(bot: Rig) -> None:
    bot.slack.granted_scopes.discard("usergroups:read")
    await add(bot)
    await more(bot)
    assert "the app needs the scope usergroups:read" in words(front(bot, ALICE))
    assert not has_block(bot, ALICE, ids.GROUPS)
    assert "Saved" in await save(bot)


async def test_without_cal_com_the_rest_can_be_said(bot: Rig) -> None:
    rule = await keep(bot, Rule("r1", BOOKINGS, owner=ALICE, event_types=(3,)))
    bot.faults.refuse.append(Refusal(503, match="GET", count=100))
    await listed(bot)
    await press_rule(bot, ALICE, ids.EDIT_RULE, rule)
    assert "Cal.com is not answering" in words(front(bot, ALICE))
    await fill(bot, ALICE, ids.DETAIL, "busy")
    assert "Event type 3" in await save(bot)
    assert await stored(bot, "r1") == replace(rule, look=Look(Detail.BUSY))


async def test_an_event_type_that_went_meanwhile_is_told_at_its_field(bot: Rig) -> None:
    intro = event_type(bot, "intro")
    await add(bot)
    await fill(bot, ALICE, ids.EVENT_TYPES, [f"type:{intro.id}"])
    del bot.cal.event_types[intro.id]
    bot.clock.advance(hours=1)
    assert "One of these is not there (any more). Nothing was saved." in await save(bot)
    assert await rules(bot) == []


async def test_the_settings_rule_keeps_its_place(bot: Rig) -> None:
    await listed(bot)
    await press_rule(bot, ALICE, ids.EDIT_RULE, Rule(FIRST, BOOKINGS))
    assert "stands in the settings" in words(front(bot, ALICE))
    assert not has_block(bot, ALICE, ids.WHERE)
    await fill(bot, ALICE, ids.DETAIL, "initials")
    assert "Saved* (#bookings)" in await save(bot)
    rule = await stored(bot, FIRST)
    assert (rule.owner, rule.place.channel) == ("", "#bookings")
    assert rule.look.detail is Detail.INITIALS
    await bot.bot.ruling.keep_first("house", bot.slack.team_id, bot.bot.settings.notify_channel)
    assert await stored(bot, FIRST) == rule


async def test_a_test_right_after_saving(bot: Rig) -> None:
    await notify_me(bot, BOB)
    await save(bot, BOB)
    await bot.click(BOB, front(bot, BOB), ids.TEST_RULE)
    assert "A test is posted" in words(front(bot, BOB))
    assert "🧪 Test" in direct(bot, BOB)[-1].text


async def test_the_form_of_a_rule_that_was_deleted_meanwhile(bot: Rig) -> None:
    rule = await keep(bot, Rule("r1", BOOKINGS, owner=ALICE))
    await listed(bot)
    await press_rule(bot, ALICE, ids.EDIT_RULE, rule)
    await bot.bot.store.rules.delete("r1")
    assert "That rule is no longer there" in await save(bot)
    assert await rules(bot) == []


async def test_inputs_are_few_and_options_within_slacks_limits(bot: Rig) -> None:
    await add(bot)
    inputs = [b for b in front(bot, ALICE).blocks if b["type"] == "input"]
    assert len(inputs) == 6
    for each in inputs:
        most = 10 if each["element"]["type"] in {"radio_buttons", "checkboxes"} else 100
        assert len(each["element"].get("options", [])) <= most
    await more(bot)
    assert len(block(bot, ALICE, ids.REMINDERS)["element"]["options"]) == 6


UNHEARD = "Cal.com does not let me be told at once of everything that this rule is for"


@at_public_url()
async def test_after_saving_it_is_said_where_cal_com_does_not_tell(bot: Rig) -> None:
    await closed(bot)
    await add(bot)
    bot.forget_calls()
    said = await save(bot)
    assert f"{UNHEARD}, so I look for bookings every few minutes instead. How to set" in said
    assert "the webhooks up by hand: `/cal status`." in said
    assert not [call for call in bot.cal_calls() if "webhooks" in call]
    await notify_me(bot, DAVE)
    said = await save(bot, DAVE)
    assert UNHEARD in said
    assert "by hand" not in said


@at_public_url()
@pytest.mark.parametrize("which", ["type", "team"])
async def test_after_saving_it_is_said_for_what_was_chosen(bot: Rig, which: str) -> None:
    panel = event_type(bot, "panel")
    await closed(bot)
    await add(bot)
    chosen = f"type:{panel.id}" if which == "type" else f"team:{panel.team_id}"
    await fill(bot, ALICE, ids.EVENT_TYPES, [chosen])
    assert UNHEARD in await save(bot)


@at_public_url()
async def test_after_saving_nothing_is_said_where_nothing_is_wrong(bot: Rig) -> None:
    await add(bot)
    assert "Cal.com" not in await save(bot)
    await closed(bot)
    await add(bot)
    await fill(bot, ALICE, ids.EVENT_TYPES, [f"type:{event_type(bot, 'intro').id}"])
    assert "Cal.com" not in await save(bot)
