"""BM25 behind postings gives rank-bm25's scores, for any documents and any query."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.bm25 import Bm25, Postings

TERM = st.sampled_from([*"abcdefghij", "解約", "転送", "番号"])
DOCUMENTS = st.lists(st.lists(TERM, max_size=12), min_size=1, max_size=12).filter(any)
QUERY = st.lists(TERM | st.just("unknown"), max_size=8)
CONSTANTS = st.sampled_from([(1.5, 0.75), (0.4, 0.7), (0.9, 0.4), (2.0, 0.0), (1.2, 0.9)])


@given(DOCUMENTS, QUERY, CONSTANTS)
def test_scores_are_those_of_rank_bm25(
    documents: list[list[str]], query: list[str], constants: tuple[float, float]
) -> None:
    k1, b = constants
    expected = BM25Okapi(documents, k1=k1, b=b).get_scores(query)
    np.testing.assert_allclose(Bm25.of(documents, k1, b).scores(query), expected, rtol=1e-12, atol=1e-12)


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
    assert postings.scores(["a"]).tolist() == [1.0, 0.0, 3.0]
    assert postings.scores(["a", "a", "b", "z"]).tolist() == [2.0, 2.0, 7.0]


def test_a_term_nobody_holds_counts_as_the_rarest_in_a_querys_information() -> None:
    bm25 = Bm25.of([["a", "b"], ["a"], ["a"], ["a", "c"]], 1.5, 0.75)
    assert bm25.information(["z"]) == bm25.max_idf == bm25.idf["b"]
