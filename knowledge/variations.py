"""Variations: other spellings of the same text, by kind, to measure that all are understood."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_lines

HEADER = ["kind", "standard", "written"]


@dataclass(frozen=True, slots=True)
class Variation:
    """`written` is another spelling of `standard`; `kind` is the kind of difference."""

    kind: str
    standard: str
    written: str


def read_variations(path: Path) -> list[Variation]:
    """The rows of a TSV file with the header kind, standard, written. Raises KnowledgeError with every bad line."""
    variations: list[Variation] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_lines(path), start=1):
        columns = line.split("\t")
        if number == 1 and columns == HEADER:
            continue
        if len(columns) == len(HEADER) and all(columns):
            variations.append(Variation(*columns))
        else:
            hint = "「種類<タブ>標準の書き方<タブ>別の書き方」と書いてください。"
            problems.append(Problem(f"「{line}」を読めません。", hint, str(path), number))
    if problems:
        raise KnowledgeError(problems)
    return variations
