"""The HTTP server among slow and greedy clients, over real sockets.

1. 64 connections that send half a header, half a body or nothing more, of one client or of many, keep nobody waiting.
2. A request has to be complete by its deadline, however steadily it trickles in; an answer has to be taken by its own,
   and a connection at rest is closed.
3. Of too many connections the one that has waited longest for its client goes: of the greedy client, else of all.
   One that is being answered stays.
4. The longest question fits; longer headers and bodies are refused.
5. A request that cannot be read is refused without a line in the log, one that tells its length twice before anything
   behind it is read; the host that a client names changes nothing.
6. A server that stops finishes what it is answering and accepts no more.
"""

import http.client
import re
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from fake_slack import TEAM, FakeSlack
from flask import Flask, request
from making import bot_on, web_of
from processes import SECRET, deliver
from slack_tester import CHANNEL, TOKEN, USER

from bot.slack.app import create_slack, http_endpoint
from bot.web import server as server_module
from bot.web.app import MAX_BODY, FromSlack
from bot.web.connections import Bounds
from bot.web.incoming import TOO_LARGE
from bot.web.server import Server, listen
from index.parameters import MAX_QUERY
from index.text.analyzer import Analyzer

LOCAL = "127.0.0.1"
QUICK = Bounds(request=0.2, idle=0.2, turn=0.02)
PATIENT = Bounds(turn=0.02)
SLOW: dict[str, bytes] = {
    "half a header": b"GET / HTTP/1.1\r\nHost: exam",
    "half a body": b"POST /choose HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nr",
    "half a chunk": b"POST /choose HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nr",
    "a body not begun": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    "nothing": b"",
    "nothing more": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
}


@contextmanager
def serving(web: Flask, bounds: Bounds = PATIENT, proxies: int = 0) -> Iterator[Server]:
    server = Server(web, listen("PORT", LOCAL, 0), proxies, bounds)
    server.start()
    try:
        yield server
    finally:
        server.stop(1.0)


def port_of(server: Server) -> int:
    return int(server.effective_port)


def connect(server: Server, sent: bytes, client: str = LOCAL) -> socket.socket:
    """A connection of `client`, which is an address of this machine, on which `sent` has been sent."""
    try:
        connection = socket.create_connection((LOCAL, port_of(server)), 10, source_address=(client, 0))
    except OSError:
        pytest.skip(f"this machine has no address {client}")
    connection.sendall(sent)
    return connection


def is_closed(connection: socket.socket) -> bool:
    """True when the server has closed the connection; what it sent before is read."""
    connection.settimeout(0.0)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def wait_until(is_so: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait; returns the seconds it took."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds
        time.sleep(0.01)
    return time.monotonic() - started


def read(connection: socket.socket, wanted: bytes) -> bool:
    """True when `wanted` comes before the connection is closed or silent for ten seconds."""
    got = b""
    while wanted not in got:
        part = connection.recv(65_536)
        if not part:
            return False
        got += part
    return True


def read_all(connection: socket.socket) -> bytes:
    """Everything that comes until the connection is closed."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def get(server: Server, path: str, seconds: float = 1.0) -> bytes:
    with urllib.request.urlopen(f"http://{LOCAL}:{port_of(server)}{path}", timeout=seconds) as response:
        body: bytes = response.read()
        return body


def status_of(server: Server, method: str, path: str, body: bytes = b"") -> int:
    connection = http.client.HTTPConnection(LOCAL, port_of(server), timeout=10)
    try:
        connection.request(method, path, body)
        return connection.getresponse().status
    finally:
        connection.close()


def small_site() -> tuple[Flask, threading.Event, threading.Event]:
    """A site with a page that is answered when the second event is set; the first says that it is being answered."""
    web = Flask("small", static_folder=None)
    begun, may_end = threading.Event(), threading.Event()

    @web.route("/", methods=["GET", "POST"])
    def home() -> str:
        return f"{len(request.get_data())} bytes"

    @web.get("/slow")
    def slow() -> str:
        begun.set()
        assert may_end.wait(10)
        return "at last"

    @web.get("/large")
    def large() -> bytes:
        return b"x" * 10_000_000

    return web, begun, may_end


# -- nobody waits ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(
    prepared_small_database: Path, small_folder: str, analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A whole bot over HTTP, with Slack."""
    path = tmp_path_factory.mktemp("site") / "faqbot.db"
    shutil.copy(prepared_small_database, path)
    fake = FakeSlack()
    own = {"KNOWLEDGE": small_folder, "WEB_RATE_LIMIT": "10000"}
    slack_settings = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake.url}
    with bot_on(f"sqlite:///{path}", analyzer, **own, **slack_settings) as app:
        slack = create_slack(app.settings, app.parts, app.metrics)
        with serving(web_of(app, FromSlack(http_endpoint(slack, SECRET, app.metrics)))) as server:
            assert "質問する".encode() in get(server, f"/?q={quote('料金は')}", 60)
            yield server
        slack.intake.close(10.0)
    fake.close()


