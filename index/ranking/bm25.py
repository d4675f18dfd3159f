"""BM25 over postings: the statistics and formula of rank-bm25, without its loop over every document."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any, Self

import numpy as np
from rank_bm25 import BM25Okapi

from index.ranking.postings import Counts, Numbers, Postings, Scores

EPSILON = 0.25  # rank-bm25's default: a term in more than half of all documents gets this part of the mean idf


@dataclass(frozen=True)
class Bm25:
    """BM25 over one field, by the formula of rank-bm25's `BM25Okapi` (Robertson and Zaragoza 2009).

    `lengths` are those of the documents in terms, `idfs` those of `postings.terms`.
    """

    postings: Postings
    lengths: Numbers
    idfs: Scores
    k1: float
    b: float

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], k1: float, b: float) -> Self:
        """BM25 over documents, each a list of terms."""
        lengths = np.array([len(document) for document in documents], dtype=np.int64)
        return cls.of_postings(Postings.of(map(Counter, documents)), lengths, k1, b)

    @classmethod
    def of_postings(cls, postings: Postings, lengths: Numbers, k1: float, b: float) -> Self:
        """BM25 over postings and document lengths (in terms)."""
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
        """The mean length of all documents in terms (avgdl); 1 if none has any."""
        return float(self.lengths.mean()) if self.lengths.any() else 1.0

    @cached_property
    def weights(self) -> Scores:
        """The BM25 contribution of each posting to the score of its document."""
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
        """The idf of the rarest term, 0 without terms."""
        return float(self.idfs.max(initial=0.0))

    def scores(self, terms: Iterable[str]) -> Scores:
        """The BM25 score of every document; a term given twice counts twice."""
        return self.postings.sums(terms, self.weights)

    def information(self, terms: Iterable[str]) -> float:
        """The sum of the idf of `terms`; a term that no document holds counts as much as the rarest one."""
        return sum(map(self.idf.get, terms, repeat(self.max_idf)))

    def unknown_share(self, terms: Iterable[str]) -> float:
        """The part (0 to 1) of the information of the distinct `terms` that is in those no document holds."""
        distinct = dict.fromkeys(terms)
        information = self.information(distinct)
        unknown = self.max_idf * sum([term not in self.idf for term in distinct])
        return unknown / information if information else 0.0

    def score_of(self, document: Counts, terms: Iterable[str]) -> float:
        """The score of a document given as term counts; it need not be indexed."""
        saturation = self.k1 * (1 - self.b + self.b * sum(document.values()) / self.mean_length)
        return sum(
            self.idf.get(term, 0.0) * (self.k1 + 1) * document[term] / (document[term] + saturation)
            for term in terms
            if document.get(term, 0) > 0
        )


def _idfs(postings: Postings) -> Scores:
    """The idf of each term, ln((N - n + 0.5) / (n + 0.5)) with a floor, computed by rank-bm25 itself.

    Of one document or two it gives no term a positive idf: then all weigh the same.
    """
    if not postings.terms:
        return np.zeros(0)
    statistics: Any = BM25Okapi.__new__(BM25Okapi)
    statistics.corpus_size, statistics.epsilon, statistics.idf = postings.size, EPSILON, {}
    statistics._calc_idf(dict(zip(postings.terms, postings.frequencies.tolist(), strict=True)))  # noqa: SLF001
    idfs = np.fromiter(statistics.idf.values(), np.float64, len(postings.terms))
    return idfs if idfs.max() > 0 else np.ones(len(idfs))
