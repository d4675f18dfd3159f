"""Reading the workbook that editors changed."""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import is_datetime
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_whole
from knowledge.files.columns import origin_of
from knowledge.files.excel_container import refuse_other_files, unreadable
from knowledge.files.excel_writer import FAQ, KEPT, LAST_ROW
from knowledge.files.list_rows import read_list
from knowledge.files.rows import MAX_TITLE_ROWS, BadCell, Cell, Table, has_header, read_table
from knowledge.list_name import ListName
from knowledge.located_entry import Incoming

MAX_CELLS = 200_000  # far above any knowledge base; a blank row counts when it has a format of its own
PLAIN = ("General", "0", "@")  # formats in which a number looks like what it is
AS_TEXT = "セルの書式を「文字列」にして、見せたいとおりに入れ直してください。"

DECODED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # half of a surrogate pair is no character


def read_workbook(path: Path) -> Incoming:
    """The entries of the sheet FAQ (else of the first visible one with a column id), and the lists of their sheets.

    Raises KnowledgeError with all faults of all rows.
    """
    table, *others = _tables(path, _faq_table)
    kept = next((other for other in others if other.sheet == KEPT), None)
    sheets = {name: other for name in ListName for other in others if other.sheet == name.label}
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
    return {name: found[name.value] for name in ListName if name.value in found}


def read_sheets(path: Path) -> list[Table]:
    """The cells of every visible sheet, whatever their columns are. Raises KnowledgeError."""
    return _tables(path, _visible_tables)


def _tables(path: Path, chosen: Callable[[str, list[ReadOnlyWorksheet]], list[Table]]) -> list[Table]:
    """The tables that `chosen` makes of the file's name and sheets. Raises KnowledgeError for any broken file."""
    file = str(path)
    data = read_whole(path)
    refuse_other_files(file, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of drop-downs, styles and dates that openpyxl does not keep
            reader = _Reader(BytesIO(data), read_only=True, keep_links=False)
            reader.read()
            worksheets = reader.wb.worksheets
            sheets: list[ReadOnlyWorksheet] = [one for one in worksheets if isinstance(one, ReadOnlyWorksheet)]
            if sheets:
                return chosen(file, sheets)
    except KnowledgeError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise unreadable(file, f"Excelのファイルが壊れています（{type(error).__name__}）。") from error
    raise unreadable(file, "シートを読めません。")  # "Strict Open XML" has other names for everything


class _Reader(ExcelReader):
    """openpyxl's reader, which by itself takes every "x005F_" out of shared strings, so that "_x000D_" gets lost."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]  # has no hints
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _, node in iterparse(source):
                if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                    self.shared_strings.append(_shared_string(node))
                    node.clear()


def _shared_string(node: Any) -> str:
    """The text of all runs, without the reading (ふりがな) that Excel keeps beside it."""
    name = f"{{{SHEET_MAIN_NS}}}"
    return "".join(text.text or "" for path in (f"{name}t", f"{name}r/{name}t") for text in node.findall(path))


def _faq_table(file: str, sheets: list[ReadOnlyWorksheet]) -> list[Table]:
    sheet = _faq_sheet(file, sheets)
    if sheet is None:
        raise unreadable(
            file, "「FAQ」のシートがありません。", "見出しに id のあるシートを「FAQ」という名前にしてください。"
        )
    kept = next((_exported(file, sheet) for sheet in sheets if sheet.title == KEPT), None)
    others = {KEPT, *(name.label for name in ListName)}
    return [_table(file, sheet, kept), *(_table(file, other) for other in sheets if other.title in others)]


def _visible_tables(file: str, sheets: list[ReadOnlyWorksheet]) -> list[Table]:
    return [_table(file, sheet) for sheet in sheets if sheet.sheet_state == "visible"]


def _table(file: str, sheet: ReadOnlyWorksheet, kept: dict[str, str] | None = None) -> Table:
    return Table(file, list(_rows(file, sheet)), lambda place, _: get_column_letter(place + 1), sheet.title, kept)


def _faq_sheet(file: str, sheets: list[ReadOnlyWorksheet]) -> ReadOnlyWorksheet | None:
    named = (sheet for sheet in sheets if sheet.title == FAQ)
    headed = (
        sheet
        for sheet in sheets
        if sheet.sheet_state == "visible" and has_header(list(islice(_rows(file, sheet), MAX_TITLE_ROWS)))
    )
    return next(named, None) or next(headed, None)


def _exported(file: str, sheet: ReadOnlyWorksheet) -> dict[str, str]:
    marks = (row[0] for row in islice(_rows(file, sheet), 1, None) if row)
    return dict(origin_of(mark) for mark in marks if isinstance(mark, str))


def _rows(file: str, sheet: ReadOnlyWorksheet) -> Iterator[Sequence[Cell]]:
    """The cells of each row up to its last filled one. Raises KnowledgeError for more than MAX_CELLS."""
    sheet.reset_dimensions()  # what a file says of its size may be wrong, and would cut it
    seen = 0
    for number, row in enumerate(sheet.rows):
        seen += len(row) or isinstance(row, tuple)  # openpyxl fills the gaps between rows with lists
        if seen > MAX_CELLS or number >= LAST_ROW:
            hint = "使っていない行と列を、書式も消えるように、行や列ごと削除してください。"
            raise KnowledgeError([Problem("行か列が多すぎます。", hint, file, sheet=sheet.title)])
        last = next((place for place in range(len(row), 0, -1) if row[place - 1].value is not None), 0) if row else 0
        yield [_cell(cell) for cell in row[:last]] if last else ()


def _cell(cell: Any) -> Cell:
    """The text of an openpyxl cell (ReadOnlyCell, EmptyCell), or a BadCell for anything else."""
    value = cell.value
    if cell.data_type == TYPE_FORMULA:
        return BadCell("数式が入っています。", "計算の結果を、文字として入れ直してください。")
    if cell.data_type == TYPE_ERROR:
        return BadCell(f"エラー「{value}」が入っています。", "正しい内容を入れ直してください。")
    if isinstance(value, str):
        return _decoded(value)
    return "" if value is None else _number(value, cell.number_format)


def _number(value: object, number_format: str) -> Cell:
    """The text of a number that is displayed as it is stored; a BadCell for a date, a price or a percentage."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float() if number_format in PLAIN:
            return f"{value:.15g}"  # as many digits as Excel keeps
        case datetime():
            is_day = value.time() == time() and is_datetime(number_format) == "date"
            return BadCell("日付が入っています。", AS_TEXT, value.isoformat(" ", "minutes")[: 10 if is_day else None])
        case _:
            return BadCell("見た目と中身の違う数値が入っています。", AS_TEXT)


def _decoded(text: str) -> str:
    return DECODED.sub(lambda found: chr(int(found[1], 16)), text)
