"""`faqbot init`: from an Excel file with two columns to answers in one's own words.

1. Without a terminal a name and --yes are enough; then ask, check, import, manifest and the page serve the folder.
2. At a terminal it asks for what was not given, and columns that it understood wrongly are named by the person.
3. A folder with something in it is refused; whatever fails, nothing is made. The trial knowledge bases pass the check.
"""

import argparse
import io
import json
import os
import pty
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from processes import Bot

from bot.app import App
from bot.cli import main
from bot.commands import check
from bot.settings import read_settings
from index.encoder.encoder import Encoder
from index.text.analyzer import Analyzer
from knowledge.folder import SHIPPED, KnowledgeFolder

ROOT = Path(__file__).parents[1]
TRIALS = sorted((ROOT / "tests/knowledge_bases").iterdir())
NAME = "サンプル温泉ホテル"
OF_THE_SHIPPED = ("電話代行", "kschannel", "解約", "転送", "オペレータ")
ROWS = [
    ("駐車場はありますか？", "はい、<b>30台</b>停められます。"),
    ("チェックインは何時からですか？", "15時からです。"),
    ("キャンセル料はいつからかかりますか？", "3日前からです。"),
    ("キャンセル料はいつから掛かりますか", "前の問いとほとんど同じです。"),
    ("ペットの部屋はありますか？", ""),
    ("ペットと泊まれますか？", "小型犬だけ泊まれます。"),
]


def workbook(path: Path, *rows: tuple[str, ...]) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def run(*arguments: str | Path, status: int = 0, **environment: str) -> str:
    """What a command without a terminal prints, both streams together; it runs in this process."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(printed):
        patch.setattr("sys.stdin", io.StringIO())
        for name, value in environment.items():
            patch.setenv(name, value)
        assert main([*map(str, arguments)]) == status, printed.getvalue()
    return printed.getvalue()


def typed(*arguments: str | Path, lines: str) -> tuple[int, str]:
    """The exit status of a command at a terminal where a person types these lines, and what the terminal shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"ENCODER": "none"},  # whose half a second no question at a terminal needs
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, lines.encode())
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:  # the other side is closed
        os.close(ours)
    return process.wait(timeout=60), shown.decode()


@pytest.fixture(scope="module", autouse=True)
def _encoder_loaded_once(encoder: Encoder) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.encoder.encoder.load_encoder", lambda *_: encoder)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A folder made of an Excel file with two columns, what was said, and the environment to use it in."""
    folder = tmp_path_factory.mktemp("init")
    source = workbook(folder / "faq.xlsx", ("ご質問", "回答"), *ROWS)
    said = run("init", folder / "own", "--name", NAME, "--from", source, "--yes", KNOWLEDGE=str(folder / "own"))
    environment = {"KNOWLEDGE": str(folder / "own"), "DATABASE_URL": f"sqlite:///{folder}/own.db"}
    return {"folder": folder / "own", "said": said, "environment": environment}


def test_it_says_what_was_understood_what_became_of_each_row_and_how_to_go_on(made: dict[str, Any]) -> None:
    said = made["said"]
    for told in (
        "A   ご質問  質問",
        "B   回答    回答",
        "項目 5件",
        "6行目: 回答がありません → 取り込みません",
        "5行目: 質問「キャンセル料はいつから掛かりますか」が cancel-ryo-itsu の質問",
        "→ 下書きにします",
        "登録した質問や言い方と同じ質問と、言葉の大半が登録した言葉にあって確信度が0.87以上の質問にだけ答え、ほかは候補を出します",
        "直接答え始められます",
        "make serve",
        "faqbot manifest",
    ):
        assert told in said, told


def test_the_folder_has_everything_that_editors_need(made: dict[str, Any]) -> None:
    names = {path.name for path in made["folder"].iterdir()}
    assert names == {"site.yaml", "entries", "synonyms.txt", "judged.tsv", "style.txt", "README.md"}
    assert (made["folder"] / "README.md").read_text(encoding="utf-8").startswith(f"# {NAME}のFAQ")
    folder = KnowledgeFolder(made["folder"])
    assert folder.read_site().examples == (ROWS[0][0], ROWS[1][0])
    assert [item.entry.id for item in folder.read_entries()][:2] == ["chushajo", "check-in-itsu"]
    assert folder.read_entries()[0].entry.answer == "はい、**30台**停められます。"
    assert folder.read_style()
    assert not folder.read_judged()


