"""The answers to an event type's own questions: from what a form holds to what the API wants.

A form holds text, an option's token, several tokens, or `yes` and `no`; it is kept as it is, so
that a draft can be drawn again, and read only when it is checked or booked.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any, Final
from urllib.parse import urlsplit

from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import Kind, Question
from bot.domain.wording import N_, _

Raw = str | tuple[str, ...]
"""What a form holds for one question; empty where nothing was answered."""

YES: Final = "yes"
NO: Final = "no"
LONGEST_TOKEN: Final = 75
DIGEST: Final = "sha256:"  # how a token begins that is no option itself

MISSING: Final = N_("This has to be filled in.")
NOT_AN_OPTION: Final = N_("This is not one of the choices.")
ONLY_YES: Final = N_("It can only be booked with a Yes here.")
_NO_NUMBER: Final = N_("Write a number in digits, like 12 or 1.5.")
_LONG_NUMBER: Final = N_("This number has too many digits: 15 at most.")
_NO_PHONE: Final = N_(
    "This is not a phone number: write it with its country code, like +33 6 12 34 56 78."
)
_NO_COUNTRY: Final = N_(
    "The country code is missing: begin with a + and the country's, like +33 6 12 34 56 78."
)
_NO_ADDRESS: Final = N_("This is not a web address: write it like https://example.com.")

_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_BETWEEN: Final = re.compile(r"[\s,;]+")  # what parts several addresses
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_NO_SCHEME: Final = re.compile(rf"(?:{_LABEL}\.)+[^\W\d_][\w-]+(?::[0-9]+)?(?:[/?#].*)?")
_NUMBER: Final = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]+))?")
_GROUPS: Final = (
    (re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+([.,][0-9]+)?"), " "),
    (re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]+|[1-9][0-9]{0,2}(,[0-9]{3}){2,}"), ","),
    (re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3}){2,}"), "."),
)
"""How thousands are set apart where no doubt is left, and by what."""


def token(option: str) -> str:
    """What stands for an option in a menu, at most 75 characters: itself, or a digest of it."""
    if len(option) <= LONGEST_TOKEN and not option.startswith(DIGEST) and _can_be_sent(option):
        return option
    return DIGEST + sha256(option.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def options(question: Question) -> tuple[str, ...]:
    """What can be chosen, each once."""
    return tuple(dict.fromkeys(option for option in question.options if option.strip()))


def read(question: Question, raw: Raw) -> Any:
    """The answer as the API types it, None where nothing was answered.

    Raises:
        InvalidAnswer: It is required and missing, or not of its kind.
    """
    if not _parts(raw):
        if question.required:
            raise InvalidAnswer(question.slug, MISSING, options(question))
        return None
    return _READERS.get(question.kind, _text)(question, raw)


def complaints(questions: Sequence[Question], raws: Mapping[str, Raw]) -> dict[str, str]:
    """What is wrong with the answers, by slug; what is held for other slugs does not matter."""
    wrong: dict[str, str] = {}
    for question in questions:
        try:
            read(question, raws.get(question.slug, ""))
        except InvalidAnswer as error:
            wrong[question.slug] = error.reason
    return wrong


def read_all(questions: Sequence[Question], raws: Mapping[str, Raw]) -> dict[str, Any]:
    """The answers by slug, without the questions that were left open.

    Raises:
        InvalidAnswer: The first of them that will not do.
    """
    answers = {q.slug: read(q, raws.get(q.slug, "")) for q in questions}
    return {slug: answer for slug, answer in answers.items() if answer is not None}


def screens(questions: Sequence[Question], most: int) -> tuple[tuple[Question, ...], ...]:
    """The questions in order, at most `most` (1 or more) a screen, the screens evenly filled."""
    if not questions:
        return ()
    many = -(-len(questions) // most)
    size, more = divmod(len(questions), many)
    ends = accumulate([size + (number < more) for number in range(many)], initial=0)
    return tuple(tuple(questions[start:end]) for start, end in pairwise(ends))


def _can_be_sent(text: str) -> bool:
    """Whether it survives JSON on the way: half a surrogate does not."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _parts(raw: Raw) -> list[str]:
    """What was typed or chosen, one by one, without what is blank."""
    parts = [raw] if isinstance(raw, str) else raw
    return [part.strip() for part in parts if part.strip()]


def _line(raw: Raw) -> str:
    return ", ".join(_parts(raw))


def _text(question: Question, raw: Raw) -> str:
    text = _line(raw)
    if len(text) < question.shortest:
        reason = _("This is too short: {count} of at least {shortest} characters.").format(
            count=len(text), shortest=question.shortest
        )
        raise InvalidAnswer(question.slug, reason)
    if 0 < question.longest < len(text):
        reason = _("This is too long: {count} of at most {longest} characters.").format(
            count=len(text), longest=question.longest
        )
        raise InvalidAnswer(question.slug, reason)
    return text


