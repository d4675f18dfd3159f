"""Excel workbooks: what an editor finds in them, what Excel makes of cells, and files that are none of ours.

1. The workbook guides its editor: a header that stays, columns that fit, drop-downs, an explanation, hidden memory.
2. Numbers, days and booleans are understood where they show what they are; formulas, errors and formats that show
   something else are reported.
3. The texts of Excel itself (shared, formatted, with readings and escapes) are read as Excel shows them.
4. A damaged, foreign, protected or endless file is a clear problem, quickly.
"""

import io
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet
from spreadsheet_editor import BASE, CANCEL, PLACES, PRICE, TRIAL, edit, problems, put, read, rewrite

from knowledge.files.columns import COLUMNS
from knowledge.files.excel_reader import MAX_CELLS
from knowledge.files.formats import read_files, write_files

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "faq.xlsx"
    write_files(made, BASE)
    return made


def append_rows(path: Path, rows: str) -> None:
    """Write rows into the XML of the sheet FAQ, after all others."""
    end = b"</sheetData>"
    rewrite(path, lambda name, data: data.replace(end, rows.encode() + end) if name == SHEET else data)


# -- what an editor finds -------------------------------------------------------------------------


def test_the_workbook_guides_its_editor(path: Path) -> None:
    workbook = load_workbook(path)
    assert [(sheet.title, sheet.sheet_state) for sheet in workbook.worksheets] == [
        ("FAQ", "visible"), ("説明", "visible"), ("控え", "hidden")
    ]  # fmt: skip
    sheet, explanation = workbook["FAQ"], workbook["説明"]
    assert workbook.active is sheet
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:P4")
    for column, cell in zip(COLUMNS, sheet[2], strict=True):
        dimension = sheet.column_dimensions[cell.column_letter]
        assert (dimension.width, dimension.hidden) == (column.width, column.field == "digest")
        assert (cell.number_format, bool(cell.alignment.wrap_text)) == ("@", column.wrapped)
        assert dimension.number_format == "@", "what is typed into a new row stays text, too"
    said = {row[0].value: row[1].value for row in explanation.iter_rows() if row[0].value}
    assert {column.label: column.explanation for column in COLUMNS}.items() <= said.items()
    assert "行を丸ごと削除" in said["消す"]


def test_category_status_and_declines_have_drop_downs(path: Path) -> None:
    workbook = load_workbook(path)
    offered = {str(one.sqref).split(":")[0]: one for one in workbook["FAQ"].data_validations.dataValidation}
    assert offered.keys() == {"B2", "F2", "O2"}
    assert (offered["O2"].formula1, offered["O2"].showErrorMessage) == ('"公開,下書き,取り下げ"', True)
    assert (offered["F2"].formula1, offered["F2"].showErrorMessage) == ('"はい"', True)
    assert (offered["B2"].formula1, offered["B2"].showErrorMessage) == ("'控え'!$B$2:$B$4", False), (
        "new ones may be typed"
    )
    assert [cell.value for (cell,) in workbook["控え"]["B2:B4"]] == ["解約", "料金", "お試し"]


def test_an_empty_knowledge_base_is_a_workbook_to_start_from(path: Path) -> None:
    write_files(path, [])
    assert read(path) == []
    edit(path, lambda sheet: sheet.append(["new", "料金", "いくら？", None, "148円です。"]))
    (entry,) = read(path)
    assert (entry.id, entry.answer, entry.variants) == ("new", "148円です。", ())


def test_what_editors_may_do_to_the_sheet_does_no_harm(path: Path) -> None:
    workbook = load_workbook(path)
    sheet = workbook["FAQ"]
    sheet.move_range("D1:D4", cols=20)  # a column elsewhere, a gap where it was
    sheet.insert_rows(1, 3)
    sheet["A1"], sheet["C2"] = "FAQの一覧", "=TODAY()"
    sheet.row_dimensions[6].hidden = True
    workbook.create_sheet("下書き用", 0).append(["id", "メモ", "=1/0"])
    workbook.create_chartsheet("グラフ").add_chart(BarChart())
    workbook.save(path)
    assert read(path) == list(BASE)


def test_a_sheet_with_another_name_is_found_by_its_header_and_remembers_nothing(path: Path) -> None:
    workbook = load_workbook(path)
    workbook["FAQ"].title = "Sheet1"
    del workbook["控え"]
    workbook.move_sheet("説明", -1)
    workbook.save(path)
    (incoming,) = read_files([path])
    assert [item.entry for item in incoming.located] == list(BASE)
    assert incoming.exported is None
    assert incoming.bases == {entry.id: entry.digest() for entry in BASE}, "the hidden column still does"


