"""Two scores of a field: BM25 over whole entries, and the similarity of each entry's closest single text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Self

import numpy as np

from index.ranking.bm25 import Bm25
from index.ranking.postings import Counts, Numbers, Postings, Scores

Terms = Sequence[str]


@dataclass(frozen=True)
class Field:
    """BM25 divided by the information of the query, so that scores compare between queries."""

    bm25: Bm25

    def shares(self, terms: Terms) -> Scores:
        """For each entry its BM25 score divided by the sum of the query's idf (0 to k1 + 1)."""
        distinct = dict.fromkeys(terms)
        information = self.bm25.information(distinct)
        return self.bm25.scores(distinct) / information if information else np.zeros(self.bm25.postings.size)

    def share_of(self, document: Counts, terms: Terms) -> float:
        """The share of a document given as term counts."""
        distinct = dict.fromkeys(terms)
        information = self.bm25.information(distinct)
        return self.bm25.score_of(document, distinct) / information if information else 0.0

    def replaced(self, places: Numbers, size: int, added: Mapping[int, Counts]) -> Self:
        """The same after an edit of entries; see `Postings.replaced`."""
        return type(self)(self.bm25.replaced(places, size, added))


@dataclass(frozen=True)
class ClosestText:
    """The Dice coefficient, with idf weights, of a query and the closest single text of each entry.

    It counts both ways: a query that is a part of a longer text, or holds a shorter one, is less similar.
    `starts[i]` is the number of the first text of entry i; each entry has at least one.
    """

    postings: Postings
    starts: Numbers

    @classmethod
    def of(cls, texts: Iterable[Terms], starts: Numbers) -> Self:
        """Index the terms of every text."""
        return cls(Postings.of(dict.fromkeys(text, 1) for text in texts), starts)

    def replaced(self, places: Numbers, starts: Numbers, size: int, added: Mapping[int, Terms]) -> Self:
        """The same after an edit of texts (`places` and `added` number texts); see `Postings.replaced`."""
        counts = {text: dict.fromkeys(terms, 1) for text, terms in added.items()}
        return type(self)(self.postings.replaced(places, size, counts), starts)

    @cached_property
    def _idfs(self) -> Scores:
        frequencies = self.postings.frequencies
        idfs: Scores = np.log1p((self.postings.size - frequencies + 0.5) / (frequencies + 0.5))
        return idfs

    @cached_property
    def _weights(self) -> Scores:
        return np.repeat(self._idfs, self.postings.frequencies)

    @cached_property
    def _idf(self) -> dict[str, float]:
        return dict(zip(self.postings.terms, self._idfs.tolist(), strict=True))

    @cached_property
    def _max_idf(self) -> float:
        return float(self._idfs.max(initial=0.0))

    @cached_property
    def _information(self) -> Scores:
        """The sum of the idf of each text's terms."""
        postings = self.postings
        return np.bincount(postings.documents, self._weights, postings.size).astype(np.float64, copy=False)

    def text_similarities(self, terms: Terms, left_out: int | None = None) -> Scores:
        """For each text its similarity (0 to 1); the text `left_out` does not count."""
        distinct = dict.fromkeys(terms)
        query = sum(map(self._idf.get, distinct, repeat(self._max_idf)))
        alike = self.postings.sums(distinct, self._weights)
        alike *= 2  # in place: of six thousand texts each further array takes as long as what is computed in it
        both = self._information + query
        both += 1e-9
        alike /= both
        if left_out is not None:
            alike[left_out] = 0.0
        return alike

    def closest(self, alike: Scores) -> Scores:
        """For each entry the similarity of its closest text, given that of each text."""
        return np.maximum.reduceat(alike, self.starts)
