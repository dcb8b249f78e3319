"""Whom a booking is for: one's self, a member, or a guest."""

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    ExternalDataSelectElement,
    InputBlock,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks.block_elements import EmailInputElement

from bot.domain.event_types import EventType
from bot.domain.languages import LANGUAGES, language_name
from bot.domain.wording import N_, _
from bot.slack import ids
from bot.slack.bookform import GUEST, ME, MEMBER, BookForm
from bot.slack.text import inline, plain
from bot.slack.views import parts

FOR_WHOM = {ME: N_("Me"), MEMBER: N_("A member"), GUEST: N_("A guest")}


def blocks(form: BookForm, event_type: EventType) -> list[Block]:
    """For whom, and who that is; their details as inputs where they have to be typed."""
    options = {value: parts.option(_(label), value) for value, label in FOR_WHOM.items()}
    whom = StaticSelectElement(
        action_id=ids.PICK_FOR_WHOM,
        options=list(options.values()),
        initial_option=options[form.for_whom],
    )
    asked: list[Block] = [
        DividerBlock(),
        parts.input_block(ids.FOR_WHOM, _("For whom"), whom, dispatch=True),
    ]
    if form.for_whom == MEMBER:
        asked.append(_member(form))
    if form.for_whom == GUEST or form.editing or lacks_last_name(form, event_type):
        return [*asked, *_details(form, event_type)]
    if form.for_whom == MEMBER and not form.member_id:
        return asked
    return [*asked, _who_it_is(form)]


def lacks_last_name(form: BookForm, event_type: EventType) -> bool:
    """Whether the event type wants a last name, and the profile has none."""
    asked = event_type.question("name")
    wants = asked is not None and asked.split and asked.needs_last_name
    return wants and bool(form.name) and len(form.name.split()) < 2


def _member(form: BookForm) -> InputBlock:
    member = UserSelectElement(
        action_id=ids.PICK_FOR_WHOM,
        placeholder=_("Choose a member"),
        initial_user=form.member_id or None,
    )
    return parts.input_block(ids.MEMBER, _("Who"), member, dispatch=True)


def _who_it_is(form: BookForm) -> SectionBlock:
    if not form.email:
        text = _("{name} shows no e-mail address in Slack.").format(
            name=inline(form.name or _("This person"))
        )
    else:
        text = f"{inline(form.name)}\n{inline(form.email)} · {inline(form.time_zone)}"
    return parts.section(text, parts.button(_("Edit"), ids.EDIT_ATTENDEE, form.for_whom))


def _details(form: BookForm, event_type: EventType) -> list[Block]:
    """The attendee's name, e-mail, zone and language, to be typed in or mended.

    The blocks' ids name the person: for another one Slack must not keep what was typed. What the
    event type locks stays as the profile has it.
    """
    suffix = f":{form.for_whom}:{form.member_id}"
    locked = {q.slug for q in event_type.questions if q.locked and form.for_whom != GUEST}
    asked: list[Block] = []
    if "name" in locked and form.name:
        asked.append(parts.context(_("Name: {name}").format(name=inline(form.name))))
    else:
        asked += _name(form, event_type, suffix)
    if "email" in locked and form.email:
        asked.append(parts.context(_("E-mail: {email}").format(email=inline(form.email))))
    else:
        email = EmailInputElement(action_id=ids.VALUE, initial_value=form.email or None)
        question = event_type.question("email")
        optional = question is not None and not question.required
        block_id = ids.GUEST_EMAIL + suffix
        asked.append(parts.input_block(block_id, _("E-mail"), email, optional=optional))
    return [*asked, _zone(form, suffix), _language(form, suffix)]


def _name(form: BookForm, event_type: EventType, suffix: str) -> list[Block]:
    question = event_type.question("name")
    if question is None or not question.split:
        typed = parts.text_input(form.name, 200)
        return [parts.input_block(ids.GUEST_NAME + suffix, _("Name"), typed)]
    first, __, last = form.name.partition(" ")
    return [
        parts.input_block(ids.GUEST_NAME + suffix, _("First name"), parts.text_input(first, 100)),
        parts.input_block(
            ids.LAST_NAME + suffix,
            _("Last name"),
            parts.text_input(last, 100),
            optional=not question.needs_last_name,
        ),
    ]


def _zone(form: BookForm, suffix: str) -> InputBlock:
    zone = ExternalDataSelectElement(
        action_id=ids.ZONE,
        min_query_length=0,
        placeholder=_("Type a city"),
        initial_option=(
            parts.option(plain(form.time_zone, 75), form.time_zone) if form.time_zone else None
        ),
    )
    return parts.input_block(ids.TIME_ZONE + suffix, _("Time zone"), zone)


def _language(form: BookForm, suffix: str) -> InputBlock:
    options = {code: parts.option(language_name(code), code) for code in LANGUAGES}
    menu = StaticSelectElement(
        action_id=ids.VALUE,
        options=list(options.values()),
        initial_option=options.get(form.language) or options["en"],
    )
    label = _("Language of Cal.com's e-mails")
    return parts.input_block(ids.LANGUAGE + suffix, label, menu)
