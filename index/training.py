"""Learning `weights.json` and `calibrations.json` from the shipped knowledge base and judged queries: `make weights`.

Reproducible: no randomness, the same files give the same numbers. Run it after a change of the
analysis chain, the signals, the entries at large or the judged queries.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index.analyzer import Analyzer
from index.calibration import Calibration, Case, calibrate, judged_cases, variant_cases
from index.confidence import feature_names
from index.encoder import Encoder, load_encoder
from index.entry_index import EntryIndex
from index.logistic import Logistic
from index.ranking import LEXICAL, PRIOR, SEMANTIC, WEIGHTS_FILE
from index.risk import Cuts
from index.snapshot import SHIPPED_CALIBRATIONS, NoShelf, SnapshotBuilder
from index.tokenizer import Tokenizer
from knowledge import judged, synonyms, yaml_files
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery
from knowledge.store import KnowledgeBase

RIDGE = 1e-3  # keeps weights from growing where the training queries are separable
# A declining entry ranked above the right answer hides that answer; the reverse costs less, since
# the decision still refuses. Queries that must be refused therefore count less than the others.
REFUSED_IMPORTANCE = 0.3
FOLDS = 5
START_CUTS = Cuts(answer=0.9, decline=0.8, suggest=0.1)


def main() -> None:
    """Learn the weights (not with the argument `calibrate`), then measure the shipped calibrations."""
    entries = [filed.entry for filed in yaml_files.read_folder(yaml_files.SHIPPED)]
    queries = judged.read_judged(judged.SHIPPED, {entry.id for entry in entries})
    analyzer = Analyzer(Tokenizer(), synonyms.read_synonyms(synonyms.SHIPPED))
    encoders = {"lexical": None, "semantic": load_encoder()}
    if sys.argv[1:] != ["calibrate"]:
        learn(entries, queries, analyzer, encoders)
    calibrations: dict[str, Any] = {}
    base = KnowledgeBase(0, tuple(sorted(entries, key=lambda entry: entry.id)))
    for encoder in encoders.values():
        snapshot = SnapshotBuilder(analyzer, encoder, queries, NoShelf(), shipped={}).build(base, datetime.now(UTC))
        calibration = snapshot.calibration
        calibrations[calibration.digest] = calibration.to_json()
        print(calibration.cuts, calibration.promise and replace(calibration.promise, curve=()))
    SHIPPED_CALIBRATIONS.write_text(json.dumps(calibrations) + "\n", encoding="utf-8")


def learn(
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    analyzer: Analyzer,
    encoders: Mapping[str, Encoder | None],
) -> None:
    """Learn both sets of weights, print how well they rank entries they have not seen, and write the file."""
    file: dict[str, Any] = {"confidence": {}}
    for mode, encoder in encoders.items():
        names = (*LEXICAL, *(SEMANTIC if encoder else ()), PRIOR)
        weights, hits = learn_ranking(entries, queries, analyzer, encoder, names)
        print(mode, "hit@1 on unseen entries' queries:", round(hits, 4), weights)
        file[mode] = weights
        file["confidence"][mode] = learn_confidence(entries, queries, analyzer, encoder, weights)
    WEIGHTS_FILE.write_text(json.dumps(file, indent=1) + "\n", encoding="utf-8")


def learn_ranking(
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    analyzer: Analyzer,
    encoder: Encoder | None,
    names: Sequence[str],
) -> tuple[dict[str, float], float]:
    """The weights that make the right entries of judged queries win, and hit@1 in cross-validation by entry."""
    index = EntryIndex(entries, analyzer, encoder, weights=dict.fromkeys(names, 0.0))
    signals = np.stack([index.rank(index.query(query.text)).signals.T for query in queries])
    right = np.array([_right(entries, query) for query in queries])
    importance = np.array([1.0 if query.answerable else REFUSED_IMPORTANCE for query in queries])
    groups = np.array([sum(map(ord, (query.entries or (query.text,))[0])) % FOLDS for query in queries])
    hits: list[bool] = []
    for fold in range(FOLDS):
        learned = _fit(signals[groups != fold], right[groups != fold], importance[groups != fold])
        best = (signals @ learned).argmax(axis=1)
        tested = [n for n, query in enumerate(queries) if groups[n] == fold and query.answerable]
        hits.extend(bool(right[number, best[number]]) for number in tested)
    weights = _fit(signals, right, importance)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}, float(np.mean(hits))


def learn_confidence(
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    analyzer: Analyzer,
    encoder: Encoder | None,
    weights: dict[str, float],
) -> dict[str, object]:
    """The models and cuts that `calibrate` starts from for any knowledge base."""
    index = EntryIndex(entries, analyzer, encoder, weights=weights)
    cases = [*judged_cases(index, queries), *variant_cases(index)]
    names = feature_names(semantic=encoder is not None)
    models = [_first_model(names, [case for case in cases if case.declines is kind]) for kind in (False, True)]
    start = Calibration("", models[0], models[1], START_CUTS)
    learned = calibrate(index, queries, "", prior=start)
    print("cuts:", learned.cuts, "promise:", learned.promise and replace(learned.promise, curve=()))
    values = learned.to_json()
    return {key: values[key] for key in ("answers", "declines", "cuts")}


def _first_model(names: tuple[str, ...], cases: Sequence[Case]) -> Logistic:
    features = np.stack([case.features for case in cases])
    right = np.array([case.right for case in cases])
    return Logistic.standardised(names, features).fitted(features, right, np.ones(len(cases)), strength=3.0)


def _right(entries: Sequence[Entry], query: JudgedQuery) -> list[bool]:
    """Which entries are right: the judged ones, or any declining one for a query that must be refused."""
    return [entry.id in query.entries if query.answerable else entry.declines for entry in entries]


def _fit(
    signals: NDArray[np.float64], right: NDArray[np.bool_], importance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Listwise maximum likelihood: the softmax share of the right entries, summed where several are right."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = signals @ weights
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        won = (shares * right).sum(axis=1) + 1e-12
        gradient = np.einsum("q,qe,qes->s", importance, shares - shares * right / won[:, None], signals)
        total = importance.sum()
        return float(
            -(importance @ np.log(won)) / total + RIDGE * weights @ weights
        ), gradient / total + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(signals.shape[2]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return weights


if __name__ == "__main__":
    main()
