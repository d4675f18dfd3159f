"""The second stage: the best entries of a ranking scored again, with their likeness to the question as passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from index.ranking.passages import Passages
from index.ranking.ranking import Ranking, Rescoring, read_learned
from knowledge.entry import Entry

PATIENCE = 0.3  # seconds that a question waits for the encoder; then the order of the first stage stays
MAX_PREPARED = 300  # entries of a knowledge base that is encoded before anybody asks, some 40 ms each
BEHIND = 1e-6  # by which the entries that are not scored again stay behind those that are


@dataclass(frozen=True, slots=True)
class SecondStage:
    """Scores the best entries again; `weights` are by mode those of the first score and of the likeness."""

    passages: Passages
    weights: Mapping[str, Mapping[str, float]]
    patience: float = PATIENCE

    @classmethod
    def of(cls, passages: Passages) -> Self:
        """The second stage with the learned weights."""
        return cls(passages, read_learned()["second_stage"])

    def reordered(self, ranking: Ranking) -> Ranking:
        """The ranking with its best entries in a new order, or as it was where that cannot be had in time.

        A declining best entry stays first: a refusal is not hidden behind an answer that resembles the question.
        """
        numbers = ranking.order
        entries = [ranking.entries[number] for number in numbers]
        likeness = self.passages.likeness(ranking.query.text, entries, self.patience)
        if likeness is None:
            return ranking
        weights = self.weights["lexical" if ranking.query.vector is None else "semantic"]
        how = Rescoring(weights["first_stage"], weights["meaning"], dict(zip(numbers, likeness.tolist(), strict=True)))
        scores = how.first * ranking.scores
        again = scores[numbers] + how.meaning * likeness
        if entries[0].declines:
            again[0] = np.nextafter(again.max(), np.inf)
        scores += again.min() - scores[numbers[-1]] - BEHIND
        scores[numbers] = again
        return replace(ranking, scores=scores, rescoring=how)

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Load the encoder, and encode a small knowledge base so that no question waits for it."""
        if self.passages.encoder and len(entries) <= MAX_PREPARED:
            self.passages.prepare(entries)
