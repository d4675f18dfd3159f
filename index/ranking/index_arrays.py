"""The numbers of an index apart from its entries: built from texts, patched after an edit, or read back from bytes."""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from index.encoder.encoder import Encoder, Vectors
from index.parameters import K1, B
from index.ranking.bm25 import Bm25
from index.ranking.field_scores import ClosestText, Field
from index.ranking.postings import Arrays, Counts, Numbers, Postings
from index.ranking.ranking import Boosts
from index.text.analyzer import Analysis, Analyzer, fold
from knowledge.entry import Entry

FIELDS = ("words", "readings")
CLOSEST = ("closest_words", "closest_readings")
VECTORS = ("vectors", "answer_vectors")

Analyses = Mapping[int, "AnalyzedEntry"]  # by the number of the entry


@dataclass(frozen=True, slots=True)
class AnalyzedEntry:
    """An entry's texts as the index sees them; `asked` are its question and variants."""

    asked: tuple[Analysis, ...]
    answer: Analysis
    category: Analysis

    @classmethod
    def of(cls, entry: Entry, analyzer: Analyzer) -> Self:
        """Analyze every text of an entry."""
        asked = tuple(map(analyzer.analyze, (entry.question, *entry.variants)))
        return cls(asked, analyzer.analyze(entry.answer), analyzer.analyze(entry.category))

    def counts(self, boosts: Boosts, terms_of: Callable[[Analysis], tuple[str, ...]]) -> Counter[str]:
        """How often each term counts in the entry's document."""
        counted: Counter[str] = Counter()
        fields = [(self.asked[0], boosts.question), *((one, boosts.variants) for one in self.asked[1:])]
        for analysis, boost in (*fields, (self.answer, boosts.answer), (self.category, boosts.category)):
            counted.update(terms_of(analysis) * boost)
        return counted


def texts_of(entries: Sequence[Entry]) -> list[str]:
    """The texts of all entries in which people ask: each question, then its variants."""
    return [text for entry in entries for text in (entry.question, *entry.variants)]


def starts_of(entries: Sequence[Entry]) -> Numbers:
    """The number of each entry's question among `texts_of`."""
    counts = np.array([1 + len(entry.variants) for entry in entries], dtype=np.int64)
    return np.cumsum(counts) - counts


def words_of(analysis: Analysis) -> tuple[str, ...]:
    """What the field of words counts."""
    return analysis.terms


def grams_of(analysis: Analysis) -> tuple[str, ...]:
    """What the field of readings counts."""
    return analysis.grams


