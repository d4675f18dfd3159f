"""Judged queries: questions with the entry that must answer them, or "-" for "must abstain"."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_lines
from knowledge.match_key import match_key

ABSTAIN = "-"
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
    def answerable(self) -> bool:
        """True when there is a right entry."""
        return bool(self.entries)


def read_judged(path: Path, known_ids: Collection[str] | None = None) -> list[JudgedQuery]:
    """The judged queries of a TSV file: columns `query`, `entry` and, if you like, `kind`, which a first line may name.

    Several right entries are separated by `|`; a line that begins with `#` and has no tab is a comment. Raises
    KnowledgeError with every unreadable line and, given `known_ids`, every id that is not among them.
    """
    problems: list[Problem] = []
    judged = list(_judged(path, known_ids, problems))
    if problems:
        raise KnowledgeError(problems)
    return judged


def _judged(path: Path, known_ids: Collection[str] | None, problems: list[Problem]) -> Iterator[JudgedQuery]:
    for number, line in enumerate(read_lines(path), start=1):
        columns = line.split("\t")
        is_comment = line.startswith("#") and len(columns) == 1
        if not line.strip() or is_comment or (number == 1 and columns in (HEADER, HEADER[:2])):
            continue
        text, label, kind = (*columns, "", "")[:3]
        if len(columns) > len(HEADER) or not text.strip() or not label.strip():
            hint = "「質問<タブ>エントリのid」または「質問<タブ>-」と書いてください（あとに「<タブ>種類」を足せます）。"
            problems.append(Problem(f"「{line}」を読めません。", hint, str(path), number))
            continue
        ids = () if label.strip() == ABSTAIN else tuple(label.strip().split("|"))
        problems.extend(
            Problem(f"id「{entry_id}」のエントリはありません。", "idの綴りを確かめてください。", str(path), number)
            for entry_id in ids
            if known_ids is not None and entry_id not in known_ids
        )
        yield JudgedQuery(text, ids, kind.strip())


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
