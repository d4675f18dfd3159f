"""How much of the personal data of tests/privacy.tsv is hidden, and how much of what only looks like it stays.

A find is right when it has the kind and the exact place that the corpus marks. Prints precision and
recall for every kind and overall, and with --lost every question with a miss. Run by `make bench`.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.privacy.redaction import Found, find_personal

CORPUS = Path(__file__).parents[1] / "privacy.tsv"
OPEN, CLOSE = "⟦", "⟧"


@dataclass(frozen=True, slots=True)
class Example:
    """A question of the corpus, without its marks, and what is personal in it."""

    text: str
    personal: frozenset[Found]


@dataclass(slots=True)
class Measure:
    """Counts by kind: marked in the corpus, found, and found rightly."""

    marked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def precision(self, kind: str | None = None) -> float:
        """The share of what was found that is right; of one kind or overall."""
        return _share(self.right, self.found, kind)

    def recall(self, kind: str | None = None) -> float:
        """The share of what is marked that was found; of one kind or overall."""
        return _share(self.right, self.marked, kind)


def read_corpus(path: Path = CORPUS) -> list[Example]:
    """Every question of the corpus."""
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    return [_example(*row.split("\t")) for row in rows]


def measure(examples: list[Example]) -> Measure:
    """What redaction finds in the corpus."""
    measured = Measure()
    for example in examples:
        found = set(find_personal(example.text))
        measured.marked.update(one.kind for one in example.personal)
        measured.found.update(one.kind for one in found)
        measured.right.update(one.kind for one in found & example.personal)
    return measured


def main() -> None:
    """Print the figures."""
    examples = read_corpus()
    if "--lost" in sys.argv:
        for example in examples:
            for sign, ones in (("-", example.personal - _found(example)), ("+", _found(example) - example.personal)):
                for one in sorted(ones, key=lambda one: one.start):
                    print(f"{sign} {one.kind} 「{example.text[one.start : one.end]}」 {example.text}")
    measured = measure(examples)
    print(f"{sum(bool(one.personal) for one in examples)} questions with personal data, ", end="")
    print(f"{sum(not one.personal for one in examples)} that only look like it")
    for kind in (*sorted(measured.marked), None):
        marked = measured.marked[kind] if kind else measured.marked.total()
        precision, recall = measured.precision(kind), measured.recall(kind)
        print(f"{kind or 'overall'}: precision {precision:.3f}, recall {recall:.3f} ({marked} marked)")


def _found(example: Example) -> frozenset[Found]:
    return frozenset(find_personal(example.text))


def _example(marked: str, kinds: str) -> Example:
    pieces = list(_pieces(marked))
    spans = [(start, end) for start, end, personal in pieces if personal]
    text = marked.replace(OPEN, "").replace(CLOSE, "")
    names = kinds.split(",") if spans else []
    return Example(text, frozenset(Found(*span, kind) for span, kind in zip(spans, names, strict=True)))


def _pieces(marked: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is personal of every stretch of the text without its marks."""
    position = 0
    for index, piece in enumerate(marked.replace(CLOSE, OPEN).split(OPEN)):
        yield position, position + len(piece), index % 2 == 1
        position += len(piece)


def _share(right: Counter[str], of: Counter[str], kind: str | None) -> float:
    part, whole = (right[kind], of[kind]) if kind else (right.total(), of.total())
    return part / whole if whole else 1.0


if __name__ == "__main__":
    main()
