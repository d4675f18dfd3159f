"""Transposed ranking: the score of one entry for every text of an index, asked as a query.

One entry against all queries takes about as long as one query against all entries.
"""

from collections import Counter

import numpy as np

from index.ranking.analyzed_entry import grams_of, words_of
from index.ranking.bm25 import Bm25
from index.ranking.entry_index import EntryIndex
from index.ranking.postings import Postings, Scores


def scores_by(index: EntryIndex, entry: int) -> Scores:
    """The score of the entry with this number for each of `index.texts`; its own texts are in it when asked."""
    arrays, own = index.arrays, index.analyzed(entry)
    fields = (
        (arrays.words, arrays.closest_words, words_of),
        (arrays.readings, arrays.closest_readings, grams_of),
    )
    rows = [
        *(
            _shares_by(field.bm25, closest.postings, own.counts(index.boosts, terms_of))
            for field, closest, terms_of in fields
        ),
        *(
            np.max([closest.text_similarities(terms_of(one)) for one in own.asked], axis=0)
            for _, closest, terms_of in fields
        ),
    ]
    if arrays.meanings:
        rows.extend(arrays.meanings.signals_by(entry, len(own.asked)))
    priors = np.log(index.text_counts[entry]), index.declines[entry]
    rows.extend(np.full(len(index.texts), prior) for prior in priors)
    scores: Scores = index.weighing @ np.stack(rows)
    return scores


def _shares_by(bm25: Bm25, texts: Postings, document: Counter[str]) -> Scores:
    """The BM25 share of one document for every text as a query; see `Field.shares`."""
    idf = np.array([bm25.idf.get(term, bm25.max_idf) for term in texts.terms])
    gives = np.array([bm25.score_of(document, [term]) if term in document else 0.0 for term in texts.terms])
    per_posting = np.repeat(gives, texts.frequencies), np.repeat(idf, texts.frequencies)
    score, information = (np.bincount(texts.documents, weights, texts.size) for weights in per_posting)
    shares: Scores = np.divide(score, information, out=np.zeros(texts.size), where=information > 0)
    return shares
