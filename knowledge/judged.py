"""Judged queries: questions with the entry that must answer them, or "-" for "must abstain"."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.file_io import read_lines
from knowledge.match_key import match_key

ABSTAIN = "-"
DASHES = "-‐‑‒–—―−ー"  # which look like it
LINE_BREAK = r"\n"  # of a query, in the file
UNKNOWN = "idの綴りを確かめてください。消した項目か、idの変わった項目なら、正しいidに直すか、その行を消してください。"
HEADER = ["query", "entry", "kind"]  # the last may be missing


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One judgement: any of `entries` (ids) is right; none means "must abstain".

    `kind` is the kind of question, "" where it is not given.
    """

    text: str
    entries: tuple[str, ...]
    kind: str = ""

    @property
    def line(self) -> str:
        """The text on one line, as the file writes it."""
        return self.text.replace("\n", LINE_BREAK)

    @property
    def answerable(self) -> bool:
        """True when there is a right entry."""
        return bool(self.entries)


def read_judged(path: Path, known_ids: Collection[str] | None = None) -> list[JudgedQuery]:
    """The judged queries of a TSV file, see `parse_judged`."""
    return parse_judged(read_lines(path), str(path), known_ids)


def parse_judged(lines: Sequence[str], place: str, known_ids: Collection[str] | None = None) -> list[JudgedQuery]:
    """The judged queries of lines: columns `query`, `entry` and, if you like, `kind`, which a first line may name.

    Several right entries are separated by `|`, and LINE_BREAK in a query is one; a line that begins with `#` and has no
    tab is a comment. `place` is the lines' file. Raises KnowledgeError with every unreadable line and every id that is
    not among `known_ids`.
    """
    problems: list[Problem] = []
    judged = list(_judged(lines, place, known_ids, problems))
    if problems:
        raise KnowledgeError(problems)
    return judged


def _judged(
    lines: Sequence[str], place: str, known_ids: Collection[str] | None, problems: list[Problem]
) -> Iterator[JudgedQuery]:
    for number, line in enumerate(lines, start=1):
        columns = line.split("\t")
        is_comment = line.startswith("#") and len(columns) == 1
        if not line.strip() or is_comment or (number == 1 and columns in (HEADER, HEADER[:2])):
            continue
        text, label, kind = (*columns, "", "")[:3]
        if len(columns) > len(HEADER) or not text.strip() or not label.strip():
            hint = "「質問<タブ>項目のid」または「質問<タブ>-」と書いてください（あとに「<タブ>種類」を足せます）。"
            problems.append(Problem(f"「{line}」を読めません。", hint, place, number))
            continue
        label = unicodedata.normalize("NFKC", label).strip()  # as Japanese keyboards write － and ｜
        ids = () if label in DASHES else tuple(label.split("|"))
        problems.extend(
            Problem(f"id「{entry_id}」の項目はありません。", UNKNOWN, place, number)
            for entry_id in ids
            if known_ids is not None and entry_id not in known_ids
        )
        yield JudgedQuery(text.replace(LINE_BREAK, "\n"), ids, kind.strip())


def known_already(queries: Iterable[JudgedQuery], entries: Iterable[Entry]) -> list[tuple[JudgedQuery, Entry]]:
    """The queries that are an entry's own text, with that entry: that they find it tells nothing."""
    owners = _owners(entries)
    found = ((query, owners.get(_key(query.text))) for query in queries)
    return [(query, owner) for query, owner in found if owner]


def _owners(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {_key(own): entry for entry in entries for own in (entry.question, *entry.variants)}


def _key(text: str) -> str:
    return match_key(text) or text


def with_judgements(text: str, queries: Iterable[str], entry_id: str, entries: Iterable[Entry]) -> str:
    """The list `text` with each query judged: `entry_id` is right for it, "" for none.

    What was judged before is judged anew and keeps its kind. Raises FaqError where there is no query, and for one that
    is an entry's own text: that it finds its entry tells nothing.
    """
    wanted = {_key(query): query for query in map(" ".join, map(str.split, queries)) if query}
    owners = _owners(entries)
    for key, query in wanted.items():
        if key in owners:
            hint = "尋ねられたほかの文で書いてください。"
            raise FaqError(f"「{query}」は、項目「{owners[key].question}」の質問か言い方と同じです。", hint)
    if not wanted:
        raise FaqError("質問を1行に1つ書いてください。")
    lines, label = text.splitlines(keepends=True), entry_id or ABSTAIN
    if lines and not text.endswith("\n"):
        lines[-1] += "\n"
    for number, line in enumerate(lines):
        known, tab, judgement = line.partition("\t")
        query = wanted.pop(_key(known), "") if tab else ""
        if query:
            written = judgement.rstrip().partition("\t")[0]  # of the labels alone: kind and line end stay
            lines[number] = f"{query}\t{label}{judgement.removeprefix(written)}"
    return "".join([*lines, *(f"{query}\t{label}\n" for query in wanted.values())])


def with_successors(queries: Sequence[JudgedQuery], entries: Iterable[Entry]) -> list[JudgedQuery]:
    """The judged queries, where every entry with the question of a right one is right too.

    So a successor (next year's price) needs no judgement of its own.
    """
    question = {entry.id: match_key(entry.question) for entry in entries}
    asking = defaultdict(list)
    for entry_id, text in question.items():
        asking[text].append(entry_id)
    return [
        replace(
            query,
            entries=tuple(
                dict.fromkeys(
                    same
                    for entry_id in query.entries
                    for same in (entry_id, *asking.get(question.get(entry_id, ""), ()))
                )
            ),
        )
        for query in queries
    ]
