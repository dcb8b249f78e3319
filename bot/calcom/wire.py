"""Reading what Cal.com sends: leniently where it can be, and never with a surprise.

Types lie in this API: nulls where the documentation says string, arrays where it says object
and the other way round, ids that read "unknown", zones that do not exist. A `Shape` therefore
takes a field's default for anything it cannot read, and only the few required fields can make
it fail, as `Unreadable`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic.alias_generators import to_camel

from bot.calcom.errors import Unreadable

log = structlog.get_logger(__name__)

T = TypeVar("T")
S = TypeVar("S", bound="Shape")


class Shape(BaseModel):
    """An object on the wire, in camelCase: unknown fields are left out, unreadable ones default."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        coerce_numbers_to_str=True,
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _default_for_unreadable(
        cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        try:
            return handler(value)
        except ValidationError:
            if isinstance(value, list) and value:
                return cls._default_for_unreadable(value[0], handler, info)
            field = cls.model_fields[info.field_name or ""]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True)


def _to_utc(value: datetime) -> datetime:
    """With an offset: converted; without: it is UTC already (as the API itself reads them)."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("out of the calendar") from error


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("no such zone") from error
    return name


def _readable_items(value: Any, handler: ValidatorFunctionWrapHandler) -> list[Any]:
    """The readable ones of the items; a single object stands for a list of it."""
    items: list[Any] = []
    for entry in listed(value):
        try:
            items += handler([entry])
        except ValidationError:
            continue
    return items


Moment = Annotated[datetime, AfterValidator(_to_utc)]
"""A time with any offset, or none, as aware UTC."""

Zone = Annotated[str, AfterValidator(_known_zone)]
"""The name of a zone that exists."""

Many = Annotated[list[T], WrapValidator(_readable_items)]
"""A list in which the unreadable items are left out."""


def listed(value: Any) -> list[Any]:
    """The value as a flat list: an object is a list of one, null is an empty one."""
    if isinstance(value, list):
        return [item for entry in value for item in (entry if isinstance(entry, list) else [entry])]
    return [] if value is None else [value]


def text_of(value: Any) -> str:
    """A string as it is, a number as a string, else empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def inside(body: Any, key: str) -> Any:
    """What an envelope holds under `key`; None where there is nothing."""
    if isinstance(body, list) and body:
        body = body[0]
    return body.get(key) if isinstance(body, dict) else None


def one(shape: type[S], value: Any) -> S:
    """The value as this shape.

    Raises:
        Unreadable: A required field is missing or senseless; says which, not what.
    """
    items = listed(value)
    try:
        return shape.model_validate(items[0] if items else None)
    except ValidationError as error:
        where = sorted({".".join(str(part) for part in e["loc"]) for e in error.errors()})
        raise Unreadable(f"{shape.__name__} cannot be read: {', '.join(where)}") from None


def each(shape: type[S], value: Any, to: Callable[[S], T]) -> tuple[T, ...]:
    """All items that can be read; the others are left out, and counted in the log."""
    found, unreadable = [], 0
    for entry in listed(value):
        try:
            found.append(to(one(shape, entry)))
        except Unreadable:
            unreadable += 1
    if unreadable:
        log.warning("calcom_items_unreadable", shape=shape.__name__, count=unreadable)
    return tuple(found)
