"""The neighbourhood of a question: whose the texts are that are most like it.

An entry of which many texts are near is right more often than one of which a single text is.
"""

import math

import numpy as np
from numpy.typing import NDArray

from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LAST, Ranking

NEAREST = (3, 5, 10, 20)  # texts
BEST = 3  # texts of the best entry, and of the others, whose likeness is compared
OF_LIKENESS = (*(f"own_of_{count}" for count in NEAREST), "best_over_others", "best_text_over_others")
LEXICAL = ("near_words", "near_readings")
SEMANTIC = "near_meaning"
TOGETHER = "near"  # the sum of the others, each in its standard deviations

Likeness = NDArray[np.float64]


def neighbourhood_names(*, semantic: bool) -> tuple[str, ...]:
    """The names of the features, in order."""
    kinds = (*LEXICAL, *((SEMANTIC,) if semantic else ()), TOGETHER)
    return tuple(f"{kind}_{name}" for kind in kinds for name in OF_LIKENESS)


def neighbourhood(index: EntryIndex, ranking: Ranking) -> list[float]:
    """For each likeness of texts and for all together the features OF_LIKENESS.

    The share (0 to 1) of the nearest texts that is the best entry's; then how much more alike its BEST nearest texts
    are, on average, than those of the other entries, and its nearest one than theirs.
    """
    best = ranking.order[0]
    alike = [_seen(index, ranking, one) for one in ranking.alike]
    start = int(index.starts[best])
    own = slice(start, start + int(index.text_counts[best]))
    together = np.sum([_standardised(one) for one in alike], axis=0)
    return [feature for one in (*alike, together) for feature in _features(one, own)]


def _seen(index: EntryIndex, ranking: Ranking, alike: Likeness) -> Likeness:
    """The likeness of the texts, none of those whose entry is hidden from the ranking."""
    if ranking.scores.min() > LAST:
        return alike
    shown = np.repeat(ranking.scores > LAST, index.text_counts.astype(np.int64))
    return np.where(shown, alike, 0.0)


def _standardised(alike: Likeness) -> Likeness:
    """In standard deviations; computed by dot products, which take a third of the time of `std`."""
    mean = _mean(alike)
    standardised: Likeness = alike - mean
    standardised /= math.sqrt(max(float(alike @ alike / len(alike) - mean**2), 0.0)) + 1e-9
    return standardised


def _features(alike: Likeness, own: slice) -> list[float]:
    """The features OF_LIKENESS, `own` being the texts of the best entry."""
    far = -alike
    nearest = np.argpartition(far, NEAREST[-1])[: NEAREST[-1]] if len(alike) > NEAREST[-1] else np.arange(len(alike))
    nearest = nearest[np.argsort(far[nearest], kind="stable")]
    is_own = (nearest >= own.start) & (nearest < own.stop)
    held = np.cumsum(is_own & (alike[nearest] > 0)).tolist()
    shares = [held[min(count, len(held)) - 1] / count for count in NEAREST]
    mine, others = _most(alike[own]), alike[nearest[~is_own]][:BEST]
    if len(others) < BEST:
        others = _most(np.delete(alike, own))
    return [*shares, float(_mean(mine) - _mean(others)), float(mine[0] - others[0])]


def _mean(alike: Likeness) -> np.float64:
    """The mean, as NumPy's own computes it in four times as long for a few numbers."""
    mean: np.float64 = np.add.reduce(alike) / len(alike)
    return mean


def _most(alike: Likeness) -> Likeness:
    """The BEST highest, the highest first; a single 0 for no text at all."""
    return np.sort(alike)[::-1][:BEST] if len(alike) else np.zeros(1)
