"""Calibration: from a ranking to a probability of being right, and the cuts at which we answer.

Learned for one knowledge base, one set of synonyms and one version of the code: a digest of all of
them goes with it, and it is never used with another.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.decision.features import features
from index.decision.logistic import Logistic
from index.decision.risk import MeasuredRisk, Thresholds, clopper_pearson, lowest_cut, safest_cut
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import WEIGHTS_FILE, Query, Ranking, read_learned
from knowledge.judged import JudgedQuery

CODE = ("text", "encoder", "ranking", "decision")  # the folders of index/ that a confidence depends on
FOLDS = 5
MAX_VARIANTS = 1_500  # left-out variants asked at most; more do not move the cuts
VARIANT_IMPORTANCE = 0.1  # of a left-out variant beside a judged query: it was written for its entry
PRIOR_STRENGTH = 20.0  # cases that the shipped model counts for against a knowledge base's own
ENOUGH_JUDGED = 200  # answerable judged queries from which the cuts are taken; below, variants count too
ENOUGH_SUGGESTED = 50
MAX_WRONG = 0.02  # of the answers given: upper bound with risk.CERTAINTY
MAX_WRONG_DECLINE = 0.05  # of the informed refusals given: each wrong one hides an answer we have
# A live calibration stays after an edit up to this many times these bounds: one or two more wrong in a
# thousand are chance, and new cuts would move decisions that the edit has nothing to do with.
KEPT_WRONG = 1.25
KEPT_FOR_SUGGESTION = 0.98  # of the queries not answered that have a right entry near the top


@dataclass(frozen=True, slots=True)
class Calibration:
    """The two models (best hit answers; best hit declines), the cuts and how they were measured."""

    digest: str
    answers: Logistic
    declines: Logistic
    cuts: Thresholds
    promise: MeasuredRisk | None = None

    def confidence(self, index: EntryIndex, ranking: Ranking) -> float:
        """The probability (0 to 1) that the best hit is right."""
        best = ranking.entries[ranking.order[0]]
        model = self.declines if best.declines else self.answers
        return float(model.probabilities(features(index, ranking)[None])[0])

    def decides_like(self, other: "Calibration") -> bool:
        """Whether both give every ranking the same confidence and decision."""
        mine, theirs = self.to_json(), other.to_json()
        return all(mine[part] == theirs[part] for part in ("answers", "declines", "cuts"))

    def to_json(self) -> dict[str, Any]:
        """The calibration as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The calibration behind `to_json`."""
        promise = values.get("promise")
        return cls(
            values["digest"],
            Logistic.from_json(values["answers"]),
            Logistic.from_json(values["declines"]),
            Thresholds(**values["cuts"]),
            MeasuredRisk(**{**promise, "curve": tuple(map(tuple, promise["curve"]))}) if promise else None,
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One query with a known outcome: what the ranking said of itself and whether its best hit was right."""

    features: NDArray[np.float64]
    declines: bool  # the best hit
    right: bool
    suggestible: bool  # an answering entry is right and is among the first three
    group: str  # cases of one entry are learned from and measured together
    judged: bool


def calibrate(
    index: EntryIndex,
    judged: Sequence[JudgedQuery],
    digest: str,
    *,
    prior: Calibration | None = None,
    query_of: Callable[[str], Query] | None = None,
    live: Calibration | None = None,
) -> Calibration:
    """Learn confidence and cuts for `index` from judged queries and its own left-out variants.

    It starts from `prior`, by default the one learned from the shipped knowledge base. Thresholds come from
    cross-validation by entry, so no paraphrase of a case helps to judge it. After an edit, the one that
    was `live` before stays where it keeps its promise, so that an edit changes no decision but its own.
    Judged queries whose entries are all gone say nothing about those that are here.
    """
    prior = prior or shipped_calibration(semantic=index.encoder is not None)
    here = {entry.id for entry in index.entries}
    asked = [query for query in judged if not query.entries or here.intersection(query.entries)] if here else []
    cases = judged_cases(index, asked, query_of)
    enough = sum(case.suggestible for case in cases) >= ENOUGH_JUDGED
    if live and enough and (kept := _kept(live, cases, digest)):
        return kept
    cases += variant_cases(index) if here else []
    if not cases:
        return replace(prior, digest=digest)
    confidences = np.zeros(len(cases))
    folds = np.array([_fold(case.group) for case in cases])
    for fold in range(FOLDS):
        learned = _models(prior, [case for case, f in zip(cases, folds, strict=True) if f != fold])
        for number in np.flatnonzero(folds == fold):
            confidences[number] = _confidence(learned, cases[number])
    counted = np.array([case.judged or not enough for case in cases])
    used = [case for case, is_used in zip(cases, counted, strict=True) if is_used]
    cuts = _cuts(prior.cuts, used, confidences[counted])
    return Calibration(digest, *_models(prior, cases), cuts, _promise(cuts, used, confidences[counted]))


def judged_cases(
    index: EntryIndex, judged: Sequence[JudgedQuery], query_of: Callable[[str], Query] | None = None
) -> list[Case]:
    """The outcome of every judged query; `query_of` analyzes and encodes a text, by default the index itself."""
    rankings = index.rank_all([(query_of or index.query)(query.text) for query in judged])
    return [
        _case(index, ranking, query.entries, query.text, judged=True)
        for query, ranking in zip(judged, rankings, strict=True)
    ]


