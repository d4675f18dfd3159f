"""Public retrieval benchmarks: documents, queries and judgements from a folder, ranked as the product ranks entries."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.encoder.encoder import Encoder
from index.ranking.entry_index import EntryIndex
from index.text.analyzer import Analyzer
from knowledge.entry import Entry
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.file_io import cause_of


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Documents as entries (title as question, text as answer), queries by id, relevance by query and document."""

    name: str
    documents: tuple[Entry, ...]
    queries: dict[str, str]
    relevances: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """Means over all queries, 0 to 1; a query for which nothing relevant was ranked counts as zero."""

    name: str
    documents: int
    queries: int
    hit_at_1: float  # ir-measures' Success@1
    mrr_at_10: float  # RR@10
    ndcg_at_10: float


def read_benchmark(folder: Path) -> Benchmark:
    """Read `corpus.jsonl` (id, title, text), `queries.tsv` (id, text) and `qrels.tsv` (query, document, grade).

    Raises KnowledgeError at the first line that cannot be read.
    """
    documents = tuple(_documents(folder / "corpus.jsonl"))
    queries = {row[0]: row[1] for row in _rows(folder / "queries.tsv", 2)}
    relevances: dict[str, dict[str, int]] = {query: {} for query in queries}
    path = folder / "qrels.tsv"
    for number, (query, document, grade) in enumerate(_rows(path, 3), start=1):
        if query not in queries or not grade.isdecimal():
            raise _unreadable(path, number, "質問のid<タブ>文書のid<タブ>0以上の整数、と書いてください。")
        relevances[query][document] = int(grade)
    return Benchmark(folder.resolve().name, documents, queries, relevances)


def run_benchmark(benchmark: Benchmark, analyzer: Analyzer, encoder: Encoder | None) -> BenchmarkResult:
    """Rank the documents for every query with the product's own weights, and measure with ir-measures.

    Raises FaqError if ir-measures is not installed.
    """
    _require_measures()  # before the documents are encoded, which may take a minute
    index = EntryIndex(benchmark.documents, analyzer, encoder)
    return measure(benchmark, lambda text: [hit.entry.id for hit in index.rank(index.query(text)).hits])


def measure(benchmark: Benchmark, rank: Callable[[str], Sequence[str]]) -> BenchmarkResult:
    """Measure any engine: `rank` gives the ids of the ranked documents for a query's text, the best first.

    Raises FaqError if ir-measures is not installed.
    """
    _require_measures()
    import ir_measures  # half a second that no other command should wait for
    from ir_measures import RR, Success, nDCG

    run = _run(benchmark, rank)
    measured = ir_measures.calc_aggregate([Success @ 1, RR @ 10, nDCG @ 10], benchmark.relevances, run)
    return BenchmarkResult(
        benchmark.name,
        len(benchmark.documents),
        len(benchmark.queries),
        float(measured[Success @ 1]),
        float(measured[RR @ 10]),
        float(measured[nDCG @ 10]),
    )


def _require_measures() -> None:
    if not find_spec("ir_measures"):
        raise FaqError(
            "評価用のパッケージ ir-measures がありません。",
            '`.venv/bin/pip install -e ".[evaluation]"` を実行してください（`make serve` なら自動で入ります）。',
        )


def _run(benchmark: Benchmark, rank: Callable[[str], Sequence[str]]) -> dict[str, dict[str, int]]:
    """The ranked documents of each query; scored by place, so that the measures' ways to break ties do not count."""
    return {
        query: {document: -place for place, document in enumerate(rank(text))}
        for query, text in benchmark.queries.items()
    }


def _documents(path: Path) -> Iterator[Entry]:
    for number, line in enumerate(_lines(path), start=1):
        try:
            values = json.loads(line)
            yield Entry(id=values["id"], category="", question=values["title"], answer=values["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable(path, number, '{"id": …, "title": …, "text": …} と書いてください。') from error


def _rows(path: Path, columns: int) -> Iterator[Sequence[str]]:
    for number, line in enumerate(_lines(path), start=1):
        row = line.split("\t")
        if len(row) != columns:
            raise _unreadable(path, number, f"タブで区切った{columns}列にしてください。")
        yield row


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        cause = cause_of(error) if isinstance(error, OSError) else "文字コードが UTF-8 ではありません"
        hint = "corpus.jsonl・queries.tsv・qrels.tsv（UTF-8）のあるフォルダを指定してください。"
        raise KnowledgeError([Problem(f"ファイルを読めません（{cause}）。", hint, str(path))]) from error


def _unreadable(path: Path, line: int, hint: str) -> KnowledgeError:
    return KnowledgeError([Problem("この行を読めません。", hint, str(path), line)])
