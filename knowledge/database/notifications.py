"""Hearing of a publish by another process: at once from PostgreSQL, otherwise by looking now and then."""

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "faq_revision"


def announce(connection: sa.Connection, revision: int) -> None:
    """Tell every process, when the transaction is committed, that there is a new revision."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(revision))))


class Publications:
    """Listens on a connection of its own; for one thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._connection: Any = None  # of the driver, which alone can listen

    def wait(self, seconds: float) -> None:
        """Return when something was published, or after `seconds`: what was not heard is then looked for."""
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
        """Listen no more."""
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
