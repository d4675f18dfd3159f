"""Proposed texts that an editor does not want: kept by a hash, so that they are not proposed again."""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import UtcDateTime, metadata
from knowledge.errors import AlreadyStored
from knowledge.match_key import match_key

set_aside = sa.Table(
    "set_aside",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),  # proposal_key, never the text
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("editor", sa.String(255), nullable=False),
)


def proposal_key(entry_id: str, text: str) -> str:
    """SHA-256 (hexadecimal) of a text proposed for an entry, however the text is spelled."""
    return hashlib.sha256(f"{entry_id}\n{match_key(text)}".encode()).hexdigest()


class SetAside:
    """Remembers what was set aside; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, key: str, editor: str) -> None:
        """Do not propose this again; the first editor's name stays."""
        values = {"key": key, "at": datetime.now(UTC), "editor": editor}
        with suppress(AlreadyStored), changing(self.engine) as connection:
            connection.execute(sa.insert(set_aside).values(values))

    def keys(self) -> set[str]:
        """The keys of everything that was set aside."""
        with reading(self.engine) as connection:
            return {row.key for row in connection.execute(sa.select(set_aside.c.key))}
