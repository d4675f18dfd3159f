"""`faqbot evaluate`: the quality of retrieval and decision on judged queries, or of retrieval on a benchmark."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bot.app import App
from bot.wording.evidence import evidence_lines
from index.decision.calibration import Calibration
from index.evaluation.benchmark import read_benchmark, run_benchmark
from index.evaluation.evaluation import (
    Evaluation,
    JudgedOutcome,
    KindResult,
    RiskStep,
    evaluate,
    evaluate_kinds,
    evaluate_variations,
    risk_steps,
)
from index.snapshot import Snapshot
from knowledge import judged, variations
from knowledge.errors import FaqError
from knowledge.file_io import replacing
from knowledge.judged import JudgedQuery

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
KIND_LABELS = {
    "queries": "質問",
    "hit_at_1": "hit@1",
    "right_answers": "正しく回答",
    "wrong_among_answered": "回答の誤り",
    "answered_wrongly": "答えてはいけないのに回答",
}
MAX_IDS_SHOWN = 10


def run(options: argparse.Namespace, app: App) -> int:
    """Measure and print; nothing is written to the query log."""
    if options.lexical:
        app.encoder = None
    if options.bench:
        return _run_benchmark(options, app)
    snapshot = app.faq.searcher.snapshot
    queries, left_out = _judged_queries(options.judged or judged.SHIPPED, snapshot)
    found = evaluate(snapshot, queries)
    kinds = evaluate_kinds(snapshot, found)
    spellings = evaluate_variations(snapshot, variations.read_variations(variations.SHIPPED))
    if options.details:
        _write_details(options.details, found)
    missing = _ids(left_out)
    if options.json:
        values = _measures(found) | {
            "left_out": {"queries": len(left_out), "entries": missing},
            "kinds": {kind: _kind_measures(one) for kind, one in kinds.items()},
            "variations": {kind: {"rows": one.rows, "found": one.found} for kind, one in spellings.items()},
            "risk": _risk_json(snapshot.calibration),
            "lost": [_lost_json(one) for one in found.lost],
        }
        print(json.dumps(values, ensure_ascii=False))
        return 0
    for name, value in _measures(found).items():
        print(f"{LABELS[name]}: {_shown(value)}")
    if left_out:
        print(f"公開中でない項目への質問{len(left_out)}件は除きました: {_listed(missing)}")
    _print_kinds(kinds, spellings)
    _print_risk(snapshot)
    _print_lost(found.lost)
    return 0


def _judged_queries(path: Path, snapshot: Snapshot) -> tuple[list[JudgedQuery], list[JudgedQuery]]:
    """The queries that can be judged now, and those whose entries are not live.

    Raises FaqError where none can be judged.
    """
    if not snapshot.by_id:
        raise FaqError("公開中の項目がないので、測れません。", "faqbot import で項目を取り込んでください。")
    queries = judged.read_judged(path)
    asked = [one for one in queries if not one.entries or snapshot.by_id.keys() & set(one.entries)]
    left_out = [one for one in queries if one.entries and not snapshot.by_id.keys() & set(one.entries)]
    if not queries:
        hint = "1行に1つ、「質問<タブ>エントリのid」か「質問<タブ>-」を書いてください。"
        raise FaqError(f"{path} に質問がありません。", hint)
    if not asked:
        hint = f"idの綴りと、項目が公開中かを確かめてください: {_listed(_ids(left_out))}"
        raise FaqError(f"{path} の質問の項目は、どれも公開中ではありません。", hint)
    return asked, left_out


def _run_benchmark(options: argparse.Namespace, app: App) -> int:
    if options.judged or options.details:
        raise FaqError("--bench は --judged・--details と一緒に使えません。", "2回に分けて測ってください。")
    found = run_benchmark(read_benchmark(options.bench), app.analyzer, app.encoder)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    print(f"{found.name}: 文書 {found.documents}件・質問 {found.queries}件")
    print(f"hit@1: {found.hit_at_1:.3f}\nMRR@10: {found.mrr_at_10:.3f}\nnDCG@10: {found.ndcg_at_10:.3f}")
    return 0


def _measures(found: Evaluation) -> dict[str, Any]:
    return {field.name: getattr(found, field.name) for field in fields(found) if field.name in LABELS}


def _kind_measures(found: Evaluation) -> dict[str, Any]:
    refused = found.refused_rightly
    return {
        "queries": found.queries,
        "hit_at_1": found.hit_at_1,
        "right_answers": found.right_answers,
        "wrong_among_answered": found.wrong_among_answered,
        "answered_wrongly": None if refused is None else 1 - refused,
    }


def _print_kinds(kinds: Mapping[str, Evaluation], spellings: Mapping[str, KindResult]) -> None:
    if kinds:
        print("\n質問の種類ごと")
    for kind, found in kinds.items():
        measures = [f"{KIND_LABELS[n]} {_shown(v)}" for n, v in _kind_measures(found).items() if v is not None]
        print(f"  {kind}: {'・'.join(measures)}")
    print("\n表記の違いの種類ごとの正解率（標準の書き方と同じ項目を見つけた割合）")
    for kind, result in spellings.items():
        print(f"  {kind}: {result.found}/{result.rows} = {result.found / result.rows:.3f}")


def _print_risk(snapshot: Snapshot) -> None:
    risk = snapshot.calibration.risk
    print("\n" + "\n".join(evidence_lines(snapshot)))
    print(f"\nしきい値と誤り（較正の交差検証、質問{risk.asked}件。上限は95%の信頼上限）")
    now = RiskStep(snapshot.calibration.thresholds.answer, risk.answered, risk.wrong, risk.bound)
    for mark, step in (("今の値 ", now), *(("", one) for one in risk_steps(risk))):
        answered = f"回答 {step.answered / max(risk.asked, 1):.1%}（{step.answered}件）"
        print(f"  {mark}{step.cut:.3f}以上: {answered}・うち誤り {step.wrong}件（上限 {step.bound:.1%}）")


def _risk_json(calibration: Calibration) -> dict[str, Any]:
    risk = calibration.risk
    now = RiskStep(calibration.thresholds.answer, risk.answered, risk.wrong, risk.bound)
    return {
        "asked": risk.asked,
        "from_others": risk.from_others,
        "evidence": asdict(calibration.evidence) | {"level": calibration.evidence.level.value},
        "live": asdict(now),
        "steps": [asdict(one) for one in risk_steps(risk)],
    }


def _print_lost(lost: Sequence[JudgedOutcome]) -> None:
    if lost:
        print(f"\n外れた質問（{len(lost)}件）: 質問 | 正解 | 最上位 | 判断")
    for one in lost:
        best = one.ranked[0] if one.ranked else "-"
        print(f"  {one.query.text} | {'|'.join(one.query.entries) or '-'} | {best} | {one.decision}")


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
        rank = one.rank or "-"
        expected = "|".join(one.query.entries) or "-"
        rows.append(
            f"{one.query.text}\t{expected}\t{one.decision}\t{one.confidence:.4f}\t{rank}\t{int(one.wrong)}"
            f"\t{','.join(one.ranked)}"
        )
    with replacing(path) as file:
        file.write(("\n".join(rows) + "\n").encode())


def _shown(value: float | None) -> str:
    return "―" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def _ids(queries: Sequence[JudgedQuery]) -> list[str]:
    return sorted({entry_id for query in queries for entry_id in query.entries})


def _listed(ids: Sequence[str]) -> str:
    more = f" ほか{len(ids) - MAX_IDS_SHOWN}件" if len(ids) > MAX_IDS_SHOWN else ""
    return f"{', '.join(ids[:MAX_IDS_SHOWN])}{more}"
