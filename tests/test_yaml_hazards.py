"""YAML and text files as editors really hand them in: nothing is lost without a word, and nothing breaks the process.

1. A text with a comment behind it is read as YAML says, with a warning that tells what was cut.
2. Every YAML file of a folder is read, whatever its ending and however deep, and written where it lies; hidden files,
   which editors and macOS leave there, are not.
3. A file in CP932 is called so; marks at the beginning do no harm; － means "no entry" as - does.
4. A fault is told in one line at its place, whatever signs for a terminal the name of its file has.
5. Nesting without end, aliases of what they are in, and endless lists are refused, in bounded time.
"""

import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from making import entries_in

from knowledge.checks.all_checks import check_entries
from knowledge.entry import TOKYO, Entry
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.file_io import read_lines
from knowledge.files.formats import read_files, write_files
from knowledge.files.site_yaml import read_site
from knowledge.files.yaml_reader import MAX_ENTRIES, read_folder
from knowledge.files.yaml_writer import write_folder
from knowledge.judged import parse_judged, read_judged
from knowledge.synonyms import read_synonyms

ENTRY = "category: 電話\nentries:\n  - id: {}\n    question: {}\n    answer: はい\n"


def problems(path: Path, data: str | bytes) -> list[Problem]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(KnowledgeError) as caught:
        read_files([path])
    return list(caught.value.problems)


def warnings(path: Path, text: str) -> list[Problem]:
    path.write_text(text)
    (incoming,) = read_files([path])
    return check_entries(incoming.located, datetime(2027, 1, 1, tzinfo=TOKYO))


# -- comments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "line", "cut"),
    [
        ("question: 転送の停止は 1420 # を押しますか？\n    answer: はい", 4, "を押しますか？"),
        ("question: 転送\n      の停止は 1420\t# を押しますか？\n    answer: はい", 4, "を押しますか？"),
        ("question: 転送\n    variants:\n      - 停止\n      - 1420 # とは\n    answer: はい", 7, "とは"),
        ("question: 転送\n    variants: [1420 # とは\n      ]\n    answer: はい", 5, "とは"),
        ("question: 転送\n    answer: 1420 #", 5, ""),
        ("question: 転送\n    answer: はい\n    note: あとで # 確かめる", 6, "確かめる"),
    ],
)
def test_a_text_that_a_comment_cuts_is_told(tmp_path: Path, fields: str, line: int, cut: str) -> None:
    found = warnings(tmp_path / "a.yaml", f"category: 電話\nentries:\n  - id: a\n    {fields}\n")
    assert [(problem.line, f"（{cut}）" in problem.message) for problem in found] == ([(line, True)] if cut else [])
    if cut:
        assert "「'」で囲んで" in found[0].hint


@pytest.mark.parametrize(
    "fields",
    [
        "question: '1420 # を押しますか？'",
        "question: 1420#を押しますか？",
        "# 覚え書き\n    question: 転送\n    # 覚え書き",
        "question: 転送\n    review_by: 2027-04-01 # この日",
        "question: 転送\n    note: | # 覚え書き\n      1420 # を押す",
    ],
)
def test_a_comment_that_cuts_no_text_is_not(tmp_path: Path, fields: str) -> None:
    assert warnings(tmp_path / "a.yaml", ENTRY.replace("question: {}", fields).format("a")) == []


