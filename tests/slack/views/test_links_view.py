"""What stands under a booking link, and the choice of telling a message's thread."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.services.unfurling import Linked
from bot.slack.bookform import BookForm
from bot.slack.forms import Pick
from bot.slack.views import invite, parts
from bot.slack.views.links import unfurl
from bot.slack.views.parts import Message
from tests.slack.views.drawing import (
    NASTY,
    NOW,
    allowed,
    allowed_view,
    calmly,
    event_type,
    marked,
    nasty,
    pressed,
    same_as_golden,
    texts,
)

LINKED = Linked(
    event_type(7, title="Intro", needs_confirmation=True),
    "alice",
    "Alice Martin",
    (NOW + timedelta(hours=2), NOW + timedelta(days=1)),
)


def shown(linked: Linked) -> Message:
    """An attachment has no text of its own: the message has one."""
    return Message("https://cal.com/alice/intro", unfurl(linked)["blocks"])


def test_it_looks_like_this() -> None:
    same_as_golden("link", allowed(shown(LINKED)))


def test_the_buttons_carry_the_event_type_and_whose_it_is() -> None:
    for label in ("Book", "Open times"):
        assert Pick.decode(pressed(shown(LINKED), label)["value"]) == Pick(7, "alice")


def test_without_a_time_it_says_so() -> None:
    linked = Linked(event_type(7), "alice", "", ())
    assert "Nothing is open at the moment." in texts(shown(linked))
    assert "with Alice Martin" in texts(shown(linked))


def test_markup_stays_text() -> None:
    drawn = shown(Linked(event_type(title=NASTY, owner_name=NASTY), NASTY, NASTY, ()))
    assert "<!channel>" not in marked(drawn)


@calmly
@given(nasty, nasty, st.lists(st.integers(0, 10**6), max_size=4))
def test_whatever_is_in_it_slack_takes_it(title: str, whose: str, minutes: list[int]) -> None:
    times = tuple(NOW + timedelta(minutes=each) for each in minutes)
    allowed(shown(Linked(event_type(title=title), "alice", whose, times)))


def test_the_thread_is_told_unless_that_is_taken_away() -> None:
    form = BookForm("d", thread_channel="C1", thread="1.2", in_thread=True)
    view = allowed_view(parts.modal("Book a meeting", [invite.thread(form)], submit="Book"))
    same_as_golden("book_thread", view)
