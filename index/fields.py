"""Two ways to compare a query with an entry: one field of it by BM25, or its closest single text."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.bm25 import Bm25, Postings, Scores

Terms = Sequence[str]


class Field:
    """One field of every entry; scores are shares of what the query says, so they compare between queries."""

    def __init__(self, documents: Sequence[Terms], k1: float, b: float) -> None:
        self._documents = documents
        self._k1, self._b = k1, b
        self.bm25 = Bm25(documents, k1, b)
        self._mean_length = max(sum(map(len, documents)) / max(len(documents), 1), 1e-9)

    def shares(self, terms: Terms) -> Scores:
        """For each entry its BM25 score divided by the idf of the whole query (0 to k1 + 1)."""
        distinct = dict.fromkeys(terms)
        information = self.bm25.information(distinct)
        return self.bm25.scores(distinct) / information if information else np.zeros(len(self._documents))

    def share_without(self, entry: int, left_out: Terms, terms: Terms) -> float:
        """The share of one entry as if the text with the terms `left_out` were not part of it."""
        distinct = dict.fromkeys(terms)
        information = self.bm25.information(distinct)
        counts = Counter(self._documents[entry])
        counts.subtract(left_out)
        length = (len(self._documents[entry]) - len(left_out)) / self._mean_length
        saturation = self._k1 * (1 - self._b + self._b * length)
        score = sum(
            self.bm25.idf[term] * (self._k1 + 1) * counts[term] / (counts[term] + saturation)
            for term in distinct
            if counts[term] > 0
        )
        return score / information if information else 0.0


class ClosestText:
    """How alike a query and the closest single text of each entry are, both ways (Dice with idf weights).

    A question that is a part of a text, or the other way round, is only half alike.
    """

    def __init__(self, texts: Sequence[Terms], starts: NDArray[np.intp]) -> None:
        """`starts[i]` is the number of the first text of entry i; each entry has at least one text."""
        self._starts = starts
        self._postings = postings = Postings([dict.fromkeys(text, 1) for text in texts])
        held = postings.frequencies
        idf = np.log1p((len(texts) - held + 0.5) / (held + 0.5))
        postings.weights = np.repeat(idf, held)
        self._idf = dict(zip(postings.terms, idf.tolist(), strict=True))
        self._unknown = float(idf.max(initial=0.0))
        self._information = np.bincount(postings.documents, postings.weights, len(texts))

    def similarities(self, terms: Terms, left_out: int | None = None) -> Scores:
        """For each entry the similarity (0 to 1) of its closest text; the text `left_out` does not count."""
        alike = self.text_similarities(terms)
        if left_out is not None:
            alike[left_out] = 0.0
        return np.maximum.reduceat(alike, self._starts)

    def text_similarities(self, terms: Terms) -> Scores:
        """For each text its similarity (0 to 1)."""
        distinct = dict.fromkeys(terms)
        idf, unknown = self._idf, self._unknown
        query = sum(idf.get(term, unknown) for term in distinct)
        alike: Scores = 2 * self._postings.scores(distinct) / (self._information + query + 1e-9)
        return alike