def variant_cases(index: EntryIndex) -> list[Case]:
    """The outcome of asking each variant with itself left out, at most MAX_VARIANTS spread evenly."""
    variants = list(index.variants())
    some = variants[:: max(1, math.ceil(len(variants) / MAX_VARIANTS))]
    rankings = index.rank_all([index.own_query(left_out.text) for left_out in some], some)
    return [
        _case(index, ranking, (index.entries[left_out.entry].id,), "", judged=False)
        for left_out, ranking in zip(some, rankings, strict=True)
    ]


def shipped_calibration(*, semantic: bool) -> Calibration:
    """The calibration learned from the shipped knowledge base: where every other one starts from."""
    values = read_learned()["confidence"]["semantic" if semantic else "lexical"]
    return Calibration.from_json({"digest": "", **values})


def code_digest() -> str:
    """SHA-256 (hexadecimal) of the code and data in this package that a confidence depends on."""
    digest = hashlib.sha256()
    digest.update((Path(__file__).parents[1] / "parameters.py").read_bytes())
    for folder in CODE:
        for path in sorted((Path(__file__).parents[1] / folder).iterdir()):
            if path.suffix in (".py", ".txt") or path == WEIGHTS_FILE:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _case(index: EntryIndex, ranking: Ranking, right_ids: Sequence[str], text: str, *, judged: bool) -> Case:
    best = ranking.entries[ranking.order[0]]
    declining = {entry.id for entry in index.entries if entry.declines} if right_ids else set()
    answering = [entry_id for entry_id in right_ids if entry_id not in declining]
    near = {ranking.entries[number].id for number in ranking.order[:3]}
    return Case(
        features(index, ranking),
        best.declines,
        not answering if best.declines else best.id in right_ids,
        bool(near.intersection(answering)),
        right_ids[0] if right_ids else text,
        judged,
    )


def _models(prior: Calibration, cases: Sequence[Case]) -> tuple[Logistic, Logistic]:
    return _fitted(prior.answers, cases, declines=False), _fitted(prior.declines, cases, declines=True)


def _fitted(prior: Logistic, cases: Sequence[Case], *, declines: bool) -> Logistic:
    chosen = [case for case in cases if case.declines is declines]
    if not chosen:
        return prior
    importance = np.array([1.0 if case.judged else VARIANT_IMPORTANCE for case in chosen])
    return prior.fitted(
        np.stack([case.features for case in chosen]),
        np.array([case.right for case in chosen]),
        importance,
        PRIOR_STRENGTH,
    )


def _confidence(models: tuple[Logistic, Logistic], case: Case) -> float:
    return float(models[case.declines].probabilities(case.features[None])[0])


def _fold(group: str) -> int:
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS


def _kept(live: Calibration, cases: Sequence[Case], digest: str) -> Calibration | None:
    """The live calibration for the edited index, or None where it no longer keeps what it promises."""
    confidences = np.array([_confidence((live.answers, live.declines), case) for case in cases])
    promise = _promise(live.cuts, cases, confidences)
    refused = [(case.right, c) for case, c in zip(cases, confidences, strict=True) if case.declines]
    refusals = [right for right, confidence in refused if confidence >= live.cuts.decline]
    bound = clopper_pearson(refusals.count(False), len(refusals))
    if promise.bound > KEPT_WRONG * MAX_WRONG or bound > KEPT_WRONG * MAX_WRONG_DECLINE:
        return None
    return replace(live, digest=digest, promise=promise)


def _cuts(prior: Thresholds, cases: Sequence[Case], confidences: NDArray[np.float64]) -> Thresholds:
    declines = np.array([case.declines for case in cases], dtype=bool)
    right = np.array([case.right for case in cases], dtype=bool)
    suggestible = np.array([case.suggestible for case in cases], dtype=bool)
    answer = _cut(prior.answer, confidences[~declines], right[~declines], MAX_WRONG)
    decline = _cut(prior.decline, confidences[declines], right[declines], MAX_WRONG_DECLINE)
    kept = confidences[suggestible & (declines | (confidences < answer))]
    suggest = float(np.quantile(kept, 1 - KEPT_FOR_SUGGESTION)) if len(kept) >= ENOUGH_SUGGESTED else prior.suggest
    return Thresholds(answer, decline, min(suggest, answer))


def _promise(cuts: Thresholds, cases: Sequence[Case], confidences: NDArray[np.float64]) -> MeasuredRisk:
    declines = np.array([case.declines for case in cases], dtype=bool)
    right = np.array([case.right for case in cases], dtype=bool)
    given = ~declines & (confidences >= cuts.answer)
    wrong = int((given & ~right).sum())
    curve = []
    for cut in np.linspace(0.0, 0.95, 20):
        above = ~declines & (confidences >= cut)
        curve.append((float(cut), float(above.mean()), float((above & ~right).sum() / max(above.sum(), 1))))
    return MeasuredRisk(len(cases), int(given.sum()), wrong, clopper_pearson(wrong, int(given.sum())), tuple(curve))


def _cut(prior: float, confidences: NDArray[np.float64], right: NDArray[np.bool_], most_wrong: float) -> float:
    """The lowest cut that keeps the bound; where none does, the safest one, and never below the prior's."""
    found = lowest_cut(confidences, right, most_wrong)
    return max(prior, safest_cut(confidences, right)) if found is None else found
