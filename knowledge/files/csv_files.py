"""Writing and reading the knowledge base as CSV, as spreadsheets do."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import BYTE_ORDER_MARKS, read_whole, replacing
from knowledge.files.cells import BadCell, Cell
from knowledge.files.columns import COLUMNS
from knowledge.files.formula_guard import guarded, unguarded
from knowledge.files.row_reader import MAX_CELLS, MAX_TITLE_ROWS, Table, has_header, read_table
from knowledge.files.row_writer import rows_of
from knowledge.located_entry import Incoming

MAX_DELIMITERS = 1_000_000  # in a whole file, those within texts too
DELIMITERS = (",", "\t", ";")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how those of today and of before 2007 begin
CP932 = "cp932"
FIRST_KANA = "\u3000"  # from here on UTF-8 takes three bytes, which CP932 text hardly ever looks like by chance


def write_csv(path: Path, entries: Iterable[Entry]) -> None:
    """Write every entry as a row, in UTF-8 with a byte order mark so that Excel knows it.

    Raises KnowledgeError, and then leaves `path` as it was.
    """
    rows = rows_of(str(path), entries, guarded, csv.field_size_limit())
    with replacing(path) as file:
        file.write(_written([[column.field for column in COLUMNS], *rows]))


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Any rows as a CSV file that Excel opens: its texts are no formulas there."""
    return _written([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def _written(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def read_csv(path: Path) -> Incoming:
    """The entries of a CSV file; rows count as a spreadsheet shows them, columns are named by their heading.

    Raises KnowledgeError with all faults of all rows.
    """
    table = _table(path, lambda rows: 1.0 if has_header(rows) else 0.0)
    return read_table(table)


def read_cells(path: Path) -> Table:
    """The cells of a CSV file, whatever its columns are. Raises KnowledgeError."""
    return _table(path, _evenness)


def _table(path: Path, likelihood: Callable[[list[list[str]]], float]) -> Table:
    """The file cut at the delimiter that gives its first rows the greatest `likelihood`. Raises KnowledgeError."""
    file = str(path)
    text, encoding = _decoded(file, _table_data(path))
    delimiter = max(DELIMITERS, key=lambda mark: likelihood(_first_rows(text, mark)))
    rows: list[Sequence[Cell]] = []
    try:
        rows.extend([_cell(cell) for cell in row] for row in _bounded(file, text, delimiter))
    except csv.Error as error:
        message = f"{len(rows) + 1}行目から先をCSVとして読めません（{error}）。"
        hint = '引用符「"」がセルの前後で対になっているかを確かめてください。'
        raise KnowledgeError([Problem(message, hint, file, len(rows) + 1)]) from error
    kept = encoding if encoding == CP932 else ""
    return Table(file, rows, lambda _, heading: heading.strip(), is_ragged=True, encoding=kept)


def _bounded(file: str, text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows. Raises KnowledgeError for more cells than any table has, before they take all memory."""
    seen = 0
    too_wide = text.count(delimiter) > MAX_DELIMITERS
    for number, row in enumerate([[]] if too_wide else _reader(text, delimiter), start=1):
        seen += max(1, len(row))
        if too_wide or seen > MAX_CELLS:
            hint = "使っていない行と列を、行や列ごと削除してください。"
            raise KnowledgeError([Problem("行か列が多すぎます。", hint, file, number)])
        yield row


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _table_data(path: Path) -> bytes:
    """The bytes of the file. Raises KnowledgeError for a workbook under the name of a CSV file."""
    data = read_whole(path)
    if data.startswith(WORKBOOKS):
        hint = "名前の終わりを「.xlsx」に変えるか、表計算ソフトで「CSV UTF-8」として保存し直してください。"
        raise KnowledgeError([Problem("CSVではなく、Excelのファイルです。", hint, str(path))])
    return data


def _evenness(rows: list[list[str]]) -> float:
    """The share of rows that have as many cells as the first one with several has."""
    several = [len(row) for row in rows if len(row) > 1]
    return several.count(several[0]) / len(rows) if several else 0.0


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    if text.count(delimiter) <= MAX_DELIMITERS:
        with suppress(csv.Error):
            return list(islice(_reader(text, delimiter), MAX_TITLE_ROWS))
    return []


def _cell(text: str) -> Cell:
    if "\0" in text:
        return BadCell("文字ではないデータ（NUL）が入っています。", "表計算ソフトでCSVとして保存し直してください。")
    return unguarded(text)


def _decoded(file: str, data: bytes) -> tuple[str, str]:
    """The text and its encoding: its mark's, else strict UTF-8, else CP932 (what Excel saves as "CSV" in Japan)."""
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    try:
        return data.decode(marked or "utf-8"), marked or "utf-8"
    except UnicodeDecodeError as error:
        is_damaged = marked or any(letter >= FIRST_KANA for letter in data[: error.start].decode("utf-8", "ignore"))
        fault = error
    if not is_damaged:
        try:
            return data.decode(CP932), CP932
        except UnicodeDecodeError as error:
            fault = error
    raise KnowledgeError([_undecodable(file, data, fault)]) from fault


def _undecodable(file: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    return Problem(
        f"先頭から{error.start + 1}バイト目（0x{data[error.start]:02X}）を文字として読めません。",
        "表計算ソフトで「CSV UTF-8」として保存し直してください。",
        file,
        data.count(b"\n", 0, error.start) + 1,
    )
