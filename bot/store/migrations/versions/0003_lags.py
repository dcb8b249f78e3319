"""Since when a place should show something, and how often it failed for no known reason."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("wanted_at", sa.DateTime(timezone=True)))
        outbox.add_column(
            sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0"))
        )
