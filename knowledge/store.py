"""The live knowledge base in the database: read whole, changed only in numbered revisions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from knowledge.database import entries, entry_history, revisions, unusable, write_transaction
from knowledge.entry import Entry
from knowledge.entry_fields import read_entry
from knowledge.errors import KnowledgeError, Problem, RevisionConflict


@dataclass(frozen=True)
class KnowledgeBase:
    """Every stored entry (drafts and retired ones too) at one revision."""

    revision: int
    entries: tuple[Entry, ...]

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The entries by their id."""
        return {entry.id: entry for entry in self.entries}


@dataclass(frozen=True, slots=True)
class Change:
    """What one revision does: entries to put (added or replaced) and ids to remove.

    `shipped_digests` maps an id to the digest of the file version that it now comes from.
    """

    put: tuple[Entry, ...] = ()
    remove: tuple[str, ...] = ()
    shipped_digests: dict[str, str] = field(default_factory=dict)


class Store:
    """Reads and publishes the knowledge base; safe to share between threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def revision(self) -> int:
        """The newest revision, 0 before the first publish. Raises StoreError."""
        try:
            with self.engine.connect() as connection:
                return _revision(connection)
        except SQLAlchemyError as error:
            raise unusable(error) from error

    def load(self) -> KnowledgeBase:
        """The whole knowledge base at its newest revision. Raises StoreError or KnowledgeError."""
        try:
            with self.engine.begin() as connection:
                revision = _revision(connection)
                rows = connection.execute(sa.select(entries.c.id, entries.c.body).order_by(entries.c.id)).all()
        except SQLAlchemyError as error:
            raise unusable(error) from error
        return KnowledgeBase(revision, tuple(_stored_entry(row.id, row.body) for row in rows))

    def shipped_digests(self) -> dict[str, str | None]:
        """For every stored id the digest of the file version it came from."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(entries.c.id, entries.c.shipped_digest)).all()
        return {row.id: row.shipped_digest for row in rows}

    def publish(self, change: Change, editor: str, reason: str, expected: int) -> int:
        """Write `change`, its history and the next revision in one transaction; returns that revision.

        Raises RevisionConflict when the newest revision is no longer `expected`, StoreError when the
        database fails; either way nothing is changed.
        """
        try:
            with write_transaction(self.engine) as connection:
                actual = _revision(connection)
                if actual != expected:
                    raise RevisionConflict(expected, actual)
                revision = actual + 1
                stamp = {"revision": revision, "at": datetime.now(UTC), "editor": editor, "reason": reason}
                connection.execute(sa.insert(revisions).values(stamp))
                _put(connection, change, revision, _remove(connection, change, revision))
                return revision
        except SQLAlchemyError as error:
            raise unusable(error) from error

    def note_shipped(self, digests: dict[str, str]) -> None:
        """Remember the file version of entries whose content already equals it; no new revision."""
        with write_transaction(self.engine) as connection:
            for entry_id, digest in digests.items():
                connection.execute(sa.update(entries).where(entries.c.id == entry_id).values(shipped_digest=digest))


def _revision(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(revisions.c.revision))) or 0


def _remove(connection: sa.Connection, change: Change, revision: int) -> dict[str, str | None]:
    """Take out what is removed or replaced; returns the digests of the files it came from."""
    gone = entries.c.id.in_([*change.remove, *(entry.id for entry in change.put)])
    rows = connection.execute(sa.select(entries.c.id, entries.c.shipped_digest).where(gone)).all()
    connection.execute(sa.delete(entries).where(gone))
    if change.remove:
        history = [{"id": entry_id, "revision": revision, "body": None} for entry_id in change.remove]
        connection.execute(sa.insert(entry_history), history)
    return {row.id: row.shipped_digest for row in rows}


def _put(connection: sa.Connection, change: Change, revision: int, bases: dict[str, str | None]) -> None:
    if not change.put:
        return
    bases = {**bases, **change.shipped_digests}
    bodies = [{"id": entry.id, "revision": revision, "body": entry.to_fields()} for entry in change.put]
    connection.execute(sa.insert(entries), [body | {"shipped_digest": bases.get(str(body["id"]))} for body in bodies])
    connection.execute(sa.insert(entry_history), bodies)


def _stored_entry(entry_id: str, body: dict[str, object]) -> Entry:
    entry, faults = read_entry(body)
    if entry is None:
        raise KnowledgeError(
            [Problem(fault.message, fault.hint, entry_id=entry_id, field=fault.field) for fault in faults]
        )
    return entry
