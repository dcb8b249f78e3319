"""`/cal away`, as people go through it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.sandbox.calcom.model import OutOfOffice
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.views import View
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.flows import fill, front, has_block, holds, refuse
from tests.slack.pressing import button, labels, press, press_forged

OFFICE = 11
BOBS = 2
CHRISTMAS = (date(2026, 12, 24), date(2026, 12, 28))
READ = "GET /v2/me/ooo"


def away(bot: Rig, first: str, last: str, **more: Any) -> OutOfOffice:
    """An entry that was made on Cal.com's own page."""
    start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
    number = bot.cal.next_id("ooo")
    last_moment = end.replace(hour=23, minute=59, second=59, microsecond=999000)
    entry = OutOfOffice(number, more.pop("user_id", 1), start, last_moment, **more)
    bot.cal.away[number] = entry
    return entry


def days(entry: OutOfOffice) -> tuple[date, date]:
    return entry.start.date(), entry.end.date()


async def add(bot: Rig, first: str, last: str, cover: str = "") -> Outcome:
    await bot.command(ALICE, "away")
    await press(bot, ALICE, "Add")
    await fill(bot, ALICE, ids.AWAY_FROM, first)
    await fill(bot, ALICE, ids.AWAY_UNTIL, last)
    await fill(bot, ALICE, ids.REASON, "vacation")
    await fill(bot, ALICE, ids.NOTES, "Back <!channel> soon")
    if cover:
        await fill(bot, ALICE, ids.COVER, cover)
    return await bot.submit(ALICE)


async def edit(bot: Rig) -> View:
    await bot.command(ALICE, "away")
    await press(bot, ALICE, "Edit")
    return front(bot, ALICE)


async def live_in(bot: Rig, zone: str, at: datetime) -> None:
    """Alice is in another part of the world, at that time."""
    bot.clock.at = at
    bot.slack.people[ALICE].tz = zone
    bot.bot.deps.people.forget(bot.slack.team_id, ALICE)


# The list


async def test_days_are_added_shown_and_taken_back(bot: Rig) -> None:
    saved = words((await add(bot, "2026-12-24", "2026-12-28")).view)
    assert "Thu 24 Dec – Mon 28 Dec: Vacation" in saved
    (kept,) = bot.cal.away.values()
    assert days(kept) == CHRISTMAS
    await bot.people.close(ALICE, all=True)
    await bot.command(ALICE, "away")
    assert "Vacation" in words(bot.last(ALICE))
    assert "<!channel>" not in words(bot.last(ALICE))
    await press(bot, ALICE, "Delete")
    assert not bot.cal.away
    assert "No days out of office" in words(bot.last(ALICE))


async def test_the_list_costs_one_call_on_either_side(bot: Rig) -> None:
    away(bot, "2026-12-24", "2026-12-28")
    await bot.command(ALICE, "away")
    bot.forget_calls()
    await bot.command(ALICE, "away")
    assert (bot.cal_calls(), bot.slack_calls()) == ([READ], ["response_url"])


async def test_deleting_asks_once(bot: Rig) -> None:
    away(bot, "2026-12-24", "2026-12-28")
    await bot.command(ALICE, "away")
    sure = button(bot.last(ALICE), "Delete")[1]["confirm"]
    assert "Thu 24 Dec – Mon 28 Dec" in sure["text"]["text"]
    assert sure["style"] == "danger"


async def test_the_earliest_comes_first_and_what_is_over_is_left_out(bot: Rig) -> None:
    for first, last in (("2027-02-01", "2027-02-02"), ("2026-11-23", "2026-11-24")):
        away(bot, first, last)
    away(bot, "2026-11-22", "2026-11-23")
    away(bot, "2026-12-01", "2026-12-01", user_id=BOBS)
    await bot.command(ALICE, "away")
    __, first, second, *rest = bot.last(ALICE).text.splitlines()
    assert (first, second) == (
        "Yesterday, Mon 23 Nov – Today, Tue 24 Nov: Unspecified",
        "Mon 1 Feb 2027 – Tue 2 Feb 2027: Unspecified",
    )
    assert not rest


async def test_a_long_list_is_cut_with_a_word(bot: Rig) -> None:
    for day in range(1, 23):
        away(bot, f"2026-12-{day:02}", f"2026-12-{day:02}")
    await bot.command(ALICE, "away")
    assert "And 2 more entries." in words(bot.last(ALICE))


