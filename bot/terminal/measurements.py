"""The report of `faqbot evaluate`: measurements as lines for people, as one object for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.wording.evidence import evidence_lines
from index.decision.calibration import Calibration
from index.evaluation.conversations import Result
from index.evaluation.evaluation import Evaluation, JudgedOutcome, KindResult, RiskStep, risk_steps
from index.snapshot import Snapshot
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
EXPECTATIONS = {
    "answer": "回答がほしい発言",
    "both": "2つの回答がほしい発言",
    "refuse": "答えてはいけない発言",
    "silent": "返信のいらない発言（スレッド）",
    "courtesy": "短い一言でよい発言（ダイレクトメッセージ）",
    "person": "担当者を求める発言",
}
RESULTS = {
    Result.RIGHT: "正しい",
    Result.SUGGESTED: "候補",
    Result.LOST: "見つからない",
    Result.SILENT: "返信なし",
    Result.REPLIED: "余計な返信",
    Result.WRONG: "誤り",
}
MAX_IDS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured of a knowledge base; `left_out` are the queries whose entries are not live."""

    found: Evaluation
    kinds: Mapping[str, Evaluation]
    spellings: Mapping[str, KindResult]
    snapshot: Snapshot
    left_out: Sequence[JudgedQuery]

    def json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return _measures(self.found) | {
            "left_out": {"queries": len(self.left_out), "entries": ids_of(self.left_out)},
            "kinds": {kind: _kind_measures(one) for kind, one in self.kinds.items()},
            "variations": {kind: {"rows": one.rows, "found": one.found} for kind, one in self.spellings.items()},
            "risk": _risk_json(self.snapshot.calibration),
            "lost": [_lost_json(one) for one in self.found.lost],
        }

    def lines(self) -> Iterator[str]:
        """The lines for people."""
        for name, value in _measures(self.found).items():
            yield f"{LABELS[name]}: {_shown(value)}"
        if self.left_out:
            yield f"公開中でない項目への質問{len(self.left_out)}件は除きました: {listed(ids_of(self.left_out))}"
        yield from _kind_lines(self.kinds)
        yield from _spelling_lines(self.spellings)
        yield ""
        yield from evidence_lines(self.snapshot)
        yield from _risk_lines(self.snapshot.calibration)
        yield from _lost_lines(self.found.lost)


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


def _kind_lines(kinds: Mapping[str, Evaluation]) -> Iterator[str]:
    if kinds:
        yield "\n質問の種類ごと"
    for kind, found in kinds.items():
        measures = [f"{KIND_LABELS[n]} {_shown(v)}" for n, v in _kind_measures(found).items() if v is not None]
        yield f"  {kind}: {'・'.join(measures)}"


def _spelling_lines(spellings: Mapping[str, KindResult]) -> Iterator[str]:
    if spellings:
        yield "\n表記の違いの種類ごとの正解率（標準の書き方と同じ項目を見つけた割合）"
    for kind, result in spellings.items():
        yield f"  {kind}: {result.found}/{result.rows} = {result.found / result.rows:.3f}"


def _risk_lines(calibration: Calibration) -> Iterator[str]:
    risk = calibration.risk
    yield f"\nしきい値と誤り（較正の交差検証、質問{risk.asked}件。上限は95%の信頼上限）"
    now = RiskStep(calibration.thresholds.answer, risk.answered, risk.wrong, risk.bound)
    for mark, step in (("今の値 ", now), *(("", one) for one in risk_steps(risk))):
        answered = f"回答 {step.answered / max(risk.asked, 1):.1%}（{step.answered}件）"
        yield f"  {mark}{step.cut:.3f}以上: {answered}・うち誤り {step.wrong}件（上限 {step.bound:.1%}）"


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


def _lost_lines(lost: Sequence[JudgedOutcome]) -> Iterator[str]:
    if lost:
        yield f"\n外れた質問（{len(lost)}件）: 質問 | 正解 | 最上位 | 判断"
    for one in lost:
        best = one.ranked[0] if one.ranked else "-"
        yield f"  {one.query.line} | {'|'.join(one.query.entries) or '-'} | {best} | {one.decision}"


def _lost_json(one: JudgedOutcome) -> dict[str, Any]:
    return {
        "query": one.query.text,
        "entries": list(one.query.entries),
        "best": one.ranked[0] if one.ranked else None,
        "rank": one.rank,
        "decision": one.decision,
        "confidence": round(one.confidence, 4),
    }


def _shown(value: float | None) -> str:
    return "―" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def ids_of(queries: Sequence[JudgedQuery]) -> list[str]:
    """The ids of the entries that queries are judged by."""
    return sorted({entry_id for query in queries for entry_id in query.entries})


def listed(ids: Sequence[str]) -> str:
    """The first of some ids, and how many more there are."""
    more = f" ほか{len(ids) - MAX_IDS_SHOWN}件" if len(ids) > MAX_IDS_SHOWN else ""
    return f"{', '.join(ids[:MAX_IDS_SHOWN])}{more}"


def conversation_lines(counts: Mapping[str, Mapping[Result, int]]) -> Iterator[str]:
    """A line for each kind of turn: how many there are, and what share came to what."""
    for expected, label in EXPECTATIONS.items():
        results = counts.get(expected, {})
        total = sum(results.values())
        if total:
            shares = "・".join(f"{RESULTS[one]} {count / total:.2f}" for one, count in results.items() if count)
            yield f"{label} {total}件: {shares}"
