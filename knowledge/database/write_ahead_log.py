"""SQLite's write-ahead log, where deleted text stays until the log is copied into the database file."""

import sqlalchemy as sa

from knowledge.database.connection import reading


def empty_log(engine: sa.Engine) -> bool:
    """Copy the log into the database file and empty it; False while somebody else still reads from it.

    Other databases than SQLite have nothing to empty. Raises StoreError.
    """
    if engine.dialect.name != "sqlite":
        return True
    with reading(engine) as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not busy
