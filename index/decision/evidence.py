"""Evidence: how much is known of the answers of one knowledge base, and the thresholds that it allows.

Without evidence of its own a knowledge base answers only what its texts say for the most part. With some, the
cases of other knowledge bases count beside its own, and its own may veto; with much, its own alone count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.decision.cases import Case, CaseSource
from index.decision.risk import (
    NEVER,
    MeasuredRisk,
    Thresholds,
    bound_holds,
    clopper_pearson,
    is_surely_above,
    lowest_cut,
    safest_cut,
)
from index.decision.start import CUTS, Record

MUCH_JUDGED = 200  # judged queries with the right entry among the first three, from which its own cases are enough
SOME_JUDGED = 20  # judged queries from which its confidence is adjusted
SOME_VARIANTS = 50  # left-out variants that are some evidence
MAX_WRONG = 0.021  # of the answers given, by own cases alone: upper bound with risk.CERTAINTY
MAX_WRONG_AT_START = 0.05  # the same bound with the cases of other knowledge bases
MAX_OWN_WRONG = 0.05  # share of its own cases answered wrongly above which they veto a cut
# How sure we must be that it is more than chance: one wrong of ten may be. Without it, ten left-out trials had more
# vetoes and as many wrong answers.
VETO_CERTAINTY = 0.8
MAX_WRONG_DECLINE = 0.05  # of the informed refusals given: each wrong one hides an answer we have
ENOUGH_SUGGESTED = 50
CURVE = (*(step / 20 for step in range(20)), 0.96, 0.97, 0.98, 0.99, 0.995)  # cuts at which a risk is also measured
KEPT_FOR_SUGGESTION = 0.98  # of the queries not answered that have a right entry near the top

Floats = NDArray[np.float64]


class Level(StrEnum):
    """How much a knowledge base says of its own answers."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The numbers of a knowledge base's own cases: judged queries and variants.

    `answerable` are the judged queries whose right entry is among the first three.
    """

    judged: int
    answerable: int
    variants: int

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "Evidence":
        """Count cases by their source."""
        judged = [case for case in cases if case.source is CaseSource.JUDGED]
        variants = sum(case.source is CaseSource.VARIANT for case in cases)
        return cls(len(judged), sum(case.suggestible for case in judged), variants)

    @property
    def level(self) -> Level:
        """How much that is."""
        if self.answerable >= MUCH_JUDGED:
            return Level.MUCH
        return Level.SOME if self.judged >= SOME_JUDGED or self.variants >= SOME_VARIANTS else Level.NONE

    @property
    def missing(self) -> int:
        """About how many more judged queries lead to the next level."""
        return max(0, MUCH_JUDGED - self.answerable if self.level is Level.SOME else SOME_JUDGED - self.judged)


def thresholds(
    start: Thresholds, evidence: Evidence, record: Record, cases: Sequence[Case], confidences: Floats
) -> tuple[Thresholds, MeasuredRisk]:
    """The thresholds that the cases allow, and the risk measured at them; `confidences` were not learned from them."""
    judged = np.array([case.source is CaseSource.JUDGED for case in cases], dtype=bool)
    declines = np.array([case.declines for case in cases], dtype=bool)
    right = np.array([case.right for case in cases], dtype=bool)
    if evidence.level is Level.MUCH:
        own = judged & ~declines
        found = lowest_cut(confidences[own], right[own], MAX_WRONG)
        answer = NEVER if found is None else found
        risk = own_risk(answer, confidences[judged], right[judged], declines[judged])
    else:
        answer, risk = _with_others(evidence, record, cases, right, confidences)
    decline = _decline_cut(start.decline, confidences[declines & judged], right[declines & judged])
    suggest = _suggest_cut(start.suggest, answer, cases, confidences)
    return Thresholds(answer, decline, min(suggest, answer)), risk


def _with_others(
    evidence: Evidence,
    record: Record,
    cases: Sequence[Case],
    right: NDArray[np.bool_],
    confidences: Floats,
) -> tuple[float, MeasuredRisk]:
    """The lowest of CUTS at which others' and its own judged queries keep the bound and its own cases do not veto."""
    judged, left_out = (_answering(cases, source) for source in (CaseSource.JUDGED, CaseSource.VARIANT))
    answer, measured, curve = NEVER, (0, 0), []
    asked = record.asked + evidence.judged
    for place in reversed(range(len(CUTS))):
        above = confidences >= CUTS[place]
        answered = record.answered[place] + int((judged & above).sum())
        wrong = record.wrong[place] + int((judged & above & ~right).sum())
        curve.append((CUTS[place], answered / asked, wrong / max(answered, 1)))
        vetoed = any(_veto(own & above, right) for own in (judged, left_out))
        if not vetoed and bound_holds(wrong, answered, MAX_WRONG_AT_START):
            answer, measured = CUTS[place], (answered, wrong)
    if evidence.level is Level.NONE:
        answer, measured = NEVER, (0, 0)
    risk = MeasuredRisk(asked, *measured, clopper_pearson(measured[1], measured[0]), tuple(curve[::-1]), record.asked)
    return answer, risk


def _answering(cases: Sequence[Case], source: CaseSource) -> NDArray[np.bool_]:
    return np.array([case.source is source and not case.declines for case in cases], dtype=bool)


def _veto(answered: NDArray[np.bool_], right: NDArray[np.bool_]) -> bool:
    wrong = int((answered & ~right).sum())
    return is_surely_above(wrong, int(answered.sum()), MAX_OWN_WRONG, VETO_CERTAINTY)


def own_risk(answer: float, confidences: Floats, right: NDArray[np.bool_], declines: NDArray[np.bool_]) -> MeasuredRisk:
    """The risk at the cut `answer`, measured on a knowledge base's own cases."""
    given = ~declines & (confidences >= answer)
    wrong = int((given & ~right).sum())
    curve = []
    for cut in CURVE:
        above = ~declines & (confidences >= cut)
        curve.append((cut, float(above.mean()), float((above & ~right).sum() / max(above.sum(), 1))))
    return MeasuredRisk(len(right), int(given.sum()), wrong, clopper_pearson(wrong, int(given.sum())), tuple(curve))


def _decline_cut(start: float, confidences: Floats, right: NDArray[np.bool_]) -> float:
    """The lowest cut that keeps the bound; where none does, the safest one, and never below the start's."""
    found = lowest_cut(confidences, right, MAX_WRONG_DECLINE)
    return max(start, safest_cut(confidences, right)) if found is None else found


def _suggest_cut(start: float, answer: float, cases: Sequence[Case], confidences: Floats) -> float:
    """The cut above which most of the judged queries lie that are not answered and have a right entry near the top."""
    kept = [
        confidence
        for case, confidence in zip(cases, confidences, strict=True)
        if case.source is CaseSource.JUDGED and case.suggestible and (case.declines or confidence < answer)
    ]
    return float(np.quantile(kept, 1 - KEPT_FOR_SUGGESTION)) if len(kept) >= ENOUGH_SUGGESTED else start
