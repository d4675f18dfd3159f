"""Logistic regression with a prior: what a probability is made of, learned from right and wrong cases."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
MAX_STEPS = 50
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class Logistic:
    """P(right) = 1 / (1 + exp(-(bias + Σ weight · (feature - mean) / scale)))."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def probabilities(self, features: Matrix) -> NDArray[np.float64]:
        """One probability for each row of `features` (columns in the order of `names`)."""
        standard = (features - np.array(self.mean)) / np.array(self.scale)
        probabilities: NDArray[np.float64] = 1 / (
            1 + np.exp(-np.clip(standard @ np.array(self.weights) + self.bias, -500, 500))
        )
        return probabilities

    def fitted(
        self, features: Matrix, right: NDArray[np.bool_], importance: NDArray[np.float64], strength: float
    ) -> Self:
        """This model moved towards what it got right and wrong, held back by a Gaussian prior around itself.

        Maximum a posteriori by Newton's method (iteratively reweighted least squares; Hastie,
        Tibshirani and Friedman 2009, 4.4.1). `strength` is the prior's precision in cases: with much
        fewer cases than that the model stays as it is.
        """
        standard = (features - np.array(self.mean)) / np.array(self.scale)
        design = np.hstack([np.ones((len(standard), 1)), standard])
        start = np.array([self.bias, *self.weights])
        beta = start.copy()
        for _ in range(MAX_STEPS):
            probability = 1 / (1 + np.exp(-np.clip(design @ beta, -500, 500)))
            gradient = design.T @ (importance * (right - probability)) - strength * (beta - start)
            curvature = importance * probability * (1 - probability)
            hessian = (design * curvature[:, None]).T @ design + strength * np.eye(len(beta))
            step = np.linalg.solve(hessian, gradient)
            beta += np.clip(step, -2.0, 2.0)  # Newton overshoots where nearly everything is right
            if np.abs(step).max() < TOLERANCE:
                break
        return type(self)(self.names, self.mean, self.scale, tuple(beta[1:].tolist()), float(beta[0]))

    @classmethod
    def standardised(cls, names: tuple[str, ...], features: Matrix) -> Self:
        """A model without knowledge whose features are scaled as in `features`."""
        scale = features.std(axis=0)
        scale[scale < 1e-6] = 1.0
        return cls(names, tuple(features.mean(axis=0).tolist()), tuple(scale.tolist()), (0.0,) * len(names), 0.0)

    def to_json(self) -> dict[str, Any]:
        """The model as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The model behind `to_json`."""
        lists = {name: tuple(values[name]) for name in ("names", "mean", "scale", "weights")}
        return cls(**lists, bias=float(values["bias"]))
