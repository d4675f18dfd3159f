"""The check of links, against a real server.

1. Every address is asked once, wherever and however often it is written; HEAD first, GET where HEAD is refused.
2. A dead link is an error at each place, with the reason; one that moved for good is a warning with the new address.
3. What may pass is asked once more; nothing is waited for longer than the time given, however steadily it trickles in;
   several are asked at once.
4. In production no link reaches this machine or a private network, by whatever name, redirect or proxy.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

import pytest
from local_server import answering

from knowledge.checks.links import check_links
from knowledge.entry import Entry, Status
from knowledge.errors import Problem, Severity
from knowledge.located_entry import LocatedEntry

SLOW_SECONDS = 0.5


class Site(BaseHTTPRequestHandler):
    """Answers as its path says: /404, /301/to/ok, /head-refused/405, /recovers, /slow."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.asked.append((self.command, self.path))
        match self.path.split("/")[1:]:
            case ["head-refused", status]:
                self.send_response(int(status) if self.command == "HEAD" else 200)
            case ["recovers"]:
                self.send_response(503 if self.asked.count(("GET", self.path)) < 2 else 200)
            case ["slow", *_]:
                time.sleep(SLOW_SECONDS)
                self.send_response(200)
            case [status, "to", *place]:
                self.send_response(int(status))
                self.send_header("Location", "/" + "/".join(place) if place != ["itself"] else self.path)
            case [status] if status.isdigit():
                self.send_response(int(status))
            case _:
                self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked.clear()
    with answering(Site) as origin:
        yield origin


def entry(
    url: str = "", answer: str = "回答", entry_id: str = "one", status: Status = Status.PUBLISHED
) -> LocatedEntry:
    made = Entry(id=entry_id, category="c", question="質問", answer=answer, url=url, status=status)
    return LocatedEntry(made, f"{entry_id}.yaml", 3, {"url": 7, "answer": 5})


def check(*located: LocatedEntry, seconds: float = 5.0) -> list[Problem]:
    return check_links(located, private=True, seconds=seconds, pause=0.01)


@pytest.mark.parametrize(
    ("path", "fault", "severity"),
    [
        ("/ok", "", None),
        ("/日本語?q=電話 代行#節", "", None),
        ("/302/to/ok", "", None),
        ("/head-refused/405", "", None),
        ("/head-refused/403", "", None),
        ("/head-refused/404", "", None),
        ("/recovers", "", None),
        ("/404", "HTTP 404", Severity.ERROR),
        ("/410", "HTTP 410", Severity.ERROR),
        ("/500", "HTTP 500", Severity.ERROR),
        ("/301/to/404", "HTTP 404", Severity.ERROR),
        ("/301/to/itself", "転送が5回を超えます", Severity.ERROR),
        ("/301/to/new", "/new に移りました", Severity.WARNING),
        ("/301/to/308/to/new", "/new に移りました", Severity.WARNING),
        ("/302/to/301/to/new", "", None),
    ],
)
def test_what_an_answer_means(site: str, path: str, fault: str, severity: Severity | None) -> None:
    found = check(entry(site + path))
    assert [problem.severity for problem in found] == ([severity] if severity else [])
    assert not found or fault in found[0].message


def test_a_dead_link_is_named_with_file_line_and_next_step(site: str) -> None:
    (problem,) = check(entry(f"{site}/404"))
    assert (problem.file, problem.line, problem.entry_id, problem.field) == ("one.yaml", 7, "one", "url")
    assert "正しいURLに書き直して" in problem.hint


def test_links_within_an_answer_are_asked_too(site: str) -> None:
    (problem,) = check(entry(answer=f"[規約]({site}/404)と[料金]({site}/ok)をご覧ください。"))
    assert (problem.field, problem.line) == ("answer", 5)


def test_an_address_is_asked_once_and_told_at_each_place(site: str) -> None:
    gone = f"{site}/404"
    found = check(entry(gone, f"[a]({gone})[b]({gone})"), entry(gone, entry_id="two"))
    assert [(problem.entry_id, problem.field) for problem in found] == [
        ("one", "url"),
        ("one", "answer"),
        ("two", "url"),
    ]
    assert Site.asked == [("HEAD", "/404"), ("GET", "/404")]


def test_a_good_link_is_asked_without_its_page(site: str) -> None:
    assert check(entry(f"{site}/ok")) == []
    assert Site.asked == [("HEAD", "/ok")]


