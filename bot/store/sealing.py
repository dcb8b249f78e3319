"""What must not be read by whoever gets hold of the database: sealed, and looked up blindly."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, Text, TypeDecorator


class Unsealable(Exception):
    """None of the keys opens it: they are wrong, or one is missing."""


class Seal:
    """Seals with the first key, opens with any of them.

    Args:
        keys: Fernet's, the newest first.
        index_key: For `blind`; stays the same when the keys change.
    """

    def __init__(self, keys: Sequence[str], index_key: bytes = b"") -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._index_key = index_key

    def seal(self, value: bytes) -> str:
        return self._fernet.encrypt(value).decode()

    def open(self, sealed: str) -> bytes:
        """Raises `Unsealable`."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise Unsealable("none of the keys opens what is in the database") from None

    def blind(self, value: str) -> str:
        """What a value is looked up by: the same for the same value, and of no use without it."""
        return hmac.new(self._index_key, value.encode(), hashlib.sha256).hexdigest()


_seals: WeakKeyDictionary[Dialect, Seal] = WeakKeyDictionary()
"""By the dialect of the engine they belong to: a column knows nothing else of where it is."""


def sealing(dialect: Dialect, seal: Seal) -> None:
    """Let sealed columns over this engine use this seal."""
    _seals[dialect] = seal


class Sealed(TypeDecorator[Any]):
    """JSON that stands in the database sealed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _seals[dialect].seal(json.dumps(value, separators=(",", ":")).encode())

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_seals[dialect].open(value))
