"""`faqbot ask` and `faqbot chat` as people and programs use them.

1. Answer, candidates or a way to a person, in text and with --explain; a conversation goes on.
2. It starts without what only editors and servers need.
3. --json prints one object, with - one for each line, whatever its bytes; a line may hold a conversation.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from io import BytesIO, TextIOWrapper

import pytest
from processes import FAQBOT, PLAIN, run

from bot.app import App
from bot.cli import build_parser


@pytest.fixture
def environment(database: str) -> dict[str, str]:
    return PLAIN | {"DATABASE_URL": database}


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


def test_a_question_is_answered_without_what_only_editors_and_servers_need(
    small_database: str, small_folder: str
) -> None:
    environment = PLAIN | {"DATABASE_URL": small_database, "KNOWLEDGE": small_folder}  # with both encoders
    unneeded = ("ruamel", "openpyxl", "msgspec", "flask", "slack_bolt", "alembic", "bot.gate", "bot.webhooks")
    program = "import sys; from bot.__main__ import main; main(); print([one for one in %r if one in sys.modules])"
    run(environment, "migrate")
    asked = [sys.executable, "-c", program % (unneeded,), "ask", "無料お試しは何日間ですか"]
    result = subprocess.run(asked, capture_output=True, env=environment, check=True)
    assert result.stdout.decode().splitlines()[-1] == "[]"


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


def test_a_message_as_slack_exports_it_is_decided_as_what_was_typed(say: Say) -> None:
    typed = "料金ページ を見ました。転送 & 表記で差はありますか？"
    exported = "<https://example.com/p?a=1&amp;b=2|料金ページ> を見ました。転送 &amp; 表記で差はありますか？"
    first, second = (json.loads(say("ask", "--json", text)) for text in (typed, exported))
    assert first["entry"]["id"] == "price-same-forward-or-listed"
    assert all(first[name] == second[name] for name in ("decision", "entry", "confidence", "candidates"))


def test_a_reader_that_stops_early_is_no_error(small_environment: dict[str, str]) -> None:
    questions = ("料金は？\n" * 2_000).encode()
    with subprocess.Popen(
        [*FAQBOT, "ask", "--json", "-"],
        env=PLAIN | small_environment,
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
