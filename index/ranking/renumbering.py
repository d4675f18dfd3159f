"""The new numbers of entries and texts after an edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from index.ranking.analyzed_entry import starts_of
from index.ranking.postings import Numbers
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Renumbering:
    """`entries` and `texts` give each old entry and text its new number, -1 where it is gone or changed.

    `entry_count` and `text_count` are the numbers of them after the edit, `starts` the new numbers of
    the entries' questions.
    """

    entries: Numbers
    texts: Numbers
    entry_count: int
    text_count: int
    starts: Numbers

    @classmethod
    def of(cls, before: Sequence[Entry], after: Sequence[Entry]) -> Self:
        """Compare two lists of entries; those in both must be in the same order."""
        starts = starts_of(after)
        numbers = {entry.id: number for number, entry in enumerate(after)}
        found = [numbers.get(entry.id, -1) for entry in before]
        entries = np.array([n if n >= 0 and after[n] == entry else -1 for n, entry in zip(found, before, strict=True)])
        counts = np.array([1 + len(entry.variants) for entry in before], dtype=np.int64)
        firsts = np.repeat(np.where(entries >= 0, starts[entries], -1), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        texts = np.where(firsts >= 0, firsts + within, -1)
        return cls(entries, texts, len(after), sum(1 + len(entry.variants) for entry in after), starts)
