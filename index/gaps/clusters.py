"""Clusters: questions that mean the same, by words, by reading and, with an encoder, by meaning."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from index.encoder.encoder import Vectors
from index.ranking.bm25 import Bm25
from index.ranking.entry_index import EntryIndex
from index.ranking.meanings import Meanings
from index.ranking.postings import Postings, Scores
from index.ranking.ranking import Query
from knowledge.entry import folded

# What an editor reads as one gap must be one: precision first. On the entries' own questions, grouped
# by an index that does not know these entries, 0.3 to 0.32 is the lowest at which nine pairs of ten
# belong together with and without the encoder; a little more holds on the entries it was not chosen on
# (python -m tests.benchmarks.clusters).
MIN_GROUP_LIKENESS = 0.34  # mean likeness of two groups that are joined
# The encoder finds what shares no word, but cannot tell one question of a subject from the next: a
# larger part of it finds more pairs and more wrong ones, 0.2 to 0.4 makes no difference that counts.
MEANING = 0.3  # part of the likeness that is the encoder's; words and readings share the rest
LEAST_IDF = 0.1  # of a term that stands everywhere, and of every term where there are no entries


def cluster(queries: Sequence[Query], index: EntryIndex) -> list[list[int]]:
    """The numbers of the queries in groups of one meaning, largest first, the most central query of a group first.

    Texts that differ in width, case, blanks and punctuation alone are one. Terms weigh what they weigh
    in `index`. Which queries are together does not depend on their order.
    """
    same: dict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(queries)), key=lambda number: (queries[number].text, number)):
        same[folded(queries[number].text)].append(number)
    numbers = [same[text] for text in sorted(same)]
    alike = likeness([queries[some[0]] for some in numbers], index)
    groups = []
    for group in linked(alike, MIN_GROUP_LIKENESS):
        central = alike[np.ix_(group, group)].sum(axis=1).round(9)
        order = sorted(
            range(len(group)), key=lambda place: (-central[place], len(queries[numbers[group[place]][0]].text))
        )
        groups.append([number for place in order for number in numbers[group[place]]])
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def likeness(queries: Sequence[Query], index: EntryIndex) -> Scores:
    """How alike each two queries are: 1 for the same, about 0 for such as have nothing in common."""
    words = _shared([query.analysis.terms for query in queries], index.arrays.words.bm25)
    readings = _shared([query.analysis.grams for query in queries], index.arrays.readings.bm25)
    alike: Scores = (words + readings) / 2
    vectors = [query.vector for query in queries if query.vector is not None]
    if not vectors or len(vectors) < len(queries):
        return alike
    return (1 - MEANING) * alike + MEANING * _meaning(np.stack(vectors), index.arrays.meanings)


def linked(alike: Scores, least: float) -> list[list[int]]:
    """Average linkage: the numbers in groups, joined while two groups are on average at least so alike.

    All pairs of groups that are each other's nearest are joined at once. That gives the same groups as
    joining the nearest two again and again, because a joined group is never nearer to a third than the
    nearer of its halves was.
    """
    groups = [[number] for number in range(len(alike))]
    sums, sizes = alike, np.ones(len(alike))
    while len(groups) > 1:
        sums = (sums + sums.T) / 2  # rounding must not make a pair nearer seen from one side
        means = sums / np.outer(sizes, sizes)
        np.fill_diagonal(means, -np.inf)
        nearest = means.argmax(axis=1)
        numbers = np.arange(len(groups))
        mutual = (nearest[nearest] == numbers) & (numbers < nearest) & (means[numbers, nearest] >= least)
        kept, gone = numbers[mutual], nearest[mutual]
        if not len(kept):
            break
        sums[kept] += sums[gone]
        sums[:, kept] += sums[:, gone]
        sizes[kept] += sizes[gone]
        for one, other in zip(kept.tolist(), gone.tolist(), strict=True):
            groups[one] += groups[other]
        stays = np.setdiff1d(numbers, gone)
        sums, sizes, groups = sums[np.ix_(stays, stays)], sizes[stays], [groups[number] for number in stays.tolist()]
    return groups


def _shared(texts: Sequence[Iterable[str]], bm25: Bm25) -> Scores:
    """The part of their information that each two texts have in common (Dice with the idf weights of `bm25`)."""
    distinct = [dict.fromkeys(terms, 1) for terms in texts]
    postings = Postings.of(distinct)
    idfs = np.array([bm25.idf.get(term, bm25.max_idf) for term in postings.terms])
    weights = np.repeat(np.maximum(idfs, LEAST_IDF), postings.frequencies)
    shared = np.array([postings.sums(terms, weights) for terms in distinct]).reshape(len(texts), len(texts))
    information = shared.diagonal()
    both = np.add.outer(information, information)
    alike: Scores = np.divide(2 * shared, both, out=np.zeros_like(shared), where=both > 0)
    return alike


def _meaning(vectors: Vectors, known: Meanings | None) -> Scores:
    """The cosine of each two vectors, seen from the middle of all that the entries ask: what they say beyond that."""
    centred = vectors.astype(np.float64)
    if known:
        centred -= known.vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.where(lengths > 0, lengths, 1.0)
    cosines: Scores = centred @ centred.T
    return cosines
