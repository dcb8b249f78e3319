"""Own accounts in tests: what seals them, and what stands in for Cal.com's consent."""

from cryptography.fernet import Fernet

from bot.store import Store
from bot.store.sealing import Seal, sealing


def sealed(store: Store) -> Store:
    """The store, with a key of its own for what is sealed in it."""
    sealing(store.database.engine.dialect, Seal([KEY]))
    return store


KEY = Fernet.generate_key().decode()
