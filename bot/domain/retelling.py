"""One booking as two tell it: API and webhooks have shapes of their own."""

from dataclasses import replace

from bot.domain.bookings import Attendee, Booking, Host


def key_of(person: Attendee | Host) -> str:
    """What tells people apart."""
    return person.email.casefold()


def with_its_hosts(known: Booking, told: Booking) -> Booking:
    """The booking with a team's other hosts where webhooks have them: the API lists them among the
    attendees. Whoever came when one of them went has taken that one's place."""
    others = {key_of(host) for host in known.hosts[1:]}
    if not others or len(told.hosts) != 1:
        return told
    people = {key_of(person) for person in known.attendees} | {g.casefold() for g in known.guests}
    here = [person for person in told.attendees if key_of(person) in others]
    gone = others - {key_of(person) for person in here} - {key_of(told.hosts[0])}
    new = [p for p in told.attendees if key_of(p) not in people | others][: len(gone)]
    hosting = [*here, *new]
    return replace(
        told,
        hosts=told.hosts + tuple(Host(p.name, p.email, time_zone=p.time_zone) for p in hosting),
        attendees=tuple(person for person in told.attendees if person not in hosting),
    )


def same_place(known: str, told: str) -> bool:
    """Whether both may be one place: a link to a video room is what became of the name of its
    service, and one that is not told is any."""
    if known == told or not (known and told):
        return True
    kinds = {_kind_of_place(known), _kind_of_place(told)}
    return kinds == {"link", "service"}


def _kind_of_place(place: str) -> str:
    if place.startswith("integrations:"):
        return "service"
    return "link" if place.startswith(("https://", "http://")) else "other"


def merged(known: Booking, told: Booking) -> Booking:
    """What was seen; what only a webhook has told of the same booking stays."""
    if known.uid != told.uid:
        return told
    is_linked = same_place(known.location, told.location) and known.join_url
    return replace(
        told,
        description=told.description or known.description,
        attendees=told.attendees or known.attendees,
        guests=told.guests or known.guests,
        location=known.location if is_linked else told.location or known.location,
        cancellation_reason=told.cancellation_reason or known.cancellation_reason,
        rescheduled_from_uid=told.rescheduled_from_uid or known.rescheduled_from_uid,
        recurring_uid=told.recurring_uid or known.recurring_uid,
        answers={**known.answers, **told.answers},
        metadata={**known.metadata, **told.metadata},
    )
