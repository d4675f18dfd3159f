"""The log tells what happened, one line an event, and never what anybody asked.

1. Every question leaves one INFO record with reference, door, decision, entry, confidence and milliseconds.
2. Over the whole journey in Slack and on the web, with every failure on the way, no record holds a question or a token.
3. With LOG_FORMAT=json every line on standard error is one object; of a request that cannot be read nothing is told.
"""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from fake_slack import Failure, FakeSlack
from hypothesis import given
from hypothesis import strategies as st
from making import web_of
from slack_tester import CHANNEL, SECRET, TOKEN, SlackTester, opened

from bot.app import App, set_up_logging
from bot.process.log_format import JsonFormatter
from bot.reply import Asker
from bot.settings import read_settings
from bot.slack.app import create_slack
from bot.slack.socket_mode import connect_socket
from bot.slack.workspaces.token_health import check_tokens
from knowledge.database.tables import claims, escalations, queries, replies

ANSWERED = "無料お試しは何日間ですか"
SUGGESTED = "解約の相談"
UNKNOWN = "縄文土器の文様"
APP_TOKEN = "xapp-of-the-tests"
HIDDEN = (ANSWERED, SUGGESTED, UNKNOWN, TOKEN, APP_TOKEN, SECRET, "何日間", "縄文", "10日間")
FACTS = {"reference", "door", "decision", "entry", "confidence", "milliseconds"}


