"""The second screen of a rule's form: whose guests, mentions, reminders, digest, quiet hours."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    StaticSelectElement,
    TimePickerElement,
)

from bot.domain.channels import UserGroup
from bot.domain.days import weekday_name
from bot.domain.times import zone_or_utc
from bot.domain.wording import N_, _
from bot.locales import NAMES
from bot.slack import ids, ruleform
from bot.slack.ruleform import RuleForm
from bot.slack.text import plain
from bot.slack.views import parts, rule_words
from bot.slack.views.settings import zone_option

MOST_OPTIONS: Final = 100
LONGEST_DOMAINS: Final = 3000
DIGESTS: Final = {
    ruleform.NONE: N_("None"),
    ruleform.DAILY: N_("Every day"),
}
FIELDS: Final = frozenset(
    {
        *(ids.GUEST_DOMAINS, ids.ASKS, ids.MENTION, ids.GROUPS, ids.REMINDERS),
        *(ids.DIGEST, ids.DIGEST_AT, ids.QUIET_FROM, ids.QUIET_UNTIL, ids.TIME_ZONE, ids.LANGUAGE),
    }
)
"""The inputs that stand here."""


def blocks(form: RuleForm, groups: Sequence[UserGroup] | None, now: datetime) -> list[Block]:
    """The screen; `groups` is None where the app may not look at user groups."""
    return [
        _guest_domains(form),
        _asks(form),
        _mention(form),
        _groups(form, groups),
        _reminders(form),
        *_digest(form),
        *_quiet(form),
        _zone(form, now),
        _language(form),
        ActionsBlock(elements=[parts.button(_("Back"), ids.BACK_TO_RULE)]),
    ]


def group_options(groups: Sequence[UserGroup], typed: str = "") -> list[Option]:
    """User groups to choose from, by what was typed."""
    wanted = typed.casefold().strip().removeprefix("@")
    fitting = [g for g in groups if wanted in f"{g.handle}\n{g.name}".casefold()]
    return [_group_option(group) for group in fitting[:MOST_OPTIONS]]


def _guest_domains(form: RuleForm) -> InputBlock:
    typed = parts.text_input(
        form.guest_domains, LONGEST_DOMAINS, placeholder=_("example.com, example.org")
    )
    label, hint = _("Only with guests from"), _("Domains of their e-mails. Empty means everybody.")
    return parts.input_block(ids.GUEST_DOMAINS, label, typed, hint=hint, optional=True)


def _asks(form: RuleForm) -> Block:
    option = parts.option(_("Ask who takes it"), "asks")
    boxes = CheckboxesElement(
        action_id=ids.VALUE,
        options=[option],
        initial_options=[option] if form.asks else None,
    )
    hint = _("The first host of the event type to press Claim on the card has the booking.")
    return parts.input_block(ids.ASKS, _("For whom it is"), boxes, hint=hint, optional=True)


def _mention(form: RuleForm) -> Block:
    option = parts.option(_("The host of the booking"), "host")
    boxes = CheckboxesElement(
        action_id=ids.VALUE,
        options=[option],
        initial_options=[option] if form.mention_host else None,
    )
    return parts.input_block(ids.MENTION, _("Mention"), boxes, optional=True)


def _groups(form: RuleForm, groups: Sequence[UserGroup] | None) -> Block:
    if groups is None:
        return parts.context(
            _(
                "To mention user groups, the app needs the scope usergroups:read: an admin "
                "adds it and installs the app again."
            )
        )
    known = {group.id: group for group in groups}
    chosen = [_group_option(known.get(one) or UserGroup(one, one)) for one in form.groups]
    menu = ExternalDataMultiSelectElement(
        action_id=ids.FIND_GROUPS,
        min_query_length=0,
        placeholder=_("Choose user groups"),
        initial_options=chosen or None,
    )
    return parts.input_block(ids.GROUPS, _("Mention user groups"), menu, optional=True)


def _reminders(form: RuleForm) -> Block:
    options = [
        parts.option(_("{time} before").format(time=rule_words.ahead(n)), str(n))
        for n in ruleform.REMINDERS
    ]
    chosen = [o for o in options if int(o.value or 0) in form.reminders]
    boxes = CheckboxesElement(action_id=ids.VALUE, options=options, initial_options=chosen or None)
    hint = _("Those that fall into the quiet hours are left out.")
    return parts.input_block(ids.REMINDERS, _("Reminders"), boxes, hint=hint, optional=True)


def _digest(form: RuleForm) -> list[Block]:
    options = [parts.option(_(label), value) for value, label in DIGESTS.items()]
    options += [
        parts.option(_("Every {day}").format(day=weekday_name(number)), str(number))
        for number in range(7)
    ]
    menu = StaticSelectElement(
        action_id=ids.VALUE,
        options=options,
        initial_option=next(o for o in options if o.value == form.digest),
    )
    hint = _("A summary of the bookings to come.")
    return [
        parts.input_block(ids.DIGEST, _("Digest"), menu, hint=hint),
        parts.input_block(ids.DIGEST_AT, _("Digest at"), _time(form.digest_at)),
    ]


def _quiet(form: RuleForm) -> list[Block]:
    hint = _("What is new waits until they end. Leave both empty for none.")
    since, until = _time(form.quiet_from), _time(form.quiet_until)
    return [
        parts.input_block(ids.QUIET_FROM, _("Quiet from"), since, optional=True),
        parts.input_block(ids.QUIET_UNTIL, _("Quiet until"), until, hint=hint, optional=True),
    ]


def _zone(form: RuleForm, now: datetime) -> InputBlock:
    menu = ExternalDataSelectElement(
        action_id=ids.ZONE,
        min_query_length=0,
        placeholder=_("Type a city or an offset"),
        initial_option=zone_option(zone_or_utc(form.zone).key, now),
    )
    hint = _("Whose clock the digest and the quiet hours go by.")
    return parts.input_block(ids.TIME_ZONE, _("Time zone"), menu, hint=hint)


def _language(form: RuleForm) -> InputBlock:
    options = {tag: parts.option(name, tag) for tag, name in NAMES.items()}
    menu = StaticSelectElement(
        action_id=ids.VALUE,
        options=list(options.values()),
        initial_option=options.get(form.language, options["en"]),
    )
    return parts.input_block(ids.LANGUAGE, _("Language of what is posted"), menu)


def _time(clock: str) -> TimePickerElement:
    return TimePickerElement(action_id=ids.VALUE, initial_time=clock or None)


def _group_option(group: UserGroup) -> Option:
    return parts.option(plain(f"@{group.handle} · {group.name}".rstrip("· "), 75), group.id)
