"""`faqbot gaps`: the list of gaps for people and for programs.

1. The JSON has its shape, the table is readable, and no gaps are no failure.
2. A number of days that makes no sense is refused with the reason.
"""

import json
from datetime import datetime

import pytest
from asking import ANSWERED, KAEDE, UNKNOWN, ask

from bot.app import App
from bot.cli import build_parser, main
from bot.commands import gaps
from index.gaps.gaps import MAX_EXAMPLES

KEYS = {
    "key", "question", "texts", "count", "askers", "trend", "this_week", "last_week", "kinds", "nearest", "last_asked",
}  # fmt: skip


def cli(app: App, *arguments: str) -> int:
    return gaps.run(build_parser().parse_args(["gaps", *arguments]), app)


def test_the_json_of_the_command_has_its_shape(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(MAX_EXAMPLES + 5):
        ask(app, f"縄文土器の文様{'ー' * number}")
    ask(app, ANSWERED)
    assert cli(app, "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert all(set(gap) == KEYS for gap in listed)
    first = listed[0]
    assert first["question"] in first["texts"]
    assert len(first["texts"]) <= MAX_EXAMPLES
    assert set(first["nearest"]) == {"id", "question", "confidence"}
    assert (first["trend"], first["kinds"]) == ("rising", {"unanswered": first["count"]})
    assert datetime.fromisoformat(first["last_asked"]).tzinfo


def test_the_table_of_the_command_is_for_people(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    ask(app, UNKNOWN)
    app.faq.escalated(ask(app, f"{'とても長い' * 30}質問").reference, KAEDE)
    assert cli(app) == 0
    text = capsys.readouterr().out
    assert "縄文土器の文様" in text and "回答なし1" in text and "担当者へ1" in text and "…" in text
    assert "2種類、のべ2回の質問です" in text


def test_the_command_says_when_there_are_none(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    ask(app, UNKNOWN, days_ago=3)
    assert cli(app, "--days", "2") == 0
    assert "過去2日間に、答えられないままの質問はありません" in capsys.readouterr().out
    assert cli(app, "--days", "2", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("days", ["0", "-1", "3651", "abc", "1.5", ""])
def test_a_number_of_days_that_makes_no_sense_is_refused(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["gaps", f"--days={days}"])
    assert "1から3650までの整数" in capsys.readouterr().err
