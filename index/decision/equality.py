"""Near equality: what an entry says word for word may be answered without further evidence."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.decision.features import feature_names
from index.ranking.ranking import Ranking
from knowledge.match_key import match_key

SAID = 0.9  # part of a question's information in words that the entry's question, variants or answer say
SURE = 0.85  # confidence beside that


def is_equal(ranking: Ranking) -> bool:
    """True when the question is the best entry's question or one of its variants, but for width, case and marks."""
    best = ranking.entries[ranking.order[0]]
    asked = match_key(ranking.query.text)
    return bool(asked) and asked in _keys((best.question, *best.variants))


def is_nearly_equal(ranking: Ranking, found: NDArray[np.float64], confidence: float) -> bool:
    """True when the best entry says nearly every word of the question; `found` are the ranking's features."""
    names = feature_names(semantic=ranking.query.vector is not None)
    return confidence >= SURE and found[names.index("covered_with_answer")] >= SAID


@lru_cache(maxsize=10_000)
def _keys(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(match_key, texts))
