"""BM25 behind postings: rank-bm25's statistics and formula, without its walk over every document."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

Scores = NDArray[np.float64]  # one number a document


class Postings:
    """For each term the documents that hold it, with a weight each."""

    def __init__(self, documents: int, rows: Iterable[tuple[str, int, float]]) -> None:
        """`rows` are (term, document, weight); documents are numbered from 0 to `documents` - 1."""
        by_term: dict[str, tuple[list[int], list[float]]] = {}
        for term, document, weight in rows:
            held = by_term.get(term)
            if held is None:
                held = by_term[term] = ([], [])
            held[0].append(document)
            held[1].append(weight)
        self.documents = documents
        self._by_term = {
            term: (np.array(numbers, dtype=np.intp), np.array(weights)) for term, (numbers, weights) in by_term.items()
        }

    def __contains__(self, term: str) -> bool:
        return term in self._by_term

    def scores(self, terms: Iterable[str]) -> Scores:
        """The sum of the weights of `terms` for every document; a term given twice counts twice."""
        held = [self._by_term[term] for term in terms if term in self._by_term]
        if not held:
            return np.zeros(self.documents)
        numbers = np.concatenate([numbers for numbers, _ in held])
        weights = np.concatenate([weights for _, weights in held])
        return np.bincount(numbers, weights, self.documents)

    def weight(self, term: str, document: int) -> float:
        """The weight of one term in one document, 0 when the document lacks it."""
        numbers, weights = self._by_term.get(term, (np.empty(0, np.intp), np.empty(0)))
        return float(weights[numbers == document].sum())


class Bm25:
    """BM25 (Robertson and Zaragoza 2009, as rank-bm25's `BM25Okapi` writes it) over one field.

    `idf` is rank-bm25's too: ln((N - n + 0.5) / (n + 0.5)), and where that is negative a quarter
    of the mean idf.
    """

    def __init__(self, documents: Sequence[Sequence[str]], k1: float, b: float) -> None:
        self.idf: dict[str, float] = {}
        self.max_idf = 0.0
        if not any(documents):
            self.postings = Postings(len(documents), ())
            return
        statistics = BM25Okapi(documents, k1=k1, b=b)
        self.idf = statistics.idf
        self.max_idf = max(self.idf.values())
        lengths = np.array(statistics.doc_len) / statistics.avgdl
        saturation = (k1 * (1 - b + b * lengths)).tolist()
        idf = self.idf
        self.postings = Postings(
            len(documents),
            (
                (term, number, idf[term] * (k1 + 1) * count / (count + saturation[number]))
                for number, counts in enumerate(statistics.doc_freqs)
                for term, count in counts.items()
            ),
        )

    def scores(self, terms: Iterable[str]) -> Scores:
        """The BM25 score of every document."""
        return self.postings.scores(terms)

    def information(self, terms: Iterable[str]) -> float:
        """The idf that `terms` sum up to; a term no document holds counts as the rarest one."""
        idf, unknown = self.idf, self.max_idf
        return sum(idf.get(term, unknown) for term in terms)
