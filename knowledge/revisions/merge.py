"""Three-way merge of files with the live entries and lists: file, live, and the version that the file came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.changes import Difference, EntryChange
from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.files.list_files import list_problems
from knowledge.list_name import ListName
from knowledge.located_entry import Incoming, LocatedEntry, LocatedList
from knowledge.revisions.file_entries import loss_warnings, meant, named
from knowledge.revisions.history import FILES, History
from knowledge.revisions.list_merge import merge_list
from knowledge.revisions.store import Change, KnowledgeBase, Store
from knowledge.revisions.stored_lists import known_texts

REASON = "ファイルの取り込み"


@dataclass(slots=True)
class Merge:
    """The outcome of a merge with the revision `base`: ids of entries; `put` and `lists` are what to publish.

    `conflicting` entries and lines of lists changed in the files and live since they last agreed: the live one
    (`before`) stays. `agreed` are the digests of entries that are the same in both, though the files did not know
    it. Shipped files are remembered as what the entries and lists (`origins`) came from. `warnings` tell how the files
    were understood.
    """

    shipped: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicting: list[Difference] = field(default_factory=list)
    put: list[Entry] = field(default_factory=list)
    agreed: dict[str, str] = field(default_factory=dict)
    lists: dict[ListName, str] = field(default_factory=dict)
    origins: dict[ListName, str] = field(default_factory=dict)
    base: int = field(default=0, compare=False)
    warnings: list[Problem] = field(default_factory=list, compare=False)

    @property
    def conflicts(self) -> list[str]:
        """The ids of the conflicting entries, and names of lists with what the conflicting line is about."""
        return [conflict.id for conflict in self.conflicting]

    @property
    def changes(self) -> list[str]:
        """The ids of the entries and the files of the lists that it changes."""
        return [*self.added, *self.changed, *self.removed, *(name.file for name in self.lists)]

    @property
    def noted(self) -> tuple[dict[str, str], dict[ListName, str]]:
        """The shipped files' versions that change nothing and are only remembered, for Store.note_shipped."""
        same = {name: text for name, text in self.origins.items() if name not in self.lists}
        return (self.agreed, same) if self.shipped else ({}, {})

    @property
    def change(self) -> Change:
        """The change to publish."""
        digests = {entry.id: entry.digest() for entry in self.put} | dict.fromkeys(self.removed, "")
        change = Change(tuple(self.put), tuple(self.removed), lists=self.lists)
        origins = {name: text for name, text in self.origins.items() if name in self.lists}
        return replace(change, shipped_digests=digests, shipped_lists=origins) if self.shipped else change


def merge_files(store: Store, incoming: Sequence[Incoming], *, shipped: bool) -> Merge:
    """Merge the files into the live entries; `shipped` ones hold every entry that came from them.

    An entry changed only in the files is taken, one changed only live is kept. A file that remembers what it was
    exported from is compared with that, any other with the shipped files, which most others were copied from.
    What a spreadsheet has no column for, or could not hold, is kept. Raises KnowledgeError with every bad line of a
    list, every judged query whose new entry is nowhere, and every edited text that lost characters.
    """
    live, bases = store.load(), store.shipped_digests()
    _refuse_bad_lists(incoming, live)
    merged = Merge(shipped, base=live.revision, warnings=[warning for one in incoming for warning in one.warnings])
    gone = {entry_id for one in incoming for entry_id in _gone(merged, one, live, bases, shipped=shipped)}
    for one in incoming:
        bases |= one.bases
    entries = {item.entry.id: item for one in incoming for item in one.located}
    merged.warnings += loss_warnings(entries.values(), live.by_id)
    for item in entries.values():
        _merge_entry(merged, store, live, item, bases.get(item.entry.id))
    for entry_id in sorted(live.by_id.keys() & gone - entries.keys()):
        _merge_removal(merged, live.by_id[entry_id], bases.get(entry_id))
    for one in incoming:
        _merge_lists(merged, store, live, one)
    return merged


