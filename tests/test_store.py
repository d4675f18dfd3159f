"""The store: whole reads, numbered revisions, nothing half-written, three-way import of the files.

Properties over generated entries: what is published is what is loaded; a refused publish changes nothing.
"""

import os
import sqlite3
import string
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import knowledge
from knowledge.database.connection import connect
from knowledge.database.migration import SCHEMA_REVISION, migrate, schema_revision
from knowledge.database.tables import entries, entry_history, metadata, revisions
from knowledge.entry import Entry
from knowledge.entry_reader import read_entry
from knowledge.errors import RevisionConflict, StoreError
from knowledge.revisions.merge import ship
from knowledge.revisions.store import Change, Store
from knowledge.slack_state.installations import bots
from knowledge.unwanted_characters import strange_character

A = Entry(id="a", category="料金", question="月額は？", answer="2,960円です。", variants=("値段",))
B = Entry(id="b", category="解約", question="違約金は？", answer="ありません。", declines=True)

BROKEN = {  # statements after which no history can be written
    "sqlite": ["CREATE TRIGGER broken BEFORE INSERT ON entry_history BEGIN SELECT RAISE(ABORT, 'x'); END"],
    "postgresql": ["ALTER TABLE entry_history ADD CONSTRAINT broken CHECK (revision < 2)"],
}


def test_a_new_database_is_empty_at_revision_zero(store: Store) -> None:
    assert store.revision() == 0
    assert store.load().entries == ()


def test_what_is_published_is_what_is_loaded(store: Store) -> None:
    assert store.publish(Change(put=(A, B)), "editor", "first", 0) == 1
    loaded = store.load()
    assert (loaded.revision, loaded.entries) == (1, (A, B))


def test_the_entries_are_in_one_order_however_they_came_and_wherever_they_are(store: Store) -> None:
    """An index is patched from the stored entries to a candidate's, and needs the same order in both."""
    ids = ("aa", "a-b", "b", "a1", "ab")
    change = Change(put=tuple(replace(A, id=entry_id) for entry_id in ids))
    candidate = change.on(store.load())
    store.publish(change, "editor", "", 0)
    assert store.load() == candidate


def test_a_revision_keeps_who_why_and_what(store: Store) -> None:
    store.publish(Change(put=(A, B)), "editor", "first", 0)
    store.publish(Change(put=(replace(A, answer="3,000円です。"),), remove=("b",)), "another", "new price", 1)
    assert [entry.answer for entry in store.load().entries] == ["3,000円です。"]
    with store.engine.connect() as connection:
        said = connection.execute(
            sa.select(revisions.c.editor, revisions.c.reason).order_by(revisions.c.revision)
        ).all()
        kept = connection.execute(sa.select(entry_history.c.id, entry_history.c.revision, entry_history.c.body)).all()
    assert [tuple(row) for row in said] == [("editor", "first"), ("another", "new price")]
    assert {(row.id, row.revision, row.body is None) for row in kept} == {
        ("a", 1, False),
        ("b", 1, False),
        ("a", 2, False),
        ("b", 2, True),
    }


def test_publishing_over_somebody_else_is_refused_and_changes_nothing(store: Store) -> None:
    store.publish(Change(put=(A,)), "first", "", 0)
    with pytest.raises(RevisionConflict, match="ほかの人が先に公開"):
        store.publish(Change(put=(B,)), "second", "", 0)
    assert store.load().entries == (A,)


def test_of_many_editors_at_once_one_wins_each_revision(store: Store) -> None:
    def publish(number: int) -> bool:
        try:
            store.publish(Change(put=(replace(A, id=f"e{number}"),)), f"editor {number}", "", 0)
        except RevisionConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(publish, range(8))) == 1
    assert len(store.load().entries) == 1


def test_a_publish_that_fails_midway_leaves_the_old_revision_whole(store: Store) -> None:
    store.publish(Change(put=(A,)), "editor", "", 0)
    with store.engine.begin() as connection:
        for statement in BROKEN[connection.dialect.name]:
            connection.exec_driver_sql(statement)
    with pytest.raises(StoreError):
        store.publish(Change(put=(B,), remove=("a",)), "editor", "", 1)
    assert (store.revision(), store.load().entries) == (1, (A,))


