"""Detection of database outages: logs their start and end once, and fails fast in between."""

import logging
import threading
import time
from typing import Any

import sqlalchemy as sa

from knowledge.database.opened_file import OpenedFile

logger = logging.getLogger(__name__)
REST_SECONDS = 1.0  # after a failed connection, before the next one is tried
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
WROTE = "wrote"  # of a connection: what it wrote has not failed, until it is given back
HARMLESS = (sa.exc.IntegrityError, sa.exc.DataError)  # they say something of a value, not of the database


class Outage:
    """Watches the connections of an engine; after a failed one the next fails at once for `rest_seconds`.

    A `file` of SQLite that is not the opened one any more is an outage too.
    """

    def __init__(self, engine: sa.Engine, rest_seconds: float, file: OpenedFile | None = None) -> None:
        self._rest_seconds = rest_seconds
        self._file = file
        if file:
            file.watch(engine)
        self._lock = threading.Lock()
        self._cause = ""  # "" while the database works
        self._only_writing_fails = False
        self._refused_at = -rest_seconds
        sa.event.listen(engine, "do_connect", self._connect)
        sa.event.listen(engine, "handle_error", self._failed)
        sa.event.listen(engine, "after_cursor_execute", self._worked)
        sa.event.listen(engine, "rollback", lambda connection: connection.info.pop(WROTE, None))
        sa.event.listen(engine, "checkin", self._returned)

    def _connect(self, dialect: sa.Dialect, _record: Any, arguments: Any, options: Any) -> Any:
        if self._file:
            self._file.check()  # a connection would make a file
        if time.monotonic() - self._refused_at < self._rest_seconds:
            raise sa.exc.OperationalError("connect", None, ConnectionError(self._cause))
        try:
            connection = dialect.connect(*arguments, **options)
        except Exception as error:
            self._refused_at = time.monotonic()
            self._gone(error, writing=False)
            raise
        if self._file:
            self._file.note()
        return connection

    def _failed(self, context: sa.ExceptionContext) -> None:
        error, connection = context.sqlalchemy_exception, context.connection
        if connection is not None and not connection.invalidated:
            connection.info.pop(WROTE, None)
        if error is not None and not isinstance(error, HARMLESS):
            is_commit = context.statement is None and connection is not None and not context.is_pre_ping
            writing = is_commit or (context.statement or "").startswith(WRITES)
            self._gone(context.original_exception, writing=writing)

    def _worked(self, connection: sa.Connection, _cursor: Any, statement: str, *_details: Any) -> None:
        if not self._cause:
            return
        if not self._only_writing_fails:
            self._back()
        elif statement.startswith(WRITES):
            connection.info[WROTE] = True  # a full disk is found by the commit alone

    def _returned(self, _connection: Any, record: Any) -> None:
        if record.info.pop(WROTE, False):
            self._back()

    def _back(self) -> None:
        with self._lock:
            is_first, self._cause = bool(self._cause), ""
        if is_first:
            logger.warning("the database is back")

    def _gone(self, error: BaseException, *, writing: bool) -> None:
        with self._lock:
            is_first = not self._cause
            self._cause = type(error).__name__
            self._only_writing_fails = writing if is_first else self._only_writing_fails and writing
        if is_first:
            logger.warning("the database cannot be used (%s); answers come from memory", self._cause)