def _merge_lists(merged: Merge, store: Store, live: KnowledgeBase, one: Incoming) -> None:
    """Merge the lists of one of the files."""
    bases = known_texts(store.engine, one.list_bases)
    for name, located in one.lists.items():
        found = merge_list(name, bases.get(name, ""), live.lists.text(name), located.text)
        merged.conflicting.extend(found.conflicts)
        if found.text != live.lists.text(name):
            merged.lists[name] = found.text
        if found.origin != bases.get(name):
            merged.origins[name] = found.origin


def _refuse_bad_lists(incoming: Sequence[Incoming], live: KnowledgeBase) -> None:
    """Raise KnowledgeError for bad lines and for ids that are unknown here.

    An empty database takes any id: of a folder that was in use an entry may have been removed that is judged still.
    """
    known = live.by_id.keys() | {item.entry.id for one in incoming for item in one.located}
    known |= {entry_id for query in live.lists.judged_queries for entry_id in query.entries}
    problems = [
        replace(problem, sheet=one.sheet, line=one.rows[problem.line - 1] if one.rows else problem.line)
        for name, one in ((name, located) for each in incoming for name, located in each.lists.items())
        for problem in list_problems(name, one.text, one.file, known if live.revision else None)
    ]
    if problems:
        raise KnowledgeError(problems)


def _merge_entry(merged: Merge, store: Store, live: KnowledgeBase, item: LocatedEntry, base: str | None) -> None:
    """Merge an entry of a file, which was made from the version with the digest `base`, with the live one."""
    current = live.by_id.get(item.entry.id)
    entry = meant(item, current)
    digest = entry.digest()
    if current == entry:
        merged.agreed |= {} if base == digest else {entry.id: digest}
    elif current is None and base is None:
        merged.added.append(entry.id)
        merged.put.append(entry)
    elif current is not None and current.digest() == base:
        merged.changed.append(entry.id)
        merged.put.append(entry)
    elif not _is_untouched(store, item, base):  # else it was changed or removed live only
        merged.conflicting.append(EntryChange(current, entry))


def _merge_removal(merged: Merge, current: Entry, base: str | None) -> None:
    """Merge the removal of an entry that the file held in the version with the digest `base`."""
    if current.digest() == base:
        merged.removed.append(current.id)
    else:
        merged.conflicting.append(EntryChange(current, None))


def _is_untouched(store: Store, item: LocatedEntry, base: str | None) -> bool:
    """True when the entry of a file is the version with the digest `base`, as far as the file tells."""
    if item.entry.digest() == base or not item.columns:
        return item.entry.digest() == base
    versions = (version.entry for version in History(store.engine).versions(item.entry.id))
    origin = next((entry for entry in versions if entry and entry.digest() == base), None)
    return origin is not None and meant(item, origin) == origin


def ship(store: Store, shipped: Collection[Entry], lists: Mapping[ListName, LocatedList] | None = None) -> Merge:
    """Publish the changes of the shipped files, which hold every entry that came from them.

    Raises StoreError, KnowledgeError or RevisionConflict; then nothing is changed.
    """
    merged = merge_files(store, [Incoming(tuple(map(LocatedEntry, shipped)), lists=lists or {})], shipped=True)
    if merged.changes:
        store.publish(merged.change, FILES, REASON, merged.base)
    if any(merged.noted):
        store.note_shipped(*merged.noted)
    return merged


def _gone(
    merged: Merge, one: Incoming, live: KnowledgeBase, bases: Mapping[str, str | None], *, shipped: bool
) -> set[str]:
    """The ids that a file held before and holds no longer.

    A file without a note of its export removes only shipped entries, of the categories that it has, and a spreadsheet
    none: it may hold a single new row.
    """
    here = {item.entry.id for item in one.located}
    if one.exported is not None:
        return set(one.exported) - here
    categories = {item.entry.category for item in one.located}
    missing = {
        entry.id
        for entry in live.entries
        if bases.get(entry.id) and entry.id not in here and (shipped or entry.category in categories)
    }
    if one.is_whole or not missing:
        return missing
    message = f"同じ分類の{len(missing)}件はこのファイルにありませんが、消さずに残します: {named(sorted(missing))}"
    hint = "行を消して取り込むには、隠しシート「控え」のあるExcelファイルを書き出して使います。"
    merged.warnings.append(Problem(message, hint, one.located[0].file, severity=Severity.WARNING))
    return set()
