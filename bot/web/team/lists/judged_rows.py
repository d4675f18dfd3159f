"""Judged queries as rows of inputs: read from the list, written back into it, and checked as they are typed."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.choosing.own_texts import same
from knowledge.judged import ABSTAIN, DASHES, HEADER
from knowledge.lists import joined
from knowledge.match_key import match_key

BETWEEN = re.compile(r"[|,、\s]+")  # ids, as people separate them
IDS = re.compile(r"[a-z0-9|,、\s-]*")
NO_QUERY = "質問がありません（id「{entries}」）。質問を書くか、「消す」を選んでください。"
NO_ENTRY = "「{query}」の正しい項目がありません。項目の質問を、答えてはいけない質問には「-」を書いてください。"
TWICE = "「{query}」は{line}行目にもあります。どちらかの「消す」を選んでください。"
TWICE_NEW = "「{query}」が2回あります。どちらかを消してください。"
OWN_TEXT = "「{query}」は、項目「{entry}」の質問か言い方と同じです。尋ねられたほかの文で書いてください。"
QUERY, ENTRIES = "query", "entries"  # columns that faults stand at
MOVED = "ほかの人が先にこの行を変えました（いまは {live}）。このまま送ると、あなたの行になります。"
GONE = "ほかの人が先にこの行を消しました。このまま送ると、もう一度加わります。"

Faults = Mapping[str, Sequence[str]]  # of a row, by column


@dataclass(frozen=True, slots=True)
class Row:
    """A judged query as it stands in inputs; `line` is its line in the list, counted from 1, or 0 for a new one."""

    line: int = 0
    query: str = ""
    entries: str = ""
    kind: str = ""
    removed: bool = False

    @property
    def is_blank(self) -> bool:
        """True for a new row that nobody filled in."""
        return not (self.line or self.query or self.entries or self.kind)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the right entries, none for a query that must not be answered."""
        return () if self.entries in DASHES else tuple(self.entries.split("|"))

    @property
    def written(self) -> str:
        """The line without its end."""
        return f"{self.query}\t{self.entries}\t{self.kind}".rstrip("\t")


def row_of(line: int, query: str, entries: str, kind: str = "", *, removed: bool = False) -> Row:
    """The row of typed texts: in one line each, the ids apart by `|`."""
    return Row(line, " ".join(query.split()), _right(entries), " ".join(kind.split()), removed)


def _right(typed: str) -> str:
    """The right entries as the list has them; what holds more than ids stays as it was typed."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if plain and plain in DASHES:
        return ABSTAIN
    return BETWEEN.sub("|", plain).strip("|") if IDS.fullmatch(plain) else " ".join(typed.split())


@lru_cache(4)
def rows_of(text: str) -> tuple[Row, ...]:
    """Every judged query of the list."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        columns = line.split("\t")
        if len(columns) > 1 and not (number == 1 and columns in (HEADER, HEADER[:2])):
            rows.append(row_of(number, *(*columns, "")[:3]))
    return tuple(rows)


def changed_rows(text: str, rows: Sequence[Row]) -> list[Row]:
    """Those of `rows` that are not what stands in the list."""
    known = {row.line: row for row in rows_of(text)}
    return [row for row in rows if not row.is_blank and row != known.get(row.line)]


def with_rows(text: str, rows: Sequence[Row]) -> str:
    """The list with these rows; lines that they do not change stay byte for byte."""
    lines, added = text.splitlines(keepends=True), []
    for row in changed_rows(text, rows):
        if not 0 < row.line <= len(lines):
            added += [] if row.removed else [f"{row.written}\n"]
        elif row.removed:
            lines[row.line - 1] = ""
        else:
            end = lines[row.line - 1][len(lines[row.line - 1].rstrip("\r\n")) :]
            lines[row.line - 1] = row.written + end
    return joined([*filter(None, lines), *added])


def row_faults(
    text: str, rows: Sequence[Row], entry_fault: Callable[[str], str], owner_of: Callable[[str], str]
) -> dict[int, Faults]:
    """The faults of the changed ones among `rows`, by their places there.

    `entry_fault` says why a text is no entry's id, "" for one that is. `owner_of` gives for the match_key of a query
    the question of the entry whose own text it is, "" for none.
    """
    touched, changed = {row.line for row in rows}, set(changed_rows(text, rows))
    others = {row.query: row for row in rows_of(text) if row.line not in touched}
    others |= {row.query: row for row in rows if row not in changed}
    faults: dict[int, Faults] = {}
    for place, row in enumerate(rows):
        if row not in changed or row.removed:
            continue
        key = match_key(row.query)
        twin = others.get(next(same(key, others), row.query))
        if found := _faults(row, twin, entry_fault, owner_of(key) if key else ""):
            faults[place] = found
        others[row.query] = row
    return faults


def _faults(row: Row, twin: Row | None, entry_fault: Callable[[str], str], owner: str) -> Faults:
    if not row.query:
        return {QUERY: [NO_QUERY.format(entries=row.entries)]}
    about_query = [(TWICE if twin.line else TWICE_NEW).format(query=row.query, line=twin.line)] if twin else []
    about_query += [OWN_TEXT.format(query=row.query, entry=owner)] if owner else []
    unknown = filter(None, map(entry_fault, row.ids))
    about_entries = list(unknown) if row.entries else [NO_ENTRY.format(query=row.query)]
    return {name: found for name, found in ((QUERY, about_query), (ENTRIES, about_entries)) if found}


def rows_between(before: str, after: str) -> list[Row]:
    """The rows that make one list of another: those that it changes, those that it removes, and new ones."""
    old, new = ({row.query: row for row in rows_of(text)} for text in (before, after))
    removed = [replace(row, removed=True) for query, row in old.items() if query not in new]
    written = [replace(row, line=old[query].line if query in old else 0) for query, row in new.items()]
    return [*(row for row in written if row != old.get(row.query)), *removed]


def moved_rows(
    rows: Sequence[Row], seen: str, live: str, written: Callable[[Row], str] = lambda row: row.entries
) -> tuple[list[Row], dict[int, Faults]]:
    """The rows of a form made from the list `seen`, on the live one: what was typed stays, the others are its own.

    With them, by their places, what somebody else made of the rows that were typed into, what is right as `written`.
    """
    before, now = {row.line: row for row in rows_of(seen)}, {row.query: row for row in rows_of(live)}
    moved: list[Row] = []
    told: dict[int, Faults] = {}
    for row in rows:
        old = before.get(row.line)
        current = now.get(old.query if old else row.query)
        if old is not None and row == old:
            moved += [current] if current else []
            continue
        theirs = current and (current.entries, current.kind) != ((old.entries, old.kind) if old else ("", ""))
        if current and theirs:
            live_row = f"「{current.query}」{written(current)} {current.kind}".rstrip()
            told[len(moved)] = {QUERY: [MOVED.format(live=live_row)]}
        elif old and not current:
            told[len(moved)] = {QUERY: [GONE]}
        moved.append(replace(row, line=current.line if current else 0))
    return moved, told
