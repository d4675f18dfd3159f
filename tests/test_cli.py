"""The command line as people and programs use it.

Real processes and real bytes where these matter; elsewhere the command itself, on a bot that is loaded already.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from importlib import import_module
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from fake_slack import Failure, FakeSlack
from processes import free_port

from bot.app import App
from bot.cli import build_parser, main
from bot.process.math_threads import NAMES, use_one_math_thread
from knowledge.folder import SHIPPED

FAQBOT = [sys.executable, "-m", "bot"]
PLAIN = {"PATH": os.environ["PATH"], "PYTHONUTF8": "0", "LC_ALL": "C"}


@pytest.fixture
def environment(database: str) -> dict[str, str]:
    return PLAIN | {"DATABASE_URL": database}


@pytest.fixture
def small_environment(small_database: str, small_folder: str) -> dict[str, str]:
    """The small knowledge base without an encoder."""
    return PLAIN | {"DATABASE_URL": small_database, "KNOWLEDGE": small_folder, "ENCODER": "none"}


def run(environment: dict[str, str], *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*FAQBOT, *arguments], input=stdin, env=environment, capture_output=True, timeout=120, check=False
    )


Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def call(
    small_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """A command line on the small knowledge base, run in this process."""
    for name, value in small_environment.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: subprocess.CompletedProcess(arguments, main(arguments), *capsys.readouterr())


@pytest.fixture
def call_bare(call: Call, bare_folder: str, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The same on a knowledge base of nothing but a name."""
    monkeypatch.setenv("KNOWLEDGE", bare_folder)
    return call


Say = Callable[..., str]


@pytest.fixture
def say(app: App, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """What a command prints that is given `stdin`."""

    def said(*arguments: str, stdin: str = "") -> str:
        options = build_parser().parse_args(arguments)
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode()), "utf-8"))
        assert import_module(f"bot.commands.{options.command}").run(options, app) == 0
        return capsys.readouterr().out

    return said


def test_ask_prints_answer_link_and_notice(environment: dict[str, str]) -> None:
    result = run(environment, "ask", "途中でやめたら違約金を取られますか")
    text = result.stdout.decode()
    assert result.returncode == 0
    assert "【回答】" in text
    assert "違約金はいただいていません" in text
    assert "https://kschannel.jp/qalog/QA_Guid004.htm" in text
    assert "掲載当時の内容です" in text
    assert "関連する質問" in text


def test_ask_offers_candidates_when_unsure_and_a_person_when_not_known(say: Say) -> None:
    assert "どれでもない" in say("ask", "解約の相談")
    declined = say("ask", "月の途中で解約したら日割りになりますか")
    assert "日割りになるかは" in declined
    assert "担当者への連絡" in declined


def test_ask_explain_shows_terms_signals_and_thresholds(say: Say) -> None:
    text = say("ask", "--explain", "お試しは何日間使えますか")
    for part in (
        "free-trial-10days",
        "一致した語（得点・珍しさ・ある場所）",
        "語（BM25）",
        "読み（BM25）",
        "最も近い文との意味",
    ):
        assert part in text
    for part in ("しきい値", "次点", "（質問・言い方", "同義語", "確信度"):
        assert part in text


TWO = "免許証は写メで送っていいですか？あと、解約に違約金はありますか"
OF_ONE = {"reference", "decision", "entry", "remarks", "confidence", "candidates"}
SHAPE = {"query", "kind", *OF_ONE, "replies", "revision", "milliseconds"}


def test_ask_json_prints_one_object(say: Say) -> None:
    values = json.loads(say("ask", "--json", "無料のお試しは何日間できますか"))
    assert set(values) == SHAPE
    assert values["decision"] == "answer"
    assert set(values["entry"]) == {"id", "category", "question", "answer", "declines", "url", "as_of", "digest"}
    assert values["entry"]["id"] == values["candidates"][0]["id"] == "free-trial-10days"
    assert values["remarks"] == []
    assert 0 <= values["confidence"] <= 1
    assert len(values["candidates"]) == 10
    assert all(set(candidate) == {"id", "question", "confidence"} for candidate in values["candidates"])
    confidences = [candidate["confidence"] for candidate in values["candidates"]]
    assert confidences == sorted(confidences, reverse=True)


def test_ask_json_carries_the_remark_on_a_wrong_figure(say: Say) -> None:
    values = json.loads(say("ask", "--json", "無料お試しは30日間ですよね"))
    (remark,) = values["remarks"]
    assert "「30日」" in remark
    assert "「10日」" in remark


def test_a_declined_question_is_an_abstention_with_its_entry(say: Say) -> None:
    values = json.loads(say("ask", "--json", "月の途中で解約したら日割りになりますか"))
    said = values["decision"], values["entry"]["id"], values["entry"]["declines"]
    assert said == ("abstain", "cancel-proration", True)


def test_lines_of_any_bytes_give_one_object_each(environment: dict[str, str]) -> None:
    lines = [
        "無料のお試しは何日間できますか".encode(),
        b"\xff\xfe broken",
        b"",
        "料金は？".encode("shift_jis"),
        b"\x00\x01\x1b[31m",
        "あ".encode() * 50_000,
        b'{"query": "json?"}',
        "途中でやめたら違約金を取られますか\r".encode(),
        "最後の行に改行が無い".encode(),
    ]
    result = run(environment | {"ENCODER": "shipped"}, "ask", "--json", "-", stdin=b"\n".join(lines))
    objects = [json.loads(line) for line in result.stdout.decode().splitlines()]
    assert result.returncode == 0
    assert len(objects) == len(lines)
    assert "error" in objects[1]
    assert "error" in objects[3]
    assert all("error" in one or set(one) == SHAPE for one in objects)
    assert [objects[0]["entry"]["id"], objects[7]["entry"]["id"]] == ["free-trial-10days", "no-cancellation-penalty"]
    assert objects[2]["decision"] == "abstain"


