"""Postings, fields and rankings give what a plain reading of their definitions gives.

1. Postings survive archives and edits, and sum weights as a loop over documents does.
2. A field's share is BM25 divided by the query's information; the closest text is by Dice with idf weights.
3. A ranking orders by score, shares belief by softmax, and puts any one entry last.
"""

from collections import Counter
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder.encoder import Encoder
from index.parameters import MAX_CANDIDATES, MAX_QUERY
from index.ranking.bm25 import Bm25
from index.ranking.field_scores import ClosestText, Field
from index.ranking.postings import Postings
from index.ranking.ranking import (
    LAST,
    LEXICAL,
    PRIORS,
    SEMANTIC,
    Query,
    Ranking,
    read_boosts,
    read_learned,
    read_weights,
)
from index.text.analyzer import Analysis, Analyzer
from knowledge.entry import Entry

TERM = st.sampled_from([*"abcdef", "解約", "free dial"])
TEXTS = st.lists(st.lists(TERM, max_size=6), min_size=1, max_size=8)
QUERY = st.lists(TERM | st.just("unknown"), max_size=6)

# -- postings -------------------------------------------------------------------------------------


def held(postings: Postings) -> dict[str, dict[int, float]]:
    """For each term its documents with their counts."""
    return {
        term: dict(zip(postings.documents[a:b].tolist(), postings.counts[a:b].tolist(), strict=True))
        for term, a, b in zip(postings.terms, postings.bounds, postings.bounds[1:], strict=False)
    }


@given(TEXTS)
def test_postings_hold_for_each_term_its_documents_in_order(texts: list[list[str]]) -> None:
    postings = Postings.of([Counter(text) for text in texts])
    expected = {term: {n: text.count(term) for n, text in enumerate(texts) if term in text} for term in postings.terms}
    assert held(postings) == expected
    assert set(postings.terms) == {term for text in texts for term in text}
    assert postings.size == len(texts)
    assert postings.frequencies.tolist() == [len(documents) for documents in expected.values()]
    assert [postings.numbers[term] for term in postings.terms] == list(range(len(postings.terms)))
    for a, b in zip(postings.bounds, postings.bounds[1:], strict=False):
        assert postings.documents[a:b].tolist() == sorted(postings.documents[a:b].tolist())


@given(TEXTS)
def test_postings_survive_an_archive_beside_others(texts: list[list[str]]) -> None:
    one, other = Postings.of([Counter(text) for text in texts]), Postings.of([{"z": 3}, {}])
    arrays = one.arrays("one") | other.arrays("other")
    for name, postings in (("one", one), ("other", other)):
        again = Postings.from_arrays(name, arrays)
        assert (held(again), again.size, again.terms) == (held(postings), postings.size, postings.terms)
        assert (again.bounds.dtype, again.documents.dtype, again.counts.dtype) == (np.int64, np.int32, np.float32)


@given(TEXTS, QUERY)
def test_sums_are_those_of_a_loop(texts: list[list[str]], query: list[str]) -> None:
    postings = Postings.of([Counter(text) for text in texts])
    weights = np.arange(1.0, len(postings.documents) + 1)
    expected = [0.0] * len(texts)
    for term in query:
        if term in postings.terms:
            number = postings.terms.index(term)
            for place in range(postings.bounds[number], postings.bounds[number + 1]):
                expected[postings.documents[place]] += weights[place]
    sums = postings.sums(query, weights)
    assert (sums.tolist(), sums.dtype) == (expected, np.float64)


@pytest.mark.parametrize(
    ("places", "added"),
    [
        ([0, 1, 2], {}),  # nothing changes
        ([-1, -1, -1], {0: {"a": 1}}),  # everything goes
        ([1, -1, 2], {0: {"b": 2, "new": 1}}),  # one goes, one comes before the others
        ([0, 1, 2], {3: {"a": 5}, 4: {}}),  # new ones at the end, an empty one among them
        ([-1, 0, 1], {}),  # a term goes with its only document
        ([1, 2, 4], {0: {"a": 9, "b": 9}, 3: {"a": 1, "b": 9}}),  # between the others, with other counts
    ],
)
def test_patched_postings_are_those_built_anew(places: list[int], added: dict[int, dict[str, int]]) -> None:
    before = [{"only": 1, "a": 2}, {"a": 1, "b": 3}, {"b": 1, "c": 1}]
    after = dict(added) | {new: before[old] for old, new in enumerate(places) if new >= 0}
    documents = [after[number] for number in range(len(after))]
    patched = Postings.of(before).replaced(np.array(places), len(documents), added)
    rebuilt = Postings.of(documents)
    assert held(patched) == held(rebuilt)
    assert (patched.size, set(patched.terms)) == (rebuilt.size, set(rebuilt.terms))
    for postings in (patched, rebuilt):
        assert (postings.documents.dtype, postings.counts.dtype) == (np.int32, np.float32)
        for a, b in zip(postings.bounds, postings.bounds[1:], strict=False):
            assert postings.documents[a:b].tolist() == sorted(postings.documents[a:b].tolist())


