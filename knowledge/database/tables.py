"""The tables of the database."""

from datetime import UTC, datetime

import sqlalchemy as sa

metadata = sa.MetaData()


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, timezone-aware in Python and UTC in the database (SQLite keeps no time zone)."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The moment as naive UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The stored moment as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("editor", sa.String(255), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("override", sa.Text, nullable=False, server_default=""),  # why it was published though refused
    sa.Column("approved_by", sa.String(255), nullable=False, server_default=""),
)

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("editor", sa.String(255), nullable=False),
    sa.Column("person", sa.String(255), nullable=False, server_default=""),  # where the editor may take any name
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("base", sa.Integer, nullable=False),  # revision that the editor saw
    sa.Column("change", sa.JSON, nullable=False),  # Change.to_json()
    sa.Column("state", sa.String(16), nullable=False, index=True),  # proposals.ProposalState
    sa.Column("override", sa.Text, nullable=False, server_default=""),
    sa.Column("revision", sa.Integer),  # that it became
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # Entry.to_fields()
    sa.Column("shipped_digest", sa.String(64)),  # of the file version it came from, None if from no file
    sa.Column("revision", sa.Integer, nullable=False),  # that last changed it
)

entry_history = sa.Table(
    "entry_history",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON(none_as_null=True)),  # None: the entry was removed in this revision
    sa.Column("shipped_digest", sa.String(64)),  # of a removed entry, so that the files do not bring it back
)

queries = sa.Table(
    "queries",
    metadata,
    sa.Column("reference", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("door", sa.String(16), nullable=False),
    sa.Column("asker", sa.String(64), nullable=False),  # keyed hash, never the id
    sa.Column("text", sa.Text, nullable=False),  # redacted
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("entry_id", sa.String(64)),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("milliseconds", sa.Float, nullable=False),
    sa.Column("suggested", sa.Text, nullable=False, server_default=""),  # ids of entries, each between blanks
    sa.Index("ix_queries_at", "at", "decision", "reference"),  # effects.py counts by it alone
    sa.Index("ix_queries_asker", "asker", "at"),
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reference", sa.String(32), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # feedback.FeedbackKind
    sa.Column("entry_id", sa.String(64)),
    sa.Column("asker", sa.String(64), nullable=False, server_default=""),  # keyed hash, "" where unknown
    sa.Column("reason", sa.String(32)),  # feedback.UnhelpfulReason
)

replies = sa.Table(  # what we posted for which message, to update it, follow it up and escalate it; half sentences
    "replies",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),  # of the asker's message
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("reference", sa.String(32), nullable=False, index=True),
    sa.Column("asker", sa.String(64), nullable=False),  # keyed hash
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("thread", sa.String(64), nullable=False),
    sa.Column("message", sa.String(64), nullable=False),  # ours; the asker's where we wait for the rest of it
    sa.Column("entry_id", sa.String(64)),  # that it shows
    sa.Column("team", sa.String(32), nullable=False, server_default=""),  # whose bot posted it, "" for the only one
    sa.Column("said", sa.Text, nullable=False, server_default=""),  # redacted half sentence that got no reply
    sa.Index("ix_replies_channel", "channel", "thread"),
)

escalations = sa.Table(  # questions handed to people, and where both sides talk
    "escalations",
    metadata,
    sa.Column("reference", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("thread", sa.String(64), nullable=False),
    sa.Column("asker", sa.String(64), nullable=False),  # keyed hash
    sa.Column("support_channel", sa.String(64), nullable=False),
    sa.Column("support_thread", sa.String(64), nullable=False),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("team", sa.String(32), nullable=False, server_default=""),  # workspace of `channel`, "" for the only one
    sa.Index("ix_escalations_channel", "channel", "thread"),
    sa.Index("ix_escalations_support_channel", "support_channel", "support_thread"),
)

carried = sa.Table(  # messages of an escalation as the other side sees them, to follow edits and deletions
    "carried",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),  # of the message that somebody wrote
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),  # of several messages that carry a long one
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("reference", sa.String(32), nullable=False, index=True),  # of the escalation
    sa.Column("channel", sa.String(64), nullable=False),  # of the copy
    sa.Column("message", sa.String(64), nullable=False),  # ours
)

ASKER_TABLES = (feedback, replies, escalations, queries)  # what askers did; what refers to others first

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),  # a message, press, digest or other thing to be done once
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)

inbox = sa.Table(  # events of Slack that cause work, kept before they are acknowledged
    "inbox",
    metadata,
    sa.Column("event", sa.String(128), primary_key=True),  # Slack's event id
    sa.Column("key", sa.String(255)),  # of the message it answers: one event alone may have it
    sa.Column("body", sa.JSON(none_as_null=True)),  # needed to work on it again; erased when it is done
    sa.Column("state", sa.String(16), nullable=False),  # inbox.EventState
    sa.Column("attempts", sa.Integer, nullable=False),  # by how many processes; a process may try several times
    sa.Column("owner", sa.String(32)),  # process that works on it
    sa.Column("leased_until", UtcDateTime, index=True),  # afterwards anybody may take it; None when it is done
    sa.Column("reference", sa.String(32)),  # of our reply
    sa.Column("message", sa.String(64)),  # timestamp of that reply
    sa.Column("received_at", UtcDateTime, nullable=False, index=True),
    sa.Column("done_at", UtcDateTime),
    sa.Index("ix_inbox_key", "key", unique=True),
)

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),  # digest of encoder and text
    sa.Column("body", sa.LargeBinary, nullable=False),  # float32, little-endian
)

calibrations = sa.Table(
    "calibrations",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
)

index_parts = sa.Table(
    "index_parts",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),  # from 0 on: of many megabytes a database makes many copies
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

# One row: the name (of its site) of the knowledge base that the database belongs to.
knowledge_base = sa.Table("knowledge_base", metadata, sa.Column("name", sa.String(200), primary_key=True))
