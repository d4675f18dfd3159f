"""Reach: the entries' own texts whose verdict a change can alter."""

import math
from collections.abc import Iterator

import numpy as np

from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, PRIORS, SEMANTIC
from index.ranking.transposed_ranking import scores_by
from index.review.sampling import MAX_TEXTS_ALL_ASKED
from index.snapshot import Snapshot
from knowledge.entry import Entry

MAX_CHANGED_IN_REACH = 40  # changed entries up to which reach is computed; more of them reach every text
MAX_SCORE_BEHIND = 6.0  # an entry further behind the best one changes no decision: it has e^-6 of its share
MIN_BM25_SHARE = 0.8  # that an entry has for a text of its own (low k1, see parameters.py)

Text = tuple[EntryIndex, int, Entry]  # the index that holds a text, the text's number in it, and its entry


def texts_in_reach(live: Snapshot, candidate: Snapshot) -> list[Text]:
    """The texts of the candidate near a changed entry, then the texts that changed entries no longer have.

    All texts are near where there are few, where many entries or the synonyms change, and where the calibration
    decides otherwise.
    """
    differing = _differing(live.index, candidate.index)
    near = None if _reaches_all(live, candidate, differing) else _near(live.index, candidate.index, differing)
    kept = [
        (candidate.index, number, entry)
        for number, entry in enumerate(owners_of(candidate.index))
        if near is None or entry.id in differing or candidate.index.texts[number] in near
    ]
    asked = {candidate.index.texts[number] for _, number, _ in kept}
    gone = [
        (live.index, number, entry)
        for number, entry in enumerate(owners_of(live.index))
        if entry.id in differing and live.index.texts[number] not in asked
    ]
    return kept + gone


def _differing(before: EntryIndex, after: EntryIndex) -> set[str]:
    """The ids of the entries that are not the same in both."""
    old, new = ({entry.id: entry for entry in index.entries} for index in (before, after))
    return {entry_id for entry_id in old.keys() | new.keys() if old.get(entry_id) != new.get(entry_id)}


def _reaches_all(live: Snapshot, candidate: Snapshot, differing: set[str]) -> bool:
    few = len(candidate.index.texts) <= MAX_TEXTS_ALL_ASKED
    other_words = live.index.analyzer is not candidate.index.analyzer
    return (
        few
        or other_words
        or len(differing) > MAX_CHANGED_IN_REACH
        or not live.calibration.decides_like(candidate.calibration)
    )


def _near(before: EntryIndex, after: EntryIndex, differing: set[str]) -> set[str]:
    """The texts for which an entry that differs comes close to what a text's own entry scores at least."""
    near: set[str] = set()
    for index in (before, after):
        least = _least_own_score(index) - MAX_SCORE_BEHIND
        for number in (number for number, entry in enumerate(index.entries) if entry.id in differing):
            near.update(index.texts[text] for text in np.flatnonzero(scores_by(index, number) >= least))
    return near


def owners_of(index: EntryIndex) -> Iterator[Entry]:
    """The entry of every text of an index, in the texts' order."""
    return (entry for entry in index.entries for _ in range(1 + len(entry.variants)))


def _least_own_score(index: EntryIndex) -> float:
    """The least that an entry scores for a text of its own: the closest text is that text itself."""
    weights = index.weights
    closest = [name for name in (*LEXICAL, *SEMANTIC) if name.startswith("closest")]
    most = {"texts": math.log(index.text_counts.max()), "declines": 1.0}
    return (
        sum(weights.get(name, 0.0) for name in closest)
        + MIN_BM25_SHARE * (weights["words"] + weights["readings"])
        + sum(min(weights[name] * most[name], 0.0) for name in PRIORS)
    )
