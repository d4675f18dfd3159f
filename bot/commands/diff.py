"""`faqbot diff`: what differs between files and the live entries, and where it was changed."""

import argparse
from collections.abc import Iterator

from bot.app import App
from bot.terminal.changes import conflict_lines
from bot.wording.changes import change_lines
from knowledge.changes import Difference, EntryChange, ListChange
from knowledge.folder import entries_at, read_incoming
from knowledge.located_entry import Incoming
from knowledge.revisions.merge import Merge, merge_files
from knowledge.revisions.store import KnowledgeBase


def run(options: argparse.Namespace, app: App) -> int:
    """Compare; nothing is changed."""
    own = app.settings.knowledge.entries
    path = entries_at(options.path) if options.path else own
    incoming = read_incoming([options.path or own])
    merged = merge_files(app.store, incoming, shipped=path.resolve() == own)
    live = app.store.load()
    in_files = {item.entry.id: item.entry for one in incoming for item in one.located}
    changed = {difference.id for difference in merged.change.differences(live)} | set(merged.conflicts)
    print("ファイルで変わったもの（import で取り込まれます）")
    print("\n".join(change_lines(merged.change.differences(live))) or "  ありません。")
    print("公開中で変わったもの（export で書き出されます）")
    whole = path.is_dir() or any(one.exported for one in incoming)  # else it need not hold every entry
    ids = sorted((in_files.keys() | live.by_id.keys() if whole else in_files.keys()) - changed)
    pairs: list[Difference] = [EntryChange(in_files.get(entry_id), live.by_id.get(entry_id)) for entry_id in ids]
    pairs += [kept for one in incoming for kept in _kept(one, merged, live)]
    print("\n".join(change_lines(pair for pair in pairs if pair.before != pair.after)) or "  ありません。")
    for line in (*conflict_lines(merged), *merged.warnings):
        print(line)
    return 0


def _kept(one: Incoming, merged: Merge, live: KnowledgeBase) -> Iterator[ListChange]:
    """Each list as it is in the files, and as it will be once they are imported."""
    for name, located in one.lists.items():
        yield ListChange(name, located.text, merged.lists.get(name, live.lists.text(name)))
