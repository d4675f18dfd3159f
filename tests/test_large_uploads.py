"""Files larger than any other request: read only from those who are known to be editors, and only for the one form.

1. What says that it is larger is refused before any of it is read: from a stranger, from somebody whose session has
   ended or whose role is too low, at any other path, above the largest size, and in chunks, which do not say.
2. An editor's file is read whole, and lands in the form.
3. Who is asked about keeps nobody waiting, and the deadline of a request stays.
"""

import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from team_tester import TeamTester, token_in
from test_connections import LOCAL, QUICK, connect, get, read, serving, small_site, trickle
from werkzeug.test import encode_multipart

from bot.web.app import MAX_BODY
from bot.web.incoming import LARGER, NOT_KNOWN, TOO_LARGE, Larger
from bot.web.server import Server
from bot.web.team.spreadsheets import LARGEST_BODY
from knowledge.team.sessions import Session, Way

BOUNDARY = "b" * 20
LARGE = 3 * MAX_BODY


def head(length: int, cookie: str, path: str = "/team/import", more: str = "") -> bytes:
    """The head of a form's request with so long a body."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    lines = f"Host: x\r\nContent-Length: {length}\r\nContent-Type: {kind}\r\nCookie: team={cookie}\r\n{more}"
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode()


def form_of(form_token: str, data: bytes) -> bytes:
    return encode_multipart({"form_token": form_token, "file": (BytesIO(data), "faq.csv")}, BOUNDARY)[1]


@pytest.fixture
def server(tester: TeamTester) -> Iterator[Server]:
    with serving(tester.web) as server:
        yield server


def session_of(tester: TeamTester, way: Way = Way.LINK) -> str:
    return tester.team.sessions.begin(Session("editor", "editor", way))


def refused(server: Server, sent: bytes, told: str = NOT_KNOWN) -> bool:
    with connect(server, sent) as sender:
        return read(sender, told.encode())


def test_an_editors_large_file_lands_in_the_form(tester: TeamTester, server: Server) -> None:
    client = tester.signed_in()
    cookie = client.get_cookie("team", path="/team")
    assert cookie
    body = form_of(token_in(client.get("/team/import")), b"id,category\n" + b"\n" * LARGE)
    with connect(server, head(len(body), cookie.value)) as sender:
        sender.sendall(body)
        assert read(sender, "何も取り込みませんでした".encode())


def test_what_strangers_announce_is_refused_before_it_is_sent(tester: TeamTester, server: Server) -> None:
    ended = session_of(tester)
    tester.team.sessions.end(ended)
    for cookie in ("", "x" * 43, "\xff;=", ended, session_of(tester, Way.SLACK)):
        assert refused(server, head(LARGE, cookie))


def test_an_editor_sends_as_little_as_everybody_elsewhere_and_more_than_the_most_nowhere(
    tester: TeamTester, server: Server
) -> None:
    mine = session_of(tester)
    for path in ("/team/entries", "/choose", "/team/import/x", "/slack/events"):
        assert refused(server, head(LARGE, mine, path), TOO_LARGE)
    assert refused(server, head(LARGEST_BODY + 1, mine), TOO_LARGE)
    chunks = b"POST /team/import HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nCookie: team=" + mine.encode()
    assert refused(server, chunks + f"\r\n\r\n{LARGE:x}\r\n".encode() + b"a" * LARGE, TOO_LARGE)


def site_with(may_send: Callable[[str], bool]) -> Flask:
    web = small_site()[0]
    web.extensions[LARGER] = Larger("/", 2 * MAX_BODY, may_send)
    return web


def test_asking_who_sends_keeps_nobody_waiting_and_counts_against_no_client() -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def may_send(cookies: str) -> bool:
        asked.set()
        assert cookies == "team=me"
        return may_answer.wait(10)

    web, sent = site_with(may_send), head(MAX_BODY + 9, "me", "/", "Expect: 100-continue\r\n")
    with serving(web, QUICK) as server, connect(server, sent) as sender:
        assert asked.wait(10)
        assert get(server, "/") == b"0 bytes"
        time.sleep(2 * QUICK.request)
        may_answer.set()
        sender.sendall(b"a" * (MAX_BODY + 9))
        assert read(sender, f"{MAX_BODY + 9} bytes".encode())


def test_a_large_body_that_trickles_in_is_closed_at_the_deadline() -> None:
    sent = head(MAX_BODY + 9, "me", "/")
    with serving(site_with(lambda _: True), QUICK) as server, connect(server, sent) as trickling:
        assert QUICK.request - 0.05 < trickle(trickling) < QUICK.request + 1.0


def test_a_fault_in_asking_is_a_refusal_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with serving(site_with(lambda _: 1 / 0 > 0)) as server:
        assert refused(server, head(MAX_BODY + 9, "me", "/"))
        assert get(server, "/") == b"0 bytes"
    assert "ZeroDivisionError" in caplog.text and LOCAL not in caplog.text
