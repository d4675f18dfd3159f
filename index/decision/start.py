"""The start of a knowledge base: trees, adjustments and thresholds learned from several others, and their record.

The record says how often the start was right on a knowledge base that it had not learned from.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.decision.confidence import Confidence
from index.decision.risk import Thresholds
from index.decision.trees import Trees
from index.ranking.ranking import read_learned

CUTS = tuple(np.round(np.arange(0.5, 1.0, 0.005), 3).tolist())  # at which the record counts


@dataclass(frozen=True, slots=True)
class Record:
    """At each of CUTS the questions answered and those answered wrongly, by writers of left-out knowledge bases.

    `texts` is the number of texts (question and variants) that each of their entries had.
    """

    texts: int
    asked: int
    answered: tuple[int, ...]
    wrong: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """The confidence before a knowledge base says anything of itself, with its records, fewest texts first."""

    answers: Confidence
    declines: Confidence
    thresholds: Thresholds
    records: tuple[Record, ...]

    def record(self, texts: float) -> Record:
        """The record of knowledge bases with at most as many texts an entry as this one has on average."""
        fitting = [record for record in self.records if record.texts <= texts + 0.5]
        return fitting[-1] if fitting else self.records[0]


@cache
def read_start(*, semantic: bool) -> Start:
    """The learned start, with or without the encoder."""
    values = read_learned()["confidence"]["semantic" if semantic else "lexical"]
    return Start(
        Confidence.from_json(Trees.from_json(values["trees"]), values["answers"]),
        Confidence.from_json(None, values["declines"]),
        Thresholds(**values["thresholds"]),
        tuple(Record(r["texts"], r["asked"], tuple(r["answered"]), tuple(r["wrong"])) for r in values["records"]),
    )


def record_of(texts: int, confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> Record:
    """Count the answers and the wrong answers at each of CUTS."""
    above = confidences[None, :] >= np.array(CUTS)[:, None]
    return Record(
        texts, len(right), tuple(above.sum(axis=1).tolist()), tuple((above & ~right[None, :]).sum(axis=1).tolist())
    )
