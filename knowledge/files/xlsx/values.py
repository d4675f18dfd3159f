"""The texts of a workbook's cells: as Excel shows them, or that a cell shows something else than it holds."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from openpyxl.utils.datetime import from_excel

from knowledge.entry import TOKYO
from knowledge.files.cells import BadCell, Cell
from knowledge.files.xlsx.book import Book
from knowledge.files.xlsx.grid import Grid, RawCell
from knowledge.files.xlsx.number_formats import NumberFormat

AS_TEXT = "セルの書式を「文字列」にして、見せたいとおりに入れ直してください。"
ANOTHER_LOOK = BadCell("見た目と中身の違う数値が入っています。", AS_TEXT)
DECODED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # half of a surrogate pair is no character


def rows_of(grid: Grid, book: Book) -> list[Sequence[Cell]]:
    """The rows of a sheet from its first on, each up to its last filled cell."""
    rows: list[Sequence[Cell]] = [()] * max(grid.rows, default=0)
    for number, cells in grid.rows.items():
        row: list[Cell] = [""] * max(cells)
        for column, raw in cells.items():
            row[column - 1] = cell_of(raw, book)
        rows[number - 1] = row
    return rows


def cell_of(raw: RawCell, book: Book) -> Cell:
    """The text of a cell, or a BadCell for anything else."""
    if raw.has_formula:
        return BadCell("数式が入っています。", "計算の結果を、文字として入れ直してください。")
    return READERS.get(raw.kind, _number)(raw, book)


def _shared_text(raw: RawCell, book: Book) -> Cell:
    return _decoded(book.strings[int(raw.text)])


def _text(raw: RawCell, _: Book) -> Cell:
    return _decoded(raw.text)


def _truth(raw: RawCell, _: Book) -> Cell:
    return "TRUE" if raw.text.strip().lower() in ("1", "true") else "FALSE"


def _decoded(text: str) -> str:
    return DECODED.sub(lambda found: chr(int(found[1], 16)), text)


def _error(raw: RawCell, _: Book) -> Cell:
    return _error_cell(raw.text)


def _error_cell(value: str) -> BadCell:
    return BadCell(f"エラー「{value}」が入っています。", "正しい内容を入れ直してください。")


def _written_moment(raw: RawCell, _: Book) -> Cell:
    """A moment that the file holds as text (ISO 8601)."""
    try:
        moment = datetime.fromisoformat(raw.text)
    except ValueError:
        return ANOTHER_LOOK  # a time of day
    local = moment.astimezone(TOKYO).replace(tzinfo=None) if moment.tzinfo else moment
    is_day = raw.format.shows_date and not raw.format.shows_time
    return _day(local.date().isoformat() if is_day else local.isoformat(" ", "seconds"))


def _number(raw: RawCell, book: Book) -> Cell:
    """The text of a number that is displayed as it is stored; a BadCell for a date, a price or a percentage."""
    number = float(raw.text) if re.search("[.eE]", raw.text) else int(raw.text)
    shown = raw.format
    if shown.is_plain:
        return f"{number:.15g}"  # as many digits as Excel keeps
    if shown.is_text:
        return BadCell("「文字列」にする前の数値が入っています。", "セルの中身を、見せたいとおりに入れ直してください。")
    if not shown.shows_date or shown.is_elapsed:
        return ANOTHER_LOOK
    try:
        value = from_excel(number, book.epoch)
    except (OverflowError, ValueError):
        return _error_cell("#VALUE!")
    return _day(_shown(value, shown)) if isinstance(value, datetime) else ANOTHER_LOOK


def _shown(value: datetime, shown: NumberFormat) -> str:
    """The text in which a cell shows a moment; the seconds tell a program's 0:00 from a person's."""
    if not shown.shows_time:
        return value.date().isoformat()
    return value.isoformat(" ", "seconds" if shown.shows_seconds else "minutes")


def _day(text: str) -> BadCell:
    return BadCell("日付が入っています。", AS_TEXT, text)


READERS: dict[str, Callable[[RawCell, Book], Cell]] = {  # by the type that a file gives a cell
    "s": _shared_text,
    "str": _text,
    "inlineStr": _text,
    "b": _truth,
    "e": _error,
    "d": _written_moment,
}
