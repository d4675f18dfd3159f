"""Writing the workbook that editors get: the entries, an explanation, and a hidden list of what was exported."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.entry import Entry
from knowledge.file_io import replacing
from knowledge.files.columns import COLUMNS, DIGEST, Column
from knowledge.files.excel_guide import GUIDE, TITLE
from knowledge.files.list_sheets import EXPLANATIONS, HEADINGS, LINE, WIDTHS, rows_of_list
from knowledge.files.row_writer import rows_of
from knowledge.list_name import SHEETS, ListName
from knowledge.lists import Lists, text_digest

FAQ, EXPLANATION, KEPT = "FAQ", "説明", "控え"
LAST_ROW = 1_048_576  # of every Excel sheet
LONGEST = 32_767  # UTF-16 units in a cell, Excel's limit
TEXT = "@"  # Excel's format for text: neither a date nor a number nor a formula is made of what is typed
ROW_HEIGHT = 120  # points, 8 lines; higher rows would fill the screen with a single entry
EXPLANATION_WIDTHS = {"A": 18, "B": 100, "C": 8, "D": 14}  # characters

# Excel writes a character that XML cannot hold as _xHHHH_, and so the underscore of a text that looks like that.
ENCODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")

HEADER_FILL = PatternFill("solid", fgColor="D9E7F5")
BOLD, LARGE = Font(bold=True), Font(bold=True, size=16)
TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)


def write_workbook(path: Path, entries: Iterable[Entry], lists: Lists | None = None) -> None:
    """Write a workbook with every entry as a row, the lists, an explanation, and a hidden list of the ids.

    Raises KnowledgeError, and then leaves `path` as it was.
    """
    workbook = _workbook(rows_of(str(path), entries, _encoded, LONGEST), lists)
    with replacing(path) as file:
        workbook.save(file)


def _encoded(text: str) -> str:
    return ENCODED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _workbook(rows: Sequence[Sequence[str]], lists: Lists | None) -> Workbook:
    """A workbook with these rows of cells in the order of COLUMNS, and a sheet for each list."""
    marks, categories = [row[-1] for row in rows], list(dict.fromkeys(row[1] for row in rows))
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _fill_faq(workbook.create_sheet(FAQ), rows, len(categories))
    for name in SHEETS if lists else ():
        _fill_list(workbook.create_sheet(name.label), name, lists.text(name) if lists else "")
    _fill_explanation(workbook.create_sheet(EXPLANATION))
    origins = [f"{text_digest(lists.text(name))} {name.value}" for name in SHEETS] if lists else []
    _fill_kept(workbook.create_sheet(KEPT), {DIGEST: marks, "category": categories, "lists": origins})
    return workbook


def _fill_list(sheet: Worksheet, name: ListName, text: str) -> None:
    for place, (heading, width) in enumerate(zip((*HEADINGS[name], LINE), (*WIDTHS, 1), strict=True), 1):
        cell = _put(sheet, 1, place, heading, WRAPPED)
        cell.font, cell.fill = BOLD, HEADER_FILL
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width, dimension.hidden, dimension.number_format = width, heading == LINE, TEXT
    for number, row in enumerate(rows_of_list(name, text), 2):
        for place, cell_text in enumerate(row, 1):
            _put(sheet, number, place, _encoded(cell_text).replace("\r", "_x000D_"), TOP)
    sheet.freeze_panes = "A2"


def _fill_faq(sheet: Worksheet, rows: Sequence[Sequence[str]], categories: int) -> None:
    for place, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(place)
        heading = column.label if column.label == column.field else f"{column.label}\n{column.field}"
        cell = _put(sheet, 1, place, heading, WRAPPED)
        cell.font, cell.fill = BOLD, HEADER_FILL
        dimension = sheet.column_dimensions[letter]
        dimension.width, dimension.hidden = column.width, column.field == DIGEST
        dimension.number_format, dimension.alignment = TEXT, _alignment(column)  # for the rows an editor adds
        _offer_choices(sheet, column, letter, categories)
    for number, row in enumerate(rows, 2):
        sheet.row_dimensions[number].height = ROW_HEIGHT
        for place, (column, text) in enumerate(zip(COLUMNS, row, strict=True), 1):
            _put(sheet, number, place, text, _alignment(column))
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"


def _offer_choices(sheet: Worksheet, column: Column, letter: str, categories: int) -> None:
    """Add a drop-down to a column that has choices or known values to suggest."""
    if column.suggests and categories:
        source = f"'{KEPT}'!$B$2:$B${categories + 1}"
    elif column.choices:
        source = f'"{",".join(column.choices)}"'
    else:
        return
    choices = DataValidation(
        "list",
        source,
        allow_blank=True,
        showErrorMessage=not column.suggests,
        errorTitle=column.label,
        error=f"{'・'.join(column.choices)} から選ぶか、空にしてください。",
    )
    choices.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(choices)


def _fill_explanation(sheet: Worksheet) -> None:
    sheet.sheet_view.showGridLines = False
    for letter, width in EXPLANATION_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    columns = (
        (column.label, column.explanation, "必須" if column.required else "", column.field) for column in COLUMNS
    )
    lists = ((name.label, f"シート「{name.label}」: {text}") for name, text in EXPLANATIONS.items())
    lines = [(TITLE,), (), *GUIDE.items(), *lists, (), ("列", "書き方", "", "項目名"), *columns]
    for row, texts in enumerate(lines, 1):
        for place, text in enumerate(texts, 1):
            cell = _put(sheet, row, place, text, TOP if row == 1 else WRAPPED)
            if row == 1:
                cell.font = LARGE
            elif place == 1 or texts[0] == "列":
                cell.font = BOLD
            if texts[0] == "列":
                cell.fill = HEADER_FILL


def _fill_kept(sheet: Worksheet, kept: dict[str, list[str]]) -> None:
    sheet.sheet_state = "hidden"
    for place, (heading, texts) in enumerate(kept.items(), 1):
        for row, text in enumerate((heading, *texts), 1):
            _put(sheet, row, place, text, TOP)


def _put(sheet: Worksheet, row: int, column: int, text: str, alignment: Alignment) -> Cell:
    """A cell whose text stays text, even where it looks like a formula, a number or a date."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # no cells are merged
    if text:
        cell.value = text
        cell.data_type = TYPE_STRING  # openpyxl takes "=1" for a formula and "#N/A" for an error
    cell.number_format, cell.alignment = TEXT, alignment
    return cell


def _alignment(column: Column) -> Alignment:
    return WRAPPED if column.wrapped else TOP
