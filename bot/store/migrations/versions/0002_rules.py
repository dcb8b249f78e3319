"""Rules, registered webhooks and recurring work; notes and reminders beside the cards."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_time = sa.DateTime(timezone=True)

# What the new columns say of the cards that are there; on SQLite in SQLAlchemy's form of a time.
_TOLD_ON_POSTGRESQL = """
    UPDATE cards SET
        starts_at = CAST(body -> 'booking' ->> 'start' AS timestamptz),
        ends_at = CAST(body -> 'booking' ->> 'end' AS timestamptz),
        phase = body ->> 'phase'
    WHERE kind = 'booking'"""
_TOLD_ON_SQLITE = """
    UPDATE cards SET
        starts_at = strftime('%Y-%m-%d %H:%M:%f000', json_extract(body, '$.booking.start')),
        ends_at = strftime('%Y-%m-%d %H:%M:%f000', json_extract(body, '$.booking.end')),
        phase = json_extract(body, '$.phase')
    WHERE kind = 'booking'"""


def upgrade() -> None:
    op.create_index("ix_booking_uids_ref", "booking_uids", ["ref"])
    _cards()
    _outbox()
    _inbox()
    _rules()
    _registrations()
    _turns()


def _cards() -> None:
    account = sa.Column("account", sa.String, nullable=False, server_default="house")
    op.add_column("cards", account)
    op.add_column("cards", sa.Column("starts_at", _time))
    op.add_column("cards", sa.Column("ends_at", _time))
    op.add_column("cards", sa.Column("phase", sa.String))
    on_sqlite = op.get_context().dialect.name == "sqlite"
    # Not by Alembic, which takes a colon within quotes for a parameter.
    op.get_bind().exec_driver_sql(_TOLD_ON_SQLITE if on_sqlite else _TOLD_ON_POSTGRESQL)
    op.create_index("ix_cards_starts_at", "cards", ["account", "starts_at", "ref"])
    op.create_index("ix_cards_updated_at", "cards", ["kind", "updated_at"])


def _outbox() -> None:
    op.drop_index("ix_outbox_behind", "outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("kind", sa.String, nullable=False, server_default="card"))
        outbox.add_column(sa.Column("key", sa.String, nullable=False, server_default=sa.text("''")))
        outbox.add_column(sa.Column("note", sa.JSON))
        outbox.add_column(sa.Column("look", sa.JSON))
        outbox.add_column(
            sa.Column("trace", sa.String, nullable=False, server_default=sa.text("''"))
        )
        outbox.add_column(sa.Column("made_at", _time))
        outbox.drop_constraint("uq_outbox_ref", type_="unique")
        outbox.create_unique_constraint("uq_outbox_ref", ["ref", "team_id", "place", "kind", "key"])
    behind = "version < wanted AND state = 'waiting'"
    _index("ix_outbox_behind", "outbox", ["due_at", "id"], behind)
    _index("ix_outbox_places", "outbox", ["team_id", "place", "due_at", "id"], behind)
    _index("ix_outbox_aside", "outbox", ["team_id", "place"], "state = 'aside'")
    _index("ix_outbox_noted", "outbox", ["due_at"], "kind <> 'card'")
    _index("ix_outbox_named", "outbox", ["team_id", "place"], "substr(place, 1, 1) = '#'")


def _inbox() -> None:
    op.drop_index("ix_inbox_waiting", "inbox")
    account = sa.Column("account", sa.String, nullable=False, server_default="house")
    op.add_column("inbox", account)
    op.add_column("inbox", sa.Column("kind", sa.String, nullable=False, server_default="webhook"))
    _index("ix_inbox_waiting", "inbox", ["due_at", "id"], "state = 'waiting'")
    _index("ix_inbox_settled_at", "inbox", ["settled_at"], "settled_at IS NOT NULL")


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("news", sa.String),
        sa.Column("digest_at", _time),
        sa.Column("reminds", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("made_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
    )
    op.create_index("ix_rules_news", "rules", ["account", "news"])
    op.create_index("ix_rules_made_at", "rules", ["team_id", "made_at", "id"])
    op.create_index("ix_rules_place", "rules", ["team_id", "place"])
    op.create_index("ix_rules_owner", "rules", ["team_id", "owner"])
    op.create_index("ix_rules_digest_at", "rules", ["digest_at"])
    _index("ix_rules_reminds", "rules", ["account"], "reminds", on_sqlite="reminds = 1")
    op.create_table(
        "rule_keys",
        sa.Column("account", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("rule_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("account", "key", "rule_id", name="pk_rule_keys"),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name="fk_rule_keys_rule_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_rule_keys_rule_id", "rule_keys", ["rule_id"])


def _registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("address", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("owner_id", sa.BigInteger),
        sa.Column("team_id", sa.BigInteger),
        sa.Column("secret", sa.String, nullable=False),
        sa.Column("webhook_id", sa.String, nullable=False, server_default=sa.text("''")),
        sa.Column("triggers", sa.JSON, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("checked_at", _time),
        sa.PrimaryKeyConstraint("address", name="pk_registrations"),
    )
    op.create_index("ix_registrations_account", "registrations", ["account"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("due_at", _time, nullable=False),
        sa.Column("lease_until", _time),
        sa.Column("state", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_turns"),
    )


def _index(name: str, table: str, columns: list[str], where: str, *, on_sqlite: str = "") -> None:
    """An index of those rows alone."""
    op.create_index(
        name,
        table,
        columns,
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(on_sqlite or where),
    )
