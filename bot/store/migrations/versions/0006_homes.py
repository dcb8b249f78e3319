"""The App Homes that members have opened lately."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "homes",
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stale_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_homes"),
    )
    op.create_index("ix_homes_account", "homes", ["account", "email"])
    op.create_index("ix_homes_stale_at", "homes", ["stale_at"])
