"""Bookings and cards as JSON, and back.

Forward compatible: a key that is not known is ignored, and one that is missing has its field's
default. Datetimes are ISO 8601 in UTC.
"""

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from bot.domain.cards import Card, DigestCard, NoticeCard, RefusalCard, Shown

T = TypeVar("T")

_KINDS: Mapping[str, type[Shown]] = {
    "booking": Card,
    "notice": NoticeCard,
    "refusal": RefusalCard,
    "digest": DigestCard,
}


def dumped(value: Any) -> Any:  # noqa: PLR0911 - a table of types reads best as one
    """A domain value as what `json` can write; numbers that JSON has not become None.

    Raises:
        ValueError: A datetime has no zone.
        TypeError: Something is no plain data.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, Mapping):
        return {str(key): dumped(each) for key, each in value.items()}
    if is_dataclass(value):
        return {field.name: dumped(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [dumped(each) for each in value]
    raise TypeError(f"{type(value).__name__} is no plain data")


def _iso(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a datetime without a zone cannot be stored")
    return value.astimezone(UTC).isoformat()


def loaded(kind: type[T], data: Any) -> T:
    """The value of this dataclass that `dumped` made the data of."""
    value: T = _reader(kind)(data)
    return value


def kind_of(card: Shown) -> str:
    """The word under which a card of this class is kept."""
    return next(name for name, kind in _KINDS.items() if type(card) is kind)


def card_from(kind: str, data: Any) -> Shown:
    """The card kept under this word."""
    return loaded(_KINDS[kind], data)


def _reader(hint: Any) -> Callable[[Any], Any]:
    """What turns JSON into a value of the annotated type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return _optional(_reader(next(each for each in inner if each is not NoneType)))
    if origin is tuple:
        return _sequence(inner)
    if hint is datetime:
        return lambda data: datetime.fromisoformat(data).astimezone(UTC)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if is_dataclass(hint):
        return _record(cast("Hashable", hint))
    return lambda data: data


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda data: None if data is None else read(data)


def _sequence(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    if inner[-1] is Ellipsis:
        read = _reader(inner[0])
        return lambda data: tuple(read(each) for each in data)
    readers = tuple(_reader(each) for each in inner)
    return lambda data: tuple(read(each) for read, each in zip(readers, data, strict=True))


@cache
def _record(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda data: kind(**{key: readers[key](data[key]) for key in data.keys() & readers})
