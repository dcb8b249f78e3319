"""Who is named in what is said of a booking, and what is said of it nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.bookings import Booking
from bot.domain.cards import CALLS, Card
from bot.domain.rules import Detail
from bot.domain.wording import _
from bot.slack.text import plain
from bot.slack.views.discretion import MOST, by_initials


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The people of a card, as far as a place is told of them; hosts are always named."""

    shown: Card
    detail: Detail = Detail.FULL

    @property
    def booking(self) -> Booking:
        return self.shown.booking

    @property
    def is_full(self) -> bool:
        return self.detail is Detail.FULL

    @property
    def is_busy(self) -> bool:
        return self.detail is Detail.BUSY

    def hosts(self) -> str:
        """Who holds it; their addresses only where everything is told. While somebody waits to be
        answered Cal.com names one of the team, who is not more than the others."""
        if self.shown.phase in CALLS:
            return ""
        names = [host.name or host.email for host in self.booking.hosts]
        return self.names(name for name in names if self.is_full or "@" not in name)

    def people(self) -> str:
        """Attendees, then those who were invited besides."""
        booking = self.booking
        known = {person.email.casefold() for person in booking.attendees}
        guests = [guest for guest in booking.guests if guest.casefold() not in known]
        return self.guests([person.name or person.email for person in booking.attendees] + guests)

    def guests(self, people: Sequence[str]) -> str:
        """Names or e-mails of guests, as far as the place is told of them."""
        return self.names(people) if self.is_full else self._by_initials(people)

    def _by_initials(self, people: Sequence[str]) -> str:
        return "" if self.is_busy else by_initials([self.hide(each) for each in people])

    def absent(self) -> str:
        return self.guests([self.name_of(email) for email in self.shown.absent])

    def names(self, names: Iterable[str]) -> str:
        every = [name for name in dict.fromkeys(names) if name]
        said = ", ".join(plain(self.hide(name), 80) for name in every[:MOST])
        hidden = len(every) - MOST
        return said + (_(" and {hidden} more").format(hidden=hidden) if hidden > 0 else "")

    def name_of(self, email: str) -> str:
        known = {person.email.casefold(): person.name for person in self.booking.attendees}
        known |= self._host_names()
        return known.get(email.casefold()) or email

    def who(self, actor: str) -> str:
        """Who did it (told as an e-mail or a name), as far as the place is told; plain."""
        if self.is_full:
            return plain(self.hide(self.name_of(actor)), 80, empty="")
        told = actor.casefold()
        for email, name in self._host_names().items():
            if told in (email, name.casefold()):
                return "" if "@" in name else plain(self.hide(name), 80, empty="")
        people = self.booking.attendees
        is_guest = any(told in (each.email.casefold(), each.name.casefold()) for each in people)
        return self._by_initials([self.name_of(actor)]) if is_guest else ""

    def _host_names(self) -> dict[str, str]:
        return {host.email.casefold(): host.name for host in self.booking.hosts}

    def may_link(self, url: str) -> bool:
        """Only the web, only what Slack takes, and no uid (Cal Video's links are made of it)."""
        printable = url.isprintable() and not any(char.isspace() for char in url)
        ours = url.startswith(("https://", "http://")) and len(url) <= 3000
        return printable and ours and self.hide(url) == url

    def hide(self, text: str) -> str:
        for uid in _uids(self.shown):
            text = text.replace(uid, "…")
        return text


def _uids(shown: Card) -> tuple[str, ...]:
    booking = shown.booking
    people = [*booking.attendees, *(seat.attendee for seat in shown.seats)]
    known = {
        booking.uid,
        booking.rescheduled_from_uid,
        booking.rescheduled_to_uid,
        booking.recurring_uid,
        booking.seat_uid,
        *(person.seat_uid for person in people),
        *(uid for word in shown.history for uid in (word.uid, word.previous_uid)),
    }
    return tuple(sorted((uid for uid in known if uid), key=len, reverse=True))
