"""The list of event types."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.event_types import Recurrence
from bot.slack.forms import Pick
from bot.slack.views.types import one_type, types_page
from tests.slack.views.drawing import (
    NASTY,
    allowed,
    calmly,
    elements,
    event_type,
    labels,
    marked,
    nasty,
    offer,
    pressed,
    same_as_golden,
    texts,
)

SEVERAL = (
    event_type(1, title="Intro", description="A first *talk* <script>\nsecond line"),
    event_type(2, title="Any length", length=30, lengths=(15, 30, 60), needs_confirmation=True),
    event_type(3, title="Class", seats=6, recurrence=Recurrence(1, 4, "weekly"), hidden=True),
    event_type(
        4, title="Paid", price=2000, currency="eur", recurrence=Recurrence(2, 3, "monthly"), url=""
    ),
)


def test_a_short_list_looks_like_this() -> None:
    message = allowed(types_page(offer(*SEVERAL), 0, "/cal"))
    same_as_golden("types", message)


def test_traits_are_told() -> None:
    said = texts(types_page(offer(*SEVERAL), 0, "/cal"))
    assert "15 min, 30 min or 1 h · needs confirmation" in said
    assert "6 seats · every week, 4 times · hidden" in said
    assert "every 2 months, 3 times · EUR 20.00" in said


def test_the_buttons_carry_the_event_type_and_whose_it_is() -> None:
    message = types_page(offer(event_type(7), owner="bob", whose="Bob"), 0, "/cal")
    assert Pick.decode(pressed(message, "Slots")["value"]) == Pick(7, "bob")
    assert Pick.decode(pressed(message, "Book")["value"]) == Pick(7, "bob")
    assert "Event types of Bob" in texts(message)


def test_three_hundred_are_paged_to_the_end_and_back() -> None:
    many = offer(*(event_type(n) for n in range(1, 301)))
    page, seen = 0, []
    while True:
        message = allowed(types_page(many, page, "/cal"))
        seen += [Pick.decode(e["value"]).event_type_id for e in elements(message)[:-2:3]]
        assert f"Page {page + 1} of 38" in message.text
        if "Next page" not in labels(message):
            break
        page, _, owner = pressed(message, "Next page")["value"].partition("|")
        page = int(page)
        assert owner == ""
    assert page == 37
    assert set(range(1, 297)) <= set(seen)
    assert pressed(message, "Previous page")["value"] == "36|"


def test_a_page_that_is_not_there_shows_the_nearest() -> None:
    many = offer(*(event_type(n) for n in range(20)))
    assert "Page 3 of 3" in types_page(many, 99, "/cal").text
    assert "Page 1 of 3" in types_page(many, -5, "/cal").text


def test_nothing_to_book_says_what_to_do() -> None:
    assert "Make one in Cal.com" in allowed(types_page(offer(), 0, "/cal")).text
    theirs = allowed(types_page(offer(owner="nobody"), 0, "/cal"))
    assert "nothing to book with nobody" in theirs.text
    assert "booking link" in theirs.text


def test_markup_in_a_title_stays_text() -> None:
    message = allowed(types_page(offer(event_type(title=NASTY, description=NASTY)), 0, "/cal"))
    assert "<!channel>" not in marked(message)
    assert "<https://evil" not in texts(message)


def test_an_address_that_would_break_the_link_is_left_out() -> None:
    for url in ("javascript:alert(1)", "https://x.example/>|boo", "https://x.example/a b"):
        assert "<" not in texts(one_type(offer(), event_type(url=url)))


@calmly
@given(
    st.lists(st.tuples(nasty, nasty, nasty), min_size=1, max_size=9),
    st.text(max_size=60),
    nasty,
)
def test_whatever_is_in_it_slack_takes_the_list(
    rows: list[tuple[str, str, str]], owner: str, whose: str
) -> None:
    types = [
        event_type(n, title=title, description=description, url=f"https://x.example/{tail}")
        for n, (title, description, tail) in enumerate(rows)
    ]
    allowed(types_page(offer(*types, owner=owner, whose=whose), 0, "/cal"))
    allowed(one_type(offer(*types, owner=owner, whose=whose), types[0]))