# -- cells that hold no text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "number_format", "expected"),
    [
        ("id", 110, "General", "110"),
        ("question", 2960.5, "General", "2960.5"),
        ("variants", 120, "0", ("120",)),
        ("answer", 0.1 + 0.2, "General", "0.3"),
        ("declines", True, "General", True),
        ("declines", False, "General", False),
        ("as_of", date(2027, 4, 1), "yyyy/m/d", date(2027, 4, 1)),
        ("review_by", date(2027, 4, 1), '[$-411]ggge"年"m"月"d"日"', date(2027, 4, 1)),
        ("valid_from", datetime(2027, 4, 1, 9), "yyyy/m/d h:mm", datetime(2027, 4, 1, 9)),  # noqa: DTZ001  # as written
        ("valid_to", datetime(2099, 4, 1), "yyyy/m/d h:mm", datetime(2099, 4, 1)),  # noqa: DTZ001  # until midnight
        ("valid_to", date(2099, 4, 1), "m/d", date(2099, 4, 1)),
    ],
)
def test_a_cell_that_shows_what_it_is_is_understood(
    path: Path, field: str, typed: object, number_format: str, expected: object
) -> None:
    put(path, 3, field, typed, number_format)
    assert read(path)[1] == replace(PRICE, **{field: expected})  # type: ignore[arg-type]  # of any field


def test_cells_that_hold_something_else_are_all_reported_at_once_with_their_place(path: Path) -> None:
    cells: list[tuple[int, str, Any, str, str]] = [
        (2, "question", "=1+1", "General", "数式が入っています。"),
        (2, "answer", "#N/A", "General", "エラー「#N/A」が入っています。"),
        (3, "id", "#REF!", "General", "エラー「#REF!」が入っています。"),
        (3, "variants", date(2027, 4, 1), "m/d", "日付が入っています。"),
        (3, "answer", 0.5, "0%", "見た目と中身の違う数値が入っています。"),
        (3, "note", 2960, '"¥"#,##0', "見た目と中身の違う数値が入っています。"),
        (3, "owner", timedelta(hours=30), "[h]:mm", "見た目と中身の違う数値が入っています。"),
        (3, "as_of", datetime(2027, 4, 1, 9, tzinfo=UTC).time(), "h:mm", "見た目と中身の違う数値が入っています。"),
        (4, "digest", "=A1", "General", "数式が入っています。"),
        (4, "status", True, "General", "「状態」の値「TRUE」を読めません。"),
        (4, "review_by", 46000, "General", "「見直し日」の日付「46000」を読めません。"),
    ]

    def type_all(sheet: Worksheet) -> None:
        for row, field, typed, number_format, _ in cells:
            cell = sheet.cell(row, PLACES[field])
            cell.value, cell.number_format = typed, number_format
        sheet["S4"] = "=1"

    edit(path, type_all)
    found = {(problem.line, problem.field): problem for problem in problems(path)}
    for row, field, _, _, message in cells:
        problem = found.pop((row, field))
        assert problem.message == message
        assert (problem.sheet, problem.column) == ("FAQ", "ABCDEFGHIJKLMNOP"[PLACES[field] - 1])
    (stray,) = found.values()
    assert (stray.line, stray.column, stray.message) == (4, "S", "見出しのない列（左から19列目）に文字があります。")


def test_a_day_that_excel_cannot_hold_is_an_error_in_its_cell(path: Path) -> None:
    put(path, 3, "as_of", 1e9, "yyyy/m/d")
    (problem,) = problems(path)
    assert (problem.line, problem.column, problem.message) == (3, "K", "エラー「#VALUE!」が入っています。")


# -- what Excel itself writes ---------------------------------------------------------------------


