"""Spreadsheets that say less than the live entries hold: what they do not speak of stays, and they say so.

1. A field without a column keeps its live value, in a new entry it is empty; also where a row of a CSV file ends early.
2. A spreadsheet that does not remember what it held removes nothing.
3. The apostrophe that our CSV files put before what looks like a formula is taken off wherever it comes back.
4. Characters that CP932 lacks stay as they are live; a text that was edited as well is refused by name.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from spreadsheet_editor import BASE, CANCEL, PLACES, PRICE, TRIAL, edit, put, save_csv, table_of

from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.entry import Entry, Status
from knowledge.errors import KnowledgeError
from knowledge.files.columns import COLUMNS
from knowledge.files.formats import read_files, write_files
from knowledge.revisions.merge import Merge, merge_files
from knowledge.revisions.store import Change, Store

NOTED = (replace(CANCEL, note="内緒", review_by=date(2027, 4, 1)), replace(PRICE, note="メモ"), TRIAL)
OPTIONAL = [column.field for column in COLUMNS if not column.required and column.field != "digest"]


@pytest.fixture(params=[".xlsx", ".csv"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"faq{request.param}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = connect(f"sqlite:///{tmp_path / 'faqbot.db'}")
    migrate(engine)
    made = Store(engine)
    yield made
    engine.dispose()


def publish(store: Store, *entries: Entry, shipped: bool = False) -> None:
    digests = {entry.id: entry.digest() for entry in entries} if shipped else {}
    store.publish(Change(entries, (), digests), "editor", "", store.revision())


def merged(store: Store, path: Path) -> Merge:
    return merge_files(store, read_files([path]), shipped=False)


def outcome(merge: Merge) -> tuple[list[str], list[str], list[str], list[str]]:
    return merge.added, merge.changed, merge.removed, merge.conflicts


def without(path: Path, *names: str) -> None:
    """Delete columns."""
    places = sorted((PLACES[name] for name in names), reverse=True)
    if path.suffix == ".csv":
        save_csv(path, [[cell for n, cell in enumerate(row, 1) if n not in places] for row in table_of(path)])
    else:
        edit(path, lambda sheet: [sheet.delete_cols(place) for place in places])


# -- columns and rows that are not there ----------------------------------------------------------


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_field_without_a_column_keeps_its_live_value(path: Path, store: Store, name: str) -> None:
    publish(store, *NOTED)
    write_files(path, NOTED)
    without(path, name)
    merge = merged(store, path)
    assert outcome(merge) == ([], [], [], [])
    (warning,) = merge.warnings
    label = next(column.label for column in COLUMNS if column.field == name)
    assert warning.message == f"「{label}」の列がありません。公開中の内容を、そのまま残します。"
    assert "注意: " in str(warning) and str(path) in str(warning)


def test_an_edit_beside_missing_columns_is_taken_and_a_new_entry_begins_empty(path: Path, store: Store) -> None:
    publish(store, *NOTED)
    write_files(path, [*NOTED, NOTED[0]])
    put(path, 5, "id", "new")
    put(path, 2, "answer", "3,000円です。")
    without(path, "status", "note", "digest")
    merge = merged(store, path)
    assert outcome(merge) == (["new"], ["cancel"], [], []) if path.suffix == ".xlsx" else merge.conflicts == ["cancel"]
    new = next(entry for entry in merge.put if entry.id == "new")
    assert (new.note, new.status) == ("", Status.PUBLISHED)
    if merge.changed:
        assert merge.put[0] == replace(NOTED[0], answer="3,000円です。")


def test_what_changed_live_meanwhile_is_kept_beside_missing_columns(path: Path, store: Store) -> None:
    publish(store, *NOTED)
    write_files(path, NOTED)
    put(path, 2, "answer", "3,000円です。")
    publish(store, replace(NOTED[0], note="新しい"), replace(NOTED[1], note="新しい", answer="変わりました。"))
    without(path, "note")
    assert outcome(merged(store, path)) == ([], [], [], ["cancel"]), "price was changed only live"


def test_a_row_of_a_csv_file_that_ends_early_says_nothing_of_the_rest(tmp_path: Path, store: Store) -> None:
    publish(store, *NOTED, shipped=True)
    path = tmp_path / "faq.csv"
    save_csv(path, [[column.field for column in COLUMNS], ["cancel", "解約", "違約金は？", "", "ありません!"]])
    merge = merged(store, path)
    assert merge.put == [replace(NOTED[0], answer="ありません!")]


def test_a_spreadsheet_that_remembers_nothing_removes_nothing_and_says_so(path: Path, store: Store) -> None:
    publish(store, *NOTED, replace(PRICE, id="price-2", question="年額は？"), shipped=True)
    rows = [["id", "分類", "質問", "回答"], ["new", "料金", "いくら？", "148円です。"]]
    if path.suffix == ".csv":
        save_csv(path, rows)
    else:
        workbook = Workbook()
        for row in rows:
            workbook.worksheets[0].append(row)
        workbook.save(path)
    merge = merged(store, path)
    assert outcome(merge) == (["new"], [], [], [])
    told = str(merge.warnings[-1])
    assert "同じ分類の2件はこのファイルにありませんが、消さずに残します: price、price-2" in told
    assert "「控え」" in told


def test_the_copy_of_the_sheet_is_not_read_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, BASE)
    workbook = load_workbook(path)
    workbook.copy_worksheet(workbook["FAQ"]).title = "FAQ (2)"
    workbook.save(path)
    (incoming,) = read_files([path])
    (warning,) = incoming.warnings
    assert (warning.sheet, warning.message) == ("FAQ (2)", "このシートは取り込みません。「FAQ」だけを読みます。")


# -- the apostrophe of our CSV files --------------------------------------------------------------

LISTED = replace(PRICE, answer="- **20回** まで\n- 148円", variants=("=1+1", "'=2"), note="'＠")


def as_workbook(path: Path, table: list[list[Any]]) -> None:
    """What a spreadsheet makes of an opened CSV file."""
    workbook = Workbook()
    for row in table:
        workbook.worksheets[0].append([f"\u200b{cell}"[1:] if cell else None for cell in row])
    for row in workbook.worksheets[0].iter_rows():
        for cell in row:
            cell.data_type = "s" if cell.value else cell.data_type
    workbook.save(path)


def test_a_csv_file_saved_as_a_workbook_has_no_apostrophes(tmp_path: Path, store: Store) -> None:
    publish(store, LISTED, shipped=True)
    write_files(tmp_path / "faq.csv", [LISTED, LISTED])
    table = table_of(tmp_path / "faq.csv")
    table[2][0] = "new"
    assert table[1][PLACES["answer"] - 1].startswith("'- **")
    as_workbook(tmp_path / "faq.xlsx", table)
    merge = merged(store, tmp_path / "faq.xlsx")
    assert outcome(merge) == (["new"], [], [], [])
    assert merge.put == [replace(LISTED, id="new")]


def test_an_apostrophe_that_was_pasted_into_the_workbook_is_no_change(tmp_path: Path, store: Store) -> None:
    publish(store, LISTED)
    path = tmp_path / "faq.xlsx"
    write_files(path, [LISTED])
    put(path, 2, "answer", f"'{LISTED.answer}")
    put(path, 2, "note", "'新しい")
    merge = merged(store, path)
    assert merge.put == [replace(LISTED, note="'新しい")]


# -- characters that CP932 lacks ------------------------------------------------------------------

CAFE = replace(TRIAL, question="Café 𠮷野は〜？", answer="☎♡½は〜5−3円です。", variants=("か\u309aき", "髙Ⅲ①"))
EXCEL = {"é": "?", "𠮷": "??", "☎": "?", "♡": "?", "½": "?", "〜": "～", "−": "－", "\u309a": "?"}
WINDOWS = {"é": "e", "𠮷": "?", "☎": "?", "♡": "?", "½": "1/2", "〜": "?", "−": "-", "\u309a": ""}


def saved_as_cp932(path: Path, left: dict[str, str]) -> None:
    table = [["".join(left.get(letter, letter) for letter in cell) for cell in row] for row in table_of(path)]
    save_csv(path, table, "cp932")


@pytest.mark.parametrize("left", [EXCEL, WINDOWS])
def test_what_cp932_lacks_stays_as_it_is_live(tmp_path: Path, store: Store, left: dict[str, str]) -> None:
    publish(store, CAFE, PRICE)
    path = tmp_path / "faq.csv"
    write_files(path, [CAFE, PRICE])
    put(path, 3, "answer", "3,000円です。")
    put(path, 2, "note", "書き足した")
    saved_as_cp932(path, left)
    merge = merged(store, path)
    assert merge.put == [replace(CAFE, note="書き足した"), replace(PRICE, answer="3,000円です。")]
    (warning,) = merge.warnings
    assert "trial" in warning.message and "price" not in warning.message
    assert set("é𠮷〜☎♡½−") <= set(re.findall(r"（(.*?)）", warning.message)[0])


def test_what_cp932_lost_before_the_file_became_a_workbook_stays_too(tmp_path: Path, store: Store) -> None:
    cafe, path = replace(CAFE, variants=()), tmp_path / "faq.xlsx"
    publish(store, cafe)
    write_files(path, [cafe])
    put(path, 2, "question", "Caf? ??野は～？")
    put(path, 2, "answer", cafe.answer.replace("〜", "～"))
    merge = merged(store, path)
    assert merge.put == [replace(cafe, answer=cafe.answer.replace("〜", "～"))], "an editor's own ～ is taken"
    (warning,) = merge.warnings
    assert "é𠮷〜" in warning.message


def test_long_rows_of_lost_characters_are_compared_at_once(tmp_path: Path, store: Store) -> None:
    cheer, path = replace(TRIAL, answer="😀" * 2_000), tmp_path / "faq.csv"
    publish(store, cheer)
    for marks, kept in (("?" * 4_000, True), ("?" * 2_000, True), ("?" * 2_000 + "!", False)):
        write_files(path, [cheer])
        put(path, 2, "answer", marks)
        save_csv(path, table_of(path), "cp932")
        if kept:
            assert merged(store, path).put == []
        else:
            with pytest.raises(KnowledgeError, match="「回答」の文字「😀」"):
                merged(store, path)


def test_a_text_that_was_edited_and_lost_characters_is_refused_by_name(tmp_path: Path, store: Store) -> None:
    publish(store, CAFE)
    path = tmp_path / "faq.csv"
    write_files(path, [CAFE])
    put(path, 2, "question", "Café 𠮷野は何時まで〜？")
    saved_as_cp932(path, EXCEL)
    with pytest.raises(KnowledgeError) as caught:
        merged(store, path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.field) == (2, "question", "question")
    assert "「質問」の文字「é𠮷」" in problem.message and "CSV UTF-8" in problem.hint


def test_a_text_written_anew_is_taken_from_cp932(tmp_path: Path, store: Store) -> None:
    publish(store, CAFE)
    path = tmp_path / "faq.csv"
    write_files(path, [CAFE])
    put(path, 2, "question", "喫茶店は何時まで？")
    saved_as_cp932(path, EXCEL)
    assert merged(store, path).put == [replace(CAFE, question="喫茶店は何時まで？")]
