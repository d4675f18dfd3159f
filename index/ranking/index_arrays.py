"""The arrays of an index: built from analyzed entries, patched after an edit, kept as bytes and read back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from index.encoder.encoder import Encoder
from index.parameters import K1, B
from index.ranking.analyzed_entry import AnalyzedEntry, grams_of, starts_of, words_of
from index.ranking.bm25 import Bm25
from index.ranking.field_scores import ClosestText, Field
from index.ranking.meanings import Meanings
from index.ranking.packed_arrays import pack, unpack
from index.ranking.postings import Arrays, Counts, Numbers, Postings, Scores
from index.ranking.ranking import Boosts
from index.ranking.renumbering import Renumbering
from knowledge.entry import Entry

FIELDS = ("words", "readings")
CLOSEST = ("closest_words", "closest_readings")
VECTORS = ("vectors", "answer_vectors")

Analyses = Mapping[int, AnalyzedEntry]  # by the number of the entry


@dataclass(frozen=True)
class IndexArrays:
    """The arrays that ranking computes with; `meanings` is None without an encoder or without entries."""

    words: Field
    readings: Field
    closest_words: ClosestText
    closest_readings: ClosestText
    meanings: Meanings | None = None

    @classmethod
    def build(
        cls, entries: Sequence[Entry], analyzed: Sequence[AnalyzedEntry], encoder: Encoder | None, boosts: Boosts
    ) -> Self:
        """The arrays of entries with their analyses, in the same order."""
        starts = starts_of(entries)
        asked = [analysis for one in analyzed for analysis in one.asked]
        answers = [one.answer.text for one in analyzed]
        return cls(
            _field(one.counts(boosts, words_of) for one in analyzed),
            _field(one.counts(boosts, grams_of) for one in analyzed),
            ClosestText.of(map(words_of, asked), starts),
            ClosestText.of(map(grams_of, asked), starts),
            Meanings.of([one.text for one in asked], answers, starts, encoder) if encoder and entries else None,
        )

    def replaced(
        self, before: Sequence[Entry], after: Sequence[Entry], new: Analyses, encoder: Encoder | None, boosts: Boosts
    ) -> Self:
        """The arrays of the entries `after` from those of `before`; `new` has the entries that `before` lacks.

        Entries in both keep their order, and are the same objects or equal.
        """
        at = Renumbering.of(before, after)
        asked = {int(at.starts[n]) + place: text for n, one in new.items() for place, text in enumerate(one.asked)}
        words, grams = ({n: one.counts(boosts, of) for n, one in new.items()} for of in (words_of, grams_of))
        meanings = None
        if self.meanings and encoder:
            texts, answers = {n: one.text for n, one in asked.items()}, {n: one.answer.text for n, one in new.items()}
            meanings = self.meanings.replaced(at, texts, answers, encoder)
        return type(self)(
            self.words.replaced(at.entries, at.entry_count, words),
            self.readings.replaced(at.entries, at.entry_count, grams),
            self.closest_words.replaced(at.texts, at.starts, at.text_count, {n: words_of(a) for n, a in asked.items()}),
            self.closest_readings.replaced(
                at.texts, at.starts, at.text_count, {n: grams_of(a) for n, a in asked.items()}
            ),
            meanings,
        )

    @cached_property
    def text_information(self) -> Scores:
        """The information of the distinct words of every question and variant; see `Bm25.information`."""
        texts, words = self.closest_words.postings, self.words.bm25
        of_terms = [words.idf.get(term, words.max_idf) for term in texts.terms]
        information = np.bincount(texts.documents, np.repeat(of_terms, texts.frequencies), texts.size)
        return information.astype(np.float64, copy=False)

    def to_pieces(self) -> Iterator[bytes | memoryview]:
        """All arrays as bytes, in pieces: the largest take 20 MB at 10,000 entries."""
        arrays: Arrays = {}
        for name in FIELDS:
            bm25 = getattr(self, name).bm25
            arrays |= bm25.postings.arrays(name)
            arrays |= {f"{name}.lengths": bm25.lengths, f"{name}.idfs": bm25.idfs}
        for name in CLOSEST:
            closest = getattr(self, name)
            arrays |= closest.postings.arrays(name) | {f"{name}.starts": closest.starts}
        if self.meanings:
            arrays |= {name: getattr(self.meanings, name) for name in VECTORS}
        return pack(arrays)

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """The arrays behind `to_pieces`, joined. Raises ValueError for other bytes."""
        try:
            return cls._read(body)
        except Exception as error:  # bytes can be wrong in more ways than NumPy names
            raise ValueError(f"{len(body):,} bytes that are no index ({type(error).__name__})") from error

    @classmethod
    def _read(cls, body: bytes) -> Self:
        arrays = unpack(body)
        words, readings = (
            Field(Bm25(Postings.from_arrays(n, arrays), *_lengths_and_idfs(n, arrays), K1, B)) for n in FIELDS
        )
        closest_words, closest_readings = (
            ClosestText(Postings.from_arrays(n, arrays), np.asarray(arrays[f"{n}.starts"], np.int64)) for n in CLOSEST
        )
        meanings = None
        if VECTORS[0] in arrays:
            vectors, answer_vectors = (np.asarray(arrays[name], np.float32) for name in VECTORS)
            meanings = Meanings(vectors, answer_vectors, closest_words.starts)
        return cls(words, readings, closest_words, closest_readings, meanings)


def _lengths_and_idfs(name: str, arrays: Arrays) -> tuple[Numbers, Scores]:
    return np.asarray(arrays[f"{name}.lengths"], np.int64), np.asarray(arrays[f"{name}.idfs"], np.float64)


def _field(documents: Iterable[Counts]) -> Field:
    postings = Postings.of(documents)
    lengths = np.bincount(postings.documents, postings.counts, postings.size).astype(np.int64)
    return Field(Bm25.of_postings(postings, lengths, K1, B))
