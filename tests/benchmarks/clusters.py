"""How well questions are grouped by meaning, with questions of one entry standing for one meaning.

Two sets: the judged queries, and the questions and variants of the declining entries, which are what
gaps look like. The index knows none of the entries asked for, as with real gaps. The cut is chosen on
one half of the entries and measured on the other. Prints pairwise and B-cubed precision and recall (an
entry covers several questions, so that recall is far from 1 even for a person), and the time for 2,000.
"""

import hashlib
import time
from collections.abc import Sequence

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

import numpy as np

from index.encoder.encoder import Encoder, load_encoder
from index.gaps.clusters import MIN_GROUP_LIKENESS, cluster, likeness, linked
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Query
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry
from knowledge.folder import SHIPPED

Labelled = tuple[str, str]  # a question and its entry
CUTS = (0.26, 0.30, 0.32, MIN_GROUP_LIKENESS, 0.36, 0.40)
MANY = 2_000


def main() -> None:
    """Measure and print."""
    entries = [located.entry for located in SHIPPED.read_entries()]
    analyzer = Analyzer(Tokenizer(), SHIPPED.read_synonyms())
    sets = {"judged": _judged(), "declining": _declining(entries)}
    print("set | encoder | half | cut | pairwise precision, recall | B-cubed precision, recall | groups / questions")
    for mode, encoder in (("no", None), ("yes", load_encoder())):
        for name, labelled in sets.items():
            for half in (0, 1):
                asked = [one for one in labelled if _half(one[1]) == half]
                _measure(f"{name} | {mode}", half, asked, entries, analyzer, encoder)
        _time(
            [text for labelled in sets.values() for text, _ in labelled][:MANY], EntryIndex(entries, analyzer, encoder)
        )


def _judged() -> list[Labelled]:
    queries = SHIPPED.read_judged()
    return [(query.text, query.entries[0]) for query in queries if len(query.entries) == 1]


def _declining(entries: Sequence[Entry]) -> list[Labelled]:
    declining = [entry for entry in entries if entry.declines]
    return [(text, entry.id) for entry in declining for text in (entry.question, *entry.variants)]


def _half(entry_id: str) -> int:
    return hashlib.sha256(entry_id.encode()).digest()[0] % 2


def _measure(  # noqa: PLR0917  # all of a measurement, named by its callers
    name: str,
    half: int,
    asked: Sequence[Labelled],
    entries: Sequence[Entry],
    analyzer: Analyzer,
    encoder: Encoder | None,
) -> None:
    hidden = {entry_id for _, entry_id in asked}
    index = EntryIndex([entry for entry in entries if entry.id not in hidden], analyzer, encoder)
    alike = likeness(_queries([text for text, _ in asked], index), index)
    _, labels = np.unique([entry_id for _, entry_id in asked], return_inverse=True)
    for cut in CUTS if half == 0 else (MIN_GROUP_LIKENESS,):
        groups = linked(alike, cut)
        found = np.zeros(len(asked), dtype=np.int64)
        for number, group in enumerate(groups):
            found[group] = number
        figures = " | ".join(f"{precision:.3f}, {recall:.3f}" for precision, recall in _agreement(found, labels))
        kind = ("chosen on", "unseen")[half]
        print(f"{name} | {kind} | {cut:.2f} | {figures} | {len(groups)} / {len(asked)}")


def _agreement(found: np.ndarray, labels: np.ndarray) -> list[tuple[float, float]]:
    """Precision and recall of the pairs that are together, and of B-cubed (Bagga and Baldwin 1998)."""
    together, belong = found[:, None] == found, labels[:, None] == labels
    both = (together & belong).sum(axis=1)
    pairs = both.sum() - len(found)
    paired, wanted = (kind.sum() - len(found) for kind in (together, belong))
    of_each = [float((both / kind.sum(axis=1)).mean()) for kind in (together, belong)]
    return [(pairs / max(paired, 1), pairs / max(wanted, 1)), (of_each[0], of_each[1])]


def _queries(texts: Sequence[str], index: EntryIndex) -> list[Query]:
    return [index.query(text) for text in texts]


def _time(texts: Sequence[str], index: EntryIndex) -> None:
    queries = _queries(texts, index)
    started = time.perf_counter()
    groups = cluster(queries, index)
    print(f"{len(texts):,} questions in {len(groups):,} groups after {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
