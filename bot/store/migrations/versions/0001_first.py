"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    _booking_tables()
    _work_tables()
    _member_tables()


def _booking_tables() -> None:
    op.create_table(
        "subjects",
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("notice", sa.String),
        sa.Column("merged_into", sa.String),
        sa.Column("snapshot", sa.JSON),
        sa.Column("booked_by", sa.String),
        sa.Column("updated_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_subjects"),
        sa.ForeignKeyConstraint(["merged_into"], ["subjects.ref"], name="fk_subjects_merged_into"),
        sa.UniqueConstraint("account", "notice", name="uq_subjects_account"),
    )
    op.create_index("ix_subjects_merged_into", "subjects", ["merged_into"])
    op.create_table(
        "booking_uids",
        sa.Column("account", sa.String, nullable=False),
        sa.Column("uid", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("account", "uid", name="pk_booking_uids"),
        sa.ForeignKeyConstraint(
            ["ref"],
            ["subjects.ref"],
            name="fk_booking_uids_ref",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_table(
        "cards",
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_cards"),
        sa.ForeignKeyConstraint(["ref"], ["subjects.ref"], name="fk_cards_ref"),
    )


def _work_tables() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _row_id, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("channel", sa.String),
        sa.Column("ts", sa.String),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default="waiting"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", _time, nullable=False),
        sa.Column("lease_until", _time),
        sa.Column("tried_at", _time),
        sa.Column("sought_since", _time),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["ref"], ["cards.ref"], name="fk_outbox_ref"),
        sa.UniqueConstraint("ref", "team_id", "place", name="uq_outbox_ref"),
    )
    behind = sa.text("version < wanted")
    op.create_index(
        "ix_outbox_behind",
        "outbox",
        ["due_at", "id"],
        postgresql_where=behind,
        sqlite_where=behind,
    )
    op.create_table(
        "inbox",
        sa.Column("id", _row_id, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("received_at", _time, nullable=False),
        sa.Column("state", sa.String, nullable=False, server_default="waiting"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", _time, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("settled_at", _time),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("digest", name="uq_inbox_digest"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_inbox_waiting", "inbox", ["id"], postgresql_where=waiting, sqlite_where=waiting
    )


def _member_tables() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("updated_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_updated_at", "drafts", ["updated_at"])
    op.create_table(
        "attempts",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("uid", sa.String),
        sa.Column("started_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )
    op.create_index("ix_attempts_state", "attempts", ["state", "started_at"])
    op.create_table(
        "preferences",
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("time_zone", sa.String),
        sa.Column("hour12", sa.Boolean),
        sa.Column("default_event_type", sa.BigInteger),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_preferences"),
    )
