"""Connections to Slack.

Properties: calls use one connection as long as Slack keeps it; one that Slack has closed, that rested for long or on
which no answer came is not used again; failures are told as slack_sdk expects them, so that what may have reached Slack
is looked for; connections are closed with their client.
"""

import gc
import threading
from collections.abc import Iterator
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler
from urllib.error import URLError

import pytest
from local_server import answering
from processes import free_port
from slack_sdk.errors import SlackApiError

from bot.process.metrics import Metrics
from bot.slack import connections
from bot.slack.client import MeasuredClient


class Slack:
    """Slack's side: `opened` connections, `over` those that have ended; `says` is the status of every answer."""

    def __init__(self) -> None:
        self.opened = 0
        self.over = threading.Semaphore(0)
        self.says: int | None = 200
        self.stays = True


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def client(slack: Slack) -> Iterator[MeasuredClient]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            slack.opened += 1

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if slack.says is None:
                self.close_connection = True
                return
            body = b'{"ok": true, "said": "\xe3\x81\xaf\xe3\x81\x84"}'
            self.send_response(slack.says)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = not slack.stays  # without a word of it

        def finish(self) -> None:
            super().finish()
            self.connection.close()
            slack.over.release()

        def log_message(self, *_: object) -> None: ...

    with answering(Handler) as origin:
        yield MeasuredClient(Metrics(), token="xoxb-1", base_url=f"{origin}/api/", retry_handlers=[])


def test_calls_use_one_connection_whoever_makes_them(slack: Slack, client: MeasuredClient) -> None:
    assert client.api_test()["said"] == "はい"
    client.with_token("xoxb-2", "T1").api_test()
    client.hasty().api_test()
    assert slack.opened == 1


def test_calls_at_the_same_time_have_a_connection_each(slack: Slack, client: MeasuredClient) -> None:
    both = threading.Barrier(2)

    def call() -> None:
        both.wait(10)
        for _ in range(20):
            assert client.api_test()["ok"]

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert slack.opened <= 2


def test_one_that_slack_has_closed_is_not_used_again(slack: Slack, client: MeasuredClient) -> None:
    slack.stays = False
    for number in range(1, 4):
        assert client.api_test()["ok"]
        assert slack.over.acquire(timeout=10)
        assert slack.opened == number


def test_one_that_rested_for_long_is_not_used_again(
    slack: Slack, client: MeasuredClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.api_test()
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.0)
    client.api_test()
    assert slack.opened == 2


def test_a_status_of_failure_is_told_with_its_answer_and_ends_no_connection(
    slack: Slack, client: MeasuredClient
) -> None:
    slack.says = 503
    with pytest.raises(SlackApiError) as failed:
        client.api_test()
    assert failed.value.response.status_code == 503
    slack.says = 200
    client.api_test()
    assert slack.opened == 1


def test_one_on_which_no_answer_came_is_not_used_again(slack: Slack, client: MeasuredClient) -> None:
    slack.says = None
    with pytest.raises(RemoteDisconnected):
        client.api_test()
    slack.says = 200
    client.api_test()
    assert slack.opened == 2


def test_where_nobody_listens_nothing_was_sent() -> None:
    client = MeasuredClient(Metrics(), base_url=f"http://127.0.0.1:{free_port()}/api/", retry_handlers=[])
    with pytest.raises(URLError):
        client.api_test()


def test_a_proxy_of_the_environment_is_used(
    slack: Slack, client: MeasuredClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", client.base_url.removesuffix("/api/"))
    through = MeasuredClient(Metrics(), base_url="http://slack.invalid/api/", retry_handlers=[])
    assert through.api_test()["ok"]
    assert slack.opened == 1


def test_connections_are_closed_with_their_client(slack: Slack, client: MeasuredClient) -> None:
    other = MeasuredClient(Metrics(), base_url=client.base_url, retry_handlers=[])
    other.api_test()
    del other
    gc.collect()
    assert slack.over.acquire(timeout=10)
