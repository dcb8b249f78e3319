"""The form of a notification rule, both screens."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channels import UserGroup
from bot.domain.event_types import Team
from bot.domain.people import Member
from bot.domain.rules import Detail, Digest, Look, News, Place, Quiet, Rule
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.ruleform import RuleForm, from_kept, identified, of_rule
from bot.slack.views.notify_form import Draft, loading, modal, saved, saving, screen_of
from bot.slack.views.rule_words import Known
from tests.slack.views.drawing import (
    READING,
    allowed_view,
    calmly,
    elements,
    event_type,
    nasty,
    same_as_golden,
    texts,
)

ADMIN = Member("T1", "U0ALICE", "Alice", "alice@example.com", is_admin=True)
BOB = Member("T1", "U0BOB", "Bob", "bob@example.com")
SALES = Team(7, "sales", "Sales")
TYPES = (event_type(1, title="Intro"), event_type(2, title="Demo", team=SALES))
RULE = Rule(
    "r1",
    Place("T1", "C1"),
    owner="U0ALICE",
    hosts=("bob@example.com", "pat@wood.example"),
    event_types=(1,),
    teams=(7,),
    news=(News.CREATED, News.CANCELLED),
    look=Look(Detail.INITIALS, mention_host=True, groups=("S1",)),
    reminders=(15, 60),
    digest=Digest(17 * 60, weekday=4),
    quiet=Quiet(20 * 60, 8 * 60),
    zone="Europe/Paris",
)
FORM = of_rule(RULE, "draft", "alice@example.com", {"bob@example.com": "U0BOB"})
GROUPS = (UserGroup("S1", "sales", "Sales people"),)
DRAFT = Draft(FORM, ADMIN, READING, TYPES, groups=GROUPS)


def ids_of(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def test_the_first_screen_looks_like_this() -> None:
    same_as_golden("notify_form", allowed_view(modal(DRAFT)))


def test_the_second_screen_looks_like_this() -> None:
    same_as_golden("notify_more", allowed_view(modal(replace(DRAFT, form=_second(FORM)))))


def _second(form: RuleForm) -> RuleForm:
    return replace(form, screen=1)


def test_every_input_is_known_to_stand_on_its_screen() -> None:
    for screen in (0, 1):
        view = modal(replace(DRAFT, form=replace(FORM, screen=screen)))
        assert {screen_of(block_id) for block_id in ids_of(view)} == {screen}


def test_a_rule_goes_into_its_form_and_comes_out_of_it() -> None:
    assert replace(FORM.rule("T1", RULE.hosts), owner="U0ALICE") == RULE
    assert from_kept(FORM.kept()) == FORM
    assert identified(FORM.metadata()) == RuleForm("draft", person="U0ALICE")


def test_whoever_is_no_admin_is_asked_for_nobodys_bookings() -> None:
    view = allowed_view(modal(replace(DRAFT, member=BOB)))
    assert ids.WHOSE not in ids_of(view)
    assert "For the bookings that you host" in texts(view)


def test_unknown_event_types_leave_the_rest_usable() -> None:
    waiting = allowed_view(modal(replace(DRAFT, event_types=None)))
    assert "Looking up the event types" in texts(waiting)
    gone = allowed_view(modal(replace(DRAFT, event_types=None, unreachable=True)))
    assert "Cal.com is not answering" in texts(gone)
    assert ids_of(gone) == [one for one in ids_of(modal(DRAFT)) if one != ids.EVENT_TYPES]


def test_an_account_without_event_types_can_be_asked_about() -> None:
    bare = replace(FORM, event_types=(), teams=())
    allowed_view(modal(replace(DRAFT, form=bare, event_types=())))


def test_a_problem_stands_under_its_field() -> None:
    view = allowed_view(
        modal(replace(DRAFT, problem=Problem("It is archived.", field=ids.CHANNEL)))
    )
    at = [block.get("block_id") for block in view["blocks"]].index(ids.CHANNEL)
    assert view["blocks"][at + 1]["text"]["text"] == ":warning: It is archived."


def test_it_opens_and_saves_without_inputs() -> None:
    for view in (allowed_view(loading()), allowed_view(saving())):
        assert elements(view) == []
    allowed_view(saved(RULE, Known(), READING))


@calmly
@given(text=nasty, count=st.sampled_from([0, 1, 97, 98, 99, 100, 300]), screen=st.integers(0, 1))
def test_whatever_is_in_it_slack_takes_it(text: str, count: int, screen: int) -> None:
    team = Team(7, "sales", text)
    types = tuple(event_type(n, title=text, team=team) for n in range(1, count + 1))
    groups = tuple(UserGroup(f"S{n}", text, text) for n in range(count))
    form = replace(FORM, screen=screen, emails=text, event_types=(1, 2, 99999))
    allowed_view(modal(Draft(form, ADMIN, READING, types, groups=groups)))
    allowed_view(
        saved(RULE, Known(event_types={1: text}, people={"bob@example.com": text}), READING)
    )
