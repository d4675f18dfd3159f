"""Whole processes of ours, and Slack's side of HTTP: signed events, delivered until they are acknowledged."""

import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

SECRET = "secret-of-the-processes"
ROOT = Path(__file__).parents[1]
FAQBOT = [sys.executable, "-m", "bot"]
PLAIN = {"PATH": os.environ["PATH"], "PYTHONUTF8": "0", "LC_ALL": "C"}  # an environment without anybody's settings


class Bot:
    """One `faqbot serve` on a port of its own; `kill` it and `start` it as often as needed."""

    def __init__(self, database: str, slack_url: str, log: Path, **settings: str) -> None:
        self.port = free_port()
        self._log = log
        self._environment = (
            os.environ
            | {
                "PORT": str(self.port),
                "DATABASE_URL": database,
                "SLACK_BOT_TOKEN": "xoxb-of-the-processes",
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_API_URL": slack_url,
                "RATE_LIMIT": "10000",
                "WEB_RATE_LIMIT": "100000",
            }
            | settings
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*FAQBOT, "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it without a warning."""
        assert self._process
        self._process.kill()
        self._process.wait(timeout=40)

    def end(self) -> None:
        """End it as a platform does: SIGTERM, and time to finish."""
        assert self._process
        self._process.terminate()
        self._process.wait(timeout=40)

    def wait_until_up(self, seconds: float = 180.0) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.health()
                return
            except OSError:
                assert time.monotonic() < deadline, self._log.read_text()
                time.sleep(0.02)

    def health(self) -> dict[str, Any]:
        """What /healthz says."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
            said: dict[str, Any] = json.load(response)
            return said

    def pid(self) -> int:
        """The number of the process."""
        assert self._process
        return self._process.pid


def run(environment: dict[str, str], *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A command of ours from its start to its end."""
    return subprocess.run(
        [*FAQBOT, *arguments], input=stdin, env=environment, capture_output=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("", 0))  # free at every address: some tests listen at all of them
        port: int = found.getsockname()[1]
        return port


def deliver(port: int, body: dict[str, Any], attempt: int = 0, seconds: float = 3.0) -> bool:
    """Send an event once; returns whether it was acknowledged within the time that Slack allows."""
    raw, now = json.dumps(body).encode(), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + now.encode() + b":" + raw, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={digest}",
    }
    if attempt:
        headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("POST", "/slack/events", raw, headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def percentiles(seconds: list[float]) -> str:
    """The usual percentiles, in milliseconds."""
    ordered = sorted(seconds) or [0.0]
    at = {p: ordered[min(len(ordered) - 1, len(ordered) * p // 100)] * 1_000 for p in (50, 95, 99)}
    return f"p50 {at[50]:,.0f} ms, p95 {at[95]:,.0f} ms, p99 {at[99]:,.0f} ms"
