"""Risk: how many of the answers given may be wrong, and the cut that keeps it so."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CERTAINTY = 0.95
NEVER = 2.0  # a threshold that no confidence reaches


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which we answer, refuse with a declining entry, or suggest."""

    answer: float
    decline: float
    suggest: float


@dataclass(frozen=True, slots=True)
class MeasuredRisk:
    """How many of `asked` queries that were not learned from were answered, and how many of these wrongly.

    `from_others` of the queries were asked of other knowledge bases.
    """

    asked: int
    answered: int
    wrong: int
    bound: float  # Clopper–Pearson upper bound of wrong among answered
    curve: tuple[tuple[float, float, float], ...]  # (cut, share answered, share wrong of the answered)
    from_others: int = 0
    missed: int = 0  # judged queries that hide an answer behind a refusal, by the confidence as it was learned


def clopper_pearson(wrong: int, cases: int, certainty: float = CERTAINTY) -> float:
    """The exact upper bound of a share of which `wrong` in `cases` were seen (Clopper and Pearson 1934)."""
    if wrong >= cases:
        return 1.0
    low, high = wrong / cases, 1.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        if _binomial_below(wrong, cases, middle) > 1 - certainty:
            low = middle
        else:
            high = middle
    return high


def lowest_cut(confidences: NDArray[np.float64], right: NDArray[np.bool_], most_wrong: float) -> float | None:
    """The lowest cut from which on the bound on the wrong share holds, or None when there is none."""
    for cut, cases, wrong in reversed(_steps(confidences, right)):
        if bound_holds(wrong, cases, most_wrong):
            return cut
    return None


def safest_cut(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The cut with the lowest bound on the wrong share, for data that keep no promised bound; 0 without any."""
    steps = _steps(confidences, right)
    lowest, safest = 1.0, steps[0][0] if steps else 0.0
    for cut, cases, wrong in steps:
        if bound_holds(wrong, cases, lowest):
            lowest, safest = clopper_pearson(wrong, cases), cut
    return safest


def _steps(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, int, int]]:
    """Each distinct confidence, highest first, with the number of cases from it on and of wrong ones among them."""
    order = np.argsort(-confidences, kind="stable")
    ordered, wrong = confidences[order], np.cumsum(~right[order])
    last = np.flatnonzero(np.diff(ordered, append=-np.inf))  # the last place of each run of equal confidences
    return [(float(ordered[place]), int(place) + 1, int(wrong[place])) for place in last]


def bound_holds(wrong: int, cases: int, share: float) -> bool:
    """True when `clopper_pearson` is at most `share`, which one look at the distribution tells."""
    return wrong < cases and _binomial_below(wrong, cases, share) <= 1 - CERTAINTY


def is_surely_above(wrong: int, cases: int, share: float, certainty: float) -> bool:
    """True when at a true share of `share` so many wrong of `cases` come less often than 1 - `certainty`."""
    return wrong > 0 and _binomial_below(wrong - 1, cases, share) >= certainty


def _binomial_below(wrong: int, cases: int, share: float) -> float:
    """P(at most `wrong` of `cases`) when each is wrong with probability `share`."""
    if share in (0.0, 1.0):
        return float(share == 0.0)
    logs = [
        math.lgamma(cases + 1)
        - math.lgamma(k + 1)
        - math.lgamma(cases - k + 1)
        + k * math.log(share)
        + (cases - k) * math.log1p(-share)
        for k in range(wrong + 1)
    ]
    return math.fsum(map(math.exp, logs))
