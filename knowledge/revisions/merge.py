"""Three-way merge of files with the live entries: file, live, and the version that the file came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.changes import EntryChange
from knowledge.entry import Entry
from knowledge.located_entry import Incoming, LocatedEntry
from knowledge.revisions.store import Change, KnowledgeBase, Store

EDITOR = "shipped files"
REASON = "ファイルの取り込み"


@dataclass(slots=True)
class Merge:
    """The outcome of a merge with the revision `base`; lists hold entry ids, `put` the entries to publish.

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
    base: int = field(default=0, compare=False)

    @property
    def conflicts(self) -> list[str]:
        """The ids of the conflicting entries."""
        return [conflict.id for conflict in self.conflicting]

    @property
    def change(self) -> Change:
        """The change to publish."""
        digests = {entry.id: entry.digest() for entry in self.put} | dict.fromkeys(self.removed, "")
        return Change(tuple(self.put), tuple(self.removed), digests if self.shipped else {})


def merge_files(store: Store, incoming: Sequence[Incoming], *, shipped: bool) -> Merge:
    """Merge the files into the live entries; `shipped` ones hold every entry that came from them.

    An entry changed only in the files is taken, one changed only live is kept. A file that remembers what it was
    exported from is compared with that, any other with the shipped files, which most others were copied from.
    """
    live, bases = store.load(), store.shipped_digests()
    gone = {entry_id for one in incoming for entry_id in _gone(one, live, bases, shipped=shipped)}
    for one in incoming:
        bases |= one.bases
    merged = Merge(shipped, base=live.revision)
    entries = {item.entry.id: item.entry for one in incoming for item in one.located}
    for entry in entries.values():
        _merge_entry(merged, live.by_id.get(entry.id), entry, bases.get(entry.id))
    for entry_id in sorted(live.by_id.keys() & gone - entries.keys()):
        current = live.by_id[entry_id]
        if current.digest() == bases.get(entry_id):
            merged.removed.append(entry_id)
        else:
            merged.conflicting.append(EntryChange(current, None))
    return merged


def _merge_entry(merged: Merge, current: Entry | None, entry: Entry, base: str | None) -> None:
    """Merge a live entry with that of a file, which was made from the version with the digest `base`."""
    digest = entry.digest()
    if current == entry:
        merged.agreed |= {} if base == digest else {entry.id: digest}
    elif digest == base:
        return  # changed or removed live, untouched in the file
    elif current is None and base is None:
        merged.added.append(entry.id)
        merged.put.append(entry)
    elif current is not None and current.digest() == base:
        merged.changed.append(entry.id)
        merged.put.append(entry)
    else:
        merged.conflicting.append(EntryChange(current, entry))


def ship(store: Store, shipped: Collection[Entry]) -> Merge:
    """Publish the changes of the shipped files, which hold every entry that came from them.

    Raises StoreError, KnowledgeError or RevisionConflict; then nothing is changed.
    """
    merged = merge_files(store, [Incoming(tuple(map(LocatedEntry, shipped)))], shipped=True)
    if merged.put or merged.removed:
        store.publish(merged.change, EDITOR, REASON, merged.base)
    if merged.agreed:
        store.note_shipped(merged.agreed)
    return merged


def _gone(one: Incoming, live: KnowledgeBase, bases: Mapping[str, str | None], *, shipped: bool) -> set[str]:
    """The ids that a file held before and holds no longer.

    A file without a note of its export removes only shipped entries, of the categories that it has.
    """
    here = {item.entry.id for item in one.located}
    if one.exported is not None:
        return set(one.exported) - here
    categories = {item.entry.category for item in one.located}
    return {
        entry.id
        for entry in live.entries
        if bases.get(entry.id) and entry.id not in here and (shipped or entry.category in categories)
    }
