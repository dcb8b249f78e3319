"""Answers to an event type's own questions: every kind, and that nothing is misread."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import answers
from bot.domain.answers import DIGEST, MISSING, NOT_AN_OPTION, Raw, read, token
from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import Kind, Question

LONG = "A very long option that goes on and on until it does not fit into a menu any more, "
OPTIONS = ("Sales", "Support", "Sales", LONG + "one", LONG + "two", "", DIGEST + "x")
PHONE = "+33612345678"
CHOICES = (Kind.SELECT, Kind.RADIO, Kind.MULTISELECT, Kind.CHECKBOX)
SEVERAL = (Kind.MULTISELECT, Kind.CHECKBOX)
VALID: dict[Kind, Raw] = {
    Kind.NUMBER: "1",
    Kind.PHONE: PHONE,
    Kind.URL: "https://example.com",
    Kind.EMAIL: "ann@example.com",
    Kind.MULTIEMAIL: "ann@example.com",
    Kind.BOOLEAN: "yes",
    **dict.fromkeys(CHOICES, "Sales"),
}


def question(kind: Kind, **more: Any) -> Question:
    offered = OPTIONS if kind in CHOICES else ()
    return Question("asked", kind, **({"options": offered} | more))


def refused(of: Question, raw: Raw) -> InvalidAnswer:
    with pytest.raises(InvalidAnswer) as caught:
        read(of, raw)
    assert caught.value.field == "asked"
    return caught.value


@pytest.mark.parametrize(
    ("kind", "raw", "answer"),
    [
        (Kind.TEXT, "  ACME  ", "ACME"),
        (Kind.TEXT, ("a", "b"), "a, b"),
        (Kind.TEXTAREA, "one\n two\n", "one\n two"),
        (Kind.ADDRESS, "1 High Street\nLondon", "1 High Street\nLondon"),
        (Kind.UNKNOWN, "whatever", "whatever"),
        (Kind.NUMBER, "12", 12),
        (Kind.NUMBER, "0", 0),
        (Kind.NUMBER, "-0", 0),
        (Kind.NUMBER, "007", 7),
        (Kind.NUMBER, "+3", 3),
        (Kind.NUMBER, "\u22124", -4),
        (Kind.NUMBER, "5.00", 5),
        (Kind.NUMBER, "1.5", 1.5),
        (Kind.NUMBER, "1,5", 1.5),
        (Kind.NUMBER, ".5", 0.5),
        (Kind.NUMBER, "1.125", 1.125),
        (Kind.NUMBER, "0,125", 0.125),
        (Kind.NUMBER, "1234,567", 1234.567),
        (Kind.NUMBER, "1 234,5", 1234.5),
        (Kind.NUMBER, "-1\u202f234\u00a0567", -1234567),
        (Kind.NUMBER, "1'234.50", 1234.5),
        (Kind.NUMBER, "1,234.5", 1234.5),
        (Kind.NUMBER, "1.234,5", 1234.5),
        (Kind.NUMBER, "1,234,567", 1234567),
        (Kind.NUMBER, "1.234.567", 1234567),
        (Kind.PHONE, PHONE, PHONE),
        (Kind.PHONE, "+33 6 12-34.56 78", PHONE),
        (Kind.PHONE, "0033 (0)6 12 34 56 78", PHONE),
        (Kind.PHONE, "\u202a+33\u00a06\u201112 34 56 78\u202c", PHONE),
        (Kind.PHONE, "+1 (212) 555-0100", "+12125550100"),
        (Kind.URL, "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        (Kind.URL, "HTTP://Example.com", "HTTP://Example.com"),
        (Kind.URL, "example.com", "https://example.com"),
        (Kind.URL, "www.example.co.uk:8080/a", "https://www.example.co.uk:8080/a"),
        (Kind.URL, "http://localhost:3000/", "http://localhost:3000/"),
        (Kind.URL, "http://[::1]/", "http://[::1]/"),
        (Kind.URL, "münchen.example", "https://münchen.example"),
        (Kind.EMAIL, " ann@example.com ", "ann@example.com"),
        (Kind.MULTIEMAIL, "a@b.co, c@d.co;e@f.co\ng@h.co a@b.co", ["a@b.co", "c@d.co", "e@f.co"]),
        (Kind.BOOLEAN, "yes", True),
        (Kind.BOOLEAN, "no", False),
        (Kind.SELECT, "Sales", "Sales"),
        (Kind.RADIO, token(LONG + "two"), LONG + "two"),
        (Kind.SELECT, ("Support",), "Support"),
        (Kind.SELECT, LONG + "one", LONG + "one"),
        (Kind.SELECT, token(DIGEST + "x"), DIGEST + "x"),
        (Kind.MULTISELECT, ("Support", token(LONG + "one")), ["Support", LONG + "one"]),
        (Kind.CHECKBOX, ("Sales", "Sales"), ["Sales"]),
        (Kind.CHECKBOX, "Sales", ["Sales"]),
    ],
)
def test_what_is_answered(kind: Kind, raw: Raw, answer: Any) -> None:
    found = read(question(kind), raw)
    expected = [*answer, "g@h.co"] if kind is Kind.MULTIEMAIL else answer
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("raw", ["", " \n", (), ("", " ")])
def test_nothing_is_answered(kind: Kind, raw: Raw) -> None:
    assert read(question(kind), raw) is None
    assert refused(question(kind, required=True), raw).reason == MISSING
    assert answers.read_all([question(kind)], {"asked": raw}) == {}


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        *((Kind.NUMBER, raw, "a number in digits") for raw in ("x", "-", ".", "1.", "nan", "inf")),
        *((Kind.NUMBER, raw, "a number in digits") for raw in ("1e5", "1e999999", "0x1", "1_000")),
        *((Kind.NUMBER, raw, "a number in digits") for raw in ("12 34", "1,2,3", "1.2.3", "٣")),
        *((Kind.NUMBER, raw, "a number in digits") for raw in ("--1", "0,123,456", "12,34.5")),
        (Kind.NUMBER, "1,234", "Is this 1234 or 1.234?"),
        (Kind.NUMBER, "-12,345", "Is this 12345 or 12.345?"),
        (Kind.NUMBER, "9" * 16, "too many digits"),
        (Kind.NUMBER, "0." + "1" * 16, "too many digits"),
        (Kind.NUMBER, "9" * 5000, "too many digits"),
        (Kind.PHONE, "06 12 34 56 78", "country code is missing"),
        (Kind.PHONE, "33612345678", "country code is missing"),
        *((Kind.PHONE, raw, "not a phone number") for raw in ("x", "+", "+33 6", "+0612345678")),
        *(
            (Kind.PHONE, raw, "not a phone number")
            for raw in ("+1234567890123456", "12", "+٣٣٦١٢٣")
        ),
        *(
            (Kind.URL, raw, "not a web address")
            for raw in ("x", "ann@example.com", "1.5", "http://")
        ),
        *((Kind.URL, raw, "not a web address") for raw in ("ftp://example.com", "https://a b.com")),
        *((Kind.URL, raw, "not a web address") for raw in ("javascript:alert(1)", "http://a:x/")),
        *(
            (Kind.URL, raw, "not a web address")
            for raw in ("http://[", "http://-", "http://a\nb.c")
        ),
        (Kind.EMAIL, "ann", "Not an e-mail address: ann"),
        (Kind.EMAIL, "a@b.co, c@d.co", "Only one e-mail address"),
        (Kind.MULTIEMAIL, "a@b.co, bob", "Not an e-mail address: bob"),
        (Kind.MULTIEMAIL, " , ;", "Not an e-mail address: , ;"),
        (Kind.MULTIEMAIL, "x" * 3000, "Not an e-mail address: " + "x" * 60),
        (Kind.BOOLEAN, "maybe", NOT_AN_OPTION),
        *((kind, "Nope", NOT_AN_OPTION) for kind in CHOICES),
        *((kind, LONG, NOT_AN_OPTION) for kind in CHOICES),
        *((kind, ("Sales", "Nope"), NOT_AN_OPTION) for kind in CHOICES),
        (Kind.SELECT, ("Sales", "Support"), "Only one choice"),
        (Kind.RADIO, ("Sales", "Support"), "Only one choice"),
    ],
)
def test_what_will_not_do(kind: Kind, raw: Raw, said: str) -> None:
    error = refused(question(kind), raw)
    assert said in error.reason
    assert len(error.reason) <= 150


@pytest.mark.parametrize("kind", CHOICES)
def test_the_choices_are_told(kind: Kind) -> None:
    once = ("Sales", "Support", LONG + "one", LONG + "two", DIGEST + "x")
    assert refused(question(kind), "Nope").allowed == once
    assert refused(question(kind, required=True), "").allowed == once


@pytest.mark.parametrize("kind", CHOICES)
def test_a_choice_without_options_is_text(kind: Kind) -> None:
    answer = ["typed"] if kind in SEVERAL else "typed"
    assert read(question(kind, options=()), " typed ") == answer


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.TEXTAREA, Kind.ADDRESS, Kind.UNKNOWN])
def test_text_has_the_length_that_is_wanted(kind: Kind) -> None:
    of = question(kind, shortest=3, longest=5)
    assert read(of, " abc ") == "abc"
    assert read(of, "abcde") == "abcde"
    assert refused(of, " ab ").reason == "This is too short: 2 of at least 3 characters."
    assert refused(of, "abcdef").reason == "This is too long: 6 of at most 5 characters."
    assert read(of, "") is None


def test_a_required_box_has_to_be_ticked() -> None:
    """Cal.com takes a No for an answer that is missing."""
    of = question(Kind.BOOLEAN, required=True)
    assert read(of, "yes") is True
    assert refused(of, "no").reason == answers.ONLY_YES


def test_all_complaints_at_once_and_only_about_what_is_asked() -> None:
    asked = [
        Question("company", Kind.TEXT, required=True),
        Question("phone", Kind.PHONE),
        Question("size", Kind.NUMBER),
        Question("why", Kind.TEXT),
    ]
    raws: dict[str, Raw] = {"phone": "x", "size": "7", "gone": ("what", "ever")}
    assert list(answers.complaints(asked, raws)) == ["company", "phone"]
    with pytest.raises(InvalidAnswer) as first:
        answers.read_all(asked, raws)
    assert first.value.field == "company"
    good = raws | {"company": "ACME", "phone": PHONE}
    assert answers.complaints(asked, good) == {}
    assert answers.read_all(asked, good) == {"company": "ACME", "phone": PHONE, "size": 7}


@pytest.mark.parametrize(
    ("many", "most", "sizes"),
    [
        (0, 5, []),
        (1, 5, [1]),
        (5, 5, [5]),
        (6, 5, [3, 3]),
        (7, 3, [3, 2, 2]),
        (30, 8, [8, 8, 7, 7]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_screens(many: int, most: int, sizes: list[int]) -> None:
    asked = [Question(f"q{number}", Kind.TEXT) for number in range(many)]
    screens = answers.screens(asked, most)
    assert [len(screen) for screen in screens] == sizes
    assert [each for screen in screens for each in screen] == asked


raws = st.one_of(
    st.text(max_size=100),
    st.text(alphabet="0123456789+-., '()\u00a0\u2212eE", max_size=30),
    st.text(alphabet="htps:/.@[]?#a1-_%\n", max_size=30),
    st.sampled_from([*OPTIONS, *map(token, OPTIONS), *map(str, VALID.values())]),
    st.lists(st.one_of(st.text(max_size=10), st.sampled_from(OPTIONS)), max_size=4).map(tuple),
)
asked = st.builds(
    Question,
    slug=st.just("asked"),
    kind=st.sampled_from(Kind),
    required=st.booleans(),
    options=st.lists(st.one_of(st.text(max_size=90), st.sampled_from(OPTIONS))).map(tuple),
    shortest=st.integers(0, 5),
    longest=st.integers(0, 50),
)


@given(of=asked, raw=raws)
def test_whatever_is_held_is_read_or_refused(of: Question, raw: Raw) -> None:
    wrong = answers.complaints([of], {"asked": raw})
    if wrong:
        assert refused(of, raw).reason == wrong["asked"]
        return
    answer = read(of, raw)
    assert answers.read_all([of], {"asked": raw}) == ({} if answer is None else {"asked": answer})
    assert answer is not None or not of.required
    json.dumps(answer, allow_nan=False)


@given(options=st.lists(st.one_of(st.text(), st.text().map((LONG + "{}").format)), unique=True))
def test_tokens_are_short_and_stand_for_one_option(options: list[str]) -> None:
    tokens = [token(option) for option in options]
    assert len(set(tokens)) == len(options)
    assert all(len(each) <= 75 for each in tokens)
    of = question(Kind.MULTISELECT, options=tuple(options))
    held = tuple(token(option) for option in options if option.strip())
    assert (read(of, held) or []) == [option for option in options if option.strip()]


def test_an_option_that_cannot_be_sent_has_a_token_that_can() -> None:
    assert token("\ud83d").encode()
    assert token("x" * 75) == "x" * 75
    assert token("x" * 76).startswith(DIGEST)
    assert token(token("x" * 76)) != token("x" * 76)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    )
)
def test_a_number_is_read_as_it_is_written(number: Decimal) -> None:
    found = read(question(Kind.NUMBER), f"{number:f}")
    assert Decimal(repr(found)) == number
    assert isinstance(found, int) == (number == number.to_integral_value())
    assert math.isfinite(found)
    grouped = f"{number:,f}"
    assert read(question(Kind.NUMBER), grouped) == found
    assert read(question(Kind.NUMBER), grouped.replace(",", " ").replace(".", ",")) == found


@given(digits=st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True), data=st.data())
def test_a_phone_number_may_be_written_with_anything_between(
    digits: str, data: st.DataObject
) -> None:
    between = st.sampled_from(["", " ", "-", ".", "\u00a0", "/"])
    written = "".join(digit + data.draw(between) for digit in digits)
    for begin in ("+", "00"):
        assert read(question(Kind.PHONE), begin + written) == f"+{digits}"
    if not digits.startswith("00"):
        assert "country" in refused(question(Kind.PHONE), written).reason


@given(st.from_regex(r"([a-z][a-z0-9]{0,9}\.){1,3}[a-z]{2,6}(/[a-z0-9%?=&#]*)?", fullmatch=True))
def test_a_web_address_is_kept_or_completed(address: str) -> None:
    assert read(question(Kind.URL), address) == f"https://{address}"
    for whole in (f"http://{address}", f"https://{address}"):
        assert read(question(Kind.URL), whole) == whole


@pytest.mark.parametrize("kind", VALID)
def test_the_samples_are_valid(kind: Kind) -> None:
    assert read(question(kind, required=True), VALID[kind]) is not None
