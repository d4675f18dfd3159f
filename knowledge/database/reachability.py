"""Probes of the database: a running process's, which writes, and the doctor's, which leaves nothing behind."""

import sqlite3
import threading
import time
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from knowledge.database.connection import reading
from knowledge.database.tables import claims, revisions

PROBE = "probe"  # the key of the row that is written
LOCKED = "55P03"  # PostgreSQL's code for a lock that was waited for in vain
KEPT_SECONDS = 1.0  # that an answer is believed, so that nobody can keep the database busy with asking


class Reachable:
    """A probe for reading and writing that never takes longer than `seconds`."""

    def __init__(self, engine: sa.Engine, seconds: float = 1.0) -> None:
        self._engine = engine
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._answered = False
        self._due = 0.0

    def __call__(self) -> bool:
        """True when the database can be read in time, and writing did not fail.

        While an earlier probe hangs, no other is started: another process may hold the database for a while.
        """
        with self._lock:
            if time.monotonic() >= self._due:
                if self._asking is None or not self._asking.is_alive():
                    self._answered = False
                    self._asking = threading.Thread(target=self._ask, daemon=True)  # a driver may hang for minutes
                    self._asking.start()
                self._asking.join(self._seconds)
                self._due = time.monotonic() + KEPT_SECONDS
            return self._answered

    def _ask(self) -> None:
        try:
            with self._engine.connect() as connection:
                connection.execute(sa.select(revisions.c.revision).limit(1))
            self._answered = True
            self._write()
        except IntegrityError:  # another process wrote at the same moment
            pass
        except SQLAlchemyError as error:
            self._answered = self._answered and _waited_in_vain(error)

    def _write(self) -> None:
        """Write for good, which alone finds a full disk; there is one row, whoever writes."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(claims).where(claims.c.key == PROBE))
            connection.execute(sa.insert(claims).values(key=PROBE, at=datetime.now(UTC)))


def _waited_in_vain(error: SQLAlchemyError) -> bool:
    """True when somebody else held the database, which is no fault of it."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY or getattr(cause, "sqlstate", "") == LOCKED


def check_writable(engine: sa.Engine) -> None:
    """Write and roll back. Raises StoreError for a read-only database."""
    table = sa.Table("faqbot_write_check", sa.MetaData(), sa.Column("number", sa.Integer))
    with reading(engine) as connection:  # left without a commit, which undoes the table in both databases
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(CreateTable(table))
