"""Learning `weights.json` and `calibrations.json` from the shipped knowledge base and judged queries: `make weights`.

Reproducible: no randomness, the same files give the same numbers. Run it after a change of the
analysis chain, the signals, the entries at large or the judged queries.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import product, starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index.decision.calibration import Calibration, Case, calibrate, judged_cases, variant_cases
from index.decision.features import feature_names
from index.decision.logistic import Logistic
from index.decision.risk import Thresholds
from index.encoder.encoder import Encoder, load_encoder
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, PRIORS, SEMANTIC, WEIGHTS_FILE, Boosts
from index.snapshot import SHIPPED_CALIBRATIONS, NullCache, SnapshotBuilder
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge import judged, synonyms
from knowledge.entry import Entry
from knowledge.entry_reader import MAX_VARIANTS
from knowledge.files import yaml_reader
from knowledge.judged import JudgedQuery
from knowledge.revisions.store import KnowledgeBase

RIDGE = 1e-3  # keeps weights from growing where the training queries are separable
# A declining entry ranked above the right answer hides that answer; the reverse costs less, since
# the decision still refuses. Queries that must be refused therefore count less than the others.
REFUSED_IMPORTANCE = 0.3
FOLDS = 5
THINNED = (8, 2)  # variants an entry in the thinned knowledge bases
BOOSTS = ((1, 2, 3), (1,), (0, 1, 2), (0, 1))  # tried for question, variants, answer, category
START_CUTS = Thresholds(answer=0.9, decline=0.8, suggest=0.1)


def main() -> None:
    """Learn the weights (not with the argument `calibrate`), then measure the shipped calibrations."""
    entries = [located.entry for located in yaml_reader.read_folder(yaml_reader.SHIPPED)]
    queries = judged.read_judged(judged.SHIPPED, {entry.id for entry in entries})
    analyzer = Analyzer(Tokenizer(), synonyms.read_synonyms(synonyms.SHIPPED))
    encoders = {"lexical": None, "semantic": load_encoder()}
    if sys.argv[1:] != ["calibrate"]:
        learn(entries, queries, analyzer, encoders)
    calibrations: dict[str, Any] = {}
    base = KnowledgeBase(0, tuple(sorted(entries, key=lambda entry: entry.id)))
    for encoder in encoders.values():
        snapshot = SnapshotBuilder(analyzer, encoder, queries, NullCache(), shipped={}).build(base, datetime.now(UTC))
        calibration = snapshot.calibration
        calibrations[calibration.digest] = calibration.to_json()
        print(calibration.thresholds, calibration.risk and replace(calibration.risk, curve=()))
    SHIPPED_CALIBRATIONS.write_text(json.dumps(calibrations) + "\n", encoding="utf-8")


def learn(
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    analyzer: Analyzer,
    encoders: Mapping[str, Encoder | None],
) -> None:
    """Learn boosts and both sets of weights, print how well they rank entries they have not seen, write the file."""
    boosts = learn_boosts(entries, queries, analyzer)
    file: dict[str, Any] = {"boosts": asdict(boosts), "confidence": {}}
    for mode, encoder in encoders.items():
        found = learn_ranking(entries, queries, analyzer, encoder, boosts)
        print(f"{mode}: hit@1 {found.hits:.4f}, loss {found.loss:.4f} on unseen entries' queries; {found.weights}")
        file[mode] = found.weights
        index = EntryIndex(entries, analyzer, encoder, weights=found.weights, boosts=boosts)
        file["confidence"][mode] = learn_confidence(queries, index)
    WEIGHTS_FILE.write_text(json.dumps(file, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights by signal, with hit@1 and mean loss in cross-validation by entry."""

    weights: dict[str, float]
    hits: float
    loss: float


