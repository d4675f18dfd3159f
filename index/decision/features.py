"""The features of a ranking from which the confidence in its best hit is computed."""

import math
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from index.decision.asked_for import COUNTED, asked_kinds
from index.decision.doubts import doubts
from index.decision.neighbourhood import neighbourhood, neighbourhood_names
from index.ranking.bm25 import Bm25
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, PRIORS, SEMANTIC, Ranking

NO_RIVAL = 10.0  # the lead over a rival that does not exist, in score units (more than any real lead matters)
MISSING = ("missing_count", "missing_kind", "missing_figure")
OF_RANKING = ("belief", "lead", "lead_over_other_kind", "entropy", "entries")
OF_QUESTION = ("unknown", "unknown_head", "length", "asks", *MISSING, "own_case")
OF_TEXTS = (
    *("covered", "covered_with_answer", "covered_readings", "text_covered"),
    *("left_over", "rarest_left", "texts"),
)
HELPS = frozenset(
    {"belief", "lead", "lead_over_other_kind", *LEXICAL, *SEMANTIC}
    | {"covered", "covered_with_answer", "covered_readings", "text_covered"}
    | {*neighbourhood_names(semantic=True)}
)
HARMS = frozenset({"entropy", "unknown", "unknown_head", "left_over", "rarest_left", *MISSING, "own_case"})


def feature_names(*, semantic: bool) -> tuple[str, ...]:
    """The names of the features, in order."""
    signals = (*LEXICAL, *(SEMANTIC if semantic else ()))
    return (*OF_RANKING, *OF_QUESTION, *OF_TEXTS, *neighbourhood_names(semantic=semantic), *signals)


def signs(names: Iterable[str]) -> tuple[int, ...]:
    """+1 for each feature of which more can only help the best hit to be right, -1 where it can only harm, else 0."""
    return tuple((name in HELPS) - (name in HARMS) for name in names)


def features(index: EntryIndex, ranking: Ranking) -> NDArray[np.float64]:
    """The features of the best hit, in the order of `feature_names`, the last being its own signals."""
    of_hit = ranking.signals[: -len(PRIORS), ranking.order[0]]
    of_texts = (*_of_texts(index, ranking), *neighbourhood(index, ranking))
    return np.array([*_of_ranking(ranking), *_of_question(index, ranking), *of_texts, *of_hit])


def _of_ranking(ranking: Ranking) -> list[float]:
    """The features OF_RANKING.

    Belief: log odds of the best hit's share; its lead over the next, and over the best that declines if it
    answers and the other way round; entropy of the shares (nats); ln of the number of entries.
    """
    best, scores, kinds = ranking.order[0], ranking.scores, ranking.signals[-1]
    shares = np.clip(ranking.shares, 1e-12, 1 - 1e-6)
    others = scores[kinds != kinds[best]]
    share = max(float(shares[best]), 1e-6)
    return [
        math.log(share / (1 - share)),
        min(NO_RIVAL, scores[best] - scores[ranking.order[1]]) if len(scores) > 1 else NO_RIVAL,
        min(NO_RIVAL, scores[best] - others.max()) if len(others) else NO_RIVAL,
        -float(shares @ np.log(shares)),
        math.log(len(scores)),
    ]


def _of_question(index: EntryIndex, ranking: Ranking) -> list[float]:
    """The features OF_QUESTION.

    Unknown: the part of its information in words that no entry holds, and the same of the words before its first
    particle (「東京電力の解約」 is about something else). Then ln(1 + words). Then 1 or 0: it asks for a kind of
    thing; for a number of something, and the entry says none; for another kind that the entry does not say; it has a
    figure that the entry does not have; it is about the asker's own case, and the entry is not.
    """
    analysis, words = ranking.query.analysis, index.arrays.words.bm25
    found = doubts(ranking.query.text, ranking.entries[ranking.order[0]])
    return [
        words.unknown_share(analysis.terms),
        words.unknown_share(analysis.head),
        math.log1p(len(set(analysis.terms))),
        float(bool(asked_kinds(ranking.query.text))),
        float(not found.kinds.isdisjoint(COUNTED)),
        float(bool(found.kinds - COUNTED)),
        float(bool(found.figures)),
        float(found.own_case),
    ]


def _of_texts(index: EntryIndex, ranking: Ranking) -> list[float]:
    """The features OF_TEXTS.

    Parts (0 to 1) of the information: of the question in words that the entry's question and variants hold, with
    its answer too, in readings; of the closest single text in words of the question. Then, of the question's words
    that neither texts nor answer say, in units of the greatest idf: ln(1 + their idf), and the rarest one's idf.
    And ln of the number of texts.
    """
    analysis, best = ranking.query.analysis, ranking.order[0]
    entry = index.analyzed(best)
    words, readings = index.arrays.words.bm25, index.arrays.readings.bm25
    asked = dict.fromkeys(analysis.terms)
    unit = words.max_idf or 1.0  # no entry says a word
    left = [words.idf.get(term, unit) / unit for term in asked if term not in entry.said]
    return [
        covered_share(words, asked, entry.places),
        covered_share(words, asked, entry.said),
        covered_share(readings, analysis.grams, entry.grams),
        _text_covered(index, best, asked),
        math.log1p(math.fsum(left)),
        max(left, default=0.0),
        math.log(index.text_counts[best]),
    ]


def _text_covered(index: EntryIndex, number: int, asked: Iterable[str]) -> float:
    """The part (0 to 1) of its information that is in the words `asked`, of the text where that is the most."""
    entry, words, start = index.analyzed(number), index.arrays.words.bm25, index.starts[number]
    covered = [0.0] * len(entry.asked)
    for term in asked:
        for place in entry.places.get(term, ()):
            covered[place] += words.idf.get(term, words.max_idf)
    information = index.arrays.text_information[start : start + len(covered)]
    return float(np.divide(covered, information, out=np.zeros(len(covered)), where=information != 0).max())


def covered_share(bm25: Bm25, terms: Iterable[str], held: Collection[str]) -> float:
    """The part (0 to 1) of the idf of the distinct `terms` that is in `held`; 0 without any terms."""
    distinct = dict.fromkeys(terms)
    information = bm25.information(distinct)
    return bm25.information([term for term in distinct if term in held]) / information if information else 0.0