def test_retired_and_unchanged_entries_are_not_asked(site: str) -> None:
    assert check(entry(f"{site}/404", status=Status.RETIRED)) == []
    assert check_links([entry(f"{site}/404"), entry(f"{site}/ok", entry_id="two")], {"two"}, private=True) == []
    assert Site.asked == [("HEAD", "/ok")]


def test_a_server_that_does_not_answer_in_time_is_an_error(site: str) -> None:
    (problem,) = check(entry(f"{site}/slow"), seconds=0.1)
    assert "0.1秒待っても返事がありません" in problem.message


def test_several_addresses_are_asked_at_once(site: str) -> None:
    started = time.perf_counter()
    assert check(*(entry(f"{site}/slow/{number}", entry_id=f"e{number}") for number in range(4))) == []
    assert time.perf_counter() - started < 3 * SLOW_SECONDS


def test_a_server_that_is_gone_or_speaks_no_tls_is_an_error(site: str) -> None:
    (plain,) = check(entry(site.replace("http://", "https://")))
    assert "安全な接続（TLS）ができません" in plain.message
    (gone,) = check(entry("http://127.0.0.1:1/"))
    assert "接続を受け付けません" in gone.message
    (nameless,) = check(entry("https://no-such-host.invalid/"))
    assert "サーバーの名前が見つかりません" in nameless.message


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 405 No\r\nContent-Length: 99999\r\n\r\n", b"x"),
        (b"", b"\x16"),
    ],
    ids=["headers", "100 Continue", "body", "body of a refusal", "noise"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_trickles_in_endlessly_is_not_waited_for(scheme: str, begin: bytes, again: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=trickle, args=(listening, begin, again), daemon=True).start()
        started = time.perf_counter()
        check(entry(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/"), seconds=0.4)
        assert time.perf_counter() - started < 2.0


def trickle(listening: socket.socket, begin: bytes, again: bytes) -> None:
    """Answer every connection with `begin`, then with `again` for as long as anybody is there."""
    there: list[socket.socket] = []
    listening.settimeout(0.02)
    while listening.fileno() >= 0:
        with suppress(OSError):
            there.append(listening.accept()[0])
            there[-1].sendall(begin)
        for one in there[:]:
            try:
                one.sendall(again)
            except OSError:
                one.close()
                there.remove(one)
    for one in there:
        one.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://10.0.0.1/", "http://no-such-host.invalid/"])
def test_no_proxy_is_asked_for_what_is_not_known_to_be_public(
    site: str, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, site)
    monkeypatch.delenv("no_proxy", raising=False)
    (problem,) = check_links([entry(url)], seconds=5.0, pause=0.01)
    assert "公開されていない場所" in problem.message or "名前が見つかりません" in problem.message
    (of_proxy,) = check_links([entry(site)], seconds=5.0)
    assert "公開されていない場所" in of_proxy.message
    assert Site.asked == []


def test_a_proxy_in_our_own_network_is_asked_for_what_is_public(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site)
    monkeypatch.delenv("no_proxy", raising=False)
    assert check_links([entry("http://93.184.215.14/ok")], seconds=5.0) == []
    assert Site.asked == [("HEAD", "http://93.184.215.14/ok")]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_private_addresses_are_refused_and_never_reached(site: str, scheme: str, host: str) -> None:
    port = site.rpartition(":")[2]
    started = time.perf_counter()
    (problem,) = check_links([entry(f"{scheme}://{host}:{port}/ok")])
    assert "公開されていない場所" in problem.message
    assert Site.asked == []
    assert time.perf_counter() - started < 1, "it is not asked twice"


@pytest.mark.parametrize(
    "host",
    [
        *("[64:ff9b::a00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:a00:1::1]", "[::127.0.0.1]"),
        *("[::ffff:0:10.0.0.1]", "[fec0::1]", "[ff0e::1]", "224.0.0.1"),
    ],
)
def test_a_private_address_is_refused_in_whatever_form_ipv6_carries_it(host: str) -> None:
    (problem,) = check_links([entry(f"https://{host}/")], seconds=1.0)
    assert "公開されていない場所" in problem.message


def test_a_redirect_to_nowhere_is_an_error(site: str) -> None:
    assert [problem.severity for problem in check(entry(f"{site}/302/to//[broken"))] == [Severity.ERROR]
