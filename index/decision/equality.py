"""What an entry says in so many words, which may be answered without further evidence."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.decision.features import feature_names
from index.ranking.ranking import Ranking
from knowledge.match_key import match_key

SURE = 0.87  # confidence beside what is said
NEARLY_ALL = 0.9  # part of a question's information in words that the entry's question, variants or answer say
MOST = 0.6  # the same where a knowledge base has earned no other answers: of ten trials 3 of 119 such were wrong


def is_equal(ranking: Ranking) -> bool:
    """True when the question is the best entry's question or one of its variants, but for width, case and marks."""
    best = ranking.entries[ranking.order[0]]
    asked = match_key(ranking.query.text)
    return bool(asked) and asked in _keys((best.question, *best.variants))


def says_enough(ranking: Ranking, found: NDArray[np.float64], confidence: float, said: float = NEARLY_ALL) -> bool:
    """True when the best entry says the part `said` of the question, and is sure; `found` are its features."""
    names = feature_names(semantic=ranking.query.vector is not None)
    return confidence >= SURE and found[names.index("covered_with_answer")] >= said


@lru_cache(maxsize=10_000)
def _keys(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(match_key, texts))
