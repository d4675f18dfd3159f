"""`python -m tests.faults`: does the bot keep its word? Questions at a steady rate while everything fails in turn.

Two `faqbot serve` processes on PostgreSQL; Slack delivers each event one to four times, out of order, and
retries. In turn a process is killed, the database is stopped in the middle of its work, Slack fails, a process
is ended by SIGTERM. Afterwards every question must have exactly one reply. Exit 1 if one is lost or doubled.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgres import Postgres, fill
from processes import Bot, percentiles

from tests.faults.faulty_slack import FaultySlack
from tests.faults.sender import Sender

CALM_SECONDS = 4.0  # between two faults
PATIENCE_SECONDS = 300.0  # for the last replies
APOLOGY = "受付番号"


def main() -> int:
    """Run and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=20.0, help="questions a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prepared", type=Path, help="SQLite file to begin with, which saves the preparation")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        postgres, slack = Postgres(), FaultySlack(options.seed)
        database = postgres.database()
        if options.prepared:
            fill(database, options.prepared)
        bots = [Bot(database, slack.url, Path(folder) / f"{name}.log") for name in "ab"]
        try:
            return _run(options, slack, bots, postgres)
        finally:
            for bot in bots:
                bot.kill()
            slack.close()
            postgres.close()


def _run(options: argparse.Namespace, slack: FaultySlack, bots: list[Bot], postgres: Postgres) -> int:
    for bot in bots:  # one after the other: the first prepares the database
        bot.start()
        bot.wait_until_up()
    sender = Sender([bot.port for bot in bots], options.seed)
    over = threading.Event()
    faults = threading.Thread(target=_fail_in_turn, args=(bots, slack, postgres, over))
    faults.start()
    sender.send(options.questions, options.rate)
    over.set()
    faults.join()
    sender.wait()
    _wait_for(lambda: all(slack.replies.get(ts) for ts in sender.asked))
    time.sleep(5.0)  # what would come twice has the time to come
    return _report(sender, slack)


def _fail_in_turn(bots: list[Bot], slack: FaultySlack, postgres: Postgres, over: threading.Event) -> None:
    first, second = bots
    faults: Iterator[tuple[str, Callable[[], None]]] = cycle(
        [
            ("process killed", lambda: _again(first, first.kill)),
            ("database stopped for 3 s", lambda: _without(postgres)),
            ("Slack fails for 5 s", lambda: _failing(slack)),
            ("the other process killed", lambda: _again(second, second.kill)),
            ("Slack fails for 5 s", lambda: _failing(slack)),
            ("process ended by SIGTERM", lambda: _again(first, first.end)),
        ]
    )
    started = time.monotonic()
    while not over.wait(CALM_SECONDS):
        name, fault = next(faults)
        print(f"{time.monotonic() - started:6.1f} s  {name}", flush=True)
        fault()


def _again(bot: Bot, end: Callable[[], None]) -> None:
    end()
    bot.start()
    bot.wait_until_up()


def _without(postgres: Postgres) -> None:
    postgres.stop()
    time.sleep(3.0)
    postgres.start()


def _failing(slack: FaultySlack) -> None:
    slack.failing = True
    time.sleep(5.0)
    slack.failing = False


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.2)


def _report(sender: Sender, slack: FaultySlack) -> int:
    answers = {ts: [at for at, _, text in slack.replies.get(ts, ()) if APOLOGY not in text] for ts in sender.asked}
    lost = [ts for ts, times in answers.items() if not times]
    doubled = [ts for ts in sender.asked if len(slack.replies.get(ts, ())) > 1]
    apologies = sum(APOLOGY in text for said in slack.replies.values() for *_, text in said)
    replies = sum(map(len, answers.values()))
    print(f"questions {len(sender.asked)}, acknowledged {len(sender.acknowledged)}, replies {replies}")
    print(f"lost {len(lost)} {lost[:5]}, doubled {len(doubled)} {doubled[:5]}")
    print(f"apologies {apologies}, taken back {slack.taken_back}")
    print(
        "question sent → reply posted: "
        + percentiles([times[0] - sender.asked[ts] for ts, times in answers.items() if times])
    )
    return int(bool(lost or doubled))


if __name__ == "__main__":
    sys.exit(main())
