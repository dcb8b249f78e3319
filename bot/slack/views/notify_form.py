"""The form of a notification rule: one screen with what matters, one with the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConversationSelectElement,
    ExternalDataMultiSelectElement,
    Option,
    RadioButtonsElement,
    StaticMultiSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.blocks.block_elements import ConversationFilter

from bot.domain.channels import UserGroup
from bot.domain.event_types import EventType
from bot.domain.people import Member
from bot.domain.rules import Place, Rule
from bot.domain.wording import N_, _, pgettext
from bot.slack import ids, ruleform
from bot.slack.errors import Problem
from bot.slack.ruleform import RuleForm
from bot.slack.text import plain
from bot.slack.views import notify_more, parts, rule_words
from bot.slack.views.problem import complained
from bot.slack.views.reading import Reading
from bot.slack.views.rule_words import Known
from bot.slack.views.what import event_type_option

TITLE: Final = N_("Notification rule")
MOST_OPTIONS: Final = 100
LONGEST_EMAILS: Final = 3000
WHOSE: Final = {
    ruleform.EVERYBODY: N_("Everybody's that the account sees"),
    ruleform.MINE: N_("Those I host"),
    ruleform.THESE: N_("Those that these people host"),
}
ANNOUNCES: Final = {
    ruleform.EVERYTHING: N_("Everything that happens to them"),
    ruleform.SOME: N_("Only what I choose"),
    ruleform.NOTHING: N_("Nothing: only reminders and digests"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form shows: what was said so far, and what can be chosen.

    `event_types` is None while they are not known (`unreachable`: Cal.com was asked in vain);
    `groups` is None where the app may not look at user groups.
    """

    form: RuleForm
    member: Member
    reading: Reading
    event_types: tuple[EventType, ...] | None = None
    unreachable: bool = False
    groups: Sequence[UserGroup] | None = None
    problem: Problem | None = None


def loading() -> dict[str, Any]:
    """What opens at once; it has no inputs, so nothing that is typed can be lost."""
    return parts.modal(_(TITLE), [parts.context(_("_Looking up what can be chosen …_"))])


def saving() -> dict[str, Any]:
    """The answer to the press on Save."""
    return parts.modal(_(TITLE), [parts.section(_(":hourglass_flowing_sand: *Saving …*"))])


def modal(draft: Draft) -> dict[str, Any]:
    """The screen that is to be shown; what went wrong stands at its field."""
    blocks = _second(draft) if draft.form.screen else _first(draft)
    problem = draft.problem
    blocks = complained(blocks, problem, problem.field if problem else None)
    return parts.modal(
        _(TITLE),
        blocks,
        callback_id=ids.RULE,
        submit=_("Save"),
        metadata=draft.form.metadata(),
        close=_("Cancel"),
    )


def saved(rule: Rule, known: Known, reading: Reading, note: str = "") -> dict[str, Any]:
    """The rule as it is now kept, and what is to be known of it (ready for mrkdwn)."""
    where = rule_words.place(rule.place)
    said = _(":white_check_mark: *Saved* ({where})\n{rule}").format(
        where=where, rule=rule_words.described(rule, known, reading)
    )
    resting = rule_words.health(rule, 0, reading)
    blocks: list[Block] = [parts.section("\n".join(filter(None, (said, resting, note))))]
    blocks.append(ActionsBlock(elements=[parts.button(_("Test"), ids.TEST_RULE, f"0|{rule.id}")]))
    return parts.modal(_(TITLE), blocks, close=_("Done"))


def screen_of(block_id: str) -> int:
    """On which screen an input stands."""
    return 1 if block_id in notify_more.FIELDS else 0


def event_type_options(types: Sequence[EventType], typed: str = "") -> list[Option]:
    """Teams and event types to choose from, by what was typed; the teams first."""
    wanted = typed.casefold().strip()
    teams = {t.team.id: t.team.name or t.team.slug for t in types if t.team}
    options = [
        _team_option(number, name) for number, name in teams.items() if wanted in name.casefold()
    ]
    options += [_type_option(t) for t in types if wanted in f"{t.title}\n{t.slug}".casefold()]
    return options


def _second(draft: Draft) -> list[Block]:
    return notify_more.blocks(draft.form, draft.groups, draft.reading.now)


def _first(draft: Draft) -> list[Block]:
    """Where, whose, which, what of it, and how much is shown."""
    form = draft.form
    blocks = [
        *_where(form, draft.member),
        *_whose(form, is_admin=draft.member.is_admin),
        _event_types(draft),
    ]
    blocks += [*_news(form), _detail(form)]
    more = parts.button(_("More …"), ids.MORE_OF_RULE)
    about = _("Guests, mentions, reminders, digest, quiet hours")
    return [*blocks, parts.section(f"{about}: {_summary(draft)}", more)]


def _where(form: RuleForm, member: Member) -> list[Block]:
    if form.fixed:
        said = rule_words.place(Place("", form.channel))
        return [
            parts.context(
                _("It posts to {said}: that stands in the settings (NOTIFY_CHANNEL).").format(
                    said=said
                )
            )
        ]
    whom = _("me") if form.person == member.user_id else _("whoever made the rule")
    options = [
        parts.option(_("A channel"), ruleform.CHANNEL),
        parts.option(_("Direct messages to {whom}").format(whom=whom), ruleform.PERSON),
    ]
    radio = _radio(ids.PICK_WHERE, options, form.where)
    blocks: list[Block] = [
        parts.input_block(ids.WHERE, pgettext("a rule", "Where"), radio, dispatch=True)
    ]
    if form.where == ruleform.CHANNEL:
        menu = ConversationSelectElement(
            action_id=ids.VALUE,
            filter=ConversationFilter(include=["public", "private"]),
            initial_conversation=form.channel or None,
        )
        blocks.append(parts.input_block(ids.CHANNEL, _("Channel"), menu))
    return blocks


