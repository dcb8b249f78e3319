"""The words people read, in the language of whoever reads them.

A text is written in English where it is used, whole sentences at a time, and marked: `_("Book")`,
`_("{count} of {many}").format(...)` (never an f-string: the catalogue could not know it). What is
said only later, a constant for example, is marked by `N_` and goes through `_` when it is said.
In which language is said once, around the work for one reader (`speaking`, or `speak` for all that
is left of a task). `bot.locales` has the catalogues. A mark inside an f-string or inside another
mark is not found: it stands before them.

Where one English word stands for two things that other languages call differently, it is marked
together with what it is about: `pgettext("a booking", "Cancel")`, and `NP_` for a constant. A
blank, a comma or a word that is put before or behind a text belongs into the text.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any, Final

from babel import Locale


@dataclass(frozen=True, slots=True)
class Language:
    """Texts are in the `catalogue`; `locale` knows how dates are written. `tag` is a name such as
    `de` or `pt-BR`."""

    tag: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations, compare=False)
    locale: Locale = field(default_factory=lambda: Locale("en"), compare=False)


ENGLISH: Final = Language()
ABOUT: Final = "\x04"
"""Stands between a context and its text in a catalogue, as gettext has it."""

_spoken: Final[ContextVar[Language]] = ContextVar("spoken", default=ENGLISH)


def speak(language: Language) -> None:
    """Whatever this task says from now on is said in this language."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Whatever is said within is said in this language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def current() -> Language:
    """The language that is spoken."""
    return _spoken.get()


def _(text: str) -> str:
    """The text in the language that is spoken; what is in no catalogue stays as it is."""
    return _spoken.get().catalogue.gettext(text).rpartition(ABOUT)[2] if text else ""


def pgettext(context: str, text: str) -> str:
    """The same, where the text means another thing in another context."""
    return _(NP_(context, text))


def ngettext(one: str, many: str, count: int, **more: Any) -> str:
    """The form that fits the count, with `{count}` and whatever else there is filled in."""
    said = _spoken.get().catalogue.ngettext(one, many, count)
    return said.format(count=count, **more)


def N_(text: str) -> str:  # noqa: N802 - gettext's name for it
    """The text as it is; marked for the catalogue."""
    return text


def NP_(context: str, text: str) -> str:  # noqa: N802 - gettext's name for it
    """The text of a constant that means another thing in another context; `_` says it."""
    return f"{context}{ABOUT}{text}"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    comma = _(", ")
    return _("{some} and {last}").format(some=comma.join(items[:-1]), last=items[-1])


def either(items: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(items) < 2:
        return "".join(items)
    comma = _(", ")
    return _("{some} or {last}").format(some=comma.join(items[:-1]), last=items[-1])
