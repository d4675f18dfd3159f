"""Postings: for each term the documents that hold it, in arrays; built at once or patched after an edit."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]  # one number per document
Numbers = NDArray[np.int64]
Arrays = dict[str, NDArray[np.generic]]
Counts = Mapping[str, int]  # how often each term stands in a document


def best(scores: Scores, count: int) -> Numbers:
    """The numbers of the `count` highest scores, best first; equal scores in the order of documents.

    Most documents hold no term of a query, so only positive scores are sorted if there are enough.
    """
    numbers = np.flatnonzero(scores > 0)
    if len(numbers) < count:
        numbers = np.arange(len(scores))
    lost = -scores[numbers]
    if len(numbers) > count:
        near = lost <= np.partition(lost, count - 1)[count - 1]
        numbers, lost = numbers[near], lost[near]
    return numbers[np.argsort(lost, kind="stable")[:count]]


@dataclass(frozen=True)
class Postings:
    """The postings of `terms[i]` are those from `bounds[i]` to `bounds[i + 1]`, in the order of documents.

    `documents` and `counts` lie side by side; `size` is the number of documents.
    """

    size: int
    terms: tuple[str, ...]
    bounds: Numbers
    documents: NDArray[np.int32]
    counts: NDArray[np.float32]

    @classmethod
    def of(cls, documents: Iterable[Counts]) -> Self:
        """The postings of documents given as term counts; each is read once and not kept."""
        vocabulary: dict[str, int] = {}
        numbers, counted, sizes = array("q"), array("f"), []
        for document in documents:
            numbers.extend([vocabulary.setdefault(term, len(vocabulary)) for term in document])
            counted.extend(document.values())
            sizes.append(len(document))
        owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        of_term = np.array(numbers, dtype=np.int64)
        order = np.argsort(of_term, kind="stable")
        bounds = np.searchsorted(of_term[order], np.arange(len(vocabulary) + 1))
        return cls(len(sizes), tuple(vocabulary), bounds, owners[order], np.array(counted, dtype=np.float32)[order])

    @property
    def frequencies(self) -> Numbers:
        """The document frequency of each term."""
        return np.diff(self.bounds)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each term: its place in `terms`."""
        return dict(zip(self.terms, range(len(self.terms)), strict=True))

    @cached_property
    def _bounds(self) -> list[int]:
        """The bounds as Python's numbers, of which each takes half the time to read."""
        bounds: list[int] = self.bounds.tolist()
        return bounds

    def sums(self, terms: Iterable[str], weights: Scores) -> Scores:
        """For every document the sum of the `weights` (one per posting) of `terms`; a term given twice counts twice."""
        bounds, numbers = self._bounds, self.numbers
        spans = [
            slice(bounds[number], bounds[number + 1]) for term in terms if (number := numbers.get(term)) is not None
        ]
        if not spans:
            return np.zeros(self.size)
        documents = np.concatenate([self.documents[span] for span in spans])
        summed = np.bincount(documents, np.concatenate([weights[span] for span in spans]), self.size)
        return summed.astype(np.float64, copy=False)

    def replaced(self, places: Numbers, size: int, added: Mapping[int, Counts]) -> Self:
        """The postings after an edit, equal to newly built ones except for the order of terms.

        `places` gives each old document its number among the `size` new ones, or -1 if it is gone;
        those that stay keep their order. `added` has the new documents by their numbers.
        """
        moved = places[self.documents]
        stays = moved >= 0
        owners = np.repeat(np.arange(len(self.terms)), self.frequencies)[stays]
        vocabulary = dict(self.numbers)
        new = _rows(added, vocabulary)
        at = np.searchsorted(owners * size + moved[stays], new[:, 0] * size + new[:, 1])
        owners = np.insert(owners, at, new[:, 0])
        documents = np.insert(moved[stays].astype(np.int32), at, new[:, 1])
        counts = np.insert(self.counts[stays], at, new[:, 2])
        frequencies = np.bincount(owners, minlength=len(vocabulary))
        used = frequencies > 0
        terms = tuple(term for term, is_used in zip(vocabulary, used.tolist(), strict=True) if is_used)
        bounds = np.concatenate([[0], np.cumsum(frequencies[used])])
        return type(self)(size, terms, bounds, documents, counts)

    def arrays(self, name: str) -> Arrays:
        """The postings as arrays for an archive, under names that begin with `name`."""
        return {
            f"{name}.size": np.array(self.size),
            f"{name}.terms": np.frombuffer("\n".join(self.terms).encode(), np.uint8),
            f"{name}.bounds": self.bounds,
            f"{name}.documents": self.documents,
            f"{name}.counts": self.counts,
        }

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> Self:
        """The postings behind `arrays`."""
        terms = arrays[f"{name}.terms"].tobytes().decode()
        return cls(
            int(arrays[f"{name}.size"]),
            tuple(terms.split("\n")) if terms else (),
            np.asarray(arrays[f"{name}.bounds"], np.int64),
            np.asarray(arrays[f"{name}.documents"], np.int32),
            np.asarray(arrays[f"{name}.counts"], np.float32),
        )


def _rows(documents: Mapping[int, Counts], vocabulary: dict[str, int]) -> Numbers:
    """One row (number of the term, document, count) a posting, sorted; terms that are new join `vocabulary`."""
    each = documents.values()
    terms = np.array([vocabulary.setdefault(term, len(vocabulary)) for one in each for term in one], dtype=np.int64)
    counts = np.array([count for one in each for count in one.values()], dtype=np.int64)
    owners = np.repeat(np.array(list(documents), dtype=np.int64), [len(one) for one in each])
    return np.stack([terms, owners, counts], axis=1)[np.lexsort((owners, terms))]