def lines(caplog: pytest.LogCaptureFixture) -> str:
    """Everything logged, as it would be written, tracebacks included."""
    return "\n".join(JsonFormatter().format(record) for record in caplog.records)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log as servers write it."""
    set_up_logging(verbose=True)
    caplog.set_level(logging.INFO)
    return caplog


@pytest.mark.parametrize(
    ("question", "decision", "entry"),
    [
        (ANSWERED, "answer", "free-trial-10days"),
        (SUGGESTED, "suggest", ""),
        (UNKNOWN, "abstain", ""),
        ("", "abstain", ""),
    ],
)
def test_a_question_leaves_one_record_without_its_text(
    app: App, log: pytest.LogCaptureFixture, question: str, decision: str, entry: str
) -> None:
    reply = app.faq.ask(question, Asker("cli", "somebody"))
    (record,) = [record for record in log.records if record.name == "bot.lenient_log"]
    values = json.loads(JsonFormatter().format(record))
    assert set(values) == {"time", "level", "logger", "message"} | FACTS
    assert (values["level"], values["reference"], values["door"]) == ("INFO", reply.reference, "cli")
    assert (values["decision"], values["entry"]) == (decision, entry)
    assert reply.reference in values["message"] and decision in values["message"]
    assert "somebody" not in lines(log)
    assert not [text for text in HIDDEN if text in lines(log)]


def test_the_journey_in_slack_leaves_no_question_and_no_token(
    app: App, slack: SlackTester, log: pytest.LogCaptureFixture
) -> None:
    answer = slack.mention(ANSWERED)
    suggestion = slack.direct(SUGGESTED)
    assert answer and suggestion
    slack.press(suggestion, "none_of_these")
    slack.press(answer, "helpful")
    slack.press(answer, "unhelpful")
    slack.press(answer, "escalate")
    slack.edit("1700000001.000100", ANSWERED, SUGGESTED)
    slack.command_calls(UNKNOWN)
    slack.open_tab("home")
    slack.submit(opened(slack.command_calls("")), {"query": SUGGESTED})
    slack.event({"type": "reaction_added", "reaction": "eyes", "text": ANSWERED})
    slack.send(f'{{"type": "{ANSWERED}"', "application/json")
    slack.send(json.dumps([ANSWERED]), "application/json")
    assert len([record for record in log.records if record.name == "bot.lenient_log"]) >= 4
    assert not [text for text in HIDDEN if text in lines(log)]


@pytest.mark.parametrize(
    "failures",
    [[Failure(200, "is_archived")] * 2, [Failure(500)] * 4, [Failure(0)] * 8, [Failure(429, "ratelimited")] * 4],
    ids=["refused", "500", "dropped", "429"],
)
def test_a_failing_slack_leaves_no_question_and_no_token(
    slack: SlackTester, log: pytest.LogCaptureFixture, failures: list[Failure]
) -> None:
    for failure in failures:
        failure.headers.setdefault("Retry-After", "0")
    slack.fake.fail("chat.postMessage", *failures)
    slack.event({"type": "app_mention", "text": ANSWERED, "channel": CHANNEL})
    slack.fake.fail("response_url", Failure(404, "expired_url"))
    slack.command_calls(UNKNOWN)
    assert [record for record in log.records if record.levelno >= logging.WARNING]
    assert not [text for text in HIDDEN if text in lines(log)]


@pytest.mark.parametrize("table", [queries, replies, claims, escalations], ids=str)
def test_a_failing_database_leaves_no_question_and_no_token(
    app: App, slack: SlackTester, log: pytest.LogCaptureFixture, table: object
) -> None:
    answer = slack.mention(ANSWERED)
    assert answer
    with app.store.engine.begin() as connection:
        table.drop(connection)  # type: ignore[attr-defined]
    slack.event({"type": "app_mention", "text": UNKNOWN, "channel": CHANNEL})
    slack.press(answer, "escalate")
    slack.press(answer, "helpful")
    assert not [text for text in HIDDEN if text in lines(log)]


def test_the_web_leaves_no_question(app: App, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    client = web_of(app).test_client()
    client.get("/", query_string={"q": ANSWERED})
    monkeypatch.setattr(app.faq, "related", lambda _entry: 1 / 0)
    assert client.get("/", query_string={"q": ANSWERED}).status_code == 500
    assert "ZeroDivisionError" in lines(log)
    assert not [text for text in HIDDEN if text in lines(log)]


def test_a_slack_that_cannot_be_asked_and_a_socket_are_told_without_tokens(
    app: App, fake_slack: FakeSlack, log: pytest.LogCaptureFixture
) -> None:
    environment = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": fake_slack.url}
    settings = read_settings(environment)
    bolt = create_slack(settings, app.parts, app.metrics)
    fake_slack.fail("auth.test", Failure(200, "fatal_error"))
    check_tokens(settings, "SLACK_BOT_TOKEN")
    fake_slack.fail("apps.connections.open", Failure(200, "ratelimited", {"Retry-After": "0"}))
    connection = connect_socket(bolt, settings, app.metrics)
    fake_slack.socket.wait_for_connection()
    connection.close()
    assert "Slack could not be asked about the token SLACK_BOT_TOKEN: fatal_error" in lines(log)
    assert not [text for text in HIDDEN if text in lines(log)]


# -- lines ----------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_a_record_is_one_line_and_comes_back(message: str, value: str) -> None:
    record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "%s", "args": (message,), "fact": value})
    line = JsonFormatter().format(record)
    assert "\n" not in line and "\r" not in line
    values = json.loads(line)
    assert (values["message"], values["fact"], values["level"]) == (message, value, "INFO")


def test_a_traceback_stays_in_its_line() -> None:
    try:
        int("inner\ndetail")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info(), "path": Path("x")})
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "ValueError: invalid literal" in json.loads(line)["exception"]
    assert json.loads(line)["path"] == "x"


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_server_writes_every_line_in_the_chosen_format(small_environment: dict[str, str], log_format: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "LOG_FORMAT": log_format}
    environment |= small_environment
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            _wait_for(port)
            urllib.request.urlopen(f"http://127.0.0.1:{port}/?q={quote(ANSWERED)}", timeout=10).close()
            for broken in (f"GET /?q= {ANSWERED} HTTP/1.1\r\n\r\n", f"{ANSWERED}\r\n\r\n"):
                with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
                    raw.sendall(broken.encode())
                    assert b"400" in raw.recv(1_000)
            process.send_signal(signal.SIGTERM)
            written = process.communicate(timeout=60)[1].decode()
        finally:
            process.kill()
    assert not [text for text in HIDDEN if text in written]
    assert "127.0.0.1" not in written
    if log_format == "json":
        records = [json.loads(line) for line in written.splitlines()]
        assert [record["decision"] for record in records if "decision" in record] == ["answer"]
    else:
        assert " INFO bot.lenient_log question reference=" in written


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return
