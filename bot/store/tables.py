"""The schema. A change here needs a migration beside it; a test holds the two together.

What hangs on what::

    subjects ──< booking_uids      every uid that ever led to the booking
       │ └── merged_into           a ref that turned out to be another's booking
       └── cards ──< outbox        one row per card and place
    rules ──< rule_keys            under which keys a rule is found
    inbox   registrations   turns   drafts   attempts   preferences   shares   homes
    accounts   grants   installations   audit   keys
    proposals ──< proposal_marks   what suits whom
    claims                         who takes which booking
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from bot.store.sealing import Sealed, SealedAlike, SealedBytes, SealedJSON, SealedString


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on both databases (SQLite itself keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Reason(TypeDecorator[str]):
    """Why something went wrong: its beginning, without the NUL that PostgreSQL cannot store."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.replace("\0", "")[:500]


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

_RowId = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself there

subjects = Table(
    "subjects",
    metadata,
    Column("ref", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("notice", String),  # the notice's key; NULL for a booking
    Column("merged_into", String, ForeignKey("subjects.ref")),  # always one hop, to a live ref
    Column("snapshot", SealedJSON(none_as_null=True)),  # NULL until one was shown or told
    Column("booked_by", String),
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("account", "notice"),
    Index("ix_subjects_merged_into", "merged_into"),
)

booking_uids = Table(
    "booking_uids",
    metadata,
    Column("account", String, primary_key=True),
    Column("uid", SealedAlike, primary_key=True),
    # Deferred: a ref's first uid is what decides a race, so it is stored before the ref itself.
    Column(
        "ref",
        String,
        ForeignKey("subjects.ref", deferrable=True, initially="DEFERRED"),
        nullable=False,
        index=True,
    ),
)

cards = Table(
    "cards",
    metadata,
    Column("ref", String, ForeignKey("subjects.ref"), primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", SealedJSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("account", String, nullable=False, server_default="house"),
    # Of a booking, read off the body: what reminders, digests and pruning look for.
    Column("starts_at", UTCDateTime),
    Column("ends_at", UTCDateTime),
    Column("phase", String),
    Index("ix_cards_starts_at", "account", "starts_at", "ref"),
    Index("ix_cards_updated_at", "kind", "updated_at"),
)

_BEHIND = text("version < wanted AND state = 'waiting'")
_ASIDE = text("state = 'aside'")
_NOTED = text("kind <> 'card'")
_NAMED = text("substr(place, 1, 1) = '#'")

outbox = Table(
    "outbox",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("ref", String, ForeignKey("cards.ref"), nullable=False),
    Column("team_id", String, nullable=False),
    Column("place", String, nullable=False),
    Column("channel", String),
    Column("ts", String),
    # The card's version that is shown, and the one that should be. Both stand in the row, so that
    # "behind" is one row's own business: a write-back cannot miss a card that changed meanwhile.
    Column("version", Integer, nullable=False, server_default="0"),
    Column("wanted", Integer, nullable=False),
    Column("state", String, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", UTCDateTime, nullable=False),
    Column("lease_until", UTCDateTime),
    Column("tried_at", UTCDateTime),  # when the try began whose fate is not known yet
    Column("sought_since", UTCDateTime),  # an earlier try may have posted: look from here on
    Column("error", Reason),
    Column("kind", String, nullable=False, server_default="card"),
    Column(
        "key", String, nullable=False, server_default=text("''")
    ),  # what tells notes, reminders apart; of a card the thread it stands in
    Column("note", SealedJSON(none_as_null=True)),  # a note's word
    Column("look", JSON(none_as_null=True)),  # how much is shown, who is mentioned
    Column("trace", String, nullable=False, server_default=text("''")),
    Column("made_at", UTCDateTime),
    Column("wanted_at", UTCDateTime),  # since when the place should show it
    Column("failures", Integer, nullable=False, server_default=text("0")),  # for no known reason
    UniqueConstraint("ref", "team_id", "place", "kind", "key"),
    # The next one due; and, where some places are busy, the next one due in each place.
    Index("ix_outbox_behind", "due_at", "id", postgresql_where=_BEHIND, sqlite_where=_BEHIND),
    Index(
        "ix_outbox_places",
        *("team_id", "place", "due_at", "id"),
        postgresql_where=_BEHIND,
        sqlite_where=_BEHIND,
    ),
    Index("ix_outbox_aside", "team_id", "place", postgresql_where=_ASIDE, sqlite_where=_ASIDE),
    Index("ix_outbox_noted", "due_at", postgresql_where=_NOTED, sqlite_where=_NOTED),
    Index("ix_outbox_named", "team_id", "place", postgresql_where=_NAMED, sqlite_where=_NAMED),
)

_WAITING = text("state = 'waiting'")
_SETTLED = text("settled_at IS NOT NULL")

inbox = Table(
    "inbox",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of account and body
    Column("raw", SealedBytes, nullable=False),
    Column("account", String, nullable=False, server_default="house"),
    Column("kind", String, nullable=False, server_default="webhook"),  # or sighting
    Column("received_at", UTCDateTime, nullable=False),
    Column("state", String, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", UTCDateTime, nullable=False),  # a lease is a due time in the future
    Column("error", Reason),
    Column("settled_at", UTCDateTime),
    Index("ix_inbox_waiting", "due_at", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
    Index("ix_inbox_settled_at", "settled_at", postgresql_where=_SETTLED, sqlite_where=_SETTLED),
)

rules = Table(
    "rules",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("team_id", String, nullable=False),
    Column("place", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("body", JSON, nullable=False),  # the rule
    Column("news", String),  # what it announces, with commas; NULL for everything
    Column("digest_at", UTCDateTime),  # when its next digest is due; NULL without one
    Column("reminds", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", UTCDateTime, nullable=False),
    Index("ix_rules_news", "account", "news"),
    Index("ix_rules_made_at", "team_id", "made_at", "id"),
    Index("ix_rules_place", "team_id", "place"),
    Index("ix_rules_owner", "team_id", "owner"),
    Index("ix_rules_digest_at", "digest_at"),
    Index(
        "ix_rules_reminds",
        "account",
        postgresql_where=text("reminds"),
        sqlite_where=text("reminds = 1"),
    ),
)

rule_keys = Table(
    "rule_keys",
    metadata,
    Column("account", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column(
        "rule_id", String, ForeignKey("rules.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)

registrations = Table(
    "registrations",
    metadata,
    Column("address", SealedAlike, primary_key=True),
    Column("account", String, nullable=False),
    Column("level", String, nullable=False),
    Column("owner_id", BigInteger),
    Column("team_id", BigInteger),
    Column("secret", SealedString, nullable=False),
    Column("webhook_id", String, nullable=False, server_default=text("''")),
    Column("triggers", JSON, nullable=False),
    Column("error", Reason),
    Column("checked_at", UTCDateTime),
    Index("ix_registrations_account", "account"),
)

turns = Table(
    "turns",
    metadata,
    Column("name", String, primary_key=True),
    Column("due_at", UTCDateTime, nullable=False),  # while somebody has it: when it is wanted again
    Column("lease_until", UTCDateTime),
    Column("state", JSON, nullable=False),
)

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
    Column("id", _RowId, primary_key=True),
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

keys = Table(
    "keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("sealed", Text, nullable=False),
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

claims = Table(
    "claims",
    metadata,
    Column("ref", String, primary_key=True),
    Column("starts_at", UTCDateTime, primary_key=True),
    Column("account", String, nullable=False),
    Column("team_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("host_id", BigInteger),
    Column("taken_at", UTCDateTime, nullable=False),
    Column("lease_until", UTCDateTime, index=True),  # while it is handed over
    Index("ix_claims_user_id", "team_id", "user_id"),
)
