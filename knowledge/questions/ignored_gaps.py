"""Questions that editors do not want to see among the gaps, and what was restored of them: who did so, and when."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import UtcDateTime, metadata
from knowledge.errors import AlreadyStored
from knowledge.match_key import match_key

ignored_gaps = sa.Table(
    "ignored_gaps",
    metadata,
    sa.Column("text_key", sa.String(64), primary_key=True),  # text_key, never the text
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("editor", sa.String(255), nullable=False),
    sa.Column("restored_at", UtcDateTime),  # None while it is ignored
    sa.Column("restored_by", sa.String(255), nullable=False, server_default=""),
)


@dataclass(frozen=True, slots=True)
class Ignoring:
    """The press with which an editor ignored a gap, and the one with which it was restored, where that was done."""

    at: datetime
    editor: str
    restored_at: datetime | None = None
    restored_by: str = ""


class IgnoredGaps:
    """Remembers texts by their keys; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def ignore(self, texts: Iterable[str], editor: str) -> None:
        """Leave these texts, however they are spelled, out of the gaps from now on; the first editor's name stays."""
        now = datetime.now(UTC)
        anew = {"at": now, "editor": editor, "restored_at": None, "restored_by": ""}
        for key in dict.fromkeys(map(text_key, texts)):
            with suppress(AlreadyStored), changing(self.engine) as connection:
                restored = (ignored_gaps.c.text_key == key) & ignored_gaps.c.restored_at.is_not(None)
                if not connection.execute(sa.update(ignored_gaps).where(restored).values(anew)).rowcount:
                    connection.execute(sa.insert(ignored_gaps).values(anew | {"text_key": key}))

    def restore(self, key: str, editor: str) -> None:
        """Let the text with this key, and all that were ignored with it, be gaps again; nothing where it is none."""
        with changing(self.engine) as connection:
            found = connection.execute(sa.select(ignored_gaps).where(ignored_gaps.c.text_key == key)).first()
            if found:
                with_it = (ignored_gaps.c.at == found.at) & (ignored_gaps.c.editor == found.editor)
                values = {"restored_at": datetime.now(UTC), "restored_by": editor}
                restored = ignored_gaps.c.restored_at.is_not(None)
                connection.execute(sa.update(ignored_gaps).where(with_it, ~restored).values(values))

    def by_key(self) -> dict[str, Ignoring]:
        """Everything that is ignored, or was until it was restored."""
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(ignored_gaps)).all()
        return {row.text_key: Ignoring(row.at, row.editor, row.restored_at, row.restored_by) for row in rows}

    def keys(self) -> set[str]:
        """The keys of the texts to ignore."""
        return {key for key, one in self.by_key().items() if one.restored_at is None}


def text_key(text: str) -> str:
    """SHA-256 (hexadecimal) of a text without width, case, blanks and punctuation."""
    return hashlib.sha256(match_key(text).encode()).hexdigest()
