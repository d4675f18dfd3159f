"""Three-way merge of a list, line by line: the live text, another one, and the text that this was made from."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from knowledge.changes import ListChange
from knowledge.errors import EditConflict
from knowledge.list_name import ListName
from knowledge.lists import Lists, joined
from knowledge.revisions.store import Change, KnowledgeBase

KEY = re.compile(r"[a-z_]+:")  # of a line of site.yaml; any other line is about itself
Key = tuple[str, int]  # what a line is about, and which of several lines about it
Lines = dict[Key, str]


@dataclass(frozen=True, slots=True)
class MergedList:
    """The merged text; of `conflicts` (live line, other line) the live one stays.

    `origin` is what the other text is known to have brought: all of it but for the conflicts.
    """

    text: str
    origin: str
    conflicts: tuple[ListChange, ...] = ()


def merge_list(name: ListName, base: str, live: str, other: str) -> MergedList:
    """Bring what `other` changed in `base` into `live`. An untouched text is taken as it is, byte for byte."""
    if other in (base, live):
        return MergedList(live, other)
    if live == base:
        return MergedList(other, other)
    old, mine, new = (_lines(name, text) for text in (base, live, other))
    clashing = {
        key: ListChange(name, mine.get(key, "").strip(), new.get(key, "").strip(), key[0])
        for key in {**old, **mine, **new}
        if not _same(old, new, key) and not _same(old, mine, key) and not _same(mine, new, key)
    }
    origin = _edited(old, old, new, clashing) if clashing else other
    return MergedList(_edited(mine, old, new, clashing), origin, tuple(clashing.values()))


def rebased(change: Change, seen: Lists, live: KnowledgeBase) -> Change:
    """The change whose lists were made from `seen`, made from the live ones. Raises EditConflict for the same line."""
    merged = {
        name: merge_list(name, seen.text(name), live.lists.text(name), text) for name, text in change.lists.items()
    }
    conflicts = [conflict for one in merged.values() for conflict in one.conflicts]
    if conflicts:
        told = "、".join(f"{conflict.question}の「{conflict.line}」" for conflict in conflicts)
        raise EditConflict(
            f"ほかの人が先に同じ行を公開しました。{told}", "最新の内容を開いて、もう一度編集してください。"
        )
    texts = {name: one.text for name, one in merged.items()}
    return replace(change, lists=texts)


def line_about(name: ListName, line: str) -> str:
    """The subject of a line, by which it is known again when the rest of it changes; a comment is its own."""
    if name is ListName.SITE:
        key = KEY.match(line)
        return key[0] if key else line.strip()
    rule = line.split("#", 1)[0].strip()
    if name is ListName.JUDGED:
        return line.split("\t", 1)[0].strip() if "\t" in line else line.strip()
    if name is ListName.STYLE:
        return rule.partition("=>")[0].removeprefix("!").strip() or line.strip()
    words, arrow, _ = rule.partition("=>")
    first = words.split(",", 1)[0].strip()
    return f"{first} {arrow}".strip() or line.strip()


def _lines(name: ListName, text: str) -> Lines:
    counts: dict[str, int] = {}
    lines: Lines = {}
    for line in text.splitlines(keepends=True):
        about = line_about(name, line)
        counts[about] = counts.get(about, 0) + 1
        lines[about, counts[about]] = line
    return lines


def _same(one: Mapping[Key, str], other: Mapping[Key, str], key: Key) -> bool:
    return one.get(key, "").strip() == other.get(key, "").strip() and (key in one) == (key in other)


def _edited(target: Lines, old: Lines, new: Lines, clashing: Collection[Key]) -> str:
    """The text of `target` with what `new` changed in `old`, but for the clashing lines."""
    kept = {
        key: line if key in clashing or key not in new or _same(old, new, key) else new[key]
        for key, line in target.items()
        if key in new or key not in old or key in clashing
    }
    keys = list(kept)
    place = 0  # where the next new line goes: behind the one that stands before it in `new`, and those added there
    for key, line in new.items():
        if key in kept:
            place = keys.index(key) + 1
        elif key not in old and key not in clashing:
            while place < len(keys) and keys[place] not in old and keys[place] not in new:
                place += 1
            kept[key] = line
            keys.insert(place, key)
            place += 1
    return joined([kept[key] for key in keys])
