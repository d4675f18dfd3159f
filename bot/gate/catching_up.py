"""An edit that somebody else was faster than, brought up to what they published: two people's work on one entry."""

from dataclasses import dataclass, fields, replace
from typing import Any

from bot.gate.publishing import Publishing
from knowledge.changes import EntryChange, FieldChange
from knowledge.entry import Entry
from knowledge.labels import FIELD_LABELS
from knowledge.revisions.history import Revision

COMPARE = "公開中の内容と見比べて、足りないものを書き足してください。"
COMES_BACK = "このまま公開すると、もう一度加わります。"
AGAIN = "よければ、もう一度「影響を確かめる」を押してください。"


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """The edit as it goes on from the revision `base`: it has what the faster one changed, except where both did."""

    entry: Entry
    base: int
    faster: Revision
    theirs: tuple[FieldChange, ...]  # what they changed
    both: tuple[str, ...]  # the fields that both changed, of which the slower one's words stay
    is_there: bool

    @property
    def said(self) -> str:
        """Who was faster, what of theirs is in the entry now, and what to look at."""
        told = f"ほかの人が先に同じ項目を公開しました。{self.faster.who}が第{self.faster.number}版で"
        if not self.is_there:
            return f"{told}、この項目を消しました。書いたものは残っています。"
        taken = "・".join(one.label for one in self.theirs if one.field not in self.both)
        kept = "・".join(FIELD_LABELS[name] for name in self.both)
        told += f"変えたのは、{'・'.join(one.label for one in self.theirs)}です。"
        told += f"{taken}は、あなたの書いたものに取り込みました。" if taken else ""
        return told + (f"{kept}は、あなたの書いたままです。{COMPARE}" if kept else "")

    @property
    def hint(self) -> str:
        """The next step."""
        return AGAIN if self.is_there else COMES_BACK


def catch_up(publishing: Publishing, entry: Entry, seen: int) -> CaughtUp | None:
    """An entry that was written from the revision `seen`, brought up to today; None where nobody changed it since.

    Raises StoreError.
    """
    live, history = publishing.live(), publishing.history
    faster = history.last_changes([entry.id], seen).get(entry.id)
    if faster is None:
        return None
    then, now = history.entry_at(entry.id, seen), live.by_id.get(entry.id)
    together, both = merged(entry, then, now) if now else (entry, ())
    theirs = tuple(EntryChange(then, now).fields()) if now else ()
    return CaughtUp(together, live.revision, faster, theirs, both, now is not None)


def merged(mine: Entry, then: Entry | None, now: Entry) -> tuple[Entry, tuple[str, ...]]:
    """The work of two people on the entry `then`, and the fields that both changed, which are mine.

    Of lists what either took out is out and what either put in is in.
    """
    values, both = dict[str, Any](), list[str]()
    for name in (field.name for field in fields(Entry)):
        own, other = getattr(mine, name), getattr(now, name)
        before = getattr(then, name) if then else () if isinstance(own, tuple) else None
        if other in (own, before):
            values[name] = own
        elif own == before:
            values[name] = other
        elif isinstance(own, tuple):
            values[name] = _together(own, before or (), other)
        else:
            values[name] = own
            both.append(name)
    return replace(mine, **values), tuple(both)


def _together(own: tuple[str, ...], before: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """A list as the other has it, with what I took out and put in."""
    taken = set(before) - set(own)
    return tuple(dict.fromkeys([one for one in other if one not in taken] + [one for one in own if one not in before]))
