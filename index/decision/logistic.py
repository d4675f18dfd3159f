"""Logistic regression that starts from a prior, learned from right and wrong cases.

P(right) = 1 / (1 + exp(-(bias + Σ weight · (feature - mean) / scale))).
"""

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
MAX_STEPS = 200
MAX_HALVINGS = 60
TOLERANCE = 1e-7  # of the projected gradient, for each case
MOST_DEVIATIONS = 8.0  # standard deviations; a feature farther out counts as this far


@dataclass(frozen=True)
class Logistic:
    """A fitted model; `signs` are +1 for a feature that only helps, -1 for one that only harms, else 0.

    A weight never has the other sign, so that the probability is monotone in such a feature.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    signs: tuple[int, ...]

    def probabilities(self, features: Matrix) -> Vector:
        """One probability for each row of `features` (columns in the order of `names`)."""
        return sigmoid(self.log_odds(features))

    def log_odds(self, features: Matrix) -> Vector:
        """The log odds of being right for each row of `features`."""
        log_odds: Vector = self._design(features) @ self._coefficients
        return log_odds

    def fitted(self, features: Matrix, right: NDArray[np.bool_], importance: Vector, strength: float) -> Self:
        """The weights of greatest posterior probability, given the cases and a Gaussian prior around this model.

        Projected Newton steps with a line search (Bertsekas 1982): the objective is convex and never rises.
        `strength` is the prior's precision in cases and must be positive: with far fewer cases than that the
        model stays as it is. A fit that does not converge is given up, and this model returned.
        """
        weights = self.fit(features, right, importance, strength).minimum()
        return self if weights is None else replace(self, bias=float(weights[0]), weights=tuple(weights[1:].tolist()))

    def fit(self, features: Matrix, right: NDArray[np.bool_], importance: Vector, strength: float) -> "Fit":
        """The objective that `fitted` minimises."""
        signs = np.array([0, *self.signs])
        return Fit(self._design(features), right.astype(np.float64), importance, strength, self._coefficients, signs)

    @classmethod
    def standardised(cls, names: tuple[str, ...], features: Matrix, signs: tuple[int, ...]) -> Self:
        """A model without knowledge whose features are scaled as in `features`."""
        scale = features.std(axis=0)
        scale[scale < 1e-6] = 1.0
        return cls(names, tuple(features.mean(axis=0).tolist()), tuple(scale.tolist()), (0.0,) * len(names), 0.0, signs)

    def to_json(self) -> dict[str, Any]:
        """The model as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The model behind `to_json`."""
        lists = {name: tuple(values[name]) for name in ("names", "mean", "scale", "weights", "signs")}
        return cls(**lists, bias=float(values["bias"]))

    def _design(self, features: Matrix) -> Matrix:
        mean, scale = self._standard
        design = np.ones((len(features), 1 + len(mean)))
        np.clip((features - mean) / scale, -MOST_DEVIATIONS, MOST_DEVIATIONS, out=design[:, 1:])
        return design

    @cached_property
    def _standard(self) -> tuple[Vector, Vector]:
        return np.array(self.mean), np.array(self.scale)

    @cached_property
    def _coefficients(self) -> Vector:
        """The bias and the weights, as the columns of `_design` have them."""
        return np.array([self.bias, *self.weights])


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of cases with a prior around `start`; `design` has a first column of ones for the bias."""

    design: Matrix
    right: Vector  # 0 or 1
    importance: Vector
    strength: float
    start: Vector
    signs: NDArray[np.int64]

    def minimum(self) -> Vector | None:
        """The weights that minimise the objective, None where the steps do not converge."""
        weights = self._allowed(self.start)
        objective = self.objective(weights)
        small = TOLERANCE * (1.0 + float(self.importance.sum()))
        for _ in range(MAX_STEPS):
            gradient = self.gradient(weights)
            free = ~((weights * self.signs <= 0) & (self.signs != 0) & (gradient * self.signs >= 0))
            if np.abs(np.where(free, gradient, 0.0)).max() <= small:
                return weights
            step = self._newton_step(weights, gradient, free)
            found = self._searched(weights, step, objective)
            if found is None:
                return weights if np.abs(np.where(free, gradient, 0.0)).max() <= 1e3 * small else None
            weights, objective = found
        return None

    def objective(self, weights: Vector) -> float:
        """The negative log posterior, up to a constant."""
        margins = (2 * self.right - 1) * (self.design @ weights)
        distance = weights - self.start
        return float(self.importance @ np.logaddexp(0.0, -margins) + self.strength / 2 * distance @ distance)

    def gradient(self, weights: Vector) -> Vector:
        """The derivative of `objective`."""
        missed = sigmoid(self.design @ weights) - self.right
        gradient: Vector = self.design.T @ (self.importance * missed) + self.strength * (weights - self.start)
        return gradient

    def _newton_step(self, weights: Vector, gradient: Vector, free: NDArray[np.bool_]) -> Vector:
        probability = sigmoid(self.design @ weights)
        curvature = self.importance * probability * (1 - probability)
        hessian = (self.design * curvature[:, None]).T @ self.design + self.strength * np.eye(len(weights))
        step = np.zeros(len(weights))
        step[free] = np.linalg.solve(hessian[np.ix_(free, free)], gradient[free])
        return step

    def _searched(self, weights: Vector, step: Vector, objective: float) -> tuple[Vector, float] | None:
        """The first point on the halved step that lowers the objective, None where there is none."""
        length = 1.0
        for _ in range(MAX_HALVINGS):
            tried = self._allowed(weights - length * step)
            reached = self.objective(tried)
            if reached < objective:
                return tried, reached
            length /= 2
        return None

    def _allowed(self, weights: Vector) -> Vector:
        """The nearest weights whose signs are allowed."""
        return np.where(weights * self.signs < 0, 0.0, weights)


def sigmoid(values: Vector) -> Vector:
    """The probabilities that belong to log odds."""
    sigmoid: Vector = 0.5 * (1 + np.tanh(0.5 * values))
    return sigmoid