@pytest.mark.skipif(os.name != "posix", reason="no file modes")
@pytest.mark.parametrize(("before", "after"), [(None, 0o600), (0o644, 0o600), (0o666, 0o600), (0o640, 0o640)])
def test_a_database_file_is_nobody_elses(tmp_path: Path, before: int | None, after: int) -> None:
    file = tmp_path / "new" / "folder" / "faqbot.db"
    if before is not None:
        file.parent.mkdir(parents=True, mode=0o755)
        file.touch()
        file.chmod(before)
    umask = os.umask(0o022)
    try:
        engine = connect(f"sqlite:///{file}")
        migrate(engine)
        Store(engine).publish(Change(), "editor", "", 0)
        found = {path.suffix: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
        assert found == dict.fromkeys((".db", ".db-wal", ".db-shm"), after)
        assert file.parent.stat().st_mode & 0o777 == (0o755 if before else 0o700)
        engine.dispose()
    finally:
        os.umask(umask)


def test_a_database_that_is_gone_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="データベースを使えません"):
        Store(connect(f"sqlite:///{tmp_path / 'never-migrated.db'}")).revision()


def test_a_url_that_is_none_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="DATABASE_URL"):
        connect("not a url")


# -- the schema -----------------------------------------------------------------------------------


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    for module in walk_packages(knowledge.__path__, "knowledge."):
        if ".migrations" not in module.name:
            import_module(module.name)  # a table of it, too, is part of the schema
    inspector = sa.inspect(store.engine)
    found = {name for name in inspector.get_table_names() if name != "alembic_version"}
    assert found == set(metadata.tables)
    assert {bots.name, "deliveries"} <= found
    for name, table in metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}
        assert {index["column_names"][0] for index in inspector.get_indexes(name)} == {
            index.columns[0].name for index in table.indexes
        }


def test_the_newest_migration_is_the_one_the_code_expects(store: Store) -> None:
    versions = Path(__file__).parents[1] / "knowledge" / "database" / "migrations" / "versions"
    assert max(path.name.split("_")[0] for path in versions.glob("*.py")) == SCHEMA_REVISION
    assert schema_revision(store.engine) == SCHEMA_REVISION


def test_many_processes_may_migrate_at_once(empty_database: str) -> None:
    program = f"from {migrate.__module__} import *; from {connect.__module__} import *; import sys;"
    program += "engine = connect(sys.argv[1]); migrate(engine); print(schema_revision(engine))"
    command = [sys.executable, "-c", program, empty_database]
    running = [
        subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert {process.communicate(timeout=60)[0].strip() for process in running} == {SCHEMA_REVISION}
    assert [process.returncode for process in running] == [0, 0, 0]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty_database: str) -> None:
    engine = connect(empty_database)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=rf"形式が 9999 です。.*{SCHEMA_REVISION} まで") as caught:
        migrate(engine)
    assert "新しい版のプログラム" in caught.value.hint
    assert schema_revision(engine) == "9999"
    engine.dispose()


# -- the shipped files, three-way -----------------------------------------------------------------


def test_the_first_import_takes_everything_and_the_second_nothing(store: Store) -> None:
    assert ship(store, [A, B]).added == ["a", "b"]
    again = ship(store, [A, B])
    assert (again.added, again.changed, again.removed, again.conflicts) == ([], [], [], [])
    assert store.revision() == 1


def test_an_entry_changed_only_in_the_files_is_taken(store: Store) -> None:
    ship(store, [A, B])
    newer = replace(A, answer="3,000円です。")
    assert ship(store, [newer, B]).changed == ["a"]
    assert store.load().by_id["a"] == newer


def test_an_entry_changed_only_in_the_database_is_kept(store: Store) -> None:
    ship(store, [A, B])
    edited = replace(A, answer="編集者の回答です。")
    store.publish(Change(put=(edited,)), "editor", "", 1)
    shipment = ship(store, [A, B])
    assert (shipment.changed, shipment.conflicts) == ([], [])
    assert store.load().by_id["a"] == edited


