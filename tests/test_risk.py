"""Cuts keep the bound on wrong answers, and the fit of a logistic model is what its formulas say.

1. The lowest cut is the lowest of all that keep the bound; the safest one has the lowest bound of all.
2. Bounds are exact at the ends of the range.
3. Probabilities, objective and gradient of a logistic model are those of their formulas.
"""

from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.decision import logistic
from index.decision.logistic import Fit, Logistic
from index.decision.risk import CERTAINTY, clopper_pearson, lowest_cut, safest_cut

# Many right ones at the top, so that there are cuts to find.
CASES = st.lists(
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.sampled_from([True] * 9 + [False])), max_size=90
)


def bounds(cases: list[tuple[float, bool]]) -> dict[float, float]:
    """For each cut the bound on the wrong share of the cases from it on."""
    found = {}
    for cut in sorted({confidence for confidence, _ in cases}):
        kept = [right for confidence, right in cases if confidence >= cut]
        found[cut] = clopper_pearson(kept.count(False), len(kept))
    return found


def arrays(cases: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one for one, _ in cases], dtype=float), np.array([right for _, right in cases], dtype=bool)


@given(CASES, st.sampled_from([0.05, 0.1, 0.3, 0.6]))
def test_the_lowest_cut_is_the_lowest_that_keeps_the_bound(cases: list[tuple[float, bool]], most: float) -> None:
    keeping = [cut for cut, bound in bounds(cases).items() if bound <= most]
    assert lowest_cut(*arrays(cases), most) == min(keeping, default=None)


@given(CASES)
def test_the_safest_cut_has_the_lowest_bound(cases: list[tuple[float, bool]]) -> None:
    found = bounds(cases)
    cut = safest_cut(*arrays(cases))
    if not cases:
        assert cut == 0.0
    else:
        assert found[cut] == pytest.approx(min(found.values()), abs=1e-6)


def test_with_nothing_right_the_safest_cut_is_the_highest() -> None:
    assert safest_cut(np.array([0.2, 0.9, 0.5]), np.zeros(3, bool)) == 0.9
    assert lowest_cut(np.array([0.2, 0.9, 0.5]), np.zeros(3, bool), 1.0) is None


def test_a_bound_that_is_just_kept_is_kept() -> None:
    bound = clopper_pearson(0, 59)
    confidences, right = np.ones(59), np.ones(59, bool)
    assert lowest_cut(confidences, right, bound) == 1.0
    assert lowest_cut(confidences, right, bound - 1e-4) is None


@pytest.mark.parametrize("certainty", [0.5, 0.8, CERTAINTY, 0.99])
def test_the_bound_of_none_wrong_is_known_in_closed_form(certainty: float) -> None:
    for cases in (1, 10, 100):
        assert clopper_pearson(0, cases, certainty) == pytest.approx(1 - (1 - certainty) ** (1 / cases), abs=2e-7)


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bound_solves_its_equation(pair: tuple[int, int]) -> None:
    wrong, cases = pair
    bound = clopper_pearson(wrong, cases)
    if wrong == cases:
        assert bound == 1.0
        return
    assert wrong / cases < bound < 1.0
    below, above = (
        sum(comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(wrong + 1))
        for share in (bound - 2e-7, bound)
    )
    assert above <= 1 - CERTAINTY + 1e-9 <= below + 2e-9


# -- the logistic model ---------------------------------------------------------------------------

MODEL = Logistic(("a", "b"), (1.0, -2.0), (2.0, 0.5), (0.7, -0.3), 0.25, (1, 0))


@pytest.mark.parametrize(
    ("row", "log_odds"),
    [
        ((1.0, -2.0), 0.25),  # the mean
        ((3.0, -2.0), 0.25 + 0.7),  # a deviation more
        ((1.0, -1.0), 0.25 - 0.3 * 2),
        ((17.0, -2.0), 0.25 + 0.7 * 8),  # as far out as counts
        ((1_000.0, -1_000.0), 0.25 + 0.7 * 8 + 0.3 * 8),
    ],
)
def test_a_probability_is_that_of_the_formula(row: tuple[float, float], log_odds: float) -> None:
    other = (1.0, -2.0)
    found = MODEL.probabilities(np.array([row, other]))
    assert found.tolist() == pytest.approx([1 / (1 + exp(-log_odds)), 1 / (1 + exp(-0.25))])


def test_a_model_without_knowledge_is_scaled_as_its_features() -> None:
    features = np.array([[0.1, 5.0, 0.0], [0.3, 5.0, 1e-7], [0.5, 5.0, 0.0]])
    model = Logistic.standardised(("a", "b", "c"), features, (1, -1, 0))
    assert model.mean == pytest.approx((0.3, 5.0, 1e-7 / 3))
    assert model.scale == pytest.approx((np.std([0.1, 0.3, 0.5]), 1.0, 1.0))
    assert (model.names, model.signs) == (("a", "b", "c"), (1, -1, 0))
    assert (model.weights, model.bias) == ((0.0, 0.0, 0.0), 0.0)


def made_fit() -> Fit:
    features = np.array([[1.0, -1.0], [4.0, -2.5], [0.0, -2.0]])
    return MODEL.fit(features, np.array([True, False, True]), np.array([1.0, 2.0, 0.5]), strength=3.0)


def test_a_fit_starts_from_the_model_and_scales_its_cases() -> None:
    fit = made_fit()
    assert fit.start.tolist() == [0.25, 0.7, -0.3]
    assert fit.signs.tolist() == [0, 1, 0]
    assert fit.right.tolist() == [1.0, 0.0, 1.0]
    assert fit.design.tolist() == [[1.0, 0.0, 2.0], [1.0, 1.5, -1.0], [1.0, -0.5, 0.0]]


def test_the_objective_is_the_negative_log_posterior() -> None:
    fit, weights = made_fit(), np.array([0.5, 1.0, 0.1])
    odds = [0.5 + 0.2, 0.5 + 1.5 - 0.1, 0.5 - 0.5]
    likelihood = 1.0 * log(1 + exp(-odds[0])) + 2.0 * log(1 + exp(odds[1])) + 0.5 * log(1 + exp(-odds[2]))
    prior = 3.0 / 2 * (0.25**2 + 0.3**2 + 0.4**2)
    assert fit.objective(weights) == pytest.approx(likelihood + prior)


def test_the_gradient_is_the_derivative_of_the_objective() -> None:
    fit, weights = made_fit(), np.array([0.5, 1.0, 0.1])
    for place in range(3):
        step = np.eye(3)[place] * 1e-6
        slope = (fit.objective(weights + step) - fit.objective(weights - step)) / 2e-6
        assert fit.gradient(weights)[place] == pytest.approx(slope, abs=1e-6)


def test_the_minimum_is_where_the_gradient_is_nothing() -> None:
    fit = made_fit()
    weights = fit.minimum()
    assert weights is not None
    assert np.abs(fit.gradient(weights)).max() < 1e-6
    for place in range(3):
        for step in (-1e-3, 1e-3):
            assert fit.objective(weights + np.eye(3)[place] * step) > fit.objective(weights)


def test_newtons_steps_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = made_fit().minimum()
    monkeypatch.setattr(logistic, "MAX_STEPS", 6)
    np.testing.assert_array_equal(made_fit().minimum(), expected)


def test_a_weight_of_the_other_sign_is_none_and_the_rest_is_fitted_without_it() -> None:
    rng = np.random.default_rng(5)
    features = rng.normal(size=(400, 2))
    right = rng.random(400) < 1 / (1 + np.exp(2 * features[:, 0] - features[:, 1]))
    start = Logistic.standardised(("a", "b"), features, (1, 1))
    held = start.fitted(features, right, np.ones(400), 1.0)
    alone = Logistic.standardised(("b",), features[:, 1:], (1,)).fitted(features[:, 1:], right, np.ones(400), 1.0)
    assert held.weights[0] == 0.0
    assert (held.bias, held.weights[1]) == pytest.approx((alone.bias, alone.weights[0]), abs=1e-5)


def test_a_weight_is_held_however_little_pulls_it_to_the_other_sign() -> None:
    features = np.array([[1.0], [-1.0], [-1.0]])
    model = Logistic(("a",), (0.0,), (1.0,), (0.0,), 0.0, (1,))
    fit = model.fit(features, np.array([False, True, True]), np.full(3, 0.1), 1.0)
    assert 0.0 < fit.gradient(fit.start)[1] < 1.0
    weights = fit.minimum()
    assert weights is not None
    assert weights[1] == 0.0
    assert weights[0] > 0.0
    assert abs(fit.gradient(weights)[0]) < 1e-6


def test_a_step_that_goes_too_far_is_shortened() -> None:
    """From sure and wrong the curvature is next to nothing, so that a whole step leads far beyond the minimum."""
    model = Logistic(("a",), (0.0,), (1.0,), (0.0,), 9.0, (0,))
    fit = model.fit(np.zeros((100, 1)), np.arange(100) < 20, np.ones(100), 1e-3)
    whole = fit.start - fit._newton_step(fit.start, fit.gradient(fit.start), np.ones(2, bool))  # noqa: SLF001
    assert fit.objective(whole) > fit.objective(fit.start)
    weights = fit.minimum()
    assert weights is not None
    assert weights[0] == pytest.approx(log(20 / 80), abs=1e-2)


def test_a_start_of_the_other_sign_is_put_right() -> None:
    model = Logistic(("a",), (0.0,), (1.0,), (-0.5,), 0.0, (1,))
    fitted = model.fitted(np.zeros((1, 1)), np.array([True]), np.zeros(1), 2.0)
    assert (fitted.weights, fitted.bias) == ((0.0,), 0.0)


def test_a_fit_that_does_not_converge_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logistic, "MAX_STEPS", 1)
    fit = made_fit()
    assert fit.minimum() is None
    cases = (np.array([[1.0, -1.0], [4.0, -2.5], [0.0, -2.0]]), np.array([True, False, True]))
    assert MODEL.fitted(*cases, np.array([1.0, 2.0, 0.5]), strength=3.0) is MODEL


def test_a_model_survives_json() -> None:
    values = MODEL.to_json()
    assert set(values) == {"names", "mean", "scale", "weights", "bias", "signs"}
    assert Logistic.from_json({name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}) == MODEL
