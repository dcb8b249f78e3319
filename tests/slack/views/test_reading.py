"""Mrkdwn that several lists share."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import SECTION, escape
from bot.slack.views.reading import PIECE, WHOLE_TEXT, link, pieces, sections, whole
from tests.slack.views.drawing import calmly, nasty


@calmly
@given(nasty)
def test_pieces_are_short_and_lose_no_word(raw: str) -> None:
    cut = list(pieces(raw))
    assert all(0 < len(piece) <= PIECE for piece in cut)
    assert "".join("".join(cut).split()) == "".join(raw.split())


def test_pieces_are_cut_at_blanks() -> None:
    assert all(piece.endswith("word") for piece in map(str.rstrip, pieces("word " * 500)))


@calmly
@given(st.lists(nasty.map(lambda text: escape(text)[:SECTION]).filter(str.strip), max_size=30))
def test_sections_hold_every_line_in_order(lines: list[str]) -> None:
    packed = [block.to_dict()["text"]["text"] for block in sections(lines)]
    assert "\n".join(packed) == "\n".join(lines)
    assert all(len(text) <= SECTION for text in packed)


def test_a_link_needs_an_address_slack_can_show() -> None:
    assert link("https://cal.com/a?b=1&c=2", "A | <B>") == (
        "<https://cal.com/a?b=1&amp;c=2|A / &lt;B&gt;>"
    )
    for url in (
        "",
        "javascript:x",
        "https://x y",
        "https://x>y",
        "https://x|y",
        "https://" + "é" * 999,
    ):
        assert link(url, "A") == "A"


def test_text_is_whole_up_to_its_limit() -> None:
    assert whole(["a", "b"]) == "a\nb"
    assert len(whole(["a" * 20_000])) == WHOLE_TEXT
