"""Entries written as the rows of a workbook or a CSV file, none of them cut."""

from collections.abc import Callable, Iterable

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.files.columns import COLUMNS, cells_of


def rows_of(file: str, entries: Iterable[Entry], spelled: Callable[[str], str], longest: int) -> list[list[str]]:
    """The cells of each entry as `spelled` in a file whose cells hold at most `longest` UTF-16 units.

    Raises KnowledgeError with every cell that is longer, for none may be cut.
    """
    rows: list[list[str]] = []
    problems: list[Problem] = []
    for entry in entries:
        rows.append([spelled(cell) for cell in cells_of(entry)])
        for column, cell in zip(COLUMNS, rows[-1], strict=True):
            if (length := len(cell.encode("utf-16-le")) // 2) > longest:
                message = f"「{column.label}」が{length:,}文字あり、1つのセルに入りません。"
                hint = f"{longest:,}文字以内にしてください。"
                problems.append(Problem(message, hint, file, entry_id=entry.id, field=column.field))
    if problems:
        raise KnowledgeError(problems)
    return rows
