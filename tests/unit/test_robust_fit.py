from __future__ import annotations

import numpy as np
import pytest

from leanline.model import Array
from leanline.signals.robust_fit import (
    MAD_TO_SD,
    Weighting,
    bisquare_weights,
    fit_reweighted,
    huber_weights,
)

TIMES = np.linspace(0.0, 1.0, 101)
DESIGN = np.stack([np.ones(101), TIMES], axis=1)
TRUE = np.array([[1.0, -2.0], [3.0, 0.5]])  # (coefficients, columns)


def by_frame(residuals: Array, _: int) -> Weighting:
    off = np.linalg.norm(residuals, axis=1)
    scale = MAD_TO_SD * np.median(off) + 1e-12
    return Weighting(bisquare_weights(off / (4.0 * scale)), np.array([scale]))


def by_coordinate(residuals: Array, _: int) -> Weighting:
    scale = MAD_TO_SD * np.median(np.abs(residuals), axis=0) + 1e-12
    return Weighting(bisquare_weights(np.abs(residuals) / (4.0 * scale)), scale)


def fit(values: Array, weights: Array, reweight: object) -> tuple[Array, Weighting]:
    return fit_reweighted(
        DESIGN,
        values,
        Weighting(weights, np.ones(1)),
        penalty=lambda _: 1e-9 * np.eye(2),
        reweight=reweight,  # type: ignore[arg-type]
        iterations=12,
    )


def noisy() -> Array:
    return np.asarray(DESIGN @ TRUE + np.random.default_rng(0).normal(0.0, 0.01, (101, 2)))


def test_a_misplaced_frame_counts_for_nothing_in_any_column() -> None:
    values = noisy()
    values[20:30, 0] += 5.0
    coefficients, (weights, scale) = fit(values, np.ones(101), by_frame)
    np.testing.assert_allclose(coefficients, TRUE, atol=0.02)
    assert (weights[20:30] == 0.0).all()
    assert weights.shape == (101,)
    assert scale == pytest.approx(0.016, abs=0.006)


def test_a_misplaced_coordinate_leaves_the_other_columns_of_its_frame() -> None:
    values = noisy()
    values[20:30, 0] += 5.0
    coefficients, (weights, scale) = fit(values, np.ones((101, 2)), by_coordinate)
    np.testing.assert_allclose(coefficients, TRUE, atol=0.02)
    assert (weights[20:30, 0] == 0.0).all()
    assert weights[20:30, 1].min() > 0.0
    np.testing.assert_allclose(scale, 0.01, atol=0.004)


def test_columns_fitted_together_are_as_if_fitted_alone() -> None:
    values = noisy()
    both, _ = fit(values, np.ones((101, 2)), by_coordinate)
    alone = [fit(values[:, [k]], np.ones((101, 1)), by_coordinate)[0] for k in range(2)]
    np.testing.assert_allclose(both, np.concatenate(alone, axis=1), rtol=1e-12)


def test_a_penalty_pulls_its_coefficient_to_zero() -> None:
    coefficients, _ = fit_reweighted(
        DESIGN,
        noisy(),
        Weighting(np.ones(101), np.ones(1)),
        penalty=lambda now: np.diag([0.0, 1e9 * now.weights.sum()]),
        reweight=by_frame,
        iterations=1,
    )
    np.testing.assert_allclose(coefficients[1], 0.0, atol=1e-6)
    np.testing.assert_allclose(coefficients[0], [2.5, -1.75], atol=0.02)


@pytest.mark.parametrize(
    ("size", "huber", "bisquare"),
    [(0.0, 1.0, 1.0), (0.5, 1.0, 0.5625), (1.0, 1.0, 0.0), (4.0, 0.25, 0.0)],
)
def test_weights_of_sizes(size: float, huber: float, bisquare: float) -> None:
    assert huber_weights(np.array([size])) == pytest.approx(huber)
    assert bisquare_weights(np.array([size])) == pytest.approx(bisquare)
