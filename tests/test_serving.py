"""How a serving process starts: real processes, with Slack and the network as they may be found.

1. A setting that cannot be used ends it at once, with one Japanese sentence that names the setting.
2. An outage of Slack does not: the page is there, and Slack is connected to once it is back.
3. A database file that is removed makes it unready, and a log line says so.
4. It says that it listens only when it does, and how to connect Slack; ended by a signal it ends cleanly.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_slack import Failure, FakeSlack
from processes import FAQBOT, free_port
from workspaces_tester import SEVERAL

from bot.cli import main
from bot.commands import serve
from bot.web.server import address_of, listen
from knowledge.errors import SettingError

HASTY = [sys.executable, "-m", "tests.hasty"]
SIGNAL_TO_ANOTHER_THREAD = """
import signal, threading, time
from bot.process.background import end_signal

wait_for_end = end_signal()


def send():
    time.sleep(0.1)  # while the main thread waits
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)


threading.Thread(target=send, daemon=True).start()
wait_for_end()
"""
REFUSED = "設定 HOST の値"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-of-the-tests", "SLACK_APP_TOKEN": "xapp-of-the-tests"}


@pytest.fixture
def environment(small_environment: dict[str, str]) -> dict[str, str]:
    return os.environ | small_environment | {"PORT": str(free_port())}


def refused(environment: dict[str, str], command: str) -> tuple[str, str]:
    """What a command that must not start writes to standard output and to standard error."""
    result = subprocess.run([*FAQBOT, command], env=environment, capture_output=True, timeout=60, check=False)
    output, errors = result.stdout.decode(), result.stderr.decode()
    assert result.returncode == 1, errors
    assert "Traceback" not in errors
    return output, errors


@contextmanager
def running(environment: dict[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=60)


def ready(port: int) -> dict[str, Any]:
    """What /readyz says, {} while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as response:
            return dict(json.load(response))
    except urllib.error.HTTPError as unready:
        with unready:
            return dict(json.load(unready))
    except OSError:
        return {}


def wait_until(is_so: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# -- settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "error"), [("serve", "invalid_auth"), ("slack", "not_allowed_token_type")])
def test_a_refused_app_token_stops_the_start_and_is_named_with_its_place(
    environment: dict[str, str], fake_slack: FakeSlack, command: str, error: str
) -> None:
    fake_slack.fail("apps.connections.open", *[Failure(200, error)] * 3)
    output, errors = refused(environment | TOKENS | {"SLACK_API_URL": fake_slack.url}, command)
    assert "エラー: Slackが SLACK_APP_TOKEN を受け付けませんでした" in errors
    assert "App-Level Tokens" in errors
    assert TOKENS["SLACK_APP_TOKEN"] not in errors
    assert output == ""


def said_of(host: str, port: int) -> list[str]:
    """The lines that say why nothing can listen there."""
    with pytest.raises(SettingError) as refusal:
        listen("PORT", host, port)
    return str(refusal.value).splitlines()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_a_taken_port_is_named_in_one_sentence(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host.strip("[]"), 0), family=family)
    except OSError:  # a machine without IPv6: then it is the address that is refused, in either form
        first, hint = said_of(host, free_port())
        assert (family, first[: len(REFUSED)]) == (socket.AF_INET6, REFUSED)
        assert f"「{host}」" in first and "外から受けるとき" in hint
        return
    with taken:
        port = taken.getsockname()[1]
        first, hint = said_of(host, port)
    assert first == f"{host}:{port} で待ち受けられません（ほかのプログラムが使っています）。"
    assert "PORT に指定" in hint


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid", "a" * 64 + ".example"])
def test_an_address_that_is_not_ours_is_named_in_one_sentence(host: str) -> None:
    first, hint = said_of(host, free_port())
    assert first.startswith(f"設定 HOST の値「{host}」では待ち受けられません")
    assert "外から受けるとき" in hint


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:3000"),
        ("192.0.2.7", "http://192.0.2.7:3000"),
        ("faq.example.com", "http://faq.example.com:3000"),
        ("::1", "http://[::1]:3000"),
        ("[::1]", "http://[::1]:3000"),
        ("2001:db8::7", "http://[2001:db8::7]:3000"),
        ("0.0.0.0", "http://127.0.0.1:3000"),  # noqa: S104
        ("::", "http://[::1]:3000"),
        ("[::]", "http://[::1]:3000"),
        ("", "http://127.0.0.1:3000"),
    ],
)
def test_the_address_that_it_names_can_be_opened(host: str, address: str) -> None:
    assert address_of(host, 3000) == address


def test_the_link_to_sign_in_can_be_opened(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (environment | {"HOST": "0.0.0.0"}).items():  # noqa: S104
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serve, "end_signal", lambda: lambda: None)
    assert main(["serve"]) == 0
    address = f"http://127.0.0.1:{environment['PORT']}"
    printed = capsys.readouterr().out
    assert f"{address} で待ち受けています" in printed
    assert f"{address}/team/in?key=" in printed


