"""The confidence: what it learns, and that nothing that it is given makes it run away.

1. The objective of the fit never ends above its start, and its gradient at the end is small, for any set of cases.
2. Confidences are finite, between 0 and 1, and monotone in a feature that only helps or only harms.
3. Our trees give what the library that grew them gives.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.decision.confidence import Confidence
from index.decision.features import feature_names, signs
from index.decision.learning import OWN_LEAF, OWN_TREES
from index.decision.logistic import TOLERANCE, Logistic
from index.decision.start import CUTS, read_start, record_of
from index.decision.tree_learning import learn_trees
from index.decision.trees import Trees
from index.evaluation.start_training import LEAF, TREES


@st.composite
def case_sets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, ...]]:
    """Features, outcomes, importances and signs: separable, tiny, of one class, constant or huge, weightless."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, columns = draw(st.integers(1, 60)), draw(st.integers(1, 6))
    scale = draw(st.sampled_from([1e-9, 1.0, 1e6, 1e150]))
    features = rng.normal(size=(rows, columns)) * scale
    if draw(st.booleans()):
        features[:, 0] = draw(st.sampled_from([0.0, 1.0, 1e12]))
    outcome = draw(st.sampled_from(["separable", "right", "wrong", "chance"]))
    right = {
        "separable": features[:, -1] > 0,
        "right": np.ones(rows, bool),
        "wrong": np.zeros(rows, bool),
        "chance": rng.random(rows) < 0.5,
    }[outcome]
    importance = draw(st.sampled_from([np.zeros(rows), np.ones(rows), rng.random(rows) * 1e3]))
    kinds = tuple(draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=columns, max_size=columns)))
    return features, right, importance, kinds


@settings(max_examples=200, deadline=None)
@given(case_sets(), st.sampled_from([1e-3, 3.0, 20.0]))
def test_a_fit_converges_on_any_cases(
    cases: tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, ...]], strength: float
) -> None:
    features, right, importance, kinds = cases
    names = tuple("abcdef"[: features.shape[1]])
    start = Logistic.standardised(names, features, kinds)
    learned = start.fitted(features, right, importance, strength)
    fit = start.fit(features, right, importance, strength)
    weights = np.array([learned.bias, *learned.weights])
    assert fit.objective(weights) <= fit.objective(np.zeros(len(names) + 1)) + 1e-9
    gradient, held = fit.gradient(weights), np.array([0, *kinds])
    free = ~((held != 0) & (weights == 0) & (gradient * held >= 0))
    assert np.abs(gradient[free]).max(initial=0.0) <= 1e3 * TOLERANCE * (1 + importance.sum())
    assert np.all(weights * held >= 0)
    confidences = learned.probabilities(features)
    assert np.all((confidences >= 0) & (confidences <= 1))


def test_a_logistic_model_learns_and_its_prior_holds_it_back() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(2_000, 2))
    right = rng.random(2_000) < 1 / (1 + np.exp(-(1.0 + 2.0 * features[:, 0])))
    start = Logistic.standardised(("a", "b"), features, (0, 0))
    learned = start.fitted(features, right, np.ones(2_000), strength=1.0)
    assert learned.weights[0] == pytest.approx(2.0, abs=0.3)
    assert learned.weights[1] == pytest.approx(0.0, abs=0.2)
    assert learned.bias == pytest.approx(1.0, abs=0.3)
    timid = start.fitted(features[:3], right[:3], np.ones(3), strength=20.0)
    assert max(map(abs, timid.weights)) < 0.2
    assert Logistic.from_json(json.loads(json.dumps(learned.to_json()))) == learned
    forbidden = Logistic.standardised(("a", "b"), features, (-1, 0)).fitted(features, right, np.ones(2_000), 1.0)
    assert forbidden.weights[0] == 0.0


@pytest.mark.parametrize("semantic", [False, True])
def test_the_start_is_finite_and_monotone(*, semantic: bool) -> None:
    start = read_start(semantic=semantic).answers
    names = feature_names(semantic=semantic)
    rng = np.random.default_rng(2)
    features = rng.normal(size=(300, len(names))) * rng.choice([0.1, 1, 50], size=(300, 1))
    before = start.probabilities(features)
    assert np.all((before > 0) & (before < 1))
    for column, sign in enumerate(signs(names)):
        more = features.copy()
        more[:, column] += rng.random(300) * 5
        change = start.probabilities(more) - before
        assert sign == 0 or np.all(change * sign >= -1e-12), names[column]


@pytest.mark.parametrize(("trees", "leaf"), [(TREES, LEAF), (OWN_TREES, OWN_LEAF)])
def test_our_trees_give_what_the_library_gives(trees: int, leaf: int) -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(500, 4))
    right = rng.random(500) < 1 / (1 + np.exp(-features[:, 0] * 2 + features[:, 1]))
    names, importance = ("belief", "entropy", "length", "texts"), rng.random(500)
    grown = learn_trees(features, right, importance, names, trees=trees, leaf=leaf)
    from sklearn.ensemble import HistGradientBoostingClassifier  # a second that no other test waits for

    library = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.05, max_depth=5, max_leaf_nodes=12, min_samples_leaf=leaf,
        l2_regularization=1.0, monotonic_cst=signs(names), early_stopping=False, random_state=0,
    ).fit(features, right, importance)  # fmt: skip
    asked = rng.normal(size=(200, 4)) * 3
    np.testing.assert_allclose(grown.log_odds(asked), library.decision_function(asked), atol=1e-4)
    assert Trees.from_json(json.loads(json.dumps(grown.to_json()))) == grown
    assert len(grown.columns) <= trees
    assert len(json.dumps(grown.to_json())) < 1_000 * trees


def test_own_trees_count_as_much_as_the_adjustment() -> None:
    rng = np.random.default_rng(5)
    start = read_start(semantic=False).answers
    assert start.trees
    names = start.trees.names
    features = rng.normal(size=(400, len(names)))
    own = learn_trees(features, features[:, 0] > 0, np.ones(400), names, trees=OWN_TREES, leaf=OWN_LEAF)
    both = replace(start, own=own)
    alone, together = (np.log(p / (1 - p)) for p in (start.probabilities(features), both.probabilities(features)))
    np.testing.assert_allclose(together, (alone + own.log_odds(features)) / 2, atol=1e-9)
    assert Confidence.from_json(start.trees, json.loads(json.dumps(both.to_json()))) == both
    assert both.fitted(features, features[:, 0] > 0, np.ones(400), 20.0).own == own


def test_the_start_says_what_its_trees_say_until_cases_move_it() -> None:
    start = read_start(semantic=False).answers
    assert start.trees
    features = np.random.default_rng(4).normal(size=(50, len(start.trees.names)))
    expected = 1 / (1 + np.exp(-np.clip(start.trees.log_odds(features), -8, 8)))
    np.testing.assert_allclose(start.probabilities(features), expected, atol=1e-9)
    untouched = start.fitted(features, np.ones(50, bool), np.zeros(50), 20.0)
    np.testing.assert_allclose(untouched.probabilities(features), expected, atol=1e-9)
    assert Confidence.from_json(start.trees, json.loads(json.dumps(start.to_json()))) == start


def test_a_record_counts_answers_and_wrong_ones_at_each_cut() -> None:
    record = record_of(6, np.array([0.99, 0.8, 0.6]), np.array([True, False, True]))
    at = {cut: (a, w) for cut, a, w in zip(CUTS, record.answered, record.wrong, strict=True)}
    assert (record.texts, record.asked, at[0.5], at[0.7], at[0.9]) == (6, 3, (3, 1), (2, 1), (1, 0))


def test_a_start_is_chosen_by_the_texts_an_entry_has() -> None:
    start = read_start(semantic=True)
    few, some, many = (replace(start.records[0], texts=texts) for texts in (1, 6, 16))
    made = replace(start, records=(few, some, many))
    assert [made.record(texts).texts for texts in (0.9, 1.0, 3.0, 5.6, 12.0, 40.0)] == [1, 1, 1, 6, 6, 16]
