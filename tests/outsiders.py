"""What people do at the local Cal.com without the bot: they book, move, cancel, answer, come and
go. Its real stand-in sends the webhooks, or does not where they are lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.calcom import amending, booking, cancelling, confirming, reassigning, rescheduling
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.model import Booking, EventType, Status, User
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.slots import Question, open_slots
from bot.sandbox.calcom.world import World


def email_of(name: str) -> str:
    return f"{name.lower()}@outside.example"


@dataclass(frozen=True)
class Outsiders:
    """Each act returns the booking that it is about, as it is afterwards."""

    world: World

    def event_type(self, slug: str) -> EventType:
        return next(each for each in self.world.event_types.values() if each.slug == slug)

    def user(self, username: str) -> User:
        found = self.world.user_by_name(username)
        assert found is not None
        return found

    def host(self, one: Booking) -> User:
        return self.world.users[one.host_id]

    def slot(self, slug: str, nth: int = 0, days: int = 3, moving: str | None = None) -> datetime:
        """The nth open time from so many days ahead on."""
        begins = self.world.now() + timedelta(days=days)
        question = Question((begins, begins + timedelta(days=14)), moving=moving)
        return open_slots(self.world, self.event_type(slug), question)[nth].start

    async def book(
        self, slug: str, name: str = "Wes", nth: int = 0, start: datetime | None = None
    ) -> Booking:
        person = Person(name, email_of(name), "Europe/London")
        at = start or self.slot(slug, nth)
        return (await booking.book(self.world, Request(self.event_type(slug), at, person)))[0]

    async def move(self, one: Booking, nth: int = 5, by: User | None = None) -> Booking:
        slug = self.world.event_types[one.event_type_id].slug
        to = self.slot(slug, nth, moving=one.uid)
        move = Move(to, "something came up", caller=by)
        return await rescheduling.reschedule(self.world, one, move)

    async def cancel(self, one: Booking, *, following: bool = False) -> Booking:
        wish = Cancellation("ill", subsequent=following, caller=self.host(one))
        return (await cancelling.cancel(self.world, one, wish))[0]

    async def leave(self, one: Booking, name: str) -> Booking:
        seat = next(a.seat_uid for a in one.attendees if a.email == email_of(name))
        return (await cancelling.cancel(self.world, one, Cancellation(seat_uid=seat)))[0]

    async def confirm(self, one: Booking) -> Booking:
        await confirming.confirm(self.world, one, self.host(one))
        return one

    async def decline(self, one: Booking) -> Booking:
        await confirming.decline(self.world, one, self.host(one), "no time")
        return one

    async def hand_over(self, one: Booking, username: str) -> Booking:
        reassigning.reassign_to(self.world, one, self.user(username))
        return one

    async def put_elsewhere(self, one: Booking, place: str) -> Booking:
        amending.move_place(self.world, one, place, {"value": place, "optionValue": ""})
        return one

    async def bring_along(self, one: Booking, name: str) -> Booking:
        amending.add_people(self.world, one, [Person(name, email_of(name), "Europe/London")])
        return one

    async def mark(
        self, one: Booking, *, guest: bool | None = None, host: bool | None = None
    ) -> Booking:
        """Who came and who did not; the meeting has begun."""
        everybody = {} if guest is None else {one.attendees[0].email: guest}
        await amending.mark_absent(self.world, one, everybody, host)
        return one

    def standing(self) -> list[Booking]:
        return [one for one in self.world.bookings if one.status is Status.ACCEPTED]
