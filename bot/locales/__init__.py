"""The languages: one catalogue each (`de.po`), as translators keep them; English needs none.

What is marked in the code (`bot.domain.wording`) and stands in no catalogue yet is put there by
`uv run python -m tests.locales`.
"""

from contextlib import suppress
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.wording import ENGLISH, Language

LONGEST: Final = 500
FOLDER: Final = Path(__file__).parent
TAGS: Final = ("de", "fr", "es", "pt-BR", "ja", "zh-CN")
NAMES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt-BR": "Português (Brasil)",
    "ja": "日本語",
    "zh-CN": "简体中文",
}
"""As those who speak them call them."""
_BY_SPEECH: Final = {"de": "de", "fr": "fr", "es": "es", "pt": "pt-BR", "ja": "ja"}


def language(locale: str) -> Language:
    """The language with this tag, or of somebody whom Slack knows by this locale (`de-DE`,
    `es-LA`); English where we do not have theirs."""
    speech, __, place = locale.partition("-")
    speech = speech.casefold()
    if speech == "zh":
        return _of("zh-CN") if place == "CN" else ENGLISH
    tag = _BY_SPEECH.get(speech)
    return _of(tag) if tag else ENGLISH


def of_browser(accepted: str) -> Language:
    """The first of the languages in an `Accept-Language` header that is spoken here.

    Source: RFC 9110, 12.5.4.
    """
    wishes = []
    for place, wish in enumerate(accepted[:LONGEST].split(",")):
        tag, _, weight = wish.strip().partition(";q=")
        with suppress(ValueError):
            wishes.append((-float(weight or 1), place, tag))
    for _, _, tag in sorted(wishes):
        speech = tag.partition("-")[0].casefold()
        found = language("zh-CN" if tag.casefold() in {"zh", "zh-hans", "zh-cn"} else tag)
        if found is not ENGLISH or speech == "en":
            return found
    return ENGLISH


def path(tag: str) -> Path:
    return FOLDER / f"{tag}.po"


@cache
def _of(tag: str) -> Language:
    locale = Locale.parse(tag, sep="-")
    with path(tag).open("rb") as file:
        catalogue = read_po(file, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(tag, GNUTranslations(compiled), locale)
