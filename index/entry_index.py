"""The index of a set of entries: their fields, texts and vectors, prepared for ranking. Immutable once built."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analyzer import Analysis, Analyzer
from index.encoder import Encoder, Vectors
from index.fields import ClosestText, Field
from index.parameters import ANSWER_BOOST, CATEGORY_BOOST, K1, MAX_QUERY, QUESTION_BOOST, VARIANT_BOOST, B
from index.ranking import LEXICAL, PRIOR, SEMANTIC, Query, Ranking, Weights, read_weights
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A variant that a ranking shall not know, to ask it as if it were new; `text` counts all texts."""

    entry: int
    text: int


class EntryIndex:
    """Ranks a set of entries; safe to share between threads."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        encoder: Encoder | None = None,
        *,
        weights: Weights | None = None,
        remembering: Encoder | None = None,
    ) -> None:
        """`weights` are the learned ones by default; `remembering` encodes the entries instead of `encoder`."""
        self.entries = tuple(entries)
        self.analyzer = analyzer
        self.encoder = encoder
        self.names = (*LEXICAL, *(SEMANTIC if encoder else ()), PRIOR)
        self.weights = weights or read_weights(semantic=encoder is not None)
        self._weights = np.array([self.weights[name] for name in self.names])
        self._declines = np.array([float(entry.declines) for entry in self.entries])
        self.texts = [text for entry in self.entries for text in (entry.question, *entry.variants)]
        counts = np.array([1 + len(entry.variants) for entry in self.entries], dtype=np.intp)
        self._starts: NDArray[np.intp] = np.cumsum(counts) - counts
        self._ends = np.cumsum(counts)
        self._analyses = [analyzer.analyze(text) for text in self.texts]
        self._build_fields()
        if encoder:
            self._build_vectors(remembering or encoder)

    def _build_fields(self) -> None:
        words: list[list[str]] = []
        readings: list[list[str]] = []
        for entry, start, end in zip(self.entries, self._starts.tolist(), self._ends.tolist(), strict=True):
            boosted = [(self._analyses[start], QUESTION_BOOST)]
            boosted += [(analysis, VARIANT_BOOST) for analysis in self._analyses[start + 1 : end]]
            boosted.append((self.analyzer.analyze(entry.answer), ANSWER_BOOST))
            boosted.append((self.analyzer.analyze(entry.category), CATEGORY_BOOST))
            words.append([term for analysis, boost in boosted for term in analysis.terms * boost])
            readings.append([gram for analysis, boost in boosted for gram in analysis.grams * boost])
        self._words = Field(words, K1, B)
        self._readings = Field(readings, K1, B)
        self._closest_words = ClosestText([analysis.terms for analysis in self._analyses], self._starts)
        self._closest_readings = ClosestText([analysis.grams for analysis in self._analyses], self._starts)

    def _build_vectors(self, encoder: Encoder) -> None:
        self._vectors = encoder.encode(self.texts)
        self._answer_vectors = encoder.encode([entry.answer for entry in self.entries])
        told = np.any(self._vectors, axis=1)  # a text without content has a vector of zeros
        self._told = np.add.reduceat(told.astype(np.float64), self._starts) if self.texts else np.zeros(0)
        self._told += np.any(self._answer_vectors, axis=1)

    def query(self, text: str) -> Query:
        """What the index sees of a question; beyond MAX_QUERY characters nothing is read."""
        text = text[:MAX_QUERY]
        vector = self.encoder.encode([text])[0] if self.encoder else None
        return Query(text, self.analyzer.analyze(text), vector)

    def rank(self, query: Query, left_out: LeftOut | None = None) -> Ranking:
        """Every entry's signals and score for `query`, as if the variant `left_out` did not exist."""
        terms, grams = query.analysis.terms, query.analysis.grams
        text = left_out.text if left_out else None
        rows = [
            self._words.shares(terms),
            self._readings.shares(grams),
            self._closest_words.similarities(terms, text),
            self._closest_readings.similarities(grams, text),
        ]
        if left_out:
            hidden = self._analyses[left_out.text]
            rows[0][left_out.entry] = self._words.share_without(left_out.entry, hidden.terms * VARIANT_BOOST, terms)
            rows[1][left_out.entry] = self._readings.share_without(left_out.entry, hidden.grams * VARIANT_BOOST, grams)
        if query.vector is not None:
            rows.extend(self._meanings(query.vector, left_out))
        rows.append(self._declines)
        signals = np.stack(rows)
        return Ranking(query, self.entries, self.names, signals, self._weights @ signals)

    def left_out_query(self, left_out: LeftOut) -> Query:
        """The variant `left_out` as a query, without analysing it again."""
        vector = self._vectors[left_out.text] if self.encoder else None
        return Query(self.texts[left_out.text], self._analyses[left_out.text], vector)

    def variants(self) -> Iterable[LeftOut]:
        """Every variant of every entry."""
        for entry, (start, end) in enumerate(zip(self._starts.tolist(), self._ends.tolist(), strict=True)):
            for text in range(start + 1, end):
                yield LeftOut(entry, text)

    def unknown_share(self, analysis: Analysis) -> float:
        """The part (0 to 1) of a query's information that is in words no entry holds; 1 without any words."""
        bm25 = self._words.bm25
        distinct = dict.fromkeys(analysis.terms)
        information = bm25.information(distinct)
        unknown = bm25.max_idf * sum(term not in bm25.idf for term in distinct)
        return unknown / information if information else 1.0

    def similarity_to_questions(self, query: Query) -> NDArray[np.float64]:
        """How alike `query` and each entry's own question are, in words and in readings (the smaller; 0 to 1)."""
        words = self._closest_words.text_similarities(query.analysis.terms)[self._starts]
        readings = self._closest_readings.text_similarities(query.analysis.grams)[self._starts]
        alike: NDArray[np.float64] = np.minimum(words, readings)
        return alike

    def term_scores(self, entry: int, terms: Sequence[str]) -> list[tuple[str, float, float]]:
        """For each distinct term its BM25 score in one entry and its idf."""
        bm25 = self._words.bm25
        return [
            (term, float(bm25.scores([term])[entry]), bm25.idf.get(term, bm25.max_idf)) for term in dict.fromkeys(terms)
        ]

    def fields_with(self, entry: int, term: str) -> tuple[str, ...]:
        """The fields of one entry that hold a term."""
        held = self.entries[entry]
        start, end = int(self._starts[entry]), int(self._ends[entry])
        fields = {
            "question": term in self._analyses[start].terms,
            "variants": any(term in analysis.terms for analysis in self._analyses[start + 1 : end]),
            "answer": term in self.analyzer.analyze(held.answer).terms,
            "category": term in self.analyzer.analyze(held.category).terms,
        }
        return tuple(name for name, holds in fields.items() if holds)

    def closest_text(self, entry: int, grams: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """The question or variant of one entry that shares most reading n-grams with `grams`, and those."""
        start, end = int(self._starts[entry]), int(self._ends[entry])
        wanted = dict.fromkeys(grams)
        shared = [tuple(gram for gram in wanted if gram in self._analyses[text].grams) for text in range(start, end)]
        best = max(range(end - start), key=lambda number: len(shared[number]))
        return self.texts[start + best], shared[best]

    def _meanings(self, vector: Vectors, left_out: LeftOut | None) -> list[NDArray[np.float64]]:
        asked = (self._vectors @ vector).astype(np.float64)
        answered = (self._answer_vectors @ vector).astype(np.float64)
        told = self._told
        if left_out:
            asked[left_out.text] = 0.0
            told = told.copy()
            told[left_out.entry] -= 1
        closest = np.maximum(np.maximum.reduceat(asked, self._starts), answered)
        return [closest, (np.add.reduceat(asked, self._starts) + answered) / np.maximum(told, 1.0)]
