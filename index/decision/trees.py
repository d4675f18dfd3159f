"""Gradient boosted trees, learned elsewhere and asked here in a few lines of numpy."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

DEPTH = 5  # questions a tree asks at most; its nodes are numbered as in a heap, and it has 2 ** DEPTH leaves


@dataclass(frozen=True)
class Trees:
    """Complete binary trees of DEPTH; the log odds are `bias` plus one leaf of each tree (Friedman 2001).

    `columns` and `cuts` have 2 ** DEPTH - 1 values a tree: a case goes left where its feature is at most the cut.
    """

    names: tuple[str, ...]
    bias: float
    columns: tuple[tuple[int, ...], ...]
    cuts: tuple[tuple[float, ...], ...]
    leaves: tuple[tuple[float, ...], ...]

    def log_odds(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log odds of being right for each row of `features` (columns in the order of `names`)."""
        columns, cuts, leaves = self._arrays
        trees = np.arange(len(columns))
        node = np.zeros((len(features), len(columns)), dtype=np.intp)
        rows = np.arange(len(features))[:, None]
        for _ in range(DEPTH):
            goes_right = features[rows, columns[trees, node]] > cuts[trees, node]
            node = 2 * node + 1 + goes_right
        log_odds: NDArray[np.float64] = self.bias + leaves[trees, node - (2**DEPTH - 1)].sum(axis=1)
        return log_odds

    def to_json(self) -> dict[str, Any]:
        """The trees as JSON-ready values."""
        return {name: getattr(self, name) for name in ("names", "bias", "columns", "cuts", "leaves")}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The trees behind `to_json`."""
        lists = {name: tuple(map(tuple, values[name])) for name in ("columns", "cuts", "leaves")}
        return cls(tuple(values["names"]), float(values["bias"]), **lists)

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        return np.array(self.columns, dtype=np.intp), np.array(self.cuts), np.array(self.leaves)
