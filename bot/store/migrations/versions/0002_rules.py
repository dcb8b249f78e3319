"""Rules, registered webhooks and recurring work; notes and reminders beside the cards."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    _cards()
    _outbox()
    with op.batch_alter_table("inbox") as inbox:
        inbox.add_column(sa.Column("account", sa.String, nullable=False, server_default="house"))
        inbox.add_column(sa.Column("kind", sa.String, nullable=False, server_default="webhook"))
    _rules()
    _registrations()


def _cards() -> None:
    with op.batch_alter_table("cards") as cards:
        cards.add_column(sa.Column("account", sa.String))
        cards.add_column(sa.Column("starts_at", _time))
        cards.add_column(sa.Column("phase", sa.String))
        cards.create_index("ix_cards_starts_at", ["account", "starts_at"])
        cards.create_index("ix_cards_updated_at", ["updated_at"])


def _outbox() -> None:
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
    aside = sa.text("state = 'aside'")
    op.create_index(
        "ix_outbox_aside",
        "outbox",
        ["team_id", "place"],
        postgresql_where=aside,
        sqlite_where=aside,
    )


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("digest_at", _time),
        sa.Column("reminds", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("updated_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
    )
    op.create_index("ix_rules_place", "rules", ["team_id", "place"])
    op.create_index("ix_rules_owner", "rules", ["team_id", "owner"])
    op.create_index("ix_rules_digest_at", "rules", ["digest_at"])
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
    op.create_table(
        "turns",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("due_at", _time, nullable=False),
        sa.Column("lease_until", _time),
        sa.Column("state", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_turns"),
    )
