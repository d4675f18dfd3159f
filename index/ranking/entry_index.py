"""The index of a set of entries: ranks them for a query. Immutable once built."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.encoder.encoder import Encoder, Vectors
from index.parameters import ANSWER_LIKENESS
from index.ranking.bm25 import Bm25
from index.ranking.index_arrays import AnalyzedEntry, Parts, grams_of, starts_of, texts_of, words_of
from index.ranking.postings import Postings, Scores
from index.ranking.ranking import LEXICAL, PRIOR, SEMANTIC, Boosts, Query, Ranking, Weights, read_boosts, read_weights
from index.text.analyzer import Analyzer
from knowledge.entry import Entry

AT_ONCE = 64  # queries whose meanings are compared together


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A variant that a ranking shall not know, to ask it as if it were new; `text` counts all texts."""

    entry: int
    text: int


class EntryIndex:
    """Ranks a set of entries; safe to share between threads."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        encoder: Encoder | None = None,
        *,
        parts: Parts | None = None,
        weights: Weights | None = None,
        boosts: Boosts | None = None,
        remembering: Encoder | None = None,
    ) -> None:
        """`parts` are those of exactly these entries, built when not given; `weights` and `boosts` the learned ones.

        `remembering` encodes the entries where that is not `encoder` itself.
        """
        self.entries = tuple(entries)
        self.analyzer = analyzer
        self.encoder = encoder
        self.names = (*LEXICAL, *(SEMANTIC if encoder else ()), PRIOR)
        self.weights = weights or read_weights(semantic=encoder is not None)
        self._weights = np.array([self.weights[name] for name in self.names])
        self._declines = np.array([float(entry.declines) for entry in self.entries])
        self.texts = texts_of(self.entries)
        self._starts = starts_of(self.entries)
        self._boosts = boosts or read_boosts()
        self._remembering = remembering or encoder
        self._analyzed: dict[int, AnalyzedEntry] = {}
        self.parts = parts or Parts.build(
            self.entries, [self.analyzed(n) for n in range(len(self.entries))], self._remembering, self._boosts
        )

    def query(self, text: str) -> Query:
        """What the index sees of a question; beyond MAX_QUERY characters nothing is read."""
        return Query.of(text, self.analyzer, self.encoder)

    def rank_all(self, queries: Sequence[Query], left_out: Sequence[LeftOut] | None = None) -> Iterator[Ranking]:
        """`rank` for many queries; comparing many meanings at once takes a tenth of the time."""
        hidden: Sequence[LeftOut | None] = left_out or [None] * len(queries)
        for start in range(0, len(queries), AT_ONCE):
            some = queries[start : start + AT_ONCE]
            vectors = [query.vector for query in some if query.vector is not None]
            alike = self._alike(np.stack(vectors)) if len(vectors) == len(some) else None
            for number, query in enumerate(some):
                columns = None if alike is None else (alike[0][:, number], alike[1][:, number])
                yield self.rank(query, hidden[start + number], columns)

    def rank(
        self, query: Query, left_out: LeftOut | None = None, alike: tuple[Vectors, Vectors] | None = None
    ) -> Ranking:
        """Every entry's signals and score for `query`, as if the variant `left_out` did not exist.

        `alike` are the likenesses in meaning to every text and answer, where they are known already.
        """
        if not self.entries:
            return Ranking(query, (), self.names, np.zeros((len(self.names), 0)), np.zeros(0))
        terms, grams = query.analysis.terms, query.analysis.grams
        text = left_out.text if left_out else None
        rows = [
            self.parts.words.shares(terms),
            self.parts.readings.shares(grams),
            self.parts.closest_words.similarities(terms, text),
            self.parts.closest_readings.similarities(grams, text),
        ]
        if left_out:
            words, readings = self._without(left_out)
            rows[0][left_out.entry] = self.parts.words.share_of(words, terms)
            rows[1][left_out.entry] = self.parts.readings.share_of(readings, grams)
        if query.vector is not None:
            asked, answered = alike or self._alike(query.vector)
            rows.extend(self._meanings(asked.astype(np.float64), answered.astype(np.float64), left_out))
        rows.append(self._declines)
        signals = np.stack(rows)
        return Ranking(query, self.entries, self.names, signals, self._weights @ signals)

    def own_query(self, text: int) -> Query:
        """The question or variant with this number (counting all texts) as a query, without encoding it again."""
        entry = int(np.searchsorted(self._starts, text, side="right")) - 1
        analysis = self.analyzed(entry).asked[text - int(self._starts[entry])]
        vectors = self.parts.vectors
        return Query(self.texts[text], analysis, None if vectors is None else vectors[text])

    def analyzed(self, entry: int) -> AnalyzedEntry:
        """The analyses of one entry's texts; made when first needed, since an index read from bytes needs few."""
        known = self._analyzed.get(entry)
        if known is None:
            known = self._analyzed[entry] = AnalyzedEntry.of(self.entries[entry], self.analyzer)
        return known

    def replaced(self, entries: Sequence[Entry]) -> Self:
        """The index of `entries`, made from this one: only what differs is analyzed and encoded.

        Entries that are in both must be in the same order.
        """
        known = {entry.id: (number, entry) for number, entry in enumerate(self.entries)}
        changed = [n for n, entry in enumerate(entries) if known.get(entry.id, (0, None))[1] != entry]
        new = {number: AnalyzedEntry.of(entries[number], self.analyzer) for number in changed}
        parts = self.parts.replaced(self.entries, entries, new, self._remembering, self._boosts) if entries else None
        index = type(self)(
            entries,
            self.analyzer,
            self.encoder,
            parts=parts,
            weights=self.weights,
            boosts=self._boosts,
            remembering=self._remembering,
        )
        for number, entry in enumerate(entries):
            analyzed = new.get(number) or self._analyzed.get(known[entry.id][0])
            if analyzed:
                index._analyzed[number] = analyzed  # noqa: SLF001  # of the same class
        return index

    def variants(self) -> Iterable[LeftOut]:
        """Every variant of every entry."""
        for entry, start in enumerate(self._starts.tolist()):
            for text in range(start + 1, start + 1 + len(self.entries[entry].variants)):
                yield LeftOut(entry, text)

    def unknown_share(self, terms: Sequence[str]) -> float:
        """The part (0 to 1) of the information of `terms` that is in those no entry holds; 0 without any terms."""
        bm25 = self.parts.words.bm25
        distinct = dict.fromkeys(terms)
        information = bm25.information(distinct)
        unknown = bm25.max_idf * sum(term not in bm25.idf for term in distinct)
        return unknown / information if information else 0.0

    def similarity_to_questions(self, query: Query) -> NDArray[np.float64]:
        """How alike `query` and each entry's own question are, in words and in readings (the smaller; 0 to 1)."""
        words = self.parts.closest_words.text_similarities(query.analysis.terms)[self._starts]
        readings = self.parts.closest_readings.text_similarities(query.analysis.grams)[self._starts]
        alike: NDArray[np.float64] = np.minimum(words, readings)
        return alike

    def term_scores(self, entry: int, terms: Sequence[str]) -> list[tuple[str, float, float]]:
        """For each distinct term its BM25 score in one entry and its idf."""
        bm25 = self.parts.words.bm25
        return [
            (term, float(bm25.scores([term])[entry]), bm25.idf.get(term, bm25.max_idf)) for term in dict.fromkeys(terms)
        ]

    def fields_with(self, entry: int, term: str) -> tuple[str, ...]:
        """The fields of one entry that hold a term."""
        analyzed = self.analyzed(entry)
        fields = {
            "question": term in analyzed.asked[0].terms,
            "variants": any(term in analysis.terms for analysis in analyzed.asked[1:]),
            "answer": term in analyzed.answer.terms,
            "category": term in analyzed.category.terms,
        }
        return tuple(name for name, holds in fields.items() if holds)

    def closest_text(self, entry: int, grams: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """The question or variant of one entry that shares most reading n-grams with `grams`, and those."""
        held = self.entries[entry]
        texts = (held.question, *held.variants)
        wanted = dict.fromkeys(grams)
        asked = self.analyzed(entry).asked
        shared = [tuple(gram for gram in wanted if gram in analysis.grams) for analysis in asked]
        best = max(range(len(texts)), key=lambda number: len(shared[number]))
        return texts[best], shared[best]

    def _without(self, left_out: LeftOut) -> tuple[Counter[str], Counter[str]]:
        """The counts of an entry without one of its variants."""
        entry = self.analyzed(left_out.entry)
        hidden = entry.asked[left_out.text - int(self._starts[left_out.entry])]
        words, readings = (
            entry.counts(self._boosts, terms_of) - Counter(terms_of(hidden) * self._boosts.variants)
            for terms_of in (words_of, grams_of)
        )
        return words, readings

    def scores_by(self, entry: int) -> Scores:
        """What one entry scores for every text of the index asked as a query.

        The transpose of `rank`: one entry against all queries takes about as long as one query
        against all entries. Texts of the entry itself are asked with themselves in it.
        """
        parts, own = self.parts, self.analyzed(entry)
        rows = [
            *(
                self._shares_by(field.bm25, closest.postings, own.counts(self._boosts, terms_of))
                for field, closest, terms_of in (
                    (parts.words, parts.closest_words, words_of),
                    (parts.readings, parts.closest_readings, grams_of),
                )
            ),
            np.max([parts.closest_words.text_similarities(one.terms) for one in own.asked], axis=0),
            np.max([parts.closest_readings.text_similarities(one.grams) for one in own.asked], axis=0),
        ]
        if parts.vectors is not None and parts.answer_vectors is not None:
            start = int(self._starts[entry])
            asked = parts.vectors @ parts.vectors[start : start + len(own.asked)].T
            answered = parts.vectors @ parts.answer_vectors[entry]
            told = max(self._told[entry], 1.0)
            rows.append(np.maximum(asked.max(axis=1), ANSWER_LIKENESS * answered))
            rows.append((asked.sum(axis=1) + answered) / told)
        rows.append(np.full(len(self.texts), self._declines[entry]))
        scores: Scores = self._weights @ np.stack(rows)
        return scores

    @staticmethod
    def _shares_by(bm25: Bm25, texts: Postings, document: Counter[str]) -> Scores:
        """The BM25 share of one document for every text as a query."""
        idf = np.array([bm25.idf.get(term, bm25.max_idf) for term in texts.terms])
        gives = np.array([bm25.score_of(document, [term]) if term in document else 0.0 for term in texts.terms])
        per_posting = np.repeat(gives, texts.frequencies), np.repeat(idf, texts.frequencies)
        score, information = (np.bincount(texts.documents, weights, texts.size) for weights in per_posting)
        shares: Scores = np.divide(score, information, out=np.zeros(texts.size), where=information > 0)
        return shares

    def _alike(self, vectors: Vectors) -> tuple[Vectors, Vectors]:
        """How alike one vector, or each of several, and every text and every answer are."""
        assert self.parts.vectors is not None
        assert self.parts.answer_vectors is not None
        return self.parts.vectors @ vectors.T, self.parts.answer_vectors @ vectors.T

    def _meanings(self, asked: Scores, answered: Scores, left_out: LeftOut | None) -> list[Scores]:
        told = self._told
        if left_out:
            asked[left_out.text] = 0.0
            told = told.copy()
            told[left_out.entry] -= 1
        closest = np.maximum(np.maximum.reduceat(asked, self._starts), ANSWER_LIKENESS * answered)
        return [closest, (np.add.reduceat(asked, self._starts) + answered) / np.maximum(told, 1.0)]

    @cached_property
    def _told(self) -> NDArray[np.float64]:
        """How many texts of each entry say anything (an empty one has a vector of zeros)."""
        vectors, answers = self.parts.vectors, self.parts.answer_vectors
        assert vectors is not None
        assert answers is not None
        asked = np.add.reduceat(np.any(vectors, axis=1).astype(np.float64), self._starts)
        told: NDArray[np.float64] = asked + np.any(answers, axis=1)
        return told
