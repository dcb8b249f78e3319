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

from bot.slack import ids
from bot.slack.ordering import GUEST, ME, MEMBER, BookForm
from bot.slack.text import inline, plain
from bot.slack.views import parts

FOR_WHOM = {ME: "Me", MEMBER: "A member", GUEST: "A guest"}


def blocks(form: BookForm) -> list[Block]:
    """For whom, and who that is; their details as inputs where they have to be typed."""
    options = {value: parts.option(label, value) for value, label in FOR_WHOM.items()}
    whom = StaticSelectElement(
        action_id=ids.PICK_FOR_WHOM,
        options=list(options.values()),
        initial_option=options[form.for_whom],
    )
    asked: list[Block] = [
        DividerBlock(),
        parts.input_block(ids.FOR_WHOM, "For whom", whom, dispatch=True),
    ]
    if form.for_whom == MEMBER:
        asked.append(_member(form))
    if form.for_whom == GUEST or form.editing:
        return [*asked, *_details(form)]
    if form.for_whom == MEMBER and not form.member_id:
        return asked
    return [*asked, _who_it_is(form)]


def _member(form: BookForm) -> InputBlock:
    member = UserSelectElement(
        action_id=ids.PICK_FOR_WHOM,
        placeholder="Choose a member",
        initial_user=form.member_id or None,
    )
    return parts.input_block(ids.MEMBER, "Who", member, dispatch=True)


def _who_it_is(form: BookForm) -> SectionBlock:
    if not form.email:
        text = f"{inline(form.name or 'This person')} shows no e-mail address in Slack."
    else:
        text = f"{inline(form.name)}\n{inline(form.email)} · {inline(form.time_zone)}"
    return parts.section(text, parts.button("Edit", ids.EDIT_ATTENDEE, form.for_whom))


def _details(form: BookForm) -> list[Block]:
    """The attendee's name, e-mail and zone, to be typed in or mended.

    The blocks' ids name the person: for another one Slack must not keep what was typed.
    """
    suffix = f":{form.for_whom}:{form.member_id}"
    email = EmailInputElement(action_id=ids.VALUE, initial_value=form.email or None)
    zone = ExternalDataSelectElement(
        action_id=ids.ZONE,
        min_query_length=0,
        placeholder="Type a city",
        initial_option=(
            parts.option(plain(form.time_zone, 75), form.time_zone) if form.time_zone else None
        ),
    )
    return [
        parts.input_block(ids.GUEST_NAME + suffix, "Name", parts.text_input(form.name, 200)),
        parts.input_block(ids.GUEST_EMAIL + suffix, "E-mail", email),
        parts.input_block(ids.TIME_ZONE + suffix, "Time zone", zone),
    ]
