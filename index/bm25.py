"""BM25 behind postings: rank-bm25's statistics and formula, without its walk over every document."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

Scores = NDArray[np.float64]  # one number a document


class Postings:
    """For each term the documents that hold it, with a weight each, side by side in two arrays."""

    def __init__(self, counts: Sequence[Mapping[str, int]]) -> None:
        """`counts[i]` says how often document i holds each of its terms; every weight is that count."""
        terms = list(chain.from_iterable(counts))
        vocabulary = {term: number for number, term in enumerate(dict.fromkeys(terms))}
        numbers = np.fromiter(map(vocabulary.__getitem__, terms), np.intp, len(terms))
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(vocabulary) + 1)).tolist()
        self.size = len(counts)
        self.terms = tuple(vocabulary)
        self.frequencies = np.diff(bounds)  # of each of `terms`, in documents
        self.documents = np.repeat(np.arange(len(counts)), [len(held) for held in counts])[order]
        self.weights = np.fromiter(chain.from_iterable(held.values() for held in counts), np.float64, len(terms))[order]
        self._spans = {term: slice(bounds[i], bounds[i + 1]) for term, i in vocabulary.items()}

    def scores(self, terms: Iterable[str]) -> Scores:
        """The sum of the weights of `terms` for every document; a term given twice counts twice."""
        spans = [self._spans[term] for term in terms if term in self._spans]
        if not spans:
            return np.zeros(self.size)
        documents = np.concatenate([self.documents[span] for span in spans])
        weights: Scores = np.concatenate([self.weights[span] for span in spans])
        return np.bincount(documents, weights, self.size).astype(np.float64, copy=False)


class Bm25:
    """BM25 (Robertson and Zaragoza 2009, as rank-bm25's `BM25Okapi` writes it) over one field.

    `idf` is rank-bm25's too: ln((N - n + 0.5) / (n + 0.5)), and where that is negative a quarter
    of the mean idf.
    """

    def __init__(self, documents: Sequence[Sequence[str]], k1: float, b: float) -> None:
        self.idf: dict[str, float] = {}
        self.max_idf = 0.0
        if not any(documents):
            self.postings = Postings([{} for _ in documents])
            return
        statistics = BM25Okapi(documents, k1=k1, b=b)
        self.idf = statistics.idf
        self.max_idf = max(self.idf.values())
        self.postings = postings = Postings(statistics.doc_freqs)
        idf = np.repeat([self.idf[term] for term in postings.terms], postings.frequencies)
        saturation = k1 * (1 - b + b * np.array(statistics.doc_len) / statistics.avgdl)
        counts = postings.weights
        postings.weights = idf * counts * (k1 + 1) / (counts + saturation[postings.documents])

    def scores(self, terms: Iterable[str]) -> Scores:
        """The BM25 score of every document."""
        return self.postings.scores(terms)

    def information(self, terms: Iterable[str]) -> float:
        """The idf that `terms` sum up to; a term no document holds counts as the rarest one."""
        idf, unknown = self.idf, self.max_idf
        return sum(idf.get(term, unknown) for term in terms)
