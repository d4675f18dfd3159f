"""Ranking: what each signal says of every entry, weighed into one score an entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analyzer import Analysis
from index.encoder import Vectors
from index.parameters import MAX_CANDIDATES
from knowledge.entry import Entry

LEXICAL = ("words", "readings", "closest_words", "closest_readings")
SEMANTIC = ("closest_meaning", "mean_meaning")
PRIOR = "declines"
WEIGHTS_FILE = Path(__file__).parent / "weights.json"

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index sees it; `vector` is None without an encoder."""

    text: str
    analysis: Analysis
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry with its score; `share` is its part of the belief among all entries (0 to 1)."""

    entry: Entry
    score: float
    share: float


@dataclass(frozen=True)
class Ranking:
    """Every entry's signals and score for one query.

    `signals` has one row a signal, in the order of `names`, and one column an entry.
    """

    query: Query
    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    signals: NDArray[np.float64]
    scores: NDArray[np.float64]

    @cached_property
    def order(self) -> list[int]:
        """The numbers of the best entries, at most MAX_CANDIDATES; equal scores keep the entries' order."""
        best: list[int] = np.argsort(-self.scores, kind="stable")[:MAX_CANDIDATES].tolist()
        return best

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """The softmax of the scores: how belief is shared among the entries."""
        powers = np.exp(self.scores - self.scores.max())
        shares: NDArray[np.float64] = powers / powers.sum()
        return shares

    @cached_property
    def hits(self) -> list[Hit]:
        """The best entries, at most MAX_CANDIDATES."""
        return [Hit(self.entries[i], float(self.scores[i]), float(self.shares[i])) for i in self.order]

    def signal(self, name: str, entry: int) -> float:
        """What one signal says of one entry, 0 when the signal is off."""
        return float(self.signals[self.names.index(name), entry]) if name in self.names else 0.0


def read_weights(*, semantic: bool) -> Weights:
    """The learned weights of the signals, with or without the encoder's."""
    weights: dict[str, dict[str, float]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return weights["semantic" if semantic else "lexical"]
