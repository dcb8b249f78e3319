"""The languages Cal.com writes to an attendee in."""

from typing import Final

from babel import Locale

from bot.domain.wording import current

LANGUAGES: Final = (
    *("ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "es-419"),
    *("et", "eu", "fi", "fr", "he", "hr", "hu", "id", "it", "ja", "km", "ko", "lv"),
    *("nl", "no", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sr", "sv", "ta", "th"),
    *("tr", "uk", "vi", "zh-CN", "zh-TW"),
)
"""What the server takes as an attendee's language (it refuses any other with a list).

It also takes `iw`, which is an older code of Hebrew.
"""
SCRIPTS: Final = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}
"""These are told apart by how they are written."""


def language(code: str) -> str:
    """The nearest of them to a locale such as `pt-BR` or `en-GB`; `en` where none is near."""
    base = code.partition("-")[0]
    return next((known for known in (code, base) if known in LANGUAGES), "en")


def language_name(code: str) -> str:
    """What one of them is called in the language that is spoken (CLDR)."""
    locale = Locale.parse(SCRIPTS.get(code, code), sep="-")
    return str(locale.get_display_name(current().locale))