# -- which files of a folder ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, entry_id in (("a.yaml", "a"), ("b.yml", "b"), ("C.YAML", "c"), ("sub/deep/d.Yml", "d")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ENTRY.replace("電話", f"分類{entry_id}").format(entry_id, f"{entry_id}は？"))
    for name in ("._a.yaml", ".#b.yml", "sub/._d.Yml", ".git/e.yaml", "a.yaml~", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0\x05\x16\x07 Mac OS X")
    (tmp_path / ".#a.yaml").symlink_to("sakura@office.1234")
    return tmp_path


def test_every_yaml_file_of_a_folder_is_read_but_hidden_ones(folder: Path) -> None:
    assert sorted(item.entry.id for item in read_folder(folder)) == ["a", "b", "c", "d"]


def test_every_file_is_written_where_it_lies(folder: Path) -> None:
    entries = entries_in(folder)
    entries["d"] = Entry(id="d", category="分類d", question="dは？", answer="いいえ")
    assert write_folder(folder, [*entries.values()]) == [folder / "sub/deep/d.Yml"]
    assert "いいえ" in (folder / "sub/deep/d.Yml").read_text()
    assert entries_in(folder) == entries
    write_files(folder, [*entries.values()])
    assert {path.name for path in folder.iterdir()} >= {"a.yaml", "b.yml", "C.YAML"}
    assert not list(folder.glob("分類*")), "nothing was written twice"


def test_a_single_file_in_a_folder_below_knows_what_was_exported(folder: Path) -> None:
    write_files(folder, list(entries_in(folder).values()))
    (whole,), (one,) = read_files([folder]), read_files([folder / "sub/deep/d.Yml"])
    assert whole.exported == {"a", "b", "c", "d"}
    assert (one.exported, one.bases) == (frozenset(), whole.bases)


@pytest.mark.parametrize("name", ["faq.xls", "faq.xlsm", "faq.ods", "faq.numbers"])
def test_another_kind_of_spreadsheet_is_to_be_saved_again(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path / name, b"PK\x03\x04")
    assert "のファイルは読めません" in problem.message and "「Excel ブック（.xlsx）」" in problem.hint


# -- encodings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.yaml", "site.yaml", "synonyms.txt"])
def test_a_file_in_cp932_is_called_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes("# はじめ\n# 言葉の一覧\nname: 電話の窓口\n".encode("cp932"))
    reader = {"a.yaml": read_folder, "site.yaml": read_site}.get(name, read_lines)
    with pytest.raises(KnowledgeError) as caught:
        reader(tmp_path if reader is read_folder else path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(path), 1)
    assert "CP932" in problem.message and "UTF-8" in problem.hint


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_beginning_does_no_harm(tmp_path: Path, encoding: str) -> None:
    words, judged = tmp_path / "synonyms.txt", tmp_path / "judged.tsv"
    words.write_text("値段, 料金\n", encoding)
    judged.write_text("query\tentry\n夜は何時\ta\n", encoding)
    (tmp_path / "a.yaml").write_text(ENTRY.format("a", "夜は？"), encoding)
    assert [rule.sources for rule in read_synonyms(words)] == [("値段", "料金")]
    assert [query.text for query in read_judged(judged)] == ["夜は何時"]
    assert [item.entry.question for item in read_folder(tmp_path)] == ["夜は？"]


@pytest.mark.parametrize("name", ["entries/b.yaml", "synonyms.txt", "faq.csv"])
def test_nobody_is_waited_for_who_writes_into_a_pipe(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    with pytest.raises(KnowledgeError, match="ファイルではありません") as caught:
        read_lines(path) if path.suffix == ".txt" else read_files([path])
    assert [problem.file for problem in caught.value.problems] == [str(path)]


@pytest.mark.parametrize("name", ["a\nb\x1b[31m.yaml", "\x9b2J.csv", "a\rb.xlsx"])
def test_the_name_of_a_file_gives_the_terminal_no_orders(tmp_path: Path, name: str) -> None:
    for path in (tmp_path / name, tmp_path / "nothing" / name):
        path.parent.mkdir(exist_ok=True)
        if path.parent == tmp_path:
            path.write_text("- id: x", encoding="utf-8")
        with pytest.raises(FaqError) as caught:
            read_files([path])
        said = str(caught.value)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]|\nb", said), said


def test_no_file_takes_the_place_of_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    link = tmp_path / "faq.csv"
    link.symlink_to(tmp_path / "pipe")
    with pytest.raises(KnowledgeError, match="ファイルではありません"):
        write_files(link, [])
    assert (tmp_path / "pipe").is_fifo() and link.is_symlink()


@pytest.mark.parametrize("dash", "-－‐–—―−ー")
def test_every_dash_means_that_there_is_no_entry(dash: str) -> None:
    (query, other) = parse_judged([f"天気は？\t{dash}\t雑談", "いくら？\ta｜ｂ"], "judged.tsv", {"a", "b"})
    assert (query.entries, query.kind) == ((), "雑談")
    assert other.entries == ("a", "b")


# -- bombs ----------------------------------------------------------------------------------------

CHAIN = "".join(f"  - &a{n} [{f'*a{n - 1}' if n else 'x'}]\n" for n in range(5_000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 1_000, "入れ子が深すぎます"),
        ("category: 電話\nentries: " + "[" * 50_000, "入れ子が深すぎます"),
        ("{a: " * 50_000, "入れ子が深すぎます"),
        ("- " * 50_000, "入れ子が深すぎます"),
        ("category: 電話\nentries:\n  - &a [*a]\n", "入れ子が深すぎます"),
        ("category: 電話\nentries: &e\n  - id: x\n    answer: *e\n", "入れ子が深すぎます"),
        (f"category: 電話\nentries:\n{CHAIN}", "入れ子が深すぎます"),
        ("category: 電話\nentries:\n  - id: a\n    answer: {[a]: b}\n", "YAMLとして読めません"),
        (
            "category: 電話\nentries:\n  - id: a\n    answer: 時間: 9時: 18時\n",
            "YAMLとして読めません（「:」が使えないところにあります）",
        ),
        ("category: 電話\nentries:\n  - id: a\n    answer: 'ま\n", "YAMLとして読めません（引用符が閉じていません）"),
        (
            "category: 電話\nentries:\n  - id: a\n   - id: b\n",
            "「-」で始まる行と字下げが合っていません",
        ),
        ("category: 電話\nentries:\n\t- id: a\n", "YAMLとして読めません（タブか、"),
        ("category: 電話\nentries:\n" + "- a\n" * (MAX_ENTRIES + 1), f"項目が{MAX_ENTRIES + 1:,}件あります"),
        ("k: 1\n" * 150_000, "項目や値が多すぎます"),
    ],
)
def test_what_has_no_end_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (problem, *_) = problems(tmp_path / "a.yaml", text)
    assert message in problem.message and problem.hint
    with pytest.raises(KnowledgeError):
        read_site(tmp_path / "a.yaml")


