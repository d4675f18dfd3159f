"""Learning the weights of the second stage, and what it gains on a knowledge base that it has not seen."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index.encoder.passage_encoder import PassageEncoder
from index.evaluation.trials import Trial
from index.evaluation.weights import SignalSet
from index.parameters import MAX_CANDIDATES
from index.ranking.passages import passage_of
from index.ranking.ranking import Weights

NAMES = ("first_stage", "meaning")
START = (1.0, 70.0)
NO_CHANGE = dict(zip(NAMES, (1.0, 0.0), strict=True))

LikenessByTrial = Mapping[str, NDArray[np.float32]]  # a row a question, a column an entry


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """The best entries of the answerable questions: scores and likeness, and which are right, [question, place]."""

    first: NDArray[np.float64]
    likeness: NDArray[np.float64]
    right: NDArray[np.bool_]

    def scores(self, weights: Weights) -> NDArray[np.float64]:
        """The scores of the second stage."""
        return weights["first_stage"] * self.first + weights["meaning"] * self.likeness

    def hits_at(self, most: int, weights: Weights) -> float:
        """The share of the questions with a right entry among the first `most`."""
        order = np.argsort(-self.scores(weights), axis=1, kind="stable")[:, :most]
        return float(np.take_along_axis(self.right, order, axis=1).any(axis=1).mean())


Candidates = Mapping[str, Mapping[int, CandidateSet]]  # by the trial's name and state


def likeness_by_trial(trials: Sequence[Trial], encoder: PassageEncoder) -> LikenessByTrial:
    """The likeness of every question of the trials to every entry; variants do not change it."""
    found, seconds, counts = {}, [0.0, 0.0], [0, 0]
    for trial in trials:
        started = time.perf_counter()
        queries = np.stack([encoder.query(query.text) for query in trial.questions])
        between = time.perf_counter()
        passages = np.stack([encoder.passage(passage_of(entry)) for entry in trial.entries])
        seconds = [seconds[0] + between - started, seconds[1] + time.perf_counter() - between]
        counts = [counts[0] + len(queries), counts[1] + len(passages)]
        found[trial.name] = queries @ passages.T
    each = [1000 * total / count for total, count in zip(seconds, counts, strict=True)]
    print(f"second stage, {encoder.name}: {each[0]:.1f} ms a question, {each[1]:.1f} ms a passage")
    return found


def candidate_set(one: SignalSet, weights: Weights, likeness: NDArray[np.float32]) -> CandidateSet:
    """The best entries by the weights of the first stage."""
    scores = one.signals @ np.array(list(weights.values()))
    order = np.argsort(-scores, axis=1, kind="stable")[:, :MAX_CANDIDATES]
    answerable = one.importance == one.importance.max()
    first, again, right = (
        np.take_along_axis(values, order, axis=1)[answerable] for values in (scores, likeness, one.right)
    )
    return CandidateSet(first, again.astype(np.float64), right)


def learn_second_stage(mode: str, candidates: Candidates) -> dict[str, float]:
    """The weights learned from all trials; prints what those learned from the others alone gain on each one."""
    for name, states in candidates.items():
        learned = _learned([one for other, sets in candidates.items() if other != name for one in sets.values()])
        for state, one in states.items():
            hits = [one.hits_at(most, weights) for most in (1, 3) for weights in (NO_CHANGE, learned)]
            print(
                f"  second stage, {mode}, {name}, {state} variants: hit@1 {hits[0]:.3f} → {hits[1]:.3f},"
                f" hit@3 {hits[2]:.3f} → {hits[3]:.3f} left out"
            )
    return _learned([one for states in candidates.values() for one in states.values()])


def _learned(sets: Sequence[CandidateSet]) -> dict[str, float]:
    """The weights with the least loss on all sets together (Nelder and Mead)."""
    found = minimize(lambda values: _loss(dict(zip(NAMES, values, strict=True)), sets), START, method="Nelder-Mead")
    return {name: round(float(weight), 3) for name, weight in zip(NAMES, found.x, strict=True)}


def _loss(weights: Weights, sets: Sequence[CandidateSet]) -> float:
    """The mean over the sets of the negative log likelihood of a right entry among the candidates (softmax)."""
    losses = []
    for one in sets:
        found = one.right.any(axis=1)
        scores = one.scores(weights)[found]
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        won = (shares * one.right[found]).sum(axis=1) / shares.sum(axis=1)
        losses.append(-np.log(won + 1e-12).mean())
    return float(np.mean(losses))