@pytest.mark.parametrize("clients", [1, 4, 64])
@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW.keys())
def test_slow_connections_keep_nobody_waiting(site: Server, sent: bytes, clients: int) -> None:
    held = [connect(site, sent, f"127.0.0.{1 + number % clients}") for number in range(64)]
    for _ in range(3):
        assert b'"ok"' in get(site, "/healthz")
        assert "質問する".encode() in get(site, f"/?q={quote('無料お試しは何日間ですか')}")
        event = {"type": "app_mention", "text": "料金は", "user": USER, "channel": CHANNEL, "ts": f"{time.time():.6f}"}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{time.monotonic_ns()}", "event": event}
        assert deliver(port_of(site), body, seconds=1.0)
    for connection in held:
        connection.close()


def trickle(connection: socket.socket) -> float:
    """Send byte after byte until the server closes the connection; returns the seconds that takes."""

    def is_over() -> bool:
        try:
            connection.sendall(b"x")
        except ConnectionError:
            return True
        return is_closed(connection)

    return wait_until(is_over)


# -- deadlines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n"])
def test_a_request_that_trickles_in_is_closed_at_its_deadline(head: bytes) -> None:
    with serving(small_site()[0], QUICK) as server, connect(server, head) as trickling:
        assert QUICK.request - 0.05 < trickle(trickling) < QUICK.request + 1.0


def test_the_deadline_is_for_one_request_and_not_for_all_on_a_connection() -> None:
    with serving(small_site()[0], QUICK) as server, connect(server, b"") as steady:
        for _ in range(8):
            steady.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
            assert read(steady, b"0 bytes")
            time.sleep(QUICK.request / 4)
            steady.sendall(b"TP/1.1\r\nHost: x\r\n\r\n")
            assert read(steady, b"0 bytes")


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["new", "used"])
def test_a_connection_at_rest_is_closed(sent: bytes) -> None:
    with serving(small_site()[0], QUICK) as server, connect(server, sent) as resting:
        assert wait_until(lambda: is_closed(resting)) < QUICK.idle + 1.0


