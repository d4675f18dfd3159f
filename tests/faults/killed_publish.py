"""`python -m tests.faults.killed_publish`: publishing on SQLite is killed a hundred times, whenever it may be.

Each publish replaces every entry. Afterwards the file must be sound, every entry of the newest revision, the history of
each revision complete, and no revision that was reported may be gone. Exit 1 when a database is not whole.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa
from making import make_entry, publish_first

from knowledge.database.connection import connect
from knowledge.database.tables import entries, entry_history, revisions

ROOT = Path(__file__).parents[2]
ENTRIES = 200
LONGEST = 0.4  # seconds from a first publish to the end
PUBLISHER = f"""
import sys
from knowledge.database.connection import connect
from knowledge.entry import Entry
from knowledge.revisions.store import Change, Store
store = Store(connect(sys.argv[1]))
while True:
    revision = store.revision()
    answer = f"第{{revision + 1}}版" * 50
    changed = tuple(
        Entry(id=f"e{{n}}", category="分類", question=f"質問{{n}}", answer=answer) for n in range({ENTRIES})
    )
    print(store.publish(Change(put=changed), "editor", "", revision), flush=True)
"""


def main() -> int:
    """Kill and look; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    moments = random.Random(options.seed)  # noqa: S311  # repeatable, not secret
    whole = 0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/faqbot.db"
        publish_first(url, *(make_entry(f"e{number}", f"質問{number}") for number in range(ENTRIES)))
        for _ in range(options.times):
            whole += _is_whole(url, _last_reported(url, moments.random() * LONGEST))
        newest = _scalar(url, sa.select(sa.func.max(revisions.c.revision)))
    print(f"killed {options.times} times, {newest} revisions published, whole databases {whole}")
    return int(whole != options.times)


def _last_reported(url: str, seconds: float) -> int:
    """Let a process publish and kill it; returns the last revision that it reported."""
    with subprocess.Popen([sys.executable, "-c", PUBLISHER, url], cwd=ROOT, stdout=subprocess.PIPE) as publisher:
        assert publisher.stdout
        first = publisher.stdout.readline()
        time.sleep(seconds)
        publisher.kill()
        return int([first, *publisher.stdout.readlines()][-1])


def _is_whole(url: str, reported: int) -> bool:
    newest = int(_scalar(url, sa.select(sa.func.max(revisions.c.revision))))
    return (
        _scalar(url, sa.text("PRAGMA integrity_check")) == "ok"
        and newest >= reported
        and _scalar(url, sa.select(sa.func.count()).select_from(revisions)) == newest
        and _scalar(url, sa.select(sa.func.count()).where(entries.c.revision == newest)) == ENTRIES
        and _scalar(url, sa.select(sa.func.count()).select_from(entries)) == ENTRIES
        and _scalar(url, sa.select(sa.func.count()).select_from(entry_history)) == ENTRIES * newest
    )


def _scalar(url: str, statement: sa.Executable) -> int | str:
    engine = connect(url)
    with engine.connect() as connection:
        found: int | str = connection.scalar(statement)
    engine.dispose()
    return found


if __name__ == "__main__":
    sys.exit(main())
