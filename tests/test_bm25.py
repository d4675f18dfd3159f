"""BM25 behind postings gives rank-bm25's scores, for any documents and any query."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.ranking.bm25 import Bm25
from index.ranking.postings import Postings, best

TERM = st.sampled_from([*"abcdefghij", "解約", "転送", "番号"])
DOCUMENTS = st.lists(st.lists(TERM, max_size=12), min_size=1, max_size=12).filter(any)
QUERY = st.lists(TERM | st.just("unknown"), max_size=8)
CONSTANTS = st.sampled_from([(1.5, 0.75), (0.4, 0.7), (0.9, 0.4), (2.0, 0.0), (1.2, 0.9)])


@given(DOCUMENTS, QUERY, CONSTANTS)
def test_scores_are_those_of_rank_bm25(
    documents: list[list[str]], query: list[str], constants: tuple[float, float]
) -> None:
    k1, b = constants
    reference = BM25Okapi(documents, k1=k1, b=b)
    if max(reference.idf.values()) <= 0:  # below
        return
    expected = reference.get_scores(query)
    np.testing.assert_allclose(Bm25.of(documents, k1, b).scores(query), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("documents", [[["a", "b"]], [["a", "b"], ["a", "c"]], [["a"], ["a"], ["a"]]])
def test_where_no_term_tells_documents_apart_all_weigh_the_same(documents: list[list[str]]) -> None:
    bm25 = Bm25.of(documents, 0.4, 0.7)
    assert set(bm25.idf.values()) == {1.0}
    assert bm25.unknown_share(["a", "z"]) == 0.5
    assert (bm25.scores(["a"]) > 0).all()


@given(DOCUMENTS, QUERY)
def test_a_document_scored_by_itself_scores_as_in_the_index(documents: list[list[str]], query: list[str]) -> None:
    bm25 = Bm25.of(documents, 0.4, 0.7)
    scores = bm25.scores(dict.fromkeys(query))
    for number, document in enumerate(documents):
        counts = {term: document.count(term) for term in document}
        assert abs(bm25.score_of(counts, dict.fromkeys(query)) - scores[number]) < 1e-9


def test_no_documents_and_empty_documents_score_nothing() -> None:
    assert Bm25.of([], 1.5, 0.75).scores(["a"]).tolist() == []
    assert Bm25.of([[], []], 1.5, 0.75).scores(["a"]).tolist() == [0.0, 0.0]


def test_only_documents_that_hold_a_term_are_touched() -> None:
    postings = Postings.of([{"a": 1}, {"b": 2}, {"a": 3, "b": 1}])
    weights = postings.counts.astype(float)
    assert postings.sums(["a"], weights).tolist() == [1.0, 0.0, 3.0]
    assert postings.sums(["a", "a", "b", "z"], weights).tolist() == [2.0, 2.0, 7.0]


def test_a_term_nobody_holds_counts_as_the_rarest_in_a_querys_information() -> None:
    bm25 = Bm25.of([["a", "b"], ["a"], ["a"], ["a", "c"]], 1.5, 0.75)
    assert bm25.information(["z"]) == bm25.max_idf == bm25.idf["b"]


@given(DOCUMENTS, DOCUMENTS, st.lists(st.booleans(), min_size=12, max_size=12), QUERY, st.randoms())
def test_a_patched_index_scores_as_one_built_anew(
    documents: list[list[str]], new: list[list[str]], stays: list[bool], query: list[str], random: Random
) -> None:
    kept = [document for document, keep in zip(documents, stays, strict=False) if keep]
    after: list[tuple[list[str], bool]] = [(document, True) for document in kept]
    for document in new:
        after.insert(random.randint(0, len(after)), (document, False))
    numbers = iter([number for number, (_, old) in enumerate(after) if old])
    places = np.array([next(numbers) if keep else -1 for keep in stays[: len(documents)]], dtype=np.int64)
    added = {number: Counter(document) for number, (document, old) in enumerate(after) if not old}
    patched = Bm25.of(documents, 0.9, 0.4).replaced(places, len(after), added)
    rebuilt = Bm25.of([document for document, _ in after], 0.9, 0.4)
    np.testing.assert_allclose(patched.scores(query), rebuilt.scores(query), rtol=1e-12, atol=1e-12)
    assert patched.idf == pytest.approx(rebuilt.idf)
    assert patched.mean_length == rebuilt.mean_length


@given(st.lists(st.sampled_from([-1.5, 0.0, 0.25, 0.5, 2.0]), max_size=80), st.integers(1, 12))
def test_the_best_are_those_a_full_stable_sort_puts_first(values: list[float], count: int) -> None:
    scores = np.array(values, dtype=np.float64)
    assert best(scores, count).tolist() == np.argsort(-scores, kind="stable")[:count].tolist()
