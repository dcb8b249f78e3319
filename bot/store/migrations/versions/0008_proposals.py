"""Times that are proposed to others, and what suits whom."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False, index=True),
        sa.Column("channel", sa.String, nullable=False, server_default=sa.text("''")),
        sa.Column("ts", sa.String, nullable=False, server_default=sa.text("''")),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("lease_until", _AT),
        sa.Column("due_at", _AT, index=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Index("ix_proposals_user_id", "team_id", "user_id"),
    )
    op.create_table(
        "proposal_marks",
        sa.Column(
            "proposal",
            sa.String,
            sa.ForeignKey("proposals.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("choice", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Index("ix_proposal_marks_user_id", "team_id", "user_id"),
    )
