"""A Slack that fails now and then: it answers 429 and 500, hangs up or hangs, with and without having posted."""

import random
import threading
import time
from collections import defaultdict
from typing import Any

from fake_slack import Failure, FakeSlack

HANGS = 11.0  # seconds, longer than the bot waits for a call


class FaultySlack(FakeSlack):
    """Slack with the times at which each thread got its messages; `failing` makes every second call go wrong."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.failing = False
        self.replies: dict[str, list[tuple[float, str, str]]] = defaultdict(list)  # thread: when, timestamp, text
        self.taken_back = 0
        self._random = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self._guard = threading.Lock()

    def receive(
        self, method: str, params: dict[str, Any], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        with self._guard:
            fails = self.failing and self._random.random() < 0.5
            failure = self._failure(posts=method == "chat.postMessage") if fails else None
        if failure:
            self.fail(method, failure)
        began = time.monotonic()
        answer = super().receive(method, params, token)
        if method == "chat.postMessage" and "ts" in params:
            posted = began if answer[0] != 200 or not answer[2]["ok"] else time.monotonic()  # before it failed
            with self._guard:
                self.replies[str(params["thread_ts"])].append((posted, str(params["ts"]), str(params["text"])))
        if method == "chat.delete" and answer[2]["ok"]:
            with self._guard:
                for said in self.replies.values():
                    taken_back = [reply for reply in said if reply[1] == str(params["ts"])]
                    self.taken_back += len(taken_back)
                    said[:] = [reply for reply in said if reply not in taken_back]
        return answer

    def _failure(self, *, posts: bool) -> Failure:
        return self._random.choice(
            [
                Failure(429, "ratelimited", {"Retry-After": "1"}),
                Failure(500),
                Failure(500, done=posts),
                Failure(503, done=posts),
                Failure(0),
                Failure(0, done=posts),
                Failure(200, "internal_error", done=posts),
                Failure(200, seconds=HANGS, done=posts),
            ]
        )
