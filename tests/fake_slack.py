"""A fake of Slack's wire: a Web API that records calls and fails on demand, and a Socket Mode server.

Only the wire is fake: requests into the bot are signed as Slack signs them, and what the bot sends is
read from real HTTP requests and real WebSocket frames.
"""

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Callable  # noqa: TC003
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from local_server import LocalServer

if TYPE_CHECKING:
    from fake_socket import FakeSocket

BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
TEAM = "T0HOME"
IDENTITY = {
    "team_id": TEAM,
    "user_id": BOT_USER,
    "bot_id": BOT_ID,
    "url": "https://home.slack.com/",
    "user": "faq",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request the bot made: a Web API method, or "response_url", and its parameters."""

    method: str
    params: dict[str, Any]
    token: str = ""  # with which it was allowed, or a client id and secret


@dataclass
class Failure:
    """How the next call of a method fails: an HTTP status with an error, or a dropped connection (status 0).

    `seconds` pass before that; with status 200 and an error it is Slack's way to say no. With `done`
    Slack has done what was asked all the same.
    """

    status: int
    error: str = "internal_error"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    done: bool = False


class FakeSlack:
    """Slack's side: `url` is the Web API's base, `calls` what the bot asked for."""

    def __init__(self, port: int = 0) -> None:
        self.calls: list[Call] = []
        self.guests: set[str] = set()
        self.closed: set[str] = set()  # channels that the bot is not in
        self.groups: dict[str, list[str]] = {}
        self.organisations: dict[str, str] = {}  # Enterprise Grid: by user, also by "" for the home workspace's own
        self.headers: dict[str, str] = {}  # of every answer that goes well
        self.oauth = FakeOAuth()
        self._failures: dict[str, deque[Failure]] = {}
        self._clock = 1_700_000_000.0
        self._changed = threading.Condition()
        self._well = threading.Event()  # nothing fails or waits any more
        self._server = LocalServer(_handler(self), port)
        self._socket: FakeSocket | None = None
        self._server.start()

    @property
    def origin(self) -> str:
        return self._server.origin

    @property
    def url(self) -> str:
        return f"{self.origin}/api/"

    @property
    def response_url(self) -> str:
        return f"{self.origin}/response/1"

    @property
    def socket(self) -> "FakeSocket":
        """Its side of Socket Mode, which listens from the first use on."""
        from fake_socket import FakeSocket  # needs a package of the tests, which few tests do

        with self._changed:
            self._socket = self._socket or FakeSocket()
        return self._socket

    def close(self) -> None:
        self._server.end()
        if self._socket:
            self._socket.close()

    def next_ts(self) -> str:
        self._clock += 1
        return f"{self._clock:.6f}"

    def fail(self, method: str, *failures: Failure) -> None:
        """Let the next calls of `method` fail, one failure a call."""
        self._failures.setdefault(method, deque()).extend(failures)

    def recover(self) -> None:
        """Let no call fail any more, and end those that wait."""
        self._failures.clear()
        self._well.set()

    def of(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of `method` so far."""
        with self._changed:
            return [call.params for call in self.calls if call.method == method]

    def wait_for(self, method: str, count: int = 1, seconds: float = 10.0) -> list[dict[str, Any]]:
        """The calls of `method`, once there are `count`."""
        with self._changed:
            found = self._changed.wait_for(lambda: sum(c.method == method for c in self.calls) >= count, seconds)
        assert found, f"{method} was called {len(self.of(method))} times, not {count}: {self.calls}"
        return self.of(method)

    def receive(
        self, method: str, params: dict[str, Any], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Record a call; the answer as status, headers and JSON. Status 0 means: hang up."""
        with self._changed:
            self.calls.append(Call(method, params, token))
            self._changed.notify_all()
            waiting = self._failures.get(method)
            failure = waiting.popleft() if waiting else None
        if method == "chat.postMessage" and params["channel"] in self.closed:
            failure = Failure(200, "not_in_channel")
        if failure:
            if failure.done:
                params["ts"] = self.next_ts()
            self._well.wait(failure.seconds)
            return failure.status, failure.headers, {"ok": False, "error": failure.error}
        answer = self.oauth.answer(method, params, token) or self._answer(method, params)
        if method == "chat.postMessage":
            params["ts"] = answer["ts"]  # so that a test can press the buttons of this very message
        return 200, self.headers, {"ok": True} | answer

    def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "auth.test": lambda: IDENTITY | _organisation("enterprise_id", self.organisations.get("")),
            "chat.postMessage": lambda: self._message(params, self.next_ts()),
            "chat.update": lambda: self._message(params, params["ts"]),
            "chat.delete": lambda: self._message(params, params["ts"]),
            "chat.getPermalink": lambda: {
                "permalink": f"https://home.slack.com/archives/{params['channel']}/p{params['message_ts']}"
            },
            "conversations.replies": lambda: {"messages": self.posted(params["channel"], params["ts"])},
            "conversations.history": lambda: {"messages": self.posted(params["channel"], "")},
            "conversations.open": lambda: {"channel": {"id": f"D0{params['users']}"}},
            "users.info": lambda: {"user": self._person(params["user"])},
            "usergroups.users.list": lambda: {"users": self.groups.get(params["usergroup"], [])},
            "views.open": lambda: {"view": {"id": "V1"}},
            "views.push": lambda: {"view": {"id": "V2"}},
            "views.update": lambda: {"view": {"id": "V1"}},
            "views.publish": lambda: {"view": {"id": "V0"}},
            "apps.connections.open": lambda: {"url": self.socket.url},
        }
        return answers.get(method, dict)()

    def posted(self, channel: str, thread_ts: str) -> list[dict[str, Any]]:
        """The bot's messages in a thread, or beside the threads of a channel."""
        with self._changed:
            posts = [call.params for call in self.calls if call.method == "chat.postMessage" and "ts" in call.params]
            gone = {(call.params["channel"], call.params["ts"]) for call in self.calls if call.method == "chat.delete"}
        posts = [post for post in posts if (post["channel"], post["ts"]) not in gone]
        there = [post for post in posts if (post["channel"], post.get("thread_ts") or "") == (channel, thread_ts)]
        return [{"ts": post["ts"], "metadata": post.get("metadata")} for post in there]

    def _person(self, user: str) -> dict[str, Any]:
        theirs = _organisation("enterprise_id", self.organisations.get(user))
        return {"id": user, "is_restricted": user in self.guests} | ({"enterprise_user": theirs} if theirs else {})

    @staticmethod
    def _message(params: dict[str, Any], ts: str) -> dict[str, Any]:
        return {"channel": params["channel"], "ts": ts, "message": {"ts": ts}}


class FakeOAuth:
    """Slack's installations: gives tokens for codes and refresh tokens, each once, and knows whose they are."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}  # the team that agreed, by the code it was given
        self.teams: dict[str, str] = {}  # by token; those of removed bots are gone
        self.given: list[str] = []  # every token, in the order they were given
        self.refreshes: dict[str, str] = {}  # the team by refresh token; used ones are gone
        self.people: dict[str, dict[str, Any]] = {}  # what an id token says of who agreed, by the code
        self.seconds: int | None = None  # that a token lives; None without token rotation
        self._lock = threading.Lock()

    def answer(self, method: str, params: dict[str, Any], token: str) -> dict[str, Any]:
        """What Slack says where installations matter, {} elsewhere."""
        if method == "openid.connect.token":
            claims = self.people.pop(str(params["code"]), None)
            return {"id_token": id_token(claims)} if claims else {"ok": False, "error": "invalid_code"}
        if method == "oauth.v2.access":
            with self._lock:
                return self._access(params)
        if method == "auth.test" and token in self.teams:
            team = self.teams[token]
            return IDENTITY | {"team_id": team, "user_id": f"U0BOT{team}", "bot_id": f"B0BOT{team}"}
        if token in self.given and token not in self.teams:
            return {"ok": False, "error": "token_revoked"}
        return {}

    def _access(self, params: dict[str, Any]) -> dict[str, Any]:
        known, given = (self.refreshes, "refresh_token") if "grant_type" in params else (self.codes, "code")
        team = known.pop(str(params[given]), None)
        if team is None:
            return {"ok": False, "error": f"invalid_{given}"}
        token = f"xoxb-{len(self.given)}-{team}"
        self.given.append(token)
        self.teams[token] = team
        answer: dict[str, object] = {
            "access_token": token,
            "token_type": "bot",
            "scope": "chat:write",
            "bot_user_id": f"U0BOT{team}",
        }
        answer |= {
            "app_id": "A0FAQ",
            "team": {"id": team, "name": f"会社 {team}"},
            "authed_user": {"id": "U0INSTALLER"},
        }
        if self.seconds is not None:
            refresh = f"xoxe-{token}"
            self.refreshes[refresh] = team
            answer |= {"refresh_token": refresh, "expires_in": self.seconds}
        return answer

    def revoke(self, team: str) -> None:
        """The bot is removed from a workspace: its tokens open nothing any more."""
        self.teams = {token: other for token, other in self.teams.items() if other != team}
        self.refreshes = {token: other for token, other in self.refreshes.items() if other != team}


def _handler(fake: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body waits for a word on the head, 40 ms on a kept connection

        def do_GET(self) -> None:
            self.path, _, query = self.path.partition("?")
            self._answer({name: values[0] for name, values in parse_qs(query).items()})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if "json" in self.headers.get("Content-Type", ""):
                params = json.loads(body or "{}")
            else:
                params = {name: _value(values[0]) for name, values in parse_qs(body).items()}
            self._answer(params)

        def _answer(self, params: dict[str, Any]) -> None:
            method = "response_url" if self.path.startswith("/response/") else self.path.removeprefix("/api/")
            token = self.headers.get("Authorization", "").partition(" ")[2]
            status, headers, answer = fake.receive(method, params, token)
            if status == 0:
                self.close_connection = True
                return
            payload = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            with suppress(ConnectionError):  # whoever asked has gone
                self.end_headers()
                self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def id_token(claims: dict[str, Any]) -> str:
    """The claims as a JSON Web Token, with a signature that says nothing."""
    header, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims))
    return f"{header}.{body}.c2ln"


def _organisation(name: str, value: str | None) -> dict[str, str]:
    return {name: value} if value else {}


def _value(text: str) -> Any:
    """Form values of structured parameters are JSON."""
    return json.loads(text) if text[:1] in "[{" else text


def now() -> str:
    """The current time as Slack's request timestamp."""
    return str(int(time.time()))
