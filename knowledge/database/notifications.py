"""Notifications of new revisions between processes: pushed by PostgreSQL, polled with SQLite."""

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "faq_revision"


def announce(connection: sa.Connection, revision: int) -> None:
    """Notify every process of a new revision once the transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(revision))))


class Publications:
    """A subscription to new revisions on a connection of its own; for one thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._connection: Any = None  # of the driver, which alone can listen

    def wait(self, seconds: float) -> None:
        """Return at a new revision, or after `seconds`, so that the caller can poll."""
        if self.engine.dialect.name != "postgresql":
            time.sleep(seconds)
            return
        started = time.monotonic()
        try:
            self._connection = self._connection or self._listen()
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                return
        except (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error):
            self.close()
            time.sleep(max(0.0, started + seconds - time.monotonic()))

    def close(self) -> None:
        """End the subscription."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _listen(self) -> Any:
        pooled = self.engine.raw_connection()
        connection: Any = pooled.dbapi_connection
        pooled.detach()  # nobody else gets it
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
        except self.engine.dialect.loaded_dbapi.Error:
            connection.close()
            raise
        return connection
