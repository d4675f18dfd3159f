"""The command line as people and programs use it.

1. A command says what it found or did, with the file and line of what is wrong and what to do.
2. What cannot be used, a setting, a token or a missing dictionary, is named without a traceback.
3. Every command has a module and help, and computes on one thread.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_slack import Failure, FakeSlack
from processes import PLAIN, SECRET, free_port, run

from bot.cli import main
from bot.process.math_threads import NAMES, use_one_math_thread
from bot.terminal.arguments import build_parser
from knowledge.folder import SHIPPED

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def call(
    small_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """A command line on the small knowledge base, run in this process."""
    for name, value in (PLAIN | small_environment).items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: subprocess.CompletedProcess(arguments, main(arguments), *capsys.readouterr())


@pytest.fixture
def call_bare(call: Call, bare_folder: str, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The same on a knowledge base of nothing but a name."""
    monkeypatch.setenv("KNOWLEDGE", bare_folder)
    return call


def test_evaluate_measures_a_benchmark(call: Call, tmp_path: Path) -> None:
    corpus = [
        {"id": f"d{n}", "title": "", "text": text} for n, text in enumerate(("解約は無料", "月額は2,960円", "転送"))
    ]
    lines = "\n".join(json.dumps(document, ensure_ascii=False) for document in corpus)
    (tmp_path / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "queries.tsv").write_text("q\t解約\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\td0\t1\n", encoding="utf-8")
    values = json.loads(call("evaluate", "--bench", str(tmp_path), "--json").stdout)
    assert (values["documents"], values["queries"], values["hit_at_1"]) == (3, 1, 1.0)
    assert "hit@1: 1.000" in call("evaluate", "--bench", str(tmp_path)).stdout


BEFORE_A_PATH = [
    *("import", "check", "diff", "export", "init --yes --name 宿", "init --yes --name 宿 --from", "evaluate --judged"),
    *("evaluate --conversations", "evaluate --bench", "evaluate --details"),
]
LONG = "長い名前" * 22  # 264 bytes


UNUSABLE = {  # path: why, and what to do
    f"{LONG}.csv": ("名前が長すぎます", "255バイト（日本語なら85文字）まで"),
    f"{LONG}/faq.yaml": ("名前が長すぎます", "255バイト"),
    "/".join([LONG[:60]] * 30): ("名前が長すぎます", "255バイト"),
    "circle.csv": ("輪になっています", "リンクの先を直す"),
    "circle.csv/faq.csv": ("輪になっています", "リンクの先を直す"),
    "file.csv/faq.csv": ("途中がフォルダではありません", "場所と名前を確かめて"),
    "\x00.csv": ("使えない文字があります", "使えない文字が入っていないか"),
}


