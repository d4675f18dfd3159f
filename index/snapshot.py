"""A snapshot: the live entries of one revision, prepared for ranking. Immutable once built."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analyzer import Analysis, Analyzer
from index.encoder import Encoder, Vectors
from index.fields import ClosestText, Field
from index.parameters import ANSWER_B, ANSWER_K1, MAX_QUERY, QUESTION_B, QUESTION_K1
from index.ranking import LEXICAL, PRIOR, SEMANTIC, Query, Ranking, Weights, read_weights
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One text (question or variant) that a ranking shall not know, to ask it as if it were new."""

    entry: int
    text: int


class Snapshot:
    """The index of one revision's live entries; safe to share between threads."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        encoder: Encoder | None = None,
        *,
        revision: int = 0,
        weights: Weights | None = None,
    ) -> None:
        self.revision = revision
        self.entries = tuple(entries)
        self.analyzer = analyzer
        self.encoder = encoder
        self.names = (*LEXICAL, *(SEMANTIC if encoder else ()), PRIOR)
        weights = weights or read_weights(semantic=encoder is not None)
        self._weights = np.array([weights[name] for name in self.names])
        self.texts = [text for entry in self.entries for text in (entry.question, *entry.variants)]
        self._counts = np.array([1 + len(entry.variants) for entry in self.entries], dtype=np.intp)
        self._starts = np.cumsum(self._counts) - self._counts
        self._analyses = [analyzer.analyze(text) for text in self.texts]
        self._build_fields([analyzer.analyze(entry.answer) for entry in self.entries])
        self._declines = np.array([float(entry.declines) for entry in self.entries])
        if encoder:
            self._vectors = encoder.encode(self.texts)
            self._answer_vectors = encoder.encode([entry.answer for entry in self.entries])

    def _build_fields(self, answers: Sequence[Analysis]) -> None:
        asked = [
            self._analyses[start : start + count]
            for start, count in zip(self._starts.tolist(), self._counts.tolist(), strict=True)
        ]
        self._words = Field([_joined(a.terms for a in group) for group in asked], QUESTION_K1, QUESTION_B)
        self._readings = Field([_joined(a.grams for a in group) for group in asked], QUESTION_K1, QUESTION_B)
        self._answer_words = Field([a.terms for a in answers], ANSWER_K1, ANSWER_B)
        self._answer_readings = Field([a.grams for a in answers], ANSWER_K1, ANSWER_B)
        self._closest_words = ClosestText([a.terms for a in self._analyses], self._starts)
        self._closest_readings = ClosestText([a.grams for a in self._analyses], self._starts)

    def query(self, text: str) -> Query:
        """What the index sees of a question; beyond MAX_QUERY characters nothing is read."""
        text = text[:MAX_QUERY]
        vector = self.encoder.encode([text])[0] if self.encoder else None
        return Query(text, self.analyzer.analyze(text), vector)

    def rank(self, query: Query, left_out: LeftOut | None = None) -> Ranking:
        """Every entry's signals and score for `query`, as if the text `left_out` did not exist."""
        terms, grams = query.analysis.terms, query.analysis.grams
        text = left_out.text if left_out else None
        rows = [
            self._words.shares(terms),
            self._readings.shares(grams),
            self._answer_words.shares(terms),
            self._answer_readings.shares(grams),
            self._closest_words.similarities(terms, text),
            self._closest_readings.similarities(grams, text),
        ]
        if left_out:
            hidden = self._analyses[left_out.text]
            rows[0][left_out.entry] = self._words.share_without(left_out.entry, hidden.terms, terms)
            rows[1][left_out.entry] = self._readings.share_without(left_out.entry, hidden.grams, grams)
        if query.vector is not None:
            rows.extend(self._meanings(query.vector, left_out))
        rows.append(self._declines)
        signals = np.stack(rows)
        return Ranking(query, self.entries, self.names, signals, self._weights @ signals)

    def left_out_query(self, left_out: LeftOut) -> Query:
        """The text `left_out` as a query, without analysing it again."""
        vector = self._vectors[left_out.text] if self.encoder else None
        return Query(self.texts[left_out.text], self._analyses[left_out.text], vector)

    def variants(self) -> Iterable[LeftOut]:
        """Every variant (not the questions) of every entry that has more than one text."""
        for entry, (start, count) in enumerate(zip(self._starts.tolist(), self._counts.tolist(), strict=True)):
            for text in range(start + 1, start + count):
                yield LeftOut(entry, text)

    def _meanings(self, vector: Vectors, left_out: LeftOut | None) -> list[NDArray[np.float64]]:
        alike = (self._vectors @ vector).astype(np.float64)
        counts = self._counts.astype(np.float64)
        if left_out:
            alike[left_out.text] = 0.0
            counts[left_out.entry] -= 1
        closest = np.maximum.reduceat(alike, self._starts)
        mean = np.add.reduceat(alike, self._starts) / counts
        return [closest, mean, (self._answer_vectors @ vector).astype(np.float64)]


def _joined(parts: Iterable[Sequence[str]]) -> list[str]:
    return [term for part in parts for term in part]
