"""Clusters of queries with one meaning: average linkage over words, readings and, with an encoder, vectors."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from index.encoder.encoder import Vectors
from index.ranking.bm25 import Bm25
from index.ranking.entry_index import EntryIndex
from index.ranking.meanings import Meanings
from index.ranking.postings import Numbers, Postings, Scores
from index.ranking.ranking import Query
from knowledge.match_key import match_key

# What an editor reads as one gap must be one: precision first. On the entries' own questions, grouped
# by an index that does not know these entries, 0.3 to 0.32 is the lowest at which nine pairs of ten
# belong together with and without the encoder; a little more holds on the entries it was not chosen on
# (python -m tests.benchmarks.clusters).
MIN_GROUP_LIKENESS = 0.34  # mean likeness of two groups that are joined
# The encoder finds what shares no word, but cannot tell one question of a subject from the next: a
# larger part of it finds more pairs and more wrong ones; 0.2 to 0.4 makes no difference that counts.
VECTOR_SHARE = 0.3  # of the likeness; words and readings share the rest
MIN_IDF = 0.1  # of a term that every entry holds, and of every term if there are no entries


def cluster(queries: Sequence[Query], index: EntryIndex) -> list[list[int]]:
    """The numbers of the queries in groups of one meaning: the largest group and its most central query first.

    Texts that differ in width, case, blanks and punctuation only count as one. Terms have the weights that
    they have in `index`. The order of the queries makes no difference to the groups.
    """
    same: dict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(queries)), key=lambda number: (queries[number].text, number)):
        same[match_key(queries[number].text)].append(number)
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
    """The likeness of each pair of queries: 1 for the same, about 0 for two that have nothing in common."""
    words = _shared([query.analysis.terms for query in queries], index.arrays.words.bm25)
    readings = _shared([query.analysis.grams for query in queries], index.arrays.readings.bm25)
    alike: Scores = (words + readings) / 2
    vectors = [query.vector for query in queries if query.vector is not None]
    if not vectors or len(vectors) < len(queries):
        return alike
    return (1 - VECTOR_SHARE) * alike + VECTOR_SHARE * _cosines(np.stack(vectors), index.arrays.meanings)


def linked(alike: Scores, least: float) -> list[list[int]]:
    """Average linkage: the numbers in groups, joined while the mean likeness of two groups is at least `least`.

    All pairs of groups that are each other's nearest are joined at once. That gives the same groups as
    joining the nearest two again and again, because a joined group is never nearer to a third than the
    nearer of its halves was.
    """
    groups = [[number] for number in range(len(alike))]
    sums, sizes = alike, np.ones(len(alike))
    while len(groups) > 1:
        sums = (sums + sums.T) / 2  # rounding must not make a pair nearer seen from one side
        kept, gone = _nearest_pairs(sums / np.outer(sizes, sizes), least)
        if not len(kept):
            break
        sums[kept] += sums[gone]
        sums[:, kept] += sums[:, gone]
        sizes[kept] += sizes[gone]
        for one, other in zip(kept.tolist(), gone.tolist(), strict=True):
            groups[one] += groups[other]
        stays = np.setdiff1d(np.arange(len(groups)), gone)
        sums, sizes, groups = sums[np.ix_(stays, stays)], sizes[stays], [groups[number] for number in stays.tolist()]
    return groups


def _nearest_pairs(means: Scores, least: float) -> tuple[Numbers, Numbers]:
    """The groups that are each other's nearest, with a mean likeness of at least `least`: the lower, the higher."""
    np.fill_diagonal(means, -np.inf)
    nearest = means.argmax(axis=1)
    numbers = np.arange(len(means))
    mutual = (nearest[nearest] == numbers) & (numbers < nearest) & (means[numbers, nearest] >= least)
    return numbers[mutual], nearest[mutual]


def _shared(texts: Sequence[Iterable[str]], bm25: Bm25) -> Scores:
    """The Dice coefficient of each pair of texts, given as terms, with the idf weights of `bm25`."""
    distinct = [dict.fromkeys(terms, 1) for terms in texts]
    postings = Postings.of(distinct)
    idfs = np.array([bm25.idf.get(term, bm25.max_idf) for term in postings.terms])
    weights = np.repeat(np.maximum(idfs, MIN_IDF), postings.frequencies)
    shared = np.array([postings.sums(terms, weights) for terms in distinct]).reshape(len(texts), len(texts))
    information = shared.diagonal()
    both = np.add.outer(information, information)
    alike: Scores = np.divide(2 * shared, both, out=np.zeros_like(shared), where=both > 0)
    return alike


def _cosines(vectors: Vectors, known: Meanings | None) -> Scores:
    """The cosine of each pair of vectors, minus the mean of the entries' vectors, which all questions share."""
    centred = vectors.astype(np.float64)
    if known:
        centred -= known.vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.where(lengths > 0, lengths, 1.0)
    cosines: Scores = centred @ centred.T
    return cosines
