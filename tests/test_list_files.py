"""Judged queries, synonyms and style as files beside the entries.

1. Files in, files out: what is exported and imported again changes nothing, byte for byte; a bad line takes nothing in.
2. A list without a file stays. A new folder is exported as a knowledge base that can be restored alone; one with
   something in it stays what it is, and carries the lists too.
3. A database from before the lists were kept takes in those it was used with, as if they had always been there.
"""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from making import bot_on, publish_first
from tiny import FILES, HOURS, JUDGED, PARKING, PRICE, SAKURA, STYLE, SYNONYMS, change_file, live, publish, run

from bot.app import App
from bot.cli import main
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.folder import KnowledgeFolder
from knowledge.list_name import ListName
from knowledge.revisions.store import Change, Store
from knowledge.revisions.stored_lists import list_history, lists
from knowledge.shipping import adopt_earlier_lists, ship_files


def test_the_files_are_taken_in_with_the_entries_in_one_revision(store: Store, tiny_folder: KnowledgeFolder) -> None:
    ship_files(store, tiny_folder)
    base = store.load()
    assert base.revision == 1
    assert {name.file: base.lists.text(name) for name in ListName} == FILES | {"site.yaml": "name: サンプルジム\n"}
    assert [query.text for query in base.lists.judged_queries] == ["いくらかかる", "犬を連れて行ける"]
    assert len(base.lists.synonym_rules) == len(base.lists.style_rules) == 2
    assert not ship_files(store, tiny_folder).changes
    assert store.revision() == 1


def test_what_is_exported_and_imported_again_changes_nothing(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, own = tmp_path / "out", tiny.settings.knowledge.path
    for path in (out, own):
        assert run(tiny, monkeypatch, "export", path) == 0
        assert {name: (path / name).read_bytes().decode() for name in FILES} == FILES
        assert run(tiny, monkeypatch, "import", path) == 0
        assert run(tiny, monkeypatch, "diff", path) == 0
    assert tiny.store.revision() == 1
    assert capsys.readouterr().out.count("変更はありません。") == 2


BAD_LINES = [
    ("judged.tsv", "質問だけ", "を読めません"),
    ("judged.tsv", "質問\tno-such-entry", "no-such-entry"),
    ("synonyms.txt", "ひとり", "同義語の行「ひとり」"),
    ("style.txt", "/(/ => x", "正規表現"),
    ("style.txt", "a\x00b => x", "制御文字"),
]


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_bad_line_is_named_and_nothing_is_taken_in(
    tiny: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: tuple[str, str, str]
) -> None:
    name, line, told = bad
    own = tiny.settings.knowledge.path
    change_file(own, "entries/all.yaml", "21時", "22時")
    path = own / name
    path.write_bytes(path.read_bytes() + f"\n{line}\n".encode())
    number = len(path.read_text(encoding="utf-8").splitlines())
    for command in (["import", own], ["migrate"]):
        assert run(tiny, monkeypatch, *command) == 1
        printed = "".join(capsys.readouterr())
        assert f"{path}:{number}: " in printed
        assert told in printed
        assert "→" in printed
    assert tiny.store.revision() == 1
    assert "21時" in tiny.store.load().by_id["hours"].answer


def test_an_id_that_no_entry_has_is_found_by_the_check(
    tiny: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tiny.settings.knowledge.path
    assert run(tiny, monkeypatch, "check") == 0
    change_file(own, "judged.tsv", "犬を連れて行ける\t-", "犬を連れて行ける\tparking|dogs")
    assert run(tiny, monkeypatch, "check") == 1
    assert f"{own / 'judged.tsv'}:4: id「dogs」の項目はありません" in capsys.readouterr().out


def test_a_folder_whose_judged_entry_is_gone_fills_an_empty_database(
    store: Store, tiny_folder: KnowledgeFolder
) -> None:
    change_file(tiny_folder.path, "judged.tsv", "いくらかかる\tprice", "いくらかかる\tgone")
    ship_files(store, tiny_folder)
    assert "いくらかかる\tgone" in live(store, JUDGED)
    assert not ship_files(store, tiny_folder).changes


def test_a_list_without_a_file_stays_and_an_empty_one_gets_none(store: Store, tiny_folder: KnowledgeFolder) -> None:
    ship_files(store, tiny_folder)
    tiny_folder.synonyms.unlink()
    assert not ship_files(store, tiny_folder).changes
    assert live(store, SYNONYMS) == FILES["synonyms.txt"]
    tiny_folder.style.write_bytes(b"")
    assert ship_files(store, tiny_folder).lists == {STYLE: ""}


def test_a_database_from_before_takes_in_the_lists_it_was_used_with(
    tiny_folder: KnowledgeFolder, tmp_path: Path, analyzer: Analyzer
) -> None:
    url = f"sqlite:///{tmp_path / 'faqbot.db'}"
    publish_first(url, PRICE, PARKING)
    Store(connect(url)).publish(Change(put=(HOURS,)), SAKURA, "", 1)
    with bot_on(url, analyzer, KNOWLEDGE=str(tiny_folder.path)) as app:
        assert app.store.revision() == 2, "no new revision"
        assert live(app.store, JUDGED) == FILES["judged.tsv"]
        assert not app.publishing.history.way_back(1, app.store.load()).lists, "they were the same then"
        publish(app.store, judged="")
        adopt_earlier_lists(app.store, tiny_folder)
        assert live(app.store, JUDGED) == ""
        with app.store.engine.connect() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(lists)) == 4
            assert connection.scalar(sa.select(sa.func.count()).select_from(list_history)) == 5


def test_a_proposal_from_before_has_no_lists() -> None:
    values = Change(put=(PRICE,)).to_json()
    del values["lists"], values["shipped_lists"]
    assert Change.from_json(values) == Change(put=(PRICE,))
    change = Change(lists={STYLE: "a => b\n"}, shipped_lists={STYLE: ""})
    assert Change.from_json(change.to_json()) == change


def test_a_new_folder_is_a_whole_knowledge_base_that_fills_an_empty_database(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.store.publish(Change(put=(replace(HOURS, answer="23時までです。"),)), SAKURA, "", tiny.store.revision())
    backup, url = tmp_path / "backup", f"sqlite:///{tmp_path}/restored.db"
    assert run(tiny, monkeypatch, "export", backup) == 0
    assert f"を {backup} に書き出しました" in capsys.readouterr().out
    assert sorted(path.name for path in backup.iterdir()) == sorted([*FILES, "site.yaml", "entries"])
    for name, value in {"KNOWLEDGE": str(backup), "DATABASE_URL": url, "ENCODER": "none"}.items():
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 0
    restored, live_now = Store(connect(url)).load(), tiny.store.load()
    assert (restored.entries, restored.lists) == (live_now.entries, live_now.lists)
    assert main(["import", str(backup)]) == 0
    assert "変更はありません。" in capsys.readouterr().out


def test_a_folder_with_something_in_it_is_made_no_knowledge_base(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".gitignore").touch()
    run(tiny, monkeypatch, "export", tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir() if path.suffix != ".yaml"}
    assert names == {*FILES, ".gitignore", ".exported.json"}
