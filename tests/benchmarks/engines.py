"""The product's retrieval beside other engines, on the same texts in the same run; writes BENCHMARKS.md.

    make benchmark [BENCH=DIR]
    python -m tests.benchmarks.engines [--bench DIR] [--largest 100000]

DIR holds folders of public retrieval sets, see `index/evaluation/benchmark.py`. Each engine is timed in a process of
its own. `--largest` leaves out the larger numbers of documents; the file is written all the same.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby, islice
from multiprocessing import get_context
from pathlib import Path

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

from index.evaluation.benchmark import Benchmark, BenchmarkResult, measure, read_benchmark
from knowledge.entry import Entry
from knowledge.folder import SHIPPED
from knowledge.judged import JudgedQuery, read_judged, with_successors
from tests.benchmarks.engines_report import Cost, write_report
from tests.benchmarks.retrieval_engines import ENGINES, LARGEST, Build, Engine
from tests.benchmarks.scale import texts

ROOT = Path(__file__).parents[2]
UNSEEN = ("unseen.tsv", "unseen_by_kind.tsv")  # in tests/
SIZES = (1_000, 10_000, LARGEST)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--largest", type=int, default=LARGEST)
    options = parser.parse_args()
    costs = _costs(options.largest)
    folders = sorted(one for one in options.bench.iterdir() if one.is_dir()) if options.bench else []
    write_report(ROOT, compared(shipped_sets()), compared([read_benchmark(folder) for folder in folders]), costs)


def shipped_sets() -> list[Benchmark]:
    """The shipped entries with the judged queries, then with questions that nothing was learned from."""
    entries = sorted((located.entry for located in SHIPPED.read_entries()), key=lambda entry: entry.id)
    files = (SHIPPED.judged, *(ROOT / "tests" / name for name in UNSEEN))
    return [_benchmark(path.stem, entries, read_judged(path)) for path in files]


def _benchmark(name: str, entries: Sequence[Entry], judged: Sequence[JudgedQuery]) -> Benchmark:
    answerable = [query for query in with_successors(judged, entries) if query.answerable]
    queries = {str(number): query.text for number, query in enumerate(answerable)}
    right = {str(number): dict.fromkeys(query.entries, 1) for number, query in enumerate(answerable)}
    return Benchmark(name, tuple(entries), queries, right)


def compared(sets: Sequence[Benchmark]) -> list[dict[Engine, BenchmarkResult]]:
    """The measures of every engine on each set; what several sets in a row share is built once."""
    found: list[dict[Engine, BenchmarkResult]] = []
    for documents, group in groupby(sets, key=lambda one: one.documents):
        alike = list(group)
        measured = {engine: _measures(engine.prepare(), documents, alike) for engine in ENGINES}
        found += [{engine: measured[engine][number] for engine in ENGINES} for number in range(len(alike))]
    return found


def _measures(build: Build, documents: Sequence[Entry], sets: Sequence[Benchmark]) -> list[BenchmarkResult]:
    find = build(documents)
    return [measure(one, lambda text: [documents[number].id for number in find(text)]) for one in sets]


def _costs(largest: int) -> dict[Engine, dict[int, Cost]]:
    """The costs of every engine by number of documents, each measured in a process of its own."""
    made = enumerate(islice(texts(), largest))
    documents = [Entry(id=str(number), category="", question=asked, answer=answer) for number, (asked, answer) in made]
    queries = [query.text for query in read_judged(ROOT / "tests" / UNSEEN[0]) if query.answerable]
    found: dict[Engine, dict[int, Cost]] = {engine: {} for engine in ENGINES}
    for engine in reversed(ENGINES):  # the quickest first
        for size in (size for size in SIZES if size <= min(engine.largest, largest)):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
                found[engine][size] = processes.submit(_cost_by_name, engine.name, documents[:size], queries).result()
            print(f"{engine.name}, {size:,} documents: {found[engine][size]}", file=sys.stderr)
    return found


def _cost_by_name(name: str, documents: Sequence[Entry], queries: Sequence[str]) -> Cost:
    return cost(next(one for one in ENGINES if one.name == name), documents, queries)


def cost(engine: Engine, documents: Sequence[Entry], queries: Sequence[str]) -> Cost:
    """Build the engine's index of `documents`, and ask one query at a time; in time of the processor."""
    build = engine.prepare()
    build(documents[:5])("利用料金を教えてください")  # loads what is loaded at the first use
    gc.collect()
    before, started = _own_megabytes(), time.process_time()
    find = build(documents)
    built = time.process_time() - started
    find(queries[0])  # some compute the last of their weights now
    gc.collect()
    after = _own_megabytes()
    times = [_milliseconds(find, query) for query in queries[: engine.queries]]
    return Cost(built, after - before, statistics.median(times))


def _milliseconds(find: Callable[[str], object], query: str) -> float:
    started = time.process_time()
    find(query)
    return 1_000 * (time.process_time() - started)


def _own_megabytes() -> float:
    """What the process holds in memory, without the pages of files."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
