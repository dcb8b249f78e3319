"""The words people read, in the language of whoever reads them.

A text is written in English where it is used, whole sentences at a time, and marked: `_("Book")`,
`_("{count} of {many}").format(...)` (never an f-string: the catalogue could not know it). What is
said only later, a constant for example, is marked by `N_` and goes through `_` when it is said.
In which language is said once, around the work for one reader (`speaking`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Final

ENGLISH: Final = NullTranslations()

_spoken: Final[ContextVar[NullTranslations]] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: NullTranslations) -> Iterator[None]:
    """Whatever is said within is said in this language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def _(text: str) -> str:
    """The text in the language that is spoken."""
    return _spoken.get().gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The form that fits the count, with `{count}` filled in."""
    return _spoken.get().ngettext(one, many, count).format(count=count)


def N_(text: str) -> str:  # noqa: N802 - gettext's name for it
    """The text as it is; marked for the catalogue."""
    return text
