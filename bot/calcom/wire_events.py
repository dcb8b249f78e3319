"""What a webhook says about a booking.

Times come as `...Z`, `.000Z` or `+00:00`, statuses in upper case, responses as
`{slug: {label, value}}`. The body of a reschedule tells the new booking, and the old one as
`rescheduleUid`; that of a seat tells only its attendee, under the uid of the whole class.
"""

from dataclasses import replace
from typing import Any

from pydantic import Field

from bot.calcom.errors import Unreadable
from bot.calcom.wire import Many, Moment, Shape, inside, text_of
from bot.calcom.wire_bookings import (
    AttendeeShape,
    HostShape,
    addresses,
    answers,
    attendee,
    end_of,
    host,
    status,
    texts,
)
from bot.domain.bookings import Booking, Host, Status
from bot.domain.events import BookingEvent, Trigger
from bot.domain.wording import N_

ASKED_ANEW = N_("The attendee is asked to pick a new time.")

STATUSES = {
    Trigger.BOOKING_REQUESTED: Status.PENDING,
    Trigger.BOOKING_CANCELLED: Status.CANCELLED,
    Trigger.BOOKING_REJECTED: Status.REJECTED,
}
"""What the trigger means where the body tells no status; else it is accepted."""


class Envelope(Shape):
    created_at: Moment | None = None
    payload: dict[str, Any] = Field(default_factory=dict)


class TeamShape(Shape):
    members: Many[HostShape] = Field(default_factory=list)


class LinkShape(Shape):
    link: str = ""


class RecordingShape(Shape):
    transcription: Many[LinkShape] = Field(default_factory=list)
    recording: str = ""


class ReportShape(Shape):
    reported_by: str = ""
    routing_reason: str = ""
    additional_notes: str = ""


class PayloadShape(Shape):
    """All triggers' properties together; each sends its own few."""

    uid: str = ""
    booking_uid: str = ""
    booking_id: int | None = None
    id: int | None = None
    title: str = ""
    type: str | None = None
    description: str = ""
    additional_notes: str = ""
    status: str = ""
    start_time: Moment | None = None
    end_time: Moment | None = None
    length: int = Field(default=0, ge=0, le=100_000)
    event_type_id: int | None = None
    organizer: HostShape | None = None
    user: HostShape | None = None
    team: TeamShape | None = None
    attendees: Many[AttendeeShape] = Field(default_factory=list)
    responses: dict[str, Any] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)
    video_call_data: dict[str, Any] = Field(default_factory=dict)
    location: str = ""
    previous_location: str = ""
    cancellation_reason: str = ""
    rejection_reason: str = ""
    cancelled_by: str = ""
    rescheduled_by: str = ""
    reschedule_uid: str | None = None
    from_reschedule: str | None = None
    reschedule_start_time: Moment | None = None
    request_reschedule: bool = False
    seats_per_time_slot: int | None = None
    attendee_seat_id: str | None = None
    recurring_event: dict[str, Any] | None = None
    recurring_event_id: str | None = None
    no_show_host: bool = False
    host_email: str = ""
    guests: Many[AttendeeShape] = Field(default_factory=list)
    claimed: str = ""  # our own words
    missed: str = ""
    message: str = ""
    download_link: str = ""
    download_links: RecordingShape | None = None
    connect_and_join_url: str = ""
    booking: dict[str, Any] | None = None
    report: ReportShape | None = None


def booking_event(trigger: Trigger, envelope: Envelope) -> BookingEvent:
    """Raises `Unreadable` where the body names no booking."""
    said = PayloadShape.model_validate(envelope.payload)
    if said.booking is not None:
        # WRONG_ASSIGNMENT_REPORT has the booking one step further in.
        inner = PayloadShape.model_validate(said.booking)
        said = inner.model_copy(update={"report": said.report})
    uid = said.uid or said.booking_uid
    if not uid:
        raise Unreadable("no booking uid")
    snapshot = _snapshot(trigger, uid, said)
    return BookingEvent(
        trigger=trigger,
        uid=uid,
        said_at=envelope.created_at,
        booking=snapshot,
        previous_uid=said.reschedule_uid,
        previous_start=said.reschedule_start_time,
        actor=said.cancelled_by or said.rescheduled_by or (_report(said).reported_by),
        reason=_reason(said),
        note=_note(trigger, said),
        absent=_absent(trigger, said),
        shared=bool(
            said.seats_per_time_slot
            or said.attendee_seat_id
            or said.recurring_event
            or said.recurring_event_id
        ),
        room=said.seats_per_time_slot,
        in_series=bool(said.recurring_event or said.recurring_event_id),
        claimed=bool(said.claimed) and trigger is Trigger.BOOKING_REASSIGNED,
        missed=bool(said.missed) and trigger is Trigger.INSTANT_MEETING,
    )


