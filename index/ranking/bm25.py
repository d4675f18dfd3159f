"""BM25 behind postings: rank-bm25's statistics and formula, without its walk over every document."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from rank_bm25 import BM25Okapi

from index.ranking.postings import Counts, Numbers, Postings, Scores

EPSILON = 0.25  # rank-bm25's: a term in more than half of all documents gets this part of the mean idf


@dataclass(frozen=True)
class Bm25:
    """BM25 (Robertson and Zaragoza 2009, as rank-bm25's `BM25Okapi` writes it) over one field.

    `lengths` are the documents' in terms; `idfs` belong to the terms of `postings`.
    """

    postings: Postings
    lengths: Numbers
    idfs: Scores
    k1: float
    b: float

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], k1: float, b: float) -> Self:
        """BM25 over documents given as terms."""
        lengths = np.array([len(document) for document in documents], dtype=np.int64)
        return cls.of_postings(Postings.of([Counter(document) for document in documents]), lengths, k1, b)

    @classmethod
    def of_postings(cls, postings: Postings, lengths: Numbers, k1: float, b: float) -> Self:
        """BM25 over documents whose terms are counted already."""
        return cls(postings, lengths, _idfs(postings), k1, b)

    def replaced(self, places: Numbers, size: int, added: Mapping[int, Counts]) -> Self:
        """The same after an edit; see `Postings.replaced`."""
        lengths = np.zeros(size, dtype=np.int64)
        lengths[places[places >= 0]] = self.lengths[places >= 0]
        for document, counts in added.items():
            lengths[document] = sum(counts.values())
        return self.of_postings(self.postings.replaced(places, size, added), lengths, self.k1, self.b)

    @property
    def mean_length(self) -> float:
        """The mean length of all documents, in terms (avgdl); 1 without any terms."""
        return float(self.lengths.mean()) if self.lengths.any() else 1.0

    @cached_property
    def weights(self) -> Scores:
        """What each posting adds to the score of its document."""
        lengths = self.lengths.astype(np.float64) / self.mean_length
        saturation = self.k1 * (1 - self.b + self.b * lengths)
        weights: Scores = saturation[self.postings.documents]
        weights += self.postings.counts  # in place: at 10,000 entries these arrays take 20 MB each
        np.divide(self.postings.counts, weights, out=weights)
        weights *= np.repeat(self.idfs * (self.k1 + 1), self.postings.frequencies)
        return weights

    @cached_property
    def idf(self) -> dict[str, float]:
        """The idf of every term."""
        return dict(zip(self.postings.terms, self.idfs.tolist(), strict=True))

    @cached_property
    def max_idf(self) -> float:
        """The idf of the rarest term, 0 without any."""
        return float(self.idfs.max(initial=0.0))

    def scores(self, terms: Iterable[str]) -> Scores:
        """The BM25 score of every document; a term given twice counts twice."""
        return self.postings.sums(terms, self.weights)

    def information(self, terms: Iterable[str]) -> float:
        """The idf that `terms` sum up to; a term no document holds counts as the rarest one."""
        idf, unknown = self.idf, self.max_idf
        return sum(idf.get(term, unknown) for term in terms)

    def score_of(self, document: Counts, terms: Iterable[str]) -> float:
        """The score of a document given as term counts that need not be among the indexed ones."""
        saturation = self.k1 * (1 - self.b + self.b * sum(document.values()) / self.mean_length)
        return sum(
            self.idf.get(term, 0.0) * (self.k1 + 1) * document[term] / (document[term] + saturation)
            for term in terms
            if document.get(term, 0) > 0
        )


def _idfs(postings: Postings) -> Scores:
    """The idf of each term, by rank-bm25's own code: ln((N - n + 0.5) / (n + 0.5)), with its floor."""
    if not postings.terms:
        return np.zeros(0)
    statistics: Any = BM25Okapi.__new__(BM25Okapi)
    statistics.corpus_size, statistics.epsilon, statistics.idf = postings.size, EPSILON, {}
    statistics._calc_idf(dict(zip(postings.terms, postings.frequencies.tolist(), strict=True)))  # noqa: SLF001
    return np.fromiter(statistics.idf.values(), np.float64, len(postings.terms))
