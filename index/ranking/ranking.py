"""A query, the signals of every entry for it, and the ranking: their weighted sum, one score an entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.encoder.encoder import Encoder, Vectors
from index.message.message import read_message
from index.parameters import MAX_CANDIDATES, MAX_QUERY
from index.ranking.postings import best
from index.text.analyzer import Analysis, Analyzer
from knowledge.entry import Entry

LEXICAL = ("words", "readings", "closest_words", "closest_readings")
SEMANTIC = ("closest_meaning", "mean_meaning")
PRIORS = ("texts", "declines")  # of an entry, whatever is asked: ln of its texts' number, and its kind; last
LAST = -1e6  # a score below any real one
WEIGHTS_FILE = Path(__file__).parent / "weights.json"

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Boosts:
    """How often the terms of each field count in an entry's document (BM25F with whole-numbered boosts)."""

    question: int
    variants: int
    answer: int
    category: int


@dataclass(frozen=True, slots=True)
class Query:
    """An analyzed question; `vector` is its sentence vector, None without an encoder."""

    text: str
    analysis: Analysis
    vector: Vectors | None

    @classmethod
    def of(cls, text: str, analyzer: Analyzer, encoder: Encoder | None) -> Self:
        """Read, analyze and encode what somebody asks; only the first MAX_QUERY characters are read."""
        text = read_message(text[:MAX_QUERY]).whole
        analysis = analyzer.analyze(text)
        return cls(text, analysis, encoder.encode([analysis.text])[0] if encoder else None)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A variant that is hidden from a ranking, to ask it as if it were new: the numbers of its entry and text."""

    entry: int
    text: int


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry with its score; `share` is its softmax share of all entries' scores (0 to 1)."""

    entry: Entry
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Rescoring:
    """How the second stage scored: the first score times `first` and the likeness of the passage times `meaning`.

    `likeness` has the entries, by number, that were scored again.
    """

    first: float
    meaning: float
    likeness: Mapping[int, float]


@dataclass(frozen=True)
class Ranking:
    """Every entry's signals and score for one query.

    `signals` has one row a signal, in the order of `names`, and one column an entry; `alike` the likeness of every
    text of the index in words, in readings and, with an encoder, in meaning; `rescoring` is None where the scores are
    those of the first stage, the weighted sums of the signals.
    """

    query: Query
    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    signals: NDArray[np.float64]
    scores: NDArray[np.float64]
    alike: tuple[NDArray[np.float64], ...]
    rescoring: Rescoring | None = None

    @classmethod
    def nothing(cls, query: Query, names: tuple[str, ...]) -> Self:
        """The ranking of no entry."""
        return cls(query, (), names, np.zeros((len(names), 0)), np.zeros(0), ())

    @cached_property
    def order(self) -> list[int]:
        """The numbers of the best entries, at most MAX_CANDIDATES; equal scores keep the entries' order."""
        numbers: list[int] = best(self.scores, MAX_CANDIDATES).tolist()
        return numbers

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """The softmax of the scores, one number an entry; they sum to 1."""
        powers = np.exp(self.scores - self.scores.max(initial=LAST))
        shares: NDArray[np.float64] = powers / powers.sum()
        return shares

    @cached_property
    def hits(self) -> list[Hit]:
        """The best entries, at most MAX_CANDIDATES."""
        entries = [self.entries[number] for number in self.order]
        return list(map(Hit, entries, self.scores[self.order].tolist(), self.shares[self.order].tolist()))

    def without(self, entry: Entry) -> Self:
        """The same ranking with `entry` last."""
        scores = self.scores.copy()
        scores[self.entries.index(entry)] = LAST
        return replace(self, scores=scores)


def read_weights(*, semantic: bool) -> Weights:
    """The learned weights of the signals, with or without the encoder's."""
    weights: Weights = read_learned()["semantic" if semantic else "lexical"]
    return weights


def read_boosts() -> Boosts:
    """The learned boosts of the fields."""
    return Boosts(**read_learned()["boosts"])


@cache
def read_learned() -> dict[str, Any]:
    """Everything learned: `boosts`, weights by mode, each one's first `confidence`, and those of the `second_stage`."""
    learned: dict[str, Any] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return learned
