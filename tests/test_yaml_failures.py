"""A YAML folder that cannot be written stays whole, and its note of the export tells an import what was there.

1. What cannot be written is refused, in Japanese, before a file is touched.
2. A full disk, a crash or a file that cannot be replaced leaves every file whole; a second call completes it.
3. The note of the export is read by the import; a damaged one is said to be so.
"""

import multiprocessing
import os
import resource
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from making import entries_in, files_in

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError
from knowledge.files.export_note import NAME
from knowledge.files.yaml_reader import read_incoming
from knowledge.files.yaml_writer import write_folder
from knowledge.folder import SHIPPED

PRICES = """\
category: 料金
entries:
  - id: price
    question: 月額は？ # 毎月
    answer: 2,960円です。
"""
TRIAL = """\
category: お試し
entries:
  # 何度も聞かれる
  - id: trial
    question: お試しは何日ですか
    answer: 10日間です。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prices.yaml").write_text(PRICES)
    (tmp_path / "trial.yaml").write_text(TRIAL)
    return tmp_path


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "category: 料金\nentries: [{id: a, question: q, answer: a}]\n",
        "category: 料金\nentries:\n  [{id: a, question: q, answer: a}]\n",
        "{category: 料金, entries: [{id: a, question: q, answer: a}]}\n",
        "{category: 料金,\nentries: []}\n",
        "category: 料金\n? entries\n: - id: a\n    question: q\n    answer: a\n",
    ],
)
def test_a_file_without_lines_of_its_own_for_entries_is_refused_only_when_it_has_to_change(
    folder: Path, text: str
) -> None:
    (folder / "flow.yaml").write_text(text)
    (folder / "prices.yaml").unlink()
    now = entries_in(folder)
    now["trial"] = replace(now["trial"], answer="9日間")
    assert write_folder(folder, [*now.values()]) == [folder / "trial.yaml"]
    assert entries_in(folder) == now
    before = files_in(folder)
    new = Entry(id="new", category="料金", question="新しい", answer="はい")
    with pytest.raises(KnowledgeError, match=r"entries が \[ \] や \{ \}") as caught:
        write_folder(folder, [*now.values(), new])
    (problem,) = caught.value.problems
    assert (problem.file, "- id: …" in problem.hint) == (str(folder / "flow.yaml"), True)
    assert files_in(folder) == before


def test_what_cannot_be_written_is_refused_before_any_file_is_touched(folder: Path) -> None:
    now = entries_in(folder)
    wanted = [replace(entry, answer=" 前に空白" if entry.id == "trial" else "はい") for entry in now.values()]
    with pytest.raises(KnowledgeError, match="同じ内容で書けない") as caught:
        write_folder(folder, wanted)
    (problem,) = caught.value.problems
    assert (problem.entry_id, problem.field, Path(problem.file).name) == ("trial", "answer", "trial.yaml")
    with pytest.raises(KnowledgeError, match="id「price」の項目が2つ"):
        write_folder(folder, [*now.values(), replace(now["price"], answer="別")])
    (folder / "broken.yaml").write_text("category: [")
    with pytest.raises(KnowledgeError, match=r"broken\.yaml:2: YAMLとして読めません"):
        write_folder(folder, [])
    (folder / "broken.yaml").unlink()
    assert files_in(folder) == {"prices.yaml": PRICES.encode(), "trial.yaml": TRIAL.encode()}
    assert not (folder / NAME).exists()


# -- when the disk fails --------------------------------------------------------------------------


def _write_on_a_full_disk(folder: Path, entries: list[Entry], limit: int) -> None:
    """In a process of its own, which may write no file larger than `limit` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        write_folder(folder, entries)
    except KnowledgeError as error:
        os._exit(7 if "書き込めません（ファイルの大きさの上限を超えます）" in str(error) else 1)
    os._exit(0)


def _write_and_die(folder: Path, entries: list[Entry], renaming: int) -> None:
    """In a process of its own, which is gone before the file of this number takes its place."""
    seen = []

    def count(event: str, _: object) -> None:
        seen.extend([event] if event == "os.rename" else [])
        if len(seen) == renaming:
            os._exit(9)

    sys.addaudithook(count)
    write_folder(folder, entries)
    os._exit(0)


