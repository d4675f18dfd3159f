"""The database: its tables, its connection and its migrations (SQLite by default, PostgreSQL by URL)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from knowledge.errors import StoreError

SCHEMA_REVISION = "0005"  # the newest file of migrations/versions; a test compares them
PUBLISH_LOCK = 74657  # PostgreSQL advisory lock; any number, as long as it is ours alone
BUSY_TIMEOUT = 5.0  # seconds that SQLite waits for another process's write

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
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("base", sa.Integer, nullable=False),  # revision that the editor saw
    sa.Column("change", sa.JSON, nullable=False),  # Change.to_json()
    sa.Column("state", sa.String(16), nullable=False, index=True),  # proposals.State
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
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("door", sa.String(16), nullable=False),
    sa.Column("asker", sa.String(64), nullable=False),  # keyed hash, never the id
    sa.Column("text", sa.Text, nullable=False),  # redacted
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("entry_id", sa.String(64)),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("milliseconds", sa.Float, nullable=False),
    sa.Index("ix_queries_asker", "asker", "at"),
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reference", sa.String(32), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # query_log.FeedbackKind
    sa.Column("entry_id", sa.String(64)),
    sa.Column("asker", sa.String(64), nullable=False, server_default=""),  # keyed hash, "" where unknown
    sa.Column("reason", sa.String(32)),  # query_log.UnhelpfulReason
)

replies = sa.Table(  # what we posted for which message, to update it, follow it up and escalate it
    "replies",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),  # of the asker's message
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("reference", sa.String(32), nullable=False, index=True),
    sa.Column("asker", sa.String(64), nullable=False),  # keyed hash
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("thread", sa.String(64), nullable=False),
    sa.Column("message", sa.String(64), nullable=False),  # ours
    sa.Column("entry_id", sa.String(64)),  # that it shows
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

ASKER_TABLES = (feedback, replies, escalations, queries)  # every table with personal data, what refers to others first

ignored_gaps = sa.Table(  # questions that editors do not want to see among the gaps
    "ignored_gaps",
    metadata,
    sa.Column("text_key", sa.String(64), primary_key=True),  # gap_questions.text_key, never the text
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("editor", sa.String(255), nullable=False),
)

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),  # one Slack message or event, answered once
    sa.Column("at", UtcDateTime, nullable=False, index=True),
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
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


def connect(url: str) -> sa.Engine:
    """An engine for `url` (sqlite:///…, postgresql://… or Heroku's postgres://…).

    Its errors never show the values of a statement: they may be tokens or questions.

    Raises StoreError when the URL cannot be used; no connection is opened yet.
    """
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreError(
            "DATABASE_URL を読めません。", "sqlite:////絶対パス か postgresql://… の形で書いてください。"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)  # which may hold questions
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database).parent)
    engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT}, hide_parameters=True)
    sa.event.listen(engine, "connect", _set_pragmas)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"データベースのフォルダ {folder} を作れません（{type(error).__name__}）。",
            "書き込める場所を DATABASE_URL に指定してください。",
        ) from error


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while one process writes
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only unlinked
    cursor.close()


@contextmanager
def write_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that is alone in changing the knowledge base from its first statement on.

    Reading and then writing is therefore safe in it: nobody publishes in between.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(PUBLISH_LOCK)))
        yield connection


def unusable(error: SQLAlchemyError) -> StoreError:
    """What to raise when the database failed: the kind of failure, without statement or values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return StoreError(
        f"データベースを使えません（{type(cause).__name__}）。",
        "DATABASE_URL と空き容量を確かめ、`faqbot migrate` を実行してください。",
    )


def schema_revision(engine: sa.Engine) -> str | None:
    """The schema revision found in the database, or None for an empty one."""
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return version
    except DBAPIError as error:  # out of reach, or no database at all
        raise StoreError(
            f"データベースに接続できません（{engine.url.render_as_string(hide_password=True)}）。",
            "DATABASE_URL と、データベースが動いていることを確かめてください。",
        ) from error


def migrate(engine: sa.Engine) -> None:
    """Bring the schema up to date; safe to call at every start and from several processes at once."""
    if schema_revision(engine) == SCHEMA_REVISION:
        return
    from alembic import command  # imported here: costs 0.3 s, and most starts need no migration
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", os.fspath(Path(__file__).parent / "migrations"))
    with write_transaction(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
