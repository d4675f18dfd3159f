"""How fast an index is built, and how fast one edit is in it at 10,000 entries.

Prints documents a second, and the build's time as a multiple of the bare MeCab parse of the same
texts; then the time from one edited entry to the new index, with and without the encoder, and the
memory of both indexes.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

import fugashi
import numpy as np

from index.encoder.encoder import Encoder, load_encoder
from index.ranking.entry_index import EntryIndex
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry
from knowledge.folder import SHIPPED

ENTRIES = 10_000
VARIANTS = 5  # an entry in the large knowledge base
RUNS = 7


def main() -> None:
    """Measure and print."""
    shipped = [located.entry for located in SHIPPED.read_entries()]
    analyzer = Analyzer(Tokenizer(), SHIPPED.read_synonyms())
    _build(shipped, analyzer)
    large = _grown(shipped)
    for name, encoder in (("lexical", None), ("with the encoder", load_encoder())):
        _edit(name, large, analyzer, encoder)


def _build(shipped: list[Entry], analyzer: Analyzer) -> None:
    texts = [text for one in shipped for text in (one.question, *one.variants, one.answer, one.category)]
    tagger = fugashi.Tagger()
    EntryIndex(shipped, analyzer)  # words are remembered from now on, as in any process after its start
    parse = _median(lambda: [tagger.parse(text) for text in texts])
    build = _median(lambda: EntryIndex(shipped, analyzer))
    print(f"build: {len(texts) / build:,.0f} texts a second = {build / parse:.2f} × the bare MeCab parse")


def _edit(name: str, entries: list[Entry], analyzer: Analyzer, encoder: Encoder | None) -> None:
    started = time.perf_counter()
    index = EntryIndex(entries, analyzer, encoder)
    built = time.perf_counter() - started
    edited = replace(entries[5_000], answer="改めました。1回につき99円です。", variants=("新しい言い方ですか",))
    changed = [*entries[:5_000], edited, *entries[5_001:]]
    query = index.query("一回につきいくらですか")
    index.rank(query)
    seconds = _median(lambda: index.replaced(changed).rank(query))
    print(
        f"{len(entries):,} entries, {len(index.texts):,} texts, {name}: built in {built:.1f} s, "
        f"{_megabytes(index):.0f} MB; after one edit it ranks in {seconds:.2f} s"
    )


def _grown(shipped: list[Entry]) -> list[Entry]:
    """Entries in the shipped ones' words: questions, answers and variants of different entries, mixed (seeded)."""
    random = np.random.default_rng(1)
    variants = [variant for entry in shipped for variant in entry.variants]
    grown = []
    for number in range(ENTRIES):
        base, other = (shipped[place] for place in random.integers(len(shipped), size=2))
        chosen = tuple(dict.fromkeys(variants[place] for place in random.integers(len(variants), size=VARIANTS)))
        question = f"{base.question[:-1]}（{other.category}{number}）"
        grown.append(replace(base, id=f"e{number:05}", question=question, answer=other.answer, variants=chosen))
    return grown


def _megabytes(index: EntryIndex) -> float:
    held = index.arrays
    postings = [field.bm25.postings for field in (held.words, held.readings)]
    postings += [held.closest_words.postings, held.closest_readings.postings]
    arrays: list[np.ndarray[Any, Any]] = [
        array for one in postings for array in (one.documents, one.counts, one.bounds)
    ]
    arrays += [held.words.bm25.weights, held.readings.bm25.weights]
    vectors = [held.meanings.vectors, held.meanings.answer_vectors] if held.meanings else []
    return sum(array.nbytes for array in (*arrays, *vectors)) / 1e6


def _median(action: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
