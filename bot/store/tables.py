"""The schema, as far as bookings go: what is known of them, what comes in, and what goes out.

What is kept of members is in `member_tables`. A change in either needs a migration beside it; a
test holds them together.

What hangs on what::

    subjects ──< booking_uids      every uid that ever led to the booking
       │ └── merged_into           a ref that turned out to be another's booking
       └── cards ──< outbox        one row per card and place
    rules ──< rule_keys            under which keys a rule is found
    claims                         who takes which booking
    inbox   registrations   turns   keys
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
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Reason, RowId, UTCDateTime, metadata
from bot.store.sealing import SealedAlike, SealedBytes, SealedJSON, SealedString

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
    Column("id", RowId, primary_key=True),
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
    Column("id", RowId, primary_key=True),
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

keys = Table(
    "keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("sealed", Text, nullable=False),
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