@pytest.mark.parametrize("before", BEFORE_A_PATH)
def test_a_path_that_cannot_be_is_named_with_the_next_step(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("circle.csv").symlink_to("circle.csv")
    Path("file.csv").write_text("", encoding="utf-8")
    command, *options = before.split()
    for path, said in UNUSABLE.items():
        given = (path, *options) if options[-1:] == ["宿"] else (*options, path)
        result = call(command, *(["folder"] if "--from" in options else []), *given)
        assert (result.returncode, [one in result.stderr for one in said]) == (1, [True, True]), result.stderr
        assert len(result.stderr) < 600


def test_a_link_in_a_circle_within_a_folder_is_no_traceback(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "entries"
    assert call("export", str(folder)).returncode == 0
    file = next(folder.glob("*.yaml"))
    file.unlink()
    file.symlink_to(file.name)
    for command in ("export", "check", "import"):
        told = call(command, str(folder))
        assert (told.returncode, "輪になっています" in told.stdout + told.stderr) == (1, True)


def test_a_missing_benchmark_says_so_in_plain_words(call: Call, tmp_path: Path) -> None:
    said = call("evaluate", "--bench", str(tmp_path / "none")).stderr
    assert "ファイルを読めません（ファイルかフォルダがありません）" in said
    assert "Errno" not in said
    (tmp_path / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8 ではありません" in call("evaluate", "--bench", str(tmp_path)).stderr


def test_a_small_knowledge_base_passes_every_check(call: Call) -> None:
    result = call("check")
    assert (result.returncode, result.stderr) == (0, "")
    assert "問題はありません（項目 12件" in result.stdout


def test_check_names_file_line_and_what_to_do(call_bare: Call, tmp_path: Path) -> None:
    folder = tmp_path / "entries"
    folder.mkdir()
    text = (SHIPPED.entries / "trial.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "related: [trial-to-contract, trial-number-continuity, plan-prices]", "related: [no-such-entry]"
    )
    (folder / "trial.yaml").write_text(text, encoding="utf-8")
    (folder / "twin.yaml").write_text(
        "category: 二重\nentries:\n  - id: twin\n"
        "    question: お試しで借りた番号は、正式契約をしても、そのまま使えますか。\n    answer: 同じ質問です。\n",
        encoding="utf-8",
    )
    result = call_bare("check", str(folder))
    assert result.returncode == 1
    assert re.search(r"trial\.yaml:\d+: .*no-such-entry.*ありません", result.stdout)
    assert re.search(r"twin\.yaml:4: \[twin\]", result.stdout)
    assert "→" in result.stdout


def test_check_marks_warnings_and_opens_links_only_when_asked(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "category: 料金\nentries:\n  - id: price\n    question: 料金はいくらですか\n"
        "    answer: 御社には絶対に安くします。\n    url: https://127.0.0.1/price\n",
        encoding="utf-8",
    )
    lines = call("check", str(tmp_path)).stdout.splitlines()
    assert any(re.search(r"a\.yaml:5: \[price\] 注意: 「絶対」", line) for line in lines)
    assert not any("127.0.0.1" in line for line in lines)
    result = call("check", "--links", str(tmp_path))
    assert result.returncode == 1
    assert re.search(r"a\.yaml:6: \[price\] リンク https://127\.0\.0\.1/price を開けません", result.stdout)


def test_broken_files_stop_the_check_with_file_and_line(call_bare: Call, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("category: x\nentries:\n  - id: [\n", encoding="utf-8")
    result = call_bare("check", str(tmp_path))
    assert result.returncode == 1
    assert re.search(r"broken\.yaml:\d+: YAMLとして読めません", result.stdout)


def test_evaluate_prints_the_measures_and_the_lost_questions(call: Call, tmp_path: Path) -> None:
    judged, details = tmp_path / "judged.tsv", tmp_path / "out.tsv"
    judged.write_text(
        "query\tentry\n無料のお試しは何日間できますか\tfree-trial-10days\nカレーの作り方\t-\n料金\ttrial-extension\n"
    )
    said = call("evaluate", "--judged", str(judged), "--details", str(details)).stdout
    assert "hit@1: 0.500" in said
    assert "料金 | trial-extension" in said
    assert len(details.read_text(encoding="utf-8").splitlines()) == 4
    values = json.loads(call("evaluate", "--json", "--judged", str(judged)).stdout)
    assert values["hit_at_1"] == 0.5
    assert values["refused_rightly"] == 1.0
    assert [one["query"] for one in values["lost"]] == ["料金"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("質問だけ\n", "判定|読めません"),
        ("質問\tno-such-entry\n", "no-such-entry"),
        (b"\x82\xa0\t-", "Shift_JIS|CP932|UTF-8"),
    ],
)
def test_a_judged_file_with_faults_is_refused_with_the_line(
    call: Call, tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "judged.tsv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    result = call("evaluate", "--judged", str(path))
    assert result.returncode == 1
    assert re.search(message, result.stderr)


def test_migrate_reports_what_it_did_and_again_changes_nothing(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'fresh' / 'faqbot.db'}")
    for _ in range(2):
        result = call("migrate")
        assert result.returncode == 0
        assert "第1版" in result.stdout


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"PORT": "http"}, "設定 PORT の値「http」を使えません"),
        ({"KNOWLEDGE": "~nobody-here/faq"}, "設定 KNOWLEDGE の値「~nobody-here/faq」を使えません"),
        ({"KNOWLEDGE": "x" * 5_000}, "設定 KNOWLEDGE の値「xx"),
        ({"ENCODER": "x" * 5_000}, "設定 ENCODER の値「xx"),
        ({"PUBLIC_URL": "https://"}, "設定 PUBLIC_URL の値「https://」を使えません"),
        ({"PUBLIC_URL": "https://faq.example.com?a=b"}, "設定 PUBLIC_URL の値"),
        ({"PUBLIC_URL": "https://faq.example.com:99999"}, "設定 PUBLIC_URL の値"),
        ({"PUBLIC_URL": "https://faq.example.com, https://faq.example.jp"}, "設定 PUBLIC_URL の値"),
        ({"PORT": "0"}, "設定 PORT"),
        ({"LOG_RETENTION_DAYS": "forever"}, "LOG_RETENTION_DAYS"),
        ({"PUBLIC_URL": "faq.example.com"}, "PUBLIC_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"SLACK_CLIENT_ID": "1"}, "SLACK_CLIENT_ID"),
    ],
)
def test_an_unusable_setting_is_named_with_what_to_do(
    settings: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"ENCODER": "none", **settings}.items():
        monkeypatch.setenv(name, value)
    assert main(["ask", "料金"]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert "「」" not in said, "no default is told where there is none"


def test_slack_without_its_settings_names_the_missing_one_and_where_to_find_it(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for token, missing in (("", "SLACK_BOT_TOKEN"), ("xoxb-1", "SLACK_APP_TOKEN")):
        monkeypatch.setenv("SLACK_BOT_TOKEN", token)
        result = call("slack")
        assert result.returncode == 1
        assert missing in result.stderr
        assert "api.slack.com/apps" in result.stderr


def test_a_missing_dictionary_is_named_with_the_command_that_installs_it(
    small_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "unidic_lite.py").write_text("raise ImportError('no dictionary')\n")
    (tmp_path / "unidic.py").write_text("raise ImportError('no dictionary')\n")
    result = run(PLAIN | small_environment | {"PYTHONPATH": str(tmp_path)}, "ask", "料金")
    assert result.returncode == 1
    assert "pip install unidic-lite" in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()


def test_every_command_has_a_module_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    commands = Path(__file__).parents[1] / "bot" / "commands"
    modules = {path.stem.removesuffix("_files") for path in commands.glob("*.py")} - {
        "__init__",
        "deciding",
        "running",
    }  # these are shared by several commands
    text = build_parser().format_help()
    for module in modules:
        assert re.search(rf"^    {module}\s+\S", text, re.MULTILINE), module
        with pytest.raises(SystemExit) as ended:
            main([module, "--help"])
        assert ended.value.code == 0


def test_a_refused_token_stops_serve_with_the_settings_name(
    call: Call, fake_slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_slack.fail("auth.test", Failure(200, "invalid_auth"))
    settings = {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake_slack.url}
    for name, value in (settings | {"PORT": str(free_port())}).items():
        monkeypatch.setenv(name, value)
    result = call("serve")
    assert result.returncode == 1
    assert "SLACK_BOT_TOKEN" in result.stderr
    assert "xoxb-wrong" not in result.stderr


def test_to_ask_for_one_math_thread_after_numpy_is_imported_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "numpy" in sys.modules
    monkeypatch.delenv(NAMES[0])
    with pytest.raises(RuntimeError):
        use_one_math_thread()


def test_numpy_computes_on_one_thread_in_every_command() -> None:
    code = "import os, runpy, sys; sys.argv[1:] = ['config']; runpy.run_module('bot', run_name='x')['main']();"
    code += "import numpy; a = numpy.ones((600, 600)); a @ a; print(len(os.listdir('/proc/self/task')))"
    unset = {name: value for name, value in os.environ.items() if name not in NAMES}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, env=unset
    )
    assert run.stdout.splitlines()[-1] == "1"