def test_a_used_connection_may_rest_longer_than_a_request_may_take() -> None:
    bounds = Bounds(request=0.1, idle=30.0, turn=0.02)
    with serving(small_site()[0], bounds) as server, connect(server, SLOW["nothing more"]) as resting:
        time.sleep(0.3)
        assert not is_closed(resting)


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    with serving(small_site()[0], QUICK) as server, connect(server, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"):
        wait_until(lambda: len(server.active_channels) == 1)
        assert wait_until(lambda: not server.active_channels) < QUICK.request + 1.0


def test_our_own_time_counts_against_no_client() -> None:
    web, begun, may_end = small_site()
    with serving(web, QUICK) as server, connect(server, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") as waiting:
        assert begun.wait(10)
        time.sleep(2 * QUICK.request)
        may_end.set()
        assert read(waiting, b"at last")


# -- numbers --------------------------------------------------------------------------------------


def test_a_greedy_client_loses_its_own_oldest_connection() -> None:
    bounds = Bounds(client=3, turn=0.02)
    with serving(small_site()[0], bounds) as server:
        other = connect(server, SLOW["half a header"], "127.0.0.2")
        greedy = [connect(server, SLOW["half a header"]) for _ in range(5)]
        wait_until(lambda: is_closed(greedy[0]) and is_closed(greedy[1]))
        assert [is_closed(one) for one in (other, *greedy)] == [False, True, True, False, False, False]
        for connection in (other, *greedy):
            connection.close()


def test_behind_a_proxy_of_ours_no_client_is_bounded() -> None:
    bounds = Bounds(client=3, turn=0.02)
    with serving(small_site()[0], bounds, proxies=1) as server:
        passed_on = [connect(server, SLOW["half a header"]) for _ in range(5)]
        assert get(server, "/") == b"0 bytes"
        assert not [one for one in passed_on if is_closed(one)]
        for connection in passed_on:
            connection.close()


def test_of_too_many_connections_the_longest_waiting_goes_and_none_that_is_being_answered() -> None:
    web, begun, may_end = small_site()
    with serving(web, Bounds(connections=4, turn=0.02)) as server:
        answered = connect(server, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert begun.wait(10)
        waiting = [connect(server, SLOW["half a header"], f"127.0.0.{number}") for number in range(2, 7)]
        wait_until(lambda: is_closed(waiting[0]) and is_closed(waiting[1]))
        assert [is_closed(one) for one in waiting] == [True, True, False, False, False]
        may_end.set()
        assert read(answered, b"at last")
        for connection in (answered, *waiting):
            connection.close()


def test_a_broken_connection_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    with serving(small_site()[0]) as server:
        held = connect(server, b"")
        wait_until(lambda: len(server.active_channels) == 1)
        (connection,) = server.active_channels.values()
        connection.received = lambda _: 1 / 0
        held.sendall(b"x")
        wait_until(lambda: is_closed(held))
        held.close()
        assert get(server, "/") == b"0 bytes"
    assert "ZeroDivisionError" in caplog.text and LOCAL not in caplog.text


# -- sizes ----------------------------------------------------------------------------------------


def test_the_longest_question_fits_and_longer_headers_do_not(site: Server) -> None:
    for character in ("解", "🙏"):
        question = character * MAX_QUERY
        assert question.encode() in get(site, f"/?q={quote(question)}&after=plan-prices", 10)
    assert status_of(site, "GET", "/?q=" + "a" * 40_000) == 431
    announced = f"POST /choose HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n"
    sent = f"POST /choose HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{MAX_BODY + 1:x}\r\n"
    for request_of_too_much in (announced.encode(), sent.encode() + b"a" * (MAX_BODY + 1)):
        with connect(site, request_of_too_much) as refused:
            assert read(refused, f"413 Request Entity Too Large\r\n\r\n{TOO_LARGE}".encode()[4:])


def test_a_body_of_the_greatest_size_is_read_whole() -> None:
    with serving(small_site()[0]) as server:
        assert status_of(server, "POST", "/", b"a" * MAX_BODY) == 200


# -- odd requests ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", [b"", b"[::1", b"a b", b"\xff\xe9", b"x:99999999", b"x" * 300, "日本.example".encode()]
)
@pytest.mark.parametrize("path", [b"/", b"/no-such-page", b"//static//style.css", b"/static/style.css"])
def test_an_odd_host_changes_nothing(site: Server, caplog: pytest.LogCaptureFixture, host: bytes, path: bytes) -> None:
    answers = []
    for named in (b"faq.example.com", host):
        with connect(site, b"GET " + path + b" HTTP/1.1\r\nConnection: close\r\nHost: " + named + b"\r\n\r\n") as asked:
            answers.append(re.sub(rb"\r\nDate: [^\r]+", b"", read_all(asked)))
    assert answers[0].startswith((b"HTTP/1.1 200", b"HTTP/1.1 404"))
    assert answers[0] == answers[1]
    assert b"Location" not in answers[0] and "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "asked",
    [
        b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://\xe2\x84\x80/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "質問\r\n\r\n".encode(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_cannot_be_read_is_refused_and_not_told(
    site: Server, caplog: pytest.LogCaptureFixture, asked: bytes
) -> None:
    with connect(site, asked) as refused:
        assert read_all(refused).startswith((b"HTTP/1.0 400", b"HTTP/1.1 400"))
    assert caplog.text == ""


@pytest.mark.parametrize(
    "head",
    [
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /healthz HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /healthz HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["both lengths", "both, of old", "chunks of old"],
)
def test_nothing_is_hidden_behind_a_request_with_two_lengths(site: Server, head: bytes) -> None:
    """What a proxy passes on as a body may not be answered as a request of its own."""
    with connect(site, head + b"0\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") as refused:
        answers = read_all(refused)
    assert answers.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400")) and answers.count(b"HTTP/1.") == 1


# -- stopping -------------------------------------------------------------------------------------


def test_a_server_that_stops_finishes_what_it_is_answering() -> None:
    web, begun, may_end = small_site()
    with serving(web) as server:
        answered = connect(server, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        idle = connect(server, SLOW["nothing more"])
        assert begun.wait(10)
        stopping = threading.Thread(target=server.stop, args=[10.0])
        stopping.start()
        wait_until(lambda: is_closed(idle))
        with pytest.raises(ConnectionError):
            socket.create_connection((LOCAL, port_of(server)), 10)
        may_end.set()
        assert read(answered, b"at last")
        stopping.join(10)
        assert not stopping.is_alive() and is_closed(answered)
        for connection in (answered, idle):
            connection.close()


def test_a_server_that_stops_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "LAST_SECONDS", 0.1)
    web, begun, may_end = small_site()
    with serving(web) as server, connect(server, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") as answered:
        assert begun.wait(10)
        started = time.monotonic()
        server.stop(0.1)
        assert time.monotonic() - started < 3.0
        assert is_closed(answered)
        may_end.set()