def test_where_it_cannot_listen_it_does_not_start(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for host, port in (("203.0.113.1", 1), ("127.0.0.1", taken.getsockname()[1])):
            for name, value in (environment | {"HOST": host, "PORT": str(port)}).items():
                monkeypatch.setenv(name, value)
            assert main(["serve"]) == 1
            first, *others = said_of(host, port)
            output, errors = capsys.readouterr()
            assert (output, errors.splitlines()) == ("", [f"エラー: {first}", *others])


# -- from its start to its end -----------------------------------------------------------------------


def test_a_database_file_that_is_removed_makes_the_process_unready_until_it_is_back(
    environment: dict[str, str],
) -> None:
    path, port = Path(environment["DATABASE_URL"].removeprefix("sqlite:///")), int(environment["PORT"])
    away = path.with_name("away.db")
    with running(environment, *FAQBOT, "serve") as process:
        wait_until(lambda: ready(port).get("ready"))
        path.rename(away)
        wait_until(lambda: ready(port) == {"ready": False, "snapshot": True, "database": False})
        away.rename(path)
        wait_until(lambda: ready(port).get("ready"))
        process.terminate()
        _, errors = process.communicate(timeout=60)
    told = errors.decode()
    assert "the database cannot be used (FileRemovedOrReplaced)" in told and "the database is back" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_says_how_to_connect_slack_and_ends_cleanly(
    environment: dict[str, str], ending: signal.Signals
) -> None:
    port = int(environment["PORT"])
    with running(environment, *FAQBOT, "serve") as process:
        wait_until(lambda: ready(port))
        query = urllib.parse.quote("無料のお試しは何日間できますか")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?q={query}", timeout=10) as response:
            assert "10日間無料" in response.read().decode()
        process.send_signal(ending)
        output, errors = (text.decode() for text in process.communicate(timeout=30))
    assert process.returncode == 0
    said = (f"http://127.0.0.1:{port} で待ち受けています", "Slackにはつながっていません", "SLACK_BOT_TOKEN")
    assert all(words in output for words in said)
    assert "Traceback" not in errors


def test_a_signal_that_does_not_wake_the_main_thread_ends_the_process_too() -> None:
    subprocess.run([sys.executable, "-c", SIGNAL_TO_ANOTHER_THREAD], timeout=30, check=True)


def test_the_socket_mode_worker_answers_and_ends_cleanly(environment: dict[str, str], fake_slack: FakeSlack) -> None:
    with running(environment | TOKENS | {"SLACK_API_URL": fake_slack.url}, *FAQBOT, "slack") as process:
        fake_slack.wait_for("apps.connections.open", seconds=60)
        fake_slack.socket.wait_for_connection()
        asked = "<@U0BOT> 無料のお試しは何日間できますか"
        event = {"type": "app_mention", "text": asked, "user": "U1", "channel": "C1", "ts": "1.1"}
        payload = {"type": "event_callback", "team_id": "T0HOME", "event_id": "Ev1", "event": event}
        fake_slack.socket.send({"type": "events_api", "envelope_id": "e1", "payload": payload, "retry_attempt": 0})
        fake_slack.socket.wait_for_ack("e1")
        (message,) = fake_slack.wait_for("chat.postMessage")
        assert "10日間" in message["text"]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Traceback" not in errors


# -- Slack ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "setting"), [("serve", "PORT"), ("slack", "STATUS_PORT")])
def test_a_slack_out_of_reach_at_the_start_is_connected_to_when_it_is_back(
    environment: dict[str, str], command: str, setting: str
) -> None:
    port, slack_port = free_port(), free_port()
    settings = TOKENS | {"SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/", setting: str(port)}
    with running(environment | settings, *HASTY, command) as process:
        wait_until(lambda: ready(port))
        assert ready(port) == {"ready": False, "snapshot": True, "database": True, "slack": False}
        assert process.stderr
        assert any("Slack cannot be connected to" in line.decode() for line in process.stderr)
        slack = FakeSlack(slack_port)
        try:
            slack.socket.wait_for_connection(seconds=30)
            wait_until(lambda: ready(port)["ready"])
        finally:
            slack.close()
        process.send_signal(signal.SIGTERM)
        output, errors = (text.decode() for text in process.communicate(timeout=60))
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert command == "serve" or "つながりました" in output


def test_a_failing_slack_at_the_start_does_not_stop_it(environment: dict[str, str], fake_slack: FakeSlack) -> None:
    for method in ("auth.test", "apps.connections.open"):
        fake_slack.fail(method, Failure(503))
    with running(environment | TOKENS | {"SLACK_API_URL": fake_slack.url}, *HASTY, "serve"):
        fake_slack.socket.wait_for_connection(seconds=60)
        wait_until(lambda: ready(int(environment["PORT"])).get("ready"))


def test_a_bot_for_several_workspaces_is_ready_before_anybody_installs_it_and_says_that_it_listens_when_it_does(
    environment: dict[str, str], fake_slack: FakeSlack
) -> None:
    settings = {name: value for name, value in SEVERAL.items() if name != "DATABASE_URL"}
    with running(environment | settings | {"SLACK_API_URL": fake_slack.url}, *FAQBOT, "serve") as process:
        assert process.stdout
        assert "で待ち受けています" in process.stdout.readline().decode()
        assert ready(int(environment["PORT"])) == {"ready": True, "snapshot": True, "database": True, "slack": True}