def test_shared_texts_are_read_as_excel_shows_them(path: Path) -> None:
    texts = ("id", "category", "question", "answer", "a", "料金")
    plain = "".join(f"<si><t>{text}</t></si>" for text in texts)
    rich = (
        "<si><r><t>月額</t></r><r><rPr><b/></rPr><t xml:space='preserve'>は？ </t></r><rPh><t>ゲツガク</t></rPh></si>"
    )
    escaped = "<si><t>一行目_x000D_\n_x005F_x0041_とx005F_</t><phoneticPr fontId='1'/></si>"
    rows = ("".join(f"<c t='s'><v>{n}</v></c>" for n in row) for row in ((0, 1, 2, 3), (4, 5, 6, 7)))
    sheet = "".join(f"<row>{row}</row>" for row in rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'

    def change(name: str, data: bytes) -> bytes:
        if name == SHEET:
            return f"<worksheet xmlns='{NAMESPACE}'><sheetData>{sheet}</sheetData></worksheet>".encode()
        return data.replace(b"</Types>", part.encode()) if name == "[Content_Types].xml" else data

    rewrite(path, change, xl__sharedStrings=f"<sst xmlns='{NAMESPACE}'>{plain}{rich}{escaped}</sst>")
    (entry,) = read(path)
    assert (entry.question, entry.answer) == ("月額は？", "一行目\n_x0041_とx005F_")


# -- files that are none of ours ------------------------------------------------------------------


ENTITIES = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
LAUGHS = f"<!DOCTYPE a [<!ENTITY e0 'ha'>{ENTITIES}]><worksheet>&e9;</worksheet>".encode()  # 2 GB of laughter


def test_a_file_cut_anywhere_is_a_problem(path: Path) -> None:
    data = path.read_bytes()
    for end in range(0, len(data), len(data) // 20):
        path.write_bytes(data[:end])
        (problem,) = problems(path)
        assert ("途中で切れている" if end else "ではありません") in problem.message


@pytest.mark.parametrize("damage", [b"", b"<worksheet", b"\xff" * 50, LAUGHS])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_a_damaged_part_is_a_problem(path: Path, part: str, damage: bytes) -> None:
    rewrite(path, lambda name, data: damage if name == part else data)
    (problem, *_) = problems(path)
    assert problem.message


def old_file(*streams: str) -> bytes:
    """The beginning of what Excel wrote until 2003, and of what it writes with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "".join(streams).encode("utf-16-le") + bytes(1000)


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (old_file("Workbook"), "古い形式（.xls）", "「Excel ブック（.xlsx）」として保存し直して"),
        (old_file("EncryptionInfo", "EncryptedPackage"), "パスワードで保護", "パスワードを外して"),
        ("id,分類\n".encode(), "Excelのファイル（.xlsx）ではありません", "保存し直して"),
        (b"<html><table></table></html>", "Excelのファイル（.xlsx）ではありません", "保存し直して"),
        (zipped(**{"content.xml": b"<office/>"}), "壊れています", "保存し直して"),
        (zipped(bomb=bytes(60_000_000)), "中身が大きすぎます（60MB）", "消してください"),
        (zipped(bomb=bytes(20_000_000)), "中身が大きすぎます（20MB）", "消してください"),
    ],
)
def test_a_file_of_another_kind_says_what_to_do(path: Path, data: bytes, message: str, hint: str) -> None:
    path.write_bytes(data)
    (problem,) = problems(path)
    assert message in problem.message
    assert hint in problem.hint


def test_a_workbook_without_a_sheet_of_ours_is_a_problem(path: Path) -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(["名前", "値"])
    workbook.save(path)
    (problem,) = problems(path)
    assert problem.message == "「FAQ」のシートがありません。"


def test_a_workbook_in_the_strict_format_is_to_be_saved_again(path: Path) -> None:
    office, strict = b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/"
    sheets = NAMESPACE.encode(), strict + b"spreadsheetml/main"
    rewrite(path, lambda _, data: data.replace(*sheets).replace(office, strict + b"officeDocument/"))
    (problem,) = problems(path)
    assert str(problem).startswith(f"{path}: シートを読めません。\n  → Excelで開き、")


MILLION = 1_048_576


@pytest.mark.parametrize(
    "row",
    [
        '<row r="{0}" s="1" customFormat="1"/>',
        '<row r="{0}"><c r="A{0}" s="1"/></row>',
        '<row r="{0}"><c r="XFD{0}" s="1"/></row>',
    ],
)
def test_a_sheet_of_a_million_empty_formatted_rows_is_refused_soon(path: Path, row: str) -> None:
    append_rows(path, "".join(map(row.format, range(5, MILLION + 1))))
    start = time.process_time()
    (problem,) = problems(path)
    assert time.process_time() - start < 10
    assert problem.message == "行か列が多すぎます。"
    assert "「FAQ」: " in str(problem)


def test_a_format_in_the_last_row_or_thousands_of_blank_rows_do_no_harm(path: Path) -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="P{n}" s="1"/></row>' for n in range(5, MAX_CELLS // 20))
    append_rows(path, f'{blank}<row r="{MILLION}"><c r="A{MILLION}" s="1"/></row>')
    assert read(path) == [CANCEL, PRICE, TRIAL]


def test_a_row_beyond_the_last_of_excel_is_refused(path: Path) -> None:
    append_rows(path, '<row r="999999999999"><c><v>1</v></c></row>')
    (problem,) = problems(path)
    assert problem.message == "行か列が多すぎます。"
