"""Slack's side of the questions: each delivered one to four times, out of order, retried until acknowledged."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fake_slack import BOT_USER, TEAM
from processes import deliver

RETRY_SECONDS = (0.0, 3.0, 15.0)  # Slack's own are 0, 60 and 300
DISORDER = 1.0  # seconds by which deliveries of one moment may be apart
QUESTIONS = (
    "無料お試しは何日間ですか",
    "途中で解約したら違約金はかかりますか",
    "解約の相談",
    "縄文土器の文様",
    "月の途中で解約したら日割りですか",
    "料金はいくらですか",
)


class Sender:
    """Sends questions to the bots' ports; `asked` holds when each was first sent, by its timestamp."""

    def __init__(self, ports: list[int], seed: int) -> None:
        self.asked: dict[str, float] = {}
        self.acknowledged: set[str] = set()
        self._ports = ports
        self._random = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(200)

    def send(self, count: int, rate: float) -> None:
        """Send `count` questions at `rate` a second; returns when the last was sent for the first time."""
        started = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            self._ask(number)

    def wait(self) -> None:
        """Until Slack has nothing left to deliver."""
        self._pool.shutdown(wait=True)

    def _ask(self, number: int) -> None:
        ts = f"17{number:08d}.000100"
        self.asked[ts] = time.monotonic()
        for body in self._events(number, ts):
            for _ in range(self._random.randint(1, 4)):
                self._pool.submit(self._deliver, body, ts, self._random.random() * DISORDER, self._random.random())

    def _events(self, number: int, ts: str) -> list[dict[str, Any]]:
        """A mention comes with the same text as a message, a direct message alone."""
        text, user = QUESTIONS[number % len(QUESTIONS)], f"U{number}"
        said = {"user": user, "ts": ts}
        if number % 4 == 0:
            direct = {"type": "message", "channel_type": "im", "channel": f"D{number}", "text": text}
            return [_event(f"Ev{number}", said | direct)]
        there = said | {"channel": f"C{number % 7}", "text": f"<@{BOT_USER}> {text}"}
        return [
            _event(f"Ev{number}", {"type": "app_mention"} | there),
            _event(f"Ev{number}m", {"type": "message", "channel_type": "channel"} | there),
        ]

    def _deliver(self, body: dict[str, Any], ts: str, delay: float, choice: float) -> None:
        time.sleep(delay)
        first = int(choice * len(self._ports))
        for attempt in range(len(RETRY_SECONDS) + 1):
            if deliver(self._ports[(first + attempt) % len(self._ports)], body, attempt):
                if body["event"]["type"] == "app_mention" or body["event"].get("channel_type") == "im":
                    with self._lock:
                        self.acknowledged.add(ts)
                return
            if attempt < len(RETRY_SECONDS):
                time.sleep(RETRY_SECONDS[attempt])


def _event(event_id: str, event: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}
