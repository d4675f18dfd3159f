"""Questions that an entry asks or answers in so many words, and that need no further evidence."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.decision.features import feature_names
from index.ranking.entry_index import EntryIndex
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


def says_enough(
    index: EntryIndex, ranking: Ranking, found: NDArray[np.float64], confidence: float, said: float
) -> bool:
    """True when the best entry says the part `said` of the question, and is sure; `found` are its features.

    Not where its first word, mostly its topic, is in no entry (駐車料金, beside a fee for copies), nor where all that
    is said is one character (車, which 車いす says too).
    """
    names = feature_names(semantic=ranking.query.vector is not None)
    if confidence < SURE or found[names.index("covered_with_answer")] < said:
        return False
    terms, known = ranking.query.analysis.terms, index.arrays.words.bm25.idf
    shared = index.analyzed(ranking.order[0]).said.intersection(terms)
    return max(map(len, shared), default=0) > 1 and (terms[0] in known or len(terms[0]) == 1)


@lru_cache(maxsize=10_000)
def _keys(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(match_key, texts))
