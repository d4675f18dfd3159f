"""A long question is read up to one length at every door, and whoever wrote more is told so in the reply.

1. Up to MAX_QUERY characters a reply says nothing of it; beyond them every door does, also where it has no answer.
2. What a program sends of the turns before is bounded as well: reading a message takes the square of its length.
   Of very many turns the last ones are read, and no message takes a second.
3. Of a line of `faqbot ask --json -` that is longer than is looked at, half an object is not taken for a question.
"""

import io
import json
import re
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from typing import Any

import pytest
from making import web_of
from slack_tester import SlackTester, shown

from bot.app import App
from bot.commands import ask
from bot.reply import MAX_LOOKED_AT, MAX_TURNS, Asker, Written
from bot.terminal.replies import reply_text
from index.asking.turns import MAX_CARRIED, Turn
from index.parameters import MAX_QUERY

TOLD = f"はじめの{MAX_QUERY:,}文字までを読みました"
TOO_LONG = MAX_QUERY + 1
KNOWN, UNKNOWN, THANKS = "無料お試しは何日間ですか。", "縄文土器の文様は、どれが好きですか。", "ありがとうございます。"


def lines_answered(app: App, capsys: pytest.CaptureFixture[str], *lines: str) -> list[dict[str, Any]]:
    """What `faqbot ask --json -` prints for these lines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
        ask.run(Namespace(at=None, json=True, query="-", explain=False), app)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def said_at_every_door(
    app: App, slack: SlackTester, capsys: pytest.CaptureFixture[str]
) -> dict[str, Callable[[str], str]]:
    client = web_of(app).test_client()

    def call(question: str) -> str:
        params = {"name": "ask", "arguments": {"query": question}}
        return client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).text

    def piped(question: str) -> str:
        (given,) = lines_answered(app, capsys, question)
        return json.dumps(given, ensure_ascii=False)

    return {
        "mention": lambda question: shown(slack.mention(question) or {}),
        "command": lambda question: shown(slack.command(question)),
        "page": lambda question: client.get("/search", query_string={"q": question}).text,
        "posted": lambda question: client.post("/search", data={"q": question}).text,
        "api": lambda question: client.post("/api/v1/ask", json={"query": question}).get_data(as_text=True),
        "mcp": call,
        "json": piped,
        "terminal": lambda question: reply_text(app.faq, app.faq.preview(question)),
    }


def test_every_door_reads_as_much_and_says_when_it_was_not_all(
    app: App, slack: SlackTester, capsys: pytest.CaptureFixture[str]
) -> None:
    doors = said_at_every_door(app, slack, capsys)
    for question, length in (
        (KNOWN, 500),
        (KNOWN, MAX_QUERY),
        (KNOWN, TOO_LONG),
        (UNKNOWN, TOO_LONG),
        (THANKS, TOO_LONG),
    ):
        told = {door: TOLD in said(question.ljust(length, "。")) for door, said in doors.items()}
        assert told == dict.fromkeys(doors, length > MAX_QUERY), (question, length)
    assert not Written.of(KNOWN.ljust(MAX_LOOKED_AT + 1)).is_cut
    assert Written.of(KNOWN.ljust(MAX_LOOKED_AT + 1, "\u200b")).is_cut


def test_turns_before_are_read_as_far_as_a_question_is(app: App) -> None:
    started = time.process_time()
    app.faq.ask("前者は？", Asker("test"), [Turn("1" * 60_000)] * 2)
    assert time.process_time() - started < 2.0


def test_a_long_message_of_many_questions_is_read_within_a_second(app: App) -> None:
    words = re.findall("[一-龠ァ-ヶー]{2,}", "".join(entry.question for entry in app.faq.entries()))
    long = ["".join(words[start::12])[:80] for start in range(12)]
    told = "".join(f"{one}なのですが。{one}は何ですか？" for one in long[:6])
    former = "".join(f"{one}、前者は何ですか？" for one in long)
    before = [Turn("".join(long[:6]) + "ですか？" + "".join(long[6:]) + "ですか？", ("free-trial-10days",))]
    for message, turns in ((told, []), (former, []), (told, before), (former, before)):
        started = time.process_time()
        app.faq.preview(message, turns)
        assert time.process_time() - started < 1.0
    assert len(app.faq.preview("前者はいくらですか？", before).outcome.ranking.query.text) < MAX_CARRIED + 20


def test_of_very_many_turns_the_last_are_read(app: App) -> None:
    several, asker = "".join(f"前者は{letter}ですか？" for letter in "あいうえおかきく"), Asker("test")
    started = time.process_time()
    app.faq.ask(several, asker, [Turn(f"料金{number}") for number in range(4_000)])
    assert time.process_time() - started < 1.0
    asked = [Turn("無料お試しは何日間ですか。", ("free-trial-10days",)), *[Turn("ども")] * (MAX_TURNS - 1)]
    within, beyond = (app.faq.preview("延長は？", turns) for turns in (asked, [*asked, Turn("ども")]))
    assert (within.follows is None, beyond.follows is None) == (False, True)


def test_half_an_object_is_no_question(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.dumps({"query": KNOWN, "conversation": [{"query": "x" * ask.MAX_LINE}]}), KNOWN * ask.MAX_LINE, KNOWN]
    half, long, last = lines_answered(app, capsys, *lines)
    assert "64KBを超えています" in half["error"]
    assert (TOLD in str(long["remarks"]), last["remarks"]) == (True, [])