def test_an_entry_changed_in_both_is_a_conflict_and_the_live_one_stays(store: Store) -> None:
    ship(store, [A, B])
    edited = replace(A, answer="編集者の回答です。")
    store.publish(Change(put=(edited,)), "editor", "", 1)
    assert ship(store, [replace(A, answer="3,000円です。"), B]).conflicts == ["a"]
    assert store.load().by_id["a"] == edited


def test_the_same_change_in_both_is_no_conflict_and_agrees_from_then_on(store: Store) -> None:
    ship(store, [A, B])
    newer = replace(A, answer="3,000円です。")
    store.publish(Change(put=(newer,)), "editor", "", 1)
    assert ship(store, [newer, B]).conflicts == []
    assert ship(store, [replace(A, answer="3,100円です。"), B]).changed == ["a"]


def test_an_entry_gone_from_the_files_goes_unless_it_was_edited(store: Store) -> None:
    ship(store, [A, B])
    assert ship(store, [A]).removed == ["b"]
    store.publish(Change(put=(replace(A, answer="編集者の回答です。"),)), "editor", "", 2)
    assert ship(store, [B]).conflicts == ["a"]
    assert set(store.load().by_id) == {"a", "b"}


def test_an_entry_made_by_an_editor_is_never_touched_by_the_files(store: Store) -> None:
    ship(store, [A])
    store.publish(Change(put=(B,)), "editor", "", 1)
    ship(store, [A])
    assert set(store.load().by_id) == {"a", "b"}


def test_an_entry_an_editor_removed_is_not_brought_back_by_the_files(store: Store) -> None:
    ship(store, [A, B])
    store.publish(Change(remove=("b",)), "editor", "", 1)
    again = ship(store, [A, B])
    assert (again.added, again.conflicts, set(store.load().by_id)) == ([], [], {"a"})
    assert ship(store, [A, replace(B, answer="あります。")]).conflicts == ["b"]
    assert set(store.load().by_id) == {"a"}


# -- properties -----------------------------------------------------------------------------------

TEXT = (
    st.text(
        st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Co", "Cn", "Mn", "Me")),
        min_size=1,
        max_size=40,
    )
    .filter(lambda text: strange_character(text) is None)
    .filter(str.strip)
)
GENERATED = st.builds(
    Entry,
    id=st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=64),
    category=TEXT,
    question=TEXT,
    answer=TEXT,
    variants=st.lists(TEXT, unique=True, max_size=5).map(tuple),
    declines=st.booleans(),
    url=st.sampled_from(["", "https://example.com/a?b=1"]),
    note=st.just("") | TEXT,
    as_of=st.none() | st.dates(),
    valid_from=st.none() | st.dates(),
)


@given(GENERATED)
def test_fields_and_back_is_the_same_entry(entry: Entry) -> None:
    again, faults = read_entry(entry.to_fields())
    assert (again, faults) == (entry, [])
    assert again and again.digest() == entry.digest()


@given(
    knowledge=st.lists(GENERATED, unique_by=lambda entry: entry.id, max_size=6), newer=st.lists(GENERATED, max_size=3)
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_publish_then_load_is_the_identity(store: Store, knowledge: list[Entry], newer: list[Entry]) -> None:
    before = store.load()
    put = {entry.id: entry for entry in (*knowledge, *newer)}
    revision = store.publish(Change(put=tuple(put.values())), "editor", "", before.revision)
    after = store.load()
    assert after.revision == revision == before.revision + 1
    assert after.by_id == {**before.by_id, **put}


@pytest.mark.parametrize("migrated_database", ["sqlite"], indirect=True)
def test_the_database_file_holds_plain_json_anybody_can_read(store: Store) -> None:
    store.publish(Change(put=(A,)), "editor", "", 0)
    file = sqlite3.connect(str(store.engine.url.database))
    (body,) = file.execute(f"SELECT body FROM {entries.name}").fetchone()
    file.close()
    assert "2,960円です。" in body.encode().decode("unicode_escape") or "2,960円です。" in body
