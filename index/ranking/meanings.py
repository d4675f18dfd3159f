"""Likeness in meaning: the cosines of a query's vector with those of every text and answer of the entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.encoder.encoder import Encoder, Vectors
from index.parameters import ANSWER_LIKENESS
from index.ranking.postings import Numbers, Scores
from index.ranking.ranking import LeftOut
from index.ranking.renumbering import Renumbering

Likeness = tuple[Vectors, Vectors]  # cosines (-1 to 1) with every text, and with every answer


@dataclass(frozen=True)
class Meanings:
    """The vectors of the entries' texts, of length 1, or 0 for an empty text.

    `vectors` has a row for each question and variant, `answer_vectors` one for each entry, and
    `starts[i]` is the row of entry i's question.
    """

    vectors: Vectors
    answer_vectors: Vectors
    starts: Numbers

    @classmethod
    def of(cls, texts: Sequence[str], answers: Sequence[str], starts: Numbers, encoder: Encoder) -> Self:
        """Encode every text and answer."""
        return cls(encoder.encode(texts), encoder.encode(answers), starts)

    def replaced(
        self, renumbered: Renumbering, texts: Mapping[int, str], answers: Mapping[int, str], encoder: Encoder
    ) -> Self:
        """The vectors after an edit; `texts` and `answers` are the new ones by their new numbers."""
        return type(self)(
            _replaced(self.vectors, renumbered.texts, renumbered.text_count, texts, encoder),
            _replaced(self.answer_vectors, renumbered.entries, renumbered.entry_count, answers, encoder),
            renumbered.starts,
        )

    def likeness(self, vectors: Vectors) -> Likeness:
        """The likeness of one vector, or of each row of several (in columns), to every text and every answer."""
        return self.vectors @ vectors.T, self.answer_vectors @ vectors.T

    def signals(self, asked: Scores, answered: Scores, left_out: LeftOut | None) -> list[Scores]:
        """For each entry the likeness of its closest text, and the mean over its texts; without `left_out`'s.

        `asked` and `answered` are the likeness of every text, 0 for the one left out, and of every answer.
        """
        counts = self.text_counts
        if left_out:
            counts = counts.copy()
            counts[left_out.entry] -= 1
        closest = np.maximum(np.maximum.reduceat(asked, self.starts), ANSWER_LIKENESS * answered)
        return [closest, (np.add.reduceat(asked, self.starts) + answered) / np.maximum(counts, 1.0)]

    def signals_by(self, entry: int, size: int) -> list[Scores]:
        """The same signals of one entry, with its `size` texts, for every text asked as a query."""
        start = int(self.starts[entry])
        asked = self.vectors @ self.vectors[start : start + size].T
        answered = self.vectors @ self.answer_vectors[entry]
        closest = np.maximum(asked.max(axis=1), ANSWER_LIKENESS * answered)
        return [closest, (asked.sum(axis=1) + answered) / max(self.text_counts[entry], 1.0)]

    @cached_property
    def text_counts(self) -> NDArray[np.float64]:
        """The number of non-empty texts of each entry: question, variants and answer."""
        asked = np.add.reduceat(np.any(self.vectors, axis=1).astype(np.float64), self.starts)
        counts: NDArray[np.float64] = asked + np.any(self.answer_vectors, axis=1)
        return counts


def _replaced(vectors: Vectors, places: Numbers, size: int, added: Mapping[int, str], encoder: Encoder) -> Vectors:
    moved = np.empty((size, vectors.shape[1]), dtype=vectors.dtype)
    moved[places[places >= 0]] = vectors[places >= 0]
    if added:
        moved[list(added)] = encoder.encode(list(added.values()))
    return moved
