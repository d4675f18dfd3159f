"""The knowledge base as an Excel workbook that editors change, and what they made of it."""

import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.excel_sheets import FAQ, KEPT, build_workbook
from knowledge.filed import Incoming
from knowledge.rows import MAX_TITLE_ROWS, BadCell, Cell, Table, has_header, read_table, rows_of
from knowledge.whole_files import read_whole, replacing

LONGEST = 32_767  # UTF-16 units in a cell, Excel's limit
MAX_ROWS = 100_000  # far above any knowledge base; the file format itself knows no end
MAX_UNPACKED = 100_000_000  # bytes; 5,000 entries with 8 variants take XX MB
SAVE_AGAIN = "Excelで開き、「名前を付けて保存」で「Excel ブック（.xlsx）」として保存し直してください。"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# Excel writes a character that XML cannot hold as _xHHHH_, and so the underscore of a text that looks like that.
ENCODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
DECODED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # half of a surrogate pair is no character


def write_workbook(path: Path, entries: Iterable[Entry]) -> None:
    """Write a workbook with every entry as a row, an explanation, and a hidden list of the ids.

    Raises KnowledgeError, and then leaves `path` as it was.
    """
    workbook = build_workbook(rows_of(str(path), entries, _encoded, LONGEST))
    with replacing(path) as file:
        workbook.save(file)


def read_workbook(path: Path) -> Incoming:
    """The entries of the sheet FAQ (else of the first visible one with a column id).

    Raises KnowledgeError with all faults of all rows.
    """
    file = str(path)
    data = read_whole(path)
    _refuse_other_files(file, data)
    try:
        table = _table(file, data)
    except KnowledgeError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise _unreadable(file, f"Excelのファイルが壊れています（{type(error).__name__}）。") from error
    return read_table(table)


def _refuse_other_files(file: str, data: bytes) -> None:
    """Raise KnowledgeError for what is no workbook of today, and for one that would unpack without end."""
    if data.startswith(OLD_CONTAINER):
        if ENCRYPTED in data:
            raise _unreadable(file, "パスワードで保護されています。", "パスワードを外して保存し直してください。")
        raise _unreadable(file, "古い形式（.xls）のファイルです。")
    try:
        with ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BadZipFile as error:
        is_cut = data.startswith(b"PK")
        message = (
            "ファイルが途中で切れているか、壊れています。" if is_cut else "Excelのファイル（.xlsx）ではありません。"
        )
        raise _unreadable(file, message) from error
    if unpacked > MAX_UNPACKED:
        hint = "項目と関係のないシート・画像・空の行を消してください。"
        raise _unreadable(file, f"中身が大きすぎます（{unpacked // 1_000_000:,}MB）。", hint)


def _unreadable(file: str, message: str, hint: str = SAVE_AGAIN) -> KnowledgeError:
    return KnowledgeError([Problem(message, hint, file)])


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
    """The text in all its formats, without the reading (ふりがな) that Excel keeps beside it."""
    name = f"{{{SHEET_MAIN_NS}}}"
    return "".join(text.text or "" for path in (f"{name}t", f"{name}r/{name}t") for text in node.findall(path))


def _table(file: str, data: bytes) -> Table:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drop-downs, styles and dates that openpyxl does not keep
        reader = _Reader(BytesIO(data), read_only=True, keep_links=False)
        reader.read()
        sheets: list[ReadOnlyWorksheet] = [
            sheet for sheet in reader.wb.worksheets if isinstance(sheet, ReadOnlyWorksheet)
        ]
        sheet = _faq_sheet(sheets)
        if sheet is None:
            raise _unreadable(
                file, "「FAQ」のシートがありません。", "見出しに id のあるシートを「FAQ」という名前にしてください。"
            )
        rows = list(islice(_rows(sheet), MAX_ROWS + 1))
        if len(rows) > MAX_ROWS:
            hint = f"使っていない行を削除して、{MAX_ROWS:,}行までにしてください。"
            raise KnowledgeError([Problem("行が多すぎます。", hint, file, sheet=sheet.title)])
        kept = next((_kept_ids(sheet) for sheet in sheets if sheet.title == KEPT), None)
    return Table(file, rows, lambda place, _: get_column_letter(place + 1), sheet.title, kept)


def _faq_sheet(sheets: list[ReadOnlyWorksheet]) -> ReadOnlyWorksheet | None:
    named = (sheet for sheet in sheets if sheet.title == FAQ)
    headed = (
        sheet
        for sheet in sheets
        if sheet.sheet_state == "visible" and has_header(list(islice(_rows(sheet), MAX_TITLE_ROWS)))
    )
    return next(named, None) or next(headed, None)


def _kept_ids(sheet: ReadOnlyWorksheet) -> frozenset[str]:
    rows = islice(_rows(sheet), 1, MAX_ROWS)
    return frozenset(row[0] for row in rows if row and isinstance(row[0], str) and row[0])


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong, and would cut it
    for row in sheet.rows:
        yield [_cell(cell.value, cell.data_type) for cell in row]


def _cell(value: object, kind: str) -> Cell:
    if kind == TYPE_FORMULA:
        return BadCell("数式が入っています。", "計算の結果を、文字として入れ直してください。")
    if kind == TYPE_ERROR:
        return BadCell(f"エラー「{value}」が入っています。", "正しい内容を入れ直してください。")
    match value:
        case None:
            text = ""
        case str():
            text = _decoded(value)
        case bool():
            text = str(value).upper()
        case float():
            text = f"{value:.15g}"  # as many digits as Excel keeps
        case datetime():
            text = str(value.date()) if value.time() == time() else value.isoformat(" ", "minutes")
        case time():
            text = f"{value.hour}:{value.minute:02}"
        case _:
            text = str(value)
    return text


def _encoded(text: str) -> str:
    return ENCODED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _decoded(text: str) -> str:
    return DECODED.sub(lambda found: chr(int(found[1], 16)), text)
