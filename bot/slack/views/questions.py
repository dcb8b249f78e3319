"""An event type's own questions as inputs of a modal, and what was answered in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    EmailInputElement,
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UrlInputElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement

from bot.domain.answers import NO, YES, Raw, options, read, token
from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import Kind, Question
from bot.domain.wording import N_, _
from bot.slack import forms, ids
from bot.slack.text import paragraph, plain
from bot.slack.views import parts

LABEL: Final = 150
HINT: Final = 2000
LONGEST: Final = 3000  # characters in a text input
MOST_OPTIONS: Final = 100  # in a menu; more are loaded as somebody types
MOST_BOXES: Final = 10  # radio buttons or checkboxes
WORDS: Final = {
    "title": N_("What is this meeting about?"),
    "attendeePhoneNumber": N_("Phone number"),
    "smsReminderNumber": N_("Phone number for reminders"),
    "aiAgentCallPhoneNumber": N_("Phone number for the call"),
}
"""Labels of the questions Cal.com itself puts, which come with none that a person can read."""

EXAMPLES: Final = {
    Kind.PHONE: "+33 6 12 34 56 78",
    Kind.URL: "https://example.com",
    Kind.EMAIL: N_("name@example.com"),
    Kind.MULTIEMAIL: N_("one@example.com, two@example.com"),
}
SEARCH: Final = N_("Type to search")
NOT_KNOWN: Final = N_("I do not know this kind of question: your text is passed on as it is.")

_SEVERAL: Final = frozenset({Kind.MULTISELECT, Kind.CHECKBOX})
_OPEN: Final = frozenset({Kind.RADIO, Kind.CHECKBOX})  # with all their options in view
_CHOICES: Final = _SEVERAL | _OPEN | {Kind.SELECT}
_LINES: Final = frozenset({Kind.TEXTAREA, Kind.ADDRESS, Kind.MULTIEMAIL})


def blocks(
    event_type_id: int, questions: Sequence[Question], raws: Mapping[str, Raw]
) -> list[Block]:
    """An input for each question, filled with what was answered before and still fits."""
    once = {question.slug: question for question in reversed(questions)}
    shown = [question for question in questions if once[question.slug] is question]
    return [_input(event_type_id, q, raws.get(q.slug, "")) for q in shown]


def block_of(event_type_id: int, slug: str) -> str:
    """The id of the block that asks this question."""
    return f"{ids.QUESTION}:{event_type_id}:{token(slug)}"


def slug_of(block_id: str, questions: Sequence[Question]) -> str | None:
    """The question that a block asks, None where it is none of these."""
    kind, _, rest = block_id.partition(":")
    _, _, asked = rest.partition(":")
    known = (q.slug for q in questions if kind == ids.QUESTION and token(q.slug) == asked)
    return next(known, None)


def matching(question: Question, typed: str) -> list[Option]:
    """The options that have what was typed in them; those that begin so come first."""
    sought = " ".join(typed.split()).casefold()
    found = [option for option in options(question) if sought in _folded(option)]
    found.sort(key=lambda option: not _folded(option).startswith(sought))
    return [_option(option) for option in found[:MOST_OPTIONS]]


def raws_in(
    state: forms.State, event_type_id: int, questions: Sequence[Question]
) -> dict[str, Raw]:
    """What a form holds for those of the questions that it asks; empty where it was cleared."""
    raws: dict[str, Raw] = {}
    for question in questions:
        elements = state.get(block_of(event_type_id, question.slug))
        if isinstance(elements, Mapping) and elements:
            raws[question.slug] = _claim(next(iter(elements.values())))
    return raws


def _claim(element: Any) -> Raw:
    """What the state of an element says; whatever it is, it can be read as an answer."""
    if not isinstance(element, Mapping):
        return _said(element)
    chosen = element.get("selected_options")
    if isinstance(chosen, list):
        return tuple(_said(option) for option in chosen)
    return _said(element.get("selected_option") or element.get("value"))


def _said(claim: Any) -> str:
    value = claim.get("value") if isinstance(claim, Mapping) else claim
    return "" if value is None else str(value)


def _folded(option: str) -> str:
    return " ".join(option.split()).casefold()


def _input(event_type_id: int, question: Question, raw: Raw) -> InputBlock:
    label = _label(question)
    notes = [label] if len(label) > LABEL else []
    notes += [_(NOT_KNOWN)] if question.kind is Kind.UNKNOWN else []
    return parts.input_block(
        block_of(event_type_id, question.slug),
        plain(label, LABEL),
        _element(question, raw),
        hint=paragraph("\n".join(notes), HINT, empty=""),
        optional=not question.required,
    )


def _label(question: Question) -> str:
    """The question's own label, or our words for one that has none."""
    own = plain(question.label, len(question.label) * 4, empty="")
    return own or WORDS.get(question.slug) or _readable(question.slug)


