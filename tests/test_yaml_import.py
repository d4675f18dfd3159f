"""An editor's YAML folder from export to import, on a real database.

1. What was edited in the files, and nothing else, is taken; a removed entry is removed; a moved one is no removal.
2. What was edited live in the meantime is a conflict and stays.
3. What was imported and exported again is in the files as the editor wrote it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.entry import Entry
from knowledge.files.formats import read_files, write_files
from knowledge.files.yaml_reader import read_folder
from knowledge.files.yaml_writer import write_folder
from knowledge.folder import SHIPPED
from knowledge.revisions.merge import Merge, merge_files
from knowledge.revisions.store import Change, Store


@pytest.fixture
def store(tmp_path: Path, entries: list[Entry]) -> Iterator[Store]:
    """A live knowledge base with the shipped entries."""
    engine = connect(f"sqlite:///{tmp_path / 'faqbot.db'}")
    migrate(engine)
    made = Store(engine)
    made.publish(Change(tuple(entries), (), {entry.id: entry.digest() for entry in entries}), "shipped files", "", 0)
    yield made
    engine.dispose()


@pytest.fixture
def exported(tmp_path: Path, store: Store) -> Path:
    """The folder that an editor got."""
    write_files(tmp_path / "faq", store.load().entries)
    return tmp_path / "faq"


def imported(store: Store, *paths: Path) -> Merge:
    return merge_files(store, read_files(paths), shipped=False)


def edit_line(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text)


def file_of(folder: Path, entry_id: str) -> Path:
    return next(Path(located.file) for located in read_folder(folder) if located.entry.id == entry_id)


def remove(folder: Path, entry_id: str) -> None:
    edit_line(file_of(folder, entry_id), rf"^  - id: {entry_id}\n(?:    .*\n|\n)*", "")


def test_one_line_of_one_file_is_one_change(store: Store, exported: Path) -> None:
    assert imported(store, exported) == Merge()
    path = file_of(exported, "plan-prices")
    edit_line(path, "^    question: .*月額.*$", "    question: '月額は: いくら?' # 聞き直し")
    for paths in ([exported], [path], [path, file_of(exported, "business-hours")]):
        merged = imported(store, *paths)
        assert merged == Merge(changed=["plan-prices"], put=merged.put)
        assert [entry.question for entry in merged.put] == ["月額は: いくら?"]
    store.publish(merged.change, "sakura", "", store.revision())
    assert imported(store, exported).put == []
    before = path.read_bytes()
    write_files(exported, store.load().entries)
    assert path.read_bytes() == before
    assert "# 聞き直し" in path.read_text()
    assert imported(store, exported) == Merge()


def test_an_entry_that_is_gone_from_the_files_is_one_removal(store: Store, exported: Path) -> None:
    path = file_of(exported, "plan-prices")
    remove(exported, "plan-prices")
    assert imported(store, path) == Merge(), "in another file, perhaps"
    merged = imported(store, exported)
    assert merged == Merge(removed=["plan-prices"])
    store.publish(merged.change, "sakura", "", store.revision())
    assert imported(store, exported) == Merge()
    write_files(exported, store.load().entries)
    assert imported(store, exported) == Merge()


def test_an_entry_that_moved_to_another_file_is_no_removal(store: Store, exported: Path) -> None:
    entries = store.load().by_id
    moved = replace(entries["plan-prices"], category=entries["business-hours"].category)
    remove(exported, "plan-prices")
    path = file_of(exported, "business-hours")
    write_folder(path.parent.parent / "other", [moved])
    lines = next((path.parent.parent / "other").glob("*.yaml")).read_text().splitlines(keepends=True)[2:]
    path.write_text(path.read_text() + "".join(lines))
    assert imported(store, exported) == Merge(changed=["plan-prices"], put=[moved])


def test_what_was_edited_live_since_the_export_is_kept(store: Store, exported: Path) -> None:
    live = store.load().by_id
    edit_line(file_of(exported, "plan-prices"), "^    question: .*月額.*$", "    question: 月額は？")
    remove(exported, "business-hours")
    remove(exported, "plan-change")
    edited_live = [
        replace(live[one], note="公開中に直した") for one in ("plan-prices", "business-hours", "trial-limits")
    ]
    store.publish(Change(tuple(edited_live), ("plan-change",)), "sakura", "", store.revision())
    merged = imported(store, exported)
    assert sorted(merged.conflicts) == ["business-hours", "plan-prices"]
    assert (merged.put, merged.removed) == ([], []), "nothing of it is taken, what changed only live stays"
    assert {conflict.before for conflict in merged.conflicting} == set(edited_live[:2])
    assert {conflict.after and conflict.after.question for conflict in merged.conflicting} == {"月額は？", None}


def test_a_new_entry_is_added_and_one_removed_live_does_not_come_back(store: Store, exported: Path) -> None:
    store.publish(Change((), ("business-hours",)), "sakura", "", store.revision())
    path = file_of(exported, "plan-prices")
    path.write_text(path.read_text() + "  - {id: brand-new, question: 新しいですか, answer: はい}\n")
    merged = imported(store, exported)
    assert merged == Merge(added=["brand-new"], put=merged.put)


def test_the_shipped_files_have_nothing_to_say_about_what_came_from_them(store: Store) -> None:
    assert {located.entry.id: located.entry for located in SHIPPED.read_entries()} == store.load().by_id
    assert merge_files(store, read_files([SHIPPED.entries]), shipped=True) == Merge(shipped=True)
