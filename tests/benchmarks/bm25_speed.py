"""BM25 one query at a time, at 1,000, 10,000 and 100,000 documents, against rank-bm25 and bm25s.

Same formula, same constants, same tokens: words drawn from the shipped entries by a long-tailed
distribution (seeded). Prints median times, ratios, whether all three agree on the ten best
documents, and what the postings take in memory.
"""

import statistics
import time
from collections.abc import Callable, Sequence

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

import bm25s
import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.parameters import MAX_CANDIDATES
from index.ranking.bm25 import Bm25
from index.ranking.postings import best
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.folder import SHIPPED

SIZES = (1_000, 10_000, 100_000)
LENGTH = 40  # terms a document, about what a question with an answer has
QUERIES = 200
SLOW_QUERIES = 10  # asked of rank-bm25, whose walk over all documents takes long and hardly varies
K1, B = 1.2, 0.75


def main() -> None:
    """Measure every size and print."""
    random = np.random.default_rng(1)
    words = _vocabulary()
    print(f"k1={K1}, b={B}; {LENGTH} terms a document; median of one query, milliseconds")
    print("documents | ours | rank-bm25 | bm25s | × rank-bm25 | × bm25s | same ten best | postings MB")
    for size in SIZES:
        documents = [_draw(random, words, LENGTH) for _ in range(size)]
        queries = [_draw(random, words, int(random.integers(2, 9))) for _ in range(QUERIES)]
        _compare(documents, [list(dict.fromkeys(query)) for query in queries])


def _compare(documents: Sequence[Sequence[str]], queries: Sequence[list[str]]) -> None:
    ours = Bm25.of(documents, K1, B)
    okapi = BM25Okapi(documents, k1=K1, b=B)
    sparse = bm25s.BM25(method="robertson", idf_method="robertson", k1=K1, b=B)
    sparse.index(documents, show_progress=False)

    def by_ours(query: list[str]) -> NDArray[np.int64]:
        return best(ours.scores(query), MAX_CANDIDATES)

    def by_rank_bm25(query: list[str]) -> NDArray[np.int64]:
        return np.argsort(-okapi.get_scores(query), kind="stable")[:MAX_CANDIDATES]

    def by_bm25s(query: list[str]) -> NDArray[np.int64]:
        found, _ = sparse.retrieve([query], k=MAX_CANDIDATES, show_progress=False)
        return np.asarray(found[0])

    mine, slow, theirs = (
        _median(by_ours, queries),
        _median(by_rank_bm25, queries[:SLOW_QUERIES]),
        _median(by_bm25s, queries),
    )
    same = all(_same_best(okapi.get_scores(query), by_ours(query), by_bm25s(query)) for query in queries[:SLOW_QUERIES])
    postings = ours.postings
    arrays = (postings.documents, postings.counts, postings.bounds, ours.weights, ours.idfs, ours.lengths)
    megabytes = sum(array.nbytes for array in arrays) / 1e6
    print(
        f"{len(documents):,} | {mine:.3f} | {slow:.1f} | {theirs:.3f} | {slow / mine:.0f} | {theirs / mine:.1f} | "
        f"{'yes' if same else 'NO'} | {megabytes:.0f}"
    )


def _same_best(scores: NDArray[np.float64], *found: NDArray[np.int64]) -> bool:
    """Whether each of `found` has the ten highest scores; equally high documents may change places."""
    highest = np.sort(scores)[::-1][:MAX_CANDIDATES]
    return all(np.allclose(np.sort(scores[numbers])[::-1], highest, rtol=1e-4) for numbers in found)


def _vocabulary() -> list[str]:
    analyzer = Analyzer(Tokenizer())
    texts = [text for located in SHIPPED.read_entries() for text in (*located.entry.variants, located.entry.answer)]
    words = list(dict.fromkeys(term for text in texts for term in analyzer.plain_terms(text)))
    return [f"{word}{number or ''}" for number in range(10) for word in words]


def _draw(random: np.random.Generator, words: Sequence[str], count: int) -> list[str]:
    """Words with a long tail: the most frequent is in every fifth document, half of the others in a few hundred."""
    places = (len(words) * random.random(count) ** 2).astype(int)
    return [words[place] for place in places]


def _median(find: Callable[[list[str]], object], queries: Sequence[list[str]]) -> float:
    """Median milliseconds of one query, after a warm-up."""
    find(queries[0])
    times = []
    for query in queries:
        started = time.perf_counter()
        find(query)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1_000


if __name__ == "__main__":
    main()
