"""The index of a set of entries: ranks them for a query. Immutable once built."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.encoder.encoder import Encoder
from index.ranking.analyzed_entry import AnalyzedEntry, grams_of, starts_of, texts_of, words_of
from index.ranking.index_arrays import IndexArrays
from index.ranking.meanings import Likeness
from index.ranking.postings import Numbers, Scores
from index.ranking.ranking import (
    LEXICAL,
    PRIORS,
    SEMANTIC,
    Boosts,
    LeftOut,
    Query,
    Ranking,
    Weights,
    read_boosts,
    read_weights,
)
from index.text.analyzer import Analyzer
from knowledge.entry import Entry

Rows = list[Scores]

QUERIES_AT_ONCE = 64  # whose vectors are compared in one product of matrices


class EntryIndex:
    """Ranks a set of entries; safe to share between threads.

    An entry's number is its place in `entries`, a text's number its place in `texts` (questions and variants).
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        encoder: Encoder | None = None,
        *,
        arrays: IndexArrays | None = None,
        weights: Weights | None = None,
        boosts: Boosts | None = None,
        entry_encoder: Encoder | None = None,
    ) -> None:
        """`arrays` are those of exactly these entries, built if not given; `weights` and `boosts` the learned ones.

        `entry_encoder` encodes the entries' texts, `encoder` the queries; one does both unless both are given.
        """
        self.entries = tuple(entries)
        self.analyzer = analyzer
        self.encoder = encoder
        self.weights = weights or read_weights(semantic=encoder is not None)
        self.boosts = boosts or read_boosts()
        self._entry_encoder = entry_encoder or encoder
        self._analyzed: dict[int, AnalyzedEntry] = {}
        self.arrays = arrays or IndexArrays.build(
            self.entries, [self.analyzed(n) for n in range(len(self.entries))], self._entry_encoder, self.boosts
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the signals."""
        return (*LEXICAL, *(SEMANTIC if self.encoder else ()), *PRIORS)

    @cached_property
    def weighing(self) -> NDArray[np.float64]:
        """The weights, in the order of `names`."""
        return np.array([self.weights[name] for name in self.names])

    @cached_property
    def declines(self) -> NDArray[np.float64]:
        """1 for each entry that declines, else 0."""
        return np.array([float(entry.declines) for entry in self.entries])

    @cached_property
    def text_counts(self) -> NDArray[np.float64]:
        """The number of each entry's question and variants."""
        return np.array([1.0 + len(entry.variants) for entry in self.entries])

    @cached_property
    def texts(self) -> list[str]:
        """The questions and variants of all entries, by number."""
        return texts_of(self.entries)

    @cached_property
    def starts(self) -> Numbers:
        """The number of each entry's question among `texts`."""
        return starts_of(self.entries)

    def query(self, text: str) -> Query:
        """Analyze and encode a question; only the first MAX_QUERY characters are read."""
        return Query.of(text, self.analyzer, self.encoder)

    def rank_all(self, queries: Sequence[Query], left_out: Sequence[LeftOut] | None = None) -> Iterator[Ranking]:
        """`rank` for many queries; comparing many vectors at once takes a tenth of the time."""
        hidden: Sequence[LeftOut | None] = left_out or [None] * len(queries)
        for start in range(0, len(queries), QUERIES_AT_ONCE):
            some = queries[start : start + QUERIES_AT_ONCE]
            vectors = [query.vector for query in some if query.vector is not None]
            likeness = None
            if self.arrays.meanings and len(vectors) == len(some):
                likeness = self.arrays.meanings.likeness(np.stack(vectors))
            for number, query in enumerate(some):
                columns = None if likeness is None else (likeness[0][:, number], likeness[1][:, number])
                yield self.rank(query, hidden[start + number], columns)

    def rank(self, query: Query, left_out: LeftOut | None = None, likeness: Likeness | None = None) -> Ranking:
        """Every entry's signals and score for `query`, as if the variant `left_out` did not exist.

        `likeness` is that of the query's vector, where it is known already.
        """
        if not self.entries:
            return Ranking.nothing(query, self.names)
        alike, lexical = self._lexical(query, left_out)
        near, semantic = self._semantic(query, left_out, likeness)
        signals = np.stack([*lexical, *semantic, *self._priors(left_out)])
        return Ranking(query, self.entries, self.names, signals, self.weighing @ signals, (*alike, *near))

    def own_query(self, text: int) -> Query:
        """The question or variant with this number as a query, without encoding it again."""
        entry = int(np.searchsorted(self.starts, text, side="right")) - 1
        analysis = self.analyzed(entry).asked[text - int(self.starts[entry])]
        meanings = self.arrays.meanings
        return Query(self.texts[text], analysis, meanings.vectors[text] if meanings else None)

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
        new, arrays = {number: AnalyzedEntry.of(entries[number], self.analyzer) for number in changed}, None
        if self.entries and entries:
            arrays = self.arrays.replaced(self.entries, entries, new, self._entry_encoder, self.boosts)
        index = type(self)(
            entries,
            self.analyzer,
            self.encoder,
            arrays=arrays,
            weights=self.weights,
            boosts=self.boosts,
            entry_encoder=self._entry_encoder,
        )
        for number, entry in enumerate(entries):
            analyzed = new.get(number) or self._analyzed.get(known[entry.id][0])
            if analyzed:
                index._analyzed[number] = analyzed  # noqa: SLF001  # of the same class
        return index

    def variants(self) -> Iterator[LeftOut]:
        """Every variant of every entry."""
        for entry, start in enumerate(self.starts.tolist()):
            yield from (LeftOut(entry, start + n) for n in range(1, 1 + len(self.entries[entry].variants)))

    def _lexical(self, query: Query, left_out: LeftOut | None) -> tuple[Rows, Rows]:
        """The likeness of every text in words and in readings, and the signals LEXICAL."""
        arrays, terms, grams = self.arrays, query.analysis.terms, query.analysis.grams
        text = left_out.text if left_out else None
        words = arrays.closest_words.text_similarities(terms, text)
        readings = arrays.closest_readings.text_similarities(grams, text)
        closest = arrays.closest_words.closest(words), arrays.closest_readings.closest(readings)
        rows = [arrays.words.shares(terms), arrays.readings.shares(grams), *closest]
        if left_out:
            entry, place = self.analyzed(left_out.entry), left_out.text - int(self.starts[left_out.entry])
            counts, held = (entry.counts_without(place, self.boosts, of) for of in (words_of, grams_of))
            rows[0][left_out.entry] = arrays.words.share_of(counts, terms)
            rows[1][left_out.entry] = arrays.readings.share_of(held, grams)
        return [words, readings], rows

    def _semantic(self, query: Query, left_out: LeftOut | None, likeness: Likeness | None) -> tuple[Rows, Rows]:
        """The likeness of every text in meaning, and the signals SEMANTIC; none without an encoder."""
        meanings = self.arrays.meanings
        if query.vector is None or meanings is None:
            return [], []
        asked, answered = (one.astype(np.float64) for one in likeness or meanings.likeness(query.vector))
        if left_out:
            asked[left_out.text] = 0.0
        return [asked], meanings.signals(asked, answered, left_out)

    def _priors(self, left_out: LeftOut | None) -> Rows:
        """The signals PRIORS."""
        counts = self.text_counts.copy()
        if left_out:
            counts[left_out.entry] -= 1
        return [np.log(counts), self.declines]
