"""Talking to the bot in Slack, in tests: `slack.mention("解約したい")` and read what it posted."""

import hashlib
import hmac
import itertools
import json
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

from fake_slack import BOT_USER, TEAM, FakeSlack, now
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SECRET = "signing-secret-of-the-tests"
TOKEN = "xoxb-of-the-tests"
CHANNEL = "C0GENERAL"
DIRECT = "D0DIRECT"
USER = "U0ASKER"
NUMBERS = itertools.count(1)


class WaitingExecutor(ThreadPoolExecutor):
    """Listener threads that a test can wait for."""

    def __init__(self) -> None:
        super().__init__(8)
        self._open: set[Future[Any]] = set()
        self._lock = threading.Lock()

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(function, *args, **kwargs)
        with self._lock:
            self._open.add(future)
        return future

    def wait(self) -> None:
        """Until every listener so far has ended."""
        while True:
            with self._lock:
                pending = {future for future in self._open if not future.done()}
                self._open = pending
            if not pending:
                return
            for future in pending:
                future.exception(timeout=20)


class SlackTester:
    """One person in Slack who talks to the bot, over signed HTTP requests."""

    def __init__(self, client: FlaskClient, fake: FakeSlack, executor: WaitingExecutor) -> None:
        self.client = client
        self.fake = fake
        self._executor = executor

    # -- what people do ---------------------------------------------------------------------------

    def mention(self, text: str, **event: Any) -> dict[str, Any] | None:
        """Mention the bot in a channel; returns the message it posted, None when it kept silent."""
        return self._posted({"type": "app_mention", "text": f"<@{BOT_USER}> {text}", "channel": CHANNEL} | event)

    def direct(self, text: str, **event: Any) -> dict[str, Any] | None:
        """Write to the bot directly."""
        return self._posted({"type": "message", "channel_type": "im", "text": text, "channel": DIRECT} | event)

    def command(self, text: str) -> dict[str, Any]:
        """Type `/faq text`; returns what only the asker sees."""
        form = {
            "command": "/faq",
            "text": text,
            "user_id": USER,
            "team_id": TEAM,
            "channel_id": CHANNEL,
            "response_url": self.fake.response_url,
            "trigger_id": "1.2",
        }
        return self._answered_privately(form)

    def press(self, message: dict[str, Any], label: str, *, ephemeral: bool = False) -> list[dict[str, Any]]:
        """Press the button of `message` with this label; returns the calls the bot then made."""
        button = next(element for element in buttons(message) if element["text"]["text"] == label)
        container: dict[str, Any] = {"type": "message", "message_ts": message.get("ts", "1.0"), "channel_id": CHANNEL}
        container |= {"is_ephemeral": ephemeral}
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": USER, "team_id": TEAM},
            "channel": {"id": CHANNEL},
            "container": container,
            "message": message,
            "actions": [button | {"block_id": "b", "action_ts": "1.0"}],
            "response_url": self.fake.response_url,
            "trigger_id": "1.2",
        }
        before = len(self.fake.calls)
        response = self.send(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")
        assert response.status_code == 200
        self._executor.wait()
        return [{"method": call.method, **call.params} for call in self.fake.calls[before:]]

    # -- the wire ---------------------------------------------------------------------------------

    def event(self, event: dict[str, Any], **headers: str) -> TestResponse:
        """Deliver one event as Slack does and wait until the bot is done with it."""
        number = next(NUMBERS)
        filled = {"user": USER, "ts": f"1700000{number:03d}.000100"} | event
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "event": filled}
        response = self.send(json.dumps(body), "application/json", **headers)
        self._executor.wait()
        return response

    def send(self, body: str | bytes, content_type: str, **headers: str) -> TestResponse:
        """Send a signed request to /slack/events."""
        raw = body.encode() if isinstance(body, str) else body
        timestamp = now()
        digest = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}", **headers}
        return self.client.post("/slack/events", data=raw, content_type=content_type, headers=signed)

    def _posted(self, event: dict[str, Any]) -> dict[str, Any] | None:
        before = len(self.fake.of("chat.postMessage"))
        assert self.event(event).status_code == 200
        posted = self.fake.of("chat.postMessage")[before:]
        assert len(posted) <= 1, "answered more than once"
        return posted[0] if posted else None

    def _answered_privately(self, form: dict[str, str]) -> dict[str, Any]:
        before = len(self.fake.of("response_url"))
        assert self.send(urlencode(form), "application/x-www-form-urlencoded").status_code == 200
        self._executor.wait()
        (answer,) = self.fake.of("response_url")[before:]
        return answer


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button of a message."""
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element for row in rows for element in row["elements"]]


def labels(message: dict[str, Any]) -> list[str]:
    """The labels of every button."""
    return [button["text"]["text"] for button in buttons(message)]


def shown(message: dict[str, Any]) -> str:
    """All text a person sees in a message, buttons included."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message["blocks"])
    return "".join(found)
