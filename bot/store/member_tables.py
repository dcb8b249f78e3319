"""The schema, as far as people go: what is kept of members, and of their workspaces. See `tables`.

What hangs on what::

    drafts   attempts   preferences   shares   homes
    proposals ──< proposal_marks   what suits whom
    accounts   grants   installations   audit
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.store.columns import Reason, RowId, UTCDateTime, metadata
from bot.store.sealing import Sealed, SealedAlike, SealedJSON, SealedString

drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("data", SealedJSON, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False, index=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("request", SealedJSON, nullable=False),
    Column("uid", SealedString),
    Column("started_at", UTCDateTime, nullable=False),
    Index("ix_attempts_state", "state", "started_at"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("time_zone", String),
    Column("hour12", Boolean),
    Column("default_event_type", BigInteger),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("account", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("event_type_id", BigInteger, nullable=False, index=True),
    Column("body", Sealed, nullable=False),  # the rest of the share
    Column("due_at", UTCDateTime, nullable=False, index=True),  # when it is looked at next
    Column("expires_at", UTCDateTime, nullable=False),
    Index("ix_shares_user_id", "team_id", "user_id"),
)

homes = Table(
    "homes",
    metadata,
    Column("team_id", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("account", String, nullable=False),  # whose bookings it shows
    Column("email", SealedAlike, nullable=False),
    Column("page", Integer, nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("stale_at", UTCDateTime, index=True),  # since when it shows what is no longer so
    Index("ix_homes_account", "account", "email"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("account", String, nullable=False, index=True),
    Column("channel", String, nullable=False, server_default=text("''")),
    Column("ts", String, nullable=False, server_default=text("''")),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("shown", Integer, nullable=False, server_default=text("0")),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("lease_until", UTCDateTime),
    Column("due_at", UTCDateTime, index=True),  # when somebody has to look at it
    Column("body", SealedJSON, nullable=False),
    Index("ix_proposals_user_id", "team_id", "user_id"),
)

proposal_marks = Table(
    "proposal_marks",
    metadata,
    Column("proposal", String, ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("choice", Integer, primary_key=True),
    Column("team_id", String, nullable=False),
    Index("ix_proposal_marks_user_id", "team_id", "user_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("way", String, nullable=False),
    Column("credential", Sealed, nullable=False),
    Column("profile", Sealed, nullable=False),
    Column("expires_at", UTCDateTime),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("refused_at", UTCDateTime),
    Column("refreshing_until", UTCDateTime),  # somebody asks for the next token
    Column("connected_at", UTCDateTime, nullable=False),
    UniqueConstraint("team_id", "user_id"),
)

grants = Table(
    "grants",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the state in the link
    Column("kind", String, nullable=False),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("sealed", Sealed, nullable=False),  # the verifier and the wish
    Column("browser", LargeBinary),
    Column("expires_at", UTCDateTime, nullable=False, index=True),
)

installations = Table(
    "installations",
    metadata,
    Column("key", String, primary_key=True),  # the workspace, or the organization
    Column("team_id", String, nullable=False),
    Column("enterprise_id", String, nullable=False),
    Column("tokens", Sealed, nullable=False),
    Column("body", JSON, nullable=False),  # the rest, none of it secret
    Column("expires_at", UTCDateTime),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("refreshing_until", UTCDateTime),
    Column("installed_at", UTCDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("action", String, nullable=False),
    Column("account", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", Reason, nullable=False),
    Index("ix_audit_at", "team_id", "at", "id"),
    Index("ix_audit_user_id", "team_id", "user_id"),
)
