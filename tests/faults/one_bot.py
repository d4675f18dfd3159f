"""One bot on a SQLite file of its own, with its fake of Slack, as the programs of faults begin."""

import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fake_slack import FakeSlack
from processes import Bot


def add_prepared(parser: ArgumentParser) -> None:
    """Add the option for the file to begin with."""
    parser.add_argument("--prepared", type=Path, help="SQLite file to begin with, which saves the preparation")


@contextmanager
def running_bot(slack: FakeSlack, prepared: Path | None, **settings: str) -> Iterator[tuple[Bot, Path]]:
    """A bot that serves, and its database; both it and its Slack end afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "faqbot.db"
        if prepared:
            shutil.copy(prepared, database)
        bot = Bot(f"sqlite:///{database}", slack.url, Path(folder) / "log", **settings)
        bot.start()
        try:
            bot.wait_until_up()
            yield bot, database
        finally:
            bot.kill()
            slack.close()
