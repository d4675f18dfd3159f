"""How long Slack waits for an acknowledgement while the bot answers: 20 signed events a second for 30 seconds.

The server is a real `faqbot serve`, Slack's Web API a fake that takes 0.2 s to take a message, as Slack does.
Prints p50, p95, p99 of the acknowledgement and of the answer (event sent → message posted).
"""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_slack import FakeSlack

PORT = "3998"
SECRET = "secret-of-the-benchmark"
RATE = 20  # events a second
SECONDS = 30
SLACK_SECONDS = 0.2
QUESTIONS = (
    "無料お試しは何日間ですか",
    "途中で解約したら違約金はかかりますか",
    "解約したい",
    "縄文土器の文様",
    "月の途中で解約したら日割りですか",
)


class SlowSlack(FakeSlack):
    """Slack that takes its time for every message."""

    def receive(
        self, method: str, params: dict[str, object], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, object]]:
        if method == "chat.postMessage":
            self.begun[str(params["thread_ts"])] = time.perf_counter()
            time.sleep(SLACK_SECONDS)
        return super().receive(method, params, token)

    begun: dict[str, float] = {}  # noqa: RUF012  # one benchmark, one Slack


def main() -> None:
    """Run and print."""
    slack = SlowSlack()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PORT": PORT,
            "DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.url,
            "RATE_LIMIT": "10000",
        }
        command = [sys.executable, "-m", "bot", "serve"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            _wait_until_up()
            acknowledged, sent = _deliver(RATE * SECONDS)
            deadline = time.monotonic() + 20
            while len(slack.begun) < len(sent) and time.monotonic() < deadline:
                time.sleep(0.1)
            server.terminate()
    answered = [slack.begun[ts] - at for ts, at in sent.items() if ts in slack.begun]
    print(f"{RATE} events a second for {SECONDS} s: {len(sent)} sent, {len(answered)} answered")
    _print("acknowledgement", acknowledged)
    _print("event sent → message posted", answered)
    slack.close()


def _deliver(count: int) -> tuple[list[float], dict[str, float]]:
    acknowledged: list[float] = []
    sent: dict[str, float] = {}
    threads = []
    started = time.perf_counter()

    def deliver(number: int) -> None:
        ts = f"17{number:08d}.000100"
        sent[ts] = time.perf_counter()
        _post(number, ts)
        acknowledged.append(time.perf_counter() - sent[ts])

    for number in range(count):
        time.sleep(max(0.0, started + number / RATE - time.perf_counter()))
        threads.append(threading.Thread(target=deliver, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return acknowledged, sent


def _post(number: int, ts: str) -> None:
    event = {
        "type": "app_mention",
        "text": QUESTIONS[number % len(QUESTIONS)],
        "channel": "C0",
        "user": f"U{number}",
        "ts": ts,
    }
    body = json.dumps(
        {"type": "event_callback", "team_id": "T0HOME", "event_id": f"Ev{number}", "event": event}
    ).encode()
    now = str(int(time.time()))
    signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/slack/events", body, headers)
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        assert response.status == 200


def _wait_until_up() -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _print(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    at = {p: ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))] * 1_000 for p in (50, 95, 99)}
    print(f"{name}: p50 {at[50]:.0f} ms, p95 {at[95]:.0f} ms, p99 {at[99]:.0f} ms")


if __name__ == "__main__":
    main()
