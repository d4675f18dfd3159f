"""Learning both confidences of one knowledge base from its cases, and cross-validation by entry."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.decision.cases import Case, CaseSource
from index.decision.confidence import Confidence
from index.decision.evidence import SOME_JUDGED, Evidence, Level
from index.decision.other_things import bounded
from index.decision.start import Start
from index.decision.tree_learning import can_learn_trees, learn_trees

FOLDS = 5
IMPORTANCE = {CaseSource.JUDGED: 1.0, CaseSource.VARIANT: 0.1, CaseSource.HIDDEN: 0.05}  # in learning
# Cases that the start counts for against a knowledge base's own. The features of the neighbourhood move together: of
# three trials with 50 judged queries 6 of 129 answers were wrong with 200, 2 of 113 with 3,000, as many as without any.
PRIOR_STRENGTH = {Level.NONE: 3_000.0, Level.SOME: 3_000.0, Level.MUCH: 20.0}
OWN_TREES, OWN_LEAF = 100, 20  # how many are grown of much evidence, and the fewest cases in a leaf

Confidences = tuple[Confidence, Confidence]  # where the best hit answers, and where it declines


def learn_confidences(
    start: Start, cases: Sequence[Case], evidence: Evidence
) -> tuple[Confidences, NDArray[np.float64]]:
    """The confidences learned from all cases, and each case's by those learned without its fold."""
    models = start.answers, start.declines
    if not cases:
        return models, np.zeros(0)
    if evidence.judged < SOME_JUDGED:
        return models, np.array([confidence_in(models, case) for case in cases])
    strength = PRIOR_STRENGTH[evidence.level]
    with_trees = evidence.level is Level.MUCH and can_learn_trees()
    confidences = np.zeros(len(cases))
    folds = np.array([_fold(case.group) for case in cases])
    for fold in range(FOLDS):
        others = [case for case, f in zip(cases, folds, strict=True) if f != fold]
        learned = _models(models, others, strength, with_trees=with_trees)
        for number in np.flatnonzero(folds == fold).tolist():
            confidences[number] = confidence_in(learned, cases[number])
    return _models(models, cases, strength, with_trees=with_trees), confidences


def _models(start: Confidences, cases: Sequence[Case], strength: float, *, with_trees: bool) -> Confidences:
    """Both confidences learned from cases; own trees only for that of answers, of which there are enough."""
    answers = _fitted(start[0], cases, strength, declines=False, with_trees=with_trees)
    return answers, _fitted(start[1], cases, strength, declines=True)


def _fitted(
    start: Confidence, cases: Sequence[Case], strength: float, *, declines: bool, with_trees: bool = False
) -> Confidence:
    chosen = [case for case in cases if case.declines is declines and not case.other_thing]
    if not chosen:
        return start
    features, right = np.stack([case.features for case in chosen]), np.array([case.right for case in chosen])
    importance = np.array([IMPORTANCE[case.source] for case in chosen])
    fitted = start.fitted(features, right, importance, strength)
    if not with_trees or right.all() or not right.any():
        return fitted
    names = fitted.adjustment.names[1:]
    return replace(fitted, own=learn_trees(features, right, importance, names, trees=OWN_TREES, leaf=OWN_LEAF))


def confidence_in(models: Confidences, case: Case) -> float:
    """The confidence in the best hit of a case."""
    found = float(models[case.declines].probabilities(case.features[None])[0])
    return bounded(found, other_thing=case.other_thing)


def _fold(group: str) -> int:
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS
