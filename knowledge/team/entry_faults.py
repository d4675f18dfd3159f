"""Faults of entries that take a while to find, kept with the time at which they were looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from knowledge.checks.links import links_of
from knowledge.database.connection import changing, reading
from knowledge.database.tables import UtcDateTime, metadata
from knowledge.entry import Entry
from knowledge.errors import Problem, Severity

entry_faults = sa.Table(
    "entry_faults",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),  # "" for the check itself, which may find nothing
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
)


class FaultKind(StrEnum):
    """Kinds of faults that are looked for together."""

    LINK = "link"
    TEXT = "text"  # of an entry, that finds another one


@dataclass(frozen=True, slots=True)
class EntryFault:
    """A fault of an entry, as it was told when it was found."""

    kind: FaultKind
    severity: Severity
    message: str

    def is_of(self, entry: Entry) -> bool:
        """True while the entry has what the fault is about."""
        if self.kind is FaultKind.LINK:
            return any(f"リンク {url} " in self.message for url, _ in links_of(entry))
        return any(f"「{text}」" in self.message for text in (entry.question, *entry.variants))


class EntryFaults:
    """The newest faults of each kind; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def keep(self, kind: FaultKind, found: Sequence[Problem]) -> None:
        """Keep what a check of every entry found now, in place of what the one before did."""
        told = [("", "", ""), *((one.entry_id, one.severity.value, one.message) for one in found)]
        names, now = ("entry_id", "severity", "message"), datetime.now(UTC)
        rows = [{"at": now, "kind": kind.value} | dict(zip(names, row, strict=True)) for row in told]
        with changing(self.engine) as connection:
            connection.execute(sa.delete(entry_faults).where(entry_faults.c.kind == kind.value))
            connection.execute(sa.insert(entry_faults), rows)

    def checked(self) -> dict[FaultKind, datetime]:
        """When each kind was looked for; those that never were are not there."""
        found = sa.select(entry_faults.c.kind, entry_faults.c.at).where(entry_faults.c.entry_id == "")
        with reading(self.engine) as connection:
            return {FaultKind(row.kind): row.at for row in connection.execute(found)}

    def of(self, entries: Mapping[str, Entry]) -> dict[str, list[EntryFault]]:
        """The faults that the entries still have, by their ids."""
        found = sa.select(entry_faults).where(entry_faults.c.entry_id != "").order_by(entry_faults.c.number)
        faults: dict[str, list[EntryFault]] = {}
        with reading(self.engine) as connection:
            for row in connection.execute(found):
                fault = EntryFault(FaultKind(row.kind), Severity(row.severity), row.message)
                if row.entry_id in entries and fault.is_of(entries[row.entry_id]):
                    faults.setdefault(row.entry_id, []).append(fault)
        return faults
