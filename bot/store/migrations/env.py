"""Alembic's way in: runs the migrations on the connection that `upgrading` hands over.

To change the schema, change `tables.py` or `member_tables.py` and write the next file in
`versions/`; a test compares what the migrations make with what the tables say, on both databases.
"""

from alembic import context

from bot.store.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # the caller's transaction holds for all of it, on SQLite as well
    render_as_batch=True,
)
context.run_migrations()
