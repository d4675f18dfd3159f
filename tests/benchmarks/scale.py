"""A knowledge base of 10,000 entries without variants: taking it in, starting, answering, and the size of the database.

Prints wall and processor seconds and the largest resident memory of each command. The entries are made of the texts
of the trial knowledge bases and of the shipped one, each question joined from two of them: no text stands twice.

    python -m tests.benchmarks.scale [--entries 10000]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from index.evaluation.trials import read_trials
from knowledge.folder import SHIPPED

TRIALS = Path(__file__).parents[1] / "knowledge_bases"
RUNS = 3
MEASURED = """
import resource, subprocess, sys
status = subprocess.call([sys.executable, "-m", "bot", *sys.argv[1:]], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
sys.exit(status)
"""


def main() -> None:
    """Make the knowledge base, run the commands on it and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "faq", count)
        database = Path(place) / "faqbot.db"
        settings = {"KNOWLEDGE": str(folder), "DATABASE_URL": f"sqlite:///{database}"}
        print(f"{count:,} entries")
        _print("taking the folder in (faqbot migrate)", *measured(settings, "migrate"))
        asked = [measured(settings, "ask", "--json", "利用料金を教えてください") for _ in range(RUNS)]
        _print("faqbot ask, the best of three", *min(asked))
        _print("faqbot check", *measured(settings, "check", str(folder / "entries")))
        print(f"  the database: {database.stat().st_size / 2**20:.0f} MB")


def write_folder(folder: Path, count: int) -> Path:
    """A knowledge base folder with `count` entries; each value is written as JSON, which YAML reads."""
    (folder / "entries").mkdir(parents=True)
    (folder / "site.yaml").write_text("name: 大きなナレッジベース\n", encoding="utf-8")
    with (folder / "entries" / "all.yaml").open("w", encoding="utf-8") as file:
        file.write("category: 全般\nentries:\n")
        for number, (question, answer) in enumerate(islice(texts(), count)):
            fields = {"id": f"entry-{number}", "question": question, "answer": answer}
            lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
            file.write("  - " + "\n    ".join(lines) + "\n")
    return folder


def texts() -> Iterator[tuple[str, str]]:
    """Questions, each joined from two, with an answer; no question comes twice."""
    entries = [entry for trial in read_trials(TRIALS) for entry in trial.entries]
    entries += [located.entry for located in SHIPPED.read_entries()]
    asked = [text for entry in entries for text in (entry.question, *entry.variants)]
    for step in range(1, len(asked)):
        for number, text in enumerate(asked):
            other = asked[(number + 101 * step) % len(asked)]
            yield f"{text[:120]} {other[:60]}", entries[(number + step) % len(entries)].answer


def measured(settings: Mapping[str, str], *arguments: str) -> tuple[float, float, int]:
    """The wall and the processor seconds of a command, and its largest resident memory in MB."""
    started = time.perf_counter()
    program = [sys.executable, "-c", MEASURED, *arguments]
    printed = subprocess.run(program, env={**os.environ, **settings}, check=False, stdout=subprocess.PIPE, text=True)
    wall = time.perf_counter() - started
    processor, megabytes = printed.stdout.split()
    return wall, float(processor), int(megabytes)


def _print(what: str, wall: float, processor: float, megabytes: int) -> None:
    print(f"  {what}: {wall:.2f} s, {processor:.2f} s of a processor, {megabytes} MB")


if __name__ == "__main__":
    main()