@pytest.mark.parametrize(
    ("zone", "at", "shown"),
    [
        # It is the 26th in Auckland already while UTC has the 25th, and still the 25th in Honolulu
        # while UTC has the 26th.
        ("Pacific/Auckland", datetime(2026, 12, 25, 12, tzinfo=UTC), False),
        ("Pacific/Auckland", datetime(2026, 12, 25, 10, tzinfo=UTC), True),
        ("Pacific/Honolulu", datetime(2026, 12, 26, 9, tzinfo=UTC), True),
        ("Pacific/Honolulu", datetime(2026, 12, 26, 11, tzinfo=UTC), False),
    ],
)
async def test_what_is_over_is_decided_by_the_readers_day(
    bot: Rig, zone: str, at: datetime, shown: bool
) -> None:
    away(bot, "2026-12-24", "2026-12-25")
    await live_in(bot, zone, at)
    await bot.command(ALICE, "away")
    assert ("Delete" in labels(bot.last(ALICE))) is shown
    await press(bot, ALICE, "Add")
    await fill(bot, ALICE, ids.AWAY_FROM, "2026-12-20")
    await fill(bot, ALICE, ids.AWAY_UNTIL, "2026-12-25")
    outcome = await bot.submit(ALICE)
    assert outcome.errors == ({} if shown else {ids.AWAY_UNTIL: "These days are over."})
    assert len(bot.cal.away) == (2 if shown else 1)


# Adding


async def test_the_modal_is_there_before_cal_com_is_asked(bot: Rig) -> None:
    await bot.command(ALICE, "types")
    await bot.command(ALICE, "away")
    bot.forget_calls()
    await press(bot, ALICE, "Add")
    assert bot.slack_calls() == ["views.open", "views.update"]
    memberships = "GET /v2/teams/1/memberships"
    assert sorted(bot.cal_calls()) == ["GET /v2/me", READ, "GET /v2/teams", memberships]
    await bot.people.close(ALICE, all=True)
    bot.forget_calls()
    await press(bot, ALICE, "Add")
    assert bot.cal_calls() == [READ]


async def test_saving_costs_the_change_and_a_look_at_what_stands(bot: Rig) -> None:
    await bot.command(ALICE, "away 24 dec")
    bot.forget_calls()
    await bot.submit(ALICE)
    assert bot.cal_calls() == ["POST /v2/me/ooo", "GET /v2/bookings", "GET /v2/schedules"]
    assert bot.slack_calls() == ["views.update", "chat.postMessage"]  # a rule tells #bookings


async def test_nothing_is_open_on_these_days_and_what_stands_is_said(bot: Rig) -> None:
    saved = words((await add(bot, "2026-11-24", "2026-11-27")).view)
    assert "stand on these days" in saved
    await bot.command(DAVE, "slots intro friday")
    assert "Fri 27 Nov:" not in bot.last(DAVE).text


@pytest.mark.parametrize(
    ("zone", "first", "last", "stands"),
    [
        # The booking is at 12:30 UTC on the 25th: on the 26th in Auckland.
        ("Europe/Paris", "2026-11-25", "2026-11-25", True),
        ("Pacific/Auckland", "2026-11-25", "2026-11-25", False),
        ("Pacific/Auckland", "2026-11-26", "2026-11-26", True),
    ],
)
async def test_what_stands_is_counted_over_the_days_of_the_working_hours(
    bot: Rig, zone: str, first: str, last: str, stands: bool
) -> None:
    bot.cal.schedules[OFFICE].time_zone = zone
    kept = next(b for b in bot.cal.bookings if b.alive and b.host_id == 1)
    kept.start = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    kept.end = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    bot.cal.bookings[:] = [kept]
    saved = words((await add(bot, first, last)).view)
    assert ("1 booking stands on these days" in saved) is stands


async def test_bookings_of_colleagues_do_not_count(bot: Rig) -> None:
    for each in bot.cal.bookings:
        each.host_id = BOBS
        each.attendees = [a for a in each.attendees if a.email != "alice@example.com"]
    saved = words((await add(bot, "2026-11-24", "2026-12-27")).view)
    assert "Saved" in saved
    assert "on these days" not in saved


async def test_it_is_saved_where_the_bookings_cannot_be_counted(bot: Rig) -> None:
    refuse(bot, 503, "GET /v2/bookings", count=9)
    saved = words((await add(bot, "2026-11-24", "2026-11-27")).view)
    assert "Saved" in saved
    assert "could not be found out" in saved
    assert len(bot.cal.away) == 1


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("2026-12-28", "2026-12-24", "before the first"), ("2026-01-01", "2026-01-02", "over")],
)
async def test_complaints_stand_at_their_field(bot: Rig, first: str, last: str, said: str) -> None:
    assert said in (await add(bot, first, last)).errors[ids.AWAY_UNTIL]