def test_no_lines_give_no_objects(say: Say) -> None:
    assert say("ask", "--json", "-") == ""


def test_a_line_may_hold_the_conversation_before_and_get_a_reply_to_each_question(say: Say) -> None:
    before = [{"query": "東京の番号はもらえますか", "shown": ["number-types-03-050"]}]
    lines = [
        json.dumps({"query": "じゃあ050は？", "conversation": before}, ensure_ascii=False),
        json.dumps(
            {"query": "お世話になります。\n免許証は写メで送っていいですか？あと、解約に違約金はありますか"},
            ensure_ascii=False,
        ),
        "ありがとうございます！",
        "担当者に代わってください",
        '{"query": 3}',
        '{"query": "料金は？", "conversation": [{"shown": "x"}]}',
        r'{"query": "料金は？", "conversation": "\ud800"}',
    ]
    objects = say("ask", "--json", "-", stdin="\n".join(lines)).splitlines()
    follow_up, two, thanks, person, *wrong = map(json.loads, objects)
    assert follow_up["entry"]["id"] == "number-types-03-050"
    assert [reply["entry"]["id"] for reply in two["replies"]] == ["id-document-by-mail", "no-cancellation-penalty"]
    assert all(set(reply) == {"asked", *OF_ONE} for reply in two["replies"])
    assert (thanks["kind"], thanks["entry"], thanks["replies"]) == ("thanks", None, [])
    assert (person["kind"], person["decision"]) == ("person", "abstain")
    places = ("query", "conversation の1番目", "送られた値")
    assert all(place in one["error"] for one, place in zip(wrong, places, strict=True))


def test_a_reader_that_stops_early_is_no_error(small_environment: dict[str, str]) -> None:
    questions = ("料金は？\n" * 2_000).encode()
    with subprocess.Popen(
        [*FAQBOT, "ask", "--json", "-"],
        env=small_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(questions[:1_000])
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(questions)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(timeout=60) == 0
        assert b"Traceback" not in process.stderr.read()


def test_a_conversation_in_the_terminal(say: Say) -> None:
    text = say("chat", stdin="解約の相談\n4\n無料お試しは何日間ですか\n\n")
    assert text.count("【候補】") == 1
    assert "担当者への連絡" in text
    assert "10日間無料" in text
    assert "Q. " in say("chat", stdin="解約の相談\n1\n\n")


def test_a_follow_up_in_the_terminal_is_read_with_the_subject_before(say: Say) -> None:
    assert "続くご質問として読みました" in say("chat", stdin="東京の番号はもらえますか\nじゃあ050は？\n\n")


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
    assert message in capsys.readouterr().err


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
    result = run(small_environment | {"PYTHONPATH": str(tmp_path)}, "ask", "料金")
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


# -- serving --------------------------------------------------------------------------------------


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(small_environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*FAQBOT, "serve"], env=small_environment | {"PORT": str(port)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    yield process
    process.kill()
    process.communicate()


def wait_until_it_serves(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_says_how_to_connect_slack_and_ends_cleanly(
    server: subprocess.Popen[bytes], port: int, ending: signal.Signals
) -> None:
    wait_until_it_serves(server, port)
    query = urllib.parse.quote("無料のお試しは何日間できますか")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/?q={query}", timeout=10) as response:
        assert "10日間無料" in response.read().decode()
    server.send_signal(ending)
    output, errors = server.communicate(timeout=30)
    assert server.returncode == 0
    assert f"http://127.0.0.1:{port}" in output.decode()
    assert "Slackにはつながっていません" in output.decode()
    assert "SLACK_BOT_TOKEN" in output.decode()
    assert b"Traceback" not in errors


def test_a_refused_token_stops_serve_with_the_settings_name(
    call: Call, port: int, fake_slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_slack.fail("auth.test", Failure(200, "invalid_auth"))
    settings = {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": fake_slack.url}
    for name, value in (settings | {"PORT": str(port)}).items():
        monkeypatch.setenv(name, value)
    result = call("serve")
    assert result.returncode == 1
    assert "SLACK_BOT_TOKEN" in result.stderr
    assert "xoxb-wrong" not in result.stderr


def test_the_socket_mode_worker_answers_and_ends_cleanly(
    small_environment: dict[str, str], fake_slack: FakeSlack
) -> None:
    settings = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": fake_slack.url}
    process = subprocess.Popen(
        [*FAQBOT, "slack"], env=small_environment | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        fake_slack.wait_for("apps.connections.open", seconds=60)
        fake_slack.socket.wait_for_connection()
        event = {
            "type": "app_mention",
            "text": "<@U0BOT> 無料のお試しは何日間できますか",
            "user": "U1",
            "channel": "C1",
            "ts": "1.1",
        }
        payload = {"type": "event_callback", "team_id": "T0HOME", "event_id": "Ev1", "event": event}
        fake_slack.socket.send({"type": "events_api", "envelope_id": "e1", "payload": payload, "retry_attempt": 0})
        fake_slack.socket.wait_for_ack("e1")
        (message,) = fake_slack.wait_for("chat.postMessage")
        assert "10日間" in message["text"]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert b"Traceback" not in errors
    finally:
        process.kill()
        process.communicate()


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
