"""BM25 behind postings: rank-bm25's statistics and formula, without its walk over every document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

Scores = NDArray[np.float64]  # one number a document


@dataclass(frozen=True)
class Postings:
    """For each term the documents that hold it, with a weight each, side by side in two arrays.

    The postings of `terms[i]` are those from `bounds[i]` to `bounds[i + 1]`; `size` counts documents.
    """

    size: int
    terms: tuple[str, ...]
    bounds: NDArray[np.int64]
    documents: NDArray[np.int64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, counts: Sequence[Mapping[str, int]]) -> Self:
        """The postings of documents given as term counts; every weight is the count."""
        held = list(chain.from_iterable(counts))
        vocabulary = {term: number for number, term in enumerate(dict.fromkeys(held))}
        numbers = np.fromiter(map(vocabulary.__getitem__, held), np.int64, len(held))
        order = np.argsort(numbers, kind="stable")
        bounds = np.searchsorted(numbers[order], np.arange(len(vocabulary) + 1))
        documents = np.repeat(np.arange(len(counts)), [len(document) for document in counts])[order]
        weights = np.fromiter(chain.from_iterable(document.values() for document in counts), np.float64, len(held))
        return cls(len(counts), tuple(vocabulary), bounds, documents, weights[order])

    @property
    def frequencies(self) -> NDArray[np.int64]:
        """In how many documents each term stands."""
        return np.diff(self.bounds)

    @cached_property
    def _spans(self) -> dict[str, slice]:
        bounds = self.bounds.tolist()
        return dict(zip(self.terms, map(slice, bounds[:-1], bounds[1:]), strict=True))

    def scores(self, terms: Iterable[str]) -> Scores:
        """The sum of the weights of `terms` for every document; a term given twice counts twice."""
        spans = [self._spans[term] for term in terms if term in self._spans]
        if not spans:
            return np.zeros(self.size)
        documents = np.concatenate([self.documents[span] for span in spans])
        weights: Scores = np.concatenate([self.weights[span] for span in spans])
        return np.bincount(documents, weights, self.size).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Bm25:
    """BM25 (Robertson and Zaragoza 2009, as rank-bm25's `BM25Okapi` writes it) over one field.

    `idfs` belong to the terms of `postings`. They are rank-bm25's too: ln((N - n + 0.5) / (n + 0.5)),
    and where that is negative a quarter of the mean idf.
    """

    postings: Postings
    idfs: NDArray[np.float64]
    mean_length: float  # of a document, in terms
    k1: float
    b: float

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], k1: float, b: float) -> Self:
        """BM25 over documents given as terms."""
        if not any(documents):
            return cls(Postings.of([{} for _ in documents]), np.zeros(0), 1.0, k1, b)
        statistics: Any = BM25Okapi(documents, k1=k1, b=b)
        counted = Postings.of(statistics.doc_freqs)
        idfs = np.array([statistics.idf[term] for term in counted.terms])
        saturation = k1 * (1 - b + b * np.array(statistics.doc_len) / statistics.avgdl)
        counts = counted.weights
        weights = np.repeat(idfs, counted.frequencies) * counts * (k1 + 1) / (counts + saturation[counted.documents])
        postings = Postings(counted.size, counted.terms, counted.bounds, counted.documents, weights)
        return cls(postings, idfs, float(statistics.avgdl), k1, b)

    @cached_property
    def idf(self) -> dict[str, float]:
        """The idf of every term."""
        return dict(zip(self.postings.terms, self.idfs.tolist(), strict=True))

    @cached_property
    def max_idf(self) -> float:
        """The idf of the rarest term, 0 without any."""
        return float(self.idfs.max(initial=0.0))

    def scores(self, terms: Iterable[str]) -> Scores:
        """The BM25 score of every document."""
        return self.postings.scores(terms)

    def information(self, terms: Iterable[str]) -> float:
        """The idf that `terms` sum up to; a term no document holds counts as the rarest one."""
        idf, unknown = self.idf, self.max_idf
        return sum(idf.get(term, unknown) for term in terms)

    def score_of(self, document: Mapping[str, int], terms: Iterable[str]) -> float:
        """The score of a document given as term counts that need not be among the indexed ones."""
        saturation = self.k1 * (1 - self.b + self.b * sum(document.values()) / self.mean_length)
        return sum(
            self.idf.get(term, 0.0) * (self.k1 + 1) * document[term] / (document[term] + saturation)
            for term in terms
            if document.get(term, 0) > 0
        )
