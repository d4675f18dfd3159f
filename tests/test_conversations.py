"""Conversations of writers from whom nothing was learned, played with the bot's own replies between the turns.

1. Policy answers are found, thanks and talk get no answer, calls for a person are heard.
2. A line that is no conversation is named.
"""

import json
from pathlib import Path

import pytest

from bot.app import App
from bot.commands import evaluate
from bot.terminal.arguments import build_parser
from index.asking.asking import hear
from index.asking.turns import Turn
from index.evaluation.conversations import Result, SpokenTurn, judged, measure_conversations, read_conversations
from index.message.message import MessageKind
from knowledge.errors import FaqError

CONVERSATIONS = Path(__file__).parent / "conversations"
UNSEEN = CONVERSATIONS / "unseen.jsonl"
FLOORS = {  # the least share of turns that come to what is wanted, and the most that are wrong
    "answer": (0.55, 0.06),
    "silent": (0.95, 0.0),
    "courtesy": (0.95, 0.0),
    "person": (0.95, 0.0),
    "refuse": (0.25, 0.10),  # most others get suggestions
}


@pytest.mark.parametrize("file", ["unseen.jsonl", "unseen_later.jsonl"])
def test_conversations_of_other_writers_keep_their_floors(app: App, file: str) -> None:
    counts = measure_conversations(app.faq.searcher.snapshot, read_conversations(CONVERSATIONS / file))
    for expected, (least, most) in FLOORS.items():
        results = counts[expected]
        total = sum(results.values())
        assert results[Result.RIGHT] / total >= least, (expected, results)
        assert results[Result.WRONG] / total <= most, (expected, results)
    answers = counts["answer"]
    assert (answers[Result.RIGHT] + answers[Result.SUGGESTED]) / sum(answers.values()) >= 0.9
    both = counts["both"]
    assert both[Result.RIGHT] + both[Result.SUGGESTED] >= 0.8 * sum(both.values())


def test_two_or_three_questions_of_one_message_are_all_found(app: App) -> None:
    counts = measure_conversations(
        app.faq.searcher.snapshot, read_conversations(CONVERSATIONS / "several_questions.jsonl")
    )
    both = counts["both"]
    assert both[Result.RIGHT] >= 0.62 * sum(both.values())
    assert both[Result.RIGHT] + both[Result.SUGGESTED] >= 0.84 * sum(both.values())
    assert both[Result.WRONG] <= 0.02 * sum(both.values())


@pytest.mark.parametrize(
    ("text", "expect", "result"),
    [
        ("途中で解約したら違約金はかかりますか", "answer:no-cancellation-penalty", Result.RIGHT),
        ("途中で解約したら違約金はかかりますか", "answer:plan-prices", Result.WRONG),
        ("途中で解約したら違約金はかかりますか", "refuse", Result.WRONG),
        ("解約の相談", "answer:no-cancellation-penalty", Result.SUGGESTED),
        ("縄文土器の文様", "answer:plan-prices", Result.LOST),
        ("縄文土器の文様", "refuse", Result.RIGHT),
        ("ありがとう", "answer:plan-prices", Result.SILENT),
        ("ありがとう", "courtesy", Result.RIGHT),
        ("料金は？", "silent", Result.REPLIED),
        ("担当者に代わって", "person", Result.RIGHT),
        ("担当者に代わって", "courtesy", Result.REPLIED),
        (
            "免許証は写メで送っていいですか？あと、途中でやめたら違約金はかかりますか？",
            "both:id-document-by-mail+no-cancellation-penalty",
            Result.RIGHT,
        ),
    ],
)
def test_what_becomes_of_a_turn(app: App, text: str, expect: str, result: Result) -> None:
    heard = hear(app.faq.searcher.snapshot, text)
    assert judged(SpokenTurn("asker", text, expect), heard) is result


def test_the_command_prints_a_line_for_each_kind_of_turn(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.run(build_parser().parse_args(["evaluate", "--conversations", str(UNSEEN)]), app) == 0
    assert "回答がほしい発言 57件: 正しい" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["{}", "[]", "x", '{"id": "a", "place": "dm", "turns": [{"who": "asker"}]}'])
def test_a_line_that_is_no_conversation_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(FaqError, match="2行目"):
        read_conversations(path)


def test_an_expectation_that_nobody_knows_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    turn = {"who": "asker", "text": "a", "expect": "anything"}
    path.write_text(json.dumps({"id": "a", "place": "dm", "turns": [turn]}), encoding="utf-8")
    with pytest.raises(FaqError, match="anything"):
        read_conversations(path)


@pytest.mark.parametrize(
    "conversation",
    [
        [Turn("")],
        [Turn("", ("",))],
        [Turn("x", ("no-such-entry",))],
        [Turn("ありがとう", ("plan-prices",)), Turn("\u3000")],
        [Turn("料金は？" * 300, ("plan-prices", "plan-change"))],
        [Turn(str(number), ("plan-prices",)) for number in range(50)],
    ],
)
def test_any_conversation_before_is_read(app: App, conversation: list[Turn]) -> None:
    heard = hear(app.faq.searcher.snapshot, "それって無料？", conversation)
    assert heard.kind is MessageKind.QUESTION
    assert heard.outcomes
