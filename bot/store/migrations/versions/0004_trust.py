"""Own accounts, flows that end in the browser, installations, who did what, and a key."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_ONE = sa.text("1")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("way", sa.String, nullable=False),
        sa.Column("credential", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("expires_at", _AT),
        sa.Column("version", sa.Integer, nullable=False, server_default=_ONE),
        sa.Column("refused_at", _AT),
        sa.Column("refreshing_until", _AT),
        sa.Column("connected_at", _AT, nullable=False),
        sa.UniqueConstraint("team_id", "user_id"),
    )
    op.create_table(
        "grants",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("browser", sa.LargeBinary),
        sa.Column("expires_at", _AT, nullable=False, index=True),
    )
    op.create_table(
        "installations",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("enterprise_id", sa.String, nullable=False),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("expires_at", _AT),
        sa.Column("version", sa.Integer, nullable=False, server_default=_ONE),
        sa.Column("refreshing_until", _AT),
        sa.Column("installed_at", _AT, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Index("ix_audit_at", "team_id", "at", "id"),
        sa.Index("ix_audit_user_id", "team_id", "user_id"),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
    )
