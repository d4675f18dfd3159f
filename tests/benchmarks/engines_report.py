"""BENCHMARKS.md and its chart, from the measures and costs of `engines.py`."""

import os
import platform
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from index.evaluation.benchmark import BenchmarkResult
from tests.benchmarks.engines_chart import chart
from tests.benchmarks.retrieval_engines import ENGINES, Engine

CHART = "tests/gallery/pictures/query_times.svg"
PRODUCT = ENGINES[0]
PACKAGES = ("rank-bm25", "bm25s", "tantivy", "fugashi", "unidic-lite", "numpy", "ir-measures")
Measures = Mapping[Engine, BenchmarkResult]

# From the results repository of the MTEB leaderboard (hit@1, MRR@10, nDCG@10), by the name of the set's folder.
PUBLISHED = {
    "jaquad_mteb": (
        "JaQuADRetrieval",
        (
            ("multilingual-e5-small", 0.748, 0.833, 0.590),
            ("multilingual-e5-large-instruct", 0.623, 0.747, 0.628),
        ),
    )
}
ABOUT = {
    "judged": "The weights of the product and its calibration were **learned from these questions** among others, so "
    "this table flatters it; the next ones do not.",
    "unseen": "By a writer who knew none of the variants. Nothing was learned from these: the honest table.",
    "unseen_by_kind": "By two more writers, in ten ways of asking. Nothing was learned from these either.",
}
INTRODUCTION = """# Benchmarks

The first stage of retrieval of faqbot beside other engines, on the same texts in the same run on the same machine.
`make benchmark` writes this file; with `make benchmark BENCH=DIR` also the public sets, see
[tests/README.md](tests/README.md#measuring). What is measured is the ranking alone: no decision to answer or to refuse,
no second stage. The best figure of a column is bold, whoever has it.

[The shipped knowledge base](#the-shipped-knowledge-base) · [Public sets](#public-sets) ·
[Time and memory](#time-and-memory) · [How it was measured](#how-it-was-measured)

## The shipped knowledge base

Documents are the entries, each with its question, variants and answer; queries are the questions that have an entry,
and any entry judged right counts. The product sees an entry's fields, the others one text; the product leaves greetings
out of a query, the others take it as it was written.
"""
PUBLIC = """## Public sets

The product ranks them with the weights and synonyms it has for the shipped entries; no weight was learned from them.
The texts are not part of the project. In this file as it is in the repository, the queries are the halves that were
looked at while the product was made.
"""
COSTS = f"""## Time and memory

Documents are questions with answers, some 180 characters, mixed from eight knowledge bases
(`tests/benchmarks/scale.py`); queries are unseen questions, one at a time. A query is cut into words or characters
within its time, and so are the documents while an index is built. Times are those of the processor, so that other work
on the machine does not count; where two threads work, as in the encoder, both do. Memory is what a process of its own
holds after building and a first query, less what it held before with dictionary and models loaded; without pages of
files, which the dictionary's are, with what building leaves behind. “–” was not measured in this run: the whole index
is made for 10,000 entries.

![How the time of one query grows with the documents]({CHART})
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an engine takes: seconds to build, resident megabytes, and the median milliseconds of one query."""

    build: float
    memory: float
    query: float


def write_report(
    root: Path,
    shipped: Sequence[Measures],
    public: Sequence[Measures],
    costs: Mapping[Engine, Mapping[int, Cost]],
) -> None:
    """Write BENCHMARKS.md and its chart in the folder `root`."""
    parts = [INTRODUCTION, *map(_set, shipped), PUBLIC, *map(_set, public)]
    if not public:
        parts.append("None were given.\n")
    parts += [_ahead([*shipped, *public]), COSTS, *_cost_tables(costs), _how()]
    (root / "BENCHMARKS.md").write_text("\n".join(parts), encoding="utf-8")
    times = {engine.name: {size: cost.query for size, cost in sizes.items()} for engine, sizes in costs.items()}
    (root / CHART).parent.mkdir(parents=True, exist_ok=True)
    (root / CHART).write_text(chart(times), encoding="utf-8")


