"""Event types: what can be booked, for how long, where, and what is asked."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Location:
    """A place the event type offers.

    `kind` is the API's type (`address`, `link`, `integration`, `phone`, `attendeeAddress`,
    `attendeePhone`, `attendeeDefined`, `organizersDefaultApp`, `unknown`); `value` is the
    address, link, number or integration where there is one.
    """

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the booking form. `kind` is the API's type (`text`, `select`, `boolean` ...)."""

    slug: str
    kind: str
    label: str = ""
    required: bool = False
    hidden: bool = False
    is_default: bool = False
    placeholder: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `interval` `frequency` (`weekly`, `monthly`, `yearly`), `occurrences` times."""

    interval: int
    occurrences: int
    frequency: str


@dataclass(frozen=True, slots=True)
class EventType:
    """What a person picks to book. `length` and `lengths` are minutes, `notice` too.

    `lengths` has more than one entry only where the booker may choose. `owner` is the user
    name in the booking link, None where the link shows none.
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
    recurrence: Recurrence | None = None
    needs_confirmation: bool = False
    guests_allowed: bool = True
    price: int = 0
    currency: str = ""
    cancelling_allowed: bool = True
    rescheduling_allowed: bool = True

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The event type's own questions that must be answered to book it."""
        return tuple(q for q in self.questions if q.required and not q.hidden and not q.is_default)