def _number(question: Question, raw: Raw) -> int | float:
    text = " ".join(_line(raw).split()).replace("\u2212", "-").replace("\u2019", "'")
    sign, digits = (text[0], text[1:].lstrip()) if text[0] in "+-" else ("", text)
    found = _NUMBER.fullmatch(_pointed(question, digits))
    if not found or not (found["whole"] or found["part"]):
        raise InvalidAnswer(question.slug, _NO_NUMBER)
    whole, part = found["whole"].lstrip("0"), (found["part"] or "").rstrip("0")
    if len(whole) + len(part) > 15:  # what a double holds without rounding
        raise InvalidAnswer(question.slug, _LONG_NUMBER)
    number = Decimal(f"{'-' if sign == '-' else ''}{whole or 0}.{part or 0}")
    return float(number) if part else int(number)


def _pointed(question: Question, digits: str) -> str:
    """A number without what sets thousands apart, and with a decimal point."""
    digits = digits.replace("'", " ")
    for grouped, mark in _GROUPS:
        if grouped.fullmatch(digits):
            return digits.replace(mark, "").replace(",", ".")
    if re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", digits):
        whole, part = digits.split(",")
        reason = _(
            "Is this {whole}{part} or {whole}.{part}? Write it in one of these ways."
        ).format(whole=whole, part=part)
        raise InvalidAnswer(question.slug, reason)
    return digits.replace(",", ".")


def _phone(question: Question, raw: Raw) -> str:
    text = "".join(char for char in _line(raw) if unicodedata.category(char) != "Cf")
    if text.startswith(("+", "00")):
        text = text.replace("(0)", "", 1)  # dialled only within the country
    number = "".join(char for char in text if not _sets_apart(char))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if _E164.fullmatch(number):
        return number
    lacks_country = re.fullmatch(r"[0-9]{4,15}", number)
    raise InvalidAnswer(question.slug, _NO_COUNTRY if lacks_country else _NO_PHONE)


def _sets_apart(char: str) -> bool:
    return char.isspace() or char in "./()[]" or unicodedata.category(char) == "Pd"


def _url(question: Question, raw: Raw) -> str:
    text = _line(raw)
    if _NO_SCHEME.fullmatch(text):
        text = f"https://{text}"
    if not _SCHEME.match(text) or not text.isprintable() or " " in text or not _has_host(text):
        raise InvalidAnswer(question.slug, _NO_ADDRESS)
    return text


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return bool(_HOST.fullmatch(f"[{host}]" if ":" in host else host))


def _email(question: Question, raw: Raw) -> str:
    (address, *others) = _addresses(question, _line(raw))
    if others:
        raise InvalidAnswer(question.slug, _("Only one e-mail address fits here."))
    return address


def _emails(question: Question, raw: Raw) -> list[str]:
    return _addresses(question, _line(raw))


def _addresses(question: Question, text: str) -> list[str]:
    """The addresses in a text, each once."""
    found = list(dict.fromkeys(part for part in _BETWEEN.split(text) if part))
    if bad := [one for one in found or [text] if not _EMAIL.fullmatch(one)]:
        raise InvalidAnswer(
            question.slug, _("Not an e-mail address: {bad}").format(bad=bad[0][:60])
        )
    return found


def _boolean(question: Question, raw: Raw) -> bool:
    said = _line(raw).casefold()
    if said not in {YES, NO}:
        raise InvalidAnswer(question.slug, NOT_AN_OPTION, (_("Yes"), _("No")))
    if said == NO and question.required:  # Cal.com takes it for a consent that was not given
        raise InvalidAnswer(question.slug, ONLY_YES, (_("Yes"),))
    return said == YES


def _chosen(question: Question, raw: Raw) -> list[str]:
    """The options whose tokens these are; where a question has none, what was typed."""
    parts = [raw] if isinstance(raw, str) else list(raw)
    offered = {token(option): option for option in options(question)}
    if not offered:
        return [_text(question, raw)]
    known = {option.strip(): option for option in offered.values()} | offered
    chosen = [known.get(part, known.get(part.strip(), "")) for part in parts if part.strip()]
    if not all(chosen):
        raise InvalidAnswer(question.slug, NOT_AN_OPTION, tuple(offered.values()))
    return list(dict.fromkeys(chosen))


def _one(question: Question, raw: Raw) -> str:
    (first, *others) = _chosen(question, raw)
    if others:
        raise InvalidAnswer(question.slug, _("Only one choice fits here."), options(question))
    return first


_READERS: Final[dict[Kind, Callable[[Question, Raw], Any]]] = {
    Kind.NUMBER: _number,
    Kind.PHONE: _phone,
    Kind.URL: _url,
    Kind.EMAIL: _email,
    Kind.MULTIEMAIL: _emails,
    Kind.BOOLEAN: _boolean,
    Kind.SELECT: _one,
    Kind.RADIO: _one,
    Kind.MULTISELECT: _chosen,
    Kind.CHECKBOX: _chosen,
}
"""How each kind is read; every other one is text."""
