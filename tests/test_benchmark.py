"""Retrieval benchmarks: read from a folder, ranked by the product's own configuration, measured with ir-measures."""

from pathlib import Path

import pytest

from index.encoder.encoder import Encoder
from index.evaluation.benchmark import read_benchmark, run_benchmark
from index.text.analyzer import Analyzer
from knowledge.errors import KnowledgeError

CORPUS = """{"id": "a", "title": "解約", "text": "途中で解約しても違約金はかかりません。"}
{"id": "b", "title": "", "text": "月額は2,960円です。"}
{"id": "c", "title": "無料お試しは10日間です。", "text": ""}
{"id": "d", "title": "業務時間", "text": "平日の9時から18時です。"}
{"id": "e", "title": "転送", "text": "転送の設定はお客様が行います。"}
{"id": "f", "title": "報告", "text": "メールかチャットワークで知らせます。"}
{"id": "g", "title": "証明書", "text": "写真を撮って添付します。"}
{"id": "h", "title": "規約", "text": "会社が変えることがあります。"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(CORPUS, encoding="utf-8")
    (folder / "queries.tsv").write_text("q1\t違約金は？\nq2\t月額は何円\nq3\tぬるぽ\n", encoding="utf-8")
    (folder / "qrels.tsv").write_text("q1\ta\t1\nq2\tb\t2\nq2\tc\t0\nq3\tc\t1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("semantic", [False, True])
def test_a_benchmark_is_measured(folder: Path, analyzer: Analyzer, encoder: Encoder, semantic: bool) -> None:  # noqa: FBT001
    found = run_benchmark(read_benchmark(folder), analyzer, encoder if semantic else None)
    assert (found.name, found.documents, found.queries) == ("tiny", 8, 3)
    assert found.hit_at_1 >= 2 / 3
    assert found.hit_at_1 <= found.mrr_at_10 <= 1
    assert found.hit_at_1 <= found.ndcg_at_10 <= 1


def test_a_query_that_is_answered_wrongly_counts_as_zero(folder: Path, analyzer: Analyzer) -> None:
    (folder / "qrels.tsv").write_text("q1\tb\t1\nq2\ta\t1\nq3\tmissing\t1\n", encoding="utf-8")
    assert run_benchmark(read_benchmark(folder), analyzer, None).hit_at_1 == 0


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("corpus.jsonl", CORPUS + "{broken\n", 9),
        ("corpus.jsonl", '{"id": "a"}\n', 1),
        ("corpus.jsonl", '["a"]\n', 1),
        ("queries.tsv", "q1\t違約金\nq2\n", 2),
        ("qrels.tsv", "q1\ta\n", 1),
        ("qrels.tsv", "q1\ta\tone\n", 1),
        ("qrels.tsv", "q9\ta\t1\n", 1),
    ],
)
def test_a_bad_line_is_named(folder: Path, file: str, text: str, line: int) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_benchmark(folder)
    (problem,) = caught.value.problems
    assert problem.file.endswith(file)
    assert problem.line == line
    assert problem.hint


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "qrels.tsv").unlink()
    with pytest.raises(KnowledgeError, match=r"qrels\.tsv"):
        read_benchmark(folder)
