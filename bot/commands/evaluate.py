"""`faqbot evaluate`: the quality of retrieval and decision on judged queries, or of retrieval on a benchmark."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bot.app import App
from bot.terminal.measurements import Report, conversation_lines, ids_of, listed
from index.evaluation.benchmark import read_benchmark, run_benchmark
from index.evaluation.conversations import measure_conversations, read_conversations
from index.evaluation.evaluation import Evaluation, evaluate, evaluate_kinds, evaluate_variations
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from knowledge import judged
from knowledge.errors import FaqError
from knowledge.file_io import replacing
from knowledge.judged import JudgedQuery
from knowledge.list_name import ListName


def run(options: argparse.Namespace, app: App) -> int:
    """Measure and print; nothing is written to the query log."""
    if options.lexical:
        app.encoder = app.second_stage = None
    if options.bench:
        return _run_benchmark(options, app)
    snapshot = app.faq.searcher.snapshot
    if options.conversations:
        counts = measure_conversations(snapshot, read_conversations(options.conversations))
        print(json.dumps(counts) if options.json else "\n".join(conversation_lines(counts)))
        return 0
    given = judged.read_judged(options.judged) if options.judged else snapshot.base.lists.judged_queries
    queries, left_out = _judged_queries(given, options.judged or ListName.JUDGED.label, snapshot)
    found = evaluate(snapshot, queries)
    spellings = evaluate_variations(snapshot, app.settings.knowledge.read_variations())
    report = Report(found, evaluate_kinds(snapshot, found), spellings, snapshot, left_out)
    if options.details:
        _write_details(options.details, found)
    print(json.dumps(report.json(), ensure_ascii=False) if options.json else "\n".join(report.lines()))
    return 0


def _judged_queries(
    queries: Sequence[JudgedQuery], place: Path | str, snapshot: Snapshot
) -> tuple[list[JudgedQuery], list[JudgedQuery]]:
    """Those of the queries of `place` that can be judged now, and those whose entries are not live.

    Raises FaqError where none can be judged.
    """
    if not snapshot.by_id:
        raise FaqError("公開中の項目がないので、測れません。", "faqbot import で項目を取り込んでください。")
    asked = [one for one in queries if not one.entries or snapshot.by_id.keys() & set(one.entries)]
    left_out = [one for one in queries if one.entries and not snapshot.by_id.keys() & set(one.entries)]
    if not queries:
        hint = "1行に1つ、「質問<タブ>項目のid」か「質問<タブ>-」を書いてください。"
        raise FaqError(f"{place} に質問がありません。", hint)
    if not asked:
        hint = f"idの綴りと、項目が公開中かを確かめてください: {listed(ids_of(left_out))}"
        raise FaqError(f"{place} の質問の項目は、どれも公開中ではありません。", hint)
    return asked, left_out


def _run_benchmark(options: argparse.Namespace, app: App) -> int:
    if options.judged or options.details:
        raise FaqError("--bench は --judged・--details と一緒に使えません。", "2回に分けて測ってください。")
    analyzer = Analyzer(app.tokenizer, app.settings.knowledge.read_synonyms())
    found = run_benchmark(read_benchmark(options.bench), analyzer, app.encoder)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    print(f"{found.name}: 文書 {found.documents}件・質問 {found.queries}件")
    print(f"hit@1: {found.hit_at_1:.3f}\nMRR@10: {found.mrr_at_10:.3f}\nnDCG@10: {found.ndcg_at_10:.3f}")
    return 0


def _write_details(path: Path, found: Evaluation) -> None:
    rows = ["query\tentry\tdecision\tconfidence\trank\twrong\tranked"]
    for one in found.outcomes:
        rank = one.rank or "-"
        expected = "|".join(one.query.entries) or "-"
        rows.append(
            f"{one.query.line}\t{expected}\t{one.decision}\t{one.confidence:.4f}\t{rank}\t{int(one.wrong)}"
            f"\t{','.join(one.ranked)}"
        )
    with replacing(path) as file:
        file.write(("\n".join(rows) + "\n").encode())