async def test_days_that_are_over_by_now_are_refused_whatever_the_form_says(bot: Rig) -> None:
    await bot.command(ALICE, "away today")
    front(bot, ALICE).body["private_metadata"] = "0|Pacific/Pago_Pago"
    bot.clock.at = datetime(2026, 11, 25, 8, tzinfo=UTC)  # still the 24th there, not in Paris
    assert "These days are over." in words((await bot.submit(ALICE)).view)
    assert not bot.cal.away


async def test_the_same_days_twice_are_said_and_what_was_typed_stays(bot: Rig) -> None:
    await add(bot, "2026-12-24", "2026-12-28")
    await bot.people.close(ALICE, all=True)
    said = words((await add(bot, "2026-12-24", "2026-12-28")).view)
    assert "There is an entry of just these days already. Nothing was saved." in said
    assert holds(bot, ALICE, ids.AWAY_UNTIL) == "2026-12-28"
    assert holds(bot, ALICE, ids.NOTES) == "Back <!channel> soon"
    await fill(bot, ALICE, ids.AWAY_UNTIL, "2026-12-29")
    assert "Saved" in words((await bot.submit(ALICE)).view)


# Changing


async def test_an_entry_is_changed_and_only_what_differs_is_sent(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28", notes="skiing", reason="vacation")
    await edit(bot)
    assert holds(bot, ALICE, ids.AWAY_FROM) == "2026-12-24"
    assert holds(bot, ALICE, ids.AWAY_UNTIL) == "2026-12-28"
    assert holds(bot, ALICE, ids.REASON) == "vacation"
    assert holds(bot, ALICE, ids.NOTES) == "skiing"
    await fill(bot, ALICE, ids.NOTES, "at sea")
    bot.forget_calls()
    assert "at sea" in words((await bot.submit(ALICE)).view)
    assert (entry.notes, entry.reason, days(entry)) == ("at sea", "vacation", CHRISTMAS)
    assert [(c.method, c.body) for c in bot.cal.log if c.method != "GET"] == [
        ("PATCH", {"notes": "at sea"})
    ]


async def test_another_day_another_reason_and_no_notes(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28", notes="skiing", reason="vacation")
    await edit(bot)
    await fill(bot, ALICE, ids.AWAY_UNTIL, "2027-01-02")
    await fill(bot, ALICE, ids.REASON, "travel")
    await fill(bot, ALICE, ids.NOTES, "")
    saved = words((await bot.submit(ALICE)).view)
    assert "Thu 24 Dec – Sat 2 Jan 2027: Travel" in saved
    assert days(entry) == (date(2026, 12, 24), date(2027, 1, 2))
    assert (entry.notes, entry.reason) == ("", "travel")


async def test_saving_it_as_it_is_changes_nothing(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28", notes="skiing", to_user_id=BOBS)
    await edit(bot)
    assert "Saved" in words((await bot.submit(ALICE)).view)
    assert (days(entry), entry.notes, entry.to_user_id) == (CHRISTMAS, "skiing", BOBS)


async def test_one_that_has_begun_can_be_changed(bot: Rig) -> None:
    entry = away(bot, "2026-11-20", "2026-11-27")
    await edit(bot)
    await fill(bot, ALICE, ids.AWAY_UNTIL, "2026-11-25")
    await bot.submit(ALICE)
    assert days(entry) == (date(2026, 11, 20), date(2026, 11, 25))


@pytest.mark.parametrize("label", ["Edit", "Delete"])
async def test_one_that_has_gone_meanwhile_is_said_with_what_is_left(bot: Rig, label: str) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28")
    await bot.command(ALICE, "away")
    message = bot.last(ALICE)
    del bot.cal.away[entry.id]
    away(bot, "2027-02-01", "2027-02-02", notes="the other one")
    await press(bot, ALICE, label, message)
    said = words(bot.modal(ALICE) or bot.last(ALICE))
    assert "not there any more" in said
    assert "the other one" in said


async def test_one_that_goes_while_its_form_is_open_is_said_with_what_is_left(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28")
    await edit(bot)
    await fill(bot, ALICE, ids.NOTES, "at sea")
    del bot.cal.away[entry.id]
    away(bot, "2027-02-01", "2027-02-02", notes="the other one")
    said = words((await bot.submit(ALICE)).view)
    assert "not there any more" in said
    assert "the other one" in said
    assert not any("PATCH" in call for call in bot.cal_calls())


async def test_one_that_goes_at_the_last_moment_is_said_as_well(bot: Rig) -> None:
    away(bot, "2026-12-24", "2026-12-28")
    await edit(bot)
    await fill(bot, ALICE, ids.NOTES, "at sea")
    gone = {"error": {"message": "This OOO entry does not belong to this user."}}
    refuse(bot, 403, "PATCH", body=gone)
    assert "not there any more" in words((await bot.submit(ALICE)).view)


async def test_the_fresh_list_in_a_modal_works(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28")
    await bot.command(ALICE, "away")
    message = bot.last(ALICE)
    del bot.cal.away[entry.id]
    away(bot, "2027-02-01", "2027-02-02")
    await press(bot, ALICE, "Edit", message)
    shown = front(bot, ALICE)
    block = next(b for b in shown.blocks if "Delete" in words(b))
    await bot.click(ALICE, shown, ids.END_AWAY, block=block["block_id"])
    assert not bot.cal.away
    assert "No days out of office" in words(front(bot, ALICE))


# Who covers


async def test_a_colleague_covers(bot: Rig) -> None:
    saved = words((await add(bot, "2026-12-24", "2026-12-28", cover="2")).view)
    assert "Bob Stone covers" in saved
    (kept,) = bot.cal.away.values()
    assert kept.to_user_id == BOBS
    await bot.people.close(ALICE, all=True)
    await bot.command(ALICE, "away")
    assert "Bob Stone covers" in words(bot.last(ALICE))


async def test_another_colleague_covers_then_nobody(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28", to_user_id=BOBS)
    await edit(bot)
    assert holds(bot, ALICE, ids.COVER) == "2"
    await fill(bot, ALICE, ids.COVER, "3")
    await bot.submit(ALICE)
    assert entry.to_user_id == 3
    await bot.people.close(ALICE, all=True)
    await edit(bot)
    await fill(bot, ALICE, ids.COVER, "0")
    await bot.submit(ALICE)
    assert entry.to_user_id is None


async def test_oneself_and_strangers_are_not_offered_and_refused(bot: Rig) -> None:
    await bot.command(ALICE, "away 24 dec")
    cover = next(b for b in front(bot, ALICE).blocks if b["block_id"] == ids.COVER)
    offered = {option["value"] for option in cover["element"]["options"]}
    assert offered == {"0", "2", "3"}
    for forged in ("1", "99"):
        cover["element"]["options"].append(
            {"text": {"type": "plain_text", "text": "X"}, "value": forged}
        )
        await fill(bot, ALICE, ids.COVER, forged)
        said = words((await bot.submit(ALICE)).view)
        assert "They cannot cover for you" in said
        assert not any("POST" in call for call in bot.cal_calls())
        cover = next(b for b in front(bot, ALICE).blocks if b["block_id"] == ids.COVER)


async def test_without_colleagues_there_is_no_such_field(bot: Rig) -> None:
    bot.cal.teams.clear()
    await bot.command(ALICE, "away 24 dec")
    assert not has_block(bot, ALICE, ids.COVER)
    assert "Saved" in words((await bot.submit(ALICE)).view)


async def test_where_colleagues_cannot_be_told_who_covers_stays(bot: Rig) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28", to_user_id=BOBS)
    refuse(bot, 503, "GET /v2/event-types", count=99)
    refuse(bot, 503, "memberships", count=99)
    await edit(bot)
    assert "A colleague" in words(front(bot, ALICE))
    await fill(bot, ALICE, ids.NOTES, "at sea")
    assert "A colleague covers" in words((await bot.submit(ALICE)).view)
    assert (entry.to_user_id, entry.notes) == (BOBS, "at sea")


async def test_those_who_host_with_one_are_colleagues_where_members_are_not_told(bot: Rig) -> None:
    refuse(bot, 403, "memberships", count=99)
    saved = words((await add(bot, "2026-12-24", "2026-12-28", cover="2")).view)
    assert "Bob Stone covers" in saved


async def test_who_covers_for_somebody_then_cannot_be_away(bot: Rig) -> None:
    away(bot, "2026-12-28", "2026-12-30", user_id=BOBS, to_user_id=1)
    said = words((await add(bot, "2026-12-24", "2026-12-28")).view)
    assert "counts on you to cover for them. Nothing was saved." in said
    assert holds(bot, ALICE, ids.AWAY_FROM) == "2026-12-24"


# Days that are typed


@pytest.mark.parametrize(
    ("typed", "first", "last", "read"),
    [
        ("fri", "2026-11-27", "2026-11-27", "Fri 27 Nov"),
        ("tomorrow", "2026-11-25", "2026-11-25", "Tomorrow, Wed 25 Nov"),
        ("24 dec - 2 jan", "2026-12-24", "2027-01-02", "Thu 24 Dec – Sat 2 Jan 2027"),
        ("next mon to fri", "2026-11-30", "2026-12-04", "Mon 30 Nov – Fri 4 Dec"),
    ],
)
async def test_days_that_are_typed_fill_the_form_and_are_said(
    bot: Rig, typed: str, first: str, last: str, read: str
) -> None:
    await bot.command(ALICE, f"away {typed}")
    assert f"Read as {read}." in words(front(bot, ALICE))
    assert holds(bot, ALICE, ids.AWAY_FROM) == first
    assert holds(bot, ALICE, ids.AWAY_UNTIL) == last
    assert "Saved" in words((await bot.submit(ALICE)).view)


async def test_they_are_read_in_the_writers_zone(bot: Rig) -> None:
    await live_in(bot, "Pacific/Auckland", datetime(2026, 11, 24, 12, tzinfo=UTC))
    await bot.command(ALICE, "away today")
    assert holds(bot, ALICE, ids.AWAY_FROM) == "2026-11-25"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "no day that I can read"),
        ("28 dec - 24 dec", "ends before it begins"),
        ("yesterday", "is over"),
        ("<!channel>", "no day that I can read"),
    ],
)
async def test_what_cannot_be_read_is_said(bot: Rig, typed: str, said: str) -> None:
    await bot.command(ALICE, f"away {typed}")
    assert said in words(front(bot, ALICE))
    assert "<!channel>" not in words(front(bot, ALICE))
    assert READ not in bot.cal_calls()


# Who may, and what goes wrong


@pytest.mark.parametrize("typed", ["away", "away fri"])
async def test_who_may_not_is_told_who_may(bot: Rig, typed: str) -> None:
    await bot.command(DAVE, typed)
    assert "owner of the Cal.com account" in words(bot.modal(DAVE) or bot.last(DAVE))
    assert READ not in bot.cal_calls()


@pytest.mark.parametrize("label", ["Add", "Edit", "Delete"])
async def test_somebody_elses_press_of_my_button_does_nothing(bot: Rig, label: str) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28")
    await bot.command(ALICE, "away")
    block_id, element = button(bot.last(ALICE), label)
    message = bot.last(ALICE)
    message.ephemeral_to = BOB
    await bot.click(BOB, message, element["action_id"], block=block_id)
    assert "owner of the Cal.com account" in words(bot.modal(BOB) or bot.last(BOB))
    assert bot.cal.away == {entry.id: entry}


async def test_a_member_who_lost_the_right_saves_nothing(bot: Rig) -> None:
    await bot.command(ALICE, "away 24 dec")
    bot.slack.people[ALICE].email = "someone@else.example"
    bot.slack.people[ALICE].is_admin = False
    bot.bot.deps.people.forget(bot.slack.team_id, ALICE)
    assert "owner of the Cal.com account" in words((await bot.submit(ALICE)).view)
    assert not bot.cal.away


@pytest.mark.parametrize("claimed", ["999", "", "x", "-1", "0", "٣", "9" * 400, "<!channel>"])
@pytest.mark.parametrize("label", ["Edit", "Delete"])
async def test_a_forged_id_changes_nothing(bot: Rig, label: str, claimed: str) -> None:
    kept = [away(bot, "2026-12-24", "2026-12-28"), away(bot, "2027-01-01", "2027-01-01", user_id=2)]
    await bot.command(ALICE, "away")
    await press_forged(bot, ALICE, label, claimed)
    assert [*bot.cal.away.values()] == kept
    assert not any(call.split()[0] != "GET" for call in bot.cal_calls())


@pytest.mark.parametrize("claimed", ["2|Europe/Paris", "x|Nowhere/Land", "", "|", "99|UTC|1"])
async def test_a_form_with_forged_metadata_changes_nobody_elses(bot: Rig, claimed: str) -> None:
    away(bot, "2026-12-24", "2026-12-28")
    other = away(bot, "2027-01-01", "2027-01-01", user_id=BOBS)
    await edit(bot)
    front(bot, ALICE).body["private_metadata"] = claimed
    await fill(bot, ALICE, ids.AWAY_UNTIL, "2026-12-29")
    await bot.submit(ALICE)
    assert bot.cal.away[other.id] == other
    assert days(other) == (date(2027, 1, 1), date(2027, 1, 1))


async def test_pressing_twice_deletes_once(bot: Rig) -> None:
    away(bot, "2026-12-24", "2026-12-28")
    other = away(bot, "2027-01-01", "2027-01-01")
    await bot.command(ALICE, "away")
    message = bot.last(ALICE)
    block_id, element = button(message, "Delete")
    for __ in range(2):  # the second before the list is drawn anew
        await bot.people.click(ALICE, message, element["action_id"], block=block_id)
    await bot.settle()
    assert [*bot.cal.away.values()] == [other]
    assert "Fri 1 Jan 2027" in words(bot.last(ALICE))


NOBODY_ANSWERS: tuple[tuple[int, Any, str], ...] = (
    (401, {"error": {"message": "expired"}}, "no longer accepts this bot's key"),
    (403, {"error": {"message": "SCHEDULE_WRITE is missing"}}, "does not let this account do that"),
    (404, {"error": {"message": "Not Found"}}, "does not have that any more"),
    (422, {"error": {"message": "no"}}, "did not accept that"),
    (500, None, "so I cannot say yet"),
    (503, None, "so I cannot say yet"),
)


@pytest.mark.parametrize(("status", "body", "said"), NOBODY_ANSWERS)
async def test_what_cal_com_refuses_is_said_and_nothing_is_added(
    bot: Rig, status: int, body: Any, said: str
) -> None:
    await bot.command(ALICE, "away 24 dec")
    refuse(bot, status, "POST /v2/me/ooo", count=9, body=body)
    told = words((await bot.submit(ALICE)).view)
    assert said in told
    assert status >= 500 or "Nothing was saved." in told
    assert not bot.cal.away


@pytest.mark.parametrize(("status", "body", "said"), NOBODY_ANSWERS)
async def test_what_cal_com_refuses_is_said_and_nothing_is_changed(
    bot: Rig, status: int, body: Any, said: str
) -> None:
    entry = away(bot, "2026-12-24", "2026-12-28")
    await edit(bot)
    await fill(bot, ALICE, ids.NOTES, "at sea")
    refuse(bot, status, "PATCH", count=9, body=body)
    told = words((await bot.submit(ALICE)).view)
    assert (said if status != 404 else "not there any more") in told
    assert status in {404, 500, 503} or "Nothing was saved." in told
    assert entry.notes is None


@pytest.mark.parametrize(("status", "body", "said"), NOBODY_ANSWERS)
async def test_what_cal_com_refuses_is_said_and_nothing_is_deleted(
    bot: Rig, status: int, body: Any, said: str
) -> None:
    away(bot, "2026-12-24", "2026-12-28")
    await bot.command(ALICE, "away")
    message = bot.last(ALICE)
    refuse(bot, status, "DELETE", count=9, body=body)
    await press(bot, ALICE, "Delete", message)
    told = words(bot.last(ALICE))
    assert status == 404 or said in told
    assert status in {404, 500, 503} or "Nothing was deleted." in told
    assert len(bot.cal.away) == 1


async def test_without_cal_com_the_list_says_so(bot: Rig) -> None:
    refuse(bot, 503, READ, count=9)
    await bot.command(ALICE, "away")
    assert "Cal.com is not answering" in words(bot.last(ALICE))


async def test_a_server_without_it_is_said_to_have_a_page(bot: Rig) -> None:
    bot.cal.hosted = False
    await bot.command(ALICE, "away")
    assert "on its own page only" in words(bot.last(ALICE))
    link = button(bot.last(ALICE), "Open in Cal.com")[1]
    assert link["url"].endswith("/settings/my-account/out-of-office")
    await bot.command(ALICE, "away fri")
    assert "on its own page only" in words(front(bot, ALICE))


@pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)
async def test_over_v1_the_same_is_said(bot: Rig) -> None:
    await bot.command(ALICE, "away")
    assert "on its own page only" in words(bot.last(ALICE))


@pytest.mark.parametrize("setup", [{"settings": {"cal_api_key": None}}], indirect=True)
async def test_without_an_account_connecting_is_offered(bot: Rig) -> None:
    await bot.command(ALICE, "away fri")
    assert "No Cal.com account is connected" in words(front(bot, ALICE))