def _readable(slug: str) -> str:
    """`companySize`, `company-size` → `Company size`."""
    spaced = "".join(f" {char.lower()}" if char.isupper() else char for char in slug)
    words = plain(spaced.replace("-", " ").replace("_", " "), LABEL, empty=_("Question"))
    return words[:1].upper() + words[1:]


def _element(question: Question, raw: Raw) -> InputInteractiveElement:
    if question.kind is Kind.BOOLEAN:
        return _boxes(Kind.RADIO, [parts.option(_("Yes"), YES), parts.option(_("No"), NO)], raw)
    offered = [_option(option) for option in options(question)]
    if question.kind in _CHOICES and offered:
        if question.kind in _OPEN and len(offered) <= MOST_BOXES:
            return _boxes(question.kind, offered, raw)
        if question.kind in _SEVERAL:
            return _multiple_menu(question, offered, raw)
        return _menu(question, offered, raw)
    return _typed(question, raw if isinstance(raw, str) else ", ".join(raw))


def _boxes(kind: Kind, offered: list[Option], raw: Raw) -> InputInteractiveElement:
    chosen = _among(offered, raw)
    if kind is Kind.CHECKBOX:
        return CheckboxesElement(
            action_id=ids.VALUE, options=offered, initial_options=chosen or None
        )
    return RadioButtonsElement(
        action_id=ids.VALUE, options=offered, initial_option=chosen[0] if chosen else None
    )


def _menu(question: Question, offered: list[Option], raw: Raw) -> InputInteractiveElement:
    chosen = next(iter(_among(offered, raw)), None)
    if len(offered) > MOST_OPTIONS:
        return ExternalDataSelectElement(
            action_id=ids.FIND_OPTION,
            min_query_length=0,
            placeholder=_placeholder(question) or _(SEARCH),
            initial_option=chosen,
        )
    return StaticSelectElement(
        action_id=ids.VALUE,
        placeholder=_placeholder(question),
        options=offered,
        initial_option=chosen,
    )


def _multiple_menu(question: Question, offered: list[Option], raw: Raw) -> InputInteractiveElement:
    chosen = _among(offered, raw)[:MOST_OPTIONS] or None  # Slack takes no empty list
    if len(offered) > MOST_OPTIONS:
        return ExternalDataMultiSelectElement(
            action_id=ids.FIND_OPTION,
            min_query_length=0,
            placeholder=_placeholder(question) or _(SEARCH),
            initial_options=chosen,
        )
    return StaticMultiSelectElement(
        action_id=ids.VALUE,
        placeholder=_placeholder(question),
        options=offered,
        initial_options=chosen,
    )


def _typed(question: Question, typed: str) -> InputInteractiveElement:
    placeholder = _placeholder(question)
    if question.kind is Kind.NUMBER:
        return NumberInputElement(
            action_id=ids.VALUE,
            is_decimal_allowed=True,
            initial_value=_as_number(question, typed),
            placeholder=placeholder,
        )
    if question.kind in {Kind.URL, Kind.EMAIL}:
        element = UrlInputElement if question.kind is Kind.URL else EmailInputElement
        return element(
            action_id=ids.VALUE, initial_value=typed[:LONGEST] or None, placeholder=placeholder
        )
    longest = min(question.longest or LONGEST, LONGEST)
    return PlainTextInputElement(
        action_id=ids.VALUE,
        initial_value=typed[:longest] or None,
        multiline=question.kind in _LINES or None,
        min_length=min(question.shortest, longest) or None,
        max_length=longest,
        placeholder=placeholder,
    )


def _as_number(question: Question, typed: str) -> str | None:
    """A number as Slack's field takes it, None where it is none."""
    try:
        number = read(replace(question, required=False), typed)
    except InvalidAnswer:
        return None
    return None if number is None else format(Decimal(repr(number)), "f")


def _placeholder(question: Question) -> str | None:
    return plain(question.placeholder, LABEL, empty="") or EXAMPLES.get(question.kind)


def _option(option: str) -> Option:
    """An option in a menu; what is too long for its line goes on below it."""
    whole = plain(option, len(option) * 4)
    line = plain(whole, 75)
    rest = whole[len(line) - 1 :] if len(whole) > len(line) else ""
    return parts.option(line, token(option), plain(rest, 75, empty="") or None)


def _among(offered: Sequence[Option], raw: Raw) -> list[Option]:
    """The options that were chosen, in their own order."""
    parts_held = [raw] if isinstance(raw, str) else raw
    held = {*parts_held, *map(token, parts_held)}  # an option's token, or all of its text
    return [option for option in offered if option.value in held]
