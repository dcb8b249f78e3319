"""Text from outside: what is left of it, and what Slack makes of it."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import NOTHING, date, escape, inline, mrkdwn_lines, paragraph, plain, shorten

FAMILY = "👩‍👩‍👧‍👦"


def test_escape_knows_only_three() -> None:
    assert escape("<!channel> & <https://x|y> 'a\"") == (
        "&lt;!channel&gt; &amp; &lt;https://x|y&gt; 'a\""
    )


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("*x*", "∗x∗"),
        ("_x_", "ˍxˍ"),
        ("a_b@example.com", "a_b@example.com"),
        ("~x~ `y`", "∼x∼ ˋyˋ"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("a\nb\r\n\n\n> c", "a b &gt; c"),
        ("", NOTHING),
        ("\u200b\u200b\u202e", NOTHING),
        ("\u3164\u3164", NOTHING),
    ],
)
def test_inline_stays_text(given_text: str, shown: str) -> None:
    assert inline(given_text) == shown


@pytest.mark.parametrize(
    ("given_text", "limit", "shown"),
    [
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("ab" + FAMILY, 6, "ab…"),
        (FAMILY, 3, "…"),
        ("🇩🇪🇫🇷🇪🇸", 4, "🇩🇪…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("नमस्ते", 6, "नमस्ते"),
        ("नमस्ते", 5, "नमस्…"),
        ("hello world", 7, "hello…"),
    ],
)
def test_shortening_parts_no_letter(given_text: str, limit: int, shown: str) -> None:
    assert shorten(given_text, limit) == shown


def test_what_cannot_be_seen_is_dropped() -> None:
    assert plain("A\u200bli\u2066ce \ud800 \x00B\u00adob", 50) == "Alice Bob"
    assert plain("x" + "\u0301" * 99, 50) == unicodedata.normalize(
        "NFC", "x\u0301\u0301\u0301\u0301"
    )
    assert plain("می‌خواهم", 50) == "می‌خواهم"
    assert plain(FAMILY, 50) == FAMILY


def test_paragraphs_keep_their_lines() -> None:
    assert paragraph("a\r\nb\n\n\n\n\nc  d\t\n", 50) == "a\nb\n\nc d"


@given(st.text(max_size=80), st.integers(1, 40))
def test_plain_always_fits_and_is_never_empty(text: str, limit: int) -> None:
    for shown in (plain(text, limit), paragraph(text, limit)):
        assert 1 <= len(shown) <= limit
        shown.encode()


@given(st.text(alphabet="*_~`<>&ab \n", max_size=40))
def test_inline_never_formats(text: str) -> None:
    shown = inline(text, 100)
    assert not set("*~`<>\n") & set(shown)
    assert all(
        shown[at - 1].isalnum() and shown[at + 1].isalnum()
        for at, char in enumerate(shown)
        if char == "_"
    )


def test_lines_that_do_not_fit_are_counted() -> None:
    lines = [f"line {n}" for n in range(1000)]
    joined = mrkdwn_lines(lines, 100)
    assert len(joined) <= 100
    kept = joined.splitlines()
    assert kept[-1] == f"and {1000 - (len(kept) - 1)} more"
    assert mrkdwn_lines(lines[:2]) == "line 0\nline 1"
    assert mrkdwn_lines(["x" * 4000]) == "and 1 more"
    assert mrkdwn_lines([]) == NOTHING


def test_a_date_names_its_zone_where_it_is_not_drawn() -> None:
    moment = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
    assert date(moment, "9 Dec, 10:00 <Paris>|x") == (
        "<!date^1796806800^{date_long_pretty}, {time}|9 Dec, 10:00 &lt;Paris&gt;/x>"
    )
