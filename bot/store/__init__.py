"""What is kept: references, drafts, attempts, preferences, inbox and outbox.

SQLAlchemy Core over SQLite and PostgreSQL. It fits the ports of the services structurally and
knows nothing of them. `database` connects and translates errors, `tables` and `member_tables` are
the schema, `subjects` and `merging` are what references, inbox and outbox share.
"""

from bot.store.engine import Store, open_store
from bot.store.upgrading import migrate, rotate

__all__ = ["Store", "migrate", "open_store", "rotate"]
