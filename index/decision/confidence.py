"""The confidence in a best hit: log odds learned from other knowledge bases, adjusted to one by logistic regression."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.decision.logistic import Logistic, sigmoid
from index.decision.trees import Trees

START = "start"  # the log odds of the trees, as the first feature of the adjustment


@dataclass(frozen=True)
class Confidence:
    """Trees learned from several knowledge bases, None for none, and the adjustment learned from one.

    The adjustment of a start takes the log odds of the trees as they are. `own` are trees learned from the one
    knowledge base, None without much evidence: then the log odds are the mean of the adjustment's and theirs.
    """

    trees: Trees | None
    adjustment: Logistic
    own: Trees | None = None

    @classmethod
    def start(cls, trees: Trees | None, plain: Logistic) -> Self:
        """The log odds of trees, where there are any, and of a logistic model together."""
        weights, signs = (1.0 if trees else 0.0, *plain.weights), (1, *plain.signs)
        adjustment = Logistic(
            (START, *plain.names), (0.0, *plain.mean), (1.0, *plain.scale), weights, plain.bias, signs
        )
        return cls(trees, adjustment)

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability (0 to 1) that the best hit is right, for each row of `features`."""
        log_odds = self.adjustment.log_odds(self._with_start(features))
        return sigmoid(log_odds if self.own is None else (log_odds + self.own.log_odds(features)) / 2)

    def fitted(
        self,
        features: NDArray[np.float64],
        right: NDArray[np.bool_],
        importance: NDArray[np.float64],
        strength: float,
    ) -> Self:
        """With the adjustment learned from cases; see `Logistic.fitted`."""
        return replace(self, adjustment=self.adjustment.fitted(self._with_start(features), right, importance, strength))

    def to_json(self) -> dict[str, Any]:
        """Adjustment and own trees as JSON-ready values; the others are the same for every knowledge base."""
        return {"adjustment": self.adjustment.to_json(), "own": self.own.to_json() if self.own else None}

    @classmethod
    def from_json(cls, trees: Trees | None, values: dict[str, Any]) -> Self:
        """The confidence behind `to_json`."""
        own = Trees.from_json(values["own"]) if values["own"] else None
        return cls(trees, Logistic.from_json(values["adjustment"]), own)

    def _with_start(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        start = self.trees.log_odds(features) if self.trees else np.zeros(len(features))
        return np.column_stack([start, features])
