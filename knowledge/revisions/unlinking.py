"""Entries that name another one as related, when that one is taken back."""

from dataclasses import replace

from knowledge.entry import Status
from knowledge.revisions.store import Change, KnowledgeBase


def unlinked(change: Change, live: KnowledgeBase) -> Change:
    """The change with the entries that lose their relation to what it takes back or removes.

    What it writes itself stays as it is written.
    """
    taken = {entry.id for entry in change.put if entry.status is Status.RETIRED and _is_in_use(live, entry.id)}
    gone, written = taken.union(change.remove), set(change.ids)
    others = tuple(
        replace(entry, related=tuple(one for one in entry.related if one not in gone))
        for entry in live.entries
        if entry.id not in written and not gone.isdisjoint(entry.related)
    )
    return replace(change, put=change.put + others) if others else change


def _is_in_use(live: KnowledgeBase, entry_id: str) -> bool:
    return entry_id in live.by_id and live.by_id[entry_id].status is not Status.RETIRED
