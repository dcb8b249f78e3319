"""Event types that are shared in channels."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("ts", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("event_type_id", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("due_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
    )
    op.create_index("ix_shares_event_type_id", "shares", ["event_type_id"])
    op.create_index("ix_shares_due_at", "shares", ["due_at"])
    op.create_index("ix_shares_user_id", "shares", ["team_id", "user_id"])
