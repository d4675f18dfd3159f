"""Cells of Excel that look otherwise than they are stored: days, times, merged cells, and what other programs write.

1. A day is read as the cell shows it, in every format of Japanese Excel; elsewhere than in a column of days it is
   reported, and so is a number in a format that nobody explains.
2. 0:00 that a program put behind the last day means that whole day; a person's means the moment.
3. Merged cells count for every row that they cover; across columns they are refused by name.
4. Parts, rows and cells are found wherever a program puts them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from html import escape
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from spreadsheet_editor import (
    BASE,
    CANCEL,
    PLACES,
    PRICE,
    TRIAL,
    edit,
    problems,
    put,
    read,
    rewrite,
    save_csv,
    table_of,
)

from knowledge.checks.dates import check_dates
from knowledge.entry import TOKYO, Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.files.formats import write_files
from knowledge.located_entry import LocatedEntry

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
DAY = 46113  # 2026-04-01, as Excel counts
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LETTERS = "ABCDEFGHIJKLMNOP"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "faq.xlsx"
    write_files(made, BASE)
    return made


def put_number(path: Path, field: str, value: float | str, number_format: int | str, kind: str = "n") -> None:
    """Write a cell of PRICE with a format by its number or its code, as Excel does."""
    place, code = f"{LETTERS[PLACES[field] - 1]}3", number_format if isinstance(number_format, str) else ""
    number = 200 if code else number_format
    styles = f"""<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{escape(code)}"/></numFmts>
        <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="{number}"/></cellXfs></styleSheet>"""

    def change(name: str, data: bytes) -> bytes:
        cell = f'<c r="{place}" s="1" t="{kind}"><v>{value}</v></c>'
        return re.sub(rf'<c r="{place}"[^>]*?(?:/>|>.*?</c>)', cell, data.decode()).encode() if name == SHEET else data

    rewrite(path, lambda name, data: styles.encode() if name == STYLES else change(name, data))


# -- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number_format", [14, 22, *(n for n in range(27, 37) if n not in (32, 33)), *range(50, 59)])
def test_a_day_in_a_format_of_japanese_excel_is_a_day(path: Path, number_format: int) -> None:
    put_number(path, "as_of", DAY, number_format)
    assert read(path)[1] == replace(PRICE, as_of=date(2026, 4, 1))
    put_number(path, "note", DAY, number_format)
    (problem,) = problems(path)
    assert (problem.field, problem.message) == ("note", "日付が入っています。")


@pytest.mark.parametrize(
    ("number_format", "message"),
    [
        *((n, "見た目と中身の違う数値が入っています。") for n in (2, 3, 9, 23, 24, 38, 59, 62, 70, 163)),
        (46, "見た目と中身の違う数値が入っています。"),
        (49, "「文字列」にする前の数値が入っています。"),
    ],
)
def test_a_number_that_shows_something_else_or_nobody_knows_what_is_reported(
    path: Path, number_format: int, message: str
) -> None:
    put_number(path, "note", DAY, number_format)
    (problem,) = problems(path)
    assert (problem.line, problem.field, problem.message) == (3, "note", message)
    write_files(path, BASE)
    put_number(path, "as_of", DAY, number_format)
    assert [problem.message for problem in problems(path)] == [message]


@pytest.mark.parametrize(("field", "shown"), [("as_of", date(2026, 4, 1)), ("valid_to", date(2026, 4, 1))])
@pytest.mark.parametrize("number_format", ["yyyy/m/d", "YYYY/MM/DD", '[$-411]ggge"年"m"月"d"日"', '[Red]yyyy"年の"m/d'])
def test_a_cell_that_shows_a_day_is_that_day_whatever_time_it_holds(
    path: Path, field: str, shown: date, number_format: str
) -> None:
    put(path, 3, "valid_from", None)
    put(path, 3, field, datetime(2026, 4, 1, 18), number_format)  # noqa: DTZ001  # Excel has no zones
    assert read(path)[1] == replace(PRICE, valid_from=None, **{field: shown})


@pytest.mark.parametrize(
    ("typed", "number_format", "kind", "expected"),
    [
        (73050, "yyyy-mm-dd hh:mm:ss", "n", date(2099, 12, 31)),  # as pandas writes a day
        (73050, "yyyy/m/d h:mm", "n", datetime(2099, 12, 31)),  # noqa: DTZ001  # as a person does
        (73050.75, "yyyy-mm-dd hh:mm:ss", "n", datetime(2099, 12, 31, 18)),  # noqa: DTZ001
        ("2099-12-31", "General", "d", date(2099, 12, 31)),
        ("2099-12-31T00:00:00", "General", "d", date(2099, 12, 31)),
        ("2099-12-31T00:00:00.000", "yyyy/m/d h:mm", "d", date(2099, 12, 31)),
        ("2099-12-30T15:00:00Z", "General", "d", date(2099, 12, 31)),
        ("2099-12-31T18:30:00", "General", "d", datetime(2099, 12, 31, 18, 30)),  # noqa: DTZ001
        ("2099-12-31T18:30:00", "yyyy/m/d", "d", date(2099, 12, 31)),
    ],
)
def test_midnight_behind_the_last_day_is_read_as_it_was_meant(
    path: Path, typed: float | str, number_format: str, kind: str, expected: date
) -> None:
    put_number(path, "valid_to", typed, number_format, kind)
    assert read(path)[1] == replace(PRICE, valid_to=expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2099-12-31 00:00:00", date(2099, 12, 31)),
        ("2099/12/31 0:00:00", date(2099, 12, 31)),
        ("2099-12-31 00:00", datetime(2099, 12, 31)),  # noqa: DTZ001  # as we write it
        ("2099/12/31 18:00:30", datetime(2099, 12, 31, 18)),  # noqa: DTZ001
    ],
)
def test_midnight_in_a_csv_file_is_read_as_it_was_meant(tmp_path: Path, typed: str, expected: date) -> None:
    path = tmp_path / "faq.csv"
    write_files(path, BASE)
    put(path, 3, "valid_to", typed)
    put(path, 3, "as_of", "2026-04-01 00:00:00")
    assert read(path)[1] == replace(PRICE, valid_to=expected)


def test_midnight_that_ends_an_entry_is_said() -> None:
    entry, _ = read_entry(PRICE.to_fields() | {"valid_to": "2099-12-31T00:00"})
    assert entry
    (warning,) = check_dates([LocatedEntry(entry)], datetime(2027, 1, 1, tzinfo=TOKYO))
    assert "2099-12-31 00:00" in warning.message and "2099-12-31 と書いて" in warning.hint
    whole, _ = read_entry(PRICE.to_fields() | {"valid_to": "2099-12-31 00:00:00"})
    assert whole and check_dates([LocatedEntry(whole)], datetime(2027, 1, 1, tzinfo=TOKYO)) == []


# -- merged cells ---------------------------------------------------------------------------------

Change = Callable[[Worksheet], object]
DRAFTS = [replace(entry, status=Status.DRAFT) for entry in BASE]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda sheet: sheet.merge_cells("O2:O4"), DRAFTS),
        (lambda sheet: sheet.merge_cells("O2:O9"), DRAFTS),
        (lambda sheet: sheet.merge_cells("R2:T3"), list(BASE)),  # blank ones
        (lambda sheet: sheet.merge_cells("B2:B3"), [CANCEL, replace(PRICE, category="解約"), TRIAL]),
    ],
)
def test_merged_cells_count_for_every_row_that_they_cover(path: Path, change: Change, expected: list[Entry]) -> None:
    edit(path, change)
    assert read(path) == expected


def test_a_merged_title_does_no_harm(path: Path) -> None:
    def title(sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "FAQの一覧"
        sheet.merge_cells("A1:P1")

    edit(path, title)
    assert read(path) == list(BASE)


@pytest.mark.parametrize(("area", "place"), [("B3:C3", "B3"), ("B2:C4", "B2"), ("O1:O3", "O1")])
def test_cells_merged_across_columns_or_with_the_header_are_refused_by_name(path: Path, area: str, place: str) -> None:
    edit(path, lambda sheet: sheet.merge_cells(area))
    (problem, *_) = problems(path)
    assert f"「FAQ」{place}: " in str(problem)
    assert problem.message == "ほかの列のセルと結合されています。"


# -- other programs -------------------------------------------------------------------------------


def test_cells_without_places_rows_out_of_order_and_other_names_are_read(path: Path) -> None:
    def row(number: str, *texts: str) -> str:
        cells = "".join(f'<x:c t="inlineStr"><x:is><x:t>{text}</x:t></x:is></x:c>' for text in texts)
        return f"<x:row{number}>{cells}</x:row>"

    rows = [
        row("", "id", "分類", "質問", "回答"),
        row(' r="4"', "b", "料金", "２つめ？", "はい_x000D_\n。"),
        row(' r="3"', "a", "料金", "１つめ？", "はい"),
    ]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f"<x:worksheet xmlns:x='{main}'><x:dimension ref='A1'/><x:sheetData>{''.join(rows)}</x:sheetData></x:worksheet>"
    )
    rewrite(path, lambda name, data: sheet.encode() if name == SHEET else data)
    assert [(entry.id, entry.answer) for entry in read(path)] == [("a", "はい"), ("b", "はい\n。")]


def test_a_csv_file_of_another_program_in_a_workbooks_name_and_the_other_way_round_say_so(tmp_path: Path) -> None:
    csv_path, book = tmp_path / "faq.csv", tmp_path / "faq.xlsx"
    write_files(csv_path, BASE)
    write_files(book, BASE)
    table, workbook = csv_path.read_bytes(), book.read_bytes()
    book.write_bytes(table)
    csv_path.write_bytes(workbook)
    (problem,) = problems(book)
    assert problem.message == "Excelのファイル（.xlsx）ではありません。"
    (problem,) = problems(csv_path)
    assert problem.message == "CSVではなく、Excelのファイルです。"
    assert "「.xlsx」" in problem.hint
    save_csv(csv_path, [["id"]])
    assert table_of(csv_path) == [["id"]]
