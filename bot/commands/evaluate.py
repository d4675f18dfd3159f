"""`faqbot evaluate`: the quality of retrieval and decision on judged queries, or of retrieval on a benchmark."""

import argparse
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bot.app import App
from index.benchmark import read_benchmark, run_benchmark
from index.evaluation import Evaluation, JudgedOutcome, evaluate, evaluate_variations
from knowledge import judged, variations

LABELS = {
    "queries": "質問",
    "answerable": "うち回答のある質問",
    "hit_at_1": "hit@1",
    "hit_at_3": "hit@3",
    "hit_at_5": "hit@5",
    "mrr": "MRR",
    "answered": "回答した割合",
    "suggested": "候補を出した割合",
    "abstained": "回答しなかった割合",
    "right_answers": "正しく直接答えた割合（回答のある質問のうち）",
    "wrong_among_answered": "誤りの割合（回答したうち）",
    "right_among_suggestions": "候補に正解がある割合（直接答えなかったうち）",
    "refused_rightly": "正しく答えなかった割合（答えてはいけない質問のうち）",
}


def run(options: argparse.Namespace, app: App) -> int:
    """Measure and print; nothing is written to the query log."""
    if options.bench:
        return _run_benchmark(options, app)
    snapshot = app.faq.searcher.snapshot
    path = options.judged or judged.SHIPPED
    found = evaluate(snapshot, judged.read_judged(path, {entry.id for entry in snapshot.index.entries}))
    kinds = evaluate_variations(snapshot, variations.read_variations(variations.SHIPPED))
    if options.details:
        _write_details(options.details, found)
    if options.json:
        values = _measures(found) | {
            "variations": {kind: {"rows": one.rows, "found": one.found} for kind, one in kinds.items()},
            "lost": [_lost_json(one) for one in found.lost],
        }
        print(json.dumps(values, ensure_ascii=False))
        return 0
    for name, value in _measures(found).items():
        print(f"{LABELS[name]}: {'―' if value is None else value if isinstance(value, int) else f'{value:.3f}'}")
    print("\n表記の違いの種類ごとの正解率（標準の書き方と同じ項目を見つけた割合）")
    for kind, result in kinds.items():
        print(f"  {kind}: {result.found}/{result.rows} = {result.found / result.rows:.3f}")
    if found.lost:
        print(f"\n外れた質問（{len(found.lost)}件）: 質問 | 正解 | 最上位 | 判断")
    for one in found.lost:
        print(
            f"  {one.query.text} | {'|'.join(one.query.entries) or '-'} | "
            f"{one.ranked[0] if one.ranked else '-'} | {one.decision}"
        )
    return 0


def _run_benchmark(options: argparse.Namespace, app: App) -> int:
    found = run_benchmark(read_benchmark(options.bench), app.analyzer, app.encoder)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    print(f"{found.name}: 文書 {found.documents}件・質問 {found.queries}件")
    print(f"hit@1: {found.hit_at_1:.3f}\nMRR@10: {found.mrr_at_10:.3f}\nnDCG@10: {found.ndcg_at_10:.3f}")
    return 0


def _measures(found: Evaluation) -> dict[str, Any]:
    return {field.name: getattr(found, field.name) for field in fields(found) if field.name in LABELS}


def _lost_json(one: JudgedOutcome) -> dict[str, Any]:
    return {
        "query": one.query.text,
        "entries": list(one.query.entries),
        "best": one.ranked[0] if one.ranked else None,
        "rank": one.rank,
        "decision": one.decision,
        "confidence": round(one.confidence, 4),
    }


def _write_details(path: Path, found: Evaluation) -> None:
    rows = ["query\tentry\tdecision\tconfidence\trank\twrong\tranked"]
    for one in found.outcomes:
        text = one.query.text.replace("\t", " ")
        rank = one.rank or "-"
        expected = "|".join(one.query.entries) or "-"
        rows.append(
            f"{text}\t{expected}\t{one.decision}\t{one.confidence:.4f}\t{rank}\t{int(one.wrong)}\t{','.join(one.ranked)}"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
