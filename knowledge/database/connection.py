"""Connections and transactions of the database: SQLite by default, PostgreSQL by URL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from knowledge.database.address import file_of, make_private, parsed_url
from knowledge.database.opened_file import FileRemovedOrReplaced, OpenedFile
from knowledge.database.outage import REST_SECONDS, Outage
from knowledge.errors import AlreadyStored, StoreError

PUBLISH_LOCK = 74657  # PostgreSQL advisory lock; any number, as long as it is ours alone
LOCK_SECONDS = 5.0  # that a statement waits for what another process holds: longer than any of ours takes
POSTGRES_TIMEOUTS = {  # a server that is gone without a word is noticed within seconds
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,  # milliseconds
}
POOL: dict[str, Any] = {
    "pool_size": 10,  # a statement takes a millisecond, so that a few connections serve many threads;
    "max_overflow": 0,  # two processes leave room on a small server that allows 25
    "pool_timeout": 5.0,  # seconds that a thread waits for a connection
}


def connect(url: str, *, lock_seconds: float = LOCK_SECONDS, rest_seconds: float = REST_SECONDS) -> sa.Engine:
    """An engine for `url` (sqlite:///…, postgresql://… or Heroku's postgres://…); no connection is opened yet.

    A statement waits `lock_seconds` for what another process holds. For `rest_seconds` no connection is tried again
    that failed, and none that works is asked whether it still does: the server may have restarted.
    Its errors never show the values of a statement: they may be tokens or questions. Raises StoreError when the URL
    cannot be used.
    """
    parsed = parsed_url(url)
    file = file_of(parsed)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(parsed, hide_parameters=True, connect_args=POSTGRES_TIMEOUTS, **POOL)
        sa.event.listen(engine, "connect", lambda connection, _record: _limit_waiting(connection, lock_seconds))
        _replace_dead_connections(engine, rest_seconds)
    else:
        if file:
            make_private(file)
        engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": lock_seconds})
        sa.event.listen(engine, "connect", _set_pragmas)
    Outage(engine, rest_seconds, OpenedFile(file) if file else None)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while one process writes
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only unlinked
    cursor.close()


def _limit_waiting(connection: Any, seconds: float) -> None:
    connection.autocommit = True  # else the setting goes with a transaction that is rolled back
    connection.execute(f"SET lock_timeout = '{seconds}s'")
    connection.autocommit = False


def _replace_dead_connections(engine: sa.Engine, rest_seconds: float) -> None:
    """Ask connections that have rested whether they live; asking each time would double a busy bot's round trips."""

    def rest(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("since", time.monotonic()) < rest_seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise sa.exc.InvalidatePoolError from error

    sa.event.listen(engine, "checkin", rest)
    sa.event.listen(engine, "checkout", wake)


def for_single_statements(engine: sa.Engine) -> sa.Engine:
    """The engine in autocommit mode: each statement is a transaction, in one round trip instead of three."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to read with. Raises StoreError for any error of the database."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise unusable(error) from error


@contextmanager
def changing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction, kept as a whole or not at all. Raises AlreadyStored for a duplicate key, else StoreError."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise unusable(error) from error


@contextmanager
def write_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that is alone in changing the knowledge base from its first statement on.

    Reading and then writing is therefore safe in it: nobody publishes in between. Raises StoreError.
    """
    with changing(engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # a long import or migration is waited for
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(PUBLISH_LOCK)))
        yield connection


def unusable(error: SQLAlchemyError) -> StoreError:
    """The error to raise when the database failed; it names the kind of failure, no statement and no values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, FileRemovedOrReplaced):
        return StoreError(
            "データベースのファイルが、動いている間に消されたか、別のファイルに置きかえられました。",
            "元のファイルを戻すか、ボットを起動し直してください。",
        )
    kind = AlreadyStored if isinstance(error, IntegrityError) else StoreError
    return kind(
        f"データベースを使えません（{type(cause).__name__}）。",
        "DATABASE_URL と空き容量を確かめ、`faqbot migrate` を実行してください。",
    )