@pytest.mark.parametrize("leaf", ["[x, x]", "x" * 200])
def test_references_that_double_each_other_are_refused_before_they_are_written_out(tmp_path: Path, leaf: str) -> None:
    fields = [f"- &a0 {leaf}", *(f"- &a{n} [*a{n - 1}{f', *a{n - 1}' * 9}]" for n in range(1, 12))]
    text = "\n".join(["category: a", "entries:", "- id: b", "  status:", *(f"    {field}" for field in fields)])
    (problem,) = problems(tmp_path / "a.yaml", text)
    assert "「*」の参照が繰り返す値が多すぎます" in problem.message and 6 < problem.line < 16


def test_an_alias_of_what_stands_above_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        ENTRY.format("a", "&q 夜は？") + "    variants: &v [夜]\n  - {id: b, question: *q, answer: a, variants: *v}\n"
    )
    first, second = (item.entry for item in read_folder(tmp_path))
    assert (first.question, first.variants) == (second.question, second.variants)


def test_the_deepest_file_leaves_the_process_alive(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("[" * 50_000)
    reading = "import sys; from pathlib import Path; from knowledge.files.formats import read_files"
    program = f"{reading}; read_files([Path(sys.argv[1])])"
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "値の入れ子が深すぎます" in done.stderr