def _whose(form: RuleForm, *, is_admin: bool) -> list[Block]:
    if not is_admin:
        return [parts.context(_("For the bookings that you host, whoever makes them."))]
    options = [parts.option(_(label), value) for value, label in WHOSE.items()]
    radio = _radio(ids.PICK_WHOSE, options, form.whose)
    blocks: list[Block] = [parts.input_block(ids.WHOSE, _("Whose bookings"), radio, dispatch=True)]
    if form.whose == ruleform.THESE:
        members = UserMultiSelectElement(
            action_id=ids.VALUE,
            placeholder=_("Choose members"),
            max_selected_items=ruleform.MOST_HOSTS,
            initial_users=list(form.members) or None,
        )
        typed = parts.text_input(form.emails, LONGEST_EMAILS, placeholder=_("one@example.com"))
        blocks += [
            parts.input_block(ids.HOST_MEMBERS, _("Members"), members, optional=True),
            parts.input_block(ids.HOST_EMAILS, _("Hosts by e-mail"), typed, optional=True),
        ]
    return blocks


def _event_types(draft: Draft) -> Block:
    types = draft.event_types
    if types is None:
        wait = _("Looking up the event types …")
        gone = _("Cal.com is not answering; which event types are meant stays as it is.")
        return parts.context(gone if draft.unreachable else wait)
    options = event_type_options(types)
    initial = _chosen_types(draft.form, types) or None
    menu: StaticMultiSelectElement | ExternalDataMultiSelectElement
    if not 0 < len(options) <= MOST_OPTIONS or _unlisted(initial or [], options):
        menu = ExternalDataMultiSelectElement(
            action_id=ids.FIND_RULE_TYPES,
            min_query_length=0,
            placeholder=_("All of them"),
            initial_options=initial,
        )
    else:
        menu = StaticMultiSelectElement(
            action_id=ids.VALUE,
            placeholder=_("All of them"),
            options=options,
            initial_options=initial,
        )
    hint = _("None chosen means all of them.")
    label = _("Which event types and teams")
    return parts.input_block(ids.EVENT_TYPES, label, menu, hint=hint, optional=True)


def _news(form: RuleForm) -> list[Block]:
    options = [parts.option(_(label), value) for value, label in ANNOUNCES.items()]
    radio = _radio(ids.PICK_NEWS, options, form.announces)
    blocks: list[Block] = [
        parts.input_block(ids.ANNOUNCES, _("What of them"), radio, dispatch=True)
    ]
    if form.announces == ruleform.SOME:
        every = [parts.option(_(label), news.value) for news, label in rule_words.NEWS.items()]
        chosen = [option for option in every if option.value in form.news]
        menu = StaticMultiSelectElement(
            action_id=ids.VALUE,
            placeholder=_("Choose what is announced"),
            options=every,
            initial_options=chosen or None,
        )
        hint = _("A card that is there follows its booking whatever you choose.")
        blocks.append(parts.input_block(ids.NEWS, _("Only when"), menu, hint=hint))
    return blocks


def _detail(form: RuleForm) -> Block:
    options = [
        parts.option(_(label), detail.value, _(explained))
        for detail, (label, explained) in rule_words.DETAILS.items()
    ]
    radio = _radio(ids.VALUE, options, form.detail)
    return parts.input_block(ids.DETAIL, _("How much is shown"), radio)


def _summary(draft: Draft) -> str:
    """What the second screen says, on the first."""
    form = draft.form
    guests = [_("Guests")] if form.guest_domains else []
    mentions = [_("Mentions")] if form.mention_host or form.groups else []
    said = [*guests, *mentions, *rule_words.times(form.rule("", ()), draft.reading)]
    return rule_words.BETWEEN.join(said) or _("none")


def _radio(action_id: str, options: list[Option], value: str) -> RadioButtonsElement:
    initial = next(option for option in options if option.value == value)
    return RadioButtonsElement(action_id=action_id, options=options, initial_option=initial)


def _chosen_types(form: RuleForm, types: Sequence[EventType]) -> list[Option]:
    """What is chosen; what is not there any more keeps its number."""
    teams = {t.team.id: t.team.name or t.team.slug for t in types if t.team}
    known = {t.id: t for t in types}
    chosen = [_team_option(number, teams.get(number, str(number))) for number in form.teams]
    for number in form.event_types:
        gone = parts.option(_("Event type {number}").format(number=number), f"type:{number}")
        chosen.append(_type_option(known[number]) if number in known else gone)
    return chosen


def _unlisted(chosen: Sequence[Option], options: Sequence[Option]) -> bool:
    return bool({option.value for option in chosen} - {option.value for option in options})


def _team_option(number: int, name: str) -> Option:
    return parts.option(
        plain(_("All of {name}").format(name=name), 75), f"team:{number}", _("A team's event types")
    )


def _type_option(event_type: EventType) -> Option:
    shown = event_type_option(event_type)
    return Option(text=shown.text, value=f"type:{event_type.id}", description=shown.description)
