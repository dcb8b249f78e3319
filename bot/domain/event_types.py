"""Event types: what can be booked, for how long, where, by whom, and what is asked."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a question wants for an answer; the values are the API's names of 2024-06-14."""

    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    PHONE = "phone"
    URL = "url"
    ADDRESS = "address"
    EMAIL = "email"
    MULTIEMAIL = "multiemail"
    SELECT = "select"
    MULTISELECT = "multiselect"
    RADIO = "radio"
    CHECKBOX = "checkbox"  # a group of boxes
    BOOLEAN = "boolean"
    NAME = "name"
    PLACE = "radioInput"
    UNKNOWN = "unknown"


class Assignment(StrEnum):
    """How a team's event type finds its host; a person's event type has none."""

    ROUND_ROBIN = "roundRobin"
    COLLECTIVE = "collective"


BUILT_IN = frozenset({"name", "email", "location", "guests", "notes", "rescheduleReason"})
"""Slugs of the questions that have places of their own in the forms."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place the event type offers.

    `kind` is the API's type (`address`, `link`, `integration`, `phone`, `attendeeAddress`,
    `attendeePhone`, `attendeeDefined`, `organizersDefaultApp`, `unknown`); `value` is the
    address, link, number or integration where there is one.
    """

    kind: str
    value: str = ""

    @property
    def asks(self) -> bool:
        """Whether the attendee gives the address, the number or the place."""
        return self.kind in {"attendeeAddress", "attendeePhone", "attendeeDefined"}


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the booking form.

    `shortest` and `longest` are characters, 0 for no limit. `locked` means that an answer that
    is known beforehand must not be changed by the attendee. `split` is a name in two parts, of
    which the second is required where `needs_last_name`.
    """

    slug: str
    kind: Kind
    label: str = ""
    required: bool = False
    hidden: bool = False
    is_default: bool = False
    placeholder: str = ""
    options: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0
    locked: bool = False
    split: bool = False
    needs_last_name: bool = False


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `interval` `frequency` (`weekly`, `monthly`, `yearly`), `occurrences` times."""

    interval: int
    occurrences: int
    frequency: str


@dataclass(frozen=True, slots=True)
class Team:
    """The team an event type is of; `slug` as in its link, `cal.com/team/SLUG`, and the
    organization that the team belongs to, if to any."""

    id: int
    slug: str
    name: str = ""
    organization_id: int | None = None


@dataclass(frozen=True, slots=True)
class TeamHost:
    """Somebody who may host a team's event type; `fixed` takes part in every booking."""

    id: int
    name: str
    username: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class EventType:
    """What a person picks to book. `length` and `lengths` are minutes, `notice` too; `price` is
    in the currency's smallest unit.

    `lengths` has more than one entry only where the booker may choose. `owner` is the user
    name in the booking link, None where the link shows none. `team`, `assignment` and `hosts`
    are set for a team's.
    """

    id: int
    title: str
    slug: str
    length: int
    lengths: tuple[int, ...] = ()
    description: str = ""
    owner: str | None = None
    owner_name: str = ""
    url: str = ""
    hidden: bool = False
    locations: tuple[Location, ...] = ()
    questions: tuple[Question, ...] = field(default=(), repr=False)
    notice: int = 0
    seats: int | None = None
    shows_attendees: bool = False
    recurrence: Recurrence | None = None
    needs_confirmation: bool = False
    guests_allowed: bool = True
    price: int = 0
    currency: str = ""
    cancelling_allowed: bool = True
    rescheduling_allowed: bool = True
    instant: bool = False
    team: Team | None = None
    assignment: Assignment | None = None
    hosts: tuple[TeamHost, ...] = ()

    def question(self, slug: str) -> Question | None:
        """The question with this slug, if it is asked: hidden ones are not."""
        return next((q for q in self.questions if q.slug == slug and not q.hidden), None)

    def requires(self, slug: str) -> bool:
        question = self.question(slug)
        return question is not None and question.required

    @property
    def own_questions(self) -> tuple[Question, ...]:
        """What is asked besides the questions that every event type has."""
        return tuple(q for q in self.questions if q.slug not in BUILT_IN and not q.hidden)
