"""The live knowledge base in the database: read whole, changed only in numbered revisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self

import sqlalchemy as sa

from knowledge.changes import Difference, EntryChange, ListChange
from knowledge.database.connection import changing, reading, write_transaction
from knowledge.database.notifications import announce
from knowledge.database.tables import entries, entry_history, proposals, revisions
from knowledge.entry import Entry
from knowledge.entry_reader import stored_entry
from knowledge.errors import FaqError, RevisionConflict
from knowledge.list_name import ListName, Texts
from knowledge.lists import NO_LISTS, Lists
from knowledge.revisions.stored_lists import live_lists, note_shipped_lists, write_lists

LIST_FIELDS = ("lists", "shipped_lists")  # of a Change; those stored before there were lists do not have them


@dataclass(frozen=True)
class KnowledgeBase:
    """Every stored entry (drafts and retired ones too) and every list at one revision."""

    revision: int
    entries: tuple[Entry, ...]
    lists: Lists = NO_LISTS

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The entries by their id."""
        return {entry.id: entry for entry in self.entries}


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one revision: entries to put (added or replaced), ids to remove, and lists with their new texts.

    `shipped_digests` maps an id to the digest of the file version that it now comes from, "" for none;
    `shipped_lists` a list to that file's text.
    """

    put: tuple[Entry, ...] = ()
    remove: tuple[str, ...] = ()
    shipped_digests: dict[str, str] = field(default_factory=dict)
    lists: dict[ListName, str] = field(default_factory=dict)
    shipped_lists: dict[ListName, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """The ids of all entries it changes."""
        return [*(entry.id for entry in self.put), *self.remove]

    def on(self, base: KnowledgeBase) -> KnowledgeBase:
        """The knowledge base `base` after the change, as the next revision."""
        kept = {entry.id: entry for entry in base.entries if entry.id not in self.remove}
        kept |= {entry.id: entry for entry in self.put}
        ordered = tuple(kept[entry_id] for entry_id in sorted(kept))
        return KnowledgeBase(base.revision + 1, ordered, base.lists.replaced(self.lists))

    def differences(self, base: KnowledgeBase) -> list[Difference]:
        """The differences it makes to `base`, entry by entry and list by list."""
        pairs = [
            *((base.by_id.get(entry.id), entry) for entry in self.put),
            *((base.by_id.get(entry_id), None) for entry_id in self.remove),
        ]
        changed = [ListChange(name, base.lists.text(name), text) for name, text in self.lists.items()]
        return [
            *(EntryChange(*pair) for pair in pairs if pair[0] != pair[1]),
            *(one for one in changed if one.before != one.after),
        ]

    def to_json(self) -> dict[str, Any]:
        """The change as JSON-ready values."""
        put = [entry.to_fields() for entry in self.put]
        lists = {"lists": self.lists, "shipped_lists": self.shipped_lists}
        return {"put": put, "remove": list(self.remove), "shipped_digests": self.shipped_digests} | lists

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The change behind `to_json`. Raises KnowledgeError for an entry that today's rules refuse."""
        put = tuple(stored_entry(str(body["id"]), body) for body in values["put"])
        lists = ({ListName(name): text for name, text in values.get(key, {}).items()} for key in LIST_FIELDS)
        return cls(put, tuple(values["remove"]), dict(values["shipped_digests"]), *lists)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of a revision besides editor and reason: an overridden refusal, an approval, the proposal."""

    override: str = ""
    approved_by: str = ""
    proposal: str = ""


class Store:
    """Reads and publishes the knowledge base; safe to share between threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def revision(self) -> int:
        """The newest revision, 0 before the first publish. Raises StoreError."""
        with reading(self.engine) as connection:
            return _revision(connection)

    def load(self) -> KnowledgeBase:
        """The whole knowledge base at its newest revision. Raises StoreError or KnowledgeError."""
        with changing(self.engine) as connection:
            revision = _revision(connection)
            rows = connection.execute(sa.select(entries.c.id, entries.c.body)).all()
            lists = live_lists(connection)
        rows = sorted(rows, key=lambda row: row.id)  # as `Change.on` does; PostgreSQL may sort as its locale does
        return KnowledgeBase(revision, tuple(stored_entry(row.id, row.body) for row in rows), lists)

    def shipped_digests(self) -> dict[str, str | None]:
        """For every id the digest of the shipped file's version it came from, of removed entries too."""
        removed = sa.select(entry_history.c.id, entry_history.c.shipped_digest).where(entry_history.c.body.is_(None))
        with reading(self.engine) as connection:
            rows = [
                *connection.execute(removed.order_by(entry_history.c.revision)),
                *connection.execute(sa.select(entries.c.id, entries.c.shipped_digest)),
            ]
        return {row.id: row.shipped_digest for row in rows}

    def last_changes(self) -> dict[str, int]:
        """For every stored id the revision that last changed it. Raises StoreError."""
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(entries.c.id, entries.c.revision)).all()
        return {row.id: row.revision for row in rows}

    def publish(
        self, change: Change, editor: str, reason: str, expected: int, provenance: Provenance | None = None
    ) -> int:
        """Write `change`, its history and the next revision in one transaction; returns that revision.

        Raises RevisionConflict when the newest revision is no longer `expected`, FaqError when the proposal
        it comes from is done with, StoreError when the database fails; either way nothing is changed.
        """
        with write_transaction(self.engine) as connection:
            actual = _revision(connection)
            if actual != expected:
                raise RevisionConflict(expected, actual)
            revision = actual + 1
            from_ = provenance or Provenance()
            stamp = {"revision": revision, "at": datetime.now(UTC), "editor": editor, "reason": reason}
            stamp |= {"override": from_.override, "approved_by": from_.approved_by}
            connection.execute(sa.insert(revisions).values(stamp))
            _put(connection, change, revision, _remove(connection, change, revision))
            write_lists(connection, change.lists, change.shipped_lists, revision)
            if from_.proposal:
                _close(connection, from_.proposal, revision)
            announce(connection, revision)
            return revision

    def note_shipped(self, digests: dict[str, str], lists: Texts) -> None:
        """Store the file version of entries and lists that already equal it; no new revision."""
        with write_transaction(self.engine) as connection:
            for entry_id, digest in digests.items():
                connection.execute(sa.update(entries).where(entries.c.id == entry_id).values(shipped_digest=digest))
            note_shipped_lists(connection, lists)


