"""Judged queries, synonyms and style are merged three ways, line by line.

1. A line changed only in the file is taken, only live is kept; in both it is a conflict that leaves the live line alone
   until both say the same.
2. An export remembers what it was made from.
3. Merging is exact: an untouched side gives the other one byte for byte; lines never get lost or doubled.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import FILES, JUDGED, SYNONYMS, change_file, live, publish, run

from bot.app import App
from knowledge.folder import KnowledgeFolder
from knowledge.list_name import ListName
from knowledge.revisions.list_merge import line_about, merge_list
from knowledge.revisions.store import Store
from knowledge.shipping import ship_files


def test_a_line_of_the_file_and_a_line_of_the_editors_both_stay(store: Store, tiny_folder: KnowledgeFolder) -> None:
    ship_files(store, tiny_folder)
    publish(store, judged=FILES["judged.tsv"] + "自転車で行く\tparking\n")
    assert not ship_files(store, tiny_folder).changes, "changed in the database only"
    change_file(tiny_folder.path, "judged.tsv", "いくらかかる\tprice", "いくらかかる\tprice|hours")
    merged = ship_files(store, tiny_folder)
    assert (merged.lists.keys(), merged.conflicts) == ({JUDGED}, [])
    assert "いくらかかる\tprice|hours\t一語\n" in live(store, JUDGED)
    assert live(store, JUDGED).endswith("犬を連れて行ける\t-\n自転車で行く\tparking\n")
    assert not ship_files(store, tiny_folder).changes
    assert store.revision() == 3


def test_a_line_changed_in_both_is_a_conflict_until_both_say_the_same(
    tiny: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tiny.settings.knowledge.path
    publish(tiny.store, judged=FILES["judged.tsv"].replace("犬を連れて行ける\t-", "犬を連れて行ける\tparking"))
    change_file(own, "judged.tsv", "犬を連れて行ける\t-", "犬を連れて行ける\thours")
    change_file(own, "synonyms.txt", "料金, 値段", "料金, 値段, 月謝")
    change_file(own, "judged.tsv", "# 実際の質問", "# 尋ねられた質問")
    assert run(tiny, monkeypatch, "import", own) == 1
    printed = capsys.readouterr().out
    assert "競合: judged.tsv「犬を連れて行ける」" in printed
    assert "犬を連れて行ける｜parking → 犬を連れて行ける｜hours" in printed
    base = tiny.store.load()
    assert "犬を連れて行ける\tparking" in base.lists.judged
    assert "# 尋ねられた質問" in base.lists.judged
    assert "月謝" in base.lists.synonyms
    assert run(tiny, monkeypatch, "migrate") == 0
    assert "競合: judged.tsv「犬を連れて行ける」" in capsys.readouterr().out, "still"
    assert run(tiny, monkeypatch, "export", own) == 0
    assert run(tiny, monkeypatch, "migrate") == 0
    assert "競合" not in capsys.readouterr().out
    assert tiny.store.revision() == base.revision


def test_an_export_remembers_what_it_was_made_from(
    tiny: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(tiny.store, synonyms=FILES["synonyms.txt"] + "\nプール, 泳ぐ所\n")
    run(tiny, monkeypatch, "export", tmp_path / "out")
    publish(tiny.store, synonyms=FILES["synonyms.txt"])
    assert run(tiny, monkeypatch, "import", tmp_path / "out") == 0
    assert "プール" not in live(tiny.store, SYNONYMS), "taken out since by somebody else"
    change_file(tmp_path / "out", "synonyms.txt", "料金, 値段", "料金, 値段, 月謝")
    assert run(tiny, monkeypatch, "import", tmp_path / "out") == 0
    assert "プール" not in live(tiny.store, SYNONYMS)
    assert "月謝" in live(tiny.store, SYNONYMS)
    assert "同義語 変更" in capsys.readouterr().out


RULES = st.sampled_from(["解約, やめる", "解約, やめる, 退会", "料金, 値段", "# 覚え", "", "a => b", "a => c"])
TEXTS = st.lists(RULES, max_size=6, unique_by=lambda line: line_about(SYNONYMS, line)).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(base=TEXTS, other=TEXTS)
def test_an_untouched_side_gives_the_other_one_byte_for_byte(base: str, other: str) -> None:
    for name in ListName:
        assert merge_list(name, base, base, other).text == other
        assert merge_list(name, base, other, base).text == other
        assert merge_list(name, base, other, other).text == other
        assert not merge_list(name, base, base, other).conflicts


@given(base=TEXTS, live=TEXTS, other=TEXTS)
def test_a_merge_invents_no_line_and_settles(base: str, live: str, other: str) -> None:
    merged = merge_list(SYNONYMS, base, live, other)
    assert set(merged.text.splitlines()) <= {*live.splitlines(), *other.splitlines()}
    for conflict in merged.conflicts:
        assert conflict.before in {"", *live.splitlines()}
        assert conflict.line == line_about(SYNONYMS, conflict.before or conflict.after)
    again = merge_list(SYNONYMS, merged.origin, merged.text, other)
    assert again.text == merged.text
    assert len(again.conflicts) == len(merged.conflicts)
