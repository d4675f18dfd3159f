"""The analyses of an entry's texts, and how the texts of a list of entries are numbered."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from index.ranking.postings import Numbers
from index.ranking.ranking import Boosts
from index.text.analyzer import Analysis, Analyzer
from knowledge.entry import Entry


@dataclass(frozen=True)
class AnalyzedEntry:
    """The analyses of an entry's texts; `asked` are those of its question and then its variants."""

    asked: tuple[Analysis, ...]
    answer: Analysis
    category: Analysis

    @classmethod
    def of(cls, entry: Entry, analyzer: Analyzer) -> Self:
        """Analyze every text of an entry."""
        asked = tuple(map(analyzer.analyze, (entry.question, *entry.variants)))
        return cls(asked, analyzer.analyze(entry.answer), analyzer.analyze(entry.category))

    @cached_property
    def places(self) -> dict[str, tuple[int, ...]]:
        """For every term of the question and the variants its places in `asked`, each once."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, analysis in enumerate(self.asked):
            for term in dict.fromkeys(analysis.terms):
                places[term].append(place)
        return {term: tuple(found) for term, found in places.items()}

    @cached_property
    def said(self) -> frozenset[str]:
        """The terms of the question, the variants and the answer."""
        return frozenset(self.places).union(self.answer.terms)

    @cached_property
    def grams(self) -> frozenset[str]:
        """The n-grams of the question and the variants."""
        return frozenset().union(*(analysis.grams for analysis in self.asked))

    def counts(self, boosts: Boosts, terms_of: Callable[[Analysis], tuple[str, ...]]) -> Counter[str]:
        """How often each term counts in the entry's document: its occurrences times the boost of their field."""
        counted: Counter[str] = Counter()
        fields = [(self.asked[0], boosts.question), *((one, boosts.variants) for one in self.asked[1:])]
        for analysis, boost in (*fields, (self.answer, boosts.answer), (self.category, boosts.category)):
            counted.update(terms_of(analysis) * boost)
        return counted

    def counts_without(
        self, place: int, boosts: Boosts, terms_of: Callable[[Analysis], tuple[str, ...]]
    ) -> Counter[str]:
        """The same counts as if the variant at this place in `asked` did not exist."""
        return self.counts(boosts, terms_of) - Counter(terms_of(self.asked[place]) * boosts.variants)


def texts_of(entries: Sequence[Entry]) -> list[str]:
    """The questions and variants of all entries, entry by entry; a text's place in this list is its number."""
    return [text for entry in entries for text in (entry.question, *entry.variants)]


def starts_of(entries: Sequence[Entry]) -> Numbers:
    """The number of each entry's question in `texts_of`."""
    counts = np.array([1 + len(entry.variants) for entry in entries], dtype=np.int64)
    return np.cumsum(counts) - counts


def words_of(analysis: Analysis) -> tuple[str, ...]:
    """The terms that the fields of words are built from."""
    return analysis.terms


def grams_of(analysis: Analysis) -> tuple[str, ...]:
    """The terms that the fields of readings are built from."""
    return analysis.grams
