"""Learning the weights of the signals: those that make the right entries of many knowledge bases win."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index.encoder.encoder import Encoder
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, PRIORS, SEMANTIC
from index.text.analyzer import Analyzer
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery

RIDGE = 1e-3  # keeps weights from growing where the training queries are separable
# A declining entry ranked above the right answer hides that answer; the reverse costs less, since
# the decision still refuses. Queries that must be refused therefore count less than the others.
REFUSED_IMPORTANCE = 0.3


@dataclass(frozen=True)
class SignalSet:
    """The signals of one knowledge base in one state: `signals` [query, entry, signal], `right` [query, entry].

    `importance` weighs the queries; all of them together count as one knowledge base.
    """

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]
    importance: NDArray[np.float64]


def signal_names(encoder: Encoder | None) -> tuple[str, ...]:
    """The names of the signals, with or without an encoder."""
    return (*LEXICAL, *(SEMANTIC if encoder else ()), *PRIORS)


def signal_set(
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    analyzer: Analyzer,
    encoder: Encoder | None,
    *,
    refused: float = 0.0,
) -> SignalSet:
    """Ask every query; one that must not be answered counts `refused`, and any declining entry is right for it."""
    index = EntryIndex(entries, analyzer, encoder, weights=dict.fromkeys(signal_names(encoder), 0.0))
    rankings = index.rank_all([index.query(query.text) for query in queries])
    signals = np.stack([ranking.signals.T for ranking in rankings])
    right = [[e.id in q.entries if q.answerable else e.declines for e in index.entries] for q in queries]
    importance = np.array([1.0 if query.answerable else refused for query in queries])
    return SignalSet(signals, np.array(right), importance / importance.sum())


def learn_weights(sets: Sequence[SignalSet], names: Sequence[str]) -> dict[str, float]:
    """The weights with the least loss on all sets together (L-BFGS)."""
    found = minimize(_loss, np.zeros(len(names)), (sets,), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), 3) for name, weight in zip(names, found.x, strict=True)}


def hits_at(one: SignalSet, weights: Mapping[str, float], most: int) -> float:
    """The share of the answerable queries whose right entry is among the first `most`."""
    scores = one.signals @ np.array(list(weights.values()))
    order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
    found: NDArray[np.bool_] = np.any(np.take_along_axis(one.right, order, axis=1), axis=1)
    return float(found[one.importance == one.importance.max()].mean())


def _loss(weights: NDArray[np.float64], sets: Sequence[SignalSet]) -> tuple[float, NDArray[np.float64]]:
    """Listwise negative log likelihood (the softmax share of the right entries together) and its gradient."""
    loss, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
    for one in sets:
        scores = one.signals @ weights
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        won = (shares * one.right).sum(axis=1) + 1e-12
        missed = shares - shares * one.right / won[:, None]
        gradient = gradient + np.einsum("q,qe,qes->s", one.importance, missed, one.signals, optimize=True) / len(sets)
        loss -= float(one.importance @ np.log(won)) / len(sets)
    return loss, gradient
