"""The data stored about one asker: export and erasure."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import ASKER_TABLES, carried, escalations, feedback, inbox, queries


def export_asker(engine: sa.Engine, asker_hash: str) -> dict[str, list[dict[str, Any]]]:
    """Every row about an asker by table, oldest first, moments as ISO 8601 in UTC. Raises StoreError."""
    with reading(engine) as connection:
        return {table.name: _rows(connection, table, asker_hash) for table in ASKER_TABLES}


def erase_asker(engine: sa.Engine, asker_hash: str) -> dict[str, int]:
    """Delete every row about an asker, all or none; returns the number by table. Raises StoreError.

    The write-ahead log holds their text until `empty_log`.
    """
    theirs = sa.select(escalations.c.reference).where(escalations.c.asker == asker_hash)
    asked = sa.select(queries.c.reference).where(queries.c.asker == asker_hash)
    with changing(engine) as connection:
        connection.execute(sa.delete(inbox).where(inbox.c.reference.in_(asked)))  # which tells where it was asked
        connection.execute(sa.delete(carried).where(carried.c.reference.in_(theirs)))  # which holds timestamps alone
        return {
            table.name: connection.execute(sa.delete(table).where(_about(table, asker_hash))).rowcount
            for table in ASKER_TABLES
        }


def _rows(connection: sa.Connection, table: sa.Table, asker_hash: str) -> list[dict[str, Any]]:
    found = connection.execute(sa.select(table).where(_about(table, asker_hash)).order_by(table.c.at))
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in found.mappings()
    ]


def _about(table: sa.Table, asker_hash: str) -> sa.ColumnElement[bool]:
    about: sa.ColumnElement[bool] = table.c.asker == asker_hash
    if table is feedback:  # stored without its asker, on a question of this one
        asked = sa.select(queries.c.reference).where(queries.c.asker == asker_hash)
        about |= (feedback.c.asker == "") & feedback.c.reference.in_(asked)
    return about
