"""The list of notification rules."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PlaceUnreachable
from bot.domain.people import Member
from bot.domain.rules import Detail, Digest, Look, News, Pause, Place, Quiet, Rule
from bot.services.rules import RuleList
from bot.slack.views.notify import Shown, loading, noted, rules, rules_modal, sampled
from bot.slack.views.rule_words import NEWS, Known, described
from tests.slack.views.drawing import (
    NOW,
    READING,
    allowed,
    allowed_view,
    calmly,
    labels,
    marked,
    nasty,
    same_as_golden,
    texts,
)

ALICE = Member("T1", "U0ALICE", "Alice", "alice@example.com", is_admin=True)
DAVE = Member("T1", "U0DAVE", "Dave", "dave@example.com")
CHANNEL = Place("T1", "C1")
FIRST = Rule("notify_channel:T1:#bookings", Place("T1", "#bookings"))
FULL = Rule(
    "r1",
    CHANNEL,
    owner="U0BOB",
    hosts=("alice@example.com", "bob@example.com", "carol@example.com", "d@x.example", "e@x"),
    event_types=(1, 2),
    teams=(7,),
    news=(News.CREATED, News.RESCHEDULED, News.CANCELLED),
    look=Look(Detail.INITIALS, mention_host=True, groups=("S1", "S2")),
    reminders=(15, 1440),
    digest=Digest(17 * 60),
    quiet=Quiet(20 * 60, 8 * 60),
    zone="Asia/Kolkata",
)
HELD = replace(FULL, id="r2", pause=Pause(NOW, why="is_archived"), digest=None, quiet=None)
OFF = Rule("r3", Place("T1", "U0ALICE"), owner="U0ALICE", hosts=("alice@example.com",))
OFF = replace(OFF, pause=Pause(NOW, by="U0ALICE"), look=Look(Detail.BUSY), news=())
KNOWN = Known(
    me="alice@example.com",
    people={"alice@example.com": "Alice Martin", "bob@example.com": "Bob Stone"},
    event_types={1: "Intro"},
    teams={7: "Sales"},
    groups={"S1": "sales"},
)
LIST = RuleList((FIRST, FULL, HELD), (OFF,), waiting={CHANNEL: 3})
SHOWN = Shown(LIST, ALICE, KNOWN, READING, channel="C1")


def test_it_looks_like_this() -> None:
    same_as_golden("notify", allowed(rules(SHOWN)))


def test_rules_of_which_cal_com_does_not_tell_look_like_this() -> None:
    unheard = {FIRST.id, OFF.id}
    shown = replace(SHOWN, unheard=unheard, command="/meet")
    same_as_golden("notify_unheard", allowed(rules(shown)))
    everybodys = replace(shown, member=DAVE)
    assert "/meet" not in marked(allowed(rules(everybodys)))


def test_a_rule_in_words() -> None:
    assert described(FULL, KNOWN, READING) == (
        "Bookings of Alice Martin, Bob Stone, carol@example.com and 2 more people · "
        "Event types: Team Sales, Intro and Event type 2 · "
        "Only when: Booked, Moved to another time, Cancelled · Shown: Guests by initials · "
        "Mentions: the host, @sales and a user group · Reminder 15 min and 1 day before · "
        "Digest daily 17:00 · Quiet 20:00–08:00 · Kolkata time (UTC+5:30)"
    )
    assert described(OFF, KNOWN, READING) == (
        "Your bookings · Nothing announced · Shown: Only that a host is busy"
    )


def test_every_news_has_its_words() -> None:
    assert list(NEWS) == list(News)
    every = described(replace(FULL, news=tuple(News)), KNOWN, READING)
    assert all(said in every for said in NEWS.values())


def test_who_may_do_nothing_is_offered_nothing() -> None:
    assert labels(rules(replace(SHOWN, member=DAVE))) == ["Add for this channel", "Notify me"]


def test_in_a_modal_there_is_no_channel() -> None:
    view = allowed_view(rules_modal(replace(SHOWN, found=RuleList((), (OFF,)), channel="")))
    assert "In this channel" not in texts(view)
    assert labels(view) == ["Edit", "Resume", "Test", "Delete", "Notify me"]
    for other in (loading(), noted("Done.")):
        allowed_view(other)


def test_what_slack_answered_to_a_sample() -> None:
    assert sampled(FULL, None) == ":white_check_mark: A test is posted: <#C1>."
    said = sampled(FIRST, PlaceUnreachable("something_new"))
    assert "(#bookings). Slack does not take the message. (Slack says `something_new`.)" in said


def many(rule: Rule, count: int) -> Sequence[Rule]:
    return [replace(rule, id=f"{n}" * 30) for n in range(count)]


@calmly
@given(text=nasty, count=st.integers(0, 60), page=st.integers(-1, 9))
def test_whatever_is_in_it_slack_takes_it(text: str, count: int, page: int) -> None:
    known = Known(
        people=dict.fromkeys(FULL.hosts, text),
        event_types={1: text, 2: text},
        teams={7: text},
        groups={"S1": text, "S2": text},
    )
    rule = replace(FULL, news=tuple(News), pause=Pause(NOW, why=text[:80]))
    found = RuleList(tuple(many(rule, count)), (OFF,), tuple(many(rule, count)))
    shown = Shown(found, ALICE, known, READING, "C1", page, note="*Done*")
    message = allowed(rules(shown))
    assert "<!channel>" not in marked(message)
    allowed_view(rules_modal(shown))
