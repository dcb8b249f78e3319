"""Working hours: who may see and change them, and the change."""

from bot.domain.accounts import Holder
from bot.domain.errors import Denied, NotFound
from bot.domain.hours import Changes, changed
from bot.domain.people import Member
from bot.domain.policy import Deed, check, has_whole, may
from bot.domain.slots import Schedule
from bot.domain.wording import N_
from bot.services.availability import Lookup
from bot.services.ports import Scheduling

WHO = N_("the owner of the Cal.com account and the admins of this workspace")


class Hours:
    """The use cases of an account's schedules."""

    def __init__(self, scheduling: Scheduling, lookup: Lookup, holder: Holder) -> None:
        self._scheduling = scheduling
        self._lookup = lookup
        self._holder = holder

    async def may_keep(self, member: Member) -> bool:
        """Whether they are the member's to see and to change."""
        return may(member, Deed.KEEP_HOURS) and await self.owns(member)

    async def owns(self, member: Member) -> bool:
        """Whether the account is theirs to see to, as a whole or because it is they who are behind
        it."""
        return has_whole(member, self._holder) or await self._lookup.is_account_owner(member)

    async def schedule(self, member: Member, schedule_id: int) -> Schedule:
        """One of the account's, as it is now.

        Raises:
            Denied: It is not the member's to change.
            NotFound: The account has none with this id.
        """
        check(member, Deed.KEEP_HOURS)
        if not await self.may_keep(member):
            raise Denied(WHO)
        for schedule in await self._scheduling.schedules():
            if schedule.id == schedule_id:
                return schedule
        raise NotFound("no such schedule")

    async def change(self, member: Member, schedule_id: int, changes: Changes) -> Schedule:
        """Change it; raises as `schedule`, and `Unclear` where spans overlap."""
        before = await self.schedule(member, schedule_id)
        after = await self._scheduling.change_schedule(changed(before, changes))
        self._lookup.drop_slots()
        return after
