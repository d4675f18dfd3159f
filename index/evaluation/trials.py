"""Trial knowledge bases: entries of several trades, in states with few or many variants, and others' questions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.entry import Entry
from knowledge.file_io import read_lines
from knowledge.files import yaml_reader
from knowledge.judged import JudgedQuery

STATES = (0, 5, 15)  # variants kept an entry
UNEVEN = -1  # 5 variants for every third entry, none for the others
COLUMNS = ("query", "entry", "kind", "writer")


@dataclass(frozen=True, slots=True)
class Trial:
    """A knowledge base with questions that were written without knowing its variants."""

    name: str
    entries: tuple[Entry, ...]
    questions: tuple[JudgedQuery, ...]
    writers: tuple[str, ...]  # of each question

    def thinned(self, state: int) -> list[Entry]:
        """The entries with the first `state` variants each; UNEVEN: some with 5, most with none."""
        if state == UNEVEN:
            return [replace(e, variants=e.variants[:5] if n % 3 == 0 else ()) for n, e in enumerate(self.entries)]
        return [replace(entry, variants=entry.variants[:state]) for entry in self.entries]


def read_trials(folder: Path) -> list[Trial]:
    """The knowledge bases in the folders of `folder`, by name. Raises KnowledgeError."""
    return [read_trial(one) for one in sorted(folder.iterdir()) if (one / "questions.tsv").exists()]


def read_trial(folder: Path) -> Trial:
    """The knowledge base in `folder` with its `questions.tsv`. Raises KnowledgeError."""
    entries = [located.entry for located in yaml_reader.read_folder(folder / "entries")]
    header, *rows = (line.split("\t") for line in read_lines(folder / "questions.tsv"))
    assert tuple(header) == COLUMNS, folder
    questions = [JudgedQuery(query, () if ids == "-" else tuple(ids.split("|")), kind) for query, ids, kind, _ in rows]
    ordered = tuple(sorted(entries, key=lambda entry: entry.id))
    return Trial(folder.name, ordered, tuple(questions), tuple(row[-1] for row in rows))


def spread(variants: Sequence[str], kept: int) -> tuple[str, ...]:
    """At most `kept` of the variants, evenly spread."""
    return tuple(variants[:: max(1, math.ceil(len(variants) / kept))]) if kept else ()