def _snapshot(trigger: Trigger, uid: str, said: PayloadShape) -> Booking | None:
    """The booking as far as it is told; None where no time is."""
    if said.start_time is None:
        return None
    people = tuple(attendee(a) for a in said.attendees)
    if said.attendee_seat_id and len(people) == 1:
        people = (replace(people[0], seat_uid=said.attendee_seat_id),)
    given = {slug: value for slug, entry in said.responses.items() if (value := _value(entry))}
    metadata = texts(said.metadata)
    enveloped = said.organizer is not None
    return Booking(
        uid=uid,
        id=said.booking_id or said.id,
        title=said.title,
        # What the booker wrote; an envelope's `description` is the event type's.
        description=said.additional_notes or ("" if enveloped else said.description),
        status=status(said.status) if said.status else STATUSES.get(trigger, Status.ACCEPTED),
        start=said.start_time,
        end=said.end_time or end_of(said.start_time, said.length),
        hosts=_hosts(said),
        attendees=people,
        guests=addresses(given.get("guests")),
        event_type_id=said.event_type_id,
        event_type_slug=said.type,
        location=metadata.get("videoCallUrl")
        or text_of(said.video_call_data.get("url"))
        or said.location,
        cancellation_reason=said.cancellation_reason,
        rescheduling_reason=text_of(given.get("rescheduleReason")),
        rescheduled_from_uid=said.reschedule_uid or said.from_reschedule,
        recurring_uid=said.recurring_event_id,
        seat_uid=said.attendee_seat_id,
        absent_host=said.no_show_host,
        answers=answers(given),
        metadata=metadata,
    )


def _value(entry: Any) -> Any:
    """The answer in `{label, value}`; flat rows have the bare answer."""
    return entry.get("value") if isinstance(entry, dict) else entry


def _hosts(said: PayloadShape) -> tuple[Host, ...]:
    """The organizer first; a team's members are the other hosts."""
    owner = said.organizer or said.user
    members = said.team.members if said.team else []
    return tuple(host(h) for h in ([owner] if owner else []) + members)


def _report(said: PayloadShape) -> ReportShape:
    return said.report or ReportShape()


def _reason(said: PayloadShape) -> str:
    rescheduling = text_of(inside(said.responses.get("rescheduleReason"), "value"))
    return (
        said.cancellation_reason
        or said.rejection_reason
        or (rescheduling if said.reschedule_uid else "")
        or _report(said).routing_reason
    )


def _note(trigger: Trigger, said: PayloadShape) -> str:
    """One more fact worth showing."""
    match trigger:
        case Trigger.BOOKING_LOCATION_UPDATED:
            return said.previous_location
        case Trigger.BOOKING_CANCELLED if said.request_reschedule:
            return ASKED_ANEW
        case Trigger.RECORDING_READY | Trigger.RECORDING_TRANSCRIPTION_GENERATED:
            return said.download_link or _transcription(said.download_links)
        case Trigger.INSTANT_MEETING:
            return said.connect_and_join_url
        case _:
            return said.message or _report(said).additional_notes


def _transcription(links: RecordingShape | None) -> str:
    if links is None:
        return ""
    return next((t.link for t in links.transcription if t.link), links.recording)


def _absent(trigger: Trigger, said: PayloadShape) -> tuple[tuple[str, bool], ...]:
    match trigger:
        case Trigger.BOOKING_NO_SHOW_UPDATED:
            people = [(a.email, a.no_show) for a in said.attendees]
        case Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW:
            people = [(guest.email, True) for guest in said.guests]
        case Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW:
            people = [(said.host_email, True)]
        case _:
            people = []
    return tuple((email, gone) for email, gone in people if email)