def ended(target: Callable[..., None], *arguments: object) -> int | None:
    process = multiprocessing.get_context("spawn").Process(target=target, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def test_a_full_disk_changes_nothing_and_is_named(folder: Path) -> None:
    wanted = [
        replace(entry, answer="あ" * 300 if entry.id == "trial" else "はい") for entry in entries_in(folder).values()
    ]
    assert ended(_write_on_a_full_disk, folder, wanted, 500) == 7
    assert files_in(folder) == {"prices.yaml": PRICES.encode(), "trial.yaml": TRIAL.encode()}
    assert len(list(folder.iterdir())) == 2, "nothing is left lying about"
    assert ended(_write_on_a_full_disk, folder, wanted, 5000) == 0
    assert write_folder(folder, wanted) == []


def test_a_crash_at_any_file_leaves_each_old_or_new_and_a_second_call_completes_it(folder: Path) -> None:
    old = files_in(folder)
    wanted = [replace(entry, answer="はい、そうです。") for entry in entries_in(folder).values()]
    shutil.copytree(folder, folder / "made")
    write_folder(folder / "made", wanted)
    new = files_in(folder / "made")
    for renaming, replaced in ((1, []), (2, ["prices.yaml"]), (3, ["prices.yaml", "trial.yaml"])):
        copy = shutil.copytree(folder, folder / f"crash-{renaming}", ignore=shutil.ignore_patterns("made", "crash*"))
        assert ended(_write_and_die, copy, wanted, renaming) == 9
        now = {name: (copy / name).read_bytes() for name in old}
        assert now == {name: (new if name in replaced else old)[name] for name in old}
        assert not (copy / NAME).exists(), "the note is written last"
        write_folder(copy, wanted)
        assert write_folder(copy, wanted) == []
        assert {name: (copy / name).read_bytes() for name in old} == new
        assert (copy / NAME).read_bytes() == (folder / "made" / NAME).read_bytes()


def test_what_stands_in_the_place_of_a_file_is_named_and_the_files_are_whole(folder: Path) -> None:
    (folder / NAME).mkdir()
    wanted = [replace(entry, answer="9日間です。") for entry in entries_in(folder).values()]
    with pytest.raises(KnowledgeError, match="書き込めません（ファイルではなくフォルダです）") as caught:
        write_folder(folder, wanted)
    assert caught.value.problems[0].file == str(folder / NAME)
    assert entries_in(folder)["trial"].answer == "9日間です。"
    (folder / NAME).rmdir()
    assert write_folder(folder, wanted) == []
    with pytest.raises(KnowledgeError, match="書き込めません（途中がフォルダではありません）"):
        write_folder(folder / "trial.yaml" / "inside", wanted)
    with pytest.raises(KnowledgeError, match="書き込めません（同じ名前のものがあります）"):
        write_folder(folder / "trial.yaml", wanted)


# -- the note of the export -----------------------------------------------------------------------


def test_a_folder_remembers_what_was_exported_and_the_shipped_one_does_not(folder: Path) -> None:
    assert (read_incoming(folder).bases, read_incoming(folder).exported) == ({}, None)
    now = entries_in(folder)
    write_folder(folder, list(now.values()))
    digests = {entry_id: entry.digest() for entry_id, entry in now.items()}
    (folder / "trial.yaml").write_text(TRIAL.replace("10日間", "9日間"))
    whole, one = read_incoming(folder), read_incoming(folder / "trial.yaml")
    assert (whole.bases, whole.exported) == (digests, frozenset(digests))
    assert (one.bases, one.exported) == (digests, frozenset()), "what is gone from one file may be in another"
    assert [item.entry.answer for item in one.located] == ["9日間です。"]
    assert write_folder(SHIPPED.entries, [item.entry for item in SHIPPED.read_entries()], noted=False) == []
    assert not (SHIPPED.entries / NAME).exists()


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"entries": 1}', b'{"entries": {"a": 1}}', b"\xff", b"[" * 10**5])
def test_a_damaged_note_is_said_to_be_so(folder: Path, note: bytes) -> None:
    (folder / NAME).write_bytes(note)
    for path in (folder, folder / "trial.yaml"):
        with pytest.raises(KnowledgeError, match="書き出したときの記録を読めません") as caught:
            read_incoming(path)
        assert (caught.value.problems[0].file, "消してください" in str(caught.value)) == (str(folder / NAME), True)
    write_folder(folder, list(entries_in(folder).values()))
    assert read_incoming(folder).exported == {"price", "trial"}, "the next export mends it"