def _revision(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(revisions.c.revision))) or 0


def _close(connection: sa.Connection, proposal_id: str, revision: int) -> None:
    """Mark the proposal as published; who comes second, by a second click, publishes nothing."""
    mine = (proposals.c.id == proposal_id) & proposals.c.state.in_(("open", "waiting"))
    done = sa.update(proposals).where(mine).values(state="published", revision=revision)
    if connection.execute(done).rowcount != 1:
        raise FaqError(f"提案 {proposal_id} は、すでに処理されています。", "最新の状態を確かめてください。")


def _remove(connection: sa.Connection, change: Change, revision: int) -> dict[str, str | None]:
    """Take out what is removed or replaced; returns the digests of the files it came from."""
    gone = entries.c.id.in_([*change.remove, *(entry.id for entry in change.put)])
    rows = connection.execute(sa.select(entries.c.id, entries.c.shipped_digest).where(gone)).all()
    connection.execute(sa.delete(entries).where(gone))
    digests = {row.id: row.shipped_digest for row in rows}
    if change.remove:
        origins = {entry_id: digests.get(entry_id) for entry_id in change.remove} | change.shipped_digests
        gone_rows = [{"id": entry_id, "shipped_digest": origins[entry_id] or None} for entry_id in change.remove]
        connection.execute(sa.insert(entry_history), [row | {"revision": revision, "body": None} for row in gone_rows])
    return digests


def _put(connection: sa.Connection, change: Change, revision: int, bases: dict[str, str | None]) -> None:
    if not change.put:
        return
    bases = {**bases, **change.shipped_digests}
    bodies = [{"id": entry.id, "revision": revision, "body": entry.to_fields()} for entry in change.put]
    connection.execute(sa.insert(entries), [body | {"shipped_digest": bases.get(str(body["id"]))} for body in bodies])
    connection.execute(sa.insert(entry_history), bodies)
