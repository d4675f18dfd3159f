"""Shares of counted questions, with the interval that holds the true share in 95 of 100 cases."""

import math
from dataclasses import dataclass

NORMAL = 1.959964  # deviations of a normal distribution that hold 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` questions."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 where there is nothing to share."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The score interval (Wilson 1927); it is quick for any number, and never leaves 0 to 1."""
        if not self.of:
            return 0.0, 1.0
        square = NORMAL**2 / self.of
        middle = self.value + square / 2
        reach = NORMAL * math.sqrt(self.value * (1 - self.value) / self.of + square / (4 * self.of))
        return max(0.0, (middle - reach) / (1 + square)), min(1.0, (middle + reach) / (1 + square))
