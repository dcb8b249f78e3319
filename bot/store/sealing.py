"""What must not be read by whoever gets hold of the database: sealed, and looked up sealed.

Two ways to seal. `Seal.seal` is Fernet: the same thing looks different each time, and the keys can
be changed (`rotating`). `Seal.seal_alike` is AES-SIV (RFC 5297): the same thing looks the same each
time, so that it can be looked up. Its key is made once, stands in the database (`keys`), sealed
the first way, and stays; that it opens tells that the keys are the right ones.
"""

import base64
import json
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import JSON, Dialect, LargeBinary, String, Text, TypeDecorator

from bot.domain.errors import Unsealable

log = structlog.get_logger(__name__)

INDEX: Final = "index"
"""The name under which the key of what is looked up stands in the table `keys`."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Keyring:
    """The keys of one database, the newest first.

    Args:
        keys: Those of the settings; without any, the one in `file` is taken, and made when the
            database is sealed for the first time.
        file: Beside a SQLite file; None where there is no such place.
        fleeting: The database goes with the process, and so may its key.
    """

    def __init__(self, keys: Sequence[str], file: Path | None, *, fleeting: bool = False) -> None:
        self._keys = list(keys)
        self._file = file
        if fleeting and not keys:
            self._keys = [Fernet.generate_key().decode()]

    def keys(self, *, make: bool) -> list[str]:
        """Raises `Unsealable` where there is none, and none may be made."""
        if not self._keys and self._file:
            self._keys = _from_file(self._file, make=make)
        if not self._keys:
            raise Unsealable("ENCRYPTION_KEYS is missing: PostgreSQL has no place for a key file.")
        return self._keys

    def renew(self) -> None:
        """Put a new key in front of those in the file; the last but one goes. With keys from the
        settings there is nothing to do: whoever sets them has done it.

        Raises:
            Unsealable: There is no key file.
        """
        if self._keys or self._file is None:
            return
        old = _from_file(self._file, make=False)
        self._keys = [Fernet.generate_key().decode(), old[0]]
        beside = self._file.with_suffix(".new")
        beside.unlink(missing_ok=True)
        _write(beside, "\n".join(self._keys))
        beside.replace(self._file)


class Seal:
    """Seals with the newest key, opens with any of them."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._fernet: MultiFernet | None = None
        self._alike: AESSIV | None = None

    @property
    def is_unlocked(self) -> bool:
        """Whether what is looked up can be sealed."""
        return self._alike is not None

    def made(self) -> str:
        """A new key for what is looked up, sealed; to be kept, and given to `unlock`."""
        return self._seals(make=True).encrypt(secrets.token_bytes(64)).decode()

    def unlock(self, sealed: str) -> None:
        """Raises `Unsealable`: these are not the keys that the database was sealed with."""
        self._alike = AESSIV(self.open(sealed))

    def seal(self, value: bytes) -> str:
        return self._seals(make=True).encrypt(value).decode()

    def open(self, sealed: str | bytes) -> bytes:
        """Raises `Unsealable`."""
        try:
            return self._seals(make=False).decrypt(sealed)
        except InvalidToken:
            raise Unsealable(
                "None of the keys opens what is in the database. Put back the key file that lay "
                "beside it, or the ENCRYPTION_KEYS it was sealed with."
            ) from None

    def rotated(self, sealed: str | bytes) -> str:
        """The same, sealed with the newest key; raises `Unsealable`."""
        try:
            return self._seals(make=False).rotate(sealed).decode()
        except InvalidToken:
            raise Unsealable("One of the old keys is missing in ENCRYPTION_KEYS.") from None

    def seal_alike(self, value: str) -> str:
        return base64.urlsafe_b64encode(self._siv.encrypt(value.encode(), None)).decode()

    def open_alike(self, sealed: str) -> str:
        try:
            return self._siv.decrypt(base64.urlsafe_b64decode(sealed), None).decode()
        except (InvalidTag, ValueError):
            raise Unsealable("What is looked up was sealed with another key.") from None

    @property
    def _siv(self) -> AESSIV:
        if self._alike is None:
            raise Unsealable("The database has not been unlocked yet.")
        return self._alike

    def _seals(self, *, make: bool) -> MultiFernet:
        if self._fernet is None:
            self._fernet = MultiFernet([Fernet(key) for key in self._keyring.keys(make=make)])
        return self._fernet


_seals: WeakKeyDictionary[Dialect, Seal] = WeakKeyDictionary()
"""By the dialect of the engine they belong to: a column knows nothing else of where it is."""


def sealing(dialect: Dialect, seal: Seal) -> None:
    """Let sealed columns over this engine use this seal."""
    _seals[dialect] = seal


def seal_of(dialect: Dialect) -> Seal:
    return _seals[dialect]


class _SealedJSON(TypeDecorator[Any]):
    """JSON that stands in the database sealed."""

    impl: Any
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _seals[dialect].seal(json.dumps(value, separators=(",", ":")).encode())

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_seals[dialect].open(value))


class Sealed(_SealedJSON):
    """As text."""

    impl = Text
    cache_ok = True


class SealedString(_SealedJSON):
    """In a column that was made for short text."""

    impl = String
    cache_ok = True


class SealedJSON(_SealedJSON):
    """In a column that was made for JSON: what is sealed stands there as a string."""

    impl = JSON
    cache_ok = True


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that stand in the database sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _seals[dialect].seal(value).encode()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _seals[dialect].open(value)


class SealedAlike(TypeDecorator[str]):
    """Text that stands in the database sealed, and can be looked up."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _seals[dialect].seal_alike(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _seals[dialect].open_alike(value)


def _from_file(file: Path, *, make: bool) -> list[str]:
    """The keys in the file, one a line, the newest first; with `make` a new one, where there is no
    file."""
    if not file.exists():
        if not make:
            raise Unsealable(
                f"The key file {file} is missing, and the database was sealed with it. Put it "
                "back; without it what is sealed cannot be read."
            )
        _write(file, Fernet.generate_key().decode())
    if file.stat().st_mode & OTHERS:
        log.warning("key_file_open_to_others", file=file.name, todo=f"chmod 600 {file.name}")
    return file.read_text("ascii").split()


def _write(file: Path, key: str) -> None:
    """For the owner alone; of two processes the first one's stays."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(f"{key}\n")
