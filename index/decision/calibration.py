"""Calibration: the confidence of one knowledge base, and the thresholds at which it answers.

Learned for one knowledge base, one set of synonyms and one version of the code: a digest of all of
them goes with it, and it is never used with another.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.decision.cases import Case, CaseSource, judged_cases, variant_cases
from index.decision.confidence import Confidence
from index.decision.evidence import (
    MAX_WRONG,
    Evidence,
    Level,
    own_risk,
    thresholds,
)
from index.decision.learning import confidence_in, learn_confidences
from index.decision.risk import NEVER, MeasuredRisk, Thresholds
from index.decision.start import Start, read_start
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import WEIGHTS_FILE, Query, Ranking
from knowledge.judged import JudgedQuery

# The folders that a confidence depends on.
CODE = ("index/message", "index/text", "index/encoder", "index/ranking", "index/decision", "knowledge/amounts")
# A live calibration stays after an edit up to this many times these bounds: one or two more wrong in a
# thousand are chance, and new cuts would move decisions that the edit has nothing to do with.
KEPT_WRONG = 1.25


@dataclass(frozen=True)
class Calibration:
    """The confidences (best hit answers; best hit declines), the thresholds, and what they rest on."""

    digest: str
    answers: Confidence
    declines: Confidence
    thresholds: Thresholds
    evidence: Evidence
    risk: MeasuredRisk

    def confidence(self, ranking: Ranking, found: NDArray[np.float64]) -> float:
        """The probability (0 to 1) that the best hit is right; `found` are the ranking's features."""
        best = ranking.entries[ranking.order[0]]
        return float((self.declines if best.declines else self.answers).probabilities(found[None])[0])

    @property
    def answers_more(self) -> bool:
        """True when more is answered than what the texts say, see `equality`."""
        return self.thresholds.answer < NEVER

    def decides_like(self, other: "Calibration") -> bool:
        """True when both give every ranking the same confidence and decision."""
        return (self.answers, self.declines, self.thresholds) == (other.answers, other.declines, other.thresholds)

    def to_json(self) -> dict[str, Any]:
        """The calibration as JSON-ready values."""
        return {
            "digest": self.digest,
            "answers": self.answers.to_json(),
            "declines": self.declines.to_json(),
            **{part: asdict(getattr(self, part)) for part in ("thresholds", "evidence", "risk")},
        }

    @classmethod
    def from_json(cls, values: dict[str, Any], *, semantic: bool) -> Self:
        """The calibration behind `to_json`; `semantic` says whether the index has an encoder."""
        start, risk = read_start(semantic=semantic), values["risk"]
        return cls(
            values["digest"],
            Confidence.from_json(start.answers.trees, values["answers"]),
            Confidence.from_json(start.declines.trees, values["declines"]),
            Thresholds(**values["thresholds"]),
            Evidence(**values["evidence"]),
            MeasuredRisk(**{**risk, "curve": tuple(map(tuple, risk["curve"]))}),
        )


def calibrate(
    index: EntryIndex,
    judged: Sequence[JudgedQuery],
    digest: str,
    *,
    start: Start | None = None,
    query_of: Callable[[str], Query] | None = None,
    live: Calibration | None = None,
) -> Calibration:
    """Learn confidence and thresholds for `index` from judged queries and its own variants.

    It starts from what other knowledge bases taught. Thresholds come from cross-validation by entry, so no
    paraphrase of a case helps to judge it. After an edit, the one that was `live` before stays where it keeps
    its promise, so that an edit changes no decision but its own. Judged queries whose entries are all gone say
    nothing about those that are here.
    """
    start = start or read_start(semantic=index.encoder is not None)
    cases = judged_cases(index, _about(index, judged), query_of)
    if live and Evidence.of(cases).level is Level.MUCH and (kept := _kept(live, cases, digest)):
        return kept
    cases += variant_cases(index) if index.entries else []
    evidence = Evidence.of(cases)
    learned, confidences = learn_confidences(start, cases, evidence)
    record = start.record(float(index.text_counts.mean()) if index.entries else 1.0)
    found, risk = thresholds(start.thresholds, evidence, record, cases, confidences)
    risk = replace(risk, missed=_missed(learned, cases, found.decline))
    return Calibration(digest, *learned, found, evidence, risk)


def _about(index: EntryIndex, judged: Sequence[JudgedQuery]) -> list[JudgedQuery]:
    """The judged queries that must not be answered, or of which some entry is here."""
    here = {entry.id for entry in index.entries}
    return [query for query in judged if not query.entries or here.intersection(query.entries)] if here else []


@cache
def code_digest() -> str:
    """SHA-256 (hexadecimal) of the code and data that a confidence depends on, as this process began with it."""
    digest = hashlib.sha256()
    digest.update((Path(__file__).parents[1] / "parameters.py").read_bytes())
    for folder in CODE:
        for path in sorted((Path(__file__).parents[2] / folder).iterdir()):
            if path.suffix in (".py", ".txt") or path == WEIGHTS_FILE:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _kept(live: Calibration, cases: Sequence[Case], digest: str) -> Calibration | None:
    """The live calibration for the edited index, or None where it no longer keeps what it promises.

    Of refusals it has to hide not many more answers than before: few of them keep no bound that means anything.
    What it promises stays as it was measured on questions it had not learned from: these it knows.
    """
    models = live.answers, live.declines
    confidences = np.array([confidence_in(models, case) for case in cases])
    right = np.array([case.right for case in cases])
    declines = np.array([case.declines for case in cases])
    own = own_risk(live.thresholds.answer, confidences, right, declines)
    missed = _missed(models, cases, live.thresholds.decline)
    if own.bound > KEPT_WRONG * MAX_WRONG or missed > KEPT_WRONG * live.risk.missed + 1:
        return None
    risk = live.risk if own.bound <= live.risk.bound else replace(own, missed=live.risk.missed)
    evidence = replace(Evidence.of(cases), variants=live.evidence.variants)  # of which none was asked again
    return replace(live, digest=digest, risk=risk, evidence=evidence)


def _missed(models: tuple[Confidence, Confidence], cases: Sequence[Case], decline: float) -> int:
    """The judged queries that are wrongly refused from the cut `decline` on."""
    asked = (case for case in cases if case.source is CaseSource.JUDGED and case.declines and not case.right)
    return sum(confidence_in(models, case) >= decline for case in asked)