# -- BM25 and its fields --------------------------------------------------------------------------


def test_the_numbers_of_bm25_are_those_of_its_formula() -> None:
    bm25 = Bm25.of([["a", "b", "b"], ["a"], ["a", "c"], ["d"], ["e", "e"]], 1.5, 0.75)
    rare, common = log((5 - 1 + 0.5) / 1.5), log((5 - 3 + 0.5) / 3.5)
    mean = (common + 4 * rare) / 5
    assert bm25.idf == pytest.approx({"a": 0.25 * mean, "b": rare, "c": rare, "d": rare, "e": rare})
    assert bm25.max_idf == pytest.approx(rare)
    assert bm25.mean_length == pytest.approx(9 / 5)
    saturation = 1.5 * (0.25 + 0.75 * 3 / (9 / 5))
    assert bm25.scores(["b"])[0] == pytest.approx(rare * 2 * 2.5 / (2 + saturation))
    assert bm25.score_of({"b": 2, "x": 1}, ["b", "x"]) == pytest.approx(rare * 2 * 2.5 / (2 + saturation))
    assert bm25.score_of({"b": 0}, ["b"]) == 0.0
    assert bm25.information(["b", "b", "a"]) == pytest.approx(2 * rare + 0.25 * mean)
    assert Bm25.of([[], []], 1.5, 0.75).mean_length == 1.0
    assert Bm25.of([], 1.5, 0.75).max_idf == 0.0


@pytest.mark.parametrize(
    ("terms", "share"), [([], 0.0), (["a"], 0.0), (["z"], 1.0), (["b", "z", "b", "z"], 0.5), (["b", "y", "z"], 2 / 3)]
)
def test_the_unknown_share_counts_terms_that_nobody_holds_as_the_rarest(terms: list[str], share: float) -> None:
    bm25 = Bm25.of([["a", "b"], ["a"], ["c"], ["d"]], 1.5, 0.75)
    assert bm25.unknown_share(terms) == pytest.approx(share)


def test_without_any_information_there_are_no_shares() -> None:
    field = Field(Bm25.of([[], []], 1.5, 0.75))
    assert field.shares(["a"]).tolist() == [0.0, 0.0]
    assert field.share_of({"a": 1}, ["a"]) == 0.0
    assert field.bm25.unknown_share(["a"]) == 0.0


@given(TEXTS, QUERY)
def test_a_share_is_the_score_of_distinct_terms_by_their_information(texts: list[list[str]], query: list[str]) -> None:
    field = Field(Bm25.of(texts, 0.4, 0.7))
    distinct = list(dict.fromkeys(query))
    information = field.bm25.information(distinct)
    expected = field.bm25.scores(distinct) / information if information else np.zeros(len(texts))
    np.testing.assert_allclose(field.shares(query), expected)
    for number, text in enumerate(texts):
        assert field.share_of(Counter(text), query) == pytest.approx(expected[number])


def dice(texts: list[list[str]], query: list[str]) -> list[float]:
    """The idf-weighted Dice coefficients, by their definition."""
    idf = {
        term: log(1 + (len(texts) - (n := sum(term in text for text in texts)) + 0.5) / (n + 0.5))
        for text in texts
        for term in text
    }
    unknown = max(idf.values(), default=0.0)
    asked = sum(idf.get(term, unknown) for term in set(query))
    sums = [(sum(idf[t] for t in set(text) & set(query)), sum(idf[t] for t in set(text))) for text in texts]
    return [2 * shared / (said + asked + 1e-9) for shared, said in sums]


@given(TEXTS, QUERY, st.data())
def test_the_closest_text_is_the_one_of_the_greatest_dice_coefficient(
    texts: list[list[str]], query: list[str], data: st.DataObject
) -> None:
    starts = [0, *sorted(data.draw(st.sets(st.integers(1, len(texts)), max_size=3)) - {len(texts)})]
    closest = ClosestText.of(texts, np.array(starts))
    expected = dice(texts, query)
    np.testing.assert_allclose(closest.text_similarities(query), expected, atol=1e-12)
    hidden = data.draw(st.integers(0, len(texts) - 1))
    without = [0.0 if n == hidden else value for n, value in enumerate(expected)]
    np.testing.assert_allclose(closest.text_similarities(query, hidden), without, atol=1e-12)
    entries = [without[a:b] for a, b in zip(starts, [*starts[1:], len(texts)], strict=True)]
    np.testing.assert_allclose(closest.closest(np.array(without)), [max(one) for one in entries], atol=1e-12)


