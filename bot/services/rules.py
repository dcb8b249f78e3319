"""The rules: which bookings go where, and who may say so."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.domain.errors import Denied, InvalidAnswer, PlaceError, Unclear
from bot.domain.people import Member
from bot.domain.policy import Deed, check, may_change_rule, may_end_rule, may_make_rule
from bot.domain.rules import Pause, Place, Rule, next_digest, resumed
from bot.domain.wording import N_, _
from bot.services.desks import Desks
from bot.services.ports import Channels, HomeStore, Outbox, Rules, Samples, Turns
from bot.services.redrawing import redraw_homes
from bot.services.refusals import wake

FIRST: Final = "notify_channel"
"""The id of the rule that the settings ask for."""
MOST_RULES: Final = 50
"""How many rules one member may have made."""

GONE = N_("That rule is no longer there. Look at the list again.")
HOSTS_MAY = N_("the admins, and members for the bookings they host themselves,")
OWNER_MAY = N_("the person who made the rule and the admins of this workspace")
SETTINGS_ASK = N_(
    "This rule stands in the bot's settings (NOTIFY_CHANNEL) and would come "
    "back. Pause it, or take it out of the settings."
)
NOT_SEEN = N_(
    "I do not see that channel, or you are not in it. If it is a private one, "
    "write `/invite @` and my name there, then save again."
)
CANNOT_POST = N_(
    "I cannot post in that channel yet. Write `/invite @` and my name there, then save again."
)


@dataclass(frozen=True, slots=True)
class RuleList:
    """The rules that a member is shown: of the channel they are in, of their own direct messages,
    and those they made for other places. `waiting` counts the messages that Slack did not take.
    """

    here: tuple[Rule, ...] = ()
    own: tuple[Rule, ...] = ()
    elsewhere: tuple[Rule, ...] = ()
    waiting: Mapping[Place, int] = field(default_factory=dict)


@dataclass(slots=True)
class Ruling:
    """The use cases on rules. Whoever asks is looked at each time, and so is all they say.

    Attributes:
        homes: Those of whose rule something becomes are drawn anew.
        settled: Whether the rule that the settings ask for is there. Before, nothing that
            happens can be decided: Slack has not told yet which workspace this is.
    """

    rules: Rules
    outbox: Outbox
    turns: Turns
    channels: Channels
    desks: Desks
    samples: Samples
    homes: HomeStore
    clock: Callable[[], datetime]
    settled: bool = False

    async def keep_first(self, account: str, team_id: str, channel: str | None) -> None:
        """Let there be the rule of `NOTIFY_CHANNEL` (an id or `#name`), or none of it.

        What people have changed of it stays, as long as the setting names the same channel.
        """
        rule_id = f"{FIRST}:{team_id}:{channel}"
        nobodys = await self.rules.owned(team_id, "")
        others = [rule for rule in nobodys if rule.id.startswith(FIRST) and rule.id != rule_id]
        if channel and await self.rules.rule(rule_id) is None:
            await self.rules.save(Rule(rule_id, Place(team_id, channel), account))
            await self._hasten(account)
        for other in others:
            await self.rules.delete(other.id)
            await self._hasten(account)
        self.settled = True

    async def listed(self, member: Member, channel_id: str = "") -> RuleList:
        """What the member is shown in this channel, which Slack says they are in; with none, all
        that is theirs.

        Raises:
            Denied: Rules are not for them.
        """
        check(member, Deed.MAKE_RULES)
        team_id, user_id = member.team_id, member.user_id
        here = await self._of_channel(team_id, channel_id) if channel_id else ()
        own = await self.rules.at(Place(team_id, user_id))
        made = () if channel_id else await self.rules.owned(team_id, user_id)
        elsewhere = tuple(rule for rule in made if rule.place.channel != user_id)
        shown = (*here, *own, *elsewhere)
        held = {rule.place.channel for rule in shown if rule.is_held}
        closed = await self.outbox.closed(team_id, among=held) if held else ()
        return RuleList(here, tuple(own), elsewhere, {each.place: each.count for each in closed})

    async def rule(self, member: Member, rule_id: str, *, to_end: bool = False) -> Rule:
        """The rule, for somebody who may change it; `to_end`, who may pause or delete it.

        Raises:
            Unclear: There is none (any more).
            Denied: It is not theirs to change.
        """
        rule = await self.rules.rule(rule_id)
        if rule is None or rule.place.team_id != member.team_id:
            raise Unclear(GONE)
        if not (may_end_rule if to_end else may_change_rule)(member, rule):
            raise Denied(OWNER_MAY)
        return rule

    async def make(self, member: Member, rule: Rule) -> Rule:
        """Keep a new rule of this member's; the same one made again is changed.

        Raises:
            Denied: They may not have these bookings announced.
            InvalidAnswer: The place, or what is asked for, is none of theirs.
            Unclear: They have too many.
        """
        if await self.rules.rule(rule.id):
            return await self.change(member, rule)
        rule = replace(rule, owner=member.user_id, pause=None, failures=0)
        check(member, Deed.MAKE_RULES)
        await self._check_whose(member, rule)
        if len(await self.rules.owned(member.team_id, member.user_id)) >= MOST_RULES:
            raise Unclear(
                _("You have {most} rules, which is the limit. Delete one first.").format(
                    most=MOST_RULES
                )
            )
        await self._check(member, rule, None)
        return await self._keep(rule)

    async def change(self, member: Member, rule: Rule) -> Rule:
        """Keep the rule as it is now; whose it is, and whether it rests, is not changed by it.

        Raises:
            Unclear, Denied, InvalidAnswer: As above.
        """
        before = await self.rule(member, rule.id)
        place = rule.place if before.owner else before.place  # else the settings name it
        held_there = before.is_held and place != before.place
        after = replace(
            rule,
            place=place,
            account=before.account,
            owner=before.owner,
            pause=None if held_there else before.pause,
            failures=before.failures,
        )
        await self._check_whose(member, after)
        await self._check(member, after, before)
        return await self._keep(after)

    async def pause(self, member: Member, rule_id: str) -> Rule:
        """Let nothing be announced by it until somebody resumes it."""
        rule = await self.rule(member, rule_id, to_end=True)
        return await self._keep(replace(rule, pause=Pause(self.clock(), by=member.user_id)))

    async def resume(self, member: Member, rule_id: str) -> Rule:
        """Let it be at work again, and what waits for its place be tried again."""
        rule = await self.rule(member, rule_id)
        if rule.is_held:
            await wake(rule.place, self.rules, self.outbox, self.homes, self.clock())
        return await self._keep(resumed(rule))

    async def delete(self, member: Member, rule_id: str) -> None:
        """Raises `Unclear` for the rule that the settings ask for."""
        rule = await self.rule(member, rule_id, to_end=True)
        if not rule.owner:
            raise Unclear(SETTINGS_ASK)
        await self.rules.delete(rule.id)
        await self._changed(rule)

    async def test(self, member: Member, rule_id: str) -> tuple[Rule, PlaceError | None]:
        """Post a sample where the rule posts, and tell why it could not be done."""
        rule = await self.rule(member, rule_id)
        try:
            await self.samples.sample(rule.place, rule.look)
        except PlaceError as error:
            return rule, error
        return rule, None

    async def _of_channel(self, team_id: str, channel_id: str) -> tuple[Rule, ...]:
        """Its rules; also one that knows it by name so far."""
        found = [*await self.rules.at(Place(team_id, channel_id))]
        try:
            channel = await self.channels.channel(team_id, channel_id)
        except Unclear:  # the app may not ask for its name
            channel = None
        if channel and channel.name:
            found += await self.rules.at(Place(team_id, f"#{channel.name}"))
        return tuple(found)

    async def _keep(self, rule: Rule) -> Rule:
        await self.rules.save(rule, digest_at=next_digest(rule, self.clock()))
        await self._changed(rule)
        return rule

    async def _changed(self, rule: Rule) -> None:
        """Let its owner see it, and what it needs of Cal.com be there."""
        await redraw_homes(self.homes, rule.place.team_id, [rule.owner], self.clock())
        await self._hasten(rule.account)

    async def _hasten(self, account: str) -> None:
        """What Cal.com has to be asked for may be another thing now."""
        for work in ("webhooks", "poll", "reminders"):
            await self.turns.hasten(f"{work}:{account}", self.clock())

    async def _check(self, member: Member, rule: Rule, before: Rule | None) -> None:
        if not (member.is_admin and before and before.place == rule.place):
            await self._check_place(member, rule)
        known = before or Rule("", rule.place)
        types = set(rule.event_types) - set(known.event_types)
        teams = set(rule.teams) - set(known.teams)
        if types or teams:
            await self._check_event_types(rule.account, types, teams)
        if groups := set(rule.look.groups) - set(known.look.groups):
            offered = await self.channels.groups(member.team_id) or ()
            if groups - {group.id for group in offered}:
                raise InvalidAnswer(
                    "groups", _("One of these user groups is not there (any more).")
                )

    async def _check_whose(self, member: Member, rule: Rule) -> None:
        if not may_make_rule(member, rule, (await self.desks.opened(rule.account)).holder):
            raise Denied(HOSTS_MAY)

    async def _check_place(self, member: Member, rule: Rule) -> None:
        """The member sees the channel, and the bot can post there."""
        place = rule.place
        if place.is_person:
            if place.channel != rule.owner:
                raise InvalidAnswer("channel", _("A rule writes to nobody but who made it."))
            return
        channel = await self.channels.channel(place.team_id, place.channel)
        if channel is None or (
            channel.is_private
            and not await self.channels.has_member(place.team_id, channel.id, member.user_id)
        ):
            raise InvalidAnswer("channel", NOT_SEEN)
        if channel.is_archived:
            raise InvalidAnswer("channel", _("That channel is archived. Choose another one."))
        if not channel.can_post:
            raise InvalidAnswer("channel", CANNOT_POST)

    async def _check_event_types(
        self, account: str, types: Collection[int], teams: Collection[int]
    ) -> None:
        offered = await (await self.desks.opened(account)).catalogue.event_types()
        known = {event_type.id for event_type in offered}
        whose = {event_type.team.id for event_type in offered if event_type.team}
        if set(types) - known or set(teams) - whose:
            raise InvalidAnswer("event_types", _("One of these is not there (any more)."))
