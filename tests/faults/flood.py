"""`python -m tests.faults.flood`: one person writes 30 messages a second for a minute, and nobody else waits for it.

Slack takes a message a second in each channel, a few more at first, and answers 429 with Retry-After beyond that.
Meanwhile others ask in other channels and in direct messages, one every half second. Exit 1 when their replies do not
come within two seconds (p95), when the flooder is told to write less more than once a minute, or when a question that
was accepted has not exactly one reply.
"""

import argparse
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_slack import BOT_USER, TEAM, FakeSlack
from processes import deliver, percentiles

from tests.faults.one_bot import add_prepared, running_bot
from tests.faults.sender import QUESTIONS

FLOODER, FLOODED = "U0FLOODER", "C0FLOODED"
RATE = 30  # messages a second of the flooder
OTHERS = 2  # questions a second of everybody else
LIMIT = 20  # questions of one person in a minute, the default of RATE_LIMIT
BURST = 3  # posts that Slack takes at once in a channel, before it wants one a second
REST = 5  # seconds that Slack wants, in Retry-After
PROMISED = 2.0  # seconds, at the 95th percentile
PATIENCE = 240.0  # seconds for the last replies
NOTICE = "短い時間にたくさん"


class SlowingSlack(FakeSlack):
    """A Slack that takes BURST posts in a channel, then one a second, with the moment of each that it took."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, list[tuple[float, str]]] = {}  # by the message it answers: when, and its text
        self.refused = 0
        self._full_at: dict[str, float] = {}
        self._guard = threading.Lock()

    def receive(
        self, method: str, params: dict[str, Any], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        """The answer; 429 to a post that is one too many."""
        if method != "chat.postMessage":
            return super().receive(method, params, token)
        with self._guard:
            if not self._has_room(str(params["channel"])):
                self.refused += 1
                return 429, {"Retry-After": str(REST)}, {"ok": False, "error": "ratelimited"}
            self.taken.setdefault(str(params["thread_ts"]), []).append((time.monotonic(), str(params["text"])))
        return super().receive(method, params, token)

    def _has_room(self, channel: str) -> bool:
        now = time.monotonic()
        full_at = max(self._full_at.get(channel, now), now) + 1.0
        if full_at - now > BURST:
            return False
        self._full_at[channel] = full_at
        return True


def main() -> int:
    """Run and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    add_prepared(parser)
    options = parser.parse_args()
    slack = SlowingSlack()
    with running_bot(slack, options.prepared, RATE_LIMIT=str(LIMIT)) as (bot, database):
        return _run(bot.port, slack, database, options.seconds)


def _run(port: int, slack: SlowingSlack, database: Path, seconds: int) -> int:
    asked: dict[str, float] = {}
    acknowledged: list[bool] = []
    with ThreadPoolExecutor(50) as pool:
        started = time.monotonic()
        for number in range(RATE * seconds):
            time.sleep(max(0.0, started + number / RATE - time.monotonic()))
            pool.submit(lambda body: acknowledged.append(deliver(port, body)), _flooding(number))
            if number % (RATE // OTHERS) == 0:
                body = _asking(number)
                asked[body["event"]["ts"]] = time.monotonic()
                pool.submit(deliver, port, body)
    _wait_until_done(database)
    return _report(slack, database, asked, acknowledged, seconds)


def _flooding(number: int) -> dict[str, Any]:
    said = {"type": "app_mention", "channel": FLOODED, "user": FLOODER, "ts": f"16{number:08d}.000100"}
    return _event(f"EvFlood{number}", said | {"text": f"<@{BOT_USER}> {QUESTIONS[number % len(QUESTIONS)]}"})


def _asking(number: int) -> dict[str, Any]:
    said = {"user": f"U{number}", "ts": f"17{number:08d}.000100", "text": QUESTIONS[0]}
    if number % 2:
        return _event(f"Ev{number}", said | {"type": "message", "channel_type": "im", "channel": f"D{number}"})
    mention = {"type": "app_mention", "channel": f"C{number}", "text": f"<@{BOT_USER}> {QUESTIONS[0]}"}
    return _event(f"Ev{number}", said | mention)


def _event(event_id: str, event: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}


def _read(database: Path, statement: str) -> Any:
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        return connection.execute(statement).fetchone()[0]


def _wait_until_done(database: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while _read(database, "SELECT count(*) FROM inbox WHERE state = 'waiting'") and time.monotonic() < deadline:
        time.sleep(0.5)


def _report(
    slack: SlowingSlack, database: Path, asked: dict[str, float], acknowledged: list[bool], seconds: int
) -> int:
    times = sorted(slack.taken[ts][0][0] - at for ts, at in asked.items() if ts in slack.taken)
    theirs = [text for ts, posts in slack.taken.items() if ts not in asked for _, text in posts]
    notices = sum(NOTICE in text for text in theirs)
    accepted = _read(database, "SELECT count(*) FROM queries") - len(asked)
    undone = _read(database, "SELECT count(*) FROM inbox WHERE state <> 'done'")
    doubled = sum(len(posts) > 1 for posts in slack.taken.values())
    print(f"flooder: {len(acknowledged)} messages, {sum(acknowledged)} acknowledged, {accepted} accepted as questions,")
    print(f"  {len(theirs) - notices} answered, {notices} notices; posts refused with 429: {slack.refused}")
    print(f"others: {len(asked)} asked, {len(times)} answered, {percentiles(times)}")
    print(f"events not done {undone}, messages with two replies {doubled}")
    is_late = not times or times[min(len(times) - 1, len(times) * 95 // 100)] > PROMISED
    is_told_too_often = notices > -(-seconds // 60) + 1  # the first minute's notice may be as late as the second's
    is_lost = len(times) < len(asked) or accepted != len(theirs) - notices or bool(undone or doubled)
    return int(is_late or is_told_too_often or is_lost or not all(acknowledged))


if __name__ == "__main__":
    sys.exit(main())