def test_the_check_passes(made: dict[str, Any]) -> None:
    assert "公開を止める問題はありません（項目 5件" in run("check", **made["environment"])


def test_questions_are_answered_on_an_empty_database(made: dict[str, Any]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--json", "-"],
        input="駐車場はありますか\n車を停めたい\n縄文土器の文様\n".encode(),
        env=os.environ | made["environment"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    same, near, _ = map(json.loads, said.stdout.splitlines())
    assert (same["decision"], same["entry"]["id"]) == ("answer", "chushajo")
    assert near["decision"] != "answer"  # it has earned no answers yet
    assert "chushajo" in {one["id"] for one in near["candidates"]}


def test_the_manifest_has_its_words(made: dict[str, Any]) -> None:
    manifest = run("manifest", **made["environment"])
    assert json.loads(manifest)["display_information"]["name"] == f"{NAME}FAQ"
    assert not [word for word in OF_THE_SHIPPED if word in manifest]


def test_the_page_has_its_words(made: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE", made["environment"]["KNOWLEDGE"])
    bot = Bot(f"sqlite:///{tmp_path}/served.db", "http://127.0.0.1:9/api/", tmp_path / "log", ENCODER="none")
    bot.start()
    try:
        bot.wait_until_up()
        pages = [
            urllib.request.urlopen(f"http://127.0.0.1:{bot.port}/{path}").read().decode()
            for path in ("", "?q=!", "?q=%E7%B8%84%E6%96%87", "faq/chushajo")
        ]
    finally:
        bot.end()
    for page in pages:
        assert f"{NAME} よくあるご質問" in page
        assert not [word for word in OF_THE_SHIPPED if word in page]
    assert f"例: {ROWS[0][0]}" in pages[0]
    assert f"たとえば「{ROWS[0][0]}」" in pages[1]


def test_an_edited_file_is_imported_by_its_folder(made: dict[str, Any]) -> None:
    run("ask", "駐車場はありますか", **made["environment"])  # an empty database takes the folder in
    files = (made["folder"] / "entries").glob("*.yaml")
    file = next(file for file in files if "15時から" in file.read_text(encoding="utf-8"))
    file.write_text(file.read_text(encoding="utf-8").replace("15時から", "14時から"), encoding="utf-8")
    said = run("import", made["folder"], **made["environment"])
    assert "変更 1" in said and "第2版を公開しました" in said
    assert "14時から" in run("show", "check-in-itsu", **made["environment"])
    again = run("import", made["folder"], **made["environment"])
    assert "変更はありません" in again


def test_without_a_file_there_is_an_example(tmp_path: Path) -> None:
    words = ("--name", "窓口", "--about", "引っ越し", "--command", "/madoguchi", "--url", "https://example.com/")
    said = run("init", tmp_path / "new", *words, "--contact", "電話 000")
    assert "項目 1件" in said
    site = KnowledgeFolder(tmp_path / "new").read_site()
    assert (site.name, site.about, site.command) == ("窓口", "引っ越し", "/madoguchi")
    assert (site.url, site.contact) == ("https://example.com/", "電話 000")
    assert "公開を止める問題はありません" in run("check", tmp_path / "new")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "「name」がありません"),
        (["--name", "あ" * 33], "33文字"),
        (["--name", "窓口", "--command", "faq"], "--command"),
        (["--name", "窓口", "--url", "example.com"], "--url"),
        (["--name", "窓口", "--from", "{source}"], "--yes を付けてください"),
        (["--name", "窓口", "--from", "{source}.none"], "faq.xlsx.none"),
        (["--name", "窓口", "--from", "{empty}", "--yes"], "「質問」と「回答」という見出し"),
        (["--name", "窓口", "--from", "{long}", "--yes"], "2行目: 質問が301文字あります"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_is_made(tmp_path: Path, options: list[str], told: str) -> None:
    source = workbook(tmp_path / "faq.xlsx", *ROWS)
    empty = workbook(tmp_path / "empty.xlsx", ("a",))
    long = workbook(tmp_path / "long.xlsx", ("質問", "回答"), ("長" * 301, "はい"))
    before = sorted(tmp_path.iterdir())
    given = [one.format(source=source, empty=empty, long=long) for one in options]
    assert told in run("init", tmp_path / "new", *given, status=1)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("大事")
    assert "空ではありません" in run("init", tmp_path, "--name", "窓口", "--yes", status=1)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert "フォルダではありません" in run("init", tmp_path / "note.txt", "--name", "窓口", "--yes", status=1)


def test_at_a_terminal_a_person_is_asked_until_all_is_right(tmp_path: Path) -> None:
    rows = [("a-1", question, answer, "館内") for question, answer in ROWS[:3]]
    source = workbook(tmp_path / "faq.xlsx", ("質問", "回答", "内容", "場所"), *rows)
    columns = "いいえ\nB\nZ\nC\n-\nD\n-\n-\n-\nはい\n"
    words = f"\n{NAME}\n温泉\n\n\nhotel\n/hotel\n"
    status, shown = typed("init", tmp_path / "new", "--from", source, lines=columns + words)
    assert status == 0, shown
    assert "その列はありません" in shown
    assert "「name」がありません" in shown
    assert "「command」の値「hotel」を使えません" in shown
    folder = KnowledgeFolder(tmp_path / "new")
    first = folder.read_entries()[0].entry
    assert (first.question, first.category) == (ROWS[0][0], "館内")
    site = folder.read_site()
    assert (site.name, site.about, site.command) == (NAME, "温泉", "/hotel")


def test_at_a_terminal_enter_keeps_every_column_and_none_is_given_to_two_fields(tmp_path: Path) -> None:
    header = ("質問", "回答", "言い方1", "言い方2", "場所", "分類")
    rows = [
        (question, answer, f"言い方{n}の一", f"言い方{n}の二", "館内", f"類{n}")
        for n, (question, answer) in enumerate(ROWS[:3])
    ]
    source = workbook(tmp_path / "faq.xlsx", header, *rows)
    columns = "いいえ\n\nA\n\n\nD\n\n\n\n\nいいえ\n\n\n\nE\n\n\n\nはい\n"
    status, shown = typed("init", tmp_path / "new", "--name", NAME, "--from", source, lines=columns + "\n" * 4)
    assert status == 0, shown
    assert "A列は「質問」の列です" in shown and "D列は「言い方」の列です" in shown
    entries = [one.entry for one in KnowledgeFolder(tmp_path / "new").read_entries()]
    assert {one.question for one in entries} == {question for question, _ in ROWS[:3]}
    assert {(len(one.variants), one.category) for one in entries} == {(2, "館内")}


def test_at_a_terminal_ctrl_d_ends_it_and_nothing_is_made(tmp_path: Path) -> None:
    status, shown = typed("init", tmp_path / "new", lines=f"{NAME}\n\x04")
    assert (status, list(tmp_path.iterdir())) == (1, [])
    assert "何も作っていません" in shown


@pytest.mark.parametrize("folder", TRIALS, ids=lambda folder: folder.name)
def test_every_trial_knowledge_base_passes_the_check(
    folder: Path, analyzer: Analyzer, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    app = App(read_settings({"KNOWLEDGE": str(folder)}))
    app.encoder = encoder
    assert app.settings.knowledge != SHIPPED
    assert check.run(argparse.Namespace(folder=None, links=False), app) == 0
    assert "公開を止める問題はありません（項目 50件" in capsys.readouterr().out


def test_several_sheets_are_taken_and_what_is_kept_back_is_not_answered(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "館内"
    for row in (("質問", "回答", "公開状態"), (*ROWS[0], "公開"), ("金庫の番号は何ですか", "社外秘です", "非公開")):
        book.active.append(row)
    for title, rows in (("料金", (("質問", "回答"), ROWS[1])), ("メモ", (("あとで直す", "忘れない"),))):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "faq.xlsx")
    said = run("init", tmp_path / "own", "--name", NAME, "--from", tmp_path / "faq.xlsx", "--yes")
    for told in (
        "faq.xlsx「館内」 を、次のように読みます",
        "faq.xlsx「料金」 を、次のように読みます",
        "読まないシート: 「メモ」",
        "「館内」3行目: 状態が「非公開」です → 下書きにします（答えません）",
        "項目 3件",
    ):
        assert told in said, said
    environment = {"KNOWLEDGE": str(tmp_path / "own"), "DATABASE_URL": f"sqlite:///{tmp_path}/own.db"}
    assert "社外秘" not in run("ask", "金庫の番号は何ですか", **environment)
    assert "15時から" in run("ask", ROWS[1][0], **environment)
