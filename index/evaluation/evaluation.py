"""Evaluation of a snapshot on judged queries: hit@k, MRR, risk and coverage."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.decision.decision import Answer
from index.decision.risk import MeasuredRisk, clopper_pearson
from index.parameters import MAX_SUGGESTIONS
from index.queries import queries_of
from index.snapshot import Outcome, Snapshot
from knowledge.judged import JudgedQuery
from knowledge.variations import Variation

RISK_STEPS = 10


@dataclass(frozen=True, slots=True)
class JudgedOutcome:
    """The outcome of one judged query; `rank` is the place (from 1) of the first right entry, or None."""

    query: JudgedQuery
    decision: str
    ranked: tuple[str, ...]
    confidence: float
    rank: int | None
    wrong: bool  # answered with an entry that is not right, or answered at all where no entry is


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measures over judged queries; shares are from 0 to 1, and None if there is nothing to divide by.

    hit@k (also called Success@k) and MRR are means over the queries with a right entry; a right entry that
    is not ranked counts as zero. A declining entry that is recognised counts as a right refusal.
    """

    queries: int
    answerable: int
    hit_at_1: float | None
    hit_at_3: float | None
    hit_at_5: float | None
    mrr: float | None
    answered: float
    suggested: float
    abstained: float
    right_answers: float | None  # of the answerable, answered directly and rightly
    wrong_among_answered: float | None
    right_among_suggestions: float | None  # of the answerable that were not answered
    refused_rightly: float | None  # of those that must not be answered
    outcomes: tuple[JudgedOutcome, ...]

    @property
    def lost(self) -> list[JudgedOutcome]:
        """The queries with a wrong entry in first place, and those answered wrongly."""
        return [one for one in self.outcomes if one.wrong or (one.query.answerable and one.rank != 1)]


def evaluate(snapshot: Snapshot, judged: Sequence[JudgedQuery]) -> Evaluation:
    """Ask the snapshot every judged query, and measure; it waits for the second stage as long as that takes."""
    outcomes = _ask_all(snapshot, [query.text for query in judged])
    return _measured(list(map(_judge, judged, outcomes)), _declining(snapshot))


def evaluate_kinds(snapshot: Snapshot, found: Evaluation) -> dict[str, Evaluation]:
    """The same measures for each kind of question that the judged queries name."""
    kinds = dict.fromkeys(one.query.kind for one in found.outcomes if one.query.kind)
    return {
        kind: _measured([one for one in found.outcomes if one.query.kind == kind], _declining(snapshot))
        for kind in kinds
    }


def _ask_all(snapshot: Snapshot, texts: Iterable[str]) -> Iterator[Outcome]:
    """`Snapshot.ask` for many texts, in their order; with a patient second stage."""
    second = snapshot.second_stage
    patient = replace(snapshot, second_stage=replace(second, patience=math.inf)) if second else snapshot
    for ranking in snapshot.index.rank_all(queries_of(texts, snapshot.index)):
        yield patient.reordered(patient.decided(ranking))


def _declining(snapshot: Snapshot) -> set[str]:
    return {entry.id for entry in snapshot.index.entries if entry.declines}


def _measured(outcomes: Sequence[JudgedOutcome], declining: set[str]) -> Evaluation:
    with_entry = [one for one in outcomes if one.query.answerable]
    answerable = [one for one in with_entry if not declining.issuperset(one.query.entries)]
    refusable = [one for one in outcomes if declining.issuperset(one.query.entries)]  # also of none
    answered = [one for one in outcomes if one.decision == "answer"]
    open_ones = [one for one in answerable if one.decision != "answer"]
    return Evaluation(
        queries=len(outcomes),
        answerable=len(answerable),
        hit_at_1=_share([one.rank == 1 for one in with_entry]),
        hit_at_3=_share([one.rank is not None and one.rank <= 3 for one in with_entry]),
        hit_at_5=_share([one.rank is not None and one.rank <= 5 for one in with_entry]),
        mrr=_share([1 / one.rank if one.rank else 0.0 for one in with_entry]),
        answered=_share([one.decision == "answer" for one in outcomes]) or 0.0,
        suggested=_share([one.decision == "suggest" for one in outcomes]) or 0.0,
        abstained=_share([one.decision == "abstain" for one in outcomes]) or 0.0,
        right_answers=_share([one.decision == "answer" and not one.wrong for one in answerable]),
        wrong_among_answered=_share([one.wrong for one in answered]),
        right_among_suggestions=_share([_suggested_rightly(one) for one in open_ones]),
        refused_rightly=_share([one.decision != "answer" for one in refusable]),
        outcomes=tuple(outcomes),
    )


@dataclass(frozen=True, slots=True)
class RiskStep:
    """The risk of answering from the confidence `cut` upwards: how many questions are answered, and wrongly.

    `bound` is the upper bound (Clopper and Pearson, with risk.CERTAINTY) of the wrong share of the answers.
    """

    cut: float
    answered: int
    wrong: int
    bound: float


def risk_steps(measured: MeasuredRisk) -> list[RiskStep]:
    """Some RISK_STEPS steps of a measured risk curve, evenly spread, with their bounds."""
    steps = []
    for cut, answered, wrong in measured.curve[:: max(1, len(measured.curve) // RISK_STEPS)]:
        given = round(answered * measured.asked)
        missed = round(wrong * given)
        steps.append(RiskStep(cut, given, missed, clopper_pearson(missed, given)))
    return steps


@dataclass(frozen=True, slots=True)
class KindResult:
    """The variations of one kind: `found` of the `rows` rank the same entry first as their standard spelling."""

    rows: int
    found: int


def evaluate_variations(snapshot: Snapshot, variations: Sequence[Variation]) -> dict[str, KindResult]:
    """Rank every variation beside its standard spelling, and count by kind."""
    found: dict[str, list[bool]] = {}
    texts = dict.fromkeys(text for row in variations for text in (row.standard, row.written))
    first = {
        text: outcome.ranking.hits[0].entry for text, outcome in zip(texts, _ask_all(snapshot, texts), strict=True)
    }
    for row in variations:
        found.setdefault(row.kind, []).append(first[row.standard] == first[row.written])
    return {kind: KindResult(len(results), sum(results)) for kind, results in found.items()}


def _judge(query: JudgedQuery, outcome: Outcome) -> JudgedOutcome:
    ranked = tuple(hit.entry.id for hit in outcome.ranking.hits)
    rank = next((place for place, entry_id in enumerate(ranked, start=1) if entry_id in query.entries), None)
    wrong = isinstance(outcome.decision, Answer) and outcome.decision.hit.entry.id not in query.entries
    return JudgedOutcome(query, outcome.kind, ranked, outcome.confidence, rank, wrong)


def _suggested_rightly(one: JudgedOutcome) -> bool:
    return one.decision == "suggest" and one.rank is not None and one.rank <= MAX_SUGGESTIONS


def _share(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
