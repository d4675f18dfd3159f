"""Spreadsheets against the live entries: what an editor did to an export is what is taken, and nothing else.

1. One changed cell is exactly one change, also after Excel saved the CSV file again in its own way.
2. A deleted row of a workbook is a removal, a copied row is a new entry that leaves its origin what it was.
3. What somebody else changed in between is a conflict, never overwritten; with one bad row no row is read.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from spreadsheet_editor import BASE, CANCEL, PLACES, PRICE, TRIAL, edit, problems, put, save_csv, table_of

from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.files.formats import read_files, write_files
from knowledge.revisions.merge import Merge, merge_files
from knowledge.revisions.store import Change, Store


@pytest.fixture(params=[".xlsx", ".csv"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"faq{request.param}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = connect(f"sqlite:///{tmp_path / 'faqbot.db'}")
    migrate(engine)
    made = Store(engine)
    made.publish(Change(put=BASE), "editor", "", 0)
    yield made
    engine.dispose()


def merged(store: Store, path: Path) -> Merge:
    return merge_files(store, read_files([path]), shipped=False)


def outcome(merge: Merge) -> tuple[list[str], list[str], list[str], list[str]]:
    return merge.added, merge.changed, merge.removed, merge.conflicts


def test_an_edit_of_one_cell_is_exactly_one_change(path: Path, store: Store) -> None:
    write_files(path, store.load().entries)
    assert outcome(merged(store, path)) == ([], [], [], [])
    put(path, 3, "answer", "3,000円です。")
    merge = merged(store, path)
    assert outcome(merge) == ([], ["price"], [], [])
    store.publish(merge.change, "editor", "", 1)
    assert store.load().entries == (CANCEL, replace(PRICE, answer="3,000円です。"), TRIAL)


def test_a_csv_file_that_excel_saved_again_in_japan_is_exactly_one_change(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "faq.csv"
    write_files(path, store.load().entries)
    table = table_of(path)
    for heading, shown in (("as_of", "2026/4/1"), ("valid_from", "2026/4/1 9:00"), ("valid_to", "2099/3/31")):
        table[2][PLACES[heading] - 1] = shown  # Excel makes dates of them
    table[2][PLACES["question"] - 1] = "月々いくら？"
    save_csv(path, table, "cp932")
    assert outcome(merged(store, path)) == ([], ["price"], [], [])


def test_with_one_bad_row_no_row_is_read(path: Path, store: Store) -> None:
    write_files(path, store.load().entries)
    put(path, 3, "answer", "3,000円です。")
    put(path, 4, "question", "")
    (problem,) = problems(path)
    assert (problem.line, problem.entry_id, problem.field) == (4, "trial", "question")


def test_who_changed_the_entry_live_is_not_overwritten(path: Path, store: Store) -> None:
    write_files(path, store.load().entries)
    store.publish(Change(put=(replace(PRICE, answer="1円です。"), replace(TRIAL, answer="いいえ。"))), "another", "", 1)
    put(path, 3, "answer", "3,000円です。")
    assert outcome(merged(store, path)) == ([], [], [], ["price"]), "trial was changed only live"


def test_a_copied_row_is_a_new_entry_and_leaves_its_origin_what_it_was(path: Path, store: Store) -> None:
    write_files(path, [CANCEL, PRICE, PRICE])  # the second is to become a copy above or below the first
    for copy in (3, 4):
        write_files(path, [CANCEL, PRICE, PRICE, TRIAL])
        put(path, copy, "id", "price-2")
        put(path, 7 - copy, "answer", "3,000円です。")
        assert outcome(merged(store, path)) == (["price-2"], ["price"], [], [])


def test_a_deleted_row_of_a_workbook_is_a_removal_unless_somebody_changed_the_entry(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, store.load().entries)
    edit(path, lambda sheet: sheet.delete_rows(3))
    (incoming,) = read_files([path])
    assert incoming.exported == {"cancel", "price", "trial"}
    assert outcome(merged(store, path)) == ([], [], ["price"], [])
    store.publish(Change(put=(replace(PRICE, answer="1円です。"),)), "another", "", 1)
    assert outcome(merged(store, path)) == ([], [], [], ["price"])
