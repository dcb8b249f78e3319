"""The languages: whose is whose, how days and clocks are written, and that the catalogues are
whole and can be used."""

import string
from datetime import date

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from bot.domain.days import day_name, weekday_name
from bot.domain.languages import LANGUAGES, language_name
from bot.domain.times import say_clock, say_day
from bot.domain.wording import ENGLISH, _, current, either, listed, ngettext, speak, speaking
from bot.locales import NAMES, TAGS, language, of_browser, path
from tests.locales.marked import marked

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("de-DE", "de"),
        ("de", "de"),
        ("fr-FR", "fr"),
        ("es-LA", "es"),
        ("pt-BR", "pt-BR"),
        ("ja-JP", "ja"),
        ("zh-CN", "zh-CN"),
        ("zh-TW", "en"),
        ("en-GB", "en"),
        ("it-IT", "en"),
        ("", "en"),
        ("de_DE!", "en"),
    ],
)
def test_whose_language_it_is(locale: str, tag: str) -> None:
    assert language(locale).tag == tag


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("it,fr;q=0.5", "fr"),
        ("en-GB,de;q=0.9", "en"),
        ("fr;q=0.1, pt;q=0.9", "pt-BR"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-TW", "en"),
        ("DE", "de"),
        ("*", "en"),
        ("", "en"),
        ("de;q=x,ja", "ja"),
        ("," * 9_000 + "de", "en"),
    ],
)
def test_what_a_browser_asks_for(accepted: str, tag: str) -> None:
    assert of_browser(accepted).tag == tag


@pytest.mark.parametrize(
    ("tag", "day", "with_year", "clock", "weekday"),
    [
        ("en", "Tue 24 Nov", "Tue 24 Nov 2026", "5:00 PM", "Monday"),
        ("de", "Di., 24. Nov.", "Di., 24. Nov. 2026", "5:00 PM", "Montag"),
        ("fr", "mar. 24 nov.", "mar. 24 nov. 2026", "5:00 PM", "lundi"),
        ("es", "mar, 24 nov", "mar, 24 nov 2026", "5:00 p. m.", "lunes"),
        ("pt-BR", "ter., 24 de nov.", "ter., 24 de nov. de 2026", "5:00 PM", "segunda-feira"),
        ("ja", "11月24日(火)", "2026年11月24日(火)", "午後5:00", "月曜日"),
        ("zh-CN", "11月24日周二", "2026年11月24日周二", "下午5:00", "星期一"),
    ],
)
def test_days_and_clocks_are_written_as_the_language_has_them(
    tag: str, day: str, with_year: str, clock: str, weekday: str
) -> None:
    with speaking(language(tag)):
        assert day_name(TUESDAY) == day
        assert day_name(TUESDAY, with_year=True) == with_year
        assert " ".join(say_clock(17 * 60, hour12=True).split()) == clock
        assert weekday_name(0) == weekday
    assert say_day(TUESDAY, TUESDAY) == "Today, Tue 24 Nov"


def test_what_is_spoken_ends_with_the_block() -> None:
    with speaking(language("de")):
        assert current().tag == "de"
        speak(language("fr"))
        assert current().tag == "fr"
    assert current() == ENGLISH


def test_lists_and_counts() -> None:
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert either(["a", "b", "c"]) == "a, b or c"
    assert ngettext("{count} seat of {room}", "{count} seats of {room}", 1, room=9) == "1 seat of 9"
    assert ngettext("{count} seat", "{count} seats", 2) == "2 seats"
    assert _("no text of ours") == "no text of ours"


def catalogue(tag: str) -> Catalog:
    with path(tag).open("rb") as file:
        return read_po(file, locale=language(tag).locale)


def texts(messages: Catalog) -> set[tuple[str | None, object]]:
    """Each with its context."""
    return {(message.context, message.id) for message in messages if message.id}


def forms(text: object) -> tuple[str, ...]:
    """The singular and plural, or the one text there is."""
    return tuple(map(str, text)) if isinstance(text, (tuple, list)) else (str(text or ""),)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_just_what_the_code_says(tag: str) -> None:
    """Mended by `uv run python -m tests.locales`."""
    assert texts(catalogue(tag)) == texts(marked())


@pytest.mark.parametrize("tag", TAGS)
def test_no_translation_is_missing(tag: str) -> None:
    messages = [message for message in catalogue(tag) if message.id]
    assert [message.id for message in messages if not all(forms(message.string))] == []


@pytest.mark.parametrize("tag", TAGS)
def test_translations_fill_in_what_the_english_fills_in(tag: str) -> None:
    wrong = []
    for message in catalogue(tag):
        ids, strings = forms(message.id), forms(message.string)
        wanted = {frozenset(fields(each)) for each in ids}
        wrong += [each for each in strings if each and frozenset(fields(each)) not in wanted]
    assert wrong == []


def test_every_language_has_a_name() -> None:
    assert set(NAMES) == {"en", *TAGS}


def test_languages_are_called_as_the_reader_calls_them() -> None:
    assert language_name("zh-TW") == "Chinese (Traditional)"
    with speaking(language("de")):
        assert [language_name(code) for code in ("ja", "pt-BR")] == [
            "Japanisch",
            "Portugiesisch (Brasilien)",
        ]
    assert all(language_name(code) for code in LANGUAGES)
