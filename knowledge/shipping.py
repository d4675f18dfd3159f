"""Bringing the shipped files into the database, three-way: file, database, and what both came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.entry import Entry
from knowledge.store import Change, Store

EDITOR = "shipped files"


@dataclass(slots=True)
class Shipment:
    """What an import of the files does to the live entries; lists hold entry ids.

    `conflicts` changed in the files and in the database since they last agreed: the live one stays.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def ship(store: Store, shipped: Sequence[Entry]) -> Shipment:
    """Publish what changed only in the files; returns what was done.

    An entry changed only in the database is kept. Raises StoreError, KnowledgeError or
    RevisionConflict; then nothing is changed.
    """
    live = store.load()
    bases = store.shipped_digests()
    shipment = Shipment()
    put: list[Entry] = []
    agreed: dict[str, str] = {}
    for entry in shipped:
        digest, base = entry.digest(), bases.get(entry.id)
        current = live.by_id.get(entry.id)
        if current is None:
            shipment.added.append(entry.id)
            put.append(entry)
        elif current.digest() == digest:
            if base != digest:
                agreed[entry.id] = digest
        elif current.digest() == base:
            shipment.changed.append(entry.id)
            put.append(entry)
        elif digest != base:
            shipment.conflicts.append(entry.id)
    _gone_from_files(shipment, shipped, live.by_id, bases)
    if put or shipment.removed:
        digests = {entry.id: entry.digest() for entry in put}
        change = Change(tuple(put), tuple(shipment.removed), digests)
        store.publish(change, EDITOR, "同梱ファイルの取り込み", live.revision)
    if agreed:
        store.note_shipped(agreed)
    return shipment


def _gone_from_files(
    shipment: Shipment, shipped: Sequence[Entry], live: dict[str, Entry], bases: dict[str, str | None]
) -> None:
    in_files = {entry.id for entry in shipped}
    for entry_id, base in bases.items():
        if base is None or entry_id in in_files:
            continue
        unchanged = live[entry_id].digest() == base
        (shipment.removed if unchanged else shipment.conflicts).append(entry_id)
