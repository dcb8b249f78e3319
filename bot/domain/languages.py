"""The languages Cal.com writes to an attendee in."""

from typing import Final

LANGUAGES: Final = {
    "ar": "Arabic",
    "az": "Azerbaijani",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "es-419": "Spanish (Latin America)",
    "et": "Estonian",
    "eu": "Basque",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pt-BR": "Portuguese (Brazil)",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sr": "Serbian",
    "sv": "Swedish",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh-CN": "Chinese (simplified)",
    "zh-TW": "Chinese (traditional)",
}
"""By code: what the server takes as an attendee's language (it refuses any other with a list).

It also takes `iw`, which is an older code of Hebrew.
"""


def language(code: str) -> str:
    """The nearest of them to a locale such as `pt-BR` or `en-GB`; `en` where none is near."""
    base = code.partition("-")[0]
    return next((known for known in (code, base) if known in LANGUAGES), "en")