@dataclass(frozen=True)
class Parts:
    """What ranking computes with; the vectors are None without an encoder."""

    words: Field
    readings: Field
    closest_words: ClosestText
    closest_readings: ClosestText
    vectors: Vectors | None = None  # of each text in which people ask
    answer_vectors: Vectors | None = None

    @classmethod
    def build(
        cls, entries: Sequence[Entry], analyzed: Sequence[AnalyzedEntry], encoder: Encoder | None, boosts: Boosts
    ) -> Self:
        """From entries and their analyses, in the same order."""
        starts = starts_of(entries)
        asked = [analysis for one in analyzed for analysis in one.asked]
        return cls(
            _field([one.counts(boosts, words_of) for one in analyzed]),
            _field([one.counts(boosts, grams_of) for one in analyzed]),
            ClosestText.of(list(map(words_of, asked)), starts),
            ClosestText.of(list(map(grams_of, asked)), starts),
            encoder.encode([analysis.text for analysis in asked]) if encoder and entries else None,
            encoder.encode([fold(entry.answer) for entry in entries]) if encoder and entries else None,
        )

    def replaced(
        self, before: Sequence[Entry], after: Sequence[Entry], new: Analyses, encoder: Encoder | None, boosts: Boosts
    ) -> Self:
        """The parts of the entries `after` from those of `before`; `new` are the entries that `before` lacks.

        Entries in both keep their order, and are the same objects or equal.
        """
        places = _places(before, after)
        starts = starts_of(after)
        texts = _text_places(before, after, places)
        asked = {
            int(starts[number]) + place: analysis
            for number, one in new.items()
            for place, analysis in enumerate(one.asked)
        }
        size, text_count = len(after), sum(1 + len(entry.variants) for entry in after)
        words = {number: one.counts(boosts, words_of) for number, one in new.items()}
        grams = {number: one.counts(boosts, grams_of) for number, one in new.items()}
        said = {text: analysis.text for text, analysis in asked.items()}
        answers = {number: fold(after[number].answer) for number in new}
        return type(self)(
            self.words.replaced(places, size, words),
            self.readings.replaced(places, size, grams),
            self.closest_words.replaced(texts, starts, text_count, {n: words_of(one) for n, one in asked.items()}),
            self.closest_readings.replaced(texts, starts, text_count, {n: grams_of(one) for n, one in asked.items()}),
            _replaced_vectors(self.vectors, texts, text_count, said, encoder),
            _replaced_vectors(self.answer_vectors, places, size, answers, encoder),
        )

    def to_bytes(self) -> bytes:
        """Everything as one NumPy archive, without pickles."""
        arrays: Arrays = {}
        for name in FIELDS:
            bm25 = getattr(self, name).bm25
            arrays |= bm25.postings.arrays(name)
            arrays |= {f"{name}.lengths": bm25.lengths, f"{name}.idfs": bm25.idfs}
        for name in CLOSEST:
            closest = getattr(self, name)
            arrays |= closest.postings.arrays(name) | {f"{name}.starts": closest.starts}
        for name in VECTORS:
            vectors = getattr(self, name)
            if vectors is not None:
                arrays[name] = vectors
        archive = io.BytesIO()
        np.savez(archive, allow_pickle=False, **arrays)
        return archive.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """The parts behind `to_bytes`."""
        with np.load(io.BytesIO(body), allow_pickle=False) as archive:
            arrays = dict(archive)
        words, readings = (
            Field(Bm25(Postings.from_arrays(n, arrays), arrays[f"{n}.lengths"], arrays[f"{n}.idfs"], K1, B))
            for n in FIELDS
        )
        closest_words, closest_readings = (
            ClosestText(Postings.from_arrays(n, arrays), arrays[f"{n}.starts"]) for n in CLOSEST
        )
        return cls(words, readings, closest_words, closest_readings, *map(arrays.get, VECTORS))


def _field(documents: Sequence[Counts]) -> Field:
    lengths = np.array([sum(counts.values()) for counts in documents], dtype=np.int64)
    return Field(Bm25.of_postings(Postings.of(documents), lengths, K1, B))


def _places(before: Sequence[Entry], after: Sequence[Entry]) -> Numbers:
    """The number of each entry of `before` in `after`, -1 for those that are not in it."""
    numbers = {entry.id: number for number, entry in enumerate(after)}
    found = [numbers.get(entry.id, -1) for entry in before]
    return np.array([n if n >= 0 and after[n] == entry else -1 for n, entry in zip(found, before, strict=True)])


def _text_places(before: Sequence[Entry], after: Sequence[Entry], places: Numbers) -> Numbers:
    """The same for the texts of the entries."""
    counts = np.array([1 + len(entry.variants) for entry in before], dtype=np.int64)
    firsts = np.where(places >= 0, starts_of(after)[places], -1)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    moved = np.repeat(firsts, counts)
    return np.where(moved >= 0, moved + within, -1)


def _replaced_vectors(
    vectors: Vectors | None, places: Numbers, size: int, added: Mapping[int, str], encoder: Encoder | None
) -> Vectors | None:
    if vectors is None or encoder is None:
        return None
    moved = np.empty((size, vectors.shape[1]), dtype=vectors.dtype)
    moved[places[places >= 0]] = vectors[places >= 0]
    if added:
        moved[list(added)] = encoder.encode(list(added.values()))
    return moved
