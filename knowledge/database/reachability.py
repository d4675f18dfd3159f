"""Probes of the database that change nothing in it."""

import threading
import time

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from knowledge.database.connection import reading
from knowledge.database.tables import revisions

KEPT_SECONDS = 1.0  # that an answer is believed, so that nobody can keep the database busy with asking


class Reachable:
    """A probe for reading the knowledge base that never takes longer than `seconds`."""

    def __init__(self, engine: sa.Engine, seconds: float = 1.0) -> None:
        self._engine = engine
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._answered = False
        self._due = 0.0

    def __call__(self) -> bool:
        """True when the database answered in time; while an earlier probe hangs, no other is started."""
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
        except SQLAlchemyError:
            return
        self._answered = True


def check_writable(engine: sa.Engine) -> None:
    """Write and roll back. Raises StoreError for a read-only database."""
    table = sa.Table("faqbot_write_check", sa.MetaData(), sa.Column("number", sa.Integer))
    with reading(engine) as connection:  # left without a commit, which undoes the table in both databases
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(CreateTable(table))