def _set(measures: Measures) -> str:
    one = measures[PRODUCT]
    rows = {engine.name: [found.hit_at_1, found.mrr_at_10, found.ndcg_at_10] for engine, found in measures.items()}
    about = f"{ABOUT[one.name]}\n\n" if one.name in ABOUT else ""
    heading = f"### {one.name}: {one.documents:,} documents, {one.queries:,} queries\n\n{about}"
    shown = table(["engine", "hit@1", "MRR@10", "nDCG@10"], rows, _share, max)
    return heading + shown + _published(one.name, one.queries)


def _published(name: str, queries: int) -> str:
    """The rows of embedding models that others measured on the same task."""
    if name not in PUBLISHED:
        return ""
    task, models = PUBLISHED[name]
    rows = {model: list(figures) for model, *figures in models}
    return (
        f"\nEmbedding models on the same task ({task}), as the results repository of the MTEB leaderboard gives them,\n"
        f"not measured here. They were asked all of its queries, the engines above {queries:,} of them. The large\n"
        "model has 560 million parameters, the small one 118 million.\n\n"
        + table(["model", "hit@1", "MRR@10", "nDCG@10"], rows, _share, None)
    )


def _ahead(sets: Sequence[Measures]) -> str:
    """One sentence for each set on which another engine is ahead of the product with the encoder."""
    lines = []
    for measures in sets:
        own = measures[PRODUCT]
        others = [(e, m) for e, m in measures.items() if not e.name.startswith("faqbot")]
        for label, of in (("hit@1", _hit), ("MRR@10", _mrr), ("nDCG@10", _ndcg)):
            engine, best = max(others, key=lambda one: of(one[1]))
            if of(best) > of(own):
                lines.append(f"- {own.name}, {label}: {engine.name} {_share(of(best))}, faqbot {_share(of(own))}")
    said = "\n".join(lines) or "None on these sets."
    return f"### Where another engine is ahead of faqbot with the encoder\n\n{said}\n"


def _hit(found: BenchmarkResult) -> float:
    return found.hit_at_1


def _mrr(found: BenchmarkResult) -> float:
    return found.mrr_at_10


def _ndcg(found: BenchmarkResult) -> float:
    return found.ndcg_at_10


def _cost_tables(costs: Mapping[Engine, Mapping[int, Cost]]) -> list[str]:
    sizes = sorted({size for of in costs.values() for size in of})
    head = ["engine", *(f"{size:,}" for size in sizes)]
    kinds: list[tuple[str, Callable[[Cost], float], Callable[[float], str]]] = [
        ("One query, median, ms", lambda cost: cost.query, lambda value: f"{value:.2f}"),
        ("Building, s", lambda cost: cost.build, lambda value: f"{value:.2f}" if value < 10 else f"{value:.0f}"),
        ("Memory, MB", lambda cost: cost.memory, lambda value: f"{value:.0f}"),
    ]
    return [
        f"### {title}\n\n"
        + table(head, {e.name: [of(c[s]) if s in c else None for s in sizes] for e, c in costs.items()}, shown, min)
        for title, of, shown in kinds
    ]


def table(
    head: Sequence[str],
    rows: Mapping[str, Sequence[float | None]],
    shown: Callable[[float], str],
    best: Callable[[Sequence[float]], float] | None,
) -> str:
    """A table in Markdown; `best` chooses the figure of each column that is bold."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    columns = [[value for value in column if value is not None] for column in zip(*rows.values(), strict=True)]
    bold = [shown(best(column)) if best and column else "" for column in columns]
    for name, values in rows.items():
        cells = ["–" if value is None else shown(value) for value in values]
        marked = [f"**{cell}**" if cell == top else cell for cell, top in zip(cells, bold, strict=True)]
        lines.append(f"| {name} | {' | '.join(marked)} |")
    return "\n".join(lines) + "\n"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.3f}"


def _how() -> str:
    engines = "\n".join(f"- {engine.name}: {engine.about}" for engine in ENGINES)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"## How it was measured\n\n{engines}\n\nMeasures by ir-measures (Success@1, RR@10, nDCG@10). "
        f"{datetime.now(UTC):%Y-%m}, {_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()};\n{versions}, SQLite {sqlite3.sqlite_version}.\n"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
