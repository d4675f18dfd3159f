"""How much two processes on PostgreSQL carry: signed events, each answered to the end of the Slack call; the web page.

    python -m tests.benchmarks.load [--seconds 20] [--soak MINUTES]

Prints answers a second with as many questions under way as the bots can take, the acknowledgement at half the aim,
searches a second on the web page, and with --soak the memory of both processes over time. The sender, the fake of
Slack and PostgreSQL share the cores with the bots, so that a bot alone carries more.
"""

import argparse
import http.client
import itertools
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_slack import TEAM, FakeSlack
from postgres import Postgres
from processes import Bot, deliver, percentiles

AIM = 150  # answers a second
UNDER_WAY = 120  # questions sent and not answered yet, in the run without a rate
SOAK_RATE = 20.0  # questions a second
SENDERS = 12
NUMBERS = itertools.count(1)
QUESTIONS = (
    "無料お試しは何日間ですか",
    "途中で解約したら違約金はかかりますか",
    "解約したい",
    "縄文土器の文様",
    "月の途中で解約したら日割りですか",
)


class Counting(FakeSlack):
    """Slack that remembers when each thread got its reply, and no more: a long run must not fill our own memory."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}

    def receive(
        self, method: str, params: dict[str, Any], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        answer = 200, {}, {"ok": True} | self._answer(method, params)
        if method == "chat.postMessage":
            self.at[str(params["thread_ts"])] = time.perf_counter()
        return answer


class Load:
    """Questions to both bots, and when they were sent and acknowledged."""

    def __init__(self, bots: list[Bot], slack: Counting) -> None:
        self.bots, self.slack = bots, slack
        self.sent: dict[str, float] = {}
        self.acknowledged: list[float] = []

    def ask(self) -> None:
        number = next(NUMBERS)
        ts = f"17{number:08d}.000100"
        event = {"type": "app_mention", "text": QUESTIONS[number % len(QUESTIONS)], "channel": f"C{number % 50}"}
        event |= {"user": f"U{number}", "ts": ts}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "event": event}
        self.sent[ts] = time.perf_counter()
        if deliver(self.bots[number % len(self.bots)].port, body):
            self.acknowledged.append(time.perf_counter() - self.sent[ts])

    def at_full_speed(self, seconds: float) -> float:
        """Keep UNDER_WAY questions under way; returns answers a second."""
        end = time.perf_counter() + seconds

        def keep_asking(_: int) -> None:
            while time.perf_counter() < end:
                if len(self.sent) - len(self.slack.at) < UNDER_WAY:
                    self.ask()
                else:
                    time.sleep(0.002)

        before = len(self.slack.at)
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(keep_asking, range(SENDERS)))
        return (len(self.slack.at) - before) / seconds

    def at_rate(self, rate: float, seconds: float) -> None:
        """Send at a steady rate, whatever comes back."""
        started = time.perf_counter()
        with ThreadPoolExecutor(SENDERS * 4) as pool:
            for number in range(int(rate * seconds)):
                time.sleep(max(0.0, started + number / rate - time.perf_counter()))
                pool.submit(self.ask)

    def report(self, name: str) -> None:
        """Wait for the last answers and print."""
        deadline = time.perf_counter() + 30
        while len(self.slack.at) < len(self.sent) and time.perf_counter() < deadline:
            time.sleep(0.05)
        answered = [self.slack.at[ts] - at for ts, at in self.sent.items() if ts in self.slack.at]
        print(f"{name}: {len(self.sent)} sent, {len(self.acknowledged)} acknowledged, {len(answered)} answered")
        print(f"  acknowledgement {percentiles(self.acknowledged)}")
        print(f"  question sent → reply posted {percentiles(answered)}", flush=True)
        self.sent.clear()
        self.slack.at.clear()
        self.acknowledged.clear()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        postgres, slack = Postgres(durable=True), Counting()
        database = postgres.database()
        bots = [Bot(database, slack.url, Path(folder) / f"{name}.log") for name in "ab"]
        try:
            for bot in bots:
                bot.start()
                bot.wait_until_up()
            _measure(Load(bots, slack), options)
        finally:
            for bot in bots:
                bot.kill()
            slack.close()
            postgres.close()


def _measure(load: Load, options: argparse.Namespace) -> None:
    print(f"{len(load.bots)} processes on {os.cpu_count()} cores, which the sender, Slack and PostgreSQL share")
    load.at_full_speed(3.0)
    load.report("warming up")
    rate = load.at_full_speed(options.seconds)
    load.report(f"full speed: {rate:.0f} answers a second (aim {AIM})")
    load.at_rate(AIM / 2, options.seconds)
    load.report(f"{AIM / 2:.0f} questions a second")
    print(f"web page: {_web(load.bots, options.seconds / 2):.0f} searches a second (aim 400)", flush=True)
    if options.soak:
        _soak(load, options.soak)


def _web(bots: list[Bot], seconds: float) -> float:
    end = time.perf_counter() + seconds

    def search(number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", bots[number % len(bots)].port, timeout=30)
        done = 0
        while time.perf_counter() < end:
            connection.request("GET", f"/?q={quote(QUESTIONS[done % len(QUESTIONS)])}")
            response = connection.getresponse()
            assert response.status == 200
            response.read()
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(SENDERS) as pool:
        return sum(pool.map(search, range(SENDERS))) / seconds


def _soak(load: Load, minutes: float) -> None:
    sending = threading.Thread(target=load.at_rate, args=(SOAK_RATE, minutes * 60))
    sending.start()
    started = time.monotonic()
    while sending.is_alive():
        memory = [_resident(bot.serving_pid()) for bot in load.bots]
        minute = (time.monotonic() - started) / 60
        print(f"  {minute:5.1f} min: " + ", ".join(f"{size:.1f} MB" for size in memory), flush=True)
        sending.join(60.0)
    load.report(f"{SOAK_RATE:.0f} questions a second for {minutes:.0f} minutes")


def _resident(pid: int) -> float:
    """The resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
