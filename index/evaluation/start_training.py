"""Learning what a knowledge base starts from: trees and thresholds from several others, and their record."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.decision.cases import Case, judged_cases
from index.decision.confidence import Confidence
from index.decision.evidence import KEPT_FOR_SUGGESTION
from index.decision.features import feature_names, signs
from index.decision.logistic import Logistic
from index.decision.risk import Thresholds
from index.decision.start import record_of
from index.decision.tree_learning import learn_trees
from index.decision.trees import Trees
from index.encoder.encoder import Encoder
from index.evaluation.trials import STATES, Trial
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Weights
from index.text.analyzer import Analyzer

TREES, LEAF = 150, 30  # how many are grown, and the fewest cases in a leaf
STRENGTH = 10.0  # of the prior of the logistic models, in cases
DECLINE = 0.8  # the first threshold for informed refusals

CasesByState = dict[int, list[Case]]


def trial_cases(trial: Trial, analyzer: Analyzer, encoder: Encoder | None, weights: Weights) -> CasesByState:
    """The cases of a trial's questions in each of STATES."""
    indexes = {state: EntryIndex(trial.thinned(state), analyzer, encoder, weights=weights) for state in STATES}
    return {state: judged_cases(index, trial.questions, any_refusal=False) for state, index in indexes.items()}


def learn_start(cases: dict[str, CasesByState], left_out: dict[str, CasesByState], *, semantic: bool) -> dict[str, Any]:
    """The start as JSON-ready values.

    `cases` are those of every trial by name; `left_out` the same, ranked with weights that were learned from the
    other trials, from which the record and the threshold for suggestions are measured.
    """
    names = feature_names(semantic=semantic)
    everything = [case for by_state in cases.values() for some in by_state.values() for case in some]
    features, right = _stacked(everything, declines=False)
    measured = {name: _left_out(cases, by_state, name, names) for name, by_state in left_out.items()}
    records = [
        record_of(1 + state, *(np.concatenate([one[state][part] for one in measured.values()]) for part in (0, 1)))
        for state in STATES
    ]
    suggestible = np.concatenate([one[state][0][one[state][2]] for one in measured.values() for state in STATES])
    return {
        "trees": _trees(features, right, names).to_json(),
        "answers": learn_confidence(features, right, names).to_json(),
        "declines": Confidence.start(None, _plain(*_stacked(everything, declines=True), names)).to_json(),
        "thresholds": asdict(Thresholds(0.0, DECLINE, float(np.quantile(suggestible, 1 - KEPT_FOR_SUGGESTION)))),
        "records": [asdict(record) for record in records],
    }


def learn_confidence(features: NDArray[np.float64], right: NDArray[np.bool_], names: tuple[str, ...]) -> Confidence:
    """Trees, and a logistic model that knows nothing yet, with its features scaled as in the cases."""
    return Confidence.start(_trees(features, right, names), Logistic.standardised(names, features, signs(names)))


def _trees(features: NDArray[np.float64], right: NDArray[np.bool_], names: tuple[str, ...]) -> Trees:
    return learn_trees(features, right, np.ones(len(right)), names, trees=TREES, leaf=LEAF)


def _plain(features: NDArray[np.float64], right: NDArray[np.bool_], names: tuple[str, ...]) -> Logistic:
    start = Logistic.standardised(names, features, signs(names))
    return start.fitted(features, right, np.ones(len(right)), STRENGTH)


def _left_out(
    cases: dict[str, CasesByState], by_state: CasesByState, name: str, names: tuple[str, ...]
) -> dict[int, tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]]:
    """For each state confidence, right and suggestible of the cases whose best hit answers; learned without `name`."""
    others = [case for other, held in cases.items() if other != name for some in held.values() for case in some]
    learned = learn_confidence(*_stacked(others, declines=False), names)
    found = {}
    for state, some in by_state.items():
        features, right = _stacked(some, declines=False)
        suggestible = np.array([case.suggestible for case in some if not case.declines and not case.other_thing])
        found[state] = (learned.probabilities(features), right, suggestible)
    return found


def _stacked(cases: Sequence[Case], *, declines: bool) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features and right of the cases whose best hit declines, or does not; without what is never answered."""
    chosen = [case for case in cases if case.declines is declines and not case.other_thing]
    return np.stack([case.features for case in chosen]), np.array([case.right for case in chosen])