def learn_boosts(entries: Sequence[Entry], queries: Sequence[JudgedQuery], analyzer: Analyzer) -> Boosts:
    """The whole boosts that rank unseen entries' queries with the least loss, of all in BOOSTS."""
    results = {}
    for boosts in starmap(Boosts, product(*BOOSTS)):
        results[boosts] = learn_ranking(entries, queries, analyzer, None, boosts)
        print(f"{boosts}: hit@1 {results[boosts].hits:.4f}, loss {results[boosts].loss:.4f}")
    return min(results, key=lambda boosts: results[boosts].loss)


def learn_ranking(
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    analyzer: Analyzer,
    encoder: Encoder | None,
    boosts: Boosts,
) -> Learned:
    """The weights that make the right entries of judged queries win.

    Learned from the knowledge base as it is and as it would be with few variants (THINNED), measured
    as it is: weights that suit both rank better than those that count on 25 variants an entry.
    """
    names = (*LEXICAL, *(SEMANTIC if encoder else ()), *PRIORS)
    rankings = []
    for kept in (MAX_VARIANTS, *THINNED):
        some = [replace(entry, variants=_spread(entry.variants, kept)) for entry in entries]
        index = EntryIndex(some, analyzer, encoder, weights=dict.fromkeys(names, 0.0), boosts=boosts)
        rankings.append(np.stack([index.rank(index.query(query.text)).signals.T for query in queries]))
    signals = rankings[0]
    right = np.array([_right(entries, query) for query in queries])
    importance = np.array([1.0 if query.answerable else REFUSED_IMPORTANCE for query in queries])
    groups = np.array([sum(map(ord, (query.entries or (query.text,))[0])) % FOLDS for query in queries])
    hits: list[bool] = []
    losses: list[float] = []
    for fold in range(FOLDS):
        learned = _fit(rankings, right, importance, groups != fold)
        best = (signals @ learned).argmax(axis=1)
        tested = [n for n, query in enumerate(queries) if groups[n] == fold and query.answerable]
        hits.extend(bool(right[number, best[number]]) for number in tested)
        held = groups == fold
        losses.append(_loss(learned, signals[held], right[held], importance[held])[0])
    weights = _fit(rankings, right, importance, groups >= 0).tolist()
    named = {name: round(weight, 3) for name, weight in zip(names, weights, strict=True)}
    return Learned(named, float(np.mean(hits)), float(np.mean(losses)))


def learn_confidence(queries: Sequence[JudgedQuery], index: EntryIndex) -> dict[str, object]:
    """The models and cuts that `calibrate` starts from for any knowledge base."""
    cases = [*judged_cases(index, queries), *variant_cases(index)]
    names = feature_names(semantic=index.encoder is not None)
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


def _spread(variants: tuple[str, ...], kept: int) -> tuple[str, ...]:
    """At most `kept` of the variants, evenly spread."""
    return variants[:: max(1, math.ceil(len(variants) / kept))]


def _fit(
    rankings: Sequence[NDArray[np.float64]],
    right: NDArray[np.bool_],
    importance: NDArray[np.float64],
    chosen: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The weights with the least loss on the `chosen` queries of all `rankings` together."""
    times = len(rankings)
    signals = np.concatenate([ranking[chosen] for ranking in rankings])
    data = (signals, np.tile(right[chosen], (times, 1)), np.tile(importance[chosen], times), RIDGE)
    found = minimize(_loss, np.zeros(signals.shape[2]), data, jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return weights


def _loss(
    weights: NDArray[np.float64],
    signals: NDArray[np.float64],
    right: NDArray[np.bool_],
    importance: NDArray[np.float64],
    ridge: float = 0.0,
) -> tuple[float, NDArray[np.float64]]:
    """Listwise negative log likelihood (the softmax share of the right entries together) and its gradient."""
    scores = signals @ weights
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    won = (shares * right).sum(axis=1) + 1e-12
    gradient = np.einsum("q,qe,qes->s", importance, shares - shares * right / won[:, None], signals)
    total = importance.sum()
    loss = float(-(importance @ np.log(won)) / total + ridge * weights @ weights)
    return loss, gradient / total + 2 * ridge * weights


if __name__ == "__main__":
    main()
