"""The form of a notification rule: from *Add*, *Notify me* or *Edit* to the rule that is kept."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.accounts import HOUSE
from bot.domain.channels import UserGroup
from bot.domain.errors import InvalidAnswer, Unclear
from bot.domain.people import Reader
from bot.domain.rules import Rule
from bot.domain.wording import N_, _
from bot.locales import language
from bot.services.desks import Desk
from bot.services.ports import Draft as KeptDraft
from bot.slack import forms, ids, naming, ruleform
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.listeners.slots import offered
from bot.slack.ordering import addresses
from bot.slack.payloads import asked as read_asked
from bot.slack.ruleform import RuleForm
from bot.slack.views import notify_form as views
from bot.slack.views import notify_more, rule_words

CHOICES = (ids.PICK_WHERE, ids.PICK_WHOSE, ids.PICK_NEWS, ids.MORE_OF_RULE, ids.BACK_TO_RULE)
"""What changes the rest of the form, so that it is drawn anew."""
NOTHING_COMES = N_(
    "Nothing would ever come: choose something to be announced, or a reminder "
    "or a digest under More …"
)
NO_EMAIL = N_(
    "Slack shows me no e-mail address for you, so I cannot tell which bookings "
    "you host. Add one to your Slack profile, or ask an admin."
)
NOT_KEPT = N_("This form is no longer kept. Open it again from the list of rules.")


class NotifyForm:
    """Makes and changes rules."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        for action_id in (ids.ADD_RULE, ids.NOTIFY_ME, ids.EDIT_RULE):
            app.action(action_id)(self.on_start)
        for action_id in CHOICES:
            app.action(action_id)(self.on_chosen)
        app.options(ids.FIND_RULE_TYPES)(self.on_type_search)
        app.options(ids.FIND_GROUPS)(self.on_group_search)
        app.view(ids.RULE)(self.on_submitted)

    async def on_start(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._open)

    async def on_chosen(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._redraw)

    async def on_type_search(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        asked = read_asked(body)
        form = ruleform.merged(ruleform.identified(asked.metadata), asked.view)
        types = await offered(self._desk(Exchange(self._deps, client, asked), form), None, asked)
        found = views.event_type_options(types, str(body.get("value") or ""))
        await ack(options=[option.to_dict() for option in found[: views.MOST_OPTIONS]])

    async def on_group_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        groups = await naming.groups(self._deps, read_asked(body).team_id) or ()
        found = notify_more.group_options(groups, str(body.get("value") or ""))
        await ack(options=[option.to_dict() for option in found])

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        """What is missing is said at once, as far as this screen tells it."""
        view = body["view"]
        typed = ruleform.merged(RuleForm(""), view)
        shown = forms.values(view)
        wrong = {at: why for at, why in ruleform.complaints(typed).items() if at in shown}
        if wrong:
            await ack(response_action="errors", errors=wrong)
            return
        await ack(response_action="update", view=views.saving())
        self._deps.later(body, client, self._submitted)

    async def _open(self, exchange: Exchange) -> None:
        exchange.doing = "saved"
        await exchange.begin(views.loading())
        reader = await exchange.reader()
        form = await self._begun(exchange, reader)
        await self._save(exchange, form)
        if (await exchange.desk()).lookup.known_offer(
            None
        ) is None:  # the rest does not wait for Cal.com
            await exchange.show(
                views.modal(views.Draft(form, reader.member, exchange.reading(reader)))
            )
        await self._draw(exchange, reader, form)

    async def _begun(self, exchange: Exchange, reader: Reader) -> RuleForm:
        asked, me = exchange.asked, reader.member.user_id
        draft_id, action_id = token_urlsafe(16), asked.action.get("action_id")
        if action_id == ids.EDIT_RULE:
            rule = await self._deps.ruling.rule(reader.member, asked.value.partition("|")[2])
            found = await naming.members(self._deps, rule.place.team_id, rule.hosts)
            members = {email: member.user_id for email, member in found.items()}
            form = ruleform.of_rule(rule, draft_id, reader.email, members)
            return form if rule.account == HOUSE else replace(form, whose=ruleform.MINE)
        if not reader.email and not reader.member.is_admin:
            raise Unclear(_(NO_EMAIL))
        tag = language(reader.member.locale).tag
        form = RuleForm(draft_id, person=me, zone=reader.time_zone, language=tag)
        if action_id == ids.NOTIFY_ME:
            return replace(form, where=ruleform.PERSON)
        whose = ruleform.EVERYBODY if reader.member.is_admin else ruleform.MINE
        return replace(form, channel=asked.channel_id, whose=whose)

    async def _redraw(self, exchange: Exchange) -> None:
        """Something was chosen that changes the rest, or the other screen is wanted."""
        exchange.doing = "saved"
        exchange.rescue = self._rescue(exchange, self._typed(exchange))
        reader = await exchange.reader()
        form = await self._form(exchange)
        screen = {ids.MORE_OF_RULE: 1, ids.BACK_TO_RULE: 0}
        asked = exchange.asked.action
        turn = str(asked.get("action_ts") or "")
        form = replace(form, screen=screen.get(str(asked.get("action_id")), form.screen), turn=turn)
        await self._save(exchange, form)
        await self._draw(exchange, reader, form)

    async def _draw(self, exchange: Exchange, reader: Reader, form: RuleForm) -> None:
        draft = await self._draft(exchange, reader, form)
        kept = await self._kept(exchange, form.draft_id)
        if kept and kept.turn > form.turn:
            return  # something was chosen meanwhile; its own drawing comes
        await exchange.show(views.modal(draft))

    async def _draft(
        self, exchange: Exchange, reader: Reader, form: RuleForm, problem: Problem | None = None
    ) -> views.Draft:
        types = await naming.event_types(await self._desk(exchange, form), reader.member.team_id)
        groups: Sequence[UserGroup] | None = None
        if form.screen:
            groups = await naming.groups(self._deps, reader.member.team_id)
        return views.Draft(
            form,
            reader.member,
            exchange.reading(reader),
            types,
            unreachable=types is None,
            groups=groups,
            problem=problem,
        )

    async def _submitted(self, exchange: Exchange) -> None:
        exchange.doing = "saved"
        exchange.rescue = self._rescue(exchange, self._typed(exchange))
        reader = await exchange.reader()
        form = await self._form(exchange)
        exchange.rescue = self._rescue(exchange, form)
        await self._save(exchange, form)  # should it come back with a complaint
        rule = await self._rule(exchange, reader, form)
        unheard = await self._deps.desks.unheard([rule])
        await exchange.note("save a rule", rule.id)
        save = self._deps.ruling.change if form.rule_id else self._deps.ruling.make
        rule = await save(reader.member, rule)
        exchange.rescue = None
        known = await naming.known(self._deps, await exchange.desk(), reader, [rule])
        note = rule_words.after_saving(rule, unheard, reader.member, self._deps.command)
        await exchange.finish(views.saved(rule, known, exchange.reading(reader), note))

    async def _desk(self, exchange: Exchange, form: RuleForm) -> Desk:
        """Whose bookings the rule is about: one's own account's, or what everybody's are of."""
        own = await exchange.desk()
        if form.whose == ruleform.MINE:
            return own
        return self._deps.desks.everybodys(exchange.asked.team_id) or own

    async def _rule(self, exchange: Exchange, reader: Reader, form: RuleForm) -> Rule:
        """The rule that is meant, or what is wrong with it.

        Raises:
            InvalidAnswer: A field, and why.
        """
        is_admin = reader.member.is_admin
        form = form if is_admin else replace(form, whose=ruleform.MINE)
        wrong = ruleform.complaints(form)
        if wrong:
            raise InvalidAnswer(*next(iter(wrong.items())))
        hosts: list[str] = []
        holder = (await self._desk(exchange, form)).holder
        if form.whose == ruleform.MINE and holder.is_house:
            if not reader.email:
                raise InvalidAnswer(ids.WHOSE, _(NO_EMAIL))
            hosts = [reader.email]
        elif form.whose == ruleform.THESE:
            team_id = reader.member.team_id
            members = await self._deps.people.guests(team_id, form.members)
            hosts = [*(member.email for member in members), *addresses(form.emails)]
        rule = replace(form.rule(reader.member.team_id, hosts), account=holder.account)
        if rule.news == () and not rule.reminders and not rule.digest:
            raise InvalidAnswer(ids.ANNOUNCES, _(NOTHING_COMES))
        return rule

    def _rescue(self, exchange: Exchange, form: RuleForm) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            """Show the form once more, with everything that was filled in; without the store,
            which may be what is wrong."""
            reader = await exchange.reader_without_store()
            exchange.known_desk = exchange.desk_at_hand()
            screen = views.screen_of(problem.field) if problem.field else form.screen
            draft = await self._draft(exchange, reader, replace(form, screen=screen), problem)
            await exchange.show(views.modal(draft))

        return again

    def _typed(self, exchange: Exchange) -> RuleForm:
        """What the view alone says."""
        asked = exchange.asked
        return ruleform.merged(ruleform.identified(asked.metadata), asked.view)

    async def _form(self, exchange: Exchange) -> RuleForm:
        """The draft with what the view says now; which draft is all that the view is asked.

        Raises:
            Unclear: There is none of this member's.
        """
        typed = self._typed(exchange)
        kept = await self._kept(exchange, typed.draft_id)
        if kept is None:
            exchange.rescue = None
            raise Unclear(_(NOT_KEPT))
        return ruleform.merged(replace(kept, screen=typed.screen), exchange.asked.view)

    async def _kept(self, exchange: Exchange, draft_id: str) -> RuleForm | None:
        asked = exchange.asked
        draft = await self._deps.drafts.load(draft_id, asked.team_id, asked.user_id)
        return ruleform.from_kept(draft.data) if draft and draft.kind == ids.RULE else None

    async def _save(self, exchange: Exchange, form: RuleForm) -> None:
        asked = exchange.asked
        await self._deps.drafts.save(
            KeptDraft(form.draft_id, asked.team_id, asked.user_id, ids.RULE, form.kept())
        )
