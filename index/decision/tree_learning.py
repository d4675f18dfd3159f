"""Learning boosted trees, monotone in the features that only help or only harm; needs scikit-learn, an extra."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.decision.features import signs
from index.decision.trees import DEPTH, Trees

FAR = 1e300  # a cut that every feature lies below
LEARNING = {
    "learning_rate": 0.05,
    "l2_regularization": 1.0,
    "max_depth": DEPTH,
    "max_leaf_nodes": 12,
    "early_stopping": False,
    "random_state": 0,
}
BINS = 255  # of a feature, the most that scikit-learn takes
DIGITS = 6  # significant ones that are kept of a number


def can_learn_trees() -> bool:
    """True where scikit-learn is installed."""
    return find_spec("sklearn") is not None


def learn_trees(
    features: NDArray[np.float64],
    right: NDArray[np.bool_],
    importance: NDArray[np.float64],
    names: tuple[str, ...],
    *,
    trees: int,
    leaf: int,
) -> Trees:
    """At most so many trees, with at least `leaf` cases in each of their leaves."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # a second that no question waits for

    learner = HistGradientBoostingClassifier(
        max_iter=trees, min_samples_leaf=leaf, monotonic_cst=signs(names), **LEARNING
    )
    edges = [_edges(column, importance) for column in features.T]
    bins = [np.searchsorted(edge, column) for edge, column in zip(edges, features.T, strict=True)]
    learner.fit(np.column_stack(bins), right, importance)
    grown = [_complete(tree[0].nodes, edges) for tree in learner._predictors]  # noqa: SLF001  # no other way to them
    columns, cuts, leaves = zip(*grown, strict=True)
    return Trees(names, float(learner._baseline_prediction.item()), columns, cuts, leaves)  # noqa: SLF001


def _edges(values: NDArray[np.float64], importance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The places where a feature is cut into at most BINS bins of about the same importance, none of them empty.

    They are those of scikit-learn 1.9, which takes a hundred times as long to find them.
    """
    distinct = np.unique(values)
    if len(distinct) <= BINS:
        return (distinct[:-1] + distinct[1:]) / 2
    order = np.argsort(values)
    ordered, reached = values[order], np.cumsum(importance[order])
    wanted = np.linspace(0, 100, BINS + 1)[1:-1] / 100 * reached[-1]
    place = np.minimum(np.searchsorted(reached, wanted), len(values) - 1)
    above = ordered[np.minimum(place + 1, len(values) - 1)]
    exact = reached[place] - wanted <= np.finfo(np.float64).eps
    edges = np.unique(np.where(exact, (ordered[place] + above) / 2, ordered[place]))
    return edges[np.unique(np.searchsorted(edges, distinct))[:-1]]


def _complete(
    nodes: NDArray[Any], edges: Sequence[NDArray[np.float64]]
) -> tuple[tuple[int, ...], tuple[float, ...], tuple[float, ...]]:
    """A grown tree as a complete one: a leaf that came early stands for all the leaves below it."""
    columns, cuts = [0] * (2**DEPTH - 1), [FAR] * (2**DEPTH - 1)
    level = [0]  # numbers of nodes in `nodes`
    for depth in range(DEPTH):
        below = []
        for place, number in enumerate(level):
            node = nodes[number]
            if node["is_leaf"]:
                below += [number, number]
                continue
            column = columns[2**depth - 1 + place] = int(node["feature_idx"])
            cuts[2**depth - 1 + place] = _rounded(edges[column][int(node["num_threshold"])])
            below += [int(node["left"]), int(node["right"])]
        level = below
    return tuple(columns), tuple(cuts), tuple(_rounded(nodes[number]["value"]) for number in level)


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
