"""Robust linear fits by penalised, iteratively reweighted least squares.

Iteratively reweighted least squares (Holland & Welsch 1977, Commun Stat Theory Methods 6:813)
for periodic curves: the design is a Fourier basis, and the penalty keeps high harmonics small. The
caller defines how residuals become weights, since a misplaced frame (all columns at once) and a
misplaced coordinate (one column) are different kinds of outliers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from leanline.model import Array

# Ratio of standard deviation to median absolute deviation of a normal distribution.
MAD_TO_SD: Final = 1.4826


class Weighting(NamedTuple):
    """The weight of each sample, and the robust standard deviation of the residuals.

    ``weights`` are (N,) if a sample counts equally in all columns, or (N, C); ``scale`` is
    common to all columns, (1,), or one per column, (C,).
    """

    weights: Array
    scale: Array


def fit_reweighted(
    design: Array,
    values: Array,
    start: Weighting,
    *,
    penalty: Callable[[Weighting], Array],
    reweight: Callable[[Array, int], Weighting],
    iterations: int,
) -> tuple[Array, Weighting]:
    """Fit a linear model robustly; return coefficients and final weights.

    Parameters
    ----------
    design
        (N, K) contribution of each coefficient to each sample.
    values
        (N, C) finite; each column gets its own coefficients.
    start
        Weighting of the first iteration.
    penalty
        Returns the matrix added to the normal equations, (K, K), or one per column, (C, K, K).
    reweight
        Computes a weighting from the residuals (N, C) and the number of the iteration, from 0.
    iterations
        At least 1.

    Returns
    -------
    coefficients
        (K, C).
    weighting
        After the last iteration.

    Raises
    ------
    numpy.linalg.LinAlgError
        The equations are singular because the penalty leaves a coefficient undetermined.
    """
    weighting = start
    for iteration in range(iterations):
        coefficients = _solve(design, values, weighting.weights, penalty(weighting))
        weighting = reweight(values - design @ coefficients, iteration)
    return coefficients, weighting


def huber_weights(size: Array) -> Array:
    """1 up to a size of 1, then falling as 1 / size (Huber 1964).

    Parameters
    ----------
    size
        Any shape; residuals in multiples of where outliers begin, not negative.

    Returns
    -------
    Array
        Same shape, above 0 to 1.
    """
    return np.asarray(1.0 / np.maximum(size, 1.0))


def bisquare_weights(size: Array) -> Array:
    """Tukey's bisquare: 1 at 0, 0 from a size of 1 on (Beaton & Tukey 1974).

    Parameters
    ----------
    size
        Any shape; residuals in multiples of where outliers count for nothing, not negative.

    Returns
    -------
    Array
        Same shape, 0 to 1.
    """
    return np.asarray((1.0 - np.minimum(size, 1.0) ** 2) ** 2)


def _solve(design: Array, values: Array, weights: Array, penalty: Array) -> Array:
    """Return the coefficients (K, C) of one weighted, penalised least-squares fit."""
    if weights.ndim == 1:
        weighted = design.T * weights
        return np.asarray(np.linalg.solve(weighted @ design + penalty, weighted @ values))
    by_column = weights.T[:, None, :] * design.T
    right = by_column @ values.T[:, :, None]
    return np.asarray(np.linalg.solve(by_column @ design + penalty, right)[:, :, 0].T)
