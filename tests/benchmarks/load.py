"""How much two processes on PostgreSQL carry: signed events, each answered to the end of the Slack call; the web page.

    python -m tests.benchmarks.load [--seconds 20] [--soak MINUTES]

Prints answers a second with as many questions under way as the bots can take, the acknowledgement at half of that,
searches a second on the web page, and with --soak the memory of both processes over time. The sender, the fake of
Slack and PostgreSQL share the cores with the bots; how many of them each used is printed too, and what the whole
machine used, so that other work on it shows; then the processor time that an answer or a search took each of them,
which other work hardly changes. Every question is one of the 560 unseen ones: no vector is remembered
from one question to the next.
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
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_slack import TEAM
from postgres import Postgres
from processes import Bot, deliver, percentiles

from tests.benchmarks.wire import QuickSlack, Shares, wait_until_idle

AIM, WEB_AIM = 320, 700  # answers and searches a second
UNDER_WAY = 120  # questions sent and not answered yet, in the run without a rate
SOAK_RATE = 40.0  # questions a second
SENDERS = 12
NUMBERS = itertools.count(1)
UNSEEN = Path(__file__).parents[1] / "unseen.tsv"
QUESTIONS = [line.partition("\t")[0] for line in UNSEEN.read_text(encoding="utf-8").splitlines()[1:]]


class Load:
    """Questions to both bots, and when they were sent and acknowledged."""

    def __init__(self, bots: list[Bot], slack: QuickSlack, postgres: int) -> None:
        """`postgres` is the server's process."""
        self.bots, self.slack, self.postgres = bots, slack, postgres
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

    def shares(self) -> Shares:
        """Who uses the cores from now on."""
        return Shares(bots=[bot.pid() for bot in self.bots], PostgreSQL=[self.postgres])

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
        postgres, slack = Postgres(durable=True), QuickSlack()
        database = postgres.database()
        bots = [Bot(database, slack.url, Path(folder) / f"{name}.log") for name in "ab"]
        try:
            for bot in bots:
                bot.start()
                bot.wait_until_up()
            wait_until_idle(*(bot.pid() for bot in bots))
            _measure(Load(bots, slack, postgres.pid), options)
        finally:
            for bot in bots:
                bot.kill()
            postgres.close()


def _measure(load: Load, options: argparse.Namespace) -> None:
    print(f"{len(load.bots)} processes on {os.cpu_count()} cores, which the sender, Slack and PostgreSQL share")
    load.at_full_speed(3.0)
    load.report("warming up")
    shares = load.shares()
    rate = load.at_full_speed(options.seconds)
    print(f"cores used: {shares}\n  an answer: {shares.each(rate * options.seconds)}")
    load.report(f"full speed: {rate:.0f} answers a second (aim {AIM})")
    load.at_rate(rate / 2, options.seconds)
    load.report(f"half of that, {rate / 2:.0f} questions a second")
    shares = load.shares()
    rate = _web(load.bots, options.seconds / 2)
    print(f"cores used: {shares}\n  a search: {shares.each(rate * options.seconds / 2)}")
    print(f"web page: {rate:.0f} searches a second (aim {WEB_AIM})", flush=True)
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
        minute = (time.monotonic() - started) / 60
        memory = "; ".join(_memory(bot.pid()) for bot in load.bots)
        print(f"  {minute:5.1f} min: {memory}", flush=True)
        sending.join(60.0)
    load.report(f"{SOAK_RATE:.0f} questions a second for {minutes:.0f} minutes")


def _memory(pid: int) -> str:
    """A process's memory: all of it with its part of what it shares, and what is its alone and in no file."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.partition(":")[0]: int(line.split()[1]) / 1000 for line in rollup}
    return f"{sizes['Rss']:.0f} MB resident, {sizes['Pss']:.0f} MB by shares, {sizes['Pss_Anon']:.0f} MB in no file"


if __name__ == "__main__":
    main()