def test_fields_after_an_edit_are_those_built_anew() -> None:
    before, after = [["a"], ["a", "b"], ["c", "c"]], [["b", "d"], ["a", "b"], ["c", "c"]]
    places, query = np.array([-1, 1, 2]), ["a", "b", "c", "d", "z"]
    field = Field(Bm25.of(before, 0.4, 0.7)).replaced(places, 3, {0: Counter(after[0])})
    np.testing.assert_allclose(field.shares(query), Field(Bm25.of(after, 0.4, 0.7)).shares(query))
    starts = np.array([0, 2])
    closest = ClosestText.of(before, np.array([0, 1])).replaced(places, starts, 3, {0: after[0]})
    anew = ClosestText.of(after, starts).text_similarities(query)
    np.testing.assert_allclose(closest.text_similarities(query), anew)
    assert closest.starts.tolist() == [0, 2]


# -- rankings -------------------------------------------------------------------------------------

ENTRIES = tuple(Entry(id=f"e{n:02}", category="c", question=f"q{n}", answer="a") for n in range(MAX_CANDIDATES + 3))


def ranked(scores: list[float]) -> Ranking:
    query = Query("q", Analysis("q", ("q",), ("q",), ("q",), ()), None)
    return Ranking(query, ENTRIES[: len(scores)], ("one",), np.array([scores]), np.array(scores), ())


def test_a_ranking_shares_belief_by_softmax_and_orders_by_score() -> None:
    ranking = ranked([0.5, 2.0, -1.0, 2.0])
    total = exp(0.5) + 2 * exp(2) + exp(-1)
    assert ranking.order == [1, 3, 0, 2]
    assert ranking.shares.tolist() == pytest.approx([exp(x) / total for x in (0.5, 2.0, -1.0, 2.0)])
    assert [(hit.entry.id, hit.score) for hit in ranking.hits] == [
        ("e01", 2.0), ("e03", 2.0), ("e00", 0.5), ("e02", -1.0),
    ]  # fmt: skip
    assert [hit.share for hit in ranking.hits] == pytest.approx([ranking.shares[n] for n in ranking.order])
    huge = ranked([1_000.0, 999.0])
    assert huge.shares.tolist() == pytest.approx([1 / (1 + exp(-1)), 1 / (1 + exp(1))])


def test_a_ranking_shows_no_more_than_its_best() -> None:
    ranking = ranked([float(n) for n in range(len(ENTRIES))])
    assert len(ranking.order) == len(ranking.hits) == MAX_CANDIDATES == 10
    assert ranking.hits[0].entry == ENTRIES[-1]


def test_without_an_entry_it_is_last_and_the_others_are_as_they_were() -> None:
    ranking = ranked([3.0, 2.0, 1.0])
    without = ranking.without(ENTRIES[0])
    assert without.order == [1, 2, 0]
    assert without.scores.tolist() == [LAST, 2.0, 1.0]
    assert ranking.scores.tolist() == [3.0, 2.0, 1.0]
    assert (without.query, without.entries, without.names) == (ranking.query, ranking.entries, ranking.names)


def test_of_a_long_question_the_beginning_is_read(analyzer: Analyzer, encoder: Encoder) -> None:
    text = "解約" * MAX_QUERY
    query = Query.of(text, analyzer, None)
    assert (query.text, query.vector) == (text[:MAX_QUERY], None)
    assert query.analysis == analyzer.analyze(text[:MAX_QUERY])
    vector = Query.of("ﾌﾘｰ", analyzer, encoder).vector
    assert vector is not None
    assert np.array_equal(vector, encoder.encode(["フリー"])[0])


@pytest.mark.parametrize(("semantic", "names"), [(False, (*LEXICAL, *PRIORS)), (True, (*LEXICAL, *SEMANTIC, *PRIORS))])
def test_there_is_a_learned_weight_for_every_signal(*, semantic: bool, names: tuple[str, ...]) -> None:
    assert set(read_weights(semantic=semantic)) == set(names)
    boosts = read_boosts()
    assert vars_of(boosts) == read_learned()["boosts"]


def vars_of(boosts: object) -> dict[str, int]:
    return {name: getattr(boosts, name) for name in ("question", "variants", "answer", "category")}
