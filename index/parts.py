"""The numbers of an index apart from its entries: built from texts, or read back from bytes at a start."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from index.analyzer import Analysis, Analyzer, fold
from index.bm25 import Bm25, Postings
from index.encoder import Encoder, Vectors
from index.fields import ClosestText, Field
from index.parameters import K1, B
from index.ranking import Boosts
from knowledge.entry import Entry


def texts_of(entries: Sequence[Entry]) -> list[str]:
    """The texts of all entries in which people ask: each question, then its variants."""
    return [text for entry in entries for text in (entry.question, *entry.variants)]


def starts_of(entries: Sequence[Entry]) -> NDArray[np.int64]:
    """The number of each entry's question among `texts_of`."""
    counts = np.array([1 + len(entry.variants) for entry in entries], dtype=np.int64)
    return np.cumsum(counts) - counts


def boosted(
    analyses: Sequence[Analysis], answer: Analysis, category: Analysis, boosts: Boosts
) -> list[tuple[Analysis, int]]:
    """An entry's fields with their boosts; `analyses` are those of its question and variants."""
    return [
        (analyses[0], boosts.question),
        *((analysis, boosts.variants) for analysis in analyses[1:]),
        (answer, boosts.answer),
        (category, boosts.category),
    ]


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
        cls,
        entries: Sequence[Entry],
        analyses: Sequence[Analysis],
        analyzer: Analyzer,
        encoder: Encoder | None,
        boosts: Boosts,
    ) -> Self:
        """`analyses` belong to `texts_of(entries)`."""
        starts = starts_of(entries)
        words: list[list[str]] = []
        readings: list[list[str]] = []
        for entry, start in zip(entries, starts.tolist(), strict=True):
            asked = analyses[start : start + 1 + len(entry.variants)]
            fields = boosted(asked, analyzer.analyze(entry.answer), analyzer.analyze(entry.category), boosts)
            words.append([term for analysis, boost in fields for term in analysis.terms * boost])
            readings.append([gram for analysis, boost in fields for gram in analysis.grams * boost])
        return cls(
            Field(Bm25.of(words, K1, B)),
            Field(Bm25.of(readings, K1, B)),
            ClosestText.of([analysis.terms for analysis in analyses], starts),
            ClosestText.of([analysis.grams for analysis in analyses], starts),
            encoder.encode([analysis.text for analysis in analyses]) if encoder and entries else None,
            encoder.encode([fold(entry.answer) for entry in entries]) if encoder and entries else None,
        )

    def to_bytes(self) -> bytes:
        """Everything as one NumPy archive, without pickles."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for name in ("words", "readings"):
            bm25 = getattr(self, name).bm25
            arrays |= _postings_arrays(name, bm25.postings)
            arrays[f"{name}.idfs"] = bm25.idfs
            arrays[f"{name}.constants"] = np.array([bm25.mean_length, bm25.k1, bm25.b])
        for name in ("closest_words", "closest_readings"):
            closest = getattr(self, name)
            arrays |= _postings_arrays(name, closest.postings)
            arrays[f"{name}.starts"] = closest.starts
        for name in ("vectors", "answer_vectors"):
            vectors = getattr(self, name)
            if vectors is not None:
                arrays[name] = vectors
        archive = io.BytesIO()
        np.savez(archive, allow_pickle=False, **arrays)
        return archive.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """The parts behind `to_bytes`."""
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return cls(
                _field("words", arrays),
                _field("readings", arrays),
                ClosestText(_postings("closest_words", arrays), arrays["closest_words.starts"]),
                ClosestText(_postings("closest_readings", arrays), arrays["closest_readings.starts"]),
                arrays.get("vectors"),
                arrays.get("answer_vectors"),
            )


def _field(name: str, arrays: NpzFile) -> Field:
    mean_length, k1, b = arrays[f"{name}.constants"].tolist()
    return Field(Bm25(_postings(name, arrays), arrays[f"{name}.idfs"], mean_length, k1, b))


def _postings_arrays(name: str, postings: Postings) -> dict[str, NDArray[np.generic]]:
    return {
        f"{name}.size": np.array(postings.size),
        f"{name}.terms": np.frombuffer("\n".join(postings.terms).encode(), np.uint8),
        f"{name}.bounds": postings.bounds,
        f"{name}.documents": postings.documents,
        f"{name}.weights": postings.weights,
    }


def _postings(name: str, arrays: NpzFile) -> Postings:
    terms = arrays[f"{name}.terms"].tobytes().decode()
    return Postings(
        int(arrays[f"{name}.size"]),
        tuple(terms.split("\n")) if terms else (),
        arrays[f"{name}.bounds"],
        arrays[f"{name}.documents"],
        arrays[f"{name}.weights"],
    )
