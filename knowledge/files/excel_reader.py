"""Reading the workbook that editors changed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.file_io import read_whole
from knowledge.files.columns import origin_of
from knowledge.files.excel_writer import FAQ, KEPT
from knowledge.files.list_sheets import read_list
from knowledge.files.row_reader import MAX_CELLS, MAX_TITLE_ROWS, Table, has_header, read_table
from knowledge.files.xlsx.book import Book, Sheet, links_of, open_book
from knowledge.files.xlsx.container import unreadable
from knowledge.files.xlsx.grid import LAST_ROW, TooManyCellsError, letters_of, read_grid
from knowledge.files.xlsx.values import rows_of
from knowledge.list_name import SHEETS, ListName
from knowledge.located_entry import Incoming


def read_workbook(path: Path) -> Incoming:
    """The entries of the sheet FAQ (else of the first visible one with a column id), and the lists of their sheets.

    Raises KnowledgeError with all faults of all rows.
    """
    table, *others = _tables(path, _faq_table)
    kept = next((other for other in others if other.sheet == KEPT), None)
    sheets = {name: other for name in SHEETS for other in others if other.sheet == name.label}
    problems: list[Problem] = []
    incoming, lists = Incoming(()), {}
    try:
        incoming = read_table(table)
    except KnowledgeError as error:
        problems.extend(error.problems)
    for name, sheet in sheets.items():
        try:
            lists[name] = read_list(name, sheet)
        except KnowledgeError as error:
            problems.extend(error.problems)
    if problems:
        raise KnowledgeError(problems)
    return replace(incoming, lists=lists, list_bases=_list_bases(kept) if kept else {})


def _list_bases(kept: Table) -> dict[ListName, str]:
    """The digests of the lists that the workbook was written with."""
    marks = [row[2] for row in kept.rows[1:] if len(row) > 2]  # the third column
    found = dict(origin_of(mark) for mark in marks if isinstance(mark, str))
    return {name: found[name.value] for name in SHEETS if name.value in found}


def read_sheets(path: Path) -> list[Table]:
    """The cells of every visible sheet, whatever their columns are. Raises KnowledgeError."""
    return _tables(path, _visible_tables)


def _tables(path: Path, chosen: Callable[[str, Book], list[Table]]) -> list[Table]:
    """The tables that `chosen` makes of the file's name and sheets. Raises KnowledgeError for any broken file."""
    file = str(path)
    data = read_whole(path)
    try:
        return chosen(file, open_book(file, data))
    except KnowledgeError:
        raise
    except Exception as error:  # a broken file may break any step, not only the one that looks for it
        raise unreadable(file, f"Excelのファイルが壊れています（{type(error).__name__}）。") from error


def _faq_table(file: str, book: Book) -> list[Table]:
    headed = [sheet for sheet in book.sheets if sheet.is_visible and _is_headed(file, book, sheet)]
    faq = next((sheet for sheet in book.sheets if sheet.title == FAQ), headed[0] if headed else None)
    if faq is None:
        raise unreadable(
            file, "「FAQ」のシートがありません。", "見出しに id のあるシートを「FAQ」という名前にしてください。"
        )
    kept = next((_table(file, book, sheet) for sheet in book.sheets if sheet.title == KEPT), None)
    labels = {name.label for name in SHEETS}
    others = [_table(file, book, sheet) for sheet in book.sheets if sheet.title in labels]
    ignored = tuple(_ignored(file, sheet, faq) for sheet in headed if sheet is not faq and sheet.title not in labels)
    table = replace(_table(file, book, faq), exported=_exported(kept) if kept else None, warnings=ignored)
    return [table, *([kept] if kept else []), *others]


def _ignored(file: str, sheet: Sheet, faq: Sheet) -> Problem:
    message = f"このシートは取り込みません。「{faq.title}」だけを読みます。"
    hint = f"ここで直したものは、「{faq.title}」に写してください。"
    return Problem(message, hint, file, sheet=sheet.title, severity=Severity.WARNING)


def _visible_tables(file: str, book: Book) -> list[Table]:
    return [_table(file, book, sheet, has_links=True) for sheet in book.sheets if sheet.is_visible]


def _is_headed(file: str, book: Book, sheet: Sheet) -> bool:
    try:
        return has_header(_table(file, book, sheet, MAX_TITLE_ROWS).rows)
    except (KnowledgeError, ValueError, LookupError):  # a damaged sheet is none of ours; FAQ itself is read again
        return False


def _table(file: str, book: Book, sheet: Sheet, last: int = LAST_ROW, *, has_links: bool = False) -> Table:
    """The cells of a sheet down to the row `last`, with their links. Raises KnowledgeError for more than MAX_CELLS."""
    try:
        grid = read_grid(book, sheet, MAX_CELLS, last)
    except TooManyCellsError as error:
        hint = "使っていない行と列を、書式も消えるように、行や列ごと削除してください。"
        raise KnowledgeError([Problem("行か列が多すぎます。", hint, file, sheet=sheet.title)]) from error
    rows = rows_of(grid, book)
    table = Table(file, rows, lambda place, _: letters_of(place + 1), sheet.title, merged=tuple(grid.merged))
    targets = links_of(book, sheet) if has_links and grid.links else {}
    links = {(row, column - 1): targets.get(name, "") for (row, column), name in grid.links.items()}
    return replace(table, hidden=frozenset(grid.hidden), links=links)


def _exported(kept: Table) -> dict[str, str]:
    marks = (row[0] for row in kept.rows[1:] if row)
    return dict(origin_of(mark) for mark in marks if isinstance(mark, str))
