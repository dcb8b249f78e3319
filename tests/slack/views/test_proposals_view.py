"""A proposal's message, what is said about it, and the modal it comes from."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PlaceBusy, PlaceUnknown, PlaceUnreachable
from bot.domain.proposals import (
    NONE_FITS,
    Choice,
    Proposal,
    State,
    Struck,
    Taking,
    Thing,
    Way,
)
from bot.domain.slots import Hold, Slot
from bot.services.answering import Answered, Outcome
from bot.services.proposing import NO_GROUPS, Proposed
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.proposeform import ProposeForm
from bot.slack.views import proposals, propose
from tests.slack.views.drawing import (
    NOW,
    READING,
    allowed,
    allowed_view,
    calmly,
    elements,
    event_type,
    labels,
    marked,
    nasty,
    offer,
    same_as_golden,
    texts,
)

HOUR = timedelta(hours=1)
STARTS = [NOW + n * HOUR for n in (24, 25, 48)]
PROPOSAL = Proposal(
    id="p1",
    team_id="T1",
    user_id="U0ALICE",
    account="house",
    thing=Thing(7, "Intro call", 30),
    way=Way.CLICKER,
    choices=(
        Choice(STARTS[0], Hold("secretUidOfAHold", STARTS[0], NOW + HOUR)),
        Choice(STARTS[1], struck=Struck.TAKEN),
        Choice(STARTS[2], Hold("secretUidOfAnother", STARTS[2], NOW + HOUR)),
    ),
    expires_at=NOW + 48 * HOUR,
    named=("U0BOB",),
    note="Which one suits you?\nI can also call.",
    channel="C1",
    ts="1.2",
)
POLL = replace(
    PROPOSAL,
    way=Way.POLL,
    named=(),
    marks={
        "U0BOB": frozenset({0, 2}),
        "U0CAROL": frozenset({2}),
        "U0DAVE": frozenset({NONE_FITS}),
    },
)
TAKING = Taking("U0BOB", "Bob Stone", 2, "secretUidOfTheAttempt")
FORM = ProposeForm("d1", event_type_id=1, named=("U0BOB",), starts=(STARTS[0],), note="hi")
OFFER = replace(offer(event_type(1), event_type(2)), chosen=event_type(1))
SLOTS = tuple(Slot(NOW + n * HOUR) for n in range(1, 200))
DRAFT = propose.Draft(FORM, OFFER, READING, SLOTS)


def drawn(proposal: Proposal) -> Any:
    return allowed(proposals.card(proposal, NOW))


def test_while_it_is_open() -> None:
    message = drawn(PROPOSAL)
    same_as_golden("proposal_open", message)
    assert labels(message) == ["Book this", "Book this", "None of these", "Take back"]
    assert "no longer open" in message.text


def test_a_poll_shows_whom_each_time_suits() -> None:
    message = drawn(POLL)
    same_as_golden("proposal_poll", message)
    assert labels(message) == ["Suits me", "Suits me", "None of these", "Decide", "Take back"]
    assert "2 · <@U0BOB>, <@U0CAROL>" in message.text
    assert "None of these suits <@U0DAVE>." in message.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.BOOKED, "is booked: "),
        (State.WITHDRAWN, "has taken back"),
        (State.OVER, "have run out"),
    ],
)
def test_once_it_is_over_nothing_can_be_pressed(state: State, said: str) -> None:
    message = drawn(replace(PROPOSAL, state=state, taking=TAKING))
    same_as_golden(f"proposal_{state.value}", message)
    assert said in message.text
    assert elements(message) == []


def test_while_it_is_being_booked_it_looks_as_before() -> None:
    assert drawn(replace(PROPOSAL, state=State.TAKING, taking=TAKING)) == drawn(PROPOSAL)


def test_many_are_counted() -> None:
    crowd = {f"U{n}": frozenset({0}) for n in range(30)}
    assert "and 18 others" in drawn(replace(POLL, marks=crowd)).text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.QUICKER, "<@U0BOB> was a moment quicker"),
        (Outcome.ON_ITS_WAY, "on its way already"),
        (Outcome.GONE, "has been taken meanwhile"),
        (Outcome.SAID, "<@U0ALICE> has been told"),
        (Outcome.NOTHING, "Nobody has marked"),
        (Outcome.OVER, "have run out"),
    ],
)
def test_every_answer_is_a_sentence(outcome: Outcome, said: str) -> None:
    state = State.OVER if outcome is Outcome.OVER else State.BOOKED
    proposal = replace(PROPOSAL, state=state, taking=TAKING)
    assert said in allowed(proposals.answer(Answered(outcome, proposal, 0))).text


def test_who_proposed_is_told() -> None:
    none = allowed(proposals.told_none_fits(PROPOSAL, "U0BOB"))
    same_as_golden("proposal_none_fits", none)
    assert labels(none) == ["Propose others", "Take back"]
    for state, said in ((State.WITHDRAWN, "are free again"), (State.BOOKED, "nothing to take")):
        assert said in allowed(proposals.withdrawn(replace(PROPOSAL, state=state))).text
    assert "was not booked" in allowed(proposals.told_found_out(PROPOSAL)).text
    booked = replace(PROPOSAL, state=State.BOOKED, taking=TAKING)
    assert "is booked: " in allowed(proposals.told_found_out(booked)).text


def test_the_form() -> None:
    view = allowed_view(propose.modal(DRAFT))
    same_as_golden("propose", view)
    assert labels(view) == ["Later"]
    later = replace(DRAFT, form=replace(FORM, day=READING.today + timedelta(days=9)))
    shown = allowed_view(propose.modal(later))
    assert labels(shown) == ["Earlier", "Later"]
    (times,) = [e for e in elements(shown) if e["type"] == "multi_static_select"]
    assert [option["value"] for option in times["initial_options"]] == [STARTS[0].isoformat()]
    assert times["option_groups"][0]["label"]["text"] == "Chosen"


def test_the_form_while_something_is_missing() -> None:
    for view in (propose.loading(FORM), propose.busy(FORM)):
        assert elements(allowed_view(view)) == []
    unknown = replace(DRAFT, slots=None, problem=Problem("Cal.com is not answering."))
    assert "could not be looked up" in texts(allowed_view(propose.modal(unknown)))
    closed = replace(DRAFT, slots=(), form=replace(FORM, starts=()))
    assert "Nothing is open" in texts(allowed_view(propose.modal(closed)))
    unchosen = replace(DRAFT, offer=replace(OFFER, chosen=None))
    assert [e["action_id"] for e in elements(allowed_view(propose.modal(unchosen)))] == [
        ids.PROPOSE_TYPE
    ]
    nothing = replace(DRAFT, offer=offer())
    assert "nothing to propose" in texts(allowed_view(propose.modal(nothing)))


def test_what_came_of_it() -> None:
    same_as_golden("proposed", allowed_view(propose.proposed(PROPOSAL)))
    unheld = replace(PROPOSAL, named=(), choices=(Choice(STARTS[0]),))
    said = texts(allowed_view(propose.proposed(unheld)))
    assert "Proposed in <#C1>" in said
    assert "does not let me hold" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PlaceUnknown("lost"), "did not say"),
        (PlaceBusy("busy"), "try again"),
        (PlaceUnreachable(NO_GROUPS), "mpim:write"),
        (PlaceUnreachable("not_in_channel"), "<#C1>"),
    ],
)
def test_why_it_was_not_posted(error: Any, said: str) -> None:
    assert said in propose.not_posted(Proposed(PROPOSAL, error))


@calmly
@given(title=nasty, note=nasty, name=nasty, marks=st.integers(0, 40))
def test_whatever_people_wrote_stays_text(title: str, note: str, name: str, marks: int) -> None:
    proposal = replace(
        POLL,
        thing=Thing(7, title, 30),
        note=note,
        marks={f"U{n}": frozenset({n % 3}) for n in range(marks)},
    )
    for state in State:
        message = drawn(replace(proposal, state=state, taking=replace(TAKING, name=name)))
        assert "<!channel" not in marked(message)
        assert "<https" not in marked(message)
    types = tuple(event_type(n, title=title or "x") for n in range(1, 4))
    form = replace(FORM, note=note)
    draft = propose.Draft(form, replace(offer(*types), chosen=types[0]), READING, SLOTS)
    allowed_view(propose.modal(draft))


def test_many_event_types_and_times_fit_slacks_limits() -> None:
    types = tuple(event_type(n) for n in range(1, 300))
    slots = tuple(Slot(NOW + timedelta(minutes=5 * n)) for n in range(4000))
    draft = propose.Draft(FORM, replace(offer(*types), chosen=types[0]), READING, slots)
    view = allowed_view(propose.modal(draft))
    assert elements(view)[0]["type"] == "external_select"
    assert ids.PROPOSE_TYPE in str(view)
