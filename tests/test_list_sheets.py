"""Judged queries, synonyms and style in a workbook: each list has a sheet.

1. Untouched rows come back as they were, whoever saved the workbook; what an editor changed is taken in.
2. A bad row is named by its sheet and number, a sheet without its headings too.
3. CSV has entries only and says so.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tiny import FILES, publish, run

from bot.app import App
from knowledge.errors import KnowledgeError
from knowledge.files.formats import read_files, write_files
from knowledge.files.list_sheets import HEADINGS, LINE, read_list, rows_of_list
from knowledge.files.row_reader import Table
from knowledge.list_name import SHEETS
from knowledge.revisions.merge import merge_files


def cells(path: Path, sheet: str, edit: Callable[[Worksheet], None]) -> None:
    """Edit a sheet of a workbook by hand."""
    workbook = load_workbook(path)
    edit(workbook[sheet])
    workbook.save(path)


def row_of(sheet: Worksheet, text: str) -> int:
    return next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == text)


def test_an_untouched_workbook_changes_no_list(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faq.xlsx"
    run(tiny, monkeypatch, "export", path)
    (incoming,) = read_files([path])
    assert {name.file: one.text for name, one in incoming.lists.items()} == FILES, "byte for byte"
    for _ in range(2):
        assert run(tiny, monkeypatch, "import", path) == 0
        assert "変更はありません。" in capsys.readouterr().out
        load_workbook(path).save(path)  # as another program writes it
    assert tiny.store.revision() == 1


def test_editors_change_lists_in_a_workbook(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faq.xlsx"
    run(tiny, monkeypatch, "export", path)
    publish(tiny.store, judged=FILES["judged.tsv"] + "夜は何時\thours\n")  # by somebody else, meanwhile

    def judge(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, "いくらかかる"), 2).value = "price|hours"
        sheet.append(["停める所", "parking"])

    def rule(sheet: Worksheet) -> None:
        sheet.delete_rows(row_of(sheet, "駐輪場"))
        sheet.append(["月謝,  会費", None, "お金"])
        sheet.append(["自転車", "駐車場"])

    def style(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, "完璧"), 1).value = None
        for place in (2, 3):
            sheet.cell(2, place).value = None

    for name, edit in {"判定つき質問": judge, "同義語": rule, "表記ルール": style}.items():
        cells(path, name, edit)
    assert run(tiny, monkeypatch, "import", path) == 0
    printed = capsys.readouterr().out
    assert "追加 0・変更 0・削除 0・競合 0・判定つき質問 変更・同義語 変更・表記ルール 変更" in printed
    base = tiny.store.load().lists
    assert "いくらかかる\tprice|hours\t一語\n" in base.judged
    assert base.judged.endswith("停める所\tparking\n夜は何時\thours\n") or base.judged.endswith(
        "夜は何時\thours\n停める所\tparking\n"
    )
    assert base.synonyms == "# 言葉\n料金, 値段  # お金\n\n月謝, 会費  # お金\n自転車 => 駐車場\n"
    assert base.style == "! /必ず(?:儲|もう)か/ => 事実\r\n"


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        ("判定つき質問", ["質問だけ"], "を読めません"),
        ("判定つき質問", ["質問", "no-such-entry"], "no-such-entry"),
        ("同義語", ["ひとり"], "同義語の行「ひとり」"),
        ("表記ルール", ["/(/", "x"], "正規表現"),
        ("表記ルール", ["=1+1", "x"], "数式"),
    ],
)
def test_a_bad_row_is_named_by_sheet_and_row(tiny: App, tmp_path: Path, sheet: str, row: list[str], told: str) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, tiny.store.load().entries, tiny.store.load().lists)
    cells(path, sheet, lambda found: found.append(row))
    number = load_workbook(path)[sheet].max_row
    with pytest.raises(KnowledgeError, match=told) as caught:
        merge_files(tiny.store, read_files([path]), shipped=False)
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.line) == (sheet, number)
    assert problem.hint


def test_a_sheet_without_its_headings_is_named_and_one_that_is_gone_says_nothing(tiny: App, tmp_path: Path) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, tiny.store.load().entries, tiny.store.load().lists)
    cells(path, "同義語", lambda sheet: sheet.delete_rows(1))
    with pytest.raises(KnowledgeError, match="「言葉」の列がありません"):
        read_files([path])
    workbook = load_workbook(path)
    del workbook["同義語"]
    workbook.save(path)
    assert not merge_files(tiny.store, read_files([path]), shipped=False).changes


def test_a_csv_file_has_the_entries_only_and_says_so(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tiny, monkeypatch, "export", tmp_path / "faq.csv")
    assert "CSVに入るのは項目だけです" in capsys.readouterr().out
    run(tiny, monkeypatch, "import", tmp_path / "faq.csv")
    assert "変更はありません。" in capsys.readouterr().out


WORDS = st.text(st.sampled_from("あ亜a1,|#=>!/ \t-"), max_size=8)


@given(lines=st.lists(WORDS, max_size=5), end=st.sampled_from(["\n", "\r\n"]))
def test_every_line_comes_back_from_its_row(lines: list[str], end: str) -> None:
    text = end.join(lines)
    for name in SHEETS:
        rows = [[*HEADINGS[name], LINE], *rows_of_list(name, text)]
        assert read_list(name, Table("x", rows, lambda place, _: str(place))).text == text
