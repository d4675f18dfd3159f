"""Bringing files and the live entries together, three-way: file, live, and the version that the file came from."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.changes import EntryChange
from knowledge.entry import Entry
from knowledge.revisions.store import Change, KnowledgeBase, Store

EDITOR = "shipped files"
REASON = "同梱ファイルの取り込み"


@dataclass(slots=True)
class Merge:
    """What files do to the live entries; lists hold entry ids, `put` the entries to publish.

    `conflicting` entries changed in the files and live since they last agreed: the live one (`before`)
    stays. `agreed` are the digests of entries that are the same in both, though the files did not know
    it. Shipped files are remembered as what the entries came from.
    """

    shipped: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicting: list[EntryChange] = field(default_factory=list)
    put: list[Entry] = field(default_factory=list)
    agreed: dict[str, str] = field(default_factory=dict)

    @property
    def conflicts(self) -> list[str]:
        """The ids of the conflicting entries."""
        return [conflict.id for conflict in self.conflicting]

    @property
    def change(self) -> Change:
        """The change to publish."""
        digests = {entry.id: entry.digest() for entry in self.put} | dict.fromkeys(self.removed, "")
        return Change(tuple(self.put), tuple(self.removed), digests if self.shipped else {})


def merge(
    live: KnowledgeBase,
    incoming: Iterable[Entry],
    bases: Mapping[str, str | None],
    gone: Collection[str] = (),
    *,
    shipped: bool = False,
) -> Merge:
    """What is to be taken from the files. An entry changed only there is taken, one changed only live is kept.

    `bases` gives for an id the digest of the version the file came from; `gone` are the ids that the
    files held before and hold no longer.
    """
    merged = Merge(shipped)
    for entry in incoming:
        digest, base, current = entry.digest(), bases.get(entry.id), live.by_id.get(entry.id)
        if current == entry:
            merged.agreed |= {} if base == digest else {entry.id: digest}
        elif digest == base:
            continue  # changed or removed live, untouched in the file
        elif current is None and base is None:
            merged.added.append(entry.id)
            merged.put.append(entry)
        elif current is not None and current.digest() == base:
            merged.changed.append(entry.id)
            merged.put.append(entry)
        else:
            merged.conflicting.append(EntryChange(current, entry))
    for entry_id in sorted(live.by_id.keys() & set(gone)):
        current = live.by_id[entry_id]
        if current.digest() == bases.get(entry_id):
            merged.removed.append(entry_id)
        else:
            merged.conflicting.append(EntryChange(current, None))
    return merged


def ship(store: Store, shipped: Collection[Entry]) -> Merge:
    """Publish what changed only in the shipped files, which hold every entry that came from them.

    Raises StoreError, KnowledgeError or RevisionConflict; then nothing is changed.
    """
    live, bases = store.load(), store.shipped_digests()
    here = {entry.id for entry in shipped}
    gone = [entry_id for entry_id, base in bases.items() if base is not None and entry_id not in here]
    merged = merge(live, shipped, bases, gone, shipped=True)
    if merged.put or merged.removed:
        store.publish(merged.change, EDITOR, REASON, live.revision)
    if merged.agreed:
        store.note_shipped(merged.agreed)
    return merged
